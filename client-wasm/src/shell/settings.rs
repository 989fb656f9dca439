//! What this browser remembers that is nobody's secret and is needed before the first word is drawn: the language, and
//! whether somebody of the office has signed out here.
//!
//! Floor: shell. This module must not hold anything of a customer, a rep or money: that goes through the vault.

use sync_core::locale::Lang;
use web_sys::Storage;

const LANG: &str = "fieldbook-lang";
const BOOK: &str = "fieldbook-book";
const SIGNED_OUT: &str = "fieldbook-signed-out";

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The language kept from the last time, or the browser's.
pub fn lang() -> Lang {
    let kept = storage().and_then(|storage| storage.get_item(LANG).ok()?);
    let browser = || web_sys::window()?.navigator().language();
    Lang::from_tag(&kept.or_else(browser).unwrap_or_default())
}

/// Keeps the language. Where the browser forgets it, the next start asks the browser again.
pub fn keep_lang(lang: Lang) {
    if let Some(storage) = storage() {
        // A browser that keeps nothing still speaks the language until it is closed.
        let _ = storage.set_item(LANG, lang.tag());
    }
}

/// Whether a book lay on this phone: where it does not any more, the browser has cleared it.
pub fn had_book() -> bool {
    storage().and_then(|storage| storage.get_item(BOOK).ok()?).is_some()
}

/// Keeps that there is a book here, or that it was taken off on purpose.
pub fn keep_had_book(there: bool) {
    if let Some(storage) = storage() {
        // A browser that keeps nothing cannot tell a loss from a beginning.
        let _ = if there { storage.set_item(BOOK, "1") } else { storage.remove_item(BOOK) };
    }
}

/// Whether somebody signed out of the console here, and the server may not have heard of it.
pub fn signed_out() -> bool {
    storage().and_then(|storage| storage.get_item(SIGNED_OUT).ok()?).is_some()
}

/// Keeps that somebody signed out, or forgets it.
pub fn keep_signed_out(signed_out: bool) {
    if let Some(storage) = storage() {
        // A browser that keeps nothing forgets the sign-in as well.
        let _ = if signed_out { storage.set_item(SIGNED_OUT, "1") } else { storage.remove_item(SIGNED_OUT) };
    }
}
