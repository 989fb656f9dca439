//! Photos and slips, named by the hash of their bytes; brought at once or in pieces.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sync_core::{domain::visit::BlobHash, log::sha256, unit::StaffId};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::pieces::{self, Arrived, BUDGET};
use super::problem::{Problem, ProblemDocument};
use super::read::{BLOB_LIMIT, Id, whole};
use super::{App, Caller, Deliverer};
use crate::picture::{self, MOST_EDGE, NotAPicture};
use crate::store::{Blob, Kept, Snapshot, Store};

/// Phones keep what they show sealed; a copy in the browser's cache would lie there in plain.
const KEEP: &str = "private, no-store";

/// What a picture may do where somebody opens it by itself: nothing.
const MAY_DO_NOTHING: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(put, get, come, piece))
}

/// Upload a picture under the SHA-256 of its bytes. The same again changes nothing.
///
/// What it is, its bytes tell, down to the last one: whatever else is in them or behind them, it is not taken.
/// A picture that the device has sealed, laid out as for `POST /push/sealed`, comes under the hash of the sealed bytes.
#[utoipa::path(put, path = "/blobs/{hash}", tag = "files", security(("delivery" = [])),
    params(("hash" = String, Path, description = "SHA-256 of the bytes in 64 hexadecimal figures")),
    request_body(content = Vec<u8>, content_type = "image/jpeg", description = "JPEG, PNG or WebP, at most 3 MiB, 12,000 pixels an edge and 60 million in all"),
    responses(
        (status = 200, description = "the caller had brought it already"),
        (status = 201, description = "it is kept"),
        (status = 413, body = ProblemDocument, description = "`blob.too-large`, `blob.over-budget` with `limit`"),
        (status = 415, body = ProblemDocument, description = "`blob.type`"),
        (status = 422, body = ProblemDocument, description = "`blob.hash`, `blob.pixels` with `limit`"),
    ))]
async fn put(
    State(app): State<App>,
    deliverer: Deliverer,
    Id(hash): Id<BlobHash>,
    body: Body,
) -> Result<StatusCode, Problem> {
    let bytes = whole(body, BLOB_LIMIT, "blob.too-large").await?;
    keep(&app, deliverer, hash, bytes).await
}

/// How much has come of a picture that this device brings in pieces.
#[utoipa::path(head, path = "/blobs/{hash}", tag = "files", security(("delivery" = [])),
    params(("hash" = String, Path, description = "SHA-256 of the bytes in 64 hexadecimal figures")),
    responses((status = 204, description = "`Upload-Offset`: so many bytes are here; `Upload-Complete: ?1` when that is all",
        headers(("upload-offset" = u64), ("upload-complete" = String)))))]
async fn come(
    State(app): State<App>,
    deliverer: Deliverer,
    Id(hash): Id<BlobHash>,
) -> Result<Response, Problem> {
    let found = app.snapshot().await?.blob(&hash).await?;
    // Whether somebody else has brought it is told to nobody: whoever brings it too is none the wiser.
    if let Some((blob, _)) = found.filter(|(blob, _)| blob.uploader == deliverer.staff) {
        return Ok(pieces::progress(blob.bytes.len() as u64, true));
    }
    let come = app.pieces.come(&pieces::parcel(deliverer, hash.0)).await?;
    Ok(pieces::progress(come, false))
}

/// Bring the next piece of a picture. It may overlap what is there; what arrived of a piece that broke off is kept.
#[utoipa::path(patch, path = "/blobs/{hash}", tag = "files", security(("delivery" = [])),
    params(
        ("hash" = String, Path, description = "SHA-256 of the whole in 64 hexadecimal figures"),
        ("upload-offset" = u64, Header, description = "where the piece begins"),
        ("upload-length" = u64, Header, description = "how long the whole is, at most 3 MiB"),
    ),
    request_body(content = Vec<u8>, content_type = "application/partial-upload", description = "at most 64 KiB"),
    responses(
        (status = 204, description = "it is kept; `Upload-Complete: ?1` when the picture is whole",
            headers(("upload-offset" = u64), ("upload-complete" = String))),
        (status = 400, body = ProblemDocument, description = "`piece.malformed` with `field`"),
        (status = 409, body = ProblemDocument, description = "`piece.gap` with `expected`"),
        (status = 413, body = ProblemDocument, description = "`piece.too-large`, `blob.too-large`, `blob.over-budget` with `limit`"),
        (status = 415, body = ProblemDocument, description = "`blob.type`"),
        (status = 422, body = ProblemDocument, description = "`blob.hash`, `blob.pixels` with `limit`"),
    ))]
async fn piece(
    State(app): State<App>,
    deliverer: Deliverer,
    Id(hash): Id<BlobHash>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let parcel = pieces::parcel(deliverer, hash.0);
    let bytes = match pieces::arrive(&app, parcel, &headers, body, BLOB_LIMIT, "blob").await? {
        Arrived::Some(come) => return Ok(pieces::progress(come, false)),
        Arrived::Whole(bytes) => bytes,
    };
    let length = bytes.len() as u64;
    let kept = keep(&app, deliverer, hash, bytes).await;
    app.pieces.forget(&parcel).await?;
    kept.map(|_| pieces::progress(length, true))
}

/// Keeps a picture, once it is one.
async fn keep(app: &App, deliverer: Deliverer, hash: BlobHash, bytes: Bytes) -> Result<StatusCode, Problem> {
    // What the device has sealed came under the hash of the seal, and lies here under its own.
    let (hash, bytes) = match app.auth.open_sealed(deliverer.device, &bytes) {
        Ok(picture) if sha256(&[&bytes]) == hash.0 => (BlobHash(sha256(&[&picture])), picture.into()),
        _ => (hash, bytes),
    };
    let media = picture::media_type(&bytes).map_err(no_picture)?;
    if sha256(&[&bytes]) != hash.0 {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "blob.hash").field("hash"));
    }
    let blob = Blob {
        hash,
        media: media.to_owned(),
        bytes: bytes.into(),
        uploader: deliverer.staff,
        created: app.outside.now(),
    };
    match app.hub().store().put_blob(app.hub().company(), &blob, BUDGET).await? {
        Kept::New => Ok(StatusCode::CREATED),
        // Whether somebody else has brought it is told to nobody.
        Kept::Already => {
            let known = app.snapshot().await?.blob(&hash).await?;
            let theirs = known.is_some_and(|(known, _)| known.uploader == deliverer.staff);
            Ok(if theirs { StatusCode::OK } else { StatusCode::CREATED })
        }
        Kept::OverBudget => Err(pieces::over_budget("blob")),
    }
}

fn no_picture(why: NotAPicture) -> Problem {
    let problem = match why {
        NotAPicture::Extent => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "blob.pixels").limit(MOST_EDGE.into())
        }
        _ => Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "blob.type"),
    };
    problem.field("body").technical(&why.why())
}

/// Keeps a picture of somebody's under its own hash; whether it is kept: no picture, or one too large, is not.
pub(super) async fn keep_rescued(app: &App, uploader: StaffId, bytes: Vec<u8>) -> Result<bool, Problem> {
    let Some(media) = picture::media_type(&bytes).ok().filter(|_| bytes.len() <= BLOB_LIMIT) else {
        return Ok(false);
    };
    let (hash, media, created) = (BlobHash(sha256(&[&bytes])), media.to_owned(), app.outside.now());
    let blob = Blob { hash, media, bytes, uploader, created };
    let kept = app.hub().store().put_blob(app.hub().company(), &blob, BUDGET).await?;
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
    let ending = blob.media.rsplit('/').next().unwrap_or_default();
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{hash}.{ending}\""))
        .map_err(|_| Problem::not_found())?;
    let headers = [
        (header::CONTENT_TYPE, media),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static(KEEP)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(MAY_DO_NOTHING)),
    ];
    Ok((headers, blob.bytes).into_response())
}
