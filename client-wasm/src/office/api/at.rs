//! A moment as the server writes it, and as people read it.
//!
//! Floor: office/api. This module must not know whose moment it is.

use chrono::{DateTime, NaiveDate};
use leptos::prelude::*;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::shell::clock;
use crate::ui::format;

/// A moment, from RFC 3339.
///
/// # Units
/// Milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At(pub(crate) i64);

const MINUTE_MS: i64 = 60_000;

thread_local! {
    static MINUTE: ArcRwSignal<i64> = ArcRwSignal::new(0);
}

impl At {
    /// The moment now, by this computer's clock.
    pub(crate) fn now() -> Self {
        Self(i64::try_from(clock::now().millis()).unwrap_or(i64::MAX))
    }

    /// The same; whoever draws by it draws anew at every minute.
    pub(crate) fn drawn() -> Self {
        MINUTE.with(|minute| minute.track());
        Self::now()
    }

    /// Looks at the clock: where a minute has gone by, what was drawn by it is drawn anew.
    pub(crate) fn look() {
        let minute = Self::now().0 / MINUTE_MS;
        MINUTE.with(|known| {
            if known.get_untracked() != minute {
                known.set(minute);
            }
        });
    }

    /// The time today, else the day with it.
    pub(crate) fn recent(self) -> String {
        format::recent(Self::drawn().0, self.0)
    }

    /// How long ago.
    pub(crate) fn age(self) -> String {
        format::age(Self::drawn().0, self.0)
    }

    /// `10月16日 14:20`.
    pub(crate) fn moment(self) -> String {
        format::moment(self.0)
    }

    /// `2026年10月16日 14:20`.
    pub(crate) fn full(self) -> String {
        format::full_moment(self.0)
    }

    /// `14:20`.
    pub(crate) fn hour_minute(self) -> String {
        format::hour_minute(self.0)
    }

    /// `14:20` today, `10-16` before: for the narrowest column.
    pub(crate) fn short(self) -> String {
        if self.is_today() { self.hour_minute() } else { format::local(self.0).format("%m-%d").to_string() }
    }

    /// `14:20:05`, for lists in which seconds tell entries apart.
    pub(crate) fn second(self) -> String {
        format::local(self.0).format("%H:%M:%S").to_string()
    }

    /// Day and time to the second.
    pub(crate) fn to_the_second(self) -> String {
        format!("{} {}", format::day(self.day()), self.second())
    }

    /// The company's date.
    pub(crate) fn day(self) -> NaiveDate {
        format::local(self.0).date()
    }

    /// Whether it lies in the company's today.
    pub(crate) fn is_today(self) -> bool {
        self.day() == Self::drawn().day()
    }
}

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        DateTime::parse_from_rfc3339(&text).map(|at| Self(at.timestamp_millis())).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::At;

    #[test]
    fn a_moment_of_the_companys_zone_is_read_and_shown_in_it() {
        let at: At = serde_json::from_str("\"2026-10-16T14:20:05+08:00\"").expect("RFC 3339");
        assert_eq!(at.0, 1_792_131_605_000);
        assert_eq!(at.second(), "14:20:05");
    }

    #[test]
    fn words_that_are_no_moment_are_told_apart() {
        assert!(serde_json::from_str::<At>("\"yesterday\"").is_err());
    }
}
