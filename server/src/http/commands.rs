//! What the office says: one op, written into the hub's own log under the name of whoever is signed in.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::Value;
use sync_core::{
    domain::{
        bank::{LineSetAside, MappingSaved},
        cash::{
            CashRefusal, CompanyAccountClosed, CompanyAccountOpened, ConfirmationWithdrawn, CreditExcepted,
            CreditExceptionStamped, HandInStamped, LimitOverridden, LostPhoneSettled, MoneyConfirmed,
            PaymentUrged, Reversed, Reversible, ViolationRaised, ViolationStamped,
        },
        customer::{CardFieldSet, ContactAdded, ContactRemoved, CustomerCreated, OwnerSet, PersonalFieldSet},
        month::{MonthClosed, MonthLineExplained, MonthStamped},
        people::{StaffJoined, StaffRoleSet},
        sale::{OrderStamped, PriceListIssued, ProductSet},
    },
    locale::Texts,
    log::{Actor, sha256},
    op::Op,
    refusal::{Refusal, Verdict},
    scope::{Scope, Viewer},
    sentence,
    unit::{ChangeId, DeviceId},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::problem::{Problem, ProblemDocument};
use super::read::{JSON_LIMIT, parsed, whole};
use super::{App, Caller, Language, once};
use crate::hub::{Command, CommandError, Done};
use crate::store::CommandName;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(command))
}

/// A command that is in the feed.
#[derive(Serialize, ToSchema)]
pub(super) struct DoneAnswer {
    /// Its place in the feed.
    position: u64,
    /// Which change it is.
    change: ChangeName,
    /// `applied` or `findings`; a command is never held.
    verdict: &'static str,
    /// What came to light.
    findings: Vec<Noted>,
}

/// A change, by device and sequence.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangeName {
    /// The device in whose log it stands.
    #[schema(value_type = Uuid)]
    device: DeviceId,
    /// Its place there.
    seq: u64,
}

/// Something that came to light.
#[derive(Serialize, ToSchema)]
pub(super) struct Noted {
    /// Its stable code.
    code: &'static str,
    /// One sentence with its figures.
    text: String,
}

impl DoneAnswer {
    /// What became of a command, in the reader's language.
    pub(super) fn of(done: &Done, texts: &Texts) -> Self {
        let findings: Vec<Noted> = match &done.verdict {
            Verdict::Held { .. } => Vec::new(),
            Verdict::Applied { findings, .. } => findings
                .iter()
                .map(|found| Noted { code: found.code(), text: sentence::finding(texts, found) })
                .collect(),
        };
        let ChangeId { device, seq } = done.change;
        Self {
            position: done.position,
            change: ChangeName { device, seq },
            verdict: if findings.is_empty() { "applied" } else { "findings" },
            findings,
        }
    }
}

/// Carry out one command of the office.
///
/// The body is one op: `{"op": "company-account-opened", "holder": …}`. The id of what it creates may be left out.
/// A rule that says no is answered with its code, its clause and one sentence; nothing is written then.
/// Whoever is not sure that an answer came asks again under the same `Idempotency-Key`: it is carried out once, and the
/// same is answered, by whichever server. A name is remembered for seven days.
#[utoipa::path(post, path = "/commands", tag = "office", security(("access" = [])),
    extensions(("x-ops" = json!(OPS))),
    params(("Idempotency-Key" = Option<String>, Header, description = "a name for this command, 1 to 100 letters")),
    request_body(content = Object, description = "one op, named by `op`", example = json!({
        "op": "company-account-opened", "holder": "宁夏某食品有限公司", "bank": "中国银行银川分行", "number": "106000000001"
    })),
    responses(
        (status = 200, body = DoneAnswer),
        (status = 400, body = ProblemDocument, description = "`request.malformed` with the field; `command.bad-key`"),
        (status = 409, body = ProblemDocument, description = "`command.key-used`: another command has this name"),
        (status = 422, body = ProblemDocument, description = "the code, clause and sentence of the rule that says no"),
    ))]
async fn command(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    headers: HeaderMap,
    body: Body,
) -> Result<axum::Json<DoneAnswer>, Problem> {
    let key = once::key(&headers)?;
    let body = whole(body, JSON_LIMIT, "request.too-large").await?;
    let wanted = Wanted::read(&body)?;
    there_for(&caller.viewer, &wanted.op).map_err(Refusal::from)?;
    if matches!(wanted.op, Op::MonthClosed(_) | Op::MonthStamped(_)) {
        // The hub holds it against the table that the feed gives: most of the feed is read before it stands still for that.
        app.queue.hub().reads_the_books().await?;
    }
    let actor = Actor { staff: caller.session.staff, session: caller.session.id };
    let command = Command::deriving(actor, move |id| wanted.named(id));
    let done = match key {
        None => app.queue.command(command).await?,
        Some(name) => {
            let name = CommandName { session: caller.session.id, name };
            app.queue.command_once(name, sha256(&[&body]), command).await?
        }
    };
    let texts = app.texts(lang);
    Ok(axum::Json(DoneAnswer::of(&done, texts)))
}

/// Money that somebody may not see is for them not there, reversed already or not. Source: S78.
fn there_for(viewer: &Viewer, op: &Op) -> Result<(), CashRefusal> {
    let Op::Reversed(op) = op else { return Ok(()) };
    let customer = op.customer.filter(|_| op.kind == Reversible::Collection).map(Scope::Customer);
    let mut scopes = customer.into_iter().chain([Scope::Staff(op.staff)]);
    let seen = scopes.any(|scope| viewer.may_see(scope));
    if seen { Ok(()) } else { Err(CashRefusal::NothingToReverse) }
}

/// A command as it was asked for: what it creates may still be without an id.
#[derive(Debug)]
struct Wanted {
    op: Op,
    id_given: bool,
}

/// The ops of the console: how each is read, and which field names what it creates.
macro_rules! console_ops {
    ($($name:literal $op:ident $creates:expr;)*) => {
        /// The names of the ops, as the document lists them.
        const OPS: &[&str] = &[$($name),*];

        fn creates(name: &str) -> Option<&'static str> {
            match name { $($name => $creates,)* _ => None }
        }

        /// Each body is read as its own type: only so a field that does not fit is named.
        fn read_op(name: &str, body: &[u8]) -> Result<Op, Problem> {
            match name {
                $($name => parsed::<$op>(body).map(Op::$op),)*
                _ => Err(Problem::malformed(format!("no such op: {}", name.escape_debug())).field("op")),
            }
        }
    };
}

console_ops! {
    "staff-joined" StaffJoined Some("staff");
    "staff-role-set" StaffRoleSet None;
    "customer-created" CustomerCreated Some("customer");
    "card-field-set" CardFieldSet None;
    "personal-field-set" PersonalFieldSet None;
    "contact-added" ContactAdded None;
    "contact-removed" ContactRemoved None;
    "owner-set" OwnerSet None;
    "product-set" ProductSet Some("product");
    "price-list-issued" PriceListIssued Some("list");
    "order-stamped" OrderStamped None;
    "company-account-opened" CompanyAccountOpened Some("account");
    "company-account-closed" CompanyAccountClosed None;
    "reversed" Reversed None;
    "lost-phone-settled" LostPhoneSettled None;
    "limit-overridden" LimitOverridden None;
    "violation-raised" ViolationRaised None;
    "violation-stamped" ViolationStamped None;
    "hand-in-stamped" HandInStamped None;
    "month-closed" MonthClosed None;
    "month-stamped" MonthStamped None;
    "month-line-explained" MonthLineExplained None;
    "money-confirmed" MoneyConfirmed None;
    "confirmation-withdrawn" ConfirmationWithdrawn None;
    "line-set-aside" LineSetAside None;
    "mapping-saved" MappingSaved None;
    "payment-urged" PaymentUrged None;
    "credit-excepted" CreditExcepted None;
    "credit-exception-stamped" CreditExceptionStamped None;
}

impl Wanted {
    fn read(body: &[u8]) -> Result<Self, Problem> {
        let mut asked: Value = parsed(body)?;
        let Some(fields) = asked.as_object_mut() else {
            return Err(Problem::malformed("an object is expected"));
        };
        let Some(Value::String(name)) = fields.remove("op") else {
            return Err(Problem::malformed("missing field `op`").field("op"));
        };
        let created = creates(&name);
        let id_given = created.is_none_or(|field| fields.get(field).is_some_and(|id| !id.is_null()));
        if let Some(field) = created.filter(|_| !id_given) {
            fields.insert(field.to_owned(), Value::String(Uuid::nil().to_string()));
        }
        let body = serde_json::to_vec(&asked).map_err(Problem::malformed)?;
        Ok(Self { op: read_op(&name, &body)?, id_given })
    }

    /// The op, with what it creates named after the change that creates it.
    fn named(self, change: ChangeId) -> Op {
        let Self { mut op, id_given } = self;
        if !id_given {
            let created = change.created();
            match &mut op {
                Op::StaffJoined(op) => op.staff.0 = created,
                Op::CustomerCreated(op) => op.customer.0 = created,
                Op::ProductSet(op) => op.product.0 = created,
                Op::PriceListIssued(op) => op.list.0 = created,
                Op::CompanyAccountOpened(op) => op.account.0 = created,
                _ => {}
            }
        }
        op
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Refused { refusal, .. } => refusal.into(),
            CommandError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_without_an_id_names_what_it_creates_after_itself() {
        let body = r#"{"op":"company-account-opened","holder":"公司","bank":"中国银行","number":"1060001"}"#;
        let change = ChangeId { device: DeviceId::from_bytes([1; 16]), seq: 4 };
        let Op::CompanyAccountOpened(opened) = Wanted::read(body.as_bytes()).expect("whole").named(change)
        else {
            panic!("another op came out")
        };
        assert_eq!(opened.account.0, change.created());
    }

    #[test]
    fn a_field_that_does_not_fit_is_named() {
        let body = r#"{"op":"company-account-opened","holder":"","bank":"中国银行","number":"1060001"}"#;
        let problem = Wanted::read(body.as_bytes()).expect_err("no holder");
        assert!(format!("{problem:?}").contains("\"holder\""), "{problem:?}");
    }
}
