//! How many papers the lists show, counted as they are written: a list says its total without reading its papers.

use std::collections::BTreeMap;

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
}
