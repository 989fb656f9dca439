//! A whole number with one more and one less: bags, boxes.
//!
//! Floor: ui. This module must not know what is counted.

use leptos::prelude::*;
use sync_core::unit::narrow_digit;

use super::icon::{Icon, icon};
use super::words::t;

/// What is kept while something stands in the box that is no whole number, or lies outside the limits.
pub const NO_NUMBER: u32 = u32::MAX;

/// A whole number with one more and one less; it can be typed, too. What is typed stays as it is typed.
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
    let text = RwSignal::new(value.get_untracked().to_string());
    let step = move |by: i64| {
        let kept = Some(value.get_untracked()).filter(|kept| *kept != NO_NUMBER).unwrap_or(least);
        let next = i64::from(kept).saturating_add(by);
        value.set(u32::try_from(next.max(0)).unwrap_or(most).clamp(least, most));
    };
    let typed = move |event: leptos::ev::Event| {
        let words = event_target_value(&event);
        value.set(whole(&words).filter(|count| (least..=most).contains(count)).unwrap_or(NO_NUMBER));
        text.set(words);
    };
    // A press of a button, or another place where the same figure is kept, changes what stands here.
    Effect::new(move |_| {
        let kept = value.get();
        if kept != NO_NUMBER && whole(&text.get_untracked()) != Some(kept) {
            text.set(kept.to_string());
        }
    });
    let wrong = super::fresh::flag(move || value.get() == NO_NUMBER);
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
                aria-invalid=wrong
                prop:value=text
                on:input=typed
            />
            <button type="button" aria-label=t!("do-plus-one") on:click=move |_| step(1)>{icon(Icon::Plus)}</button>
        </span>
    }
    .into_any()
}

/// Digits and nothing else, as a figure.
fn whole(words: &str) -> Option<u32> {
    let digits = words.trim();
    if digits.is_empty() {
        return None;
    }
    digits.chars().try_fold(0u32, |sum, c| {
        let digit = narrow_digit(c).to_digit(10)?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn only_whole_figures_are_read() {
        assert_eq!(whole(" 12 "), Some(12));
        assert_eq!(whole("１２"), Some(12));
        for words in ["", "1.5", "-3", "12a", "9999999999999"] {
            assert_eq!(whole(words), None, "{words}");
        }
    }
}
