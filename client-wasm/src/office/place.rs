//! Where the console is: the part of the address behind `#`, so that a reload keeps the place.
//!
//! Floor: office. This module must not know which screens there are.

use std::cell::RefCell;

use leptos::prelude::window;
use wasm_bindgen::JsValue;

use super::api::call::in_address;

/// A place of the console: `#/orders?status=taken` has the path `orders` and one setting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Without the leading `#/`.
    pub(crate) path: String,
    /// What the screen was set to.
    pub(crate) settings: Vec<(String, String)>,
}

impl Place {
    /// Reads what stands behind `#`; anything that does not begin with `#/` is no place but a mark on the page.
    pub(crate) fn read(hash: &str) -> Option<Self> {
        if hash.is_empty() || hash == "#" {
            return Some(Self::default());
        }
        let rest = hash.strip_prefix("#/")?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let settings = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), plain(value)))
            .collect();
        Some(Self { path: path.trim_end_matches('/').to_owned(), settings })
    }

    /// What a setting says; empty where it is not set.
    pub(crate) fn setting(&self, name: &str) -> String {
        let found = self.settings.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The place as it stands in the address.
    pub(crate) fn address(&self) -> String {
        let query: Vec<String> = self
            .settings
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", in_address(value)))
            .collect();
        if query.is_empty() {
            format!("#/{}", self.path)
        } else {
            format!("#/{}?{}", self.path, query.join("&"))
        }
    }
}

fn plain(value: &str) -> String {
    js_sys::decode_uri_component(value).map_or_else(|_| value.to_owned(), String::from)
}

thread_local! {
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// What stands behind `#` now.
pub(crate) fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// The place the address names now; a mark on the page (such as the way to the content) leaves the place as it is.
pub(crate) fn arrived() -> Option<Place> {
    let hash = hash();
    let place = Place::read(&hash);
    if place.is_some() {
        LAST.set(hash);
    } else {
        stay();
    }
    place
}

/// Takes the address back to where the console still is.
pub(crate) fn stay() {
    write(&LAST.with_borrow(Clone::clone));
}

/// Goes to an address such as `#/orders`; the way back stays open.
pub(crate) fn go(address: &str) {
    // A fragment is always a valid address.
    let _ = window().location().set_hash(address);
}

/// Goes back to where the user came from.
pub(crate) fn back() {
    if let Ok(history) = window().history() {
        // Where there is nothing behind, the page stays.
        let _ = history.back();
    }
}

/// Writes down what the screen is set to, without moving.
pub(crate) fn keep(place: &Place) {
    let (address, now) = (place.address(), hash());
    // Whoever has gone elsewhere meanwhile is not pulled back.
    let still_here = Place::read(&now).is_none_or(|now| now.path == place.path);
    if still_here && address != now {
        write(&address);
        LAST.set(address);
    }
}

fn write(address: &str) {
    // An empty address would be the whole page's own, with whatever stands behind `#`.
    let address = if address.is_empty() { "#/" } else { address };
    if let Ok(history) = window().history() {
        // The address stays within this page, which is always allowed.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}
