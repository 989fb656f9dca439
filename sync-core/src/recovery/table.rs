//! What a month did to what customers owe and to what reps hold, line by line, each with the changes behind it.

use std::collections::BTreeMap;

use minicbor::Encode;

use crate::{
    domain::month::RecoveryLine,
    log::{Hash, sha256},
    time::{Period, Timestamp},
    unit::{ChangeId, CustomerId, Money, PaperId, StaffId},
};

/// Between which positions of the feed, and for which month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Bounds {
    /// The month.
    #[n(0)]
    pub period: Period,
    /// Up to here the feed counts.
    #[n(1)]
    pub through: u64,
    /// Up to here it counted when the month before was closed; absent where it never was: then all that is earlier was
    /// there in time.
    #[n(2)]
    pub closed_before: Option<u64>,
}

/// What a change did to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode)]
#[cbor(index_only)]
pub enum Moved {
    /// 订货: it is owed now.
    #[n(0)]
    Ordered,
    /// An order was taken back.
    #[n(1)]
    Withdrawn,
    /// 收现金
    #[n(2)]
    Cash,
    /// 转账
    #[n(3)]
    Transfer,
    /// 汇回
    #[n(4)]
    Remitted,
    /// 冲回: a paper was taken back, or came back from the bank.
    #[n(5)]
    Reversed,
    /// A lost phone was settled.
    #[n(6)]
    Settled,
    /// 交现金: finance has countersigned what was handed in.
    #[n(8)]
    HandedIn,
}

/// One change behind a figure: every figure is the sum of its sources.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Source {
    /// Its place in the feed.
    #[n(0)]
    pub position: u64,
    /// Which change.
    #[n(1)]
    pub change: ChangeId,
    /// What it did.
    #[n(2)]
    pub moved: Moved,
    /// By how much, with its sign.
    #[n(3)]
    pub sum: Money,
    /// Whether it took effect in an earlier month, which had been closed when it came.
    #[n(4)]
    pub late: bool,
    /// When it took effect.
    #[n(5)]
    pub at: Timestamp,
    /// Who wrote it.
    #[n(6)]
    pub by: StaffId,
}

/// One customer's month: what they owe.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct CustomerLine {
    /// What was owed when the month began.
    #[n(0)]
    pub opening: Money,
    /// What was done, in the feed's order: more owed is above nothing, money received below.
    #[n(1)]
    pub sources: Vec<Source>,
}

impl CustomerLine {
    /// What is owed when the month ends.
    pub fn closing(&self) -> Money {
        self.sources.iter().map(|source| source.sum).sum::<Money>().plus(self.opening)
    }

    /// What one kind of changes comes to.
    pub fn of(&self, moved: Moved) -> Money {
        self.sources.iter().filter(|source| source.moved == moved).map(|source| source.sum).sum()
    }
}

/// One rep's month: what they hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct RepLine {
    /// What was held when the month began.
    #[n(0)]
    pub opening: Money,
    /// What was done to their drawers, in the feed's order.
    #[n(1)]
    pub sources: Vec<Source>,
}

impl RepLine {
    /// What is held when the month ends.
    pub fn closing(&self) -> Money {
        self.sources.iter().map(|source| source.sum).sum::<Money>().plus(self.opening)
    }

    /// What one kind of changes comes to.
    pub fn of(&self, moved: Moved) -> Money {
        self.sources.iter().filter(|source| source.moved == moved).map(|source| source.sum).sum()
    }
}

/// 销售资金回收表 of one month.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct RecoveryTable {
    /// What it was built from.
    #[n(0)]
    pub bounds: Bounds,
    /// Every customer who owed or paid something.
    #[n(1)]
    pub customers: BTreeMap<CustomerId, CustomerLine>,
    /// Every rep who held or took something.
    #[n(2)]
    pub reps: BTreeMap<StaffId, RepLine>,
    /// 差额: what a rep took that lies in no drawer and has reached no account of the company's: missing from a lost
    /// phone, or taken without a right to it.
    #[n(3)]
    pub missing: BTreeMap<StaffId, RepLine>,
}

impl RecoveryTable {
    /// The table's bytes: the same wherever it is built.
    pub fn bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// What finance and the clerk sign.
    pub fn hash(&self) -> Hash {
        sha256(&[b"fieldbook.recovery.v1", &self.bytes()])
    }

    /// 差额 of a rep: what is missing, or by how much a drawer stands below nothing.
    pub fn difference(&self, staff: StaffId) -> Money {
        let missing = self.missing.get(&staff).map_or(Money::ZERO, RepLine::closing);
        let held = self.reps.get(&staff).map_or(Money::ZERO, RepLine::closing);
        missing.plus(held.min(Money::ZERO))
    }

    /// The lines with a difference that is to be explained before the month is closed. Source: S17.
    pub fn differences(&self) -> Vec<(RecoveryLine, Money)> {
        let mut staff: Vec<StaffId> = self.reps.keys().chain(self.missing.keys()).copied().collect();
        staff.sort_unstable();
        staff.dedup();
        let each = staff.into_iter().map(|staff| (RecoveryLine::Rep(staff), self.difference(staff)));
        each.filter(|(_, difference)| !difference.is_zero()).collect()
    }

    /// The changes that took effect in an earlier month, which had been closed when they came.
    pub fn late(&self) -> Vec<&Source> {
        let of_customers = self.customers.values().flat_map(|line| &line.sources);
        let of_reps = self.reps.values().chain(self.missing.values()).flat_map(|line| &line.sources);
        let all = of_customers.chain(of_reps);
        let mut late: Vec<&Source> = all.filter(|source| source.late).collect();
        late.sort_by_key(|source| source.position);
        late.dedup_by_key(|source| source.position);
        late
    }
}

impl Source {
    /// The id of what the change has created.
    pub fn created(&self) -> PaperId {
        PaperId(self.change.created())
    }
}
