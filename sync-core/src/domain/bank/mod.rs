//! 银行流水: what the bank says has come in, held against what the book expects. Source: S34, S41, S46.
//!
//! Only the office reads bank statements: matching may not be reached from what a phone runs.

mod aside;
mod layout;
mod likeness;
mod line;
mod matching;
mod refusal;
mod score;
mod statement;

pub use aside::{AsideKind, LineSetAside, may_set_aside};
pub use layout::{AmountColumns, Header, Layout, Mapping, MappingSaved, may_save_mapping};
pub use likeness::{digits, edits, plain_name, similar};
pub use line::{BankLine, BookedLine, LineImported, LineMatch, LineStatus, lines_fit};
pub use matching::{Matching, Proposal, WINDOW_DAYS, gives_back, match_lines};
pub use refusal::StatementRefusal;
pub use score::{Agreement, CERTAIN_FROM, Score};
pub use statement::{MOST_LINES, PartImported, Statement, StatementImported, may_import, statement_of};

use crate::{
    time::BusinessDate,
    unit::{CustomerId, Money, PaperId, StaffId},
};

/// One line of a bank statement: money that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLine {
    /// Its place in the statement, from 1.
    pub number: u32,
    /// The day the bank booked it.
    pub date: BusinessDate,
    /// How much came in; below nothing what was returned.
    pub amount: Money,
    /// Who paid, as the bank writes them.
    pub payer: String,
    /// What stands beside it (摘要、附言).
    pub reference: String,
    /// The bank's own number of it; empty where the statement has none.
    pub serial: String,
    /// Whether it may say what another line has said, or its money may have gone back: never beyond doubt then.
    pub doubted: bool,
}

/// Whose money a paper is about: nothing is put together over two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A rep's remittance.
    Rep(StaffId),
    /// A customer's transfer, as a rep has recorded it.
    Customer(CustomerId, StaffId),
}

/// Money that the book expects in an account: a remittance, or a customer's transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Which paper.
    pub paper: PaperId,
    /// Whose.
    pub owner: Owner,
    /// Whether finance has confirmed it, without any line that says so: a rival to what is still on its way.
    pub confirmed: bool,
    /// The day it was recorded.
    pub date: BusinessDate,
    /// How much.
    pub amount: Money,
    /// Whose name the bank may write: the customer's and their people's, or the rep's.
    pub payers: Vec<String>,
    /// The last digits of the slip, or what the payer wrote.
    pub reference: String,
}
