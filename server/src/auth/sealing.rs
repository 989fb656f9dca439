//! The company's sealing key: what a locked phone seals its unsent changes to, and every phone its rescue files.
//!
//! HPKE (RFC 9180) in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, `ChaCha20Poly1305`. The layout is that of
//! [`sync_core::wire::seal`]. A key that was replaced still opens what was sealed to it.

use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::X25519HkdfSha256, single_shot_open, single_shot_seal,
};
use ring::aead;
use sync_core::{rescue, time::Timestamp, unit::DeviceId, wire::seal};
use thiserror::Error;

use super::{KeptKey, keyring::in_use};

/// The layout of a record that a phone's vault has sealed.
const RECORD: u8 = 1;

type Private = <X25519HkdfSha256 as Kem>::PrivateKey;

/// The keys that open what phones have sealed; the one that begins latest is the first.
pub(super) struct SealingKeys(Vec<(Private, [u8; 32], Timestamp)>);

/// Not sealed to this company, not by this layout, or not for this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the seal does not open")]
pub struct BadSeal;

impl SealingKeys {
    /// The keys of these secrets, the one that begins latest first.
    pub(super) fn of(kept: &[KeptKey]) -> Self {
        let pair = |kept: &KeptKey| {
            let (private, public) = X25519HkdfSha256::derive_keypair(&kept.secret);
            (private, public.to_bytes().into(), kept.since)
        };
        Self(kept.iter().map(pair).collect())
    }

    /// The public key in use.
    pub(super) fn public(&self, now: Timestamp) -> [u8; 32] {
        let at = in_use(self.0.iter().map(|(_, _, since)| *since), now);
        self.0.get(at).map(|(_, public, _)| *public).unwrap_or_default()
    }

    /// What a device has sealed for a purpose.
    pub(super) fn open(&self, context: &[u8], device: DeviceId, bytes: &[u8]) -> Result<Vec<u8>, BadSeal> {
        let parts = seal::parts(bytes).ok_or(BadSeal)?;
        let known = self.0.iter().find(|(_, public, _)| seal::id_of(public) == parts.id);
        let (private, public, _) = known.ok_or(BadSeal)?;
        let key = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(parts.key).map_err(|_| BadSeal)?;
        single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            private,
            &key,
            context,
            parts.ciphertext,
            &seal::head(public, device),
        )
        .map_err(|_| BadSeal)
    }

    /// A rescue file, and whose it is. The version byte and the nonce lie before the ciphertext, as in the records that
    /// the phone's own vault seals.
    pub(super) fn open_rescue(&self, bytes: &[u8]) -> Result<(DeviceId, Vec<u8>), BadSeal> {
        let parts = rescue::parts(bytes).ok_or(BadSeal)?;
        let key = self.open(rescue::KEY_CONTEXT, parts.device, parts.key)?;
        let (version, rest) = parts.content.split_first().ok_or(BadSeal)?;
        let (nonce, ciphertext) = rest.split_first_chunk().ok_or(BadSeal)?;
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, &key).map_err(|_| BadSeal)?;
        if *version != RECORD {
            return Err(BadSeal);
        }
        let nonce = aead::Nonce::assume_unique_for_key(*nonce);
        let mut plain = ciphertext.to_vec();
        let context = aead::Aad::from(rescue::CONTEXT);
        let opened = aead::LessSafeKey::new(key).open_in_place(nonce, context, &mut plain);
        let length = opened.map_err(|_| BadSeal)?.len();
        plain.truncate(length);
        Ok((parts.device, plain))
    }
}

/// Whether what is sealed to the public half of this secret opens with it: tried out once, with nothing of anybody's.
pub fn opens_what_is_sealed(secret: &[u8; 32]) -> bool {
    let (private, public) = X25519HkdfSha256::derive_keypair(secret);
    let (context, head) = (seal::CONTEXT, b"tried out");
    let sealed = single_shot_seal::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &public,
        context,
        head,
        head,
    );
    let opened = sealed.and_then(|(key, ciphertext)| {
        single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &private,
            &key,
            context,
            &ciphertext,
            head,
        )
    });
    opened.is_ok_and(|opened| opened == head)
}

/// The public half of a secret of the hub's.
pub fn signing_public(secret: &[u8; 32]) -> [u8; 32] {
    ed25519_dalek::SigningKey::from_bytes(secret).verifying_key().to_bytes()
}

/// The public half of a secret of seals.
pub fn sealing_public(secret: &[u8; 32]) -> [u8; 32] {
    X25519HkdfSha256::derive_keypair(secret).1.to_bytes().into()
}
