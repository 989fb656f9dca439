//! The papers of the office's lists: rows as the server sends them.
//!
//! Floor: office/api. This module must not know how a row is drawn.

use serde::Deserialize;
use sync_core::domain::customer::FieldValue;
use sync_core::unit::{ChangeId, Money, UnitPrice};

use super::At;
use super::people::Person;
use super::standing::FeedEntry;
use super::statements::Paid;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Listed<R> {
    pub(crate) rows: Vec<R>,
    #[serde(default)]
    pub(crate) total: u64,
    #[serde(default)]
    pub(crate) as_of: Option<At>,
}

impl<R> Default for Listed<R> {
    fn default() -> Self {
        Self { rows: Vec::new(), total: 0, as_of: None }
    }
}

/// A sentence with its stable code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    pub(crate) code: String,
    pub(crate) text: String,
    pub(crate) clause: Option<String>,
}

/// Where a visit was made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Spot {
    pub(crate) latitude: String,
    pub(crate) longitude: String,
    #[serde(default)]
    pub(crate) accuracy_m: u32,
}

/// A visit (拜访).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct VisitRow {
    pub(crate) id: String,
    pub(crate) at: At,
    #[serde(default)]
    pub(crate) received: Option<At>,
    pub(crate) staff: Person,
    #[serde(default)]
    pub(crate) customer: Option<Person>,
    #[serde(default)]
    pub(crate) purposes: Vec<String>,
    #[serde(default)]
    pub(crate) met: String,
    #[serde(default)]
    pub(crate) said: String,
    #[serde(default)]
    pub(crate) next_step: String,
    #[serde(default)]
    pub(crate) next_on: Option<String>,
    #[serde(default)]
    pub(crate) place: Option<Spot>,
    #[serde(default)]
    pub(crate) photos: Vec<String>,
    #[serde(default)]
    pub(crate) withheld: bool,
    #[serde(default)]
    pub(crate) accepted_by: Option<Person>,
    #[serde(default)]
    pub(crate) findings: Vec<Said>,
}

/// A product as lines name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct ProductRef {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) specification: String,
    pub(crate) unit: String,
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct LineRow {
    pub(crate) product: ProductRef,
    pub(crate) quantity: u32,
    pub(crate) price: UnitPrice,
    pub(crate) total: Money,
}

/// A price list as orders name it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct ListRef {
    pub(crate) version: String,
}

/// An order (订单).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct OrderRow {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) at: At,
    pub(crate) staff: Person,
    #[serde(default)]
    pub(crate) customer: Option<Person>,
    pub(crate) total: Money,
    #[serde(default)]
    pub(crate) lines: Vec<LineRow>,
    #[serde(default)]
    pub(crate) price_list: Option<ListRef>,
    #[serde(default)]
    pub(crate) deliver_by: Option<String>,
    #[serde(default)]
    pub(crate) deliver_to: String,
    #[serde(default)]
    pub(crate) payer: String,
    #[serde(default)]
    pub(crate) note: String,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) body_hash: String,
    #[serde(default)]
    pub(crate) accepted_by: Option<Person>,
}

/// A reversal (冲正) of a collection or remittance.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ReversalRow {
    pub(crate) by: Person,
    pub(crate) at: At,
    #[serde(default)]
    pub(crate) reason: String,
}

/// A company account as rows name it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct AccountRef {
    #[serde(default)]
    pub(crate) id: String,
    pub(crate) bank: String,
    pub(crate) number: String,
}

/// A collection (收款).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct CollectionRow {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) at: At,
    pub(crate) staff: Person,
    #[serde(default)]
    pub(crate) customer: Option<Person>,
    pub(crate) amount: Money,
    #[serde(default)]
    pub(crate) capitals: String,
    pub(crate) means: String,
    #[serde(default)]
    pub(crate) account: Option<AccountRef>,
    #[serde(default)]
    pub(crate) reference: Option<String>,
    #[serde(default)]
    pub(crate) over_limit: Option<String>,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) note: String,
    #[serde(default)]
    pub(crate) reversal: Option<ReversalRow>,
    #[serde(default)]
    pub(crate) confirmation: Option<ConfirmationRow>,
    #[serde(default)]
    pub(crate) withheld: bool,
    #[serde(default)]
    pub(crate) accepted_by: Option<Person>,
}

/// Finance, who has confirmed that it arrived (到账确认).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ConfirmationRow {
    pub(crate) by: Person,
    pub(crate) at: At,
    pub(crate) arrived_on: String,
    #[serde(default)]
    pub(crate) note: String,
    pub(crate) confirmation: ChangeId,
    pub(crate) papers: Vec<Paid>,
    pub(crate) lines: Vec<String>,
}

/// A remittance (汇款).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct RemittanceRow {
    pub(crate) id: String,
    pub(crate) at: At,
    pub(crate) staff: Person,
    pub(crate) amount: Money,
    #[serde(default)]
    pub(crate) account: Option<AccountRef>,
    #[serde(default)]
    pub(crate) reference: Option<String>,
    #[serde(default)]
    pub(crate) slip: Option<String>,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) reversal: Option<ReversalRow>,
    #[serde(default)]
    pub(crate) confirmation: Option<ConfirmationRow>,
}

/// Who stamped cash handed in, and what was said.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct HandInStampRow {
    pub(crate) by: Person,
    pub(crate) at: At,
    #[serde(default)]
    pub(crate) note: String,
}

/// How much of it comes out of which drawer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct HandInPart {
    pub(crate) number: u32,
    pub(crate) amount: Money,
}

/// Cash that a rep has signed for (交款单).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct HandInRow {
    pub(crate) id: String,
    pub(crate) at: At,
    pub(crate) staff: Person,
    pub(crate) amount: Money,
    #[serde(default)]
    pub(crate) capitals: String,
    #[serde(default)]
    pub(crate) drawers: Vec<HandInPart>,
    #[serde(default)]
    pub(crate) note: String,
    pub(crate) status: String,
    pub(crate) over: String,
    #[serde(default)]
    pub(crate) received: Option<HandInStampRow>,
    #[serde(default)]
    pub(crate) sent_back: Option<HandInStampRow>,
    #[serde(default)]
    pub(crate) withdrawn: Option<HandInStampRow>,
    #[serde(default)]
    pub(crate) taken_back: Option<HandInStampRow>,
}

/// A customer in the list (客户).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct CustomerRow {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) county: Option<String>,
    #[serde(default)]
    pub(crate) phone: Option<String>,
    #[serde(default)]
    pub(crate) owner: Option<Person>,
    #[serde(default)]
    pub(crate) stage: Option<String>,
    #[serde(default)]
    pub(crate) created: Option<At>,
    #[serde(default)]
    pub(crate) last_at: Option<At>,
    #[serde(default)]
    pub(crate) paid: Money,
    #[serde(default)]
    pub(crate) conflicts: u32,
}

/// A value once written into a field and overtaken by a later one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Written {
    #[serde(default)]
    pub(crate) value: Option<FieldValue>,
    pub(crate) at: At,
    pub(crate) by: Person,
}

/// One field of the card with its history.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct FieldRow {
    pub(crate) field: String,
    #[serde(default)]
    pub(crate) value: Option<FieldValue>,
    #[serde(default)]
    pub(crate) at: Option<At>,
    #[serde(default)]
    pub(crate) by: Option<Person>,
    #[serde(default)]
    pub(crate) heads: Vec<ChangeId>,
    #[serde(default)]
    pub(crate) losing: Vec<Written>,
}

/// A person at the customer's (联系人).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ContactRow {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) position: String,
    #[serde(default)]
    pub(crate) phone: String,
}

/// The whole card (客户基本信息卡).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct CustomerPage {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) owner: Option<Person>,
    #[serde(default)]
    pub(crate) owner_heads: Vec<ChangeId>,
    #[serde(default)]
    pub(crate) created: Option<At>,
    #[serde(default)]
    pub(crate) paid: Money,
    #[serde(default)]
    pub(crate) fields: Vec<FieldRow>,
    #[serde(default)]
    pub(crate) contacts: Vec<ContactRow>,
    #[serde(default)]
    pub(crate) personal: Option<Vec<PersonalRow>>,
}

/// One personal field of the legal representative; sent only to those who need it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct PersonalRow {
    pub(crate) field: String,
    #[serde(default)]
    pub(crate) value: serde_json::Value,
    #[serde(default)]
    pub(crate) at: Option<At>,
    #[serde(default)]
    pub(crate) by: Option<Person>,
}

/// One entry of a customer's timeline.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum Moment {
    Visit(VisitRow),
    Order(OrderRow),
    Collection(CollectionRow),
    Card(CardMoment),
    Change(FeedEntry),
    #[serde(other)]
    Other,
}

/// A change to the card in the timeline.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct CardMoment {
    pub(crate) at: At,
    pub(crate) staff: Person,
    /// Whether the customer was entered with it.
    pub(crate) created: bool,
    pub(crate) fields: Vec<FieldMoment>,
}

/// A value written on the card.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct FieldMoment {
    pub(crate) field: String,
    pub(crate) value: FieldValue,
}

/// A product (产品).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct ProductRow {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) specification: String,
    pub(crate) packaging: String,
    pub(crate) unit: String,
    pub(crate) quality: String,
    pub(crate) net_weight_g: u32,
    pub(crate) tolerance_g: u32,
    pub(crate) discontinued: bool,
    pub(crate) price: Option<UnitPrice>,
    pub(crate) heads: Vec<ChangeId>,
}

/// One price of a list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct PriceRow {
    pub(crate) product: ProductRef,
    pub(crate) price: UnitPrice,
}

/// One issue of the price list (销售定价).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct PriceListRow {
    pub(crate) id: String,
    pub(crate) version: String,
    #[serde(default)]
    pub(crate) meeting: String,
    pub(crate) valid_from: String,
    pub(crate) valid_to: String,
    pub(crate) by: Person,
    pub(crate) at: At,
    #[serde(default)]
    pub(crate) in_force: bool,
    #[serde(default)]
    pub(crate) prices: Vec<PriceRow>,
}

/// A company account (公司指定账户).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct AccountRow {
    pub(crate) id: String,
    pub(crate) holder: String,
    pub(crate) bank: String,
    pub(crate) number: String,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) opened: Option<At>,
    #[serde(default)]
    pub(crate) closed: Option<At>,
    #[serde(default)]
    pub(crate) in_transit: Option<Money>,
    #[serde(default)]
    pub(crate) arrived: Option<Money>,
}
