//! Rows of the feed (动态): every change with its three times and what became of it.
//!
//! Floor: rows. Pure: an entry and the names on its page.

use serde::Serialize;
use sync_core::{
    domain::{
        cash::{Means, Reversed, Reversible, receipt_number},
        customer::CardField,
        sale::order_number,
    },
    feed::Entry,
    op::{Op, Ruling},
    paper::{Paper, PaperKey},
    refusal::Verdict,
    unit::{DeviceId, Money, StaffId},
};
use utoipa::ToSchema;

use super::{
    common::{ChangeRef, CustomerRef, Person, Said, clock, hex, may_read},
    held::kind_name,
    names::{Names, Wanted},
};
use crate::store::FeedRow as Stored;

/// What a change says, in the few words a line of the feed has room for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Summary {
    /// The number people use.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "SK-07-0031")]
    pub number: Option<String>,
    /// The sum it carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "2880.00")]
    pub amount: Option<Money>,
    /// Its own words: what was said, the field's code, the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// `cash` or `transfer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "cash")]
    pub means: Option<&'static str>,
}

/// A line of the feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeedLine {
    /// Its place in the feed.
    pub position: u64,
    /// When it takes effect.
    pub at: String,
    /// The time its author claimed.
    pub claimed: String,
    /// When the company received it.
    pub received: String,
    /// What kind of change.
    #[schema(example = "visit-recorded")]
    pub kind: String,
    /// Who.
    pub staff: Person,
    /// About which customer; absent where about none, or the reader may not see it.
    pub customer: Option<CustomerRef>,
    /// The number of the device it came from; zero for the console.
    pub device_number: u32,
    /// Which change.
    pub change: ChangeRef,
    /// The link of its device's chain after it.
    pub hash: String,
    /// What became of it: `applied`, `findings`, `held`.
    #[schema(value_type = String, example = "applied")]
    pub verdict: &'static str,
    /// Whether it counts in its author's scope only, until a supervisor rules.
    pub withheld: bool,
    /// What came to light.
    pub findings: Vec<Said>,
    /// Why it waits, where it does.
    pub reason: Option<Said>,
    /// What it says; empty where it is about personal fields that the reader may not see.
    pub summary: Summary,
}

/// A slice of the feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeedPage {
    /// The feed's head.
    pub head: u64,
    /// How far was looked: whoever goes on asks for what lies before it, or after it where `after` was asked for. The
    /// first position, or the head, once there is nothing more.
    pub reached: u64,
    /// The lines, latest first; the oldest first where `after` was asked for.
    pub entries: Vec<FeedLine>,
}

/// The names a line shows.
pub(super) fn wants(row: &Stored, wanted: &mut Wanted) {
    wanted.staff(row.entry.staff).device(row.entry.change.id.device);
    let Ok(op) = row.entry.op() else { return };
    if let Some(customer) = op.customer() {
        wanted.customer(customer);
    }
    match op {
        Op::HeldDecided(op) => wanted.staff(op.author),
        Op::LimitOverridden(op) => wanted.staff(op.staff),
        Op::LostPhoneSettled(op) => wanted.staff(op.staff),
        Op::ViolationRaised(op) => wanted.staff(op.staff),
        Op::ViolationStamped(op) => wanted.staff(op.staff),
        Op::HandInStamped(op) => wanted.staff(op.staff),
        Op::TakenOnBehalf(op) => wanted.staff(op.author).device(op.change.device),
        Op::OwnerSet(op) => wanted.staff(op.owner),
        Op::DeviceEnrolled(op) => wanted.staff(op.staff),
        Op::DeviceRevoked(op) => wanted.staff(op.staff),
        _ => wanted,
    };
}

/// The paper a stamp or a reversal is about.
pub(super) fn target(row: &Stored) -> Option<PaperKey> {
    match row.entry.op().ok()?.said() {
        Op::OrderStamped(op) => Some(PaperKey::order(op.order)),
        Op::Reversed(op) => Some(reversed(op)),
        _ => None,
    }
}

fn reversed(op: &Reversed) -> PaperKey {
    match op.kind {
        Reversible::Collection => PaperKey::collection(op.of),
        Reversible::Remittance => PaperKey::remittance(op.of),
    }
}

/// The device a numbered paper was written on.
pub(super) fn device_of(paper: &Paper) -> Option<DeviceId> {
    match paper {
        Paper::Order(paper) => paper.recorded.as_ref().map(|recorded| recorded.id.device),
        Paper::Collection(paper) => paper.recorded.as_ref().map(|recorded| recorded.id.device),
        _ => None,
    }
}

/// Number and sum of the paper a stamp or a reversal is about, where the reader may see it: whoever names a paper need
/// not have a right to it. Source: S78.
fn about(key: &PaperKey, names: &Names<'_>) -> (Option<String>, Option<Money>) {
    let seen = |paper: &&Paper| names.viewer().may_see_any(&paper.scopes(key));
    let Some(paper) = names.paper(key).filter(seen) else { return (None, None) };
    let device = device_of(paper).map_or(0, |device| names.device_number(device));
    match paper {
        Paper::Order(order) => {
            let number = order.recorded.as_ref().map(|recorded| order_number(device, recorded.what.number));
            (number, None)
        }
        Paper::Collection(collection) => {
            let what = collection.recorded.as_ref().map(|recorded| &recorded.what);
            (what.map(|what| receipt_number(device, what.receipt)), what.map(|what| what.amount.money()))
        }
        Paper::Remittance(remittance) => {
            (None, remittance.recorded.as_ref().map(|recorded| recorded.what.amount.money()))
        }
        _ => (None, None),
    }
}

/// What became of an entry, in a word.
pub(super) fn verdict(entry: &Entry) -> &'static str {
    match &entry.verdict {
        Verdict::Held { .. } => "held",
        Verdict::Applied { findings, withheld } if findings.is_empty() && !withheld => "applied",
        Verdict::Applied { .. } => "findings",
    }
}

/// The line of an entry.
pub(super) fn line(row: &Stored, names: &Names<'_>) -> FeedLine {
    let entry = &row.entry;
    let op = entry.op().ok();
    let (findings, withheld, reason) = match &entry.verdict {
        Verdict::Applied { findings, withheld } => (findings.as_slice(), *withheld, None),
        Verdict::Held { reason } => (&[][..], false, Some(reason)),
    };
    let device_number = names.device_number(entry.change.id.device);
    FeedLine {
        position: entry.position,
        at: clock(entry.effective),
        claimed: clock(entry.change.header.at),
        received: clock(entry.received),
        kind: kind_name(entry.change.header.kind),
        staff: names.person(entry.staff),
        customer: op.as_ref().and_then(Op::customer).and_then(|customer| names.customer(customer)),
        device_number,
        change: entry.change.id.into(),
        hash: hex(&row.link),
        verdict: verdict(entry),
        withheld,
        findings: findings.iter().map(|found| Said::finding(names.texts(), found)).collect(),
        reason: reason.map(|reason| Said::refusal(names.texts(), reason)),
        summary: op
            .filter(|op| may_read(names.viewer(), op, entry.staff))
            .map_or_else(Summary::default, |op| summary(&op, device_number, names)),
    }
}

fn text(words: impl std::fmt::Display) -> Option<String> {
    Some(words.to_string()).filter(|words| !words.is_empty())
}

/// Whose device it is, and what else is said of it.
fn whose(staff: StaffId, said: &impl std::fmt::Display, names: &Names<'_>) -> Option<String> {
    let parts = [names.person(staff).name, said.to_string()];
    text(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "))
}

fn summary(op: &Op, device: u32, names: &Names<'_>) -> Summary {
    let words = |text| Summary { text, ..Summary::default() };
    match op {
        Op::HeldDecided(op) => words(match &op.ruling {
            Ruling::Declined { reason } => text(reason),
            Ruling::Accepted | Ruling::Corrected => text(names.person(op.author).name),
        }),
        Op::TakenOnBehalf(op) => summary(&op.said.0, names.device_number(op.change.device), names),
        Op::Resubmitted(op) => summary(&op.said.0, device, names),
        Op::StaffJoined(op) => words(text(&op.name)),
        Op::StaffRoleSet(op) => words(text(names.person(op.staff).name)),
        Op::DeviceEnrolled(op) => words(whose(op.staff, &op.name, names)),
        Op::DeviceRevoked(op) => words(whose(op.staff, &op.reason, names)),
        Op::CustomerCreated(op) => {
            let name = op.fields.iter().find(|(field, _)| *field == CardField::Name);
            words(name.and_then(|(_, value)| value.text()).map(str::to_owned))
        }
        Op::CardFieldSet(op) => words(text(op.field.code())),
        Op::PersonalFieldSet(op) => words(text(op.field.code())),
        Op::ContactAdded(op) => words(text(&op.contact.name)),
        Op::ContactRemoved(_) | Op::CompanyAccountClosed(_) => Summary::default(),
        Op::OwnerSet(op) => words(text(names.person(op.owner).name)),
        Op::ProductSet(op) => words(text(&op.card.name)),
        Op::PriceListIssued(op) => words(text(&op.version)),
        Op::VisitRecorded(op) => words(text(&op.said)),
        Op::OrderTaken(op) => Summary {
            number: Some(order_number(device, op.number)),
            amount: Some(op.total()),
            text: text(&op.note),
            means: None,
        },
        Op::OrderStamped(op) => Summary {
            number: about(&PaperKey::order(op.order), names).0,
            text: serde_json::to_value(op.stamp).ok().and_then(|v| v.as_str().map(str::to_owned)),
            ..Summary::default()
        },
        Op::CompanyAccountOpened(op) => words(text(&op.bank)),
        Op::Collected(op) => Summary {
            number: Some(receipt_number(device, op.receipt)),
            amount: Some(op.amount.money()),
            text: op.over_limit.as_ref().and_then(text).or_else(|| text(&op.note)),
            means: Some(if op.means == Means::Cash { "cash" } else { "transfer" }),
        },
        Op::Remitted(op) => {
            Summary { amount: Some(op.amount.money()), text: text(&op.reference), ..Summary::default() }
        }
        Op::PaymentUrged(op) => Summary {
            amount: op.promised.map(|promise| promise.amount.money()),
            ..words(text(format_args!("{} · {}", op.whom, op.said)))
        },
        Op::CreditExcepted(op) => Summary { amount: Some(op.limit.money()), ..words(text(&op.reason)) },
        Op::CreditExceptionStamped(op) => words(text(&op.note)),
        Op::ShareMoved(op) => Summary { amount: Some(op.amount.money()), ..Summary::default() },
        Op::LostPhoneSettled(op) => {
            Summary { amount: Some(op.counted), ..words(whose(op.staff, &op.note, names)) }
        }
        Op::LimitOverridden(op) => {
            Summary { amount: Some(op.hold.money()), ..words(whose(op.staff, &op.reason, names)) }
        }
        Op::ViolationRaised(op) => {
            Summary { amount: Some(op.amount), ..words(whose(op.staff, &op.reason, names)) }
        }
        Op::ViolationStamped(op) => words(whose(op.staff, &op.note, names)),
        Op::CashHandedIn(op) => {
            Summary { amount: Some(op.amount.money()), text: text(&op.note), ..Summary::default() }
        }
        Op::HandInStamped(op) => words(whose(op.staff, &op.note, names)),
        Op::MonthClosed(op) => words(text(format!("{} {}", op.period, op.reason).trim())),
        Op::MonthStamped(op) => words(text(format!("{} {}", op.period, op.note).trim())),
        Op::MonthLineExplained(op) => Summary {
            amount: Some(op.difference),
            ..words(text(format!("{} {}", op.period, op.explanation)))
        },
        Op::MoneyConfirmed(op) => {
            Summary { amount: Some(op.amount.money()), text: text(&op.note), ..Summary::default() }
        }
        Op::ConfirmationWithdrawn(op) => words(text(&op.reason)),
        Op::StatementImported(op) => words(text(&op.name)),
        Op::LineSetAside(op) => {
            Summary { amount: op.amount.map(sync_core::unit::Amount::money), ..words(text(&op.note)) }
        }
        Op::MappingSaved(op) => words(text(&op.layout.name)),
        Op::DayClosed(op) => {
            Summary { amount: Some(op.counted()), text: text(&op.explanation), ..Summary::default() }
        }
        Op::Reversed(op) => {
            let (number, amount) = about(&reversed(op), names);
            Summary { number, amount, text: text(&op.reason), means: None }
        }
    }
}
