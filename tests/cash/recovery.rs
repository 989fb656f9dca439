//! 销售资金回收表 over the lives of the simulator: built anew it is the same to the byte, nothing is lost between two
//! months, and what comes late is in the next one and says so. Source: S17.

use std::collections::BTreeSet;

use sync_core::{
    feed::Entry,
    paper::Paper,
    recovery::{Bounds, CustomerLine, Moved, Period, RecoveryTable, RepLine, recovery_table},
    unit::{Amount, Money},
};

use crate::{
    office::{MA, drawers},
    world::World,
};

/// The feed of a life, what lies in the drawers at its end, and what finance has confirmed of what left them.
fn entries(seed: u64) -> (Vec<Entry>, Money, Money) {
    let office = World::new(seed).lived().unwrap_or_else(|fault| panic!("CASH_SEED={seed}: {fault}"));
    let papers = office.papers();
    let held = drawers(&papers).into_values().sum();
    let confirmed = |paper: &Paper| match paper {
        Paper::Remittance(paper) if paper.status() == "confirmed" => {
            Some(paper.recorded.as_ref()?.what.amount)
        }
        Paper::HandIn(paper) if paper.status().code() == "received" => {
            Some(paper.recorded.as_ref()?.what.amount)
        }
        _ => None,
    };
    let confirmed = papers.values().filter_map(confirmed).map(Amount::money).sum();
    (office.rows().into_iter().map(|row| row.entry).collect(), held, confirmed)
}

fn month(year: i32, month: u32) -> Period {
    Period::of(year, month).expect("a month")
}

fn table(entries: &[Entry], period: Period, through: u64, closed_before: Option<u64>) -> RecoveryTable {
    recovery_table(entries, Bounds { period, through, closed_before })
}

/// Where the feed stood when the month was closed: the last entry received up to a day after its end, but for some.
fn closed_at(entries: &[Entry], period: Period, short: u64) -> u64 {
    let in_time = entries.iter().filter(|entry| entry.received <= period.end().plus_millis(7_200_000));
    let last = in_time.map(|entry| entry.position).max().unwrap_or_default();
    last.saturating_sub(short).max(1)
}

#[test]
fn a_closed_month_is_built_anew_to_the_byte_and_the_next_goes_on_where_it_ended() {
    let (september, october) = (month(2026, 9), month(2026, 10));
    let mut late_ones = 0;
    for seed in 1..=25 {
        let (entries, held, confirmed) = entries(seed);
        let head = entries.last().expect("some").position;
        let closed = closed_at(&entries, september, seed % 9);
        let signed = table(&entries[..usize::try_from(closed).expect("small")], september, closed, None);
        let again = table(&entries, september, closed, None);
        assert_eq!(again.bytes(), signed.bytes(), "seed {seed}: what came later changes nothing");
        assert_eq!(again.hash(), signed.hash());
        let next = table(&entries, october, head, Some(closed));
        for staff in next.staff() {
            assert_eq!(next.held(staff).opening, signed.held(staff).closing(), "seed {seed}");
        }
        for (customer, line) in &next.customers {
            let before = signed.customers.get(customer).map_or(Money::ZERO, CustomerLine::closing);
            assert_eq!(line.opening, before, "seed {seed}");
        }
        let found = next.confirmed.get(&MA).map_or(Money::ZERO, RepLine::closing);
        assert_eq!(found, confirmed, "seed {seed}: what the table says is confirmed is what the papers say");
        let all = next.held(MA).closing();
        assert_eq!(all, held, "seed {seed}: what the table says is held is what the drawers hold");
        // Late is exactly what took effect in the closed month behind its position.
        let late: BTreeSet<u64> = next.late().iter().map(|source| source.position).collect();
        let due = |entry: &&Entry| entry.effective <= september.end() && entry.position > closed;
        let due: BTreeSet<u64> = entries.iter().filter(due).map(|entry| entry.position).collect();
        assert!(late.is_subset(&due), "seed {seed}");
        let moved: BTreeSet<u64> = next
            .staff()
            .into_iter()
            .flat_map(|staff| next.held(staff).sources)
            .map(|source| source.position)
            .filter(|position| due.contains(position))
            .collect();
        assert!(moved.is_subset(&late), "seed {seed}");
        late_ones += late.len();
    }
    assert!(late_ones > 20, "only {late_ones} came late");
}

#[test]
fn every_figure_is_the_sum_of_the_changes_behind_it() {
    let (entries, ..) = entries(3);
    let head = entries.last().expect("some").position;
    let table = table(&entries, month(2026, 10), head, None);
    let line = table.held(MA);
    let kinds = [Moved::Cash, Moved::Remitted, Moved::Reversed, Moved::Settled, Moved::HandedIn];
    let by_kind: Money = kinds.into_iter().map(|kind| line.of(kind)).sum();
    assert_eq!(line.opening.plus(by_kind), line.closing());
    let confirmed = &table.confirmed[&MA];
    let kinds = [Moved::Confirmed, Moved::HandedIn, Moved::Reversed];
    let by_kind: Money = kinds.into_iter().map(|kind| confirmed.of(kind)).sum();
    assert_eq!(confirmed.opening.plus(by_kind), confirmed.closing());
    let known: BTreeSet<_> = entries.iter().map(|entry| (entry.position, entry.change.id)).collect();
    assert!(line.sources.iter().all(|source| known.contains(&(source.position, source.change))));
}
