//! Controls that pick: one of a list, one or several of a few, a box to tick.
//!
//! Floor: ui. This module must not judge what is picked: the error is handed in.

use leptos::prelude::*;

use super::focus::arrows_move;
use super::form::Around;
use super::fresh::{flag, fresh, yes_no};
use super::icon::{Icon, icon};
use super::kept::Kept;
use super::unique;

/// A choice to pick: the value kept and the words shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value kept.
    pub value: String,
    /// The words shown.
    pub word: String,
}

impl Choice {
    /// A choice of this value and these words.
    pub fn new(value: impl Into<String>, word: impl Into<String>) -> Self {
        Self { value: value.into(), word: word.into() }
    }
}

/// One of a longer list.
#[component]
pub fn SelectField(
    /// What it is called; read aloud where it is not shown.
    #[prop(into)]
    label: String,
    /// The value picked; empty when none is.
    value: RwSignal<String>,
    /// What there is to pick from.
    #[prop(into)]
    choices: Kept<Vec<Choice>>,
    /// A quiet line below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with what was typed, tied to the control and read aloud.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it may be left empty; said beside the label.
    #[prop(optional)]
    optional: bool,
    /// What stands there while nothing is picked; without it the first choice is always one of the list.
    #[prop(optional, into)]
    none: Option<String>,
    /// A stable name for browser stories.
    #[prop(optional, into)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let around = Around { id: unique("field"), label, optional, hint, error };
    let control = view! {
        <span class="combo">
            <select
                class="input"
                id=around.id.clone()
                data-testid=testid
                aria-describedby=around.described()
                aria-invalid=flag(move || error.with(Option::is_some))
                on:change=move |event| value.set(event_target_value(&event))
            >
                {select_options(value, choices, none)}
            </select>
            {icon(Icon::Down)}
        </span>
    };
    around.wrap(control.into_any())
}

/// The options of a select, the picked one marked.
pub(super) fn select_options(
    value: RwSignal<String>,
    choices: Kept<Vec<Choice>>,
    none: Option<String>,
) -> AnyView {
    fresh(move || {
        let picked = value.get();
        let none = none.clone().map(|word| Choice::new("", word));
        none.into_iter()
            .chain(choices.get())
            .map(|choice| {
                let is_picked = choice.value == picked;
                view! { <option value=choice.value selected=is_picked prop:selected=is_picked>{choice.word}</option> }
            })
            .map(IntoAny::into_any).collect_view()
    })
}

/// How chips stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChipLayout {
    /// Three a line.
    #[default]
    Three,
    /// Two a line.
    Two,
    /// As wide as their words, small: filters above a list.
    Flow,
}

impl ChipLayout {
    const fn classes(self) -> (&'static str, &'static str) {
        match self {
            Self::Three => ("chips chips--grid", "chip"),
            Self::Two => ("chips chips--two", "chip"),
            Self::Flow => ("chips", "chip chip--sm"),
        }
    }
}

/// One of a few, as chips. Arrow keys move, as in any radio group.
#[component]
pub fn ChoiceChips(
    /// What it is called; read aloud where it is not shown.
    #[prop(into)]
    label: String,
    /// What is kept.
    value: RwSignal<Option<String>>,
    /// What there is to pick from.
    choices: Vec<Choice>,
    /// How the chips stand.
    #[prop(optional)]
    layout: ChipLayout,
    /// A quiet line below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with what was typed, tied to the control and read aloud.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it may be left empty; said beside the label.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let around = Around { id: unique("field"), label: label.clone(), optional, hint, error };
    let (group, chip) = layout.classes();
    let first = choices.first().map(|choice| choice.value.clone());
    let one = |choice: Choice| {
        let (kept, mine, own) = (StoredValue::new(choice.value.clone()), choice.value.clone(), first.clone());
        let picked = move || value.with(|v| kept.with_value(|k| v.as_ref() == Some(k)));
        let reachable = move || picked() || (value.with(Option::is_none) && own.as_ref() == Some(&mine));
        view! {
            <button
                type="button"
                class=chip
                role="radio"
                aria-checked=yes_no(picked)
                tabindex=Signal::derive(move || if reachable() { "0" } else { "-1" })
                on:click=move |_| value.set(Some(kept.get_value()))
            >
                {choice.word}
            </button>
        }
    };
    let chips = choices.into_iter().map(one).map(IntoAny::into_any).collect_view();
    around.group(
        view! {
            <div class=group role="radiogroup" aria-label=label on:keydown=move |event| arrows_move(&event)>
                {chips}
            </div>
        }
        .into_any(),
    )
}

/// Any of a few, as chips.
#[component]
pub fn MultiChips(
    /// What it is called; read aloud where it is not shown.
    #[prop(into)]
    label: String,
    /// What is kept, in the order of picking.
    values: RwSignal<Vec<String>>,
    /// What there is to pick from.
    choices: Vec<Choice>,
    /// How the chips stand.
    #[prop(optional)]
    layout: ChipLayout,
    /// A quiet line below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with what was typed, tied to the control and read aloud.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it may be left empty; said beside the label.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let around = Around { id: unique("field"), label, optional, hint, error };
    let (group, chip) = layout.classes();
    let one = |choice: Choice| {
        let kept = StoredValue::new(choice.value);
        let picked = move || values.with(|v| kept.with_value(|k| v.contains(k)));
        let press = move |_| {
            let pressed = kept.get_value();
            values.update(|v| match v.iter().position(|x| *x == pressed) {
                Some(at) => drop(v.remove(at)),
                None => v.push(pressed),
            });
        };
        view! {
            <button type="button" class=chip aria-pressed=yes_no(picked) on:click=press>
                {choice.word}
            </button>
        }
    };
    let chips = choices.into_iter().map(one).map(IntoAny::into_any).collect_view();
    around.group(view! { <div class=group>{chips}</div> }.into_any())
}

/// One of a few, as rows with a second line each: company accounts.
#[component]
pub fn RadioRows(
    /// What it is called; read aloud where it is not shown.
    #[prop(into)]
    label: String,
    /// What is kept.
    value: RwSignal<String>,
    /// The choices, each with its second line.
    choices: Vec<(Choice, String)>,
    /// A quiet line below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with what was typed, tied to the control and read aloud.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let around = Around { id: unique("field"), label, optional: false, hint, error };
    let name = around.id.clone();
    let one = |(choice, sub): (Choice, String)| {
        let (kept, own) = (choice.value.clone(), choice.value.clone());
        view! {
            <label class="row">
                <input
                    class="radio"
                    type="radio"
                    name=name.clone()
                    value=choice.value
                    prop:checked=Signal::derive(move || value.with(|v| *v == own))
                    on:change=move |_| value.set(kept.clone())
                />
                <span class="row-main"><span class="row-title">{choice.word}</span><span class="row-sub">{sub}</span></span>
            </label>
        }
    };
    let rows = choices.into_iter().map(one).map(IntoAny::into_any).collect_view();
    around.group(view! { <div class="card rows">{rows}</div> }.into_any())
}

/// A box to tick, with its sentence.
#[component]
pub fn Tick(
    /// What it is called; read aloud where it is not shown.
    #[prop(into)]
    label: Signal<String>,
    /// What is kept.
    value: RwSignal<bool>,
    /// A stable name for browser stories.
    #[prop(optional, into)]
    testid: Option<&'static str>,
) -> impl IntoView {
    view! {
        <label class="tickline">
            <input class="box" type="checkbox" data-testid=testid prop:checked=value on:change=move |event| value.set(event_target_checked(&event)) />
            <span class="small">{label}</span>
        </label>
    }
    .into_any()
}
