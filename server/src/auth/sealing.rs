//! What is sealed to the company: whoever carries it cannot read it, only the server opens it.
//!
//! Every device is given a key of its own, derived from the company's secret by HKDF-SHA256, over its own session. A
//! sealed file is the magic, the device's id, a version byte, a nonce of 12 bytes, and the ciphertext of AES-256-GCM:
//! after its head it is a record as the phone's own vault seals them.

use ring::{aead, hkdf};
use sync_core::{
    rescue::{CONTEXT, MAGIC},
    unit::{CompanyId, DeviceId},
};

const VERSION: u8 = 1;
const NONCE: usize = 12;

/// The company's secret for what is sealed to it.
pub struct SealingKey([u8; 32]);

impl SealingKey {
    /// The key of a secret.
    pub const fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// The key of one device: it opens nothing of any other.
    ///
    /// # Panics
    /// Never: 32 bytes are what HKDF gives at the least.
    pub fn of_device(&self, company: CompanyId, device: DeviceId) -> [u8; 32] {
        struct Length;
        impl hkdf::KeyType for Length {
            fn len(&self) -> usize {
                32
            }
        }
        let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, company.bytes()).extract(&self.0);
        let info: [&[u8]; 2] = [CONTEXT.as_bytes(), device.bytes()];
        let mut key = [0; 32];
        secret.expand(&info, Length).and_then(|derived| derived.fill(&mut key)).expect("32 bytes are few");
        key
    }

    /// Opens a sealed file. `None`: not one, of another company's device, or changed on its way. Never panics.
    pub fn open(&self, company: CompanyId, sealed: &[u8]) -> Option<(DeviceId, Vec<u8>)> {
        let rest = sealed.strip_prefix(&MAGIC[..])?;
        let (device, rest) = rest.split_first_chunk::<16>()?;
        let (version, rest) = rest.split_first()?;
        let (nonce, text) = rest.split_first_chunk::<NONCE>()?;
        let device = DeviceId::from_bytes(*device);
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, &self.of_device(company, device)).ok()?;
        let key = (*version == VERSION).then(|| aead::LessSafeKey::new(key))?;
        let nonce = aead::Nonce::assume_unique_for_key(*nonce);
        let mut text = text.to_vec();
        let plain = key.open_in_place(nonce, aead::Aad::from(CONTEXT), &mut text).ok()?;
        Some((device, plain.to_vec()))
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey")
    }
}
