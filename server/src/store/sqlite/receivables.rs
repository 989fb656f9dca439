//! The read table of what orders owe, in SQLite.

use sqlx::Sqlite;

use super::{SqliteStore, SqliteUnit, read::push_in_book, trouble};
use crate::store::receivables::receivables_table;

receivables_table!(SqliteStore, SqliteUnit, Sqlite, "INSTR", "+", push_in_book, |store: &SqliteStore| {
    let writer = store.writer().clone();
    async move { writer.begin_with("BEGIN IMMEDIATE").await }
});
