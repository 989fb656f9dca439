//! 退汇: a line that takes back what another had brought, and what finance had confirmed by it: the papers are reversed, and
//! both lines set aside (S17, S46).
//!
//! Floor: office/screens, part of `matching`.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::cells::date;
use super::matching::Desk;
use super::matching_left::paid;
use crate::office::api::statements::ReturnRow;
use crate::office::gesture::{Gesture, SureSheet};
use crate::ui::{format, t};

/// What is signed, in order: first what was paid is unpaid, then the two lines rest.
fn commands(back: &ReturnRow) -> Vec<Value> {
    let Some(matched) = &back.of.matched else { return Vec::new() };
    let reason = t!("matching-return-reason", day = date(Some(&back.of.date)));
    let reversed = matched.papers.iter().map(|paper| {
        json!({
            "op": "reversed",
            "kind": matched.kind,
            "of": paper.of,
            "staff": paper.staff.id,
            "customer": matched.customer.as_ref().map(|customer| &customer.id),
            "reason": reason,
        })
    });
    let rest = matched.lines.iter().chain([&back.line]).map(|line| {
        json!({ "op": "line-set-aside", "line": line, "kind": "returned", "note": reason, "staff": null, "amount": null })
    });
    reversed.chain(rest).collect()
}

/// The sheet; open while a line is handed in.
#[component]
pub(super) fn ReturnSheet(desk: Memo<Desk>, returning: RwSignal<Option<String>>) -> impl IntoView {
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let found = Memo::new(move |_| {
        let line = returning.get()?;
        desk.with(|desk| desk.page.returns.iter().find(|one| one.line == line).cloned())
    });
    Effect::new(move |_| {
        if returning.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            returning.set(None);
        }
    });
    let title = Signal::derive(move || {
        found.with(|back| {
            back.as_ref().map_or_else(String::new, |back| {
                t!("matching-return-title", who = paid(&back.of), amount = format::sum(back.of.amount))
            })
        })
    });
    let sure = move || {
        let Some(back) = found.get_untracked() else { return open.set(false) };
        gesture.commands(commands(&back), t!("matching-return-said"), move || open.set(false));
    };
    view! { <SureSheet open=open title=title text=t!("matching-return-text") verb=t!("matching-return-do") testid="return-sure" gesture=gesture on_sure=sure /> }
        .into_any()
}
