//! Business dates, in the company's zone.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Serialize};

use super::Timestamp;

/// A date in the company's zone (UTC+8), never the phone's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BusinessDate(pub NaiveDate);

impl BusinessDate {
    /// The date of a year, month and day, when there is such a day.
    pub fn of(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }

    /// Whether it is a day of business at all: of the years from 1900 to 2100.
    pub fn is_within_reach(self) -> bool {
        (1900..=2100).contains(&self.0.year())
    }
}

impl std::fmt::Display for BusinessDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<C> Encode<C> for BusinessDate {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.i32(self.0.num_days_from_ce())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for BusinessDate {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        NaiveDate::from_num_days_from_ce_opt(d.i32()?)
            .map(Self)
            .ok_or_else(|| decode::Error::message("no such date"))
    }
}

const ZONE_SECONDS: i32 = 8 * 3600;

/// The business date of a point in time.
pub fn business_date(at: Timestamp) -> BusinessDate {
    BusinessDate(business_date_time(at).date_naive())
}

/// The point in time on the company's wall clock.
pub fn business_date_time(at: Timestamp) -> DateTime<FixedOffset> {
    let zone = FixedOffset::east_opt(ZONE_SECONDS).expect("eight hours are a valid offset");
    let millis = i64::try_from(at.millis()).unwrap_or(i64::MAX);
    DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH).with_timezone(&zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_evening_in_utc_is_already_the_next_business_date() {
        let at = Timestamp::from_millis(1_792_166_400_000); // 2026-10-16 16:00 UTC
        assert_eq!(business_date(at).to_string(), "2026-10-17");
    }
}
