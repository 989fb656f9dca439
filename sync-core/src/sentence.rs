//! Why something is not recorded, and what came to light, as one sentence in the reader's language.
//!
//! Floor: above the refusals and the words; the same on the phone, in the console and in the server's answers.
//! This module must not judge: it only says what a rule has said. Sums stand as people read them, with their commas.

use chrono::{Datelike, NaiveDate, Timelike};

use crate::{
    domain::{
        bank::StatementRefusal,
        cash::{
            CashRefusal, ConfirmationRefusal, DayCloseRefusal, HOLD_LIMIT, LimitRefusal, REMIT_FROM,
            ReceivableRefusal,
        },
        customer::{CardField, CustomerRefusal, FieldRefusal, FieldValue},
        month::MonthRefusal,
        sale::{OrderRefusal, ProductRefusal},
        visit::VisitRefusal,
    },
    locale::{Texts, Value},
    refusal::{ChangeRefusal, Finding, Refusal},
    time::{Period, Timestamp},
    unit::{Money, NotAText, NotAnAmount},
};

/// Milliseconds the company's wall clock is ahead of UTC.
const ZONE_MS: i64 = 8 * 3_600_000;

/// The sentence of a refusal (不予受理), with its figures.
pub fn refusal(texts: &Texts, refusal: &Refusal) -> String {
    let code = refusal.code();
    match refusal {
        Refusal::Customer(CustomerRefusal::Field { why }) => field(texts, why),
        Refusal::Customer(CustomerRefusal::Undecided { field, base, theirs, at, .. }) => {
            let words = |value: Option<&FieldValue>| {
                let text = value.and_then(FieldValue::text).unwrap_or_default();
                if text.is_empty() { texts.text("value-nothing", &[]) } else { text.to_owned() }
            };
            let values = [
                ("field", card_field(texts, *field).into()),
                ("base", words(base.as_ref()).into()),
                ("theirs", words(Some(theirs)).into()),
                ("at", moment(texts, *at).into()),
            ];
            said(texts, code, &values)
        }
        Refusal::Product(ProductRefusal::Undecided { theirs, at, .. }) => {
            let values = [
                ("unit", theirs.unit.as_str().into()),
                ("packaging", theirs.packaging.as_str().into()),
                ("weight", theirs.net_weight_g.into()),
                ("tolerance", theirs.tolerance_g.into()),
                ("at", moment(texts, *at).into()),
            ];
            said(texts, code, &values)
        }
        Refusal::Change(ChangeRefusal::AlreadyDecided { at, .. }) => {
            said(texts, code, &[("at", moment(texts, *at).into())])
        }
        Refusal::Visit(VisitRefusal::TooManyPhotos { has, most })
        | Refusal::Order(OrderRefusal::TooManyLines { has, most }) => {
            said(texts, code, &[("has", (*has).into()), ("most", (*most).into())])
        }
        Refusal::Order(order) => said(texts, code, &order_values(order)),
        Refusal::Cash(cash) => said(texts, code, &cash_values(cash)),
        Refusal::Limit(limit) => said(texts, code, &limit_values(texts, limit)),
        Refusal::Confirmation(confirmation) => said(texts, code, &confirmation_values(texts, confirmation)),
        Refusal::Statement(statement) => said(texts, code, &statement_values(texts, statement)),
        Refusal::DayClose(close) => said(texts, code, &day_close_values(close)),
        Refusal::Month(month) => said(texts, code, &month_values(texts, month)),
        Refusal::Receivable(owed) => said(texts, code, &receivable_values(texts, owed)),
        Refusal::Change(ChangeRefusal::UnknownKind { kind, version }) => {
            said(texts, code, &[("kind", i64::from(*kind).into()), ("version", (*version).into())])
        }
        Refusal::Change(ChangeRefusal::Malformed { why }) => said(texts, code, &[("why", why.into())]),
        Refusal::Staff(_)
        | Refusal::Device(_)
        | Refusal::Customer(_)
        | Refusal::Product(_)
        | Refusal::Price(_)
        | Refusal::Visit(_)
        | Refusal::Account(_)
        | Refusal::Violation(_)
        | Refusal::HandIn(_)
        | Refusal::Change(_) => said(texts, code, &[]),
    }
}

/// The sentence of a finding (稽核发现), with its figures.
pub fn finding(texts: &Texts, finding: &Finding) -> String {
    let values = match finding {
        Finding::AgainstRule(rule) => {
            return texts.text("finding-against-rule", &[("why", refusal(texts, rule).into())]);
        }
        Finding::RemitNow(cash) => vec![("held", sum(cash.held)), ("limit", sum(REMIT_FROM))],
        Finding::OverLimit(cash) => vec![("held", sum(cash.held)), ("limit", sum(HOLD_LIMIT))],
        Finding::ReceiptOutOfTurn { due, found } => vec![("due", (*due).into()), ("found", (*found).into())],
        Finding::ClockAhead { claimed } => vec![("claimed", moment(texts, *claimed).into())],
        Finding::DrawerBelowZero { held } => vec![("held", sum(*held))],
        Finding::DrawerDiffers { said, held, .. } => vec![("said", sum(*said)), ("held", sum(*held))],
        Finding::ListExpired | Finding::OtherScopes => Vec::new(),
    };
    let code = finding.code();
    texts
        .of_code("finding", code, &values)
        .unwrap_or_else(|| texts.text("finding-unknown", &[("code", code.into())]))
}

/// Day and minute on the company's wall clock, as people write them: `2026年10月16日 14:20`.
pub fn moment(texts: &Texts, at: Timestamp) -> String {
    let millis = i64::try_from(at.millis()).unwrap_or(i64::MAX - ZONE_MS);
    let at = chrono::DateTime::from_timestamp_millis(millis.saturating_add(ZONE_MS)).unwrap_or_default();
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    texts.text("date-and-time", &[("date", day(texts, at.date_naive()).into()), ("time", time.into())])
}

/// A day as people write it: `2026年10月16日`.
pub fn day(texts: &Texts, day: NaiveDate) -> String {
    let month = texts.text(&format!("month-{}", day.month()), &[]);
    let values =
        [("year", day.year().to_string().into()), ("month", month.into()), ("day", day.day().into())];
    texts.text("date-full", &values)
}

/// Why a typed text is not taken, without the field's name: it stands below the field.
pub fn not_a_text(texts: &Texts, why: &NotAText) -> String {
    match why {
        NotAText::TooShort { has: 0, .. } => texts.text("refusal-text-empty", &[]),
        NotAText::TooShort { has, least } => {
            texts.text("refusal-text-too-short", &[("has", (*has).into()), ("least", (*least).into())])
        }
        NotAText::TooLong { has, most } => {
            texts.text("refusal-text-too-long", &[("has", (*has).into()), ("most", (*most).into())])
        }
        NotAText::ControlCharacter => texts.text("refusal-text-control-character", &[]),
    }
}

/// Why a typed amount is not taken: it stands below the amount, which stays as typed.
pub fn not_an_amount(texts: &Texts, why: &NotAnAmount) -> String {
    match why {
        NotAnAmount::Empty => texts.text("refusal-amount-empty", &[]),
        NotAnAmount::NotANumber => texts.text("refusal-amount-not-a-number", &[]),
        NotAnAmount::TooManyDecimals { most } => {
            texts.text("refusal-amount-too-many-decimals", &[("most", (*most).into())])
        }
        NotAnAmount::NotPositive => texts.text("refusal-amount-not-positive", &[]),
        NotAnAmount::TooLarge { most } => texts.text("refusal-amount-too-large", &[("most", sum(*most))]),
    }
}

fn field(texts: &Texts, refused: &FieldRefusal) -> String {
    let why = match refused {
        FieldRefusal::WrongType { .. } => texts.text("refusal-field-wrong-type", &[]),
        FieldRefusal::Text { why, .. } => not_a_text(texts, why),
        FieldRefusal::TooLarge { most, .. } => {
            texts.text("refusal-field-too-large", &[("most", (*most).into())])
        }
    };
    let name = card_field(texts, refused.field());
    texts.text("refusal-customer-field", &[("field", name.into()), ("why", why.into())])
}

/// The name of a field of the customer card (客户基本信息卡).
pub fn card_field(texts: &Texts, field: CardField) -> String {
    texts.text(&format!("card-{}", field.code()), &[])
}

fn cash_values(refusal: &CashRefusal) -> Vec<(&'static str, Value<'static>)> {
    match refusal {
        CashRefusal::AboveLimit { would_hold, limit, may_take } => {
            vec![("would_hold", sum(*would_hold)), ("limit", sum(*limit)), ("may_take", sum(*may_take))]
        }
        CashRefusal::MoreThanHeld { held } => vec![("held", sum(*held))],
        CashRefusal::PartsDiffer { parts } => vec![("parts", sum(*parts))],
        CashRefusal::NotACashRep
        | CashRefusal::NotACompanyAccount { .. }
        | CashRefusal::NothingToReverse
        | CashRefusal::AlreadyReversed
        | CashRefusal::NotYours
        | CashRefusal::ConfirmedMoney => Vec::new(),
    }
}

fn day_close_values(refusal: &DayCloseRefusal) -> Vec<(&'static str, Value<'static>)> {
    match refusal {
        DayCloseRefusal::NotADenomination { denomination } => vec![("denomination", note(*denomination))],
        DayCloseRefusal::TooMany { denomination, pieces, most } => {
            vec![
                ("denomination", note(*denomination)),
                ("pieces", (*pieces).into()),
                ("most", (*most).into()),
            ]
        }
        DayCloseRefusal::Unexplained { difference } => vec![("difference", sum(*difference))],
        DayCloseRefusal::NotACashRep | DayCloseRefusal::NotYet => Vec::new(),
    }
}

fn month_values(texts: &Texts, refusal: &MonthRefusal) -> Vec<(&'static str, Value<'static>)> {
    match refusal {
        MonthRefusal::NotOver { until } => vec![("until", moment(texts, *until).into())],
        MonthRefusal::Closed { period } | MonthRefusal::Signed { period } => {
            vec![("month", month_name(texts, *period).into())]
        }
        MonthRefusal::OutOfTurn { due } => vec![("month", month_name(texts, *due).into())],
        MonthRefusal::NoReason { missing } | MonthRefusal::OtherPhones { missing } => {
            vec![("missing", (*missing).into())]
        }
        MonthRefusal::Unexplained { lines } => vec![("lines", (*lines).into())],
        MonthRefusal::TooManyPhones { has, most } => {
            vec![("has", (*has).into()), ("most", i64::from(*most).into())]
        }
        MonthRefusal::AheadOfFeed { head } => vec![("head", (*head).into())],
        MonthRefusal::BehindLast { closed } => vec![("closed", (*closed).into())],
        MonthRefusal::MoreCame { changes } => vec![("changes", (*changes).into())],
        MonthRefusal::NotYours
        | MonthRefusal::OtherTable
        | MonthRefusal::SamePerson
        | MonthRefusal::Unknown
        | MonthRefusal::AlreadyStamped
        | MonthRefusal::OtherNotes
        | MonthRefusal::NobodyMissing
        | MonthRefusal::OfficeOnly
        | MonthRefusal::NoNote => Vec::new(),
    }
}

/// A month as people write it: `2026年10月`.
pub fn month_name(texts: &Texts, period: Period) -> String {
    let month = texts.text(&format!("month-{}", period.month()), &[]);
    texts.text("date-month", &[("year", period.year().to_string().into()), ("month", month.into())])
}

fn confirmation_values(texts: &Texts, refusal: &ConfirmationRefusal) -> Vec<(&'static str, Value<'static>)> {
    match refusal {
        ConfirmationRefusal::AmountDiffers { due } => vec![("due", sum(*due))],
        ConfirmationRefusal::NotYet { today } => vec![("today", day(texts, today.0).into())],
        ConfirmationRefusal::TooEarly { first } => vec![("first", day(texts, first.0).into())],
        _ => Vec::new(),
    }
}

fn statement_values(texts: &Texts, refusal: &StatementRefusal) -> Vec<(&'static str, Value<'static>)> {
    match refusal {
        StatementRefusal::LineTaken { number } | StatementRefusal::SetAside { number } => {
            vec![("number", (*number).into())]
        }
        StatementRefusal::LinesDiffer { come } => vec![("come", sum(*come))],
        StatementRefusal::OtherDay { day: of } => vec![("day", day(texts, of.0).into())],
        StatementRefusal::NoCase { due } => vec![("due", sum(*due))],
        _ => Vec::new(),
    }
}

fn receivable_values(texts: &Texts, refusal: &ReceivableRefusal) -> Vec<(&'static str, Value<'static>)> {
    match refusal {
        ReceivableRefusal::PromisedBefore { day: of }
        | ReceivableRefusal::BeginsBefore { day: of }
        | ReceivableRefusal::Over { day: of } => {
            vec![("day", day(texts, of.0).into())]
        }
        ReceivableRefusal::PromisedTooFar { day: of, most } => {
            vec![("day", day(texts, of.0).into()), ("most", (*most).into())]
        }
        ReceivableRefusal::PromisedTooMuch { amount, open } => {
            vec![("amount", sum(*amount)), ("open", sum(*open))]
        }
        ReceivableRefusal::TooLong { days, most } => vec![("days", (*days).into()), ("most", (*most).into())],
        ReceivableRefusal::CreditTooLong { days, most } => {
            vec![("days", (*days).into()), ("most", (*most).into())]
        }
        ReceivableRefusal::Overlaps { from, to } => {
            vec![("from", day(texts, from.0).into()), ("to", day(texts, to.0).into())]
        }
        ReceivableRefusal::MayNotUrge
        | ReceivableRefusal::NoSuchOrder
        | ReceivableRefusal::MayNotExcept
        | ReceivableRefusal::MayNotApprove
        | ReceivableRefusal::YourOwn
        | ReceivableRefusal::EndsBeforeItBegins
        | ReceivableRefusal::NoSuchException
        | ReceivableRefusal::AlreadyStamped
        | ReceivableRefusal::NoReason => Vec::new(),
    }
}

fn limit_values(texts: &Texts, refusal: &LimitRefusal) -> Vec<(&'static str, Value<'static>)> {
    match refusal {
        LimitRefusal::MoreThanLeft { left } => vec![("left", sum(*left))],
        LimitRefusal::OtherFigures { share, drawer } => {
            vec![("share", sum(*share)), ("drawer", sum(*drawer))]
        }
        LimitRefusal::TooLong { days, most } => vec![("days", (*days).into()), ("most", (*most).into())],
        LimitRefusal::RemitAboveHold { remit_from, hold } => {
            vec![("remit", sum(*remit_from)), ("hold", sum(*hold))]
        }
        LimitRefusal::PartsDiffer { parts, due } => vec![("parts", sum(*parts)), ("due", sum(*due))],
        LimitRefusal::BeginsBefore { day: of } => vec![("day", day(texts, of.0).into())],
        LimitRefusal::NotYourPhone
        | LimitRefusal::NotFinance
        | LimitRefusal::StillInUse
        | LimitRefusal::AlreadySettled
        | LimitRefusal::BelowNothing
        | LimitRefusal::NotManagement
        | LimitRefusal::NotACashRep
        | LimitRefusal::EndsBeforeItBegins
        | LimitRefusal::OwnAffair => Vec::new(),
    }
}

fn order_values(refusal: &OrderRefusal) -> Vec<(&'static str, Value<'static>)> {
    match refusal {
        OrderRefusal::NotListed { line } => vec![("line", (*line).into())],
        OrderRefusal::NotTheListPrice { line, listed, asked } => {
            vec![
                ("line", (*line).into()),
                ("listed", listed.to_string().into()),
                ("asked", asked.to_string().into()),
            ]
        }
        OrderRefusal::WrongTotal { line, right } => vec![("line", (*line).into()), ("right", sum(*right))],
        OrderRefusal::TooManyLines { has, most } => vec![("has", (*has).into()), ("most", (*most).into())],
        OrderRefusal::NoLines
        | OrderRefusal::NoSuchList { .. }
        | OrderRefusal::Unknown
        | OrderRefusal::OtherBody
        | OrderRefusal::NotYours => Vec::new(),
    }
}

fn said(texts: &Texts, code: &str, values: &[(&str, Value<'_>)]) -> String {
    texts
        .of_code("refusal", code, values)
        .unwrap_or_else(|| texts.text("refusal-unknown", &[("code", code.into())]))
}

fn sum(money: Money) -> Value<'static> {
    money.grouped().into()
}

/// A note or coin as it is called: `100`, `0.50`.
fn note(worth: Money) -> Value<'static> {
    const FEN: i64 = 100;
    if worth.as_fen() % FEN == 0 { (worth.as_fen() / FEN).into() } else { sum(worth) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{cash::RemitNow, customer::PersonalField, people::Role, visit::Purpose},
        locale::Lang,
    };

    fn both() -> [Texts; 2] {
        Lang::ALL.map(Texts::new)
    }

    #[test]
    fn a_refusal_names_its_figures_in_both_languages() {
        let above = Refusal::Cash(CashRefusal::AboveLimit {
            would_hold: Money::fen(2_000_001),
            limit: Money::yuan(20_000),
            may_take: Money::yuan(1_000),
        });
        let [chinese, english] = both().map(|texts| refusal(&texts, &above));
        assert_eq!(chinese, "收后手上会是 20,000.01 元，规定最多 20,000.00 元；现在最多可收 1,000.00 元。");
        assert!(english.contains("20,000.01 yuan"), "{english}");
    }

    #[test]
    fn a_field_that_is_too_long_is_named_with_its_limit() {
        let why = NotAText::TooLong { has: 75, most: 60 };
        let refused = Refusal::Customer(CustomerRefusal::Field {
            why: FieldRefusal::Text { field: CardField::Name, why },
        });
        assert_eq!(refusal(&Texts::new(Lang::ZhCn), &refused), "名称：现有 75 个字，最多 60 个。");
    }

    #[test]
    fn a_fact_against_a_rule_says_the_rule() {
        let found = Finding::AgainstRule(Refusal::Cash(CashRefusal::NotACashRep));
        let said = finding(&Texts::new(Lang::ZhCn), &found);
        assert!(said.starts_with("已如实记下") && said.contains("只有直销人员能收现金"), "{said}");
    }

    #[test]
    fn no_finding_is_without_words() {
        let cash = RemitNow { held: Money::yuan(10_000) };
        let all = [
            Finding::RemitNow(cash),
            Finding::OverLimit(cash),
            Finding::ClockAhead { claimed: Timestamp::ZERO },
            Finding::ListExpired,
            Finding::ReceiptOutOfTurn { due: 3, found: 5 },
            Finding::OtherScopes,
            Finding::DrawerBelowZero { held: Money::yuan(-1) },
            Finding::DrawerDiffers {
                device: crate::unit::DeviceId::from_bytes([1; 16]),
                said: Money::yuan(2),
                held: Money::yuan(3),
            },
        ];
        for texts in both() {
            for found in &all {
                assert!(
                    texts.has(&format!("finding-{}", found.code().replace('.', "-"))),
                    "{}",
                    found.code()
                );
            }
        }
    }

    #[test]
    fn every_role_field_and_purpose_has_a_name_in_both_languages() {
        let keys = (Role::ALL.iter().map(|role| format!("role-{}", role.code())))
            .chain(CardField::ALL.iter().map(|field| format!("card-{}", field.code())))
            .chain(PersonalField::ALL.iter().map(|field| format!("personal-{}", field.code())))
            .chain(Purpose::ALL.iter().map(|purpose| format!("purpose-{}", purpose.code())));
        for key in keys {
            for texts in both() {
                assert!(texts.has(&key), "{key} has no words in {:?}", texts.lang());
            }
        }
    }

    /// Every code a refusal can have, read from where the codes stand.
    const CODES: [&str; 13] = [
        include_str!("domain/month/rules.rs"),
        include_str!("refusal.rs"),
        include_str!("domain/customer/rules.rs"),
        include_str!("domain/cash/account.rs"),
        include_str!("domain/cash/drawer.rs"),
        include_str!("domain/cash/limit_rules.rs"),
        include_str!("domain/cash/violation.rs"),
        include_str!("domain/visit.rs"),
        include_str!("domain/sale/price_list.rs"),
        include_str!("domain/sale/product.rs"),
        include_str!("domain/sale/order.rs"),
        include_str!("domain/people/staff.rs"),
        include_str!("domain/people/device.rs"),
    ];

    #[test]
    fn no_refusal_is_without_words() {
        let codes = CODES.iter().flat_map(|source| source.split('"').skip(1).step_by(2)).filter(|code| {
            code.split_once('.').is_some_and(|(noun, reason)| {
                let plain =
                    |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '-');
                plain(noun) && plain(reason)
            })
        });
        let texts = Texts::new(Lang::En);
        let mut seen = 0;
        let mut silent = Vec::new();
        for code in codes {
            let key = code.replace('.', "-");
            seen += 1;
            if !texts.has(&format!("refusal-{key}")) && !texts.has(&format!("finding-{key}")) {
                silent.push(code);
            }
        }
        assert_eq!(silent, Vec::<&str>::new());
        assert!(seen > 40, "only {seen} codes were found");
    }
}
