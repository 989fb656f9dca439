//! The screens of the console, one file each.
//!
//! Floor: office, below `app` and above `list`. A screen must not know another one; they meet by addresses.

mod accounts;
mod card;
mod cash;
mod cells;
mod conflicts;
mod content;
mod customer;
mod customers;
mod deciding;
mod devices;
mod entry;
mod feed;
mod hand_ins;
mod handing;
mod held;
mod home;
mod integrity;
mod matters;
mod money;
mod orders;
mod pager;
mod price_editor;
mod prices;
mod product_editor;
mod products;
mod reading;
mod renewing;
mod rescuing;
mod search;
mod staff;
mod timeline;
mod transfer;
mod visits;

pub(super) use accounts::accounts;
pub(super) use cash::Cash;
pub(super) use conflicts::Conflicts;
pub(super) use customer::Customer;
pub(super) use customers::customers;
pub(super) use devices::devices;
pub(super) use feed::Feed;
pub(super) use hand_ins::hand_ins;
pub(super) use held::held;
pub(super) use home::Home;
pub(super) use money::{collections, remittances};
pub(super) use orders::orders;
pub(super) use price_editor::NewPriceList;
pub(super) use prices::price_lists;
pub(super) use product_editor::ProductEditor;
pub(super) use products::products;
pub(super) use search::Search;
pub(super) use staff::staff;
pub(super) use transfer::Transfer;
pub(super) use visits::visits;
