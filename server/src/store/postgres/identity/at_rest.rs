//! What the company keeps for phones whose book is locked: recovery keys and new passwords.

use sqlx::Row;
use sync_core::{
    time::Timestamp,
    unit::{DeviceId, StaffId},
};

use super::{Identities, fixed, ms, trouble};
use crate::{auth::Subject, store::StoreError};

impl Identities {
    /// Keeps what opens a device's book, in place of what did before.
    pub async fn keep_recovery(
        &self,
        device: DeviceId,
        recovery: &[u8; 32],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO device_recovery (company, device, recovery, since) VALUES ($1, $2, $3, $4)
             ON CONFLICT (company, device) DO UPDATE SET recovery = excluded.recovery, since = excluded.since",
        )
        .bind(self.company())
        .bind(&device.bytes()[..])
        .bind(&recovery[..])
        .bind(ms(now))
        .execute(&self.pool)
        .await
        .map_err(trouble)?;
        Ok(())
    }

    /// What opens a device's book.
    pub async fn recovery(&self, device: DeviceId) -> Result<Option<[u8; 32]>, StoreError> {
        let row = sqlx::query("SELECT recovery FROM device_recovery WHERE company = $1 AND device = $2")
            .bind(self.company())
            .bind(&device.bytes()[..])
            .fetch_optional(&self.pool)
            .await
            .map_err(trouble)?;
        row.map(|row| fixed(&row.get::<Vec<u8>, _>(0), "a recovery key has 32 bytes")).transpose()
    }

    /// Puts another password in the place of somebody's; the number they sign in with, if they do.
    pub async fn renew_password(&self, staff: StaffId, password: &str) -> Result<Option<String>, StoreError> {
        let row =
            sqlx::query("UPDATE users SET password = $1 WHERE company = $2 AND staff = $3 RETURNING number")
                .bind(password)
                .bind(self.company())
                .bind(&staff.bytes()[..])
                .fetch_optional(&self.pool)
                .await
                .map_err(trouble)?;
        Ok(row.map(|row| row.get(0)))
    }

    /// Forgets the tries that were counted for somebody.
    pub async fn forget_tries(&self, subject: Subject) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sign_in_attempts WHERE company = $1 AND subject = $2")
            .bind(self.company())
            .bind(&subject.hash[..])
            .execute(&self.pool)
            .await
            .map_err(trouble)?;
        Ok(())
    }
}
