//! A ledger (台帐): entries are added, never edited, and merge by union.

use minicbor::{Decode, Encode};

use super::Entries;
use crate::unit::ChangeId;

/// Grow-only entries, each under the change that brought it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Ledger<T> {
    entries: Entries<ChangeId, T>,
}

impl<T> Default for Ledger<T> {
    fn default() -> Self {
        Self { entries: Entries::default() }
    }
}

impl<T> Ledger<T> {
    /// Adds an entry; the same entry twice counts once.
    pub fn enter(&mut self, id: ChangeId, entry: T) {
        self.entries.enter(id, entry);
    }

    /// All entries by identity.
    pub fn entries(&self) -> impl Iterator<Item = (&ChangeId, &T)> {
        self.entries.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
