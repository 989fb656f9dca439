//! Bank statements as the server tells them: files, lines, and what pays what.
//!
//! Floor: office/api. This module must not know how anything is drawn.

use serde::Deserialize;
use serde_json::Value;
use sync_core::unit::{ChangeId, Money};

use super::At;
use super::papers::AccountRef;
use super::people::Person;

/// A row of a file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct FileRow {
    pub(crate) number: u32,
    pub(crate) cells: Vec<String>,
}

/// A file before it is read.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Columns {
    pub(crate) rows: Vec<FileRow>,
    pub(crate) header_row: u32,
    pub(crate) headers: Vec<String>,
    /// As `mapping-saved` writes them.
    pub(crate) layouts: Vec<Value>,
    #[serde(default)]
    pub(crate) fits: Option<usize>,
}

/// A place in a file that has to be corrected.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct FileFault {
    pub(crate) row: u32,
    pub(crate) column: String,
    pub(crate) why: String,
}

/// A line as it would be read in.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct PreviewLine {
    pub(crate) number: u32,
    pub(crate) date: String,
    pub(crate) amount: Money,
    pub(crate) payer: String,
    pub(crate) reference: String,
    pub(crate) already: bool,
    /// Whether it may be there under other words.
    #[serde(default)]
    pub(crate) perhaps: bool,
}

/// What a file would bring.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Preview {
    pub(crate) lines: Vec<PreviewLine>,
    pub(crate) total: u64,
    pub(crate) already: u64,
    pub(crate) perhaps: u64,
    pub(crate) skipped: u64,
    pub(crate) skipped_rows: Vec<u32>,
    pub(crate) shortened: u64,
    pub(crate) shortened_rows: Vec<u32>,
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
    pub(crate) came_in: Money,
    pub(crate) went_out: Money,
    pub(crate) faults: Vec<FileFault>,
    pub(crate) faulty: u64,
}

/// What a file has brought.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Imported {
    pub(crate) lines: u64,
    pub(crate) already: u64,
}

/// A paper that a line pays.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Paid {
    pub(crate) of: String,
    pub(crate) staff: Person,
}

/// What a line pays, as finance has confirmed it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct LineMatch {
    pub(crate) confirmation: ChangeId,
    pub(crate) by: Person,
    pub(crate) at: At,
    pub(crate) kind: String,
    pub(crate) papers: Vec<Paid>,
    #[serde(default)]
    pub(crate) customer: Option<Person>,
    pub(crate) lines: Vec<String>,
}

/// Why a line was set aside.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct AsideLine {
    pub(crate) by: Person,
    pub(crate) at: At,
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) note: String,
    #[serde(default)]
    pub(crate) staff: Option<Person>,
    #[serde(default)]
    pub(crate) violation: Option<String>,
    #[serde(default)]
    pub(crate) case_open: bool,
}

/// A line of a bank's statement (银行流水).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct BankLineRow {
    pub(crate) id: String,
    pub(crate) number: u32,
    pub(crate) date: String,
    pub(crate) account: AccountRef,
    pub(crate) amount: Money,
    pub(crate) payer: String,
    pub(crate) reference: String,
    pub(crate) serial: String,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) matched: Option<LineMatch>,
    #[serde(default)]
    pub(crate) aside: Option<AsideLine>,
}

/// Money that was sent and has not arrived yet.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ExpectedRow {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) at: At,
    pub(crate) staff: Person,
    #[serde(default)]
    pub(crate) customer: Option<Person>,
    pub(crate) amount: Money,
    #[serde(default)]
    pub(crate) reference: String,
    #[serde(default)]
    pub(crate) slip: Option<String>,
    #[serde(default)]
    pub(crate) confirmation: Option<Lineless>,
}

/// What finance has confirmed without naming a line that says so.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Lineless {
    pub(crate) confirmation: ChangeId,
    pub(crate) by: Person,
    pub(crate) arrived_on: String,
    /// All that it confirmed at once.
    pub(crate) papers: Vec<Paid>,
}

/// What agrees, and what that is worth.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Agreement {
    pub(crate) what: String,
    #[serde(default)]
    pub(crate) days: Option<i32>,
    pub(crate) points: u32,
}

/// Lines that pay papers, as far as can be told.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ProposalRow {
    pub(crate) lines: Vec<String>,
    pub(crate) papers: Vec<String>,
    pub(crate) points: u32,
    pub(crate) agrees: Vec<Agreement>,
    pub(crate) certain: bool,
    pub(crate) exact: bool,
}

/// A line that may be the return of money that finance has confirmed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ReturnRow {
    pub(crate) line: String,
    /// The line by which it had come.
    pub(crate) of: BankLineRow,
}

/// The open lines of an account held against what is expected there.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct MatchingPage {
    pub(crate) lines: Vec<BankLineRow>,
    pub(crate) papers: Vec<ExpectedRow>,
    pub(crate) confirmed: Vec<ExpectedRow>,
    pub(crate) at_most: u32,
    pub(crate) more_lines: bool,
    pub(crate) more_papers: bool,
    pub(crate) proposals: Vec<ProposalRow>,
    pub(crate) duplicates: Vec<String>,
    pub(crate) returns: Vec<ReturnRow>,
}
