//! What happened with one customer: visits, orders, money and writes on its card, latest first. Source: S81, S94.
//!
//! Floor: rows. Pure: papers and the names on a page.

use std::collections::BTreeMap;

use serde::Serialize;
use sync_core::{
    domain::customer::{CardField, CustomerCard, FieldValue},
    feed::Entry,
    op::Op,
    refusal::Verdict,
    time::Timestamp,
    unit::ChangeId,
};
use utoipa::ToSchema;

use super::{
    common::{ChangeRef, Person, clock},
    feed::FeedLine,
    money::CollectionRow,
    names::Names,
    orders::OrderRow,
    visits::VisitRow,
};

/// A value written on the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldWritten {
    /// Which field.
    #[schema(example = "phone")]
    pub field: &'static str,
    /// What was written.
    #[schema(value_type = Object)]
    pub value: FieldValue,
}

/// One gesture on the card: its creation, or a field that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CardRow {
    /// Which change.
    pub change: ChangeRef,
    /// When.
    pub at: String,
    /// Who.
    pub staff: Person,
    /// Whether the customer was entered with it.
    pub created: bool,
    /// What was written.
    pub fields: Vec<FieldWritten>,
}

/// One item of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum TimelineRow {
    /// A visit.
    Visit(VisitRow),
    /// An order.
    Order(OrderRow),
    /// Money received.
    Collection(CollectionRow),
    /// A gesture on the card.
    Card(CardRow),
    /// Any other change: a hand-over, a contact, a stamp, a reversal, a personal field without its value.
    Change(Box<FeedLine>),
}

/// Whether a change has a line of its own, because no paper of the timeline shows it.
pub(super) fn is_a_line_of_its_own(entry: &Entry) -> bool {
    let told = matches!(
        entry.op().as_ref().map(Op::said),
        Ok(Op::OwnerSet(_)
            | Op::ContactAdded(_)
            | Op::ContactRemoved(_)
            | Op::OrderStamped(_)
            | Op::Reversed(_)
            | Op::PaymentUrged(_)
            | Op::CreditExcepted(_)
            | Op::CreditExceptionStamped(_)
            | Op::PersonalFieldSet(_))
    );
    told && matches!(entry.verdict, Verdict::Applied { .. })
}

/// A gesture on the card, before names are put to it.
#[derive(Clone, Debug)]
pub(super) struct CardWrite {
    /// When.
    pub at: Timestamp,
    change: ChangeId,
    by: sync_core::unit::StaffId,
    created: bool,
    fields: Vec<(CardField, FieldValue)>,
}

/// Everything ever written on a card, one gesture at a time, latest first.
pub(super) fn card_writes(card: &CustomerCard) -> Vec<CardWrite> {
    let mut by_change: BTreeMap<ChangeId, CardWrite> = BTreeMap::new();
    for (field, register) in card.fields.iter() {
        for (change, write) in register.writes() {
            let gesture = by_change.entry(change).or_insert_with(|| CardWrite {
                at: write.at,
                change,
                by: write.by,
                created: card.created == Some(write.at),
                fields: Vec::new(),
            });
            gesture.fields.push((*field, write.value.clone()));
        }
    }
    let mut all: Vec<CardWrite> = by_change.into_values().collect();
    all.sort_by_key(|write| std::cmp::Reverse((write.at, write.change)));
    all
}

impl CardWrite {
    /// The row.
    pub(super) fn row(self, names: &Names<'_>) -> CardRow {
        CardRow {
            change: self.change.into(),
            at: clock(self.at),
            staff: names.person(self.by),
            created: self.created,
            fields: self
                .fields
                .into_iter()
                .map(|(field, value)| FieldWritten { field: field.code(), value })
                .collect(),
        }
    }
}
