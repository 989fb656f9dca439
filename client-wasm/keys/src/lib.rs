//! 口令与封件: what turns a passphrase into a key, and what seals a batch so that only the company's server opens it.
//!
//! Floor: beside the phone's bundle, which fetches it after its first start. It must not know what it seals, and it draws
//! no random numbers: whoever calls hands them in.

use std::convert::Infallible;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
    ChaCha20Poly1305 as Guard, KeyInit,
    aead::{Aead, Payload},
};
use hpke::{
    Deserializable, Kem, OpModeS, Serializable,
    aead::ChaCha20Poly1305,
    kdf::HkdfSha256,
    kem::X25519HkdfSha256,
    rand_core::{TryCryptoRng, TryRng},
    single_shot_seal_with_rng,
};
use wasm_bindgen::prelude::wasm_bindgen;

/// Memory in KiB, passes and lanes: the least that is advised for phones, and a quarter of a second on a slow one.
pub const COST: (u32, u32, u32) = (19_456, 2, 1);

/// Bytes of a salt, of a key, and of a key that is wrapped: nonce, ciphertext, tag.
const SALT: usize = 16;
const KEY: usize = 32;
const NONCE: usize = 12;
const WRAPPED: usize = NONCE + KEY + 16;
const LAYOUT: u8 = 1;
/// How many random bytes [`wrap`] takes.
pub const RANDOM: usize = SALT + 2 * NONCE;

/// The key of a passphrase: Argon2id with [`COST`].
fn derived(passphrase: &[u8], salt: &[u8]) -> Option<[u8; KEY]> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, Some(KEY)).ok()?;
    let mut key = [0; KEY];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(passphrase, salt, &mut key).ok()?;
    Some(key)
}

fn guarded(guard: &[u8], nonce: &[u8], place: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    let guard = Guard::new_from_slice(guard).ok()?;
    let wrapped = guard.encrypt(nonce.try_into().ok()?, Payload { msg: key, aad: place }).ok()?;
    Some([nonce, &wrapped].concat())
}

fn opened(guard: &[u8], place: &[u8], wrapped: &[u8]) -> Option<Vec<u8>> {
    let guard = Guard::new_from_slice(guard).ok()?;
    let (nonce, wrapped) = wrapped.split_at_checked(NONCE)?;
    guard.decrypt(nonce.try_into().ok()?, Payload { msg: wrapped, aad: place }).ok()
}

/// Wraps the key of a book: by a passphrase, and by a recovery key. The recoveries of the
/// wrapping `before`, which may be empty, are kept beside the new one, until the company has taken it ([`settle`]).
///
/// The layout: a byte 1; the salt; the key wrapped by the passphrase; the key wrapped by one recovery key or more, the
/// latest first. A wrapped key is a nonce of 12 bytes and `ChaCha20Poly1305` over the key.
/// Empty where a key is not of 32 bytes, or `random` not of [`RANDOM`].
#[wasm_bindgen]
#[must_use]
pub fn wrap(key: &[u8], passphrase: &[u8], recovery: &[u8], before: &[u8], random: &[u8]) -> Vec<u8> {
    let wrapped = || {
        let (salt, random) = random.split_at_checked(SALT)?;
        let (one, two) = random.split_at_checked(NONCE)?;
        let mut record = [&[LAYOUT], salt].concat();
        record.extend(guarded(&derived(passphrase, salt)?, one, b"passphrase", key)?);
        record.extend(guarded(recovery, two, b"recovery", key)?);
        record.extend(by_recovery(before).unwrap_or_default());
        Some(record)
    };
    wrapped().unwrap_or_default()
}

/// The parts of a wrapping that recovery keys open.
fn by_recovery(record: &[u8]) -> Option<&[u8]> {
    record.get(1 + SALT + WRAPPED..)
}

/// Opens a wrapping with a passphrase; empty where it is another one.
#[wasm_bindgen]
#[must_use]
pub fn open(record: &[u8], passphrase: &[u8]) -> Vec<u8> {
    let key = || {
        let (_, rest) = record.split_first().filter(|(layout, _)| **layout == LAYOUT)?;
        let (salt, rest) = rest.split_at_checked(SALT)?;
        opened(&derived(passphrase, salt)?, b"passphrase", rest.get(..WRAPPED)?)
    };
    key().unwrap_or_default()
}

/// Opens a wrapping with a recovery key; empty where it is another one.
#[wasm_bindgen]
#[must_use]
pub fn recover(record: &[u8], recovery: &[u8]) -> Vec<u8> {
    let mut all = by_recovery(record).unwrap_or_default().chunks(WRAPPED);
    all.find_map(|wrapped| opened(recovery, b"recovery", wrapped)).unwrap_or_default()
}

/// The wrapping without the recovery key before: the company has taken the latest.
#[wasm_bindgen]
#[must_use]
pub fn settle(record: &[u8]) -> Vec<u8> {
    record.get(..1 + SALT + 2 * WRAPPED).unwrap_or(record).to_vec()
}

/// Seals bytes to a public key: HPKE (RFC 9180) in base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, `ChaCha20Poly1305`.
/// The encapsulated key comes first, 32 bytes, then the ciphertext with its tag. Empty where `public` is no such key.
///
/// `random` are 32 random bytes that are used for nothing else.
#[wasm_bindgen]
#[must_use]
pub fn seal(public: &[u8], context: &[u8], head: &[u8], plain: &[u8], random: &[u8]) -> Vec<u8> {
    let Ok(public) = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(public) else {
        return Vec::new();
    };
    let mut drawn = Drawn(random);
    let sealed = single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &public,
        context,
        plain,
        head,
        &mut drawn,
    );
    sealed.map_or_else(|_| Vec::new(), |(key, ciphertext)| [&key.to_bytes()[..], &ciphertext].concat())
}

/// Random bytes that were drawn before, given out once.
struct Drawn<'a>(&'a [u8]);

impl TryRng for Drawn<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, wanted: &mut [u8]) -> Result<(), Infallible> {
        let (given, rest) = self.0.split_at_checked(wanted.len()).expect("one key is drawn, of 32 bytes");
        wanted.copy_from_slice(given);
        self.0 = rest;
        Ok(())
    }
}

impl TryCryptoRng for Drawn<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use hpke::{OpModeR, single_shot_open};

    const BOOK: [u8; KEY] = [5; KEY];

    #[test]
    fn a_wrapping_opens_with_its_passphrase_and_with_its_recovery_key_and_with_nothing_else() {
        let record = wrap(&BOOK, "宁夏-2026".as_bytes(), &[8; KEY], &[], &[3; RANDOM]);
        assert_eq!(open(&record, "宁夏-2026".as_bytes()), BOOK);
        assert!(open(&record, "宁夏-2027".as_bytes()).is_empty());
        assert_eq!(recover(&record, &[8; KEY]), BOOK);
        assert!(recover(&record, &[9; KEY]).is_empty());
        assert!(!record.windows(KEY).any(|part| part == BOOK), "the key itself is not in it");
    }

    #[test]
    fn until_the_company_has_taken_a_new_recovery_key_the_one_before_opens_too() {
        let first = wrap(&BOOK, b"one", &[1; KEY], &[], &[3; RANDOM]);
        let second = wrap(&BOOK, b"two", &[2; KEY], &first, &[4; RANDOM]);
        assert!(open(&second, b"one").is_empty(), "the passphrase before opens nothing");
        assert_eq!(
            (recover(&second, &[1; KEY]), recover(&second, &[2; KEY])),
            (BOOK.to_vec(), BOOK.to_vec())
        );
        let settled = settle(&second);
        assert!(recover(&settled, &[1; KEY]).is_empty());
        assert_eq!((recover(&settled, &[2; KEY]), open(&settled, b"two")), (BOOK.to_vec(), BOOK.to_vec()));
        assert_eq!(settle(&first), first);
    }

    #[test]
    fn what_is_no_wrapping_opens_nothing() {
        assert!(wrap(&BOOK, b"one", &[1; 31], &[], &[3; RANDOM]).is_empty());
        assert!(wrap(&BOOK, b"one", &[1; KEY], &[], &[3; RANDOM - 1]).is_empty());
        let record = wrap(&BOOK, b"one", &[1; KEY], &[], &[3; RANDOM]);
        for length in 0..record.len() - 1 {
            assert!(recover(&record[..length], &[1; KEY]).is_empty());
        }
        assert!(open(&[&[2], &record[1..]].concat(), b"one").is_empty(), "of another layout");
    }

    #[test]
    fn what_is_sealed_opens_with_the_private_key_its_context_and_its_head_only() {
        let (private, public) = X25519HkdfSha256::derive_keypair(&[7; 32]);
        let sealed = seal(&public.to_bytes(), b"context", b"head", b"a day's work", &[9; 32]);
        let (key, ciphertext) = sealed.split_at(32);
        let key = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(key).expect("32 bytes are a key");
        let open = |context: &[u8], head: &[u8]| {
            single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
                &OpModeR::Base,
                &private,
                &key,
                context,
                ciphertext,
                head,
            )
        };
        assert_eq!(open(b"context", b"head").expect("it is for this key"), b"a day's work");
        assert!(open(b"another", b"head").is_err());
        assert!(open(b"context", b"another").is_err());
        assert!(seal(&[1; 31], b"", b"", b"", &[9; 32]).is_empty(), "no key of this kind");
    }
}
