//! The sheets of what is owed: orders by due day, the dunning log, credit exceptions. Source: S41, S43, S45.
//!
//! Floor: above the sheet, beside the other lists.

use super::{
    lists::{Words, clock, customer, day},
    sheet::{Cell, Sheet},
};
use crate::rows::{CreditRow, CreditStampRow, ReceivableRow, ReceivableSums, UrgingRow};

pub(super) fn receivables(words: &Words<'_>, rows: &[ReceivableRow], sums: &ReceivableSums) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 16] = [
        ("number", 15),
        ("at", 17),
        ("customer", 24),
        ("place", 12),
        ("owner", 10),
        ("due", 12),
        ("days-overdue", 10),
        ("total", 14),
        ("collected", 14),
        ("paid-confirmed", 14),
        ("open", 14),
        ("standing", 12),
        ("urged-at", 17),
        ("promised-on", 12),
        ("promised", 14),
        ("promise", 10),
    ];
    const SUMS: [(&str, u32); 2] = [("what", 24), ("amount", 16)];
    let sheet = words.sheet("receivables", &COLUMNS, rows, |row| {
        let promised = row.promised.as_ref();
        vec![
            Cell::words(&row.number),
            clock(&row.at),
            customer(row.customer.as_ref()),
            Cell::words(&row.place),
            Cell::maybe(row.staff.as_ref(), |staff| Cell::words(&staff.name)),
            day(Some(row.due)),
            Cell::maybe(row.days_overdue, |days| Cell::Count(u64::from(days))),
            Cell::Money(row.total),
            Cell::Money(row.collected),
            Cell::Money(row.paid),
            Cell::Money(row.open),
            Cell::words(words.code("owed-standing", row.standing)),
            Cell::maybe(row.urged.as_deref(), clock),
            day(promised.map(|promise| promise.day)),
            Cell::maybe(promised, |promise| Cell::Money(promise.amount)),
            Cell::maybe(promised, |promise| Cell::words(words.code("promise", promise.state))),
        ]
    });
    let mut lines = vec![
        (words.of("export-column-total"), sums.total),
        (words.of("export-column-collected"), sums.collected),
        (words.of("export-column-paid-confirmed"), sums.paid),
        (words.of("export-column-open"), sums.open),
    ];
    lines.extend(sums.ages.iter().map(|age| (words.code("owed-age", age.age), age.open)));
    let totals = words
        .sheet("receivable-sums", &SUMS, &lines, |(what, sum)| vec![Cell::words(what), Cell::Money(*sum)]);
    vec![sheet, totals]
}

pub(super) fn urgings(words: &Words<'_>, rows: &[UrgingRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 9] = [
        ("at", 17),
        ("staff", 10),
        ("customer", 24),
        ("order", 15),
        ("urged-by", 10),
        ("whom", 12),
        ("said", 48),
        ("promised-on", 12),
        ("promised", 14),
    ];
    let sheet = words.sheet("urgings", &COLUMNS, rows, |row| {
        vec![
            clock(&row.at),
            Cell::words(&row.staff.name),
            customer(row.customer.as_ref()),
            Cell::maybe(row.order_number.as_ref(), Cell::words),
            Cell::words(words.code("urged-by", row.by)),
            Cell::words(&row.whom),
            Cell::words(&row.said),
            day(row.promised_on),
            Cell::maybe(row.promised, Cell::Money),
        ]
    });
    vec![sheet]
}

fn stamp(stamp: Option<&CreditStampRow>) -> [Cell; 2] {
    [Cell::maybe(stamp, |one| Cell::words(&one.by.name)), Cell::maybe(stamp, |one| clock(&one.at))]
}

pub(super) fn credit_exceptions(words: &Words<'_>, rows: &[CreditRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 12] = [
        ("customer", 24),
        ("limit", 14),
        ("pay-within", 10),
        ("first-day", 12),
        ("last-day", 12),
        ("given-reason", 30),
        ("ruled-by", 10),
        ("at", 17),
        ("status", 10),
        ("approved-by", 10),
        ("approved-at", 17),
        ("note", 28),
    ];
    let sheet = words.sheet("credit-exceptions", &COLUMNS, rows, |row| {
        let mut cells = vec![
            customer(row.customer.as_ref()),
            Cell::Money(row.limit),
            Cell::Count(u64::from(row.pay_within)),
            day(Some(row.from)),
            day(Some(row.to)),
            Cell::words(&row.reason),
            Cell::words(&row.by.name),
            clock(&row.at),
            Cell::words(words.code("credit-status", row.status)),
        ];
        cells.extend(stamp(row.approved.as_ref()));
        let said = row.ended.as_ref().or(row.sent_back.as_ref());
        cells.push(Cell::maybe(said, |one| Cell::words(&one.note)));
        cells
    });
    vec![sheet]
}
