//! 价格表: the price lists the pricing meeting issued, the one in force first (S5).
//!
//! Floor: office, a screen. A list is never edited; a new issue takes its place.

use leptos::prelude::*;
use sync_core::domain::people::Role;

use super::cells::{date, pair, panel_head, tag, when};
use crate::office::api::papers::PriceListRow;
use crate::office::list::{ListScreen, Listing, Opens};
use crate::office::state::office;
use crate::ui::{ButtonKind, ButtonLink, Cell, Column, Icon, Sort, TableRow, Tone, badge, pairs, t};

/// The list of price lists.
pub(in crate::office) fn price_lists() -> AnyView {
    let keeps = office().may(Role::keeps_prices);
    let new = || {
        view! { <ButtonLink attr:data-testid="new-price-list" label=t!("prices-new") href="#/price-lists/new" kind=ButtonKind::Primary icon=Icon::Plus /> }
            .into_any()
    };
    let listing = Listing::<PriceListRow> {
        kind: "price-lists",
        title: "nav-prices",
        lead: "prices-lead",
        columns,
        row,
        by_staff: false,
        states: Vec::new,
        by_date: false,
        sort: Sort { key: "at", descending: true },
        opens: Opens::Beside(price_panel),
        head: keeps.then_some(new),
        deeds: None,
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("label", t!("prices-version")),
        Column::words("meeting", t!("prices-meeting")).unsorted(),
        Column::words("from", t!("prices-from")).unsorted(),
        Column::words("to", t!("prices-to")).unsorted(),
        Column::figures("prices", t!("prices-count")).unsorted(),
        Column::words("at", t!("prices-issued")),
        Column::words("state", t!("col-state")).unsorted(),
    ]
}

fn state(row: &PriceListRow) -> (Tone, Option<Icon>, String) {
    if row.in_force {
        (Tone::Applied, Some(Icon::Check), t!("prices-in-force"))
    } else {
        (Tone::Saved, None, t!("prices-not-in-force"))
    }
}

fn row(row: &PriceListRow) -> TableRow {
    let (tone, icon, word) = state(row);
    let version = row.version.clone();
    TableRow {
        id: row.id.clone(),
        cells: vec![
            Cell::View(ViewFn::from(move || view! { <b>{version.clone()}</b> }.into_any())),
            row.meeting.clone().into(),
            date(Some(&row.valid_from)).into(),
            date(Some(&row.valid_to)).into(),
            row.prices.len().to_string().into(),
            when(row.at),
            tag(tone, icon, word),
        ],
    }
}

fn price_panel(row: &PriceListRow) -> AnyView {
    let (tone, icon, word) = state(row);
    let facts = vec![
        pair("prices-meeting", row.meeting.clone()),
        pair("prices-validity", format!("{} – {}", date(Some(&row.valid_from)), date(Some(&row.valid_to)))),
        pair("prices-issued", format!("{} · {}", row.by.name, row.at.full())),
    ];
    let lines = row
        .prices
        .iter()
        .map(|price| {
            view! {
                <tr>
                    <td><span class="code faint">{price.product.code.clone()}</span></td>
                    <td>{price.product.name.clone()}<span class="sub">{price.product.specification.clone()}</span></td>
                    <td class="n">{price.price.to_string()}" / "{price.product.unit.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        {panel_head(t!("prices-list-title", version = &row.version), badge(tone, icon, word))}
        <div class="panel-body">{pairs(false, facts)}</div>
        <div class="table-scroll beside-scroll" tabindex="0" role="region" aria-label=t!("prices-lines")>
            <table class="table table--dense ruled" aria-label=t!("prices-lines")>
                <thead><tr><th scope="col">{t!("products-code")}</th><th scope="col">{t!("col-product")}</th><th scope="col" class="n">{t!("col-price")}</th></tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}
