//! 催款: the form by which the office enters who was urged to pay, what was said and what was promised (S43).
//!
//! Floor: office/screens. This module must not judge a rule: the server's answer says what does not fit.

use leptos::prelude::*;
use serde_json::json;
use sync_core::domain::cash::UrgedBy;
use sync_core::domain::people::Role;

use super::settling::typed_sum;
use crate::office::gesture::Gesture;
use crate::office::state::office;
use crate::ui::{
    Button, ButtonKind, Choice, Icon, SelectField, Sheet, TextArea, TextField, TextKind, focus, t,
};

/// The button and its form; for one order, or for all that the customer owes.
#[component]
pub(super) fn Urging(
    customer: String,
    /// Its id and number.
    order: Option<(String, String)>,
) -> impl IntoView {
    if !office().may(Role::urges_payment) {
        return ().into_any();
    }
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let text = || RwSignal::new(String::new());
    let (by, whom, said, day, amount) =
        (RwSignal::new(UrgedBy::Phone.code().to_owned()), text(), text(), text(), text());
    let tried = RwSignal::new(false);
    let (customer, order) = (StoredValue::new(customer), StoredValue::new(order));
    let ways = crate::ui::kept(|| {
        UrgedBy::ALL.map(|way| Choice::new(way.code(), t!(&format!("urged-by-{}", way.code())))).to_vec()
    });
    let missing = move |value: RwSignal<String>, name: &'static str, field: &'static str| {
        let about = gesture.about(field);
        Signal::derive(move || {
            let empty = tried.get() && value.with(|value| value.trim().is_empty());
            if empty { Some(t!("form-missing", field = t!(name))) } else { about.get() }
        })
    };
    let promises =
        move || !(day.with(|day| day.trim().is_empty()) && amount.with(|sum| sum.trim().is_empty()));
    let day_about = gesture.about("promised");
    let day_error = Signal::derive(move || {
        let empty = tried.get() && promises() && day.with(|day| day.trim().is_empty());
        if empty { Some(t!("form-missing", field = t!("owed-promised-day"))) } else { day_about.get() }
    });
    let amount_about = gesture.about("promised.amount");
    let amount_error = Signal::derive(move || {
        let wanted = promises() && (tried.get() || !amount.with(String::is_empty));
        wanted.then(|| typed_sum(&amount.get()).err()).flatten().or_else(|| amount_about.get())
    });
    let save = move || {
        tried.set(true);
        let words = [whom, said].map(|value| value.get_untracked().trim().to_owned());
        let day = day.get_untracked().trim().to_owned();
        let promised = if untrack(promises) {
            match typed_sum(&amount.get_untracked()) {
                Ok(amount) if !day.is_empty() => Some(json!({ "day": day, "amount": amount })),
                _ => return focus::first_error(),
            }
        } else {
            None
        };
        if words.iter().any(String::is_empty) {
            return focus::first_error();
        }
        let [whom, said] = words;
        let order = order.with_value(|order| order.as_ref().map(|(id, _)| id.clone()));
        let content = json!({ "op": "payment-urged", "customer": customer.get_value(), "order": order,
            "by": by.get_untracked(), "whom": whom, "said": said, "promised": promised });
        gesture.command(content, t!("urging-said"), move || {
            open.set(false);
            tried.set(false);
        });
    };
    let about = move || {
        order.with_value(|order| match order {
            Some((_, number)) => t!("urging-about-order", number = number),
            None => t!("urging-about-all"),
        })
    };
    view! {
        <Button attr:data-testid="urge" label=t!("urging-do") kind=ButtonKind::Primary icon=Icon::Pen on_press=move || open.set(true) />
        <Sheet open=open on_close=move || open.set(false) title=t!("urging-do")>
            <p class="small muted">{about()}</p>
            <SelectField label=t!("urging-by") value=by choices=ways none=t!("transfer-choose") error=gesture.about("by") testid="urge-by" />
            <div data-testid="urge-whom"><TextField label=t!("urging-whom") value=whom error=missing(whom, "urging-whom", "whom") /></div>
            <div data-testid="urge-what"><TextArea label=t!("urging-what") value=said error=missing(said, "urging-what", "said") /></div>
            <div class="cols cols--half">
                <div data-testid="urge-day"><TextField label=t!("owed-promised-day") value=day kind=TextKind::Date error=day_error /></div>
                <div data-testid="urge-amount"><TextField label=t!("owed-promised-sum") value=amount kind=TextKind::Decimal error=amount_error /></div>
            </div>
            {gesture.note()}
            <div class="line">
                <Button attr:data-testid="urge-save" label=t!("urging-save") kind=ButtonKind::Primary on_press=save />
                <Button label=t!("do-cancel") on_press=move || open.set(false) />
            </div>
        </Sheet>
    }
    .into_any()
}
