//! A fresh, empty store of each kind, gone when the test is over.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use server::store::{Store, postgres::PostgresStore, sqlite::SqliteStore};
use tests::{memory::MemoryStore, postgres::Database};

/// A store for one test.
pub(crate) trait Backend {
    type Store: Store;

    async fn fresh() -> Self;

    fn store(&self) -> Self::Store;
}

pub(crate) struct Memory(MemoryStore);

impl Backend for Memory {
    type Store = MemoryStore;

    async fn fresh() -> Self {
        Self(MemoryStore::default())
    }

    fn store(&self) -> MemoryStore {
        self.0.clone()
    }
}

/// A folder of its own, removed at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn fresh() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name =
            format!("fieldbook-store-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// What lies in it, by name.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("the folder").flatten();
        let mut names: Vec<_> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

pub(crate) struct Sqlite {
    store: SqliteStore,
    _folder: Folder,
}

impl Backend for Sqlite {
    type Store = SqliteStore;

    async fn fresh() -> Self {
        let folder = Folder::fresh();
        let store = SqliteStore::open(&folder.file("book.db")).await.expect("a new store");
        Self { store, _folder: folder }
    }

    fn store(&self) -> SqliteStore {
        self.store.clone()
    }
}

pub(crate) struct Postgres {
    store: PostgresStore,
    _database: Database,
}

impl Backend for Postgres {
    type Store = PostgresStore;

    async fn fresh() -> Self {
        let database = Database::fresh().await;
        let store = PostgresStore::open(database.options()).await.expect("a new store");
        Self { store, _database: database }
    }

    fn store(&self) -> PostgresStore {
        self.store.clone()
    }
}
