//! A whole number with one more and one less: bags, boxes.
//!
//! Floor: ui. This module must not know what is counted.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::words::t;

/// A whole number with one more and one less; it can be typed, too.
#[component]
pub fn Stepper(
    /// Read aloud: what is counted.
    #[prop(into)]
    label: String,
    /// What is kept.
    value: RwSignal<u32>,
    /// The smallest figure.
    #[prop(optional)]
    least: u32,
    /// The largest figure.
    #[prop(default = 99_999)]
    most: u32,
    /// A stable name for browser stories.
    #[prop(optional, into)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let step = move |by: i64| {
        let next = i64::from(value.get_untracked()).saturating_add(by);
        value.set(u32::try_from(next.max(0)).unwrap_or(most).clamp(least, most));
    };
    let typed = move |event: leptos::ev::Event| {
        let digits: String = event_target_value(&event)
            .chars()
            .filter_map(|c| c.to_digit(10).or_else(|| full_width(c)))
            .map(|d| d.to_string())
            .collect();
        value.set(digits.parse().unwrap_or(least).clamp(least, most));
        // The figure kept may equal the one before, so the box is told again.
        value.notify();
    };
    let group = label.clone();
    view! {
        <span class="stepper stepper--sm" role="group" aria-label=group>
            <button type="button" aria-label=t!("do-minus-one") on:click=move |_| step(-1)>{icon(Icon::Minus)}</button>
            <input
                class="stepper-input"
                type="text"
                inputmode="numeric"
                data-testid=testid
                aria-label=label
                prop:value=Signal::derive(move || value.get().to_string())
                on:change=typed
            />
            <button type="button" aria-label=t!("do-plus-one") on:click=move |_| step(1)>{icon(Icon::Plus)}</button>
        </span>
    }
    .into_any()
}

/// A digit as Chinese input methods write it: `８`.
fn full_width(c: char) -> Option<u32> {
    u32::from(c).checked_sub(u32::from('０')).filter(|d| *d <= 9)
}
