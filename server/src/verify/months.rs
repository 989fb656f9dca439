//! Every month that was closed: its table built anew from the feed, and held against the hash that was signed. S17.
//!
//! Floor: below `verify`. Reads only.

use sync_core::recovery::Building;

use super::Check;
use crate::{
    recovery::{bounds_of, read_for},
    store::{Snapshot, Stored},
};

impl Check {
    /// The feed is read once more for all of them together: how far each reaches is known at its end only.
    pub(super) async fn months(&mut self, snapshot: &mut impl Snapshot) -> Stored<()> {
        let Some(through) = self.closed.iter().map(|(_, closed)| closed.through).max() else {
            return Ok(());
        };
        let mut building = Building::of(self.closed.iter().map(|(_, closed)| bounds_of(closed)));
        read_for(snapshot, &mut building, through).await?;
        for ((at, closed), table) in self.closed.iter().zip(building.tables()) {
            self.report.months += 1;
            let (period, there) = (closed.period, closed.through < *at);
            self.report.expect(there && table.hash() == closed.table, || {
                format!(
                    "entry {at}: the feed up to {} gives another table of {period} than was signed",
                    closed.through
                )
            });
        }
        Ok(())
    }
}
