//! 安装到桌面: the browser's own question, kept until the user wants it.
//!
//! Floor: shell. This module must not press anybody: screens do.

use std::{cell::RefCell, rc::Rc};

use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use super::js;

thread_local! {
    static QUESTION: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// Tells whether the browser has a question ready, whenever that changes.
pub fn on_change(tell: impl Fn(bool) + 'static) {
    let Some(window) = web_sys::window() else { return };
    let tell = Rc::new(tell);
    let done = tell.clone();
    let offered = Closure::<dyn Fn(JsValue)>::new(move |question: JsValue| {
        // Ours comes later; the browser's own bar would come now. Should it come all the same, no harm is done.
        let _ = js::call(&question, "preventDefault", &[]);
        QUESTION.set(Some(question));
        tell(true);
    });
    let installed = Closure::<dyn Fn()>::new(move || {
        QUESTION.set(None);
        done(false);
    });
    for (event, heard) in
        [("beforeinstallprompt", offered.into_js_value()), ("appinstalled", installed.into_js_value())]
    {
        // A window always takes listeners.
        let _ = window.add_event_listener_with_callback(event, heard.unchecked_ref());
    }
}

/// Asks. A question can be asked once.
pub fn ask() {
    if let Some(question) = QUESTION.take() {
        // A browser that has thought better of it simply does not ask.
        let _ = js::call(&question, "prompt", &[]);
    }
}
