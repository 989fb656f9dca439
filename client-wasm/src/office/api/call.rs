//! Asking the server: the access token in memory, one renewal at a time, one more try after it.
//!
//! Floor: office/api. This module must not know what the answers mean.
//! The access token lives in this page only; the refresh token is a cookie no script can read.

use std::cell::RefCell;

use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use leptos::prelude::{document, window};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Blob, File, Headers, HtmlElement, RequestInit, Response, Url};

use super::fault::{Fault, Problem};
use super::papers::Listed;
use super::session;
use crate::shell::{hex, vault};
use crate::ui::words;

const BASE: &str = "/api/v1";

thread_local! {
    static ACCESS: RefCell<Option<String>> = const { RefCell::new(None) };
    static RENEWAL: RefCell<Option<Renewal>> = const { RefCell::new(None) };
}

type Renewal = Shared<LocalBoxFuture<'static, Result<(), Fault>>>;

/// Keeps the access token of a fresh sign-in, or forgets it.
pub(super) fn keep_access(access: Option<String>) {
    ACCESS.set(access);
}

fn access() -> Option<String> {
    ACCESS.with_borrow(Clone::clone)
}

/// One request.
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) body: Option<String>,
    /// A file instead.
    pub(super) file: Option<File>,
    /// A name by which the server knows the same request again.
    pub(super) name: Option<String>,
    pub(super) until: Option<AbortSignal>,
}

impl<'a> Request<'a> {
    pub(super) const fn get(path: &'a str) -> Self {
        Self { method: "GET", path, body: None, file: None, name: None, until: None }
    }

    /// Sends it as it is, with the token given.
    pub(super) async fn send(&self, access: Option<&str>) -> Result<Response, Fault> {
        let (Ok(headers), init) = (Headers::new(), RequestInit::new()) else {
            return Err(Fault::Unreachable);
        };
        let set = |name: &str, value: &str| {
            // Only a malformed value would be refused, and a token is plain ASCII.
            let _ = headers.set(name, value);
        };
        set("Accept-Language", words::lang().tag());
        set("X-Fieldbook-Client", "office");
        if let Some(access) = access {
            set("Authorization", &format!("Bearer {access}"));
        }
        if let Some(name) = &self.name {
            set("Idempotency-Key", name);
        }
        init.set_method(self.method);
        if let Some(body) = &self.body {
            set("Content-Type", "application/json");
            init.set_body(&JsValue::from_str(body));
        }
        if let Some(file) = &self.file {
            set("Content-Type", "application/octet-stream");
            init.set_body(file);
        }
        init.set_headers(&headers);
        init.set_signal(self.until.as_ref());
        let asked = window().fetch_with_str_and_init(&format!("{BASE}{}", self.path), &init);
        let answer = JsFuture::from(asked).await.map_err(|_| Fault::Unreachable)?;
        answer.dyn_into().map_err(|_| Fault::Unreachable)
    }

    /// Sends it signed in; where the token has run out, renews it once and tries once more.
    pub(super) async fn ask(&self) -> Result<Response, Fault> {
        let used = access();
        let answer = self.send(used.as_deref()).await?;
        if answer.status() != 401 {
            return settled(answer).await;
        }
        if access() == used {
            renew().await?;
        }
        let answer = self.send(access().as_deref()).await?;
        if answer.status() == 401 {
            session::over();
            return Err(Fault::SignedOut);
        }
        settled(answer).await
    }
}

/// Renews the access token; whoever asks meanwhile waits for the same renewal.
///
/// Only a refusal ends the sign-in: a server that cannot be reached or has a fault of its own says nothing of who is
/// signed in, so whoever asked hears of that and may ask again.
async fn renew() -> Result<(), Fault> {
    let under_way = RENEWAL.with_borrow(Clone::clone);
    let renewal = under_way.unwrap_or_else(|| {
        let renewal = async {
            let renewed = session::refresh().await;
            RENEWAL.set(None);
            renewed.map(drop)
        };
        let renewal = renewal.boxed_local().shared();
        RENEWAL.set(Some(renewal.clone()));
        renewal
    });
    match renewal.await {
        Err(fault) if fault.is_refusal() => {
            session::over();
            Err(Fault::SignedOut)
        }
        renewed => renewed,
    }
}

/// The answer where it is one; else what the server says instead.
pub(super) async fn settled(answer: Response) -> Result<Response, Fault> {
    if answer.ok() {
        return Ok(answer);
    }
    let status = answer.status();
    let text = text_of(&answer).await?;
    Err(serde_json::from_str::<Problem>(&text).map_or_else(
        |error| Fault::Unreadable { status, why: error.to_string() },
        |problem| Fault::Problem(Box::new(Problem { status, ..problem })),
    ))
}

async fn text_of(answer: &Response) -> Result<String, Fault> {
    let text = answer.text().map_err(|_| Fault::Unreachable)?;
    let text = JsFuture::from(text).await.map_err(|_| Fault::Unreachable)?;
    Ok(text.as_string().unwrap_or_default())
}

pub(super) async fn read<T: DeserializeOwned>(answer: Response) -> Result<T, Fault> {
    let status = answer.status();
    let text = text_of(&answer).await?;
    // Where there is nothing to say, nothing is what was asked for.
    let text = if text.is_empty() { "null" } else { &text };
    serde_json::from_str(text).map_err(|error| Fault::Unreadable { status, why: error.to_string() })
}

pub(super) fn body_of(content: &impl Serialize) -> String {
    serde_json::to_string(content).expect("what is sent has only plain keys and values")
}

/// Reads one thing: `get("/summary")`.
pub(crate) async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Fault> {
    read(Request::get(path).ask().await?).await
}

/// Reads all pages of a list: `whole("/products?sort=label")`.
pub(crate) async fn whole<R: DeserializeOwned>(path: &str) -> Result<Listed<R>, Fault> {
    const PER_PAGE: usize = 200;
    let begun = if path.contains('?') { '&' } else { '?' };
    let mut all: Option<Listed<R>> = None;
    for page in 1_u32.. {
        let listed: Listed<R> = get(&format!("{path}{begun}page={page}&per_page={PER_PAGE}")).await?;
        let last = listed.rows.len() < PER_PAGE;
        match &mut all {
            None => all = Some(listed),
            Some(all) => all.rows.extend(listed.rows),
        }
        if last {
            break;
        }
    }
    Ok(all.unwrap_or_default())
}

/// Sends something and reads the answer.
pub(crate) async fn ask<T: DeserializeOwned>(
    method: &str,
    path: &str,
    content: &impl Serialize,
) -> Result<T, Fault> {
    let request = Request { method, body: Some(body_of(content)), ..Request::get(path) };
    read(request.ask().await?).await
}

/// Brings a file and reads the answer.
pub(crate) async fn brings<T: DeserializeOwned>(path: &str, file: &File) -> Result<T, Fault> {
    let request = Request { method: "POST", file: Some(file.clone()), ..Request::get(path) };
    read(request.ask().await?).await
}

/// Something to be done at the server, under a name by which it knows the same again.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Deed {
    method: &'static str,
    path: String,
    content: serde_json::Value,
    name: String,
}

impl Deed {
    /// One of its own: `Deed::new("POST", "/commands", {"op": "order-stamped", …})`.
    pub(crate) fn new(method: &'static str, path: String, content: serde_json::Value) -> Self {
        Self { method, path, content, name: hex::hex(&vault::random::<16>()) }
    }

    /// Whether both say the same, whatever their names.
    pub(crate) fn says_as(&self, other: &Self) -> bool {
        (self.method, &self.path, &self.content) == (other.method, &other.path, &other.content)
    }

    /// Asks for it and reads the answer. Where the line broke nobody knows whether it arrived; under the same name it is
    /// no second deed.
    ///
    /// # Errors
    /// [`Fault::Unanswered`] where no answer came the second time either.
    pub(crate) async fn ask<T: DeserializeOwned>(self) -> Result<T, Fault> {
        let Self { method, path, content, name } = self;
        let request =
            Request { method, body: Some(body_of(&content)), name: Some(name), ..Request::get(&path) };
        let answered = async || read(request.ask().await?).await;
        let answer = match answered().await {
            Err(Fault::Unreachable) => answered().await,
            answer => answer,
        };
        answer.map_err(|fault| if fault == Fault::Unreachable { Fault::Unanswered } else { fault })
    }
}

/// A file of the server's as an address of this page, such as a photo; the caller gives the address back.
pub(crate) async fn file(path: &str) -> Result<String, Fault> {
    let answer = Request::get(path).ask().await?;
    let blob = answer.blob().map_err(|_| Fault::Unreachable)?;
    let blob = JsFuture::from(blob).await.map_err(|_| Fault::Unreachable)?;
    let blob: Blob = blob.dyn_into().map_err(|_| Fault::Unreachable)?;
    Url::create_object_url_with_blob(&blob).map_err(|_| Fault::Unreachable)
}

/// Takes a file of the server's home under this name.
pub(crate) async fn download(path: &str, name: &str) -> Result<(), Fault> {
    let address = file(path).await?;
    if let Ok(link) = document().create_element("a")
        && let Ok(link) = link.dyn_into::<HtmlElement>()
    {
        // A fresh element takes any attribute.
        let _ = link.set_attribute("href", &address);
        let _ = link.set_attribute("download", name);
        link.click();
    }
    // The browser has taken the file by now; an address that is gone already is no loss.
    let _ = Url::revoke_object_url(&address);
    Ok(())
}

/// A value as it stands in an address.
pub(crate) fn in_address(value: &str) -> String {
    js_sys::encode_uri_component(value).into()
}
