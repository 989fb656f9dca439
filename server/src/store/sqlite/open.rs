//! Opening, copying and closing the file.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    Connection, Row, SqliteConnection, SqlitePool,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use sync_core::time::Timestamp;

use super::{
    SqliteStore, Stored,
    carrier::Carrier,
    trouble::{migration_trouble, trouble},
};
use crate::store::{StoreError, steps};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a locked file is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Pages in the write-ahead log before they are carried over under the feed lock: only where the carrier, which does it
/// beside the lock, does not keep up.
const LOG_PAGES: &str = "16000";

/// What a connection keeps of the file in memory, in KiB: the one that writes, and each of those that read.
const CACHES: [&str; 2] = ["-16000", "-4000"];

/// So many rows are found ahead of whoever reads them: as many as a page has, so that the two need not wait for each other.
const ROWS_AHEAD: usize = 2_048;

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
        match MIGRATIONS.run(&writer).await {
            Err(MigrateError::VersionMissing(_)) if only_added_to(&writer).await? => {
                steps::beside(&MIGRATIONS).run(&writer).await.map_err(migration_trouble)?;
            }
            done => done.map_err(migration_trouble)?,
        }
        let readers = pool(READERS, patience)
            .connect_with(options.clone().pragma("query_only", "ON").pragma("cache_size", CACHES[1]))
            .await
            .map_err(trouble)?;
        let carrier = Carrier::over(pool(1, patience).connect_lazy_with(options));
        let store = Self { writer, readers, carrier };
        store.feed_into_runs().await?;
        Ok(store)
    }

    /// Copies the whole store into a new file, consistent, while it is in use.
    ///
    /// The copy is made beside its name and gets it when it is whole and on the disk; what cannot be finished is
    /// removed. It is marked as a copy: see [`SqliteStore::begin_life`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the file is there already; any other as it comes.
    pub async fn backup(&self, to: &Path) -> Stored<()> {
        let taken = || StoreError::Conflict(format!("{} is there already", to.display()));
        if to.exists() {
            return Err(taken());
        }
        let mut part = to.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        remove_with_logs(&part);
        let made = self.copied_into(&part).await.and_then(|()| {
            if to.exists() {
                return Err(taken());
            }
            std::fs::rename(&part, to).map_err(|error| of_file(to, &error))
        });
        if made.is_err() {
            remove_with_logs(&part);
        }
        made?;
        // The name is on the disk when its folder is.
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if cfg!(unix) {
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(|error| of_file(folder, &error))?;
        }
        Ok(())
    }

    async fn copied_into(&self, part: &Path) -> Stored<()> {
        let target =
            part.to_str().ok_or_else(|| StoreError::Unavailable("the file's name is not UTF-8".into()))?;
        private_file(part)?;
        let mut source =
            SqliteConnection::connect_with(&self.writer.connect_options()).await.map_err(trouble)?;
        // Closed whatever came of it: a connection that is let go closes at some later time, and whoever closes last before
        // it leaves the log's files behind.
        let copied = sqlx::query("VACUUM INTO ?").bind(target).execute(&mut source).await.map_err(trouble);
        source.close().await.map_err(trouble)?;
        copied?;
        let mut copy = SqliteConnection::connect_with(&options(part, PATIENCE)).await.map_err(trouble)?;
        let marked = marked_as_copy(&mut copy).await;
        copy.close().await.map_err(trouble)?;
        marked?;
        File::open(part).and_then(|file| file.sync_all()).map_err(|error| of_file(part, &error))
    }

    /// Before serving: a copy begins a new life of the book, so that phones offer again what it does not know.
    ///
    /// The epoch is taken from the clock, so that two copies of one life begin different ones; it only ever grows.
    ///
    /// # Errors
    /// Any, as it comes.
    pub async fn begin_life(&self, now: Timestamp) -> Stored<()> {
        const EPOCHS_SINCE_MS: u64 = 1_577_836_800_000;
        let seconds = now.millis().saturating_sub(EPOCHS_SINCE_MS) / 1_000;
        sqlx::query(
            "UPDATE company SET epoch = CASE WHEN epoch + 1 > ? THEN epoch + 1 ELSE ? END, copied = 0 \
             WHERE copied = 1",
        )
        .bind(i64::from(u32::try_from(seconds).unwrap_or(u32::MAX)))
        .bind(i64::from(u32::try_from(seconds).unwrap_or(u32::MAX)))
        .execute(&self.writer)
        .await
        .map_err(trouble)?;
        Ok(())
    }

    /// The file was taken back to an earlier state by other means than ours: the next server begins a new life of the book.
    ///
    /// # Errors
    /// Any, as it comes.
    pub async fn taken_back(&self) -> Stored<()> {
        sqlx::query("UPDATE company SET copied = 1 WHERE copied = 0")
            .execute(&self.writer)
            .await
            .map_err(trouble)?;
        Ok(())
    }

    /// Brings everything that was written ahead into a file that nobody else has open, and leaves no log beside it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where somebody has it open; any other as it comes.
    pub async fn leave_whole(path: &Path) -> Stored<()> {
        let options = options(path, Duration::ZERO).journal_mode(SqliteJournalMode::Delete);
        // Leaving the mode with a log is possible for the last one alone who has the file open.
        let alone = sqlx::SqliteConnection::connect_with(&options).await.map_err(trouble)?;
        alone.close().await.map_err(trouble)
    }

    /// Closes all connections; what is durable stays.
    pub async fn close(&self) {
        self.carrier.close().await;
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Notes in a copy that it is one, and brings all of it into the file.
async fn marked_as_copy(copy: &mut SqliteConnection) -> Stored<()> {
    for statement in ["UPDATE company SET copied = 1 WHERE copied <> 2", "PRAGMA wal_checkpoint(TRUNCATE)"] {
        sqlx::query(statement).execute(&mut *copy).await.map_err(trouble)?;
    }
    Ok(())
}

/// Whether a later version has only added to the tables.
async fn only_added_to(writer: &SqlitePool) -> Stored<bool> {
    let rows = sqlx::query("SELECT version, description FROM _sqlx_migrations").fetch_all(writer).await;
    let rows = rows.map_err(trouble)?;
    let read = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    let been_through: Vec<(i64, String)> = read.collect::<Result<_, _>>().map_err(trouble)?;
    Ok(steps::changes(&MIGRATIONS, &been_through).is_none())
}

pub(super) fn pool(connections: u32, patience: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(patience.max(Duration::from_secs(1)) * 6)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_release(|connection, _| Box::pin(is_as_it_was(connection)))
}

/// Whether a connection that is given back stands outside of any transaction; if not, another is opened in its place.
///
/// Where the disk or memory fails, SQLite rolls back by itself, and rolling back once more is an error: the driver would
/// believe the transaction open for ever, and the one writer would never begin another.
async fn is_as_it_was(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // What was asked for before, as the rollback of a transaction that was let go, is done when this is answered.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

fn options(path: &Path, patience: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(patience)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", CACHES[0])
        .pragma("temp_store", "MEMORY")
        .pragma("wal_autocheckpoint", LOG_PAGES)
        .statement_cache_capacity(200)
        .row_buffer_size(ROWS_AHEAD)
}

/// The file holds keys: nobody but its owner may read it.
pub(super) fn private_file(path: &Path) -> Stored<()> {
    let mut file = std::fs::OpenOptions::new();
    file.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(path).map(drop).map_err(|error| of_file(path, &error))
}

/// What the file system says, told apart as the database's own troubles are.
fn of_file(path: &Path, error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull => StoreError::Full(error.to_string()),
        _ => StoreError::Unavailable(format!("{}: {error}", path.display())),
    }
}

/// Removes a file of ours that was left unfinished, with the logs beside it.
pub(super) fn remove_with_logs(path: &Path) {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        // Mostly it is not there; where it cannot be removed, the next step says why.
        drop(std::fs::remove_file(name));
    }
}
