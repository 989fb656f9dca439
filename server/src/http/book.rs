//! Single pages of the book: a customer, its timeline, the summary, the feed.

use axum::Json;
use axum::extract::State;
use sync_core::unit::CustomerId;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::problem::{Problem, ProblemDocument};
use super::read::{Id, Query};
use super::{App, Caller, Language};
use crate::rows::{Asked, CustomerPage, FeedAsked, FeedPage, List, Reader, SummaryPage, TimelineRow};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(customer))
        .routes(routes!(timeline))
        .routes(routes!(summary))
        .routes(routes!(feed))
}

/// A customer's card with every field, who wrote it, and what lost against it. Source: S92.
///
/// `personal` is null for whoever does not see the personal fields.
#[utoipa::path(get, path = "/customers/{id}", tag = "lists", security(("access" = [])),
    params(("id" = uuid::Uuid, Path, description = "the customer")),
    responses((status = 200, body = CustomerPage), (status = 404, body = ProblemDocument)))]
async fn customer(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    Id(id): Id<CustomerId>,
) -> Result<Json<CustomerPage>, Problem> {
    let mut moment = app.snapshot().await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    let page = reader.customer(id).await?;
    page.map(Json).ok_or_else(Problem::not_found)
}

/// Everything that happened with a customer, the latest first.
#[utoipa::path(get, path = "/customers/{id}/timeline", tag = "lists", security(("access" = [])),
    params(("id" = uuid::Uuid, Path, description = "the customer"), Asked),
    responses((status = 200, body = List<TimelineRow>), (status = 404, body = ProblemDocument)))]
async fn timeline(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    Id(id): Id<CustomerId>,
    Query(asked): Query<Asked>,
) -> Result<Json<List<TimelineRow>>, Problem> {
    let mut moment = app.snapshot().await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    let page = reader.timeline(id, &asked).await?;
    page.map(Json).ok_or_else(Problem::not_found)
}

/// The numbers of the moment, conservation among them: received = applied + held + put aside.
#[utoipa::path(get, path = "/summary", tag = "lists", security(("access" = [])),
    responses((status = 200, body = SummaryPage), (status = 401, body = ProblemDocument)))]
async fn summary(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
) -> Result<Json<SummaryPage>, Problem> {
    let mut moment = app.snapshot().await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    Ok(Json(reader.summary().await?))
}

/// A slice of the feed: what came in, when, from whom, and what became of it.
#[utoipa::path(get, path = "/feed", tag = "lists", params(FeedAsked), security(("access" = [])),
    responses((status = 200, body = FeedPage), (status = 400, body = ProblemDocument)))]
async fn feed(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    Query(asked): Query<FeedAsked>,
) -> Result<Json<FeedPage>, Problem> {
    let mut moment = app.snapshot().await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    Ok(Json(reader.feed(&asked).await?))
}
