//! What comes after the first start, so that the first start is short: English, and the table of initials.
//!
//! Floor: field, below the engine. This module must not know who fetches; `boot.js` does, and the service worker keeps.
//! *Invariant.* What has not come yet is asked for again at the next start and whenever there is a signal again.

use std::cell::Cell;

use futures::future::{self, LocalBoxFuture};
use leptos::{prelude::*, task::spawn_local};
use sync_core::{
    locale::{COMMON, FIELD, Lang, Texts},
    unit::Initials,
};

use super::pages::Pages;
use crate::{
    shell::{clock, js, settings},
    ui::words,
};

/// So long the first word waits for its own language, where that is not on the phone yet.
const PATIENCE_MS: u32 = 5_000;

const CHINESE: [&[&str]; 2] = [COMMON.sources(Lang::ZhCn), FIELD.sources(Lang::ZhCn)];

/// How the pages come: `None` where they did not, and may be asked for again.
type Coming = fn() -> LocalBoxFuture<'static, Option<Pages>>;

thread_local! {
    static COMING: Cell<Option<Coming>> = const { Cell::new(None) };
    static PAGES: ArcRwSignal<Option<Pages>> = ArcRwSignal::new(None);
    static MISSED: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static ENGLISH: Cell<Option<&'static str>> = const { Cell::new(None) };
    static INITIALS: Cell<Initials> = const { Cell::new(Initials::NONE) };
    static WANTED: Cell<Option<Lang>> = const { Cell::new(None) };
}

/// The language chosen here, or kept from the last time, or the browser's.
pub fn wanted() -> Lang {
    WANTED.get().unwrap_or_else(settings::lang)
}

/// Keeps the choice of a language.
pub(super) fn want(lang: Lang) {
    WANTED.set(Some(lang));
    settings::keep_lang(lang);
}

/// The words of a language; Chinese until the others are there.
pub fn speak(lang: Lang) -> Texts {
    match (lang, ENGLISH.get()) {
        (Lang::En, Some(english)) => Texts::of(lang, &[english]),
        _ => Texts::of(Lang::ZhCn, &CHINESE.concat()),
    }
}

/// Waits for the words the phone is to speak, though not for long.
pub async fn before_the_first_word() {
    if wanted() == Lang::En {
        future::select(Box::pin(english()), Box::pin(clock::sleep(PATIENCE_MS))).await;
    }
}

/// Speaks the language that is wanted, as soon as it can; whether it does now.
pub(super) async fn speak_as_wanted() -> bool {
    if words::lang() != wanted() && (wanted() == Lang::ZhCn || english().await) {
        words::change(wanted());
    }
    words::lang() == wanted()
}

/// Tells how the pages come.
pub fn pages_come_by(coming: Coming) {
    COMING.set(Some(coming));
}

/// The pages of an open book, once they are here; whoever draws them draws anew when they come.
pub(super) fn pages() -> Option<Pages> {
    PAGES.with(ArcRwSignal::get)
}

/// Whether the pages were asked for and did not come; they are asked for again.
pub(super) fn pages_missed() -> bool {
    MISSED.with(ArcRwSignal::get)
}

/// Asks for the pages where they are not here and not on their way.
pub(super) fn ask_for_pages() {
    let Some(coming) = COMING.take() else { return };
    spawn_local(async move {
        if let Some(pages) = coming().await {
            PAGES.with(|place| place.set(Some(pages)));
        } else {
            pages_come_by(coming);
            MISSED.with(|missed| missed.set(true));
        }
    });
}

/// Whether English is there, after asking for it.
async fn english() -> bool {
    if ENGLISH.get().is_none() {
        ENGLISH.set(fetched("english").await);
    }
    ENGLISH.get().is_some()
}

/// The table of initials, as far as it is there.
pub(crate) fn initials() -> Initials {
    INITIALS.get()
}

/// Asks for the table of initials; whether it has come just now.
pub(super) async fn initials_come() -> bool {
    if !initials().table().is_empty() {
        return false;
    }
    let table = fetched("initials").await;
    INITIALS.set(table.map_or(Initials::NONE, Initials::from_table));
    table.is_some()
}

/// A text that stays for the life of the page.
async fn fetched(name: &str) -> Option<&'static str> {
    let window = web_sys::window()?;
    let text = js::call_later(&window, "fieldbookLater", &[name.into()]).await.ok()?.as_string()?;
    Some(text.leak())
}
