//! What every request passes: a number, a log line, a net below panics, words for problems, and the headers of safety.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use sync_core::locale::Lang;
use sync_core::wire::MEDIA_TYPE;
use tracing::Instrument;

use super::App;
use super::pages::OnlyAPart;
use super::problem::{self, Problem};
use crate::{figures, traces};

/// An answer that is a page for people whatever its status: no problem document takes its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct ForPeople;

/// The header that carries a request's number in the answer and in the log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const CONTENT_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' blob: data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// The language a request asks for.
pub(super) fn language(headers: &HeaderMap) -> Lang {
    headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map_or_else(Lang::default, Lang::from_accept_header)
}

/// Around everything: number, log line, figures; a panic becomes a problem without detail.
pub(super) async fn watch(State(app): State<App>, request: Request, next: Next) -> Response {
    let id =
        HeaderValue::from_str(&hex(app.outside.random::<8>())).expect("figures and letters are a header");
    let method = request.method().clone();
    // The route, never the address: an address carries what somebody searched for.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let lang = language(request.headers());
    let begun = Instant::now();
    let _present = figures::Present::of(figures::IN_FLIGHT);
    let traceparent = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    let span = traces::request(traceparent, counted_as(&method), &route, id.to_str().unwrap_or_default());
    let response = caught(next.run(request)).instrument(span.clone()).await;
    let mut response = spoken(&app, response, lang, &id);
    let took = begun.elapsed();
    let status = response.status().as_u16();
    traces::answered(&span, status);
    tracing::info!(
        request = id.to_str().unwrap_or_default(),
        method = counted_as(&method),
        route,
        status,
        took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    let labels =
        [("method", counted_as(&method).to_owned()), ("route", route), ("status", status.to_string())];
    metrics::counter!(figures::REQUESTS, &labels).increment(1);
    metrics::histogram!(figures::REQUEST_TIME, &labels[..2]).record(took.as_secs_f64());
    if app.drain.has_begun() {
        // The next request goes to another server.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let only_a_part = response.extensions().get::<OnlyAPart>().is_some();
    let for_programs = is_for_programs(&response);
    // Nobody asks after a part of a page by its number.
    if !only_a_part {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    safe(response.headers_mut(), only_a_part, for_programs);
    response
}

/// Whether no browser shows the answer: the phone's own messages, and answers without a word.
///
/// On a line of a kilobyte a second every header is heard; what would forbid a page things says nothing to these.
fn is_for_programs(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind == Some(MEDIA_TYPE.as_bytes()) || response.status() == StatusCode::NO_CONTENT
}

/// The method as figures name it: whatever anybody makes up is one method, or every invention would be a row for good.
fn counted_as(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

/// A panic becomes a problem that says nothing of what went wrong inside; the log has it.
async fn caught(answering: impl Future<Output = Response>) -> Response {
    AssertUnwindSafe(answering).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!("a handler panicked");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "server.fault").into_response()
    })
}

/// Puts words into a problem; an error without one becomes one.
fn spoken(app: &App, mut response: Response, lang: Lang, id: &HeaderValue) -> Response {
    if response.extensions().get::<ForPeople>().is_some() {
        return response;
    }
    let carried = response.extensions_mut().remove::<Problem>();
    let Some(problem) = carried.or_else(|| unexplained(response.status())) else {
        return response;
    };
    if problem.is_fault() {
        tracing::warn!(request = id.to_str().unwrap_or_default(), code = problem.code(), "not done");
    }
    let document = problem.document(app.texts(lang), id.to_str().unwrap_or_default());
    let body = serde_json::to_vec(&document).expect("a problem document is plain text");
    let (mut parts, _) = response.into_parts();
    let headers = &mut parts.headers;
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(problem::MEDIA_TYPE));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(parts, Body::from(body))
}

/// A code for errors that the framework answers before any handler.
fn unexplained(status: StatusCode) -> Option<Problem> {
    let code = match status {
        StatusCode::NOT_FOUND => "request.not-found",
        StatusCode::METHOD_NOT_ALLOWED => "request.method",
        StatusCode::PAYLOAD_TOO_LARGE => "request.too-large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "request.media-type",
        _ if status.is_client_error() => "request.malformed",
        _ if status.is_server_error() => "server.fault",
        _ => return None,
    };
    Some(Problem::new(status, code))
}

/// The headers of safety; a page that brings its own policy keeps it, and a part of a page has nothing to be told it may do.
fn safe(headers: &mut HeaderMap, only_a_part: bool, for_programs: bool) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // The parts of a page are the same for everybody and tell nothing.
    if only_a_part {
        return;
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if for_programs {
        return;
    }
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(CONTENT_POLICY));
    for (name, value) in [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "geolocation=(self), camera=(self)"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn hex(bytes: [u8; 8]) -> String {
    format!("{:016x}", u64::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sync_core::locale::{SERVER, Texts};

    #[tokio::test]
    async fn a_panic_is_answered_without_a_word_of_what_broke() {
        let mut response = caught(async { panic!("secret state of the inside") }).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let problem = response.extensions_mut().remove::<Problem>().expect("a problem is carried");
        let document = problem.document(&Texts::new(Lang::En).with(SERVER), "0123456789abcdef");
        let said = serde_json::to_string(&document).expect("plain text");
        assert!(said.contains("server.fault") && said.contains("0123456789abcdef"), "{said}");
        assert!(!said.contains("secret"), "{said}");
    }
}
