//! Stands in for the crate `wasm-streams`, which Leptos takes along for its server functions.
//!
//! No page here calls one, but that crate exports classes to the browser, and what is exported is never left out: every
//! phone would download some kilobytes of it. This one has the names that Leptos asks for and nothing behind them.

use futures::stream::{self, Stream};
use wasm_bindgen::JsValue;

/// A stream of the browser.
#[derive(Debug)]
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// Takes the browser's stream as it is.
    pub const fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// Would send a stream to the browser.
    ///
    /// # Panics
    /// Always: only a server function would do so.
    pub fn from_stream<S: Stream>(_: S) -> Self {
        unreachable!("no page calls a server function")
    }

    /// The browser's stream.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// Would read the browser's stream; it ends at once.
    pub fn into_stream(self) -> stream::Empty<Result<JsValue, JsValue>> {
        stream::empty()
    }
}
