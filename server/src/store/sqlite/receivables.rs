//! The read table of what orders owe, in SQLite.

use sqlx::Sqlite;

use super::{SqliteStore, SqliteUnit, trouble};
use crate::store::receivables::receivables_table;

receivables_table!(SqliteStore, SqliteUnit, Sqlite, "INSTR", |store: &SqliteStore| {
    let writer = store.writer().clone();
    async move { writer.begin_with("BEGIN IMMEDIATE").await }
});
