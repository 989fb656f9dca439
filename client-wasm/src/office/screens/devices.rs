//! 手机同步 (O09): when each phone was last heard, what it says it has not sent, and stopping one that is lost.
//!
//! Floor: office, a screen.

use leptos::prelude::*;
use serde_json::{Value, json};
use sync_core::unit::Money;

use super::cells::{nothing, nowrap, pair, panel_head, tag, when_if};
use super::integrity;
use super::rescuing::Rescuing;
use super::settling::Settling;
use crate::office::api::people::{DeviceRow, EvictionPage, EvictionRow};
use crate::office::fetched::fetched;
use crate::office::gesture::{Gesture, ReasonSheet};
use crate::office::list::{ListScreen, Listing, Opens};
use crate::office::state::office;
use crate::ui::{
    Banner, Button, ButtonKind, Cell, Choice, Column, Icon, Sort, TableRow, Tone, badge, format, pairs, t,
};

const MINUTE_MS: i64 = 60_000;

/// The list of phones.
pub(in crate::office) fn devices() -> AnyView {
    let listing = Listing::<DeviceRow> {
        kind: "devices",
        title: "nav-devices",
        lead: "devices-lead",
        columns,
        row,
        by_staff: true,
        states: || {
            ["active", "revoked", "trouble"]
                .map(|state| Choice::new(state, t!(&format!("devices-state-{state}"))))
                .to_vec()
        },
        by_date: false,
        sort: Sort { key: "label", descending: false },
        opens: Opens::Beside(device_panel),
        head: Some(|| view! { <Rescuing /> }.into_any()),
        deeds: Some(device_deeds),
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("label", t!("col-device")),
        Column::words("staff", t!("col-who")),
        Column::words("seen", t!("devices-last-seen")),
        Column::figures("seq", t!("devices-seq-reached")).unsorted(),
        Column::figures("unsent", t!("devices-unsent")),
        Column::figures("cash", t!("devices-cash")),
        Column::figures("unconfirmed", t!("devices-unconfirmed")),
        Column::words("state", t!("col-state")).unsorted(),
    ]
}

/// Tone, icon and word of how a phone stands.
fn state(row: &DeviceRow) -> (Tone, Icon, String) {
    let ahead = row.clock_ahead_ms.unwrap_or_default();
    if let Some(trouble) = &row.trouble {
        integrity::look(trouble)
    } else if !row.is_active() {
        (Tone::Saved, Icon::Stop, t!("devices-state-revoked"))
    } else if ahead.abs() > 2 * MINUTE_MS {
        let key = if ahead > 0 { "devices-clock-ahead" } else { "devices-clock-behind" };
        (Tone::Finding, Icon::Clock, t!(key, count = ahead.abs() / MINUTE_MS))
    } else if row.last_seen.is_none() {
        (Tone::Finding, Icon::Device, t!("devices-never-seen"))
    } else if row.is_late() {
        (Tone::Finding, Icon::Device, t!("devices-late"))
    } else {
        (Tone::Applied, Icon::Check, t!("devices-today"))
    }
}

fn number(row: &DeviceRow) -> String {
    t!("devices-number", number = format!("{:02}", row.number))
}

fn sum_or_nothing(sum: Option<Money>) -> String {
    sum.map_or_else(nothing, format::sum)
}

fn row(row: &DeviceRow) -> TableRow {
    let (tone, icon, word) = state(row);
    TableRow {
        id: row.id.clone(),
        cells: vec![
            Cell::Titled(number(row), row.name.clone()),
            nowrap(row.staff.name.clone()),
            when_if(row.last_seen),
            row.last_seq.to_string().into(),
            row.unsent.map_or_else(nothing, |unsent| unsent.to_string()).into(),
            sum_or_nothing(row.declared_cash).into(),
            unconfirmed(row),
            tag(tone, Some(icon), word),
        ],
    }
}

/// How much the phone has not confirmed to have given up.
fn unconfirmed(row: &DeviceRow) -> Cell {
    match row.unconfirmed {
        0 => Cell::Text(nothing()),
        count => tag(Tone::Held, Some(Icon::Hold), count.to_string()),
    }
}

/// What a phone must give up since when, and what it says is gone: drawn anew when the list brings something else.
#[component]
fn GivingUp(id: String) -> impl IntoView {
    const SHOWN: usize = 60;
    let path = format!("/devices/{id}/evictions");
    let page = fetched::<EvictionPage>(move || path.clone());
    let line = |row: &EvictionRow| {
        let what = match (&row.customer, row.everything) {
            (Some(customer), _) => customer.name.clone(),
            (None, true) => t!("devices-everything"),
            (None, false) => t!("devices-some-customer"),
        };
        let fate = match row.confirmed {
            Some(at) => badge(Tone::Applied, Some(Icon::Check), t!("devices-gone", when = at.recent())),
            None => badge(Tone::Held, Some(Icon::Hold), t!("devices-still-held", when = row.since.recent())),
        };
        view! { <li class="line line--between"><span>{what}</span>{fate}</li> }.into_any()
    };
    let list = move || {
        page.shown.with(|shown| {
            let shown = shown.as_ref().filter(|shown| !shown.rows.is_empty())?;
            let lines = shown.rows.iter().take(SHOWN).map(line).collect_view();
            Some(view! {
                <h3 class="h3">{t!("devices-giving-up")}</h3>
                <p class="small muted">{t!("devices-giving-up-text")}</p>
                <ul class="stack stack--s" data-testid="evictions">{lines}</ul>
            })
        })
    };
    view! { {list} }.into_any()
}

fn device_panel(row: &DeviceRow) -> AnyView {
    let (tone, icon, word) = state(row);
    let unsent = row.unsent.unwrap_or_default();
    let warn = (unsent > 0 || row.is_late()).then(|| {
        let seen = row.last_seen.map_or_else(nothing, crate::office::api::At::age);
        view! { <Banner tone=Tone::Finding icon=Icon::Info lead=t!("devices-missing-lead", seen = seen) text=t!("devices-missing", count = unsent, cash = sum_or_nothing(row.declared_cash)) /> }
    });
    let facts = vec![
        pair("col-who", row.staff.name.clone()),
        pair("devices-name", row.name.clone()),
        pair("devices-since", row.since.map_or_else(nothing, crate::office::api::At::full)),
        pair("devices-last-seen", row.last_seen.map_or_else(nothing, crate::office::api::At::full)),
        pair("devices-seq-reached", row.last_seq.to_string()),
        pair("devices-unsent", row.unsent.map_or_else(nothing, |unsent| t!("unit-records", count = unsent))),
        pair("devices-cash", sum_or_nothing(row.declared_cash)),
        pair("devices-share", sum_or_nothing(row.share)),
        pair(
            "devices-unconfirmed",
            match row.unconfirmed_since {
                Some(since) => {
                    t!("devices-unconfirmed-since", count = row.unconfirmed, when = since.recent())
                }
                None => nothing(),
            },
        ),
        pair("trouble-aside-count", t!("unit-records", count = row.aside)),
        (t!("trouble-key"), view! { <span class="code tiny digest">{row.key.clone()}</span> }.into_any()),
    ];
    view! {
        {panel_head(number(row), badge(tone, Some(icon), word))}
        <div class="panel-body stack">
            {integrity::banner(row)}
            {warn}
            {pairs(false, facts)}
            <GivingUp id=row.id.clone() />
        </div>
    }
    .into_any()
}

fn device_deeds(row: Signal<DeviceRow>) -> AnyView {
    view! { <Settling row=row /> <integrity::Evidence row=row /> <Revoking row=row /> }.into_any()
}

/// A lost phone is stopped, with a reason; what it recorded before is still taken.
#[component]
fn Revoking(row: Signal<DeviceRow>) -> impl IntoView {
    if !office().may(sync_core::domain::people::Role::keeps_staff) {
        return ().into_any();
    }
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let send = move |reason: String| {
        let path = row.with_untracked(|row| format!("/devices/{}", row.id));
        gesture.asks("DELETE", path, json!({ "reason": reason }), move |_: Value| {
            crate::ui::tell(t!("devices-revoked"));
            open.set(false);
        });
    };
    let active = Memo::new(move |_| row.with(DeviceRow::is_active));
    let title =
        move || row.with(|row| t!("devices-revoke-title", device = number(row), who = &row.staff.name));
    view! {
        <Show when=move || active.get()>
            <Button attr:data-testid="revoke" label=t!("devices-revoke") kind=ButtonKind::Danger on_press=move || open.set(true) />
        </Show>
        <ReasonSheet open=open title=Signal::derive(title) text=t!("devices-revoke-text") verb=t!("devices-revoke") gesture=gesture on_reason=send />
    }
    .into_any()
}
