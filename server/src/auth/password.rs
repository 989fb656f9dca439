//! Passwords: Argon2id, at most two at once, and no quicker answer for a number nobody has.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::AuthRefusal;
use crate::outside::Outside;

/// One hash takes 19 MiB for a while; more than two at once would starve the pushes.
const AT_ONCE: usize = 2;

/// More than this many waiting are told to come back: about five seconds of hashing.
const MOST_WAITING: usize = 64;

/// Memory in KiB, passes and lanes of one hash.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// What made-up passwords are made of: without figures and letters that look alike.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";

/// A password that nobody has chosen.
pub fn made_up(random: [u8; 16]) -> String {
    random.map(|byte| char::from(LETTERS[usize::from(byte % 32)])).into_iter().collect()
}

/// Hashes and checks passwords.
pub struct Passwords {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// Hashed of nothing anyone knows; checked for numbers nobody has.
    nobodys: String,
}

impl Passwords {
    /// Ready to check, with a hash for numbers nobody has.
    pub fn new(outside: &Outside) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: AtomicUsize::new(0),
            nobodys: hashed(&outside.random::<32>(), &outside.random()),
        }
    }

    /// The hash to store for a password.
    ///
    /// # Errors
    /// Too many others are waiting.
    pub async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String, AuthRefusal> {
        self.in_turn(move || hashed(password.as_bytes(), &salt)).await
    }

    /// Whether a password is that of a stored hash; takes as long where there is none.
    ///
    /// # Errors
    /// Too many others are waiting.
    pub async fn matches(&self, stored: Option<String>, password: String) -> Result<bool, AuthRefusal> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobodys.clone());
        let same = self
            .in_turn(move || {
                PasswordHash::new(&stored)
                    .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(same && known)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AuthRefusal> {
        let place = Place::take(&self.waiting).ok_or(AuthRefusal::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.expect("the turns are never closed");
        drop(place);
        spawn_blocking(move || {
            let _turn = turn;
            work()
        })
        .await
        .map_err(|_| AuthRefusal::Busy)
    }
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passwords")
    }
}

/// A place in the queue, given back when its holder goes away.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        let place = Self(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < MOST_WAITING).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn argon2() -> Argon2<'static> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).expect("the cost is within Argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hashed(password: &[u8], salt: &[u8; 16]) -> String {
    argon2().hash_password_with_salt(password, salt).expect("sixteen bytes are a salt").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sync_core::time::Timestamp;

    fn passwords() -> Passwords {
        Passwords::new(&Outside::of(|| Timestamp::ZERO, |bytes| bytes.fill(9)))
    }

    #[tokio::test]
    async fn a_password_matches_its_own_hash_and_nobodys_matches_nothing() {
        let passwords = passwords();
        let stored = passwords.hash("宁夏-2026".into(), [3; 16]).await.expect("no queue");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let right = passwords.matches(Some(stored.clone()), "宁夏-2026".into()).await;
        assert!(right.is_ok_and(|same| same));
        let wrong = passwords.matches(Some(stored), "宁夏-2027".into()).await;
        assert!(wrong.is_ok_and(|same| !same));
        let nobody = passwords.matches(None, "宁夏-2026".into()).await;
        assert!(nobody.is_ok_and(|same| !same));
    }
}
