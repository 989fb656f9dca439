//! 公司账户: the only accounts money may go to; finance opens and closes them (S13, S46).
//!
//! Floor: office, a screen.

use leptos::prelude::*;
use serde_json::json;
use sync_core::domain::people::Role;
use sync_core::unit::narrow_digit;

use super::cells::{nothing, pair, panel_head, tag};
use crate::office::api::papers::AccountRow;
use crate::office::gesture::{Gesture, SureSheet};
use crate::office::list::{ListScreen, Listing, Opens};
use crate::office::state::office;
use crate::ui::{
    Button, ButtonKind, Cell, Choice, Column, Icon, Sheet, Sort, TableRow, TextField, TextKind, Tone, badge,
    focus, format, pairs, t,
};

/// The list of company accounts.
pub(in crate::office) fn accounts() -> AnyView {
    let keeps = office().may(Role::keeps_accounts);
    let listing = Listing::<AccountRow> {
        kind: "accounts",
        title: "nav-accounts",
        lead: "accounts-lead",
        columns,
        row,
        by_staff: false,
        states: || {
            ["open", "closed"]
                .map(|state| Choice::new(state, t!(&format!("accounts-state-{state}"))))
                .to_vec()
        },
        by_date: false,
        sort: Sort { key: "label", descending: false },
        opens: Opens::Beside(account_panel),
        head: keeps.then_some(|| view! { <Opening /> }.into_any()),
        deeds: Some(account_deeds),
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("label", t!("accounts-bank")),
        Column::words("number", t!("accounts-number")).unsorted(),
        Column::words("holder", t!("accounts-holder")).unsorted(),
        Column::words("at", t!("accounts-opened")),
        Column::figures("amount", t!("accounts-in-transit")).unsorted(),
        Column::figures("arrived", t!("accounts-arrived")).unsorted(),
        Column::words("status", t!("col-state")).unsorted(),
    ]
}

fn state(row: &AccountRow) -> (Tone, Option<Icon>, String) {
    if row.status == "open" {
        (Tone::Applied, Some(Icon::Check), t!("accounts-state-open"))
    } else {
        (Tone::Saved, Some(Icon::Stop), t!("accounts-state-closed"))
    }
}

fn row(row: &AccountRow) -> TableRow {
    let (tone, icon, word) = state(row);
    let (bank, number) = (row.bank.clone(), row.number.clone());
    TableRow {
        id: row.id.clone(),
        cells: vec![
            Cell::View(ViewFn::from(move || view! { <b>{bank.clone()}</b> }.into_any())),
            Cell::View(ViewFn::from(move || {
                view! { <span class="code nowrap">{in_fours(&number)}</span> }.into_any()
            })),
            row.holder.clone().into(),
            row.opened.map_or_else(nothing, |at| format::full_day(at.day())).into(),
            row.in_transit.map_or_else(nothing, format::sum).into(),
            row.arrived.map_or_else(nothing, format::sum).into(),
            tag(tone, icon, word),
        ],
    }
}

/// A number as it is typed or pasted, with wide digits made narrow and without what only divides it.
fn plain(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(narrow_digit).collect()
}

/// A long number in groups of four, as banks print it.
fn in_fours(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(|c| !c.is_whitespace()).collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

fn account_panel(row: &AccountRow) -> AnyView {
    let (tone, icon, word) = state(row);
    let facts = vec![
        pair("accounts-number", in_fours(&row.number)),
        pair("accounts-holder", row.holder.clone()),
        pair(
            "accounts-in-transit",
            row.in_transit.map_or_else(nothing, |sum| t!("unit-yuan", amount = format::sum(sum))),
        ),
        pair(
            "accounts-arrived",
            row.arrived.map_or_else(nothing, |sum| t!("unit-yuan", amount = format::sum(sum))),
        ),
        pair("accounts-opened", row.opened.map_or_else(nothing, crate::office::api::At::full)),
        pair("accounts-closed", row.closed.map_or_else(nothing, crate::office::api::At::full)),
    ];
    view! {
        {panel_head(row.bank.clone(), badge(tone, icon, word))}
        <div class="panel-body stack">
            {pairs(false, facts)}
        </div>
    }
    .into_any()
}

fn account_deeds(row: Signal<AccountRow>) -> AnyView {
    view! { <Closing row=row /> }.into_any()
}

#[component]
fn Closing(row: Signal<AccountRow>) -> impl IntoView {
    if !office().may(Role::keeps_accounts) {
        return ().into_any();
    }
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let close = move || {
        let content = row.with_untracked(|row| json!({ "op": "company-account-closed", "account": row.id }));
        gesture.command(content, t!("accounts-closed-said"), move || open.set(false));
    };
    let in_use = Memo::new(move |_| row.with(|row| row.status == "open"));
    let title = move || row.with(|row| t!("accounts-close-title", bank = &row.bank));
    view! {
        <Show when=move || in_use.get()>
            <Button attr:data-testid="close-account" label=t!("accounts-close") kind=ButtonKind::Danger on_press=move || open.set(true) />
        </Show>
        <SureSheet open=open title=Signal::derive(title) text=t!("accounts-close-text") verb=t!("accounts-close") testid="close-account-confirm" gesture=gesture on_sure=close />
    }
    .into_any()
}

#[component]
fn Opening() -> impl IntoView {
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let (holder, bank, number) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let tried = RwSignal::new(false);
    let error = move |value: RwSignal<String>, name: &'static str, field: &'static str| {
        let said = gesture.about(field);
        Signal::derive(move || {
            let empty = tried.get() && value.with(|value| value.trim().is_empty());
            if empty { Some(t!("form-missing", field = t!(name))) } else { said.get() }
        })
    };
    let save = move || {
        tried.set(true);
        let values = [holder, bank, number].map(|value| value.get_untracked().trim().to_owned());
        if values.iter().any(String::is_empty) {
            focus::first_error();
            return;
        }
        let [holder_said, bank_said, number_said] = values;
        let plain = plain(&number_said);
        let content = json!({ "op": "company-account-opened", "holder": holder_said, "bank": bank_said, "number": plain });
        gesture.command(content, t!("accounts-opened-said"), move || {
            open.set(false);
            tried.set(false);
            for value in [holder, bank, number] {
                value.set(String::new());
            }
        });
    };
    let fields = move || {
        view! {
            <TextField label=t!("accounts-holder") value=holder error=error(holder, "accounts-holder", "holder") />
            <TextField label=t!("accounts-bank") value=bank hint=t!("accounts-bank-hint") error=error(bank, "accounts-bank", "bank") />
            <TextField label=t!("accounts-number") value=number kind=TextKind::Digits error=error(number, "accounts-number", "number") />
        }
    };
    view! {
        <Button attr:data-testid="open-account" label=t!("accounts-open") kind=ButtonKind::Primary icon=Icon::Plus on_press=move || open.set(true) />
        <Sheet open=open on_close=move || open.set(false) title=t!("accounts-open")>
            <p class="small muted">{t!("accounts-open-text")}</p>
            {fields()}
            {gesture.note()}
            <div class="line">
                <Button attr:data-testid="open-account-save" label=t!("accounts-open-save") kind=ButtonKind::Primary on_press=save />
                <Button label=t!("do-cancel") on_press=move || open.set(false) />
            </div>
        </Sheet>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{in_fours, plain};

    #[test]
    fn a_number_is_taken_as_it_is_typed() {
        assert_eq!(plain("６２２８ 4800-0012\u{3000}3318"), "6228480000123318");
        assert_eq!(plain("abc"), "abc");
    }

    #[test]
    fn an_account_number_stands_in_groups_of_four() {
        assert_eq!(in_fours("6228480000123318"), "6228 4800 0012 3318");
        assert_eq!(in_fours("62284 8"), "6228 48");
    }
}
