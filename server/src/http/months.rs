//! Months of the books: 销售资金回收表, what is still missing, and the signed changes behind each figure. Source: S17.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use sync_core::scope::{Desk, Scope};
use sync_core::time::Period;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::problem::{Problem, ProblemDocument};
use super::read::{Id, Query};
use super::{App, Caller, Language};
use crate::export::{self, month_workbook};
use crate::rows::{MonthAsked, MonthChanges, MonthPage, MonthsPage, Reader};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(months))
        .routes(routes!(month))
        .routes(routes!(changes))
        .routes(routes!(file))
}

/// The books of a month have a desk of their own: whoever does not sit there finds none.
fn sits_there(caller: &Caller) -> Result<(), Problem> {
    let seen = caller.viewer.may_see(Scope::Desk(Desk::Books));
    if seen { Ok(()) } else { Err(Problem::not_found()) }
}

/// The months of the books, the latest first, each with where it stands. Source: S17.
#[utoipa::path(get, path = "/months", tag = "lists", security(("access" = [])),
    responses((status = 200, body = MonthsPage), (status = 404, body = ProblemDocument)))]
async fn months(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
) -> Result<Json<MonthsPage>, Problem> {
    sits_there(&caller)?;
    let mut moment = app.snapshot().await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    Ok(Json(reader.months().await?))
}

/// The recovery table (销售资金回收表) of a month, with what its closing waits for.
///
/// Of a month that is signed or closed it is the table that was signed, built anew from the feed up to the position that
/// was named. Of an open one it is the table as of now. Source: S17.
#[utoipa::path(get, path = "/months/{month}", tag = "lists", security(("access" = [])),
    params(("month" = String, Path, description = "the month, as 2026-10")),
    responses((status = 200, body = MonthPage), (status = 404, body = ProblemDocument)))]
async fn month(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    Id(period): Id<Period>,
) -> Result<Json<MonthPage>, Problem> {
    sits_there(&caller)?;
    app.queue.hub().reads_the_books().await?;
    let mut moment = app.snapshot().await?;
    let month = app.hub().recoveries().month(&mut moment, period, app.outside.now()).await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    Ok(Json(reader.month(&month).await?))
}

/// The signed changes behind a figure of a month's table, the latest first, at most 500. Source: S17.
#[utoipa::path(get, path = "/months/{month}/changes", tag = "lists", security(("access" = [])),
    params(("month" = String, Path, description = "the month, as 2026-10"), MonthAsked),
    responses(
        (status = 200, body = MonthChanges),
        (status = 400, body = ProblemDocument, description = "`query.malformed`"),
        (status = 404, body = ProblemDocument),
    ))]
async fn changes(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    Id(period): Id<Period>,
    Query(asked): Query<MonthAsked>,
) -> Result<Json<MonthChanges>, Problem> {
    sits_there(&caller)?;
    app.queue.hub().reads_the_books().await?;
    let mut moment = app.snapshot().await?;
    let month = app.hub().recoveries().month(&mut moment, period, app.outside.now()).await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    Ok(Json(reader.month_changes(&month.table, &asked).await?))
}

/// A month's table as an Excel file: customers, reps, what came late, what is missing and who has signed; with who took it
/// out and when. Source: S17, S78.
#[utoipa::path(get, path = "/months/{month}/table.xlsx", tag = "files", security(("access" = [])),
    params(("month" = String, Path, description = "the month, as 2026-10")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 404, body = ProblemDocument),
    ))]
async fn file(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    Id(period): Id<Period>,
) -> Result<Response, Problem> {
    sits_there(&caller)?;
    app.queue.hub().reads_the_books().await?;
    let mut moment = app.snapshot().await?;
    let month = app.hub().recoveries().month(&mut moment, period, app.outside.now()).await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    let bytes = month_workbook(&mut reader, &month).await?;
    let name = format!("attachment; filename=\"recovery-{period}.xlsx\"");
    let name = HeaderValue::from_str(&name).expect("a month is plain letters");
    let media = HeaderValue::from_static(export::MEDIA_TYPE);
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}
