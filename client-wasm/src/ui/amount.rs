//! An amount as it is typed: the big figure, the phone's own number keys, and the words in capitals below.
//!
//! Floor: ui. This module must not read the amount: what was typed stays as it is, and the caller's rule judges it.

use leptos::prelude::*;

use super::form::Around;
use super::fresh::flag;
use super::icon::{Icon, icon};
use super::say;
use super::unique;
use super::words::t;

/// The big amount. Full-width digits are taken as they are; a refusal never empties it.
#[component]
pub fn AmountField(
    /// What it is called; read aloud where it is not shown.
    #[prop(into)]
    label: String,
    /// Exactly what was typed.
    text: RwSignal<String>,
    /// 人民币大写 of the amount, when it is one.
    #[prop(optional, into)]
    capitals: Signal<String>,
    /// A quiet line below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with what was typed, tied to the control and read aloud.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// A stable name for browser stories.
    #[prop(optional, into)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let around = Around { id: unique("amount"), label, optional: false, hint, error };
    let control = view! {
        <span class="amount" class:is-danger=Signal::derive(move || error.with(Option::is_some))>
            <small aria-hidden="true">"¥"</small>
            <input
                class="amount-input"
                id=around.id.clone()
                data-testid=testid
                type="text"
                inputmode="decimal"
                autocomplete="off"
                maxlength="64"
                placeholder="0.00"
                aria-describedby=around.described()
                aria-invalid=flag(move || error.with(Option::is_some))
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
            />
        </span>
        <p class="capitals" aria-live="polite">{capitals}</p>
    };
    around.wrap(control.into_any())
}

/// What a key of the pad does to what is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Figures or a point, put at the end.
    Figures(&'static str),
    /// Takes back the last figure.
    Back,
    /// Empties it.
    Clear,
}

/// What stands there after a key was pressed. A second point is not taken; a leading zero makes way.
pub fn pressed(typed: &str, key: Key) -> String {
    match key {
        Key::Clear => String::new(),
        Key::Back => {
            let mut rest = typed.to_owned();
            rest.pop();
            rest
        }
        Key::Figures(".") if typed.contains(['.', '。', '．']) => typed.to_owned(),
        Key::Figures(".") if typed.is_empty() => "0.".to_owned(),
        Key::Figures("0" | "00") if typed == "0" => typed.to_owned(),
        Key::Figures("00") if typed.is_empty() => "0".to_owned(),
        Key::Figures(figures) if typed == "0" && figures != "." => figures.to_owned(),
        Key::Figures(figures) => format!("{typed}{figures}"),
    }
}

/// The number keys at the thumb, with the screen's one result at their side.
#[component]
pub fn Keypad(
    /// Exactly what was typed.
    text: RwSignal<String>,
    /// 收款 and, on a second line, 开收据.
    #[prop(into)]
    go: Signal<String>,
    /// What the large key does.
    #[prop(into)]
    on_go: UnsyncCallback<()>,
    /// A stable name for browser stories.
    #[prop(optional, into)]
    testid: Option<&'static str>,
) -> impl IntoView {
    say::above_keys();
    let key = move |which: Key| {
        let press = move |_| text.update(|typed| *typed = pressed(typed, which));
        match which {
            Key::Figures(figures) => view! { <button type="button" on:click=press>{figures}</button> }.into_any(),
            Key::Back => view! { <button type="button" aria-label=t!("key-backspace") on:click=press>{icon(Icon::Backspace)}</button> }.into_any(),
            Key::Clear => view! { <button type="button" on:click=press>{t!("key-clear")}</button> }.into_any(),
        }
    };
    view! {
        <div class="keypad" role="group" aria-label=t!("key-pad")>
            {["1", "2", "3"].map(|f| key(Key::Figures(f))).map(IntoAny::into_any).collect_view()}
            {key(Key::Back)}
            {["4", "5", "6"].map(|f| key(Key::Figures(f))).map(IntoAny::into_any).collect_view()}
            {key(Key::Clear)}
            {["7", "8", "9"].map(|f| key(Key::Figures(f))).map(IntoAny::into_any).collect_view()}
            <button type="button" class="key-go" data-testid=testid on:click=move |_| on_go.run(())>{go}</button>
            {[".", "0", "00"].map(|f| key(Key::Figures(f))).map(IntoAny::into_any).collect_view()}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[&'static str]) -> String {
        keys.iter().fold(String::new(), |typed, key| pressed(&typed, Key::Figures(key)))
    }

    #[test]
    fn keys_write_an_amount_as_a_hand_would() {
        assert_eq!(typed(&["2", "8", "00", ".", "5"]), "2800.5");
        assert_eq!(typed(&["0", "0", "5"]), "5");
        assert_eq!(typed(&[".", "0", "1"]), "0.01");
        assert_eq!(typed(&["00", "7"]), "7");
    }

    #[test]
    fn a_second_point_is_not_taken_and_too_many_decimals_stay_for_the_rule_to_judge() {
        assert_eq!(typed(&["1", ".", "2", ".", "3", "4"]), "1.234");
    }

    #[test]
    fn the_last_figure_can_be_taken_back_to_nothing() {
        assert_eq!(pressed(&pressed("12", Key::Back), Key::Back), "");
        assert_eq!(pressed("", Key::Back), "");
        assert_eq!(pressed("12.50", Key::Clear), "");
    }
}
