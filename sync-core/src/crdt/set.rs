//! An add-wins set: an element goes only when the very addition that brought it is taken away.

use std::collections::BTreeSet;

use minicbor::Encode;

use super::Entries;
use crate::unit::ChangeId;

/// Contacts, tags and the like of a card.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct AddWinsSet<T> {
    #[n(0)]
    added: Entries<ChangeId, T>,
    #[n(1)]
    removed: BTreeSet<ChangeId>,
}

reads_map!(AddWinsSet<T> { 0: added, 1: removed });

impl<T> Default for AddWinsSet<T> {
    fn default() -> Self {
        Self { added: Entries::default(), removed: BTreeSet::new() }
    }
}

impl<T> AddWinsSet<T> {
    /// Adds an element under the change that brought it.
    pub fn add(&mut self, id: ChangeId, element: T) {
        self.added.enter(id, element);
    }

    /// Takes away one addition. A removal that arrives before its addition holds all the same.
    pub fn remove(&mut self, addition: ChangeId) {
        self.removed.insert(addition);
    }

    /// The elements that are in the set.
    pub fn elements(&self) -> impl Iterator<Item = (ChangeId, &T)> {
        self.added.iter().filter(|(id, _)| !self.removed.contains(id)).map(|(id, element)| (*id, element))
    }
}
