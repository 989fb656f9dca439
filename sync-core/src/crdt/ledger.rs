//! A ledger (台帐): entries are added, never edited, and merge by union.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use crate::unit::ChangeId;

/// Grow-only entries, each under the change that brought it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Ledger<T> {
    entries: BTreeMap<ChangeId, T>,
}

impl<T> Default for Ledger<T> {
    fn default() -> Self {
        Self { entries: BTreeMap::new() }
    }
}

impl<T> Ledger<T> {
    /// Adds an entry; the same entry twice counts once.
    pub fn enter(&mut self, id: ChangeId, entry: T) {
        self.entries.entry(id).or_insert(entry);
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
