//! What went wrong in the database, told apart by what an operator can do about it.

use sqlx::migrate::MigrateError;

use crate::store::StoreError;

// Primary result codes of SQLite; extended codes carry them in their low byte.
const PERM: u32 = 3;
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const READONLY: u32 = 8;
const IOERR: u32 = 10;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANTOPEN: u32 = 14;
const CONSTRAINT: u32 = 19;
const NOTADB: u32 = 26;

/// Tells apart what went wrong in the database.
#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`, which hands the error over")]
pub(crate) fn trouble(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(database) => {
            let code = database.code().and_then(|code| code.parse::<u32>().ok()).unwrap_or(0);
            let said = database.message().to_owned();
            match code & 0xff {
                BUSY | LOCKED => StoreError::Unavailable(format!("locked by another process: {said}")),
                FULL => StoreError::Full(said),
                NOTADB => StoreError::Corrupt(format!("not a Fieldbook database: {said}")),
                CORRUPT => StoreError::Corrupt(said),
                CONSTRAINT => StoreError::Conflict(said),
                PERM | READONLY | CANTOPEN => {
                    StoreError::Unavailable(format!("the file cannot be opened for writing: {said}"))
                }
                IOERR => StoreError::Unavailable(format!("the disk does not answer: {said}")),
                _ => StoreError::Unavailable(said),
            }
        }
        sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::StorageFull => {
            StoreError::Full(io.to_string())
        }
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_) => {
            StoreError::Corrupt(error.to_string())
        }
        _ => StoreError::Unavailable(error.to_string()),
    }
}

/// Tells apart why the tables could not be brought up to date.
pub(super) fn migration_trouble(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(inner) | MigrateError::ExecuteMigration(inner, _) => match trouble(inner) {
            // A statement that fails on what is there already: the tables are not those of this program.
            StoreError::Unavailable(why) if why.contains("already exists") => StoreError::Migration(why),
            told => told,
        },
        MigrateError::VersionMissing(version) => StoreError::Migration(format!(
            "the file was written by a newer version of the program (table version {version})"
        )),
        other => StoreError::Migration(other.to_string()),
    }
}
