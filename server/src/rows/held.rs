//! Rows of held changes (待处理): what waits, why, and what it says.
//!
//! Floor: rows. Pure: a paper and the names on its page.

use serde::Serialize;
use serde_json::Value as Json;
use sync_core::{
    domain::{cash::receipt_number, sale::order_number},
    op::{Op, Ruling},
    paper::{HeldChange, Outcome, Settled, held_status},
    refusal::Refusal,
    unit::Money,
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    common::{ChangeRef, CustomerRef, Person, Said, clock, may_read},
    names::{Names, Wanted},
};

/// What somebody said of a change that waited.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SettledRow {
    /// Who.
    pub by: Person,
    /// When.
    pub at: String,
    /// Why it was sent back; absent where it was not, or the reader may not read what it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What stands in the field now, where a held change binds the company and somebody else wrote meanwhile.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OtherValue {
    /// What both had seen; absent where nothing stood there.
    #[schema(value_type = Option<Object>)]
    pub base: Option<Json>,
    /// What somebody else wrote.
    #[schema(value_type = Object)]
    pub theirs: Json,
    /// Who.
    pub by: Person,
    /// When.
    pub at: String,
}

/// A held change.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HeldRow {
    /// The id of the paper that holds it.
    pub id: Uuid,
    /// Which change.
    pub change: ChangeRef,
    /// When it was done.
    pub at: String,
    /// Who did it.
    pub by: Person,
    /// Why it waits.
    pub reason: Said,
    /// What kind of change it is.
    #[schema(example = "order-taken")]
    pub kind: String,
    /// What it says, as it was written; absent where this version cannot read it, or where it is about personal fields
    /// that the reader may not see. Source: S92.
    #[schema(value_type = Option<Object>)]
    pub content: Option<Json>,
    /// The number that stands on the paper, where it writes one; absent where `content` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "DH-07-0044")]
    pub number: Option<String>,
    /// The sum on it, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "2880.00")]
    pub amount: Option<Money>,
    /// The customer it is about; absent where it is about none, or the reader may not see it.
    pub customer: Option<CustomerRef>,
    /// Where it stands: `held`, `undecided` (two values of which one must be chosen) and `withheld` (a fact that counts
    /// for its author only) wait for a head; `accepted`, `declined` and `corrected` are settled.
    #[schema(value_type = String, example = "held")]
    pub status: &'static str,
    /// What a head decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<SettledRow>,
    /// By whom and when it was corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<SettledRow>,
    /// The other value, where one of two must be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<OtherValue>,
    /// Whether the reader may decide on it.
    pub may_decide: bool,
}

fn op(held: &HeldChange) -> Option<Op> {
    held.op().ok()
}

/// The other value of two, with who wrote it and when.
fn other(reason: &Refusal, names: &Names<'_>) -> Option<OtherValue> {
    use sync_core::domain::{customer::CustomerRefusal, sale::ProductRefusal};
    let json = |value: Result<Json, serde_json::Error>| value.unwrap_or_default();
    match reason {
        Refusal::Customer(CustomerRefusal::Undecided { base, theirs, by, at, .. }) => Some(OtherValue {
            base: base.as_ref().map(|base| json(serde_json::to_value(base))),
            theirs: json(serde_json::to_value(theirs)),
            by: names.person(*by),
            at: clock(*at),
        }),
        Refusal::Product(ProductRefusal::Undecided { base, theirs, by, at }) => Some(OtherValue {
            base: base.as_ref().map(|base| json(serde_json::to_value(base))),
            theirs: json(serde_json::to_value(theirs)),
            by: names.person(*by),
            at: clock(*at),
        }),
        _ => None,
    }
}

fn settled(settled: &Settled, reads: bool, names: &Names<'_>) -> SettledRow {
    let reason = match &settled.ruling {
        Ruling::Declined { reason } if reads => Some(reason.to_string()),
        _ => None,
    };
    SettledRow { by: names.person(settled.by), at: clock(settled.at), reason }
}

/// The names a held change's row shows.
pub(super) fn wants(held: &HeldChange, outcome: Option<&Outcome>, wanted: &mut Wanted) {
    wanted.staff(held.by).device(held.id.device);
    for said in outcome.into_iter().flat_map(|outcome| [&outcome.decided, &outcome.corrected]).flatten() {
        wanted.staff(said.by);
    }
    if let Refusal::Customer(sync_core::domain::customer::CustomerRefusal::Undecided { by, .. })
    | Refusal::Product(sync_core::domain::sale::ProductRefusal::Undecided { by, .. }) = &held.reason
    {
        wanted.staff(*by);
    }
    if let Some(customer) = op(held).and_then(|op| op.customer()) {
        wanted.customer(customer);
    }
}

/// The row of a held change.
pub(super) fn row(id: Uuid, held: &HeldChange, outcome: Option<&Outcome>, names: &Names<'_>) -> HeldRow {
    let op = op(held);
    let viewer = names.viewer();
    let reads = op.as_ref().is_none_or(|op| may_read(viewer, op, held.by));
    let status = held_status(held, outcome);
    let waits = outcome.and_then(Outcome::settled).is_none();
    let said = |one: Option<&Settled>| one.map(|one| settled(one, reads, names));
    let content = op.as_ref().filter(|_| reads).map(Op::said);
    let (number, amount) =
        content.map(|op| on_paper(op, names.device_number(held.id.device))).unwrap_or_default();
    HeldRow {
        id,
        change: held.id.into(),
        at: clock(held.at),
        by: names.person(held.by),
        reason: Said::refusal(names.texts(), &held.reason),
        kind: kind_name(op.as_ref().map_or(held.kind, |op| op.said().kind())),
        customer: op.as_ref().and_then(Op::customer).and_then(|customer| names.customer(customer)),
        content: content.and_then(|op| serde_json::to_value(op).ok()),
        number,
        amount,
        status,
        decided: said(outcome.and_then(|outcome| outcome.decided.as_ref())),
        corrected: said(outcome.and_then(|outcome| outcome.corrected.as_ref())),
        other: other(&held.reason, names),
        may_decide: waits
            && viewer.role.rules_on_held()
            && (!held.personal || viewer.role.sees_personal_fields()),
    }
}

/// The number and the sum on the paper that an op writes, as people read them: `DH-07-0044`, `SK-07-0031`.
pub(super) fn on_paper(op: &Op, device: u32) -> (Option<String>, Option<Money>) {
    match op {
        Op::OrderTaken(op) => (Some(order_number(device, op.number)), Some(op.total())),
        Op::Collected(op) => (Some(receipt_number(device, op.receipt)), Some(op.amount.money())),
        Op::Remitted(op) => (None, Some(op.amount.money())),
        _ => (None, None),
    }
}

/// The name of a kind as it stands in JSON: `order-taken`.
pub fn kind_name(kind: u16) -> String {
    let mut out = String::new();
    for c in Op::name_of(kind).chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_named_as_in_its_json() {
        assert_eq!(kind_name(40), "order-taken");
        assert_eq!(kind_name(9_999), "unknown");
    }
}
