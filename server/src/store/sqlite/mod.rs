//! The store in one SQLite file: one writer, many readers, every commit on the disk before it is answered.

mod codec;
pub mod identity;
mod list;
mod open;
mod read;
mod trouble;
mod write;

use sqlx::{Sqlite, SqlitePool, Transaction};
use sync_core::unit::CompanyId;
pub(crate) use trouble::trouble;

use super::{Blob, Company, DeviceLog, Store, Stored};

/// The books of companies in one SQLite file.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    /// One connection: whoever holds it, holds the feed lock.
    writer: SqlitePool,
    readers: SqlitePool,
}

/// A transaction on one company: to write, or one moment to read.
#[derive(Debug)]
pub struct SqliteUnit {
    tx: Transaction<'static, Sqlite>,
    company: [u8; 16],
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
        unit.save_devices(std::slice::from_ref(hub)).await?;
        unit.tx.commit().await.map_err(trouble)
    }

    async fn begin(&self, company: CompanyId) -> Stored<SqliteUnit> {
        let tx = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(trouble)?;
        Ok(SqliteUnit { tx, company: *company.bytes() })
    }

    async fn snapshot(&self, company: CompanyId) -> Stored<SqliteUnit> {
        let tx = self.readers.begin().await.map_err(trouble)?;
        Ok(SqliteUnit { tx, company: *company.bytes() })
    }

    async fn put_blob(&self, company: CompanyId, blob: &Blob) -> Stored<bool> {
        let done = sqlx::query(
            "INSERT INTO blobs (company, hash, media, bytes, uploader, created) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT (company, hash) DO NOTHING",
        )
        .bind(&company.bytes()[..])
        .bind(&blob.hash.0[..])
        .bind(&blob.media)
        .bind(&blob.bytes[..])
        .bind(&blob.uploader.bytes()[..])
        .bind(codec::packed(blob.created))
        .execute(&self.writer)
        .await
        .map_err(trouble)?;
        Ok(done.rows_affected() > 0)
    }
}
