//! What was sent and is expected on an account, or was confirmed without a line: before names are known, and as a row.
//!
//! Floor: rows, below `matching`. Pure: a paper and the names on its page.

use std::collections::BTreeMap;

use sync_core::{
    domain::{
        bank::{Expected, Owner},
        cash::{Collection, Confirmations, ConfirmedPaper, Means, Remittance, Reversible},
    },
    paper::{Paper, PaperKey},
    time::{BusinessDate, business_date},
    unit::{AccountId, ChangeId, CustomerId, Money, PaperId, StaffId},
};

use super::{ExpectedRow, LinelessRow};
use crate::{
    rows::{
        common::clock,
        names::{Names, Wanted},
        statements::PaidRow,
    },
    store::Listed,
};

/// What finance has confirmed of a paper without naming a line.
struct Lineless {
    change: ChangeId,
    by: StaffId,
    arrived_on: BusinessDate,
    papers: Vec<ConfirmedPaper>,
    /// Whether nothing else that was confirmed of it stands.
    alone: bool,
}

impl Lineless {
    /// What stands and names no line; nothing where a line is named, or where nothing was confirmed.
    fn of(confirmations: Option<&Confirmations>) -> Option<Self> {
        let confirmations = confirmations?;
        let (change, one) = confirmations.counts()?;
        Some(Self {
            change,
            by: one.by,
            arrived_on: one.arrived_on,
            papers: one.papers.clone(),
            alone: confirmations.standing().count() == 1,
        })
    }
}

/// A paper that is expected, before its names are known; or those that finance has confirmed at once without a line.
pub(super) struct Sent {
    pub(super) id: PaperId,
    kind: Reversible,
    date: BusinessDate,
    at: String,
    staff: StaffId,
    customer: Option<CustomerId>,
    amount: Money,
    reference: String,
    slip: Option<String>,
    confirmed: Option<Lineless>,
    /// How many papers it stands for.
    papers: usize,
}

/// Whether what finance has confirmed of money names a line that says so.
fn has_a_line(confirmations: Option<&Confirmations>) -> bool {
    confirmations.is_some_and(|some| some.standing().any(|(_, one)| !one.lines.is_empty()))
}

impl Sent {
    fn of_remittance(id: uuid::Uuid, paper: &Remittance, account: AccountId) -> Option<Self> {
        let recorded = paper.recorded.as_ref().filter(|one| one.what.account == account && !one.withheld)?;
        let confirmations = paper.confirmations.as_ref();
        (!has_a_line(confirmations)).then(|| Self {
            id: PaperId(id),
            kind: Reversible::Remittance,
            date: business_date(recorded.at),
            at: clock(recorded.at),
            staff: recorded.by,
            customer: None,
            amount: recorded.what.drawers.iter().map(|part| part.amount.money()).sum(),
            reference: recorded.what.reference.to_string(),
            slip: recorded.what.slip.as_ref().map(ToString::to_string),
            confirmed: Lineless::of(confirmations),
            papers: 1,
        })
    }

    fn of_collection(id: uuid::Uuid, paper: &Collection, account: AccountId) -> Option<Self> {
        let recorded = paper.recorded.as_ref().filter(|one| !one.withheld)?;
        let Means::Transfer { account: to, reference } = &recorded.what.means else { return None };
        let confirmations = paper.confirmations.as_ref();
        (*to == account && !has_a_line(confirmations)).then(|| Self {
            id: PaperId(id),
            kind: Reversible::Collection,
            date: business_date(recorded.at),
            at: clock(recorded.at),
            staff: recorded.by,
            customer: Some(recorded.what.customer),
            amount: recorded.what.amount.money(),
            reference: reference.to_string(),
            slip: None,
            confirmed: Lineless::of(confirmations),
            papers: 1,
        })
    }

    pub(super) fn of(row: &Listed, account: AccountId) -> Option<Self> {
        match &row.paper {
            Paper::Remittance(paper) => Self::of_remittance(row.key.id, paper, account),
            Paper::Collection(paper) => Self::of_collection(row.key.id, paper, account),
            _ => None,
        }
    }

    /// What was confirmed at once is one sum: a line belongs to all of it or to nothing.
    pub(super) fn put_together(all: Vec<Self>) -> Vec<Self> {
        let mut places: BTreeMap<ChangeId, usize> = BTreeMap::new();
        let mut together: Vec<Self> = Vec::new();
        for one in all {
            let first = one.confirmed.as_ref().and_then(|said| places.get(&said.change)).copied();
            if let Some(first) = first.and_then(|at| together.get_mut(at)) {
                first.amount = first.amount.plus(one.amount);
                first.papers += 1;
                continue;
            }
            if let Some(said) = &one.confirmed {
                places.insert(said.change, together.len());
            }
            together.push(one);
        }
        together
    }

    /// Whether finance has confirmed it, without a line.
    pub(super) const fn is_confirmed(&self) -> bool {
        self.confirmed.is_some()
    }

    /// Whether a line can still be named for what was confirmed: nothing else was, and all its papers are here.
    pub(super) fn awaits_a_line(&self) -> bool {
        self.confirmed.as_ref().is_some_and(|said| said.alone && said.papers.len() == self.papers)
    }

    /// Whose name the bank may write: the rep's for a remittance; the customer's and their people's for a transfer.
    fn payers(&self, names: &Names<'_>) -> Vec<String> {
        let Some(customer) = self.customer else { return vec![names.person(self.staff).name] };
        match names.paper(&PaperKey::customer(customer)) {
            Some(Paper::Customer(card)) => {
                let people = card.contacts.elements().map(|(_, contact)| contact.name.to_string());
                [card.name().to_owned()].into_iter().chain(people).filter(|name| !name.is_empty()).collect()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn expected(&self, names: &Names<'_>) -> Expected {
        Expected {
            paper: self.id,
            owner: self.customer.map_or(Owner::Rep(self.staff), |one| Owner::Customer(one, self.staff)),
            confirmed: self.confirmed.is_some(),
            date: self.date,
            amount: self.amount,
            payers: self.payers(names),
            reference: self.reference.clone(),
        }
    }

    pub(super) fn wants(&self, wanted: &mut Wanted) {
        wanted.staff(self.staff);
        if let Some(customer) = self.customer {
            wanted.customer(customer);
        }
        if let Some(said) = &self.confirmed {
            wanted.staff(said.by);
        }
    }

    pub(super) fn row(&self, names: &Names<'_>) -> ExpectedRow {
        let paid = |paper: &ConfirmedPaper| PaidRow { of: paper.of, staff: names.person(paper.staff) };
        ExpectedRow {
            id: self.id,
            kind: self.kind,
            at: self.at.clone(),
            staff: names.person(self.staff),
            customer: self.customer.and_then(|customer| names.customer(customer)),
            amount: self.amount,
            reference: self.reference.clone(),
            slip: self.slip.clone(),
            confirmation: self.confirmed.as_ref().map(|said| LinelessRow {
                confirmation: said.change.into(),
                by: names.person(said.by),
                arrived_on: said.arrived_on.to_string(),
                papers: said.papers.iter().map(paid).collect(),
            }),
        }
    }
}
