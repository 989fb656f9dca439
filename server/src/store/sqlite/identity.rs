//! Sign-ins in SQLite: users, sessions, refresh tokens, counted tries and the token key.
//!
//! Only `auth` writes here. No law of the book touches these tables, so they stand beside the [`Store`](crate::store::Store)
//! trait and not in it.

mod at_rest;
mod keys;
mod looked;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use sync_core::{
    time::Timestamp,
    unit::{CompanyId, DeviceId, StaffId},
};
use uuid::Uuid;

use super::{SqliteStore, trouble};
use crate::auth::{Attempts, Client, Delay, NewToken, RefreshState, Session, Standing, Subject, admit};
use crate::store::StoreError;

/// The tables of sign-in.
#[derive(Clone, Debug)]
pub struct Identities {
    writer: SqlitePool,
    readers: SqlitePool,
    company: CompanyId,
}

/// Tries this long past are of no account to anybody.
const LONG_PAST_MS: i64 = 86_400_000;

/// Tables keep times as signed milliseconds.
fn ms(at: Timestamp) -> i64 {
    i64::try_from(at.millis()).unwrap_or(i64::MAX)
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(u64::try_from(ms).unwrap_or(0))
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(format!("identity: {what}"))
}

fn fixed<const N: usize>(bytes: &[u8], what: &str) -> Result<[u8; N], StoreError> {
    bytes.try_into().map_err(|_| corrupt(what))
}

fn uuid(bytes: &[u8], what: &str) -> Result<Uuid, StoreError> {
    fixed(bytes, what).map(Uuid::from_bytes)
}

impl Identities {
    /// The tables of one company.
    pub fn new(store: &SqliteStore, company: CompanyId) -> Self {
        Self { writer: store.writer().clone(), readers: store.readers().clone(), company }
    }

    fn company(&self) -> &[u8] {
        &self.company.bytes()[..]
    }

    /// Writes down who signs in with which number and password.
    ///
    /// # Errors
    /// The number is somebody else's, or the database does not answer.
    pub async fn set_user(
        &self,
        staff: StaffId,
        number: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO users (company, staff, number, password, since) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (company, staff) DO UPDATE SET number = excluded.number, password = excluded.password",
        )
        .bind(self.company())
        .bind(&staff.bytes()[..])
        .bind(number)
        .bind(password)
        .bind(ms(now))
        .execute(&self.writer)
        .await
        .map_err(trouble)?;
        Ok(())
    }

    /// Lets whoever has this number sign in no more: their sessions end, and their phones only deliver. Whether anybody
    /// had it.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn disable_user(&self, number: &str, now: Timestamp) -> Result<bool, StoreError> {
        let disabled =
            sqlx::query("UPDATE users SET disabled = COALESCE(disabled, ?) WHERE company = ? AND number = ?")
                .bind(ms(now))
                .bind(self.company())
                .bind(number)
                .execute(&self.writer)
                .await
                .map_err(trouble)?;
        Ok(disabled.rows_affected() > 0)
    }

    /// Lets somebody sign in again. Whether anybody has this number.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn enable_user(&self, number: &str) -> Result<bool, StoreError> {
        let enabled = sqlx::query("UPDATE users SET disabled = NULL WHERE company = ? AND number = ?")
            .bind(self.company())
            .bind(number)
            .execute(&self.writer)
            .await
            .map_err(trouble)?;
        Ok(enabled.rows_affected() > 0)
    }

    /// Whose number it is, whether or not they may sign in.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn holder_of(&self, number: &str) -> Result<Option<StaffId>, StoreError> {
        let row = sqlx::query("SELECT staff FROM users WHERE company = ? AND number = ?")
            .bind(self.company())
            .bind(number)
            .fetch_optional(&self.readers)
            .await
            .map_err(trouble)?;
        row.map(|row| uuid(&row.get::<Vec<u8>, _>(0), "a member of staff has 16 bytes").map(StaffId))
            .transpose()
    }

    /// Forgets a number that belongs to nobody in the book.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn forget_user(&self, staff: StaffId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM users WHERE company = ? AND staff = ?")
            .bind(self.company())
            .bind(&staff.bytes()[..])
            .execute(&self.writer)
            .await
            .map_err(trouble)?;
        Ok(())
    }

    /// Removes refresh tokens that have run out or whose session has ended, and sessions that nothing can renew.
    ///
    /// A session stays for a day after its last use: its access token is good for minutes only.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn tidy(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(trouble)?;
        sqlx::query(
            "DELETE FROM refresh_tokens WHERE company = ? AND (expires < ? OR EXISTS \
             (SELECT 1 FROM sessions s WHERE s.company = refresh_tokens.company AND s.session = refresh_tokens.session
              AND s.ended IS NOT NULL))",
        )
        .bind(self.company())
        .bind(ms(now))
        .execute(&mut *tx)
        .await
        .map_err(trouble)?;
        sqlx::query(
            "DELETE FROM sessions WHERE company = ? AND COALESCE(ended, started) < ? AND NOT EXISTS
             (SELECT 1 FROM refresh_tokens t WHERE t.company = sessions.company AND t.session = sessions.session)",
        )
        .bind(self.company())
        .bind(ms(now).saturating_sub(LONG_PAST_MS))
        .execute(&mut *tx)
        .await
        .map_err(trouble)?;
        sqlx::query("DELETE FROM sign_in_attempts WHERE company = ? AND last < ?")
            .bind(self.company())
            .bind(ms(now).saturating_sub(LONG_PAST_MS))
            .execute(&mut *tx)
            .await
            .map_err(trouble)?;
        tx.commit().await.map_err(trouble)
    }

    /// Who signs in with a number, and the hash of their password.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn user_by_number(&self, number: &str) -> Result<Option<(StaffId, String)>, StoreError> {
        let row = sqlx::query(
            "SELECT staff, password FROM users WHERE company = ? AND number = ? AND disabled IS NULL",
        )
        .bind(self.company())
        .bind(number)
        .fetch_optional(&self.readers)
        .await
        .map_err(trouble)?;
        row.map(|row| {
            let staff = uuid(&row.get::<Vec<u8>, _>(0), "a member of staff has 16 bytes")?;
            Ok((StaffId(staff), row.get(1)))
        })
        .transpose()
    }

    /// Counts a try on every subject, or on none when one of them has to wait.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn count_attempt(
        &self,
        subjects: [Subject; 2],
        now: Timestamp,
    ) -> Result<Result<[Attempts; 2], Delay>, StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(trouble)?;
        let mut counted = [Attempts::default(); 2];
        for (subject, slot) in subjects.iter().zip(&mut counted) {
            let before = self.attempts(&mut tx, subject).await?;
            match admit(subject, before, now) {
                Ok(admitted) => *slot = admitted,
                Err(delay) => return Ok(Err(delay)),
            }
        }
        for (subject, counted) in subjects.iter().zip(&counted) {
            sqlx::query(
                "INSERT INTO sign_in_attempts (company, subject, failures, last) VALUES (?, ?, ?, ?)
                 ON CONFLICT (company, subject) DO UPDATE SET failures = excluded.failures, last = excluded.last",
            )
            .bind(self.company())
            .bind(&subject.hash[..])
            .bind(counted.failures)
            .bind(ms(counted.last))
            .execute(&mut *tx)
            .await
            .map_err(trouble)?;
        }
        tx.commit().await.map_err(trouble)?;
        Ok(Ok(counted))
    }

    async fn attempts(&self, tx: &mut SqliteConnection, subject: &Subject) -> Result<Attempts, StoreError> {
        let row =
            sqlx::query("SELECT failures, last FROM sign_in_attempts WHERE company = ? AND subject = ?")
                .bind(self.company())
                .bind(&subject.hash[..])
                .fetch_optional(tx)
                .await
                .map_err(trouble)?;
        Ok(row.map_or_else(Attempts::default, |row| Attempts {
            failures: u32::try_from(row.get::<i64, _>(0)).unwrap_or(u32::MAX),
            last: at(row.get(1)),
        }))
    }

    /// After a success: the number starts anew, the address gets its one try back, and what is long past is forgotten.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn forget_attempts(
        &self,
        [number, address]: [Subject; 2],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(trouble)?;
        sqlx::query("DELETE FROM sign_in_attempts WHERE company = ? AND (subject = ? OR last < ?)")
            .bind(self.company())
            .bind(&number.hash[..])
            .bind(ms(now).saturating_sub(LONG_PAST_MS))
            .execute(&mut *tx)
            .await
            .map_err(trouble)?;
        sqlx::query(
            "UPDATE sign_in_attempts SET failures = MAX(failures - 1, 0) WHERE company = ? AND subject = ?",
        )
        .bind(self.company())
        .bind(&address.hash[..])
        .execute(&mut *tx)
        .await
        .map_err(trouble)?;
        tx.commit().await.map_err(trouble)
    }

    /// Opens a session with its first refresh token.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn open_session(
        &self,
        session: &Session,
        key: Option<[u8; 32]>,
        token: &NewToken,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(trouble)?;
        sqlx::query(
            "INSERT INTO sessions (company, session, staff, client, device, device_key, started) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(self.company())
        .bind(&session.id.as_bytes()[..])
        .bind(&session.staff.bytes()[..])
        .bind(session.client.code())
        .bind(session.device.as_ref().map(|device| device.bytes().to_vec()))
        .bind(key.map(|key| key.to_vec()))
        .bind(ms(now))
        .execute(&mut *tx)
        .await
        .map_err(trouble)?;
        self.give_out(&mut tx, session.id, token).await?;
        tx.commit().await.map_err(trouble)
    }

    /// Binds a session to a device; the tokens given out before are void.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn bind_session(
        &self,
        session: &Session,
        key: &[u8; 32],
        token: &NewToken,
    ) -> Result<(), StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(trouble)?;
        sqlx::query(
            "UPDATE sessions SET client = ?, device = ?, device_key = ? WHERE company = ? AND session = ?",
        )
        .bind(session.client.code())
        .bind(session.device.as_ref().map(|device| device.bytes().to_vec()))
        .bind(&key[..])
        .bind(self.company())
        .bind(&session.id.as_bytes()[..])
        .execute(&mut *tx)
        .await
        .map_err(trouble)?;
        sqlx::query("DELETE FROM refresh_tokens WHERE company = ? AND session = ?")
            .bind(self.company())
            .bind(&session.id.as_bytes()[..])
            .execute(&mut *tx)
            .await
            .map_err(trouble)?;
        self.give_out(&mut tx, session.id, token).await?;
        tx.commit().await.map_err(trouble)
    }

    async fn give_out(
        &self,
        tx: &mut SqliteConnection,
        session: Uuid,
        token: &NewToken,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO refresh_tokens (company, token, session, turn, expires)
             SELECT ?, ?, ?, COALESCE(MAX(turn), 0) + 1, ? FROM refresh_tokens WHERE company = ? AND session = ?",
        )
        .bind(self.company())
        .bind(&token.hash[..])
        .bind(&session.as_bytes()[..])
        .bind(ms(token.expires))
        .bind(self.company())
        .bind(&session.as_bytes()[..])
        .execute(tx)
        .await
        .map_err(trouble)?;
        Ok(())
    }

    /// What is known of a refresh token, by its hash.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn refresh_state(&self, token: &[u8; 32]) -> Result<Option<RefreshState>, StoreError> {
        let row = sqlx::query(
            "SELECT s.session, s.staff, s.client, s.device, s.device_key, s.ended, t.turn, t.expires, t.replaced,
                    EXISTS (SELECT 1 FROM refresh_tokens l WHERE l.company = t.company AND l.session = t.session
                            AND l.turn > t.turn AND l.replaced IS NOT NULL), u.disabled
             FROM refresh_tokens t JOIN sessions s ON s.company = t.company AND s.session = t.session
             JOIN users u ON u.company = s.company AND u.staff = s.staff
             WHERE t.company = ? AND t.token = ?",
        )
        .bind(self.company())
        .bind(&token[..])
        .fetch_optional(&self.readers)
        .await
        .map_err(trouble)?;
        row.map(|row| refresh_state(&row)).transpose()
    }

    /// Puts the next token in the place of one that was presented.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn replace_token(
        &self,
        presented: &[u8; 32],
        session: Uuid,
        next: &NewToken,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(trouble)?;
        sqlx::query(
            "UPDATE refresh_tokens SET replaced = COALESCE(replaced, ?) WHERE company = ? AND token = ?",
        )
        .bind(ms(now))
        .bind(self.company())
        .bind(&presented[..])
        .execute(&mut *tx)
        .await
        .map_err(trouble)?;
        sqlx::query("DELETE FROM refresh_tokens WHERE company = ? AND session = ? AND expires < ?")
            .bind(self.company())
            .bind(&session.as_bytes()[..])
            .bind(ms(now))
            .execute(&mut *tx)
            .await
            .map_err(trouble)?;
        self.give_out(&mut tx, session, next).await?;
        tx.commit().await.map_err(trouble)
    }

    /// Ends a session; ending it again changes nothing.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn end_session(&self, session: Uuid, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET ended = COALESCE(ended, ?) WHERE company = ? AND session = ?")
            .bind(ms(now))
            .bind(self.company())
            .bind(&session.as_bytes()[..])
            .execute(&self.writer)
            .await
            .map_err(trouble)?;
        Ok(())
    }

    /// A session, while it is open, and whether its user may still sign in.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn open_session_of(&self, session: Uuid) -> Result<Option<Standing>, StoreError> {
        let row = sqlx::query(
            "SELECT s.session, s.staff, s.client, s.device, u.disabled FROM sessions s
             JOIN users u ON u.company = s.company AND u.staff = s.staff
             WHERE s.company = ? AND s.session = ? AND s.ended IS NULL",
        )
        .bind(self.company())
        .bind(&session.as_bytes()[..])
        .fetch_optional(&self.readers)
        .await
        .map_err(trouble)?;
        row.map(|row| {
            let disabled = row.get::<Option<i64>, _>(4).is_some();
            Ok(Standing { session: session_of(&row)?, disabled })
        })
        .transpose()
    }
}

/// A session from the first four columns: session, staff, client, device.
fn session_of(row: &SqliteRow) -> Result<Session, StoreError> {
    let client: String = row.get(2);
    let device: Option<Vec<u8>> = row.get(3);
    Ok(Session {
        id: uuid(&row.get::<Vec<u8>, _>(0), "a session has 16 bytes")?,
        staff: StaffId(uuid(&row.get::<Vec<u8>, _>(1), "a member of staff has 16 bytes")?),
        client: Client::from_code(&client).ok_or_else(|| corrupt("no such client"))?,
        device: device.map(|device| uuid(&device, "a device has 16 bytes").map(DeviceId)).transpose()?,
    })
}

fn refresh_state(row: &SqliteRow) -> Result<RefreshState, StoreError> {
    let key: Option<Vec<u8>> = row.get(4);
    Ok(RefreshState {
        session: session_of(row)?,
        device_key: key.map(|key| fixed(&key, "a key has 32 bytes")).transpose()?,
        ended: row.get::<Option<i64>, _>(5).is_some(),
        turn: row.get(6),
        expires: at(row.get(7)),
        replaced: row.get::<Option<i64>, _>(8).map(at),
        later_used: row.get(9),
        disabled: row.get::<Option<i64>, _>(10).is_some(),
    })
}
