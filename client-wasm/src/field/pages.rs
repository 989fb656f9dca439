//! [`Pages`]: what is drawn once somebody has signed in, and the door to it.
//!
//! Floor: field, above the screens' own modules. This module must not know when the pages are fetched; `later` does.
//! *Invariant.* Only [`Pages::all`] names the pages. Whoever calls it carries all of them.

use std::fmt;

use leptos::prelude::*;

use super::{router::Route, screens};

/// Every page of a phone whose book is open, by what draws it.
#[derive(Clone, Copy)]
pub struct Pages {
    /// The page of a route.
    pub(super) page: fn(Route) -> AnyView,
    /// The sheet that asks what to record, over any page.
    pub(super) record_sheet: fn(ReadSignal<Route>) -> AnyView,
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pages")
    }
}

impl Pages {
    /// All of them.
    #[must_use]
    pub fn all() -> Self {
        Self { page: screens::page, record_sheet: screens::record_sheet }
    }
}
