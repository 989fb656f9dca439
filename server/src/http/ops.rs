//! For operators: is it alive, is it ready, what does it count.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::App;
use super::problem::{Problem, ProblemDocument};
use crate::store::Snapshot;
use crate::telemetry;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(alive)).routes(routes!(ready)).routes(routes!(figures))
}

/// Whether the server can do its work.
#[derive(Serialize, ToSchema)]
pub(super) struct Readiness {
    /// Always `ready`.
    status: &'static str,
    /// The last position of the feed.
    position: u64,
}

/// Whether the process answers at all.
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = 200, body = String)))]
async fn alive() -> &'static str {
    "ok"
}

/// Whether the store is reachable and its tables are up to date.
#[utoipa::path(get, path = "/readyz", tag = "operations", responses(
    (status = 200, body = Readiness),
    (status = 503, body = ProblemDocument),
))]
async fn ready(State(app): State<App>) -> Result<axum::Json<Readiness>, Problem> {
    // The tables were brought up to date before the listener opened; a read proves that they still are there.
    let head = app.snapshot().await?.head().await?;
    Ok(axum::Json(Readiness { status: "ready", position: head.position }))
}

/// Figures in the text format of Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, body = String)))]
async fn figures(State(app): State<App>) -> Result<Response, Problem> {
    let head = app.snapshot().await?.head().await?;
    let counters = head.counters;
    for (name, value) in [
        ("fieldbook_feed_position", head.position),
        ("fieldbook_changes_received", counters.received),
        ("fieldbook_changes_applied", counters.applied),
        ("fieldbook_changes_held", counters.held),
        ("fieldbook_changes_quarantined", counters.quarantined),
    ] {
        // Counts beyond 2^52 would round; the feed does not get there.
        metrics::gauge!(name).set(u32::try_from(value).map_or(f64::MAX, f64::from));
    }
    let text = telemetry::figures().render();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
