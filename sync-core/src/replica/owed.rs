//! What the phone says of what is owed: by the same functions as the office, over what is known here.

use std::collections::BTreeMap;

use super::Replica;
use crate::{
    domain::{
        Recorded,
        cash::{
            CashOfRep, CreditPolicy, CustomerAccount, Means, Owed, Payment, PaymentUrged, ReceivableRefusal,
            may_promise,
        },
        customer::CustomerCard,
    },
    op::Op,
    paper::{Paper, PaperKey},
    scope::Scope,
    time::BusinessDate,
    unit::{CustomerId, Money, PaperId, StaffId},
};

/// How much is known here of what a customer has paid. Source: S34, S78.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKnown {
    /// All of it, with what has arrived.
    All,
    /// What was collected. Some of it another has taken in cash: whether that has arrived the company knows.
    Collected,
    /// Nothing that can be told: the customer is another's now, or what came before has not come yet.
    Nothing,
}

impl Replica {
    /// How much is known here of what a customer has paid.
    pub fn knows_account(&self, customer: CustomerId) -> AccountKnown {
        if !self.can_tell_of(customer) {
            return AccountKnown::Nothing;
        }
        let me = self.identity().staff;
        let others = self.collections().any(|(_, paper)| {
            let taken = paper.recorded.as_ref().filter(|_| paper.reversals.is_empty());
            let cash = taken.filter(|taken| taken.by != me && taken.what.means == Means::Cash);
            cash.is_some_and(|taken| taken.what.customer == customer)
        });
        if others { AccountKnown::Collected } else { AccountKnown::All }
    }

    /// Whether anything can be told of what a customer has paid, asked without going through what was collected.
    fn can_tell_of(&self, customer: CustomerId) -> bool {
        let here = self.customer(customer).is_some_and(CustomerCard::exists);
        let needed = [Scope::Customer(customer), Scope::Staff(self.identity().staff)];
        here && !needed.iter().any(|scope| self.index.missing.contains(scope))
    }

    /// Whether what is promised is owed, as far as that is known here: of a customer of whom nothing can be told, it may be.
    pub(super) fn may_promise(&self, op: &Op, today: BusinessDate) -> Result<(), ReceivableRefusal> {
        match op {
            Op::PaymentUrged(op) if self.can_tell_of(op.customer) => {
                may_promise(op, &self.account_of(op.customer, today))
            }
            _ => Ok(()),
        }
    }

    /// The credit exceptions of a customer. Source: S45.
    pub fn credit_policy(&self, customer: CustomerId) -> Option<&CreditPolicy> {
        match self.view.get(&PaperKey::credit(customer)) {
            Some(Paper::Credit(policy)) => Some(policy),
            _ => None,
        }
    }

    /// The reminders to a customer, in no order. Source: S43.
    pub fn urgings_of(&self, customer: CustomerId) -> impl Iterator<Item = &Recorded<PaymentUrged>> {
        let all = self.urgings().filter_map(|(_, paper)| paper.recorded.as_ref());
        all.filter(move |urged| urged.what.customer == customer)
    }

    /// The money received from a customer, with what of it has arrived as far as is known here: what another rep has passed
    /// on is known to the company.
    pub fn payments_of(&self, customer: CustomerId) -> Vec<Payment> {
        self.payments(Some(customer)).remove(&customer).unwrap_or_default()
    }

    /// The money received, by customer; of one where one is named.
    fn payments(&self, only: Option<CustomerId>) -> BTreeMap<CustomerId, Vec<Payment>> {
        let mut by_rep: BTreeMap<StaffId, BTreeMap<PaperId, Money>> = BTreeMap::new();
        let mut found: BTreeMap<CustomerId, Vec<Payment>> = BTreeMap::new();
        for (id, paper) in self.collections() {
            let Some(taken) = &paper.recorded else { continue };
            if only.is_some_and(|only| only != taken.what.customer) {
                continue;
            }
            let cash = taken.what.means == Means::Cash;
            let arrived = cash.then(|| by_rep.entry(taken.by).or_insert_with(|| self.arrived_of(taken.by)));
            let part = |id| arrived.as_ref().and_then(|all| all.get(&id)).copied().unwrap_or(Money::ZERO);
            found.entry(taken.what.customer).or_default().extend(Payment::of(id, paper, part));
        }
        found
    }

    /// How much of each of a rep's cash collections has arrived. Source: S34, Q3.
    fn arrived_of(&self, rep: StaffId) -> BTreeMap<PaperId, Money> {
        let mut cash = CashOfRep::default();
        let by = |author: Option<StaffId>| author == Some(rep);
        for (id, paper) in self.collections().filter(|(_, p)| by(p.recorded.as_ref().map(|r| r.by))) {
            cash.collected(id, paper);
        }
        for (_, paper) in self.remittances().filter(|(_, p)| by(p.recorded.as_ref().map(|r| r.by))) {
            cash.remitted(paper);
        }
        for (_, paper) in self.hand_ins().filter(|(_, paper)| by(paper.staff())) {
            cash.handed_in(paper);
        }
        if rep != self.identity().staff {
            return cash.arrived(&[]);
        }
        self.cash_limits().into_iter().for_each(|limits| cash.settled(limits));
        cash.arrived(&self.own_drawers().collect::<Vec<_>>())
    }

    /// What a customer owes on a day. Source: S12, S41, S44, S45.
    pub fn account_of(&self, customer: CustomerId, today: BusinessDate) -> CustomerAccount {
        self.account_after(customer, &self.payments_of(customer), today)
    }

    /// The same, for whoever has asked for the payments already: what of them has arrived is read off all cash of a rep.
    pub fn account_after(
        &self,
        customer: CustomerId,
        payments: &[Payment],
        today: BusinessDate,
    ) -> CustomerAccount {
        let orders = self.owed(Some(customer)).remove(&customer).unwrap_or_default();
        CustomerAccount::of(&orders, payments, self.credit_policy(customer), today)
    }

    /// What orders owe before anything is paid, by customer; of one where one is named.
    fn owed(&self, only: Option<CustomerId>) -> BTreeMap<CustomerId, Vec<Owed>> {
        let mut orders: BTreeMap<CustomerId, Vec<Owed>> = BTreeMap::new();
        for (id, paper) in self.orders() {
            let Some(taken) = &paper.recorded else { continue };
            let customer = taken.what.customer;
            if only.is_none_or(|only| only == customer) {
                orders.entry(customer).or_default().extend(Owed::of(id, paper, self.credit_policy(customer)));
            }
        }
        orders
    }

    /// The customers of whom something is overdue on a day, the longest first, with how much and since when. Source: S41.
    pub fn overdue(&self, today: BusinessDate) -> Vec<(CustomerId, Money, BusinessDate)> {
        let mut payments = self.payments(None);
        let late = self.owed(None).into_iter().filter_map(|(customer, orders)| {
            let paid = payments.remove(&customer).unwrap_or_default();
            let account = CustomerAccount::of(&orders, &paid, self.credit_policy(customer), today);
            let (sum, since) = account.overdue(today)?;
            self.can_tell_of(customer).then_some((customer, sum, since))
        });
        let mut late: Vec<_> = late.collect();
        late.sort_by_key(|(customer, sum, since)| (*since, std::cmp::Reverse(*sum), *customer));
        late
    }
}
