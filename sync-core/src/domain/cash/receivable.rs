//! 应收: what each order owes, what was collected for it, and what of that is paid. Source: S12, S34, S41, S43, S44.
//!
//! Cash that a rep holds is collected and not paid: it is paid once finance has confirmed that it arrived.

use std::collections::BTreeMap;

use crate::{
    time::{BusinessDate, Timestamp, business_date},
    unit::{Money, PaperId},
};

/// An order that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owed {
    /// Which order.
    pub order: PaperId,
    /// When it was taken.
    pub at: Timestamp,
    /// What it comes to.
    pub total: Money,
}

/// Money received that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Which collection.
    pub collection: PaperId,
    /// When it was received.
    pub at: Timestamp,
    /// How much.
    pub amount: Money,
    /// For which order, when for one.
    pub order: Option<PaperId>,
    /// How much of it finance has confirmed.
    pub confirmed: Money,
}

/// What an order owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receivable {
    /// Which order.
    pub order: PaperId,
    /// When it was taken.
    pub at: Timestamp,
    /// What it comes to.
    pub total: Money,
    /// What was received for it, the rep's cash included.
    pub collected: Money,
    /// What of that has arrived, as finance has confirmed it.
    pub paid: Money,
}

impl Receivable {
    /// What is still to be collected.
    pub const fn open(&self) -> Money {
        self.total.minus(self.collected)
    }

    /// What is still to be paid: before it is, the goods stay. Source: S12, S44.
    pub const fn unpaid(&self) -> Money {
        self.total.minus(self.paid)
    }

    /// For how many days it has been open on a day; `None` where everything was collected. Source: S41, S43.
    pub fn days_open(&self, today: BusinessDate) -> Option<u32> {
        let since = business_date(self.at);
        let days = u32::try_from((today.0 - since.0).num_days()).unwrap_or_default();
        (self.open() > Money::ZERO).then_some(days)
    }
}

/// What the orders of one customer owe, and what was received beyond them all.
///
/// Money goes to the order it was received for; what is more than that order, or for none, to the oldest that is open.
pub fn receivables(orders: &[Owed], payments: &[Payment]) -> (Vec<Receivable>, Money) {
    let mut rows: Vec<Receivable> = orders
        .iter()
        .map(|one| Receivable {
            order: one.order,
            at: one.at,
            total: one.total,
            collected: Money::ZERO,
            paid: Money::ZERO,
        })
        .collect();
    rows.sort_by_key(|row| (row.at, row.order));
    let mut payments: Vec<Payment> = payments.to_vec();
    payments.sort_by_key(|payment| (payment.at, payment.collection));
    let mut rest = Vec::new();
    for mut payment in payments {
        if let Some(row) = rows.iter_mut().find(|row| payment.order == Some(row.order)) {
            pays(row, &mut payment);
        }
        rest.push(payment);
    }
    for payment in &mut rest {
        for row in &mut rows {
            pays(row, payment);
        }
    }
    let beyond = rest.iter().map(|payment| payment.amount).sum();
    (rows, beyond)
}

/// Takes from a payment what an order still owes; what is confirmed of it goes first.
fn pays(row: &mut Receivable, payment: &mut Payment) {
    let part = payment.amount.min(row.open()).max(Money::ZERO);
    let confirmed = payment.confirmed.min(part);
    row.collected = row.collected.plus(part);
    row.paid = row.paid.plus(confirmed);
    payment.amount = payment.amount.minus(part);
    payment.confirmed = payment.confirmed.minus(confirmed);
}

/// How much of each of a rep's cash collections has arrived, when `confirmed` of their remittances has: the oldest cash
/// was sent first. What the bank takes back re-opens the latest. Source: S34.
pub fn arrived(collections: &[(PaperId, Timestamp, Money)], confirmed: Money) -> BTreeMap<PaperId, Money> {
    let mut in_turn = collections.to_vec();
    in_turn.sort_by_key(|(id, at, _)| (*at, *id));
    let mut left = confirmed.max(Money::ZERO);
    let mut parts = BTreeMap::new();
    for (id, _, amount) in in_turn {
        let part = amount.min(left);
        left = left.minus(part);
        parts.insert(id, part);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(number: u8) -> PaperId {
        PaperId::from_bytes([number; 16])
    }

    /// So many days after the first of October 2026.
    fn day(day: u64) -> Timestamp {
        Timestamp::from_millis(1_790_827_200_000 + day * 86_400_000)
    }

    fn order(number: u8, taken: u64, yuan: i64) -> Owed {
        Owed { order: paper(number), at: day(taken), total: Money::yuan(yuan) }
    }

    fn payment(number: u8, at: u64, yuan: i64, order: Option<u8>, confirmed: i64) -> Payment {
        let (collection, at, amount) = (paper(100 + number), day(at), Money::yuan(yuan));
        Payment { collection, at, amount, order: order.map(paper), confirmed: Money::yuan(confirmed) }
    }

    fn sums(rows: &[Receivable]) -> Vec<(i64, i64)> {
        rows.iter().map(|row| (row.collected.as_fen() / 100, row.paid.as_fen() / 100)).collect()
    }

    #[test]
    fn money_goes_to_its_order_first_and_then_to_the_oldest_that_is_open() {
        let orders = [order(1, 0, 500), order(2, 3, 300), order(3, 5, 200)];
        let (rows, beyond) = receivables(&orders, &[payment(1, 6, 400, Some(2), 400)]);
        assert_eq!(sums(&rows), [(100, 100), (300, 300), (0, 0)]);
        assert_eq!(beyond, Money::ZERO);
        let (rows, beyond) = receivables(&orders, &[payment(1, 6, 1_100, None, 0)]);
        assert_eq!(sums(&rows), [(500, 0), (300, 0), (200, 0)], "collected and not paid");
        assert_eq!(beyond, Money::yuan(100));
    }

    #[test]
    fn cash_in_a_reps_bag_is_collected_and_not_paid() {
        let (rows, _) = receivables(&[order(1, 0, 500)], &[payment(1, 2, 500, None, 0)]);
        assert_eq!((rows[0].open(), rows[0].unpaid()), (Money::ZERO, Money::yuan(500)));
        let (rows, _) = receivables(&[order(1, 0, 500)], &[payment(1, 2, 500, None, 200)]);
        assert_eq!((rows[0].open(), rows[0].unpaid()), (Money::ZERO, Money::yuan(300)));
    }

    #[test]
    fn days_are_counted_while_something_is_open() {
        let (rows, _) = receivables(&[order(1, 0, 500)], &[payment(1, 2, 499, None, 499)]);
        assert_eq!(rows[0].days_open(business_date(day(30))), Some(30));
        let (rows, _) = receivables(&[order(1, 0, 500)], &[payment(1, 2, 500, None, 0)]);
        assert_eq!(rows[0].days_open(business_date(day(30))), None);
    }

    #[test]
    fn the_oldest_cash_arrives_first_and_a_bounce_reopens_the_latest() {
        let cash = [(paper(2), day(2), Money::yuan(300)), (paper(1), day(1), Money::yuan(200))];
        let all = arrived(&cash, Money::yuan(500));
        assert_eq!((all[&paper(1)], all[&paper(2)]), (Money::yuan(200), Money::yuan(300)));
        let bounced = arrived(&cash, Money::yuan(250));
        assert_eq!((bounced[&paper(1)], bounced[&paper(2)]), (Money::yuan(200), Money::yuan(50)));
        let none = arrived(&cash, Money::yuan(-5));
        assert_eq!((none[&paper(1)], none[&paper(2)]), (Money::ZERO, Money::ZERO));
    }

    #[test]
    fn everything_received_is_somewhere() {
        let orders = [order(1, 0, 333), order(2, 1, 77), order(3, 2, 1)];
        let payments = [
            payment(1, 1, 100, Some(2), 30),
            payment(2, 2, 250, None, 250),
            payment(3, 3, 99, Some(9), 0),
            payment(4, 3, 20, Some(3), 20),
        ];
        let (rows, beyond) = receivables(&orders, &payments);
        let collected: Money = rows.iter().map(|row| row.collected).sum();
        assert_eq!(collected.plus(beyond), Money::yuan(469));
        assert!(rows.iter().all(|row| row.paid <= row.collected && row.collected <= row.total));
        let forwards = rows.clone();
        let backwards: Vec<Payment> = payments.into_iter().rev().collect();
        assert_eq!(receivables(&orders, &backwards).0, forwards, "in whatever order they are handed in");
    }
}
