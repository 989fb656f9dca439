//! What the server takes from outside: the clock and the random source.
//!
//! Floor: at the very bottom, beside `config`. `main` makes the real ones and hands them in; tests hand in their own.

use std::fmt;
use std::sync::Arc;

use sync_core::time::Timestamp;
use uuid::Uuid;

/// A clock and a random source, handed to whoever needs either.
#[derive(Clone)]
pub struct Outside {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    random: Arc<Draw>,
}

/// Fills bytes at random.
type Draw = dyn Fn(&mut [u8]) + Send + Sync;

impl Outside {
    /// The machine's own clock and random source.
    ///
    /// # Panics
    /// Where the operating system has no randomness to give.
    pub fn real() -> Self {
        Self::of(
            || Timestamp::from_millis(u64::try_from(chrono::Utc::now().timestamp_millis()).unwrap_or(0)),
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
