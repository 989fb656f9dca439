//! 销售资金回收表 as an Excel file: customers, reps, what came late, the phones that are missing, and the signatures. S17.

use sync_core::{locale::Value, sentence};

use super::{
    ExportError,
    lists::{Words, clock},
    sheet::{self, Cell, Sheet},
};
use crate::{
    recovery::Month,
    rows::{ClosingRow, DifferenceRow, ExplainedRow, MissingRow, MonthChange, MonthPage, Reader},
    store::Snapshot,
};

/// The bytes of a file with a month's table, as the reader sees it.
///
/// # Errors
/// The store, or the file itself.
///
/// # Source
/// S17, S78
pub async fn month_workbook<N: Snapshot>(
    reader: &mut Reader<'_, N>,
    month: &Month,
) -> Result<Vec<u8>, ExportError> {
    let page = reader.month(month).await.map_err(crate::rows::RowsError::from)?;
    let who = reader.reader_name().await.map_err(crate::rows::RowsError::from)?;
    let texts = reader.texts;
    let values = [
        ("who", Value::from(who)),
        ("when", sentence::moment(texts, reader.now).into()),
        ("month", sentence::month_name(texts, page.month).into()),
        ("status", texts.text(&format!("export-month-{}", page.status), &[]).into()),
        ("through", page.through.into()),
        ("hash", page.table.clone().into()),
    ];
    let watermark = texts.text("export-month-watermark", &values);
    tracing::info!(staff = %reader.viewer.staff, month = %page.month, "a month's table taken out as a file");
    let sheets = sheets(&Words(texts), &page);
    tokio::task::spawn_blocking(move || sheet::workbook(&sheets, &watermark))
        .await
        .map_err(|error| ExportError::File(error.to_string()))?
        .map_err(|error| ExportError::File(error.to_string()))
}

fn sheets(words: &Words<'_>, page: &MonthPage) -> Vec<Sheet> {
    let mut sheets = vec![customers(words, page), reps(words, page)];
    let late: Vec<&MonthChange> = page.late.iter().chain(&page.later).collect();
    if !late.is_empty() {
        sheets.push(changes(words, &late));
    }
    let closing = page.closing.as_ref();
    let missing = match closing.filter(|_| page.status != "open") {
        Some(closing) => &closing.missing,
        None => &page.missing,
    };
    if !missing.is_empty() {
        sheets.push(phones(words, missing));
    }
    sheets.extend(closing.map(|closing| signatures(words, closing)));
    sheets
}

fn explained(row: Option<&ExplainedRow>) -> Cell {
    Cell::maybe(row, |row| Cell::words(&row.explanation))
}

fn customers(words: &Words<'_>, page: &MonthPage) -> Sheet {
    const COLUMNS: [(&str, u32); 10] = [
        ("customer", 24),
        ("opening-owed", 14),
        ("ordered", 14),
        ("received-cash", 14),
        ("received-transfer", 14),
        ("taken-back", 14),
        ("difference", 14),
        ("last-moved", 17),
        ("staff", 10),
        ("explanation", 36),
    ];
    words.sheet("recovery-customers", &COLUMNS, &page.customers, |row| {
        vec![
            Cell::words(&row.customer.name),
            Cell::Money(row.opening),
            Cell::Money(row.ordered),
            Cell::Money(row.cash),
            Cell::Money(row.transfer),
            Cell::Money(row.reversed),
            Cell::Money(row.difference),
            Cell::maybe(row.last.as_deref(), clock),
            Cell::maybe(row.by.as_ref(), |by| Cell::words(&by.name)),
            explained(row.explained.as_ref()),
        ]
    })
}

fn reps(words: &Words<'_>, page: &MonthPage) -> Sheet {
    const COLUMNS: [(&str, u32); 11] = [
        ("staff", 12),
        ("opening-held", 14),
        ("received-cash", 14),
        ("sent-on", 14),
        ("handed-in", 14),
        ("confirmed", 14),
        ("taken-back", 14),
        ("settled", 14),
        ("held", 14),
        ("difference", 14),
        ("explanation", 36),
    ];
    words.sheet("recovery-reps", &COLUMNS, &page.reps, |row| {
        vec![
            Cell::words(&row.staff.name),
            Cell::Money(row.opening),
            Cell::Money(row.cash),
            Cell::Money(row.remitted),
            Cell::Money(row.handed_in),
            Cell::Money(row.confirmed),
            Cell::Money(row.reversed),
            Cell::Money(row.settled),
            Cell::Money(row.held),
            Cell::Money(row.difference),
            Cell::words(differences(words, &row.differences)),
        ]
    })
}

/// Each difference with its explanation, in one cell.
fn differences(words: &Words<'_>, all: &[DifferenceRow]) -> String {
    let each = all.iter().map(|one| {
        let why = one.explained.as_ref().map_or("", |explained| explained.explanation.as_str());
        format!("{} {} {why}", words.of(&format!("export-difference-{}", one.kind)), one.sum.grouped())
    });
    each.collect::<Vec<_>>().join("\n")
}

fn changes(words: &Words<'_>, rows: &[&MonthChange]) -> Sheet {
    const COLUMNS: [(&str, u32); 8] = [
        ("position", 10),
        ("at", 17),
        ("staff", 12),
        ("customer", 24),
        ("kind", 18),
        ("amount", 14),
        ("late-of", 12),
        ("counts-in", 12),
    ];
    words.sheet("recovery-late", &COLUMNS, rows, |row| {
        let entry = &row.entry;
        vec![
            Cell::Count(entry.position),
            clock(&entry.at),
            Cell::words(&entry.staff.name),
            Cell::maybe(entry.customer.as_ref(), |customer| Cell::words(&customer.name)),
            Cell::words(words.of(&format!("export-moved-{}", row.moved))),
            Cell::Money(row.sum),
            Cell::maybe(row.late, |month| Cell::words(month.to_string())),
            Cell::maybe(row.counts_in, |month| Cell::words(month.to_string())),
        ]
    })
}

fn phones(words: &Words<'_>, rows: &[MissingRow]) -> Sheet {
    const COLUMNS: [(&str, u32); 7] = [
        ("staff", 12),
        ("device", 8),
        ("heard", 17),
        ("last-seq", 10),
        ("unsent", 10),
        ("declared-cash", 14),
        ("hash", 36),
    ];
    words.sheet("recovery-missing", &COLUMNS, rows, |row| {
        vec![
            Cell::words(&row.staff.name),
            Cell::words(format!("{:02}", row.number)),
            Cell::maybe(row.heard.as_deref(), clock),
            Cell::Count(row.seq),
            Cell::maybe(row.unsent, Cell::Count),
            Cell::maybe(row.declared_cash, Cell::Money),
            Cell::words(&row.link),
        ]
    })
}

fn signatures(words: &Words<'_>, closing: &ClosingRow) -> Sheet {
    const COLUMNS: [(&str, u32); 4] = [("status", 16), ("staff", 12), ("at", 17), ("note", 48)];
    let clerk = ("closed", &closing.by, &closing.at, &closing.reason);
    let stamps = closing.stamps.iter().map(|stamp| (stamp.stamp, &stamp.by, &stamp.at, &stamp.note));
    let rows: Vec<_> = [clerk].into_iter().chain(stamps).collect();
    words.sheet("recovery-signatures", &COLUMNS, &rows, |(what, by, at, note)| {
        vec![
            Cell::words(words.of(&format!("export-signature-{what}"))),
            Cell::words(&by.name),
            clock(at),
            Cell::words(note.as_str()),
        ]
    })
}
