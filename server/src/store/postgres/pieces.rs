//! Pieces in Postgres: what has come so far of a file or a push on its way over a line that breaks.
//!
//! Only `http` writes here. It is no part of the book: nothing of it counts until it is whole and its hash is right, so it
//! stands beside the [`Store`](crate::store::Store) trait and not in it.

use sqlx::{PgPool, Row};
use sync_core::{time::Timestamp, unit::CompanyId};

use super::{PostgresStore, hold_budget, trouble};
use crate::store::{Kept, PIECES_KEPT_MS, Parcel, Stored, UNNAMED_KEPT_MS, codec::packed};

/// The table of pieces.
#[derive(Clone, Debug)]
pub struct Pieces {
    pool: PgPool,
    company: CompanyId,
}

impl Pieces {
    /// The table of one company.
    pub fn new(store: &PostgresStore, company: CompanyId) -> Self {
        Self { pool: store.readers().clone(), company }
    }

    fn company(&self) -> &[u8] {
        &self.company.bytes()[..]
    }

    /// How many bytes have come, from the first on without a gap.
    pub async fn come(&self, of: &Parcel) -> Stored<u64> {
        let row = sqlx::query(
            "SELECT COALESCE(MAX(start + OCTET_LENGTH(bytes)), 0) AS come FROM pieces \
             WHERE company = $1 AND device = $2 AND hash = $3",
        )
        .bind(self.company())
        .bind(&of.device.bytes()[..])
        .bind(&of.hash[..])
        .fetch_one(&self.pool)
        .await
        .map_err(trouble)?;
        let come: i64 = row.try_get("come").map_err(trouble)?;
        Ok(come.cast_unsigned())
    }

    /// Keeps the next piece. [`Kept::Already`] when another request was quicker: then `start` is no longer the end.
    ///
    /// `budget` is how many bytes somebody may have here in pieces and in files that no change names yet, together.
    pub async fn put(
        &self,
        of: &Parcel,
        start: u64,
        bytes: &[u8],
        now: Timestamp,
        budget: u64,
    ) -> Stored<Kept> {
        let waits_since = Timestamp::from_millis(now.millis().saturating_sub(UNNAMED_KEPT_MS));
        let mut tx = self.pool.begin().await.map_err(trouble)?;
        hold_budget(&mut tx, self.company, of.uploader).await?;
        let done = sqlx::query(
            "INSERT INTO pieces (company, device, hash, start, bytes, uploader, came) SELECT $1, $2, $3, $4, $5, $6, $7 \
             WHERE $4 = (SELECT COALESCE(MAX(start + OCTET_LENGTH(bytes)), 0) FROM pieces \
                 WHERE company = $1 AND device = $2 AND hash = $3) \
             AND $8 + (SELECT COALESCE(SUM(OCTET_LENGTH(bytes)), 0) FROM pieces WHERE company = $1 AND uploader = $6) \
                 + (SELECT COALESCE(SUM(OCTET_LENGTH(b.bytes)), 0) FROM blobs b \
                 WHERE b.company = $1 AND b.uploader = $6 AND b.created >= $9 AND NOT EXISTS \
                 (SELECT 1 FROM blob_scopes s WHERE s.company = b.company AND s.hash = b.hash)) <= $10",
        )
        .bind(self.company())
        .bind(&of.device.bytes()[..])
        .bind(&of.hash[..])
        .bind(start.cast_signed())
        .bind(bytes)
        .bind(&of.uploader.bytes()[..])
        .bind(packed(now))
        .bind(i64::try_from(bytes.len()).unwrap_or(i64::MAX))
        .bind(packed(waits_since))
        .bind(i64::try_from(budget).unwrap_or(i64::MAX))
        .execute(&mut *tx)
        .await
        .map_err(trouble)?;
        tx.commit().await.map_err(trouble)?;
        if done.rows_affected() > 0 {
            return Ok(Kept::New);
        }
        let is_the_end = self.come(of).await? == start;
        Ok(if is_the_end { Kept::OverBudget } else { Kept::Already })
    }

    /// All that has come, put together.
    pub async fn whole(&self, of: &Parcel) -> Stored<Vec<u8>> {
        let rows = sqlx::query(
            "SELECT bytes FROM pieces WHERE company = $1 AND device = $2 AND hash = $3 ORDER BY start",
        )
        .bind(self.company())
        .bind(&of.device.bytes()[..])
        .bind(&of.hash[..])
        .fetch_all(&self.pool)
        .await
        .map_err(trouble)?;
        let mut whole = Vec::new();
        for row in &rows {
            whole.extend_from_slice(row.try_get("bytes").map_err(trouble)?);
        }
        Ok(whole)
    }

    /// Lets go of what has come: it is whole and taken, or can never be.
    pub async fn forget(&self, of: &Parcel) -> Stored<()> {
        sqlx::query("DELETE FROM pieces WHERE company = $1 AND device = $2 AND hash = $3")
            .bind(self.company())
            .bind(&of.device.bytes()[..])
            .bind(&of.hash[..])
            .execute(&self.pool)
            .await
            .map_err(trouble)?;
        Ok(())
    }

    /// Lets go of what nobody has gone on with. How many pieces.
    pub async fn tidy(&self, now: Timestamp) -> Stored<u64> {
        let before = Timestamp::from_millis(now.millis().saturating_sub(PIECES_KEPT_MS));
        let done = sqlx::query(
            "DELETE FROM pieces WHERE company = $1 AND NOT EXISTS (SELECT 1 FROM pieces later \
             WHERE later.company = pieces.company AND later.device = pieces.device AND later.hash = pieces.hash \
             AND later.came >= $2)",
        )
        .bind(self.company())
        .bind(packed(before))
        .execute(&self.pool)
        .await
        .map_err(trouble)?;
        Ok(done.rows_affected())
    }
}
