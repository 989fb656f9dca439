//! What the feed says of the changes behind the papers of one page: when they arrived, and what came to light.
//!
//! Floor: above the feed's entries, below the rows.

use std::collections::BTreeMap;

use sync_core::{
    feed::Entry,
    locale::Texts,
    refusal::{Finding, Verdict},
    time::Timestamp,
    unit::ChangeId,
};

use super::common::{Said, clock};

/// The entries of one page, by change.
#[derive(Debug, Default)]
pub(super) struct Heard(BTreeMap<ChangeId, (Timestamp, Vec<Finding>, u64)>);

impl Heard {
    /// Over the entries of the changes behind a page.
    pub(super) fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        Self(
            entries
                .into_iter()
                .map(|entry| {
                    let findings = match entry.verdict {
                        Verdict::Applied { findings, .. } => findings,
                        Verdict::Held { .. } => Vec::new(),
                    };
                    (entry.change.id, (entry.received, findings, entry.position))
                })
                .collect(),
        )
    }

    /// When the company received a change.
    pub(super) fn received(&self, change: ChangeId) -> Option<String> {
        self.0.get(&change).map(|(received, ..)| clock(*received))
    }

    /// The place of a change in the feed.
    pub(super) fn position(&self, change: ChangeId) -> Option<u64> {
        self.0.get(&change).map(|(.., position)| *position)
    }

    /// What came to light when it was taken in.
    pub(super) fn findings(&self, change: ChangeId, texts: &Texts) -> Vec<Said> {
        let found = self.0.get(&change).map(|(_, findings, _)| findings.as_slice());
        found.unwrap_or_default().iter().map(|finding| Said::finding(texts, finding)).collect()
    }
}
