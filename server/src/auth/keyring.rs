//! The company's keys, as every server holds them: read anew at most ten seconds ago.
//!
//! A new key is written down a minute before it is used, so that by then every server knows it; what it replaces opens on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use sync_core::{log::sha256, time::Timestamp, unit::CompanyId};

use super::access::{ACCESS_LIFE_MS, AccessKey};
use super::{AuthRefusal, Badge, sealing::SealingKeys};
use crate::hub::Signers;
use crate::outside::Outside;
use crate::store::{Identities, StoreError};

/// So long before its first use a new key of tokens or seals is written down.
pub const NOTICE_MS: u64 = 60_000;

/// The oldest keys that are still believed to be all.
const OLDEST_MS: u64 = 10_000;

/// Where a token does not open, the keys are read anew if they are older than this.
const OLDEST_FOR_UNKNOWN_MS: u64 = 1_000;

/// After its successor's beginning a key of tokens opens for the life of a token, and as long again as clocks may differ.
const OPENS_ON_MS: u64 = ACCESS_LIFE_MS + 120_000;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Signs what the company says, in the place of the first key, which lies in the company's own row.
    Hub,
    /// Signs access tokens.
    Access,
    /// Opens what phones seal to the company.
    Sealing,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 3] = [Self::Hub, Self::Access, Self::Sealing];

    /// Those whose first key is kept with the later ones, and of which one may be put in the place of all.
    pub const REPLACEABLE: [Self; 2] = [Self::Access, Self::Sealing];

    /// The stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hub => "hub",
            Self::Access => "access",
            Self::Sealing => "sealing",
        }
    }

    /// So long before its first use, in milliseconds, a new key is written down, so that every server knows it by then.
    /// One of the hub's needs no notice: whoever follows the line believes what a server signs with the one before.
    pub const fn notice_ms(self) -> u64 {
        match self {
            Self::Hub => 0,
            Self::Access | Self::Sealing => NOTICE_MS,
        }
    }

    /// The purpose of a stable name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

/// A key as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptKey {
    /// What it is for.
    pub purpose: Purpose,
    /// Its name among the company's keys.
    pub name: String,
    /// The secret. Never shown, never logged.
    pub secret: [u8; 32],
    /// From when on it is used.
    pub since: Timestamp,
}

impl KeptKey {
    /// A new key, used from a time on.
    pub fn new(purpose: Purpose, secret: [u8; 32], since: Timestamp) -> Self {
        // Two keys of one moment have two names.
        let [a, b, c, d, ..] = sha256(&[b"fieldbook.key-name.v1", &secret]);
        let apart = u32::from_be_bytes([a, b, c, d]);
        Self { purpose, name: format!("{}.{}.{apart:08x}", purpose.code(), since.millis()), secret, since }
    }
}

impl std::fmt::Debug for KeptKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptKey").field("name", &self.name).finish_non_exhaustive()
    }
}

/// How a key stands at a moment, among those of its purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// It will be used from its time on.
    Coming,
    /// It is the one in use.
    InUse,
    /// It opens or proves what was made with it; until then, or for good.
    Opens(Option<Timestamp>),
    /// It opens nothing more.
    Past,
}

/// How each of the keys of one purpose stands; `keys` has the one that begins latest first.
pub fn stands(keys: &[KeptKey], now: Timestamp) -> Vec<Stand> {
    let in_use = in_use(keys.iter().map(|key| key.since), now);
    let stand = |(index, key): (usize, &KeptKey)| match (index.cmp(&in_use), key.purpose) {
        (std::cmp::Ordering::Less, _) => Stand::Coming,
        (std::cmp::Ordering::Equal, _) => Stand::InUse,
        (std::cmp::Ordering::Greater, Purpose::Hub | Purpose::Sealing) => Stand::Opens(None),
        (std::cmp::Ordering::Greater, Purpose::Access) => {
            let until = keys[index - 1].since.plus_millis(OPENS_ON_MS);
            if now < until { Stand::Opens(Some(until)) } else { Stand::Past }
        }
    };
    keys.iter().enumerate().map(stand).collect()
}

/// Which of the keys, the one that begins latest first, is in use. A clock that was set back before all of them uses the
/// earliest.
pub(super) fn in_use(since: impl ExactSizeIterator<Item = Timestamp>, now: Timestamp) -> usize {
    let last = since.len().saturating_sub(1);
    since.into_iter().position(|since| since <= now).unwrap_or(last)
}

struct Ring {
    access: Vec<(KeptKey, AccessKey)>,
    sealing: SealingKeys,
}

/// The company's keys, as this server knows them.
pub(super) struct Keyring {
    company: CompanyId,
    signers: Arc<Signers>,
    ring: RwLock<Arc<Ring>>,
    /// When they were read, in milliseconds.
    read_at: AtomicU64,
}

impl Keyring {
    /// Reads the keys; makes those that are not there yet.
    pub(super) async fn open(
        company: CompanyId,
        signers: Arc<Signers>,
        identities: &Identities,
        outside: &Outside,
    ) -> Result<Self, StoreError> {
        let now = outside.now();
        for purpose in Purpose::REPLACEABLE {
            identities.first_key(&KeptKey::new(purpose, outside.random(), now)).await?;
        }
        let ring = Arc::new(read(company, &signers, identities).await?);
        Ok(Self { company, signers, ring: RwLock::new(ring), read_at: AtomicU64::new(now.millis()) })
    }

    /// Reads them anew where the last time is too long ago; one of those who ask at once does it.
    pub(super) async fn refresh(&self, identities: &Identities, now: Timestamp) -> Result<(), StoreError> {
        self.refresh_older_than(OLDEST_MS, identities, now).await
    }

    async fn refresh_older_than(
        &self,
        oldest_ms: u64,
        identities: &Identities,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (now, known) = (now.millis(), self.read_at.load(Ordering::Acquire));
        if known <= now && now - known < oldest_ms {
            return Ok(());
        }
        if self.read_at.compare_exchange(known, now, Ordering::AcqRel, Ordering::Acquire).is_err() {
            return Ok(());
        }
        let ring = Arc::new(read(self.company, &self.signers, identities).await?);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
        Ok(())
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// An access token, sealed with the key in use.
    pub(super) fn seal(&self, badge: Badge, now: Timestamp) -> String {
        let ring = self.ring();
        let at = in_use(ring.access.iter().map(|(key, _)| key.since), now);
        ring.access.get(at).expect("there is a first key").1.seal(badge, now)
    }

    /// What a token says that one of the keys opens.
    pub(super) async fn open_token(
        &self,
        token: &str,
        identities: &Identities,
        now: Timestamp,
    ) -> Result<Badge, AuthRefusal> {
        self.refresh(identities, now).await?;
        match self.try_token(token, now) {
            Err(AuthRefusal::Malformed) => {
                // Somebody may have put another key in the place of all of them a moment ago.
                self.refresh_older_than(OLDEST_FOR_UNKNOWN_MS, identities, now).await?;
                self.try_token(token, now)
            }
            told => told,
        }
    }

    fn try_token(&self, token: &str, now: Timestamp) -> Result<Badge, AuthRefusal> {
        let ring = self.ring();
        let kept: Vec<KeptKey> = ring.access.iter().map(|(key, _)| key.clone()).collect();
        let opening = ring.access.iter().zip(stands(&kept, now)).filter(|(_, stand)| *stand != Stand::Past);
        let mut told = Err(AuthRefusal::Malformed);
        for ((_, key), _) in opening {
            match key.read(token, now) {
                Err(AuthRefusal::Malformed) => {}
                opened => told = opened,
            }
        }
        told
    }

    /// The public key that phones seal to from now on.
    pub(super) fn sealing_key(&self, now: Timestamp) -> [u8; 32] {
        self.ring().sealing.public(now)
    }

    /// What `open` makes of the keys that seals were made to.
    pub(super) fn with_seals<T>(&self, open: impl FnOnce(&SealingKeys) -> T) -> T {
        open(&self.ring().sealing)
    }
}

/// Reads all keys; those of the hub are told to it.
async fn read(company: CompanyId, signers: &Signers, identities: &Identities) -> Result<Ring, StoreError> {
    know_hub_keys(signers, identities).await?;
    let access = identities.keys(Purpose::Access).await?;
    let sealing = identities.keys(Purpose::Sealing).await?;
    if access.is_empty() || sealing.is_empty() {
        return Err(StoreError::Corrupt("identity: the company has no keys".into()));
    }
    let with_key = |key: KeptKey| {
        let opening = AccessKey::new(company, &key.secret);
        (key, opening)
    };
    Ok(Ring { access: access.into_iter().map(with_key).collect(), sealing: SealingKeys::of(&sealing) })
}

/// Tells the hub which keys have taken the place of its first one.
///
/// # Errors
/// The store does not answer.
pub async fn know_hub_keys(signers: &Signers, identities: &Identities) -> Result<(), StoreError> {
    let later = identities.keys(Purpose::Hub).await?;
    signers.know(later.into_iter().map(|key| (key.since, key.secret)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(purpose: Purpose, since: u64) -> KeptKey {
        KeptKey::new(purpose, [0; 32], Timestamp::from_millis(since))
    }

    #[test]
    fn a_new_key_is_known_before_it_is_used_and_the_old_one_opens_as_long_as_its_tokens_last() {
        let keys = [key(Purpose::Access, 100_000), key(Purpose::Access, 5_000)];
        let at = |ms| stands(&keys, Timestamp::from_millis(ms));
        let until = Timestamp::from_millis(100_000 + OPENS_ON_MS);
        assert_eq!(at(99_999), [Stand::Coming, Stand::InUse]);
        assert_eq!(at(100_000), [Stand::InUse, Stand::Opens(Some(until))]);
        assert_eq!(at(100_000 + OPENS_ON_MS), [Stand::InUse, Stand::Past]);
        assert_eq!(at(0), [Stand::Coming, Stand::InUse], "a clock that was set back");
        let seals = [key(Purpose::Sealing, 9), key(Purpose::Sealing, 5)];
        let years = stands(&seals, Timestamp::from_millis(u64::from(u32::MAX) * 1_000));
        assert_eq!(years, [Stand::InUse, Stand::Opens(None)], "a phone may come back after years");
    }
}
