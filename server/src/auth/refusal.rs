//! Why a caller is not let in.

use thiserror::Error;

use crate::store::StoreError;

/// Why a caller is not let in; none of it says whether a staff number exists.
#[derive(Debug, Error)]
pub enum AuthRefusal {
    /// No token came along.
    #[error("no token")]
    Missing,
    /// The access token has run out.
    #[error("the token has run out")]
    Expired,
    /// Not a token of ours.
    #[error("not a token of this company")]
    Malformed,
    /// Number or password does not match.
    #[error("wrong number or password, {tries_left} tries left")]
    WrongPassword {
        /// How many more tries before waiting.
        tries_left: u32,
    },
    /// Too many tries.
    #[error("too many tries, {wait_ms} ms to wait")]
    Throttled {
        /// How long to wait.
        wait_ms: u64,
    },
    /// The session has ended, or never was.
    #[error("the session has ended")]
    Ended,
    /// Whoever signed in here may do so no more; what their phone recorded is still taken in.
    #[error("may sign in no more")]
    Disabled,
    /// A refresh token came back long after it was replaced: the whole session ends.
    #[error("a replaced token was used again")]
    Reused,
    /// The refresh token is bound to a device, and the signature is not that device's.
    #[error("the signature is not the device's")]
    BadSignature,
    /// More sign-ins wait for a hash than can be worked off soon.
    #[error("too many sign-ins at once")]
    Busy,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AuthRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "session.missing",
            Self::Expired => "session.expired",
            Self::Malformed => "session.malformed",
            Self::WrongPassword { .. } => "session.wrong-password",
            Self::Throttled { .. } => "session.throttled",
            Self::Ended => "session.ended",
            Self::Disabled => "session.disabled",
            Self::Reused => "session.reused",
            Self::BadSignature => "session.bad-signature",
            Self::Busy => "session.busy",
            Self::Store(_) => "server.unavailable",
        }
    }
}
