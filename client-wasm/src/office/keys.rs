//! The keyboard of the console: G and a letter for a place, Esc back, `?` for this list. Rows and search are the table's and the bar's.
//!
//! Floor: office. This module must not know what a screen does with Esc beyond going back.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use sync_core::domain::people::Role;

use super::navigation::{SECTIONS, granted};
use super::place;
use super::state::{Going, Office, office};
use crate::ui::{Sheet, focus, t};

/// How long G waits for its letter.
const SECOND_KEY: Duration = Duration::from_millis(1_500);

/// Listens to the keys for as long as somebody is signed in.
pub(crate) fn listen(role: Role) {
    let office = office();
    let waiting = StoredValue::new(false);
    let keys = window_event_listener(ev::keydown, move |event| {
        if focus::typing() {
            leave_the_field(&event);
            return;
        }
        if event.ctrl_key() || event.meta_key() || event.alt_key() || focus::behind_a_sheet() {
            return;
        }
        let key = event.key();
        if waiting.get_value() {
            waiting.set_value(false);
            if let Some(path) = section_of(&key, role) {
                event.prevent_default();
                office.goes(Going::To(format!("#/{path}")));
            }
            return;
        }
        match key.as_str() {
            "g" | "G" => {
                waiting.set_value(true);
                set_timeout(
                    move || {
                        waiting.try_update_value(|waiting| *waiting = false);
                    },
                    SECOND_KEY,
                );
            }
            "?" => office.keys_open.set(true),
            "Escape" if !event.default_prevented() => leave(office),
            _ => {}
        }
    });
    on_cleanup(move || keys.remove());
}

/// Esc in a field gives the keys back to the page.
fn leave_the_field(event: &web_sys::KeyboardEvent) {
    if event.key() == "Escape"
        && let Some(field) = focus::focused()
    {
        // A field always lets go of the focus.
        let _ = field.blur();
    }
}

fn section_of(key: &str, role: Role) -> Option<&'static str> {
    let letter = key.chars().next()?.to_ascii_lowercase();
    let section = SECTIONS.iter().find(|section| section.letter == letter)?;
    granted(section.path, role).then_some(section.path)
}

/// From a page below a list back to where one came from.
fn leave(office: Office) {
    if office.place.with_untracked(|place| place.path.contains('/')) {
        place::back();
    }
}

/// The list of keys.
#[component]
pub(crate) fn KeysSheet(role: Role) -> impl IntoView {
    let (open, place) = (office().keys_open, office().place);
    Effect::new(move |_| {
        place.track();
        open.set(false);
    });
    let row = |keys: &[&str], word: String| {
        let keys: Vec<_> =
            keys.iter().map(|key| view! { <span class="kbd">{(*key).to_owned()}</span>" " }).collect();
        view! { <dt>{keys}</dt><dd>{word}</dd> }
    };
    let places = move || {
        SECTIONS
            .iter()
            .filter(|section| granted(section.path, role))
            .map(|section| {
                let letter = section.letter.to_ascii_uppercase().to_string();
                row(&["G", &letter], t!(section.name))
            })
            .collect_view()
    };
    view! {
        <Sheet open=open on_close=move || open.set(false) title=t!("keys-title")>
            <div class="cols cols--half">
                <dl class="kv">
                    {row(&["/"], t!("keys-search"))}
                    {row(&["J", "K"], t!("keys-rows"))}
                    {row(&["↵"], t!("keys-open"))}
                    {row(&["Esc"], t!("keys-back"))}
                    {row(&["?"], t!("keys-list"))}
                </dl>
                <dl class="kv">{places()}</dl>
            </div>
        </Sheet>
    }
    .into_any()
}
