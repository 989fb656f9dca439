//! The book in its two layers: confirmed by the feed, and the device's own pending changes laid over it.

use std::{collections::BTreeMap, iter};

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
        let mut below = self.confirmed.range(range.clone()).peekable();
        let mut above = self.overlay.range(range).peekable();
        iter::from_fn(move || match (below.peek(), above.peek()) {
            (Some((under, _)), Some((over, _))) if under < over => below.next(),
            (Some((under, _)), Some((over, _))) => {
                if under == over {
                    below.next();
                }
                above.next()
            }
            (Some(_), None) => below.next(),
            (None, _) => above.next(),
        })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::visit::Visit;

    fn key(kind: PaperKind, id: u8) -> PaperKey {
        PaperKey { kind, id: uuid::Uuid::from_bytes([id; 16]) }
    }

    #[test]
    fn papers_of_a_kind_come_by_id_each_once_and_with_what_is_pending_on_them() {
        let confirmed = [1, 3, 5].map(|id| (key(PaperKind::Visit, id), Paper::Visit(Visit::default())));
        let other = (key(PaperKind::Staff, 2), Paper::shell(PaperKind::Staff));
        let mut view = View::of(confirmed.into_iter().chain([other]).collect());
        for id in [0, 3, 9] {
            view.paper_mut(key(PaperKind::Visit, id));
        }
        view.paper_mut(key(PaperKind::Order, 4));
        let pending = view.get(&key(PaperKind::Visit, 3)).expect("it is there");
        let visits: Vec<_> = view.of_kind(PaperKind::Visit).collect();
        let ids: Vec<u8> = visits.iter().map(|(key, _)| key.id.as_bytes()[0]).collect();
        assert_eq!(ids, [0, 1, 3, 5, 9]);
        assert!(std::ptr::eq(visits[2].1, pending), "the one with the pending changes on it");
        assert_eq!(view.of_kind(PaperKind::Remittance).count(), 0);
    }
}
