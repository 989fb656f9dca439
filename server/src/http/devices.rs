//! Phones begin their logs and lose their rights.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sync_core::{
    evidence,
    log::Actor,
    scope::Scope,
    time::business_date,
    unit::{CompanyId, DeviceId, Money, Text},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::commands::DoneAnswer;
use super::problem::{Problem, ProblemDocument};
use super::read::{Id, Json, JsonAsSaid, hex, unhex_exactly};
use super::session::{SignedInStaff, signed_in};
use super::{App, Caller, Language, once};
use crate::hub::{EnrolError, Enrolled, Enrolment};
use crate::rows::{AsidePage, Reader, reads_aside};
use crate::store::{CommandName, FeedRow};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(enrol))
        .routes(routes!(revoke))
        .routes(routes!(log))
        .routes(routes!(aside))
        .routes(routes!(keep_recovery))
}

/// A phone that wants to begin its log.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewDevice {
    /// Its Ed25519 public key in 64 hexadecimal figures.
    key: String,
    /// What it calls itself.
    #[serde(default)]
    #[schema(value_type = String, max_length = 60)]
    name: Text<0, 60>,
}

/// A phone that may begin.
#[derive(Serialize, ToSchema)]
pub(super) struct EnrolledAnswer {
    /// The company.
    #[schema(value_type = uuid::Uuid)]
    company: CompanyId,
    /// The device's id.
    #[schema(value_type = uuid::Uuid)]
    device: DeviceId,
    /// Its number in the company, as receipts carry it.
    number: u32,
    /// Its share of the cash limit in yuan. Source: S15.
    #[schema(value_type = String, example = "20000.00")]
    share: Money,
    /// Whose it is.
    staff: SignedInStaff,
    /// The hub's Ed25519 public key in 64 hexadecimal figures: what the company says of its book is signed with it.
    hub_key: String,
    /// The access token, now naming the device.
    access: String,
    /// The refresh token, now bound to the device's key; the one before is void.
    refresh: String,
}

/// Enrol the phone of whoever is signed in.
#[utoipa::path(post, path = "/devices", tag = "identity", request_body = NewDevice, security(("access" = ["rep", "direct-rep"])), responses(
    (status = 201, body = EnrolledAnswer),
    (status = 400, body = ProblemDocument, description = "`device.bad-key`"),
    (status = 403, body = ProblemDocument, description = "`device.role-has-no-phone`"),
))]
async fn enrol(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewDevice>,
) -> Result<(StatusCode, axum::Json<EnrolledAnswer>), Problem> {
    let key = unhex_exactly(&new.key).ok_or_else(bad_key)?;
    let enrolment =
        Enrolment { staff: caller.session.staff, session: caller.session.id, key, name: new.name };
    let enrolled = app.queue.enrol(enrolment).await?;
    let answer = answer(&app, &caller, &key, enrolled).await?;
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

async fn answer(
    app: &App,
    caller: &Caller,
    key: &[u8; 32],
    enrolled: Enrolled,
) -> Result<EnrolledAnswer, Problem> {
    let opened = app.auth.bind(caller.session, enrolled.device, key).await?;
    Ok(EnrolledAnswer {
        company: app.hub().company(),
        device: enrolled.device,
        number: enrolled.number,
        share: enrolled.share.limit(),
        staff: signed_in(app, caller.session.staff).await?,
        hub_key: hex(&app.hub().public_key()),
        access: opened.access,
        refresh: opened.refresh,
    })
}

/// What opens a phone's book.
#[derive(Deserialize, ToSchema)]
pub(super) struct Recovery {
    /// A random key in 64 hexadecimal figures. It opens nothing without what the phone itself keeps.
    recovery: String,
}

/// Keep what opens the calling phone's book when its passphrase is forgotten, in place of what did before.
#[utoipa::path(put, path = "/devices/recovery", tag = "identity", request_body = Recovery, security(("access" = [])), responses(
    (status = 204, description = "kept"),
    (status = 400, body = ProblemDocument, description = "`device.bad-recovery`"),
    (status = 403, body = ProblemDocument, description = "`device.missing`, `device.revoked`"),
))]
async fn keep_recovery(
    State(app): State<App>,
    caller: Caller,
    Json(kept): Json<Recovery>,
) -> Result<StatusCode, Problem> {
    let bad = || Problem::new(StatusCode::BAD_REQUEST, "device.bad-recovery").field("recovery");
    let recovery = unhex_exactly(&kept.recovery).ok_or_else(bad)?;
    app.auth.keep_recovery(caller.device()?, &recovery).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a device loses its rights.
#[derive(Deserialize, ToSchema)]
pub(super) struct Revocation {
    /// The reason.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    reason: Text<1, 200>,
}

/// Take a device's rights. It may still deliver what it recorded before.
///
/// Whoever is not sure that an answer came asks again under the same `Idempotency-Key`, for seven days: it is done once.
/// Source: S78.
#[utoipa::path(delete, path = "/devices/{id}", tag = "identity", request_body = Revocation, security(("access" = ["sales-head", "administrator"])),
    params(
        ("id" = uuid::Uuid, Path, description = "the device"),
        ("Idempotency-Key" = Option<String>, Header, description = "a name for this revocation, 1 to 100 letters"),
    ),
    responses(
        (status = 200, body = DoneAnswer),
        (status = 400, body = ProblemDocument, description = "`request.malformed` with the field and its limit; `command.bad-key`"),
        (status = 409, body = ProblemDocument, description = "`command.key-used`: something else has this name"),
        (status = 422, body = ProblemDocument, description = "`device.not-yours`, `device.unknown`"),
    ))]
async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Id(device): Id<DeviceId>,
    Language(lang): Language,
    headers: HeaderMap,
    JsonAsSaid(revocation, said): JsonAsSaid<Revocation>,
) -> Result<axum::Json<DoneAnswer>, Problem> {
    let key = once::key(&headers)?;
    let actor = Actor { staff: caller.session.staff, session: caller.session.id };
    let done = match key {
        None => app.queue.revoke(actor, device, revocation.reason).await?,
        Some(name) => {
            let name = CommandName { session: caller.session.id, name };
            let said = once::said("revoke", &device.bytes()[..], &said);
            app.queue.revoke_once(name, said, actor, device, revocation.reason).await?
        }
    };
    app.auth.forget_device(device);
    let texts = app.texts(lang);
    Ok(axum::Json(DoneAnswer::of(&done, texts)))
}

/// Take a device's log out as a file that somebody outside can check: `fieldbook verify FILE --hub-key HEX`.
///
/// For its owner and for whoever sees the owner's drawer. Bodies of what the reader may not see stay behind; their
/// hashes keep the chain whole. Source: S78.
#[utoipa::path(get, path = "/devices/{id}/log", tag = "files", security(("access" = [])),
    params(("id" = uuid::Uuid, Path, description = "the device")),
    responses(
        (status = 200, content_type = "application/vnd.fieldbook.log+cbor", body = Vec<u8>),
        (status = 404, body = ProblemDocument, description = "`thing.not-found`: not there, or not for this reader"),
    ))]
async fn log(State(app): State<App>, caller: Caller, Id(device): Id<DeviceId>) -> Result<Response, Problem> {
    let viewer = &caller.viewer;
    let found = app.hub().device_log(device).await?;
    let found = found.filter(|log| viewer.may_see(Scope::Staff(log.staff))).ok_or_else(Problem::not_found)?;
    let now = app.outside.now();
    let of_feed = |row: &FeedRow| viewer.may_see_any(&row.scopes);
    let file = app.hub().log_file(device, of_feed, |log, change| reads_aside(viewer, log.staff, change), now);
    let file = file.await?.ok_or_else(Problem::not_found)?;
    let name = format!(
        "attachment; filename=\"fieldbook-{:02}-{}.{}\"",
        found.number,
        business_date(now),
        evidence::EXTENSION
    );
    let name = HeaderValue::from_str(&name).expect("figures and plain letters are a header");
    let media = HeaderValue::from_static(evidence::MEDIA_TYPE);
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, name)], file).into_response())
}

/// What was put aside of a device's log, because it says something else than the company has.
///
/// Whoever keeps devices sees how much and when; what it says only whoever sees the owner's drawer. Source: S78.
#[utoipa::path(get, path = "/devices/{id}/aside", tag = "lists", security(("access" = [])),
    params(("id" = uuid::Uuid, Path, description = "the device")),
    responses(
        (status = 200, body = AsidePage),
        (status = 404, body = ProblemDocument, description = "`thing.not-found`: not there, or not for this reader"),
    ))]
async fn aside(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    Id(device): Id<DeviceId>,
) -> Result<axum::Json<AsidePage>, Problem> {
    let mut moment = app.snapshot().await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    reader.aside(device).await?.map(axum::Json).ok_or_else(Problem::not_found)
}

fn bad_key() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "device.bad-key").field("key")
}

impl From<EnrolError> for Problem {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::RoleHasNoPhone { .. } => Self::new(StatusCode::FORBIDDEN, "device.role-has-no-phone"),
            EnrolError::NotAKey => bad_key(),
            EnrolError::KeyInUse => Self::new(StatusCode::CONFLICT, "device.key-in-use").field("key"),
            EnrolError::UnknownStaff => crate::auth::AuthRefusal::Ended.into(),
            EnrolError::Command(error) => error.into(),
        }
    }
}
