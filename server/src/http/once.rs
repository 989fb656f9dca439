//! What was asked for twice is done once, by session and `Idempotency-Key`.
//!
//! Must not know what a command says. What became of a named command, the hub knows; what became of a named transfer is
//! remembered here, in memory only: whoever asks again after a restart, or at another server, is told by the rules.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName, StatusCode};
use sync_core::log::{Hash, sha256};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::problem::Problem;
use crate::hub::NamedError;

/// The header by which a caller names a command, so that asking again is no second command.
pub(super) const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The longest name.
const LONGEST_KEY: usize = 100;

/// The commands remembered of one session.
const OF_A_SESSION: usize = 64;

/// The sessions of which any are remembered; the one that was quiet longest is forgotten first.
const SESSIONS: usize = 1_000;

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

/// A command that was named: what it said, and what became of it once that is known.
struct Named<T> {
    key: String,
    said: Hash,
    done: Arc<OnceCell<T>>,
}

/// The commands of one kind that were named, by session.
pub(super) struct Once<T> {
    sessions: Mutex<BTreeMap<Uuid, VecDeque<Named<T>>>>,
    quiet: Mutex<VecDeque<Uuid>>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self { sessions: Mutex::default(), quiet: Mutex::default() }
    }
}

impl<T> Once<T> {
    /// Where the answer to a command stands, or will stand: the same place for the same name.
    ///
    /// # Errors
    /// The name was given to another command before.
    pub(super) fn place(&self, session: Uuid, key: String, body: &[u8]) -> Result<Arc<OnceCell<T>>, Problem> {
        let said = sha256(&[body]);
        self.heard(session);
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let named = sessions.entry(session).or_default();
        if let Some(before) = named.iter().find(|before| before.key == key) {
            let same = before.said == said;
            return if same { Ok(Arc::clone(&before.done)) } else { Err(used()) };
        }
        if named.len() >= OF_A_SESSION {
            named.pop_front();
        }
        let done = Arc::new(OnceCell::new());
        named.push_back(Named { key, said, done: Arc::clone(&done) });
        Ok(done)
    }

    /// A session has been heard; one that was quiet longest makes room.
    fn heard(&self, session: Uuid) {
        let mut quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        quiet.retain(|other| *other != session);
        quiet.push_back(session);
        if quiet.len() > SESSIONS
            && let Some(forgotten) = quiet.pop_front()
        {
            self.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(&forgotten);
        }
    }
}

/// The answer that stands at a place, or that of `work`; whoever asks meanwhile waits for the same answer.
///
/// # Errors
/// Those of `work`: nothing was done then, and the name is free for another try.
pub(super) async fn carried_out<T, E>(
    place: Arc<OnceCell<T>>,
    work: impl Future<Output = Result<T, E>> + Send + 'static,
) -> Result<T, Problem>
where
    T: Clone + Send + Sync + 'static,
    E: Into<Problem> + Send + 'static,
{
    // A task of its own: a caller who goes away must not leave a command behind whose answer nobody keeps.
    let task = tokio::spawn(async move { place.get_or_try_init(move || work).await.cloned() });
    let done = task.await.map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "server.fault"))?;
    done.map_err(Into::into)
}

impl From<NamedError> for Problem {
    fn from(error: NamedError) -> Self {
        match error {
            NamedError::NameUsed => used(),
            NamedError::Command(error) => error.into(),
        }
    }
}

fn used() -> Problem {
    Problem::new(StatusCode::CONFLICT, "command.key-used").field(KEY.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_has_the_same_place_and_only_the_latest_are_remembered() {
        let (once, session) = (Once::<u32>::default(), Uuid::from_u128(1));
        let place = |key: &str, body: &[u8]| once.place(session, key.to_owned(), body);
        let first = place("a", b"1").expect("a place");
        assert!(Arc::ptr_eq(&first, &place("a", b"1").expect("the same place")));
        assert_eq!(place("a", b"2").expect_err("another command").code(), "command.key-used");
        let other = once.place(Uuid::from_u128(2), "a".to_owned(), b"2").expect("another session's");
        assert!(!Arc::ptr_eq(&first, &other));
        for turn in 0..OF_A_SESSION {
            place(&format!("n{turn}"), b"1").expect("a place");
        }
        assert!(!Arc::ptr_eq(&first, &place("a", b"1").expect("a new place")));
        for turn in 0..u128::try_from(SESSIONS).expect("small") {
            once.place(Uuid::from_u128(100 + turn), "a".to_owned(), b"1").expect("a place");
        }
        assert!(once.sessions.lock().expect("nobody panicked").len() <= SESSIONS);
    }

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
