//! 安装到桌面: the browser's own question, kept by `boot.js` until the user wants it.
//!
//! Floor: shell. This module must not press anybody: screens do.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use super::js;

/// Where `boot.js` keeps the browser's question, which may come before this program runs.
const KEPT: &str = "fieldbookInstall";
/// What it says when that changes.
const CHANGED: &str = "fieldbook-install";

/// Tells whether the browser has a question ready, now and whenever that changes.
pub fn on_change(tell: impl Fn(bool) + 'static) {
    let Some(window) = web_sys::window() else { return };
    let kept = window.clone();
    let look = move || tell(js::get(&kept, KEPT).is_truthy());
    look();
    let heard = Closure::<dyn Fn()>::new(look).into_js_value();
    // A window always takes listeners.
    let _ = window.add_event_listener_with_callback(CHANGED, heard.unchecked_ref());
}

/// Asks. A question can be asked once.
pub fn ask() {
    let Some(window) = web_sys::window() else { return };
    let question = js::get(&window, KEPT);
    // A browser that has thought better of it simply does not ask, and a window keeps what it is given.
    let _ = js::call(&question, "prompt", &[]);
    let _ = js_sys::Reflect::set(&window, &KEPT.into(), &JsValue::NULL);
}

/// Whether this is a browser that asks no such question, and the page is not on the home screen: an iPhone.
pub fn by_hand() -> bool {
    web_sys::window()
        .is_some_and(|window| js::get(&window.navigator(), "standalone").as_bool() == Some(false))
}
