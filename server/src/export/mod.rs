//! The office's lists as Excel files: every row the reader sees, typed, with who took it out, when, and by what filter.
//!
//! Floor: above the rows, beside `http`. Asks `Viewer` through the rows and nobody else. Source: S78.

mod lists;
mod money;
mod month;
mod receivables;
mod sheet;
mod waiting;

use sync_core::{
    locale::{Texts, Value},
    paper::WAITING,
    sentence,
};
use thiserror::Error;

use crate::{
    rows::{Asked, OwedAsked, Reader, RowsError},
    store::{ChosenUnit, Snapshot},
};
use lists::Words;
pub use month::month_workbook;
use sheet::Sheet;

/// The most rows of one file.
pub const MOST_ROWS: u64 = 100_000;

/// Rows that are read at once.
const AT_ONCE: u32 = 1_000;

/// The media type of the files.
pub const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Why there is no file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExportError {
    /// The rows could not be read.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// The file could not be written.
    #[error("the file could not be written: {0}")]
    File(String),
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $code:literal $from:ident $sheets:ident;)*) => {
        /// A list that can be taken out as a file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ListKind {
            $($(#[$doc])* $kind,)*
        }

        impl ListKind {
            /// Every list.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// Its name in addresses.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$kind => $code,)* }
            }

            /// The list of a name.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.code() == code)
            }
        }

        /// The sheets of a list, and how many rows there are in all.
        async fn sheets<N: Snapshot>(
            reader: &mut Reader<'_, N>,
            kind: ListKind,
            asked: &Asked,
        ) -> Result<(Vec<Sheet>, u64, u64), RowsError> {
            match kind {
                $(ListKind::$kind => {
                    let mut rows = Vec::new();
                    let total = loop {
                        let slice = reader.$from(asked, rows.len() as u64, AT_ONCE).await?;
                        let some = slice.rows.len();
                        rows.extend(slice.rows);
                        if some < AT_ONCE as usize || rows.len() as u64 >= MOST_ROWS {
                            break slice.total;
                        }
                    };
                    Ok((lists::$sheets(&Words(reader.texts), &rows), rows.len() as u64, total))
                })*
            }
        }
    };
}

kinds! {
    /// Visits.
    Visits "visits" visits_from visits;
    /// Orders.
    Orders "orders" orders_from orders;
    /// Collections.
    Collections "collections" collections_from collections;
    /// Remittances.
    Remittances "remittances" remittances_from remittances;
    /// Violations.
    Violations "violations" violations_from violations;
    /// Cash handed to the office.
    HandIns "hand-ins" hand_ins_from hand_ins;
    /// Lines of bank statements.
    BankLines "bank-lines" bank_lines_from bank_lines;
    /// Bank statements.
    Statements "statements" statements_from statements;
    /// Days that were closed.
    DayCloses "day-closes" day_closes_from day_closes;
    /// Customers.
    Customers "customers" customers_from customers;
    /// Staff.
    Staff "staff" staff_from staff;
    /// Devices.
    Devices "devices" devices_from devices;
    /// Held changes.
    Held "held" held_from held;
    /// Products.
    Products "products" products_from products;
    /// Price lists.
    PriceLists "price-lists" price_lists_from price_lists;
    /// Company accounts.
    Accounts "accounts" accounts_from accounts;
    /// Cash in hand.
    Cash "cash" cash_from cash;
    /// Cash limits: phones and special rules.
    Limits "limits" limits_from limits;
    /// Fields of cards on which nobody has decided.
    Conflicts "conflicts" conflicts_from conflicts;
    /// Reminders to pay.
    Urgings "urgings" urgings_from urgings;
    /// Credit exceptions.
    CreditExceptions "credit-exceptions" credit_exceptions_from credit_exceptions;
}

/// The bytes of a file with the rows of a list that the reader sees, up to [`MOST_ROWS`].
///
/// # Errors
/// Not askable like this, the store, or the file itself.
///
/// # Source
/// S78
pub async fn workbook<N: Snapshot>(
    reader: &mut Reader<'_, N>,
    kind: ListKind,
    asked: &Asked,
) -> Result<Vec<u8>, ExportError> {
    let (sheets, shown, total) = sheets(reader, kind, asked).await?;
    let watermark = watermark(reader, kind, asked, shown, total).await?;
    tracing::info!(staff = %reader.viewer.staff, list = kind.code(), rows = shown, "list taken out as a file");
    written(sheets, watermark).await
}

/// What is owed, as a file: every order the reader sees, up to [`MOST_ROWS`].
///
/// # Errors
/// Not askable like this, the store, or the file itself.
///
/// # Source
/// S41, S78
pub async fn receivables_workbook(
    reader: &mut Reader<'_, ChosenUnit>,
    asked: &OwedAsked,
) -> Result<Vec<u8>, ExportError> {
    let mut rows = Vec::new();
    let (sums, total) = loop {
        let (slice, sums) = reader.receivables_from(asked, rows.len() as u64, AT_ONCE).await?;
        let some = slice.rows.len();
        rows.extend(slice.rows);
        if some < AT_ONCE as usize || rows.len() as u64 >= MOST_ROWS {
            break (sums, slice.total);
        }
    };
    let sheets = receivables::receivables(&Words(reader.texts), &rows, &sums.into());
    let filter = receivables_filter(reader, asked).await?;
    let watermark = marked(reader, filter, rows.len() as u64, total).await?;
    tracing::info!(staff = %reader.viewer.staff, list = "receivables", rows = rows.len(), "list taken out as a file");
    written(sheets, watermark).await
}

async fn written(sheets: Vec<Sheet>, watermark: String) -> Result<Vec<u8>, ExportError> {
    // Compressing a hundred thousand rows takes longer than a request may hold up the others.
    tokio::task::spawn_blocking(move || sheet::workbook(&sheets, &watermark))
        .await
        .map_err(|error| ExportError::File(error.to_string()))?
        .map_err(|error| ExportError::File(error.to_string()))
}

async fn receivables_filter<N: Snapshot>(
    reader: &mut Reader<'_, N>,
    asked: &OwedAsked,
) -> Result<String, RowsError> {
    let (staff, customer) = reader.filter_names(&asked.common()).await?;
    let texts = reader.texts;
    let coded = |family: &str, code: &Option<String>| {
        code.as_deref()
            .filter(|code| !code.is_empty())
            .map(|code| texts.text(&format!("{family}-{code}"), &[]))
    };
    let status =
        Some(asked.status.clone().filter(|status| !status.is_empty()).unwrap_or_else(|| "open".to_owned()));
    let said = [
        ("words", asked.q.clone()),
        ("customer", customer),
        ("staff", staff),
        ("status", coded("owed-status", &status)),
        ("place", asked.place.clone()),
        ("age", coded("owed-age", &asked.age)),
    ];
    let said = said.into_iter().filter_map(|(key, value)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(texts.text(&format!("export-filter-{key}"), &[("value", value.into())]))
    });
    Ok(said.collect::<Vec<_>>().join("，"))
}

/// Who took it out, when, and by what filter.
async fn watermark<N: Snapshot>(
    reader: &mut Reader<'_, N>,
    kind: ListKind,
    asked: &Asked,
    shown: u64,
    total: u64,
) -> Result<String, RowsError> {
    let filter = filter_said(reader, kind, asked).await?;
    marked(reader, filter, shown, total).await
}

async fn marked<N: Snapshot>(
    reader: &mut Reader<'_, N>,
    filter: String,
    shown: u64,
    total: u64,
) -> Result<String, RowsError> {
    let who = reader.reader_name().await?;
    let texts = reader.texts;
    let when = sentence::moment(texts, reader.now);
    let values = [("who", Value::from(who)), ("when", when.into()), ("filter", filter.into())];
    let mut said = texts.text("export-watermark", &values);
    if shown < total {
        said.push_str(" · ");
        said.push_str(&lists::cut_short(texts, shown, total));
    }
    Ok(said)
}

async fn filter_said<N: Snapshot>(
    reader: &mut Reader<'_, N>,
    kind: ListKind,
    asked: &Asked,
) -> Result<String, RowsError> {
    let (staff, customer) = reader.filter_names(asked).await?;
    let texts = reader.texts;
    let mut parts = Vec::new();
    let mut say = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            parts.push(texts.text(&format!("export-filter-{key}"), &[("value", value.into())]));
        }
    };
    let day = |day: chrono::NaiveDate| sentence::day(texts, day);
    say("words", asked.q.clone());
    say("customer", customer);
    say("staff", staff);
    say("status", status_said(texts, kind, asked.status.as_deref().unwrap_or_default()));
    say("from", asked.from.map(day));
    say("to", asked.to.map(day));
    Ok(if parts.is_empty() { texts.text("export-filter-none", &[]) } else { parts.join("，") })
}

/// Where what was taken out stands, in words; of held changes what waits, where nothing else was asked for.
fn status_said(texts: &Texts, kind: ListKind, asked: &str) -> Option<String> {
    let mut codes: Vec<&str> = asked.split(',').map(str::trim).filter(|code| !code.is_empty()).collect();
    let families: &[&str] = match kind {
        ListKind::Held => &["export-held"],
        ListKind::Cash => &["export-cash"],
        ListKind::Limits => &["export-limit"],
        ListKind::Violations => &["export-violation-status"],
        ListKind::HandIns => &["export-hand-in"],
        ListKind::DayCloses => &["export-day-close"],
        ListKind::Customers => &["stage", "export-status"],
        ListKind::Urgings => &["urged-by"],
        ListKind::CreditExceptions => &["credit-status"],
        _ => &["export-status"],
    };
    if kind == ListKind::Held && codes.is_empty() {
        codes = WAITING.to_vec();
    }
    let word = |code: &&str| {
        let known = families.iter().map(|family| format!("{family}-{code}")).find(|key| texts.has(key));
        known.map_or_else(|| (*code).to_owned(), |key| texts.text(&key, &[]))
    };
    let words: Vec<String> = codes.iter().map(word).collect();
    (!words.is_empty()).then(|| words.join("、"))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader as _, Xlsx};
    use sync_core::unit::Money;

    use super::{
        ListKind,
        sheet::{Cell, Column, Sheet, workbook},
    };

    #[test]
    fn every_list_is_found_by_its_name() {
        for kind in ListKind::ALL {
            assert_eq!(ListKind::from_code(kind.code()), Some(*kind));
        }
        assert_eq!(ListKind::from_code("passwords"), None);
    }

    #[test]
    fn a_sheet_has_title_watermark_headers_and_numbers_that_are_numbers() {
        let column = |header: &str| Column { header: header.into(), width: 12 };
        let sheet = Sheet {
            title: "收款".into(),
            columns: vec![column("时间"), column("金额"), column("备注")],
            rows: vec![vec![
                Cell::Clock("2026-10-16T09:30:00.000+08:00".into()),
                Cell::Money(Money::fen(123_456)),
                Cell::Words("=1+1".into()),
            ]],
        };
        let bytes = workbook(&[sheet], "导出人 王会计").expect("a file");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        let range = book.worksheet_range("收款").expect("the sheet");
        let at = |row, column| range.get_value((row, column)).cloned().unwrap_or_default();
        assert_eq!(at(0, 0), Data::String("收款".into()));
        assert_eq!(at(1, 0), Data::String("导出人 王会计".into()));
        assert_eq!(at(2, 1), Data::String("金额".into()));
        assert!(matches!(at(3, 0), Data::DateTime(_)), "{:?}", at(3, 0));
        assert_eq!(at(3, 1), Data::Float(1_234.56));
        assert_eq!(at(3, 2), Data::String("=1+1".into()));
    }
}
