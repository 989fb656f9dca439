//! Where in a request a rule says no, and at which limit: for problem documents, beside the rule's own sentence.
//!
//! Must not decide anything: it reads what the refusal carries.

use sync_core::{
    domain::{
        bank::StatementRefusal,
        cash::{
            AccountRefusal, CashRefusal, ConfirmationRefusal, DayCloseRefusal, HandInRefusal, LimitRefusal,
            ReceivableRefusal,
        },
        customer::{CustomerRefusal, FieldRefusal},
        month::MonthRefusal,
        people::StaffRefusal,
        sale::{OrderRefusal, PriceRefusal},
        visit::VisitRefusal,
    },
    refusal::Refusal,
    unit::{Money, NotAText, NotAnAmount},
};

/// The field of the request, where one is at fault; a field of a customer's card by its code.
pub(super) fn field(refusal: &Refusal) -> Option<String> {
    let named = match refusal {
        Refusal::Customer(refusal) => match refusal {
            CustomerRefusal::Field { why } => why.field().code(),
            CustomerRefusal::Undecided { field, .. } => field.code(),
            CustomerRefusal::NoName => "name",
            CustomerRefusal::Unknown { .. } | CustomerRefusal::Exists { .. } => "customer",
            CustomerRefusal::MayNotAssign { .. } | CustomerRefusal::NotARep { .. } => "owner",
            CustomerRefusal::NotYours { .. } => return None,
        },
        Refusal::Price(PriceRefusal::EndsBeforeItBegins) => "valid_to",
        Refusal::Price(PriceRefusal::NotOnceEach) => "prices",
        Refusal::Visit(refusal) => match refusal {
            VisitRefusal::NoPurpose => "purposes",
            VisitRefusal::TooManyPhotos { .. } => "photos",
            VisitRefusal::NoSuchPlace => "place",
        },
        Refusal::Order(refusal) => match refusal {
            OrderRefusal::NoLines | OrderRefusal::TooManyLines { .. } => "lines",
            OrderRefusal::NoSuchList { .. } => "price_list",
            OrderRefusal::NotListed { line } => return Some(of_line(*line, "product")),
            OrderRefusal::NotTheListPrice { line, .. } => return Some(of_line(*line, "price")),
            OrderRefusal::WrongTotal { line, .. } => return Some(of_line(*line, "total")),
            OrderRefusal::Unknown => "order",
            OrderRefusal::OtherBody | OrderRefusal::NotYours => return None,
        },
        Refusal::Cash(refusal) => match refusal {
            CashRefusal::AboveLimit { .. } | CashRefusal::MoreThanHeld { .. } => "amount",
            CashRefusal::NotACompanyAccount { .. } => "account",
            CashRefusal::PartsDiffer { .. } => "parts",
            _ => return None,
        },
        Refusal::Account(refusal) => match refusal {
            AccountRefusal::Unknown | AccountRefusal::Exists => "account",
            AccountRefusal::NotANumber | AccountRefusal::NumberTaken => "number",
            AccountRefusal::StaffName => "holder",
            AccountRefusal::NotFinance => return None,
        },
        Refusal::Limit(refusal) => match refusal {
            LimitRefusal::MoreThanLeft { .. } => "amount",
            LimitRefusal::StillInUse | LimitRefusal::AlreadySettled | LimitRefusal::NotYourPhone => "device",
            LimitRefusal::BelowNothing => "counted",
            LimitRefusal::NotACashRep | LimitRefusal::OwnAffair => "staff",
            LimitRefusal::EndsBeforeItBegins | LimitRefusal::TooLong { .. } => "to",
            LimitRefusal::BeginsBefore { .. } => "from",
            LimitRefusal::RemitAboveHold { .. } => "remit_from",
            LimitRefusal::PartsDiffer { .. } => "parts",
            LimitRefusal::NotFinance | LimitRefusal::OtherFigures { .. } | LimitRefusal::NotManagement => {
                return None;
            }
        },
        Refusal::Staff(StaffRefusal::NotForPeople) => "role",
        Refusal::HandIn(HandInRefusal::NoReason) => "note",
        Refusal::HandIn(HandInRefusal::Unknown) => "hand_in",
        Refusal::HandIn(HandInRefusal::OtherBody) => "over",
        Refusal::Month(refusal) => of_a_month(refusal)?,
        Refusal::Confirmation(refusal) => of_a_confirmation(refusal)?,
        Refusal::Statement(refusal) => of_a_statement(refusal)?,
        Refusal::DayClose(DayCloseRefusal::Unexplained { .. }) => "explanation",
        Refusal::DayClose(DayCloseRefusal::NotYet) => "day",
        Refusal::DayClose(_) => "counted",
        Refusal::Receivable(refusal) => of_what_is_owed(refusal)?,
        Refusal::Staff(_)
        | Refusal::Device(_)
        | Refusal::Product(_)
        | Refusal::Price(_)
        | Refusal::Violation(_)
        | Refusal::HandIn(_)
        | Refusal::Change(_) => return None,
    };
    Some(named.to_owned())
}

const fn of_a_month(refusal: &MonthRefusal) -> Option<&'static str> {
    Some(match refusal {
        MonthRefusal::NotOver { .. }
        | MonthRefusal::Closed { .. }
        | MonthRefusal::Signed { .. }
        | MonthRefusal::OutOfTurn { .. } => "period",
        MonthRefusal::OtherTable => "table",
        MonthRefusal::NoReason { .. } => "reason",
        MonthRefusal::OtherPhones { .. } | MonthRefusal::TooManyPhones { .. } => "missing",
        MonthRefusal::Unknown | MonthRefusal::AlreadyStamped => "closing",
        MonthRefusal::NoNote => "note",
        MonthRefusal::AheadOfFeed { .. }
        | MonthRefusal::BehindLast { .. }
        | MonthRefusal::MoreCame { .. } => "through",
        MonthRefusal::OtherNotes => "notes",
        MonthRefusal::NobodyMissing => "stamp",
        MonthRefusal::OfficeOnly
        | MonthRefusal::NotYours
        | MonthRefusal::SamePerson
        | MonthRefusal::Unexplained { .. } => {
            return None;
        }
    })
}

const fn of_a_confirmation(refusal: &ConfirmationRefusal) -> Option<&'static str> {
    Some(match refusal {
        ConfirmationRefusal::AmountDiffers { .. } => "amount",
        ConfirmationRefusal::OtherAccount { .. } | ConfirmationRefusal::NotACompanyAccount => "account",
        ConfirmationRefusal::NotYet { .. } | ConfirmationRefusal::TooEarly { .. } => "arrived_on",
        ConfirmationRefusal::NotFinance => return None,
        _ => "papers",
    })
}

const fn of_a_statement(refusal: &StatementRefusal) -> Option<&'static str> {
    Some(match refusal {
        StatementRefusal::UnknownAccount | StatementRefusal::OtherAccount => "account",
        StatementRefusal::UnknownLine | StatementRefusal::NotAside | StatementRefusal::CaseOpen { .. } => {
            "line"
        }
        StatementRefusal::OtherDay { .. } => "arrived_on",
        StatementRefusal::LineTaken { .. }
        | StatementRefusal::SetAside { .. }
        | StatementRefusal::NoLines
        | StatementRefusal::LinesDiffer { .. } => "lines",
        StatementRefusal::NoReason => "note",
        StatementRefusal::NoCase { .. } => "staff",
        StatementRefusal::NotFinance | StatementRefusal::AlreadyImported | StatementRefusal::NotMatched => {
            return None;
        }
    })
}

const fn of_what_is_owed(refusal: &ReceivableRefusal) -> Option<&'static str> {
    Some(match refusal {
        ReceivableRefusal::NoSuchOrder => "order",
        ReceivableRefusal::PromisedBefore { .. } | ReceivableRefusal::PromisedTooFar { .. } => "promised",
        ReceivableRefusal::PromisedTooMuch { .. } => "promised.amount",
        ReceivableRefusal::EndsBeforeItBegins
        | ReceivableRefusal::Over { .. }
        | ReceivableRefusal::TooLong { .. } => "to",
        ReceivableRefusal::Overlaps { .. } | ReceivableRefusal::BeginsBefore { .. } => "from",
        ReceivableRefusal::CreditTooLong { .. } => "pay_within",
        ReceivableRefusal::NoSuchException => "exception",
        ReceivableRefusal::NoReason => "note",
        ReceivableRefusal::MayNotUrge
        | ReceivableRefusal::MayNotExcept
        | ReceivableRefusal::MayNotApprove
        | ReceivableRefusal::YourOwn
        | ReceivableRefusal::AlreadyStamped => return None,
    })
}

/// A field of an order's line; refusals count lines from 1, addresses into a request from 0.
fn of_line(line: u32, field: &str) -> String {
    format!("lines[{}].{field}", line.saturating_sub(1))
}

/// The limit that was passed, where there is one; of sums in fen.
pub(super) fn limit(refusal: &Refusal) -> Option<u64> {
    match refusal {
        Refusal::Customer(CustomerRefusal::Field { why }) => match why {
            FieldRefusal::Text { why, .. } => limit_of_text(why),
            FieldRefusal::TooLarge { most, .. } => Some(*most),
            FieldRefusal::WrongType { .. } => None,
        },
        Refusal::Visit(VisitRefusal::NoPurpose) | Refusal::Order(OrderRefusal::NoLines) => Some(1),
        Refusal::Visit(VisitRefusal::TooManyPhotos { most, .. })
        | Refusal::Order(OrderRefusal::TooManyLines { most, .. })
        | Refusal::Limit(LimitRefusal::TooLong { most, .. })
        | Refusal::Receivable(
            ReceivableRefusal::TooLong { most, .. } | ReceivableRefusal::PromisedTooFar { most, .. },
        ) => Some(u64::from(*most)),
        Refusal::Receivable(ReceivableRefusal::PromisedTooMuch { open, .. }) => fen(*open),
        Refusal::Receivable(ReceivableRefusal::CreditTooLong { most, .. })
        | Refusal::Month(MonthRefusal::TooManyPhones { most, .. }) => Some(u64::from(*most)),
        Refusal::Month(MonthRefusal::AheadOfFeed { head }) => Some(*head),
        Refusal::Month(MonthRefusal::BehindLast { closed }) => Some(*closed),
        Refusal::Cash(CashRefusal::AboveLimit { limit, .. }) => fen(*limit),
        Refusal::Cash(CashRefusal::MoreThanHeld { held }) => fen(*held),
        Refusal::Limit(LimitRefusal::MoreThanLeft { left }) => fen(*left),
        Refusal::Limit(LimitRefusal::RemitAboveHold { hold, .. }) => fen(*hold),
        Refusal::Confirmation(ConfirmationRefusal::AmountDiffers { due })
        | Refusal::Limit(LimitRefusal::PartsDiffer { due, .. }) => fen(*due),
        _ => None,
    }
}

/// The limit in a text's reason.
pub(super) fn limit_of_text(why: &NotAText) -> Option<u64> {
    match why {
        NotAText::TooLong { most, .. } => Some(u64::from(*most)),
        NotAText::TooShort { least, .. } => Some(u64::from(*least)),
        NotAText::ControlCharacter => None,
    }
}

/// The limit in an amount's reason: of decimals, or of the sum in fen.
pub(super) fn limit_of_amount(why: &NotAnAmount) -> Option<u64> {
    match why {
        NotAnAmount::TooManyDecimals { most } => Some(u64::from(*most)),
        NotAnAmount::TooLarge { most } => fen(*most),
        NotAnAmount::Empty | NotAnAmount::NotANumber | NotAnAmount::NotPositive => None,
    }
}

fn fen(sum: Money) -> Option<u64> {
    u64::try_from(sum.as_fen()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_its_field_and_its_limit() {
        let cases: [(Refusal, &str, Option<u64>); 5] = [
            (VisitRefusal::TooManyPhotos { has: 10, most: 9 }.into(), "photos", Some(9)),
            (OrderRefusal::TooManyLines { has: 300, most: 200 }.into(), "lines", Some(200)),
            (OrderRefusal::NotListed { line: 3 }.into(), "lines[2].product", None),
            (CashRefusal::MoreThanHeld { held: Money::yuan(5) }.into(), "amount", Some(500)),
            (CustomerRefusal::NoName.into(), "name", None),
        ];
        for (refusal, named, most) in cases {
            assert_eq!(field(&refusal).as_deref(), Some(named), "{refusal}");
            assert_eq!(limit(&refusal), most, "{refusal}");
        }
    }
}
