//! What a month did to what customers owe and to what reps hold, line by line, each with the changes behind it.

use std::collections::BTreeMap;

use minicbor::Encode;

use super::Period;
use crate::{
    domain::{
        cash::{LedgerAccount, Means},
        sale::OrderStatus,
    },
    feed::Entry,
    judge::Papers,
    log::{Hash, sha256},
    op::Op,
    paper::{Paper, PaperKey, PaperKind},
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

    /// The changes that took effect in an earlier month, which had been closed when they came.
    pub fn late(&self) -> Vec<&Source> {
        let of_customers = self.customers.values().flat_map(|line| &line.sources);
        let all = of_customers.chain(self.reps.values().flat_map(|line| &line.sources));
        let mut late: Vec<&Source> = all.filter(|source| source.late).collect();
        late.sort_by_key(|source| source.position);
        late.dedup_by_key(|source| source.position);
        late
    }
}

/// Builds the table of a month from the feed: all its entries from the first on, in its order.
///
/// What took effect in the month counts, and what took effect earlier but came when that month had been closed.
pub fn recovery_table<'e>(entries: impl IntoIterator<Item = &'e Entry>, bounds: Bounds) -> RecoveryTable {
    let mut table = RecoveryTable { bounds, customers: BTreeMap::new(), reps: BTreeMap::new() };
    let (begins, ends) = (bounds.period.before().end(), bounds.period.end());
    let mut book = Book::default();
    for entry in entries {
        if entry.position > bounds.through {
            continue;
        }
        let moves = book.takes(entry);
        if entry.effective > ends {
            continue;
        }
        let earlier = entry.effective <= begins;
        let late = earlier && bounds.closed_before.is_some_and(|closed| entry.position > closed);
        for (whose, moved, sum) in moves {
            let source = Source { position: entry.position, change: entry.change.id, moved, sum, late };
            let (opening, sources) = match whose {
                Whose::Customer(customer) => {
                    let line = table.customers.entry(customer).or_default();
                    (&mut line.opening, &mut line.sources)
                }
                Whose::Rep(staff) => {
                    let line = table.reps.entry(staff).or_default();
                    (&mut line.opening, &mut line.sources)
                }
            };
            if earlier && !late {
                *opening = opening.plus(sum);
            } else {
                sources.push(source);
            }
        }
    }
    table.customers.retain(|_, line| !line.opening.is_zero() || !line.sources.is_empty());
    table.reps.retain(|_, line| !line.opening.is_zero() || !line.sources.is_empty());
    table
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    Customer(CustomerId),
    Rep(StaffId),
}

/// The papers as far as the feed has been read, which tell what the next entry moves.
#[derive(Default)]
struct Book {
    papers: BTreeMap<PaperKey, Paper>,
}

/// The papers while one entry is folded: the balances it touches, as they were before.
struct Watched<'b> {
    papers: &'b mut BTreeMap<PaperKey, Paper>,
    before: BTreeMap<PaperKey, Paper>,
}

impl Papers for Watched<'_> {
    fn paper(&self, key: &PaperKey) -> Option<&Paper> {
        self.papers.get(key)
    }

    fn paper_mut(&mut self, key: PaperKey) -> &mut Paper {
        let paper = self.papers.entry(key).or_insert_with(|| Paper::shell(key.kind));
        if matches!(key.kind, PaperKind::Balance | PaperKind::Order) {
            self.before.entry(key).or_insert_with(|| paper.clone());
        }
        paper
    }
}

impl Book {
    /// Folds an entry, and says what it has moved.
    fn takes(&mut self, entry: &Entry) -> Vec<(Whose, Moved, Money)> {
        let Ok(op) = entry.op() else { return Vec::new() };
        let mut watched = Watched { papers: &mut self.papers, before: BTreeMap::new() };
        entry.fold_as_read(Ok(&op), &mut watched);
        let before = watched.before;
        let moved = kind_of(&op);
        let mut moves: BTreeMap<Whose, Money> = BTreeMap::new();
        let mut ordered = Vec::new();
        for (key, before) in before {
            match (before, self.papers.get(&key)) {
                (Paper::Balance(was), Some(Paper::Balance(is))) => {
                    let whose = match is.account {
                        Some(LedgerAccount::Customer(customer)) => Whose::Customer(customer),
                        Some(LedgerAccount::Drawer(staff, _)) => Whose::Rep(staff),
                        _ => continue,
                    };
                    let sum = moves.entry(whose).or_default();
                    *sum = sum.plus(is.sum.minus(was.sum));
                }
                (Paper::Order(was), Some(Paper::Order(is))) => {
                    let (owed, owes) = (owed_by(&was), owed_by(is));
                    let customer = is.recorded.as_ref().map(|order| order.what.customer);
                    if let Some(customer) = customer.filter(|_| owed != owes) {
                        let moved = if owes < owed { Moved::Withdrawn } else { Moved::Ordered };
                        ordered.push((Whose::Customer(customer), moved, owes.minus(owed)));
                    }
                }
                _ => {}
            }
        }
        let moves = moves.into_iter().filter(|(_, sum)| !sum.is_zero());
        ordered.into_iter().chain(moves.map(|(whose, sum)| (whose, moved, sum))).collect()
    }
}

/// What an order is owed for: nothing before it counts with its customer, and nothing once it is taken back.
fn owed_by(order: &crate::domain::sale::Order) -> Money {
    let counts = order.status() != OrderStatus::Withdrawn;
    order.recorded.as_ref().filter(|r| counts && !r.withheld).map_or(Money::ZERO, |r| r.what.total())
}

/// By what an entry moves money.
fn kind_of(op: &Op) -> Moved {
    match op.said() {
        Op::Collected(collected) if collected.means == Means::Cash => Moved::Cash,
        Op::Collected(_) => Moved::Transfer,
        Op::Remitted(_) => Moved::Remitted,
        Op::LostPhoneSettled(_) => Moved::Settled,
        Op::CashHandedIn(_) | Op::HandInStamped(_) => Moved::HandedIn,
        Op::OrderTaken(_) => Moved::Ordered,
        _ => Moved::Reversed,
    }
}

impl Source {
    /// The id of what the change has created.
    pub fn created(&self) -> PaperId {
        PaperId(self.change.created())
    }
}
