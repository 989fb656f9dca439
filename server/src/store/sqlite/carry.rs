//! A feed that an earlier version kept row by row is put into runs, once, when its book is opened.

use sqlx::{Connection, QueryBuilder, SqliteConnection};

use super::{SqliteStore, SqliteUnit, trouble};
use crate::store::{Company, Store, Stored, Unit, codec, slices::Runs};

/// So many rows become runs in one transaction; whatever breaks off goes on where it stood.
const AT_ONCE: i64 = 8_192;

const ROW: &str =
    "SELECT position, device, staff, effective, received, link, change, verdict, scopes FROM feed";

const LEFT: &str = "SELECT 1 FROM feed WHERE company = ? AND position > \
                    (SELECT COALESCE(MAX(last), 0) FROM runs WHERE company = ?) LIMIT 1";

/// Whether a file still has the table of an earlier version.
pub(super) async fn keeps_rows(file: &mut SqliteConnection) -> Stored<bool> {
    let there = sqlx::query("SELECT 1 FROM sqlite_schema WHERE name IN ('feed', 'feed_scopes')");
    Ok(there.fetch_optional(file).await.map_err(trouble)?.is_some())
}

impl SqliteStore {
    pub(super) async fn feed_into_runs(&self) -> Stored<()> {
        loop {
            let companies = self.companies().await?;
            let mut writer = self.writer.acquire().await.map_err(trouble)?;
            if !keeps_rows(&mut writer).await? || without_rows(&mut writer, &companies).await? {
                return Ok(());
            }
            drop(writer);
            for company in companies {
                while self.begin(company.id).await?.rows_into_runs().await? {}
            }
        }
    }
}

/// Drops the tables of an earlier version, under the lock that every writer takes, unless something in them is in no run
/// yet: a server of that version may still have been running. Whether they are gone.
async fn without_rows(writer: &mut SqliteConnection, companies: &[Company]) -> Stored<bool> {
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await.map_err(trouble)?;
    let there = sqlx::query("SELECT 1 FROM sqlite_schema WHERE name = 'feed'");
    if there.fetch_optional(&mut *tx).await.map_err(trouble)?.is_some() {
        for company in companies {
            let id = company.id.bytes().to_vec();
            let left = sqlx::query(LEFT).bind(id.clone()).bind(id);
            if left.fetch_optional(&mut *tx).await.map_err(trouble)?.is_some() {
                return Ok(false);
            }
        }
    }
    for table in ["DROP TABLE IF EXISTS feed", "DROP TABLE IF EXISTS feed_scopes"] {
        sqlx::query(table).execute(&mut *tx).await.map_err(trouble)?;
    }
    tx.commit().await.map_err(trouble)?;
    Ok(true)
}

impl SqliteUnit {
    /// Puts the next rows into runs. Whether there may be more.
    async fn rows_into_runs(mut self) -> Stored<bool> {
        // Another process that opens the same file may have been quicker.
        let mut there = QueryBuilder::new("SELECT 1 FROM sqlite_schema WHERE name = 'feed'");
        if self.rows(&mut there).await?.is_empty() {
            return Ok(false);
        }
        let after = self.head_of_runs().await?;
        let mut query = self.of_company(ROW);
        query.push(" AND position > ").push_bind(after.cast_signed());
        query.push(" ORDER BY position LIMIT ").push_bind(AT_ONCE);
        let rows = self.read(&mut query, codec::feed_row).await?;
        if rows.is_empty() {
            return Ok(false);
        }
        self.save_feed(&rows).await?;
        self.commit().await?;
        Ok(true)
    }
}
