//! 保险柜: what is stored on the phone is readable only through here. AES-GCM with a key that cannot be taken out.
//!
//! A sealed record is a version byte, a random nonce of 12 bytes, and the ciphertext. Its store and its key in that
//! store are authenticated with it, so a record moved elsewhere does not open.
//!
//! Floor: shell. This module must not know what a record says, nor where it is kept.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CryptoKey, SubtleCrypto};

use super::js;

const VERSION: u8 = 1;
const NONCE: usize = 12;
const AES: &str = "AES-GCM";

/// The browser's cryptography; there is none outside of secure contexts.
pub(super) fn subtle() -> Option<SubtleCrypto> {
    Some(web_sys::window()?.crypto().ok()?.subtle())
}

/// Random bytes of the browser.
///
/// # Panics
/// When the browser draws no random numbers: then nothing here is safe.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    web_sys::window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).ok())
        .expect("every browser that runs this draws random numbers");
    bytes
}

/// A sealed record: all that a store ever sees.
#[derive(Clone, Debug)]
pub struct Sealed(Uint8Array);

impl Sealed {
    /// A record as the store gives it back.
    pub(super) fn stored(value: &JsValue) -> Option<Self> {
        value.dyn_ref::<Uint8Array>().cloned().map(Self)
    }

    /// What the store keeps.
    pub(crate) fn value(&self) -> &Uint8Array {
        &self.0
    }

    /// A record that lay in a file of its own.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(Uint8Array::from(bytes))
    }

    /// Its bytes, to be carried elsewhere.
    pub fn to_vec(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// Whether both are the same bytes.
    pub(super) fn equals(&self, other: &Self) -> bool {
        self.0.to_vec() == other.0.to_vec()
    }
}

/// The record does not open: not of this vault, not of this place, or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoesNotOpen;

/// Seals and opens records.
#[derive(Clone, Debug)]
pub struct Vault {
    subtle: SubtleCrypto,
    key: CryptoKey,
}

impl Vault {
    /// A vault with a new key.
    ///
    /// # Errors
    /// A browser without WebCrypto.
    pub async fn generate() -> Result<Self, DoesNotOpen> {
        let subtle = subtle().ok_or(DoesNotOpen)?;
        let algorithm = js::object(&[("name", AES.into()), ("length", 256.into())]);
        let uses: Array = ["encrypt", "decrypt"].into_iter().map(JsValue::from).collect();
        let key = js::call_later(&subtle, "generateKey", &[algorithm, JsValue::FALSE, uses.into()])
            .await
            .map_err(|_| DoesNotOpen)?;
        Ok(Self { subtle, key: key.unchecked_into() })
    }

    /// The vault of a key that was just unwrapped; the browser keeps it from here on, nobody reads it any more.
    ///
    /// # Errors
    /// A browser without WebCrypto, or not 32 bytes.
    pub async fn of_bytes(key: &[u8]) -> Result<Self, DoesNotOpen> {
        let subtle = subtle().ok_or(DoesNotOpen)?;
        let uses: Array = ["encrypt", "decrypt"].into_iter().map(JsValue::from).collect();
        let arguments = ["raw".into(), Uint8Array::from(key).into(), AES.into(), JsValue::FALSE, uses.into()];
        let key = js::call_later(&subtle, "importKey", &arguments).await.map_err(|_| DoesNotOpen)?;
        Ok(Self { subtle, key: key.unchecked_into() })
    }

    /// The vault of a stored key.
    ///
    /// # Errors
    /// A browser without WebCrypto, or something that is no key.
    pub fn of_key(key: JsValue) -> Result<Self, DoesNotOpen> {
        let subtle = subtle().ok_or(DoesNotOpen)?;
        let key = key.dyn_into().map_err(|_| DoesNotOpen)?;
        Ok(Self { subtle, key })
    }

    /// The key, for the store: the browser keeps it, this program cannot read it.
    pub fn key(&self) -> &JsValue {
        &self.key
    }

    fn parameters(nonce: &[u8], place: &str) -> JsValue {
        js::object(&[
            ("name", AES.into()),
            ("iv", Uint8Array::from(nonce).into()),
            ("additionalData", Uint8Array::from(place.as_bytes()).into()),
        ])
    }

    /// Seals a record for its place.
    ///
    /// # Errors
    /// The key has become unusable.
    pub async fn seal(&self, place: &str, plain: &[u8]) -> Result<Sealed, DoesNotOpen> {
        let nonce: [u8; NONCE] = random();
        let arguments =
            [Self::parameters(&nonce, place), self.key.clone().into(), Uint8Array::from(plain).into()];
        let ciphertext =
            js::call_later(&self.subtle, "encrypt", &arguments).await.map_err(|_| DoesNotOpen)?;
        let ciphertext = Uint8Array::new(&ciphertext);
        let begin = u32::try_from(1 + NONCE).map_err(|_| DoesNotOpen)?;
        let sealed = Uint8Array::new_with_length(begin + ciphertext.length());
        sealed.set_index(0, VERSION);
        sealed.set(&Uint8Array::from(&nonce[..]), 1);
        sealed.set(&ciphertext, begin);
        Ok(Sealed(sealed))
    }

    /// Opens a record of a place.
    ///
    /// # Errors
    /// Not of this vault, not of this place, or changed.
    pub async fn open(&self, place: &str, sealed: &Sealed) -> Result<Vec<u8>, DoesNotOpen> {
        let bytes = &sealed.0;
        let begin = u32::try_from(1 + NONCE).map_err(|_| DoesNotOpen)?;
        if bytes.length() < begin || bytes.get_index(0) != VERSION {
            return Err(DoesNotOpen);
        }
        let nonce = bytes.subarray(1, begin).to_vec();
        let ciphertext = bytes.subarray(begin, bytes.length());
        let arguments = [Self::parameters(&nonce, place), self.key.clone().into(), ciphertext.into()];
        let plain = js::call_later(&self.subtle, "decrypt", &arguments).await.map_err(|_| DoesNotOpen)?;
        Ok(Uint8Array::new(&plain).to_vec())
    }
}
