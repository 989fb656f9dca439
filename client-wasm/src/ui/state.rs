//! The three states every page has: empty, loading, not opened.
//!
//! Floor: ui. This module must not know what is loaded.

use leptos::prelude::*;

use super::button::Button;
use super::fresh::maybe;
use super::icon::{Icon, drawn};
use super::say::WayOn;
use super::words::t;

/// Nothing is there: what that means, and one way on.
#[component]
pub fn EmptyState(
    /// The drawing beside the word.
    icon: Icon,
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// The sentence after the lead.
    #[prop(optional, into)]
    text: Signal<String>,
    /// One way on.
    #[prop(optional, into)]
    action: Option<WayOn>,
) -> impl IntoView {
    view! {
        <div class="empty">
            {drawn(icon, "i")}
            <h2>{title}</h2>
            <p>{text}</p>
            {action.map(WayOn::button)}
        </div>
    }
    .into_any()
}

/// A page that could not be opened: the records are safe, once more, and a short code to tell on.
#[component]
pub fn ErrorState(
    /// store.read · 7F2C
    #[prop(into)]
    code: String,
    /// The title.
    #[prop(optional, into)]
    title: Option<String>,
    /// The sentence after the lead.
    #[prop(optional, into)]
    text: Option<String>,
    /// Tries once more.
    #[prop(optional, into)]
    on_retry: Option<UnsyncCallback<()>>,
) -> impl IntoView {
    view! {
        <section class="card card--pad stack fault" role="alert">
            <h2>{title.unwrap_or_else(|| t!("state-error-title"))}</h2>
            <p class="small muted">{text.unwrap_or_else(|| t!("state-error-text"))}</p>
            <div class="line line--between">
                <span class="code faint">{code}</span>
                {on_retry.map(|retry| view! { <Button label=t!("do-retry") on_press=retry /> })}
            </div>
        </section>
    }
    .into_any()
}

/// How long a wait may be before bones show.
const BONES_AFTER_MS: u64 = 150;

/// The bones of what is coming, after a moment; local reads are done before it.
#[component]
pub fn Loading() -> impl IntoView {
    let late = RwSignal::new(false);
    set_timeout(
        move || {
            // The page may have gone on before the moment was over.
            late.try_set(true);
        },
        std::time::Duration::from_millis(BONES_AFTER_MS),
    );
    maybe(
        move || late.get().then_some(()),
        |()| {
            view! {
                <section class="card card--pad stack" aria-busy="true">
                    <span class="sr">{t!("state-loading")}</span>
                    <div class="line" aria-hidden="true">
                        <span class="bone bone--box"></span>
                        <span class="grow stack stack--tight"><span class="bone bone--60"></span><span class="bone bone--40"></span></span>
                    </div>
                    <div class="line" aria-hidden="true">
                        <span class="bone bone--box"></span>
                        <span class="grow stack stack--tight"><span class="bone bone--80"></span><span class="bone bone--40"></span></span>
                    </div>
                </section>
            }
        },
    )
}
