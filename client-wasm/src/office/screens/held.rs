//! 待处理: changes that wait for a person, each with its reason, its content and what comes next.
//!
//! Floor: office, a screen. This module must not decide anything about them.

use leptos::prelude::*;

use super::cells::{customer_link, name, nothing, pair, panel_head, unbroken, when};
use super::content::{Content, value_words};
use super::deciding;
use crate::office::api::standing::{HeldRow, OtherValue};
use crate::office::list::{ListScreen, Listing, Opens};
use crate::ui::{
    Cell, Choice, Column, Fate, Icon, Sort, TableRow, Tone, badge, fate_badge, icon, pairs, t, words,
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

/// Where changes stand; those that wait are shown unless others are asked for, or all of them.
fn states() -> Vec<Choice> {
    const STATES: [&str; 6] = ["held", "undecided", "withheld", "accepted", "declined", "corrected"];
    let waiting = Choice::new("", t!("waiting-state-waiting"));
    let each = STATES.map(|state| Choice::new(state, t!(&format!("waiting-state-{state}"))));
    let all = Choice::new(STATES.join(","), t!("filters-all-states"));
    [waiting].into_iter().chain(each).chain([all]).collect()
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
    let entries = vec![
        pair("waiting-base", other.base.as_ref().map_or_else(nothing, value_words)),
        pair("waiting-theirs", value_words(&other.theirs)),
        pair("waiting-theirs-by", format!("{} · {}", other.by.name, other.at.full())),
    ];
    pairs(false, entries).into_any()
}

/// What a person can do now, by what kind of reason it is; whoever may not decide is told who may.
fn next_step(row: &HeldRow) -> String {
    if !row.may_decide {
        return t!("waiting-next-head");
    }
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
    let content = row.content.clone().map(|content| {
        view! { <Content content=content number=row.number.clone() amount=row.amount /> }.into_any()
    });
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
