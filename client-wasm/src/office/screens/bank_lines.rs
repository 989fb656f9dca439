//! 银行流水: every line that was read in, where it stands, and what finance may still do about it (S34, S41, S46).
//!
//! Floor: office, a screen.

use leptos::prelude::*;
use serde_json::json;
use sync_core::domain::people::Role;

use super::aside::{AsideSheet, Setting, kind_words};
use super::cells::{customer_link, date, listed, nowrap, or_nothing, pair, panel_head, tag};
use super::withdrawing::{Standing, Withdrawing};
use crate::office::api::statements::BankLineRow;
use crate::office::gesture::{Gesture, SureSheet};
use crate::office::list::{ListScreen, Listing, Opens};
use crate::office::state::office;
use crate::ui::{
    Button, ButtonLink, Cell, Choice, Column, Icon, Sort, TableRow, Tone, badge, format, pairs, sum_view, t,
};

const STATES: [&str; 4] = ["open", "reopened", "matched", "set-aside"];

/// The list of lines.
pub(in crate::office) fn bank_lines() -> AnyView {
    let listing = Listing::<BankLineRow> {
        kind: "bank-lines",
        title: "nav-bank-lines",
        lead: "bank-lines-lead",
        columns,
        row,
        by_staff: false,
        states: || STATES.map(|state| Choice::new(state, t!(&format!("bank-lines-state-{state}")))).to_vec(),
        by_date: true,
        sort: Sort { key: "at", descending: true },
        opens: Opens::Beside(panel),
        head: Some(|| {
            view! { <ButtonLink label=t!("nav-matching") href="#/matching" icon=Icon::Swap /> }.into_any()
        }),
        deeds: Some(deeds),
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("at", t!("bank-lines-date")),
        Column::words("label", t!("bank-lines-payer")),
        Column::words("reference", t!("col-reference")).unsorted(),
        Column::figures("amount", t!("col-amount")),
        Column::words("account", t!("col-account")).unsorted(),
        Column::words("pays", t!("bank-lines-pays")).unsorted(),
        Column::words("status", t!("col-state")).unsorted(),
    ]
}

fn state(row: &BankLineRow) -> (Tone, Option<Icon>, String) {
    let (tone, icon) = match row.status.as_str() {
        "matched" => (Tone::Applied, Icon::Check),
        "set-aside" => (Tone::Line, Icon::Close),
        "reopened" => (Tone::Danger, Icon::Swap),
        _ => (Tone::Held, Icon::Clock),
    };
    (tone, Some(icon), t!(&format!("bank-lines-state-{}", row.status)))
}

/// Whose money it is, or why it is nobody's.
fn pays(row: &BankLineRow) -> String {
    if let Some(one) = &row.matched {
        let reps = || {
            one.papers.iter().map(|paper| paper.staff.name.clone()).collect::<std::collections::BTreeSet<_>>()
        };
        return match &one.customer {
            Some(customer) => customer.name.clone(),
            None => listed(&reps().into_iter().collect::<Vec<_>>()),
        };
    }
    row.aside.as_ref().map_or_else(String::new, |aside| kind_words(&aside.kind))
}

fn tail(row: &BankLineRow) -> String {
    let digits: Vec<char> = row.account.number.chars().collect();
    let tail: String = digits.iter().skip(digits.len().saturating_sub(4)).collect();
    t!("accounts-tail", bank = &row.account.bank, tail = tail)
}

fn row(row: &BankLineRow) -> TableRow {
    let (tone, icon, word) = state(row);
    TableRow {
        id: row.id.clone(),
        cells: vec![
            nowrap(date(Some(&row.date))),
            row.payer.clone().into(),
            or_nothing(&row.reference).into(),
            Cell::Text(format::sum(row.amount)),
            tail(row).into(),
            or_nothing(&pays(row)).into(),
            tag(tone, icon, word),
        ],
    }
}

fn panel(row: &BankLineRow) -> AnyView {
    let (tone, icon, word) = state(row);
    let facts = vec![
        pair("bank-lines-date", date(Some(&row.date))),
        pair("col-account", tail(row)),
        pair("col-reference", row.reference.clone()),
        pair("bank-lines-serial", row.serial.clone()),
        pair("bank-lines-row", row.number.to_string()),
    ];
    let matched = row.matched.as_ref().map(|one| {
        let facts = vec![
            pair("bank-lines-pays", t!(&format!("matching-kind-{}", one.kind))),
            pair("bank-lines-of", pays(row)),
            pair("bank-lines-papers", one.papers.len().to_string()),
            pair("bank-lines-confirmed", format!("{} · {}", one.by.name, one.at.full())),
        ];
        view! { <div class="note" data-testid="line-matched">{customer_link(one.customer.as_ref())}{pairs(false, facts)}</div> }
    });
    let aside = row.aside.as_ref().map(|one| {
        let line = format!("{} · {} · {}", kind_words(&one.kind), one.by.name, one.at.full());
        let whose = one.staff.as_ref().map(|staff| t!("aside-case-of", who = &staff.name));
        let open = one.violation.clone().filter(|_| one.case_open).map(|case| {
            let href = format!("#/violations?open={case}");
            view! { <span class="blk">{t!("aside-case-open")}" "<a class="link" href=href>{t!("nav-violations")}</a></span> }
        });
        view! { <div class="note" data-testid="line-aside"><b>{line}</b><span class="blk">{whose}</span><span class="blk">{one.note.clone()}</span>{open}</div> }
    });
    view! {
        {panel_head(row.payer.clone(), badge(tone, icon, word))}
        <div class="panel-body stack">
            <p class="t-xl money">{sum_view(row.amount)}</p>
            {pairs(false, facts)}
            {matched}
            {aside}
        </div>
    }
    .into_any()
}

fn deeds(row: Signal<BankLineRow>) -> AnyView {
    if !office().may(Role::confirms_money) {
        return ().into_any();
    }
    let taking = Gesture::new();
    let take_open = RwSignal::new(false);
    let setting = RwSignal::new(None::<Setting>);
    let stands = move |state: &'static [&'static str]| {
        Memo::new(move |_| row.with(|row| state.contains(&row.status.as_str())))
    };
    let open = stands(&["open", "reopened"]);
    // A case that is not closed keeps its line: the panel says so.
    let aside = Memo::new(move |_| {
        row.with(|row| row.status == "set-aside" && !row.aside.as_ref().is_some_and(|one| one.case_open))
    });
    let set = move || {
        setting.set(Some(row.with_untracked(|row| Setting {
            line: row.id.clone(),
            amount: row.amount,
            payer: row.payer.clone(),
        })));
    };
    let take = move || {
        let content =
            row.with_untracked(|row| json!({ "op": "line-set-aside", "line": row.id, "kind": "taken-up" }));
        taking.command(content, t!("bank-lines-taken-said"), move || take_open.set(false));
    };
    let standing = move || {
        row.with(|row| {
            row.matched.as_ref().map(|one| Standing {
                confirmation: one.confirmation,
                kind: one.kind.clone(),
                papers: one.papers.clone(),
                customer: one.customer.as_ref().map(|customer| customer.id.clone()),
                lines: one.lines.clone(),
                who: row.payer.clone(),
                amount: row.amount,
            })
        })
    };
    let take_title = Signal::derive(move || {
        row.with(|row| t!("bank-lines-take-title", payer = &row.payer, amount = format::sum(row.amount)))
    });
    view! {
        <Show when=move || open.get()>
            <Button attr:data-testid="set-aside" label=t!("aside-do") on_press=set />
        </Show>
        <Show when=move || aside.get()>
            <Button attr:data-testid="take-up" label=t!("bank-lines-take") on_press=move || take_open.set(true) />
        </Show>
        <Withdrawing standing=Signal::derive(standing) />
        <AsideSheet setting=setting />
        <SureSheet open=take_open title=take_title text=t!("bank-lines-take-text") verb=t!("bank-lines-take") testid="take-up-confirm" gives=true gesture=taking on_sure=take />
    }
    .into_any()
}
