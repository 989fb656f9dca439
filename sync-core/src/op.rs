//! Floor 7: what a change says. Each noun owns its op; here they are only listed, with their kind numbers.
//!
//! A kind number and a field number are never reused.

mod ruling;

pub use ruling::{HeldDecided, Resubmitted, Ruling, Said, TakenOnBehalf};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::{
    domain::{
        bank::{LineSetAside, MOST_LINES, MappingSaved, StatementImported},
        cash::{
            CashHandedIn, Collected, CompanyAccountClosed, CompanyAccountOpened, ConfirmationWithdrawn,
            CreditExcepted, CreditExceptionStamped, DayClosed, HandInStamped, LimitOverridden,
            LostPhoneSettled, Means, MoneyConfirmed, PaymentUrged, Remitted, Reversed, Reversible,
            ShareMoved, ViolationRaised, ViolationStamped, confirmation_scopes,
        },
        customer::{
            CardField, CardFieldSet, ContactAdded, ContactRemoved, CustomerCreated, OwnerSet,
            PersonalFieldSet,
        },
        month::{MOST_MISSING, MonthClosed, MonthLineExplained, MonthStamped, line_notes_id},
        people::{DeviceEnrolled, DeviceRevoked, StaffJoined, StaffRoleSet},
        sale::{OrderStamped, OrderTaken, PriceListIssued, ProductSet},
        visit::{BlobHash, VisitRecorded},
    },
    paper::held_scope,
    scope::{Desk, Scope},
    unit::{Amount, CustomerId, Money, StaffId},
};

/// The merge shape of what an op writes, which decides what becomes of one that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// 卡: may be held.
    Card,
    /// 台帐: always applied; a fact is never refused by a merge.
    Ledger,
    /// 单: may be held.
    Form,
}

/// Why a body could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnreadableBody {
    /// A kind this version does not know.
    #[error("kind {kind} version {version} is not known here")]
    UnknownKind {
        /// The kind.
        kind: u16,
        /// Its version.
        version: u8,
    },
    /// Not what its kind says, or a value outside its limits.
    #[error("{why}")]
    Malformed {
        /// What is wrong, with the limit.
        why: String,
    },
}

macro_rules! ops {
    ($($kind:literal $ending:ident $name:ident,)*) => {
        /// The typed content of a change: one business gesture.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "op", rename_all = "kebab-case")]
        pub enum Op {
            $(
                #[doc = concat!("Kind ", stringify!($kind), ".")]
                $name($name),
            )*
        }

        impl Op {
            /// The kind number, which stands in the header.
            pub const fn kind(&self) -> u16 {
                match self { $(Self::$name(_) => $kind,)* }
            }

            /// Every kind known here.
            pub const KINDS: &'static [u16] = &[$($kind),*];

            /// The ending of a kind; `None` for kinds not known here.
            pub const fn ending_of(kind: u16) -> Option<Ending> {
                match kind { $($kind => Some(Ending::$ending),)* _ => None }
            }

            /// The name of a kind, for people who look at logs.
            pub const fn name_of(kind: u16) -> &'static str {
                match kind { $($kind => stringify!($name),)* _ => "unknown" }
            }

            /// The body's bytes.
            pub fn to_body(&self) -> Vec<u8> {
                match self { $(Self::$name(op) => minicbor::to_vec(op),)* }
                    .expect("writing to memory cannot fail")
            }

            /// Reads a body of a kind and version.
            ///
            /// # Errors
            /// An unknown kind, or a body that is not of its kind or outside the limits of its fields.
            pub fn from_body(kind: u16, version: u8, body: &[u8]) -> Result<Self, UnreadableBody> {
                if version != Self::VERSION {
                    return Err(UnreadableBody::UnknownKind { kind, version });
                }
                match kind {
                    $($kind => minicbor::decode(body).map(Self::$name),)*
                    _ => return Err(UnreadableBody::UnknownKind { kind, version }),
                }
                .map_err(|e| UnreadableBody::Malformed { why: e.to_string() })
                .and_then(Self::within_limits)
            }
        }
    };
}

ops! {
    1 Card StaffJoined,
    2 Card StaffRoleSet,
    3 Card DeviceEnrolled,
    4 Card DeviceRevoked,
    5 Card HeldDecided,
    6 Card TakenOnBehalf,
    7 Form Resubmitted,
    10 Card CustomerCreated,
    11 Card CardFieldSet,
    12 Card PersonalFieldSet,
    13 Card ContactAdded,
    14 Card ContactRemoved,
    15 Card OwnerSet,
    20 Card ProductSet,
    21 Card PriceListIssued,
    30 Ledger VisitRecorded,
    40 Form OrderTaken,
    41 Form OrderStamped,
    50 Card CompanyAccountOpened,
    51 Card CompanyAccountClosed,
    52 Ledger Collected,
    53 Ledger Remitted,
    54 Ledger Reversed,
    55 Card ShareMoved,
    56 Card LostPhoneSettled,
    57 Card LimitOverridden,
    58 Card ViolationRaised,
    59 Card ViolationStamped,
    60 Form CashHandedIn,
    61 Form HandInStamped,
    62 Ledger DayClosed,
    75 Form MonthClosed,
    76 Form MonthStamped,
    77 Form MonthLineExplained,
    65 Form MoneyConfirmed,
    66 Form StatementImported,
    67 Form ConfirmationWithdrawn,
    68 Form LineSetAside,
    69 Card MappingSaved,
    78 Ledger PaymentUrged,
    79 Form CreditExcepted,
    80 Form CreditExceptionStamped,
}

impl Op {
    /// The version of every kind so far.
    pub const VERSION: u8 = 1;

    /// The op's ending.
    pub fn ending(&self) -> Ending {
        Self::ending_of(self.kind()).expect("every op is listed with its ending")
    }

    /// The op, if none of its lists holds more than any screen can fill: what is judged under the feed lock stays small.
    fn within_limits(self) -> Result<Self, UnreadableBody> {
        let most = Amount::MOST;
        if let Some((what, sum)) = self.named_sums().into_iter().find(|(_, sum)| sum.distance() > most) {
            return Err(UnreadableBody::Malformed { why: format!("{what} is {sum}; the limit is {most}") });
        }
        if let Some((what, day)) = self.named_days().into_iter().find(|(_, day)| !day.is_within_reach()) {
            return Err(UnreadableBody::Malformed { why: format!("{what} is {day}; 1900 to 2100 is taken") });
        }
        let (what, has, most) = match &self {
            Self::Remitted(op) => ("drawers", op.drawers.len(), 32),
            Self::CashHandedIn(op) => ("drawers", op.drawers.len(), 32),
            Self::MonthClosed(op) => ("phones", op.missing.len(), usize::from(MOST_MISSING)),
            Self::DayClosed(op) => ("drawers and counts", op.drawers.len().max(op.counted.len()), 32),
            Self::MoneyConfirmed(op) => ("papers and lines", op.papers.len().max(op.lines.len()), 64),
            Self::ConfirmationWithdrawn(op) => ("papers and lines", op.papers.len().max(op.lines.len()), 64),
            Self::StatementImported(op) => ("lines", op.lines.len(), MOST_LINES),
            Self::MappingSaved(op) => ("columns", op.layout.columns(), 64),
            Self::LimitOverridden(op) => ("parts", op.parts.len(), 32),
            Self::VisitRecorded(op) => ("purposes and photos", op.purposes.len().max(op.photos.len()), 64),
            Self::CustomerCreated(op) => ("fields and contacts", op.fields.len().max(op.contacts.len()), 64),
            Self::OrderTaken(op) => ("lines", op.lines.len(), 1_000),
            Self::PriceListIssued(op) => ("prices", op.prices.len(), 10_000),
            Self::CardFieldSet(CardFieldSet { replaces, .. })
            | Self::PersonalFieldSet(PersonalFieldSet { replaces, .. })
            | Self::StaffRoleSet(StaffRoleSet { replaces, .. })
            | Self::OwnerSet(OwnerSet { replaces, .. })
            | Self::ProductSet(ProductSet { replaces, .. }) => ("replaced writes", replaces.len(), 256),
            _ => return Ok(self),
        };
        if has <= most {
            return Ok(self);
        }
        Err(UnreadableBody::Malformed { why: format!("{has} {what}; the limit is {most}") })
    }

    /// The sums that somebody counted or found, which no account bounds, by the names of their fields.
    fn named_sums(&self) -> Vec<(&'static str, Money)> {
        match self {
            Self::LostPhoneSettled(op) => vec![("counted", op.counted)],
            Self::ViolationRaised(op) => vec![("held", op.held), ("amount", op.amount)],
            Self::DayClosed(op) => op.drawers.iter().map(|drawer| ("held", drawer.held)).collect(),
            Self::StatementImported(op) => op.lines.iter().map(|line| ("amount", line.amount)).collect(),
            _ => Vec::new(),
        }
    }

    /// The days that a bank's statement names.
    fn named_days(&self) -> Vec<(&'static str, crate::time::BusinessDate)> {
        match self {
            Self::StatementImported(op) => op.lines.iter().map(|line| ("date", line.date)).collect(),
            Self::MoneyConfirmed(op) => vec![("arrived_on", op.arrived_on)],
            _ => Vec::new(),
        }
    }

    /// Where the op is to be seen, when `author` writes it.
    pub fn scopes(&self, author: StaffId) -> Vec<Scope> {
        let finance = Scope::Desk(Desk::Finance);
        match self {
            Self::StaffJoined(_)
            | Self::StaffRoleSet(_)
            | Self::ProductSet(_)
            | Self::PriceListIssued(_)
            | Self::CompanyAccountOpened(_)
            | Self::CompanyAccountClosed(_) => vec![Scope::Common],
            Self::HeldDecided(op) => vec![held_scope(op.author, op.personal)],
            Self::TakenOnBehalf(op) => op.scopes(),
            Self::Resubmitted(op) => op.scopes(author),
            Self::DeviceEnrolled(op) => vec![Scope::Staff(op.staff)],
            Self::DeviceRevoked(op) => vec![Scope::Staff(op.staff)],
            Self::PersonalFieldSet(op) => vec![Scope::CustomerPrivate(op.customer)],
            Self::CustomerCreated(CustomerCreated { customer, .. })
            | Self::CardFieldSet(CardFieldSet { customer, .. })
            | Self::ContactAdded(ContactAdded { customer, .. })
            | Self::ContactRemoved(ContactRemoved { customer, .. })
            | Self::OwnerSet(OwnerSet { customer, .. })
            | Self::VisitRecorded(VisitRecorded { customer, .. }) => vec![Scope::Customer(*customer)],
            Self::OrderTaken(op) => {
                vec![Scope::Customer(op.customer), Scope::Staff(author), Scope::Desk(Desk::Logistics)]
            }
            Self::OrderStamped(op) => vec![Scope::Customer(op.customer), Scope::Desk(Desk::Logistics)],
            Self::Collected(op) => {
                let mut scopes = vec![Scope::Customer(op.customer), Scope::Staff(author)];
                if matches!(op.means, Means::Transfer { .. }) {
                    scopes.push(finance);
                }
                scopes
            }
            Self::Remitted(_) | Self::CashHandedIn(_) => vec![Scope::Staff(author), finance],
            Self::HandInStamped(op) => vec![Scope::Staff(op.staff), finance],
            Self::DayClosed(_) => vec![Scope::Staff(author)],
            Self::MonthClosed(_) | Self::MonthStamped(_) | Self::MonthLineExplained(_) => {
                vec![Scope::Desk(Desk::Books)]
            }
            Self::MoneyConfirmed(op) => confirmation_scopes(op.kind, op.customer, &op.papers),
            Self::ConfirmationWithdrawn(op) => confirmation_scopes(op.kind, op.customer, &op.papers),
            Self::StatementImported(_) | Self::MappingSaved(_) => vec![finance],
            Self::LineSetAside(op) => {
                op.case().map(|(staff, _)| Scope::Staff(staff)).into_iter().chain([finance]).collect()
            }
            Self::PaymentUrged(PaymentUrged { customer, .. })
            | Self::CreditExcepted(CreditExcepted { customer, .. })
            | Self::CreditExceptionStamped(CreditExceptionStamped { customer, .. }) => {
                vec![Scope::Customer(*customer)]
            }
            Self::ShareMoved(ShareMoved { staff, .. })
            | Self::LostPhoneSettled(LostPhoneSettled { staff, .. })
            | Self::LimitOverridden(LimitOverridden { staff, .. })
            | Self::ViolationRaised(ViolationRaised { staff, .. })
            | Self::ViolationStamped(ViolationStamped { staff, .. }) => vec![Scope::Staff(*staff)],
            Self::Reversed(op) => {
                let customer = op.customer.filter(|_| op.kind == Reversible::Collection);
                customer.map(Scope::Customer).into_iter().chain([Scope::Staff(op.staff), finance]).collect()
            }
        }
    }

    /// Which thing the op is about; `None` where it creates the thing.
    pub fn entity(&self) -> Option<Uuid> {
        match self {
            Self::StaffJoined(_)
            | Self::DeviceEnrolled(_)
            | Self::CustomerCreated(_)
            | Self::PriceListIssued(_)
            | Self::VisitRecorded(_)
            | Self::OrderTaken(_)
            | Self::CompanyAccountOpened(_)
            | Self::Collected(_)
            | Self::Remitted(_)
            | Self::CashHandedIn(_)
            | Self::DayClosed(_)
            | Self::MonthClosed(_)
            | Self::PaymentUrged(_)
            | Self::CreditExcepted(_)
            | Self::ViolationRaised(_) => None,
            Self::MonthStamped(op) => Some(op.closing.0),
            Self::MonthLineExplained(op) => Some(line_notes_id(op.period)),
            Self::HandInStamped(op) => Some(op.hand_in.0),
            Self::MoneyConfirmed(op) => op.papers.first().map(|paper| paper.of.0),
            Self::ConfirmationWithdrawn(op) => op.papers.first().map(|paper| paper.of.0),
            Self::StatementImported(op) => Some(op.statement().0),
            Self::LineSetAside(op) => Some(op.line.0),
            Self::MappingSaved(op) => Some(op.account.0),
            Self::CreditExceptionStamped(op) => Some(op.exception.0),
            Self::ShareMoved(ShareMoved { staff, .. })
            | Self::LostPhoneSettled(LostPhoneSettled { staff, .. })
            | Self::LimitOverridden(LimitOverridden { staff, .. }) => Some(staff.0),
            Self::ViolationStamped(op) => Some(op.violation.0),
            Self::HeldDecided(op) => Some(op.change.created()),
            Self::TakenOnBehalf(op) => op.said.0.entity(),
            Self::Resubmitted(op) => op.said.0.entity(),
            Self::StaffRoleSet(op) => Some(op.staff.0),
            Self::DeviceRevoked(op) => Some(op.device.0),
            Self::ProductSet(op) => Some(op.product.0),
            Self::OrderStamped(op) => Some(op.order.0),
            Self::CompanyAccountClosed(op) => Some(op.account.0),
            Self::Reversed(op) => Some(op.of.0),
            Self::CardFieldSet(CardFieldSet { customer, .. })
            | Self::PersonalFieldSet(PersonalFieldSet { customer, .. })
            | Self::ContactAdded(ContactAdded { customer, .. })
            | Self::ContactRemoved(ContactRemoved { customer, .. })
            | Self::OwnerSet(OwnerSet { customer, .. }) => Some(customer.0),
        }
    }

    /// The customer the op is about, if it is about one.
    pub fn customer(&self) -> Option<CustomerId> {
        match self.said() {
            Self::CustomerCreated(op) => Some(op.customer),
            Self::CardFieldSet(op) => Some(op.customer),
            Self::PersonalFieldSet(op) => Some(op.customer),
            Self::ContactAdded(op) => Some(op.customer),
            Self::ContactRemoved(op) => Some(op.customer),
            Self::OwnerSet(op) => Some(op.customer),
            Self::VisitRecorded(op) => Some(op.customer),
            Self::OrderTaken(op) => Some(op.customer),
            Self::OrderStamped(op) => Some(op.customer),
            Self::Collected(op) => Some(op.customer),
            Self::PaymentUrged(op) => Some(op.customer),
            Self::CreditExcepted(op) => Some(op.customer),
            Self::CreditExceptionStamped(op) => Some(op.customer),
            Self::Reversed(op) => op.customer,
            Self::MoneyConfirmed(op) => op.customer,
            Self::ConfirmationWithdrawn(op) => op.customer,
            _ => None,
        }
    }

    /// The files the op names (照片、凭证).
    pub fn files(&self) -> Vec<BlobHash> {
        match self.said() {
            Self::VisitRecorded(op) => op.photos.clone(),
            Self::Remitted(op) => op.slip.into_iter().collect(),
            Self::Collected(Collected { photo, .. })
            | Self::ViolationRaised(ViolationRaised { photo, .. }) => photo.iter().copied().collect(),
            _ => Vec::new(),
        }
    }

    /// Whether the body names persons, so that it is salted and can be erased without breaking the chain.
    pub fn names_persons(&self) -> bool {
        match self.said() {
            Self::StaffJoined(_)
            | Self::CustomerCreated(_)
            | Self::PersonalFieldSet(_)
            | Self::ContactAdded(_)
            | Self::StatementImported(_)
            | Self::PaymentUrged(_)
            | Self::VisitRecorded(_) => true,
            Self::CardFieldSet(op) => matches!(op.field, CardField::Phone | CardField::LegalRepresentative),
            _ => false,
        }
    }
}
