//! What was last heard of sessions and devices, remembered for a little while.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::{Mutex, PoisonError};

use sync_core::time::Timestamp;
use uuid::Uuid;

use crate::outside::Outside;
use crate::store::StoreError;

/// The oldest answer that still counts: a revocation is felt within ten seconds on every node.
const OLDEST_MS: u64 = 10_000;

/// More than this are not remembered at once.
const MOST_REMEMBERED: usize = 20_000;

/// What was last heard of each id.
pub struct Standings<T> {
    heard: Mutex<BTreeMap<Uuid, (T, Timestamp)>>,
    outside: Outside,
}

impl<T: Copy> Standings<T> {
    /// Nothing heard yet.
    pub fn new(outside: Outside) -> Self {
        Self { heard: Mutex::new(BTreeMap::new()), outside }
    }

    /// How it stands, asking only when the last answer is too old.
    ///
    /// # Errors
    /// What the question itself brings back.
    pub async fn of<F>(&self, id: Uuid, ask: impl FnOnce() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let now = self.outside.now();
        if let Some(standing) = self.remembered(id, now) {
            return Ok(standing);
        }
        let standing = ask().await?;
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.len() >= MOST_REMEMBERED {
            heard.clear();
        }
        heard.insert(id, (standing, now));
        Ok(standing)
    }

    fn remembered(&self, id: Uuid, now: Timestamp) -> Option<T> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let (standing, at) = *heard.get(&id)?;
        let young = now.millis().saturating_sub(at.millis()) < OLDEST_MS && at <= now;
        young.then_some(standing)
    }

    /// Asks anew the next time.
    pub fn forget(&self, id: Uuid) {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}

impl<T> fmt::Debug for Standings<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Standings")
    }
}
