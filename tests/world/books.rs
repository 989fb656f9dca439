//! A fresh, empty book in either database, gone when the test is over, and what a test does to it behind the store's back.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use server::store::{ChosenStore, postgres::PostgresStore, sqlite::SqliteStore};
use sqlx::AssertSqlSafe;

use crate::postgres::Database;

/// The variable that names the database a suite runs over: `sqlite`, which is meant where it is not set, or `postgres`.
pub const BACKEND: &str = "FIELDBOOK_TEST_STORE";

/// Where a book of a test lies.
#[derive(Debug)]
pub enum Shelf {
    /// In a folder of its own.
    Folder(PathBuf),
    /// In a database of its own.
    Database(Database),
}

impl Drop for Shelf {
    fn drop(&mut self) {
        if let Self::Folder(folder) = self {
            drop(std::fs::remove_dir_all(folder));
        }
    }
}

/// A book, and where it lies.
#[derive(Debug)]
pub struct Book {
    /// The store.
    pub store: ChosenStore,
    /// Where it lies.
    pub shelf: Shelf,
}

/// How long a store of the tests waits for a lock that somebody else holds: as long as the product.
const PATIENCE: Duration = Duration::from_secs(10);

/// The same, where somebody holds it for good.
const HURRY: Duration = Duration::from_millis(20);

impl Book {
    /// A book in a SQLite file.
    ///
    /// # Panics
    /// The temporary folder cannot be written.
    pub async fn sqlite() -> Self {
        Self::sqlite_within(PATIENCE).await
    }

    async fn sqlite_within(patience: Duration) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let turn = COUNT.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("fieldbook-book-{}-{turn}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
        let store = SqliteStore::open_within(&folder.join("fieldbook.db"), patience).await;
        let store = ChosenStore::Sqlite(store.expect("a new file opens"));
        Self { store, shelf: Shelf::Folder(folder) }
    }

    /// A book in Postgres.
    ///
    /// # Panics
    /// There is no cluster.
    pub async fn postgres() -> Self {
        Self::postgres_within(PATIENCE).await
    }

    async fn postgres_within(patience: Duration) -> Self {
        let database = Database::fresh().await;
        let store = PostgresStore::open_within(database.options(), patience).await;
        let store = ChosenStore::Postgres(store.expect("a new database opens"));
        Self { store, shelf: Shelf::Database(database) }
    }

    /// One in each database.
    ///
    /// # Panics
    /// There is no cluster.
    pub async fn of_each() -> [Self; 2] {
        [Self::sqlite().await, Self::postgres().await]
    }

    /// One in the database this run of the suite is over.
    ///
    /// # Panics
    /// There is no cluster, or the suite is told to run over something else.
    pub async fn of_this_run() -> Self {
        Self::of_this_run_within(PATIENCE).await
    }

    /// The same, of a store that does not wait long for a lock.
    ///
    /// # Panics
    /// There is no cluster, or the suite is told to run over something else.
    pub async fn in_a_hurry() -> Self {
        Self::of_this_run_within(HURRY).await
    }

    async fn of_this_run_within(patience: Duration) -> Self {
        if is_over_postgres() {
            Self::postgres_within(patience).await
        } else {
            Self::sqlite_within(patience).await
        }
    }
}

/// Whether this run of the suite is over Postgres.
///
/// # Panics
/// The suite is told to run over something else.
pub fn is_over_postgres() -> bool {
    match std::env::var(BACKEND).as_deref() {
        Err(_) | Ok("sqlite") => false,
        Ok("postgres") => true,
        Ok(other) => panic!("{BACKEND} is `{other}`: it may be sqlite or postgres"),
    }
}

impl Shelf {
    /// Another server's store over the same book, with connections of its own.
    ///
    /// # Panics
    /// It does not open.
    pub async fn once_more(&self) -> ChosenStore {
        match self {
            Self::Folder(folder) => {
                let store = SqliteStore::open_within(&folder.join("fieldbook.db"), PATIENCE).await;
                ChosenStore::Sqlite(store.expect("the file opens"))
            }
            Self::Database(database) => {
                let store = PostgresStore::open_within(database.options(), PATIENCE).await;
                ChosenStore::Postgres(store.expect("the database opens"))
            }
        }
    }
}

/// A copy of a book as it is now, made as an operator makes it; the book itself goes on.
///
/// # Panics
/// It cannot be made.
pub async fn copy(store: &ChosenStore, shelf: &Shelf) -> Book {
    match (store, shelf) {
        (ChosenStore::Sqlite(store), _) => {
            let copy = Book::sqlite().await;
            let Shelf::Folder(folder) = &copy.shelf else { unreachable!("it is in a folder") };
            copy.store.close().await;
            let file = folder.join("fieldbook.db");
            std::fs::remove_file(&file).expect("the empty one goes");
            store.backup(&file).await.expect("a copy");
            Book { store: copy.shelf.once_more().await, shelf: copy.shelf }
        }
        (ChosenStore::Postgres(_), Shelf::Database(database)) => {
            let shelf = Shelf::Database(database.dumped_and_restored().await);
            Book { store: shelf.once_more().await, shelf }
        }
        (ChosenStore::Postgres(_), Shelf::Folder(_)) => unreachable!("a book in Postgres lies in a database"),
    }
}

/// Does something to the tables behind the store's back; how many rows it changed.
///
/// # Panics
/// The database does not do it.
pub async fn edit(store: &ChosenStore, statement: &str) -> u64 {
    let statement = AssertSqlSafe(statement.to_owned());
    match store {
        ChosenStore::Sqlite(store) => {
            let done = sqlx::query(statement).execute(store.writer()).await;
            done.expect("the table can be written").rows_affected()
        }
        ChosenStore::Postgres(store) => {
            let done = sqlx::query(statement).execute(store.readers()).await;
            done.expect("the table can be written").rows_affected()
        }
    }
}

/// A whole number that the tables answer with.
///
/// # Panics
/// The database does not answer.
pub async fn number(store: &ChosenStore, question: &str) -> i64 {
    let question = AssertSqlSafe(question.to_owned());
    match store {
        ChosenStore::Sqlite(store) => sqlx::query_scalar(question).fetch_one(store.readers()).await,
        ChosenStore::Postgres(store) => sqlx::query_scalar(question).fetch_one(store.readers()).await,
    }
    .expect("a number")
}

/// Bytes as this database's language writes them.
pub fn bytes(store: &ChosenStore, bytes: &[u8]) -> String {
    let figures = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    match store {
        ChosenStore::Sqlite(_) => format!("x'{figures}'"),
        ChosenStore::Postgres(_) => format!("'\\x{figures}'::bytea"),
    }
}
