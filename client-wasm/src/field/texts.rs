//! The sentences of the phone that are put together from papers: names, values, refusals.
//!
//! Floor: field, beside [`super::app`]. This module must not judge; it only says what a rule or a paper says.

use sync_core::{
    domain::{
        customer::{CardField, FieldValue, Organisation, PersonalField, Stage},
        people::Role,
        sale::ProductCard,
        visit::Purpose,
    },
    refusal::{Finding, Refusal},
    replica::Replica,
    sentence,
    time::Timestamp,
    unit::{CustomerId, NotAText, NotAnAmount, Place, StaffId},
};

use super::app::RecordError;
use crate::ui::{format, t, words};

/// Milliseconds since 1970, as [`format`] takes them.
pub fn ms(at: Timestamp) -> i64 {
    i64::try_from(at.millis()).unwrap_or(i64::MAX)
}

/// A sentence and the stable code behind it, small below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What happened, and what to do.
    pub sentence: String,
    /// The code people can tell on.
    pub code: String,
}

/// Why a gesture was not recorded.
pub fn not_recorded(error: &RecordError) -> Said {
    match error {
        RecordError::Refused(why) => Said { sentence: refusal(why), code: why.code().to_owned() },
        RecordError::NotSaved(code) => Said { sentence: not_stored(code), code: code.clone() },
    }
}

/// Why the phone could not store or read, and what helps.
pub fn not_stored(code: &str) -> String {
    t!(match code {
        "store.full" => "phone-full",
        "browser.too-old" => "phone-too-old",
        "store.unavailable" => "phone-no-store",
        "store.exists" | "book.not-open" => "phone-elsewhere",
        "store.gone" => "phone-gone",
        "store.unreadable" | "store.no-key" => "phone-unreadable",
        _ => "phone-not-saved",
    })
}

/// The sentence of a refusal, with its figures.
pub fn refusal(why: &Refusal) -> String {
    words::with_texts(|texts| sentence::refusal(texts, why)).unwrap_or_default()
}

/// The sentence of a finding, with its figures.
pub fn finding(found: &Finding) -> String {
    words::with_texts(|texts| sentence::finding(texts, found)).unwrap_or_default()
}

/// Why a typed amount is not taken.
pub fn not_an_amount(why: &NotAnAmount) -> String {
    words::with_texts(|texts| sentence::not_an_amount(texts, why)).unwrap_or_default()
}

/// Why a typed text is not taken.
pub fn not_a_text(why: &NotAText) -> String {
    words::with_texts(|texts| sentence::not_a_text(texts, why)).unwrap_or_default()
}

/// The name of a field of the card.
pub fn card_field(field: CardField) -> String {
    t!(&format!("card-{}", field.code()))
}

/// The name of a personal field.
pub fn personal_field(field: PersonalField) -> String {
    t!(&format!("personal-{}", field.code()))
}

/// The name of a purpose of a visit.
pub fn purpose(purpose: Purpose) -> String {
    t!(&format!("purpose-{}", purpose.code()))
}

/// The purposes of a visit in one line.
pub fn purposes(all: &[Purpose]) -> String {
    let words: Vec<String> = all.iter().map(|one| purpose(*one)).collect();
    words.join(&t!("phone-comma"))
}

/// The name of a role.
pub fn role(role: Role) -> String {
    t!(&format!("role-{}", role.code()))
}

/// The stable name of a form of organisation.
pub const fn organisation_code(organisation: Organisation) -> &'static str {
    match organisation {
        Organisation::SoleTrader => "sole-trader",
        Organisation::LimitedCompany => "limited-company",
        Organisation::Partnership => "partnership",
        Organisation::Cooperative => "cooperative",
        Organisation::Other => "other",
    }
}

/// Every form of organisation, in the order of the screen.
pub const ORGANISATIONS: [Organisation; 5] = [
    Organisation::SoleTrader,
    Organisation::LimitedCompany,
    Organisation::Partnership,
    Organisation::Cooperative,
    Organisation::Other,
];

/// The stable name of a stage.
pub const fn stage_code(stage: Stage) -> &'static str {
    match stage {
        Stage::Potential => "potential",
        Stage::FirstContact => "first-contact",
        Stage::Signed => "signed",
        Stage::Maintained => "maintained",
    }
}

/// Every stage, in the order of a customer's life.
pub const STAGES: [Stage; 4] = [Stage::Potential, Stage::FirstContact, Stage::Signed, Stage::Maintained];

/// The name of a form of organisation.
pub fn organisation(organisation: Organisation) -> String {
    t!(&format!("organisation-{}", organisation_code(organisation)))
}

/// The name of a stage.
pub fn stage(stage: Stage) -> String {
    t!(&format!("stage-{}", stage_code(stage)))
}

/// What stands in a field, as people read it; empty for a field that was cleared.
pub fn value(value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => text.to_string(),
        FieldValue::Date(date) => format::full_day(date.0),
        FieldValue::Count(count) => t!("unit-people", count = *count),
        FieldValue::Money(money) => t!("unit-yuan", amount = format::sum(*money)),
        FieldValue::Place(at) => place(at),
        FieldValue::Organisation(kind) => organisation(*kind),
        FieldValue::Stage(at) => stage(*at),
    }
}

/// A measured place: degrees, and how far it may be off.
pub fn place(at: &Place) -> String {
    let degrees = |tenth_micro: i32| {
        let sign = if tenth_micro < 0 { "-" } else { "" };
        let all = tenth_micro.unsigned_abs() / 100;
        format!("{sign}{}.{:05}", all / 100_000, all % 100_000)
    };
    t!(
        "phone-place",
        latitude = degrees(at.latitude),
        longitude = degrees(at.longitude),
        metres = at.accuracy_m
    )
}

/// A customer's name, or that the card is not on this phone.
pub fn customer_name(book: &Replica, customer: CustomerId) -> String {
    book.customer(customer)
        .map(|card| card.name().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| t!(if book.has_moved(customer) { "moved-name" } else { "phone-customer-unknown" }))
}

/// A colleague's name; their own for oneself.
pub fn staff_name(book: &Replica, staff: StaffId) -> String {
    staff_known(book, staff).unwrap_or_else(|| t!("phone-colleague"))
}

/// A colleague's name, where the book on this phone knows it.
pub fn staff_known(book: &Replica, staff: StaffId) -> Option<String> {
    let me = book.identity();
    if me.staff == staff {
        return Some(me.name.clone());
    }
    let joined = book.staff_card(staff)?.joined.as_ref()?;
    Some(joined.what.name.to_string())
}

/// A product's name with its specification.
pub fn product_name(card: &ProductCard) -> String {
    match card.specification.as_str() {
        "" => card.name.to_string(),
        specification => format!("{} {specification}", card.name),
    }
}
