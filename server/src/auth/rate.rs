//! How much one caller may ask in a second: a bucket of tokens for each, kept in memory.
//!
//! Pure but for its memory: the clock comes in with every call. Each server counts for itself.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use sync_core::time::Timestamp;

use crate::config::Rate;

/// More callers than this are not remembered at once; those whose bucket is full again are forgotten first.
const MOST_REMEMBERED: usize = 50_000;

const SECOND_US: u64 = 1_000_000;

/// It is too much: how long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// Milliseconds until the next request is let through.
    pub wait_ms: u64,
}

/// The buckets of callers of one sort.
pub struct Buckets<K> {
    rate: Rate,
    /// For each caller, when their bucket is full again, in microseconds since 1970.
    full_at: Mutex<BTreeMap<K, u64>>,
}

impl<K: Ord> Buckets<K> {
    /// Full buckets of this rate.
    pub const fn new(rate: Rate) -> Self {
        Self { rate, full_at: Mutex::new(BTreeMap::new()) }
    }

    /// The rate.
    pub const fn rate(&self) -> Rate {
        self.rate
    }

    /// Takes one token out of a caller's bucket.
    ///
    /// # Errors
    /// It is empty; then nothing is taken, so that whoever waits as long as told is let through.
    pub fn take(&self, caller: K, now: Timestamp) -> Result<(), TooMany> {
        if self.rate.per_second == 0 {
            return Ok(());
        }
        let now = now.millis().saturating_mul(1_000);
        let each = SECOND_US / u64::from(self.rate.per_second);
        let depth = each * u64::from(self.rate.burst.max(1));
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not shut anybody out until it has caught up.
        let known = full_at.get(&caller).copied().filter(|at| *at <= now + depth);
        let next = known.unwrap_or(now).max(now) + each;
        if next > now + depth {
            return Err(TooMany { wait_ms: (next - now - depth).div_ceil(1_000) });
        }
        if full_at.len() >= MOST_REMEMBERED && known.is_none() {
            full_at.retain(|_, at| *at > now);
            if full_at.len() >= MOST_REMEMBERED {
                full_at.clear();
            }
        }
        full_at.insert(caller, next);
        Ok(())
    }
}

impl<K> fmt::Debug for Buckets<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buckets").field("rate", &self.rate).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_millis(1_795_140_000_000 + ms)
    }

    #[test]
    fn a_burst_goes_through_then_so_many_a_second_and_each_caller_for_themselves() {
        let buckets = Buckets::new(Rate { per_second: 4, burst: 10 });
        let through =
            |who, from: u64, to: u64| (from..to).filter(|ms| buckets.take(who, at(*ms)).is_ok()).count();
        assert_eq!(through("a", 0, 10), 10, "ten at once");
        assert_eq!(buckets.take("a", at(9)), Err(TooMany { wait_ms: 241 }));
        assert_eq!(buckets.take("a", at(249)), Err(TooMany { wait_ms: 1 }));
        assert_eq!(buckets.take("a", at(250)), Ok(()), "whoever waits as long as told is let through");
        assert_eq!(through("b", 251, 261), 10, "somebody else has a bucket of their own");
        assert_eq!(
            through("a", 1_000, 11_000),
            3 + 39,
            "what was saved up, then four a second for as long as they like"
        );
        assert_eq!(through("a", 60_000, 60_010), 10, "after a pause it is full again, and not fuller");
        assert!(buckets.take("a", at(60_011)).is_err());
    }

    #[test]
    fn no_rate_is_no_limit_and_a_clock_set_back_shuts_nobody_out() {
        let none = Buckets::new(Rate::default());
        assert!((0..10_000).all(|_| none.take("a", at(0)).is_ok()));
        let buckets = Buckets::new(Rate { per_second: 1, burst: 1 });
        assert_eq!(buckets.take("a", at(3_600_000)), Ok(()));
        assert_eq!(buckets.take("a", at(0)), Ok(()), "an hour back");
        assert_eq!(buckets.take("a", at(0)), Err(TooMany { wait_ms: 1_000 }));
    }

    #[test]
    fn a_flood_of_callers_does_not_fill_the_memory() {
        let buckets = Buckets::new(Rate { per_second: 1, burst: 2 });
        for caller in 0..MOST_REMEMBERED * 2 + 7 {
            assert_eq!(buckets.take(caller, at(0)), Ok(()));
        }
        assert!(buckets.full_at.lock().expect("nobody panics").len() <= MOST_REMEMBERED);
    }
}
