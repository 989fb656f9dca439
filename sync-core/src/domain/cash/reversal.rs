//! 冲正: a mistake in the ledger is reversed by a new entry with a reason, never edited. Source: S17.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::CashRefusal;
use crate::{
    domain::people::{Author, Role},
    time::Timestamp,
    unit::{CustomerId, PaperId, StaffId, Text},
};

/// What kind of paper is reversed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Reversible {
    /// A collection.
    #[n(0)]
    Collection,
    /// A remittance.
    #[n(1)]
    Remittance,
}

/// A collection or remittance is reversed, whole.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Reversed {
    /// What.
    #[n(0)]
    pub kind: Reversible,
    /// Which one.
    #[n(1)]
    pub of: PaperId,
    /// Whose drawer it touches: the author of what is reversed.
    #[n(2)]
    pub staff: StaffId,
    /// The customer of a collection.
    #[n(3)]
    pub customer: Option<CustomerId>,
    /// Why.
    #[n(4)]
    pub reason: Text<1, 200>,
}

reads_map!(Reversed { 0: kind, 1: of, 2: staff, 3: customer, 4: reason });

/// A reversal in the book.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Reversal {
    /// Who reversed.
    #[n(0)]
    pub by: StaffId,
    /// When.
    #[n(1)]
    pub at: Timestamp,
    /// Why.
    #[n(2)]
    pub reason: Text<1, 200>,
}

reads_map!(Reversal { 0: by, 1: at, 2: reason });

/// What a reversal must know of the paper it reverses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Who wrote it.
    pub by: StaffId,
    /// Whose it is, for a collection.
    pub customer: Option<CustomerId>,
    /// Whether it was reversed before.
    pub reversed: bool,
    /// Whether finance has confirmed that it has arrived.
    pub confirmed: bool,
}

/// Whether `author` may reverse this: its author, and what finance has confirmed finance alone. Source: S13, S17.
pub fn may_reverse(op: &Reversed, target: Option<Target>, author: &Author) -> Result<(), CashRefusal> {
    let Some(target) = target else {
        return Err(CashRefusal::NothingToReverse);
    };
    if target.by != op.staff || target.customer != op.customer {
        Err(CashRefusal::NothingToReverse)
    } else if target.reversed {
        Err(CashRefusal::AlreadyReversed)
    } else if target.by != author.staff && author.role != Role::Finance {
        Err(CashRefusal::NotYours)
    } else if target.confirmed && author.role != Role::Finance {
        Err(CashRefusal::ConfirmedMoney)
    } else {
        Ok(())
    }
}
