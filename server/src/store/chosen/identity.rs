//! Sign-ins in whichever database was chosen.

use sync_core::{
    time::Timestamp,
    unit::{CompanyId, DeviceId, StaffId},
};
use uuid::Uuid;

use super::{ChosenStore, either};
use crate::auth::{Attempts, Delay, KeptKey, NewToken, Purpose, RefreshState, Session, Standing, Subject};
use crate::store::{StoreError, postgres, sqlite};

/// The tables of sign-in. Only `auth` writes here.
#[derive(Clone, Debug)]
pub enum Identities {
    /// In a SQLite file.
    Sqlite(sqlite::identity::Identities),
    /// In Postgres.
    Postgres(postgres::identity::Identities),
}

impl Identities {
    /// The tables of one company.
    pub fn new(store: &ChosenStore, company: CompanyId) -> Self {
        match store {
            ChosenStore::Sqlite(store) => Self::Sqlite(sqlite::identity::Identities::new(store, company)),
            ChosenStore::Postgres(store) => {
                Self::Postgres(postgres::identity::Identities::new(store, company))
            }
        }
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
        either!(self, tables => tables.set_user(staff, number, password, now).await)
    }

    /// Lets whoever has this number sign in no more: their sessions end, and their phones only deliver. Whether anybody
    /// had it.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn disable_user(&self, number: &str, now: Timestamp) -> Result<bool, StoreError> {
        either!(self, tables => tables.disable_user(number, now).await)
    }

    /// Lets somebody sign in again. Whether anybody has this number.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn enable_user(&self, number: &str) -> Result<bool, StoreError> {
        either!(self, tables => tables.enable_user(number).await)
    }

    /// Whose number it is, whether or not they may sign in.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn holder_of(&self, number: &str) -> Result<Option<StaffId>, StoreError> {
        either!(self, tables => tables.holder_of(number).await)
    }

    /// Forgets a number that belongs to nobody in the book.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn forget_user(&self, staff: StaffId) -> Result<(), StoreError> {
        either!(self, tables => tables.forget_user(staff).await)
    }

    /// Removes refresh tokens that have run out or whose session has ended, and sessions that nothing can renew.
    ///
    /// A session stays for a day after its last use: its access token is good for minutes only.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn tidy(&self, now: Timestamp) -> Result<(), StoreError> {
        either!(self, tables => tables.tidy(now).await)
    }

    /// Who signs in with a number, and the hash of their password.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn user_by_number(&self, number: &str) -> Result<Option<(StaffId, String)>, StoreError> {
        either!(self, tables => tables.user_by_number(number).await)
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
        either!(self, tables => tables.count_attempt(subjects, now).await)
    }

    /// After a success: the number starts anew, the address gets its one try back, and what is long past is forgotten.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn forget_attempts(&self, subjects: [Subject; 2], now: Timestamp) -> Result<(), StoreError> {
        either!(self, tables => tables.forget_attempts(subjects, now).await)
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
        either!(self, tables => tables.open_session(session, key, token, now).await)
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
        either!(self, tables => tables.bind_session(session, key, token).await)
    }

    /// What is known of a refresh token, by its hash.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn refresh_state(&self, token: &[u8; 32]) -> Result<Option<RefreshState>, StoreError> {
        either!(self, tables => tables.refresh_state(token).await)
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
        either!(self, tables => tables.replace_token(presented, session, next, now).await)
    }

    /// Ends a session; ending it again changes nothing.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn end_session(&self, session: Uuid, now: Timestamp) -> Result<(), StoreError> {
        either!(self, tables => tables.end_session(session, now).await)
    }

    /// A session, while it is open, and whether its user may still sign in.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn open_session_of(&self, session: Uuid) -> Result<Option<Standing>, StoreError> {
        either!(self, tables => tables.open_session_of(session).await)
    }

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
        either!(self, tables => tables.keep_recovery(device, recovery, now).await)
    }

    /// What opens a device's book.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn recovery(&self, device: DeviceId) -> Result<Option<[u8; 32]>, StoreError> {
        either!(self, tables => tables.recovery(device).await)
    }

    /// Puts another password in the place of somebody's; the number they sign in with, if they do.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn renew_password(&self, staff: StaffId, password: &str) -> Result<Option<String>, StoreError> {
        either!(self, tables => tables.renew_password(staff, password).await)
    }

    /// Forgets the tries that were counted for somebody.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn forget_tries(&self, subject: Subject) -> Result<(), StoreError> {
        either!(self, tables => tables.forget_tries(subject).await)
    }

    /// The keys of a purpose, the one that begins latest first.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn keys(&self, purpose: Purpose) -> Result<Vec<KeptKey>, StoreError> {
        either!(self, tables => tables.keys(purpose).await)
    }

    /// Keeps the first key of a purpose, where there is none yet.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn first_key(&self, fresh: &KeptKey) -> Result<(), StoreError> {
        either!(self, tables => tables.first_key(fresh).await)
    }

    /// Keeps keys; whether of each name there was none yet. All or none.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn keep_keys(&self, keys: &[KeptKey]) -> Result<Vec<bool>, StoreError> {
        either!(self, tables => tables.keep_keys(keys).await)
    }

    /// Puts a key in the place of all of its purpose: what they opened opens no more.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn keep_only(&self, key: &KeptKey) -> Result<(), StoreError> {
        either!(self, tables => tables.keep_only(key).await)
    }

    /// The names and secrets of all keys that are kept; none is made.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn keys_kept(&self) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        either!(self, tables => tables.keys_kept().await)
    }
}
