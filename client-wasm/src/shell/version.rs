//! A newer version that lies ready. `boot.js` and the service worker fetch it and change to it.
//!
//! Floor: shell. This module must not reload anything by itself.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::Event;

const READY: &str = "fieldbook-new-version";
const TAKE: &str = "fieldbook-take-new-version";

/// Whether one lies ready already.
pub fn is_ready() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element())
        .is_some_and(|root| root.has_attribute("data-new-version"))
}

/// Tells when one lies ready.
pub fn on_ready(tell: impl Fn() + 'static) {
    let heard = Closure::<dyn Fn()>::new(tell).into_js_value();
    if let Some(window) = web_sys::window() {
        // A page listens to its own events always; there is nothing to fail.
        let _ = window.add_event_listener_with_callback(READY, heard.unchecked_ref());
    }
}

/// Asks `boot.js` to change to it; the page is loaded anew.
pub fn take() {
    if let (Some(window), Ok(event)) = (web_sys::window(), Event::new(TAKE)) {
        // Nobody listening means there is no worker, and then nothing was offered.
        let _ = window.dispatch_event(&event);
    }
}
