//! For operators: is it alive, is it ready, what does it count.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use sync_core::log::{Hash, sha256};
use thiserror::Error;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::App;
use super::caller::token;
use super::problem::{Problem, ProblemDocument};
use crate::figures;
use crate::store::{StoreError, Tables, Upkeep};

/// So long the store may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(alive))
        .routes(routes!(ready))
        .routes(routes!(shown))
        // The names these had first, for whoever watches by them.
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
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
#[utoipa::path(get, path = "/health/live", tag = "operations", responses((status = 200, body = String)))]
async fn alive() -> &'static str {
    "ok"
}

/// Whether new work may be sent here: the server does not drain, its store answers within a second, and the tables are
/// those of this program.
#[utoipa::path(get, path = "/health/ready", tag = "operations", responses(
    (status = 200, body = Readiness),
    (status = 503, body = ProblemDocument, description = "`server.draining`, `server.unavailable`, `server.other-tables`"),
))]
async fn ready(State(app): State<App>) -> Result<axum::Json<Readiness>, Problem> {
    if app.drain.has_begun() {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "server.draining").retry_after(2));
    }
    let looking = async {
        let tables = app.hub().store().tables().await?;
        Ok::<_, StoreError>((tables, app.hub().head().await?.position))
    };
    let late = |_| StoreError::Unavailable("no answer within a second".into());
    let (tables, position) = tokio::time::timeout(PATIENCE, looking).await.map_err(late)??;
    match tables {
        Tables::Ours => Ok(axum::Json(Readiness { status: "ready", position })),
        Tables::Other(step) | Tables::Newer(step) => {
            let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "server.other-tables");
            Err(problem.figure("step", u64::try_from(step).unwrap_or_default()))
        }
    }
}

/// The word for which the figures are shown; only its hash is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricsToken(Hash);

/// Why a word is none for the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotAMetricsToken {
    /// Too short to be a secret, or too long for a header.
    #[error("has {has} letters; {least} to {most} are needed")]
    Length {
        /// How many it has.
        has: usize,
        /// How few it may have.
        least: usize,
        /// How many it may have.
        most: usize,
    },
    /// Something that no header carries.
    #[error("only figures, Latin letters and signs, without spaces")]
    Letters,
}

impl MetricsToken {
    /// The fewest and the most letters of one.
    const LENGTH: (usize, usize) = (16, 200);

    /// A word that may be brought as a bearer token.
    ///
    /// # Errors
    /// Too short, too long, or of letters that no header carries.
    pub fn new(word: &str) -> Result<Self, NotAMetricsToken> {
        let (least, most) = Self::LENGTH;
        if !word.bytes().all(|letter| letter.is_ascii_graphic()) {
            return Err(NotAMetricsToken::Letters);
        }
        if !(least..=most).contains(&word.len()) {
            return Err(NotAMetricsToken::Length { has: word.len(), least, most });
        }
        Ok(Self(sha256(&[word.as_bytes()])))
    }

    /// Whether this is it. What is compared are hashes, so that the time it takes tells nothing of the word.
    fn is(self, word: &str) -> bool {
        self.0 == sha256(&[word.as_bytes()])
    }
}

/// Somebody who may read the figures: who brings the word, where there is one; else who calls from this machine, and
/// not through a proxy on it.
struct Watcher;

impl FromRequestParts<App> for Watcher {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Some(due) = app.metrics_token.get() else {
            let here = is_on_this_machine(parts) && !is_passed_on(&parts.headers);
            let elsewhere = || Problem::new(StatusCode::FORBIDDEN, "metrics.elsewhere");
            return if here { Ok(Self) } else { Err(elsewhere()) };
        };
        let brought = token(parts).is_ok_and(|brought| due.is(brought));
        let missing = || Problem::new(StatusCode::UNAUTHORIZED, "metrics.token").wanting_bearer();
        if brought { Ok(Self) } else { Err(missing()) }
    }
}

fn is_on_this_machine(parts: &Parts) -> bool {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback())
}

/// Whether somebody speaks for somebody else: a proxy on this machine calls from this machine for everybody.
fn is_passed_on(headers: &HeaderMap) -> bool {
    ["x-forwarded-for", "x-real-ip", "forwarded", "via"].into_iter().any(|name| headers.contains_key(name))
}

/// Figures in the text format of Prometheus, for whoever watches over the server.
///
/// Shown to callers on this machine only; where the server was started with `--metrics-token-file`, to whoever brings
/// the word in that file as a bearer token, and to nobody else.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses(
    (status = 200, body = String),
    (status = 401, body = ProblemDocument, description = "`metrics.token`"),
    (status = 403, body = ProblemDocument, description = "`metrics.elsewhere`"),
))]
async fn shown(State(app): State<App>, _: Watcher) -> Result<Response, Problem> {
    app.watched.show(&app).await?;
    let text = figures::figures().render();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
