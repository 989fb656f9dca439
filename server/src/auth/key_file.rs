//! The company's keys in a file, under a passphrase: for the safe, beside the copies of the book.
//!
//! Argon2id makes a key of the passphrase, ChaCha20-Poly1305 closes the file with it. What is written in the clear is the
//! kind of the file, the salt and the nonce.

use argon2::{Algorithm, Argon2, Params, Version};
use ring::aead::{self, CHACHA20_POLY1305};
use serde::{Deserialize, Serialize};
use sync_core::{time::Timestamp, unit::CompanyId};
use thiserror::Error;

use super::{KeptKey, Purpose};
use crate::outside::Outside;

/// How every such file begins.
const KIND: &[u8] = b"fieldbook-keys-v1\n";

const SALT: usize = 16;
const NONCE: usize = 12;

/// Memory in KiB, passes and lanes: this is done once a year, and may take a second.
const COST: (u32, u32, u32) = (65_536, 3, 1);

/// The fewest letters of a passphrase.
pub const LEAST_LETTERS: usize = 12;

/// What a file of keys holds.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyFile {
    /// Whose they are.
    pub company: CompanyId,
    /// The hub's signing key.
    pub hub_key: [u8; 32],
    /// The others.
    pub keys: Vec<KeptKey>,
}

/// Why a file of keys does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotAKeyFile {
    /// It begins otherwise.
    #[error("this is no file of keys")]
    Kind,
    /// Another passphrase, or a byte of it was changed.
    #[error("the passphrase is another one, or the file was changed")]
    DoesNotOpen,
}

#[derive(Serialize, Deserialize)]
struct Content {
    company: CompanyId,
    hub_key: [u8; 32],
    keys: Vec<Kept>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    purpose: String,
    name: String,
    secret: [u8; 32],
    since_ms: u64,
}

impl KeyFile {
    /// The file's bytes, under a passphrase.
    pub fn closed(&self, passphrase: &str, outside: &Outside) -> Vec<u8> {
        let kept = self.keys.iter().map(|key| Kept {
            purpose: key.purpose.code().to_owned(),
            name: key.name.clone(),
            secret: key.secret,
            since_ms: key.since.millis(),
        });
        let content = Content { company: self.company, hub_key: self.hub_key, keys: kept.collect() };
        let mut bytes = serde_json::to_vec(&content).expect("plain figures and letters");
        let (salt, nonce): ([u8; SALT], [u8; NONCE]) = (outside.random(), outside.random());
        lock(passphrase, &salt)
            .seal_in_place_append_tag(
                aead::Nonce::assume_unique_for_key(nonce),
                aead::Aad::from(KIND),
                &mut bytes,
            )
            .expect("it is far shorter than the limit");
        [KIND, &salt, &nonce, &bytes].concat()
    }

    /// Opens a file.
    ///
    /// # Errors
    /// Not a file of keys, or not with this passphrase.
    pub fn opened(bytes: &[u8], passphrase: &str) -> Result<Self, NotAKeyFile> {
        let rest = bytes.strip_prefix(KIND).ok_or(NotAKeyFile::Kind)?;
        let (salt, rest) = rest.split_first_chunk::<SALT>().ok_or(NotAKeyFile::Kind)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(NotAKeyFile::Kind)?;
        let mut bytes = rest.to_vec();
        let nonce = aead::Nonce::assume_unique_for_key(*nonce);
        let plain = lock(passphrase, salt)
            .open_in_place(nonce, aead::Aad::from(KIND), &mut bytes)
            .map_err(|_| NotAKeyFile::DoesNotOpen)?;
        let content: Content = serde_json::from_slice(plain).map_err(|_| NotAKeyFile::Kind)?;
        let key = |kept: Kept| {
            let purpose = Purpose::from_code(&kept.purpose)?;
            let since = Timestamp::from_millis(kept.since_ms);
            Some(KeptKey { purpose, name: kept.name, secret: kept.secret, since })
        };
        let keys = content.keys.into_iter().map(key).collect::<Option<_>>().ok_or(NotAKeyFile::Kind)?;
        Ok(Self { company: content.company, hub_key: content.hub_key, keys })
    }
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyFile").field("company", &self.company).finish_non_exhaustive()
    }
}

fn lock(passphrase: &str, salt: &[u8; SALT]) -> aead::LessSafeKey {
    let params = Params::new(COST.0, COST.1, COST.2, Some(32)).expect("the costs are within their limits");
    let mut key = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut key)
        .expect("salt and key have their lengths");
    let key = aead::UnboundKey::new(&CHACHA20_POLY1305, &key).expect("a key of 32 bytes");
    aead::LessSafeKey::new(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_keys_opens_with_its_passphrase_and_unchanged_only() {
        let outside = Outside::of(|| Timestamp::ZERO, |bytes| bytes.fill(9));
        let keys = vec![KeptKey::new(Purpose::Sealing, [0xab; 32], Timestamp::from_millis(7))];
        let file = KeyFile { company: CompanyId::from_bytes([1; 16]), hub_key: [0xcd; 32], keys };
        let bytes = file.closed("correct horse battery", &outside);
        assert!(KeyFile::opened(&bytes, "correct horse battery").is_ok_and(|opened| opened == file));
        assert_eq!(KeyFile::opened(&bytes, "correct horse batterz"), Err(NotAKeyFile::DoesNotOpen));
        for secret in [[0xab; 8], [0xcd; 8]] {
            assert!(!bytes.windows(8).any(|some| some == secret), "a secret lies in the clear");
        }
        let mut changed = bytes.clone();
        *changed.last_mut().expect("it has bytes") ^= 1;
        assert_eq!(KeyFile::opened(&changed, "correct horse battery"), Err(NotAKeyFile::DoesNotOpen));
        assert_eq!(KeyFile::opened(b"something else", "x"), Err(NotAKeyFile::Kind));
        assert_eq!(KeyFile::opened(&bytes[..KIND.len() + 3], "x"), Err(NotAKeyFile::Kind));
    }
}
