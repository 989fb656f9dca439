//! Dates, times, ages and sums as people read them, in the company's zone (UTC+8) and the language spoken.
//!
//! Floor: ui. This module must not read a clock: now is handed in.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use sync_core::unit::Money;

use super::words::t;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const ZONE_HOURS: i64 = 8;

/// The company's wall clock at a moment.
///
/// # Units
/// Milliseconds since 1970-01-01 UTC.
pub fn local(millis: i64) -> NaiveDateTime {
    DateTime::from_timestamp_millis(millis).unwrap_or_default().naive_utc() + TimeDelta::hours(ZONE_HOURS)
}

/// `10月16日`.
pub fn day(date: NaiveDate) -> String {
    t!("date-day", month = month(date), day = date.day())
}

/// `10月16日 周五`.
pub fn day_with_weekday(date: NaiveDate) -> String {
    let weekday = t!(&format!("weekday-{}", date.weekday().number_from_monday()));
    t!("date-day-weekday", month = month(date), day = date.day(), weekday = weekday)
}

/// `2026年10月16日`.
pub fn full_day(date: NaiveDate) -> String {
    t!("date-full", year = date.year().to_string(), month = month(date), day = date.day())
}

/// `14:20`, of 24 hours.
pub fn hour_minute(millis: i64) -> String {
    let at = local(millis);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `10月16日 14:20`.
pub fn moment(millis: i64) -> String {
    t!("date-and-time", date = day(local(millis).date()), time = hour_minute(millis))
}

/// `2026年10月16日 14:20`, where the year matters.
pub fn full_moment(millis: i64) -> String {
    t!("date-and-time", date = full_day(local(millis).date()), time = hour_minute(millis))
}

/// The time today, `昨天 14:20` yesterday, else the date and time.
pub fn recent(now: i64, then: i64) -> String {
    let (today, that_day) = (local(now).date(), local(then).date());
    if that_day == today {
        hour_minute(then)
    } else if Some(that_day) == today.checked_sub_days(Days::new(1)) {
        t!("date-and-time", date = t!("date-yesterday"), time = hour_minute(then))
    } else {
        moment(then)
    }
}

/// How long ago: minutes, hours, yesterday, days.
pub fn age(now: i64, then: i64) -> String {
    let passed = now.saturating_sub(then).max(0);
    let days = local(now).date().signed_duration_since(local(then).date()).num_days();
    match (passed, days) {
        (..MINUTE_MS, _) => t!("age-now"),
        (..HOUR_MS, _) => t!("age-minutes", count = passed / MINUTE_MS),
        (_, ..=0) => t!("age-hours", count = passed / HOUR_MS),
        (_, 1) => t!("date-yesterday"),
        (_, days) => t!("age-days", count = days),
    }
}

/// The day of a date field: `2026-10-16`. Chrono's own reader of patterns would cost the bundle kilobytes.
pub fn typed_day(typed: &str) -> Option<NaiveDate> {
    let mut parts = typed.trim().splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// `8,640.00`, without a unit: the unit stands beside it.
pub fn sum(money: Money) -> String {
    money.grouped()
}

fn month(date: NaiveDate) -> String {
    t!(&format!("month-{}", date.month()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_field_is_read_and_nonsense_is_not() {
        assert_eq!(typed_day(" 2026-10-16 "), NaiveDate::from_ymd_opt(2026, 10, 16));
        assert_eq!(typed_day("2026-02-30"), None);
        assert_eq!(typed_day("16.10.2026"), None);
        assert_eq!(typed_day(""), None);
    }

    #[test]
    fn the_company_reads_its_own_clock_and_not_the_phone_s() {
        // 2026-10-15 16:20 UTC is the sixteenth in Yinchuan.
        assert_eq!(hour_minute(1_792_081_200_000), "00:20");
        assert_eq!(local(1_792_081_200_000).date(), NaiveDate::from_ymd_opt(2026, 10, 16).expect("a day"));
    }
}
