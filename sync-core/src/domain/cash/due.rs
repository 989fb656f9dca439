//! 尽快汇回: since when the sum to remit from has been held without a break, and until when the cash is to be remitted.
//!
//! Floor: domain. Must not know where drawers are kept: what moved is handed in.

use std::collections::BTreeMap;

use super::{DrawerPart, in_hand};
use crate::{
    time::{Timestamp, business_date, business_date_time},
    unit::{Amount, DeviceId, Money},
};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// The hour of the day, in the company's zone, at which what is due on a day is late.
pub const REMIT_BY_HOUR: u64 = 18;

/// Since when what lies in the drawers together has been at or above the sum to remit from without a break. Source: S14.
///
/// Told backwards from what lies in them now, so that a book in which the oldest movements are missing says the same.
/// `None` where less is held. `moves` may come in any order.
pub fn held_since(
    drawers: impl IntoIterator<Item = (DeviceId, Money)>,
    remit_from: Money,
    moves: impl IntoIterator<Item = (Timestamp, DeviceId, Money)>,
) -> Option<Timestamp> {
    let mut held: BTreeMap<DeviceId, Money> = drawers.into_iter().collect();
    if in_hand(held.values().copied()) < remit_from {
        return None;
    }
    // What happened at one moment happened together.
    let mut by_time: BTreeMap<Timestamp, Vec<(DeviceId, Money)>> = BTreeMap::new();
    for (at, device, sum) in moves {
        by_time.entry(at).or_default().push((device, sum));
    }
    let mut since = None;
    for (at, moved) in by_time.into_iter().rev() {
        since = Some(at);
        for (device, sum) in moved {
            let before = held.entry(device).or_default();
            *before = before.minus(sum);
        }
        if in_hand(held.values().copied()) < remit_from {
            break;
        }
    }
    since
}

/// Until when the cash is to be remitted: 18:00 of the day after the one on which the sum was reached. Source: S14.
///
/// The regulation says 必须尽快汇回 and names no hour. Whoever reaches the sum in the evening finds no bank open; whoever
/// has it the evening after has not remitted 尽快.
pub fn remit_by(since: Timestamp) -> Timestamp {
    use chrono::Timelike;
    let clock = business_date_time(since);
    let since_midnight =
        u64::from(clock.num_seconds_from_midnight()) * 1_000 + u64::from(clock.nanosecond() / 1_000_000);
    let midnight = since.millis().saturating_sub(since_midnight);
    let by = Timestamp::from_millis(midnight + DAY_MS + REMIT_BY_HOUR * HOUR_MS);
    debug_assert!(business_date(by) > business_date(since), "the day after");
    by
}

/// Out of which drawers a sum is taken: one after the other in the order given, each as far as it reaches. `None` where
/// they do not hold as much together. Source: S14.
pub fn out_of(amount: Amount, drawers: &[(DeviceId, Money)]) -> Option<Vec<DrawerPart>> {
    let mut left = amount.money();
    let mut parts = Vec::new();
    for (device, held) in drawers {
        if let Ok(part) = Amount::new((*held).min(left)) {
            left = left.minus(part.money());
            parts.push(DrawerPart { device: *device, amount: part });
        }
    }
    left.is_zero().then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u64) -> Timestamp {
        // 2026-10-16 00:00 in the company's zone.
        Timestamp::from_millis(1_792_080_000_000 + hour * HOUR_MS)
    }

    const ONE: DeviceId = DeviceId::from_bytes([1; 16]);
    const TWO: DeviceId = DeviceId::from_bytes([2; 16]);

    fn since(held: i64, moves: &[(u64, i64)]) -> Option<Timestamp> {
        let moves = moves.iter().map(|(hour, yuan)| (at(*hour), ONE, Money::yuan(*yuan)));
        held_since([(ONE, Money::yuan(held))], Money::yuan(10_000), moves)
    }

    #[test]
    fn the_sum_counts_from_the_moment_that_reached_it_last() {
        assert_eq!(since(9_999, &[(1, 9_999)]), None);
        assert_eq!(since(10_000, &[(1, 6_000), (2, 4_000)]), Some(at(2)));
        assert_eq!(
            since(12_000, &[(1, 11_000), (2, -5_000), (3, 6_000)]),
            Some(at(3)),
            "it went below between"
        );
        assert_eq!(
            since(13_000, &[(3, 2_000), (1, 12_000), (2, -1_000)]),
            Some(at(1)),
            "it never went below"
        );
        assert_eq!(since(12_000, &[(9, 1_000)]), Some(at(9)), "the oldest that is known");
    }

    #[test]
    fn a_drawer_below_nothing_makes_the_hour_no_later() {
        let moves = [(1, TWO, 10_000), (2, ONE, 500), (3, ONE, -500), (4, ONE, -500), (5, ONE, 300)];
        let moves = moves.map(|(hour, device, yuan)| (at(hour), device, Money::yuan(yuan)));
        let drawers = [(ONE, Money::yuan(-200)), (TWO, Money::yuan(10_000))];
        assert_eq!(held_since(drawers, Money::yuan(10_000), moves), Some(at(1)));
    }

    #[test]
    fn a_sum_reached_at_any_hour_is_due_the_next_evening() {
        for hour in [0, 9, 17, 23] {
            assert_eq!(remit_by(at(hour)), at(24 + 18), "reached at {hour}");
        }
        assert_eq!(remit_by(at(24)), at(48 + 18));
    }

    #[test]
    fn a_sum_is_taken_out_of_one_drawer_after_the_other() {
        let (one, two) = (ONE, TWO);
        let drawers = [(one, Money::yuan(300)), (two, Money::yuan(200))];
        let parts = |yuan: i64| out_of(Amount::new(Money::yuan(yuan)).expect("an amount"), &drawers);
        let part =
            |device, yuan| DrawerPart { device, amount: Amount::new(Money::yuan(yuan)).expect("an amount") };
        assert_eq!(parts(300), Some(vec![part(one, 300)]));
        assert_eq!(parts(450), Some(vec![part(one, 300), part(two, 150)]));
        assert_eq!(parts(501), None);
        let below = [(one, Money::yuan(-50)), (two, Money::yuan(200))];
        assert_eq!(
            out_of(Amount::new(Money::yuan(200)).expect("an amount"), &below),
            Some(vec![part(two, 200)])
        );
    }
}
