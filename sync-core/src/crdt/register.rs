//! A field of a card (卡): the latest effective time wins, what lost is kept and can be restored.

use minicbor::{Decode, Encode};

use super::Entries;
use crate::{
    time::Timestamp,
    unit::{ChangeId, StaffId},
};

/// One value once written into a field.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Write<T> {
    /// What was written.
    #[n(0)]
    pub value: T,
    /// Its effective time.
    #[n(1)]
    pub at: Timestamp,
    /// Who wrote it.
    #[n(2)]
    pub by: StaffId,
    /// The writes its author saw in the field and meant to replace.
    #[n(3)]
    pub replaces: Vec<ChangeId>,
}

reads_map!(Write<T> { 0: value, 1: at, 2: by, 3: replaces });

/// A field that several people may write without knowing of each other.
///
/// All writes are kept; the shown value and the losing ones are read off them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Register<T> {
    writes: Entries<ChangeId, Write<T>>,
}

impl<T> Default for Register<T> {
    fn default() -> Self {
        Self { writes: Entries::default() }
    }
}

impl<T> Register<T> {
    /// Takes in one write; the same write twice counts once.
    pub fn write(&mut self, id: ChangeId, write: Write<T>) {
        self.writes.enter(id, write);
    }

    /// The write that is shown: the latest effective time, ties by device and sequence.
    pub fn current(&self) -> Option<(ChangeId, &Write<T>)> {
        self.writes.iter().max_by_key(|(id, write)| (write.at, **id)).map(|(id, write)| (*id, write))
    }

    /// The value that is shown.
    pub fn value(&self) -> Option<&T> {
        self.current().map(|(_, write)| &write.value)
    }

    /// The value that was in force at a time, in the order of effective times.
    pub fn value_at(&self, at: Timestamp) -> Option<&T> {
        self.writes
            .iter()
            .filter(|(_, write)| write.at <= at)
            .max_by_key(|(id, write)| (write.at, **id))
            .map(|(_, write)| &write.value)
    }

    /// The writes that nobody has answered: what a new write must name as replaced.
    pub fn heads(&self) -> Vec<ChangeId> {
        let mut replaced: Vec<ChangeId> =
            self.writes.values().flat_map(|write| &write.replaces).copied().collect();
        replaced.sort_unstable();
        let answered = |id: &ChangeId| replaced.binary_search(id).is_ok();
        self.writes.iter().map(|(id, _)| *id).filter(|id| !answered(id)).collect()
    }

    /// Every write ever made, by identity.
    pub fn writes(&self) -> impl Iterator<Item = (ChangeId, &Write<T>)> {
        self.writes.iter().map(|(id, write)| (*id, write))
    }

    /// One write by its identity.
    pub fn get(&self, id: ChangeId) -> Option<&Write<T>> {
        self.writes.get(&id)
    }

    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }
}

impl<T: PartialEq> Register<T> {
    /// The latest write that `differs` and that whoever replaces `replaces` has not seen.
    pub fn unseen(&self, replaces: &[ChangeId], differs: impl Fn(&Write<T>) -> bool) -> Option<&Write<T>> {
        let unseen = self.heads().into_iter().filter(|id| !replaces.contains(id));
        let others = unseen.filter_map(|id| self.get(id).map(|write| (id, write)));
        let others = others.filter(|(_, write)| differs(write));
        others.max_by_key(|(id, write)| (write.at, *id)).map(|(_, write)| write)
    }

    /// What stood there before two parted: a write that both have seen.
    pub fn base(&self, one: &[ChangeId], other: &[ChangeId]) -> Option<&Write<T>> {
        one.iter().find(|id| other.contains(id)).and_then(|id| self.get(*id))
    }

    /// The values that lost against the shown one and that nobody has answered yet, latest first.
    pub fn losing(&self) -> Vec<(ChangeId, &Write<T>)> {
        let Some((winner, shown)) = self.current() else {
            return Vec::new();
        };
        let mut losing: Vec<_> = self
            .heads()
            .into_iter()
            .filter(|id| *id != winner)
            .filter_map(|id| self.writes.get(&id).map(|write| (id, write)))
            .filter(|(_, write)| write.value != shown.value)
            .collect();
        losing.sort_by_key(|(id, write)| std::cmp::Reverse((write.at, *id)));
        losing
    }
}
