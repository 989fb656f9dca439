//! What this browser remembers that is nobody's secret and is needed before the first word is drawn: the language,
//! whether somebody of the office has signed out here, and when a phone was touched and locks.
//!
//! Floor: shell. This module must not hold anything of a customer, a rep or money: that goes through the vault.

use sync_core::locale::Lang;
use web_sys::Storage;

const LANG: &str = "fieldbook-lang";
const BOOK: &str = "fieldbook-book";
const SIGNED_OUT: &str = "fieldbook-signed-out";
const IDLE: &str = "fieldbook-idle";
const TOUCHED: &str = "fieldbook-touched";
const TRIES: &str = "fieldbook-tries";
const LET_BE: &str = "fieldbook-let-be";
const STOPPED: &str = "fieldbook-stopped";
const STOPPED_FORMS: &str = "fieldbook-stopped-forms";
/// After so many minutes without a touch a phone locks, unless its owner says otherwise.
const IDLE_MINUTES: u32 = 15;

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

fn kept(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

fn keep(name: &str, value: &str) {
    if let Some(storage) = storage() {
        // A browser that keeps nothing asks for the passphrase at the next start.
        let _ = storage.set_item(name, value);
    }
}

/// After how many minutes without a touch this phone locks.
pub fn idle_minutes() -> u32 {
    kept(IDLE).and_then(|minutes| minutes.parse().ok()).unwrap_or(IDLE_MINUTES)
}

/// Keeps after how many minutes it locks.
pub fn keep_idle_minutes(minutes: &str) {
    keep(IDLE, minutes);
}

/// When the phone was touched last, in milliseconds since 1970.
pub fn touched() -> u64 {
    kept(TOUCHED).and_then(|at| at.parse().ok()).unwrap_or_default()
}

/// Keeps that the phone is touched now.
pub fn touch(now: u64) {
    keep(TOUCHED, &now.to_string());
}

/// How many wrong passphrases there were since the last right one, and until when no other is taken.
pub fn tries() -> (u32, u64) {
    let kept = kept(TRIES).unwrap_or_default();
    let (count, until) = kept.split_once(' ').unwrap_or_default();
    (count.parse().unwrap_or_default(), until.parse().unwrap_or_default())
}

/// Keeps them.
pub fn keep_tries(count: u32, until: u64) {
    keep(TRIES, &format!("{count} {until}"));
}

/// Lets every other tab of this browser hear that this one asks for something; `now` tells one time from the next.
pub fn ask_for(what: &str, now: u64) {
    keep(what, &now.to_string());
}

/// Whether the owner of this phone has let a change be that was sent back; both are numbers: of the phone, and in its log.
pub fn is_let_be(device: u32, seq: u64) -> bool {
    let word = format!("{device}/{seq}");
    kept(LET_BE).is_some_and(|all| all.split(' ').any(|one| one == word))
}

/// Keeps that they have.
pub fn let_be(device: u32, seq: u64) {
    keep(LET_BE, format!("{} {device}/{seq}", kept(LET_BE).unwrap_or_default()).trim_start());
}

/// Whether this phone was emptied because the company had stopped it, and nobody has begun anew since.
pub fn stopped() -> bool {
    kept(STOPPED).is_some_and(|stopped| !stopped.is_empty())
}

/// How many forms begun went with what was on this phone when it was stopped.
pub fn stopped_forms() -> u32 {
    kept(STOPPED_FORMS).and_then(|count| count.parse().ok()).unwrap_or_default()
}

/// Keeps how many.
pub fn keep_stopped_forms(count: u32) {
    keep(STOPPED_FORMS, &count.to_string());
}

/// Keeps that it was, or that somebody begins anew.
pub fn keep_stopped(stopped: bool) {
    keep(STOPPED, if stopped { "1" } else { "" });
}
