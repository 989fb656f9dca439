//! Snapshots: how a phone gets a book it has nothing of, and the past of customers that are newly its owner's.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use sync_core::snapshot::SnapshotAsk;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::problem::{Problem, ProblemDocument};
use super::read::{self, JSON_LIMIT, Query};
use super::sync::{cbor, of_this_kind};
use super::{App, Caller};
use crate::snapshots::{Made, SnapshotError};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(manifest)).routes(routes!(chunk))
}

/// Ask what a snapshot of one's scopes consists of.
///
/// The body says which scopes, and at which position of the feed. The same question has the same answer for good: a
/// snapshot is a function of the feed, so a reader goes on at the chunk it misses, also after the server was restarted.
/// The answer is signed by the hub and names the hash of every chunk.
#[utoipa::path(post, path = "/snapshot", tag = "sync", security(("access" = [])),
    request_body(content = Vec<u8>, content_type = "application/vnd.fieldbook+cbor"),
    responses(
        (status = 200, content_type = "application/vnd.fieldbook+cbor", body = Vec<u8>, description = "a signed manifest"),
        (status = 400, body = ProblemDocument, description = "`request.malformed` with `field`"),
        (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument, description = "`scope.not-held` with `field`; `device.revoked`"),
        (status = 409, body = ProblemDocument, description = "`snapshot.grants-changed`, `snapshot.other-life`, `snapshot.not-listed`, each with `field`"),
        (status = 413, body = ProblemDocument, description = "`request.too-large` with `limit`"),
        (status = 415, body = ProblemDocument, description = "`request.media-type`"),
    ))]
async fn manifest(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let made = made(&app, &caller, &headers, body).await?;
    let device = caller.device().ok();
    let signed = app.hub().signed(made.manifest(), made.sizes(), device).await?;
    if let Some(device) = device {
        app.queue.heard_of(device);
    }
    Ok(cbor(signed.to_bytes()))
}

/// Which part of a chunk is wanted, when the whole does not get through.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PartQuery {
    /// From this byte of the unpacked chunk on; 0 unless asked otherwise.
    #[serde(default)]
    from: usize,
    /// At most so many bytes; all unless asked otherwise.
    most: Option<usize>,
}

/// Get one chunk of a snapshot, or a part of it.
///
/// At most 256 KiB before it is packed; only a single paper that is larger travels alone. Whether the caller may still
/// see every scope of it is checked with each request.
#[utoipa::path(post, path = "/snapshot/{number}", tag = "sync", security(("access" = [])),
    params(("number" = String, Path, description = "the chunk's number, from 0"), PartQuery),
    request_body(content = Vec<u8>, content_type = "application/vnd.fieldbook+cbor"),
    responses(
        (status = 200, content_type = "application/vnd.fieldbook+cbor", body = Vec<u8>, description = "a chunk"),
        (status = 400, body = ProblemDocument, description = "`request.malformed` with `field`"),
        (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument, description = "`scope.not-held` with `field`; `device.revoked`"),
        (status = 404, body = ProblemDocument, description = "`snapshot.no-such-chunk` with `field` and `limit`"),
        (status = 409, body = ProblemDocument, description = "`snapshot.grants-changed`, `snapshot.other-life`, `snapshot.not-listed`, each with `field`"),
        (status = 413, body = ProblemDocument, description = "`request.too-large` with `limit`"),
        (status = 415, body = ProblemDocument, description = "`request.media-type`"),
    ))]
async fn chunk(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
    Query(part): Query<PartQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let number: u32 = number.parse().map_err(|why| Problem::malformed(why).field("number"))?;
    let made = made(&app, &caller, &headers, body).await?;
    let (plain, packed) = made.chunk(number)?;
    let most = part.most.unwrap_or(usize::MAX);
    let whole = part.from == 0 && most >= plain.len();
    let unpacks = whole && takes_brotli(&headers);
    let plain = plain.iter().skip(part.from).take(most).copied();
    let mut answer = cbor(if unpacks { packed.to_vec() } else { plain.collect() });
    if unpacks {
        answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Ok(answer)
}

/// The snapshot that is asked for.
async fn made(app: &App, caller: &Caller, headers: &HeaderMap, body: Body) -> Result<Arc<Made>, Problem> {
    of_this_kind(headers)?;
    let bytes = read::whole(body, JSON_LIMIT, "request.too-large").await?;
    let ask: SnapshotAsk = minicbor::decode(&bytes).map_err(|why| Problem::malformed(why).field("body"))?;
    Ok(app.snapshots.of(app.hub(), &caller.viewer, &ask).await?)
}

/// Whether the caller unpacks what is packed with Brotli.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let said = headers.get_all(header::ACCEPT_ENCODING).into_iter();
    let said = said.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    said.map(|one| one.trim().split_once(';').unwrap_or((one.trim(), ""))).any(|(name, weight)| {
        name.trim() == "br" && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

impl From<SnapshotError> for Problem {
    fn from(error: SnapshotError) -> Self {
        let conflict = |code| Self::new(StatusCode::CONFLICT, code);
        match error {
            SnapshotError::NotHeld => Self::new(StatusCode::FORBIDDEN, "scope.not-held").field("scopes"),
            SnapshotError::GrantsChanged => conflict("snapshot.grants-changed").field("held"),
            SnapshotError::NotListed => conflict("snapshot.not-listed").field("scopes"),
            SnapshotError::OtherLife { epoch, head } => conflict("snapshot.other-life")
                .field("epoch")
                .figure("epoch", epoch.into())
                .figure("head", head),
            SnapshotError::NoSuchChunk { chunks } => {
                Self::new(StatusCode::NOT_FOUND, "snapshot.no-such-chunk")
                    .field("number")
                    .limit(chunks.into())
            }
            SnapshotError::Store(error) => error.into(),
        }
    }
}
