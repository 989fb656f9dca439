//! Photos and slips, named by the hash of their bytes.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sync_core::{domain::visit::BlobHash, log::sha256, unit::StaffId};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::problem::{Problem, ProblemDocument};
use super::read::{BLOB_LIMIT, Id, whole};
use super::{App, Caller, Deliverer};
use crate::store::{Blob, Kept, Snapshot, Store};

/// Phones keep what they show sealed; a copy in the browser's cache would lie there in plain.
const KEEP: &str = "private, no-store";

/// The most bytes of pictures that somebody may leave here before the records that name them arrive.
const UNNAMED_BUDGET: u64 = 200 * 1024 * 1024;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(put, get))
}

/// Upload a picture under the SHA-256 of its bytes. The same again changes nothing.
#[utoipa::path(put, path = "/blobs/{hash}", tag = "files", security(("access" = [])),
    params(("hash" = String, Path, description = "SHA-256 of the bytes in 64 hexadecimal figures")),
    request_body(content = Vec<u8>, content_type = "image/jpeg", description = "JPEG, PNG or WebP, at most 3 MiB"),
    responses(
        (status = 200, description = "it was there already"),
        (status = 201, description = "it is kept"),
        (status = 413, body = ProblemDocument, description = "`blob.too-large`, `blob.over-budget` with `limit`"),
        (status = 415, body = ProblemDocument, description = "`blob.type`"),
        (status = 422, body = ProblemDocument, description = "`blob.hash`"),
    ))]
async fn put(
    State(app): State<App>,
    deliverer: Deliverer,
    Id(hash): Id<BlobHash>,
    body: Body,
) -> Result<StatusCode, Problem> {
    let bytes = whole(body, BLOB_LIMIT, "blob.too-large").await?;
    let media =
        picture(&bytes).ok_or_else(|| Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "blob.type"))?;
    if sha256(&[&bytes]) != hash.0 {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "blob.hash"));
    }
    let blob = Blob {
        hash,
        media: media.to_owned(),
        bytes: bytes.into(),
        uploader: deliverer.staff,
        created: app.outside.now(),
    };
    match app.hub().store().put_blob(app.hub().company(), &blob, UNNAMED_BUDGET).await? {
        Kept::New => Ok(StatusCode::CREATED),
        Kept::Already => Ok(StatusCode::OK),
        Kept::OverBudget => {
            Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "blob.over-budget").limit(UNNAMED_BUDGET))
        }
    }
}

/// Keeps a picture of somebody's under its own hash; whether it is kept: no picture, or one too large, is not.
pub(super) async fn keep(app: &App, uploader: StaffId, bytes: Vec<u8>) -> Result<bool, Problem> {
    let Some(media) = picture(&bytes).filter(|_| bytes.len() <= BLOB_LIMIT) else { return Ok(false) };
    let (hash, media, created) = (BlobHash(sha256(&[&bytes])), media.to_owned(), app.outside.now());
    let blob = Blob { hash, media, bytes, uploader, created };
    let kept = app.hub().store().put_blob(app.hub().company(), &blob, UNNAMED_BUDGET).await?;
    Ok(kept != Kept::OverBudget)
}

/// Read a picture: whoever sees a paper that names it, or brought it.
#[utoipa::path(get, path = "/blobs/{hash}", tag = "files", security(("access" = [])),
    params(("hash" = String, Path, description = "SHA-256 of the bytes in 64 hexadecimal figures")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "image/jpeg"),
        (status = 404, body = ProblemDocument),
    ))]
async fn get(State(app): State<App>, caller: Caller, Id(hash): Id<BlobHash>) -> Result<Response, Problem> {
    let found = app.snapshot().await?.blob(&hash).await?;
    let seen = found
        .filter(|(blob, scopes)| blob.uploader == caller.session.staff || caller.viewer.may_see_any(scopes));
    let (blob, _) = seen.ok_or_else(Problem::not_found)?;
    let media = HeaderValue::from_str(&blob.media).map_err(|_| Problem::not_found())?;
    let keep = HeaderValue::from_static(KEEP);
    Ok(([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, keep)], blob.bytes).into_response())
}

/// What kind of picture it is, by its first bytes; what its sender calls it does not count.
fn picture(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}
