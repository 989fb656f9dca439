//! What the drawer page asks of the book: what moved the cash, since when it is to be remitted, whose share lies where.

use super::{DeviceShare, Replica};
use crate::{
    domain::{
        Recorded,
        cash::{
            Breached, CashLimits, Collection, DrawerHeld, DrawerRun, HandIn, HandInStamp, HandInStatus,
            LedgerAccount, LimitOverridden, Means, Posting, Share, ShareMoved, held_since, remit_by,
        },
    },
    judge::{drawer_holds, own_share},
    paper::{Paper, PaperKey, PaperKind},
    time::{BusinessDate, Timestamp, business_date},
    unit::{Amount, DeviceId, Money, PaperId},
};

/// What moved cash into the drawers of the person on this device, or out of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CashMove {
    /// Cash was taken.
    Collected(PaperId),
    /// A collection was reversed.
    CollectionReversed(PaperId),
    /// Cash was sent on.
    Remitted(PaperId),
    /// A remittance came back.
    RemittanceReversed(PaperId),
    /// Finance has settled a lost phone.
    Settled(DeviceId),
    /// Finance has countersigned cash that was handed in.
    HandedIn(PaperId),
    /// Finance has taken its countersignature back.
    HandInTakenBack(PaperId),
}

/// What one movement changed each drawer by.
type Parts = Vec<(DeviceId, Money)>;

/// Cash to be remitted: how much, since when, and until when. Source: S14.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemitTask {
    /// What is held over all devices.
    pub held: Money,
    /// Since when it is enough to be remitted.
    pub since: Timestamp,
    /// Until when it is to be remitted.
    pub by: Timestamp,
}

impl Replica {
    /// Shares, lost phones and special rules of the person on this device. Source: S14–S16.
    pub fn cash_limits(&self) -> Option<&CashLimits> {
        match self.view.get(&PaperKey::limits(self.identity().staff)) {
            Some(Paper::Limits(limits)) => Some(limits),
            _ => None,
        }
    }

    /// The special rule that holds for the person on this device on a day. Source: S16.
    pub fn special_rule(&self, day: BusinessDate) -> Option<&Recorded<LimitOverridden>> {
        self.cash_limits()?.override_on(day)
    }

    /// Shares that devices of the person on this device gave up. Source: S15.
    pub fn share_moves(&self) -> impl Iterator<Item = &Recorded<ShareMoved>> {
        self.cash_limits().into_iter().flat_map(|limits| limits.moves.entries().map(|(_, moved)| moved))
    }

    /// What this device may give up: its own share, special rules apart, less what its drawer holds. Source: S15.
    pub fn share_to_give(&self) -> Money {
        let me = self.identity();
        let own = own_share(&self.view, me.staff, me.device);
        own.minus(self.cash_in_hand().max(Money::ZERO)).max(Money::ZERO)
    }

    /// What a device says of its share before its log ends: all that is left goes to the phone in use that was enrolled
    /// last, else back to the company. `None` where nothing is left. Source: S15.
    pub fn share_passed_on(&self, now: Timestamp) -> Option<ShareMoved> {
        let amount = Amount::new(self.share_to_give()).ok()?;
        let me = self.identity();
        let others = self.shares(now).into_iter().filter(|phone| phone.device != me.device);
        let to = others.max_by_key(|phone| phone.number).map(|phone| phone.device);
        Some(ShareMoved { staff: me.staff, to, amount })
    }

    /// What moved the cash of the person on this device, with what it changed the drawers by, in no order.
    pub fn cash_moves(&self) -> Vec<(Timestamp, CashMove, Money)> {
        let all = self.drawer_moves().into_iter();
        all.map(|(at, what, parts)| (at, what, parts.into_iter().map(|(_, sum)| sum).sum())).collect()
    }

    /// The same, drawer by drawer.
    fn drawer_moves(&self) -> Vec<(Timestamp, CashMove, Parts)> {
        let me = self.identity().staff;
        let mine = |postings: &[Posting]| -> Parts {
            let drawers = postings.iter().filter_map(|posting| match posting.account {
                LedgerAccount::Drawer(staff, device) if staff == me => Some((device, posting.sum)),
                _ => None,
            });
            drawers.collect()
        };
        let back = |parts: &[(DeviceId, Money)]| parts.iter().map(|(of, sum)| (*of, sum.negated())).collect();
        let mut moves = Vec::new();
        for (id, paper) in self.collections() {
            let Some(taken) = paper.recorded.as_ref().filter(|r| r.by == me && r.what.means == Means::Cash)
            else {
                continue;
            };
            let parts = mine(&paper.unreversed_postings());
            if let Some(reversed) = paper.reversals.entries().map(|(_, reversal)| reversal.at).min() {
                moves.push((reversed, CashMove::CollectionReversed(id), back(&parts)));
            }
            moves.push((taken.at, CashMove::Collected(id), parts));
        }
        for (id, paper) in self.remittances() {
            let Some(sent) = paper.recorded.as_ref().filter(|r| r.by == me) else { continue };
            let parts = mine(&paper.unreversed_postings());
            if let Some(reversed) = paper.reversals.entries().map(|(_, reversal)| reversal.at).min() {
                moves.push((reversed, CashMove::RemittanceReversed(id), back(&parts)));
            }
            moves.push((sent.at, CashMove::Remitted(id), parts));
        }
        for (id, paper) in self.hand_ins() {
            let received = paper.stamp(HandInStamp::Received).filter(|_| paper.staff() == Some(me));
            if let Some(received) = received {
                let parts = mine(&paper.unreversed_postings());
                if let Some(taken_back) = paper.stamp(HandInStamp::TakenBack) {
                    moves.push((taken_back.at, CashMove::HandInTakenBack(id), back(&parts)));
                }
                moves.push((received.at, CashMove::HandedIn(id), parts));
            }
        }
        let settled = self.cash_limits().into_iter().flat_map(|limits| limits.settled.entries());
        for (_, one) in settled {
            let counts = self.cash_limits().and_then(|limits| limits.settlement(one.what.device));
            if counts.is_some_and(|counts| counts.id == one.id) {
                moves.push((one.at, CashMove::Settled(one.what.device), mine(&one.what.postings())));
            }
        }
        moves
    }

    /// The cash that is to be remitted now, where there is as much. Source: S14, S16.
    pub fn remit_task(&self, now: Timestamp) -> Option<RemitTask> {
        let held = self.cash_in_all();
        let from = self.limits(business_date(now)).remit_from;
        if held < from {
            return None;
        }
        let drawers = self.own_drawers().map(|drawer| (drawer.device, drawer.held));
        let moves = self
            .drawer_moves()
            .into_iter()
            .flat_map(|(at, _, parts)| parts.into_iter().map(move |(device, sum)| (at, device, sum)));
        let since = held_since(drawers, from, moves).unwrap_or(now);
        Some(RemitTask { held, since, by: remit_by(since) })
    }

    /// What was sent to the company's accounts, neither taken back nor confirmed by finance yet. Source: S13.
    pub fn cash_sent(&self) -> Money {
        self.remitted("sent")
    }

    /// What finance has confirmed: arrived on an account of the company's, or countersigned at its desk. Source: S13, S17.
    pub fn cash_confirmed(&self) -> Money {
        self.remitted("confirmed").plus(self.cash_handed_in())
    }

    /// What the remittances come to that stand like this.
    fn remitted(&self, status: &str) -> Money {
        let me = self.identity().staff;
        let stand = self.remittances().filter(|(_, paper)| paper.status() == status);
        let mine = stand.filter_map(|(_, paper)| paper.recorded.as_ref().filter(|r| r.by == me));
        mine.map(|sent| sent.what.amount.money()).sum()
    }

    /// What was handed in and countersigned by finance. Source: S13, S17.
    fn cash_handed_in(&self) -> Money {
        let me = self.identity().staff;
        let received = self.hand_ins().filter(|(_, paper)| paper.status() == HandInStatus::Received);
        let mine = received.filter_map(|(_, paper)| paper.recorded.as_ref().filter(|r| r.by == me));
        mine.map(|signed| signed.what.amount.money()).sum()
    }

    /// Cash that the person on this device has signed for and finance has not: it is in the drawer until both have.
    pub fn hand_ins_open(&self) -> impl Iterator<Item = (PaperId, &HandIn)> {
        let me = self.identity().staff;
        self.hand_ins()
            .filter(move |(_, paper)| paper.staff() == Some(me) && paper.status() == HandInStatus::Signed)
    }

    /// Every drawer of the person on this device that the book here knows, in no order.
    pub(super) fn own_drawers(&self) -> impl Iterator<Item = DrawerHeld> {
        let me = self.identity().staff;
        self.view.of_kind(PaperKind::Balance).filter_map(move |(_, paper)| match paper {
            Paper::Balance(balance) => match balance.account {
                Some(LedgerAccount::Drawer(staff, device)) if staff == me => {
                    Some(DrawerHeld { device, held: balance.sum })
                }
                _ => None,
            },
            _ => None,
        })
    }

    /// What lies in each drawer of the person on this device, by the book as it is here: what a count is held against.
    pub fn drawers_held(&self) -> Vec<DrawerHeld> {
        let mut all: Vec<DrawerHeld> = self.own_drawers().filter(|drawer| !drawer.held.is_zero()).collect();
        all.sort_by_key(|drawer| drawer.device);
        all
    }

    /// Whether the cash of a collection has left the drawer it was put into: remitted, or handed in. `None` where it
    /// never lay in one. What was settled with a lost phone has not left by that. Source: S13, S14.
    pub fn cash_has_left(&self, id: PaperId) -> Option<bool> {
        let taken = self.collection(id)?.recorded.as_ref()?;
        let device = taken.id.device;
        if taken.what.means != Means::Cash || taken.by != self.identity().staff {
            return None;
        }
        let mut drawer = DrawerRun::of(device, drawer_holds(&self.view, taken.by, device));
        self.collections().for_each(|(_, paper)| drawer.collected(paper));
        self.remittances().for_each(|(_, paper)| drawer.remitted(paper));
        self.hand_ins().for_each(|(_, paper)| drawer.handed_in(paper));
        if let Some(limits) = self.cash_limits() {
            drawer.settled(limits);
        }
        for (id, violation) in self.violations() {
            if let Some(sent) = self.remittance(id) {
                drawer.breached(violation, Breached::Remitted(sent));
                continue;
            }
            let raised = violation.raised.as_ref().map(|raised| raised.id);
            let by_it = |paper: &Collection| paper.reversals.entries().any(|(by, _)| Some(*by) == raised);
            if let Some((_, reversed)) = self.collections().find(|(_, paper)| by_it(paper)) {
                drawer.breached(violation, Breached::Reversed(reversed));
            }
        }
        Some(drawer.has_left(taken.at, taken.id, taken.what.amount.money()))
    }

    /// Stopped devices of the person on this device that still have a share, or cash that nobody has counted: finance
    /// settles them. Source: S14, S15.
    pub fn unsettled(&self) -> Vec<DeviceShare> {
        let me = self.identity();
        let stopped = self.own_phones().filter(|(.., stopped)| *stopped);
        let mut phones: Vec<DeviceShare> = stopped
            .map(|(device, number, _)| {
                let share = Share::of(own_share(&self.view, me.staff, device));
                DeviceShare { device, number, share, held: drawer_holds(&self.view, me.staff, device) }
            })
            .filter(|phone| phone.share.limit() > Money::ZERO || !phone.held.is_zero())
            .collect();
        phones.sort_by_key(|phone| phone.number);
        phones
    }

    /// Every device that the person on this device has or had, with its number.
    pub fn own_devices(&self) -> impl Iterator<Item = (DeviceId, u32)> {
        self.own_phones().map(|(device, number, _)| (device, number))
    }

    /// The same, and whether it was stopped.
    pub(super) fn own_phones(&self) -> impl Iterator<Item = (DeviceId, u32, bool)> {
        let me = self.identity().staff;
        self.view.of_kind(PaperKind::Device).filter_map(move |(key, paper)| match paper {
            Paper::Device(card) => {
                let enrolled = card.enrolled.as_ref().filter(|r| r.what.staff == me)?;
                Some((DeviceId(key.id), enrolled.what.number, card.revoked.is_some()))
            }
            _ => None,
        })
    }

    /// The drawers of the person on this device that hold something, this one's first: what can be sent on. Drawers of
    /// phones that were signed out or stopped are among them: their cash is in the same bag. Source: S14.
    pub fn full_drawers(&self) -> Vec<DeviceShare> {
        let me = self.identity();
        let mut all: Vec<DeviceShare> = self
            .own_devices()
            .map(|(device, number)| {
                let held = drawer_holds(&self.view, me.staff, device);
                DeviceShare { device, number, share: Share::NONE, held }
            })
            .filter(|drawer| drawer.held > Money::ZERO)
            .collect();
        // A phone that has not read of its own enrolment yet has its drawer all the same.
        let own = self.cash_in_hand();
        if own > Money::ZERO && all.iter().all(|drawer| drawer.device != me.device) {
            let share = Share::NONE;
            all.push(DeviceShare { device: me.device, number: me.number, share, held: own });
        }
        all.sort_by_key(|drawer| (drawer.device != me.device, drawer.number));
        all
    }
}
