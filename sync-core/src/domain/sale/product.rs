//! 产品: what the company sells. Source: S1.

use minicbor::Encode;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    crdt::Register,
    domain::people::{Author, Role},
    time::Timestamp,
    unit::{ChangeId, ProductId, StaffId, Text},
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

/// What of a product prices and quantities hang on: a price is that of one unit in its packaging, a weight is measured
/// against its tolerance. Source: S1, S5, S54.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize)]
#[cbor(map)]
pub struct Binding {
    /// Unit in which it is sold.
    #[n(0)]
    pub unit: Text<1, 10>,
    /// Packaging.
    #[n(1)]
    pub packaging: Text<0, 60>,
    /// Net weight of one unit, in grams.
    #[n(2)]
    pub net_weight_g: u32,
    /// How far one unit may be off, in grams.
    #[n(3)]
    pub tolerance_g: u32,
}

reads_map!(Binding { 0: unit, 1: packaging, 2: net_weight_g, 3: tolerance_g });

impl ProductCard {
    /// What of it binds the company: its name, its quality and whether it is still sold describe it.
    pub fn binding(&self) -> Binding {
        Binding {
            unit: self.unit.clone(),
            packaging: self.packaging.clone(),
            net_weight_g: self.net_weight_g,
            tolerance_g: self.tolerance_g,
        }
    }
}

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
    /// Somebody else changed what prices and quantities hang on, and neither knew of the other. Source: S5.
    #[n(1)]
    #[error("somebody else changed what prices and quantities hang on meanwhile")]
    Undecided {
        /// What both had seen.
        #[n(0)]
        base: Option<Box<Binding>>,
        /// What stands there now.
        #[n(1)]
        theirs: Box<Binding>,
        /// Who wrote that.
        #[n(2)]
        by: StaffId,
        /// When.
        #[n(3)]
        at: Timestamp,
    },
}

reads_enum!(ProductRefusal { 0: NotYours, 1: Undecided { base, theirs, by, at } });

impl ProductRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotYours => "product.not-yours",
            Self::Undecided { .. } => "product.undecided",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::NotYours => "S1",
            Self::Undecided { .. } => "S5",
        }
    }
}

/// Whether `author` may describe products. Source: S1.
pub fn may_keep(author: &Author) -> Result<(), ProductRefusal> {
    if author.may(Role::keeps_prices) { Ok(()) } else { Err(ProductRefusal::NotYours) }
}

/// Whether this may be said of a product: what prices and quantities hang on is not overwritten by somebody who has not
/// seen it. Source: S1, S5.
pub fn may_describe(op: &ProductSet, there: Option<&Product>, author: &Author) -> Result<(), ProductRefusal> {
    may_keep(author)?;
    let Some(register) = there.map(|product| &product.card) else { return Ok(()) };
    let binding = op.card.binding();
    let unseen = register.unseen(&op.replaces, |there| there.value.binding() != binding);
    // A head who accepts it has seen both and chosen.
    let Some(theirs) = unseen.filter(|_| author.backed.is_none()) else { return Ok(()) };
    let base = register.base(&op.replaces, &theirs.replaces).map(|base| Box::new(base.value.binding()));
    Err(ProductRefusal::Undecided {
        base,
        theirs: Box::new(theirs.value.binding()),
        by: theirs.by,
        at: theirs.at,
    })
}
