//! 银行流水 in the book: the lines that finance has read in, what each of them pays, and which are set aside. S34, S41, S46.
//!
//! A line is named after what the bank wrote, so that the same file, or another one of the same days, brings nothing twice.
//! Floor: domain.

use std::collections::BTreeSet;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    crdt::Ledger,
    domain::{
        Recorded,
        cash::{ConfirmedPaper, MoneyConfirmed, Reversible},
        people::{Author, Role},
        visit::BlobHash,
    },
    time::{BusinessDate, Timestamp},
    unit::{AccountId, Amount, ChangeId, CustomerId, Money, PaperId, StaffId, Text, derived_bytes},
};

/// The most lines that one change brings: a longer statement comes in several.
pub const MOST_LINES: usize = 500;

/// One line as the bank has booked it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct BookedLine {
    /// Its row in the file, as a spreadsheet shows it.
    #[n(0)]
    pub number: u32,
    /// The day the bank booked it.
    #[n(1)]
    pub date: BusinessDate,
    /// How much came in; below nothing what went out.
    #[n(2)]
    pub amount: Money,
    /// Who paid or was paid, as the bank writes them.
    #[n(3)]
    #[serde(default)]
    pub payer: Text<0, 120>,
    /// What stands beside it (摘要、附言).
    #[n(4)]
    #[serde(default)]
    pub reference: Text<0, 200>,
    /// The bank's own number of it; empty where the statement has none.
    #[n(5)]
    #[serde(default)]
    pub serial: Text<0, 60>,
    /// How many lines alike to the letter stand before it in the file.
    #[n(6)]
    #[serde(default)]
    pub again: u32,
}

reads_map!(BookedLine { 0: number, 1: date, 2: amount, 3: payer, 4: reference, 5: serial, 6: again });

impl BookedLine {
    /// The name of the line on an account: the same whenever the bank writes the same. Where the bank gives it a number,
    /// that tells it apart, however payer and reference are written; else the words do.
    pub fn id(&self, account: AccountId) -> PaperId {
        let (payer, reference) = self.words();
        let said = (self.date, self.amount, payer, reference, &self.serial, self.again);
        let said = minicbor::to_vec(said).expect("writing to memory cannot fail");
        PaperId::from_bytes(derived_bytes("bank-line", &[account.bytes(), &said]))
    }

    /// Payer and reference, as far as they tell the line apart: not where it has a number of the bank's.
    pub fn words(&self) -> (&str, &str) {
        if self.serial.as_str().is_empty() {
            (self.payer.as_str(), self.reference.as_str())
        } else {
            ("", "")
        }
    }
}

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

/// A line as it stands in the book: of which account, and out of which statement.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct LineImported {
    /// Of which account.
    #[n(0)]
    pub account: AccountId,
    /// Out of which statement.
    #[n(1)]
    pub statement: PaperId,
    /// What the bank says.
    #[n(2)]
    pub line: BookedLine,
}

reads_map!(LineImported { 0: account, 1: statement, 2: line });

/// What a line pays, as finance has confirmed it.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct LineMatch {
    /// Who confirmed.
    #[n(0)]
    pub by: StaffId,
    /// When.
    #[n(1)]
    pub at: Timestamp,
    /// What kind of papers.
    #[n(2)]
    pub kind: Reversible,
    /// Which.
    #[n(3)]
    pub papers: Vec<ConfirmedPaper>,
    /// Whose transfers they are.
    #[n(4)]
    pub customer: Option<CustomerId>,
    /// With which lines together, this one among them.
    #[n(5)]
    pub lines: Vec<PaperId>,
}

reads_map!(LineMatch { 0: by, 1: at, 2: kind, 3: papers, 4: customer, 5: lines });

/// Why a line pays nothing of the book's, or that it is to be matched after all.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum AsideKind {
    /// 手续费: the bank's fee.
    #[n(0)]
    Fee,
    /// 利息
    #[n(1)]
    Interest,
    /// 退汇: the bank has sent back what had come, or what had gone.
    #[n(2)]
    Returned,
    /// 内部转款: between accounts of the company's own.
    #[n(3)]
    OwnTransfer,
    /// It has nothing to do with sales.
    #[n(4)]
    NotOurs,
    /// It says once more what another line says.
    #[n(5)]
    Duplicate,
    /// 个人账户: paid to or from a person's account; a violation is raised with it. Source: S46.
    #[n(6)]
    PersonalAccount,
    /// It is to be matched after all.
    #[n(7)]
    TakenUp,
}

impl AsideKind {
    /// Every kind, in the order in which a screen offers them.
    pub const ALL: [Self; 8] = [
        Self::Fee,
        Self::Interest,
        Self::Returned,
        Self::OwnTransfer,
        Self::NotOurs,
        Self::Duplicate,
        Self::PersonalAccount,
        Self::TakenUp,
    ];

    /// The stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fee => "fee",
            Self::Interest => "interest",
            Self::Returned => "returned",
            Self::OwnTransfer => "own-transfer",
            Self::NotOurs => "not-ours",
            Self::Duplicate => "duplicate",
            Self::PersonalAccount => "personal-account",
            Self::TakenUp => "taken-up",
        }
    }

    /// Whether it needs words of its own.
    pub const fn needs_words(self) -> bool {
        matches!(self, Self::NotOurs | Self::PersonalAccount)
    }
}

/// Finance sets a line aside, or takes it up again.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct LineSetAside {
    /// Which line.
    #[n(0)]
    pub line: PaperId,
    /// Why.
    #[n(1)]
    pub kind: AsideKind,
    /// In words.
    #[n(2)]
    #[serde(default)]
    pub note: Text<0, 200>,
    /// Whose case it is, for a personal account. Source: S46.
    #[n(3)]
    #[serde(default)]
    pub staff: Option<StaffId>,
    /// The sum of the case: that of the line.
    #[n(4)]
    #[serde(default)]
    pub amount: Option<Amount>,
}

reads_map!(LineSetAside { 0: line, 1: kind, 2: note, 3: staff, 4: amount });

impl LineSetAside {
    /// Whose case it raises, and of how much. Source: S46.
    pub fn case(&self) -> Option<(StaffId, Amount)> {
        self.staff.zip(self.amount).filter(|_| self.kind == AsideKind::PersonalAccount)
    }
}

/// A line of a statement in the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct BankLine {
    /// The line as it was read in.
    #[n(0)]
    pub recorded: Option<Recorded<LineImported>>,
    /// What it was confirmed to pay.
    #[n(1)]
    pub matches: Ledger<LineMatch>,
    /// Of these confirmations the ones whose money was taken back since, or that were wrong.
    #[n(2)]
    pub released: BTreeSet<ChangeId>,
    /// Where it was set aside.
    #[n(3)]
    pub stamps: Ledger<Recorded<LineSetAside>>,
    /// Of the released confirmations the ones whose money was reversed: it may have gone back.
    #[n(4)]
    pub bounced: BTreeSet<ChangeId>,
}

reads_map!(BankLine { 0: recorded, 1: matches, 2: released, 3: stamps, 4: bounced });

/// Where a line stands, read off what was said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineStatus {
    /// Nobody knows yet what it pays.
    Open,
    /// What it had paid was reversed: it is open again, and the money may have gone back.
    Reopened,
    /// It pays what finance has confirmed.
    Matched,
    /// It pays nothing of the book's.
    SetAside,
}

impl LineStatus {
    /// The stable name, as lists use it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Reopened => "reopened",
            Self::Matched => "matched",
            Self::SetAside => "set-aside",
        }
    }

    /// Whether it waits for finance.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Reopened)
    }
}

impl BankLine {
    /// Whether nothing was written on it yet.
    pub fn is_shell(&self) -> bool {
        *self == Self::default()
    }

    /// What it pays: the confirmation that stands, with its change.
    pub fn standing(&self) -> Option<(ChangeId, &LineMatch)> {
        let standing = self.matches.entries().filter(|(id, _)| !self.released.contains(id));
        standing.min_by_key(|(id, one)| (one.at, **id)).map(|(id, one)| (*id, one))
    }

    /// Why it is set aside, where it is: the last word counts.
    pub fn aside(&self) -> Option<&Recorded<LineSetAside>> {
        let last = self.stamps.entries().map(|(_, stamp)| stamp).max_by_key(|stamp| (stamp.at, stamp.id));
        last.filter(|stamp| stamp.what.kind != AsideKind::TakenUp)
    }

    /// Where it stands.
    pub fn status(&self) -> LineStatus {
        if self.standing().is_some() {
            LineStatus::Matched
        } else if self.aside().is_some() {
            LineStatus::SetAside
        } else if self.bounced.is_empty() {
            LineStatus::Open
        } else {
            LineStatus::Reopened
        }
    }
}

/// Why something about a statement is not done like this.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum StatementRefusal {
    /// Only finance reads statements.
    #[n(0)]
    #[error("only finance reads statements")]
    NotFinance,
    /// The account is not one of the company's.
    #[n(1)]
    #[error("not an account of the company's")]
    UnknownAccount,
    /// There is no line to read in.
    #[n(2)]
    #[error("no lines")]
    NoLines,
    /// Every line of it is in the book, or this part of this file, by whatever columns it was read.
    #[n(3)]
    #[error("it is in the book already")]
    AlreadyImported,
    /// There is no such line.
    #[n(4)]
    #[error("no such line")]
    UnknownLine,
    /// It pays something else.
    #[n(5)]
    #[error("line {number} pays something else")]
    LineTaken {
        /// Its row in the file.
        #[n(0)]
        number: u32,
    },
    /// It was set aside.
    #[n(6)]
    #[error("line {number} was set aside")]
    SetAside {
        /// Its row in the file.
        #[n(0)]
        number: u32,
    },
    /// It is of another account.
    #[n(7)]
    #[error("the line is of another account")]
    OtherAccount,
    /// The lines come to another sum.
    #[n(8)]
    #[error("the lines come to {come}")]
    LinesDiffer {
        /// What they come to.
        #[n(0)]
        come: Money,
    },
    /// It is not set aside without a word why.
    #[n(9)]
    #[error("say why")]
    NoReason,
    /// A personal account is somebody's case, of the line's sum.
    #[n(10)]
    #[error("name whose case it is, with {due}")]
    NoCase {
        /// The line's sum.
        #[n(0)]
        due: Money,
    },
    /// It is not set aside.
    #[n(11)]
    #[error("it is not set aside")]
    NotAside,
    /// No confirmation of finance's stands there.
    #[n(12)]
    #[error("no such confirmation")]
    NotMatched,
}

reads_enum!(StatementRefusal {
    0: NotFinance,
    1: UnknownAccount,
    2: NoLines,
    3: AlreadyImported,
    4: UnknownLine,
    5: LineTaken { number },
    6: SetAside { number },
    7: OtherAccount,
    8: LinesDiffer { come },
    9: NoReason,
    10: NoCase { due },
    11: NotAside,
    12: NotMatched,
});

impl StatementRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFinance => "statement.not-finance",
            Self::UnknownAccount => "statement.unknown-account",
            Self::NoLines => "statement.no-lines",
            Self::AlreadyImported => "statement.already-imported",
            Self::UnknownLine => "statement.unknown-line",
            Self::LineTaken { .. } => "statement.line-taken",
            Self::SetAside { .. } => "statement.set-aside",
            Self::OtherAccount => "statement.other-account",
            Self::LinesDiffer { .. } => "statement.lines-differ",
            Self::NoReason => "statement.no-reason",
            Self::NoCase { .. } => "statement.no-case",
            Self::NotAside => "statement.not-aside",
            Self::NotMatched => "statement.not-matched",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::OtherAccount | Self::UnknownAccount | Self::NoCase { .. } => "S46",
            _ => "S34",
        }
    }
}

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

/// Whether the lines that a confirmation names say what it says: open, of its account, of its sum. Source: S34.
///
/// # Errors
/// The first line that does not fit, or what they come to.
pub fn lines_fit<'l>(
    op: &MoneyConfirmed,
    line: impl Fn(PaperId) -> Option<&'l BankLine>,
) -> Result<(), StatementRefusal> {
    if op.lines.is_empty() {
        return Ok(());
    }
    let named: BTreeSet<PaperId> = op.lines.iter().copied().collect();
    let mut come = Money::ZERO;
    for id in &named {
        let (paper, recorded) = line(*id)
            .and_then(|paper| paper.recorded.as_ref().map(|recorded| (paper, &recorded.what)))
            .ok_or(StatementRefusal::UnknownLine)?;
        let number = recorded.line.number;
        if recorded.account != op.account {
            return Err(StatementRefusal::OtherAccount);
        }
        match paper.status() {
            LineStatus::Matched => return Err(StatementRefusal::LineTaken { number }),
            LineStatus::SetAside => return Err(StatementRefusal::SetAside { number }),
            LineStatus::Open | LineStatus::Reopened => {}
        }
        come = come.plus(recorded.line.amount);
    }
    if come == op.amount.money() { Ok(()) } else { Err(StatementRefusal::LinesDiffer { come }) }
}

/// Whether finance may set this line aside, or take it up again. Source: S34, S46.
///
/// # Errors
/// Why not.
pub fn may_set_aside(
    op: &LineSetAside,
    line: Option<&BankLine>,
    author: &Author,
) -> Result<(), StatementRefusal> {
    if !author.may(Role::confirms_money) {
        return Err(StatementRefusal::NotFinance);
    }
    let (paper, recorded) = line
        .and_then(|paper| paper.recorded.as_ref().map(|recorded| (paper, &recorded.what)))
        .ok_or(StatementRefusal::UnknownLine)?;
    let number = recorded.line.number;
    let sum = recorded.line.amount;
    let due = if sum < Money::ZERO { sum.negated() } else { sum };
    match (paper.status(), op.kind) {
        (LineStatus::SetAside, AsideKind::TakenUp) => Ok(()),
        (_, AsideKind::TakenUp) => Err(StatementRefusal::NotAside),
        (LineStatus::Matched, _) => Err(StatementRefusal::LineTaken { number }),
        (LineStatus::SetAside, _) => Err(StatementRefusal::SetAside { number }),
        (_, kind) if kind.needs_words() && op.note.as_str().is_empty() => Err(StatementRefusal::NoReason),
        (_, AsideKind::PersonalAccount) => match op.case() {
            Some((_, amount)) if amount.money() == due => Ok(()),
            _ => Err(StatementRefusal::NoCase { due }),
        },
        _ => Ok(()),
    }
}
