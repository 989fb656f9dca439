//! Sign-ins in Postgres: users, sessions, refresh tokens, counted tries and the token key.
//!
//! Only `auth` writes here. No law of the book touches these tables, so they stand beside the [`Store`](crate::store::Store)
//! trait and not in it.

mod at_rest;
mod keys;
mod looked;

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Row};
use sync_core::{
    time::Timestamp,
    unit::{CompanyId, DeviceId, StaffId},
};
use uuid::Uuid;

use super::{PostgresStore, trouble};
use crate::auth::{Attempts, Client, Delay, NewToken, RefreshState, Session, Standing, Subject, admit};
use crate::store::StoreError;

/// The tables of sign-in.
#[derive(Clone, Debug)]
pub struct Identities {
    pool: PgPool,
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
    pub fn new(store: &PostgresStore, company: CompanyId) -> Self {
        Self { pool: store.readers().clone(), company }
    }

    fn company(&self) -> &[u8] {
        &self.company.bytes()[..]
    }

    /// Writes down who signs in with which number and password.
    pub async fn set_user(
        &self,
        staff: StaffId,
        number: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO users (company, staff, number, password, since) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (company, staff) DO UPDATE SET number = excluded.number, password = excluded.password",
        )
        .bind(self.company())
        .bind(&staff.bytes()[..])
        .bind(number)
        .bind(password)
        .bind(ms(now))
        .execute(&self.pool)
        .await
        .map_err(trouble)?;
        Ok(())
    }

    /// Lets whoever has this number sign in no more: their sessions end, and their phones only deliver. Whether anybody
    /// had it.
    pub async fn disable_user(&self, number: &str, now: Timestamp) -> Result<bool, StoreError> {
        let disabled = sqlx::query(
            "UPDATE users SET disabled = COALESCE(disabled, $1) WHERE company = $2 AND number = $3",
        )
        .bind(ms(now))
        .bind(self.company())
        .bind(number)
        .execute(&self.pool)
        .await
        .map_err(trouble)?;
        Ok(disabled.rows_affected() > 0)
    }

    /// Lets somebody sign in again. Whether anybody has this number.
    pub async fn enable_user(&self, number: &str) -> Result<bool, StoreError> {
        let enabled = sqlx::query("UPDATE users SET disabled = NULL WHERE company = $1 AND number = $2")
            .bind(self.company())
            .bind(number)
            .execute(&self.pool)
            .await
            .map_err(trouble)?;
        Ok(enabled.rows_affected() > 0)
    }

    /// Whose number it is, whether or not they may sign in.
    pub async fn holder_of(&self, number: &str) -> Result<Option<StaffId>, StoreError> {
        let row = sqlx::query("SELECT staff FROM users WHERE company = $1 AND number = $2")
            .bind(self.company())
            .bind(number)
            .fetch_optional(&self.pool)
            .await
            .map_err(trouble)?;
        row.map(|row| uuid(&row.get::<Vec<u8>, _>(0), "a member of staff has 16 bytes").map(StaffId))
            .transpose()
    }

    /// Forgets a number that belongs to nobody in the book.
    pub async fn forget_user(&self, staff: StaffId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM users WHERE company = $1 AND staff = $2")
            .bind(self.company())
            .bind(&staff.bytes()[..])
            .execute(&self.pool)
            .await
            .map_err(trouble)?;
        Ok(())
    }

    /// Removes refresh tokens that have run out or whose session has ended, and sessions that nothing can renew.
    ///
    /// A session stays for a day after its last use: its access token is good for minutes only.
    pub async fn tidy(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await.map_err(trouble)?;
        // One server after the other.
        sqlx::query("SELECT 1 FROM token_keys WHERE company = $1 ORDER BY name LIMIT 1 FOR UPDATE")
            .bind(self.company())
            .execute(&mut *tx)
            .await
            .map_err(trouble)?;
        sqlx::query(
            "DELETE FROM refresh_tokens WHERE company = $1 AND (expires < $2 OR EXISTS \
             (SELECT 1 FROM sessions s WHERE s.company = refresh_tokens.company AND s.session = refresh_tokens.session
              AND s.ended IS NOT NULL))",
        )
        .bind(self.company())
        .bind(ms(now))
        .execute(&mut *tx)
        .await
        .map_err(trouble)?;
        sqlx::query(
            "DELETE FROM sessions WHERE company = $1 AND COALESCE(ended, started) < $2 AND NOT EXISTS
             (SELECT 1 FROM refresh_tokens t WHERE t.company = sessions.company AND t.session = sessions.session)",
        )
        .bind(self.company())
        .bind(ms(now).saturating_sub(LONG_PAST_MS))
        .execute(&mut *tx)
        .await
        .map_err(trouble)?;
        self.forget_long_past(&mut tx, now).await?;
        tx.commit().await.map_err(trouble)
    }

    /// Who signs in with a number, and the hash of their password.
    pub async fn user_by_number(&self, number: &str) -> Result<Option<(StaffId, String)>, StoreError> {
        if number.contains('\0') {
            // No number has a zero byte, and Postgres cannot be asked for one.
            return Ok(None);
        }
        let row = sqlx::query(
            "SELECT staff, password FROM users WHERE company = $1 AND number = $2 AND disabled IS NULL",
        )
        .bind(self.company())
        .bind(number)
        .fetch_optional(&self.pool)
        .await
        .map_err(trouble)?;
        row.map(|row| {
            let staff = uuid(&row.get::<Vec<u8>, _>(0), "a member of staff has 16 bytes")?;
            Ok((StaffId(staff), row.get(1)))
        })
        .transpose()
    }

    /// Counts a try on every subject, or on none when one of them has to wait.
    pub async fn count_attempt(
        &self,
        subjects: [Subject; 2],
        now: Timestamp,
    ) -> Result<Result<[Attempts; 2], Delay>, StoreError> {
        let mut tx = self.pool.begin().await.map_err(trouble)?;
        self.hold(&mut tx, &subjects).await?;
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
                "INSERT INTO sign_in_attempts (company, subject, failures, last) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (company, subject) DO UPDATE SET failures = excluded.failures, last = excluded.last",
            )
            .bind(self.company())
            .bind(&subject.hash[..])
            .bind(i64::from(counted.failures))
            .bind(ms(counted.last))
            .execute(&mut *tx)
            .await
            .map_err(trouble)?;
        }
        tx.commit().await.map_err(trouble)?;
        Ok(Ok(counted))
    }

    /// Until the transaction ends, nobody else counts tries on these: in one order, so that nobody waits in a circle.
    async fn hold(&self, tx: &mut PgConnection, subjects: &[Subject; 2]) -> Result<(), StoreError> {
        let hashes: Vec<&[u8]> = subjects.iter().map(|subject| &subject.hash[..]).collect();
        for statement in [
            "INSERT INTO sign_in_attempts (company, subject, failures, last) \
             SELECT $1, subject, 0, 0 FROM UNNEST($2::bytea[]) AS subject ORDER BY subject ON CONFLICT DO NOTHING",
            "SELECT 1 FROM sign_in_attempts WHERE company = $1 AND subject = ANY($2) ORDER BY subject FOR UPDATE",
        ] {
            sqlx::query(statement)
                .bind(self.company())
                .bind(&hashes)
                .execute(&mut *tx)
                .await
                .map_err(trouble)?;
        }
        Ok(())
    }

    /// Forgets tries that are long past, but for those that somebody is counting just now.
    async fn forget_long_past(&self, tx: &mut PgConnection, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "DELETE FROM sign_in_attempts WHERE company = $1 AND subject IN (SELECT subject FROM sign_in_attempts \
             WHERE company = $1 AND last < $2 FOR UPDATE SKIP LOCKED)",
        )
        .bind(self.company())
        .bind(ms(now).saturating_sub(LONG_PAST_MS))
        .execute(tx)
        .await
        .map_err(trouble)?;
        Ok(())
    }

    async fn attempts(&self, tx: &mut PgConnection, subject: &Subject) -> Result<Attempts, StoreError> {
        let row =
            sqlx::query("SELECT failures, last FROM sign_in_attempts WHERE company = $1 AND subject = $2")
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
    pub async fn forget_attempts(&self, subjects: [Subject; 2], now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await.map_err(trouble)?;
        self.hold(&mut tx, &subjects).await?;
        let [number, address] = subjects;
        self.forget_long_past(&mut tx, now).await?;
        sqlx::query("DELETE FROM sign_in_attempts WHERE company = $1 AND subject = $2")
            .bind(self.company())
            .bind(&number.hash[..])
            .execute(&mut *tx)
            .await
            .map_err(trouble)?;
        sqlx::query(
            "UPDATE sign_in_attempts SET failures = GREATEST(failures - 1, 0) WHERE company = $1 AND subject = $2",
        )
        .bind(self.company())
        .bind(&address.hash[..])
        .execute(&mut *tx)
        .await
        .map_err(trouble)?;
        tx.commit().await.map_err(trouble)
    }

    /// Opens a session with its first refresh token.
    pub async fn open_session(
        &self,
        session: &Session,
        key: Option<[u8; 32]>,
        token: &NewToken,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await.map_err(trouble)?;
        sqlx::query(
            "INSERT INTO sessions (company, session, staff, client, device, device_key, started) VALUES ($1, $2, $3, $4, $5, $6, $7)",
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
    pub async fn bind_session(
        &self,
        session: &Session,
        key: &[u8; 32],
        token: &NewToken,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await.map_err(trouble)?;
        sqlx::query(
            "UPDATE sessions SET client = $1, device = $2, device_key = $3 WHERE company = $4 AND session = $5",
        )
        .bind(session.client.code())
        .bind(session.device.as_ref().map(|device| device.bytes().to_vec()))
        .bind(&key[..])
        .bind(self.company())
        .bind(&session.id.as_bytes()[..])
        .execute(&mut *tx)
        .await
        .map_err(trouble)?;
        sqlx::query("DELETE FROM refresh_tokens WHERE company = $1 AND session = $2")
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
        tx: &mut PgConnection,
        session: Uuid,
        token: &NewToken,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO refresh_tokens (company, token, session, turn, expires)
             SELECT $1, $2, $3, COALESCE(MAX(turn), 0) + 1, $4 FROM refresh_tokens WHERE company = $5 AND session = $6",
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
    pub async fn refresh_state(&self, token: &[u8; 32]) -> Result<Option<RefreshState>, StoreError> {
        let row = sqlx::query(
            "SELECT s.session, s.staff, s.client, s.device, s.device_key, s.ended, t.turn, t.expires, t.replaced,
                    EXISTS (SELECT 1 FROM refresh_tokens l WHERE l.company = t.company AND l.session = t.session
                            AND l.turn > t.turn AND l.replaced IS NOT NULL), u.disabled
             FROM refresh_tokens t JOIN sessions s ON s.company = t.company AND s.session = t.session
             JOIN users u ON u.company = s.company AND u.staff = s.staff
             WHERE t.company = $1 AND t.token = $2",
        )
        .bind(self.company())
        .bind(&token[..])
        .fetch_optional(&self.pool)
        .await
        .map_err(trouble)?;
        row.map(|row| refresh_state(&row)).transpose()
    }

    /// Puts the next token in the place of one that was presented.
    pub async fn replace_token(
        &self,
        presented: &[u8; 32],
        session: Uuid,
        next: &NewToken,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await.map_err(trouble)?;
        // Turns are given out one after the other.
        sqlx::query("SELECT 1 FROM sessions WHERE company = $1 AND session = $2 FOR UPDATE")
            .bind(self.company())
            .bind(&session.as_bytes()[..])
            .execute(&mut *tx)
            .await
            .map_err(trouble)?;
        sqlx::query(
            "UPDATE refresh_tokens SET replaced = COALESCE(replaced, $1) WHERE company = $2 AND token = $3",
        )
        .bind(ms(now))
        .bind(self.company())
        .bind(&presented[..])
        .execute(&mut *tx)
        .await
        .map_err(trouble)?;
        sqlx::query("DELETE FROM refresh_tokens WHERE company = $1 AND session = $2 AND expires < $3")
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
    pub async fn end_session(&self, session: Uuid, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET ended = COALESCE(ended, $1) WHERE company = $2 AND session = $3")
            .bind(ms(now))
            .bind(self.company())
            .bind(&session.as_bytes()[..])
            .execute(&self.pool)
            .await
            .map_err(trouble)?;
        Ok(())
    }

    /// A session, while it is open, and whether its user may still sign in.
    pub async fn open_session_of(&self, session: Uuid) -> Result<Option<Standing>, StoreError> {
        let row = sqlx::query(
            "SELECT s.session, s.staff, s.client, s.device, u.disabled FROM sessions s
             JOIN users u ON u.company = s.company AND u.staff = s.staff
             WHERE s.company = $1 AND s.session = $2 AND s.ended IS NULL",
        )
        .bind(self.company())
        .bind(&session.as_bytes()[..])
        .fetch_optional(&self.pool)
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
fn session_of(row: &PgRow) -> Result<Session, StoreError> {
    let client: String = row.get(2);
    let device: Option<Vec<u8>> = row.get(3);
    Ok(Session {
        id: uuid(&row.get::<Vec<u8>, _>(0), "a session has 16 bytes")?,
        staff: StaffId(uuid(&row.get::<Vec<u8>, _>(1), "a member of staff has 16 bytes")?),
        client: Client::from_code(&client).ok_or_else(|| corrupt("no such client"))?,
        device: device.map(|device| uuid(&device, "a device has 16 bytes").map(DeviceId)).transpose()?,
    })
}

fn refresh_state(row: &PgRow) -> Result<RefreshState, StoreError> {
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
