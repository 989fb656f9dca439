//! 冲突: fields that two people wrote without knowing of each other; both values stay until somebody keeps one.
//!
//! Floor: office, a screen. This module must not decide which value counts: the book does, by the time of the act.

use leptos::prelude::*;
use serde_json::json;

use super::card::{field_name, value_words};
use super::cells::{customer_link, nothing};
use super::customer::settle;
use super::deciding;
use super::pager::Pager;
use crate::office::api::call::in_address;
use crate::office::api::papers::{Listed, Written};
use crate::office::api::standing::{ChoiceRef, ConflictRow};
use crate::office::fetched::{Fetched, fetched};
use crate::office::gesture::Gesture;
use crate::office::list::export_button;
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
    let sub = move || {
        if fetched.shown.with(Option::is_some) {
            fetched.as_of(t!("conflicts-lead", count = total()))
        } else {
            String::new()
        }
    };
    let end = move || export_button("conflicts", move || format!("?{}", filter()));
    view! {
        <Page title=t!("nav-conflicts") sub=Signal::derive(sub) end=end>
            <FilterBar>
                <SearchField label=t!("filters-text") value=words />
                <FilterSelect label=t!("filters-staff") value=staff choices=Signal::derive(move || office.reps()) all=t!("filters-all-staff") />
                <span class="grow"></span>
                <span class="small muted" role="status" data-testid="count">{move || fetched.shown.with(Option::is_some).then(|| t!("lists-count", count = total()))}</span>
            </FilterBar>
            {fetched.or_wait()}
            <div data-testid="list-conflicts" class:is-stale=move || fetched.is_stale() aria-busy=move || fetched.is_behind().then_some("true")><Both fetched=fetched /></div>
            <Pager page=page per_page=PER_PAGE total=Signal::derive(total) />
        </Page>
    }
    .into_any()
}

/// The fields, each as it came; one that news did not change stays as it is. One on which somebody has pressed stays
/// until it is known what became of it, whoever else has decided meanwhile.
#[component]
fn Both(fetched: Fetched<Listed<ConflictRow>>) -> impl IntoView {
    let pressed = RwSignal::new(Vec::<ConflictRow>::new());
    let listed = move || fetched.shown.with(|shown| shown.as_ref().map(|shown| shown.rows.clone()));
    let rows = move || {
        let mut rows = listed().unwrap_or_default();
        let gone = pressed.get().into_iter().filter(|row| !rows.iter().any(|other| key(other) == key(row)));
        let gone: Vec<ConflictRow> = gone.collect();
        rows.splice(..0, gone);
        rows
    };
    let none =
        Memo::new(move |_| listed().is_some_and(|rows| rows.is_empty()) && pressed.with(Vec::is_empty));
    view! {
        <Show when=move || none.get()>
            <section class="panel"><EmptyState icon=Icon::Check title=t!("conflicts-none") text=t!("conflicts-none-text") /></section>
        </Show>
        <div class="cols cols--half">
            <For each=rows key=key children=move |row| one(&row, pressed) />
        </div>
    }
    .into_any()
}

fn key(row: &ConflictRow) -> String {
    let waits = row.waits.as_ref().map(|waits| &waits.id);
    format!("{} {} {:?} {waits:?}", row.customer.id, row.field, row.heads)
}

/// What is pressed on a card, and what it does to it.
#[derive(Clone, Copy)]
struct Pressing {
    gesture: Gesture,
    row: StoredValue<ConflictRow>,
    pressed: RwSignal<Vec<ConflictRow>>,
}

impl Pressing {
    fn begins(self) {
        self.ends();
        self.pressed.update(|pressed| pressed.push(self.row.get_value()));
    }

    fn ends(self) {
        let mine = self.row.with_value(key);
        self.pressed.update(|pressed| pressed.retain(|row| key(row) != mine));
    }

    /// One of two values that bind the company is chosen: what waits, or what stands there.
    fn chooses(self, choice: &ChoiceRef, in_use: bool) {
        self.begins();
        let ruling = if in_use {
            json!({ "type": "declined", "reason": t!("conflicts-kept-other") })
        } else {
            json!({ "type": "accepted" })
        };
        deciding::rule(self.gesture, &choice.id, ruling, t!("conflicts-settled"), move || self.ends());
    }

    /// A value is written over everything that stands in the field.
    fn writes(self, written: &Written) {
        self.begins();
        let content = self
            .row
            .with_value(|row| settle(&row.customer.id, &row.field, &row.heads, written.value.as_ref()));
        self.gesture.command(content, t!("conflicts-settled"), move || self.ends());
    }
}

fn one(row: &ConflictRow, pressed: RwSignal<Vec<ConflictRow>>) -> AnyView {
    let (gesture, field) = (Gesture::new(), field_name(&row.field));
    let (test, tone, mark, state, why) = if row.waits.is_some() {
        ("choice", Tone::Held, Icon::Hold, t!("waiting-state-undecided"), t!("conflicts-binding"))
    } else {
        ("conflict", Tone::Finding, Icon::Swap, t!("conflicts-both"), t!("conflict-why"))
    };
    let pressing = Pressing { gesture, row: StoredValue::new(row.clone()), pressed };
    let before = before(row.base.as_ref());
    let shown = version(row, &row.shown, true, pressing);
    let losing = row.losing.iter().map(|lost| version(row, lost, false, pressing)).collect_view();
    // Whoever came too late has read why when they put the card away.
    let late = move || gesture.fault.with(Option::is_some) && !gesture.is_open();
    view! {
        <section class="panel" data-testid=test>
            <div class="panel-head">
                <h2>{customer_link(Some(&row.customer))}" · "{field}</h2>
                <div class="panel-head-end">{badge(tone, Some(mark), state)}</div>
            </div>
            <div class="versions">{before}{shown}{losing}</div>
            <p class="conflict-why">{why}</p>
            {gesture.note()}
            <Show when=late>
                <div class="panel-body line"><Button attr:data-testid="put-away" label=t!("conflicts-put-away") size=ButtonSize::Small on_press=move || { gesture.fault.set(None); pressing.ends(); } /></div>
            </Show>
        </section>
    }
    .into_any()
}

/// What stood there before the two parted, with who wrote it.
fn before(base: Option<&Written>) -> AnyView {
    let value = base.and_then(|base| base.value.as_ref()).map_or_else(nothing, value_words);
    let who = base.map(|base| {
        view! { <span class="row-sub">{format!("{} · {}", base.by.name, base.at.full())}</span> }
    });
    view! {
        <div class="version is-base" data-testid="base">
            <span class="version-who">{t!("waiting-base")}</span>
            <span><span class="version-value">{value}</span>{who}</span>
        </div>
    }
    .into_any()
}

fn version(row: &ConflictRow, written: &Written, in_use: bool, pressing: Pressing) -> AnyView {
    let value = written.value.as_ref().map_or_else(nothing, value_words);
    let label = if in_use { t!("conflicts-keep") } else { t!("conflict-restore") };
    let test = match (row.waits.is_some(), in_use) {
        (true, true) => "keep-theirs",
        (true, false) => "take-mine",
        (false, true) => "keep",
        (false, false) => "restore",
    };
    let may = row.waits.as_ref().is_none_or(|choice| choice.may_decide);
    let (choice, mine) = (row.waits.clone(), written.clone());
    let press = move || match &choice {
        Some(choice) => pressing.chooses(choice, in_use),
        None => pressing.writes(&mine),
    };
    view! {
        <div class="version" class:is-winner=in_use>
            <span class="version-who">{written.by.name.clone()}</span>
            <span><span class="version-value">{value}</span><span class="row-sub">{written.at.full()}{in_use.then(|| format!(" · {}", t!("conflict-in-use")))}</span></span>
            {may.then(|| view! { <Button attr:data-testid=test label=label size=ButtonSize::Small on_press=press /> })}
        </div>
    }
    .into_any()
}
