//! Opening, copying and closing the file.

use std::{path::Path, time::Duration};

use sqlx::{
    Connection,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    SqliteStore, Stored,
    trouble::{migration_trouble, trouble},
};
use crate::store::StoreError;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a locked file is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Pages in the write-ahead log before they are carried over: ids are hashes, so a page is written many times before
/// the indexes have moved on, and carrying it over each time would cost a disk flush under the feed lock.
const LOG_PAGES: &str = "4000";

/// How many readers at once.
const READERS: u32 = 8;

impl SqliteStore {
    /// Opens the file, makes it where there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// A locked file, a full disk, something that is not a database, tables of a newer version: each told apart.
    pub async fn open(path: &Path) -> Stored<Self> {
        Self::open_within(path, PATIENCE).await
    }

    /// [`SqliteStore::open`], waiting so long for a file that is locked.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub async fn open_within(path: &Path, patience: Duration) -> Stored<Self> {
        private_file(path)?;
        let options = options(path, patience);
        let writer =
            pool(1, patience).min_connections(1).connect_with(options.clone()).await.map_err(trouble)?;
        MIGRATIONS.run(&writer).await.map_err(migration_trouble)?;
        let readers = pool(READERS, patience)
            .connect_with(options.pragma("query_only", "ON"))
            .await
            .map_err(trouble)?;
        Ok(Self { writer, readers })
    }

    /// Copies the whole store into a new file, consistent, while it is in use.
    ///
    /// Served from, the copy is a new life of the book: its epoch is one higher, so that phones notice.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the file is there already; any other as it comes.
    pub async fn backup(&self, to: &Path) -> Stored<()> {
        if to.exists() {
            return Err(StoreError::Conflict(format!("{} is there already", to.display())));
        }
        let target =
            to.to_str().ok_or_else(|| StoreError::Unavailable("the file's name is not UTF-8".into()))?;
        private_file(to)?;
        let mut source =
            sqlx::SqliteConnection::connect_with(&self.writer.connect_options()).await.map_err(trouble)?;
        sqlx::query("VACUUM INTO ?").bind(target).execute(&mut source).await.map_err(trouble)?;
        source.close().await.map_err(trouble)?;
        let mut copy = sqlx::SqliteConnection::connect_with(&options(to, PATIENCE)).await.map_err(trouble)?;
        sqlx::query("UPDATE company SET epoch = epoch + 1").execute(&mut copy).await.map_err(trouble)?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut copy).await.map_err(trouble)?;
        copy.close().await.map_err(trouble)
    }

    /// Closes all connections; what is durable stays.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn pool(connections: u32, patience: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(patience.max(Duration::from_secs(1)) * 6)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

fn options(path: &Path, patience: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(patience)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-16000")
        .pragma("temp_store", "MEMORY")
        .pragma("wal_autocheckpoint", LOG_PAGES)
        .statement_cache_capacity(200)
}

/// The file holds keys: nobody but its owner may read it.
fn private_file(path: &Path) -> Stored<()> {
    let mut file = std::fs::OpenOptions::new();
    file.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    match file.open(path) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::StorageFull => Err(StoreError::Full(e.to_string())),
        Err(e) => Err(StoreError::Unavailable(format!("{}: {e}", path.display()))),
    }
}
