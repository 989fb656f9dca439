//! A list as a sheet: title, watermark, headers, typed cells. Source: S78.
//!
//! Floor: bottom of the export; the only place that names the writer of Excel files.

use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use rust_xlsxwriter::{
    Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use sync_core::unit::{Money, UnitPrice};

/// What stands in a cell, with its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Words; never a formula, whatever they begin with.
    Words(String),
    /// A sum.
    Money(Money),
    /// A price of one unit.
    Price(UnitPrice),
    /// A whole number.
    Count(u64),
    /// A point in time, as rows write it.
    Clock(String),
    /// A day.
    Day(NaiveDate),
    /// Nothing.
    Empty,
}

impl Cell {
    /// Words, or nothing where there are none.
    pub(super) fn words(words: impl Into<String>) -> Self {
        let words = words.into();
        if words.is_empty() { Self::Empty } else { Self::Words(words) }
    }

    /// Something that may be absent.
    pub(super) fn maybe<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Empty, cell)
    }
}

/// A column of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Its header.
    pub(super) header: String,
    /// Its width in characters.
    pub(super) width: u32,
}

/// A sheet before it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sheet {
    /// Its title, which is also the name on its tab.
    pub(super) title: String,
    /// Its columns.
    pub(super) columns: Vec<Column>,
    /// Its rows.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// The row in which the headers stand, below title and watermark.
const HEADER_ROW: u32 = 2;

/// The most characters a name on a tab has.
const LONGEST_NAME: usize = 31;

/// The most characters of a page's footer.
const LONGEST_FOOTER: usize = 200;

struct Formats {
    title: Format,
    watermark: Format,
    header: Format,
    money: Format,
    price: Format,
    count: Format,
    clock: Format,
    day: Format,
    words: Format,
}

impl Formats {
    fn new() -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            watermark: Format::new().set_font_color(Color::RGB(0x59_65_60)),
            header: Format::new()
                .set_bold()
                .set_background_color(Color::RGB(0xE3_EB_E7))
                .set_border_bottom(FormatBorder::Thin),
            money: top().set_num_format("#,##0.00"),
            price: top().set_num_format("#,##0.00##"),
            count: top().set_num_format("0"),
            clock: top().set_num_format("yyyy-mm-dd hh:mm"),
            day: top().set_num_format("yyyy-mm-dd"),
            words: top().set_text_wrap(),
        }
    }
}

/// The bytes of an .xlsx file with these sheets, each under the same watermark.
pub(super) fn workbook(sheets: &[Sheet], watermark: &str) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let formats = Formats::new();
    for sheet in sheets {
        write(book.add_worksheet(), sheet, watermark, &formats)?;
    }
    book.save_to_buffer()
}

fn write(to: &mut Worksheet, sheet: &Sheet, watermark: &str, formats: &Formats) -> Result<(), XlsxError> {
    let name: String = sheet.title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(LONGEST_NAME).collect();
    to.set_name(name)?;
    to.write_string_with_format(0, 0, &sheet.title, &formats.title)?;
    to.write_string_with_format(1, 0, watermark, &formats.watermark)?;
    for (place, column) in (0..).zip(&sheet.columns) {
        to.set_column_width(place, column.width)?;
        to.write_string_with_format(HEADER_ROW, place, &column.header, &formats.header)?;
    }
    for (row, cells) in (HEADER_ROW + 1..).zip(&sheet.rows) {
        for (place, cell) in (0..).zip(cells) {
            put(to, row, place, cell, formats)?;
        }
    }
    to.set_freeze_panes(HEADER_ROW + 1, 1)?;
    let last_row = HEADER_ROW + u32::try_from(sheet.rows.len()).unwrap_or(0);
    let last_column = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or(0);
    to.autofilter(HEADER_ROW, 0, last_row, last_column)?;
    to.set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
    let footer: String = watermark.replace('&', "&&").chars().take(LONGEST_FOOTER).collect();
    to.set_footer(format!("&L{footer}&R&P / &N"));
    to.set_landscape();
    Ok(())
}

fn put(to: &mut Worksheet, row: u32, column: u16, cell: &Cell, formats: &Formats) -> Result<(), XlsxError> {
    match cell {
        Cell::Words(words) => to.write_string_with_format(row, column, words, &formats.words)?,
        Cell::Money(sum) => {
            to.write_number_with_format(row, column, number(&sum.to_string()), &formats.money)?
        }
        Cell::Price(price) => {
            to.write_number_with_format(row, column, number(&price.to_string()), &formats.price)?
        }
        Cell::Count(count) => {
            to.write_number_with_format(row, column, number(&count.to_string()), &formats.count)?
        }
        Cell::Clock(clock) => match excel_time(clock) {
            Some(time) => to.write_datetime_with_format(row, column, &time, &formats.clock)?,
            None => to.write_string(row, column, clock)?,
        },
        Cell::Day(day) => match excel_day(*day) {
            Some(day) => to.write_datetime_with_format(row, column, &day, &formats.day)?,
            None => to.write_string(row, column, day.to_string())?,
        },
        Cell::Empty => to,
    };
    Ok(())
}

/// Excel keeps every number as a binary fraction; the nearest one shows the same decimals.
fn number(exact: &str) -> f64 {
    exact.parse().unwrap_or_default()
}

fn excel_day(day: NaiveDate) -> Option<ExcelDateTime> {
    let part = |part: u32| u8::try_from(part).ok();
    ExcelDateTime::from_ymd(u16::try_from(day.year()).ok()?, part(day.month())?, part(day.day())?).ok()
}

fn excel_time(clock: &str) -> Option<ExcelDateTime> {
    let time = DateTime::parse_from_rfc3339(clock).ok()?.naive_local();
    let minute = u8::try_from(time.minute()).ok()?;
    let second = u8::try_from(time.second()).ok()?;
    excel_day(time.date())?.and_hms(u16::try_from(time.hour()).ok()?, minute, second).ok()
}
