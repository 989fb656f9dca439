//! The phone's bundle: the words, then the one page.

use client_wasm::{
    field::{app::Field, screens::Phone},
    ui::{self, words},
};
use leptos::prelude::*;
use sync_core::locale::FIELD;

fn main() {
    words::begin(FIELD, Field::kept_lang());
    ui::start(|| view! { <Phone /> });
}
