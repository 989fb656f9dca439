//! Signing in with staff number and password.

use sync_core::unit::{DeviceId, StaffId};

use super::{Auth, AuthRefusal, Client, Session, Subject, refresh, throttle};

/// What somebody signs in with.
#[derive(Clone)]
pub struct Credentials {
    /// Staff number (工号).
    pub number: String,
    /// Password.
    pub password: String,
    /// Where the request came from.
    pub address: String,
    /// Which bundle sent it.
    pub client: Client,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials")
    }
}

/// A session as it is given out.
pub struct Opened {
    /// The access token.
    pub access: String,
    /// The refresh token, given out once.
    pub refresh: String,
    /// The session.
    pub session: Session,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("session", &self.session.id).finish_non_exhaustive()
    }
}

impl Auth {
    /// Who has this number and password. The try is counted before the password is looked at.
    ///
    /// # Errors
    /// Wrong, throttled, or the store does not answer.
    pub async fn recognise(&self, given: &Credentials) -> Result<StaffId, AuthRefusal> {
        let now = self.outside.now();
        let subjects = [Subject::number(&given.number), Subject::address(&given.address)];
        let counted = self
            .identities
            .count_attempt(subjects, now)
            .await?
            .map_err(|delay| AuthRefusal::Throttled { wait_ms: delay.wait_ms })?;
        let user = self.identities.user_by_number(&given.number).await?;
        let (staff, hash) = user.unzip();
        let matches = self.passwords.matches(hash, given.password.clone()).await?;
        match staff.filter(|_| matches) {
            Some(staff) => {
                self.identities.forget_attempts(subjects, now).await?;
                Ok(staff)
            }
            None => {
                Err(AuthRefusal::WrongPassword { tries_left: throttle::tries_left(&subjects[0], counted[0]) })
            }
        }
    }

    /// Opens a session for somebody recognised, bound to their device when they named one of theirs.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn open_session(
        &self,
        staff: StaffId,
        client: Client,
        device: Option<(DeviceId, [u8; 32])>,
    ) -> Result<Opened, AuthRefusal> {
        let session = Session {
            id: refresh::new_session_id(self),
            staff,
            client,
            device: device.map(|(device, _)| device),
        };
        let next = self.next_token(&session);
        let key = device.map(|(_, key)| key);
        self.identities.open_session(&session, key, &next.stored, self.outside.now()).await?;
        Ok(self.opened(session, next.token))
    }
}
