//! 违规: what broke a rule about money, until a head has looked into it and finance has settled it. Source: S14–S16, S46.
//!
//! Floor: domain. Most are written by the fold, with the entry that broke the rule: none can be forgotten.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Share;
use crate::{
    crdt::Ledger,
    domain::{
        Recorded,
        people::{Author, Role},
        visit::BlobHash,
    },
    unit::{Money, PaperId, StaffId, Text},
};

/// Which rule was broken.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum BreachKind {
    /// 超限: a drawer holds more than its device's share. Source: S15.
    #[n(0)]
    AboveShare,
    /// Cash was taken by somebody who may not take any. Source: S14.
    #[n(1)]
    NotACashRep,
    /// Money was sent to no open account of the company's. Source: S13.
    #[n(2)]
    NotACompanyAccount,
    /// 个人账户: a payment to a person's account was found. Source: S46.
    #[n(3)]
    PersonalAccount,
    /// 仍超限: a drawer stands above its share and no entry says so: a special rule ran out over it, or a violation was
    /// closed before the cash was gone. Source: S15, S16.
    #[n(4)]
    StillAbove,
    /// 账上为负: a drawer stands below nothing: more was sent on than lay in it, or what had been sent on was reversed.
    /// Source: S14, S17.
    #[n(5)]
    BelowZero,
}

impl BreachKind {
    /// The stable name, as lists and translations use it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AboveShare => "above-share",
            Self::NotACashRep => "not-a-cash-rep",
            Self::NotACompanyAccount => "not-a-company-account",
            Self::PersonalAccount => "personal-account",
            Self::StillAbove => "still-above",
            Self::BelowZero => "below-zero",
        }
    }

    /// The clause that was broken.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::AboveShare | Self::StillAbove => "S15",
            Self::NotACashRep => "S14",
            Self::NotACompanyAccount => "S13",
            Self::PersonalAccount => "S46",
            Self::BelowZero => "S17",
        }
    }

    /// Whether the book took cash out of a drawer there that was not rightly sent on. Source: S13, S14, S17.
    pub const fn sends_nothing(self) -> bool {
        matches!(self, Self::NotACompanyAccount | Self::BelowZero)
    }

    /// Whether it is about cash in hand, so that what was held then says something; the others are about an account.
    pub const fn is_about_cash(self) -> bool {
        match self {
            Self::AboveShare | Self::NotACashRep | Self::StillAbove | Self::BelowZero => true,
            Self::NotACompanyAccount | Self::PersonalAccount => false,
        }
    }

    /// Whether people raise it; the others are raised by the entry that broke the rule.
    pub const fn is_raised_by_hand(self) -> bool {
        matches!(self, Self::PersonalAccount | Self::StillAbove)
    }
}

/// What broke a rule, as the violation keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct ViolationRaised {
    /// Who broke it.
    #[n(0)]
    pub staff: StaffId,
    /// Which rule.
    #[n(1)]
    pub kind: BreachKind,
    /// What was held then, where it is about cash in hand.
    #[n(2)]
    #[serde(default)]
    pub held: Money,
    /// The sum that it is about.
    #[n(3)]
    pub amount: Money,
    /// The reason given, or what was found.
    #[n(4)]
    pub reason: Text<0, 200>,
    /// A photo taken with it.
    #[n(5)]
    pub photo: Option<BlobHash>,
}

reads_map!(ViolationRaised { 0: staff, 1: kind, 2: held, 3: amount, 4: reason, 5: photo });

impl ViolationRaised {
    /// What was held then; nothing where it is not about cash in hand.
    pub fn held_then(&self) -> Option<Money> {
        self.kind.is_about_cash().then_some(self.held)
    }
}

/// What a stamp on a violation says.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum ViolationStamp {
    /// A head has looked into it.
    #[n(0)]
    LookedInto,
    /// Finance has settled it.
    #[n(1)]
    Settled,
}

/// A head or finance stamps a violation.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct ViolationStamped {
    /// Which one.
    #[n(0)]
    pub violation: PaperId,
    /// Whose it is.
    #[n(1)]
    pub staff: StaffId,
    /// What the stamp says.
    #[n(2)]
    pub stamp: ViolationStamp,
    /// What was found and done.
    #[n(3)]
    pub note: Text<1, 200>,
}

reads_map!(ViolationStamped { 0: violation, 1: staff, 2: stamp, 3: note });

/// A violation in the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Violation {
    /// What broke a rule; `by` and `id` are of the change that did.
    #[n(0)]
    pub raised: Option<Recorded<ViolationRaised>>,
    /// Its stamps.
    #[n(1)]
    pub stamps: Ledger<Recorded<ViolationStamped>>,
}

reads_map!(Violation { 0: raised, 1: stamps });

/// Where a violation stands, read off its stamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ViolationStatus {
    /// Nobody has stamped it.
    Open,
    /// A head has looked into it.
    LookedInto,
    /// Finance has settled it, no head has looked into it yet.
    Settled,
    /// Both have.
    Closed,
}

impl ViolationStatus {
    /// The stable name, as lists use it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::LookedInto => "looked-into",
            Self::Settled => "settled",
            Self::Closed => "closed",
        }
    }
}

impl Violation {
    /// The first stamp of a kind.
    pub fn stamp(&self, stamp: ViolationStamp) -> Option<&Recorded<ViolationStamped>> {
        let of = self.stamps.entries().map(|(_, one)| one).filter(|one| one.what.stamp == stamp);
        of.min_by_key(|one| (one.at, one.id))
    }

    /// Where it stands.
    pub fn status(&self) -> ViolationStatus {
        let there = |stamp| self.stamp(stamp).is_some();
        match (there(ViolationStamp::LookedInto), there(ViolationStamp::Settled)) {
            (false, false) => ViolationStatus::Open,
            (true, false) => ViolationStatus::LookedInto,
            (false, true) => ViolationStatus::Settled,
            (true, true) => ViolationStatus::Closed,
        }
    }

    /// Whose it is.
    pub fn staff(&self) -> Option<StaffId> {
        let raised = self.raised.as_ref().map(|raised| raised.what.staff);
        raised.or_else(|| self.stamps.entries().next().map(|(_, stamp)| stamp.what.staff))
    }
}

/// Whether some drawer stands above its share and no open violation says so. Whoever keeps the book asks this when a day
/// ends and when drawers or rules have changed, and raises [`BreachKind::StillAbove`]. Source: S15, S16.
pub fn is_unraised<'v>(
    drawers: impl IntoIterator<Item = (Money, Share)>,
    violations: impl IntoIterator<Item = &'v Violation>,
) -> bool {
    let about_cash = |kind: BreachKind| {
        matches!(kind, BreachKind::AboveShare | BreachKind::StillAbove | BreachKind::NotACashRep)
    };
    let open = |one: &Violation| {
        one.status() != ViolationStatus::Closed
            && one.raised.as_ref().is_some_and(|raised| about_cash(raised.what.kind))
    };
    drawers.into_iter().any(|(held, share)| held > share.limit()) && !violations.into_iter().any(open)
}

/// Why a violation is not raised or stamped like this.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum ViolationRefusal {
    /// Heads look into it, finance settles it.
    #[n(0)]
    #[error("heads look into a violation, finance settles it")]
    NotYours,
    /// There is no such violation.
    #[n(1)]
    #[error("no such violation")]
    Unknown,
    /// This was stamped before.
    #[n(2)]
    #[error("this was stamped before")]
    AlreadyStamped,
    /// This kind is raised by the entry that broke the rule, and by nothing else.
    #[n(3)]
    #[error("this kind of violation raises itself")]
    RaisesItself,
    /// Nobody stamps what they are said to have broken themselves.
    #[n(4)]
    #[error("nobody stamps a violation of their own")]
    OwnAffair,
}

reads_enum!(ViolationRefusal { 0: NotYours, 1: Unknown, 2: AlreadyStamped, 3: RaisesItself, 4: OwnAffair });

impl ViolationRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotYours => "violation.not-yours",
            Self::Unknown => "violation.unknown",
            Self::AlreadyStamped => "violation.already-stamped",
            Self::RaisesItself => "violation.raises-itself",
            Self::OwnAffair => "violation.own-affair",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        "S46"
    }
}

/// Whether `author` may raise this by hand. Source: S16, S46.
pub fn may_raise(op: &ViolationRaised, author: &Author) -> Result<(), ViolationRefusal> {
    if !author.may(Role::raises_violations) {
        Err(ViolationRefusal::NotYours)
    } else if op.kind.is_raised_by_hand() {
        Ok(())
    } else {
        Err(ViolationRefusal::RaisesItself)
    }
}

/// Whether `author` may set this stamp: a head the one, finance the other, and nobody on a violation of their own.
/// Source: S15, S46.
pub fn may_stamp_violation(
    op: &ViolationStamped,
    violation: Option<&Violation>,
    author: &Author,
) -> Result<(), ViolationRefusal> {
    let allowed = match op.stamp {
        ViolationStamp::LookedInto => author.may(Role::rules_on_held),
        ViolationStamp::Settled => author.may(Role::settles_phones),
    };
    if !allowed {
        return Err(ViolationRefusal::NotYours);
    }
    if op.staff == author.staff {
        return Err(ViolationRefusal::OwnAffair);
    }
    let raised = violation.filter(|one| one.raised.as_ref().is_some_and(|r| r.what.staff == op.staff));
    match raised {
        None => Err(ViolationRefusal::Unknown),
        Some(violation) if violation.stamp(op.stamp).is_some() => Err(ViolationRefusal::AlreadyStamped),
        Some(_) => Ok(()),
    }
}
