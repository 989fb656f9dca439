//! Wrong stores.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use server::store::{DeviceLog, Quarantined, Writing};
use sync_core::{
    paper::{Paper, PaperKind},
    time::Timestamp,
    unit::DeviceId,
};
use tests::memory::Twist;

use crate::ways::Ways;

/// Everything as it should be, over a store that is not.
pub(super) struct Over(Arc<dyn Twist>, Option<Arc<AtomicU64>>);

impl Ways for Over {
    fn twist(&self) -> Option<Arc<dyn Twist>> {
        Some(Arc::clone(&self.0))
    }

    fn time_is(&self, now: Timestamp) {
        if let Some(clock) = &self.1 {
            clock.store(now.packed(), Ordering::SeqCst);
        }
    }
}

/// Counts calls, so that a store misbehaves now and then, and not before the company stands.
#[derive(Debug, Default)]
struct Calls(AtomicU64);

impl Calls {
    fn is_one_in(&self, times: u64) -> bool {
        let calls = self.0.fetch_add(1, Ordering::SeqCst);
        calls > 60 && calls.is_multiple_of(times)
    }
}

/// Positions are given out before the commit: a row may be seen after those behind it.
#[derive(Debug)]
struct Serial;

impl Twist for Serial {
    fn hides(&self, position: u64, head: u64) -> bool {
        position.is_multiple_of(5) && head < position + 2
    }
}

pub(super) fn serial_cursor() -> Over {
    Over(Arc::new(Serial), None)
}

#[derive(Debug, Default)]
struct Forgets(Calls);

impl Twist for Forgets {
    fn forgets(&self) -> bool {
        self.0.is_one_in(9)
    }
}

pub(super) fn forgetful() -> Over {
    Over(Arc::new(Forgets::default()), None)
}

#[derive(Debug, Default)]
struct Tears(Calls);

impl Twist for Tears {
    fn saves(&self, writing: &mut Writing) {
        if self.0.is_one_in(7) {
            writing.papers.truncate(writing.papers.len() / 2);
        }
    }
}

pub(super) fn torn() -> Over {
    Over(Arc::new(Tears::default()), None)
}

#[derive(Debug)]
struct NothingAside;

impl Twist for NothingAside {
    fn puts_aside(&self, what: &mut Vec<Quarantined>) {
        what.clear();
    }
}

pub(super) fn without_quarantine() -> Over {
    Over(Arc::new(NothingAside), None)
}

#[derive(Debug)]
struct NothingHeld;

impl Twist for NothingHeld {
    fn saves(&self, writing: &mut Writing) {
        writing.papers.retain(|(key, _)| key.kind != PaperKind::Held);
    }
}

pub(super) fn without_held() -> Over {
    Over(Arc::new(NothingHeld), None)
}

/// What somebody has said of a change that waits does not stay: it can be accepted, and corrected as well.
#[derive(Debug)]
struct NothingDecided;

impl Twist for NothingDecided {
    fn saves(&self, writing: &mut Writing) {
        for (_, paper) in &mut writing.papers {
            if let Paper::Held(_, outcome) = paper {
                *outcome = None;
            }
        }
    }
}

pub(super) fn without_outcome() -> Over {
    Over(Arc::new(NothingDecided), None)
}

/// To the hub every log seems to have moved just now; so everything takes effect when it is received.
#[derive(Debug)]
struct ByReceipt(Arc<AtomicU64>);

impl Twist for ByReceipt {
    fn shows(&self, log: &mut DeviceLog) {
        log.latest = log.latest.max(Timestamp::from_packed(self.0.load(Ordering::SeqCst)));
    }
}

pub(super) fn by_receipt() -> Over {
    let clock: Arc<AtomicU64> = Arc::default();
    Over(Arc::new(ByReceipt(Arc::clone(&clock))), Some(clock))
}

/// Where a log stands is answered from a cache, and nothing forbids the same change twice.
#[derive(Debug, Default)]
struct Repeats {
    calls: Calls,
    cached: Mutex<BTreeMap<DeviceId, DeviceLog>>,
}

impl Twist for Repeats {
    fn shows(&self, log: &mut DeviceLog) {
        let mut cached = self.cached.lock().expect("one thread");
        let stale = log.number > 0 && self.calls.is_one_in(4);
        match cached.get(&log.device).filter(|_| stale) {
            Some(old) => *log = old.clone(),
            None => drop(cached.insert(log.device, log.clone())),
        }
    }

    fn repeats(&self) -> bool {
        true
    }
}

pub(super) fn repeating() -> Over {
    Over(Arc::new(Repeats::default()), None)
}
