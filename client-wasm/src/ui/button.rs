//! Buttons: one primary a screen, named by its verb and result; a disabled one says why.
//!
//! Floor: ui. This module must not know what pressing does.

use leptos::prelude::*;

use super::fresh::{flag, maybe};
use super::icon::{Icon, icon, icon_large};
use super::say::aloud;
use super::unique;

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// A way on among others.
    #[default]
    Plain,
    /// The one result of the screen.
    Primary,
    /// A word that can be pressed.
    Quiet,
    /// A way on that takes something away.
    Danger,
    /// The quieter second gesture after a refusal.
    Second,
}

/// How large a button is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonSize {
    /// One target high.
    #[default]
    Normal,
    /// At the thumb, across the screen.
    Big,
    /// Across the width.
    Block,
    /// In a table's row.
    Small,
}

const fn classes(kind: ButtonKind, size: ButtonSize) -> [&'static str; 3] {
    let kind = match kind {
        ButtonKind::Plain => "",
        ButtonKind::Primary => "btn--primary",
        ButtonKind::Quiet => "btn--quiet",
        ButtonKind::Danger => "btn--danger",
        ButtonKind::Second => "btn--quiet btn--second",
    };
    let size = match size {
        ButtonSize::Normal => "",
        ButtonSize::Big => "btn--big btn--block",
        ButtonSize::Block => "btn--block",
        ButtonSize::Small => "btn--sm",
    };
    ["btn", kind, size]
}

/// A button. With `why_not` it stays focusable, shows the sentence above itself, and pressing it says the sentence aloud.
///
/// With `submit` pressing sends the form around it and `on_press` may be left out.
#[component]
pub fn Button(
    /// Verb and result: 保存拜访, 同意 368.00 元.
    #[prop(into)]
    label: Signal<String>,
    /// What it is for.
    #[prop(optional)]
    kind: ButtonKind,
    /// How large it is.
    #[prop(optional)]
    size: ButtonSize,
    /// The drawing beside the word.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// Why it cannot be pressed now; `None` when it can.
    #[prop(optional, into)]
    why_not: Signal<Option<String>>,
    /// Whether pressing sends the form around it.
    #[prop(optional)]
    submit: bool,
    /// What pressing does.
    #[prop(optional, into)]
    on_press: Option<UnsyncCallback<()>>,
    /// A stable name for browser stories.
    #[prop(optional, into)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let why_id = unique("why");
    let described = why_id.clone();
    let drawn = icon.map(self::icon);
    let press = move |event: leptos::ev::MouseEvent| {
        if let Some(why) = why_not.get_untracked() {
            event.prevent_default();
            aloud(why);
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        {maybe(move || why_not.get(), move |why| view! { <p class="actionbar-why" id=why_id.clone()>{why}</p> })}
        <button
            type=if submit { "submit" } else { "button" }
            class=classes(kind, size).join(" ")
            data-testid=testid
            aria-disabled=flag(move || why_not.with(Option::is_some))
            aria-describedby=Signal::derive(move || why_not.with(Option::is_some).then(|| described.clone()))
            on:click=press
        >
            {drawn}
            <span>{label}</span>
        </button>
    }
    .into_any()
}

/// A link that looks like a button, for a way to another page.
#[component]
pub fn ButtonLink(
    /// What it is called; read aloud where it is not shown.
    #[prop(into)]
    label: Signal<String>,
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// What it is for.
    #[prop(optional)]
    kind: ButtonKind,
    /// How large it is.
    #[prop(optional)]
    size: ButtonSize,
    /// The drawing beside the word.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// A stable name for browser stories.
    #[prop(optional, into)]
    testid: Option<&'static str>,
) -> impl IntoView {
    view! {
        <a class=classes(kind, size).join(" ") href=href data-testid=testid>
            {icon.map(self::icon)}
            <span>{label}</span>
        </a>
    }
    .into_any()
}

/// A button that is only a drawing; `label` is read aloud.
#[component]
pub fn IconButton(
    /// The drawing beside the word.
    icon: Icon,
    /// What it is called; read aloud where it is not shown.
    #[prop(into)]
    label: Signal<String>,
    /// What pressing does.
    #[prop(into)]
    on_press: UnsyncCallback<()>,
    /// A stable name for browser stories.
    #[prop(optional, into)]
    testid: Option<&'static str>,
) -> impl IntoView {
    view! {
        <button type="button" class="iconbtn" data-testid=testid aria-label=label on:click=move |_| on_press.run(())>
            {icon_large(icon)}
        </button>
    }
    .into_any()
}
