//! Picking products for an order: the list in force, found by name, initials or code.
//!
//! Floor: screens. This module must not change a price.

use leptos::prelude::*;
use sync_core::{
    replica::Replica,
    time::BusinessDate,
    unit::{ProductId, Quantity, UnitPrice, folded},
};

use super::customers::words_of;
use crate::{
    field::{later, texts},
    ui::{
        Button, ButtonKind, ButtonSize, EmptyState, Icon, Kept, NO_NUMBER, SearchField, Sheet, Stepper,
        fresh, icon, kept, t,
    },
};

/// A product as an order offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offered {
    /// Which.
    pub(crate) id: ProductId,
    /// Name with specification.
    pub(crate) name: String,
    /// 袋, 箱
    pub(crate) unit: String,
    /// The list's price.
    pub(crate) price: UnitPrice,
    /// Net weight of one unit, in grams.
    pub(crate) grams: u32,
    code: String,
    search: String,
}

/// The products on the list in force on a day, by code.
pub(crate) fn offered(book: &Replica, day: BusinessDate) -> Vec<Offered> {
    let Some((_, list)) = book.price_list_on(day) else { return Vec::new() };
    let Some(issued) = &list.issued else { return Vec::new() };
    let mut all: Vec<Offered> = issued
        .what
        .prices
        .iter()
        .filter_map(|(id, price)| {
            let card = book.product_card(*id).filter(|card| !card.discontinued)?;
            let name = texts::product_name(card);
            let search = folded(&format!("{name} {} {}", later::initials().of(&name), card.code));
            Some(Offered {
                id: *id,
                unit: card.unit.to_string(),
                price: *price,
                grams: card.net_weight_g,
                code: card.code.to_string(),
                name,
                search,
            })
        })
        .collect();
    all.sort_by(|a, b| a.code.cmp(&b.code));
    all
}

/// The lines of an order being written: products with their quantity.
#[derive(Clone, Copy)]
pub(crate) struct Lines {
    all: RwSignal<Vec<(ProductId, RwSignal<u32>)>>,
    owner: StoredValue<Owner>,
}

impl Lines {
    /// None yet.
    pub(crate) fn none() -> Self {
        Self { all: RwSignal::new(Vec::new()), owner: StoredValue::new(Owner::current().unwrap_or_default()) }
    }

    /// One more of a product.
    pub(crate) fn add(self, product: ProductId) {
        match self.of(product) {
            Some(quantity) => {
                quantity.update(|pieces| {
                    *pieces = if *pieces == NO_NUMBER { 1 } else { pieces.saturating_add(1) }
                });
            }
            None => self.put(product, 1),
        }
    }

    /// A line as it was kept.
    pub(crate) fn put(self, product: ProductId, pieces: u32) {
        let quantity = self.owner.with_value(|owner| owner.with(|| RwSignal::new(pieces)));
        self.all.update(|all| all.push((product, quantity)));
    }

    /// Takes a line off.
    pub(crate) fn remove(self, product: ProductId) {
        self.all.update(|all| all.retain(|(other, _)| *other != product));
    }

    /// The lines as they stand; changes with them.
    pub(crate) fn get(self) -> Vec<(ProductId, RwSignal<u32>)> {
        self.all.get()
    }

    /// The first line without a quantity that can be ordered, from 1.
    pub(crate) fn first_wrong(self) -> Option<usize> {
        let wrong = |(_, quantity): &(ProductId, RwSignal<u32>)| Quantity::new(quantity.get()).is_none();
        self.all.get().iter().position(wrong).map(|place| place + 1)
    }

    /// The lines of more than none, as they stand.
    pub(crate) fn pieces(self) -> Vec<(ProductId, u32)> {
        self.all
            .get()
            .into_iter()
            .map(|(product, quantity)| (product, quantity.get()))
            .filter(|(_, pieces)| *pieces > 0 && *pieces != NO_NUMBER)
            .collect()
    }

    fn of(self, product: ProductId) -> Option<RwSignal<u32>> {
        self.all.with(|all| all.iter().find(|(other, _)| *other == product).map(|(_, quantity)| *quantity))
    }
}

/// The sheet with all products.
#[component]
pub(super) fn PickProduct(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What there is.
    #[prop(into)]
    offered: Kept<Vec<Offered>>,
    /// What is ordered.
    lines: Lines,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let close = move || open.set(false);
    view! {
        <Sheet open=open on_close=close title=t!("order-add")>
            <SearchField label=t!("order-search") value=typed testid="product-search" />
            <div class="card rows picklist">
                {fresh(move || {
                    let words = words_of(&typed.get());
                    let found: Vec<Offered> = offered.with(|all| {
                        all.iter()
                            .filter(|product| words.iter().all(|word| product.search.contains(word.as_str())))
                            .cloned()
                            .collect()
                    });
                    if found.is_empty() {
                        return view! { <EmptyState icon=Icon::Search title=t!("order-not-found") text=t!("order-not-found-text") /> }.into_any();
                    }
                    found.into_iter().map(|product| view! { <ProductRow product=product lines=lines /> }).map(IntoAny::into_any).collect_view().into_any()
                })}
            </div>
            <Button label=t!("order-picked") kind=ButtonKind::Primary size=ButtonSize::Block on_press=close testid="products-done" />
        </Sheet>
    }
}

#[component]
fn ProductRow(product: Offered, lines: Lines) -> impl IntoView {
    let id = product.id;
    let name = product.name.clone();
    let quantity = kept(move || lines.of(id));
    view! {
        <div class="row" data-testid="product">
            <span class="row-main">
                <span class="row-title">{product.name.clone()}</span>
                <span class="row-sub num">{t!("order-price", price = product.price.to_string(), unit = product.unit)}</span>
            </span>
            {fresh(move || match quantity.get() {
                Some(quantity) => view! { <Stepper label=name.clone() value=quantity testid="quantity" /> }.into_any(),
                None => view! {
                    <button type="button" class="btn btn--sm" aria-label=format!("{} {}", t!("do-add"), name) data-testid="add-product" on:click=move |_| lines.add(id)>
                        {icon(Icon::Plus)}{t!("do-add")}
                    </button>
                }.into_any(),
            })}
        </div>
    }
}
