//! A month of the books: up to six in the evening of its thirtieth, in February of its last day. Source: S17.

use chrono::{Datelike, NaiveDate};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{BusinessDate, Timestamp, business_date_time};

/// At this hour of its last day a period ends, unless the company says otherwise. Source: S17.
const CUT_OFF_HOUR: u32 = 18;

/// The years that books are kept for.
const YEARS: std::ops::RangeInclusive<i32> = 2_000..=2_999;

/// A month, as the books count it. Written as the number of months since the year 0, in JSON as `2026-10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The year.
    year: i32,
    /// The month, from 1.
    month: u32,
}

impl Period {
    /// A month of a year from 2000 to 2999, when there is one.
    pub fn of(year: i32, month: u32) -> Option<Self> {
        (YEARS.contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// The year.
    pub const fn year(self) -> i32 {
        self.year
    }

    /// The month, from 1.
    pub const fn month(self) -> u32 {
        self.month
    }

    /// Months since the year 0: the period in one number.
    fn number(self) -> u32 {
        self.year.unsigned_abs() * 12 + self.month - 1
    }

    fn from_number(number: u32) -> Option<Self> {
        i32::try_from(number / 12).ok().and_then(|year| Self::of(year, number % 12 + 1))
    }

    /// Reads `2026-10`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let figures = |part: &str, many| part.len() == many && part.bytes().all(|b| b.is_ascii_digit());
        let known = figures(year, 4) && figures(month, 2);
        if known { Self::of(year.parse().ok()?, month.parse().ok()?) } else { None }
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

impl std::str::FromStr for Period {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        Self::parse(text).ok_or(NotAMonth)
    }
}

/// A text that names no month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a month as 2026-10 is wanted")]
pub struct NotAMonth;

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl<C> Encode<C> for Period {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.u32(self.number())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Period {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::from_number(d.u32()?).ok_or_else(|| decode::Error::message("no such month"))
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("a month as 2026-10 is wanted"))
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

    #[test]
    fn a_month_is_read_as_it_is_written_and_what_is_none_is_refused() {
        let october = period(2026, 10);
        assert_eq!(Period::parse(&october.to_string()), Some(october));
        let bytes = minicbor::to_vec(october).expect("memory");
        assert_eq!(minicbor::decode::<Period>(&bytes).ok(), Some(october));
        for none in
            ["2026-13", "2026-00", "2026-1", "26-10", "2026/10", "+026-10", "1999-12", "2026-10-30", ""]
        {
            assert_eq!(Period::parse(none), None, "{none}");
        }
        assert!(minicbor::decode::<Period>(&minicbor::to_vec(12_u32).expect("memory")).is_err());
    }
}
