//! One writer: of all tabs of this phone, one holds the pen.
//!
//! Floor: shell. This module must not know what is written. Even a broken lock cannot fork the log: the store
//! takes every sequence once.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures::channel::oneshot;
use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{clock, js, settings};

const PEN: &str = "fieldbook-pen";
/// A page that is being reloaded gives the pen back within this time.
const PATIENCE_MS: u32 = 1_500;

/// A tab that writes hands the pen over within this time, unless the phone has put it to sleep.
const HANDING_MS: u32 = 1_000;

thread_local! {
    /// What gives the pen back, while this page holds it.
    static HELD: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// How the pen is asked for.
#[derive(Clone, Copy)]
enum By {
    /// By waiting so many milliseconds for whoever has it.
    Waiting(u32),
    /// By force.
    Force,
}

/// Takes the pen for the life of this page. `false`: another tab holds it.
///
/// With `by_force` the other tab is asked to hand it over, and loses it where it does not answer. `lost` is called when
/// that happens to this one.
/// A browser without locks has one writer by assumption.
pub async fn take(by_force: bool, lost: impl Fn() + Clone + 'static) -> bool {
    let Some(window) = web_sys::window() else {
        return true;
    };
    let locks = js::get(&window.navigator(), "locks");
    if locks.is_undefined() {
        return true;
    }
    if !by_force {
        return request(&locks, By::Waiting(PATIENCE_MS), lost).await;
    }
    settings::ask_for(PEN, clock::now().millis());
    request(&locks, By::Waiting(HANDING_MS), lost.clone()).await || request(&locks, By::Force, lost).await
}

/// Hears another tab ask for the pen, for the life of this page.
pub fn on_asked(act: impl Fn() + 'static) {
    let Some(window) = web_sys::window() else { return };
    let heard = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        if js::text(&event, "key").as_deref() == Some(PEN) {
            act();
        }
    });
    // A window takes every listener.
    let _ = window.add_event_listener_with_callback("storage", heard.into_js_value().unchecked_ref());
}

/// Gives the pen to whoever waits for it, if this page has it.
pub fn give_back() {
    if let Some(give) = HELD.take() {
        // It is a function of the browser's own, and takes anything.
        let _ = give.call0(&JsValue::UNDEFINED);
    }
}

async fn request(locks: &JsValue, by: By, lost: impl Fn() + 'static) -> bool {
    let waiting = web_sys::AbortController::new().ok();
    let mut options = vec![("mode", "exclusive".into())];
    match (by, &waiting) {
        (By::Force, _) => options.push(("steal", JsValue::TRUE)),
        (By::Waiting(_), Some(waiting)) => options.push(("signal", waiting.signal().into())),
        (By::Waiting(_), None) => options.push(("ifAvailable", JsValue::TRUE)),
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
        // Held until the page goes, or another tab asks for it or takes it.
        Promise::new(&mut |give, _| {
            HELD.set(Some(give));
        })
        .into()
    });
    let Ok(request) = js::call(locks, "request", &[PEN.into(), js::object(&options), granted]) else {
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
    if let (By::Waiting(patience_ms), Some(waiting)) = (by, waiting) {
        spawn_local(async move {
            clock::sleep(patience_ms).await;
            // Without effect once the pen is held.
            waiting.abort();
        });
    }
    told.await.unwrap_or(false)
}
