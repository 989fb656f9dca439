//! Heads decide on what waits (待处理). Source: S79.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use sync_core::{
    domain::customer::CustomerRefusal,
    locale::{Lang, Texts},
    log::Actor,
    op::{Op, Ruling},
    paper::{HeldChange, Paper, PaperKey, PaperKind},
    refusal::{ChangeRefusal, Refusal},
    sentence,
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
use crate::store::Snapshot;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(rule))
}

/// What becomes of a change that waits.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Becomes {
    /// It counts as its author wrote it, at its own time.
    Accepted,
    /// It does not count; its author reads why.
    Declined,
}

/// What a head decides. Read field by field, so that one which does not fit is named.
#[derive(Deserialize, ToSchema)]
pub(super) struct RulingAsked {
    /// What becomes of it.
    #[serde(rename = "type")]
    becomes: Becomes,
    /// Why it does not count; must be there for `declined`.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    reason: Option<Text<1, 200>>,
}

impl RulingAsked {
    fn ruling(self) -> Result<Ruling, Problem> {
        match self.becomes {
            Becomes::Accepted => Ok(Ruling::Accepted),
            Becomes::Declined => self
                .reason
                .map(|reason| Ruling::Declined { reason })
                .ok_or_else(|| Problem::missing("reason")),
        }
    }
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
        (status = 400, body = ProblemDocument, description = "`request.malformed` with the field and its limit; `request.missing-field`"),
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
    let ruling = asked.ruling()?;
    let actor = Actor { staff: caller.session.staff, session: caller.session.id };
    match app.queue.rule(actor, held, ruling).await {
        Ok(ruled) => Ok(axum::Json(RuledAnswer {
            done: DoneAnswer::of(&ruled.done, app.texts(lang)),
            also: ruled.also,
        })),
        Err(error) => Err(by_name(&app, key, lang, error).await?),
    }
}

/// Whoever comes too late is told who was earlier, when, and what they decided.
async fn by_name(app: &App, held: PaperKey, lang: Lang, error: CommandError) -> Result<Problem, Problem> {
    let CommandError::Refused { refusal: Refusal::Change(ChangeRefusal::AlreadyDecided { by, at }), .. } =
        error
    else {
        return Ok(error.into());
    };
    let texts = app.texts(lang);
    let papers = app.snapshot().await?.papers(&[PaperKey::staff(by), held]).await?;
    let who = papers.iter().find_map(|(_, paper)| match paper {
        Paper::Staff(card) => card.joined.as_ref().map(|joined| joined.what.name.to_string()),
        _ => None,
    });
    let what = papers.iter().find_map(|(_, paper)| match paper {
        Paper::Held(Some(held), Some(outcome)) => {
            outcome.settled().map(|done| said(texts, held, &done.ruling))
        }
        _ => None,
    });
    let late: Problem = Refusal::from(ChangeRefusal::AlreadyDecided { by, at }).into();
    let (who, what) = (who.unwrap_or_default(), what.unwrap_or_default());
    let values = [("who", who), ("when", sentence::moment(texts, at)), ("what", what)];
    Ok(late.said_by("change.already-decided", &values))
}

/// A decision in words; where one of two values was chosen, which.
fn said(texts: &Texts, held: &HeldChange, ruling: &Ruling) -> String {
    let chosen = match (&held.reason, ruling) {
        (Refusal::Customer(CustomerRefusal::Undecided { theirs, .. }), Ruling::Declined { .. }) => {
            theirs.text()
        }
        (Refusal::Customer(CustomerRefusal::Undecided { .. }), Ruling::Accepted) => return mine(texts, held),
        _ => None,
    };
    match (chosen, ruling) {
        (Some(value), _) => texts.text("ruled-kept", &[("value", value.into())]),
        (None, Ruling::Accepted) => texts.text("ruled-accepted", &[]),
        (None, Ruling::Declined { reason }) => {
            texts.text("ruled-declined", &[("reason", reason.as_str().into())])
        }
        (None, Ruling::Corrected) => texts.text("ruled-corrected", &[]),
    }
}

/// That the value which waited was chosen.
fn mine(texts: &Texts, held: &HeldChange) -> String {
    let value = held.op().ok().and_then(|op| match op.said() {
        Op::CardFieldSet(op) => op.value.text().map(str::to_owned),
        _ => None,
    });
    match value {
        Some(value) => texts.text("ruled-chosen", &[("value", value.into())]),
        None => texts.text("ruled-accepted", &[]),
    }
}
