//! The store in Postgres: several servers may share it; the company's row is its feed lock.

mod feed;
mod health;
mod herald;
pub mod identity;
mod inspect;
mod list;
mod moving;
mod open;
pub mod pieces;
mod read;
pub mod receivables;
mod trouble;
mod upkeep;
mod write;

use std::{collections::BTreeSet, sync::Arc};

pub use open::Making;
use sqlx::{PgConnection, PgPool, Postgres, Row, Transaction, postgres::PgRow};
use sync_core::{
    paper::PaperKey,
    time::Timestamp,
    unit::{CompanyId, StaffId},
};
pub(crate) use trouble::trouble;

use super::codec;
use super::{Blob, Company, DeviceLog, Ear, Head, Kept, Store, Stored, UNNAMED_KEPT_MS, Word};

codec::reads_columns!(PgRow, trouble);

/// The books of companies in one Postgres database.
#[derive(Clone, Debug)]
pub struct PostgresStore {
    /// One connection: whoever holds it, holds a feed lock or waits for one.
    writer: PgPool,
    /// Connections for everything that needs no feed lock.
    readers: PgPool,
    /// What this server's words to others begin with, so that it does not take them for theirs.
    voice: Arc<str>,
}

/// A transaction on one company: to write, or one moment to read.
#[derive(Debug)]
pub struct PostgresUnit {
    tx: Transaction<'static, Postgres>,
    company: [u8; 16],
    /// Counted papers that were looked for in this transaction and are not there: nothing has to be taken off for them.
    absent: BTreeSet<PaperKey>,
}

impl PostgresUnit {
    const fn of(tx: Transaction<'static, Postgres>, company: CompanyId) -> Self {
        Self { tx, company: *company.bytes(), absent: BTreeSet::new() }
    }
}

impl PostgresStore {
    /// Connections for everything that needs no feed lock.
    pub const fn readers(&self) -> &PgPool {
        &self.readers
    }
}

impl Store for PostgresStore {
    type Unit = PostgresUnit;
    type Snapshot = PostgresUnit;

    async fn companies(&self) -> Stored<Vec<Company>> {
        let rows =
            sqlx::query("SELECT company, name, hub, hub_key, founded FROM company ORDER BY founded, company")
                .fetch_all(&self.readers)
                .await
                .map_err(trouble)?;
        rows.iter().map(codec::company).collect()
    }

    async fn found(&self, company: &Company, hub: &DeviceLog) -> Stored<()> {
        let mut unit = self.begin(company.id).await?;
        sqlx::query(
            "INSERT INTO company (company, name, hub, hub_key, founded, epoch, position, latest, received, applied, held, \
             quarantined, devices) VALUES ($1, $2, $3, $4, $5, 1, 0, 0, 0, 0, 0, 0, 0)",
        )
        .bind(&company.id.bytes()[..])
        .bind(&company.name)
        .bind(&company.hub.bytes()[..])
        .bind(&company.hub_key[..])
        .bind(codec::packed(company.founded))
        .execute(&mut *unit.tx)
        .await
        .map_err(trouble)?;
        unit.save_devices(std::slice::from_ref(hub)).await?;
        unit.tx.commit().await.map_err(trouble)
    }

    async fn begin(&self, company: CompanyId) -> Stored<PostgresUnit> {
        let tx = self.writer.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await;
        let mut tx = tx.map_err(trouble)?;
        // Each statement after this one sees all that was committed before the lock was given.
        sqlx::query("SELECT 1 FROM company WHERE company = $1 FOR UPDATE")
            .bind(&company.bytes()[..])
            .fetch_optional(&mut *tx)
            .await
            .map_err(trouble)?;
        Ok(PostgresUnit::of(tx, company))
    }

    async fn snapshot(&self, company: CompanyId) -> Stored<PostgresUnit> {
        let tx = self.readers.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await;
        Ok(PostgresUnit::of(tx.map_err(trouble)?, company))
    }

    async fn head(&self, company: CompanyId) -> Stored<Head> {
        // One statement is one moment: no transaction is opened for it.
        read::head_of(&self.readers, company.bytes()).await
    }

    async fn put_blob(&self, company: CompanyId, blob: &Blob, budget: u64) -> Stored<Kept> {
        let waits_since = blob.created.millis().saturating_sub(UNNAMED_KEPT_MS);
        let mut tx = self.readers.begin().await.map_err(trouble)?;
        hold_budget(&mut tx, company, blob.uploader).await?;
        let done = sqlx::query(
            "INSERT INTO blobs (company, hash, media, bytes, uploader, created) SELECT $1, $2, $3, $4, $5, $6 \
             WHERE $7 + (SELECT COALESCE(SUM(OCTET_LENGTH(b.bytes)), 0) FROM blobs b \
                 WHERE b.company = $1 AND b.uploader = $5 AND b.created >= $8 AND NOT EXISTS \
                 (SELECT 1 FROM blob_scopes s WHERE s.company = b.company AND s.hash = b.hash)) <= $9 \
             ON CONFLICT (company, hash) DO NOTHING",
        )
        .bind(&company.bytes()[..])
        .bind(&blob.hash.0[..])
        .bind(&blob.media)
        .bind(&blob.bytes[..])
        .bind(&blob.uploader.bytes()[..])
        .bind(codec::packed(blob.created))
        .bind(i64::try_from(blob.bytes.len()).unwrap_or(i64::MAX))
        .bind(codec::packed(Timestamp::from_millis(waits_since)))
        .bind(i64::try_from(budget).unwrap_or(i64::MAX))
        .execute(&mut *tx)
        .await
        .map_err(trouble)?;
        let there = sqlx::query("SELECT 1 FROM blobs WHERE company = $1 AND hash = $2")
            .bind(&company.bytes()[..])
            .bind(&blob.hash.0[..])
            .fetch_optional(&mut *tx)
            .await
            .map_err(trouble)?;
        tx.commit().await.map_err(trouble)?;
        Ok(match (done.rows_affected(), there) {
            (1.., _) => Kept::New,
            (0, Some(_)) => Kept::Already,
            (0, None) => Kept::OverBudget,
        })
    }

    async fn remove_unnamed(&self, company: CompanyId, before: Timestamp) -> Stored<u64> {
        // Under the feed lock: nobody names a file between the look and the removal.
        let mut unit = self.begin(company).await?;
        let done = sqlx::query(
            "DELETE FROM blobs WHERE company = $1 AND created < $2 AND NOT EXISTS \
             (SELECT 1 FROM blob_scopes s WHERE s.company = blobs.company AND s.hash = blobs.hash)",
        )
        .bind(&company.bytes()[..])
        .bind(codec::packed(before))
        .execute(&mut *unit.tx)
        .await
        .map_err(trouble)?;
        unit.tx.commit().await.map_err(trouble)?;
        Ok(done.rows_affected())
    }

    async fn take_turn(
        &self,
        company: CompanyId,
        task: &'static str,
        now: Timestamp,
        every_ms: u64,
    ) -> Stored<bool> {
        let done = sqlx::query(
            "INSERT INTO turns (company, task, since) VALUES ($1, $2, $3) ON CONFLICT (company, task) \
             DO UPDATE SET since = excluded.since WHERE turns.since <= $4",
        )
        .bind(&company.bytes()[..])
        .bind(task)
        .bind(codec::packed(now))
        .bind(codec::packed(Timestamp::from_millis(now.millis().saturating_sub(every_ms))))
        .execute(&self.readers)
        .await
        .map_err(trouble)?;
        Ok(done.rows_affected() > 0)
    }

    async fn announce(&self, company: CompanyId, word: Word) -> Stored<()> {
        self.says(company, word).await
    }

    async fn ear(&self, company: CompanyId) -> Stored<Option<Ear>> {
        self.listens(company).await.map(Some)
    }
}

/// Until the transaction ends, nobody else counts what this member of staff has brought.
async fn hold_budget(tx: &mut PgConnection, company: CompanyId, uploader: StaffId) -> Stored<()> {
    for statement in [
        "INSERT INTO uploaders (company, uploader) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        "SELECT 1 FROM uploaders WHERE company = $1 AND uploader = $2 FOR UPDATE",
    ] {
        sqlx::query(statement)
            .bind(&company.bytes()[..])
            .bind(&uploader.bytes()[..])
            .execute(&mut *tx)
            .await
            .map_err(trouble)?;
    }
    Ok(())
}
