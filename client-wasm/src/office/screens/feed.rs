//! 动态 (O02): every change as it arrives, with its three times, its hash and what came to light.
//!
//! Floor: office, a screen. This module must not decide what is new: the office's live feed does.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::cells::{customer_link, name, pair};
use super::entry;
use crate::office::api::{
    self,
    call::in_address,
    standing::{FeedEntry, FeedPage},
};
use crate::office::list::escape_closes;
use crate::office::state::{Office, office};
use crate::ui::{
    Button, Cell, Choice, Column, DataTable, FilterSelect, Icon, Page, Sort, TableRow, fate_badge, icon,
    pairs, t,
};

const OLDER: u32 = 100;

/// Which entries are shown.
#[derive(Clone, Copy)]
struct Narrowed {
    staff: RwSignal<String>,
    kind: RwSignal<String>,
    fate: RwSignal<String>,
}

impl Narrowed {
    fn takes(self, entry: &FeedEntry) -> bool {
        let staff = self.staff.get();
        let kind = self.kind.get();
        let fate = self.fate.get();
        let by = entry.staff.as_ref().map_or("", |staff| staff.id.as_str());
        (staff.is_empty() || by == staff)
            && (kind.is_empty() || entry.kind == kind)
            && (fate.is_empty() || fate_code(entry) == fate)
    }
}

fn fate_code(entry: &FeedEntry) -> &'static str {
    match entry::fate(entry) {
        crate::ui::Fate::Held => "held",
        crate::ui::Fate::Finding => "findings",
        _ => "applied",
    }
}

/// The feed.
#[component]
pub(in crate::office) fn Feed() -> impl IntoView {
    let office = office();
    let narrowed = Narrowed {
        staff: RwSignal::new(String::new()),
        kind: RwSignal::new(String::new()),
        fate: RwSignal::new(String::new()),
    };
    let older = RwSignal::new(Vec::<FeedEntry>::new());
    let until = RwSignal::new(u64::MAX);
    let selected = RwSignal::new(None::<String>);
    wait_while_reading(office, until);
    escape_closes(selected);
    let shown = Memo::new(move |_| {
        let until = until.get();
        let older = older.read();
        office.feed.with(|feed| {
            let fresh = feed.iter().filter(|entry| entry.position <= until);
            fresh.chain(older.iter()).filter(|entry| narrowed.takes(entry)).cloned().collect::<Vec<_>>()
        })
    });
    let waiting = move || {
        let until = until.get();
        office.feed.with(|feed| feed.iter().take_while(|entry| entry.position > until).count())
    };
    let rows = move || {
        let fetched = office.summary.with(Option::is_some) || office.feed.with(|feed| !feed.is_empty());
        fetched.then(|| shown.with(|shown| shown.iter().map(row).collect::<Vec<_>>()))
    };
    let picked = move || {
        let id = selected.get()?;
        shown.with(|shown| shown.iter().find(|entry| entry.position.to_string() == id).cloned())
    };
    let end = move || filters(office, narrowed);
    view! {
        <Page title=t!("nav-feed") sub=t!("feed-lead") end=end>
            <div class="cols" class:cols--wide=move || picked().is_some()>
                <section class="panel" data-testid="feed">
                    {move || Some(waiting()).filter(|count| *count > 0).map(|count| view! {
                        <div class="banner banner--sending banner--flush" role="status">
                            {icon(Icon::Feed)}
                            <div class="banner-text">{t!("table-new", count = count)}" "<button type="button" on:click=move |_| until.set(u64::MAX)>{t!("do-show")}</button></div>
                        </div>
                    })}
                    <DataTable
                        label=t!("nav-feed")
                        columns=columns()
                        rows=Signal::derive(rows)
                        sort=RwSignal::new(Sort { key: "at", descending: true })
                        page=RwSignal::new(0)
                        total=Signal::stored(0)
                        selected=selected
                        on_open=|_: String| {}
                    />
                    <Older older=older />
                </section>
                {move || picked().map(|entry| detail(&entry, selected))}
            </div>
        </Page>
    }
    .into_any()
}

/// Somebody who has scrolled down is told of news instead of losing the line they read.
fn wait_while_reading(office: Office, until: RwSignal<u64>) {
    Effect::new(move |_| {
        let newest = office.feed.with(|feed| feed.first().map_or(0, |entry| entry.position));
        let scrolled = document().get_element_by_id("page").is_some_and(|page| page.scroll_top() > 40);
        if !scrolled {
            until.set(u64::MAX);
        } else if until.get_untracked() == u64::MAX {
            until.set(newest.saturating_sub(1));
        }
    });
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("position", t!("feed-position")).unsorted(),
        Column::words("at", t!("feed-received")).unsorted(),
        Column::words("staff", t!("col-who")).unsorted(),
        Column::words("what", t!("feed-what")).unsorted(),
        Column::words("customer", t!("col-customer")).unsorted(),
        Column::words("fate", t!("feed-fate")).unsorted(),
    ]
}

fn row(entry: &FeedEntry) -> TableRow {
    let heard = entry.heard();
    let received = if heard.is_today() { heard.second() } else { heard.moment() };
    let happened = t!("feed-happened-at", time = crate::ui::format::recent(heard.0, entry.happened().0));
    let position = crate::ui::words::text_with("plain-number", &[("count", entry.position.into())]);
    TableRow {
        id: entry.position.to_string(),
        cells: vec![
            Cell::View(ViewFn::from(move || {
                view! { <span class="code faint">{position.clone()}</span> }.into_any()
            })),
            two(received, happened),
            two(entry::author(entry), entry::device(entry)),
            Cell::Titled(entry::title(entry), entry::line(entry)),
            name(entry.customer.as_ref()).into(),
            Cell::Fate(entry::fate(entry)),
        ],
    }
}

fn two(first: String, second: String) -> Cell {
    Cell::View(ViewFn::from(move || {
        view! { <span class="nowrap">{first.clone()}</span><span class="sub nowrap">{second.clone()}</span> }
            .into_any()
    }))
}

fn filters(office: Office, narrowed: Narrowed) -> AnyView {
    let people = Signal::derive(move || office.reps());
    let kinds: Vec<Choice> =
        entry::kinds().into_iter().map(|kind| Choice::new(kind, t!(&format!("did-{kind}")))).collect();
    let fates = vec![
        Choice::new("applied", t!("fate-applied")),
        Choice::new("findings", t!("fate-finding")),
        Choice::new("held", t!("fate-held")),
    ];
    view! {
        <div class="filters">
            <FilterSelect label=t!("filters-staff") value=narrowed.staff choices=people all=t!("filters-all-staff") />
            <FilterSelect label=t!("filters-kind") value=narrowed.kind choices=Signal::stored(kinds) all=t!("filters-all-kinds") />
            <FilterSelect label=t!("filters-state") value=narrowed.fate choices=Signal::stored(fates) all=t!("filters-all-states") />
        </div>
    }
    .into_any()
}

#[component]
fn Older(older: RwSignal<Vec<FeedEntry>>) -> impl IntoView {
    let office = office();
    let at_the_start = RwSignal::new(false);
    let first = move || {
        let of_older = older.with(|older| older.last().map(|entry| entry.position));
        of_older.or_else(|| office.feed.with(|feed| feed.last().map(|entry| entry.position)))
    };
    let fetch = move || {
        let Some(before) = untrack(first) else { return };
        spawn_local(async move {
            let path = format!("/feed?before={}&limit={OLDER}", in_address(&before.to_string()));
            if let Ok(mut page) = api::get::<FeedPage>(&path).await {
                page.entries.sort_by_key(|entry| std::cmp::Reverse(entry.position));
                page.entries.retain(|entry| entry.position < before);
                at_the_start.set(page.entries.is_empty());
                older.update(|older| older.extend(page.entries));
            }
        });
    };
    view! {
        <Show when=move || first().is_some_and(|first| first > 1) && !at_the_start.get()>
            <div class="pager"><Button attr:data-testid="older" label=t!("feed-older") size=crate::ui::ButtonSize::Small on_press=fetch /></div>
        </Show>
    }
    .into_any()
}

fn detail(entry: &FeedEntry, selected: RwSignal<Option<String>>) -> AnyView {
    let claimed = entry.happened();
    let trusted = entry.claimed.is_none_or(|claimed| claimed == entry.at);
    let effective = if trusted { t!("times-trusted") } else { t!("times-corrected") };
    let sentences = entry::sentences(entry);
    let (tone, mark) = if entry.reason.is_some() {
        ("banner banner--held", Icon::Hold)
    } else {
        ("banner banner--finding", Icon::Info)
    };
    let clause = entry
        .reason
        .iter()
        .chain(&entry.findings)
        .filter_map(|said| said.clause.clone())
        .collect::<Vec<_>>()
        .join(" ");
    let times = vec![
        pair("times-happened", format!("{}{}", claimed.to_the_second(), t!("times-claimed"))),
        pair("times-effective", format!("{}{effective}", entry.at.to_the_second())),
        pair("times-received", entry.heard().to_the_second()),
        pair("col-device", t!("devices-seq", device = entry::device(entry), seq = entry.change.seq)),
        (t!("feed-hash"), view! { <span class="code">{short_hash(&entry.hash)}</span> }.into_any()),
    ];
    let way = match entry.verdict.as_str() {
        "held" => Some(
            view! { <a class="btn btn--primary btn--block" href="#/held">{t!("feed-to-held")}</a> }
                .into_any(),
        ),
        _ => None,
    };
    view! {
        <section class="panel beside" data-testid="beside" aria-label=t!("beside-label")>
            <div class="panel-head">
                <h2>{t!("feed-entry", position = entry.position)}</h2>
                <div class="panel-head-end">
                    {fate_badge(entry::fate(entry))}
                    <button type="button" class="iconbtn" aria-label=t!("do-close") on:click=move |_| selected.set(None)>{icon(Icon::Close)}</button>
                </div>
            </div>
            <div class="panel-body stack">
                <div>
                    <b class="t-lg">{entry::title(entry)}</b>
                    <p class="muted small">{entry::author(entry)}" · "{customer_link(entry.customer.as_ref())}</p>
                    <p class="muted small">{entry::line(entry)}</p>
                </div>
                {(!sentences.is_empty()).then(|| view! {
                    <div class=tone>{icon(mark)}<div class="banner-text">
                        {sentences.into_iter().map(|sentence| view! { <span class="blk">{sentence}</span> }).collect_view()}
                        <span class="code tiny">{clause}</span>
                    </div></div>
                })}
                {entry.withheld.then(|| view! { <p class="small is-held">{t!("feed-withheld")}</p> })}
                {pairs(false, times)}
                {way}
                <p class="tiny faint">{t!("feed-signature-note")}</p>
            </div>
        </section>
    }
    .into_any()
}

fn short_hash(hash: &str) -> String {
    match (hash.get(..8), hash.get(8..16), hash.get(hash.len().saturating_sub(4)..)) {
        (Some(a), Some(b), Some(end)) if hash.len() > 20 => format!("{a} {b} … {end}"),
        _ => hash.to_owned(),
    }
}
