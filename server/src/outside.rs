//! What the server takes from outside: the clock and the random source.
//!
//! Floor: at the very bottom, beside `config`. `main` makes the real ones and hands them in; tests hand in their own.

use std::fmt;
use std::sync::Arc;

use sync_core::time::Timestamp;
use uuid::Uuid;

/// The variable by which a story begins the program's clock at a moment of its own, in milliseconds since 1970. It goes on
/// from there. Only what is built for development reads it: a released program has the machine's clock and no other.
#[cfg(debug_assertions)]
const STORY_CLOCK: &str = "FIELDBOOK_STORY_CLOCK_MS";

#[cfg(debug_assertions)]
fn told_by_story() -> Option<i64> {
    let told = std::env::var(STORY_CLOCK).ok()?;
    let begins =
        told.parse().unwrap_or_else(|_| panic!("{STORY_CLOCK} is no number of milliseconds: {told}"));
    tracing::warn!("{STORY_CLOCK} is set: the clock is a story's, not the machine's");
    Some(begins)
}

#[cfg(not(debug_assertions))]
const fn told_by_story() -> Option<i64> {
    None
}

/// A clock and a random source, handed to whoever needs either.
#[derive(Clone)]
pub struct Outside {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    random: Arc<Draw>,
}

/// Fills bytes at random.
type Draw = dyn Fn(&mut [u8]) + Send + Sync;

impl Outside {
    /// The machine's own clock and random source. What is built for development begins the clock where a story says.
    ///
    /// # Panics
    /// Where the operating system has no randomness to give, or a story's clock is no number.
    pub fn real() -> Self {
        let machine = || chrono::Utc::now().timestamp_millis();
        let ahead = told_by_story().map_or(0, |begins| begins.saturating_sub(machine()));
        Self::of(
            move || {
                let now = machine().saturating_add(ahead);
                Timestamp::from_millis(u64::try_from(now).unwrap_or(0))
            },
            |bytes| getrandom::fill(bytes).expect("an operating system without randomness runs no server"),
        )
    }

    /// A clock and a random source of the caller's.
    pub fn of(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        random: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Self { now: Arc::new(now), random: Arc::new(random) }
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// So many random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }

    /// A random id.
    pub fn id(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.random()).into_uuid()
    }
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outside")
    }
}
