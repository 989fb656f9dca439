//! The phone's bundle: the words, then the one page.

use client_wasm::{
    field::{later, screens::Phone},
    ui::{self, words},
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

fn main() {
    // The page's own tasks begin with the page itself.
    spawn_local(async {
        later::before_the_first_word().await;
        words::begin(later::speak, later::wanted());
        ui::start(|| view! { <Phone /> });
    });
}
