//! 应收: what each order owes, what was collected for it, and what of that is paid. Source: S12, S34, S41, S43–S45, Q3.
//!
//! Cash that a rep holds is collected and not paid: it is paid once finance has confirmed that it arrived.

use serde::Serialize;

use super::{Collection, CreditExcepted, CreditPolicy, Means, PassedOn, has_arrived};
use crate::{
    domain::sale::{Order, OrderStatus},
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
    /// The day on which it is due.
    pub due: BusinessDate,
    /// What it comes to.
    pub total: Money,
}

impl Owed {
    /// What an order owes: nothing where it was withdrawn, or counts nowhere yet. It is due at once, or as a credit
    /// exception of the day on which it was taken says. Source: S12, S44, S45.
    pub fn of(id: PaperId, order: &Order, policy: Option<&CreditPolicy>) -> Option<Self> {
        let taken = order.recorded.as_ref().filter(|taken| !taken.withheld)?;
        let day = business_date(taken.at);
        let stands = order.status() != OrderStatus::Withdrawn;
        stands.then(|| Self {
            order: id,
            at: taken.at,
            due: policy.map_or(day, |policy| policy.due_day(taken.at)),
            total: taken.what.total(),
        })
    }
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

impl Payment {
    /// What a collection brought; nothing where it was reversed, or counts nowhere yet. `arrived` says how much of each
    /// cash collection has arrived.
    pub fn of(id: PaperId, collection: &Collection, arrived: impl Fn(PaperId) -> Money) -> Option<Self> {
        let taken = collection.recorded.as_ref().filter(|taken| !taken.withheld)?;
        let confirmed = match taken.what.means {
            Means::Cash => arrived(id),
            Means::Transfer { .. } if has_arrived(PassedOn::Transfer(collection)) => {
                taken.what.amount.money()
            }
            Means::Transfer { .. } => Money::ZERO,
        };
        collection.reversals.is_empty().then(|| Self {
            collection: id,
            at: taken.at,
            amount: taken.what.amount.money(),
            order: taken.what.order,
            confirmed,
        })
    }
}

/// What an order owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receivable {
    /// Which order.
    pub order: PaperId,
    /// When it was taken.
    pub at: Timestamp,
    /// The day on which it is due.
    pub due: BusinessDate,
    /// What it comes to.
    pub total: Money,
    /// What was received for it, the rep's cash included.
    pub collected: Money,
    /// What of that has arrived, as finance has confirmed it.
    pub paid: Money,
}

/// How long an order has been overdue. Source: S41.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Age {
    /// Its day is not over.
    NotDue,
    /// For 1 to 30 days.
    UpTo30,
    /// For 31 to 60 days.
    UpTo60,
    /// For 61 to 90 days.
    UpTo90,
    /// For more than 90 days.
    Over90,
}

impl Age {
    /// Every age, the youngest first.
    pub const ALL: [Self; 5] = [Self::NotDue, Self::UpTo30, Self::UpTo60, Self::UpTo90, Self::Over90];

    /// The age of so many days past the due day.
    pub const fn of(overdue: i64) -> Self {
        match overdue {
            ..=0 => Self::NotDue,
            1..=30 => Self::UpTo30,
            31..=60 => Self::UpTo60,
            61..=90 => Self::UpTo90,
            _ => Self::Over90,
        }
    }

    /// From how many days past the due day to how many; without an end where there is none.
    pub const fn days(self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::NotDue => (None, Some(0)),
            Self::UpTo30 => (Some(1), Some(30)),
            Self::UpTo60 => (Some(31), Some(60)),
            Self::UpTo90 => (Some(61), Some(90)),
            Self::Over90 => (Some(91), None),
        }
    }

    /// The stable name, as lists and translations use it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotDue => "not-due",
            Self::UpTo30 => "1-30",
            Self::UpTo60 => "31-60",
            Self::UpTo90 => "61-90",
            Self::Over90 => "over-90",
        }
    }

    /// The age of a stable name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|age| age.code() == code)
    }
}

/// Where the money of an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// 待付: something is still to be collected.
    Open,
    /// 已收: all was received, and not all has been confirmed.
    Collected,
    /// 已付: finance has confirmed all of it.
    Paid,
}

impl Standing {
    /// The stable name, as lists and translations use it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Collected => "collected",
            Self::Paid => "paid",
        }
    }
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

    /// Where its money stands.
    pub fn standing(&self) -> Standing {
        if self.open() > Money::ZERO {
            Standing::Open
        } else if self.unpaid() > Money::ZERO {
            Standing::Collected
        } else {
            Standing::Paid
        }
    }

    /// For how many days it has been overdue on a day; `None` where all was collected or its day is not over. What lies
    /// in a rep's bag is not the customer's fault. Source: S41, S43.
    pub fn days_overdue(&self, today: BusinessDate) -> Option<u32> {
        let days = u32::try_from((today.0 - self.due.0).num_days()).unwrap_or_default();
        (days > 0 && self.open() > Money::ZERO).then_some(days)
    }

    /// How old what is open of it is.
    pub fn age(&self, today: BusinessDate) -> Age {
        Age::of(self.days_overdue(today).map_or(0, i64::from))
    }
}

/// What lets an order's goods go. Source: S12, S44, S45.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// Its money has arrived: paid is not less than due.
    Paid,
    /// A credit exception lets it go before its money.
    Excepted,
    /// It waits for its money: so much has not been confirmed.
    Waits(Money),
}

impl Release {
    /// The stable name, as lists and translations use it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Excepted => "excepted",
            Self::Waits(_) => "waits",
        }
    }
}

/// Whether the goods of an order may be dispatched: it is paid, or an exception in force has room for what is not, beside
/// what it has let go already. Source: S12, S44, S45, Q3.
pub fn is_released(order: &Receivable, exception: Option<&CreditExcepted>, let_go: Money) -> Release {
    let unpaid = order.unpaid();
    if unpaid <= Money::ZERO {
        return Release::Paid;
    }
    match exception {
        Some(exception) if let_go.plus(unpaid) <= exception.limit.money() => Release::Excepted,
        _ => Release::Waits(unpaid),
    }
}

/// The same for all orders of one customer, the oldest first: each that goes before its money takes room from the
/// exception of the day. Source: S45.
pub fn released(rows: &[Receivable], policy: Option<&CreditPolicy>, today: BusinessDate) -> Vec<Release> {
    let exception = policy.and_then(|policy| policy.in_force_on(today)).map(|(_, one)| &one.what);
    let mut let_go = Money::ZERO;
    let each = rows.iter().map(|row| {
        let release = is_released(row, exception, let_go);
        if release == Release::Excepted {
            let_go = let_go.plus(row.unpaid());
        }
        release
    });
    each.collect()
}

/// What one customer owes, as both ends show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerAccount {
    /// The orders that stand, the oldest first.
    pub rows: Vec<Receivable>,
    /// What lets the goods of each go.
    pub releases: Vec<Release>,
    /// What was received beyond them all.
    pub beyond: Money,
}

impl CustomerAccount {
    /// The account of one customer on a day. Source: S12, S34, S41, S44, S45.
    pub fn of(
        orders: &[Owed],
        payments: &[Payment],
        policy: Option<&CreditPolicy>,
        today: BusinessDate,
    ) -> Self {
        let (rows, beyond) = receivables(orders, payments);
        let releases = released(&rows, policy, today);
        Self { rows, releases, beyond }
    }

    /// One order with what lets its goods go.
    pub fn order(&self, order: PaperId) -> Option<(&Receivable, Release)> {
        let mut both = self.rows.iter().zip(&self.releases);
        both.find(|(row, _)| row.order == order).map(|(row, release)| (row, *release))
    }

    /// What is still to be collected.
    pub fn open(&self) -> Money {
        self.rows.iter().map(Receivable::open).sum()
    }

    /// What was collected, and not yet confirmed.
    pub fn unconfirmed(&self) -> Money {
        self.rows.iter().map(|row| row.collected.minus(row.paid)).sum()
    }

    /// What of it is overdue, and since which day. Source: S41.
    pub fn overdue(&self, today: BusinessDate) -> Option<(Money, BusinessDate)> {
        let late = || self.rows.iter().filter(|row| row.days_overdue(today).is_some());
        let since = late().map(|row| row.due).min()?;
        Some((late().map(Receivable::open).sum(), since))
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
            due: one.due,
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
        let at = day(taken);
        Owed { order: paper(number), at, due: business_date(at), total: Money::yuan(yuan) }
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
    fn days_are_counted_from_the_due_day_while_something_is_open() {
        let (rows, _) = receivables(&[order(1, 0, 500)], &[payment(1, 2, 499, None, 499)]);
        assert_eq!(rows[0].days_overdue(business_date(day(30))), Some(30));
        assert_eq!(
            rows[0].days_overdue(business_date(day(0))),
            None,
            "due at once, and not overdue that day"
        );
        assert_eq!(rows[0].age(business_date(day(31))), Age::UpTo60);
        let (rows, _) = receivables(&[order(1, 0, 500)], &[payment(1, 2, 500, None, 0)]);
        assert_eq!(rows[0].days_overdue(business_date(day(30))), None);
        assert_eq!(
            (rows[0].standing(), rows[0].age(business_date(day(30)))),
            (Standing::Collected, Age::NotDue)
        );
    }

    #[test]
    fn ages_have_no_gap_and_no_day_twice() {
        for days in -400..400 {
            let within = |age: &Age| {
                let (from, to) = age.days();
                from.is_none_or(|from| from <= days) && to.is_none_or(|to| days <= to)
            };
            let ages: Vec<Age> = Age::ALL.into_iter().filter(within).collect();
            assert_eq!(ages, [Age::of(days)], "{days}");
        }
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
