//! A month of the books read: its page, its months, and the changes behind a figure. Source: S17.
//!
//! Floor: rows, beside the lists.

use std::collections::BTreeMap;

use sync_core::{
    domain::month::{Closing, Closings, MonthStatus},
    recovery::{CustomerLine, RecoveryTable, Source},
    time::Period,
    unit::{ChangeId, CustomerId, Money},
};

use super::{
    FeedLine, MonthAsked, MonthChange, MonthChanges, MonthPage, MonthRow, MonthsPage, Reader,
    common::{clock, hex},
    feed,
    month::{closing_row, customer_row, missing_row, rep_row, stamps_of, totals},
    month_change::moved_code,
    names::Wanted,
};
use crate::{
    recovery::{self, Month},
    store::{FeedAsk, Snapshot, Stored},
};

/// Changes behind one figure that are shown at once; the latest ones.
const MOST_MONTH_CHANGES: usize = 500;

/// Late changes that a month's page shows; the others by `/changes`.
const MOST_LATE: usize = 50;

/// Months that are listed at once; the latest ones.
const MOST_MONTHS: usize = 36;

/// A source with the line that it moved.
type Behind = (&'static str, Source);

/// The sources of a table's lines with what stood there when the month began.
fn behind(table: &RecoveryTable, asked: &MonthAsked) -> (Money, Vec<Behind>) {
    let every = asked.customer.is_none() && asked.staff.is_none();
    let account = |name: &str| asked.account.as_deref().is_none_or(|wanted| wanted == name);
    let (mut opening, mut all) = (Money::ZERO, Vec::new());
    let mut takes = |name: &'static str, begun: Money, sources: &[Source]| {
        if account(name) {
            opening = opening.plus(begun);
            all.extend(sources.iter().map(|source| (name, source.clone())));
        }
    };
    for (id, line) in &table.customers {
        if every || asked.customer == Some(id.0) {
            takes("customer", line.opening, &line.sources);
        }
    }
    for staff in table.staff() {
        if !every && asked.staff != Some(staff.0) {
            continue;
        }
        for line in table.drawers_of(staff) {
            takes("drawer", line.opening, &line.sources);
        }
        for (name, lines) in
            [("missing", &table.missing), ("withheld", &table.withheld), ("confirmed", &table.confirmed)]
        {
            if let Some(line) = lines.get(&staff) {
                takes(name, line.opening, &line.sources);
            }
        }
    }
    all.sort_by_key(|(_, source)| std::cmp::Reverse(source.position));
    (opening, all)
}

/// Every source of a table.
fn all_behind(table: &RecoveryTable) -> Vec<Behind> {
    behind(table, &MonthAsked::default()).1
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
        let late = all_behind(&month.table).into_iter().filter(|(_, source)| source.late);
        let mut late = once_each(late.collect());
        let late_total = late.len() as u64;
        late.truncate(MOST_LATE);
        let late = self.changes(late, |source| (Some(Period::at(source.at)), None)).await?;
        let (later, later_total) = self.later(month).await?;
        let closing = month.closings.of(month.period);
        let names = self.names(wants(month, closing.as_ref())).await?;
        let line = |(id, line): (&CustomerId, &CustomerLine)| customer_row(*id, line, month, &names);
        let mut customers: Vec<_> = month.table.customers.iter().map(line).collect();
        customers.sort_by(|a, b| a.customer.name.cmp(&b.customer.name));
        let mut reps: Vec<_> = month.table.staff().into_iter().map(|id| rep_row(id, month, &names)).collect();
        reps.sort_by(|a, b| a.staff.name.cmp(&b.staff.name));
        let table = month.table.hash();
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
            table: hex(&table),
            totals: totals(&customers, &reps),
            customers,
            reps,
            phones: month.phones.asked,
            missing: month.phones.missing.iter().map(|log| missing_row(log, &names)).collect(),
            unexplained: month.notes.unexplained(&month.table.differences()),
            closing: closing.map(|closing| closing_row(&closing, table, &names)),
            late,
            late_total,
            later,
            later_total,
            to_sign: can_be_signed.then(|| month.to_sign()),
        })
    }

    /// What took effect in a closed month and came behind its position, with the month it counts in.
    async fn later(&mut self, month: &Month) -> Stored<(Vec<MonthChange>, u64)> {
        let Some(table) = &month.later else { return Ok((Vec::new(), 0)) };
        let of_month = |source: &Source| source.late && Period::at(source.at) == month.period;
        let some = all_behind(table).into_iter().filter(|(_, source)| of_month(source));
        let mut some = once_each(some.collect());
        let total = some.len() as u64;
        some.truncate(MOST_LATE);
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
        Ok((self.changes(some, counts_in).await?, total))
    }

    /// The changes behind a figure of a month.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn month_changes(&mut self, table: &RecoveryTable, asked: &MonthAsked) -> Stored<MonthChanges> {
        let kinds: Vec<&str> =
            asked.moved.iter().flat_map(|moved| moved.split(',')).filter(|kind| !kind.is_empty()).collect();
        let (opening, mut all) = behind(table, asked);
        let is_whole = kinds.is_empty() && !asked.late;
        all.retain(|(_, source)| {
            (kinds.is_empty() || kinds.contains(&moved_code(source.moved))) && (source.late || !asked.late)
        });
        let total = all.len() as u64;
        let sum = all.iter().map(|(_, source)| source.sum).sum();
        let opening = if is_whole { opening } else { Money::ZERO };
        let before = MOST_MONTH_CHANGES.saturating_mul(usize::try_from(asked.page).unwrap_or(usize::MAX));
        let all = all.into_iter().skip(before).take(MOST_MONTH_CHANGES).collect();
        let late = |source: &Source| (source.late.then(|| Period::at(source.at)), None);
        Ok(MonthChanges { changes: self.changes(all, late).await?, total, opening, sum })
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
    for staff in month.table.staff() {
        wanted.staff(staff);
    }
    for (_, note) in month.notes.explained.entries() {
        wanted.staff(note.by);
    }
    for log in &month.phones.missing {
        wanted.staff(log.staff);
    }
    if let Some(closing) = closing {
        wanted.staff(closing.closed.by);
        for stamp in stamps_of(closing) {
            wanted.staff(stamp.by);
        }
        for phone in &closing.closed.what.missing {
            wanted.staff(phone.staff).device(phone.device);
        }
    }
    wanted
}
