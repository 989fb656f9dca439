//! Floor 6: the papers of the regulation, chapter by chapter, each with its own rules.
//!
//! A rule takes what it needs and never looks anything up; it knows no device log, no feed and no store.

pub mod bank;
pub mod cash;
pub mod customer;
pub mod month;
pub mod people;
pub mod sale;
pub mod visit;

use minicbor::Encode;

use crate::{
    time::Timestamp,
    unit::{ChangeId, StaffId},
};

/// A paper of the ledger or form kind as it entered the book.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Recorded<T> {
    /// What was written.
    #[n(0)]
    pub what: T,
    /// The change that brought it.
    #[n(1)]
    pub id: ChangeId,
    /// Who wrote it.
    #[n(2)]
    pub by: StaffId,
    /// Its effective time.
    #[n(3)]
    pub at: Timestamp,
    /// Whether it counts in its author's scope only, until a supervisor rules.
    #[n(4)]
    pub withheld: bool,
    /// The head who took it over for its author, where it counts through them.
    #[n(5)]
    pub accepted_by: Option<StaffId>,
}

reads_map!(Recorded<T> { 0: what, 1: id, 2: by, 3: at, 4: withheld, 5: accepted_by });

impl<T> Recorded<T> {
    /// Enters a paper that can exist once only: of several the earliest stays, whatever the order they came in; of one
    /// that was withheld and then accepted, the accepted one.
    pub(crate) fn enter(self, slot: &mut Option<Self>) {
        let rank = |one: &Self| (one.at, one.id, one.withheld, one.accepted_by);
        let earlier = slot.as_ref().is_some_and(|there| rank(there) <= rank(&self));
        if !earlier {
            *slot = Some(self);
        }
    }
}
