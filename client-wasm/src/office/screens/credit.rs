//! 特殊政策: credit exceptions, one made by finance or a head and approved by another, each with its last day (S45).
//!
//! Floor: office, a screen. This module must not judge a rule: the server's answer says what does not fit.

use leptos::prelude::*;
use serde_json::json;
use sync_core::domain::people::Role;

use super::cells::{customer_link, date, name, nowrap, pair, panel_head, tag};
use super::settling::typed_sum;
use crate::office::api::owed::{CreditRow, CreditStamp};
use crate::office::gesture::{Gesture, ReasonSheet, SureSheet};
use crate::office::list::{ListScreen, Listing, Opens};
use crate::office::state::office;
use crate::ui::{
    Button, ButtonKind, Cell, Choice, Column, Icon, Sheet, Sort, Stamp, StampState, TableRow, TextArea,
    TextField, TextKind, Timeline, Tone, badge, focus, format, pairs, t,
};

const STATES: [&str; 5] = ["proposed", "in-force", "ahead", "ended", "sent-back"];

/// The list of credit exceptions.
pub(in crate::office) fn credit_exceptions() -> AnyView {
    let listing = Listing::<CreditRow> {
        kind: "credit-exceptions",
        title: "nav-credit",
        lead: "credit-lead",
        columns,
        row,
        by_staff: false,
        states: || STATES.map(|state| Choice::new(state, t!(&format!("credit-status-{state}")))).to_vec(),
        by_date: false,
        sort: Sort { key: "at", descending: true },
        opens: Opens::Beside(credit_panel),
        head: None,
        deeds: Some(credit_deeds),
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("customer", t!("col-customer")).unsorted(),
        Column::figures("limit", t!("credit-limit")).unsorted(),
        Column::figures("within", t!("credit-within")).unsorted(),
        Column::words("from", t!("rules-from")).unsorted(),
        Column::words("to", t!("rules-to")).unsorted(),
        Column::words("reason", t!("rules-reason")).unsorted(),
        Column::words("by", t!("rules-by")).unsorted(),
        Column::words("state", t!("col-state")).unsorted(),
    ]
}

/// Tone, icon and word of where an exception stands.
pub(super) fn state(status: &str) -> (Tone, Option<Icon>, String) {
    let word = t!(&format!("credit-status-{status}"));
    match status {
        "in-force" => (Tone::Applied, Some(Icon::Check), word),
        "ahead" => (Tone::Sending, Some(Icon::Clock), word),
        "proposed" => (Tone::Finding, Some(Icon::Clock), word),
        _ => (Tone::Saved, Some(Icon::Stop), word),
    }
}

fn row(row: &CreditRow) -> TableRow {
    let (tone, icon, word) = state(&row.status);
    TableRow {
        id: row.id.clone(),
        cells: vec![
            name(row.customer.as_ref()).into(),
            format::sum(row.limit).into(),
            row.pay_within.to_string().into(),
            nowrap(date(Some(&row.from))),
            nowrap(date(Some(&row.to))),
            row.reason.clone().into(),
            Cell::Titled(row.by.name.clone(), row.at.recent()),
            tag(tone, icon, word),
        ],
    }
}

/// Who made it and who approved it, as stamps.
pub(super) fn stamps(row: &CreditRow) -> Vec<Stamp> {
    let stamp = |seal: &str, title: String, by: Option<&CreditStamp>, state| Stamp {
        seal: t!(seal),
        title,
        meta: by.map(|one| format!("{} · {}", one.by.name, one.at.moment())).unwrap_or_default(),
        end: String::new(),
        state,
        red: false,
    };
    let made = CreditStamp { by: row.by.clone(), at: row.at, note: String::new() };
    let mut all = vec![stamp("credit-seal-made", t!("credit-was-made"), Some(&made), StampState::Done)];
    match (&row.approved, &row.sent_back) {
        (Some(one), _) => {
            all.push(stamp("credit-seal-approved", t!("credit-was-approved"), Some(one), StampState::Done));
        }
        (None, Some(one)) => {
            let title = t!("credit-was-sent-back", why = one.note.clone());
            all.push(stamp("credit-seal-approved", title, Some(one), StampState::Stopped));
        }
        (None, None) => {
            all.push(stamp("credit-seal-approved", t!("credit-approval-next"), None, StampState::Now));
        }
    }
    if let Some(one) = &row.ended {
        let title = t!("credit-was-ended", why = one.note.clone());
        all.push(stamp("credit-seal-ended", title, Some(one), StampState::Stopped));
    }
    all
}

/// What an exception says.
pub(super) fn facts(row: &CreditRow) -> AnyView {
    pairs(
        false,
        vec![
            pair("credit-limit", t!("unit-yuan", amount = format::sum(row.limit))),
            pair("credit-within", t!("credit-days", days = row.pay_within)),
            pair("rules-from", date(Some(&row.from))),
            pair("rules-to", date(Some(&row.to))),
            pair("rules-reason", row.reason.clone()),
        ],
    )
}

fn credit_panel(row: &CreditRow) -> AnyView {
    let (tone, icon, word) = state(&row.status);
    view! {
        {panel_head(t!("nav-credit"), badge(tone, icon, word))}
        <div class="panel-body stack">
            <p class="t-lg strong">{customer_link(row.customer.as_ref())}</p>
            {facts(row)}
            <Timeline stamps=stamps(row) />
        </div>
    }
    .into_any()
}

fn credit_deeds(row: Signal<CreditRow>) -> AnyView {
    view! { <Stamping row=row /> }.into_any()
}

/// Approving, sending back and ending, for whoever may.
#[component]
pub(super) fn Stamping(row: Signal<CreditRow>) -> impl IntoView {
    let me = office().who().map(|who| who.id.clone()).unwrap_or_default();
    let approves = office().may(Role::approves_credit);
    let (approving, returning, ending) = (Gesture::new(), Gesture::new(), Gesture::new());
    let [approve_open, return_open, end_open] = [(); 3].map(|()| RwSignal::new(false));
    let content = move |stamp: &str, note: String| {
        row.with_untracked(|row| {
            json!({ "op": "credit-exception-stamped", "exception": row.id,
                "customer": row.customer.as_ref().map(|customer| &customer.id), "stamp": stamp, "note": note })
        })
    };
    let approve = move || {
        let content = content("approved", String::new());
        approving.command(content, t!("credit-approved-said"), move || approve_open.set(false));
    };
    let send_back = move |why: String| {
        let content = content("sent-back", why);
        returning.command(content, t!("credit-returned-said"), move || return_open.set(false));
    };
    let end = move |why: String| {
        ending.command(content("ended", why), t!("credit-ended-said"), move || end_open.set(false));
    };
    let own = Memo::new(move |_| row.with(|row| row.by.id == me));
    let waits = Memo::new(move |_| row.with(|row| row.status == "proposed"));
    let stands =
        Memo::new(move |_| row.with(|row| matches!(row.status.as_str(), "proposed" | "ahead" | "in-force")));
    let title = move |key: &'static str| {
        Signal::derive(move || {
            row.with(|row| t!(key, name = name(row.customer.as_ref()), amount = format::sum(row.limit)))
        })
    };
    view! {
        <Show when=move || approves && waits.get() && !own.get()>
            <Button attr:data-testid="approve-credit" label=t!("credit-approve") kind=ButtonKind::Primary icon=Icon::Check on_press=move || approve_open.set(true) />
            <Button attr:data-testid="return-credit" label=t!("credit-return") on_press=move || return_open.set(true) />
        </Show>
        <Show when=move || own.get() && waits.get()>
            <p class="small muted">{t!("credit-another-approves")}</p>
        </Show>
        <Show when=move || (approves || own.get()) && stands.get()>
            <Button attr:data-testid="end-credit" label=t!("credit-end") kind=ButtonKind::Danger on_press=move || end_open.set(true) />
        </Show>
        <SureSheet open=approve_open title=title("credit-approve-title") text=t!("credit-approve-text") verb=t!("credit-approve") testid="approve-credit-confirm" gives=true gesture=approving on_sure=approve />
        <ReasonSheet open=return_open title=title("credit-return-title") text=t!("credit-return-text") verb=t!("credit-return") gesture=returning on_reason=send_back />
        <ReasonSheet open=end_open title=title("credit-end-title") text=t!("credit-end-text") verb=t!("credit-end") gesture=ending on_reason=end />
    }
    .into_any()
}

/// The button and the form by which an exception is made for one customer.
#[component]
pub(super) fn Excepting(customer: String) -> impl IntoView {
    if !office().may(Role::proposes_credit) {
        return ().into_any();
    }
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let text = || RwSignal::new(String::new());
    let (limit, within, from, to, reason) = (text(), RwSignal::new("30".to_owned()), text(), text(), text());
    let tried = RwSignal::new(false);
    let customer = StoredValue::new(customer);
    let missing = move |value: RwSignal<String>, name: &'static str, field: &'static str| {
        let about = gesture.about(field);
        Signal::derive(move || {
            let empty = tried.get() && value.with(|value| value.trim().is_empty());
            if empty { Some(t!("form-missing", field = t!(name))) } else { about.get() }
        })
    };
    let limit_about = gesture.about("limit");
    let limit_error = Signal::derive(move || {
        let wrong = (tried.get() || !limit.with(String::is_empty)).then(|| typed_sum(&limit.get()).err());
        wrong.flatten().or_else(|| limit_about.get())
    });
    let days = move || within.get().trim().parse::<u16>().ok();
    let within_about = gesture.about("pay_within");
    let within_error = Signal::derive(move || {
        if tried.get() && days().is_none() { Some(t!("credit-within-wrong")) } else { within_about.get() }
    });
    let save = move || {
        tried.set(true);
        let (Ok(limit), Some(days)) = (typed_sum(&limit.get_untracked()), untrack(days)) else {
            return focus::first_error();
        };
        let words = [from, to, reason].map(|value| value.get_untracked().trim().to_owned());
        if words.iter().any(String::is_empty) {
            return focus::first_error();
        }
        let [from, to, reason] = words;
        let content = json!({ "op": "credit-excepted", "customer": customer.get_value(), "limit": limit,
            "pay_within": days, "from": from, "to": to, "reason": reason });
        gesture.command(content, t!("credit-said"), move || {
            open.set(false);
            tried.set(false);
        });
    };
    view! {
        <Button attr:data-testid="make-credit" label=t!("credit-make") icon=Icon::Plus on_press=move || open.set(true) />
        <Sheet open=open on_close=move || open.set(false) title=t!("credit-make")>
            <p class="small muted">{t!("credit-make-text")}</p>
            <div class="cols cols--half">
                <div data-testid="credit-limit"><TextField label=t!("credit-limit") value=limit kind=TextKind::Decimal error=limit_error /></div>
                <div data-testid="credit-within"><TextField label=t!("credit-within") value=within kind=TextKind::Decimal error=within_error /></div>
                <div data-testid="credit-from"><TextField label=t!("rules-from") value=from kind=TextKind::Date error=missing(from, "rules-from", "from") /></div>
                <div data-testid="credit-to"><TextField label=t!("rules-to") value=to kind=TextKind::Date error=missing(to, "rules-to", "to") /></div>
            </div>
            <div data-testid="credit-reason"><TextArea label=t!("rules-reason") value=reason error=missing(reason, "rules-reason", "reason") /></div>
            {gesture.note()}
            <div class="line">
                <Button attr:data-testid="credit-save" label=t!("credit-save") kind=ButtonKind::Primary on_press=save />
                <Button label=t!("do-cancel") on_press=move || open.set(false) />
            </div>
        </Sheet>
    }
    .into_any()
}
