//! Live events: a hint that the feed has grown, and the state of the connection.
//!
//! Floor: office/api. This module must not know what the feed says: a hint carries a position, nothing else.
//! The browser's own event source cannot carry the bearer header, so the stream is read by hand.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Reflect, Uint8Array};
use leptos::prelude::{IntervalHandle, document, set_interval_with_handle};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, ReadableStreamDefaultReader};

use super::At;
use super::call::Request;
use super::fault::Fault;
use crate::shell::clock;

/// What the connection says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// It stands.
    Connected,
    /// The feed stands at this position.
    At(u64),
    /// Something else is known of a phone, which no position tells.
    OfPhones,
    /// It is lost; another try follows by itself.
    Lost,
    /// Nobody is signed in any more; no further try.
    Over,
}

const FIRST_WAIT_MS: u32 = 1_000;
const LONGEST_WAIT_MS: u32 = 15_000;
/// The server speaks every twenty seconds; twice that and a little means nobody is there.
const SILENCE_MS: i64 = 45_000;
const WATCH: Duration = Duration::from_secs(5);
/// A browser gives a server six connections for all its tabs, and a tab that nobody looks at needs none: it lets go after
/// this time and catches up when it is looked at again.
const UNSEEN_MS: i64 = 30_000;
const LOOK_MS: u32 = 1_000;

thread_local! {
    static TURN: Cell<u32> = const { Cell::new(0) };
}

/// Listens until [`stop`] or the end of the sign-in, connecting anew whenever the connection is lost.
pub(crate) fn listen(tell: impl Fn(Word) + Clone + 'static) {
    let turn = TURN.get().wrapping_add(1);
    TURN.set(turn);
    spawn_local(async move {
        let mut wait = FIRST_WAIT_MS;
        while TURN.get() == turn {
            if document().hidden() {
                clock::sleep(LOOK_MS).await;
                continue;
            }
            let reached = Cell::new(false);
            let ended = stream(turn, &tell, &reached).await;
            if TURN.get() != turn {
                return;
            }
            if document().hidden() && ended != Err(Fault::SignedOut) {
                continue;
            }
            if ended == Err(Fault::SignedOut) {
                tell(Word::Over);
                return;
            }
            tell(Word::Lost);
            wait = if reached.get() { FIRST_WAIT_MS } else { (wait * 2).min(LONGEST_WAIT_MS) };
            clock::sleep(wait).await;
        }
    });
}

/// Stops listening.
pub(crate) fn stop() {
    TURN.set(TURN.get().wrapping_add(1));
}

async fn stream(turn: u32, tell: &impl Fn(Word), reached: &Cell<bool>) -> Result<(), Fault> {
    let abort = AbortController::new().map_err(|_| Fault::Unreachable)?;
    let request = Request { until: Some(abort.signal()), ..Request::get("/events") };
    let answer = request.ask().await?;
    let body = answer.body().ok_or(Fault::Unreachable)?;
    let reader: ReadableStreamDefaultReader = body.get_reader().dyn_into().map_err(|_| Fault::Unreachable)?;
    reached.set(true);
    tell(Word::Connected);
    let heard = Rc::new(Cell::new(At::now()));
    let _watch = Watch::over(heard.clone(), abort);
    let mut lines = Lines::default();
    while TURN.get() == turn {
        let read = JsFuture::from(reader.read()).await.map_err(|_| Fault::Unreachable)?;
        let Some(bytes) = chunk(&read) else {
            return Ok(());
        };
        heard.set(At::now());
        lines.take(&bytes).into_iter().for_each(tell);
    }
    Ok(())
}

fn chunk(read: &JsValue) -> Option<Vec<u8>> {
    let done = Reflect::get(read, &JsValue::from_str("done")).ok()?;
    let value = Reflect::get(read, &JsValue::from_str("value")).ok()?;
    (!done.is_truthy()).then(|| Uint8Array::new(&value).to_vec())
}

/// Cuts a connection on which nothing was heard for long, or at which nobody looks.
struct Watch(Option<IntervalHandle>);

impl Watch {
    fn over(heard: Rc<Cell<At>>, abort: AbortController) -> Self {
        let seen = Cell::new(At::now().0);
        let look = move || {
            let now = At::now().0;
            if !document().hidden() {
                seen.set(now);
            }
            if now - heard.get().0 > SILENCE_MS || now - seen.get() > UNSEEN_MS {
                abort.abort();
            }
        };
        Self(set_interval_with_handle(look, WATCH).ok())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take() {
            handle.clear();
        }
    }
}

/// Puts the pieces of the stream together and finds the hints in them.
#[derive(Default)]
struct Lines {
    rest: Vec<u8>,
}

#[derive(serde::Deserialize)]
struct Hint {
    position: u64,
}

impl Lines {
    fn take(&mut self, bytes: &[u8]) -> Vec<Word> {
        self.rest.extend_from_slice(bytes);
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else {
            return Vec::new();
        };
        let whole: Vec<u8> = self.rest.drain(..=end).collect();
        String::from_utf8_lossy(&whole)
            .lines()
            .filter_map(|line| {
                if line == "event: device" {
                    return Some(Word::OfPhones);
                }
                let hint = serde_json::from_str::<Hint>(line.strip_prefix("data:")?.trim()).ok()?;
                Some(Word::At(hint.position))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, Word};

    #[test]
    fn a_hint_is_found_however_the_stream_is_cut() {
        let stream = ": heart\n\nevent: feed\ndata: {\"position\":48213}\n\nevent: device\ndata: {\"position\":48214}\n\n";
        for size in 1..=stream.len() {
            let mut lines = Lines::default();
            let found: Vec<Word> =
                stream.as_bytes().chunks(size).flat_map(|piece| lines.take(piece)).collect();
            assert_eq!(found, [Word::At(48_213), Word::OfPhones, Word::At(48_214)], "pieces of {size}");
        }
    }

    #[test]
    fn what_is_no_hint_is_passed_over() {
        assert!(Lines::default().take(b"data: nonsense\nid: 7\n\n").is_empty());
    }
}
