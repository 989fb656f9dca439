//! 催款: the dunning log: who was urged to pay, how, what was said and what was promised. Source: S41, S43.
//!
//! Floor: domain. An entry is a fact: it moves no money, and what was promised is held against the money that came.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{CustomerAccount, Payment, ReceivableRefusal};
use crate::{
    domain::{
        Recorded,
        people::{Author, Role},
        sale::Order,
    },
    time::{BusinessDate, Timestamp, business_date},
    unit::{Amount, CustomerId, Money, PaperId, Text},
};

/// For how many days ahead a promise is taken down at most: one of 2206 is a slip of the finger, and would never be broken.
pub(super) const LONGEST_PROMISE_DAYS: u32 = 366;

/// How somebody was urged.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum UrgedBy {
    /// 电话
    #[n(0)]
    Phone,
    /// 上门
    #[n(1)]
    InPerson,
    /// 微信、短信
    #[n(2)]
    Message,
    /// 催款函
    #[n(3)]
    Letter,
}

impl UrgedBy {
    /// Every way, in the order of the screen.
    pub const ALL: [Self; 4] = [Self::Phone, Self::InPerson, Self::Message, Self::Letter];

    /// The stable name, as lists and translations use it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::InPerson => "in-person",
            Self::Message => "message",
            Self::Letter => "letter",
        }
    }

    /// The way of a stable name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// What was promised: so much until the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct PaymentPromise {
    /// Until the end of which day.
    #[n(0)]
    pub day: BusinessDate,
    /// How much.
    #[n(1)]
    pub amount: Amount,
}

reads_map!(PaymentPromise { 0: day, 1: amount });

/// A customer was urged to pay.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct PaymentUrged {
    /// Which customer.
    #[n(0)]
    pub customer: CustomerId,
    /// For which order; for all that is owed where for none.
    #[n(1)]
    pub order: Option<PaperId>,
    /// How.
    #[n(2)]
    pub by: UrgedBy,
    /// Whom: the person spoken to.
    #[n(3)]
    pub whom: Text<1, 40>,
    /// What was said.
    #[n(4)]
    pub said: Text<1, 500>,
    /// What was promised, where anything was.
    #[n(5)]
    pub promised: Option<PaymentPromise>,
}

reads_map!(PaymentUrged { 0: customer, 1: order, 2: by, 3: whom, 4: said, 5: promised });

/// An entry of the dunning log in the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Urging {
    /// The entry as it was recorded.
    #[n(0)]
    pub recorded: Option<Recorded<PaymentUrged>>,
}

reads_map!(Urging { 0: recorded });

/// What became of a promise, read off the money that came since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PromiseState {
    /// As much as was promised was received until the end of its day.
    Kept,
    /// As much was received, after its day.
    Late,
    /// Its day is not over.
    Running,
    /// Its day is over and less was received.
    Broken,
}

impl PromiseState {
    /// The stable name, as lists and translations use it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Late => "late",
            Self::Running => "running",
            Self::Broken => "broken",
        }
    }
}

impl PaymentPromise {
    /// Where the promise stands on a day, when so much was received since it was given: until the end of its day, and in
    /// all. Source: S43.
    pub fn state(&self, in_time: Money, in_all: Money, today: BusinessDate) -> PromiseState {
        let sum = self.amount.money();
        if in_time >= sum {
            PromiseState::Kept
        } else if in_all >= sum {
            PromiseState::Late
        } else if today <= self.day {
            PromiseState::Running
        } else {
            PromiseState::Broken
        }
    }
}

/// The last reminder about an order, and the last promise given for it: those about this order, and those about all that is
/// owed since it was taken. Source: S43.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reminded<'u> {
    /// The last reminder.
    pub last: Option<&'u Recorded<PaymentUrged>>,
    /// The last with a promise.
    pub promised: Option<&'u Recorded<PaymentUrged>>,
}

impl<'u> Reminded<'u> {
    /// Of an order, among all reminders of its customer; of all that is owed where no order is named.
    pub fn of(
        urgings: impl Iterator<Item = &'u Recorded<PaymentUrged>>,
        order: Option<(PaperId, Timestamp)>,
    ) -> Self {
        let concerns = |one: &Recorded<PaymentUrged>| match (one.what.order, order) {
            (Some(about), Some((order, _))) => about == order,
            (None, Some((_, taken))) => one.at >= taken,
            (_, None) => true,
        };
        let mut found = Self::default();
        for one in urgings.filter(|one| !one.withheld && concerns(one)) {
            let later = |than: Option<&Recorded<PaymentUrged>>| {
                than.is_none_or(|than| (than.at, than.id) < (one.at, one.id))
            };
            if later(found.last) {
                found.last = Some(one);
            }
            if one.what.promised.is_some() && later(found.promised) {
                found.promised = Some(one);
            }
        }
        found
    }

    /// The last promise, and where it stands. Whatever the customer has paid since counts.
    pub fn promise(
        &self,
        payments: &[Payment],
        today: BusinessDate,
    ) -> Option<(PaymentPromise, PromiseState)> {
        let given = self.promised?;
        let promise = given.what.promised?;
        let since = || payments.iter().filter(|payment| payment.at > given.at);
        let in_time = since().filter(|payment| business_date(payment.at) <= promise.day);
        let in_time: Money = in_time.map(|payment| payment.amount).sum();
        let in_all: Money = since().map(|payment| payment.amount).sum();
        Some((promise, promise.state(in_time, in_all, today)))
    }
}

/// Whether `author` may enter this: of an order of that customer's, with a promise that lies ahead. Source: S43.
pub fn may_urge(
    op: &PaymentUrged,
    order: Option<&Order>,
    author: &Author,
    today: BusinessDate,
) -> Result<(), ReceivableRefusal> {
    if !author.may(Role::urges_payment) {
        return Err(ReceivableRefusal::MayNotUrge);
    }
    let stands = |order: &Order| {
        order.recorded.as_ref().is_some_and(|taken| taken.what.customer == op.customer && !taken.withheld)
    };
    if op.order.is_some() && !order.is_some_and(stands) {
        return Err(ReceivableRefusal::NoSuchOrder);
    }
    match op.promised {
        Some(promise) if promise.day < today => Err(ReceivableRefusal::PromisedBefore { day: promise.day }),
        Some(promise) if (promise.day.0 - today.0).num_days() > i64::from(LONGEST_PROMISE_DAYS) => {
            Err(ReceivableRefusal::PromisedTooFar { day: promise.day, most: LONGEST_PROMISE_DAYS })
        }
        _ => Ok(()),
    }
}

/// Whether what is promised is owed: no more than is still to be collected of the order, or of all where none is named.
///
/// What the customer owes is handed in, as far as it is known where somebody enters it; merging never asks. Source: S41, S43.
pub fn may_promise(op: &PaymentUrged, account: &CustomerAccount) -> Result<(), ReceivableRefusal> {
    let Some(promise) = op.promised else { return Ok(()) };
    let open = match op.order {
        Some(order) => account.order(order).map_or(Money::ZERO, |(row, _)| row.open()),
        None => account.open(),
    };
    let amount = promise.amount.money();
    if amount <= open { Ok(()) } else { Err(ReceivableRefusal::PromisedTooMuch { amount, open }) }
}
