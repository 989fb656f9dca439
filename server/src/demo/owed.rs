//! What customers of the demo owe: who was urged and what came of it, and whose goods may go before their money.
//!
//! Floor: above the rep's day and the office's desk. Source: S41, S43, S45.

use chrono::{Days, NaiveDate};
use sync_core::{
    domain::cash::{
        CreditExcepted, CreditExceptionStamped, CreditStamp, PaymentPromise, PaymentUrged, UrgedBy,
    },
    op::Op,
    time::{BusinessDate, Timestamp, business_date},
    unit::{Amount, CustomerId, Money, PaperId},
};

use super::{
    DemoError,
    office::{OfficeDesk, at_desk},
    rep::Rep,
    text,
};
use crate::store::Store;

/// Reps who urge those who owe the longest, and how many workdays ago.
pub(super) const URGED: [(usize, usize); 10] =
    [(1, 30), (5, 22), (8, 16), (0, 12), (2, 9), (1, 8), (6, 6), (17, 5), (8, 3), (0, 2)];

/// Credit exceptions: for which rep's customer, how many workdays ago, for how many days, and what became of it.
pub(super) const EXCEPTED: [(usize, usize, u64, Became); 4] = [
    (5, 45, 180, Became::Approved),
    (8, 40, 120, Became::Ended),
    (2, 20, 90, Became::SentBack),
    (1, 1, 90, Became::Waiting),
];

/// What became of a credit exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Became {
    Approved,
    /// Approved, and ended some weeks later.
    Ended,
    SentBack,
    Waiting,
}

/// For how many workdays one that is ended has counted.
pub(super) const ENDED_AFTER: usize = 15;

impl Rep {
    /// Urges the two customers who owe the longest, as the phone knows it, and takes down what they promise.
    pub(super) fn urges(&mut self, date: NaiveDate, time: Timestamp) -> Result<(), DemoError> {
        const SAID: [(&str, UrgedBy); 3] = [
            ("货款拖了些日子，老板说回款到了先付我们一半。", UrgedBy::InPerson),
            ("电话里说这两天去银行办，让我周末再问一次。", UrgedBy::Phone),
            ("把对账单发过去了，答应按单付清。", UrgedBy::Message),
        ];
        let late = self.phone.replica.overdue(business_date(time));
        for (turn, (customer, sum, _)) in late.into_iter().take(2).enumerate() {
            let (said, by) = SAID[(self.index + turn) % SAID.len()];
            let half = Money::yuan((sum.as_fen() / 20_000).max(1) * 100);
            let promised = Amount::new(half)
                .ok()
                .filter(|amount| turn == 0 && amount.money() <= sum)
                .map(|amount| PaymentPromise { day: BusinessDate(date + Days::new(3)), amount });
            let whom = self.contact_of(customer);
            let minutes = time.plus_millis(turn as u64 * 20 * 60_000);
            let op =
                PaymentUrged { customer, order: None, by, whom: text(&whom), said: text(said), promised };
            self.phone.act(Op::PaymentUrged(op), minutes)?;
        }
        Ok(())
    }

    fn contact_of(&self, customer: CustomerId) -> String {
        let account = self.round.iter().find(|account| account.customer.id == customer);
        let contact = account.and_then(|account| account.customer.contacts.first());
        contact.map_or_else(|| "店主".to_owned(), |contact| contact.name.to_string())
    }
}

impl<S: Store> OfficeDesk<'_, S> {
    /// The sales head makes a credit exception for a customer; finance approves it, or sends it back.
    pub(super) async fn excepts(
        &self,
        customer: CustomerId,
        days: u64,
        became: Became,
        now: Timestamp,
    ) -> Result<PaperId, DemoError> {
        let today = business_date(now);
        let op = CreditExcepted {
            customer,
            limit: Amount::new(Money::yuan(20_000)).expect("a sum"),
            pay_within: 30,
            from: today,
            to: BusinessDate(today.0 + Days::new(days)),
            reason: text("合作多年的老客户，秋收后资金紧，按月付清"),
        };
        let made = self.says(at_desk("XS-0001"), vec![Op::CreditExcepted(op)], now).await?;
        let exception = PaperId(made.first().expect("one op, one change").created());
        let later = now.plus_millis(40 * 60_000);
        match became {
            Became::Approved | Became::Ended => {
                self.stamps_credit(exception, customer, CreditStamp::Approved, "", later).await?;
            }
            Became::SentBack => {
                let why = "上一笔还有逾期，先结清再谈";
                self.stamps_credit(exception, customer, CreditStamp::SentBack, why, later).await?;
            }
            Became::Waiting => {}
        }
        Ok(exception)
    }

    /// Finance stamps a credit exception.
    pub(super) async fn stamps_credit(
        &self,
        exception: PaperId,
        customer: CustomerId,
        stamp: CreditStamp,
        note: &str,
        now: Timestamp,
    ) -> Result<(), DemoError> {
        let op = CreditExceptionStamped { exception, customer, stamp, note: text(note) };
        self.says(at_desk("CW-0001"), vec![Op::CreditExceptionStamped(op)], now).await.map(|_| ())
    }

    /// The clerk urges by telephone, in the office's name.
    pub(super) async fn urges(&self, customer: CustomerId, now: Timestamp) -> Result<(), DemoError> {
        let op = PaymentUrged {
            customer,
            order: None,
            by: UrgedBy::Phone,
            whom: text("会计"),
            said: text("对账单已核对无误，请按合同付款到公司账户。"),
            promised: None,
        };
        self.says(at_desk("WL-0001"), vec![Op::PaymentUrged(op)], now).await.map(|_| ())
    }
}
