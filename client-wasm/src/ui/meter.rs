//! The cash meter: what a rep holds against the two lines of the regulation, with the sentence as its label.
//!
//! Floor: ui. This module must not know the limits: they are handed in from the rule.

use leptos::prelude::*;
use sync_core::unit::Money;

use super::format::sum;
use super::kept::Kept;
use super::words::t;

/// Where cash in hand stands against its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CashLevel {
    /// Below the first line.
    #[default]
    Fine,
    /// From the first line on: remit soon.
    Soon,
    /// Above the limit.
    Over,
}

/// Width of the drawing, in its own units.
const WIDTH: i64 = 326;

/// The cash meter from nothing to the limit (0–10,000–20,000).
#[component]
pub fn Meter(
    /// What is held now.
    #[prop(into)]
    held: Kept<Money>,
    /// What would be held after the sum being typed.
    #[prop(optional)]
    after: Option<Kept<Option<Money>>>,
    /// The first line: remit from here.
    remit_at: Money,
    /// The second line: never above.
    limit: Money,
) -> impl IntoView {
    let after = move || after.and_then(Kept::get);
    let along = move |money: Money| {
        (money.as_fen().clamp(0, limit.as_fen()) * WIDTH / limit.as_fen().max(1)).to_string()
    };
    let class = move || {
        let held = held.get();
        match () {
            () if held > limit => "meter-fill meter-fill--over",
            () if held >= remit_at => "meter-fill meter-fill--soon",
            () => "meter-fill",
        }
    };
    let whole = |money: Money| sum(money).trim_end_matches(".00").to_owned();
    let label = move || {
        let (held, remit, limit) = (sum(held.get()), whole(remit_at), whole(limit));
        match after() {
            None => t!("meter-label", held = held, remit = remit, limit = limit),
            Some(after) => {
                t!("meter-label-after", held = held, after = sum(after), remit = remit, limit = limit)
            }
        }
    };
    let remit_x = along(remit_at);
    view! {
        <svg class="meter" viewBox="0 0 326 34" role="img" aria-label=Signal::derive(label)>
            <rect class="meter-track" width="326" height="10" rx="5"></rect>
            <rect class="meter-ghost" width=Signal::derive(move || after().map_or_else(|| "0".to_owned(), along)) height="10" rx="5"></rect>
            <rect class=Signal::derive(class) width=Signal::derive(move || along(held.get())) height="10" rx="5"></rect>
            <path class="meter-tick" d=format!("M{remit_x} -2v14M325.25 -2v14")></path>
            <text x=remit_x y="28" text-anchor="middle">{t!("meter-remit", amount = whole(remit_at))}</text>
            <text x="326" y="28" text-anchor="end">{t!("meter-limit", amount = whole(limit))}</text>
            <text x="0" y="28">"0"</text>
        </svg>
    }
    .into_any()
}

/// A share of a whole, such as photos on their way.
#[component]
pub fn Progress(
    /// Read aloud.
    #[prop(into)]
    label: Signal<String>,
    /// How many are done.
    #[prop(into)]
    done: Kept<u32>,
    /// How many there are in all.
    #[prop(into)]
    of: Kept<u32>,
) -> impl IntoView {
    view! {
        <progress
            class="is-sending"
            aria-label=label
            prop:value=Signal::derive(move || done.get().to_string())
            prop:max=Signal::derive(move || of.get().max(1).to_string())
        ></progress>
    }
    .into_any()
}
