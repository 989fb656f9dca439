//! 交款单: cash that reps have signed for; finance counts it and countersigns, or sends it back with a word why. S13, S17.
//!
//! Floor: office, a screen. This module must not know whether the drawer still holds it: the rule does.

use leptos::prelude::*;
use serde_json::json;
use sync_core::domain::people::Role;

use super::cells::{listed, nothing, or_nothing, pair, panel_head, tag, when, when_if};
use crate::office::api::papers::{HandInRow, HandInStampRow};
use crate::office::gesture::{Gesture, ReasonSheet, SureSheet};
use crate::office::list::{ListScreen, Listing, Opens};
use crate::office::state::office;
use crate::ui::{
    Button, ButtonKind, Cell, Choice, Column, Icon, Sort, Stamp, StampState, TableRow, Timeline, Tone, badge,
    format, pairs, sum_view, t,
};

const STATES: [&str; 5] = ["signed", "received", "sent-back", "withdrawn", "taken-back"];

/// The list of cash handed in.
pub(in crate::office) fn hand_ins() -> AnyView {
    let listing = Listing::<HandInRow> {
        kind: "hand-ins",
        title: "nav-hand-ins",
        lead: "hand-ins-lead",
        columns,
        row,
        by_staff: true,
        states: || STATES.map(|state| Choice::new(state, t!(&format!("hand-ins-state-{state}")))).to_vec(),
        by_date: true,
        sort: Sort { key: "at", descending: true },
        opens: Opens::Beside(panel),
        head: None,
        deeds: Some(deeds),
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("at", t!("hand-ins-signed-at")),
        Column::words("staff", t!("col-rep")),
        Column::figures("amount", t!("col-amount")),
        Column::words("note", t!("hand-ins-note")).unsorted(),
        Column::words("by", t!("hand-ins-received-at")).unsorted(),
        Column::words("status", t!("col-state")).unsorted(),
    ]
}

fn state(row: &HandInRow) -> (Tone, Option<Icon>, String) {
    let (tone, icon) = match row.status.as_str() {
        "received" => (Tone::Applied, Icon::Check),
        "sent-back" | "taken-back" => (Tone::Danger, Icon::Swap),
        "withdrawn" => (Tone::Line, Icon::Close),
        _ => (Tone::Held, Icon::Clock),
    };
    (tone, Some(icon), t!(&format!("hand-ins-state-{}", row.status)))
}

fn row(row: &HandInRow) -> TableRow {
    let (tone, icon, word) = state(row);
    TableRow {
        id: row.id.clone(),
        cells: vec![
            when(row.at),
            row.staff.name.clone().into(),
            Cell::Text(format::sum(row.amount)),
            or_nothing(&row.note).into(),
            when_if(row.received.as_ref().map(|stamp| stamp.at)),
            tag(tone, icon, word),
        ],
    }
}

fn panel(row: &HandInRow) -> AnyView {
    let (tone, icon, word) = state(row);
    let drawers: Vec<String> = row
        .drawers
        .iter()
        .map(|part| {
            format!(
                "{} {}",
                t!("devices-number", number = format!("{:02}", part.number)),
                format::sum(part.amount)
            )
        })
        .collect();
    let facts = vec![
        pair("col-rep", row.staff.name.clone()),
        pair("hand-ins-drawers", if drawers.is_empty() { nothing() } else { listed(&drawers) }),
        pair("hand-ins-note", or_nothing(&row.note)),
    ];
    let stamp = |seal: &str, title: String, stamp: Option<&HandInStampRow>, state: StampState| Stamp {
        seal: t!(seal),
        title,
        meta: stamp.map_or_else(String::new, |one| format!("{} · {}", one.by.name, one.at.full())),
        end: String::new(),
        state,
        red: false,
    };
    let mut signed = stamp("hand-ins-seal-rep", t!("hand-ins-rep-signed"), None, StampState::Done);
    signed.meta = format!("{} · {}", row.staff.name, row.at.full());
    let second = match (&row.received, &row.sent_back, &row.withdrawn) {
        (Some(one), ..) => {
            let mut stamp =
                stamp("hand-ins-seal-finance", t!("hand-ins-finance-signed"), Some(one), StampState::Done);
            stamp.red = row.taken_back.is_none();
            stamp
        }
        (None, Some(one), _) => {
            let title = t!("hand-ins-was-sent-back", why = one.note.clone());
            stamp("hand-ins-seal-finance", title, Some(one), StampState::Stopped)
        }
        (None, None, Some(one)) => {
            stamp("hand-ins-seal-finance", t!("hand-ins-was-withdrawn"), Some(one), StampState::Stopped)
        }
        (None, None, None) => {
            stamp("hand-ins-seal-finance", t!("hand-ins-finance-next"), None, StampState::Now)
        }
    };
    let third = row.taken_back.as_ref().map(|one| {
        let title = t!("hand-ins-was-taken-back", why = one.note.clone());
        stamp("hand-ins-seal-finance", title, Some(one), StampState::Stopped)
    });
    let stamps: Vec<Stamp> = [signed, second].into_iter().chain(third).collect();
    view! {
        {panel_head(t!("did-cash-handed-in"), badge(tone, icon, word))}
        <div class="panel-body stack">
            <p class="t-xl money" data-testid="hand-in-amount">{sum_view(row.amount)}</p>
            <p class="capitals">{row.capitals.clone()}</p>
            {pairs(false, facts)}
            <Timeline stamps=stamps />
        </div>
    }
    .into_any()
}

fn deeds(row: Signal<HandInRow>) -> AnyView {
    if !office().may(Role::settles_phones) {
        return ().into_any();
    }
    let (signing, returning, undoing) = (Gesture::new(), Gesture::new(), Gesture::new());
    let [sign_open, return_open, undo_open] = [false; 3].map(RwSignal::new);
    let content = move |stamp: &str, note: String| {
        row.with_untracked(|row| {
            json!({
                "op": "hand-in-stamped", "hand_in": row.id, "staff": row.staff.id, "stamp": stamp, "over": row.over,
                "note": note,
            })
        })
    };
    let sign = move || {
        let content = content("received", String::new());
        signing.command(content, t!("hand-ins-signed-said"), move || sign_open.set(false));
    };
    let send_back = move |why: String| {
        let content = content("sent-back", why);
        returning.command(content, t!("hand-ins-returned-said"), move || return_open.set(false));
    };
    let take_back = move |why: String| {
        let content = content("taken-back", why);
        undoing.command(content, t!("hand-ins-taken-back-said"), move || undo_open.set(false));
    };
    let open = Memo::new(move |_| row.with(|row| row.status == "signed"));
    let received = Memo::new(move |_| row.with(|row| row.status == "received"));
    let verb = Signal::derive(move || row.with(|row| t!("hand-ins-sign", amount = format::sum(row.amount))));
    let title = move |key: &'static str| {
        Signal::derive(move || {
            row.with(|row| t!(key, who = row.staff.name.clone(), amount = format::sum(row.amount)))
        })
    };
    view! {
        <Show when=move || open.get()>
            <Button attr:data-testid="sign-hand-in" label=verb kind=ButtonKind::Primary on_press=move || sign_open.set(true) />
            <Button attr:data-testid="return-hand-in" label=t!("hand-ins-return") on_press=move || return_open.set(true) />
        </Show>
        <Show when=move || received.get()>
            <Button attr:data-testid="take-back-hand-in" label=t!("hand-ins-take-back") on_press=move || undo_open.set(true) />
        </Show>
        <SureSheet open=sign_open title=title("hand-ins-sign-title") text=t!("hand-ins-sign-text") verb=t!("hand-ins-sign-do") testid="sign-hand-in-confirm" gives=true gesture=signing on_sure=sign />
        <ReasonSheet open=return_open title=title("hand-ins-return-title") text=t!("hand-ins-return-text") verb=t!("hand-ins-return") gesture=returning on_reason=send_back />
        <ReasonSheet open=undo_open title=title("hand-ins-take-back-title") text=t!("hand-ins-take-back-text") verb=t!("hand-ins-take-back") gesture=undoing on_reason=take_back />
    }
    .into_any()
}
