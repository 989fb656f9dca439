//! A bank's statement out of an Excel or CSV file, by a layout that finance keeps: which column says what. Source: S34, S46.
//!
//! Floor: above the table. Pure: it writes nothing, and what the lines pay is not its business.

mod cells;

use std::collections::{BTreeMap, BTreeSet};

use sync_core::{
    domain::bank::{AmountColumns, BookedLine, Layout},
    unit::{Money, NotAText, Text},
};

use self::cells::{booked_on, is_named_sum, kept, seen, signed, speaks_of_a_sum};
use super::{
    fault::{Fault, Why},
    table::{Line, Table},
};

/// Above the headers a bank writes whose account it is, and since when: so many rows at most.
const MOST_ABOVE: usize = 40;

/// How banks mark what came in, and what went out.
const CAME: [&str; 8] = ["贷", "贷方", "C", "CR", "收", "收入", "来账", "转入"];
const WENT: [&str; 9] = ["借", "借方", "D", "DR", "付", "支", "支出", "往账", "转出"];

/// Where the columns of a layout stand in a file.
struct Places {
    /// Rows of the table from here on are lines of the statement.
    first: usize,
    date: usize,
    amount: usize,
    went_out: Option<usize>,
    mark: Option<usize>,
    payer: usize,
    reference: Vec<usize>,
    serial: Option<usize>,
}

/// A header without what banks write differently.
fn plain(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A statement as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadStatement {
    /// The lines.
    pub lines: Vec<BookedLine>,
    /// Rows that are no lines: sums, and what a bank writes below them, with neither a day nor a sum.
    pub skipped: Vec<u32>,
    /// Rows in which a payer or a remark was longer than is kept: it was cut, and ends with the mark of that.
    pub shortened: Vec<u32>,
}

/// Reads the lines of a statement by a layout.
///
/// # Errors
/// Every cell that has to be corrected, or the columns that are missing.
pub fn read_statement(layout: &Layout, table: &Table) -> Result<ReadStatement, Vec<Fault>> {
    Reading(layout).read(table)
}

/// So many rows from the first the headers are looked for in.
pub const ROWS_WITH_HEADERS: usize = MOST_ABOVE + 1;

/// Whether a table has every column that a layout names.
pub fn fits(layout: &Layout, table: &Table) -> bool {
    Reading(layout).find(table).is_ok()
}

/// A statement being read by a layout.
struct Reading<'l>(&'l Layout);

impl Reading<'_> {
    /// The headers that have to be there.
    fn needed(&self) -> Vec<&str> {
        let layout = self.0;
        let mut needed = vec![layout.date.as_str(), layout.payer.as_str()];
        match &layout.amount {
            AmountColumns::Apart { came_in, went_out } => {
                needed.push(came_in.as_str());
                needed.extend(went_out.as_ref().map(Text::as_str));
            }
            AmountColumns::Signed { amount } => needed.push(amount.as_str()),
            AmountColumns::Marked { amount, mark, .. } => needed.extend([amount.as_str(), mark.as_str()]),
        }
        needed.extend(layout.reference.iter().map(Text::as_str));
        needed.extend(layout.serial.as_ref().map(Text::as_str));
        needed
    }

    /// The columns in the row of headers: the first that has them all.
    fn find(&self, table: &Table) -> Result<Places, Vec<Fault>> {
        let below = table.lines.iter().map(|line| &line.cells).take(MOST_ABOVE);
        let mut rows = std::iter::once(&table.headers).chain(below).enumerate();
        let place = |cells: &[String], header: &str| {
            let named = plain(header);
            cells.iter().position(|cell| plain(cell) == named)
        };
        let whole = |cells: &[String]| self.needed().iter().all(|header| place(cells, header).is_some());
        let Some((first, cells)) = rows.find(|(_, cells)| whole(cells)) else {
            // The row that has most of them is the one that is meant.
            let below = table.lines.iter().map(|line| (line.number, &line.cells)).take(MOST_ABOVE);
            let rows = std::iter::once((table.header_row, &table.headers)).chain(below);
            let has = |cells: &[String]| self.needed().iter().filter(|h| place(cells, h).is_some()).count();
            let (number, nearest) = rows
                .max_by_key(|(number, cells)| (has(cells), std::cmp::Reverse(*number)))
                .expect("a first row");
            let missing = self.needed().into_iter().filter(|header| place(nearest, header).is_none());
            return Err(missing.map(|header| Fault::of(number, header, Why::MissingColumn)).collect());
        };
        let at = |header: &str| place(cells, header).expect("all of them are there");
        let layout = self.0;
        let (amount, went_out, mark) = match &layout.amount {
            AmountColumns::Apart { came_in, went_out } => {
                (at(came_in.as_str()), went_out.as_ref().map(|header| at(header.as_str())), None)
            }
            AmountColumns::Signed { amount } => (at(amount.as_str()), None, None),
            AmountColumns::Marked { amount, mark, .. } => {
                (at(amount.as_str()), None, Some(at(mark.as_str())))
            }
        };
        Ok(Places {
            first,
            date: at(layout.date.as_str()),
            amount,
            went_out,
            mark,
            payer: at(layout.payer.as_str()),
            reference: layout.reference.iter().map(|header| at(header.as_str())).collect(),
            serial: layout.serial.as_ref().map(|header| at(header.as_str())),
        })
    }

    fn read(&self, table: &Table) -> Result<ReadStatement, Vec<Fault>> {
        let places = self.find(table)?;
        let (mut read, mut faults) = (ReadStatement::default(), Vec::new());
        let mut alike: BTreeMap<_, u32> = BTreeMap::new();
        for row in table.lines.iter().skip(places.first) {
            if self.is_beside(row, &places) {
                read.skipped.push(row.number);
                continue;
            }
            match self.line(row, &places) {
                // What moves nothing is no payment.
                Ok((line, _)) if line.amount.is_zero() => {}
                Ok((mut line, is_cut)) => {
                    let (payer, reference) = line.words();
                    let words = (payer.to_owned(), reference.to_owned());
                    let said = (line.date, line.amount, words, line.serial.clone());
                    let times = alike.entry(said).or_default();
                    line.again = *times;
                    *times += 1;
                    read.shortened.extend(is_cut.then_some(line.number));
                    read.lines.push(line);
                }
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(read) } else { Err(faults) }
    }

    /// Whether a row is no line: a sum of others, or what a bank writes below, with neither a day nor a sum. A line with a
    /// day, of whose payer or beside whom only the name begins like a sum, is one.
    fn is_beside(&self, row: &Line, places: &Places) -> bool {
        if booked_on(row.cell(places.date)).is_ok() {
            return row.cell(places.payer).is_empty() && row.cells.iter().any(|cell| is_named_sum(cell));
        }
        let is_sum = |cell: &String| speaks_of_a_sum(cell);
        let moves = |at: usize| signed(row.cell(at)).is_ok_and(|sum| !sum.is_zero());
        let moves = moves(places.amount) || places.went_out.is_some_and(moves);
        row.cells.iter().any(is_sum) || !moves
    }

    /// A line, and whether something of it was cut.
    fn line(&self, row: &Line, places: &Places) -> Result<(BookedLine, bool), Fault> {
        let layout = self.0;
        let date = booked_on(row.cell(places.date))
            .map_err(|why| Fault::of(row.number, layout.date.as_str(), why))?;
        let amount = self.amount(row, places)?;
        let reference = places.reference.iter().map(|at| row.cell(*at)).filter(|words| !words.is_empty());
        let reference = reference.collect::<Vec<_>>().join(" ");
        let serial = seen(places.serial.map_or("", |at| row.cell(at)));
        // By its number a line is told from others: it is never cut.
        let serial = Text::new(&serial).map_err(|why: NotAText| {
            Fault::of(row.number, layout.serial.as_ref().map_or("", Text::as_str), Why::Text(why))
        })?;
        let (payer, is_cut) = kept(row.cell(places.payer));
        let (reference, is_cut_too) = kept(&reference);
        let line = BookedLine { number: row.number, date, amount, payer, reference, serial, again: 0 };
        Ok((line, is_cut || is_cut_too))
    }

    fn amount(&self, row: &Line, places: &Places) -> Result<Money, Fault> {
        let sum =
            |at: usize, header: &str| signed(row.cell(at)).map_err(|why| Fault::of(row.number, header, why));
        match &self.0.amount {
            AmountColumns::Apart { came_in, went_out } => {
                let out = match (places.went_out, went_out) {
                    (Some(at), Some(header)) => sum(at, header.as_str())?,
                    _ => Money::ZERO,
                };
                Ok(sum(places.amount, came_in.as_str())?.minus(out))
            }
            AmountColumns::Signed { amount } => sum(places.amount, amount.as_str()),
            AmountColumns::Marked { amount, mark, came_in } => {
                let money = sum(places.amount, amount.as_str())?;
                let word = places.mark.map_or("", |at| row.cell(at));
                let says = |words: &[&str]| words.iter().any(|one| one.eq_ignore_ascii_case(word));
                let comes: Vec<&str> = came_in.iter().map(Text::as_str).collect();
                // Some banks mark with their own books in mind: what they call a debit has come in.
                let is_turned = WENT.iter().any(|word| comes.contains(word));
                let (alike, goes): (&[&str], &[&str]) =
                    if is_turned { (&WENT, &CAME) } else { (&CAME, &WENT) };
                let is_in = says(&comes) || says(alike);
                if !is_in && !says(goes) {
                    let known: BTreeSet<&str> = comes.iter().chain(alike).chain(goes).copied().collect();
                    let choices = known.into_iter().map(str::to_owned).collect();
                    return Err(Fault::of(row.number, mark.as_str(), Why::NotOneOf { choices }));
                }
                // Whether a minus beside a mark says the same once more, or turns it round, only the bank knows.
                if money < Money::ZERO {
                    return Err(Fault::of(row.number, amount.as_str(), Why::SignBesideMark));
                }
                Ok(if is_in { money } else { money.negated() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(layout: &Layout, text: &str) -> Result<ReadStatement, Vec<Fault>> {
        read_statement(layout, &Table::read("流水.csv", text.as_bytes().to_vec()).expect("a table"))
    }

    fn read(layout: &Layout, text: &str) -> Result<Vec<BookedLine>, Vec<Fault>> {
        whole(layout, text).map(|read| read.lines)
    }

    fn text<const LEAST: usize, const MOST: usize>(words: &str) -> Text<LEAST, MOST> {
        Text::new(words).expect("short enough")
    }

    /// As a bank writes that keeps what came in apart from what went out.
    fn apart() -> Layout {
        Layout {
            name: text("甲行"),
            date: text("交易日期"),
            amount: AmountColumns::Apart {
                came_in: text("贷方发生额"), went_out: Some(text("借方发生额"))
            },
            payer: text("对方户名"),
            reference: vec![text("摘要"), text("附言")],
            serial: Some(text("流水号")),
        }
    }

    fn signed_one() -> Layout {
        Layout {
            name: text("乙行"),
            date: text("记账时间"),
            amount: AmountColumns::Signed { amount: text("交易金额") },
            payer: text("对方账户名称"),
            reference: vec![text("用途")],
            serial: None,
        }
    }

    fn marked() -> Layout {
        Layout {
            name: text("丙行"),
            date: text("日期"),
            amount: AmountColumns::Marked {
                amount: text("金额(元)"),
                mark: text("借贷标志"),
                came_in: vec![text("贷"), text("C")],
            },
            payer: text("付款人"),
            reference: vec![text("备注")],
            serial: Some(text("交易流水")),
        }
    }

    fn told(lines: &[BookedLine]) -> Vec<(String, i64, &str, &str, &str)> {
        let one = |line: &BookedLine| (line.date.to_string(), line.amount.as_fen());
        lines
            .iter()
            .map(|line| {
                let (date, fen) = one(line);
                (date, fen, line.payer.as_str(), line.reference.as_str(), line.serial.as_str())
            })
            .collect()
    }

    #[test]
    fn three_banks_write_three_ways_and_say_the_same() {
        let first = "账号:,106000000001,户名:,某公司\n\
            交易日期,流水号,借方发生额,贷方发生额,对方户名,摘要,附言\n\
            20261016,B1,,\"11,440.00\",宁安食品商行,转账,货款204817\n\
            20261017,B2,50.00,,银行,手续费,\n合计,,50.00,11440.00,,,\n";
        let second = "记账时间,交易金额,对方账户名称,用途\n\
            2026-10-16 09:12:33,+11440,宁安食品商行,转账 货款204817\n2026/10/17 10:00,-50,银行,手续费\n";
        let third = "日期,交易流水,借贷标志,金额（元）,付款人,备注\n\
            2026年10月16日,B1,贷,11440.0,宁安食品商行,转账 货款204817\n2026年10月17日,B2,借,50,银行,手续费\n";
        let expected = |serials: [&'static str; 2]| {
            let paid = ("2026-10-16".to_owned(), 1_144_000, "宁安食品商行", "转账 货款204817", serials[0]);
            vec![paid, ("2026-10-17".to_owned(), -5_000, "银行", "手续费", serials[1])]
        };
        assert_eq!(told(&read(&apart(), first).expect("lines")), expected(["B1", "B2"]));
        assert_eq!(told(&read(&signed_one(), second).expect("lines")), expected(["", ""]));
        assert_eq!(told(&read(&marked(), third).expect("lines")), expected(["B1", "B2"]));
    }

    /// S34: the same line twice in one file is two lines, and both have the same names in the next file.
    #[test]
    fn lines_alike_are_told_apart_and_named_alike_in_every_file() {
        let file = "记账时间,交易金额,对方账户名称,用途\n\
            2026-10-16,100,a,b\n2026-10-16,100,a,b\n2026-10-16,0,a,b\n";
        let account = sync_core::unit::AccountId::from_bytes([6; 16]);
        let names = |text: &str| -> Vec<_> {
            read(&signed_one(), text).expect("lines").iter().map(|line| line.id(account)).collect()
        };
        let twice = names(file);
        assert_eq!(twice.len(), 2, "nothing moved is no line");
        assert_ne!(twice[0], twice[1]);
        let shifted = file.replace("2026-10-16,100,a,b\n2026", "2026-10-15,7,c,d\n2026-10-16,100,a,b\n2026");
        assert_eq!(names(&shifted)[1..], twice[..], "another row of another file, the same line");
    }

    #[test]
    fn what_does_not_fit_is_named_by_row_and_column() {
        let faults =
            read(&signed_one(), "记账时间,金额,对方账户名称,用途\n2026-10-16,1,a,b\n").expect_err("a column");
        assert_eq!(faults, [Fault::of(1, "交易金额", Why::MissingColumn)]);
        let wrong =
            "记账时间,交易金额,对方账户名称,用途\n昨天,1,a,b\n2026-10-16,一百,a,b\n2026-10-16,1.001,a,b\n";
        let faults = read(&signed_one(), wrong).expect_err("three cells");
        let at: Vec<_> = faults.iter().map(|fault| (fault.row, fault.column.as_str())).collect();
        assert_eq!(at, [(2, "记账时间"), (3, "交易金额"), (4, "交易金额")]);
    }

    #[test]
    fn a_payer_who_is_named_like_a_sum_is_no_sum() {
        let rows = "记账时间,交易金额,对方账户名称,用途\n2026-10-16,8800,合计粮油商行,累计欠款\n\
            合计,8800,,\n,8800,累计,\n2026-10-16,8800,,合计三单\n";
        let lines = read(&signed_one(), rows).expect("lines");
        let payers: Vec<_> = lines.iter().map(|line| (line.payer.as_str(), line.amount.as_fen())).collect();
        assert_eq!(payers, [("合计粮油商行", 880_000), ("", 880_000)], "what has a day is a line");
    }

    /// S34: what a bank writes below the lines is no line and no fault, and is counted; a sum without a day is a fault.
    #[test]
    fn rows_with_neither_a_day_nor_a_sum_are_passed_by_and_counted() {
        let head = "记账时间,交易金额,对方账户名称,用途\n2026-10-16,8800,a,b\n";
        let below = "合计,8800,,\n第1页/共3页,,,\n操作员：张三,打印时间,,\n,0.00,,\n";
        let read = whole(&signed_one(), &format!("{head}{below}")).expect("lines");
        assert_eq!((read.lines.len(), read.skipped, read.shortened), (1, vec![3, 4, 5, 6], Vec::new()));
        let faults = read_by_row(&format!("{head}昨天,5,a,b\n"));
        assert_eq!(faults, [(3, "记账时间".to_owned())], "money moved, and nobody knows when");
    }

    fn read_by_row(text: &str) -> Vec<(u32, String)> {
        let faults = read(&signed_one(), text).expect_err("a fault");
        faults.into_iter().map(|fault| (fault.row, fault.column)).collect()
    }

    /// S34: a remark or a payer longer than is kept is cut with a mark, and said so; the bank's own number never is.
    #[test]
    fn what_is_longer_than_is_kept_is_cut_with_a_mark_and_a_number_is_not() {
        let (long, payer) = ("款".repeat(201), "行".repeat(121));
        let head = "交易日期,流水号,借方发生额,贷方发生额,对方户名,摘要,附言\n";
        let read = whole(&apart(), &format!("{head}20261016,B1,,5,{payer},{long},\n20261016,B2,,5,a,b,c\n"))
            .expect("lines");
        let line = &read.lines[0];
        let ends = |words: &str, most: usize| (words.chars().count(), words.ends_with('…')) == (most, true);
        assert!(ends(line.reference.as_str(), 200) && ends(line.payer.as_str(), 120), "{line:?}");
        assert_eq!(read.shortened, [2]);
        let number = format!("{head}20261016,{},,5,a,b,c\n", "1".repeat(61));
        let faults = whole(&apart(), &number).expect_err("too long");
        assert_eq!(faults[0].column, "流水号");
    }

    /// S34: a mark that nobody knows is told by row and column, and makes no income an outgoing.
    #[test]
    fn a_mark_that_nobody_knows_is_named_by_row_and_column() {
        let file =
            |mark: &str| format!("日期,交易流水,借贷标志,金额(元),付款人,备注\n20261016,B1,{mark},5,a,b\n");
        for mark in ["入", "贷款", "其他", ""] {
            let faults = read(&marked(), &file(mark)).expect_err(mark);
            let at: Vec<_> = faults.iter().map(|fault| (fault.row, fault.column.as_str())).collect();
            assert_eq!(at, [(2, "借贷标志")], "{mark}");
        }
        for (mark, fen) in [
            ("贷", 500),
            ("贷方", 500),
            ("收入", 500),
            ("CR", 500),
            ("c", 500),
            ("借", -500),
            ("支出", -500),
            ("DR", -500),
        ] {
            assert_eq!(told(&read(&marked(), &file(mark)).expect(mark))[0].1, fen, "{mark}");
        }
    }

    /// S34: a minus beside a mark is asked about: some banks write both, with others it turns the mark round.
    #[test]
    fn a_minus_beside_a_mark_is_asked_about() {
        for mark in ["借", "贷"] {
            let file = format!("日期,交易流水,借贷标志,金额(元),付款人,备注\n20261016,B1,{mark},-5,a,b\n");
            let faults = read(&marked(), &file).expect_err(mark);
            let at: Vec<_> = faults.iter().map(|fault| (fault.row, fault.column.as_str())).collect();
            assert_eq!(at, [(2, "金额(元)")], "{mark}");
        }
    }

    /// S34: what a bank adds up over a month is no line, wherever it writes the month.
    #[test]
    fn the_sum_of_a_month_is_no_line() {
        let head = "交易日期,流水号,借方发生额,贷方发生额,对方户名,摘要,附言\n20261016,B1,,5,a,b,c\n";
        let sums = "2026年11月合计,,,\"654,321.00\",,,\n2026年11月,,,7,,本月合计,\n2026-11-30 合计,,,7,,,\n\
            2026-11-30,,,7,,本月合计：,\n2026-11-30,,,7,,本年累计,\n";
        let read = whole(&apart(), &format!("{head}{sums}")).expect("lines");
        assert_eq!((read.lines.len(), read.skipped), (1, vec![3, 4, 5, 6, 7]));
        for day in ["2026年11月", "2026", "2026-11"] {
            let faults = whole(&apart(), &format!("{head}{day},B2,,7,a,b,c\n")).expect_err(day);
            assert_eq!((faults[0].row, faults[0].column.as_str()), (3, "交易日期"), "{day} is no day");
        }
        let timed = whole(&apart(), &format!("{head}2026-11-30 08:15:00,B2,,7,a,b,c\n")).expect("lines");
        assert_eq!(timed.lines.len(), 2);
    }

    /// S34: where the bank gives a number, the line is the same whatever columns are read beside it.
    #[test]
    fn a_line_with_a_number_is_the_same_whatever_words_are_read_beside_it() {
        let file = "交易日期,流水号,借方发生额,贷方发生额,对方户名,摘要,附言\n20261016,B1,,5,a,b,c\n";
        let fewer = Layout { reference: vec![text("摘要")], ..apart() };
        let account = sync_core::unit::AccountId::from_bytes([6; 16]);
        let id = |layout: &Layout, file: &str| read(layout, file).expect("lines")[0].id(account);
        assert_eq!(id(&apart(), file), id(&fewer, file));
        assert_eq!(id(&apart(), file), id(&apart(), &file.replace(",a,", ",,")), "the payer came later");
        assert_ne!(id(&apart(), file), id(&apart(), &file.replace("B1", "B2")));
    }

    #[test]
    fn a_layout_is_kept_as_it_was_saved() {
        for layout in [apart(), signed_one(), marked()] {
            let kept = serde_json::to_string(&layout).expect("words");
            assert_eq!(serde_json::from_str::<Layout>(&kept).expect("a layout"), layout);
        }
    }
}
