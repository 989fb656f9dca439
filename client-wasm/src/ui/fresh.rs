//! What changes while it is looked at, drawn through one door, so that the bundle carries the drawing code once.
//!
//! Floor: ui, at the bottom. This module must not know what is drawn.
//! Every `move || view` handed to Leptos as it is gets drawing code of its own, some kilobytes each; handed to
//! [`fresh`] it shares. For words and attributes a `Signal` does the same: `{label}`, `aria-label=label`.

use std::sync::Arc;

use leptos::prelude::*;

/// Draws anew whenever something read inside has changed.
pub fn fresh<V: IntoView + 'static>(draw: impl Fn() -> V + Send + Sync + 'static) -> AnyView {
    shared(Arc::new(move || draw().into_any()))
}

/// Draws only while there is something: `maybe(move || error.get(), |sentence| view! { … })`.
pub fn maybe<T, V: IntoView + 'static>(
    there: impl Fn() -> Option<T> + Send + Sync + 'static,
    draw: impl Fn(T) -> V + Send + Sync + 'static,
) -> AnyView {
    shared(Arc::new(move || there().map_or_else(|| ().into_any(), |value| draw(value).into_any())))
}

/// The one place where drawing anew is compiled.
fn shared(draw: Arc<dyn Fn() -> AnyView + Send + Sync>) -> AnyView {
    (move || draw()).into_any()
}

/// An attribute that is there, with this value, only while it holds.
pub(super) fn flag(holds: impl Fn() -> bool + Send + Sync + 'static) -> Signal<Option<&'static str>> {
    Signal::derive(move || holds().then_some("true"))
}

/// An attribute of two words, such as `aria-pressed`.
pub(super) fn yes_no(holds: impl Fn() -> bool + Send + Sync + 'static) -> Signal<&'static str> {
    Signal::derive(move || if holds() { "true" } else { "false" })
}
