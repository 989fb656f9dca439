//! 公司的签名钥匙: the key that signs what the company says, and those that have taken its place since.
//!
//! Floor: hub. The first key lies in the company's row and founds the chain of the hub's own log; whoever reads the
//! later ones from the store tells them here, at every server, before the first use.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use ed25519_dalek::SigningKey;
use sync_core::{evidence::Link, time::Timestamp, unit::CompanyId};

/// The keys of one company, the earliest first.
pub struct Signers {
    company: CompanyId,
    founding: SigningKey,
    later: RwLock<Vec<(Timestamp, SigningKey)>>,
}

impl Signers {
    pub(super) fn new(company: CompanyId, founding: &[u8; 32]) -> Self {
        Self { company, founding: SigningKey::from_bytes(founding), later: RwLock::default() }
    }

    /// Takes note of the keys that take the first one's place, each with the time of its first use.
    pub fn know(&self, later: impl IntoIterator<Item = (Timestamp, [u8; 32])>) {
        let mut later: Vec<_> =
            later.into_iter().map(|(since, secret)| (since, SigningKey::from_bytes(&secret))).collect();
        later.sort_by_key(|(since, _)| *since);
        *self.later.write().unwrap_or_else(PoisonError::into_inner) = later;
    }

    fn later(&self) -> RwLockReadGuard<'_, Vec<(Timestamp, SigningKey)>> {
        self.later.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key in use at a time.
    pub(super) fn in_use(&self, now: Timestamp) -> SigningKey {
        let later = self.later();
        let begun = later.iter().rfind(|(since, _)| *since <= now);
        begun.map_or(&self.founding, |(_, key)| key).clone()
    }

    /// The public half of the first key, under which the hub's own log begins.
    pub fn founding(&self) -> [u8; 32] {
        self.founding.verifying_key().to_bytes()
    }

    /// The public halves of all keys, with their first use; the first one's is the beginning of time.
    pub fn all(&self) -> Vec<(Timestamp, [u8; 32])> {
        let first = (Timestamp::ZERO, self.founding());
        let later = self.later();
        let later = later.iter().map(|(since, key)| (*since, key.verifying_key().to_bytes()));
        std::iter::once(first).chain(later).collect()
    }

    /// The proof that each key in use until now has come from the one before it.
    pub fn line(&self, now: Timestamp) -> Vec<Link> {
        let later = self.later();
        let (mut before, mut line) = (&self.founding, Vec::new());
        for (since, key) in later.iter().filter(|(since, _)| *since <= now) {
            line.push(Link::between(self.company, before, key, *since));
            before = key;
        }
        line
    }
}

impl std::fmt::Debug for Signers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signers").field("company", &self.company).finish_non_exhaustive()
    }
}
