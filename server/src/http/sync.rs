//! Push and pull: how a phone delivers its log and reads the feed.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::sync::PoisonError;
use sync_core::{domain::visit::BlobHash, log::Declared, time::Timestamp, unit::DeviceId, wire};
use tracing::{Instrument, info_span};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::pieces::{self, Arrived};
use super::problem::{Problem, ProblemDocument};
use super::read::{self, Id, PUSH_WIRE_LIMIT, Query, hex, unhex_exactly};
use super::{App, Caller, Deliverer};
use crate::feed::PullAsk;
use crate::figures::BUSY;
use crate::hub::{self, OwnLog, PushError, Unacceptable};

/// Larger pushes are read on a thread of their own, so that others need not wait for them.
const READ_ASIDE: usize = 64 * 1024;

/// The most entries in one page, and how many unless asked otherwise.
const PAGE: (u32, u32) = (1_000, 500);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(push))
        .routes(routes!(come, piece))
        .routes(routes!(push_sealed))
        .routes(routes!(pull))
        .routes(routes!(digest))
}

/// Deliver a batch of the device's log.
///
/// The body is a signed batch in `application/vnd.fieldbook+cbor`, at most 1 MiB on the wire and 8 MiB inflated.
/// Sending the same again changes nothing and gets the same answer. A device that was revoked may still deliver.
#[utoipa::path(post, path = "/push", tag = "sync", security(("delivery" = [])),
    request_body(content = Vec<u8>, content_type = "application/vnd.fieldbook+cbor"),
    responses(
        (status = 200, content_type = "application/vnd.fieldbook+cbor", body = Vec<u8>, description = "what became of each change"),
        (status = 400, body = ProblemDocument, description = "`push.malformed`; `push.broken-chain` with `seq`"),
        (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument, description = "`push.not-your-device`"),
        (status = 409, body = ProblemDocument, description = "`push.gap` with `expected`; `push.fork` with `seq`"),
        (status = 413, body = ProblemDocument, description = "`push.too-large` with `limit`"),
        (status = 422, body = ProblemDocument, description = "`push.bad-signature`"),
        (status = 503, body = ProblemDocument, description = "nothing was stored; come back after Retry-After"),
    ))]
async fn push(
    State(app): State<App>,
    deliverer: Deliverer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    of_kind(&headers, wire::MEDIA_TYPE)?;
    let wire = read::whole(body, PUSH_WIRE_LIMIT, "push.too-large").await?;
    taken(&app, deliverer, headers, wire, as_declared).await
}

/// What a batch declares holds.
const fn as_declared(_: &mut Declared, _: u64) {}

/// Takes in a batch that has arrived whole.
async fn taken(
    app: &App,
    deliverer: Deliverer,
    headers: HeaderMap,
    wire: Bytes,
    declares: impl FnOnce(&mut Declared, u64),
) -> Result<Response, Problem> {
    let key = key_of(app, deliverer.device).await?;
    // Before its turn it is not even inflated: a hundred that come at once wait as they came.
    let place = app.queue.place(wire.len(), read::inflated_size(&wire)?).await;
    let place = place.map_err(|error| not_now(app, error))?;
    let arrived = match arrived(app, deliverer.device, key, headers, wire).await? {
        Ok(mut arrived) => {
            let count = arrived.len() as u64;
            declares(&mut arrived.declared, count);
            arrived
        }
        Err(why) => {
            if let Some((kind, seq)) = why.shows() {
                app.queue.notice(deliverer.device, kind, seq).await?;
            }
            return Err(why.into());
        }
    };
    let reply = app.queue.push_from(place, arrived).await.map_err(|error| not_now(app, error))?;
    Ok(cbor(minicbor::to_vec(&reply).expect("writing to memory cannot fail")))
}

/// Those who come too many at once are not told to come back all at the same moment.
fn not_now(app: &App, error: PushError) -> Problem {
    if error != PushError::Busy {
        return error.into();
    }
    metrics::counter!(BUSY).increment(1);
    let [drawn] = app.outside.random();
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "server.unavailable").retry_after(2 + u64::from(drawn % 6))
}

/// How much has come of a batch that this device brings in pieces.
#[utoipa::path(head, path = "/push/{hash}", tag = "sync", security(("delivery" = [])),
    params(("hash" = String, Path, description = "SHA-256 of the body in 64 hexadecimal figures")),
    responses((status = 204, description = "`Upload-Offset`: so many bytes are here",
        headers(("upload-offset" = u64), ("upload-complete" = String)))))]
async fn come(
    State(app): State<App>,
    deliverer: Deliverer,
    Id(hash): Id<BlobHash>,
) -> Result<Response, Problem> {
    let come = app.pieces.come(&pieces::parcel(deliverer, hash.0)).await?;
    Ok(pieces::progress(come, false))
}

/// Bring the next piece of a batch, over a line that never carries the whole.
///
/// The body of `POST /push`, compressed or not, is cut into pieces and named by its hash. A piece may overlap what is
/// there; what arrived of one that broke off is kept. With the last piece the batch is taken in, and the answer is that of
/// `POST /push`.
#[utoipa::path(patch, path = "/push/{hash}", tag = "sync", security(("delivery" = [])),
    params(
        ("hash" = String, Path, description = "SHA-256 of the body in 64 hexadecimal figures"),
        ("upload-offset" = u64, Header, description = "where the piece begins"),
        ("upload-length" = u64, Header, description = "how long the body is, at most 1 MiB"),
    ),
    request_body(content = Vec<u8>, content_type = "application/partial-upload", description = "at most 64 KiB"),
    responses(
        (status = 200, content_type = "application/vnd.fieldbook+cbor", body = Vec<u8>, description = "it is whole: what became of each change"),
        (status = 204, description = "it is kept, and there is more to come",
            headers(("upload-offset" = u64), ("upload-complete" = String))),
        (status = 400, body = ProblemDocument, description = "`piece.malformed` with `field`; `push.malformed`"),
        (status = 409, body = ProblemDocument, description = "`piece.gap` with `expected`; `push.gap`, `push.fork`"),
        (status = 413, body = ProblemDocument, description = "`piece.too-large`, `push.too-large`, `push.over-budget` with `limit`"),
        (status = 422, body = ProblemDocument, description = "`push.hash`, `push.bad-signature`"),
        (status = 503, body = ProblemDocument, description = "come back after Retry-After"),
    ))]
async fn piece(
    State(app): State<App>,
    deliverer: Deliverer,
    Id(hash): Id<BlobHash>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let parcel = pieces::parcel(deliverer, hash.0);
    let wire = match pieces::arrive(&app, parcel, &headers, body, PUSH_WIRE_LIMIT, "push").await? {
        Arrived::Some(come) => return Ok(pieces::progress(come, false)),
        Arrived::Whole(wire) => wire,
    };
    let answer = taken(&app, deliverer, HeaderMap::new(), wire, as_declared).await;
    // What could not be stored now is asked for once more; everything else has been answered for good.
    if !answer.as_ref().is_err_and(Problem::is_fault) {
        app.pieces.forget(&parcel).await?;
    }
    answer
}

/// What a device says of itself beside a batch that it sealed earlier.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SealedQuery {
    /// How many changes it still holds back after this batch.
    #[serde(default)]
    unsent: u64,
    /// Its clock when it sent, in milliseconds since 1970; absent where it does not say.
    clock: Option<u64>,
}

/// Deliver a batch that the device sealed while its book was open.
///
/// The body is laid out as `application/vnd.fieldbook.sealed`: one byte 1, eight bytes that name the company's key, then
/// HPKE (RFC 9180, base mode, X25519, HKDF-SHA256, `ChaCha20Poly1305`) over the gzipped signed batch. What is inside is
/// taken exactly as by `POST /push`. A device that was revoked may still deliver.
#[utoipa::path(post, path = "/push/sealed", tag = "sync", params(SealedQuery), security(("delivery" = [])),
    request_body(content = Vec<u8>, content_type = "application/vnd.fieldbook.sealed"),
    responses(
        (status = 200, content_type = "application/vnd.fieldbook+cbor", body = Vec<u8>, description = "what became of each change"),
        (status = 400, body = ProblemDocument, description = "`push.malformed`"),
        (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument, description = "`push.not-your-device`"),
        (status = 409, body = ProblemDocument, description = "`push.gap` with `expected`; `push.fork` with `seq`"),
        (status = 413, body = ProblemDocument, description = "`push.too-large` with `limit`"),
        (status = 422, body = ProblemDocument, description = "`push.bad-seal`, `push.bad-signature`"),
        (status = 503, body = ProblemDocument, description = "nothing was stored; come back after Retry-After"),
    ))]
async fn push_sealed(
    State(app): State<App>,
    deliverer: Deliverer,
    Query(said): Query<SealedQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    of_kind(&headers, wire::seal::MEDIA_TYPE)?;
    let sealed = read::whole(body, PUSH_WIRE_LIMIT, "push.too-large").await?;
    let batch = app
        .auth
        .open_sealed(deliverer.device, &sealed)
        .map_err(|_| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "push.bad-seal"))?;
    let packed = HeaderMap::from_iter([(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))]);
    // What it declared when it sealed may be days old.
    let now = |declared: &mut Declared, count: u64| {
        declared.unsent = said.unsent.saturating_add(count);
        declared.clock = said.clock.map_or(declared.clock, Timestamp::from_millis);
    };
    taken(&app, deliverer, packed, batch.into(), now).await
}

/// Where a reader of the feed stands.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PullQuery {
    /// The life of the book the device knows; 0 at first.
    #[serde(default)]
    epoch: u32,
    /// The position it has read up to; 0 at first.
    #[serde(default)]
    after: u64,
    /// At most so many entries, 1 to 1000; 500 unless asked otherwise.
    #[serde(default)]
    limit: u32,
    /// The fingerprint of the scopes it holds, in 32 hexadecimal figures.
    #[serde(default)]
    scopes: String,
    /// The last of the device's own changes that it knows, where it says so.
    own: Option<u64>,
    /// The device's clock when it asked, in milliseconds since 1970.
    #[serde(default)]
    clock: u64,
}

/// Read the next page of the feed, as the caller may see it.
#[utoipa::path(get, path = "/pull", tag = "sync", params(PullQuery), security(("access" = [])), responses(
    (status = 200, content_type = "application/vnd.fieldbook+cbor", body = Vec<u8>, description = "a page"),
    (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument, description = "`device.revoked`"),
))]
async fn pull(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<PullQuery>,
) -> Result<Response, Problem> {
    let ask = PullAsk {
        epoch: query.epoch,
        after: query.after,
        limit: if query.limit == 0 { PAGE.1 } else { query.limit.min(PAGE.0) },
        scopes: unhex_exactly(&query.scopes).unwrap_or_default(),
    };
    let now = app.outside.now();
    let Ok(device) = caller.device() else {
        return Ok(cbor(app.hub().pull(&caller.viewer, ask, now).await?.to_bytes()));
    };
    let page = app.hub().pull_for(&caller.viewer, device, ask, now).instrument(info_span!("pull")).await?;
    // First what it says of itself: being heard moves the clock that is compared with.
    if let Some(last_seq) = query.own {
        app.queue.reads(device, OwnLog { last_seq, clock_ms: query.clock }).await?;
    }
    app.queue.heard_of(device);
    Ok(cbor(page.to_bytes()))
}

/// What the caller's part of the book comes to.
#[derive(Serialize, ToSchema)]
struct DigestAnswer {
    /// The feed position it is of.
    position: u64,
    /// The hash of the folded papers of all scopes held.
    state: String,
    /// The sum over the entries of all scopes held.
    set: String,
    /// How many entries that are, counted once in each scope.
    count: u64,
}

/// What the caller's part of the book comes to, to compare with the device's own.
#[utoipa::path(get, path = "/digest", tag = "sync", security(("access" = [])), responses(
    (status = 200, body = DigestAnswer),
    (status = 401, body = ProblemDocument),
))]
async fn digest(State(app): State<App>, caller: Caller) -> Result<axum::Json<DigestAnswer>, Problem> {
    let book = app.hub().digest(&caller.viewer).await?;
    Ok(axum::Json(DigestAnswer {
        position: book.position,
        state: hex(&book.state),
        set: hex(&book.set.sum),
        count: book.set.count,
    }))
}

pub(super) fn of_this_kind(headers: &HeaderMap) -> Result<(), Problem> {
    of_kind(headers, wire::MEDIA_TYPE)
}

fn of_kind(headers: &HeaderMap, kind: &'static str) -> Result<(), Problem> {
    let said = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if said == Some(kind.as_bytes()) {
        Ok(())
    } else {
        let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "request.media-type");
        Err(problem.saying("expected", kind))
    }
}

/// The key a device was enrolled with.
async fn key_of(app: &App, device: DeviceId) -> Result<[u8; 32], Problem> {
    let known = app.keys.lock().unwrap_or_else(PoisonError::into_inner).get(&device).copied();
    if let Some(key) = known {
        return Ok(key);
    }
    let log = app.hub().device_log(device).await?;
    let key = log.ok_or(PushError::UnknownDevice)?.key;
    app.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(device, key);
    Ok(key)
}

/// The batch, inflated and checked against the device's key.
async fn arrived(
    app: &App,
    device: DeviceId,
    key: [u8; 32],
    headers: HeaderMap,
    wire: Bytes,
) -> Result<Result<hub::Arrived, Unacceptable>, Problem> {
    let company = app.hub().company();
    let aside = wire.len() > READ_ASIDE || wire.starts_with(read::GZIP) && wire.len() > 4096;
    let check = move || {
        let plain = read::inflated(&headers, wire)?;
        Ok(hub::Arrived::check(&plain, company, device, &key))
    };
    if aside {
        // No more at once than there are cores: each further thread would only have memory of its own.
        let _one = app.checks.acquire().await;
        tokio::task::spawn_blocking(check)
            .await
            .map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "server.fault"))?
    } else {
        check()
    }
}

pub(super) fn cbor(bytes: Vec<u8>) -> Response {
    let kind = HeaderValue::from_static(wire::MEDIA_TYPE);
    ([(header::CONTENT_TYPE, kind)], bytes).into_response()
}

impl From<Unacceptable> for Problem {
    fn from(why: Unacceptable) -> Self {
        use sync_core::log::UnacceptableBatch;
        match why {
            Unacceptable::NotYourDevice => Self::new(StatusCode::FORBIDDEN, "push.not-your-device"),
            Unacceptable::Batch(UnacceptableBatch::BadSignature) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "push.bad-signature")
            }
            Unacceptable::Batch(UnacceptableBatch::BrokenChain { seq }) => {
                Self::new(StatusCode::BAD_REQUEST, "push.broken-chain").figure("seq", seq)
            }
            Unacceptable::Batch(why) => Self::new(StatusCode::BAD_REQUEST, "push.malformed").technical(&why),
        }
    }
}

impl From<PushError> for Problem {
    fn from(error: PushError) -> Self {
        match error {
            PushError::Gap { expected } => {
                Self::new(StatusCode::CONFLICT, "push.gap").figure("expected", expected)
            }
            PushError::Fork { seq } => Self::new(StatusCode::CONFLICT, "push.fork").figure("seq", seq),
            PushError::UnknownDevice => Self::new(StatusCode::FORBIDDEN, "push.not-your-device"),
            PushError::Busy => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "server.unavailable").retry_after(2)
            }
            PushError::Store(error) => error.into(),
        }
    }
}
