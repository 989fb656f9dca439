//! What the screens read off the book that is more than one paper: dues, last visits, own figures.
//!
//! Floor: screens. This module must not draw, and must not know the time: it is handed in.

use std::collections::BTreeMap;

use sync_core::{
    domain::{people::Role, sale::OrderStatus},
    replica::Replica,
    time::{BusinessDate, Timestamp, business_date},
    unit::{ChangeId, CustomerId, Money, PaperId},
};

use super::told;

/// How one stands with a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dealings {
    /// When they were last visited.
    pub(crate) last_visit: Option<Timestamp>,
    /// What the last visit left to be done, and by when.
    pub(crate) follow_up: Option<(BusinessDate, String)>,
    /// The sum of all orders that stand.
    pub(crate) ordered: Money,
    /// What they have paid.
    pub(crate) paid: Money,
    /// The last thing that happened.
    pub(crate) last_act: Option<Timestamp>,
}

impl Dealings {
    /// What is still to be paid (待付款), never less than nothing. Unshipped orders are to be paid, not owed.
    pub(crate) fn due(&self) -> Money {
        self.ordered.minus(self.paid).max(Money::ZERO)
    }
}

/// How one stands with every customer.
pub(crate) fn dealings(book: &Replica) -> BTreeMap<CustomerId, Dealings> {
    dealt(book, None)
}

/// How one stands with one customer: a page about them does not sum up those of two thousand others.
pub(crate) fn dealings_with(book: &Replica, customer: CustomerId) -> Dealings {
    dealt(book, Some(customer)).remove(&customer).unwrap_or_default()
}

fn dealt(book: &Replica, only: Option<CustomerId>) -> BTreeMap<CustomerId, Dealings> {
    let wanted = |customer: CustomerId| only.is_none_or(|only| only == customer);
    let mut all: BTreeMap<CustomerId, Dealings> = BTreeMap::new();
    for (_, visit) in book.visits() {
        let Some(visit) = visit.recorded.as_ref().filter(|visit| wanted(visit.what.customer)) else {
            continue;
        };
        let with = all.entry(visit.what.customer).or_default();
        if with.last_visit.is_none_or(|last| last < visit.at) {
            with.last_visit = Some(visit.at);
            let step = visit.what.next_step.to_string();
            with.follow_up = visit.what.next_on.map(|on| (on, step));
        }
        with.last_act = with.last_act.max(Some(visit.at));
    }
    for (_, order) in book.orders() {
        let Some(taken) = order.recorded.as_ref().filter(|taken| wanted(taken.what.customer)) else {
            continue;
        };
        let with = all.entry(taken.what.customer).or_default();
        if order.status() != OrderStatus::Withdrawn {
            with.ordered = with.ordered.plus(taken.what.total());
        }
        with.last_act = with.last_act.max(Some(taken.at));
    }
    for (_, collection) in book.collections() {
        let Some(taken) = collection.recorded.as_ref().filter(|taken| wanted(taken.what.customer)) else {
            continue;
        };
        let with = all.entry(taken.what.customer).or_default();
        with.last_act = with.last_act.max(Some(taken.at));
    }
    for (customer, with) in &mut all {
        with.paid = book.paid_by(*customer);
    }
    all
}

/// Whether the person on this phone may take cash now. Source: S14.
pub(crate) fn may_take_cash(book: &Replica, now: Timestamp) -> bool {
    role(book, now).may_take_cash()
}

/// The role of the person on this phone.
pub(crate) fn role(book: &Replica, now: Timestamp) -> Role {
    book.author(now).map_or(book.identity().role, |author| author.role)
}

/// What somebody has done in some days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Work {
    /// Visits made.
    pub(crate) visits: u32,
    /// Orders taken.
    pub(crate) orders: u32,
    /// Their sum.
    pub(crate) ordered: Money,
    /// Collections.
    pub(crate) collections: u32,
    /// Their sum, cash and transfers.
    pub(crate) collected: Money,
    /// The sum sent on to the company.
    pub(crate) remitted: Money,
}

/// One own paper of some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    /// A visit.
    Visit(PaperId),
    /// An order.
    Order(PaperId),
    /// Money received.
    Collection(PaperId),
    /// Money sent on.
    Remittance(PaperId),
    /// A reminder to pay.
    Urging(PaperId),
}

/// The own papers from `from` to `to`, latest first, and their figures.
pub(crate) fn own_work(
    book: &Replica,
    from: BusinessDate,
    to: BusinessDate,
) -> (Work, Vec<(Timestamp, Own)>) {
    let me = book.identity().staff;
    let within = |at: Timestamp| (from..=to).contains(&business_date(at));
    let mut work = Work::default();
    let mut papers = Vec::new();
    for (id, visit) in book.visits() {
        if let Some(visit) = visit.recorded.as_ref().filter(|r| r.by == me && within(r.at)) {
            work.visits += 1;
            papers.push((visit.at, Own::Visit(id)));
        }
    }
    for (id, order) in book.orders() {
        if let Some(taken) = order.recorded.as_ref().filter(|r| r.by == me && within(r.at)) {
            if order.status() != OrderStatus::Withdrawn {
                work.orders += 1;
                work.ordered = work.ordered.plus(taken.what.total());
            }
            papers.push((taken.at, Own::Order(id)));
        }
    }
    for (id, collection) in book.collections() {
        if let Some(taken) = collection.recorded.as_ref().filter(|r| r.by == me && within(r.at)) {
            if collection.reversals.is_empty() {
                work.collections += 1;
                work.collected = work.collected.plus(taken.what.amount.money());
            }
            papers.push((taken.at, Own::Collection(id)));
        }
    }
    for (id, remittance) in book.remittances() {
        if let Some(sent) = remittance.recorded.as_ref().filter(|r| r.by == me && within(r.at)) {
            if remittance.reversals.is_empty() {
                work.remitted = work.remitted.plus(sent.what.amount.money());
            }
            papers.push((sent.at, Own::Remittance(id)));
        }
    }
    for (id, urging) in book.urgings() {
        if let Some(urged) = urging.recorded.as_ref().filter(|r| r.by == me && within(r.at)) {
            papers.push((urged.at, Own::Urging(id)));
        }
    }
    papers.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    (work, papers)
}

/// The sequences of this device's changes that wait for a decision or, sent back, for their author; and how many were
/// corrected or let be: those wait no more and are not in the book.
pub(crate) fn held_here(book: &Replica) -> (Vec<u64>, u64) {
    use sync_core::{op::Ruling, paper::Outcome, refusal::Verdict, replica::Fate};
    let device = book.identity().device;
    let answered = book
        .outbox()
        .into_iter()
        .filter(|line| matches!(line.fate, Fate::Judged(Verdict::Held { .. })))
        .map(|line| line.seq);
    let held = book.held();
    let shown = held.iter().filter(|(held, _)| held.id.device == device && !held.is_fact());
    let mut all: Vec<u64> = answered.chain(shown.map(|(held, _)| held.id.seq)).collect();
    all.sort_unstable();
    all.dedup();
    let mut closed = 0;
    all.retain(|seq| {
        let settled = book.outcome(ChangeId { device, seq: *seq }).and_then(Outcome::settled);
        let waits = settled.is_none_or(|settled| told::waits_for_author(book, *seq, settled));
        closed += u64::from(!waits && settled.is_some_and(|settled| settled.ruling != Ruling::Accepted));
        waits
    });
    (all, closed)
}

/// The number of an order as people name it; `None` where the device is not known here.
pub(crate) fn order_number(book: &Replica, id: ChangeId, number: u32) -> Option<String> {
    device_number(book, id).map(|device| sync_core::domain::sale::order_number(device, number))
}

/// The number on a receipt; `None` where the device is not known here.
pub(crate) fn receipt_number(book: &Replica, id: ChangeId, receipt: u32) -> Option<String> {
    device_number(book, id).map(|device| sync_core::domain::cash::receipt_number(device, receipt))
}

fn device_number(book: &Replica, id: ChangeId) -> Option<u32> {
    use sync_core::paper::{Paper, PaperKey};
    let me = book.identity();
    if me.device == id.device {
        return Some(me.number);
    }
    match book.view().get(&PaperKey::device(id.device)) {
        Some(Paper::Device(card)) => card.enrolled.as_ref().map(|device| device.what.number),
        _ => None,
    }
}
