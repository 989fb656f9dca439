//! The wall clock, as the phone has it. Only here is it read.
//!
//! Floor: shell. This module must not know what the time is for.

use sync_core::time::Timestamp;

/// The phone's time now, right or wrong.
pub fn now() -> Timestamp {
    Timestamp::from_millis(millis(js_sys::Date::now()))
}

/// Whole milliseconds of a browser's number; before 1970 and nonsense count as its beginning.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast from a float saturates, and times are positive and far below 2^48"
)]
pub(crate) fn millis(number: f64) -> u64 {
    number as u64
}

/// Waits so many milliseconds, or longer where the phone sleeps.
pub async fn sleep(milliseconds: u32) {
    let promise = js_sys::Promise::new(&mut |done, _| {
        if let Some(window) = web_sys::window() {
            let delay = i32::try_from(milliseconds).unwrap_or(i32::MAX);
            // A window always takes a timer; without a window there is nothing to wait for.
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, delay);
        }
    });
    // A timer's promise is never rejected.
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}
