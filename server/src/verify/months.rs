//! Every month that was closed: its table built anew from the feed, and held against the hash that was signed. S17.
//!
//! Floor: below `verify`. Reads only.

use sync_core::{
    domain::month::{LineNotes, MonthClosed},
    paper::{Paper, PaperKey},
    recovery::Books,
};

use super::Check;
use crate::{
    recovery::{bounds_of, read_for},
    store::{Snapshot, Stored},
};

/// What is wrong with the table of a closing that stands at a position of the feed.
fn other_table(at: u64, closed: &MonthClosed, books: &Books) -> Option<String> {
    let MonthClosed { period, through, table, .. } = closed;
    let holds = *through < at && books.table(bounds_of(closed)).hash() == *table;
    (!holds).then(|| {
        format!("entry {at}: the feed up to {through} gives another table of {period} than was signed")
    })
}

impl Check {
    /// The feed is read once more for all of them together: how far each reaches is known at its end only.
    pub(super) async fn months(&mut self, snapshot: &mut impl Snapshot) -> Stored<()> {
        let Some(through) = self.closed.iter().map(|(_, closed)| closed.through).max() else {
            return Ok(());
        };
        let mut books = Books::default();
        read_for(snapshot, &mut books, through).await?;
        for (at, closed) in &self.closed {
            self.report.months += 1;
            let fault = other_table(*at, closed, &books);
            self.report.expect(fault.is_none(), || fault.unwrap_or_default());
        }
        self.explanations();
        Ok(())
    }

    /// What was explained of a closed month is what was signed with its table: nobody explains anything between the
    /// signatures, or afterwards.
    fn explanations(&mut self) {
        let Some(Paper::Closings(closings)) = self.papers.get(&PaperKey::closings()) else { return };
        let closed: Vec<_> = closings.both_signed().iter().map(|one| one.closed.what.clone()).collect();
        for closed in closed {
            let notes = match self.papers.get(&PaperKey::line_notes(closed.period)) {
                Some(Paper::LineNotes(notes)) => notes.hash(),
                _ => LineNotes::default().hash(),
            };
            self.report.expect(notes == closed.notes, || {
                format!("{}: other explanations count than were signed", closed.period)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use sync_core::{recovery::Bounds, time::Period, unit::Text};

    use super::*;

    #[test]
    fn a_closing_over_a_table_that_the_feed_does_not_give_is_named() {
        let (books, period) = (Books::default(), Period::of(2026, 11).expect("a month"));
        let table = books.table(Bounds { period, through: 3, closed_before: None }).hash();
        let (missing, reason, notes) = (Vec::new(), Text::default(), LineNotes::default().hash());
        let closed = MonthClosed { period, through: 3, closed_before: None, table, missing, reason, notes };
        assert_eq!(other_table(4, &closed, &books), None);
        let forged = MonthClosed { table: [7; 32], ..closed.clone() };
        let fault = other_table(4, &forged, &books).expect("another table");
        assert!(fault.contains("another table of 2026-11"), "{fault}");
        assert!(other_table(3, &closed, &books).is_some(), "it reaches beyond itself");
    }
}
