//! What is owed (应收): the list behind the feed, and the account of one customer. Source: S12, S41, S43–S45.

use axum::extract::State;
use axum::response::Response;
use sync_core::unit::CustomerId;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::lists::as_file;
use super::problem::{Problem, ProblemDocument};
use super::read::{Id, Query};
use super::{App, Caller, Language};
use crate::export::receivables_workbook;
use crate::receivables;
use crate::rows::{AccountPage, OwedAsked, Reader, ReceivablesPage};
use crate::store::Stored;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(file)).routes(routes!(account))
}

impl App {
    /// Reads the table of what is owed up to where the feed stands. One request at a time does so, and the others find it
    /// done; nobody holds a moment of the book while waiting.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn read_receivables(&self) -> Stored<()> {
        let _turn = self.reading_receivables.lock().await;
        let hub = self.hub();
        let read = receivables::refresh(hub.store(), &self.receivables, hub.company()).await?;
        if read.customers > 0 {
            tracing::debug!(read.customers, read.reps, "what is owed was read anew");
        }
        Ok(())
    }

    /// The same for a request: it does not wait where a great deal is to be read, and shows what is there as of then.
    async fn receivables_at_hand(&self) -> Stored<()> {
        let hub = self.hub();
        if receivables::is_far_behind(hub.store(), hub.company()).await? {
            return Ok(());
        }
        self.read_receivables().await
    }
}

/// What each order owes (应收), by due day: what was collected, what of that is confirmed, what is open, and how old it is.
///
/// `position` says up to where the feed was read for it.
///
/// `status` says which: `open` (the usual), `overdue`, `broken`, `collected`, `paid`. Source: S12, S34, S41, S43.
#[utoipa::path(get, path = "/receivables", tag = "lists", params(OwedAsked), security(("access" = [])), responses(
    (status = 200, body = ReceivablesPage),
    (status = 400, body = ProblemDocument, description = "`query.malformed`, `list.…` with field and limit"),
    (status = 401, body = ProblemDocument),
))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    Query(asked): Query<OwedAsked>,
) -> Result<axum::Json<ReceivablesPage>, Problem> {
    app.receivables_at_hand().await?;
    let mut moment = app.snapshot().await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    Ok(axum::Json(reader.receivables(&asked).await?))
}

/// What each order owes (应收), as an Excel file with its sums: every order the caller sees, up to 100,000, with who took
/// it out, when, and by what filter. Source: S41, S78.
#[utoipa::path(get, path = "/receivables.xlsx", tag = "files", params(OwedAsked), security(("access" = [])), responses(
    (status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (status = 400, body = ProblemDocument, description = "`query.malformed`, `list.…` with field and limit"),
    (status = 401, body = ProblemDocument),
))]
async fn file(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    Query(asked): Query<OwedAsked>,
) -> Result<Response, Problem> {
    app.receivables_at_hand().await?;
    let now = app.outside.now();
    let mut moment = app.snapshot().await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), now);
    let bytes = receivables_workbook(&mut reader, &asked).await?;
    Ok(as_file("receivables", now, bytes))
}

/// What a customer owes, order by order, with what lets each go; the dunning log, and credit exceptions.
///
/// Source: S12, S34, S41, S43–S45.
#[utoipa::path(get, path = "/customers/{id}/account", tag = "lists", security(("access" = [])),
    params(("id" = uuid::Uuid, Path, description = "the customer")),
    responses((status = 200, body = AccountPage), (status = 404, body = ProblemDocument)))]
async fn account(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    Id(id): Id<CustomerId>,
) -> Result<axum::Json<AccountPage>, Problem> {
    app.receivables_at_hand().await?;
    let mut moment = app.snapshot().await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    let page = reader.account(id).await?;
    page.map(axum::Json).ok_or_else(Problem::not_found)
}
