//! 销售定价: what the pricing meeting set, and for how long. Source: S5.

use minicbor::Encode;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    domain::{
        Recorded,
        people::{Author, Role},
    },
    time::BusinessDate,
    unit::{PriceListId, ProductId, Text, UnitPrice},
};

/// The pricing meeting issues a list.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct PriceListIssued {
    /// The list's id.
    #[n(0)]
    pub list: PriceListId,
    /// The version, as people name it: `2026-10`.
    #[n(1)]
    pub version: Text<1, 20>,
    /// The meeting that set it (定价会).
    #[n(2)]
    pub meeting: Text<0, 60>,
    /// First day in force.
    #[n(3)]
    pub valid_from: BusinessDate,
    /// Last day in force.
    #[n(4)]
    pub valid_to: BusinessDate,
    /// The price of each product's unit.
    #[n(5)]
    pub prices: Vec<(ProductId, UnitPrice)>,
}

reads_map!(PriceListIssued { 0: list, 1: version, 2: meeting, 3: valid_from, 4: valid_to, 5: prices });

/// A price list in the book. It is never edited; a new issue takes its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct PriceList {
    /// The list as it was issued.
    #[n(0)]
    pub issued: Option<Recorded<PriceListIssued>>,
}

reads_map!(PriceList { 0: issued });

impl PriceList {
    /// The list price of a product.
    pub fn price(&self, product: ProductId) -> Option<UnitPrice> {
        let issued = self.issued.as_ref()?;
        issued.what.prices.iter().find(|(listed, _)| *listed == product).map(|(_, price)| *price)
    }

    /// Whether the list is in force on a day.
    pub fn in_force_on(&self, day: BusinessDate) -> bool {
        self.issued.as_ref().is_some_and(|list| list.what.valid_from <= day && day <= list.what.valid_to)
    }
}

/// Why a price list is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum PriceRefusal {
    /// The author's role does not keep prices.
    #[n(0)]
    #[error("only the heads and the sales clerk keep prices")]
    NotYours,
    /// The last day lies before the first.
    #[n(1)]
    #[error("the last day lies before the first")]
    EndsBeforeItBegins,
    /// No prices, or a product twice.
    #[n(2)]
    #[error("a list needs prices, and each product once")]
    NotOnceEach,
    /// The list is in the book already.
    #[n(3)]
    #[error("this list is in the book already")]
    Exists,
}

reads_enum!(PriceRefusal { 0: NotYours, 1: EndsBeforeItBegins, 2: NotOnceEach, 3: Exists });

impl PriceRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotYours => "price.not-yours",
            Self::EndsBeforeItBegins => "price.ends-before-it-begins",
            Self::NotOnceEach => "price.not-once-each",
            Self::Exists => "price.exists",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        "S5"
    }
}

/// Whether `author` may issue this list. Source: S5.
pub fn may_issue(list: &PriceListIssued, author: &Author) -> Result<(), PriceRefusal> {
    let products: std::collections::BTreeSet<_> = list.prices.iter().map(|(product, _)| product).collect();
    if !author.may(Role::keeps_prices) {
        Err(PriceRefusal::NotYours)
    } else if list.valid_to < list.valid_from {
        Err(PriceRefusal::EndsBeforeItBegins)
    } else if list.prices.is_empty() || products.len() != list.prices.len() {
        Err(PriceRefusal::NotOnceEach)
    } else {
        Ok(())
    }
}
