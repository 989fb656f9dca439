//! What a run came to, told so that nobody need wonder whether anything was tried.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use crate::{
    fault::{Fault, Tally},
    world::Outcome,
};

/// Whether every answer is told as it comes, for whoever replays a seed.
pub(crate) static TELLS: AtomicBool = AtomicBool::new(false);

pub(crate) fn tell(what: impl FnOnce() -> String) {
    if TELLS.load(Ordering::Relaxed) {
        println!("{}", what());
    }
}

#[derive(Default)]
pub(crate) struct Report {
    passed: u64,
    failed: u64,
    sum: Outcome,
    tally: Tally,
    noticed: BTreeMap<Fault, (u64, u64)>,
}

impl Report {
    pub(crate) fn take(&mut self, outcome: &Result<Outcome, String>) {
        let Ok(outcome) = outcome else {
            self.failed += 1;
            return;
        };
        self.passed += 1;
        self.sum.changes += outcome.changes;
        self.sum.held += outcome.held;
        self.sum.aside += outcome.aside;
        self.sum.gone += outcome.gone;
        self.sum.returned += outcome.returned;
        self.sum.rested_after_ms = self.sum.rested_after_ms.max(outcome.rested_after_ms);
        self.tally.absorb(&outcome.tally);
        for (fault, (occurred, noticed)) in &outcome.noticed {
            let (all, seen) = self.noticed.entry(*fault).or_default();
            *all += occurred;
            *seen += noticed;
        }
    }

    /// Tells the figures. Whether everything held, and everything was tried.
    pub(crate) fn tell(&self, took: Duration, must_see_all: bool) -> bool {
        let (seeds, sum) = (self.passed + self.failed, &self.sum);
        for fault in Fault::ALL {
            println!("{:>8} × {}", self.tally.of(*fault), fault.name());
        }
        let mut unnoticed = false;
        for (fault, (occurred, noticed)) in &self.noticed {
            println!("{noticed} of {occurred} noticed at the next contact: {}", fault.name());
            unnoticed |= noticed != occurred;
        }
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
        println!(
            "{seeds} seeds, {} changes ({} held, {} put aside, {} back in a restored office, {} destroyed by force \
             with their last copy), {}.{} seeds a second, at rest {} virtual ms after healing at the latest",
            sum.changes,
            sum.held,
            sum.aside,
            sum.returned,
            sum.gone,
            seeds * 1000 / millis,
            seeds * 10_000 / millis % 10,
            sum.rested_after_ms,
        );
        println!("{} passed, {} failed", self.passed, self.failed);
        let never = self.tally.never();
        let all_seen = never.is_empty() && sum.held > 0 && sum.aside > 0 && sum.returned > 0;
        if must_see_all && !all_seen {
            let names: Vec<_> = never.iter().map(|fault| fault.name()).collect();
            println!("never occurred: {}", names.join(", "));
        }
        self.failed == 0 && !unnoticed && (all_seen || !must_see_all)
    }
}
