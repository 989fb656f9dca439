//! What was asked for twice is done once, by session and `Idempotency-Key`.
//!
//! Must not know what a command says; what became of a named one, the hub knows. Decision 030.

use axum::http::{HeaderMap, HeaderName, StatusCode};
use sync_core::log::{Hash, sha256};

use super::problem::Problem;
use crate::hub::NamedError;

/// The header by which a caller names a command, so that asking again is no second command.
pub(super) const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The longest name.
const LONGEST_KEY: usize = 100;

/// The name a caller gave a command; `None` where they gave none.
///
/// # Errors
/// A name that is empty, too long, or not of plain letters.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(said) = headers.get(KEY) else { return Ok(None) };
    let plain = said.to_str().ok().filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY);
    let problem = || Problem::new(StatusCode::BAD_REQUEST, "command.bad-key").field(KEY.as_str());
    plain.map(|key| Some(key.to_owned())).ok_or_else(|| problem().limit(LONGEST_KEY as u64))
}

/// What a caller asked for, in short: which deed, on what, and the body that says the rest.
pub(super) fn said(deed: &str, on: &[u8], body: &[u8]) -> Hash {
    sha256(&[deed.as_bytes(), &[0], on, &[0], body])
}

impl From<NamedError> for Problem {
    fn from(error: NamedError) -> Self {
        match error {
            NamedError::NameUsed => used(),
            NamedError::Command(error) => error.into(),
        }
    }
}

/// The name was given to something else.
pub(super) fn used() -> Problem {
    Problem::new(StatusCode::CONFLICT, "command.key-used").field(KEY.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_limit() {
        let mut headers = HeaderMap::new();
        assert_eq!(key(&headers).expect("none is fine"), None);
        headers.insert(KEY, "b7".parse().expect("a header"));
        assert_eq!(key(&headers).expect("a name").as_deref(), Some("b7"));
        for bad in [String::new(), "x".repeat(101)] {
            headers.insert(KEY, bad.parse().expect("a header"));
            assert_eq!(key(&headers).expect_err("no name").code(), "command.bad-key");
        }
    }
}
