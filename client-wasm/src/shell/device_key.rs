//! 设备钥匙: the Ed25519 key a device signs its log with. It never leaves the browser, not even into this program.
//!
//! Here too: checking what another key has signed.
//!
//! Floor: shell. This module must not know what is signed.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::CryptoKey;

use super::{js, vault::subtle};

/// The name of the algorithm.
const ED25519: &str = "Ed25519";

/// A device's key pair.
#[derive(Clone, Debug)]
pub struct DeviceKey {
    pair: JsValue,
    public: [u8; 32],
}

/// The browser has no such keys; it is too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoKey;

impl DeviceKey {
    /// Makes a new pair. The private half cannot be taken out.
    ///
    /// # Errors
    /// A browser without Ed25519.
    pub async fn generate() -> Result<Self, NoKey> {
        let subtle = subtle().ok_or(NoKey)?;
        let uses: Array = ["sign", "verify"].into_iter().map(JsValue::from).collect();
        let arguments = [ED25519.into(), JsValue::FALSE, uses.into()];
        let pair = js::call_later(&subtle, "generateKey", &arguments).await.map_err(|_| NoKey)?;
        Self::of_pair(pair).await
    }

    /// A pair as the store keeps it.
    ///
    /// # Errors
    /// Not a pair of such keys.
    pub async fn of_pair(pair: JsValue) -> Result<Self, NoKey> {
        let subtle = subtle().ok_or(NoKey)?;
        let raw = js::call_later(&subtle, "exportKey", &["raw".into(), js::get(&pair, "publicKey")])
            .await
            .map_err(|_| NoKey)?;
        let public = Uint8Array::new(&raw).to_vec().try_into().map_err(|_| NoKey)?;
        Ok(Self { pair, public })
    }

    /// What the store keeps.
    pub fn pair(&self) -> &JsValue {
        &self.pair
    }

    /// The public half.
    pub fn public(&self) -> [u8; 32] {
        self.public
    }

    /// Signs.
    ///
    /// # Errors
    /// A key that has become unusable.
    pub async fn sign(&self, bytes: &[u8]) -> Result<[u8; 64], NoKey> {
        let subtle = subtle().ok_or(NoKey)?;
        let private: CryptoKey = js::get(&self.pair, "privateKey").unchecked_into();
        let arguments = [ED25519.into(), private.into(), Uint8Array::from(bytes).into()];
        let signature = js::call_later(&subtle, "sign", &arguments).await.map_err(|_| NoKey)?;
        Uint8Array::new(&signature).to_vec().try_into().map_err(|_| NoKey)
    }
}

/// Whether somebody's key has signed this.
pub async fn is_signed(key: &[u8], bytes: &[u8], signature: &[u8]) -> bool {
    let array = |bytes: &[u8]| JsValue::from(Uint8Array::from(bytes));
    let checked = async {
        let subtle = subtle().ok_or(JsValue::UNDEFINED)?;
        let uses = Array::of1(&"verify".into());
        let arguments = ["raw".into(), array(key), ED25519.into(), JsValue::FALSE, uses.into()];
        let key = js::call_later(&subtle, "importKey", &arguments).await?;
        js::call_later(&subtle, "verify", &[ED25519.into(), key, array(signature), array(bytes)]).await
    };
    checked.await.is_ok_and(|answer: JsValue| answer.is_truthy())
}
