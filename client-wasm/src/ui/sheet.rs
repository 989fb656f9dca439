//! Sheets over the page: the focus stays inside, Esc closes, and returns where it came from.
//!
//! Floor: ui. This module must not know what is asked.

use leptos::html;
use leptos::prelude::*;

use super::fresh::maybe;
use super::kept::kept;
use super::{focus, unique};

/// A sheet from below on the phone, a box in the middle on the console. It exists while `open` says so.
#[component]
pub fn Sheet(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Esc, or a press beside the sheet.
    #[prop(into)]
    on_close: UnsyncCallback<()>,
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// A refusal or a step that cannot be undone: read out as an alert, not closed by a press beside it.
    #[prop(optional)]
    alert: bool,
    /// What stands inside.
    children: ChildrenFn,
) -> impl IntoView {
    // Told twice that it is open, a sheet must not take the focus twice.
    let open = kept(move || open.get());
    maybe(
        move || open.get().then_some(()),
        move |()| {
            let opening = Opening(StoredValue::new(true));
            provide_context(opening);
            let inside = children();
            opening.0.set_value(false);
            view! { <Opened on_close=on_close title=title alert=alert inside=inside /> }
        },
    )
}

/// Known inside a sheet: whether it is being opened.
#[derive(Clone, Copy)]
struct Opening(StoredValue<bool>);

/// Whether what is drawn now is a sheet that is being opened: what was said when it was open last is no longer true.
pub fn is_opening() -> bool {
    use_context::<Opening>().is_some_and(|opening| opening.0.try_get_value().unwrap_or(false))
}

#[component]
fn Opened(
    on_close: UnsyncCallback<()>,
    title: Signal<String>,
    alert: bool,
    inside: AnyView,
) -> impl IntoView {
    super::say::quiet();
    let sheet = NodeRef::<html::Section>::new();
    let before = StoredValue::new_local(focus::focused());
    let title_id = unique("sheet");
    let labelled = title_id.clone();
    Effect::new(move |_| {
        if let Some(sheet) = sheet.get() {
            focus::focus(&sheet);
        }
    });
    on_cleanup(move || {
        if let Some(Some(before)) = before.try_get_value() {
            request_animation_frame(move || focus::focus(&before));
        }
    });
    // The focus may have been left outside, as where the button that was pressed is gone.
    let outside = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" && focus::is_on_top(sheet.get_untracked().as_deref()) {
            on_close.run(());
        }
    });
    on_cleanup(move || outside.remove());
    let keys = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            on_close.run(());
        } else if let Some(sheet) = sheet.get_untracked() {
            focus::keep_inside(&sheet, &event);
        }
    };
    let beside = move |event: leptos::ev::MouseEvent| {
        if !alert && event.target() == event.current_target() {
            on_close.run(());
        }
    };
    view! {
        <div class="scrim" on:click=beside on:keydown=keys>
            <section
                class="sheet"
                role=if alert { "alertdialog" } else { "dialog" }
                aria-modal="true"
                aria-labelledby=labelled
                tabindex="-1"
                node_ref=sheet
            >
                <h2 id=title_id>{title}</h2>
                {inside}
            </section>
        </div>
    }
    .into_any()
}
