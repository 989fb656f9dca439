//! 交现金: cash handed to the office, on a paper that both sign: the rep on the phone, finance in the office. S13, S17.
//!
//! The money leaves the drawer once both have signed, and not before. Floor: domain.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{CashRefusal, DrawerPart, LedgerAccount, Posting, parts_are_held};
use crate::{
    crdt::Ledger,
    domain::{
        Recorded,
        people::{Author, Role},
    },
    log::{Hash, hex_hash, sha256},
    unit::{Amount, DeviceId, Money, PaperId, StaffId, Text},
};

/// A rep signs that so much cash is handed to the office.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct CashHandedIn {
    /// How much.
    #[n(0)]
    pub amount: Amount,
    /// Out of which drawers.
    #[n(1)]
    pub drawers: Vec<DrawerPart>,
    /// Anything else.
    #[n(2)]
    #[serde(default)]
    pub note: Text<0, 200>,
}

reads_map!(CashHandedIn { 0: amount, 1: drawers, 2: note });

impl CashHandedIn {
    /// What both sign: the hash of the paper's body.
    pub fn body_hash(&self) -> Hash {
        sha256(&[b"fieldbook.hand-in.v1", &minicbor::to_vec(self).expect("writing to memory cannot fail")])
    }
}

/// What a stamp on such a paper says.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum HandInStamp {
    /// 签收: finance has counted it and has it.
    #[n(0)]
    Received,
    /// 退回: finance did not take it, and says why.
    #[n(1)]
    SentBack,
    /// The rep did not hand it in after all.
    #[n(2)]
    Withdrawn,
    /// 撤销签收: finance signed for it by mistake and takes the countersignature back, and says why.
    #[n(3)]
    TakenBack,
}

/// Finance countersigns the paper, sends it back or takes its countersignature back, or its author withdraws it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct HandInStamped {
    /// Which paper.
    #[n(0)]
    pub hand_in: PaperId,
    /// Whose it is.
    #[n(1)]
    pub staff: StaffId,
    /// What the stamp says.
    #[n(2)]
    pub stamp: HandInStamp,
    /// The hash of the body that was seen.
    #[cbor(n(3), with = "minicbor::bytes")]
    #[serde(with = "hex_hash")]
    pub over: Hash,
    /// Why, where it was sent back or the countersignature taken back.
    #[n(4)]
    #[serde(default)]
    pub note: Text<0, 200>,
}

reads_map!(HandInStamped {
    0: hand_in,
    1: staff,
    2: stamp,
    3: over with minicbor::bytes::decode,
    4: note,
});

/// Cash handed in, in the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct HandIn {
    /// The paper as the rep signed it.
    #[n(0)]
    pub recorded: Option<Recorded<CashHandedIn>>,
    /// Its stamps.
    #[n(1)]
    pub stamps: Ledger<Recorded<HandInStamped>>,
}

reads_map!(HandIn { 0: recorded, 1: stamps });

/// Where cash handed in stands, read off the stamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HandInStatus {
    /// The rep has signed; finance has not.
    Signed,
    /// Both have signed: the cash has left the drawer.
    Received,
    /// Finance has sent it back.
    SentBack,
    /// The rep has withdrawn it.
    Withdrawn,
    /// Finance had signed for it and has taken that back: the cash is in the drawer again.
    TakenBack,
}

impl HandInStatus {
    /// The stable name, as lists use it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Received => "received",
            Self::SentBack => "sent-back",
            Self::Withdrawn => "withdrawn",
            Self::TakenBack => "taken-back",
        }
    }
}

impl HandIn {
    /// The first stamp of a kind over this very body.
    pub fn stamp(&self, stamp: HandInStamp) -> Option<&Recorded<HandInStamped>> {
        let body = self.recorded.as_ref()?.what.body_hash();
        let all = self.stamps.entries().map(|(_, one)| one);
        all.filter(|one| one.what.stamp == stamp && one.what.over == body).min_by_key(|one| (one.at, one.id))
    }

    /// Where it stands. What finance has signed for it has, whatever else was said, until finance takes that back.
    pub fn status(&self) -> HandInStatus {
        let there = |stamp| self.stamp(stamp).is_some();
        if there(HandInStamp::Received) && there(HandInStamp::TakenBack) {
            HandInStatus::TakenBack
        } else if there(HandInStamp::Received) {
            HandInStatus::Received
        } else if there(HandInStamp::SentBack) {
            HandInStatus::SentBack
        } else if there(HandInStamp::Withdrawn) {
            HandInStatus::Withdrawn
        } else {
            HandInStatus::Signed
        }
    }

    /// Whether finance has signed for it and has taken that back.
    pub fn is_taken_back(&self) -> bool {
        self.status() == HandInStatus::TakenBack
    }

    /// What this paper would add to the accounts if finance's signature were never taken back: nothing before both have
    /// signed. Always sums to zero.
    pub fn unreversed_postings(&self) -> Vec<Posting> {
        let signed = self.recorded.as_ref().filter(|_| self.stamp(HandInStamp::Received).is_some());
        let Some(recorded) = signed else {
            return Vec::new();
        };
        let out = recorded.what.drawers.iter().map(|part| Posting {
            account: LedgerAccount::Drawer(recorded.by, part.device),
            sum: part.amount.money().negated(),
        });
        let parts: Money = recorded.what.drawers.iter().map(|part| part.amount.money()).sum();
        out.chain([Posting { account: LedgerAccount::Till, sum: parts }]).collect()
    }

    /// Whose it is.
    pub fn staff(&self) -> Option<StaffId> {
        let recorded = self.recorded.as_ref().map(|recorded| recorded.by);
        recorded.or_else(|| self.stamps.entries().next().map(|(_, stamp)| stamp.what.staff))
    }
}

/// Why cash handed in is not stamped like this.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum HandInRefusal {
    /// There is no such paper.
    #[n(0)]
    #[error("no such paper")]
    Unknown,
    /// Another content than the one that stands in the book was seen.
    #[n(1)]
    #[error("the paper says something else")]
    OtherBody,
    /// Finance signs for it, its author withdraws it; nobody signs for their own cash.
    #[n(2)]
    #[error("finance signs for it, its author withdraws it")]
    NotYours,
    /// It was signed for, sent back or withdrawn before.
    #[n(3)]
    #[error("it was stamped before")]
    AlreadyStamped,
    /// It is sent back without a word why.
    #[n(4)]
    #[error("say why it is sent back")]
    NoReason,
    /// Finance's signature is taken back where there is none, or none any more.
    #[n(5)]
    #[error("finance's signature does not stand on it")]
    NotReceived,
}

reads_enum!(HandInRefusal {
    0: Unknown,
    1: OtherBody,
    2: NotYours,
    3: AlreadyStamped,
    4: NoReason,
    5: NotReceived,
});

impl HandInRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "hand-in.unknown",
            Self::OtherBody => "hand-in.other-body",
            Self::NotYours => "hand-in.not-yours",
            Self::AlreadyStamped => "hand-in.already-stamped",
            Self::NoReason => "hand-in.no-reason",
            Self::NotReceived => "hand-in.not-received",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        "S17"
    }
}

/// Whether cash can be handed in like this: parts that add up, and no more than each drawer `held`. Source: S13, S14.
pub fn may_hand_in(op: &CashHandedIn, held: impl Fn(DeviceId) -> Money) -> Result<(), CashRefusal> {
    parts_are_held(op.amount, &op.drawers, held)
}

/// Whether `author` may set this stamp: finance signs for what another person has signed, sends it back or takes its
/// signature back with a reason; its author withdraws it. Source: S13, S17.
pub fn may_stamp_hand_in(
    op: &HandInStamped,
    hand_in: Option<&HandIn>,
    author: &Author,
) -> Result<(), HandInRefusal> {
    let own = op.staff == author.staff;
    let allowed = match op.stamp {
        HandInStamp::Received | HandInStamp::SentBack | HandInStamp::TakenBack => {
            author.may(Role::settles_phones) && !own
        }
        HandInStamp::Withdrawn => own,
    };
    // Asked first, so that whoever may not is not told whether there is one. Source: S78.
    if !allowed {
        return Err(HandInRefusal::NotYours);
    }
    let Some((paper, recorded)) = hand_in
        .and_then(|paper| paper.recorded.as_ref().map(|recorded| (paper, recorded)))
        .filter(|(_, recorded)| recorded.by == op.staff)
    else {
        return Err(HandInRefusal::Unknown);
    };
    let needs_reason = matches!(op.stamp, HandInStamp::SentBack | HandInStamp::TakenBack);
    let takes_back = op.stamp == HandInStamp::TakenBack;
    if recorded.what.body_hash() != op.over {
        Err(HandInRefusal::OtherBody)
    } else if takes_back && paper.status() != HandInStatus::Received {
        Err(HandInRefusal::NotReceived)
    } else if !takes_back && paper.status() != HandInStatus::Signed {
        Err(HandInRefusal::AlreadyStamped)
    } else if needs_reason && op.note.as_str().trim().is_empty() {
        Err(HandInRefusal::NoReason)
    } else {
        Ok(())
    }
}
