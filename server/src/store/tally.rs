//! How many papers the lists show, counted as they are written: a list says its total without reading its papers.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Months, NaiveDate};
use sync_core::{
    paper::PaperKind,
    unit::{Money, StaffId},
};

use super::Shown;

/// The kinds that are counted: of every other kind there are few.
pub const TALLIED: [PaperKind; 4] =
    [PaperKind::Visit, PaperKind::Order, PaperKind::Collection, PaperKind::Remittance];

/// The company's zone is eight hours ahead of UTC.
const ZONE_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// How long the time is whose papers are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// A day of the company's zone.
    Day,
    /// A month, named by its first day.
    Month,
}

impl Period {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Day, Self::Month];

    /// The table in which so much is counted together.
    pub(super) const fn table(self) -> &'static str {
        match self {
            Self::Day => "tallies_by_day",
            Self::Month => "tallies_by_month",
        }
    }

    /// What was counted by days, counted together in these periods.
    pub fn gathered(self, by_day: BTreeMap<TallyKey, Tally>) -> BTreeMap<TallyKey, Tally> {
        match self {
            Self::Day => by_day,
            Self::Month => {
                let mut by_month = BTreeMap::new();
                for (key, Tally { papers, amount }) in by_day {
                    let key = TallyKey { day: first_of_month(key.day), ..key };
                    add(&mut by_month, key, papers, amount);
                }
                by_month
            }
        }
    }
}

/// Periods from a first day on and before a last, where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) of: Period,
    pub(super) from: Option<i64>,
    pub(super) before: Option<i64>,
}

/// What is to be added up for the days from one on and before another: whole months, and the days before and behind them.
pub(super) fn stretches(from: Option<i64>, before: Option<i64>) -> Vec<Stretch> {
    let first = from.map(month_not_before);
    let last = before.map(first_of_month);
    if let (Some(first), Some(last)) = (first, last)
        && first >= last
    {
        return vec![Stretch { of: Period::Day, from, before }];
    }
    let mut all = vec![Stretch { of: Period::Month, from: first, before: last }];
    if from != first {
        all.push(Stretch { of: Period::Day, from, before: first });
    }
    if before != last {
        all.push(Stretch { of: Period::Day, from: last, before });
    }
    all
}

/// A day that no calendar knows is its own month.
fn first_of_month(day: i64) -> i64 {
    date(day).and_then(|date| date.with_day(1)).map_or(day, number)
}

fn month_not_before(day: i64) -> i64 {
    let first = first_of_month(day);
    if first == day {
        return day;
    }
    date(first).and_then(|date| date.checked_add_months(Months::new(1))).map_or(day, number)
}

fn date(day: i64) -> Option<NaiveDate> {
    DateTime::from_timestamp_millis(day.checked_mul(DAY_MS)?).map(|at| at.date_naive())
}

fn number(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

/// The papers that are counted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TallyKey {
    /// Of this kind.
    pub kind: PaperKind,
    /// Of this member of staff.
    pub staff: Option<StaffId>,
    /// Of this day in the company's zone, counted from 1970-01-01.
    pub day: i64,
    /// In scopes whose key begins with this byte.
    pub class: u8,
    /// In this standing.
    pub status: String,
}

/// How many papers, and what they come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many; below zero only as a difference.
    pub papers: i64,
    /// What they come to.
    pub amount: Money,
}

impl TallyKey {
    /// Where a paper is counted; nowhere, unless it is of a counted kind, listed, and in a scope.
    pub fn of(shown: &Shown) -> Option<Self> {
        let class = shown.scope.map(|scope| scope.to_bytes()[0])?;
        let status = shown.status.clone()?;
        let (kind, day) = (shown.key.kind, day_of(shown.at_ms));
        TALLIED.contains(&kind).then_some(Self { kind, staff: shown.staff, day, class, status })
    }
}

/// The day of a moment, counted from 1970-01-01 in the company's zone.
pub(crate) const fn day_of(at_ms: i64) -> i64 {
    at_ms.saturating_add(ZONE_MS).div_euclid(DAY_MS)
}

/// The day that begins at a moment, where one does.
pub(crate) const fn day_beginning(at_ms: i64) -> Option<i64> {
    let begins = at_ms.saturating_add(ZONE_MS).rem_euclid(DAY_MS) == 0;
    if begins { Some(day_of(at_ms)) } else { None }
}

/// Counts papers, or with `papers` below zero takes them away again.
pub(crate) fn add(tallies: &mut BTreeMap<TallyKey, Tally>, key: TallyKey, papers: i64, amount: Money) {
    let tally = tallies.entry(key).or_default();
    tally.papers += papers;
    tally.amount = tally.amount.plus(amount);
}

/// What was counted otherwise than before, by each period in whose table it is kept.
pub(super) fn by_period(by_day: BTreeMap<TallyKey, Tally>) -> [(Period, Vec<(TallyKey, Tally)>); 2] {
    let moved = |tallies: BTreeMap<_, _>| {
        tallies.into_iter().filter(|(_, tally)| *tally != Tally::default()).collect()
    };
    let by_month = Period::Month.gathered(by_day.clone());
    [(Period::Day, moved(by_day)), (Period::Month, moved(by_month))]
}

/// What all of these come to.
pub fn tallied<'s>(shown: impl IntoIterator<Item = &'s Shown>) -> BTreeMap<TallyKey, Tally> {
    let mut tallies = BTreeMap::new();
    for shown in shown {
        if let Some(key) = TallyKey::of(shown) {
            add(&mut tallies, key, 1, shown.amount.unwrap_or_default());
        }
    }
    tallies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_the_zone_of_the_company() {
        // 2026-10-16, 00:00 in UTC+8.
        let midnight = 1_792_080_000_000;
        assert_eq!(day_beginning(midnight), Some(day_of(midnight)));
        assert_eq!(day_beginning(midnight + 1), None);
        assert_eq!(day_of(midnight - 1) + 1, day_of(midnight));
    }

    const fn of(of: Period, from: Option<i64>, before: Option<i64>) -> Stretch {
        Stretch { of, from, before }
    }

    #[test]
    fn all_days_are_whole_months_and_what_lies_around_them() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).map(number);
        assert_eq!(stretches(None, None), [of(Period::Month, None, None)]);
        assert_eq!(stretches(day(3, 1), day(4, 1)), [of(Period::Month, day(3, 1), day(4, 1))]);
        assert_eq!(
            stretches(day(2, 28), day(4, 2)),
            [
                of(Period::Month, day(3, 1), day(4, 1)),
                of(Period::Day, day(2, 28), day(3, 1)),
                of(Period::Day, day(4, 1), day(4, 2)),
            ],
        );
        assert_eq!(stretches(day(3, 2), day(3, 31)), [of(Period::Day, day(3, 2), day(3, 31))]);
        assert_eq!(stretches(day(3, 2), day(4, 30)), [of(Period::Day, day(3, 2), day(4, 30))]);
        assert_eq!(
            stretches(day(12, 2), None),
            [
                of(Period::Month, NaiveDate::from_ymd_opt(2027, 1, 1).map(number), None),
                of(Period::Day, day(12, 2), NaiveDate::from_ymd_opt(2027, 1, 1).map(number)),
            ],
        );
        assert_eq!(
            stretches(None, day(1, 1)),
            [of(Period::Month, None, day(1, 1))],
            "before a month begins there are only whole ones"
        );
    }
}
