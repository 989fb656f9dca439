//! The read table of what orders owe, in Postgres.

use sqlx::Postgres;

use super::{PostgresStore, PostgresUnit, read::push_in_book, trouble};
use crate::store::receivables::receivables_table;

receivables_table!(
    PostgresStore,
    PostgresUnit,
    Postgres,
    "STRPOS",
    "",
    push_in_book,
    |store: &PostgresStore| {
        let pool = store.readers().clone();
        async move { pool.begin().await }
    }
);
