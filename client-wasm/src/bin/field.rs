//! The phone's bundle: the words, then the one page.
//!
//! What is drawn once somebody has signed in is a program of its own, fetched then; see
//! `docs/decisions/021-what-comes-after-the-sign-in-is-fetched-after-it.md`.

#![expect(clippy::unnecessary_wraps, reason = "what does not come is the macro's to say")]

use client_wasm::{
    field::{later, pages::Pages, screens::Phone},
    ui::{self, words},
};
use futures::FutureExt;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// The other half of the program: nothing else here may lead to [`Pages::all`], or it is part of the first half.
#[wasm_split(pages, fallible)]
fn other_half() -> Result<Pages, SplitLoaderError> {
    Ok(Pages::all())
}

fn main() {
    // The page's own tasks begin with the page itself.
    spawn_local(async {
        later::pages_come_by(|| other_half().map(Result::ok).boxed_local());
        later::before_the_first_word().await;
        words::begin(later::speak, later::wanted());
        ui::start(|| view! { <Phone /> });
    });
}
