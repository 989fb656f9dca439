//! The book in its two layers: confirmed by the feed, and the device's own pending changes laid over it.

use std::collections::BTreeMap;

use super::confirmed::Confirmed;
use crate::{
    judge::{self, Act, Papers},
    op::Op,
    paper::{Paper, PaperKey, PaperKind},
};

/// The papers as a device sees them.
#[derive(Clone, Debug, Default)]
pub struct View {
    confirmed: Confirmed,
    overlay: BTreeMap<PaperKey, Paper>,
}

impl View {
    pub(super) fn of(confirmed: Confirmed) -> Self {
        Self { confirmed, overlay: BTreeMap::new() }
    }

    /// A paper with the pending changes on it.
    pub fn get(&self, key: &PaperKey) -> Option<&Paper> {
        self.overlay.get(key).or_else(|| self.confirmed.get(key))
    }

    /// All papers of a kind, pending changes included, by id.
    pub fn of_kind(&self, kind: PaperKind) -> impl Iterator<Item = (&PaperKey, &Paper)> {
        let range = PaperKey { kind, id: uuid::Uuid::nil() }..=PaperKey { kind, id: uuid::Uuid::max() };
        let overlaid = self.overlay.range(range.clone()).map(|(key, _)| key);
        let mut keys: Vec<&PaperKey> = self.confirmed.keys(range).chain(overlaid).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter().filter_map(|key| self.get(key).map(|paper| (key, paper)))
    }

    /// Whether a paper carries something that the feed has not shown yet.
    pub fn is_pending(&self, key: &PaperKey) -> bool {
        self.overlay.contains_key(key)
    }

    /// The papers as the feed has confirmed them.
    pub fn confirmed(&self) -> &Confirmed {
        &self.confirmed
    }

    pub(super) fn into_confirmed(self) -> Confirmed {
        self.confirmed
    }

    pub(super) fn confirmed_mut(&mut self) -> &mut Confirmed {
        &mut self.confirmed
    }

    /// Lays one more pending change on top.
    pub(super) fn lay(&mut self, act: &Act, op: &Op) {
        judge::apply(self, act, op);
    }

    /// Lays all pending changes anew, after the confirmed layer has changed.
    pub(super) fn relay<'a>(&mut self, acts: impl IntoIterator<Item = (Act, &'a Op)>) {
        self.overlay.clear();
        for (act, op) in acts {
            self.lay(&act, op);
        }
    }
}

impl Papers for View {
    fn paper(&self, key: &PaperKey) -> Option<&Paper> {
        self.get(key)
    }

    /// Writes go to the overlay only, on a copy of the confirmed paper.
    fn paper_mut(&mut self, key: PaperKey) -> &mut Paper {
        self.overlay
            .entry(key)
            .or_insert_with(|| self.confirmed.get(&key).cloned().unwrap_or_else(|| Paper::shell(key.kind)))
    }
}
