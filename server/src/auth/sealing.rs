//! The company's sealing key: what a locked phone seals its unsent changes to.
//!
//! HPKE (RFC 9180) in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, `ChaCha20Poly1305`. The layout is that of
//! [`sync_core::wire::seal`]. A key that was replaced still opens what was sealed to it.

use hpke::{
    Deserializable, Kem, OpModeR, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::X25519HkdfSha256, single_shot_open,
};
use sync_core::{unit::DeviceId, wire::seal};
use thiserror::Error;

type Private = <X25519HkdfSha256 as Kem>::PrivateKey;

/// The keys that open what phones have sealed; the one in use is the first.
pub(super) struct SealingKeys(Vec<(Private, [u8; 32])>);

/// Not sealed to this company, not by this layout, or not for this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the seal does not open")]
pub struct BadSeal;

impl SealingKeys {
    /// The keys of these secrets.
    pub(super) fn of(secrets: &[[u8; 32]]) -> Self {
        let pair = |secret: &[u8; 32]| {
            let (private, public) = X25519HkdfSha256::derive_keypair(secret);
            (private, public.to_bytes().into())
        };
        Self(secrets.iter().map(pair).collect())
    }

    /// The public key in use.
    pub(super) fn public(&self) -> [u8; 32] {
        self.0.first().map(|(_, public)| *public).unwrap_or_default()
    }

    /// What a device has sealed.
    pub(super) fn open(&self, device: DeviceId, bytes: &[u8]) -> Result<Vec<u8>, BadSeal> {
        let parts = seal::parts(bytes).ok_or(BadSeal)?;
        let known = self.0.iter().find(|(_, public)| seal::id_of(public) == parts.id);
        let (private, public) = known.ok_or(BadSeal)?;
        let key = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(parts.key).map_err(|_| BadSeal)?;
        single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            private,
            &key,
            seal::CONTEXT,
            parts.ciphertext,
            &seal::head(public, device),
        )
        .map_err(|_| BadSeal)
    }
}
