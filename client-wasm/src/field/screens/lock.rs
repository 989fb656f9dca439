//! F02 开锁, F22 锁定: what stands on a locked phone, and when it locks.
//!
//! Floor: screens. This module must not keep a passphrase anywhere; the form is that of signing in.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{drafts::Drafts, parts};
use crate::{
    field::app::Field,
    shell::{clock, connectivity::listen, settings},
    ui::{Button, ButtonSize, ChipLayout, Choice, ChoiceChips, Icon, icon, t},
};

/// A touch counts at most so often.
const TOUCH_MS: u64 = 5_000;

/// Locks the book now; what is typed is kept first.
pub(super) fn lock(field: Field, drafts: Drafts) {
    drafts.keep();
    spawn_local(field.lock());
}

/// Locks the book where the phone was not touched for too long.
pub(super) fn look(field: Field, drafts: Drafts) {
    if field.should_lock() {
        lock(field, drafts);
    }
}

/// Watches whether the phone is touched, for the life of the page.
pub(super) fn watch(field: Field, drafts: Drafts) {
    let Some(window) = web_sys::window() else { return };
    for event in ["pointerdown", "keydown"] {
        listen(&window, event, move || {
            let now = clock::now().millis();
            if now.abs_diff(settings::touched()) < TOUCH_MS {
                return;
            }
            // The first touch after a long while comes too late.
            look(field, drafts);
            settings::touch(now);
        });
    }
    listen(&window, "visibilitychange", move || look(field, drafts));
}

/// Locking at once, and after how long it happens by itself.
#[component]
pub(super) fn Locking() -> impl IntoView {
    let (field, drafts) = (parts::field(), parts::drafts());
    let minutes = RwSignal::new(Some(settings::idle_minutes().to_string()));
    Effect::new(move |_: Option<Option<String>>| {
        let now = minutes.get();
        settings::keep_idle_minutes(now.as_deref().unwrap_or_default());
        now
    });
    let choices =
        ["5", "15", "60"].map(|count| Choice::new(count, t!("lock-minutes", count = count))).to_vec();
    view! {
        <ChoiceChips label=t!("lock-after") value=minutes choices=choices layout=ChipLayout::Three />
        <Button label=t!("lock-now") size=ButtonSize::Block icon=Icon::Lock on_press=move || lock(field, drafts) testid="lock" />
    }
}

/// What a locked phone says above the passphrase: whose it is, or that the company was not heard for too long.
pub(super) fn head(field: Field) -> AnyView {
    let door = field.door();
    let (title, text) = match door.days_left(field.now()) {
        Some(days) => (door.name, t!("lock-lease", days = days)),
        None => (t!("lock-over", days = door.lease_days), t!("lock-over-text")),
    };
    view! {
        <div class="stack tc">
            <span class="lockmark">{icon(Icon::Lock)}</span>
            <h1 class="h-big">{title}</h1>
            <p class="muted" data-testid="lease">{text}</p>
        </div>
    }
    .into_any()
}
