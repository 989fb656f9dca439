//! The read table of what orders owe, in whichever database was chosen.

use std::collections::BTreeMap;

use sync_core::unit::{CompanyId, CustomerId, Money, PaperId, StaffId};

use super::{ChosenStore, ChosenUnit, either};
use crate::store::{
    CashBy, CashMark, OwedAsk, OwedBy, OwedListing, OwedMark, OwedRow, Stored, postgres, sqlite,
};

/// The read table of what orders owe (应收).
#[derive(Clone, Debug)]
pub enum Receivables {
    /// In a SQLite file.
    Sqlite(sqlite::receivables::Receivables),
    /// In Postgres.
    Postgres(postgres::receivables::Receivables),
}

impl Receivables {
    /// The table of one company.
    pub fn new(store: &ChosenStore, company: CompanyId) -> Self {
        match store {
            ChosenStore::Sqlite(store) => Self::Sqlite(sqlite::receivables::Receivables::new(store, company)),
            ChosenStore::Postgres(store) => {
                Self::Postgres(postgres::receivables::Receivables::new(store, company))
            }
        }
    }

    /// Puts what these customers owe in place of what the table had of them, with what has arrived of reps' cash, and notes
    /// how far it is read. Nothing is written, and `false` comes back, where somebody else has read it on meanwhile.
    ///
    /// # Errors
    /// The database does not answer, or holds what it should not.
    pub async fn replace(
        &self,
        before: OwedMark,
        now: OwedMark,
        of: &[OwedBy],
        cash: &[CashBy],
    ) -> Stored<bool> {
        either!(self, tables => tables.replace(before, now, of, cash).await)
    }

    /// Forgets what is known of reps' cash, and notes how far the table is to be read anew; `false` as with
    /// [`Receivables::replace`].
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn forget_cash(&self, before: OwedMark, now: OwedMark) -> Stored<bool> {
        either!(self, tables => tables.forget_cash(before, now).await)
    }

    /// Forgets all of it, unless somebody else has read it on meanwhile: the book was taken back to where the table had not
    /// been read to, or it is to be read anew.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn forget(&self, before: OwedMark) -> Stored<bool> {
        either!(self, tables => tables.forget(before).await)
    }
}

impl ChosenUnit {
    /// How far the table of what is owed was read, at this moment.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn owed_mark(&mut self) -> Stored<OwedMark> {
        either!(self, unit => unit.owed_mark().await)
    }

    /// One page of what is owed, with what all of them come to, at this moment.
    ///
    /// # Errors
    /// The database does not answer, or holds what it should not.
    pub async fn owed_page(&mut self, ask: &OwedAsk) -> Stored<OwedListing> {
        either!(self, unit => unit.owed_page(ask).await)
    }

    /// Where the cash of a rep lies, where it was gone through.
    ///
    /// # Errors
    /// The database does not answer, or holds what it should not.
    pub async fn cash_mark(&mut self, staff: StaffId) -> Stored<Option<CashMark>> {
        either!(self, unit => unit.cash_mark(staff).await)
    }

    /// How much has arrived of which cash collections of one customer.
    ///
    /// # Errors
    /// The database does not answer, or holds what it should not.
    pub async fn cash_arrived(&mut self, customer: CustomerId) -> Stored<BTreeMap<PaperId, Money>> {
        either!(self, unit => unit.cash_arrived(customer).await)
    }

    /// How much has arrived of which cash collections of one rep, and whose customers' they are.
    ///
    /// # Errors
    /// The database does not answer, or holds what it should not.
    pub async fn cash_arrived_by(
        &mut self,
        staff: StaffId,
    ) -> Stored<BTreeMap<PaperId, (CustomerId, Money)>> {
        either!(self, unit => unit.cash_arrived_by(staff).await)
    }

    /// What the table has of one customer, in the order of their orders.
    ///
    /// # Errors
    /// The database does not answer, or holds what it should not.
    pub async fn owed_of(&mut self, customer: CustomerId) -> Stored<Vec<OwedRow>> {
        either!(self, unit => unit.owed_of(customer).await)
    }
}
