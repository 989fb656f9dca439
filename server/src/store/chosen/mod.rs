//! The store an operator has chosen by its place: everybody above knows neither backend.

mod identity;
mod pieces;
mod receivables;
mod unit;

use std::path::Path;

pub use identity::Identities;
pub use pieces::Pieces;
pub use receivables::Receivables;
use sync_core::{time::Timestamp, unit::CompanyId};
pub use unit::ChosenUnit;

use super::{
    Blob, Company, Connections, DeviceLog, Ear, Head, Kept, Place, Store, Stored, Tables, Upkeep, Volume,
    Word,
    health::{Health, Holdings},
    postgres::{Making, PostgresStore},
    sqlite::{Looked, SqliteStore},
};

/// Does the same in whichever backend it is.
macro_rules! either {
    ($self:expr, $backend:ident => $done:expr) => {
        match $self {
            Self::Sqlite($backend) => $done,
            Self::Postgres($backend) => $done,
        }
    };
}

use either;

/// The books of companies, in SQLite or in Postgres.
#[derive(Clone, Debug)]
pub enum ChosenStore {
    /// In a SQLite file.
    Sqlite(SqliteStore),
    /// In Postgres.
    Postgres(PostgresStore),
}

/// A book that is only looked at.
#[derive(Debug)]
pub struct LookedAt {
    /// The book, to read.
    pub store: ChosenStore,
    /// What SQLite keeps to look at it.
    file: Option<Looked>,
}

impl LookedAt {
    /// Whether its tables are those of an earlier version, and a copy is looked at in its place.
    pub fn is_earlier(&self) -> bool {
        self.file.as_ref().is_some_and(Looked::is_earlier)
    }

    /// Closes it, and removes the copy where there is one.
    pub async fn close(self) {
        self.store.close().await;
        if let Some(file) = self.file {
            file.close().await;
        }
    }
}

impl ChosenStore {
    /// Opens what is there, and brings its tables up to date; a SQLite file is made where there is none.
    ///
    /// # Errors
    /// Those of the backend.
    pub async fn open(place: &Place) -> Stored<Self> {
        match place {
            Place::File(file) => SqliteStore::open(file).await.map(Self::Sqlite),
            Place::Postgres(options) => PostgresStore::open((**options).clone()).await.map(Self::Postgres),
        }
    }

    /// Opens it only to look. `aside` names a file that is not there, for the copy of a file of earlier tables.
    ///
    /// # Errors
    /// Those of the backend.
    pub async fn look(place: &Place, aside: &Path) -> Stored<LookedAt> {
        match place {
            Place::File(file) => {
                let file = SqliteStore::look(file, aside).await?;
                Ok(LookedAt { store: Self::Sqlite(file.store.clone()), file: Some(file) })
            }
            Place::Postgres(options) => {
                let store = PostgresStore::look((**options).clone()).await?;
                Ok(LookedAt { store: Self::Postgres(store), file: None })
            }
        }
    }

    /// Waits for the turn to make a company, where several programs may try at once. A file is made by who comes first.
    ///
    /// # Errors
    /// Those of the backend.
    pub async fn making(&self) -> Stored<Option<Making>> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(store) => store.making().await.map(Some),
        }
    }

    /// After much was brought in at once: the database looks over it, where it chooses its ways by what it has seen.
    ///
    /// # Errors
    /// Those of the backend.
    pub async fn look_over(&self) -> Stored<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(store) => store.look_over().await,
        }
    }

    /// Looks at how a store stands, without writing it.
    ///
    /// # Errors
    /// Those of the backend.
    pub async fn health(place: &Place) -> Stored<Health> {
        match place {
            Place::File(file) => SqliteStore::health(file).await,
            Place::Postgres(options) => PostgresStore::health((**options).clone()).await,
        }
    }

    /// What a company has here beside its book.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn holdings(&self, company: CompanyId) -> Stored<Holdings> {
        either!(self, store => store.holdings(company).await)
    }

    /// Before serving: a copy begins a new life of the book.
    ///
    /// # Errors
    /// Any, as it comes.
    pub async fn begin_life(&self, now: Timestamp) -> Stored<()> {
        either!(self, store => store.begin_life(now).await)
    }

    /// The book was taken back to an earlier state by other means than ours: the next server begins a new life of it.
    ///
    /// # Errors
    /// Any, as it comes.
    pub async fn taken_back(&self) -> Stored<()> {
        either!(self, store => store.taken_back().await)
    }

    /// Closes all connections; what is durable stays.
    pub async fn close(&self) {
        either!(self, store => store.close().await);
    }
}

impl Store for ChosenStore {
    type Unit = ChosenUnit;
    type Snapshot = ChosenUnit;

    async fn companies(&self) -> Stored<Vec<Company>> {
        either!(self, store => store.companies().await)
    }

    async fn found(&self, company: &Company, hub: &DeviceLog) -> Stored<()> {
        either!(self, store => store.found(company, hub).await)
    }

    async fn begin(&self, company: CompanyId) -> Stored<ChosenUnit> {
        match self {
            Self::Sqlite(store) => store.begin(company).await.map(ChosenUnit::Sqlite),
            Self::Postgres(store) => store.begin(company).await.map(ChosenUnit::Postgres),
        }
    }

    async fn snapshot(&self, company: CompanyId) -> Stored<ChosenUnit> {
        match self {
            Self::Sqlite(store) => store.snapshot(company).await.map(ChosenUnit::Sqlite),
            Self::Postgres(store) => store.snapshot(company).await.map(ChosenUnit::Postgres),
        }
    }

    async fn head(&self, company: CompanyId) -> Stored<Head> {
        either!(self, store => store.head(company).await)
    }

    async fn put_blob(&self, company: CompanyId, blob: &Blob, budget: u64) -> Stored<Kept> {
        either!(self, store => store.put_blob(company, blob, budget).await)
    }

    async fn remove_unnamed(&self, company: CompanyId, before: Timestamp) -> Stored<u64> {
        either!(self, store => store.remove_unnamed(company, before).await)
    }

    async fn take_turn(
        &self,
        company: CompanyId,
        task: &'static str,
        now: Timestamp,
        every_ms: u64,
    ) -> Stored<bool> {
        either!(self, store => store.take_turn(company, task, now, every_ms).await)
    }

    async fn announce(&self, company: CompanyId, word: Word) -> Stored<()> {
        either!(self, store => store.announce(company, word).await)
    }

    async fn ear(&self, company: CompanyId) -> Stored<Option<Ear>> {
        either!(self, store => store.ear(company).await)
    }
}

impl Upkeep for ChosenStore {
    async fn volume(&self, company: CompanyId) -> Stored<Volume> {
        either!(self, store => store.volume(company).await)
    }

    fn connections(&self) -> Vec<Connections> {
        either!(self, store => store.connections())
    }

    async fn tables(&self) -> Stored<Tables> {
        either!(self, store => store.tables().await)
    }

    async fn settle(&self) -> Stored<bool> {
        either!(self, store => store.settle().await)
    }
}
