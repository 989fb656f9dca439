//! The company's keys for tokens and seals: those in use, those that were, and those that will be.

use sqlx::{PgConnection, Row};

use super::{Identities, at, fixed, ms, trouble};
use crate::{
    auth::{KeptKey, Purpose},
    store::StoreError,
};

impl Identities {
    /// The keys of a purpose, the one that begins latest first.
    pub async fn keys(&self, purpose: Purpose) -> Result<Vec<KeptKey>, StoreError> {
        let rows = sqlx::query(
            "SELECT name, secret, since FROM token_keys WHERE company = $1 AND (name = $2 OR name LIKE $3 || '.%') \
             ORDER BY since DESC, name DESC",
        )
        .bind(self.company())
        .bind(purpose.code())
        .bind(purpose.code())
        .fetch_all(&self.pool)
        .await
        .map_err(trouble)?;
        rows.iter()
            .map(|row| {
                Ok(KeptKey {
                    purpose,
                    name: row.get(0),
                    secret: fixed(&row.get::<Vec<u8>, _>(1), "a key has 32 bytes")?,
                    since: at(row.get(2)),
                })
            })
            .collect()
    }

    /// Until the transaction ends, no other server changes keys.
    async fn hold_keys(&self, tx: &mut PgConnection) -> Result<(), StoreError> {
        sqlx::query("SELECT 1 FROM company WHERE company = $1 FOR UPDATE")
            .bind(self.company())
            .execute(tx)
            .await
            .map_err(trouble)?;
        Ok(())
    }

    /// Keeps the first key of a purpose, where there is none yet.
    pub async fn first_key(&self, fresh: &KeptKey) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await.map_err(trouble)?;
        self.hold_keys(&mut tx).await?;
        sqlx::query(
            "INSERT INTO token_keys (company, name, secret, since) SELECT $1, $2, $3, $4 WHERE NOT EXISTS \
             (SELECT 1 FROM token_keys WHERE company = $5 AND (name = $6 OR name LIKE $7 || '.%')) \
             ON CONFLICT DO NOTHING",
        )
        .bind(self.company())
        .bind(&fresh.name)
        .bind(&fresh.secret[..])
        .bind(ms(fresh.since))
        .bind(self.company())
        .bind(fresh.purpose.code())
        .bind(fresh.purpose.code())
        .execute(&mut *tx)
        .await
        .map_err(trouble)?;
        tx.commit().await.map_err(trouble)
    }

    /// Keeps keys; whether of each name there was none yet. All or none.
    pub async fn keep_keys(&self, keys: &[KeptKey]) -> Result<Vec<bool>, StoreError> {
        let mut tx = self.pool.begin().await.map_err(trouble)?;
        self.hold_keys(&mut tx).await?;
        let mut new = Vec::with_capacity(keys.len());
        for key in keys {
            new.push(self.insert_key(&mut tx, key).await?);
        }
        tx.commit().await.map_err(trouble)?;
        Ok(new)
    }

    /// Puts a key in the place of all of its purpose: what they opened opens no more.
    pub async fn keep_only(&self, key: &KeptKey) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await.map_err(trouble)?;
        self.hold_keys(&mut tx).await?;
        sqlx::query("DELETE FROM token_keys WHERE company = $1 AND (name = $2 OR name LIKE $3 || '.%')")
            .bind(self.company())
            .bind(key.purpose.code())
            .bind(key.purpose.code())
            .execute(&mut *tx)
            .await
            .map_err(trouble)?;
        if !self.insert_key(&mut tx, key).await? {
            return Err(StoreError::Conflict(format!("a key of another purpose is named {}", key.name)));
        }
        tx.commit().await.map_err(trouble)
    }

    /// Writes a key; whether there was none of its name yet.
    async fn insert_key(&self, tx: &mut PgConnection, key: &KeptKey) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "INSERT INTO token_keys (company, name, secret, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(self.company())
        .bind(&key.name)
        .bind(&key.secret[..])
        .bind(ms(key.since))
        .execute(tx)
        .await
        .map_err(trouble)?;
        Ok(done.rows_affected() > 0)
    }
}
