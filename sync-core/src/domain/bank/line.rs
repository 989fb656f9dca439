//! A line of a bank's statement in the book: what the bank wrote, what it pays, and where it stands. S34, S41.
//!
//! A line is named after what the bank wrote, so that the same file, or another one of the same days, brings nothing twice.
//! Floor: domain.

use std::collections::BTreeSet;

use minicbor::Encode;
use serde::{Deserialize, Serialize};

use super::{AsideKind, LineSetAside, StatementRefusal};
use crate::{
    crdt::Ledger,
    domain::{
        Recorded,
        cash::{ConfirmedPaper, MoneyConfirmed, Reversible},
    },
    time::{BusinessDate, Timestamp},
    unit::{AccountId, ChangeId, CustomerId, Money, PaperId, StaffId, Text, derived_bytes},
};

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

    /// The case that it is set aside with, and whose that is. Source: S46.
    pub fn case(&self) -> Option<(PaperId, StaffId)> {
        let stamp = self.aside()?;
        stamp.what.case().map(|(staff, _)| (PaperId(stamp.id.created()), staff))
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

/// Whether the lines that a confirmation names say what it says: open, of its account, of its sum, and the latest of them of
/// its day. Source: S34.
///
/// # Errors
/// The first line that does not fit, what they come to, or the day that they say.
pub fn lines_fit<'l>(
    op: &MoneyConfirmed,
    line: impl Fn(PaperId) -> Option<&'l BankLine>,
) -> Result<(), StatementRefusal> {
    if op.lines.is_empty() {
        return Ok(());
    }
    let named: BTreeSet<PaperId> = op.lines.iter().copied().collect();
    let mut come = Money::ZERO;
    let mut day = None;
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
        day = day.max(Some(recorded.line.date));
    }
    if come != op.amount.money() {
        return Err(StatementRefusal::LinesDiffer { come });
    }
    match day {
        Some(day) if day != op.arrived_on => Err(StatementRefusal::OtherDay { day }),
        _ => Ok(()),
    }
}
