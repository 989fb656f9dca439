//! A month of the books: up to six in the evening of its thirtieth, in February of its last day. Source: S17.

use chrono::{Datelike, NaiveDate};
use minicbor::Encode;
use serde::{Deserialize, Serialize};

use crate::time::{BusinessDate, Timestamp, business_date_time};

/// At this hour of its last day a period ends, unless the company says otherwise. Source: S17.
const CUT_OFF_HOUR: u32 = 18;

/// A month, as the books count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(try_from = "Named")]
pub struct Period {
    /// The year.
    #[n(0)]
    pub year: i32,
    /// The month, from 1.
    #[n(1)]
    pub month: u32,
}

/// A month as it is read, before it is known to be one.
#[derive(Deserialize)]
struct Named {
    year: i32,
    month: u32,
}

impl TryFrom<Named> for Period {
    type Error = String;

    fn try_from(Named { year, month }: Named) -> Result<Self, Self::Error> {
        Self::of(year, month).ok_or_else(|| format!("{year}-{month} is no month of the years 1970 to 9998"))
    }
}

impl Period {
    /// A month of a year, when there is one: of the years 1970 to 9998, as far as the clock goes.
    pub fn of(year: i32, month: u32) -> Option<Self> {
        let is_one = (1_970..=9_998).contains(&year) && (1..=12).contains(&month);
        is_one.then_some(Self { year, month })
    }

    /// The month before.
    #[must_use]
    pub const fn before(self) -> Self {
        if self.month == 1 {
            Self { year: self.year - 1, month: 12 }
        } else {
            Self { year: self.year, month: self.month - 1 }
        }
    }

    /// The month after.
    #[must_use]
    pub const fn after(self) -> Self {
        if self.month == 12 {
            Self { year: self.year + 1, month: 1 }
        } else {
            Self { year: self.year, month: self.month + 1 }
        }
    }

    /// Its last day: the thirtieth, in February the last.
    ///
    /// # Panics
    /// For a month that [`Period::of`] does not give.
    pub fn last_day(self) -> BusinessDate {
        let of = |day| NaiveDate::from_ymd_opt(self.year, self.month, day);
        BusinessDate(of(30).or_else(|| of(29)).or_else(|| of(28)).expect("every month has 28 days"))
    }

    /// The moment it ends: what takes effect then or before is in it.
    pub fn end(self) -> Timestamp {
        let day = self.last_day().0;
        let zone = business_date_time(Timestamp::ZERO).timezone();
        let evening = day.and_hms_opt(CUT_OFF_HOUR, 0, 0).expect("there is such an hour");
        let at = evening.and_local_timezone(zone).single().expect("the zone has no summer time");
        Timestamp::from_millis(u64::try_from(at.timestamp_millis()).unwrap_or_default())
    }

    /// The period that a moment lies in.
    pub fn at(moment: Timestamp) -> Self {
        let date = business_date_time(moment).date_naive();
        let month = Self { year: date.year(), month: date.month() };
        if moment <= month.end() { month } else { month.after() }
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(year: i32, month: u32) -> Period {
        Period::of(year, month).expect("a month")
    }

    #[test]
    fn a_month_ends_on_its_thirtieth_and_february_on_its_last_day() {
        let days = [
            (2026, 10, "2026-10-30"),
            (2027, 2, "2027-02-28"),
            (2028, 2, "2028-02-29"),
            (2026, 12, "2026-12-30"),
        ];
        for (year, month, day) in days {
            assert_eq!(period(year, month).last_day().to_string(), day);
        }
        assert_eq!(Period::of(2026, 13), None);
    }

    #[test]
    fn what_is_no_month_is_not_read_as_one() {
        let read = |json: &str| serde_json::from_str::<Period>(json).map_err(|no| no.to_string());
        assert_eq!(read(r#"{"year":2026,"month":10}"#), Ok(period(2026, 10)));
        for wrong in [r#"{"year":2026,"month":13}"#, r#"{"year":2026,"month":0}"#, r#"{"year":-1,"month":1}"#]
        {
            let said = read(wrong).expect_err(wrong);
            assert!(said.contains("is no month of the years 1970 to 9998"), "{said}");
        }
    }

    #[test]
    fn six_in_the_evening_is_still_in_the_month_and_a_moment_later_is_not() {
        // 2026-10-30 18:00 in the company's zone.
        let end = Timestamp::from_millis(1_793_354_400_000);
        assert_eq!(period(2026, 10).end(), end);
        assert_eq!(Period::at(end), period(2026, 10));
        assert_eq!(Period::at(end.next()), period(2026, 11));
        // The thirty-first belongs to the month after, also over the year.
        assert_eq!(Period::at(Timestamp::from_millis(1_798_704_000_000)), period(2027, 1));
        assert_eq!(period(2026, 1).before(), period(2025, 12));
    }
}
