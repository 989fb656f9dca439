//! A file as a table of words: .xlsx or .csv, within limits, every cell as a person reads it.
//!
//! Floor: bottom of the import. Must not know what the columns mean.

use std::{collections::BTreeMap, io::Cursor};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};
use rust_decimal::Decimal;
use thiserror::Error;

use super::package;

/// The largest file that is read.
pub const MOST_BYTES: u64 = 20 * 1024 * 1024;

/// The most rows of a file.
pub const MOST_ROWS: u32 = 20_000;

/// The most columns of a file.
pub const MOST_COLUMNS: u32 = 60;

/// Why a file could not be read as a table.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnreadableFile {
    /// Neither .xlsx nor .csv by its name.
    #[error("the file is neither .xlsx nor .csv")]
    UnknownEnding,
    /// Larger than is read.
    #[error("the file has {has} bytes; the limit is {most}")]
    TooLarge {
        /// Bytes there are.
        has: u64,
        /// Bytes read at most.
        most: u64,
    },
    /// Packed small, and larger unpacked than is read.
    #[error("unpacked, a part of the file has more than {most} bytes")]
    UnpacksTooFar {
        /// Bytes read at most.
        most: u64,
    },
    /// More texts than the largest table has cells.
    #[error("more than {most} texts")]
    TooManyTexts {
        /// Texts read at most.
        most: u64,
    },
    /// Its content is not what its name says.
    #[error("not a table: {0}")]
    NotATable(String),
    /// Letters in no encoding that is known here.
    #[error("the letters are neither UTF-8 nor GBK")]
    NotText,
    /// More rows than are read.
    #[error("more than {most} rows")]
    TooManyRows {
        /// Rows read at most.
        most: u32,
    },
    /// More columns than are read.
    #[error("more than {most} columns")]
    TooManyColumns {
        /// Columns read at most.
        most: u32,
    },
    /// Nothing below the headers.
    #[error("the file has no rows")]
    NoRows,
}

/// A row below the headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, as the spreadsheet shows it: the headers stand in row 1.
    pub number: u32,
    /// Its cells, trimmed; shorter than the headers where the last ones are empty.
    pub cells: Vec<String>,
}

impl Line {
    /// The cell in a column; empty where there is none.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// A table: headers and the rows below them. Empty rows are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The number of the row in which the headers stand.
    pub header_row: u32,
    /// The headers.
    pub headers: Vec<String>,
    /// The rows.
    pub lines: Vec<Line>,
}

impl Table {
    /// Reads a file by the ending of its name.
    ///
    /// # Errors
    /// Why it is no table, with the limit. Never panics, whatever the bytes.
    pub fn read(name: &str, bytes: Vec<u8>) -> Result<Self, UnreadableFile> {
        let has = bytes.len() as u64;
        if has > MOST_BYTES {
            return Err(UnreadableFile::TooLarge { has, most: MOST_BYTES });
        }
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
        let rows = match ending.as_deref() {
            Some("xlsx" | "xlsm") => read_xlsx(bytes)?,
            Some("csv" | "txt") => read_csv(&bytes)?,
            _ => return Err(UnreadableFile::UnknownEnding),
        };
        let filled = |line: &Line| line.cells.iter().filter(|cell| !cell.is_empty()).count();
        let rows = rows.into_iter().filter(|line| filled(line) > 0);
        // A title and a watermark, as exported files have them, stand alone in their rows.
        let wide = rows.clone().any(|line| filled(&line) > 1);
        let mut rows = rows.skip_while(|line| wide && filled(line) == 1);
        let headers = rows.next().ok_or(UnreadableFile::NoRows)?;
        let table = Self { header_row: headers.number, headers: headers.cells, lines: rows.collect() };
        if table.lines.is_empty() {
            return Err(UnreadableFile::NoRows);
        }
        Ok(table)
    }
}

fn within_limits(row: u32, column: u32) -> Result<(), UnreadableFile> {
    if row > MOST_ROWS {
        Err(UnreadableFile::TooManyRows { most: MOST_ROWS })
    } else if column >= MOST_COLUMNS {
        Err(UnreadableFile::TooManyColumns { most: MOST_COLUMNS })
    } else {
        Ok(())
    }
}

/// The first sheet, cell by cell: a sheet that claims to be endless never becomes an endless table.
fn read_xlsx(bytes: Vec<u8>) -> Result<Vec<Line>, UnreadableFile> {
    let fail = |error: XlsxError| UnreadableFile::NotATable(error.to_string());
    package::look_through(&bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(fail)?;
    let first = book.sheet_names().into_iter().next().ok_or(UnreadableFile::NoRows)?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(fail)?;
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    while let Some(cell) = cells.next_cell().map_err(fail)? {
        let (row, column) = cell.get_position();
        let words = words_of(cell.get_value());
        if words.is_empty() {
            continue;
        }
        within_limits(row, column)?;
        let line = rows.entry(row).or_default();
        let column = column as usize;
        if line.len() <= column {
            line.resize(column + 1, String::new());
        }
        line[column] = words;
    }
    Ok(rows.into_iter().map(|(row, cells)| Line { number: row + 1, cells }).collect())
}

fn words_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => plain_number(&number.to_string()),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(time) => day_of(time),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.split('T').next().unwrap_or_default().to_owned()
        }
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A number as the sheet shows it, without the noise of binary fractions.
fn plain_number(number: &str) -> String {
    number
        .parse::<Decimal>()
        .map_or_else(|_| number.to_owned(), |exact| exact.round_dp(8).normalize().to_string())
}

fn day_of(time: &ExcelDateTime) -> String {
    let (year, month, day, ..) = time.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}

fn read_csv(bytes: &[u8]) -> Result<Vec<Line>, UnreadableFile> {
    let text = decoded(bytes)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    let mut number = 0;
    for record in reader.records() {
        let record = record.map_err(|error| UnreadableFile::NotATable(error.to_string()))?;
        // Rows as a spreadsheet counts them: an empty line is a row, a break inside a cell is none.
        let begins = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
        let before = text.get(begins..).unwrap_or_default().chars().take_while(|c| matches!(c, '\n' | '\r'));
        number += 1 + u32::try_from(before.filter(|c| *c == '\n').count()).unwrap_or(0);
        let columns = u32::try_from(record.len()).unwrap_or(u32::MAX);
        within_limits(number, columns.saturating_sub(1))?;
        let cells = record.iter().map(|cell| cell.trim().to_owned()).collect();
        lines.push(Line { number, cells });
    }
    Ok(lines)
}

/// UTF-8 with or without its mark, else GBK, as spreadsheets in China save it.
fn decoded(bytes: &[u8]) -> Result<String, UnreadableFile> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    let (text, _, malformed) = encoding_rs::GBK.decode(bytes);
    if malformed { Err(UnreadableFile::NotText) } else { Ok(text.into_owned()) }
}

/// What stands between cells: of tabs, semicolons and commas the sign that the first rows have most of. A title above has
/// none, and a remark few.
fn delimiter(text: &str) -> u8 {
    const LOOKED_AT: usize = 40;
    let count =
        |sign: char| -> usize { text.lines().take(LOOKED_AT).map(|line| line.matches(sign).count()).sum() };
    let commas = count(',');
    [('\t', b'\t'), (';', b';')]
        .into_iter()
        .filter(|(sign, _)| count(*sign) > commas)
        .max_by_key(|(sign, _)| count(*sign))
        .map_or(b',', |(_, byte)| byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "产品代码,单价\nMF-0125,96.00\n\n MF-0110 ,\"4,050.5\"\n";

    fn table() -> Table {
        let line = |number, cells: [&str; 2]| Line { number, cells: cells.map(str::to_owned).to_vec() };
        Table {
            header_row: 1,
            headers: vec!["产品代码".into(), "单价".into()],
            lines: vec![line(2, ["MF-0125", "96.00"]), line(4, ["MF-0110", "4,050.5"])],
        }
    }

    #[test]
    fn a_csv_is_read_in_utf8_with_and_without_its_mark_and_in_gbk() {
        let marked = [b"\xEF\xBB\xBF", TEXT.as_bytes()].concat();
        let (gbk, _, _) = encoding_rs::GBK.encode(TEXT);
        for bytes in [TEXT.as_bytes().to_vec(), marked, gbk.into_owned()] {
            assert_eq!(Table::read("价格.csv", bytes), Ok(table()));
        }
    }

    #[test]
    fn a_break_inside_a_cell_is_no_row() {
        let read = Table::read("a.csv", b"name,phone\n\"a\nb\",1\nc,2\n".to_vec()).expect("a table");
        assert_eq!(read.lines.iter().map(|line| line.number).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn a_title_above_the_headers_is_passed_by() {
        let text = format!("价格表\n导出人 王会计\n\n{TEXT}");
        let read = Table::read("价格.csv", text.into_bytes()).expect("a table");
        assert_eq!((read.header_row, read.headers), (4, table().headers));
    }

    #[test]
    fn a_title_without_tabs_stands_above_a_table_with_tabs() {
        for sign in ["\t", ";"] {
            let rows = ["日期\t金额\t户名", "20261016\t1,234.00\t某人, 经手", "20261017\t2,000.00\t甲,乙"];
            let rows = rows.map(|row| row.replace('\t', sign)).join("\n");
            let text = format!("账户明细 2026年10月, 全部\n{rows}\n");
            let read = Table::read("a.txt", text.into_bytes()).expect("a table");
            assert_eq!(read.lines[0].cells, ["20261016", "1,234.00", "某人, 经手"], "{sign}");
        }
    }

    #[test]
    fn what_is_no_table_says_why() {
        assert_eq!(Table::read("a.pdf", vec![1]), Err(UnreadableFile::UnknownEnding));
        assert_eq!(Table::read("a.csv", b"\n\n".to_vec()), Err(UnreadableFile::NoRows));
        assert_eq!(Table::read("a.csv", b"name,phone\n".to_vec()), Err(UnreadableFile::NoRows));
        assert_eq!(Table::read("a.csv", vec![0xFF, 0xFF, 0xFF]), Err(UnreadableFile::NotText));
        assert!(matches!(Table::read("a.xlsx", vec![0; 64]), Err(UnreadableFile::NotATable(_))));
        let wide = format!("{}\n1\n", "a,".repeat(80));
        let most = MOST_COLUMNS;
        assert_eq!(Table::read("a.csv", wide.into_bytes()), Err(UnreadableFile::TooManyColumns { most }));
    }

    #[test]
    fn a_file_made_to_break_the_reader_is_refused_with_the_limit() {
        let parts: [(&str, &[u8]); 5] = [
            ("_rels/.rels", br#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
            ("xl/_rels/workbook.xml.rels", br#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
            ("xl/workbook.xml", br#"<workbook><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"#),
            ("xl/worksheets/sheet1.xml", br"<worksheet><sheetData/></worksheet>"),
            ("xl/sharedStrings.xml", br#"<sst count="1" uniqueCount="18446744073709551615"><si><t>a</t></si></sst>"#),
        ];
        let most = package::MOST_TEXTS;
        let refused = Table::read("a.xlsx", package::tests::package(&parts));
        assert_eq!(refused, Err(UnreadableFile::TooManyTexts { most }));
    }

    #[test]
    fn a_binary_fraction_is_read_as_it_is_shown() {
        assert_eq!(plain_number("96.10000000000001"), "96.1");
        assert_eq!(plain_number("13800000000"), "13800000000");
        assert_eq!(plain_number("96"), "96");
    }
}
