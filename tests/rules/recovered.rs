//! What counts in a month's table, and what is a difference. Source: S17.

use sync_core::{
    domain::{
        cash::{Collected, DrawerPart, Means, Remitted},
        customer::CustomerRefusal,
        sale::{OrderStamp, OrderStamped},
    },
    op::Op,
    recovery::{Books, Bounds, CustomerLine, Differences, RecoveryTable, recovery_table},
    refusal::{Finding, Verdict},
    time::Timestamp,
    unit::{Money, PaperId},
};

use crate::{
    book::{HIS, MA, OPEN, device, line, october, order, text, whole, yuan},
    month::{Feed, month},
};

fn cash(sum: &str) -> Op {
    let (amount, means) = (yuan(sum), Means::Cash);
    let (order, over_limit, note, photo) = (None, None, text(""), None);
    Op::Collected(Collected { customer: HIS, amount, means, receipt: 1, order, over_limit, note, photo })
}

fn withheld() -> Verdict {
    let reason = CustomerRefusal::NotYours { customer: HIS }.into();
    Verdict::Applied { findings: vec![Finding::AgainstRule(reason)], withheld: true }
}

/// A moment of September.
fn september() -> Timestamp {
    month(9).end()
}

fn table(feed: &Feed, of: u32, closed_before: Option<u64>) -> RecoveryTable {
    let through = feed.0.len() as u64;
    recovery_table(&feed.0, Bounds { period: month(of), through, closed_before })
}

fn owed(table: &RecoveryTable) -> Money {
    table.customers.get(&HIS).map_or(Money::ZERO, CustomerLine::closing)
}

/// S17: what takes effect after a month's end is not in it, wherever it stands in the feed.
#[test]
fn what_takes_effect_later_is_not_in_the_month() {
    let mut feed = Feed::default();
    feed.has_at(MA, &cash("100"), september(), Verdict::plain());
    feed.has_at(MA, &cash("200"), september().next(), Verdict::plain());
    assert_eq!(table(&feed, 9, None).held(MA).closing(), whole(100), "at six o'clock, and not after");
    assert_eq!(table(&feed, 10, None).held(MA).closing(), whole(300));
}

/// S12, S17: an order is owed once it counts with its customer, and no more once it is taken back.
#[test]
fn an_order_that_counts_nowhere_or_was_taken_back_is_not_owed() {
    let mut feed = Feed::default();
    let body = order(vec![line(1, 1_000_000)]);
    feed.has_at(MA, &Op::OrderTaken(body.clone()), october(1), withheld());
    assert_eq!(owed(&table(&feed, 10, None)), Money::ZERO);
    let id = PaperId(feed.has(MA, &Op::OrderTaken(body.clone())).created());
    assert_eq!(owed(&table(&feed, 10, None)), whole(100));
    let (stamp, over) = (OrderStamp::Withdrawn, body.body_hash());
    feed.has(MA, &Op::OrderStamped(OrderStamped { order: id, customer: HIS, stamp, over }));
    assert_eq!(owed(&table(&feed, 10, None)), Money::ZERO);
}

/// S13, S17: what waits for a head is not confirmed, though finance has found it.
#[test]
fn a_remittance_that_counts_nowhere_is_not_confirmed() {
    let mut feed = Feed::default();
    feed.has(MA, &cash("300"));
    let amount = yuan("300");
    let drawers = vec![DrawerPart { device: device(MA), amount }];
    let sent = Op::Remitted(Remitted { amount, account: OPEN, drawers, reference: text(""), slip: None });
    let sent = PaperId(feed.has_at(MA, &sent, october(3), withheld()).created());
    feed.finds(&[sent], "300");
    assert_eq!(table(&feed, 10, None).confirmed.get(&MA), None);
}

/// S17: an entry that was taken is not taken twice, and a line that nothing stands on is not in the table.
#[test]
fn an_entry_counts_once_and_an_empty_line_is_left_out() {
    let mut feed = Feed::default();
    feed.has_at(MA, &cash("300"), september(), Verdict::plain());
    let mut books = Books::default();
    for entry in feed.0.iter().chain(&feed.0) {
        books.takes(entry);
    }
    let bounds = Bounds { period: month(9), through: 1, closed_before: None };
    assert_eq!(books.table(bounds), recovery_table(&feed.0, bounds));
    let amount = yuan("300");
    let drawers = vec![DrawerPart { device: device(MA), amount }];
    let sent = Op::Remitted(Remitted { amount, account: OPEN, drawers, reference: text(""), slip: None });
    feed.has_at(MA, &sent, september(), Verdict::plain());
    assert_eq!(table(&feed, 10, None).staff().into_iter().collect::<Vec<_>>(), [], "nothing in October");
    let mut books = Books::default();
    feed.has_at(MA, &cash("1"), october(1), Verdict::plain());
    for entry in feed.0.iter().chain(&feed.0[..1]) {
        books.takes(entry);
    }
    assert_eq!(books.reached(), 3, "what was read once is not gone back to");
}

/// S17: what comes late moves a customer's line and a drawer, and is one change.
#[test]
fn a_change_that_comes_late_is_named_once() {
    let mut feed = Feed::default();
    feed.has_at(MA, &cash("300"), september(), Verdict::plain());
    feed.has_at(MA, &cash("40"), september(), Verdict::plain());
    let late: Vec<u64> = table(&feed, 10, Some(1)).late().iter().map(|source| source.position).collect();
    assert_eq!(late, [2]);
}

/// S17: what is to be explained is how far each figure is from nothing, above or below.
#[test]
fn a_difference_below_nothing_takes_nothing_off_another() {
    let found = Differences { missing: whole(-200), withheld: whole(300), below: whole(50) };
    assert_eq!(found.to_explain(), whole(550));
}
