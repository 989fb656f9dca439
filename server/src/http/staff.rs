//! A forgotten password: whoever keeps staff gives a new one. Source: S78.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use sync_core::{domain::people::Role, unit::StaffId};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::problem::{Problem, ProblemDocument};
use super::read::Id;
use super::session::signed_in;
use super::{App, Caller};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(renew_password))
}

/// A password that was made up, told once.
#[derive(Serialize, ToSchema)]
pub(super) struct NewPassword {
    /// The number they sign in with.
    #[schema(example = "YW-0117")]
    number: String,
    /// The password: letters and figures that do not look alike.
    password: String,
}

/// Give somebody who has forgotten theirs a new password; the one before opens nothing from then on.
///
/// It is made up here and told once. Their sessions go on, and tries that were counted are forgotten. Signing in with it
/// on a locked phone opens the book with all that is in it.
#[utoipa::path(post, path = "/staff/{id}/password", tag = "identity", security(("access" = [])),
    params(("id" = uuid::Uuid, Path, description = "the member of staff")),
    responses(
        (status = 200, body = NewPassword),
        (status = 403, body = ProblemDocument, description = "`staff.may-not-renew`"),
        (status = 404, body = ProblemDocument, description = "`thing.not-found`: nobody signs in by this id"),
    ))]
async fn renew_password(
    State(app): State<App>,
    caller: Caller,
    Id(staff): Id<StaffId>,
) -> Result<axum::Json<NewPassword>, Problem> {
    let may_not = || Problem::new(StatusCode::FORBIDDEN, "staff.may-not-renew");
    // Whoever gives no passwords at all is told nothing about who is here.
    let role = caller.viewer.role;
    if !Role::ALL.into_iter().any(|of| role.renews_passwords(of)) {
        return Err(may_not());
    }
    let of = signed_in(&app, staff).await.map_err(|_| Problem::not_found())?.role;
    if !role.renews_passwords(of) {
        return Err(may_not());
    }
    let renewed = app.auth.renew_password(staff).await?.ok_or_else(Problem::not_found)?;
    tracing::info!(by = %caller.session.staff, of = %staff, "a new password was given");
    let (number, password) = renewed;
    Ok(axum::Json(NewPassword { number, password }))
}
