//! How often somebody may try: a growing delay for each staff number and for each address.
//!
//! Pure: it is handed what was counted and says what to count next.

use sync_core::{log::sha256, time::Timestamp};

/// Tries on one staff number before waiting begins.
const TRIES_PER_NUMBER: u32 = 5;

/// Tries from one address before waiting begins: a whole office may sit behind one.
const TRIES_PER_ADDRESS: u32 = 30;

/// The first wait; every further failure doubles it.
const FIRST_WAIT_MS: u64 = 30_000;

/// The longest wait, so that nobody can lock a colleague out for a day.
const LONGEST_WAIT_MS: u64 = 15 * 60_000;

/// Failures are forgotten after this long without another.
const FORGOTTEN_AFTER_MS: u64 = 60 * 60_000;

/// What is counted: a staff number or an address, by a hash that names neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The hash that stands for it.
    pub hash: [u8; 32],
    free_tries: u32,
}

impl Subject {
    /// A staff number, whether or not anybody has it.
    pub fn number(number: &str) -> Self {
        Self { hash: sha256(&[b"number", number.as_bytes()]), free_tries: TRIES_PER_NUMBER }
    }

    /// An address.
    pub fn address(address: &str) -> Self {
        Self { hash: sha256(&[b"address", address.as_bytes()]), free_tries: TRIES_PER_ADDRESS }
    }
}

/// What was counted for one subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    /// Tries that have not succeeded.
    pub failures: u32,
    /// When the last was.
    pub last: Timestamp,
}

/// How long the next try has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    /// Milliseconds from now.
    pub wait_ms: u64,
}

/// Counts one more try, or says how long to wait; a try that has to wait is not counted.
///
/// # Errors
/// The wait after the last try is not over.
pub fn admit(subject: &Subject, before: Attempts, now: Timestamp) -> Result<Attempts, Delay> {
    let since = now.millis().saturating_sub(before.last.millis());
    let failures = if since >= FORGOTTEN_AFTER_MS { 0 } else { before.failures };
    let wait = wait_after(failures, subject.free_tries);
    if since < wait {
        return Err(Delay { wait_ms: wait - since });
    }
    Ok(Attempts { failures: failures + 1, last: now })
}

/// How many tries are left without waiting.
pub(super) fn tries_left(subject: &Subject, counted: Attempts) -> u32 {
    subject.free_tries.saturating_sub(counted.failures)
}

fn wait_after(failures: u32, free: u32) -> u64 {
    match failures.checked_sub(free) {
        None => 0,
        Some(over) => FIRST_WAIT_MS.checked_shl(over.min(16)).unwrap_or(LONGEST_WAIT_MS).min(LONGEST_WAIT_MS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_millis(1_000_000_000 + ms)
    }

    #[test]
    fn five_tries_are_free_then_each_wait_is_twice_as_long() {
        let number = Subject::number("1001");
        let mut counted = Attempts::default();
        for left in (0..5).rev() {
            counted = admit(&number, counted, at(0)).expect("the first five are free");
            assert_eq!(tries_left(&number, counted), left);
        }
        assert_eq!(admit(&number, counted, at(0)), Err(Delay { wait_ms: 30_000 }));
        assert_eq!(admit(&number, counted, at(29_999)), Err(Delay { wait_ms: 1 }));
        let counted = admit(&number, counted, at(30_000)).expect("the wait is over");
        assert_eq!(admit(&number, counted, at(30_000)), Err(Delay { wait_ms: 60_000 }));
    }

    #[test]
    fn nobody_waits_longer_than_a_quarter_of_an_hour_and_an_hour_forgets() {
        let number = Subject::number("1001");
        let many = Attempts { failures: 500, last: at(0) };
        assert_eq!(admit(&number, many, at(0)), Err(Delay { wait_ms: LONGEST_WAIT_MS }));
        let fresh = admit(&number, many, at(FORGOTTEN_AFTER_MS)).expect("an hour has passed");
        assert_eq!(fresh.failures, 1);
    }
}
