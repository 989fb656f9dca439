//! Floor 7: what a rule says. `Refusal` before recording (不予受理), `Finding` after merging (稽核发现).

use minicbor::Encode;
use serde::Serialize;
use thiserror::Error;
use uuid::Uuid;

use crate::{
    domain::{
        bank::StatementRefusal,
        cash::{
            AccountRefusal, CashRefusal, ConfirmationRefusal, DayCloseRefusal, HandInRefusal, LimitRefusal,
            ReceivableRefusal, RemitNow, ViolationRefusal,
        },
        customer::CustomerRefusal,
        month::MonthRefusal,
        people::{DeviceRefusal, StaffRefusal},
        sale::{OrderRefusal, PriceRefusal, ProductRefusal},
        visit::VisitRefusal,
    },
    time::Timestamp,
    unit::{DeviceId, Money, StaffId},
};

/// Why something is not accepted. Every noun owns its reasons; here they are only listed.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(untagged)]
pub enum Refusal {
    /// About staff.
    #[n(0)]
    #[error(transparent)]
    Staff(#[n(0)] StaffRefusal),
    /// About a device.
    #[n(1)]
    #[error(transparent)]
    Device(#[n(0)] DeviceRefusal),
    /// About a customer.
    #[n(2)]
    #[error(transparent)]
    Customer(#[n(0)] CustomerRefusal),
    /// About a product.
    #[n(3)]
    #[error(transparent)]
    Product(#[n(0)] ProductRefusal),
    /// About a price list.
    #[n(4)]
    #[error(transparent)]
    Price(#[n(0)] PriceRefusal),
    /// About a visit.
    #[n(5)]
    #[error(transparent)]
    Visit(#[n(0)] VisitRefusal),
    /// About an order.
    #[n(6)]
    #[error(transparent)]
    Order(#[n(0)] OrderRefusal),
    /// About a company account.
    #[n(7)]
    #[error(transparent)]
    Account(#[n(0)] AccountRefusal),
    /// About money.
    #[n(8)]
    #[error(transparent)]
    Cash(#[n(0)] CashRefusal),
    /// About the change itself.
    #[n(9)]
    #[error(transparent)]
    Change(#[n(0)] ChangeRefusal),
    /// About shares of the cash limit and special rules.
    #[n(10)]
    #[error(transparent)]
    Limit(#[n(0)] LimitRefusal),
    /// About a violation.
    #[n(11)]
    #[error(transparent)]
    Violation(#[n(0)] ViolationRefusal),
    /// About money that has arrived.
    #[n(12)]
    #[error(transparent)]
    Confirmation(#[n(0)] ConfirmationRefusal),
    /// About cash handed in.
    #[n(20)]
    #[error(transparent)]
    HandIn(#[n(0)] HandInRefusal),
    /// About a day that is closed.
    #[n(21)]
    #[error(transparent)]
    DayClose(#[n(0)] DayCloseRefusal),
    /// About a month that is closed.
    #[n(40)]
    #[error(transparent)]
    Month(#[n(0)] MonthRefusal),
    /// About a bank's statement.
    #[n(42)]
    #[error(transparent)]
    Statement(#[n(0)] StatementRefusal),
    /// About what is owed: reminders to pay and credit exceptions.
    #[n(41)]
    #[error(transparent)]
    Receivable(#[n(0)] ReceivableRefusal),
}

reads_enum!(Refusal {
    0: Staff(a),
    1: Device(a),
    2: Customer(a),
    3: Product(a),
    4: Price(a),
    5: Visit(a),
    6: Order(a),
    7: Account(a),
    8: Cash(a),
    9: Change(a),
    10: Limit(a),
    11: Violation(a),
    12: Confirmation(a),
    20: HandIn(a),
    21: DayClose(a),
    40: Month(a),
    42: Statement(a),
    41: Receivable(a),
});

/// Why a change cannot be taken as it is, whatever it says.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum ChangeRefusal {
    /// A kind this version does not know; kept until one does.
    #[n(0)]
    #[error("kind {kind} version {version} is not known here")]
    UnknownKind {
        /// The kind.
        #[n(0)]
        kind: u16,
        /// Its version.
        #[n(1)]
        version: u8,
    },
    /// The body is not of its kind, or a value lies outside its limits.
    #[n(1)]
    #[error("malformed: {why}")]
    Malformed {
        /// What is wrong, with the limit.
        #[n(0)]
        why: String,
    },
    /// It is about a paper whose creation is held itself.
    #[n(2)]
    #[error("waits for another change that is held")]
    WaitsFor {
        /// The paper waited for.
        #[cbor(n(0), with = "crate::log::uuid_bytes")]
        paper: Uuid,
    },
    /// The device had lost its rights before the act.
    #[n(3)]
    #[error("the device had been revoked before the act")]
    DeviceRevoked,
    /// Nobody knows the author.
    #[n(4)]
    #[error("the author is not a member of staff")]
    UnknownAuthor,
    /// Only heads decide on what waits, and in the office. Source: S79.
    #[n(5)]
    #[error("only the heads decide on what waits, in the office")]
    NotARuler,
    /// No change waits under this name, or another one than was named.
    #[n(6)]
    #[error("no such change waits")]
    NothingHeld,
    /// Somebody was earlier: a head has decided, or its author has corrected it.
    #[n(7)]
    #[error("somebody has decided on it already")]
    AlreadyDecided {
        /// Who.
        #[n(0)]
        by: StaffId,
        /// When.
        #[n(1)]
        at: Timestamp,
    },
}

reads_enum!(ChangeRefusal {
    0: UnknownKind { kind, version },
    1: Malformed { why },
    2: WaitsFor { paper with crate::log::uuid_bytes::decode },
    3: DeviceRevoked,
    4: UnknownAuthor,
    5: NotARuler,
    6: NothingHeld,
    7: AlreadyDecided { by, at },
});

impl ChangeRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownKind { .. } => "change.unknown-kind",
            Self::Malformed { .. } => "change.malformed",
            Self::WaitsFor { .. } => "change.waits-for",
            Self::DeviceRevoked => "change.device-revoked",
            Self::UnknownAuthor => "change.unknown-author",
            Self::NotARuler => "change.not-a-ruler",
            Self::NothingHeld => "change.nothing-held",
            Self::AlreadyDecided { .. } => "change.already-decided",
        }
    }
}

impl Refusal {
    /// The stable name of the reason: the same in problem documents, on the phone and in the translations.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Staff(r) => r.code(),
            Self::Device(r) => r.code(),
            Self::Customer(r) => r.code(),
            Self::Product(r) => r.code(),
            Self::Price(r) => r.code(),
            Self::Visit(r) => r.code(),
            Self::Order(r) => r.code(),
            Self::Account(r) => r.code(),
            Self::Cash(r) => r.code(),
            Self::Change(r) => r.code(),
            Self::Limit(r) => r.code(),
            Self::Violation(r) => r.code(),
            Self::Confirmation(r) => r.code(),
            Self::HandIn(r) => r.code(),
            Self::DayClose(r) => r.code(),
            Self::Month(r) => r.code(),
            Self::Statement(r) => r.code(),
            Self::Receivable(r) => r.code(),
        }
    }

    /// Whether two have written what binds the company without knowing of each other, so that a person must choose.
    pub const fn is_undecided(&self) -> bool {
        matches!(
            self,
            Self::Customer(CustomerRefusal::Undecided { .. })
                | Self::Product(ProductRefusal::Undecided { .. })
        )
    }

    /// The clause of the regulation behind it, where there is one.
    pub const fn clause(&self) -> Option<&'static str> {
        match self {
            Self::Staff(r) => Some(r.clause()),
            Self::Device(r) => Some(r.clause()),
            Self::Customer(r) => Some(r.clause()),
            Self::Product(r) => Some(r.clause()),
            Self::Price(r) => Some(r.clause()),
            Self::Visit(r) => Some(r.clause()),
            Self::Order(r) => Some(r.clause()),
            Self::Account(r) => Some(r.clause()),
            Self::Cash(r) => Some(r.clause()),
            Self::Limit(r) => Some(r.clause()),
            Self::Violation(r) => Some(r.clause()),
            Self::Confirmation(r) => Some(r.clause()),
            Self::HandIn(r) => Some(r.clause()),
            Self::DayClose(r) => Some(r.clause()),
            Self::Month(r) => Some(r.clause()),
            Self::Statement(r) => Some(r.clause()),
            Self::Receivable(r) => Some(r.clause()),
            Self::Change(_) => None,
        }
    }
}

macro_rules! from_noun {
    ($($variant:ident $noun:ident,)*) => {
        $(impl From<$noun> for Refusal {
            fn from(refusal: $noun) -> Self {
                Self::$variant(refusal)
            }
        })*
    };
}

from_noun! {
    Staff StaffRefusal,
    Device DeviceRefusal,
    Customer CustomerRefusal,
    Product ProductRefusal,
    Price PriceRefusal,
    Visit VisitRefusal,
    Order OrderRefusal,
    Account AccountRefusal,
    Cash CashRefusal,
    Change ChangeRefusal,
    Limit LimitRefusal,
    Violation ViolationRefusal,
    Confirmation ConfirmationRefusal,
    HandIn HandInRefusal,
    DayClose DayCloseRefusal,
    Month MonthRefusal,
    Statement StatementRefusal,
    Receivable ReceivableRefusal,
}

/// What came to light when a change was taken in. It never stops the change.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// The rep holds ten thousand or more and must remit. Source: S14.
    #[n(0)]
    RemitNow(#[n(0)] RemitNow),
    /// A fact that a rule would have refused before it was recorded.
    #[n(1)]
    AgainstRule(#[n(0)] Refusal),
    /// The author's clock was ahead; the effective time is the receipt time.
    #[n(2)]
    ClockAhead {
        /// The time its author claimed.
        #[n(0)]
        claimed: Timestamp,
    },
    /// The price list had run out on the day of the order. Source: S5.
    #[n(3)]
    ListExpired,
    /// A receipt number does not follow the one before. Source: S17.
    #[n(4)]
    ReceiptOutOfTurn {
        /// The number that was due.
        #[n(0)]
        due: u32,
        /// The number on the receipt.
        #[n(1)]
        found: u32,
    },
    /// Money was taken above the limit; the receipt is marked 超限收款. Source: S15.
    #[n(5)]
    OverLimit(#[n(0)] RemitNow),
    /// The scopes it declared are not those of what it says.
    #[n(6)]
    OtherScopes,
    /// A drawer holds less than nothing: more was sent on than lay in it, or what was reversed had been remitted already.
    /// Source: S14, S17.
    #[n(7)]
    DrawerBelowZero {
        /// What it holds.
        #[n(0)]
        held: Money,
    },
    /// A day was closed with another sum in a drawer than the book has. Source: S17.
    #[n(8)]
    DrawerDiffers {
        /// Whose drawer.
        #[n(0)]
        device: DeviceId,
        /// What the phone said lay in it.
        #[n(1)]
        said: Money,
        /// What the book says.
        #[n(2)]
        held: Money,
    },
}

reads_enum!(Finding {
    0: RemitNow(a),
    1: AgainstRule(a),
    2: ClockAhead { claimed },
    3: ListExpired,
    4: ReceiptOutOfTurn { due, found },
    5: OverLimit(a),
    6: OtherScopes,
    7: DrawerBelowZero { held },
    8: DrawerDiffers { device, said, held },
});

impl Finding {
    /// The rule that a fact was recorded against.
    pub const fn against_rule(&self) -> Option<&Refusal> {
        match self {
            Self::AgainstRule(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The stable name of the finding.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RemitNow(_) => "cash.remit-now",
            Self::AgainstRule(refusal) => refusal.code(),
            Self::ClockAhead { .. } => "time.clock-ahead",
            Self::ListExpired => "price.list-expired",
            Self::ReceiptOutOfTurn { .. } => "cash.receipt-out-of-turn",
            Self::OverLimit(_) => "cash.over-limit",
            Self::OtherScopes => "change.other-scopes",
            Self::DrawerBelowZero { .. } => "cash.drawer-below-zero",
            Self::DrawerDiffers { .. } => "day-close.drawer-differs",
        }
    }
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is in the book.
    #[n(0)]
    Applied {
        /// What came to light.
        #[n(0)]
        findings: Vec<Finding>,
        /// Whether it counts in its author's scope only, until a supervisor rules.
        #[n(1)]
        withheld: bool,
    },
    /// It waits for somebody to decide; its author sees it with the reason.
    #[n(1)]
    Held {
        /// Why.
        #[n(0)]
        reason: Refusal,
    },
}

reads_enum!(Verdict { 0: Applied { findings, withheld }, 1: Held { reason } });

impl Verdict {
    /// Applied, and nothing to say about it.
    pub const fn plain() -> Self {
        Self::Applied { findings: Vec::new(), withheld: false }
    }

    /// Whether it is in the book.
    pub const fn is_applied(&self) -> bool {
        matches!(self, Self::Applied { .. })
    }
}
