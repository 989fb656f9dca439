//! The store in one SQLite file: one writer, many readers, every commit on the disk before it is answered.

mod carrier;
mod carry;
mod feed;
mod health;
pub mod identity;
mod inspect;
mod list;
mod look;
mod moving;
mod open;
mod page;
pub mod pieces;
mod read;
pub mod receivables;
mod trouble;
mod upkeep;
mod write;

use std::collections::BTreeSet;

use carrier::Carrier;
pub use look::Looked;
use sqlx::{Row, Sqlite, SqlitePool, Transaction, sqlite::SqliteRow};
use sync_core::{paper::PaperKey, time::Timestamp, unit::CompanyId};
pub(crate) use trouble::trouble;

use super::codec;
use super::{Blob, Company, DeviceLog, Kept, Store, Stored, UNNAMED_KEPT_MS};

codec::reads_columns!(SqliteRow, trouble);

/// The books of companies in one SQLite file.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    /// One connection: whoever holds it, holds the feed lock.
    writer: SqlitePool,
    readers: SqlitePool,
    carrier: Carrier,
}

/// A transaction on one company: to write, or one moment to read.
#[derive(Debug)]
pub struct SqliteUnit {
    tx: Transaction<'static, Sqlite>,
    company: [u8; 16],
    /// The number by which what it writes of papers says whose they are, once that was asked.
    book: Option<i64>,
    /// Counted papers that were looked for in this transaction and are not there: nothing has to be taken off for them.
    absent: BTreeSet<PaperKey>,
    /// How many rows it has written.
    rows: usize,
    carrier: Carrier,
}

impl SqliteUnit {
    fn of(tx: Transaction<'static, Sqlite>, company: CompanyId, carrier: Carrier) -> Self {
        Self { tx, company: *company.bytes(), book: None, absent: BTreeSet::new(), rows: 0, carrier }
    }
}

impl SqliteStore {
    /// The one connection that writes.
    pub const fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// The connections that read.
    pub const fn readers(&self) -> &SqlitePool {
        &self.readers
    }
}

impl Store for SqliteStore {
    type Unit = SqliteUnit;
    type Snapshot = SqliteUnit;

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
             quarantined, devices) VALUES (?, ?, ?, ?, ?, 1, 0, 0, 0, 0, 0, 0, 0)",
        )
        .bind(&company.id.bytes()[..])
        .bind(&company.name)
        .bind(&company.hub.bytes()[..])
        .bind(&company.hub_key[..])
        .bind(codec::packed(company.founded))
        .execute(&mut *unit.tx)
        .await
        .map_err(trouble)?;
        unit.open_book().await?;
        unit.save_devices(std::slice::from_ref(hub)).await?;
        unit.tx.commit().await.map_err(trouble)
    }

    async fn begin(&self, company: CompanyId) -> Stored<SqliteUnit> {
        let tx = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(trouble)?;
        Ok(SqliteUnit::of(tx, company, self.carrier.clone()))
    }

    async fn snapshot(&self, company: CompanyId) -> Stored<SqliteUnit> {
        let tx = self.readers.begin().await.map_err(trouble)?;
        Ok(SqliteUnit::of(tx, company, self.carrier.clone()))
    }

    async fn put_blob(&self, company: CompanyId, blob: &Blob, budget: u64) -> Stored<Kept> {
        let waits_since = blob.created.millis().saturating_sub(UNNAMED_KEPT_MS);
        // One statement, so that two files brought at once do not both find room for one.
        let done = sqlx::query(
            "INSERT INTO blobs (company, hash, media, bytes, uploader, created) SELECT ?, ?, ?, ?, ?, ? \
             WHERE ? + (SELECT COALESCE(SUM(LENGTH(b.bytes)), 0) FROM blobs b \
                 WHERE b.company = ? AND b.uploader = ? AND b.created >= ? AND NOT EXISTS \
                 (SELECT 1 FROM blob_scopes s WHERE s.company = b.company AND s.hash = b.hash)) <= ? \
             ON CONFLICT (company, hash) DO NOTHING",
        )
        .bind(&company.bytes()[..])
        .bind(&blob.hash.0[..])
        .bind(&blob.media)
        .bind(&blob.bytes[..])
        .bind(&blob.uploader.bytes()[..])
        .bind(codec::packed(blob.created))
        .bind(i64::try_from(blob.bytes.len()).unwrap_or(i64::MAX))
        .bind(&company.bytes()[..])
        .bind(&blob.uploader.bytes()[..])
        .bind(codec::packed(Timestamp::from_millis(waits_since)))
        .bind(i64::try_from(budget).unwrap_or(i64::MAX))
        .execute(&self.writer)
        .await
        .map_err(trouble)?;
        if done.rows_affected() > 0 {
            return Ok(Kept::New);
        }
        let there = sqlx::query("SELECT 1 FROM blobs WHERE company = ? AND hash = ?")
            .bind(&company.bytes()[..])
            .bind(&blob.hash.0[..])
            .fetch_optional(&self.writer)
            .await
            .map_err(trouble)?;
        Ok(if there.is_some() { Kept::Already } else { Kept::OverBudget })
    }

    async fn remove_unnamed(&self, company: CompanyId, before: Timestamp) -> Stored<u64> {
        let done = sqlx::query(
            "DELETE FROM blobs WHERE company = ? AND created < ? AND NOT EXISTS \
             (SELECT 1 FROM blob_scopes s WHERE s.company = blobs.company AND s.hash = blobs.hash)",
        )
        .bind(&company.bytes()[..])
        .bind(codec::packed(before))
        .execute(&self.writer)
        .await
        .map_err(trouble)?;
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
            "INSERT INTO turns (company, task, since) VALUES (?, ?, ?) ON CONFLICT (company, task) \
             DO UPDATE SET since = excluded.since WHERE turns.since <= ?",
        )
        .bind(&company.bytes()[..])
        .bind(task)
        .bind(codec::packed(now))
        .bind(codec::packed(Timestamp::from_millis(now.millis().saturating_sub(every_ms))))
        .execute(&self.writer)
        .await
        .map_err(trouble)?;
        Ok(done.rows_affected() > 0)
    }
}
