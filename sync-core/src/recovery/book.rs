//! The books as far as the feed has been read, and what each entry has moved in them.

use std::collections::BTreeMap;

use super::table::{Bounds, Moved, RecoveryTable, Source};
use crate::{
    domain::{
        cash::{DrawerPart, HandInStamp, HandInStatus, LedgerAccount, Means},
        sale::OrderStatus,
    },
    feed::Entry,
    judge::Papers,
    op::Op,
    paper::{Paper, PaperKey, PaperKind},
    time::Period,
    unit::{CustomerId, DeviceId, Money, StaffId},
};

/// Builds the table of a month from the feed: all its entries from the first on, in its order.
///
/// What took effect in the month counts, and what took effect earlier but came when that month had been closed.
pub fn recovery_table<'e>(entries: impl IntoIterator<Item = &'e Entry>, bounds: Bounds) -> RecoveryTable {
    let mut books = Books::default();
    for entry in entries {
        books.takes(entry);
    }
    books.table(bounds)
}

/// The books as far as the feed has been read: every move of money, from which the table of any month is made.
#[derive(Clone, Debug, Default)]
pub struct Books {
    book: Book,
    /// In the feed's order.
    moves: Vec<Move>,
    reached: u64,
}

/// What one entry has moved on one line.
#[derive(Clone, Debug)]
struct Move {
    whose: Whose,
    source: Source,
}

impl Books {
    /// The position up to which the feed has been read.
    pub const fn reached(&self) -> u64 {
        self.reached
    }

    /// Takes the next entry of the feed; one that was taken already changes nothing.
    pub fn takes(&mut self, entry: &Entry) {
        if entry.position <= self.reached {
            return;
        }
        self.reached = entry.position;
        let (position, change) = (entry.position, entry.change.id);
        for (whose, moved, sum) in self.book.takes(entry) {
            let (at, by) = (entry.effective, entry.staff);
            let source = Source { position, change, moved, sum, late: false, at, by };
            self.moves.push(Move { whose, source });
        }
    }

    /// The table of a month, which lies within what has been read.
    pub fn table(&self, bounds: Bounds) -> RecoveryTable {
        let mut table = RecoveryTable::of(bounds);
        let counted = self.moves.partition_point(|one| one.source.position <= bounds.through);
        for one in &self.moves[..counted] {
            table.enters(one);
        }
        table.drops_empty_lines();
        table
    }

    /// How many changes behind a position belong to a month's table or an earlier one's: they moved money, and took effect
    /// before the month's end.
    pub fn since(&self, through: u64, period: Period) -> u32 {
        let counted = self.moves.partition_point(|one| one.source.position <= through);
        let behind = self.moves[counted..].iter().map(|one| &one.source);
        let mut places: Vec<u64> =
            behind.filter(|source| source.at <= period.end()).map(|source| source.position).collect();
        places.dedup();
        u32::try_from(places.len()).unwrap_or(u32::MAX)
    }
}

impl RecoveryTable {
    const fn of(bounds: Bounds) -> Self {
        Self {
            bounds,
            customers: BTreeMap::new(),
            drawers: BTreeMap::new(),
            missing: BTreeMap::new(),
            withheld: BTreeMap::new(),
            confirmed: BTreeMap::new(),
        }
    }

    fn drops_empty_lines(&mut self) {
        let says = |opening: Money, sources: &[Source]| !opening.is_zero() || !sources.is_empty();
        self.customers.retain(|_, line| says(line.opening, &line.sources));
        for lines in self.drawers.values_mut() {
            lines.retain(|_, line| says(line.opening, &line.sources));
        }
        self.drawers.retain(|_, lines| !lines.is_empty());
        for lines in [&mut self.missing, &mut self.withheld, &mut self.confirmed] {
            lines.retain(|_, line| says(line.opening, &line.sources));
        }
    }

    /// Enters a move.
    fn enters(&mut self, one: &Move) {
        let Bounds { period, closed_before, .. } = self.bounds;
        let Move { whose, source } = one;
        if source.at > period.end() {
            return;
        }
        let earlier = source.at <= period.before().end();
        let late = earlier && closed_before.is_some_and(|closed| source.position > closed);
        let (opening, sources) = match whose {
            Whose::Customer(customer) => {
                let line = self.customers.entry(*customer).or_default();
                (&mut line.opening, &mut line.sources)
            }
            Whose::Drawer(staff, _)
            | Whose::Missing(staff)
            | Whose::Withheld(staff)
            | Whose::Confirmed(staff) => {
                let line = match whose {
                    Whose::Drawer(_, device) => {
                        self.drawers.entry(*staff).or_default().entry(*device).or_default()
                    }
                    Whose::Withheld(_) => self.withheld.entry(*staff).or_default(),
                    Whose::Confirmed(_) => self.confirmed.entry(*staff).or_default(),
                    _ => self.missing.entry(*staff).or_default(),
                };
                (&mut line.opening, &mut line.sources)
            }
        };
        if earlier && !late {
            *opening = opening.plus(source.sum);
        } else {
            sources.push(Source { late, ..source.clone() });
        }
    }
}

/// Whether a change of a kind can move money or what orders come to, by itself or by what is decided of it later. What
/// cannot is not folded: most of a feed is visits and cards.
const fn may_move(kind: u16) -> bool {
    // People, customers' cards, goods, visits, company accounts, bank statements, months.
    !matches!(kind, 1..=4 | 10..=15 | 20..=21 | 30 | 50..=51 | 66 | 68..=69 | 75..=77)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    Customer(CustomerId),
    Drawer(StaffId, DeviceId),
    Missing(StaffId),
    Withheld(StaffId),
    Confirmed(StaffId),
}

/// The papers as far as the feed has been read, which tell what the next entry moves.
#[derive(Clone, Debug, Default)]
struct Book {
    papers: BTreeMap<PaperKey, Paper>,
}

/// The papers while one entry is folded: those it touches that money stands on, as they were before.
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
        let watched = [PaperKind::Balance, PaperKind::Order, PaperKind::Remittance, PaperKind::HandIn];
        if watched.contains(&key.kind) {
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
                        Some(LedgerAccount::Drawer(staff, device)) => Whose::Drawer(staff, device),
                        Some(LedgerAccount::Suspense(staff)) => Whose::Withheld(staff),
                        Some(LedgerAccount::Difference(staff)) => Whose::Missing(staff),
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
                (was, Some(is)) => {
                    let Some((staff, sum)) = confirmed_by(is) else { continue };
                    let before = confirmed_by(&was).map_or(Money::ZERO, |(_, sum)| sum);
                    let moved = moves.entry(Whose::Confirmed(staff)).or_default();
                    *moved = moved.plus(sum.minus(before));
                }
                (_, None) => {}
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

/// What finance has confirmed of what a paper took out of a rep's hands, and whose it is. Source: S13, S17.
fn confirmed_by(paper: &Paper) -> Option<(StaffId, Money)> {
    let (staff, stands, drawers) = match paper {
        Paper::Remittance(paper) => {
            let recorded = paper.recorded.as_ref()?;
            let stands = paper.status() == "confirmed" && !recorded.withheld;
            (recorded.by, stands, &recorded.what.drawers)
        }
        Paper::HandIn(paper) => {
            let recorded = paper.recorded.as_ref()?;
            (recorded.by, paper.status() == HandInStatus::Received, &recorded.what.drawers)
        }
        _ => return None,
    };
    let sum = |parts: &[DrawerPart]| parts.iter().map(|part| part.amount.money()).sum();
    Some((staff, if stands { sum(drawers) } else { Money::ZERO }))
}

/// By what an entry moves money.
fn kind_of(op: &Op) -> Moved {
    match op.said() {
        Op::Collected(collected) if collected.means == Means::Cash => Moved::Cash,
        Op::Collected(_) => Moved::Transfer,
        Op::Remitted(_) => Moved::Remitted,
        Op::LostPhoneSettled(_) => Moved::Settled,
        Op::HandInStamped(stamped) if stamped.stamp == HandInStamp::TakenBack => Moved::Reversed,
        Op::CashHandedIn(_) | Op::HandInStamped(_) => Moved::HandedIn,
        Op::OrderTaken(_) => Moved::Ordered,
        Op::MoneyConfirmed(_) | Op::ConfirmationWithdrawn(_) => Moved::Confirmed,
        _ => Moved::Reversed,
    }
}
