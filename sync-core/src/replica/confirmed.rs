//! The confirmed papers of a device, in copies that cost little: a gesture, a page and a chunk each begin with one.
//!
//! Copies share every paper, and the table of them until one is changed. A book of years has tens of thousands of
//! papers, and a page writes on a few.

use std::{
    collections::{BTreeMap, btree_map},
    ops::RangeBounds,
    sync::Arc,
};

use crate::{
    judge::Papers,
    paper::{Paper, PaperKey},
};

type Table = BTreeMap<PaperKey, Arc<Paper>>;

/// Papers by key.
#[derive(Clone, Debug, Default)]
pub struct Confirmed(Arc<Table>);

impl Confirmed {
    /// A paper.
    pub fn get(&self, key: &PaperKey) -> Option<&Paper> {
        self.0.get(key).map(|paper| &**paper)
    }

    /// Whether there is such a paper.
    pub fn contains_key(&self, key: &PaperKey) -> bool {
        self.0.contains_key(key)
    }

    /// All of them, in the order of their keys.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.0.iter())
    }

    /// A part of them, in the order of their keys.
    pub(super) fn range(
        &self,
        range: impl RangeBounds<PaperKey>,
    ) -> impl Iterator<Item = (&PaperKey, &Paper)> {
        self.0.range(range).map(|(key, paper)| (key, &**paper))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts a paper in the place of whatever was there.
    pub(super) fn insert(&mut self, key: PaperKey, paper: Paper) {
        Arc::make_mut(&mut self.0).insert(key, Arc::new(paper));
    }

    /// Lets go of every paper.
    pub(super) fn clear(&mut self) {
        self.0 = Arc::default();
    }

    /// Lets go of those that are not to be kept. Each is asked about once; where all stay, nothing is copied.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&PaperKey, &Paper) -> bool) {
        let gone: Vec<PaperKey> =
            self.iter().filter(|(key, paper)| !keep(key, paper)).map(|(key, _)| *key).collect();
        if gone.is_empty() {
            return;
        }
        let table = Arc::make_mut(&mut self.0);
        for key in gone {
            table.remove(&key);
        }
    }
}

impl FromIterator<(PaperKey, Paper)> for Confirmed {
    fn from_iter<I: IntoIterator<Item = (PaperKey, Paper)>>(papers: I) -> Self {
        Self(Arc::new(papers.into_iter().map(|(key, paper)| (key, Arc::new(paper))).collect()))
    }
}

impl Papers for Confirmed {
    fn paper(&self, key: &PaperKey) -> Option<&Paper> {
        self.get(key)
    }

    fn paper_mut(&mut self, key: PaperKey) -> &mut Paper {
        let paper = Arc::make_mut(&mut self.0).entry(key).or_insert_with(|| Arc::new(Paper::shell(key.kind)));
        Arc::make_mut(paper)
    }
}

/// Papers in the order of their keys.
#[derive(Clone, Debug)]
pub struct Iter<'p>(btree_map::Iter<'p, PaperKey, Arc<Paper>>);

impl<'p> Iterator for Iter<'p> {
    type Item = (&'p PaperKey, &'p Paper);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, paper)| (key, &**paper))
    }
}

impl<'p> IntoIterator for &'p Confirmed {
    type Item = (&'p PaperKey, &'p Paper);
    type IntoIter = Iter<'p>;

    fn into_iter(self) -> Iter<'p> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::PaperKind;

    fn key(id: u8) -> PaperKey {
        PaperKey { kind: PaperKind::Visit, id: uuid::Uuid::from_bytes([id; 16]) }
    }

    fn papers(of: std::ops::Range<u8>) -> Confirmed {
        of.map(|id| (key(id), Paper::shell(PaperKind::Visit))).collect()
    }

    #[test]
    fn a_copy_shares_the_table_until_something_of_it_changes_and_then_every_other_paper() {
        let one = papers(0..4);
        let mut other = one.clone();
        other.retain(|_, _| true);
        assert!(Arc::ptr_eq(&one.0, &other.0), "where all stay nothing is copied");
        other.paper_mut(key(1));
        other.insert(key(9), Paper::shell(PaperKind::Visit));
        other.retain(|at, _| *at != key(3));
        assert_eq!((one.len(), other.len()), (4, 4));
        assert!(one.get(&key(3)).is_some() && one.get(&key(9)).is_none(), "the first is as it was");
        let shared = |id: u8| Arc::ptr_eq(&one.0[&key(id)], &other.0[&key(id)]);
        assert_eq!([0, 1, 2].map(shared), [true, false, true]);
    }
}
