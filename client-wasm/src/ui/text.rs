//! Text controls: one line, several lines, a search box.
//!
//! Floor: ui. This module must not judge what is typed: the error is handed in.

use leptos::html::Input;
use leptos::prelude::*;

use super::form::Around;
use super::fresh::{flag, maybe, yes_no};
use super::icon::{Icon, drawn, icon};
use super::unique;
use super::words::t;

/// What a text field takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextKind {
    /// Any words.
    #[default]
    Words,
    /// A passphrase, with an eye to look at it.
    Passphrase,
    /// A telephone number.
    Telephone,
    /// Whole figures.
    Digits,
    /// An amount or measure with decimals.
    Decimal,
    /// A date.
    Date,
    /// A staff number or code: as typed, no corrections.
    Code,
}

impl TextKind {
    const fn input(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Words => ("text", None),
            Self::Passphrase => ("password", None),
            Self::Telephone => ("tel", Some("tel")),
            Self::Digits => ("text", Some("numeric")),
            Self::Decimal => ("text", Some("decimal")),
            Self::Date => ("date", None),
            Self::Code => ("text", Some("text")),
        }
    }
}

/// One line of text.
#[component]
pub fn TextField(
    /// What it is called; read aloud where it is not shown.
    #[prop(into)]
    label: String,
    /// What is kept.
    value: RwSignal<String>,
    /// What it is for.
    #[prop(optional)]
    kind: TextKind,
    /// A quiet line below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with what was typed, tied to the control and read aloud.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it may be left empty; said beside the label.
    #[prop(optional)]
    optional: bool,
    /// An example, shown while empty.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// `username`, `current-password`, `off` …
    #[prop(optional, into)]
    autocomplete: Option<&'static str>,
    /// The name password stores know it by.
    #[prop(optional, into)]
    name: Option<&'static str>,
    /// The element, for giving it the focus.
    #[prop(optional)]
    node: NodeRef<Input>,
    /// A stable name for browser stories.
    #[prop(optional, into)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let around = Around { id: unique("field"), label, optional, hint, error };
    let (kind_name, mode) = kind.input();
    let shown = RwSignal::new(false);
    let secret = kind == TextKind::Passphrase;
    let plain = matches!(kind, TextKind::Code | TextKind::Passphrase);
    let input = view! {
        <input
            class="input"
            id=around.id.clone()
            data-testid=testid
            name=name
            type=Signal::derive(move || if secret && shown.get() { "text" } else { kind_name })
            inputmode=mode
            placeholder=placeholder
            // Without it the browser writes what is typed into its own files, to put it back after a crash.
            autocomplete=autocomplete.unwrap_or("off")
            autocapitalize=plain.then_some("off")
            spellcheck=plain.then_some("false")
            aria-describedby=around.described()
            aria-invalid=flag(move || error.with(Option::is_some))
            prop:value=value
            on:input=move |event| value.set(event_target_value(&event))
            node_ref=node
        />
    };
    let control = if secret {
        let word = move || {
            if shown.get() { t!("do-hide-passphrase") } else { t!("do-show-passphrase") }
        };
        view! {
            <span class="combo">
                {input}
                <button
                    type="button"
                    class="iconbtn"
                    aria-label=Signal::derive(word)
                    aria-pressed=yes_no(move || shown.get())
                    on:click=move |_| shown.update(|s| *s = !*s)
                >
                    {icon(Icon::Eye)}
                </button>
            </span>
        }
        .into_any()
    } else {
        input.into_any()
    };
    around.wrap(control)
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// What it is called; read aloud where it is not shown.
    #[prop(into)]
    label: String,
    /// What is kept.
    value: RwSignal<String>,
    /// A quiet line below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with what was typed, tied to the control and read aloud.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it may be left empty; said beside the label.
    #[prop(optional)]
    optional: bool,
    /// An example, shown while empty.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// A stable name for browser stories.
    #[prop(optional, into)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let around = Around { id: unique("field"), label, optional, hint, error };
    let control = view! {
        <textarea
            class="input input--area"
            id=around.id.clone()
            data-testid=testid
            rows="3"
            autocomplete="off"
            placeholder=placeholder
            aria-describedby=around.described()
            aria-invalid=flag(move || error.with(Option::is_some))
            prop:value=value
            on:input=move |event| value.set(event_target_value(&event))
        ></textarea>
    };
    around.wrap(control.into_any())
}

/// A search box, with a button that empties it.
#[component]
pub fn SearchField(
    /// Read aloud and shown while empty.
    #[prop(into)]
    label: String,
    /// What is kept.
    value: RwSignal<String>,
    /// The element, for giving it the focus.
    #[prop(optional)]
    node: NodeRef<Input>,
    /// A stable name for browser stories.
    #[prop(optional, into)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let landmark = label.clone();
    view! {
        <span class="combo combo--lead" role="search" aria-label=landmark>
            {drawn(Icon::Search, "i i--lead")}
            <input
                class="input"
                type="search"
                data-testid=testid
                enterkeyhint="search"
                autocomplete="off"
                aria-label=label.clone()
                placeholder=label
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
                node_ref=node
            />
            {maybe(move || (!value.with(String::is_empty)).then_some(()), move |()| view! {
                <button type="button" class="iconbtn" aria-label=t!("do-clear") on:click=move |_| value.set(String::new())>{icon(Icon::Close)}</button>
            })}
        </span>
    }
    .into_any()
}
