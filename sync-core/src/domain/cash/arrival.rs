//! 到账: which cash has arrived. Each drawer is gone through in time, and every way out takes the oldest cash in it.
//! Source: S13, S14, S34, Q3.
//!
//! Floor: domain. Must not know where papers are kept: those of one rep are handed in, in any order.

use std::collections::{BTreeMap, VecDeque};

use super::{
    CashLimits, Collection, DrawerHeld, DrawerPart, HandIn, HandInStamp, HandInStatus, LostPhoneSettled,
    Means, Remittance,
};
use crate::{
    domain::Recorded,
    time::Timestamp,
    unit::{ChangeId, DeviceId, Money, PaperId},
};

/// A way on which money comes to the company.
#[derive(Clone, Copy, Debug)]
pub enum PassedOn<'p> {
    /// Cash handed in at the office.
    HandIn(&'p HandIn),
    /// Cash sent to an account.
    Remittance(&'p Remittance),
    /// What a customer has sent to an account.
    Transfer(&'p Collection),
}

/// Whether finance has confirmed that it arrived: counted and signed for at the office, or found in the account. Source: S34,
/// Q3, Q6.
pub fn has_arrived(passed_on: PassedOn<'_>) -> bool {
    match passed_on {
        PassedOn::HandIn(paper) => paper.status() == HandInStatus::Received,
        PassedOn::Remittance(paper) => paper.confirmation().is_some(),
        PassedOn::Transfer(paper) => paper.confirmation().is_some(),
    }
}

/// What moves cash, in the order in which moves of one moment are gone through.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Move {
    /// A collection was put into a drawer.
    In(DeviceId, PaperId, Money),
    /// So much went out of drawers, and whether it arrived.
    Out(Vec<(DeviceId, Money)>, bool),
    /// A lost phone's drawer passed to another: from, into, what the book said, what was counted.
    Settled(DeviceId, DeviceId, Money, Money),
    /// What a change took out came back.
    Back(ChangeId),
}

/// The cash of one rep: what moved it, in any order.
#[derive(Clone, Debug, Default)]
pub struct CashOfRep {
    moves: Vec<(Timestamp, Move, ChangeId)>,
}

/// By which cash is taken in turn: when it was received, and for which collection; for none where nobody knows.
type Turn = (Timestamp, Option<PaperId>);

#[derive(Default)]
struct Drawer {
    cash: BTreeMap<Turn, Money>,
    /// What was taken out and not yet found in it: the next cash that comes is that.
    short: VecDeque<(ChangeId, Money)>,
}

#[derive(Default)]
struct Out {
    arrives: bool,
    took: Vec<(DeviceId, Turn, Money)>,
}

#[derive(Default)]
struct Drawers {
    drawers: BTreeMap<DeviceId, Drawer>,
    outs: BTreeMap<ChangeId, Out>,
}

impl CashOfRep {
    /// Cash that was collected. What was reversed never was in a drawer.
    pub fn collected(&mut self, id: PaperId, paper: &Collection) {
        let Some(taken) = paper.recorded.as_ref().filter(|taken| taken.what.means == Means::Cash) else {
            return;
        };
        if paper.reversals.is_empty() {
            self.moves.push((taken.at, Move::In(taken.id.device, id, taken.what.amount.money()), taken.id));
        }
    }

    /// Cash that was sent to an account; from the moment it was reversed it lies in its drawers again.
    pub fn remitted(&mut self, paper: &Remittance) {
        let Some(sent) = &paper.recorded else { return };
        let back = paper.reversals.entries().map(|(_, reversal)| reversal.at).min();
        let arrives = has_arrived(PassedOn::Remittance(paper));
        self.moves.push((sent.at, Move::Out(parts(&sent.what.drawers), arrives), sent.id));
        if let Some(back) = back {
            self.moves.push((back.max(sent.at), Move::Back(sent.id), sent.id));
        }
    }

    /// Cash that was handed in: it leaves its drawers once finance has signed for it, and lies there again once finance
    /// has taken that back.
    pub fn handed_in(&mut self, paper: &HandIn) {
        if let (Some(signed), Some(received)) = (&paper.recorded, paper.stamp(HandInStamp::Received)) {
            let arrives = has_arrived(PassedOn::HandIn(paper));
            self.moves.push((received.at, Move::Out(parts(&signed.what.drawers), arrives), signed.id));
            if let Some(back) = paper.stamp(HandInStamp::TakenBack) {
                self.moves.push((back.at.max(received.at), Move::Back(signed.id), signed.id));
            }
        }
    }

    /// Drawers of lost phones that were settled: what was missing has gone, and arrives nowhere.
    pub fn settled(&mut self, limits: &CashLimits) {
        for Recorded { what, at, id, .. } in limits.settlements() {
            let LostPhoneSettled { device, into, drawer, counted, .. } = what;
            self.moves.push((*at, Move::Settled(*device, *into, *drawer, *counted), *id));
        }
    }

    /// How much of each collection has arrived, where any has. `held` is what the book says lies in each drawer: what is
    /// there beyond all that was handed in here was there before it.
    pub fn arrived(mut self, held: &[DrawerHeld]) -> BTreeMap<PaperId, Money> {
        let mut all = Drawers::default();
        for drawer in held {
            let before = drawer.held.minus(self.moved(drawer.device));
            if before > Money::ZERO {
                all.put(drawer.device, (Timestamp::from_millis(0), None), before);
            }
        }
        self.moves.sort();
        for (at, what, id) in self.moves {
            match what {
                Move::In(device, paper, sum) => all.put(device, (at, Some(paper)), sum),
                Move::Out(parts, arrives) => all.goes_out(id, &parts, arrives),
                Move::Settled(device, into, drawer, counted) => {
                    let missing = drawer.minus(counted);
                    if missing > Money::ZERO {
                        all.goes_out(id, &[(device, missing)], false);
                    }
                    for (turn, part) in all.take(device, counted.min(drawer)) {
                        all.put(into, turn, part);
                    }
                    if missing < Money::ZERO {
                        all.put(into, (at, None), missing.negated());
                    }
                }
                Move::Back(out) => all.comes_back(out),
            }
        }
        let mut arrived: BTreeMap<PaperId, Money> = BTreeMap::new();
        for (_, (_, paper), part) in all.outs.into_values().filter(|out| out.arrives).flat_map(|out| out.took)
        {
            if let Some(paper) = paper {
                let of = arrived.entry(paper).or_default();
                *of = of.plus(part);
            }
        }
        arrived
    }

    /// What all that was handed in here has moved in a drawer.
    fn moved(&self, device: DeviceId) -> Money {
        let out_of = |parts: &[(DeviceId, Money)]| -> Money {
            parts.iter().filter(|(of, _)| *of == device).map(|(_, sum)| *sum).sum()
        };
        let outs = |id: &ChangeId| {
            self.moves.iter().find_map(|(_, what, of)| match what {
                Move::Out(parts, _) if of == id => Some(out_of(parts)),
                _ => None,
            })
        };
        let each = self.moves.iter().map(|(_, what, _)| match what {
            Move::In(of, _, sum) if *of == device => *sum,
            Move::Out(parts, _) => out_of(parts).negated(),
            Move::Back(id) => outs(id).unwrap_or_default(),
            Move::Settled(from, _, drawer, _) if *from == device => drawer.negated(),
            Move::Settled(_, into, _, counted) if *into == device => *counted,
            Move::In(..) | Move::Settled(..) => Money::ZERO,
        });
        each.sum()
    }
}

fn parts(drawers: &[DrawerPart]) -> Vec<(DeviceId, Money)> {
    drawers.iter().map(|part| (part.device, part.amount.money())).collect()
}

impl Drawers {
    /// Cash comes into a drawer: what is short there goes out of it at once.
    fn put(&mut self, device: DeviceId, turn: Turn, mut sum: Money) {
        let drawer = self.drawers.entry(device).or_default();
        while let Some((out, short)) = drawer.short.front_mut().filter(|_| sum > Money::ZERO) {
            let part = sum.min(*short);
            (sum, *short) = (sum.minus(part), short.minus(part));
            self.outs.entry(*out).or_default().took.push((device, turn, part));
            if short.is_zero() {
                drawer.short.pop_front();
            }
        }
        if sum > Money::ZERO {
            let there = drawer.cash.entry(turn).or_default();
            *there = there.plus(sum);
        }
    }

    /// Takes the oldest cash out of a drawer, as far as it reaches.
    fn take(&mut self, device: DeviceId, mut sum: Money) -> Vec<(Turn, Money)> {
        let drawer = self.drawers.entry(device).or_default();
        let mut taken = Vec::new();
        while sum > Money::ZERO {
            let Some(mut oldest) = drawer.cash.first_entry() else { break };
            let part = sum.min(*oldest.get());
            sum = sum.minus(part);
            taken.push((*oldest.key(), part));
            *oldest.get_mut() = oldest.get().minus(part);
            if oldest.get().is_zero() {
                oldest.remove();
            }
        }
        taken
    }

    fn goes_out(&mut self, id: ChangeId, parts: &[(DeviceId, Money)], arrives: bool) {
        let mut took = Vec::new();
        for (device, sum) in parts {
            let of = self.take(*device, *sum);
            let short = sum.minus(of.iter().map(|(_, part)| *part).sum());
            took.extend(of.into_iter().map(|(turn, part)| (*device, turn, part)));
            if short > Money::ZERO {
                self.drawers.entry(*device).or_default().short.push_back((id, short));
            }
        }
        self.outs.insert(id, Out { arrives, took });
    }

    fn comes_back(&mut self, id: ChangeId) {
        let out = self.outs.remove(&id).unwrap_or_default();
        for drawer in self.drawers.values_mut() {
            drawer.short.retain(|(of, _)| *of != id);
        }
        for (device, turn, part) in out.took {
            self.put(device, turn, part);
        }
    }
}
