//! 移交: a customer is handed to another rep, by those who may (S79).
//!
//! Floor: office/screens.

use leptos::prelude::*;
use serde_json::json;
use sync_core::domain::people::Role;
use sync_core::unit::ChangeId;

use crate::office::gesture::Gesture;
use crate::office::state::office;
use crate::ui::{Button, ButtonKind, Icon, SelectField, Sheet, focus, t};

/// The button and sheet that hand a customer over; absent for those who may not.
#[component]
pub(super) fn Handing(customer: String, owner: String, heads: Vec<ChangeId>) -> impl IntoView {
    let office = office();
    if !office.may(Role::assigns_customers) {
        return ().into_any();
    }
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let to = RwSignal::new(owner.clone());
    let same = RwSignal::new(None::<String>);
    let (customer, owner, heads) =
        (StoredValue::new(customer), StoredValue::new(owner), StoredValue::new(heads));
    let hand = move || {
        let to = to.get_untracked();
        if to == owner.get_value() {
            same.set(Some(t!("handing-same")));
            focus::first_error();
            return;
        }
        same.set(None);
        let content = json!({ "op": "owner-set", "customer": customer.get_value(), "owner": to, "replaces": heads.get_value() });
        gesture.command(content, t!("handing-said"), move || open.set(false));
    };
    let reps = Signal::derive(move || office.reps());
    view! {
        <Button attr:data-testid="hand-over" label=t!("handing-do") icon=Icon::Swap on_press=move || open.set(true) />
        <Sheet open=open on_close=move || open.set(false) title=t!("handing-title")>
            <p class="small muted">{t!("handing-text")}</p>
            <SelectField label=t!("handing-to") value=to choices=reps error=same />
            {gesture.note()}
            <div class="line">
                <Button attr:data-testid="hand-over-confirm" label=t!("handing-do") kind=ButtonKind::Primary on_press=hand />
                <Button label=t!("do-cancel") on_press=move || open.set(false) />
            </div>
        </Sheet>
    }
    .into_any()
}
