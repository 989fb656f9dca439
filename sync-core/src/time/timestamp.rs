//! Hybrid logical time: milliseconds of the wall clock and a counter below them.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A point in hybrid logical time.
///
/// # Units
/// Upper 48 bits: milliseconds since 1970-01-01 UTC. Lower 16 bits: a counter within the millisecond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Timestamp(u64);

impl Timestamp {
    /// Before everything.
    pub const ZERO: Self = Self(0);

    /// The start of a millisecond.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis << 16)
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub const fn millis(self) -> u64 {
        self.0 >> 16
    }

    /// The very next point; a full counter flows over into the millisecond.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Both parts in one number, as tables keep it.
    pub const fn packed(self) -> u64 {
        self.0
    }

    /// The inverse of [`Timestamp::packed`].
    pub const fn from_packed(packed: u64) -> Self {
        Self(packed)
    }

    /// The point so many milliseconds later.
    #[must_use]
    pub const fn plus_millis(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis << 16))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map(Self).map_err(D::Error::custom)
    }
}

/// A device's own hybrid clock. It only ever moves forward, past all that was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Clock {
    #[n(0)]
    last: Timestamp,
    /// Server time minus device time at the last contact, in milliseconds; zero until then.
    #[n(1)]
    skew_ms: i64,
}

/// Differences up to this are the network's, not the clock's.
const TOLERATED_SKEW_MS: i64 = 120_000;

impl Clock {
    /// The time of a new act: the wall clock as corrected at the last contact, and after everything seen.
    #[must_use]
    pub fn tick(&self, now: Timestamp) -> Timestamp {
        let corrected = now.millis().saturating_add_signed(self.skew_ms);
        Timestamp::from_millis(corrected.min(LAST_MILLIS)).max(self.last.next())
    }

    /// Takes note of a time that was given out or came in.
    pub fn observe(&mut self, seen: Timestamp) {
        self.last = self.last.max(seen);
    }

    /// After a contact the clock restarts from the server's: from the latest time that is still in use
    /// (`in_use`), no matter how far ahead the device had been.
    pub fn restart(&mut self, server_now: Timestamp, device_now: Timestamp, in_use: Timestamp) {
        let ahead = i64::try_from(server_now.millis()).unwrap_or(i64::MAX)
            - i64::try_from(device_now.millis()).unwrap_or(i64::MAX);
        self.skew_ms = if ahead.abs() > TOLERATED_SKEW_MS { ahead } else { 0 };
        self.last = in_use;
    }
}

const LAST_MILLIS: u64 = (1 << 47) - 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_comes_after_everything_seen_even_when_the_wall_clock_stands_still() {
        let mut clock = Clock::default();
        let now = Timestamp::from_millis(1_000);
        let first = clock.tick(now);
        clock.observe(first);
        assert!(clock.tick(now) > first);
        assert!(clock.tick(Timestamp::from_millis(10)) > first);
    }

    #[test]
    fn a_clock_a_year_ahead_is_put_right_at_the_first_contact() {
        let year = 365 * 86_400_000;
        let mut clock = Clock::default();
        let wrong = Timestamp::from_millis(1_000_000 + year);
        clock.observe(clock.tick(wrong));
        clock.restart(Timestamp::from_millis(1_000_000), wrong, Timestamp::from_millis(999_000));
        assert_eq!(clock.tick(wrong), Timestamp::from_millis(1_000_000));
    }
}
