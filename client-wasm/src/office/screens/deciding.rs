//! 代为入账 / 退回并说明: a head decides on a change that waits; of two values that bind the company, one is chosen.
//!
//! Floor: office, a screen. This module must not know who may decide: the row says so.

use leptos::prelude::*;
use serde_json::json;

use super::cells::or_nothing;
use super::held::kind_name;
use crate::office::api::call;
use crate::office::api::standing::{HeldRow, Ruled};
use crate::office::gesture::{Gesture, ReasonSheet, SureSheet};
use crate::ui::{Banner, Button, ButtonKind, ButtonSize, Icon, Tone, badge, t, tell};

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
fn rule(
    gesture: Gesture,
    row: &HeldRow,
    ruling: serde_json::Value,
    said: String,
    done: impl FnOnce() + 'static,
) {
    let path = format!("/held/{}/ruling", row.id);
    gesture.send(async move { call::post::<Ruled>(&path, &ruling).await }, move |ruled| {
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
            rule(accepting, row, json!({ "type": "accepted" }), t!("waiting-accepted"), done);
        });
    };
    let decline = move |reason: String| {
        let done = move || decline_open.set(false);
        let ruling = json!({ "type": "declined", "reason": reason });
        row.with_untracked(|row| rule(declining, row, ruling, t!("waiting-declined"), done));
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

/// The three values of a choice, in words.
pub(super) struct Values {
    /// What both had seen, if there was anything.
    pub(super) base: Option<String>,
    /// What waits.
    pub(super) mine: String,
    /// What stands there.
    pub(super) theirs: String,
}

/// One value that binds the company and has to be chosen, in the inbox of conflicts: what stood there before, what stands
/// there now, what waits.
pub(super) fn choice(row: &HeldRow, what: AnyView, values: Values) -> AnyView {
    let Some(other) = row.other.clone() else { return ().into_any() };
    let gesture = Gesture::new();
    let may = row.may_decide;
    let version = |who: String,
                   value: String,
                   when: String,
                   label: String,
                   test: &'static str,
                   ruling: serde_json::Value| {
        let row = row.clone();
        let press = move || rule(gesture, &row, ruling.clone(), t!("conflicts-settled"), || {});
        let value = or_nothing(&value);
        view! {
            <div class="version" class:is-winner=test == "keep-theirs">
                <span class="version-who">{who}</span>
                <span><span class="version-value">{value}</span><span class="row-sub">{when}</span></span>
                {may.then(|| view! { <Button attr:data-testid=test label=label size=ButtonSize::Small on_press=press /> })}
            </div>
        }
        .into_any()
    };
    let declined = json!({ "type": "declined", "reason": t!("conflicts-kept-other") });
    let in_use = format!("{} · {}", other.at.full(), t!("conflict-in-use"));
    let there = version(other.by.name, values.theirs, in_use, t!("conflicts-keep"), "keep-theirs", declined);
    let (when, accepted) = (row.at.full(), json!({ "type": "accepted" }));
    let waits =
        version(row.by.name.clone(), values.mine, when, t!("conflict-restore"), "take-mine", accepted);
    let before = or_nothing(&values.base.unwrap_or_default());
    view! {
        <section class="panel" data-testid="choice">
            <div class="panel-head">
                <h2>{what}</h2>
                <div class="panel-head-end">{badge(Tone::Held, Some(Icon::Hold), t!("waiting-state-undecided"))}</div>
            </div>
            <div class="versions">
                <div class="version is-base">
                    <span class="version-who">{t!("waiting-base")}</span>
                    <span class="version-value">{before}</span>
                </div>
                {there}
                {waits}
            </div>
            <p class="conflict-why">{t!("conflicts-binding")}</p>
            {gesture.note()}
        </section>
    }
    .into_any()
}
