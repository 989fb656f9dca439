//! The books as far as the feed has been read, and what each entry has moved in them.

use std::collections::BTreeMap;

use super::table::{Bounds, Moved, RecoveryTable, Source};
use crate::{
    domain::{
        cash::{LedgerAccount, Means},
        sale::OrderStatus,
    },
    feed::Entry,
    judge::Papers,
    op::Op,
    paper::{Paper, PaperKey, PaperKind},
    unit::{CustomerId, Money, StaffId},
};

/// Builds the table of a month from the feed: all its entries from the first on, in its order.
///
/// What took effect in the month counts, and what took effect earlier but came when that month had been closed.
pub fn recovery_table<'e>(entries: impl IntoIterator<Item = &'e Entry>, bounds: Bounds) -> RecoveryTable {
    let mut building = Building::of([bounds]);
    for entry in entries {
        building.takes(entry);
    }
    building.tables().pop().expect("one was asked for")
}

/// Tables while the feed is being read for them, once for all of them.
#[derive(Clone, Debug)]
pub struct Building {
    tables: Vec<RecoveryTable>,
    book: Book,
    reached: u64,
}

impl Building {
    /// Of months, before the first entry.
    pub fn of(bounds: impl IntoIterator<Item = Bounds>) -> Self {
        let tables = bounds.into_iter().map(RecoveryTable::of).collect();
        Self { tables, book: Book::default(), reached: 0 }
    }

    /// The position it has read up to.
    pub const fn reached(&self) -> u64 {
        self.reached
    }

    /// Takes the next entry of the feed; one that was taken already changes nothing.
    pub fn takes(&mut self, entry: &Entry) {
        if entry.position <= self.reached {
            return;
        }
        self.reached = entry.position;
        let moves = self.book.takes(entry);
        for table in self.tables.iter_mut().filter(|table| entry.position <= table.bounds.through) {
            for (whose, moved, sum) in &moves {
                table.enters(entry, *whose, *moved, *sum);
            }
        }
    }

    /// The tables, in the order in which they were asked for.
    pub fn tables(&self) -> Vec<RecoveryTable> {
        self.tables.iter().map(RecoveryTable::without_empty_lines).collect()
    }
}

impl RecoveryTable {
    fn of(bounds: Bounds) -> Self {
        let (customers, reps, missing) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { bounds, customers, reps, missing }
    }

    fn without_empty_lines(&self) -> Self {
        let mut table = self.clone();
        table.customers.retain(|_, line| !line.opening.is_zero() || !line.sources.is_empty());
        for lines in [&mut table.reps, &mut table.missing] {
            lines.retain(|_, line| !line.opening.is_zero() || !line.sources.is_empty());
        }
        table
    }

    /// Enters what one entry has moved.
    fn enters(&mut self, entry: &Entry, whose: Whose, moved: Moved, sum: Money) {
        let Bounds { period, closed_before, .. } = self.bounds;
        if entry.effective > period.end() {
            return;
        }
        let earlier = entry.effective <= period.before().end();
        let late = earlier && closed_before.is_some_and(|closed| entry.position > closed);
        let (position, change) = (entry.position, entry.change.id);
        let source = Source { position, change, moved, sum, late, at: entry.effective, by: entry.staff };
        let (opening, sources) = match whose {
            Whose::Customer(customer) => {
                let line = self.customers.entry(customer).or_default();
                (&mut line.opening, &mut line.sources)
            }
            Whose::Rep(staff) | Whose::Missing(staff) => {
                let held = matches!(whose, Whose::Rep(_));
                let lines = if held { &mut self.reps } else { &mut self.missing };
                let line = lines.entry(staff).or_default();
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

/// Whether a change of a kind can move money or what orders come to, by itself or by what is decided of it later. What
/// cannot is not folded: most of a feed is visits and cards.
const fn may_move(kind: u16) -> bool {
    // People, customers' cards, goods, visits, company accounts.
    !matches!(kind, 1..=4 | 10..=15 | 20..=21 | 30 | 50..=51)
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    Customer(CustomerId),
    Rep(StaffId),
    Missing(StaffId),
}

/// The papers as far as the feed has been read, which tell what the next entry moves.
#[derive(Clone, Debug, Default)]
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
        if !may_move(entry.change.header.kind) {
            return Vec::new();
        }
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
                        Some(LedgerAccount::Suspense(staff) | LedgerAccount::Difference(staff)) => {
                            Whose::Missing(staff)
                        }
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
