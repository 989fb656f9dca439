//! Whether there is a signal, whether the page is looked at, and whether the browser keeps what it stores.
//!
//! Floor: shell. This module must not know what is sent.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventTarget, VisibilityState};

/// Something that changed around the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// A signal is there.
    Online,
    /// The signal is gone.
    Offline,
    /// The page is looked at again.
    Looked,
}

/// Whether the browser believes to have a signal. `false` is certain, `true` is a guess.
pub fn has_signal() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Whether the page is looked at.
pub fn is_looked_at() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Tells of every change, for the life of the page.
pub fn on_change(tell: impl Fn(Around) + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    let online = tell.clone();
    listen(&window, "online", move || online(Around::Online));
    let offline = tell.clone();
    listen(&window, "offline", move || offline(Around::Offline));
    if let Some(document) = window.document() {
        listen(&document, "visibilitychange", move || {
            if is_looked_at() {
                tell(Around::Looked);
            }
        });
    }
}

/// Hears an event for the life of the page.
pub(crate) fn listen(target: &EventTarget, event: &str, act: impl Fn() + 'static) {
    let heard = Closure::<dyn Fn()>::new(act).into_js_value();
    // Window and document always take listeners.
    let _ = target.add_event_listener_with_callback(event, heard.unchecked_ref());
}

/// Asks the browser to keep what is stored. Where it says no, an installed app is still safer than a tab.
pub async fn keep_storage() -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let storage = super::js::get(&window.navigator(), "storage");
    super::js::call_later(&storage, "persist", &[]).await.is_ok_and(|kept| kept.is_truthy())
}
