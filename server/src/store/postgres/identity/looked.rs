//! What only an operator's look reads.

use sqlx::Row;

use super::{Identities, trouble};
use crate::store::StoreError;

impl Identities {
    /// The names and secrets of all keys that are kept; none is made.
    pub async fn keys_kept(&self) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let rows =
            sqlx::query("SELECT name, secret FROM token_keys WHERE company = $1 ORDER BY since DESC, name")
                .bind(self.company())
                .fetch_all(&self.pool)
                .await
                .map_err(trouble)?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }
}
