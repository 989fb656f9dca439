//! The console of the office (办公室): what arrives from the field, live, and the gestures of the desks.
//!
//! Floor: office, above `ui` and `shell`. These modules must not know the replica or the phone's store: the server judges,
//! the console shows and asks.

#![expect(
    unreachable_pub,
    reason = "the component macro writes a plain `pub` beside a narrower one; nothing here leaves the console"
)]

mod api;
mod app;
mod fetched;
mod finding;
mod gesture;
mod keys;
mod list;
mod navigation;
mod place;
mod screens;
mod sign_in;
mod state;

use leptos::prelude::*;
use sync_core::locale::{OFFICE, Texts};

use crate::shell::settings;
use crate::ui::{self, Speaking, words};

/// Starts the console in the page it was loaded into.
pub fn start() {
    words::begin(|lang| Texts::new(lang).with(OFFICE), settings::lang());
    ui::start(|| {
        provide_context(state::Office::begin());
        view! { <Speaking><app::App /></Speaking> }
    });
}
