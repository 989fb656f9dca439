//! 总览 (O01): today's figures, what needs a person, and the feed at the side.
//!
//! Floor: office, a screen. This module must not gather the exceptions itself: `matters` names them.

use leptos::prelude::*;

use super::cells::{nothing, nowrap};
use super::entry;
use super::matters::{self, Ground, Matter};
use crate::office::api::At;
use crate::office::api::limits::ViolationRow;
use crate::office::api::papers::Listed;
use crate::office::api::people::{CashRow, DeviceRow};
use crate::office::api::standing::{ConflictRow, HeldRow, Summary};
use crate::office::fetched::{Fetched, fetched_whole};
use crate::office::list::print_foot;
use crate::office::navigation;
use crate::office::place;
use crate::office::state::office;
use crate::ui::{
    Button, Cell, Column, DataTable, EmptyState, Figure, Figures, Icon, Loading, Page, Sort, TableRow, Tabs,
    badge, format, icon, t,
};

/// Most exceptions shown at once.
const MOST_MATTERS: usize = 12;
const SIDE_ENTRIES: usize = 12;

/// The first screen.
#[component]
pub(in crate::office) fn Home() -> impl IntoView {
    let office = office();
    let sub = move || {
        office.summary.with(|summary| {
            summary.as_ref().map_or_else(String::new, |summary| match summary.phones_late {
                0 => t!("overview-as-of-all", time = summary.as_of.hour_minute()),
                late => t!("overview-as-of", time = summary.as_of.hour_minute(), late = late),
            })
        })
    };
    let figures = move || office.summary.with(|summary| summary.as_ref().map(headline).unwrap_or_default());
    let end = || {
        view! { <Button attr:data-testid="print" label=t!("overview-print") icon=Icon::Print on_press=|| { let _ = window().print(); } /> }.into_any()
    };
    view! {
        <Page title=t!("date-today") sub=Signal::derive(sub) end=end>
            <Show when=move || office.summary.with(Option::is_some) fallback=|| view! { <Loading /> }>
                <div data-testid="figures"><Figures figures=crate::ui::kept(figures) /></div>
            </Show>
            <div class="cols cols--rail">
                <Inbox />
                <Side />
            </div>
            {print_foot(|| t!("date-today"))}
        </Page>
    }
    .into_any()
}

fn headline(summary: &Summary) -> Vec<Figure> {
    let figure = |name: &str, value: String, unit: &str, note: String, alert: bool| Figure {
        name: t!(name),
        value,
        unit: t!(unit),
        note,
        alert,
    };
    let plain = |count: u64| crate::ui::words::text_with("plain-number", &[("count", count.into())]);
    let open = summary.open();
    vec![
        figure("nav-visits", plain(summary.visits_today), "visits-unit", String::new(), false),
        figure(
            "nav-orders",
            plain(summary.orders_today),
            "orders-unit",
            t!("unit-yuan", amount = format::sum(summary.orders_sum_today)),
            false,
        ),
        figure(
            "overview-collected",
            format::sum(summary.collected_today),
            "money-unit",
            String::new(),
            false,
        ),
        figure(
            "overview-cash",
            format::sum(summary.cash_in_hand),
            "money-unit",
            t!("overview-to-remit", count = summary.reps_to_remit),
            false,
        ),
        figure(
            "overview-late",
            plain(summary.phones_late.into()),
            "phones-unit",
            t!("overview-late-note"),
            false,
        ),
        figure(
            "nav-violations",
            plain(summary.violations.into()),
            "matters-unit",
            t!("overview-violations-note"),
            summary.violations > 0,
        ),
        figure(
            "overview-open",
            plain(open.into()),
            "matters-unit",
            t!("overview-open-note", held = summary.held, conflicts = summary.conflicts),
            open > 0,
        ),
    ]
}

/// The lists the exceptions come from, as far as the role is given them.
#[derive(Clone, Copy)]
struct Sources {
    violations: Fetched<Listed<ViolationRow>>,
    cash: Fetched<Listed<CashRow>>,
    held: Fetched<Listed<HeldRow>>,
    conflicts: Fetched<Listed<ConflictRow>>,
    devices: Fetched<Listed<DeviceRow>>,
}

impl Sources {
    fn fetch() -> Self {
        let role = office().role();
        let path = move |place: &'static str, path: &'static str| {
            move || {
                let given = role.is_some_and(|role| navigation::granted(place, role));
                if given { path.to_owned() } else { String::new() }
            }
        };
        Self {
            violations: fetched_whole(path("violations", "/violations?status=open,looked-into,settled")),
            cash: fetched_whole(path("cash", "/cash")),
            held: fetched_whole(path("held", "/held")),
            conflicts: fetched_whole(path("conflicts", "/conflicts")),
            devices: fetched_whole(path("devices", "/devices?status=active")),
        }
    }

    fn matters(self) -> Vec<Matter> {
        let mut found: Vec<Matter> = Vec::new();
        let rows = |listed: &Option<Listed<CashRow>>| {
            listed.iter().flat_map(|l| &l.rows).filter_map(matters::of_cash).collect::<Vec<_>>()
        };
        found.extend(self.cash.shown.with(rows));
        self.violations
            .shown
            .with(|listed| found.extend(listed.iter().flat_map(|l| &l.rows).map(matters::of_violation)));
        self.held
            .shown
            .with(|listed| found.extend(listed.iter().flat_map(|l| &l.rows).map(matters::of_held)));
        self.conflicts.shown.with(|listed| {
            found.extend(listed.iter().flat_map(|l| &l.rows).filter_map(matters::of_conflict));
        });
        self.devices
            .shown
            .with(|listed| found.extend(listed.iter().flat_map(|l| &l.rows).filter_map(matters::of_device)));
        found.sort_by_key(|matter| (matter.ground, matter.since));
        found
    }

    /// Whether every list the role is given was read: before, nothing is claimed.
    fn settled(self) -> bool {
        let role = office().role();
        let given = |place: &str| role.is_some_and(|role| navigation::granted(place, role));
        let there = [
            !given("violations") || self.violations.shown.with(Option::is_some),
            !given("cash") || self.cash.shown.with(Option::is_some),
            !given("held") || self.held.shown.with(Option::is_some),
            !given("conflicts") || self.conflicts.shown.with(Option::is_some),
            !given("devices") || self.devices.shown.with(Option::is_some),
        ];
        there.into_iter().all(|there| there)
    }

    /// What stood in the way of any of them.
    fn troubles(self) -> AnyView {
        fn one<T: Send + Sync + 'static>(list: Fetched<T>) -> AnyView {
            view! { {move || list.fault.with(Option::is_some).then(|| list.or_wait())} }.into_any()
        }
        view! { {one(self.violations)}{one(self.cash)}{one(self.held)}{one(self.conflicts)}{one(self.devices)} }.into_any()
    }
}

#[component]
fn Inbox() -> impl IntoView {
    let sources = Sources::fetch();
    let all = Memo::new(move |_| sources.matters());
    let shown = RwSignal::new(String::new());
    let picked = move || {
        let code = shown.get();
        all.with(|all| {
            all.iter()
                .filter(|matter| code.is_empty() || matter.ground.code() == code)
                .cloned()
                .collect::<Vec<_>>()
        })
    };
    let rows = move || {
        let known = sources.settled() || all.with(|all| !all.is_empty());
        known.then(|| picked().into_iter().take(MOST_MATTERS).map(|matter| row(&matter)).collect::<Vec<_>>())
    };
    let tabs = move || {
        all.with(|all| {
            let count = |ground: Ground| {
                u32::try_from(all.iter().filter(|matter| matter.ground == ground).count()).unwrap_or(u32::MAX)
            };
            let mut tabs =
                vec![(String::new(), t!("tabs-all"), Some(u32::try_from(all.len()).unwrap_or(u32::MAX)))];
            let grounds = Ground::ALL.into_iter().filter(|ground| count(*ground) > 0);
            tabs.extend(grounds.map(|ground| (ground.code().to_owned(), ground.word(), Some(count(ground)))));
            tabs
        })
    };
    let more = move || picked().len().saturating_sub(MOST_MATTERS);
    let nothing = move || sources.settled() && all.with(Vec::is_empty);
    view! {
        <section class="panel" data-testid="inbox">
            <div class="panel-head">
                <h2>{t!("overview-inbox")}</h2>
                <Tabs label=t!("overview-inbox") value=shown tabs=Signal::derive(tabs) />
                <div class="panel-head-end no-print"><span><span class="kbd">"J"</span>" "<span class="kbd">"K"</span>" "{t!("keys-up-down")}" "<span class="kbd">"↵"</span>" "{t!("keys-open")}</span></div>
            </div>
            {sources.troubles()}
            <Show
                when=nothing
                fallback=move || view! {
                    <DataTable
                        label=t!("overview-inbox")
                        columns=columns()
                        rows=Signal::derive(rows)
                        sort=RwSignal::new(Sort { key: "ground", descending: false })
                        page=RwSignal::new(0)
                        total=Signal::stored(0)
                        on_open=|id: String| place::go(id.split_once('|').map_or("#/", |(_, href)| href))
                    />
                }
            >
                <EmptyState icon=Icon::Check title=t!("overview-nothing") text=t!("overview-nothing-text") />
            </Show>
            {move || Some(more()).filter(|more| *more > 0).map(|more| view! { <p class="panel-note">{t!("overview-more", count = more)}</p> })}
        </section>
    }
    .into_any()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("ground", t!("overview-ground")).unsorted(),
        Column::words("what", t!("overview-what")).unsorted(),
        Column::words("who", t!("col-who")).unsorted(),
        Column::words("since", t!("waiting-age")).unsorted(),
        Column::figures("verb", "").unsorted(),
    ]
}

fn row(matter: &Matter) -> TableRow {
    let (tone, mark) = matter.ground.look();
    let word = matter.ground.word();
    let (href, verb) = (matter.href.clone(), t!(&format!("matter-{}-do", matter.ground.code())));
    let spoken = format!("{verb} {}", matter.title);
    TableRow {
        id: format!("{}{}|{}", matter.title, matter.who, matter.href),
        cells: vec![
            Cell::View(ViewFn::from(move || badge(tone, Some(mark), word.clone()))),
            Cell::Titled(matter.title.clone(), matter.line.clone()),
            nowrap(matter.who.clone()),
            nowrap(matter.since.map_or_else(nothing, At::age)),
            Cell::View(ViewFn::from(move || {
                view! { <a class="btn btn--sm" href=href.clone() aria-label=spoken.clone()>{verb.clone()}</a> }.into_any()
            })),
        ],
    }
}

#[component]
fn Side() -> impl IntoView {
    let office = office();
    let lines = move || {
        office.feed.with(|feed| {
            if feed.is_empty() && office.summary.with(Option::is_none) {
                view! { <li class="stack"><span class="bone bone--80"></span><span class="bone bone--60"></span></li> }.into_any()
            } else if feed.is_empty() {
                view! { <li class="empty">{icon(Icon::Feed)}<p>{t!("overview-feed-none")}</p></li> }
                    .into_any()
            } else {
                feed.iter().take(SIDE_ENTRIES).map(entry::side).collect_view().into_any()
            }
        })
    };
    view! {
        <section class="panel" data-testid="side-feed">
            <div class="panel-head"><h2>{t!("nav-feed")}</h2><div class="panel-head-end"><a class="link" href="#/feed">{t!("tabs-all")}</a></div></div>
            <ul class="feed" aria-live="polite">{lines}</ul>
        </section>
    }
    .into_any()
}
