//! What a month did to what customers owe and to what reps hold, line by line, each with the changes behind it.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::Encode;

use crate::{
    domain::month::RecoveryLine,
    log::{Hash, sha256},
    time::{Period, Timestamp},
    unit::{ChangeId, CustomerId, DeviceId, Money, PaperId, StaffId},
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
    /// 冲正: a paper was taken back, or came back from the bank.
    #[n(5)]
    Reversed,
    /// A lost phone was settled.
    #[n(6)]
    Settled,
    /// 交现金: finance has countersigned what was handed in.
    #[n(8)]
    HandedIn,
    /// 到账确认: finance has confirmed that what was remitted arrived, or has withdrawn that.
    #[n(9)]
    Confirmed,
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

/// A month of one account of a rep's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct RepLine {
    /// What stood there when the month began.
    #[n(0)]
    pub opening: Money,
    /// What was done, in the feed's order.
    #[n(1)]
    pub sources: Vec<Source>,
}

impl RepLine {
    /// What stands there when the month ends.
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
    /// Every rep who held or took something, drawer by drawer.
    #[n(2)]
    pub drawers: BTreeMap<StaffId, BTreeMap<DeviceId, RepLine>>,
    /// 短少: what is missing from a lost phone of a rep's.
    #[n(3)]
    pub missing: BTreeMap<StaffId, RepLine>,
    /// 挂账: what a rep took without a right to it, with the sign of the books: below nothing where money was taken.
    #[n(4)]
    pub withheld: BTreeMap<StaffId, RepLine>,
    /// 财务已确认: what left a rep's hands and is confirmed by finance: handed in and countersigned, or remitted and
    /// arrived. Source: S13, S17.
    #[n(5)]
    pub confirmed: BTreeMap<StaffId, RepLine>,
}

/// 差额 of a rep: three figures that do not make up for each other. Source: S17.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// 短少: missing from a lost phone.
    pub missing: Money,
    /// 挂账: taken without a right to it.
    pub withheld: Money,
    /// 透支: by how much drawers stand below nothing, added up.
    pub below: Money,
}

impl Differences {
    /// What there is to explain: the three, whatever their signs.
    pub fn to_explain(self) -> Money {
        let size = |sum: Money| sum.max(sum.negated());
        size(self.missing).plus(size(self.withheld)).plus(size(self.below))
    }
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

    /// 差额 of a rep.
    pub fn difference(&self, staff: StaffId) -> Differences {
        let sum =
            |lines: &BTreeMap<StaffId, RepLine>| lines.get(&staff).map_or(Money::ZERO, RepLine::closing);
        let below = self.drawers_of(staff).map(|line| line.closing().min(Money::ZERO)).sum::<Money>();
        Differences {
            missing: sum(&self.missing),
            withheld: sum(&self.withheld).negated(),
            below: below.negated(),
        }
    }

    /// The drawers of a rep.
    pub fn drawers_of(&self, staff: StaffId) -> impl Iterator<Item = &RepLine> {
        self.drawers.get(&staff).into_iter().flat_map(BTreeMap::values)
    }

    /// What a rep holds, all drawers together.
    pub fn held(&self, staff: StaffId) -> RepLine {
        let mut all = RepLine::default();
        for line in self.drawers_of(staff) {
            all.opening = all.opening.plus(line.opening);
            all.sources.extend(line.sources.iter().cloned());
        }
        all.sources.sort_by_key(|source| source.position);
        all
    }

    /// Every rep of the table.
    pub fn staff(&self) -> BTreeSet<StaffId> {
        let of_others = [&self.missing, &self.withheld, &self.confirmed].into_iter().flat_map(BTreeMap::keys);
        self.drawers.keys().chain(of_others).copied().collect()
    }

    /// The lines with a difference that is to be explained before the month is closed. Source: S17.
    pub fn differences(&self) -> Vec<(RecoveryLine, Money)> {
        let each = self.staff().into_iter().flat_map(|staff| {
            let Differences { missing, withheld, below } = self.difference(staff);
            [
                (RecoveryLine::Missing(staff), missing),
                (RecoveryLine::Withheld(staff), withheld),
                (RecoveryLine::Below(staff), below),
            ]
        });
        each.filter(|(_, difference)| !difference.is_zero()).collect()
    }

    /// The changes that took effect in an earlier month, which had been closed when they came.
    pub fn late(&self) -> Vec<&Source> {
        let of_customers = self.customers.values().flat_map(|line| &line.sources);
        let drawers = self.drawers.values().flat_map(BTreeMap::values);
        let others = [&self.missing, &self.withheld, &self.confirmed].into_iter().flat_map(BTreeMap::values);
        let of_reps = drawers.chain(others).flat_map(|line| &line.sources);
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
