//! The read table of what orders owe, in Postgres.

use sqlx::Postgres;

use super::{PostgresStore, PostgresUnit, trouble};
use crate::store::receivables::receivables_table;

receivables_table!(PostgresStore, PostgresUnit, Postgres, "STRPOS", |store: &PostgresStore| {
    let pool = store.readers().clone();
    async move { pool.begin().await }
});
