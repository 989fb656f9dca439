//! Customers change hands, and phones say that what they lost is gone. Source: S79.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use sync_core::{
    log::{Actor, SignedHolding},
    refusal::Refusal,
    unit::{CustomerId, DeviceId, StaffId, Text},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::problem::{Problem, ProblemDocument};
use super::read::{Id, Json, JsonAsSaid, whole};
use super::{App, Caller, Deliverer, Language, once, sync};
use crate::hub::{HoldingError, MOST_TRANSFERRED, Transfer, TransferError};
use crate::rows::{EvictionPage, Reader, TransferPreview};
use crate::scope::may_hand_over;
use crate::store::CommandName;

/// A statement is small.
const HOLDING_LIMIT: usize = 4 * 1024;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(transfer))
        .routes(routes!(preview))
        .routes(routes!(holds))
        .routes(routes!(evictions))
}

/// Customers that are to change hands.
#[derive(Deserialize, ToSchema)]
pub(super) struct Wanted {
    /// Who looks after them now.
    #[schema(value_type = uuid::Uuid)]
    from: StaffId,
    /// Who is to look after them.
    #[schema(value_type = uuid::Uuid)]
    to: StaffId,
    /// Which, at most 2000; all of theirs where none are named.
    #[serde(default)]
    #[schema(value_type = Option<Vec<uuid::Uuid>>)]
    customers: Option<Vec<CustomerId>>,
    /// Why.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    reason: Option<Text<1, 200>>,
}

/// A transfer that is in the feed.
#[derive(Serialize, ToSchema)]
pub(super) struct TransferAnswer {
    /// Customers that were handed over by this.
    moved: u64,
    /// Customers that were with the new owner already.
    already: u64,
    /// The place of the last of these changes in the feed; absent where there was nothing left to do.
    position: Option<u64>,
}

/// Hand several customers of one rep to another, in one transaction.
///
/// All or none. Asked for once more, what is with the new owner already stays there; under the same `Idempotency-Key` the
/// same is answered as before, by whichever server, for seven days. The old owner's phones upload, are acknowledged, evict, and confirm. Source: S79.
#[utoipa::path(post, path = "/transfers", tag = "office", request_body = Wanted, security(("access" = ["sales-head", "marketing-vp"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "a name for this transfer, 1 to 100 letters")), responses(
    (status = 200, body = TransferAnswer),
    (status = 400, body = ProblemDocument, description = "`request.malformed` with the field; `transfer.too-many` with the limit; `command.bad-key`"),
    (status = 409, body = ProblemDocument, description = "`transfer.elsewhere`: one of them is with somebody else meanwhile; \
        `command.key-used`: another transfer has this name"),
    (status = 422, body = ProblemDocument, description = "`transfer.same-person`, `transfer.nothing`, `customer.may-not-assign`, `customer.not-a-rep`"),
))]
async fn transfer(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    JsonAsSaid(wanted, said): JsonAsSaid<Wanted>,
) -> Result<axum::Json<TransferAnswer>, Problem> {
    let key = once::key(&headers)?;
    may_hand_over(&caller.viewer, wanted.to).map_err(Refusal::from)?;
    let actor = Actor { staff: caller.session.staff, session: caller.session.id };
    let Wanted { from, to, customers, reason } = wanted;
    let transfer = Transfer { actor, from, to, customers, reason };
    let transferred = match key {
        None => app.queue.transfer(transfer).await?,
        Some(name) => {
            let name = CommandName { session: caller.session.id, name };
            app.queue.transfer_once(name, once::said("transfer", &[], &said), transfer).await?
        }
    };
    Ok(axum::Json(TransferAnswer {
        moved: transferred.done.len() as u64,
        already: transferred.already,
        position: transferred.done.last().map(|done| done.position),
    }))
}

/// What handing these customers over would do: which phones lose and gain what, and who has unsent work.
#[utoipa::path(post, path = "/transfers/preview", tag = "office", request_body = Wanted, security(("access" = ["sales-head", "marketing-vp"])), responses(
    (status = 200, body = TransferPreview),
    (status = 422, body = ProblemDocument, description = "`customer.may-not-assign`"),
))]
async fn preview(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    Json(wanted): Json<Wanted>,
) -> Result<axum::Json<TransferPreview>, Problem> {
    may_hand_over(&caller.viewer, wanted.to).map_err(Refusal::from)?;
    let mut moment = app.snapshot().await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    let preview = reader.transfer_preview(wanted.from, wanted.to, wanted.customers.as_deref()).await?;
    Ok(axum::Json(preview))
}

/// What became of a statement.
#[derive(Serialize, ToSchema)]
pub(super) struct HoldingAnswer {
    /// Losses that it confirmed.
    confirmed: u64,
    /// Losses still unconfirmed: they came later than what it speaks of.
    unconfirmed: u64,
}

/// Say what the device holds, signed by its key: so it confirms that what it lost is gone.
///
/// The body is a signed statement in `application/vnd.fieldbook+cbor`. A device that was revoked may still say that it
/// holds nothing. Sending the same again changes nothing. Source: S78, S79.
#[utoipa::path(post, path = "/evictions", tag = "sync", security(("delivery" = [])),
    request_body(content = Vec<u8>, content_type = "application/vnd.fieldbook+cbor"),
    responses(
        (status = 200, body = HoldingAnswer),
        (status = 400, body = ProblemDocument, description = "`holding.malformed`"),
        (status = 403, body = ProblemDocument, description = "`holding.not-your-device`"),
        (status = 409, body = ProblemDocument, description = "`holding.other-scopes`: pull first"),
        (status = 413, body = ProblemDocument, description = "`request.too-large` with `limit`"),
        (status = 422, body = ProblemDocument, description = "`holding.bad-signature`"),
    ))]
async fn holds(
    State(app): State<App>,
    deliverer: Deliverer,
    headers: HeaderMap,
    body: Body,
) -> Result<axum::Json<HoldingAnswer>, Problem> {
    sync::of_this_kind(&headers)?;
    let bytes = whole(body, HOLDING_LIMIT, "request.too-large").await?;
    let said = SignedHolding::from_bytes(&bytes).map_err(HoldingError::from)?;
    let outstanding = app.hub().holds(deliverer.device, &said, &bytes, app.outside.now()).await?;
    app.queue.heard_of(deliverer.device);
    if outstanding.confirmed > 0 {
        app.live.tell_of_phone(deliverer.staff, *app.hub().heads().borrow());
    }
    let (confirmed, unconfirmed) = (outstanding.confirmed, outstanding.unconfirmed);
    Ok(axum::Json(HoldingAnswer { confirmed, unconfirmed }))
}

/// What a device must give up or has given up. Source: S79.
#[utoipa::path(get, path = "/devices/{id}/evictions", tag = "lists", security(("access" = [])),
    params(("id" = uuid::Uuid, Path, description = "the device")),
    responses((status = 200, body = EvictionPage), (status = 404, body = ProblemDocument)))]
async fn evictions(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    Id(device): Id<DeviceId>,
) -> Result<axum::Json<EvictionPage>, Problem> {
    let mut moment = app.snapshot().await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    reader.evictions(device).await?.map(axum::Json).ok_or_else(Problem::not_found)
}

impl From<HoldingError> for Problem {
    fn from(error: HoldingError) -> Self {
        use sync_core::log::UnacceptableBatch;
        match error {
            HoldingError::NotYourDevice => Self::new(StatusCode::FORBIDDEN, "holding.not-your-device"),
            HoldingError::OtherScopes => Self::new(StatusCode::CONFLICT, "holding.other-scopes"),
            HoldingError::Unacceptable(UnacceptableBatch::BadSignature) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "holding.bad-signature")
            }
            HoldingError::Unacceptable(why) => {
                Self::new(StatusCode::BAD_REQUEST, "holding.malformed").technical(&why)
            }
            HoldingError::Store(error) => error.into(),
        }
    }
}

impl From<TransferError> for Problem {
    fn from(error: TransferError) -> Self {
        match error {
            TransferError::SamePerson => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "transfer.same-person").field("to")
            }
            TransferError::Nothing => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "transfer.nothing").field("customers")
            }
            TransferError::TooMany { .. } => Self::new(StatusCode::BAD_REQUEST, "transfer.too-many")
                .field("customers")
                .limit(MOST_TRANSFERRED as u64),
            TransferError::Elsewhere { customer } => Self::new(StatusCode::CONFLICT, "transfer.elsewhere")
                .field("customers")
                .saying("customer", customer),
            TransferError::NameUsed => once::used(),
            TransferError::Command(error) => error.into(),
        }
    }
}
