//! A month of the books read: its page, its months, and the changes behind a figure. Source: S17.
//!
//! Floor: rows, beside the lists.

use std::collections::BTreeMap;

use sync_core::{
    domain::month::{Closing, Closings, MonthStatus},
    recovery::{CustomerLine, RecoveryTable, Source},
    time::Period,
    unit::{ChangeId, CustomerId, StaffId},
};

use super::{
    FeedLine, MonthAsked, MonthChange, MonthChanges, MonthPage, MonthRow, MonthsPage, Reader,
    common::{clock, hex},
    feed,
    month::{closing_row, customer_row, missing_row, moved_code, rep_row, totals},
    names::Wanted,
};
use crate::{
    recovery::{self, Month},
    store::{FeedAsk, Snapshot, Stored},
};

/// Changes behind one figure that are shown at once; the latest ones.
const MOST_MONTH_CHANGES: usize = 500;

/// Months that are listed at once; the latest ones.
const MOST_MONTHS: usize = 36;

/// A source with the line that it moved.
type Behind = (&'static str, Source);

fn behind(table: &RecoveryTable, customer: Option<CustomerId>, staff: Option<StaffId>) -> Vec<Behind> {
    let every = customer.is_none() && staff.is_none();
    let of_customers = table.customers.iter().filter(|(id, _)| every || customer == Some(**id));
    let reps = |lines: &'static str| {
        let map = if lines == "drawer" { &table.reps } else { &table.missing };
        let some = map.iter().filter(move |(id, _)| every || staff == Some(**id));
        some.flat_map(move |(_, line)| line.sources.iter().map(move |source| (lines, source.clone())))
    };
    let all =
        of_customers.flat_map(|(_, line)| line.sources.iter().map(|source| ("customer", source.clone())));
    let mut all: Vec<Behind> = all.chain(reps("drawer")).chain(reps("missing")).collect();
    all.sort_by_key(|(_, source)| std::cmp::Reverse(source.position));
    all
}

/// Each change once, by the cash that it moved where it moved any.
fn once_each(mut all: Vec<Behind>) -> Vec<Behind> {
    let rank = |lines: &str| usize::from(lines != "drawer");
    all.sort_by_key(|(lines, source)| (std::cmp::Reverse(source.position), rank(lines)));
    all.dedup_by_key(|(_, source)| source.position);
    all
}

impl<N: Snapshot> Reader<'_, N> {
    /// The months of the books, from the one the feed begins in.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn months(&mut self) -> Stored<MonthsPage> {
        let closings = recovery::closings(self.snapshot).await?;
        let first = FeedAsk { limit: 1, unlinked: true, ..FeedAsk::default() };
        let begun = self.snapshot.feed(&first).await?.first().map_or(self.now, |row| row.entry.effective);
        let (mut month, begun) = (Period::at(self.now), Period::at(begun));
        let due = self.due(&closings);
        let mut months = Vec::new();
        while months.len() < MOST_MONTHS && (months.is_empty() || month >= begun.min(due)) {
            months.push(MonthRow {
                month,
                status: closings.status(month).code(),
                ends: clock(month.end()),
                is_over: self.now > month.end(),
            });
            month = month.before();
        }
        Ok(MonthsPage { months, due })
    }

    /// The month that is to be closed next: the one after the last closed, or else the last that is over.
    fn due(&self, closings: &Closings) -> Period {
        let last = closings.both_signed().last().map(|last| last.closed.what.period.after());
        last.unwrap_or_else(|| Period::at(self.now).before())
    }

    /// A month as it stands.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn month(&mut self, month: &Month) -> Stored<MonthPage> {
        let now = self.now;
        let (due, is_over) = (self.due(&month.closings), now > month.period.end());
        let hand_ins_open = self.summary_of_hand_ins().await?;
        let late = behind(&month.table, None, None).into_iter().filter(|(_, source)| source.late);
        let late = once_each(late.collect());
        let late = self.changes(late, |source| (Some(Period::at(source.at)), None)).await?;
        let later = self.later(month).await?;
        let closing = month.closings.of(month.period);
        let names = self.names(wants(month, closing.as_ref())).await?;
        let line = |(id, line): (&CustomerId, &CustomerLine)| customer_row(*id, line, month, &names);
        let mut customers: Vec<_> = month.table.customers.iter().map(line).collect();
        customers.sort_by(|a, b| a.customer.name.cmp(&b.customer.name));
        let mut staff: Vec<StaffId> =
            month.table.reps.keys().chain(month.table.missing.keys()).copied().collect();
        staff.sort_unstable();
        staff.dedup();
        let mut reps: Vec<_> = staff.into_iter().map(|id| rep_row(id, month, &names)).collect();
        reps.sort_by(|a, b| a.staff.name.cmp(&b.staff.name));
        let can_be_signed = month.status == MonthStatus::Open && is_over && due == month.period;
        Ok(MonthPage {
            month: month.period,
            status: month.status.code(),
            ends: clock(month.period.end()),
            is_over,
            due,
            through: month.table.bounds.through,
            head: month.head,
            as_of: clock(now),
            table: hex(&month.table.hash()),
            totals: totals(&customers, &reps),
            customers,
            reps,
            phones: month.phones.asked,
            missing: month.phones.missing.iter().map(|log| missing_row(log, &names)).collect(),
            unexplained: month.notes.unexplained(&month.table.differences()),
            hand_ins_open,
            closing: closing.map(|closing| closing_row(&closing, &names)),
            late,
            later,
            to_sign: can_be_signed.then(|| month.to_sign()),
        })
    }

    /// What took effect in a closed month and came behind its position, with the month it counts in.
    async fn later(&mut self, month: &Month) -> Stored<Vec<MonthChange>> {
        let Some(table) = &month.later else { return Ok(Vec::new()) };
        let of_month = |source: &Source| source.late && Period::at(source.at) == month.period;
        let some = behind(table, None, None).into_iter().filter(|(_, source)| of_month(source));
        let some = once_each(some.collect());
        let closed: Vec<(u64, Period)> = month
            .closings
            .both_signed()
            .iter()
            .map(|one| (one.closed.what.through, one.closed.what.period))
            .collect();
        let counts_in = move |source: &Source| {
            let in_closed = closed.iter().find(|(through, _)| source.position <= *through);
            let next = closed.last().map(|(_, period)| period.after());
            (None, in_closed.map(|(_, period)| *period).or(next))
        };
        self.changes(some, counts_in).await
    }

    /// The changes behind a figure of a month.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn month_changes(&mut self, table: &RecoveryTable, asked: &MonthAsked) -> Stored<MonthChanges> {
        let (customer, staff) = (asked.customer.map(CustomerId), asked.staff.map(StaffId));
        let kinds: Vec<&str> = asked.moved.iter().flat_map(|moved| moved.split(',')).collect();
        let mut all = behind(table, customer, staff);
        all.retain(|(_, source)| kinds.is_empty() || kinds.contains(&moved_code(source.moved)));
        let total = all.len() as u64;
        let sum = all.iter().map(|(_, source)| source.sum).sum();
        all.truncate(MOST_MONTH_CHANGES);
        let late = |source: &Source| (source.late.then(|| Period::at(source.at)), None);
        Ok(MonthChanges { changes: self.changes(all, late).await?, total, sum })
    }

    /// Sources with their changes, as the feed has them.
    async fn changes(
        &mut self,
        sources: Vec<Behind>,
        belongs: impl Fn(&Source) -> (Option<Period>, Option<Period>),
    ) -> Stored<Vec<MonthChange>> {
        if sources.is_empty() {
            return Ok(Vec::new());
        }
        let mut ids: Vec<ChangeId> = sources.iter().map(|(_, source)| source.change).collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = self.snapshot.entries(&ids).await?;
        let names = self.names_of_lines(rows.iter()).await?;
        let lines: BTreeMap<ChangeId, FeedLine> =
            rows.iter().map(|row| (row.entry.change.id, feed::line(row, &names))).collect();
        let change = |(account, source): Behind| {
            let (late, counts_in) = belongs(&source);
            let entry = lines.get(&source.change)?.clone();
            let moved = moved_code(source.moved);
            Some(MonthChange { moved, account, sum: source.sum, late, counts_in, entry })
        };
        Ok(sources.into_iter().filter_map(change).collect())
    }
}

/// The names that a month's page shows.
fn wants(month: &Month, closing: Option<&Closing<'_>>) -> Wanted {
    let mut wanted = Wanted::default();
    for (customer, line) in &month.table.customers {
        wanted.customer(*customer);
        if let Some(last) = line.sources.last() {
            wanted.staff(last.by);
        }
    }
    for staff in month.table.reps.keys().chain(month.table.missing.keys()) {
        wanted.staff(*staff);
    }
    for (_, note) in month.notes.explained.entries() {
        wanted.staff(note.by);
    }
    for log in &month.phones.missing {
        wanted.staff(log.staff);
    }
    if let Some(closing) = closing {
        wanted.staff(closing.closed.by);
        if let Some(stamp) = closing.stamp {
            wanted.staff(stamp.by);
        }
        for phone in &closing.closed.what.missing {
            wanted.staff(phone.staff).device(phone.device);
        }
    }
    wanted
}
