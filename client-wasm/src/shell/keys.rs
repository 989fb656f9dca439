//! 口令: the program that wraps keys and seals to the server, fetched after the first start.
//!
//! Floor: shell. This module must not know what a key opens. `boot.js` fetches, and the service worker keeps.

use std::cell::RefCell;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use super::js;

thread_local! {
    static PROGRAM: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// Whether the program is there, after asking for it.
pub async fn come() -> bool {
    if PROGRAM.with_borrow(Option::is_none)
        && let Some(window) = web_sys::window()
        && let Ok(program) = js::call_later(&window, "fieldbookKeys", &[]).await
    {
        PROGRAM.set(Some(program));
    }
    PROGRAM.with_borrow(Option::is_some)
}

/// Calls one of its functions; nothing where it has not come yet, or says nothing.
pub fn call(name: &str, arguments: &[&[u8]]) -> Option<Vec<u8>> {
    let program = PROGRAM.with_borrow(Clone::clone)?;
    let arguments: Vec<JsValue> = arguments.iter().map(|bytes| Uint8Array::from(*bytes).into()).collect();
    let said = js::call(&program, name, &arguments).ok()?;
    Some(Uint8Array::new(&said).to_vec()).filter(|bytes| !bytes.is_empty())
}
