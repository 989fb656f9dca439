//! Rows of held changes (待处理): what waits, why, and what it says.
//!
//! Floor: rows. Pure: a paper and the names on its page.

use serde::Serialize;
use serde_json::Value as Json;
use sync_core::{op::Op, paper::HeldChange};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    common::{ChangeRef, CustomerRef, Person, Said, clock, may_read},
    names::{Names, Wanted},
};

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
    /// The customer it is about; absent where it is about none, or the reader may not see it.
    pub customer: Option<CustomerRef>,
}

fn op(held: &HeldChange) -> Option<Op> {
    Op::from_body(held.kind, held.version, &held.body).ok()
}

/// The names a held change's row shows.
pub(super) fn wants(held: &HeldChange, wanted: &mut Wanted) {
    wanted.staff(held.by);
    if let Some(customer) = op(held).and_then(|op| op.customer()) {
        wanted.customer(customer);
    }
}

/// The row of a held change.
pub(super) fn row(id: Uuid, held: &HeldChange, names: &Names<'_>) -> HeldRow {
    let op = op(held);
    HeldRow {
        id,
        change: held.id.into(),
        at: clock(held.at),
        by: names.person(held.by),
        reason: Said::refusal(names.texts(), &held.reason),
        kind: kind_name(held.kind),
        customer: op.as_ref().and_then(Op::customer).and_then(|customer| names.customer(customer)),
        content: op
            .filter(|op| may_read(names.viewer(), op, held.by))
            .and_then(|op| serde_json::to_value(op).ok()),
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
