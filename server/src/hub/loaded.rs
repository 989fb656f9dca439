//! The papers loaded under the feed lock, and an attempt to write on them.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    mem,
};

use sync_core::{
    judge::Papers,
    paper::{Paper, PaperKey},
};

use crate::store::TALLIED;

/// Papers as the store had them, with what this transaction has written on them so far.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// `None`: looked for, and not there.
    papers: BTreeMap<PaperKey, Option<Paper>>,
    written: BTreeSet<PaperKey>,
    /// The counted papers that one entry alone has made, with its position.
    made: BTreeMap<PaperKey, u64>,
}

impl Loaded {
    /// Which of these were not looked for yet.
    pub(super) fn unknown(&self, keys: impl IntoIterator<Item = PaperKey>) -> Vec<PaperKey> {
        keys.into_iter().filter(|key| !self.papers.contains_key(key)).collect()
    }

    /// Takes in what the store has of `asked`.
    pub(super) fn enter(&mut self, asked: Vec<PaperKey>, found: Vec<(PaperKey, Paper)>) {
        for key in asked {
            self.papers.entry(key).or_insert(None);
        }
        for (key, paper) in found {
            self.papers.insert(key, Some(paper));
        }
    }

    /// A paper that was loaded before.
    pub(super) fn paper(&self, key: &PaperKey) -> Option<&Paper> {
        self.papers.get(key).and_then(Option::as_ref)
    }

    /// Keeps what the entry at a position wrote.
    pub(super) fn keep(&mut self, written: BTreeMap<PaperKey, Paper>, position: u64) {
        for (key, paper) in written {
            let before = self.papers.insert(key, Some(paper));
            if TALLIED.contains(&key.kind) && matches!(before, Some(None)) {
                self.made.insert(key, position);
            } else {
                self.made.remove(&key);
            }
            self.written.insert(key);
        }
    }

    /// Takes out the papers written on, as they are now, and which of them one entry alone has made; all but those that
    /// are to stay. One that is gone is asked of the store again.
    pub(super) fn take_written(
        &mut self,
        stays: impl Fn(&PaperKey) -> bool,
    ) -> (Vec<(PaperKey, Paper)>, BTreeMap<PaperKey, u64>) {
        let (stay, go): (BTreeSet<_>, BTreeSet<_>) =
            mem::take(&mut self.written).into_iter().partition(stays);
        self.written = stay;
        let made = go.iter().filter_map(|key| Some((*key, self.made.remove(key)?))).collect();
        let papers = go.into_iter().filter_map(|key| Some((key, self.papers.remove(&key)??)));
        (papers.collect(), made)
    }
}

/// An attempt to judge and fold one change. It notes every paper that was missing; then it counts for nothing.
#[derive(Debug)]
pub(super) struct Attempt<'l> {
    loaded: &'l Loaded,
    written: BTreeMap<PaperKey, Paper>,
    missing: RefCell<BTreeSet<PaperKey>>,
}

impl<'l> Attempt<'l> {
    pub(super) fn on(loaded: &'l Loaded) -> Self {
        Self { loaded, written: BTreeMap::new(), missing: RefCell::default() }
    }

    /// What was written, or the papers to load before trying again.
    pub(super) fn finish(self) -> Result<BTreeMap<PaperKey, Paper>, Vec<PaperKey>> {
        let missing = self.missing.into_inner();
        if missing.is_empty() { Ok(self.written) } else { Err(missing.into_iter().collect()) }
    }
}

impl Papers for Attempt<'_> {
    fn paper(&self, key: &PaperKey) -> Option<&Paper> {
        if let Some(written) = self.written.get(key) {
            return Some(written);
        }
        let known = self.loaded.papers.get(key);
        if known.is_none() {
            self.missing.borrow_mut().insert(*key);
        }
        known.and_then(Option::as_ref)
    }

    fn paper_mut(&mut self, key: PaperKey) -> &mut Paper {
        let (loaded, missing) = (self.loaded, &mut self.missing);
        self.written.entry(key).or_insert_with(|| {
            let known = loaded.papers.get(&key);
            if known.is_none() {
                missing.get_mut().insert(key);
            }
            known.cloned().flatten().unwrap_or_else(|| Paper::shell(key.kind))
        })
    }
}
