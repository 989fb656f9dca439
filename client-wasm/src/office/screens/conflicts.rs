//! 冲突: fields that two people wrote without knowing of each other; both values stay until somebody keeps one.
//!
//! Floor: office, a screen. This module must not decide which value counts: the book does, by the time of the act.

use leptos::prelude::*;
use serde_json::Value;

use super::card::{field_name, value_words};
use super::cells::{customer_link, nothing};
use super::customer::settle;
use super::deciding::{self, Values};
use super::pager::Pager;
use crate::office::api::call::in_address;
use crate::office::api::papers::{Listed, Written};
use crate::office::api::standing::{ConflictRow, HeldRow};
use crate::office::api::{At, download};
use crate::office::fetched::{Fetched, fetched, fetched_whole};
use crate::office::gesture::Gesture;
use crate::office::place::{self, Place};
use crate::office::state::office;
use crate::ui::{
    Button, ButtonSize, EmptyState, FilterBar, FilterSelect, Icon, Page, SearchField, Tone, badge, t,
};

/// Fields a page.
const PER_PAGE: u64 = 20;

/// The inbox of conflicts.
#[component]
pub(in crate::office) fn Conflicts() -> impl IntoView {
    let office = office();
    let place = office.place.get_untracked();
    let (words, staff) = (RwSignal::new(place.setting("q")), RwSignal::new(place.setting("staff")));
    let page = RwSignal::new(place.setting("page").parse::<u64>().unwrap_or(1).saturating_sub(1));
    let settings = move || {
        [("q", words), ("staff", staff)].map(|(name, value)| (name.to_owned(), value.get().trim().to_owned()))
    };
    Effect::new(move |before: Option<[(String, String); 2]>| {
        let settings = settings();
        if before.is_some_and(|before| before != settings) {
            page.set(0);
        }
        settings
    });
    let here = move |page: u64| {
        let number = if page > 0 { (page + 1).to_string() } else { String::new() };
        let settings = settings().into_iter().chain([("page".to_owned(), number)]).collect();
        Place { path: "conflicts".to_owned(), settings }
    };
    Effect::new(move |_| place::keep(&here(page.get())));
    let filter = move || {
        let pairs = settings().into_iter().filter(|(_, value)| !value.is_empty());
        pairs.fold(String::new(), |all, (name, value)| all + &name + "=" + &in_address(&value) + "&")
    };
    let fetched = fetched::<Listed<ConflictRow>>(move || {
        format!("/conflicts?{}page={}&per_page={PER_PAGE}", filter(), page.get() + 1)
    });
    let total = move || fetched.shown.with(|shown| shown.as_ref().map_or(0, |shown| shown.total));
    let waiting = fetched_whole::<HeldRow>(|| "/held?status=undecided".to_owned());
    let sub = move || {
        if fetched.shown.with(Option::is_some) {
            let both = t!("conflicts-lead", count = total());
            let binding = waiting.shown.with(|shown| shown.as_ref().map_or(0, |shown| shown.rows.len()));
            let binding = (binding > 0).then(|| t!("conflicts-lead-binding", count = binding));
            fetched.as_of(binding.into_iter().chain([both]).collect::<Vec<_>>().join(" "))
        } else {
            String::new()
        }
    };
    let gesture = Gesture::new();
    let export = move || {
        let path = format!("/conflicts.xlsx?{}", untrack(filter));
        let name = format!("{}-{}.xlsx", t!("file-conflicts"), At::now().day());
        gesture.send(async move { download(&path, &name).await }, |()| crate::ui::tell(t!("export-done")));
    };
    let end = move || {
        view! { {gesture.note()}<Button attr:data-testid="export" label=t!("do-export") icon=Icon::Export on_press=export /> }.into_any()
    };
    view! {
        <Page title=t!("nav-conflicts") sub=Signal::derive(sub) end=end>
            <FilterBar>
                <SearchField label=t!("filters-text") value=words />
                <FilterSelect label=t!("filters-staff") value=staff choices=Signal::derive(move || office.reps()) all=t!("filters-all-staff") />
                <span class="grow"></span>
                <span class="small muted" role="status" data-testid="count">{move || fetched.shown.with(Option::is_some).then(|| t!("lists-count", count = total()))}</span>
            </FilterBar>
            {fetched.or_wait()}
            <Binding waiting=waiting />
            <div data-testid="list-conflicts" class:is-stale=move || fetched.is_stale() aria-busy=move || fetched.is_behind().then_some("true")><Both fetched=fetched /></div>
            <Pager page=page per_page=PER_PAGE total=Signal::derive(total) />
        </Page>
    }
    .into_any()
}

/// Values that bind the company: the second was not written over the first, and a head chooses.
#[component]
fn Binding(waiting: Fetched<Listed<HeldRow>>) -> impl IntoView {
    let one = |row: HeldRow| {
        let field = row.content.as_ref()?.get("field")?.as_str()?.to_owned();
        let words =
            |value: &Value| serde_json::from_value(value.clone()).ok().map(|value| value_words(&value));
        let mine = words(row.content.as_ref()?.get("value")?)?;
        let other = row.other.as_ref()?;
        let values =
            Values { base: other.base.as_ref().and_then(words), mine, theirs: words(&other.theirs)? };
        let what = view! { {customer_link(row.customer.as_ref())}" · "{field_name(&field)} }.into_any();
        Some(deciding::choice(&row, what, values))
    };
    let rows = move || waiting.shown.with(|shown| shown.as_ref().map(|shown| shown.rows.clone()));
    view! {
        <div class="cols cols--half">
            <For each=move || rows().unwrap_or_default() key=|row| row.id.clone() children=one />
        </div>
    }
    .into_any()
}

/// The fields, each as it came; one that news did not change stays as it is, with whatever stood in the way of keeping it.
#[component]
fn Both(fetched: Fetched<Listed<ConflictRow>>) -> impl IntoView {
    let rows = move || fetched.shown.with(|shown| shown.as_ref().map(|shown| shown.rows.clone()));
    let none = Memo::new(move |_| rows().is_some_and(|rows| rows.is_empty()));
    let key = |row: &ConflictRow| format!("{} {} {:?}", row.customer.id, row.field, row.heads);
    view! {
        <Show when=move || none.get()>
            <section class="panel"><EmptyState icon=Icon::Check title=t!("conflicts-none") text=t!("conflicts-none-text") /></section>
        </Show>
        <div class="cols cols--half">
            <For each=move || rows().unwrap_or_default() key=key children=|row| one(&row) />
        </div>
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
