//! What is brought in pieces, over lines that break: how much has come, the next piece, and the whole in the end.
//!
//! The names are those of the IETF draft on resumable uploads. Two things differ: whatever is brought is named by the hash
//! of its bytes, so nothing has to be created first; and a piece may overlap what is there, because the same name means the
//! same bytes. Must not know what the bytes are.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;
use std::time::Duration;
use sync_core::log::{Hash, sha256};

use super::problem::Problem;
use super::{App, Deliverer};
use crate::store::{Kept, Parcel};

/// The media type of a piece.
pub(super) const MEDIA_TYPE: &str = "application/partial-upload";

/// Where the piece begins; in answers, how much has come.
pub(super) const OFFSET: HeaderName = HeaderName::from_static("upload-offset");

/// How long the whole is.
pub(super) const LENGTH: HeaderName = HeaderName::from_static("upload-length");

/// In answers: whether all of it is there.
const COMPLETE: HeaderName = HeaderName::from_static("upload-complete");

/// The most bytes of a piece.
pub(super) const PIECE_LIMIT: usize = 64 * 1024;

/// The most bytes that somebody may leave here, in pieces and in pictures, before the records that name them arrive.
pub(super) const BUDGET: u64 = 200 * 1024 * 1024;

/// How long a piece may be silent.
const SILENCE: Duration = Duration::from_secs(30);

/// How long a piece may take in all: 64 KB at half a kilobyte a second.
const PATIENCE: Duration = Duration::from_secs(150);

/// What a piece says of itself.
struct Said {
    start: u64,
    length: u64,
}

/// What came of a piece.
pub(super) enum Arrived {
    /// So much has come, and it is not all.
    Some(u64),
    /// It is whole, and its hash is right.
    Whole(Bytes),
}

/// The parcel of whoever delivers.
pub(super) fn parcel(deliverer: Deliverer, hash: Hash) -> Parcel {
    Parcel { device: deliverer.device, uploader: deliverer.staff, hash }
}

/// Takes in the next piece of something that has `most` bytes at most; `kind` is how its codes begin.
///
/// What arrived of a piece that broke off is kept: that is what a line that always breaks is carried by.
///
/// # Errors
/// A piece that does not say what it is, leaves a gap, is too large, breaks off, or makes a whole of another hash.
pub(super) async fn arrive(
    app: &App,
    parcel: Parcel,
    headers: &HeaderMap,
    body: Body,
    most: usize,
    kind: &'static str,
) -> Result<Arrived, Problem> {
    let said = said(headers, most, kind)?;
    let app = app.clone();
    // In a task of its own: when the line breaks, the request is dropped, and what had come of it would be too.
    let taking_in = tokio::spawn(async move { take_in(&app, parcel, said, body, kind).await });
    taking_in.await.map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "server.fault"))?
}

fn said(headers: &HeaderMap, most: usize, kind: &str) -> Result<Said, Problem> {
    if headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes) != Some(MEDIA_TYPE.as_bytes()) {
        let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "request.media-type");
        return Err(problem.field(header::CONTENT_TYPE.as_str()).saying("expected", MEDIA_TYPE));
    }
    let start = figure(headers, &OFFSET)?;
    let length = figure(headers, &LENGTH)?;
    if length > most as u64 {
        let problem = Problem::new(StatusCode::PAYLOAD_TOO_LARGE, &format!("{kind}.too-large"));
        return Err(problem.field(LENGTH.as_str()).limit(most as u64));
    }
    if length == 0 || start > length {
        return Err(malformed(&LENGTH));
    }
    Ok(Said { start, length })
}

fn figure(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Problem> {
    let said = headers.get(name).and_then(|value| value.to_str().ok());
    said.and_then(|value| value.parse().ok()).ok_or_else(|| malformed(name))
}

fn malformed(name: &HeaderName) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "piece.malformed").field(name.as_str())
}

async fn take_in(app: &App, parcel: Parcel, said: Said, body: Body, kind: &str) -> Result<Arrived, Problem> {
    let (bytes, ended) = read(body, (said.length - said.start).min(PIECE_LIMIT as u64)).await;
    let come = keep(app, &parcel, &said, &bytes, kind).await?;
    ended?;
    if come < said.length {
        return Ok(Arrived::Some(come));
    }
    let whole = app.pieces.whole(&parcel).await?;
    if sha256(&[&whole]) != parcel.hash {
        app.pieces.forget(&parcel).await?;
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, &format!("{kind}.hash")).field("hash"));
    }
    Ok(Arrived::Whole(whole.into()))
}

/// Keeps what is new of a piece. How much has come with it.
async fn keep(app: &App, parcel: &Parcel, said: &Said, bytes: &[u8], kind: &str) -> Result<u64, Problem> {
    // Once more where another request was quicker: then it brought some of this already.
    for _ in 0..2 {
        let come = app.pieces.come(parcel).await?;
        let Some(known) = come.checked_sub(said.start) else {
            let problem = Problem::new(StatusCode::CONFLICT, "piece.gap");
            return Err(problem.field(OFFSET.as_str()).figure("expected", come));
        };
        let new = usize::try_from(known).ok().and_then(|known| bytes.get(known..)).unwrap_or_default();
        if new.is_empty() {
            return Ok(come);
        }
        match app.pieces.put(parcel, come, new, app.outside.now(), BUDGET).await? {
            Kept::New => return Ok(come + new.len() as u64),
            Kept::Already => {}
            Kept::OverBudget => return Err(over_budget(kind)),
        }
    }
    Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "server.unavailable").retry_after(2))
}

/// Too much of theirs waits here for the records that name it.
pub(super) fn over_budget(kind: &str) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, &format!("{kind}.over-budget")).limit(BUDGET)
}

/// A piece's bytes as far as they come, and why there are no more of them.
async fn read(body: Body, most: u64) -> (Vec<u8>, Result<(), Problem>) {
    let mut bytes = Vec::new();
    let mut chunks = body.into_data_stream();
    let too_slow = || {
        let problem = Problem::new(StatusCode::REQUEST_TIMEOUT, "request.too-slow");
        Err(problem.saying("seconds", PATIENCE.as_secs()))
    };
    let until = tokio::time::Instant::now() + PATIENCE;
    let ended = loop {
        let silence = tokio::time::Instant::now() + SILENCE;
        match tokio::time::timeout_at(silence.min(until), chunks.try_next()).await {
            Ok(Ok(Some(chunk))) if bytes.len() as u64 + chunk.len() as u64 > most => {
                let problem = Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "piece.too-large");
                break Err(problem.limit(most));
            }
            Ok(Ok(Some(chunk))) => bytes.extend_from_slice(&chunk),
            Ok(Ok(None)) => break Ok(()),
            Ok(Err(_)) => break Err(Problem::malformed("the body broke off")),
            Err(_) => break too_slow(),
        }
    };
    (bytes, ended)
}

/// How far it has come, as answers say it.
pub(super) fn progress(come: u64, complete: bool) -> Response {
    let said = HeaderValue::from_static(if complete { "?1" } else { "?0" });
    (StatusCode::NO_CONTENT, [(OFFSET, HeaderValue::from(come)), (COMPLETE, said)]).into_response()
}
