//! The language context: every screen asks here for its words.
//!
//! Floor: ui, at the bottom. This module must not know any screen.
//! One page runs on one thread, so the dictionary is a thread's own and can be asked from event handlers and tasks too.

use std::cell::RefCell;

use leptos::prelude::*;
use sync_core::locale::{Lang, Texts, Value};

struct Spoken {
    speak: fn(Lang) -> Texts,
    texts: Texts,
    changed: ArcRwSignal<Lang>,
}

thread_local! {
    static SPOKEN: RefCell<Option<Spoken>> = const { RefCell::new(None) };
}

/// Loads the bundle's words once, before anything is drawn; `speak` has those of a language, or of the nearest there is.
pub fn begin(speak: fn(Lang) -> Texts, lang: Lang) {
    let texts = speak(lang);
    let lang = texts.lang();
    SPOKEN.set(Some(Spoken { speak, texts, changed: ArcRwSignal::new(lang) }));
    tell_document(lang);
}

/// Switches the language; everything under [`Speaking`] is drawn anew. The caller keeps the choice.
pub fn change(lang: Lang) {
    let changed = SPOKEN.with_borrow_mut(|spoken| {
        spoken.as_mut().map(|spoken| {
            spoken.texts = (spoken.speak)(lang);
            spoken.changed.clone()
        })
    });
    tell_document(self::lang());
    if let Some(changed) = changed {
        changed.set(self::lang());
    }
}

/// The language spoken now.
pub fn lang() -> Lang {
    SPOKEN.with_borrow(|spoken| spoken.as_ref().map_or_else(Lang::default, |spoken| spoken.texts.lang()))
}

/// The words for a key. Prefer [`t!`](crate::ui::t).
pub fn text(key: &str) -> String {
    text_with(key, &[])
}

/// The words for a key with values put in. Prefer [`t!`](crate::ui::t).
pub fn text_with(key: &str, values: &[(&str, Value<'_>)]) -> String {
    SPOKEN.with_borrow(|spoken| {
        spoken.as_ref().map_or_else(|| key.to_owned(), |spoken| spoken.texts.text(key, values))
    })
}

/// Asks the dictionary itself, as `sync_core::sentence` wants it: `say(|texts| sentence::refusal(texts, &refused))`.
///
/// # Panics
/// When asked before [`begin`].
pub fn say<R>(ask: impl FnOnce(&Texts) -> R) -> R {
    SPOKEN.with_borrow(|spoken| {
        ask(&spoken.as_ref().expect("the dictionary is loaded before anything is drawn").texts)
    })
}

/// Asks the dictionary of the language spoken; `None` only before [`begin`].
pub fn with_texts<T>(ask: impl FnOnce(&Texts) -> T) -> Option<T> {
    SPOKEN.with_borrow(|spoken| spoken.as_ref().map(|spoken| ask(&spoken.texts)))
}

/// The sentence for a stable code of a `refusal` or `finding` that came as a code only, such as from the server;
/// a code without one is named, so that it can be told on.
pub fn of_code(family: &str, code: &str, values: &[(&str, Value<'_>)]) -> String {
    say(|texts| texts.of_code(family, code, values))
        .unwrap_or_else(|| text_with(&format!("{family}-unknown"), &[("code", code.into())]))
}

fn tell_document(lang: Lang) {
    if let Some(root) = document().document_element() {
        // Only a document without a root element would mind, and this page has one.
        let _ = root.set_attribute("lang", lang.tag());
    }
}

/// Draws its children anew whenever the language changes, so that words inside need not be reactive.
#[component]
pub fn Speaking(
    /// What stands inside.
    children: ChildrenFn,
) -> impl IntoView {
    let changed = SPOKEN.with_borrow(|spoken| spoken.as_ref().map(|spoken| spoken.changed.clone()));
    move || {
        if let Some(changed) = &changed {
            changed.track();
        }
        children()
    }
}

/// The words for a key: `t!("do-save")`, `t!("unit-records", count = 6)`.
macro_rules! t {
    ($key:expr) => { $crate::ui::words::text($key) };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::ui::words::text_with($key, &[$((stringify!($name), ::sync_core::locale::Value::from($value))),+])
    };
}
pub(crate) use t;
