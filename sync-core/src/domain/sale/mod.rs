//! Chapter 2: products, prices and orders. Source: S1, S4–S6, S42.

mod order;
mod price_list;
mod product;

pub use order::{
    MOST_LINES, Order, OrderLine, OrderRefusal, OrderStamp, OrderStamped, OrderStatus, OrderTaken, may_stamp,
    may_take, order_number,
};
pub use price_list::{PriceList, PriceListIssued, PriceRefusal, may_issue};
pub use product::{Binding, Product, ProductCard, ProductRefusal, ProductSet, may_describe, may_keep};
