//! 代为入账 / 退回并说明: a head decides on a change that waits; of two values that bind the company, one is chosen.
//!
//! Floor: office, a screen. This module must not know who may decide: the row says so.

use leptos::prelude::*;
use serde_json::json;

use super::held::kind_name;
use crate::office::api::standing::{HeldRow, Ruled};
use crate::office::gesture::{Gesture, ReasonSheet, SureSheet};
use crate::ui::{Banner, Button, ButtonKind, Icon, Tone, t, tell};

/// What was said of it, by whom and when; `None` while it waits.
pub(super) fn settled(row: &HeldRow) -> Option<AnyView> {
    let (said, tone) = match row.status.as_str() {
        "accepted" => (row.decided.as_ref()?, Tone::Applied),
        "declined" => (row.decided.as_ref()?, Tone::Finding),
        "corrected" => (row.corrected.as_ref()?, Tone::Finding),
        _ => return None,
    };
    let lead = format!("{} · ", t!(&format!("waiting-state-{}", row.status)));
    let (who, when) = (said.by.name.clone(), said.at.full());
    // What was sent back and then corrected keeps the reason for which it was sent back.
    let why = row.decided.as_ref().and_then(|decided| decided.reason.clone());
    let text = match why {
        Some(why) => t!("waiting-settled-why", who = who, when = when, why = why),
        None => t!("waiting-settled", who = who, when = when),
    };
    let banner = view! { <Banner tone=tone icon=Icon::Check lead=lead text=text /> };
    Some(view! { <div data-testid="settled">{banner}</div> }.into_any())
}

/// Sends a ruling; `done` follows when the server has it.
pub(super) fn rule(
    gesture: Gesture,
    id: &str,
    ruling: serde_json::Value,
    said: String,
    done: impl Fn() + 'static,
) {
    let path = format!("/held/{id}/ruling");
    gesture.asks("POST", path, ruling, move |ruled: Ruled| {
        let also = if ruled.also > 0 { t!("waiting-also", count = ruled.also) } else { String::new() };
        tell(format!("{said}{also}"));
        done();
    });
}

/// The two gestures on a change that waits.
pub(super) fn deeds(row: Signal<HeldRow>) -> AnyView {
    let (accepting, declining) = (Gesture::new(), Gesture::new());
    let (accept_open, decline_open) = (RwSignal::new(false), RwSignal::new(false));
    let may = Memo::new(move |_| row.with(|row| row.may_decide));
    let undecided = move || row.with(|row| row.status == "undecided");
    let accept = move || {
        let done = move || accept_open.set(false);
        row.with_untracked(|row| {
            rule(accepting, &row.id, json!({ "type": "accepted" }), t!("waiting-accepted"), done);
        });
    };
    let decline = move |reason: String| {
        let done = move || decline_open.set(false);
        let ruling = json!({ "type": "declined", "reason": reason });
        row.with_untracked(|row| rule(declining, &row.id, ruling, t!("waiting-declined"), done));
    };
    let title = move |key: &'static str| {
        row.with(|row| t!(key, what = kind_name(&row.kind), who = row.by.name.clone()))
    };
    let accept_label = move || if undecided() { t!("waiting-take") } else { t!("waiting-accept") };
    view! {
        <Show when=move || may.get()>
            <Button attr:data-testid="accept" label=Signal::derive(accept_label) kind=ButtonKind::Primary on_press=move || accept_open.set(true) />
            <Button attr:data-testid="decline" label=t!("waiting-decline") on_press=move || decline_open.set(true) />
        </Show>
        <SureSheet open=accept_open title=Signal::derive(move || title("waiting-accept-title")) text=t!("waiting-accept-text") verb=t!("waiting-accept") testid="accept-confirm" gives=true gesture=accepting on_sure=accept />
        <ReasonSheet open=decline_open title=Signal::derive(move || title("waiting-decline-title")) text=t!("waiting-decline-text") verb=t!("waiting-decline") gesture=declining on_reason=decline />
    }
    .into_any()
}
