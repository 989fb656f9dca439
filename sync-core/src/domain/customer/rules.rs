//! Who may write a customer's card, and what.

use minicbor::Encode;
use serde::Serialize;
use thiserror::Error;

use super::{CardField, CardFieldSet, CustomerCard, FieldRefusal, FieldValue, PersonalFieldSet};
use crate::{
    crdt::Write,
    domain::people::{Author, Role},
    time::Timestamp,
    unit::{CustomerId, StaffId},
};

/// Why something about a customer is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum CustomerRefusal {
    /// Nobody has entered this customer. Said to those who see every customer only.
    #[n(0)]
    #[error("no such customer")]
    Unknown {
        /// The customer that was named.
        #[n(0)]
        customer: CustomerId,
    },
    /// The author did not look after such a customer at the time of the act, whether or not there is one. Source: S78.
    #[n(1)]
    #[error("the author did not look after such a customer at the time of the act")]
    NotYours {
        /// The customer that was named.
        #[n(0)]
        customer: CustomerId,
    },
    /// The customer is in the book already.
    #[n(2)]
    #[error("the customer is in the book already")]
    Exists {
        /// The customer that was named.
        #[n(0)]
        customer: CustomerId,
    },
    /// A value does not fit its field.
    #[n(3)]
    #[error("{why}")]
    Field {
        /// What does not fit.
        #[n(0)]
        why: FieldRefusal,
    },
    /// A card without a name.
    #[n(4)]
    #[error("a customer needs a name")]
    NoName,
    /// Only heads hand customers over. Source: S79.
    #[n(5)]
    #[error("only the sales department head or the marketing vice president hands customers over")]
    MayNotAssign {
        /// Who was to look after it.
        #[n(0)]
        owner: StaffId,
    },
    /// Who is to look after the customer does not work in the field. Source: S79.
    #[n(6)]
    #[error("only salespeople look after customers")]
    NotARep {
        /// Who was to look after it.
        #[n(0)]
        owner: StaffId,
    },
    /// Somebody else wrote another value into a field that binds the company, and neither knew of the other.
    /// Source: S82.
    #[n(7)]
    #[error("{field:?} binds the company, and somebody else wrote another value meanwhile")]
    Undecided {
        /// Which field.
        #[n(0)]
        field: CardField,
        /// What both had seen there.
        #[n(1)]
        base: Option<FieldValue>,
        /// What stands there now.
        #[n(2)]
        theirs: FieldValue,
        /// Who wrote that.
        #[n(3)]
        by: StaffId,
        /// When.
        #[n(4)]
        at: Timestamp,
    },
}

reads_enum!(CustomerRefusal {
    0: Unknown { customer },
    1: NotYours { customer },
    2: Exists { customer },
    3: Field { why },
    4: NoName,
    5: MayNotAssign { owner },
    6: NotARep { owner },
    7: Undecided { field, base, theirs, by, at },
});

impl CustomerRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "customer.unknown",
            Self::NotYours { .. } => "customer.not-yours",
            Self::Exists { .. } => "customer.exists",
            Self::Field { .. } => "customer.field",
            Self::NoName => "customer.no-name",
            Self::MayNotAssign { .. } => "customer.may-not-assign",
            Self::NotARep { .. } => "customer.not-a-rep",
            Self::Undecided { .. } => "customer.undecided",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::Unknown { .. } | Self::Exists { .. } | Self::NoName => "S85",
            Self::NotYours { .. } => "S78",
            Self::Field { .. } => "S92",
            Self::Undecided { .. } => "S82",
            Self::MayNotAssign { .. } | Self::NotARep { .. } => "S79",
        }
    }
}

/// Whether `author` may record something about the customer, judged at the time of the act.
///
/// # Errors
/// Somebody else's customer; for whoever sees all of them, one that is not there. Nobody else is told which of the two
/// it is: a guessed id must not tell whether there is such a customer. Source: S78.
pub fn may_touch(
    customer: CustomerId,
    card: Option<&CustomerCard>,
    author: &Author,
    at: Timestamp,
) -> Result<(), CustomerRefusal> {
    let card = card.filter(|card| card.exists());
    let owns = card.is_some_and(|card| card.owner.value_at(at) == Some(&author.staff));
    match (owns || author.may(Role::sees_all_customers), card) {
        (true, Some(_)) => Ok(()),
        (true, None) => Err(CustomerRefusal::Unknown { customer }),
        (false, _) => Err(CustomerRefusal::NotYours { customer }),
    }
}

/// Whether `author` may write this value into this field. Source: S92.
///
/// Where the field binds the company, what somebody else wrote meanwhile is not overwritten. Source: S82.
pub fn may_write_field(
    op: &CardFieldSet,
    card: Option<&CustomerCard>,
    author: &Author,
    at: Timestamp,
) -> Result<(), CustomerRefusal> {
    may_touch(op.customer, card, author, at)?;
    op.field.accepts(&op.value).map_err(|why| CustomerRefusal::Field { why })?;
    // A head who accepts it has seen both and chosen.
    if author.backed.is_some() || !op.field.is_binding() {
        return Ok(());
    }
    let Some(register) = card.and_then(|card| card.fields.get(&op.field)) else { return Ok(()) };
    // What was written after the customer had left the author is not theirs to read, and it is the later value: nothing
    // of it is overwritten, and who sees both is told that both wrote. Source: S78.
    let is_theirs_to_see = |then: Timestamp| {
        let owner = card.map(|card| &card.owner);
        let owned = |owner: Option<&StaffId>| owner == Some(&author.staff);
        then <= at
            || author.may(Role::sees_all_customers)
            || owner.is_some_and(|owner| owned(owner.value_at(then)) || owned(owner.value()))
    };
    let differs = |there: &Write<FieldValue>| there.value != op.value && is_theirs_to_see(there.at);
    let Some(theirs) = register.unseen(&op.replaces, differs) else { return Ok(()) };
    let base = register.base(&op.replaces, &theirs.replaces).map(|base| base.value.clone());
    let (field, by, at) = (op.field, theirs.by, theirs.at);
    Err(CustomerRefusal::Undecided { field, base, theirs: theirs.value.clone(), by, at })
}

/// Whether `author` may write this personal field: the one who looks after the customer, or a role that sees them.
pub fn may_write_personal_field(
    op: &PersonalFieldSet,
    card: Option<&CustomerCard>,
    author: &Author,
    at: Timestamp,
) -> Result<(), CustomerRefusal> {
    may_touch(op.customer, card, author, at)?;
    let owns = card.is_some_and(|card| card.owner.value_at(at) == Some(&author.staff));
    if owns || author.may(Role::sees_personal_fields) {
        Ok(())
    } else {
        Err(CustomerRefusal::NotYours { customer: op.customer })
    }
}

/// Whether `author` may hand a customer to `owner`; entering one's own customer needs no head. Source: S79.
pub fn may_assign(owner: StaffId, author: &Author) -> Result<(), CustomerRefusal> {
    if owner == author.staff || author.may(|role| role.assigns_customers() || role.keeps_staff()) {
        Ok(())
    } else {
        Err(CustomerRefusal::MayNotAssign { owner })
    }
}
