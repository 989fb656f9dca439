//! Why something about a bank's statement is not done. Floor: domain.

use minicbor::Encode;
use serde::Serialize;
use thiserror::Error;

use crate::{
    time::BusinessDate,
    unit::{Money, PaperId, StaffId},
};

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
    /// The lines say which day it arrived: the latest of theirs.
    #[n(13)]
    #[error("the lines say {day}")]
    OtherDay {
        /// The latest day that they were booked on.
        #[n(0)]
        day: BusinessDate,
    },
    /// The case that it was set aside with is not closed: the same line raises no second one.
    #[n(14)]
    #[error("the case of it is open")]
    CaseOpen {
        /// Which violation.
        #[n(0)]
        violation: PaperId,
        /// Whose.
        #[n(1)]
        staff: StaffId,
    },
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
    13: OtherDay { day },
    14: CaseOpen { violation, staff },
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
            Self::OtherDay { .. } => "statement.other-day",
            Self::CaseOpen { .. } => "statement.case-open",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::OtherAccount | Self::UnknownAccount | Self::NoCase { .. } | Self::CaseOpen { .. } => "S46",
            _ => "S34",
        }
    }
}
