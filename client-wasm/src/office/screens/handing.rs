//! 移交: a customer is handed to another rep, by those who may (S79).
//!
//! Floor: office/screens.

use leptos::prelude::*;
use serde_json::json;
use sync_core::domain::people::Role;

use crate::office::api::people::Transferred;
use crate::office::gesture::Gesture;
use crate::office::state::office;
use crate::ui::{Button, ButtonKind, Icon, SelectField, Sheet, TextField, focus, t, tell};

/// Whom a customer belongs to now.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Owned {
    pub(super) customer: String,
    pub(super) owner: String,
}

/// The button and sheet that hand a customer over; absent for those who may not. They stay while news draw the card anew.
#[component]
pub(super) fn Handing(owned: Signal<Owned>) -> impl IntoView {
    let office = office();
    if !office.may(Role::assigns_customers) {
        return ().into_any();
    }
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let to = RwSignal::new(owned.with_untracked(|owned| owned.owner.clone()));
    let reason = RwSignal::new(String::new());
    let same = RwSignal::new(None::<String>);
    let begin = move || {
        to.set(owned.with_untracked(|owned| owned.owner.clone()));
        same.set(None);
        open.set(true);
    };
    let hand = move || {
        let (to, owned) = (to.get_untracked(), owned.get_untracked());
        if to == owned.owner {
            same.set(Some(t!("handing-same")));
            focus::first_error();
            return;
        }
        same.set(None);
        let said = reason.get_untracked().trim().to_owned();
        let content = json!({
            "from": owned.owner, "to": to, "customers": [owned.customer], "reason": (!said.is_empty()).then_some(said)
        });
        gesture.asks("POST", "/transfers", content, move |_: Transferred| {
            tell(t!("handing-said"));
            open.set(false);
        });
    };
    let several = move || format!("#/customers/transfer?from={}", owned.with(|owned| owned.owner.clone()));
    let reps = crate::ui::kept(move || office.reps());
    view! {
        <Button attr:data-testid="hand-over" label=t!("handing-do") icon=Icon::Swap on_press=begin />
        <Sheet open=open on_close=move || open.set(false) title=t!("handing-title")>
            <p class="small muted">{t!("handing-text")}</p>
            <SelectField label=t!("handing-to") value=to choices=reps error=same />
            <TextField label=t!("reasons-label") value=reason optional=true error=gesture.about("reason") />
            {gesture.note()}
            <p class="small"><a class="link" href=several>{t!("handing-several")}</a></p>
            <div class="line">
                <Button attr:data-testid="hand-over-confirm" label=t!("handing-do") kind=ButtonKind::Primary on_press=hand />
                <Button label=t!("do-cancel") on_press=move || open.set(false) />
            </div>
        </Sheet>
    }
    .into_any()
}
