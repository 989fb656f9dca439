//! Rows of the list of orders (客户订单). Source: S42.
//!
//! Floor: rows. Pure: a paper and the names on its page.

use serde::Serialize;
use sync_core::{
    domain::sale::{Order, OrderLine, OrderStatus, order_number},
    time::BusinessDate,
    unit::{Money, PaperId, UnitPrice},
};
use utoipa::ToSchema;

use super::{
    common::{CustomerRef, Person, PriceListRef, ProductRef, clock, hex},
    names::{Names, Wanted},
};

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrderLineRow {
    /// What.
    pub product: ProductRef,
    /// How many units.
    pub quantity: u32,
    /// At what price for one.
    #[schema(value_type = String, example = "96.00")]
    pub price: UnitPrice,
    /// The line's sum.
    #[schema(value_type = String, example = "2880.00")]
    pub total: Money,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrderRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: PaperId,
    /// The number people use.
    #[schema(example = "DH-07-0012")]
    pub number: String,
    /// When it was taken.
    pub at: String,
    /// Who took it.
    pub staff: Person,
    /// Who orders; absent where the reader may not see the customer.
    pub customer: Option<CustomerRef>,
    /// The sum of all lines.
    #[schema(value_type = String, example = "2880.00")]
    pub total: Money,
    /// The lines.
    pub lines: Vec<OrderLineRow>,
    /// The list its prices were taken from.
    pub price_list: PriceListRef,
    /// Wanted by.
    #[schema(value_type = Option<chrono::NaiveDate>)]
    pub deliver_by: Option<BusinessDate>,
    /// Where to.
    pub deliver_to: String,
    /// Who pays, where it is not the customer.
    pub payer: String,
    /// Anything else.
    pub note: String,
    /// Where it stands: `taken`, `accepted`, `withdrawn`.
    #[schema(value_type = String, example = "accepted")]
    pub status: OrderStatus,
    /// The head who took it over for its author, where it counts through them (代为入账).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_by: Option<Person>,
    /// The hash that a stamp on it stands over.
    pub body_hash: String,
}

/// The names an order's row shows.
pub(super) fn wants(order: &Order, wanted: &mut Wanted) {
    let Some(recorded) = &order.recorded else { return };
    let what = &recorded.what;
    wanted.staff(recorded.by).taken_over_by(recorded.accepted_by).customer(what.customer);
    wanted.price_list(what.price_list).device(recorded.id.device);
    for line in &what.lines {
        wanted.product(line.product);
    }
}

/// The row of an order; `None` while the paper is a shell.
pub(super) fn row(id: PaperId, order: &Order, names: &Names<'_>) -> Option<OrderRow> {
    let recorded = order.recorded.as_ref()?;
    let what = &recorded.what;
    let hash = what.body_hash();
    Some(OrderRow {
        id,
        number: order_number(names.device_number(recorded.id.device), what.number),
        at: clock(recorded.at),
        staff: names.person(recorded.by),
        customer: names.customer(what.customer),
        total: what.total(),
        lines: what.lines.iter().map(|each| line(each, names)).collect(),
        price_list: names.price_list(what.price_list),
        deliver_by: what.deliver_by,
        deliver_to: what.deliver_to.to_string(),
        payer: what.payer.to_string(),
        note: what.note.to_string(),
        status: order.status(),
        accepted_by: recorded.accepted_by.map(|head| names.person(head)),
        body_hash: hex(&hash),
    })
}

fn line(line: &OrderLine, names: &Names<'_>) -> OrderLineRow {
    OrderLineRow {
        product: names.product(line.product),
        quantity: line.quantity.pieces(),
        price: line.price,
        total: line.total,
    }
}
