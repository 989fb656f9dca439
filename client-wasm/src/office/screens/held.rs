//! 待处理: changes that wait for a person, each with its reason, its content and what comes next.
//!
//! Floor: office, a screen. This module must not decide anything about them.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde_json::Value;

use super::cells::{customer_link, name, nothing, pair, panel_head, unbroken, when};
use super::deciding;
use crate::office::api::papers::ProductRow;
use crate::office::api::standing::{HeldRow, OtherValue};
use crate::office::fetched::fetched_whole;
use crate::office::list::{ListScreen, Listing, Opens};
use crate::ui::{
    Cell, Choice, Column, Fate, Icon, Sort, TableRow, Tone, badge, fate_badge, format, icon, pairs, t, words,
};

/// The inbox of held changes.
pub(in crate::office) fn held() -> AnyView {
    let listing = Listing::<HeldRow> {
        kind: "held",
        title: "nav-held",
        lead: "waiting-lead",
        columns,
        row,
        by_staff: true,
        states,
        by_date: true,
        sort: Sort { key: "at", descending: true },
        opens: Opens::Beside(held_panel),
        head: None,
        deeds: Some(deciding::deeds),
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

/// Where changes stand; those that wait are shown unless others are asked for.
fn states() -> Vec<Choice> {
    const STATES: [&str; 6] = ["held", "undecided", "withheld", "accepted", "declined", "corrected"];
    STATES.map(|state| Choice::new(state, t!(&format!("waiting-state-{state}")))).to_vec()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("at", t!("col-when")),
        Column::words("staff", t!("col-who")),
        Column::words("kind", t!("feed-what")).unsorted(),
        Column::words("customer", t!("col-customer")),
        Column::words("reason", t!("waiting-why")).unsorted(),
        Column::words("age", t!("waiting-age")).unsorted(),
    ]
}

/// What was done, as the feed calls it.
pub(super) fn kind_name(kind: &str) -> String {
    let key = format!("did-{kind}");
    let said = t!(&key);
    if said == key { kind.to_owned() } else { said }
}

/// The sentence of the reason.
pub(super) fn reason(row: &HeldRow) -> String {
    if row.reason.text.is_empty() {
        words::of_code("refusal", &row.reason.code, &[])
    } else {
        row.reason.text.clone()
    }
}

fn row(row: &HeldRow) -> TableRow {
    TableRow {
        id: row.id.clone(),
        cells: vec![
            when(row.at),
            unbroken(row.by.name.clone()),
            Cell::View(ViewFn::from({
                let kind = kind_name(&row.kind);
                move || view! { <b class="nowrap">{kind.clone()}</b> }
            })),
            unbroken(name(row.customer.as_ref())),
            reason(row).into(),
            unbroken(row.at.age()),
        ],
    }
}

/// The other of two values, of which one must be chosen.
fn other_value(other: &OtherValue) -> AnyView {
    let none = Names::new();
    let entries = vec![
        pair("waiting-base", other.base.as_ref().map_or_else(nothing, |base| plain(base, &none))),
        pair("waiting-theirs", plain(&other.theirs, &none)),
        pair("waiting-theirs-by", format!("{} · {}", other.by.name, other.at.full())),
    ];
    pairs(false, entries).into_any()
}

/// What a person can do now, by what kind of reason it is.
fn next_step(row: &HeldRow) -> String {
    match row.status.as_str() {
        "withheld" => return t!("waiting-next-withheld"),
        "undecided" => return t!("waiting-next-undecided"),
        _ => {}
    }
    let family = row.reason.code.split('.').next().unwrap_or_default();
    let key = match family {
        "customer" | "order" | "price" | "product" | "device" | "account" => format!("waiting-next-{family}"),
        _ => "waiting-next-change".to_owned(),
    };
    t!(&key)
}

fn held_panel(row: &HeldRow) -> AnyView {
    let head = match row.status.as_str() {
        "accepted" => fate_badge(Fate::Applied),
        "declined" | "corrected" => {
            badge(Tone::Saved, Some(Icon::Swap), t!(&format!("waiting-state-{}", row.status)))
        }
        _ => fate_badge(Fate::Held),
    };
    let facts = vec![
        pair("col-who", row.by.name.clone()),
        pair("times-happened", row.at.full()),
        pair("waiting-change", t!("waiting-change-number", seq = row.change.seq)),
    ];
    let clause = row.reason.clause.clone().unwrap_or_default();
    let settled = deciding::settled(row);
    let waits = settled.is_none();
    let other = row.other.as_ref().map(other_value);
    let content = row.content.clone().map(|content| view! { <Content content=content /> }.into_any());
    view! {
        {panel_head(kind_name(&row.kind), head)}
        <div class="panel-body stack">
            <p class="t-lg strong">{customer_link(row.customer.as_ref())}</p>
            <div class="banner banner--held">
                {icon(Icon::Hold)}
                <div class="banner-text">{reason(row)}<span class="blk code tiny">{row.reason.code.clone()}" "{clause}</span></div>
            </div>
            {settled}
            {other}
            {pairs(false, facts)}
            {waits.then(|| view! { <div class="note"><b class="blk">{t!("waiting-next")}</b>{next_step(row)}</div> })}
            <h3>{t!("waiting-content")}</h3>
            {content.unwrap_or_else(|| view! { <p class="small muted">{t!("waiting-unreadable")}</p> }.into_any())}
            <p class="tiny faint">{t!("waiting-nothing-lost")}</p>
        </div>
    }
    .into_any()
}

/// What a product is called, and in what it is counted.
#[derive(Clone, Debug, PartialEq)]
struct Named {
    name: String,
    unit: String,
}

type Names = BTreeMap<String, Named>;

/// What was written, with the names of products instead of their ids; other ids say nothing to a person.
#[component]
pub(super) fn Content(content: Value) -> impl IntoView {
    let products = fetched_whole::<ProductRow>(|| "/products".to_owned());
    let names = Signal::derive(move || {
        products.shown.with(|listed| {
            let rows = listed.iter().flat_map(|listed| &listed.rows);
            rows.map(|row| {
                let name = format!("{} {}", row.name, row.specification);
                (row.id.clone(), Named { name, unit: row.unit.clone() })
            })
            .collect::<Names>()
        })
    });
    move || {
        let names = names.get();
        let said = content.as_object()?.iter().filter(|(key, value)| is_told(key, value));
        let entries = said.map(|(key, value)| (content_name(key), told(key, value, &names))).collect();
        Some(pairs(false, entries))
    }
}

/// Ids and empty places say nothing to a person.
fn is_told(key: &str, value: &Value) -> bool {
    let is_id = matches!(
        key,
        "op" | "customer" | "price_list" | "replaces" | "over" | "order" | "account" | "owner" | "staff"
    );
    !is_id && !value.is_null() && value.as_str() != Some("")
}

fn told(key: &str, value: &Value, names: &Names) -> AnyView {
    // Which entry it corrects is named by an id, which says nothing to a person.
    if matches!(key, "corrects" | "addition") {
        t!("waiting-corrects").into_any()
    } else {
        lines(value, names)
    }
}

fn lines(value: &Value, names: &Names) -> AnyView {
    match value {
        Value::Array(parts) => parts
            .iter()
            .map(|part| view! { <span class="blk">{plain(part, names)}</span> })
            .collect_view()
            .into_any(),
        other => plain(other, names).into_any(),
    }
}

fn content_name(key: &str) -> String {
    let named = format!("content-{}", key.replace('_', "-"));
    let said = t!(&named);
    if said == named { key.to_owned() } else { said }
}

fn plain(value: &Value, names: &Names) -> String {
    match value {
        Value::String(text) => names.get(text).map_or_else(|| in_words(text), |named| named.name.clone()),
        Value::Array(parts) => {
            parts.iter().map(|part| plain(part, names)).collect::<Vec<_>>().join(&t!("list-colon"))
        }
        Value::Object(parts) => {
            match (parts.get("product"), parts.get("quantity"), parts.get("price"), parts.get("total")) {
                (Some(product), Some(quantity), Some(price), Some(total)) => t!(
                    "waiting-line",
                    product = plain(product, names),
                    quantity = plain(quantity, names),
                    unit =
                        product.as_str().and_then(|id| names.get(id)).map_or("", |named| named.unit.as_str()),
                    price = plain(price, names),
                    total = plain(total, names)
                ),
                _ => parts
                    .iter()
                    .filter(|(key, value)| key.as_str() != "type" && is_told(key, value))
                    .map(|(_, value)| plain(value, names))
                    .collect::<Vec<_>>()
                    .join(" "),
            }
        }
        other => other.to_string(),
    }
}

/// The code of a field or stage as people call it; other words as they stand.
fn in_words(text: &str) -> String {
    if let Some(day) = format::typed_day(text) {
        return format::full_day(day);
    }
    ["card", "stage", "organisation", "purpose", "orders-state"]
        .iter()
        .map(|family| format!("{family}-{text}"))
        .find_map(|key| Some(t!(&key)).filter(|said| *said != key))
        .unwrap_or_else(|| text.to_owned())
}
