//! 重设口令: a new password for somebody who has forgotten theirs (S78).
//!
//! Floor: office, a screen, below `staff`. This module must not keep the password: it is told once.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;

use crate::office::api::people::StaffRow;
use crate::office::gesture::{Gesture, SureSheet};
use crate::office::state::office;
use crate::ui::{Button, Icon, t};

/// A password that the server has made up.
#[derive(Clone, Deserialize)]
struct NewPassword {
    number: String,
    password: String,
}

/// The button, the question, and the password until the panel is closed.
#[component]
pub(super) fn Renewing(row: Signal<StaffRow>) -> impl IntoView {
    let office = office();
    let may = move || row.with(|row| office.may(|role| role.renews_passwords(row.role)));
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let given = RwSignal::new(None::<(String, NewPassword)>);
    let renew = move || {
        let id = row.with_untracked(|row| row.id.clone());
        let path = format!("/staff/{id}/password");
        gesture.asks("POST", path, json!({}), move |answer: NewPassword| {
            given.set(Some((id.clone(), answer)));
            open.set(false);
        });
    };
    let title = Signal::derive(move || row.with(|row| t!("renew-title", who = &row.name)));
    let told = move || {
        let (of, NewPassword { number, password }) = given.get()?;
        // Another row looked at meanwhile has nothing to do with it.
        let who = row.with(|row| (row.id == of).then(|| row.name.clone()))?;
        Some(view! {
            <div class="note stack" role="status" data-testid="new-password">
                <b class="blk">{t!("renew-done", who = who, number = number)}</b>
                <span class="code t-lg">{password}</span>
                <span class="small muted">{t!("renew-once")}</span>
            </div>
        })
    };
    view! {
        {told}
        <Show when=may>
            <Button attr:data-testid="renew-password" label=t!("renew-do") icon=Icon::Lock on_press=move || open.set(true) />
        </Show>
        <SureSheet open=open title=title text=t!("renew-text") verb=t!("renew-do") testid="renew-confirm" gesture=gesture on_sure=renew />
    }
    .into_any()
}
