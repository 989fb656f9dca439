//! 收款与汇款: money received and money sent on; finance reverses a mistake here, with a reason (S17).
//!
//! Floor: office, a screen.

use leptos::prelude::*;
use serde_json::{Value, json};
use sync_core::domain::people::Role;
use sync_core::unit::Money;

use super::cells::{
    accepted_by, customer_link, money, name, nothing, or_nothing, pair, panel_head, tag, when,
};
use super::confirming::{Arriving, Confirming};
use super::visits::Photo;
use super::withdrawing::{Standing, Withdrawing};
use crate::office::api::papers::{AccountRef, CollectionRow, ConfirmationRow, RemittanceRow, ReversalRow};
use crate::office::gesture::{Gesture, ReasonSheet};
use crate::office::list::{ListScreen, Listing, Opens};
use crate::office::state::office;
use crate::ui::{
    Button, ButtonKind, Cell, Choice, Column, Icon, Sort, TableRow, Tone, badge, format, pairs, sum_view, t,
};

/// The list of collections.
pub(in crate::office) fn collections() -> AnyView {
    let listing = Listing::<CollectionRow> {
        kind: "collections",
        title: "nav-collections",
        lead: "collections-lead",
        columns: collection_columns,
        row: collection_row,
        by_staff: true,
        states: || {
            ["cash", "transfer", "confirmed", "reversed"]
                .map(|state| Choice::new(state, t!(&format!("money-state-{state}"))))
                .to_vec()
        },
        by_date: true,
        sort: Sort { key: "at", descending: true },
        opens: Opens::Beside(collection_panel),
        head: None,
        deeds: Some(collection_deeds),
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

/// The list of remittances.
pub(in crate::office) fn remittances() -> AnyView {
    let listing = Listing::<RemittanceRow> {
        kind: "remittances",
        title: "nav-remittances",
        lead: "remittances-lead",
        columns: remittance_columns,
        row: remittance_row,
        by_staff: true,
        states: || {
            ["sent", "confirmed", "reversed"]
                .map(|state| Choice::new(state, t!(&format!("money-state-{state}"))))
                .to_vec()
        },
        by_date: true,
        sort: Sort { key: "at", descending: true },
        opens: Opens::Beside(remittance_panel),
        head: None,
        deeds: Some(remittance_deeds),
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

fn state(status: &str) -> (Tone, Option<Icon>, String) {
    let word = t!(&format!("money-state-{status}"));
    match status {
        "reversed" => (Tone::Saved, Some(Icon::Stop), word),
        "transfer" => (Tone::Sending, Some(Icon::Bank), word),
        "confirmed" => (Tone::Applied, Some(Icon::Check), word),
        "sent" => (Tone::Sending, Some(Icon::Sending), word),
        _ => (Tone::Applied, Some(Icon::Cash), word),
    }
}

fn account_words(account: Option<&AccountRef>) -> String {
    account.map_or_else(nothing, |account| {
        let digits: Vec<char> = account.number.chars().collect();
        let tail: String = digits.iter().skip(digits.len().saturating_sub(4)).collect();
        t!("accounts-tail", bank = &account.bank, tail = tail)
    })
}

fn collection_columns() -> Vec<Column> {
    vec![
        Column::words("at", t!("col-when")),
        Column::words("number", t!("col-receipt")).unsorted(),
        Column::words("staff", t!("col-rep")),
        Column::words("customer", t!("col-customer")),
        Column::figures("amount", t!("col-amount")),
        Column::words("status", t!("col-state")).unsorted(),
        Column::words("marks", t!("col-marks")).unsorted(),
    ]
}

fn collection_row(row: &CollectionRow) -> TableRow {
    let (tone, icon, word) = state(&row.status);
    let mark = match (&row.over_limit, row.withheld) {
        (Some(_), _) => tag(Tone::Danger, Some(Icon::Warn), t!("marks-over-limit")),
        (None, true) => tag(Tone::Held, Some(Icon::Hold), t!("marks-withheld")),
        (None, false) => Cell::Text(String::new()),
    };
    TableRow {
        id: row.id.clone(),
        cells: vec![
            when(row.at),
            Cell::Titled(row.number.clone(), row.note.clone()),
            row.staff.name.clone().into(),
            name(row.customer.as_ref()).into(),
            money(row.amount),
            tag(tone, icon, word),
            mark,
        ],
    }
}

fn collection_panel(row: &CollectionRow) -> AnyView {
    let (tone, icon, word) = state(&row.status);
    let transfer = row.means == "transfer";
    let mut facts = vec![
        pair("col-rep", row.staff.name.clone()),
        pair("times-happened", row.at.full()),
        pair("col-capitals", row.capitals.clone()),
    ];
    if transfer {
        facts.push(pair("col-account", account_words(row.account.as_ref())));
        facts.push(pair("col-reference", row.reference.clone().unwrap_or_default()));
    }
    facts.push(pair("col-note", row.note.clone()));
    facts.extend(accepted_by(row.accepted_by.as_ref()));
    let over = row.over_limit.clone().map(|reason| {
        view! { <div class="banner banner--danger">{crate::ui::icon(Icon::Warn)}<div class="banner-text"><b>{t!("marks-over-limit")}</b>" "{reason}</div></div> }
    });
    view! {
        {panel_head(row.number.clone(), badge(tone, icon, word))}
        <div class="panel-body stack">
            <p class="t-xl money">{sum_view(row.amount)}</p>
            <p class="strong">{customer_link(row.customer.as_ref())}</p>
            {over}
            {pairs(false, facts)}
            {confirmation_note(row.confirmation.as_ref())}
            {reversal_note(row.reversal.as_ref())}
        </div>
    }
    .into_any()
}

fn remittance_columns() -> Vec<Column> {
    vec![
        Column::words("at", t!("col-when")),
        Column::words("staff", t!("col-rep")),
        Column::figures("amount", t!("col-amount")),
        Column::words("account", t!("col-account")).unsorted(),
        Column::words("slip", t!("col-slip")).unsorted(),
        Column::words("status", t!("col-state")).unsorted(),
    ]
}

fn remittance_row(row: &RemittanceRow) -> TableRow {
    let (tone, icon, word) = state(&row.status);
    TableRow {
        id: row.id.clone(),
        cells: vec![
            when(row.at),
            row.staff.name.clone().into(),
            money(row.amount),
            account_words(row.account.as_ref()).into(),
            or_nothing(row.reference.as_deref().unwrap_or_default()).into(),
            tag(tone, icon, word),
        ],
    }
}

fn remittance_panel(row: &RemittanceRow) -> AnyView {
    let (tone, icon, word) = state(&row.status);
    let facts = vec![
        pair("col-rep", row.staff.name.clone()),
        pair("times-happened", row.at.full()),
        pair("col-account", account_words(row.account.as_ref())),
        pair("col-slip", row.reference.clone().unwrap_or_default()),
    ];
    let slip = row.slip.clone().map(|hash| view! { <div class="photos"><Photo hash=hash /></div> });
    view! {
        {panel_head(t!("did-remitted"), badge(tone, icon, word))}
        <div class="panel-body stack">
            <p class="t-xl money">{sum_view(row.amount)}</p>
            {pairs(false, facts)}
            {slip}
            {confirmation_note(row.confirmation.as_ref())}
            {reversal_note(row.reversal.as_ref())}
        </div>
    }
    .into_any()
}

fn confirmation_note(confirmation: Option<&ConfirmationRow>) -> Option<AnyView> {
    confirmation.map(|one| {
        let day = format::typed_day(&one.arrived_on).map_or_else(|| one.arrived_on.clone(), format::full_day);
        let line = t!("confirming-by", who = &one.by.name, time = one.at.moment(), day = day);
        view! { <div class="note" data-testid="arrived"><b>{line}</b><span class="blk">{one.note.clone()}</span></div> }
            .into_any()
    })
}

fn reversal_note(reversal: Option<&ReversalRow>) -> Option<AnyView> {
    reversal.map(|reversal| {
        let line = t!("reversal-by", who = &reversal.by.name, time = reversal.at.moment());
        view! { <div class="note"><b>{line}</b><span class="blk">{reversal.reason.clone()}</span></div> }
            .into_any()
    })
}

/// What finance takes back.
#[derive(Clone, PartialEq)]
struct Entry {
    content: Value,
    amount: Money,
    name: String,
    reversed: bool,
}

fn collection_deeds(row: Signal<CollectionRow>) -> AnyView {
    let entry = move || {
        row.with(|row| Entry {
            content: json!({
                "op": "reversed",
                "kind": "collection",
                "of": row.id,
                "staff": row.staff.id,
                "customer": row.customer.as_ref().map(|customer| &customer.id),
            }),
            amount: row.amount,
            name: row.number.clone(),
            reversed: row.reversal.is_some(),
        })
    };
    let arriving = move || {
        row.with(|row| Arriving {
            names: json!({
                "kind": "collection",
                "papers": [{ "of": row.id, "staff": row.staff.id }],
                "customer": row.customer.as_ref().map(|customer| &customer.id),
                "account": row.account.as_ref().map(|account| &account.id),
            }),
            amount: row.amount,
            who: name(row.customer.as_ref()),
            account: account_words(row.account.as_ref()),
            reference: row.reference.clone().unwrap_or_default(),
            slip: None,
            waits: row.status == "transfer" && !row.withheld,
        })
    };
    let standing = move || {
        row.with(|row| {
            let customer = row.customer.as_ref();
            let id = customer.map(|customer| customer.id.clone());
            let found = row.confirmation.as_ref().filter(|_| row.reversal.is_none());
            found.map(|one| standing_of(one, "collection", id, name(customer), row.amount))
        })
    };
    view! {
        <Confirming arriving=Signal::derive(arriving) />
        <Withdrawing standing=Signal::derive(standing) />
        <Reversing entry=Signal::derive(entry) />
    }
    .into_any()
}

fn standing_of(
    one: &ConfirmationRow,
    kind: &str,
    customer: Option<String>,
    who: String,
    amount: Money,
) -> Standing {
    Standing {
        confirmation: one.confirmation,
        kind: kind.to_owned(),
        papers: one.papers.clone(),
        customer,
        lines: one.lines.clone(),
        who,
        amount,
    }
}

fn remittance_deeds(row: Signal<RemittanceRow>) -> AnyView {
    let entry = move || {
        row.with(|row| Entry {
            content: json!({
                "op": "reversed",
                "kind": "remittance",
                "of": row.id,
                "staff": row.staff.id,
                "customer": null,
            }),
            amount: row.amount,
            name: row.staff.name.clone(),
            reversed: row.reversal.is_some(),
        })
    };
    let arriving = move || {
        row.with(|row| Arriving {
            names: json!({
                "kind": "remittance",
                "papers": [{ "of": row.id, "staff": row.staff.id }],
                "account": row.account.as_ref().map(|account| &account.id),
            }),
            amount: row.amount,
            who: row.staff.name.clone(),
            account: account_words(row.account.as_ref()),
            reference: row.reference.clone().unwrap_or_default(),
            slip: row.slip.clone(),
            waits: row.status == "sent",
        })
    };
    let standing = move || {
        row.with(|row| {
            let found = row.confirmation.as_ref().filter(|_| row.reversal.is_none());
            found.map(|one| standing_of(one, "remittance", None, row.staff.name.clone(), row.amount))
        })
    };
    view! {
        <Confirming arriving=Signal::derive(arriving) />
        <Withdrawing standing=Signal::derive(standing) />
        <Reversing entry=Signal::derive(entry) />
    }
    .into_any()
}

/// Finance takes an entry back, whole, with a reason.
#[component]
fn Reversing(entry: Signal<Entry>) -> impl IntoView {
    if !office().may(|role| role == Role::Finance) {
        return ().into_any();
    }
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let send = move |reason: String| {
        let mut content = entry.with_untracked(|entry| entry.content.clone());
        content["reason"] = Value::String(reason);
        gesture.command(content, t!("reversal-said"), move || open.set(false));
    };
    let standing = Memo::new(move |_| entry.with(|entry| !entry.reversed));
    let verb =
        Signal::derive(move || entry.with(|entry| t!("reversal-do", amount = format::sum(entry.amount))));
    let title = move || {
        entry.with(|entry| t!("reversal-title", name = &entry.name, amount = format::sum(entry.amount)))
    };
    view! {
        <Show when=move || standing.get()>
            <Button attr:data-testid="reverse" label=verb kind=ButtonKind::Danger on_press=move || open.set(true) />
        </Show>
        <ReasonSheet open=open title=Signal::derive(title) text=t!("reversal-text") verb=verb gesture=gesture on_reason=send />
    }
    .into_any()
}
