//! Pieces in whichever database was chosen.

use sync_core::{time::Timestamp, unit::CompanyId};

use super::{ChosenStore, either};
use crate::store::{Kept, Parcel, Stored, postgres, sqlite};

/// The table of pieces. Only `http` writes here.
#[derive(Clone, Debug)]
pub enum Pieces {
    /// In a SQLite file.
    Sqlite(sqlite::pieces::Pieces),
    /// In Postgres.
    Postgres(postgres::pieces::Pieces),
}

impl Pieces {
    /// The table of one company.
    pub fn new(store: &ChosenStore, company: CompanyId) -> Self {
        match store {
            ChosenStore::Sqlite(store) => Self::Sqlite(sqlite::pieces::Pieces::new(store, company)),
            ChosenStore::Postgres(store) => Self::Postgres(postgres::pieces::Pieces::new(store, company)),
        }
    }

    /// How many bytes have come, from the first on without a gap.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn come(&self, of: &Parcel) -> Stored<u64> {
        either!(self, tables => tables.come(of).await)
    }

    /// Keeps the next piece. [`Kept::Already`] when another request was quicker: then `start` is no longer the end.
    ///
    /// `budget` is how many bytes somebody may have here in pieces and in files that no change names yet, together.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn put(
        &self,
        of: &Parcel,
        start: u64,
        bytes: &[u8],
        now: Timestamp,
        budget: u64,
    ) -> Stored<Kept> {
        either!(self, tables => tables.put(of, start, bytes, now, budget).await)
    }

    /// All that has come, put together.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn whole(&self, of: &Parcel) -> Stored<Vec<u8>> {
        either!(self, tables => tables.whole(of).await)
    }

    /// Lets go of what has come: it is whole and taken, or can never be.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn forget(&self, of: &Parcel) -> Stored<()> {
        either!(self, tables => tables.forget(of).await)
    }

    /// Lets go of what nobody has gone on with. How many pieces.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn tidy(&self, now: Timestamp) -> Stored<u64> {
        either!(self, tables => tables.tidy(now).await)
    }
}
