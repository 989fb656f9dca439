//! 动态 (O02): every change as it arrives, with its three times, its hash and what came to light.
//!
//! Floor: office, a screen. This module must not decide what is shown to whom: the server's feed does.

use leptos::prelude::*;

use super::cells::{customer_link, name, pair};
use super::entry;
use super::reading::{self, Reading};
use crate::office::api::{call::in_address, standing::FeedEntry};
use crate::office::fetched::{missing, trouble};
use crate::office::list::escape_closes;
use crate::office::place::{self, Place};
use crate::office::state::{Office, office};
use crate::ui::{
    Button, ButtonKind, ButtonSize, Cell, Choice, Column, DataTable, FilterSelect, Icon, Page, Sort,
    TableRow, fate_badge, icon, pairs, t,
};

/// Which entries are shown, kept in the address; the server looks for them.
#[derive(Clone, Copy)]
struct Narrowed {
    staff: RwSignal<String>,
    kind: RwSignal<String>,
    fate: RwSignal<String>,
    customer: RwSignal<String>,
}

impl Narrowed {
    fn of(place: &Place) -> Self {
        let setting = |name| RwSignal::new(place.setting(name));
        Self {
            staff: setting("staff"),
            kind: setting("kind"),
            fate: setting("verdict"),
            customer: setting("customer"),
        }
    }

    fn each(self) -> [(&'static str, RwSignal<String>); 4] {
        [("staff", self.staff), ("kind", self.kind), ("verdict", self.fate), ("customer", self.customer)]
    }

    fn settings(self) -> Vec<(String, String)> {
        self.each().map(|(name, value)| (name.to_owned(), value.get())).to_vec()
    }

    fn is_any(self) -> bool {
        self.each().iter().any(|(_, value)| value.with(|value| !value.is_empty()))
    }

    fn clear(self) {
        for (_, value) in self.each() {
            value.set(String::new());
        }
    }

    fn query(self) -> String {
        let set = self.settings().into_iter().filter(|(_, value)| !value.is_empty());
        set.fold(String::new(), |all, (name, value)| all + "&" + &name + "=" + &in_address(&value))
    }
}

/// The feed.
#[component]
pub(in crate::office) fn Feed() -> impl IntoView {
    let office = office();
    let narrowed = Narrowed::of(&office.place.get_untracked());
    let reading = Reading::new();
    let selected = RwSignal::new(None::<String>);
    Effect::new(move |_| reading.narrows(narrowed.query()));
    Effect::new(move |_| place::keep(&Place { path: "feed".to_owned(), settings: narrowed.settings() }));
    Effect::new(move |before: Option<()>| {
        office.news.track();
        if before.is_some() {
            reading.looks();
        }
    });
    escape_closes(selected);
    let begun = Memo::new(move |_| reading.read.with(Option::is_some));
    let rows = move || {
        begun.get().then(|| reading.entries.with(|entries| entries.iter().map(row).collect::<Vec<_>>()))
    };
    let picked = Memo::new(move |_| {
        let id = selected.get()?;
        reading.entries.with(|entries| entries.iter().find(|entry| entry.position.to_string() == id).cloned())
    });
    let sub = move || match reading.read.get() {
        Some(read) => t!("lists-as-of", lead = t!("feed-lead"), time = read.recent()),
        None => t!("feed-lead"),
    };
    let standing = move || {
        reading.fault.get().map(|fault| match reading.read.get() {
            Some(read) => trouble(&fault, Some(read), move || reading.looks()),
            None => missing(&fault, move || reading.looks()),
        })
    };
    let end = move || filters(office, narrowed);
    let hidden = move || !begun.get() && reading.fault.with(Option::is_some);
    view! {
        <Page title=t!("nav-feed") sub=Signal::derive(sub) end=end>
            {standing}
            <div class="cols" class:cols--wide=move || picked.with(Option::is_some) class:is-stale=move || reading.fault.with(Option::is_some) hidden=hidden>
                <section class="panel" data-testid="feed">
                    <News reading=reading />
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
                    <Older reading=reading />
                </section>
                {move || picked.get().map(|entry| detail(&entry, selected))}
            </div>
        </Page>
    }
    .into_any()
}

/// How much has arrived since somebody began to read further down.
#[component]
fn News(reading: Reading) -> impl IntoView {
    let show = move || {
        reading.shows_what_waits();
        reading::scroll_to_top();
    };
    let count = move || reading.waiting.with(Vec::len);
    view! {
        {move || Some(count()).filter(|count| *count > 0).map(|count| view! {
            <div class="banner banner--sending banner--flush" role="status" data-testid="news">
                {icon(Icon::Feed)}
                <div class="banner-text">{t!("table-new", count = count)}" "<button type="button" on:click=move |_| show()>{t!("do-show")}</button></div>
            </div>
        })}
    }
    .into_any()
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
    let people = crate::ui::kept(move || office.reps());
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
            <FilterSelect label=t!("filters-kind") value=narrowed.kind choices=kinds all=t!("filters-all-kinds") />
            <FilterSelect label=t!("filters-state") value=narrowed.fate choices=fates all=t!("filters-all-states") />
            <Show when=move || narrowed.is_any()>
                <Button label=t!("filters-clear") kind=ButtonKind::Quiet on_press=move || narrowed.clear() />
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn Older(reading: Reading) -> impl IntoView {
    let more = move || reading.read.with(Option::is_some) && reading.reached.get() > 1;
    let label = move || {
        let under_way = reading.older_under_way.get() && reading.older_fault.with(Option::is_none);
        if under_way { t!("table-loading") } else { t!("feed-older") }
    };
    let fault = move || {
        reading.older_fault.get().map(|fault| {
            view! { <span class="small is-danger grow" role="alert">{fault.sentence()}" "{t!("feed-older-again")}" "<span class="code tiny">{fault.code()}</span></span> }
        })
    };
    view! {
        <Show when=more>
            <div class="pager">
                {fault}
                <Button attr:data-testid="older" label=Signal::derive(label) size=ButtonSize::Small on_press=move || reading.goes_back() />
            </div>
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
