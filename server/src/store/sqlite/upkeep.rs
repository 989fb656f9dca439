//! How large the file is, who uses it, and whether its tables are ours.

use std::path::{Path, PathBuf};

use sqlx::Row;
use sync_core::unit::CompanyId;

use super::{SqliteStore, Stored, open::MIGRATIONS, trouble::trouble};
use crate::store::{Connections, Tables, Upkeep, Volume, codec::corrupt, steps};

impl Upkeep for SqliteStore {
    async fn volume(&self, company: CompanyId) -> Stored<Volume> {
        // The length of a BLOB stands in its row's head: no page of the bytes themselves is read.
        let row =
            sqlx::query("SELECT COUNT(*), COALESCE(SUM(LENGTH(bytes)), 0) FROM blobs WHERE company = ?")
                .bind(&company.bytes()[..])
                .fetch_one(&self.readers)
                .await
                .map_err(trouble)?;
        let count = |at: usize| u64::try_from(row.get::<i64, _>(at)).map_err(corrupt);
        let book = self.writer.connect_options().get_filename().to_owned();
        let (file, log) = (length(&book), length(&beside(&book, "-wal")));
        Ok(Volume { blobs: count(0)?, blob_bytes: count(1)?, store_bytes: file + log, log_bytes: log })
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
        let row =
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.writer).await.map_err(trouble)?;
        Ok(row.get::<i64, _>(0) == 0)
    }
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn length(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |known| known.len())
}
