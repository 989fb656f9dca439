//! Saying how things stand: banners that stay, toasts that go.
//!
//! Floor: ui. This module must not know what happened: the sentence is handed in.

use std::cell::Cell;

use leptos::prelude::*;

use super::badge::Tone;
use super::fresh::maybe;
use super::icon::{Icon, icon};

/// A sentence across the page, with a bold beginning and at most one way on.
#[component]
pub fn Banner(
    /// The colour that carries the meaning.
    #[prop(optional)]
    tone: Tone,
    /// The drawing beside the word.
    icon: Icon,
    /// The bold beginning, with its full stop.
    #[prop(into)]
    lead: Signal<String>,
    /// The sentence after the lead.
    #[prop(optional, into)]
    text: Signal<String>,
    /// Without rounded corners, edge to edge.
    #[prop(optional)]
    flush: bool,
    /// The way on: its word, and where it leads or what it does.
    #[prop(optional, into)]
    action: Option<WayOn>,
) -> impl IntoView {
    // Chinese sentences follow each other without a space, English ones with one.
    let gap = if super::words::lang() == sync_core::locale::Lang::En { " " } else { "" };
    let class = format!("banner banner--{}{}", tone.name(), if flush { " banner--flush" } else { "" });
    view! {
        <div class=class>
            {self::icon(icon)}
            <div class="banner-text">
                <b>{lead}</b>
                {gap}
                {text}
                {action.map(WayOn::view)}
            </div>
        </div>
    }
    .into_any()
}

/// A way on inside a sentence.
#[derive(Clone)]
pub struct WayOn {
    word: String,
    to: Way,
}

#[derive(Clone)]
enum Way {
    Page(String),
    Act(UnsyncCallback<()>),
}

impl WayOn {
    /// Leads to another page.
    pub fn page(word: impl Into<String>, href: impl Into<String>) -> Self {
        Self { word: word.into(), to: Way::Page(href.into()) }
    }

    /// Does something here.
    pub fn act(word: impl Into<String>, act: impl Fn() + 'static) -> Self {
        Self { word: word.into(), to: Way::Act(UnsyncCallback::new(move |()| act())) }
    }

    /// The same as a button of its own.
    pub(super) fn button(self) -> AnyView {
        match self.to {
            Way::Page(href) => view! { <a class="btn" href=href>{self.word}</a> }.into_any(),
            Way::Act(act) => {
                view! { <button type="button" class="btn" on:click=move |_| act.run(())>{self.word}</button> }
                    .into_any()
            }
        }
    }

    /// As a word within a sentence.
    pub(super) fn view(self) -> AnyView {
        match self.to {
            Way::Page(href) => view! { " "<a href=href>{self.word}</a> }.into_any(),
            Way::Act(act) => {
                view! { " "<button type="button" on:click=move |_| act.run(())>{self.word}</button> }
                    .into_any()
            }
        }
    }
}

thread_local! {
    /// How many sets of number keys stand at the bottom: for a moment the page that goes and the page that comes have one.
    static KEYS: ArcRwSignal<u32> = ArcRwSignal::new(0);
    static TOAST: ArcRwSignal<Option<String>> = ArcRwSignal::new(None);
    /// Whether the sentence has stood for a moment, so that going on may take it away.
    static HEARD: Cell<bool> = const { Cell::new(true) };
    static ALOUD: ArcRwSignal<String> = ArcRwSignal::new(String::new());
}

/// Has a sentence that already stands on the page read aloud again, such as why a button cannot be pressed.
pub fn aloud(sentence: impl Into<String>) {
    let place = ALOUD.with(Clone::clone);
    let sentence = sentence.into();
    // The same sentence twice is only heard twice when the place was empty in between.
    place.set(String::new());
    request_animation_frame(move || place.set(sentence));
}

/// How long a toast stays.
const TOAST_MS: u64 = 6_000;

/// How long it stays whatever page follows: the gesture that says something often leads on at once.
const HEARD_MS: u64 = 1_200;

/// Takes a toast away that has been heard, when the page below it changes.
pub fn hush() {
    if HEARD.get() {
        TOAST.with(|toast| toast.set(None));
    }
}

/// Takes a toast away at once: something that must be answered opens over the page.
pub(super) fn quiet() {
    TOAST.with(|toast| toast.set(None));
}

/// Number keys stand at the bottom from now on, until their page goes: a toast stands above them meanwhile.
pub(super) fn above_keys() {
    let keys = KEYS.with(Clone::clone);
    keys.update(|keys| *keys += 1);
    on_cleanup(move || keys.update(|keys| *keys -= 1));
}

/// Says a sentence in passing: 已存本机。有信号后自动发出。 It is read aloud and goes by itself.
pub fn tell(sentence: impl Into<String>) {
    let toast = TOAST.with(Clone::clone);
    let sentence = sentence.into();
    toast.set(Some(sentence.clone()));
    HEARD.set(false);
    set_timeout(|| HEARD.set(true), std::time::Duration::from_millis(HEARD_MS));
    set_timeout(
        move || {
            if toast.with_untracked(|now| now.as_deref() == Some(&sentence)) {
                toast.set(None);
            }
        },
        std::time::Duration::from_millis(TOAST_MS),
    );
}

/// The place toasts appear; every frame has one, and it is there before the first sentence.
#[component]
pub fn ToastPlace() -> impl IntoView {
    let toast = TOAST.with(Clone::clone);
    let said = ALOUD.with(Clone::clone);
    let keys = KEYS.with(Clone::clone);
    let above = Signal::derive(move || keys.get() > 0);
    view! {
        <div class="sr" role="alert">{said}</div>
        <div role="status">
            {maybe(move || toast.get(), move |sentence| view! {
                <div class="toast" class:toast--above-keys=above>{icon(Icon::Info)}<span>{sentence}</span></div>
            })}
        </div>
    }
    .into_any()
}

/// A full stop to a form: the sentence of a refusal, read aloud at once, with the code small below.
#[component]
pub fn RefusalNote(
    /// The sentence; nothing is drawn without one.
    #[prop(into)]
    sentence: Signal<Option<String>>,
    /// The stable code.
    #[prop(optional, into)]
    code: Signal<Option<String>>,
) -> impl IntoView {
    maybe(
        move || sentence.get(),
        move |sentence| {
            view! {
                <div class="banner banner--danger" role="alert">
                    {icon(Icon::Warn)}
                    <div class="banner-text">
                        {sentence}
                        {code.get().map(|code| view! { <span class="blk code tiny">{code}</span> })}
                    </div>
                </div>
            }
        },
    )
}
