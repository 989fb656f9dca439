//! Talking to the server: one request, one answer, within a time.
//!
//! Floor: shell. This module knows addresses and problem documents, and must not know what is sent or why.

use std::{cell::Cell, rc::Rc};

use js_sys::{Array, Function, Reflect, Uint8Array};
use sync_core::locale::Lang;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, Blob, Headers, RequestInit, Response};

use super::{clock, js};

const BASE: &str = "/api/v1";
const JSON: &str = "application/json";
const PIECE: &str = "application/partial-upload";
const OFFSET: &str = "Upload-Offset";
/// How long the server may be silent, and how much longer for every kilobyte that is on its way to it.
const PATIENCE_MS: u32 = 20_000;
const PATIENCE_PER_KB_MS: u32 = 1_000;
/// Below this, compressing costs more than it saves.
const WORTH_COMPRESSING: usize = 256;

/// What goes with a request.
#[derive(Clone, Debug)]
pub enum Body {
    /// Nothing.
    Empty,
    /// JSON.
    Json(String),
    /// Bytes of a media type, compressed where the browser can.
    Bytes(Vec<u8>, &'static str),
    /// Bytes that are compressed already.
    Packed(Vec<u8>, &'static str),
    /// The piece of something longer.
    Piece {
        /// Its bytes.
        bytes: Vec<u8>,
        /// Where it begins.
        at: usize,
        /// How long the whole is.
        of: usize,
    },
}

/// One request.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// `GET`, `HEAD`, `POST`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// Below the interface's root, with its leading slash.
    pub path: String,
    /// The access token.
    pub access: Option<&'a str>,
    /// What goes with it.
    pub body: Body,
    /// The language the answer speaks.
    pub lang: Lang,
}

/// What the server says when it cannot do what was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// The sentence for people.
    pub detail: String,
    /// Seconds to wait before the next try.
    pub retry_after: Option<u32>,
    /// The whole document, for numbers such as `tries_left`.
    pub document: JsValue,
}

/// Why there is no good answer.
#[derive(Clone, Debug, PartialEq)]
pub enum NetFault {
    /// None came, or not in time, or it broke off.
    NoAnswer,
    /// The server says why not.
    Problem(Box<Problem>),
    /// An answer that is not what was agreed.
    Garbled,
}

impl NetFault {
    /// The stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::NoAnswer => "net.no-answer",
            Self::Problem(problem) => &problem.code,
            Self::Garbled => "net.garbled",
        }
    }

    /// The server's sentence.
    pub fn detail(&self) -> &str {
        match self {
            Self::Problem(problem) => &problem.detail,
            _ => "",
        }
    }

    /// The status of a problem.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(problem) => Some(problem.status),
            _ => None,
        }
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The body.
    pub bytes: Vec<u8>,
    /// How much of something that goes in pieces is there, where the answer says so.
    pub come: Option<usize>,
}

/// Asks, and waits for the whole answer.
///
/// # Errors
/// No answer in time, or a problem.
pub async fn ask(ask: &Ask<'_>) -> Result<Answer, NetFault> {
    let window = web_sys::window().ok_or(NetFault::NoAnswer)?;
    let stop = AbortController::new().map_err(|_| NetFault::NoAnswer)?;
    let init = RequestInit::new();
    init.set_method(ask.method);
    init.set_signal(Some(&stop.signal()));
    let (headers, length) = dress(&init, ask).await.map_err(|_| NetFault::NoAnswer)?;
    init.set_headers(&headers);
    let heard = Rc::new(Cell::new(0));
    watch(stop, heard.clone(), patience(length));
    let url = format!("{BASE}{}", ask.path);
    let response =
        JsFuture::from(window.fetch_with_str_and_init(&url, &init)).await.map_err(|_| NetFault::NoAnswer)?;
    read(response.unchecked_ref(), &heard).await
}

/// Breaks a request off when nothing was heard for so long; a slow link may take its time as long as it moves.
fn watch(stop: AbortController, heard: Rc<Cell<u32>>, mut patience: u32) {
    spawn_local(async move {
        // Whoever asked has let go of the count once the request has ended.
        while Rc::strong_count(&heard) > 1 {
            let before = heard.get();
            clock::sleep(patience).await;
            if heard.get() == before {
                // Without effect on a request that has ended.
                stop.abort();
                return;
            }
            patience = PATIENCE_MS;
        }
    });
}

fn patience(length: usize) -> u32 {
    let kilobytes = u32::try_from(length / 1_024).unwrap_or(u32::MAX);
    PATIENCE_MS.saturating_add(PATIENCE_PER_KB_MS.saturating_mul(kilobytes))
}

/// Headers and body.
async fn dress(init: &RequestInit, ask: &Ask<'_>) -> Result<(Headers, usize), JsValue> {
    let headers = Headers::new()?;
    headers.set("Accept-Language", ask.lang.tag())?;
    if let Some(access) = ask.access {
        headers.set("Authorization", &format!("Bearer {access}"))?;
    }
    let (bytes, kind, worth) = match &ask.body {
        Body::Empty => return Ok((headers, 0)),
        Body::Json(text) => (text.as_bytes(), JSON, false),
        Body::Bytes(bytes, kind) => (&bytes[..], *kind, bytes.len() >= WORTH_COMPRESSING),
        Body::Packed(bytes, kind) => (&bytes[..], *kind, false),
        Body::Piece { bytes, at, of } => {
            headers.set(OFFSET, &at.to_string())?;
            headers.set("Upload-Length", &of.to_string())?;
            (&bytes[..], PIECE, false)
        }
    };
    headers.set("Content-Type", kind)?;
    let packed = if worth { gzip(bytes).await } else { None };
    if packed.is_some() {
        headers.set("Content-Encoding", "gzip")?;
    }
    let sent = packed.as_deref().unwrap_or(bytes);
    init.set_body(&Uint8Array::from(sent));
    Ok((headers, sent.len()))
}

/// Compresses, where the browser can.
pub async fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let constructor: Function = js::get(&js_sys::global(), "CompressionStream").dyn_into().ok()?;
    let gzip = Reflect::construct(&constructor, &Array::of1(&"gzip".into())).ok()?;
    let parts = Array::of1(&Uint8Array::from(bytes));
    let plain = Blob::new_with_u8_array_sequence(&parts).ok()?.stream();
    let packed = js::call(&plain, "pipeThrough", &[gzip]).ok()?;
    let response = Response::new_with_opt_readable_stream(Some(packed.unchecked_ref())).ok()?;
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// The whole body, piece by piece; each one is a sign of life.
async fn whole(response: &Response, heard: &Cell<u32>) -> Result<Vec<u8>, JsValue> {
    let Some(body) = response.body() else { return Ok(Vec::new()) };
    let reader = js::call(&body, "getReader", &[])?;
    let mut bytes = Vec::new();
    loop {
        heard.set(heard.get().wrapping_add(1));
        let piece = js::call_later(&reader, "read", &[]).await?;
        if js::get(&piece, "done").is_truthy() {
            return Ok(bytes);
        }
        bytes.extend(Uint8Array::new(&js::get(&piece, "value")).to_vec());
    }
}

async fn read(response: &Response, heard: &Cell<u32>) -> Result<Answer, NetFault> {
    let bytes = whole(response, heard).await.map_err(|_| NetFault::NoAnswer)?;
    let figure = |name: &str| response.headers().get(name).ok().flatten()?.parse().ok();
    if response.ok() {
        return Ok(Answer { bytes, come: figure(OFFSET).map(|come: u32| come as usize) });
    }
    let status = response.status();
    let document = js::from_json(&bytes);
    let retry_after = figure("Retry-After");
    Err(NetFault::Problem(Box::new(Problem {
        status,
        code: js::text(&document, "code").unwrap_or_else(|| format!("http.{status}")),
        detail: js::text(&document, "detail").unwrap_or_default(),
        retry_after,
        document,
    })))
}
