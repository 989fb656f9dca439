//! What the company keeps for phones whose book is locked: recovery keys, and the keys batches are sealed to.

use sqlx::Row;
use sync_core::{time::Timestamp, unit::DeviceId};

use super::{Identities, fixed, ms, trouble};
use crate::store::StoreError;

impl Identities {
    /// Keeps what opens a device's book, in place of what did before.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn keep_recovery(
        &self,
        device: DeviceId,
        recovery: &[u8; 32],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO device_recovery (company, device, recovery, since) VALUES (?, ?, ?, ?)
             ON CONFLICT (company, device) DO UPDATE SET recovery = excluded.recovery, since = excluded.since",
        )
        .bind(self.company())
        .bind(&device.bytes()[..])
        .bind(&recovery[..])
        .bind(ms(now))
        .execute(&self.writer)
        .await
        .map_err(trouble)?;
        Ok(())
    }

    /// What opens a device's book.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn recovery(&self, device: DeviceId) -> Result<Option<[u8; 32]>, StoreError> {
        let row = sqlx::query("SELECT recovery FROM device_recovery WHERE company = ? AND device = ?")
            .bind(self.company())
            .bind(&device.bytes()[..])
            .fetch_optional(&self.readers)
            .await
            .map_err(trouble)?;
        row.map(|row| fixed(&row.get::<Vec<u8>, _>(0), "a recovery key has 32 bytes")).transpose()
    }

    /// The secrets of the keys batches are sealed to, the one in use first; `fresh` becomes it when there is none yet.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn sealing_keys(&self, fresh: [u8; 32], now: Timestamp) -> Result<Vec<[u8; 32]>, StoreError> {
        sqlx::query("INSERT INTO token_keys (company, name, secret, since) VALUES (?, 'sealing', ?, ?) ON CONFLICT DO NOTHING")
            .bind(self.company())
            .bind(&fresh[..])
            .bind(ms(now))
            .execute(&self.writer)
            .await
            .map_err(trouble)?;
        self.sealing_keys_kept().await
    }

    /// The same, of a book that is only looked at.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn sealing_keys_kept(&self) -> Result<Vec<[u8; 32]>, StoreError> {
        let rows = sqlx::query(
            "SELECT secret FROM token_keys WHERE company = ? AND name LIKE 'sealing%' ORDER BY since DESC",
        )
        .bind(self.company())
        .fetch_all(&self.readers)
        .await
        .map_err(trouble)?;
        rows.iter().map(|row| fixed(&row.get::<Vec<u8>, _>(0), "a sealing key has 32 bytes")).collect()
    }
}
