//! What a phone could not deliver itself, brought by somebody else. Source: S17, S79.

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use sync_core::rescue::{MOST_BYTES, Rescue};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::blobs;
use super::problem::{Problem, ProblemDocument};
use super::read::whole;
use super::{App, Caller};
use crate::hub::{Arrived, PushError};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(bring))
}

/// What became of a rescue file.
#[derive(Serialize, ToSchema)]
pub(super) struct RescueAnswer {
    /// The number of the phone it came from.
    device_number: u32,
    /// Records that were new to the company.
    taken: u64,
    /// Records that it had already.
    known: u64,
    /// Records put aside, because they contradict what the phone delivered itself. They are kept.
    put_aside: u64,
    /// Photos that are kept now, those that were here already included.
    photos: u64,
}

/// Bring a rescue file: exactly what the phone's own push and upload would have brought.
///
/// Anybody who is signed in may carry it: it is sealed to the company, and its batches are signed by the phone that
/// wrote them. The same file again changes nothing.
#[utoipa::path(post, path = "/rescue", tag = "sync", security(("access" = [])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "a rescue file, at most 32 MiB"),
    responses(
        (status = 200, body = RescueAnswer),
        (status = 400, body = ProblemDocument, description = "`push.malformed`"),
        (status = 403, body = ProblemDocument, description = "`push.not-your-device`: of a device nobody knows here"),
        (status = 409, body = ProblemDocument, description = "`push.gap` with `expected`"),
        (status = 413, body = ProblemDocument, description = "`rescue.too-large` with `limit`"),
        (status = 422, body = ProblemDocument, description = "`rescue.does-not-open`, `push.bad-signature`"),
    ))]
async fn bring(State(app): State<App>, _: Caller, body: Body) -> Result<axum::Json<RescueAnswer>, Problem> {
    let sealed = whole(body, MOST_BYTES, "rescue.too-large").await?;
    let company = app.hub().company();
    let opened = app.auth.open_rescue(&sealed).ok();
    let opened = opened.and_then(|(device, plain)| Some((device, Rescue::from_bytes(&plain)?)));
    let does_not_open = || Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "rescue.does-not-open");
    let (device, rescue) = opened.ok_or_else(does_not_open)?;
    let log = app.hub().device_log(device).await?.ok_or(PushError::UnknownDevice)?;
    let arrived = rescue.batches.iter().map(|batch| Arrived::check(batch, company, device, &log.key));
    let arrived: Vec<Arrived> = arrived.collect::<Result<_, _>>()?;
    let mut photos = 0;
    for bytes in rescue.photos {
        // One that is none, or too large, stops nothing: its record stands, as it does when the phone uploads it.
        photos += u64::from(blobs::keep_rescued(&app, log.staff, bytes.to_vec()).await?);
    }
    let mut answer = RescueAnswer { device_number: log.number, taken: 0, known: 0, put_aside: 0, photos };
    let mut last = log.last_seq;
    for batch in arrived {
        let (first, brought) = (batch.first, batch.len() as u64);
        match app.queue.push(batch).await {
            Ok(reply) => {
                let taken = reply.through.saturating_sub(last).min(brought);
                answer.taken += taken;
                answer.known += brought - taken;
                last = last.max(reply.through);
            }
            Err(PushError::Fork { seq }) => {
                let agreed = seq.saturating_sub(first).min(brought);
                answer.known += agreed;
                answer.put_aside += brought - agreed;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(axum::Json(answer))
}
