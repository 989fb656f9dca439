//! Phones begin their logs and lose their rights.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sync_core::{
    log::Actor,
    unit::{CompanyId, DeviceId, Money, Text},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::commands::DoneAnswer;
use super::problem::{Problem, ProblemDocument};
use super::read::{Id, Json, hex, unhex_exactly};
use super::session::{SignedInStaff, signed_in};
use super::{App, Caller, Language};
use crate::hub::{EnrolError, Enrolled, Enrolment};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(enrol)).routes(routes!(revoke))
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
#[utoipa::path(post, path = "/devices", tag = "identity", request_body = NewDevice, security(("access" = [])), responses(
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

/// Why a device loses its rights.
#[derive(Deserialize, ToSchema)]
pub(super) struct Revocation {
    /// The reason.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    reason: Text<1, 200>,
}

/// Take a device's rights. It may still deliver what it recorded before. Source: S78.
#[utoipa::path(delete, path = "/devices/{id}", tag = "identity", request_body = Revocation, security(("access" = [])),
    params(("id" = uuid::Uuid, Path, description = "the device")),
    responses(
        (status = 200, body = DoneAnswer),
        (status = 422, body = ProblemDocument, description = "`device.not-yours`, `device.unknown`"),
    ))]
async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Id(device): Id<DeviceId>,
    Language(lang): Language,
    Json(revocation): Json<Revocation>,
) -> Result<axum::Json<DoneAnswer>, Problem> {
    let actor = Actor { staff: caller.session.staff, session: caller.session.id };
    let now = app.outside.now();
    let done = app.hub().revoke(actor, device, revocation.reason, now).await?;
    app.auth.forget_device(device);
    let texts = app.texts(lang);
    Ok(axum::Json(DoneAnswer::of(&done, texts)))
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
