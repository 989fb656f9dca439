//! The days of the history: three months that end yesterday, and this morning.
//!
//! Floor: bottom of the demo. Knows no clock: the present is handed in.

use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveTime, TimeZone, Weekday};
use sync_core::time::{Timestamp, business_date};

/// The present, and the days before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calendar {
    /// The present; nothing of the history lies after it.
    pub(super) now: Timestamp,
    /// Today, in the company's zone.
    pub(super) today: NaiveDate,
    /// The first day of the history.
    pub(super) first: NaiveDate,
}

impl Calendar {
    /// The three months before a present.
    pub(super) fn before(now: Timestamp) -> Self {
        let today = business_date(now).0;
        Self { now, today, first: today - Months::new(3) }
    }

    /// The days on which reps are out, in order. Today is always one of them: on a day of rest somebody is on duty.
    pub(super) fn workdays(&self) -> Vec<NaiveDate> {
        let days = self.first.iter_days().take_while(|day| *day <= self.today);
        days.filter(|day| *day == self.today || is_workday(*day)).collect()
    }

    /// The minute of a day at which the first rep is at the first customer's: early markets open before the shops, so
    /// that whoever looks in the morning sees something of today.
    pub(super) fn first_minute(&self, date: NaiveDate) -> u32 {
        const USUAL: u64 = 8 * 60 + 25;
        const EARLIEST: u64 = 5 * 60;
        const BEFORE_NOW: u64 = 90;
        if date != self.today {
            return u32::try_from(USUAL).unwrap_or(0);
        }
        let passed = self.now.millis().saturating_sub(at(date, 0, 0).millis()) / 60_000;
        let begins = passed.saturating_sub(BEFORE_NOW).clamp(EARLIEST, USUAL);
        u32::try_from(begins).unwrap_or(0)
    }

    /// The workday so many workdays before today; 1 is the last one before today.
    pub(super) fn workdays_ago(&self, ago: usize) -> NaiveDate {
        let before: Vec<_> = self.workdays().into_iter().filter(|day| *day < self.today).collect();
        before[before.len().saturating_sub(ago)]
    }

    /// The first day of each month of the history, this month included.
    pub(super) fn months(&self) -> Vec<NaiveDate> {
        /// Three months touch four, and never more than five.
        const LONGEST: u32 = 4;
        let begin = |day: NaiveDate| day.with_day(1).expect("every month has a first day");
        let last = begin(self.today);
        (0..=LONGEST)
            .map(|month| begin(self.first) + Months::new(month))
            .take_while(|month| *month <= last)
            .collect()
    }
}

/// Monday to Saturday, without the first days of October.
fn is_workday(day: NaiveDate) -> bool {
    day.weekday() != Weekday::Sun && !(day.month() == 10 && day.day() <= 3)
}

/// The last day of so many months, given the first of them.
pub(super) fn end_of_months(first: NaiveDate, months: u32) -> NaiveDate {
    first + Months::new(months) - Days::new(1)
}

/// A minute of a day on the company's wall clock.
pub(super) fn at(day: NaiveDate, hour: u32, minute: u32) -> Timestamp {
    let zone = FixedOffset::east_opt(8 * 3600).expect("eight hours are a valid offset");
    let midnight: DateTime<FixedOffset> = zone
        .from_local_datetime(&day.and_time(NaiveTime::MIN))
        .single()
        .expect("a fixed offset has every midnight once");
    let minutes = u64::from(hour * 60 + minute);
    Timestamp::from_millis(u64::try_from(midnight.timestamp_millis()).unwrap_or(0) + minutes * 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon(year: i32, month: u32, day: u32) -> Timestamp {
        at(NaiveDate::from_ymd_opt(year, month, day).expect("a day"), 12, 0)
    }

    #[test]
    fn three_months_end_today_and_leave_sundays_out() {
        let calendar = Calendar::before(noon(2026, 10, 16));
        let days = calendar.workdays();
        assert_eq!(days.first().map(ToString::to_string), Some("2026-07-16".into()));
        assert_eq!(days.last().map(ToString::to_string), Some("2026-10-16".into()));
        assert!(days.iter().all(|day| day.weekday() != Weekday::Sun));
        assert_eq!(calendar.workdays_ago(1).to_string(), "2026-10-15");
        assert_eq!(calendar.months().len(), 4);
    }

    #[test]
    fn a_day_of_rest_and_an_early_hour_have_something_of_today() {
        let sunday = Calendar::before(noon(2026, 10, 18));
        assert_eq!(sunday.workdays().last(), Some(&sunday.today));
        assert_eq!(sunday.first_minute(sunday.today), 8 * 60 + 25);
        assert_eq!(sunday.workdays_ago(1).to_string(), "2026-10-17");
        let early = Calendar::before(at(sunday.today, 9, 0));
        assert_eq!(early.first_minute(early.today), 7 * 60 + 30);
    }

    #[test]
    fn a_history_that_begins_on_the_thirty_first_has_all_its_months() {
        let calendar = Calendar::before(noon(2027, 5, 31));
        assert_eq!(calendar.first.to_string(), "2027-02-28");
        let months: Vec<_> = calendar.months().iter().map(ToString::to_string).collect();
        assert_eq!(months, ["2027-02-01", "2027-03-01", "2027-04-01", "2027-05-01"]);
    }
}
