//! 银行流水 in the book: a file that finance has read in, part by part. S34. Floor: domain.

use minicbor::Encode;
use serde::{Deserialize, Serialize};

use super::{BookedLine, StatementRefusal};
use crate::{
    crdt::Ledger,
    domain::{
        Recorded,
        people::{Author, Role},
        visit::BlobHash,
    },
    time::BusinessDate,
    unit::{AccountId, Money, PaperId, Text, derived_bytes},
};

/// The most lines that one change brings: a longer statement comes in several.
pub const MOST_LINES: usize = 500;

/// Finance has read a statement in, or one part of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct StatementImported {
    /// Of which account.
    #[n(0)]
    pub account: AccountId,
    /// The hash of the file.
    #[n(1)]
    pub file: BlobHash,
    /// The file's name.
    #[n(2)]
    pub name: Text<1, 120>,
    /// Which part of it, from 1.
    #[n(3)]
    pub part: u32,
    /// How many parts there are.
    #[n(4)]
    pub parts: u32,
    /// The lines.
    #[n(5)]
    pub lines: Vec<BookedLine>,
}

reads_map!(StatementImported { 0: account, 1: file, 2: name, 3: part, 4: parts, 5: lines });

impl StatementImported {
    /// The statement's name: the same file of the same account is the same statement.
    pub fn statement(&self) -> PaperId {
        statement_of(self.account, &self.file)
    }
}

/// The name of the statement in a file.
pub fn statement_of(account: AccountId, file: &BlobHash) -> PaperId {
    PaperId::from_bytes(derived_bytes("statement", &[account.bytes(), &file.0]))
}

/// What one part of a statement has brought.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct PartImported {
    /// Of which account.
    #[n(0)]
    pub account: AccountId,
    /// The file's name.
    #[n(1)]
    pub name: Text<1, 120>,
    /// How many lines.
    #[n(2)]
    pub lines: u32,
    /// The first day.
    #[n(3)]
    pub first: BusinessDate,
    /// The last day.
    #[n(4)]
    pub last: BusinessDate,
    /// What came in.
    #[n(5)]
    pub came_in: Money,
    /// What went out, as a sum above nothing.
    #[n(6)]
    pub went_out: Money,
    /// Which part of the file it is, from 1.
    #[n(7)]
    pub part: u32,
}

reads_map!(PartImported {
    0: account,
    1: name,
    2: lines,
    3: first,
    4: last,
    5: came_in,
    6: went_out,
    7: part
});

impl PartImported {
    /// What an op brings; nothing where it has no lines.
    pub fn of(op: &StatementImported) -> Option<Self> {
        let days = || op.lines.iter().map(|line| line.date);
        let sum = |out: bool| -> Money {
            let some = op.lines.iter().filter(|line| (line.amount < Money::ZERO) == out);
            some.map(|line| line.amount).sum()
        };
        Some(Self {
            account: op.account,
            name: op.name.clone(),
            lines: u32::try_from(op.lines.len()).unwrap_or(u32::MAX),
            first: days().min()?,
            last: days().max()?,
            came_in: sum(false),
            went_out: sum(true).negated(),
            part: op.part,
        })
    }
}

/// A statement in the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Statement {
    /// Its parts.
    #[n(0)]
    pub parts: Ledger<Recorded<PartImported>>,
}

reads_map!(Statement { 0: parts });

/// Whether finance may read this in: lines of an account of the company's, of which at least one is new, and out of a part
/// of a file that was not read in yet, by whatever columns.
///
/// # Errors
/// Why not.
pub fn may_import(
    op: &StatementImported,
    account_is_known: bool,
    statement: Option<&Statement>,
    line: impl Fn(PaperId) -> bool,
    author: &Author,
) -> Result<(), StatementRefusal> {
    let parts = statement.into_iter().flat_map(|statement| statement.parts.entries());
    let part_is_there = parts.into_iter().any(|(_, part)| part.what.part == op.part);
    if !author.may(Role::confirms_money) {
        Err(StatementRefusal::NotFinance)
    } else if !account_is_known {
        Err(StatementRefusal::UnknownAccount)
    } else if op.lines.is_empty() || op.part == 0 || op.part > op.parts {
        Err(StatementRefusal::NoLines)
    } else if part_is_there || op.lines.iter().all(|one| line(one.id(op.account))) {
        Err(StatementRefusal::AlreadyImported)
    } else {
        Ok(())
    }
}
