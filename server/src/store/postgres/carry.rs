//! A feed that an earlier version kept row by row is put into runs, once, when the first server of this one starts.

use super::{PostgresStore, PostgresUnit, trouble};
use crate::store::{Store, Stored, Unit, codec, slices::Runs};

/// So many rows become runs in one transaction; whatever breaks off goes on where it stood.
const AT_ONCE: i64 = 8_192;

const ROW: &str =
    "SELECT position, device, staff, effective, received, link, change, verdict, scopes FROM feed";

impl PostgresStore {
    pub(super) async fn feed_into_runs(&self) -> Stored<()> {
        if !self.keeps_rows().await? {
            return Ok(());
        }
        for company in self.companies().await? {
            // Under the feed lock: of several servers that start, one does it.
            while self.begin(company.id).await?.rows_into_runs().await? {}
        }
        let dropped = "DROP TABLE IF EXISTS feed; DROP TABLE IF EXISTS feed_scopes;";
        sqlx::raw_sql(dropped).execute(&self.readers).await.map_err(trouble)?;
        Ok(())
    }

    async fn keeps_rows(&self) -> Stored<bool> {
        let there = sqlx::query_scalar("SELECT to_regclass('feed') IS NOT NULL");
        there.fetch_one(&self.readers).await.map_err(trouble)
    }
}

impl PostgresUnit {
    /// Puts the next rows into runs. Whether there may be more.
    async fn rows_into_runs(mut self) -> Stored<bool> {
        let there = sqlx::query_scalar("SELECT to_regclass('feed') IS NOT NULL");
        if !there.fetch_one(&mut *self.tx).await.map_err(trouble)? {
            return Ok(false);
        }
        let after = self.head_of_runs().await?;
        let mut query = self.of_company(ROW);
        query.push(" AND position > ").push_bind(after.cast_signed());
        query.push(" ORDER BY position LIMIT ").push_bind(AT_ONCE);
        let rows: Stored<Vec<_>> = self.rows(&mut query).await?.iter().map(codec::feed_row).collect();
        let rows = rows?;
        if rows.is_empty() {
            return Ok(false);
        }
        self.save_feed(&rows).await?;
        self.commit().await?;
        Ok(true)
    }
}
