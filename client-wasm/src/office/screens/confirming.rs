//! 到账确认: finance confirms that what was sent has arrived, beside the slip (S13, S34).
//!
//! Floor: office/screens. Whether it may be confirmed, and for how much, the rule says.

use leptos::prelude::*;
use serde_json::{Value, json};
use sync_core::domain::people::Role;
use sync_core::unit::Money;

use super::cells::pair;
use super::settling::typed_sum;
use super::visits::Photo;
use crate::office::api::At;
use crate::office::gesture::Gesture;
use crate::office::state::office;
use crate::ui::{Button, ButtonKind, Icon, Sheet, TextField, TextKind, focus, format, pairs, t};

/// Money on its way, as it was sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Arriving {
    /// What the op says of it: `kind`, `papers`, `customer`, `account`.
    pub(super) names: Value,
    pub(super) amount: Money,
    /// Who has sent it.
    pub(super) who: String,
    /// To which account.
    pub(super) account: String,
    /// What the slip says, or the payer wrote.
    pub(super) reference: String,
    pub(super) slip: Option<String>,
    /// Whether it waits for finance.
    pub(super) waits: bool,
}

/// The button and the sheet; absent for those who do not confirm.
#[component]
pub(super) fn Confirming(arriving: Signal<Arriving>) -> impl IntoView {
    if !office().may(Role::confirms_money) {
        return ().into_any();
    }
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let (amount, day, note) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let tried = RwSignal::new(false);
    let begin = move || {
        amount.set(arriving.with_untracked(|one| format::sum(one.amount)));
        day.set(At::drawn().day().to_string());
        note.set(String::new());
        tried.set(false);
        open.set(true);
    };
    let sum = Memo::new(move |_| typed_sum(&amount.get()));
    let amount_said = gesture.about("amount");
    let amount_error =
        Signal::derive(move || tried.get().then(|| sum.get().err()).flatten().or_else(|| amount_said.get()));
    let day_said = gesture.about("arrived_on");
    let day_error = Signal::derive(move || {
        let empty = tried.get() && day.with(|day| day.trim().is_empty());
        if empty { Some(t!("form-missing", field = t!("confirming-day"))) } else { day_said.get() }
    });
    let save = move || {
        tried.set(true);
        let (Ok(sum), on) = (sum.get_untracked(), day.get_untracked().trim().to_owned()) else {
            return focus::first_error();
        };
        if on.is_empty() {
            return focus::first_error();
        }
        let mut content = arriving.with_untracked(|one| one.names.clone());
        content["op"] = json!("money-confirmed");
        content["amount"] = json!(sum);
        content["arrived_on"] = json!(on);
        content["note"] = json!(note.get_untracked().trim());
        gesture.command(content, t!("confirming-said"), move || open.set(false));
    };
    let waits = Memo::new(move |_| arriving.with(|one| one.waits));
    let title =
        move || arriving.with(|one| t!("confirming-title", who = &one.who, amount = format::sum(one.amount)));
    let facts = move || {
        arriving.with(|one| {
            pairs(
                false,
                vec![
                    pair("confirming-sent", t!("unit-yuan", amount = format::sum(one.amount))),
                    pair("col-account", one.account.clone()),
                    pair("col-slip", one.reference.clone()),
                ],
            )
        })
    };
    let slip = Memo::new(move |_| arriving.with(|one| one.slip.clone()));
    let picture = move || slip.get().map(|hash| view! { <div class="photos"><Photo hash=hash /></div> });
    view! {
        <Show when=move || waits.get()>
            <Button attr:data-testid="confirm-arrival" label=t!("confirming-do") kind=ButtonKind::Primary icon=Icon::Check on_press=begin />
        </Show>
        <Sheet open=open on_close=move || open.set(false) title=Signal::derive(title)>
            <p class="small muted">{t!("confirming-text")}</p>
            {facts}
            {picture}
            <div data-testid="arrived-amount"><TextField label=t!("confirming-amount") value=amount kind=TextKind::Decimal hint=t!("confirming-amount-hint") error=amount_error /></div>
            <div data-testid="arrived-on"><TextField label=t!("confirming-day") value=day kind=TextKind::Date error=day_error /></div>
            <TextField label=t!("col-note") value=note optional=true error=gesture.about("note") />
            {gesture.note()}
            <div class="line">
                <Button attr:data-testid="confirm-arrival-save" label=t!("confirming-do") kind=ButtonKind::Primary on_press=save />
                <Button label=t!("do-cancel") on_press=move || open.set(false) />
            </div>
        </Sheet>
    }
    .into_any()
}
