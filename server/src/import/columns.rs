//! Which column of a file is which: by its Chinese or its English header.
//!
//! Floor: above the table.

use std::collections::BTreeMap;

use super::{
    fault::{Fault, Why},
    table::{Line, Table},
};

/// A column that a file may have.
#[derive(Clone, Debug)]
pub(super) struct Known<C> {
    /// Which.
    pub(super) column: C,
    /// Its headers: the first is named in messages.
    pub(super) headers: Vec<String>,
    /// Whether it has to be there.
    pub(super) required: bool,
}

/// Where each known column stands in a file.
#[derive(Clone, Debug)]
pub(super) struct Columns<C> {
    places: BTreeMap<C, (usize, String)>,
}

/// A header without what people write differently: case, spaces, hyphens, a star.
fn plain(header: &str) -> String {
    header
        .chars()
        .filter(|c| {
            !c.is_whitespace() && !matches!(c, '-' | '_' | '*' | '（' | '）' | '(' | ')' | '：' | ':')
        })
        .flat_map(char::to_lowercase)
        .collect()
}

impl<C: Copy + Ord> Columns<C> {
    /// Finds the known columns in a file.
    ///
    /// # Errors
    /// Columns that nobody knows, that are there twice, or that are missing.
    pub(super) fn find(table: &Table, known: &[Known<C>]) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut places: BTreeMap<C, (usize, String)> = BTreeMap::new();
        for (place, header) in table.headers.iter().enumerate().filter(|(_, header)| !header.is_empty()) {
            let named = plain(header);
            let found = known.iter().find(|known| known.headers.iter().any(|known| plain(known) == named));
            let Some(found) = found else {
                let known = known.iter().filter_map(|known| known.headers.first().cloned()).collect();
                faults.push(Fault::of(table.header_row, header, Why::UnknownColumn { known }));
                continue;
            };
            if places.insert(found.column, (place, header.clone())).is_some() {
                faults.push(Fault::of(table.header_row, header, Why::ColumnTwice));
            }
        }
        for known in known.iter().filter(|known| known.required && !places.contains_key(&known.column)) {
            let header = known.headers.first().map_or("", String::as_str);
            faults.push(Fault::of(table.header_row, header, Why::MissingColumn));
        }
        if faults.is_empty() { Ok(Self { places }) } else { Err(faults) }
    }

    /// Whether the file has a column.
    pub(super) fn has(&self, column: C) -> bool {
        self.places.contains_key(&column)
    }

    /// A cell of a row; empty where the file has no such column.
    pub(super) fn cell<'l>(&self, line: &'l Line, column: C) -> &'l str {
        self.places.get(&column).map_or("", |(place, _)| line.cell(*place))
    }

    /// The column's header, as the file has it.
    pub(super) fn header(&self, column: C) -> &str {
        self.places.get(&column).map_or("", |(_, header)| header.as_str())
    }

    /// A fault in a cell.
    pub(super) fn fault(&self, line: &Line, column: C, why: Why) -> Fault {
        Fault::of(line.number, self.header(column), why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<Known<u8>> {
        let column = |column, headers: [&str; 2], required| Known {
            column,
            headers: headers.map(str::to_owned).to_vec(),
            required,
        };
        vec![column(0, ["名称", "name"], true), column(1, ["电话", "phone"], false)]
    }

    fn table(headers: &[&str]) -> Table {
        Table { header_row: 1, headers: headers.iter().map(|h| (*h).to_owned()).collect(), lines: Vec::new() }
    }

    #[test]
    fn a_column_is_found_by_either_header_however_it_is_written() {
        let columns = Columns::find(&table(&["Phone ", "* 名称"]), &known()).expect("both are known");
        let line = Line { number: 2, cells: vec!["1".into(), "店".into()] };
        assert_eq!((columns.cell(&line, 0), columns.cell(&line, 1)), ("店", "1"));
    }

    #[test]
    fn columns_that_are_unknown_missing_or_twice_are_each_named() {
        let faults = Columns::find(&table(&["phone", "电话", "颜色"]), &known()).expect_err("three faults");
        let named: Vec<_> = faults.iter().map(|fault| (fault.column.as_str(), &fault.why)).collect();
        assert!(matches!(named[0], ("电话", Why::ColumnTwice)));
        assert!(matches!(named[1], ("颜色", Why::UnknownColumn { .. })));
        assert!(matches!(named[2], ("名称", Why::MissingColumn)));
    }
}
