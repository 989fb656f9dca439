//! One writer: of all tabs of this phone, one holds the pen.
//!
//! Floor: shell. This module must not know what is written. Even a broken lock cannot fork the log: the store
//! takes every sequence once.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures::channel::oneshot;
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{clock, js};

const PEN: &str = "fieldbook-pen";
/// A page that is being reloaded gives the pen back within this time.
const PATIENCE_MS: u32 = 1_500;

/// Takes the pen for the life of this page. `false`: another tab holds it.
///
/// With `by_force` the other tab loses it. `lost` is called when that happens to this one.
/// A browser without locks has one writer by assumption.
pub async fn take(by_force: bool, lost: impl FnOnce() + 'static) -> bool {
    let Some(window) = web_sys::window() else {
        return true;
    };
    let locks = js::get(&window.navigator(), "locks");
    if locks.is_undefined() {
        return true;
    }
    let waiting = web_sys::AbortController::new().ok();
    let mut options = vec![("mode", "exclusive".into())];
    match &waiting {
        _ if by_force => options.push(("steal", JsValue::TRUE)),
        Some(waiting) => options.push(("signal", waiting.signal().into())),
        None => options.push(("ifAvailable", JsValue::TRUE)),
    }
    let (tell, told) = oneshot::channel::<bool>();
    let tell = Rc::new(RefCell::new(Some(tell)));
    let say = move |mine: bool| {
        if let Some(tell) = tell.take() {
            // The page may have given up waiting.
            let _ = tell.send(mine);
        }
    };
    let refused = say.clone();
    let held = Rc::new(Cell::new(false));
    let holds = held.clone();
    let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        if lock.is_null() {
            return JsValue::UNDEFINED;
        }
        holds.set(true);
        say(true);
        // Held until the page goes or another tab takes it.
        Promise::new(&mut |_, _| {}).into()
    });
    let Ok(request) = js::call(&locks, "request", &[PEN.into(), js::object(&options), granted]) else {
        return true;
    };
    spawn_local(async move {
        // Ends only when the pen was refused, or taken away after it was granted.
        let _ = JsFuture::from(request.unchecked_into::<Promise>()).await;
        refused(false);
        if held.get() {
            lost();
        }
    });
    if let Some(waiting) = waiting.filter(|_| !by_force) {
        spawn_local(async move {
            clock::sleep(PATIENCE_MS).await;
            // Without effect once the pen is held.
            waiting.abort();
        });
    }
    told.await.unwrap_or(false)
}
