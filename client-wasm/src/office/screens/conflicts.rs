//! 冲突: fields that two people wrote without knowing of each other; both values stay until somebody keeps one.
//!
//! Floor: office, a screen. This module must not decide which value counts: the book does, by the time of the act.

use leptos::prelude::*;

use super::card::{field_name, value_words};
use super::cells::{customer_link, nothing};
use super::customer::settle;
use crate::office::api::papers::{Listed, Written};
use crate::office::api::standing::ConflictRow;
use crate::office::fetched::fetched;
use crate::office::gesture::Gesture;
use crate::ui::{Button, ButtonSize, EmptyState, Icon, Page, Tone, badge, t};

/// The inbox of conflicts.
#[component]
pub(in crate::office) fn Conflicts() -> impl IntoView {
    let fetched = fetched::<Listed<ConflictRow>>(|| "/conflicts?per_page=200".to_owned());
    let list = move || {
        fetched.shown.with(|shown| {
            shown.as_ref().map(|shown| {
                if shown.rows.is_empty() {
                    view! { <section class="panel"><EmptyState icon=Icon::Check title=t!("conflicts-none") text=t!("conflicts-none-text") /></section> }.into_any()
                } else {
                    view! { <div class="cols cols--half">{shown.rows.iter().map(one).collect_view()}</div> }.into_any()
                }
            })
        })
    };
    let sub = move || {
        let total = fetched.shown.with(|shown| shown.as_ref().map_or(0, |shown| shown.rows.len()));
        t!("conflicts-lead", count = total)
    };
    view! {
        <Page title=t!("nav-conflicts") sub=Signal::derive(sub)>
            {fetched.or_wait()}
            <div data-testid="list-conflicts">{list}</div>
        </Page>
    }
    .into_any()
}

fn one(row: &ConflictRow) -> AnyView {
    let gesture = Gesture::new();
    let losing = row.losing.iter().map(|lost| version(row, lost, false, gesture)).collect_view();
    let shown = version(row, &row.shown, true, gesture);
    let field = field_name(&row.field);
    view! {
        <section class="panel" data-testid="conflict">
            <div class="panel-head">
                <h2>{customer_link(Some(&row.customer))}" · "{field}</h2>
                <div class="panel-head-end">{badge(Tone::Finding, Some(Icon::Swap), t!("conflicts-both"))}</div>
            </div>
            <div class="versions">{shown}{losing}</div>
            <p class="conflict-why">{t!("conflict-why")}</p>
            {gesture.note()}
        </section>
    }
    .into_any()
}

fn version(row: &ConflictRow, written: &Written, in_use: bool, gesture: Gesture) -> AnyView {
    let value = written.value.as_ref().map_or_else(nothing, value_words);
    let content = settle(&row.customer.id, &row.field, &row.heads, written.value.as_ref());
    let press = move || gesture.command(content.clone(), t!("conflicts-settled"), || {});
    let (test, label) =
        if in_use { ("keep", t!("conflicts-keep")) } else { ("restore", t!("conflict-restore")) };
    view! {
        <div class="version" class:is-winner=in_use>
            <span class="version-who">{written.by.name.clone()}</span>
            <span><span class="version-value">{value}</span><span class="row-sub">{written.at.full()}{in_use.then(|| format!(" · {}", t!("conflict-in-use")))}</span></span>
            <Button attr:data-testid=test label=label size=ButtonSize::Small on_press=press />
        </div>
    }
    .into_any()
}
