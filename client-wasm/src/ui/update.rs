//! A new version lies ready: the page asks, the user decides, no form is lost.
//!
//! Floor: ui. This module must not reload by itself; `boot.js` and the service worker do the rest.

use leptos::prelude::*;
use web_sys::Event;

use super::badge::Tone;
use super::fresh::maybe;
use super::icon::Icon;
use super::say::{Banner, WayOn};
use super::words::t;

/// The banner that offers a new version while one lies ready.
#[component]
pub fn NewVersionBanner() -> impl IntoView {
    let ready = RwSignal::new(already_ready());
    let listener = window_event_listener_untyped("fieldbook-new-version", move |_| ready.set(true));
    on_cleanup(move || listener.remove());
    maybe(
        move || ready.get().then_some(()),
        |()| {
            view! {
                    <Banner
                        tone=Tone::Sending
                        icon=Icon::Sync
                        flush=true
                        lead=t!("banner-new-version")
                        text=t!("banner-new-version-text")
                        action=WayOn::act(t!("banner-new-version-do"), take)
                    />
            }
        },
    )
}

fn already_ready() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute("data-new-version"))
}

fn take() {
    if let Ok(event) = Event::new("fieldbook-take-new-version") {
        // Nobody listening means there is no worker, and then nothing was offered.
        let _ = window().dispatch_event(&event);
    }
}
