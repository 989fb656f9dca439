//! 违规: what broke a rule about money, with the changes behind it and the two stamps that close it (S15, S46).
//!
//! Floor: office, a screen.

use leptos::prelude::*;
use serde_json::json;
use sync_core::domain::people::Role;

use super::cells::{money, nothing, nowrap, or_nothing, pair, panel_head, tag, when};
use super::entry;
use super::visits::Photo;
use crate::office::api::limits::{ViolationRow, ViolationStamp};
use crate::office::api::standing::{FeedEntry, FeedPage};
use crate::office::fetched::fetched;
use crate::office::gesture::{Gesture, ReasonSheet};
use crate::office::list::{ListScreen, Listing, Opens};
use crate::office::state::office;
use crate::ui::{
    Button, ButtonKind, Cell, Choice, Column, Icon, Sort, TableRow, Tone, badge, format, pairs, t,
};

/// The changes that move cash or its limits: what stands behind a violation.
const MOVES_CASH: [&str; 9] = [
    "collected",
    "remitted",
    "reversed",
    "cash-handed-in",
    "hand-in-stamped",
    "share-moved",
    "lost-phone-settled",
    "limit-overridden",
    "violation-raised",
];

/// So many of them are shown.
const SHOWN: usize = 12;

/// The list of violations.
pub(in crate::office) fn violations() -> AnyView {
    let listing = Listing::<ViolationRow> {
        kind: "violations",
        title: "nav-violations",
        lead: "violations-lead",
        columns,
        row,
        by_staff: true,
        states: || {
            let unfinished = Choice::new("open,looked-into,settled", t!("violations-state-unfinished"));
            let each = ["open", "looked-into", "settled", "closed"];
            let each = each.map(|state| Choice::new(state, t!(&format!("violations-state-{state}"))));
            [unfinished].into_iter().chain(each).collect()
        },
        by_date: true,
        sort: Sort { key: "at", descending: true },
        opens: Opens::Beside(violation_panel),
        head: None,
        deeds: Some(violation_deeds),
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("at", t!("col-when")),
        Column::words("staff", t!("col-who")),
        Column::words("kind", t!("violations-kind")).unsorted(),
        Column::figures("amount", t!("col-amount")),
        Column::figures("held", t!("violations-held")).unsorted(),
        Column::words("reason", t!("violations-reason")).unsorted(),
        Column::words("status", t!("col-state")).unsorted(),
    ]
}

fn kind(row: &ViolationRow) -> String {
    t!(&format!("violations-kind-{}", row.kind))
}

fn state(row: &ViolationRow) -> (Tone, Option<Icon>, String) {
    let word = t!(&format!("violations-state-{}", row.status));
    match row.status.as_str() {
        "open" => (Tone::Danger, Some(Icon::Warn), word),
        "closed" => (Tone::Applied, Some(Icon::Check), word),
        _ => (Tone::Finding, Some(Icon::Clock), word),
    }
}

fn row(row: &ViolationRow) -> TableRow {
    let (tone, icon, word) = state(row);
    TableRow {
        id: row.id.clone(),
        cells: vec![
            when(row.at),
            nowrap(row.staff.name.clone()),
            Cell::Titled(kind(row), row.clause.clone()),
            money(row.amount),
            row.held.map_or_else(nothing, format::sum).into(),
            or_nothing(&row.reason).into(),
            tag(tone, icon, word),
        ],
    }
}

fn stamp(name: &str, stamp: Option<&ViolationStamp>) -> AnyView {
    let name = t!(name);
    match stamp {
        Some(stamp) => {
            let line = t!("violations-stamped-by", who = &stamp.by.name, time = stamp.at.full());
            view! { <li class="stack stack--s"><span class="line line--between"><b>{name}</b>{badge(Tone::Applied, Some(Icon::Check), line)}</span><span class="small">{stamp.note.clone()}</span></li> }.into_any()
        }
        None => view! { <li class="line line--between"><b>{name}</b>{badge(Tone::Line, Some(Icon::Clock), t!("violations-not-stamped"))}</li> }.into_any(),
    }
}

fn violation_panel(row: &ViolationRow) -> AnyView {
    let (tone, icon, word) = state(row);
    let facts = vec![
        pair("col-who", row.staff.name.clone()),
        pair("times-happened", row.at.full()),
        pair("violations-clause", row.clause.clone()),
        pair("col-amount", format::sum(row.amount)),
        pair("violations-held", row.held.map_or_else(nothing, format::sum)),
        pair("violations-reason", row.reason.clone()),
    ];
    let photo = row.photo.clone().map(|hash| view! { <div class="photos"><Photo hash=hash /></div> });
    view! {
        {panel_head(kind(row), badge(tone, icon, word))}
        <div class="panel-body stack">
            {pairs(false, facts)}
            {photo}
            <ol class="stack" data-testid="violation-stamps">
                {stamp("violations-looked-into", row.looked_into.as_ref())}
                {stamp("violations-settled", row.settled.as_ref())}
            </ol>
            <Behind staff=row.staff.id.clone() position=row.position />
        </div>
    }
    .into_any()
}

/// The signed changes behind it, up to the one that broke the rule: what this person took, sent and gave up, and what
/// finance and the heads did about it.
#[component]
fn Behind(staff: String, position: Option<u64>) -> impl IntoView {
    let path = position.map_or_else(String::new, |position| {
        format!("/feed?drawer={staff}&before={}&limit=60", position + 1)
    });
    let page = fetched::<FeedPage>(move || path.clone());
    let line = |entry: &FeedEntry| {
        let (title, below) = (entry::title(entry), entry::line(entry));
        let about = [entry.happened().full(), entry::author(entry), entry::device(entry), below];
        let about: Vec<String> = about.into_iter().filter(|part| !part.is_empty()).collect();
        let place = entry.position;
        view! {
            <li>
                <span class="line line--between"><b>{title}</b><span class="code tiny faint">{format!("#{place}")}</span></span>
                <span class="blk tiny faint">{about.join(" · ")}</span>
            </li>
        }
        .into_any()
    };
    let lines = move || {
        page.shown.with(|shown| {
            let entries = shown.iter().flat_map(|shown| &shown.entries);
            let entries = entries.filter(|entry| MOVES_CASH.contains(&entry.kind.as_str()));
            entries.take(SHOWN).map(line).collect_view()
        })
    };
    view! {
        <h3 class="h3">{t!("violations-behind")}</h3>
        <p class="small muted">{t!("violations-behind-text")}</p>
        <ul class="stack stack--s" data-testid="violation-behind">{lines}</ul>
    }
    .into_any()
}

fn violation_deeds(row: Signal<ViolationRow>) -> AnyView {
    view! {
        <Stamping row=row stamp="looked-into" may=Role::rules_on_held />
        <Stamping row=row stamp="settled" may=Role::settles_phones />
    }
    .into_any()
}

/// One of the two stamps, for whoever may set it.
#[component]
fn Stamping(row: Signal<ViolationRow>, stamp: &'static str, may: fn(Role) -> bool) -> impl IntoView {
    if !office().may(may) {
        return ().into_any();
    }
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let send = move |note: String| {
        let content = row.with_untracked(|row| {
            json!({ "op": "violation-stamped", "violation": row.id, "staff": row.staff.id, "stamp": stamp, "note": note })
        });
        gesture.command(content, t!(&format!("violations-{stamp}-said")), move || open.set(false));
    };
    let due = Memo::new(move |_| {
        row.with(|row| if stamp == "settled" { row.settled.is_none() } else { row.looked_into.is_none() })
    });
    let verb = t!(&format!("violations-{stamp}-do"));
    let title = move || row.with(|row| format!("{} · {}", row.staff.name, kind(row)));
    let label = verb.clone();
    view! {
        <Show when=move || due.get()>
            <Button attr:data-testid=format!("stamp-{stamp}") label=label.clone() kind=ButtonKind::Primary icon=Icon::Check on_press=move || open.set(true) />
        </Show>
        <ReasonSheet open=open title=Signal::derive(title) text=t!(&format!("violations-{stamp}-text")) verb=verb gesture=gesture on_reason=send />
    }
    .into_any()
}
