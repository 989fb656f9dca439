//! 搁置: lines that pay nothing of the book's, with a reason, and taken up again. S34, S46. Floor: domain.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{BankLine, LineStatus, StatementRefusal};
use crate::{
    domain::people::{Author, Role},
    unit::{Amount, Money, PaperId, StaffId, Text},
};

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

/// Whether finance may set this line aside, or take it up again: what was set aside as somebody's case once that is closed,
/// so that a line never has two cases open. Source: S34, S46.
///
/// # Errors
/// Why not.
pub fn may_set_aside(
    op: &LineSetAside,
    line: Option<&BankLine>,
    case_is_open: impl Fn(PaperId) -> bool,
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
        (LineStatus::SetAside, AsideKind::TakenUp) => match paper.case() {
            Some((violation, staff)) if case_is_open(violation) => {
                Err(StatementRefusal::CaseOpen { violation, staff })
            }
            _ => Ok(()),
        },
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
