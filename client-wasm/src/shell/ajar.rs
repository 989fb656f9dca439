//! 宽限: what opens the book again while nobody has locked it, in a file of its own that is gone when it is locked.
//!
//! Floor: shell. This module must not know what it keeps, nor for how long.
//! The database keeps deleted records for weeks in its files; an entry of the cache is a file, and deleting it removes
//! the file. See `docs/decisions/016-a-passphrase-opens-the-book.md`.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::js;

/// Not among the caches of the service worker, which clears those of older versions.
const CACHE: &str = "ajar";
const ENTRY: &str = "/app/ajar";

async fn cache() -> Result<JsValue, JsValue> {
    let caches = js::get(&js_sys::global(), "caches");
    js::call_later(&caches, "open", &[CACHE.into()]).await
}

/// Keeps it; where the browser does not, the passphrase is asked for at the next start.
pub(crate) async fn keep(bytes: &Uint8Array) {
    let Ok(cache) = cache().await else { return };
    let Ok(answer) = Response::new_with_opt_js_u8_array(Some(bytes)) else { return };
    let _ = js::call_later(&cache, "put", &[ENTRY.into(), answer.into()]).await;
}

/// What is kept.
pub async fn kept() -> Option<Vec<u8>> {
    let answer = js::call_later(&cache().await.ok()?, "match", &[ENTRY.into()]).await.ok()?;
    let answer: Response = answer.dyn_into().ok()?;
    let bytes = JsFuture::from(answer.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&bytes).to_vec())
}

/// Removes it.
pub async fn forget() {
    if let Ok(cache) = cache().await {
        // Nothing there is as good as removed.
        let _ = js::call_later(&cache, "delete", &[ENTRY.into()]).await;
    }
}
