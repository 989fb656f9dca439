//! A feed that an earlier version kept row by row is put into runs, once, when its book is opened.

use super::{SqliteStore, SqliteUnit, trouble};
use crate::store::{Store, Stored, Unit, codec, slices::Runs};

/// So many rows become runs in one transaction; whatever breaks off goes on where it stood.
const AT_ONCE: i64 = 8_192;

const ROW: &str =
    "SELECT position, device, staff, effective, received, link, change, verdict, scopes FROM feed";

impl SqliteStore {
    pub(super) async fn feed_into_runs(&self) -> Stored<()> {
        let there = sqlx::query("SELECT 1 FROM sqlite_schema WHERE name = 'feed'");
        if there.fetch_optional(&self.writer).await.map_err(trouble)?.is_none() {
            return Ok(());
        }
        for company in self.companies().await? {
            while self.begin(company.id).await?.rows_into_runs().await? {}
        }
        let dropped = "DROP TABLE feed; DROP TABLE feed_scopes;";
        sqlx::raw_sql(dropped).execute(&self.writer).await.map_err(trouble)?;
        Ok(())
    }
}

impl SqliteUnit {
    /// Puts the next rows into runs. Whether there may be more.
    async fn rows_into_runs(mut self) -> Stored<bool> {
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
