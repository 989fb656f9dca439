//! 定位: where the phone is, as it measures it.
//!
//! Floor: shell. This module must not make a place a condition for anything.

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use std::{cell::RefCell, rc::Rc};
use sync_core::unit::Place;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Position, PositionOptions};

use super::clock;

/// How long the phone may look for satellites before the form goes on without.
const PATIENCE_MS: u32 = 15_000;
/// A measurement this fresh is taken as it is.
const FRESH_MS: u32 = 60_000;

/// Measures the place.
///
/// # Errors
/// `place.denied`, `place.unavailable` or `place.timeout`.
pub async fn here() -> Result<Place, &'static str> {
    let geolocation =
        web_sys::window().ok_or(UNAVAILABLE)?.navigator().geolocation().map_err(|_| UNAVAILABLE)?;
    let (tell, told) = oneshot::channel::<Result<Place, &'static str>>();
    let tell = Rc::new(RefCell::new(Some(tell)));
    let answer = move |outcome| {
        if let Some(tell) = tell.borrow_mut().take() {
            // Whoever asked may have left the page.
            let _ = tell.send(outcome);
        }
    };
    let refuse = answer.clone();
    let found = Closure::<dyn FnMut(JsValue)>::new(move |position: JsValue| answer(read(&position)));
    let missed = Closure::<dyn FnMut(JsValue)>::new(move |error: JsValue| refuse(Err(why(&error))));
    let options = PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_timeout(PATIENCE_MS);
    options.set_maximum_age(FRESH_MS);
    geolocation
        .get_current_position_with_error_callback_and_options(
            found.as_ref().unchecked_ref(),
            Some(missed.as_ref().unchecked_ref()),
            &options,
        )
        .map_err(|_| UNAVAILABLE)?;
    // While the question to the user stands open, the browser's own timeout does not run.
    let patience = clock::sleep(PATIENCE_MS + 5_000);
    match select(told, Box::pin(patience)).await {
        Either::Left((Ok(outcome), _)) => outcome,
        Either::Left((Err(_), _)) => Err(UNAVAILABLE),
        Either::Right(_) => Err(TIMEOUT),
    }
}

const DENIED: &str = "place.denied";
const UNAVAILABLE: &str = "place.unavailable";
const TIMEOUT: &str = "place.timeout";

fn read(position: &JsValue) -> Result<Place, &'static str> {
    let coordinates = position.unchecked_ref::<Position>().coords();
    let place = Place {
        latitude: tenth_microdegrees(coordinates.latitude()),
        longitude: tenth_microdegrees(coordinates.longitude()),
        accuracy_m: metres(coordinates.accuracy()),
    };
    place.is_on_earth().then_some(place).ok_or(UNAVAILABLE)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast from a float saturates, and degrees times 1e7 fit into 32 bits"
)]
fn tenth_microdegrees(degrees: f64) -> i32 {
    (degrees * 1e7).round() as i32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast from a float saturates, and a radius is positive"
)]
fn metres(accuracy: f64) -> u32 {
    accuracy.ceil() as u32
}

fn why(error: &JsValue) -> &'static str {
    let code = js_sys::Reflect::get(error, &"code".into()).ok();
    match code.and_then(|code| code.as_f64()) {
        Some(1.0) => DENIED,
        Some(3.0) => TIMEOUT,
        _ => UNAVAILABLE,
    }
}
