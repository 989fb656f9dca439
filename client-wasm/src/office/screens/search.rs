//! What was typed into the top bar, looked for among customers, orders, receipts and people.
//!
//! Floor: office, a screen.

use leptos::prelude::*;
use serde::de::DeserializeOwned;

use super::cells::name;
use crate::office::api::call::in_address;
use crate::office::api::papers::{CollectionRow, CustomerRow, Listed, OrderRow};
use crate::office::api::people::StaffRow;
use crate::office::fetched::fetched;
use crate::office::navigation;
use crate::office::state::office;
use crate::ui::{EmptyState, Icon, Page, Panel, Row, format, t};

const MOST: u32 = 8;

/// One thing found.
struct Found {
    title: String,
    sub: String,
    href: String,
}

/// Everything found for some words.
#[component]
pub(in crate::office) fn Search(words: String) -> impl IntoView {
    let role = office().role();
    let given = move |path: &str| role.is_some_and(|role| navigation::granted(path, role));
    let word = in_address(&words);
    let sub = t!("finder-lead", words = words);
    view! {
        <Page title=t!("finder-title") sub=sub>
            <div class="cols cols--half" data-testid="search">
                {given("customers").then(|| group::<CustomerRow>("customers", "nav-customers", &word, |row| Found {
                    title: row.name.clone(),
                    sub: format!("{} · {}", row.county.clone().unwrap_or_default(), name(row.owner.as_ref())),
                    href: format!("#/customers/{}", row.id),
                }))}
                {given("orders").then(|| group::<OrderRow>("orders", "nav-orders", &word, |row| Found {
                    title: format!("{} · {}", row.number, t!("unit-yuan", amount = format::sum(row.total))),
                    sub: format!("{} · {} · {}", name(row.customer.as_ref()), row.staff.name, row.at.moment()),
                    href: format!("#/orders?q={}&open={}", in_address(&row.number), row.id),
                }))}
                {given("collections").then(|| group::<CollectionRow>("collections", "nav-collections", &word, |row| Found {
                    title: format!("{} · {}", row.number, t!("unit-yuan", amount = format::sum(row.amount))),
                    sub: format!("{} · {} · {}", name(row.customer.as_ref()), row.staff.name, row.at.moment()),
                    href: format!("#/collections?q={}&open={}", in_address(&row.number), row.id),
                }))}
                {given("staff").then(|| group::<StaffRow>("staff", "nav-staff", &word, |row| Found {
                    title: row.name.clone(),
                    sub: format!("{} · {}", row.number, t!(&format!("role-{}", row.role.code()))),
                    href: format!("#/visits?staff={}", row.id),
                }))}
            </div>
        </Page>
    }
    .into_any()
}

fn group<R: DeserializeOwned + Send + Sync + 'static>(
    kind: &'static str,
    title: &'static str,
    word: &str,
    found: fn(&R) -> Found,
) -> AnyView {
    let path = format!("/{kind}?q={word}&per_page={MOST}");
    let all = format!("#/{kind}?q={word}");
    let fetched = fetched::<Listed<R>>(move || path.clone());
    let end = move || {
        let total = fetched.shown.with(|shown| shown.as_ref().map(|shown| shown.total));
        let count = total.map(|total| fetched.as_of(t!("lists-count", count = total)));
        view! { <span>{count}</span><a class="link" href=all.clone()>{t!("finder-all")}</a> }.into_any()
    };
    let rows = move || {
        fetched.shown.with(|shown| {
            shown.as_ref().map(|shown| {
                if shown.rows.is_empty() {
                    return view! { <EmptyState icon=Icon::Search title=t!("table-none") /> }.into_any();
                }
                let row = |row: &R| {
                    let found = found(row);
                    view! { <Row title=found.title sub=found.sub href=found.href /> }
                };
                view! { <div class="rows">{shown.rows.iter().map(row).collect_view()}</div> }.into_any()
            })
        })
    };
    view! { <Panel title=t!(title) end=move || { let end = end.clone(); view! { {move || end()} }.into_any() }>{fetched.or_wait()}{rows}</Panel> }.into_any()
}
