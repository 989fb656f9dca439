//! 到账: which cash has arrived. Each drawer is gone through in time, and every way out takes the oldest cash in it.
//! Source: S13, S14, S34, Q3.
//!
//! Floor: domain. Must not know where papers are kept: those of one rep are handed in, in any order.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Encode};

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

#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Drawer {
    #[n(0)]
    cash: BTreeMap<Turn, Money>,
    /// What was taken out and not yet found in it: the next cash that comes is that.
    #[n(1)]
    short: Vec<(ChangeId, Money)>,
    /// Up to which turn cash has gone out of it: what comes with an earlier one would have gone before.
    #[n(2)]
    gone: Option<Turn>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Out {
    #[n(0)]
    arrives: bool,
    #[n(1)]
    took: Vec<(DeviceId, Turn, Money)>,
}

/// Where the cash of one rep lies, and what of it is on its way: gone through up to a moment, so that whoever keeps it goes
/// on from there and need not begin with the first collection again. Source: S14, S34.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CashTraced {
    #[n(0)]
    drawers: BTreeMap<DeviceId, Drawer>,
    /// What went out and has not arrived, or is still short of cash.
    #[n(1)]
    outs: BTreeMap<ChangeId, Out>,
    /// When cash went out last.
    #[n(2)]
    last_out: Option<Timestamp>,
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
    pub fn arrived(self, held: &[DrawerHeld]) -> BTreeMap<PaperId, Money> {
        self.traced(held).1
    }

    /// The same, with where the cash lies that has not arrived.
    pub fn traced(mut self, held: &[DrawerHeld]) -> (CashTraced, BTreeMap<PaperId, Money>) {
        let mut all = CashTraced::default();
        for drawer in held {
            let before = drawer.held.minus(self.moved(drawer.device));
            if before > Money::ZERO {
                all.put(drawer.device, (Timestamp::from_millis(0), None), before);
            }
        }
        self.moves.sort();
        for (at, what, id) in self.moves {
            if !matches!(what, Move::In(..)) {
                all.last_out = Some(at);
            }
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
                    // Whatever comes from before that has been counted: it finds its place anew.
                    let last = PaperId::from_bytes([0xff; 16]);
                    all.drawers.entry(device).or_default().goes_up_to((at, Some(last)));
                }
                Move::Back(out) => all.comes_back(out),
            }
        }
        let arrived = all.arrives();
        (all, arrived)
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

impl Drawer {
    fn goes_up_to(&mut self, turn: Turn) {
        self.gone = self.gone.max(Some(turn));
    }
}

impl CashTraced {
    /// Goes on with what was handed in here and comes after what was gone through: how much of which collections has arrived
    /// besides. `None` where something finds its place before that, was reversed, or settles a phone: then all is gone
    /// through anew, and nothing of this is to be kept.
    pub fn goes_on(&mut self, with: CashOfRep) -> Option<BTreeMap<PaperId, Money>> {
        let mut moves = with.moves;
        moves.sort();
        for (at, what, id) in moves {
            match what {
                Move::In(device, paper, sum) => {
                    let turn = (at, Some(paper));
                    let drawer = self.drawers.entry(device).or_default();
                    if drawer.gone.is_some_and(|gone| turn <= gone) || drawer.cash.contains_key(&turn) {
                        return None;
                    }
                    self.put(device, turn, sum);
                }
                Move::Out(parts, arrives) => {
                    if self.last_out.is_some_and(|last| at <= last) {
                        return None;
                    }
                    self.last_out = Some(at);
                    self.goes_out(id, &parts, arrives);
                }
                Move::Settled(..) | Move::Back(_) => return None,
            }
        }
        Some(self.arrives())
    }

    /// What went out with a change has arrived: how much of which collections. `None` as with [`CashTraced::goes_on`], where
    /// nothing is on its way under that name.
    pub fn has_found(&mut self, out: ChangeId) -> Option<BTreeMap<PaperId, Money>> {
        let out = self.outs.get_mut(&out).filter(|out| !out.arrives)?;
        out.arrives = true;
        Some(self.arrives())
    }

    /// Takes what has arrived out of what is kept.
    fn arrives(&mut self) -> BTreeMap<PaperId, Money> {
        let mut arrived: BTreeMap<PaperId, Money> = BTreeMap::new();
        for out in self.outs.values_mut().filter(|out| out.arrives) {
            for (_, (_, paper), part) in out.took.drain(..) {
                if let Some(paper) = paper {
                    let of = arrived.entry(paper).or_default();
                    *of = of.plus(part);
                }
            }
        }
        let short: BTreeSet<ChangeId> =
            self.drawers.values().flat_map(|drawer| drawer.short.iter().map(|(out, _)| *out)).collect();
        self.outs.retain(|id, out| !out.arrives || short.contains(id));
        arrived
    }

    /// Cash comes into a drawer: what is short there goes out of it at once.
    fn put(&mut self, device: DeviceId, turn: Turn, mut sum: Money) {
        let drawer = self.drawers.entry(device).or_default();
        while let Some((out, short)) = drawer.short.first_mut().filter(|_| sum > Money::ZERO) {
            let part = sum.min(*short);
            (sum, *short) = (sum.minus(part), short.minus(part));
            self.outs.entry(*out).or_default().took.push((device, turn, part));
            drawer.gone = drawer.gone.max(Some(turn));
            if short.is_zero() {
                drawer.short.remove(0);
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
            drawer.gone = drawer.gone.max(Some(*oldest.key()));
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
                self.drawers.entry(*device).or_default().short.push((id, short));
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
