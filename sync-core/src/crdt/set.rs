//! An add-wins set: an element goes only when the very addition that brought it is taken away.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Encode};

use crate::unit::ChangeId;

/// Contacts, tags and the like of a card.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AddWinsSet<T> {
    #[n(0)]
    added: BTreeMap<ChangeId, T>,
    #[n(1)]
    removed: BTreeSet<ChangeId>,
}

impl<T> Default for AddWinsSet<T> {
    fn default() -> Self {
        Self { added: BTreeMap::new(), removed: BTreeSet::new() }
    }
}

impl<T> AddWinsSet<T> {
    /// Adds an element under the change that brought it.
    pub fn add(&mut self, id: ChangeId, element: T) {
        self.added.entry(id).or_insert(element);
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
