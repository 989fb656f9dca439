//! 产品: what the company sells. Source: S1.

use minicbor::Encode;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    crdt::Register,
    domain::people::Author,
    unit::{ChangeId, ProductId, Text},
};

/// What a product is.
///
/// # Units
/// Weights in grams.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct ProductCard {
    /// Code (代码).
    #[n(0)]
    pub code: Text<1, 20>,
    /// Name (名称).
    #[n(1)]
    pub name: Text<1, 60>,
    /// Specification (规格).
    #[n(2)]
    pub specification: Text<0, 60>,
    /// Packaging (包装).
    #[n(3)]
    pub packaging: Text<0, 60>,
    /// Unit in which it is sold (单位): bag, box.
    #[n(4)]
    pub unit: Text<1, 10>,
    /// Quality figures (质量指标).
    #[n(5)]
    #[serde(default)]
    pub quality: Text<0, 200>,
    /// Net weight of one unit.
    #[n(6)]
    pub net_weight_g: u32,
    /// How far one unit may be off.
    #[n(7)]
    pub tolerance_g: u32,
    /// Whether it is no longer sold.
    #[n(8)]
    #[serde(default)]
    pub discontinued: bool,
}

reads_map!(ProductCard {
    0: code,
    1: name,
    2: specification,
    3: packaging,
    4: unit,
    5: quality,
    6: net_weight_g,
    7: tolerance_g,
    8: discontinued
});

/// A product is entered or described anew.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct ProductSet {
    /// Which product.
    #[n(0)]
    pub product: ProductId,
    /// Its description.
    #[n(1)]
    pub card: ProductCard,
    /// The writes it replaces.
    #[n(2)]
    #[serde(default)]
    pub replaces: Vec<ChangeId>,
}

reads_map!(ProductSet { 0: product, 1: card, 2: replaces });

/// A product in the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Product {
    /// The description, with its history.
    #[n(0)]
    pub card: Register<ProductCard>,
}

reads_map!(Product { 0: card });

/// Why a change to a product is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum ProductRefusal {
    /// The author's role does not keep products.
    #[n(0)]
    #[error("only the heads and the sales clerk keep products")]
    NotYours,
}

reads_enum!(ProductRefusal { 0: NotYours });

impl ProductRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        "product.not-yours"
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        "S1"
    }
}

/// Whether `author` may describe products. Source: S1.
pub fn may_keep(author: &Author) -> Result<(), ProductRefusal> {
    if author.role.keeps_prices() { Ok(()) } else { Err(ProductRefusal::NotYours) }
}
