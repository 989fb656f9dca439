//! Opening a file only to look at it: nothing in it is written, and its tables are not brought up to date.
//!
//! A file of earlier tables is copied aside, and the copy is brought up to date and looked at.

use std::path::{Path, PathBuf};

use sqlx::{
    Connection, Row,
    migrate::MigrateError,
    sqlite::{SqliteConnectOptions, SqliteConnection},
};

use super::{
    SqliteStore,
    carrier::Carrier,
    carry::keeps_rows,
    open::{MIGRATIONS, PATIENCE, pool, private_file, remove_with_logs},
    trouble::{migration_trouble, trouble},
};
use crate::store::{StoreError, Stored};

/// A book that is only looked at.
#[derive(Debug)]
pub struct Looked {
    /// The book, to read.
    pub store: SqliteStore,
    /// The copy that was brought up to date in place of the file, where its tables are those of an earlier version.
    aside: Option<PathBuf>,
}

impl Looked {
    /// Whether the file's tables are those of an earlier version.
    pub const fn is_earlier(&self) -> bool {
        self.aside.is_some()
    }

    /// Closes it, and removes the copy where there is one.
    pub async fn close(self) {
        self.store.close().await;
    }
}

impl Drop for Looked {
    fn drop(&mut self) {
        if let Some(aside) = &self.aside {
            remove_with_logs(aside);
        }
    }
}

impl SqliteStore {
    /// Opens a file to look at. `aside` names a file that is not there, for the copy of one of earlier tables.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub async fn look(path: &Path, aside: &Path) -> Stored<Looked> {
        let options = only_to_read(path);
        let mut first = SqliteConnection::connect_with(&options).await.map_err(trouble)?;
        let been_through = steps_of(&mut first).await?;
        let ours: Vec<i64> = MIGRATIONS.iter().map(|step| step.version).collect();
        if let Some(newer) = been_through.iter().find(|step| !ours.contains(step)) {
            return Err(migration_trouble(MigrateError::VersionMissing(*newer)));
        }
        // A feed that is not in runs yet was left by a start that broke off.
        if ours.iter().all(|step| been_through.contains(step)) && !keeps_rows(&mut first).await? {
            first.close().await.map_err(trouble)?;
            let readers = pool(4, PATIENCE).connect_with(options).await.map_err(trouble)?;
            let carrier = Carrier::over(readers.clone());
            return Ok(Looked { store: Self { writer: readers.clone(), readers, carrier }, aside: None });
        }
        let target = aside.to_str();
        let target = target.ok_or_else(|| StoreError::Unavailable("the file's name is not UTF-8".into()))?;
        private_file(aside)?;
        let removed_if_unfinished = Removed(Some(aside.to_owned()));
        sqlx::query("VACUUM INTO ?").bind(target).execute(&mut first).await.map_err(trouble)?;
        first.close().await.map_err(trouble)?;
        let store = Self::open(aside).await?;
        Ok(Looked { store, aside: removed_if_unfinished.kept() })
    }
}

/// Removes a copy that did not come about.
struct Removed(Option<PathBuf>);

impl Removed {
    fn kept(mut self) -> Option<PathBuf> {
        self.0.take()
    }
}

impl Drop for Removed {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            remove_with_logs(path);
        }
    }
}

/// The steps that the tables of a file have been through.
async fn steps_of(file: &mut SqliteConnection) -> Stored<Vec<i64>> {
    let rows = sqlx::query("SELECT version FROM _sqlx_migrations WHERE success")
        .fetch_all(file)
        .await
        .map_err(|error| match trouble(error) {
            StoreError::Unavailable(why) if why.contains("no such table") => {
                StoreError::Corrupt(format!("not a Fieldbook database: {why}"))
            }
            told => told,
        })?;
    rows.iter().map(|row| row.try_get(0).map_err(trouble)).collect()
}

/// A file beside which no log of changes waits is taken as it is, and nothing is made beside it.
pub(super) fn only_to_read(path: &Path) -> SqliteConnectOptions {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let in_use = PathBuf::from(log).exists();
    SqliteConnectOptions::new().filename(path).read_only(true).immutable(!in_use).busy_timeout(PATIENCE)
}
