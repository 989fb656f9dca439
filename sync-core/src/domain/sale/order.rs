//! 客户订单: an order, priced from the list known when it was taken. Source: S4, S5, S42.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::PriceList;
use crate::{
    crdt::{Stamp, Stamps},
    domain::{
        Recorded,
        people::{Author, Role},
    },
    log::{Hash, sha256},
    time::BusinessDate,
    unit::{CustomerId, Money, PaperId, PriceListId, ProductId, Quantity, Text, UnitPrice},
};

/// One line of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct OrderLine {
    /// What.
    #[n(0)]
    pub product: ProductId,
    /// How many units.
    #[n(1)]
    pub quantity: Quantity,
    /// At what price for one unit.
    #[n(2)]
    pub price: UnitPrice,
    /// The line's sum, rounded half-up to the fen once and kept.
    #[n(3)]
    pub total: Money,
}

reads_map!(OrderLine { 0: product, 1: quantity, 2: price, 3: total });

impl OrderLine {
    /// A line with its sum.
    pub fn priced(product: ProductId, quantity: Quantity, price: UnitPrice) -> Self {
        Self { product, quantity, price, total: price.times(quantity) }
    }
}

/// An order is taken. Its body never changes after.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct OrderTaken {
    /// Who orders.
    #[n(0)]
    pub customer: CustomerId,
    /// The how-manieth order of this device.
    #[n(1)]
    pub number: u32,
    /// The list version the prices were taken from.
    #[n(2)]
    pub price_list: PriceListId,
    /// The lines; one at least.
    #[n(3)]
    pub lines: Vec<OrderLine>,
    /// Wanted by.
    #[n(4)]
    pub deliver_by: Option<BusinessDate>,
    /// Where to (交货地点).
    #[n(5)]
    #[serde(default)]
    pub deliver_to: Text<0, 200>,
    /// Who pays (付款方), where it is not the customer.
    #[n(6)]
    #[serde(default)]
    pub payer: Text<0, 60>,
    /// Anything else.
    #[n(7)]
    #[serde(default)]
    pub note: Text<0, 500>,
}

reads_map!(OrderTaken {
    0: customer,
    1: number,
    2: price_list,
    3: lines,
    4: deliver_by,
    5: deliver_to,
    6: payer,
    7: note
});

impl OrderTaken {
    /// The sum of all lines.
    pub fn total(&self) -> Money {
        self.lines.iter().map(|line| line.total).sum()
    }

    /// The hash of the body, which every stamp stands over.
    pub fn body_hash(&self) -> Hash {
        sha256(&[&minicbor::to_vec(self).expect("writing to memory cannot fail")])
    }
}

/// The number people use: device, then the how-manieth of that device.
pub fn order_number(device: u32, number: u32) -> String {
    format!("DH-{device:02}-{number:04}")
}

/// What a stamp on an order says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum OrderStamp {
    /// 物流专员已接单: logistics has it in hand. Source: S42.
    #[n(0)]
    Accepted,
    /// 撤单: its author or logistics takes it back.
    #[n(1)]
    Withdrawn,
}

/// A stamp is set on an order.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct OrderStamped {
    /// On which order.
    #[n(0)]
    pub order: PaperId,
    /// Whose order it is.
    #[n(1)]
    pub customer: CustomerId,
    /// What the stamp says.
    #[n(2)]
    pub stamp: OrderStamp,
    /// The hash of the body its author saw.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub over: Hash,
}

reads_map!(OrderStamped { 0: order, 1: customer, 2: stamp, 3: over with minicbor::bytes::decode });

/// Where an order stands, read off its stamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderStatus {
    /// Taken; logistics has not looked at it.
    Taken,
    /// In logistics' hands.
    Accepted,
    /// Taken back.
    Withdrawn,
}

/// An order in the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Order {
    /// The order as it was taken.
    #[n(0)]
    pub recorded: Option<Recorded<OrderTaken>>,
    /// The stamps on it.
    #[n(1)]
    pub stamps: Stamps<OrderStamp>,
}

reads_map!(Order { 0: recorded, 1: stamps });

impl Order {
    /// Where the order stands, read off its stamps.
    pub fn status(&self) -> OrderStatus {
        let Some(body) = self.recorded.as_ref().map(|order| order.what.body_hash()) else {
            return OrderStatus::Taken;
        };
        let set = |kind| self.stamps.over(&body).any(|stamp: &Stamp<OrderStamp>| stamp.kind == kind);
        match (set(OrderStamp::Withdrawn), set(OrderStamp::Accepted)) {
            (true, _) => OrderStatus::Withdrawn,
            (false, true) => OrderStatus::Accepted,
            (false, false) => OrderStatus::Taken,
        }
    }
}

/// Why an order, or a stamp on one, is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum OrderRefusal {
    /// No line at all.
    #[n(0)]
    #[error("an order needs at least one line")]
    NoLines,
    /// More lines than an order may have.
    #[n(1)]
    #[error("{has} lines; the limit is {most}")]
    TooManyLines {
        /// Lines there are.
        #[n(0)]
        has: u32,
        /// Lines allowed.
        #[n(1)]
        most: u32,
    },
    /// The list it names is not in the book. Source: S5.
    #[n(2)]
    #[error("no such price list")]
    NoSuchList {
        /// The list that was named.
        #[n(0)]
        list: PriceListId,
    },
    /// The product is not on the list. Source: S5.
    #[n(3)]
    #[error("line {line}: the product is not on the price list")]
    NotListed {
        /// Which line, from 1.
        #[n(0)]
        line: u32,
    },
    /// The price is not the list's: only listed prices go without approval. Source: S5.
    #[n(4)]
    #[error("line {line}: the list says {listed}, the order {asked}")]
    NotTheListPrice {
        /// Which line, from 1.
        #[n(0)]
        line: u32,
        /// The list's price.
        #[n(1)]
        listed: UnitPrice,
        /// The order's price.
        #[n(2)]
        asked: UnitPrice,
    },
    /// The line's sum is not price times quantity.
    #[n(5)]
    #[error("line {line}: price times quantity is {right}")]
    WrongTotal {
        /// Which line, from 1.
        #[n(0)]
        line: u32,
        /// What it comes to.
        #[n(1)]
        right: Money,
    },
    /// There is no such order.
    #[n(6)]
    #[error("no such order")]
    Unknown,
    /// The stamp stands over another body than the order's.
    #[n(7)]
    #[error("the stamp stands over another text than the order's")]
    OtherBody,
    /// The author's role does not set this stamp.
    #[n(8)]
    #[error("this stamp is for logistics, or for the order's author to withdraw it")]
    NotYours,
}

reads_enum!(OrderRefusal {
    0: NoLines,
    1: TooManyLines { has, most },
    2: NoSuchList { list },
    3: NotListed { line },
    4: NotTheListPrice { line, listed, asked },
    5: WrongTotal { line, right },
    6: Unknown,
    7: OtherBody,
    8: NotYours,
});

impl OrderRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoLines => "order.no-lines",
            Self::TooManyLines { .. } => "order.too-many-lines",
            Self::NoSuchList { .. } => "order.no-such-list",
            Self::NotListed { .. } => "order.not-listed",
            Self::NotTheListPrice { .. } => "order.not-the-list-price",
            Self::WrongTotal { .. } => "order.wrong-total",
            Self::Unknown => "order.unknown",
            Self::OtherBody => "order.other-body",
            Self::NotYours => "order.not-yours",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::NoSuchList { .. } | Self::NotListed { .. } | Self::NotTheListPrice { .. } => "S5",
            _ => "S42",
        }
    }
}

/// The most lines one order has.
pub const MOST_LINES: u32 = 200;

/// Whether an order can be taken like this: every line at the list's price. Source: S5, S42.
pub fn may_take(order: &OrderTaken, list: Option<&PriceList>) -> Result<(), OrderRefusal> {
    let has = u32::try_from(order.lines.len()).unwrap_or(u32::MAX);
    if has == 0 {
        return Err(OrderRefusal::NoLines);
    }
    if has > MOST_LINES {
        return Err(OrderRefusal::TooManyLines { has, most: MOST_LINES });
    }
    let Some(list) = list.filter(|list| list.issued.is_some()) else {
        return Err(OrderRefusal::NoSuchList { list: order.price_list });
    };
    for (line, number) in order.lines.iter().zip(1u32..) {
        let Some(listed) = list.price(line.product) else {
            return Err(OrderRefusal::NotListed { line: number });
        };
        if line.price != listed {
            return Err(OrderRefusal::NotTheListPrice { line: number, listed, asked: line.price });
        }
        let right = line.price.times(line.quantity);
        if line.total != right {
            return Err(OrderRefusal::WrongTotal { line: number, right });
        }
    }
    Ok(())
}

/// Whether `author` may set this stamp. Source: S42.
pub fn may_stamp(op: &OrderStamped, order: Option<&Order>, author: &Author) -> Result<(), OrderRefusal> {
    let recorded = order.and_then(|order| order.recorded.as_ref());
    // Another customer's order is none that the author need know of.
    let Some(recorded) = recorded.filter(|recorded| recorded.what.customer == op.customer) else {
        return Err(OrderRefusal::Unknown);
    };
    if recorded.what.body_hash() != op.over {
        return Err(OrderRefusal::OtherBody);
    }
    let allowed = match op.stamp {
        OrderStamp::Accepted => author.role == Role::Logistics,
        OrderStamp::Withdrawn => author.role == Role::Logistics || recorded.by == author.staff,
    };
    if allowed { Ok(()) } else { Err(OrderRefusal::NotYours) }
}
