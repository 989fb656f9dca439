//! What waits for a person, as sheets: held changes, and fields that two people wrote.
//!
//! Floor: beside the lists.

use super::lists::{Words, clock, customer};
use super::sheet::{Cell, Sheet};
use crate::rows::{ConflictRow, HeldRow, WriteRow};

pub(super) fn held(words: &Words<'_>, rows: &[HeldRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 12] = [
        ("at", 17),
        ("staff", 12),
        ("customer", 24),
        ("kind", 18),
        ("number", 15),
        ("amount", 14),
        ("why", 48),
        ("clause", 8),
        ("status", 12),
        ("settled-by", 12),
        ("settled-at", 17),
        ("settled-why", 36),
    ];
    let sheet = words.sheet("held", &COLUMNS, rows, |row| {
        let settled = row.corrected.as_ref().or(row.decided.as_ref());
        vec![
            clock(&row.at),
            Cell::words(&row.by.name),
            customer(row.customer.as_ref()),
            Cell::words(words.code("export-kind", &row.kind)),
            Cell::maybe(row.number.as_ref(), Cell::words),
            Cell::maybe(row.amount, Cell::Money),
            Cell::words(&row.reason.text),
            Cell::maybe(row.reason.clause, Cell::words),
            Cell::words(words.code("export-held", row.status)),
            Cell::maybe(settled, |settled| Cell::words(&settled.by.name)),
            Cell::maybe(settled, |settled| clock(&settled.at)),
            Cell::maybe(row.decided.as_ref().and_then(|settled| settled.reason.as_ref()), Cell::words),
        ]
    });
    vec![sheet]
}

/// One line for each value that lost or waits, with what stood there before and what stands there now.
pub(super) fn conflicts(words: &Words<'_>, rows: &[ConflictRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 12] = [
        ("customer", 24),
        ("field", 16),
        ("base", 24),
        ("base-by", 12),
        ("base-at", 17),
        ("shown", 24),
        ("shown-by", 12),
        ("shown-at", 17),
        ("losing", 24),
        ("losing-by", 12),
        ("losing-at", 17),
        ("status", 24),
    ];
    let pairs: Vec<_> = rows.iter().flat_map(|row| row.losing.iter().map(move |lost| (row, lost))).collect();
    let sheet = words.sheet("conflicts", &COLUMNS, &pairs, |(row, lost)| {
        let state = if row.waits.is_some() { "waits" } else { "later-counts" };
        let mut cells = vec![Cell::words(&row.customer.name), Cell::words(words.code("card", row.field))];
        cells.extend(written(words, row.base.as_ref()));
        cells.extend(written(words, Some(&row.shown)));
        cells.extend(written(words, Some(lost)));
        cells.push(Cell::words(words.code("export-conflict", state)));
        cells
    });
    vec![sheet]
}

/// A value, who wrote it, and when.
fn written(words: &Words<'_>, write: Option<&WriteRow>) -> [Cell; 3] {
    [
        Cell::maybe(write, |write| value(words, write)),
        Cell::maybe(write, |write| Cell::words(&write.by.name)),
        Cell::maybe(write, |write| clock(&write.at)),
    ]
}

fn value(words: &Words<'_>, write: &WriteRow) -> Cell {
    use sync_core::domain::customer::FieldValue;
    let coded = |family: &str, code: serde_json::Result<serde_json::Value>| {
        let code = code.ok();
        Cell::words(words.code(family, code.as_ref().and_then(|code| code.as_str()).unwrap_or_default()))
    };
    match &write.value {
        FieldValue::Text(text) => Cell::words(text.as_str()),
        FieldValue::Date(date) => Cell::Day(date.0),
        FieldValue::Count(count) => Cell::Count(u64::from(*count)),
        FieldValue::Money(sum) => Cell::Money(*sum),
        FieldValue::Place(place) => {
            let place = crate::rows::PlaceRow::from(*place);
            Cell::words(format!("{}, {}", place.latitude, place.longitude))
        }
        FieldValue::Organisation(organisation) => coded("organisation", serde_json::to_value(organisation)),
        FieldValue::Stage(stage) => coded("stage", serde_json::to_value(stage)),
    }
}
