//! How large the database is, who uses it, and whether its tables are ours.

use sqlx::Row;
use sync_core::unit::CompanyId;

use super::{PostgresStore, Stored, open::MIGRATIONS, trouble};
use crate::store::{Connections, Tables, Upkeep, Volume, codec::corrupt, steps};

impl Upkeep for PostgresStore {
    async fn volume(&self, company: CompanyId) -> Stored<Volume> {
        // The length of bytes stands beside them: none of the bytes themselves is read.
        let row = sqlx::query(
            "SELECT COUNT(*), COALESCE(SUM(OCTET_LENGTH(bytes)), 0)::int8, pg_database_size(current_database()) \
             FROM blobs WHERE company = $1",
        )
        .bind(&company.bytes()[..])
        .fetch_one(&self.readers)
        .await
        .map_err(trouble)?;
        let count = |at: usize| -> Stored<u64> {
            u64::try_from(row.try_get::<i64, _>(at).map_err(trouble)?).map_err(corrupt)
        };
        // What Postgres writes ahead is its own, and of all its databases together.
        Ok(Volume { blobs: count(0)?, blob_bytes: count(1)?, store_bytes: count(2)?, log_bytes: 0 })
    }

    fn connections(&self) -> Vec<Connections> {
        [("writer", &self.writer), ("readers", &self.readers)]
            .map(|(pool, of)| {
                let (open, idle) = (u64::from(of.size()), of.num_idle() as u64);
                Connections { pool, in_use: open.saturating_sub(idle), idle }
            })
            .into()
    }

    async fn tables(&self) -> Stored<Tables> {
        let rows = sqlx::query(
            "SELECT version, checksum, success, description FROM _sqlx_migrations ORDER BY version",
        )
        .fetch_all(&self.readers)
        .await
        .map_err(trouble)?;
        let taken: Vec<(i64, Vec<u8>, bool)> =
            rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
        for step in MIGRATIONS.iter() {
            let there = taken.iter().find(|(version, ..)| *version == step.version);
            if there.is_none_or(|(_, checksum, done)| !done || checksum[..] != step.checksum[..]) {
                return Ok(Tables::Other(step.version));
            }
        }
        // Beside what a newer program has only added this one serves on. Decision 029.
        let been_through: Vec<(i64, String)> = rows.iter().map(|row| (row.get(0), row.get(3))).collect();
        Ok(steps::changes(&MIGRATIONS, &been_through).map_or(Tables::Ours, Tables::Newer))
    }

    async fn settle(&self) -> Stored<bool> {
        Ok(true)
    }
}
