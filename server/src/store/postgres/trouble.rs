//! What went wrong in the database, told apart by what an operator can do about it.

use sqlx::migrate::MigrateError;

use crate::store::StoreError;

/// Tells apart what went wrong in the database. What a server or the network says never holds the password.
#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`, which hands the error over")]
pub(crate) fn trouble(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            of_state(&code, database.message())
        }
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_) => {
            StoreError::Corrupt(error.to_string())
        }
        sqlx::Error::Io(io) => StoreError::Unavailable(format!("no answer from Postgres: {io}")),
        sqlx::Error::Tls(why) => StoreError::Unavailable(format!(
            "no encrypted connection to Postgres: {why}; see sslmode and sslrootcert in its URL"
        )),
        sqlx::Error::PoolTimedOut => StoreError::Unavailable(
            "no connection to Postgres came free in time: it does not answer, or every connection is in use"
                .into(),
        ),
        _ => StoreError::Unavailable(error.to_string()),
    }
}

/// By the five signs of SQLSTATE: the class is their first two.
fn of_state(code: &str, said: &str) -> StoreError {
    let unavailable = |why: &str| StoreError::Unavailable(format!("{why}: {said}"));
    match code {
        "53100" => StoreError::Full(said.to_owned()),
        "55P03" => unavailable("another server holds the book; try again"),
        "40001" | "40P01" => unavailable("two writers met, and this one gave way; try again"),
        "25006" => unavailable("Postgres only reads, as a standby does; name the primary in the URL"),
        "57P01" | "57P02" | "57P03" => unavailable("Postgres is starting or stopping; try again"),
        "57014" => unavailable("Postgres broke the statement off, see its statement_timeout"),
        "25P03" => unavailable("Postgres ended a transaction that had lain idle"),
        "53300" | "53400" => unavailable("Postgres has no connection left, see its max_connections"),
        "3D000" => unavailable(
            "make it with CREATE DATABASE … OWNER … ENCODING 'UTF8' TEMPLATE template0, or correct the URL",
        ),
        "42501" | "0LP01" => unavailable("the role has not the rights; the owner of the database has"),
        "42P01" | "42703" | "3F000" => StoreError::Corrupt(format!("not a Fieldbook database: {said}")),
        "58P01" | "58P02" => StoreError::Corrupt(said.to_owned()),
        "58030" => unavailable("the disk of Postgres does not answer"),
        _ => match code.get(..2) {
            Some("23") => StoreError::Conflict(said.to_owned()),
            Some("28") => {
                unavailable("Postgres does not let this role in; check user, password and pg_hba.conf")
            }
            Some("53") => unavailable("Postgres is short of memory or room"),
            Some("XX") => StoreError::Corrupt(said.to_owned()),
            _ => StoreError::Unavailable(said.to_owned()),
        },
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
        MigrateError::VersionMissing(version) => newer(version),
        other => StoreError::Migration(other.to_string()),
    }
}

/// Another server, of a newer version, has been here.
pub(super) fn newer(version: i64) -> StoreError {
    StoreError::Migration(format!(
        "the tables were brought up to date by a newer version of the program (table version {version})"
    ))
}
