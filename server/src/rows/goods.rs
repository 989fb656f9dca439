//! Rows of products (产品) and price lists (销售定价). Source: S1, S5.
//!
//! Floor: rows. Pure: a paper and the names on its page.

use serde::Serialize;
use sync_core::{
    domain::sale::{PriceList, Product},
    time::BusinessDate,
    unit::{PriceListId, ProductId, UnitPrice},
};
use utoipa::ToSchema;

use super::{
    common::{ChangeRef, Person, ProductRef, clock},
    names::{Names, Wanted},
};

/// A product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProductRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: ProductId,
    /// Code (代码).
    pub code: String,
    /// Name (名称).
    pub name: String,
    /// Specification (规格).
    pub specification: String,
    /// Packaging (包装).
    pub packaging: String,
    /// The unit it is sold in.
    pub unit: String,
    /// Quality figures (质量指标).
    pub quality: String,
    /// Net weight of one unit, in grams.
    pub net_weight_g: u32,
    /// How far one unit may be off, in grams.
    pub tolerance_g: u32,
    /// Whether it is no longer sold.
    pub discontinued: bool,
    /// What it costs today; absent where no list in force names it.
    #[schema(value_type = Option<String>, example = "96.00")]
    pub price: Option<UnitPrice>,
    /// What a new description must name as replaced.
    pub heads: Vec<ChangeRef>,
}

/// A line of a price list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PriceRow {
    /// What.
    pub product: ProductRef,
    /// What one unit costs.
    #[schema(value_type = String, example = "96.00")]
    pub price: UnitPrice,
}

/// A price list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PriceListRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: PriceListId,
    /// Its version.
    #[schema(example = "2026-10")]
    pub version: String,
    /// The meeting that set it.
    pub meeting: String,
    /// First day in force.
    #[schema(value_type = chrono::NaiveDate)]
    pub valid_from: BusinessDate,
    /// Last day in force.
    #[schema(value_type = chrono::NaiveDate)]
    pub valid_to: BusinessDate,
    /// Who issued it.
    pub by: Person,
    /// When.
    pub at: String,
    /// Whether it is in force today.
    pub in_force: bool,
    /// The price of each product.
    pub prices: Vec<PriceRow>,
}

/// The row of a product, with its price in the list in force; `None` while the paper is a shell.
pub(super) fn product_row(
    id: ProductId,
    product: &Product,
    in_force: Option<&PriceList>,
) -> Option<ProductRow> {
    let card = product.card.value()?;
    Some(ProductRow {
        id,
        code: card.code.to_string(),
        name: card.name.to_string(),
        specification: card.specification.to_string(),
        packaging: card.packaging.to_string(),
        unit: card.unit.to_string(),
        quality: card.quality.to_string(),
        net_weight_g: card.net_weight_g,
        tolerance_g: card.tolerance_g,
        discontinued: card.discontinued,
        price: in_force.and_then(|list| list.price(id)),
        heads: product.card.heads().into_iter().map(ChangeRef::from).collect(),
    })
}

/// The names a price list's row shows.
pub(super) fn price_list_wants(list: &PriceList, wanted: &mut Wanted) {
    let Some(issued) = &list.issued else { return };
    wanted.staff(issued.by);
    for (product, _) in &issued.what.prices {
        wanted.product(*product);
    }
}

/// The row of a price list; `None` while the paper is a shell.
pub(super) fn price_list_row(
    id: PriceListId,
    list: &PriceList,
    names: &Names<'_>,
    today: BusinessDate,
) -> Option<PriceListRow> {
    let issued = list.issued.as_ref()?;
    let mut prices: Vec<PriceRow> = issued
        .what
        .prices
        .iter()
        .map(|(product, price)| PriceRow { product: names.product(*product), price: *price })
        .collect();
    prices.sort_by(|one, other| one.product.code.cmp(&other.product.code));
    Some(PriceListRow {
        id,
        version: issued.what.version.to_string(),
        meeting: issued.what.meeting.to_string(),
        valid_from: issued.what.valid_from,
        valid_to: issued.what.valid_to,
        by: names.person(issued.by),
        at: clock(issued.at),
        in_force: list.in_force_on(today),
        prices,
    })
}

/// The list in force on a day: of several, the one that began last.
pub(super) fn in_force<'l>(
    lists: impl IntoIterator<Item = (PriceListId, &'l PriceList)>,
    day: BusinessDate,
) -> Option<(PriceListId, &'l PriceList)> {
    lists.into_iter().filter(|(_, list)| list.in_force_on(day)).max_by_key(|(id, list)| {
        (list.issued.as_ref().map(|issued| (issued.what.valid_from, issued.at)), *id)
    })
}
