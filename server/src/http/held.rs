//! Heads decide on what waits (待处理). Source: S79.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use sync_core::{
    log::Actor,
    op::Ruling,
    paper::{Paper, PaperKey, PaperKind},
    refusal::{ChangeRefusal, Refusal},
    unit::Text,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::commands::DoneAnswer;
use super::problem::{Problem, ProblemDocument};
use super::read::{Id, Json};
use super::{App, Caller, Language};
use crate::hub::CommandError;
use crate::rows::clock;
use crate::store::Snapshot;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(rule))
}

/// What a head decides.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", tag = "type")]
pub(super) enum RulingAsked {
    /// It counts as its author wrote it, at its own time.
    Accepted,
    /// It does not count; its author reads why.
    Declined {
        /// Why.
        #[schema(value_type = String, min_length = 1, max_length = 200)]
        reason: Text<1, 200>,
    },
}

/// A decision that is in the feed.
#[derive(Serialize, ToSchema)]
pub(super) struct RuledAnswer {
    /// The decision.
    #[serde(flatten)]
    done: DoneAnswer,
    /// How many changes that waited for this one were accepted with it.
    also: u64,
}

/// Decide on a change that waits: let it count for its author, or send it back with a reason.
///
/// What waited for an accepted change only is accepted with it. The same decision asked for twice by the same head is
/// written once.
#[utoipa::path(post, path = "/held/{id}/ruling", tag = "office", request_body = RulingAsked, security(("access" = [])),
    params(("id" = Uuid, Path, description = "the paper that holds it, as `GET /held` names it")),
    responses(
        (status = 200, body = RuledAnswer),
        (status = 400, body = ProblemDocument, description = "`request.malformed` with the field and its limit"),
        (status = 404, body = ProblemDocument, description = "`thing.not-found`: nothing waits there, or not for this reader"),
        (status = 422, body = ProblemDocument, description = "`change.not-a-ruler`, `change.already-decided` with who and when, or \
            the rule that the content itself breaks"),
    ))]
async fn rule(
    State(app): State<App>,
    caller: Caller,
    Id(held): Id<Uuid>,
    Language(lang): Language,
    Json(asked): Json<RulingAsked>,
) -> Result<axum::Json<RuledAnswer>, Problem> {
    let mut moment = app.snapshot().await?;
    let key = PaperKey { kind: PaperKind::Held, id: held };
    let papers = moment.papers(&[key]).await?;
    drop(moment);
    let seen = papers.first().and_then(|(key, paper)| paper.scope(key));
    if !seen.is_some_and(|scope| caller.viewer.may_see(scope)) {
        return Err(Problem::not_found());
    }
    let ruling = match asked {
        RulingAsked::Accepted => Ruling::Accepted,
        RulingAsked::Declined { reason } => Ruling::Declined { reason },
    };
    let actor = Actor { staff: caller.session.staff, session: caller.session.id };
    match app.queue.rule(actor, held, ruling).await {
        Ok(ruled) => Ok(axum::Json(RuledAnswer {
            done: DoneAnswer::of(&ruled.done, app.texts(lang)),
            also: ruled.also,
        })),
        Err(error) => Err(by_name(&app, error).await?),
    }
}

/// Whoever comes too late is told who was earlier.
async fn by_name(app: &App, error: CommandError) -> Result<Problem, Problem> {
    let CommandError::Refused { refusal: Refusal::Change(ChangeRefusal::AlreadyDecided { by, at }), .. } =
        error
    else {
        return Ok(error.into());
    };
    let papers = app.snapshot().await?.papers(&[PaperKey::staff(by)]).await?;
    let who = match papers.first() {
        Some((_, Paper::Staff(card))) => card.joined.as_ref().map(|joined| joined.what.name.to_string()),
        _ => None,
    };
    let who = who.unwrap_or_default();
    let late: Problem = Refusal::from(ChangeRefusal::AlreadyDecided { by, at }).into();
    Ok(late.said_by("change.already-decided", &[("who", who), ("when", clock(at))]))
}
