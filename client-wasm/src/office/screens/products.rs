//! 产品: what the company sells, with its price in force (S1).
//!
//! Floor: office, a screen.

use leptos::prelude::*;
use sync_core::domain::people::Role;

use super::cells::{nothing, or_nothing, tag};
use crate::office::api::papers::ProductRow;
use crate::office::list::{ListScreen, Listing, Opens};
use crate::office::state::office;
use crate::ui::{ButtonKind, ButtonLink, Cell, Choice, Column, Icon, Sort, TableRow, Tone, t};

/// The list of products.
pub(in crate::office) fn products() -> AnyView {
    let keeps = office().may(Role::keeps_prices);
    let new = || {
        view! { <ButtonLink attr:data-testid="new-product" label=t!("products-new") href="#/products/new" kind=ButtonKind::Primary icon=Icon::Plus /> }
            .into_any()
    };
    let listing = Listing::<ProductRow> {
        kind: "products",
        title: "nav-products",
        lead: "products-lead",
        columns,
        row,
        by_staff: false,
        states: || {
            vec![
                Choice::new("sold", t!("products-sold")),
                Choice::new("discontinued", t!("products-discontinued")),
            ]
        },
        by_date: false,
        sort: Sort { key: "label", descending: false },
        opens: if keeps { Opens::Page(|id| format!("#/products/{id}")) } else { Opens::Nothing },
        head: keeps.then_some(new),
        deeds: None,
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("label", t!("products-code")),
        Column::words("name", t!("col-product")).unsorted(),
        Column::words("specification", t!("products-specification")).unsorted(),
        Column::words("packaging", t!("products-packaging")).unsorted(),
        Column::words("unit", t!("products-unit")).unsorted(),
        Column::figures("weight", t!("products-weight")).unsorted(),
        Column::figures("price", t!("products-price")).unsorted(),
        Column::words("state", t!("col-state")).unsorted(),
    ]
}

/// # Units
/// Grams in, kilograms shown.
fn kilograms(grams: u32) -> String {
    let (whole, part) = (grams / 1000, grams % 1000);
    if part == 0 { format!("{whole} kg") } else { format!("{whole}.{part:03} kg").replace("00 kg", " kg") }
}

fn row(row: &ProductRow) -> TableRow {
    let code = row.code.clone();
    let state = if row.discontinued {
        tag(Tone::Saved, Some(Icon::Stop), t!("products-discontinued"))
    } else if row.heads.len() > 1 {
        tag(Tone::Finding, Some(Icon::Swap), t!("conflicts-both"))
    } else {
        tag(Tone::Applied, Some(Icon::Check), t!("products-sold"))
    };
    TableRow {
        id: row.id.clone(),
        cells: vec![
            Cell::View(ViewFn::from(move || view! { <span class="code">{code.clone()}</span> }.into_any())),
            Cell::Titled(row.name.clone(), row.quality.clone()),
            or_nothing(&row.specification).into(),
            or_nothing(&row.packaging).into(),
            row.unit.clone().into(),
            kilograms(row.net_weight_g).into(),
            row.price.map_or_else(nothing, |price| price.to_string()).into(),
            state,
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::kilograms;

    #[test]
    fn grams_are_shown_as_kilograms() {
        assert_eq!(kilograms(25_000), "25 kg");
        assert_eq!(kilograms(500), "0.5 kg");
        assert_eq!(kilograms(1_250), "1.250 kg");
    }
}
