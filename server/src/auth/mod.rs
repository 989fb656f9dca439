//! Who is calling: sign-in, tokens, and how they end.
//!
//! Floor: above `store`, below `http`. It must not know routes, headers or any business noun; it names nobody, only ids.

mod access;
mod key_file;
mod keyring;
mod password;
mod rate;
mod refresh;
mod refusal;
mod sealing;
mod sign_in;
mod standing;
mod throttle;

pub use access::{ACCESS_LIFE_MS, AccessKey, Badge};
pub use key_file::{KeyFile, LEAST_LETTERS, NotAKeyFile};
pub use keyring::{KeptKey, NOTICE_MS, Purpose, Stand, know_hub_keys, stands};
pub use password::{Passwords, made_up};
pub use rate::{Buckets, TooMany};
pub use refresh::{GRACE_MS, NewToken, PresentedToken, RefreshState, refresh_signing_bytes, token_hash};
pub use refusal::AuthRefusal;
pub use sealing::{BadSeal, opens_what_is_sealed, sealing_public, signing_public};
pub use sign_in::{Credentials, Opened};
pub use standing::Standings;
pub use throttle::{Attempts, Delay, Subject, admit};

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use sync_core::unit::{CompanyId, DeviceId, StaffId};
use sync_core::wire;
use uuid::Uuid;

use crate::hub::Signers;
use crate::outside::Outside;
use crate::store::{Identities, StoreError};

/// Which of the two bundles holds a session: it decides where the refresh token lives and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// 办公室: a browser; the token lives in a cookie no script can read.
    Office,
    /// 手机: the token lives in the device's vault and is bound to its key after enrolment.
    Phone,
}

impl Client {
    /// The stable name, as tables and tokens keep it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Phone => "phone",
        }
    }

    /// The client of a stable name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Office, Self::Phone].into_iter().find(|client| client.code() == code)
    }

    /// How long a refresh token of this client may lie unused.
    ///
    /// A phone works thirty days without a signal and must still be known afterwards.
    pub const fn refresh_life_ms(self) -> u64 {
        match self {
            Self::Office => 7 * DAY_MS,
            Self::Phone => 60 * DAY_MS,
        }
    }
}

const DAY_MS: u64 = 86_400_000;

/// One sign-in and everything renewed from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id, which the hub's log names beside the member of staff.
    pub id: Uuid,
    /// Whose it is.
    pub staff: StaffId,
    /// Where it is held.
    pub client: Client,
    /// The enrolled device it is bound to.
    pub device: Option<DeviceId>,
}

/// An open session, and whether whoever opened it may still sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The session.
    pub session: Session,
    /// Whether they may sign in no more. From an enrolled device they still deliver what they recorded.
    pub disabled: bool,
}

/// The door: everything that asks who is calling asks here.
pub struct Auth {
    company: CompanyId,
    identities: Identities,
    passwords: Passwords,
    keys: keyring::Keyring,
    sessions: Standings<Option<Standing>>,
    devices: Standings<bool>,
    outside: Outside,
}

impl Auth {
    /// Opens the door: makes or reads the keys and tries them out once.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn open(
        company: CompanyId,
        signers: Arc<Signers>,
        identities: Identities,
        outside: Outside,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            company,
            keys: keyring::Keyring::open(company, signers, &identities, &outside).await?,
            passwords: Passwords::new(&outside),
            sessions: Standings::new(outside.clone()),
            devices: Standings::new(outside.clone()),
            identities,
            outside,
        })
    }

    /// The session of a badge, while it still stands.
    ///
    /// # Errors
    /// Ended, or the store does not answer.
    pub async fn session_of(&self, badge: Badge) -> Result<Session, AuthRefusal> {
        self.still_stands(badge.session).await
    }

    /// What a bearer token says that is whole and not run out. Whether its session still stands is another question.
    ///
    /// # Errors
    /// Malformed, expired, or the store does not answer.
    pub async fn badge(&self, token: &str) -> Result<Badge, AuthRefusal> {
        self.keys.open_token(token, &self.identities, self.outside.now()).await
    }

    /// Sees to it that the keys are those of at most ten seconds ago.
    ///
    /// # Errors
    /// The store does not answer; the keys are as they were.
    pub async fn fresh_keys(&self) -> Result<(), StoreError> {
        self.keys.refresh(&self.identities, self.outside.now()).await
    }

    /// The session of a badge of somebody who only wants to deliver: also of one who may sign in no more.
    ///
    /// # Errors
    /// Ended, or the store does not answer.
    pub async fn delivering_session_of(&self, badge: Badge) -> Result<Session, AuthRefusal> {
        let Standing { session, disabled } = self.standing(badge.session).await?;
        if disabled && session.device.is_none() { Err(AuthRefusal::Ended) } else { Ok(session) }
    }

    /// The session as it stands now; asked of the store at most every ten seconds.
    ///
    /// # Errors
    /// The session has ended, whoever opened it may sign in no more, or the store does not answer.
    pub async fn still_stands(&self, session: Uuid) -> Result<Session, AuthRefusal> {
        match self.standing(session).await? {
            Standing { session, disabled: false } => Ok(session),
            Standing { session: Session { device: Some(_), .. }, .. } => Err(AuthRefusal::Disabled),
            Standing { .. } => Err(AuthRefusal::Ended),
        }
    }

    async fn standing(&self, session: Uuid) -> Result<Standing, AuthRefusal> {
        let standing = self.sessions.of(session, || self.identities.open_session_of(session)).await?;
        standing.ok_or(AuthRefusal::Ended)
    }

    /// Removes what is past use: tokens, sessions, counted tries.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn tidy(&self) -> Result<(), StoreError> {
        self.identities.tidy(self.outside.now()).await
    }

    /// Whether a device still has its rights; asked at most every ten seconds.
    ///
    /// # Errors
    /// What the question itself brings back.
    pub async fn device_stands<F>(
        &self,
        device: DeviceId,
        ask: impl FnOnce() -> F,
    ) -> Result<bool, StoreError>
    where
        F: Future<Output = Result<bool, StoreError>>,
    {
        self.devices.of(device.0, ask).await
    }

    /// Asks anew about a device the next time.
    pub fn forget_device(&self, device: DeviceId) {
        self.devices.forget(device.0);
    }

    /// Keeps what opens a device's book when its passphrase is forgotten.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn keep_recovery(&self, device: DeviceId, recovery: &[u8; 32]) -> Result<(), StoreError> {
        self.identities.keep_recovery(device, recovery, self.outside.now()).await
    }

    /// What opens a device's book. Whoever asks has just recognised the device's own member of staff by the password.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn recovery_of(&self, device: DeviceId) -> Result<Option<[u8; 32]>, StoreError> {
        self.identities.recovery(device).await
    }

    /// Gives somebody a password that is made up here, in place of theirs; the number they sign in with and the password.
    /// None where they do not sign in.
    ///
    /// # Errors
    /// Too many passwords are being computed, or the store does not answer.
    pub async fn renew_password(&self, staff: StaffId) -> Result<Option<(String, String)>, AuthRefusal> {
        let password = password::made_up(self.outside.random());
        let hash = self.passwords.hash(password.clone(), self.outside.random()).await?;
        let number = self.identities.renew_password(staff, &hash).await?;
        let Some(number) = number else { return Ok(None) };
        self.identities.forget_tries(Subject::number(&number)).await?;
        Ok(Some((number, password)))
    }

    /// The public key that phones seal their unsent changes to.
    pub fn sealing_key(&self) -> [u8; 32] {
        self.keys.sealing_key(self.outside.now())
    }

    /// What a device has sealed to this company.
    ///
    /// # Errors
    /// Not sealed to it, or not by this device.
    pub fn open_sealed(&self, device: DeviceId, bytes: &[u8]) -> Result<Vec<u8>, BadSeal> {
        self.keys.with_seals(|keys| keys.open(wire::seal::CONTEXT, device, bytes))
    }

    /// A rescue file, and whose it is.
    ///
    /// # Errors
    /// Not sealed to this company, or changed on its way.
    pub fn open_rescue(&self, bytes: &[u8]) -> Result<(DeviceId, Vec<u8>), BadSeal> {
        self.keys.with_seals(|keys| keys.open_rescue(bytes))
    }

    /// Ends a session at once.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn sign_out(&self, session: Uuid) -> Result<(), AuthRefusal> {
        self.identities.end_session(session, self.outside.now()).await?;
        self.sessions.forget(session);
        Ok(())
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("company", &self.company).finish_non_exhaustive()
    }
}

/// The door as handlers share it.
pub type SharedAuth = Arc<Auth>;
