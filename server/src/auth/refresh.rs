//! Refresh tokens: each is good once, and a replaced one that comes back ends the session.

use ed25519_dalek::{Signature, VerifyingKey};
use sync_core::{log::sha256, time::Timestamp, unit::DeviceId};
use uuid::Uuid;

use super::{Auth, AuthRefusal, Badge, Client, Opened, Session};

/// For so long a replaced token still renews: two tabs may race for it.
pub const GRACE_MS: u64 = 30_000;

const SIGNING_CONTEXT: &[u8] = b"fieldbook.refresh.v1";

/// What a device signs to renew its session.
pub fn refresh_signing_bytes(token: &str) -> Vec<u8> {
    [SIGNING_CONTEXT, token.as_bytes()].concat()
}

/// What the store keeps of a token.
pub fn token_hash(token: &str) -> [u8; 32] {
    sha256(&[b"fieldbook.refresh-token.v1", token.as_bytes()])
}

/// A token as it came in.
#[derive(Clone, Debug)]
pub struct PresentedToken {
    /// The token.
    pub token: String,
    /// The device's signature over [`refresh_signing_bytes`], where one came along.
    pub signature: Option<[u8; 64]>,
    /// The device that says it is its own.
    pub device: Option<DeviceId>,
    /// Which bundle sent it.
    pub client: Client,
}

/// What the store knows of a token.
#[derive(Clone, Debug)]
pub struct RefreshState {
    /// The session it belongs to.
    pub session: Session,
    /// The key it is bound to.
    pub device_key: Option<[u8; 32]>,
    /// Whether the session has ended.
    pub ended: bool,
    /// Its place among the session's tokens.
    pub turn: i64,
    /// Until when it may be used.
    pub expires: Timestamp,
    /// When another took its place.
    pub replaced: Option<Timestamp>,
    /// Whether a later token of the session has been used.
    pub later_used: bool,
    /// Whether whoever opened the session may sign in no more.
    pub disabled: bool,
}

/// What a token is still good for.
///
/// A phone that never got the answer may come back with the old token at any time, as long as the new one lies unused:
/// its signature proves that nobody else is asking. Whoever may sign in no more renews only to deliver, from a device.
///
/// # Errors
/// Ended, another bundle's, not the device's, run out, or used again after the grace.
pub(super) fn may_renew(
    state: &RefreshState,
    presented: &PresentedToken,
    now: Timestamp,
) -> Result<(), AuthRefusal> {
    let shut_out = state.disabled && state.session.device.is_none();
    if state.ended || shut_out || state.session.client != presented.client || now >= state.expires {
        return Err(AuthRefusal::Ended);
    }
    if presented.device.is_some() && presented.device != state.session.device {
        return Err(AuthRefusal::BadSignature);
    }
    if let Some(key) = &state.device_key {
        signed_by(key, presented).ok_or(AuthRefusal::BadSignature)?;
    }
    let within_grace = state.replaced.is_none_or(|replaced| now.millis() <= replaced.millis() + GRACE_MS);
    let answer_was_lost = state.device_key.is_some() && !state.later_used;
    if within_grace || answer_was_lost { Ok(()) } else { Err(AuthRefusal::Reused) }
}

fn signed_by(key: &[u8; 32], presented: &PresentedToken) -> Option<()> {
    let signature = Signature::from_bytes(&presented.signature?);
    let bytes = refresh_signing_bytes(&presented.token);
    VerifyingKey::from_bytes(key).ok()?.verify_strict(&bytes, &signature).ok()
}

impl Auth {
    /// Renews a session: a new access token and the next refresh token.
    ///
    /// # Errors
    /// As [`may_renew`]; a token used again ends the session.
    pub async fn refresh(&self, presented: &PresentedToken) -> Result<Opened, AuthRefusal> {
        let now = self.outside.now();
        let hash = token_hash(&presented.token);
        let state = self.identities.refresh_state(&hash).await?.ok_or(AuthRefusal::Ended)?;
        let verdict = may_renew(&state, presented, now);
        if matches!(verdict, Err(AuthRefusal::Reused)) {
            self.sign_out(state.session.id).await?;
        }
        verdict?;
        let next = self.next_token(&state.session);
        self.identities.replace_token(&hash, state.session.id, &next.stored, now).await?;
        Ok(self.opened(state.session, next.token))
    }

    /// Binds a session to a device that has just been enrolled; its earlier tokens are void.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn bind(
        &self,
        session: Session,
        device: DeviceId,
        key: &[u8; 32],
    ) -> Result<Opened, AuthRefusal> {
        let session = Session { device: Some(device), client: Client::Phone, ..session };
        let next = self.next_token(&session);
        self.identities.bind_session(&session, key, &next.stored).await?;
        self.sessions.forget(session.id);
        Ok(self.opened(session, next.token))
    }

    pub(super) fn next_token(&self, session: &Session) -> NextToken {
        let token = hex(&self.outside.random::<32>());
        let stored = NewToken {
            hash: token_hash(&token),
            expires: self.outside.now().plus_millis(session.client.refresh_life_ms()),
        };
        NextToken { token, stored }
    }

    pub(super) fn opened(&self, session: Session, refresh: String) -> Opened {
        Opened {
            access: self.keys.seal(Badge { staff: session.staff, session: session.id }, self.outside.now()),
            refresh,
            session,
        }
    }
}

/// A token about to be given out.
pub(super) struct NextToken {
    pub(super) token: String,
    pub(super) stored: NewToken,
}

/// What the store writes down of a token given out.
#[derive(Clone, Copy, Debug)]
pub struct NewToken {
    /// Its hash.
    pub hash: [u8; 32],
    /// Until when it may be used.
    pub expires: Timestamp,
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to memory cannot fail");
        out
    })
}

/// The id of a session about to be opened.
pub(super) fn new_session_id(auth: &Auth) -> Uuid {
    auth.outside.id()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};
    use sync_core::unit::StaffId;

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_millis(1_000_000 + ms)
    }

    fn state(client: Client) -> RefreshState {
        RefreshState {
            session: Session {
                id: Uuid::from_u128(1),
                staff: StaffId(Uuid::from_u128(2)),
                client,
                device: None,
            },
            device_key: None,
            ended: false,
            turn: 1,
            expires: at(90_000_000),
            replaced: None,
            later_used: false,
            disabled: false,
        }
    }

    fn presented(client: Client) -> PresentedToken {
        PresentedToken { token: "abc".into(), signature: None, device: None, client }
    }

    #[test]
    fn two_racing_tabs_both_renew_and_a_latecomer_ends_the_session() {
        let replaced = RefreshState { replaced: Some(at(0)), ..state(Client::Office) };
        let tab = presented(Client::Office);
        assert!(may_renew(&replaced, &tab, at(GRACE_MS)).is_ok());
        let late = may_renew(&replaced, &tab, at(GRACE_MS + 1));
        assert!(matches!(late, Err(AuthRefusal::Reused)));
    }

    #[test]
    fn a_phone_whose_answer_was_lost_renews_with_the_old_token_but_a_thief_does_not() {
        let key = SigningKey::from_bytes(&[4; 32]);
        let mut bound = RefreshState {
            device_key: Some(key.verifying_key().to_bytes()),
            replaced: Some(at(0)),
            ..state(Client::Phone)
        };
        let mut phone = presented(Client::Phone);
        phone.signature = Some(key.sign(&refresh_signing_bytes("abc")).to_bytes());
        assert!(may_renew(&bound, &phone, at(3_600_000)).is_ok());
        bound.later_used = true;
        assert!(matches!(may_renew(&bound, &phone, at(3_600_000)), Err(AuthRefusal::Reused)));
        bound.replaced = None;
        let thief = presented(Client::Phone);
        assert!(matches!(may_renew(&bound, &thief, at(0)), Err(AuthRefusal::BadSignature)));
    }
}
