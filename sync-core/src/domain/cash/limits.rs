//! 现金额度: how the limit of a rep is divided among their devices, and the special rules beside it. Source: S14–S16.
//!
//! Floor: domain. Must not know where drawers are kept: what they hold is handed in.

use minicbor::Encode;
use serde::{Deserialize, Serialize};

use super::{HOLD_LIMIT, LedgerAccount, Posting, REMIT_FROM, Share};
use crate::{
    crdt::Ledger,
    domain::Recorded,
    time::BusinessDate,
    unit::{Amount, DeviceId, Money, StaffId, Text},
};

/// A device gives up a part of its share. It has less from then on; who is to have it has more once it reads of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct ShareMoved {
    /// Whose share.
    #[n(0)]
    pub staff: StaffId,
    /// To which other device of theirs; back to the company where to none.
    #[n(1)]
    pub to: Option<DeviceId>,
    /// How much.
    #[n(2)]
    pub amount: Amount,
}

reads_map!(ShareMoved { 0: staff, 1: to, 2: amount });

/// Finance settles a lost phone: its drawer and its share pass to another phone of the same rep. Source: S14, S15.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct LostPhoneSettled {
    /// Whose phone.
    #[n(0)]
    pub staff: StaffId,
    /// The lost one.
    #[n(1)]
    pub device: DeviceId,
    /// The phone that takes over.
    #[n(2)]
    pub into: DeviceId,
    /// The lost phone's share, as the book has it.
    #[n(3)]
    pub share: Money,
    /// What the book says lies in its drawer.
    #[n(4)]
    pub drawer: Money,
    /// The cash that the rep has shown, counted.
    #[n(5)]
    pub counted: Money,
    /// What was found.
    #[n(6)]
    pub note: Text<1, 200>,
}

reads_map!(LostPhoneSettled { 0: staff, 1: device, 2: into, 3: share, 4: drawer, 5: counted, 6: note });

impl LostPhoneSettled {
    /// From the lost drawer into the other one, and what is missing to the rep's account. Always sums to zero.
    pub fn postings(&self) -> [Posting; 3] {
        let drawer = |device| LedgerAccount::Drawer(self.staff, device);
        [
            Posting { account: drawer(self.device), sum: self.drawer.negated() },
            Posting { account: drawer(self.into), sum: self.counted },
            Posting { account: LedgerAccount::Difference(self.staff), sum: self.drawer.minus(self.counted) },
        ]
    }
}

/// What one device may hold by a special rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct LimitPart {
    /// Which device.
    #[n(0)]
    pub device: DeviceId,
    /// How much more than its share, by a raised limit; how much at most, by a lowered one.
    #[n(1)]
    pub amount: Amount,
}

reads_map!(LimitPart { 0: device, 1: amount });

/// 特殊规定: another limit for one rep, from one day to another. Source: S16.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct LimitOverridden {
    /// For whom.
    #[n(0)]
    pub staff: StaffId,
    /// The most they may hold.
    #[n(1)]
    pub hold: Amount,
    /// From here on they must remit.
    #[n(2)]
    pub remit_from: Amount,
    /// The first day.
    #[n(3)]
    pub from: BusinessDate,
    /// The last day.
    #[n(4)]
    pub to: BusinessDate,
    /// How it is divided among their devices.
    #[n(5)]
    pub parts: Vec<LimitPart>,
    /// Why.
    #[n(6)]
    pub reason: Text<1, 200>,
}

reads_map!(LimitOverridden { 0: staff, 1: hold, 2: remit_from, 3: from, 4: to, 5: parts, 6: reason });

/// For how many days a special rule is made at most: it is looked at again then. Source: S16.
pub const LONGEST_OVERRIDE_DAYS: u32 = 366;

impl LimitOverridden {
    /// What the parts must come to: all that is above the limit of everybody, or the whole of a lower one.
    pub fn due(&self) -> Money {
        let hold = self.hold.money();
        if hold > HOLD_LIMIT { hold.minus(HOLD_LIMIT) } else { hold }
    }
}

/// The two sums that a rep is held against on one day. Source: S14–S16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From here on the cash must be remitted.
    pub remit_from: Money,
    /// The most that may be held.
    pub hold: Money,
}

impl Limits {
    /// Everybody's. Source: S14, S15.
    pub const USUAL: Self = Self { remit_from: REMIT_FROM, hold: HOLD_LIMIT };
}

/// The cash limit of one rep in the book: a paper of its own, in their scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct CashLimits {
    /// Shares that devices gave up.
    #[n(0)]
    pub moves: Ledger<Recorded<ShareMoved>>,
    /// Lost phones that were settled.
    #[n(1)]
    pub settled: Ledger<Recorded<LostPhoneSettled>>,
    /// Special rules.
    #[n(2)]
    pub overrides: Ledger<Recorded<LimitOverridden>>,
}

reads_map!(CashLimits { 0: moves, 1: settled, 2: overrides });

impl CashLimits {
    /// Whether nothing was ever written here.
    pub fn is_empty(&self) -> bool {
        self.moves.is_empty() && self.settled.is_empty() && self.overrides.is_empty()
    }

    /// The settlement of a lost phone: of several the earliest counts.
    pub fn settlement(&self, device: DeviceId) -> Option<&Recorded<LostPhoneSettled>> {
        let of = self.settled.entries().map(|(_, settled)| settled).filter(|s| s.what.device == device);
        of.min_by_key(|settled| (settled.at, settled.id))
    }

    /// The settlements that count: one for each lost phone.
    pub(super) fn settlements(&self) -> impl Iterator<Item = &Recorded<LostPhoneSettled>> {
        let all = self.settled.entries().map(|(_, settled)| settled);
        all.filter(|one| self.settlement(one.what.device).is_some_and(|counts| counts.id == one.id))
    }

    /// Who stands in for a device: itself, or where its drawer went.
    fn heir(&self, device: DeviceId) -> DeviceId {
        let mut heir = device;
        // A circle of settlements cannot be said; were one written, the search ends all the same.
        for _ in self.settled.entries() {
            match self.settlement(heir) {
                Some(settled) => heir = settled.what.into,
                None => break,
            }
        }
        heir
    }

    /// What is left of what a device was enrolled with, by all moves and settlements; special rules apart.
    pub fn own(&self, device: DeviceId, leased: Share) -> Money {
        if self.settlement(device).is_some() {
            return Money::ZERO;
        }
        let moves = self.moves.entries().map(|(_, moved)| moved);
        let moved: Money = moves
            .map(|moved| {
                let amount = moved.what.amount.money();
                let given = if moved.id.device == device { amount } else { Money::ZERO };
                let taken = if moved.what.to == Some(device) { amount } else { Money::ZERO };
                taken.minus(given)
            })
            .sum();
        let inherited: Money =
            self.settlements().filter(|one| one.what.into == device).map(|one| one.what.share).sum();
        leased.limit().plus(moved).plus(inherited).max(Money::ZERO)
    }

    /// The special rule of a day: of several the latest. Source: S16.
    pub fn override_on(&self, day: BusinessDate) -> Option<&Recorded<LimitOverridden>> {
        let all = self.overrides.entries().map(|(_, rule)| rule);
        all.filter(|rule| rule.what.from <= day && day <= rule.what.to).max_by_key(|rule| (rule.at, rule.id))
    }

    /// The sums the rep is held against on a day.
    pub fn limits_on(&self, day: BusinessDate) -> Limits {
        self.override_on(day).map_or(Limits::USUAL, |rule| Limits {
            remit_from: rule.what.remit_from.money(),
            hold: rule.what.hold.money(),
        })
    }

    /// A device's share on a day, when it was enrolled with `leased`.
    ///
    /// # Source
    /// S14–S16
    pub fn share(&self, device: DeviceId, leased: Share, day: BusinessDate) -> Share {
        let own = self.own(device, leased);
        let Some(rule) = self.override_on(day) else {
            return Share::of(own);
        };
        let mine = rule.what.parts.iter().filter(|part| self.heir(part.device) == device);
        let part: Money = mine.map(|part| part.amount.money()).sum();
        if rule.what.hold.money() > HOLD_LIMIT { Share::of(own.plus(part)) } else { Share::of(own.min(part)) }
    }

    /// What the settlements add to the accounts. Always sums to zero.
    pub fn postings(&self) -> Vec<Posting> {
        self.settlements().flat_map(|settled| settled.what.postings()).collect()
    }
}
