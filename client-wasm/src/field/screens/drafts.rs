//! Forms begun and not saved: never lost by leaving a screen, nor by a phone that closes the page to save memory.
//!
//! Floor: screens. This module must not make a record of anything: what is not saved is typing, kept sealed beside the book.

use std::{any::Any, rc::Rc, time::Duration};

use leptos::prelude::*;

use super::pick_product::Lines;
use crate::{
    field::{
        app::{Field, Photo},
        router::{self, Route},
    },
    ui::{t, tell},
};
use sync_core::unit::{ChangeId, Place};
use wasm_bindgen_futures::spawn_local;

/// A form whose values outlive its screen.
pub(crate) trait Form: Copy + 'static {
    /// Whether something was typed that would be a pity to lose.
    fn is_begun(&self) -> bool;

    /// What was typed, always in the same order; a new version of the product may only add at the end.
    fn slots(&self) -> Vec<Slot>;
}

/// One part of a form as it is kept: it goes out as words and comes back from them.
#[derive(Clone, Copy)]
pub(crate) enum Slot {
    /// Words.
    Text(RwSignal<String>),
    /// One of a few.
    Choice(RwSignal<Option<String>>),
    /// Some of a few.
    Several(RwSignal<Vec<String>>),
    /// A place chosen by hand.
    Place(RwSignal<Option<Place>>),
    /// Photos, by their hashes.
    Photos(RwSignal<Vec<Photo>>),
    /// Products with their quantities.
    Lines(Lines),
    /// The writes a value was seen to come from.
    Heads(StoredValue<Vec<ChangeId>>),
}

impl Slot {
    /// What stands in it; changes with it.
    fn words(self) -> Vec<String> {
        match self {
            Self::Text(text) => vec![text.get()],
            Self::Choice(choice) => choice.get().into_iter().collect(),
            Self::Several(values) => values.get(),
            Self::Place(place) => {
                let figures = |at: Place| format!("{} {} {}", at.latitude, at.longitude, at.accuracy_m);
                place.get().map(figures).into_iter().collect()
            }
            Self::Photos(photos) => {
                photos.with(|all| all.iter().map(|photo| photo.hash.to_string()).collect())
            }
            Self::Lines(lines) => {
                lines.pieces().into_iter().map(|(product, pieces)| format!("{product} {pieces}")).collect()
            }
            Self::Heads(heads) => {
                heads.with_value(|all| all.iter().map(|id| format!("{} {}", id.device, id.seq)).collect())
            }
        }
    }

    /// Puts back what was kept; a word that says nothing is left out.
    fn put(self, words: Vec<String>, field: Field) {
        match self {
            Self::Text(text) => text.set(words.into_iter().next().unwrap_or_default()),
            Self::Choice(choice) => choice.set(words.into_iter().next()),
            Self::Several(values) => values.set(words),
            Self::Place(place) => place.set(words.first().and_then(|figures| place_of(figures))),
            Self::Photos(photos) => {
                for hash in words.iter().filter_map(|word| word.parse().ok()) {
                    spawn_local(async move {
                        if let Some(photo) = field.kept_photo(hash).await {
                            photos.try_update(|all| all.push(photo));
                        }
                    });
                }
            }
            Self::Lines(lines) => {
                let read = words.iter().filter_map(|word| {
                    let (product, pieces) = word.split_once(' ')?;
                    Some((product.parse().ok()?, pieces.parse().ok()?))
                });
                read.for_each(|(product, pieces)| lines.put(product, pieces));
            }
            Self::Heads(heads) => {
                let read = words.iter().filter_map(|word| {
                    let (device, seq) = word.split_once(' ')?;
                    Some(ChangeId { device: device.parse().ok()?, seq: seq.parse().ok()? })
                });
                heads.set_value(read.collect());
            }
        }
    }
}

fn place_of(figures: &str) -> Option<Place> {
    let mut figures = figures.split(' ');
    Some(Place {
        latitude: figures.next()?.parse().ok()?,
        longitude: figures.next()?.parse().ok()?,
        accuracy_m: figures.next()?.parse().ok()?,
    })
}

/// The form of a page, if it is begun.
fn of(all: &[(Route, Kept)], page: Route) -> Option<&Kept> {
    all.iter().find(|(other, _)| *other == page).map(|(_, kept)| kept)
}

/// Puts a page among others, once.
fn put(pages: &mut Vec<Route>, page: Route) {
    if !pages.contains(&page) {
        pages.push(page);
    }
}

struct Kept {
    form: Rc<dyn Any>,
    is_begun: Rc<dyn Fn() -> bool>,
    slots: Rc<dyn Fn() -> Vec<Slot>>,
    owner: Owner,
}

/// All forms begun, by their page.
#[derive(Clone, Copy)]
pub(crate) struct Drafts {
    kept: StoredValue<Vec<(Route, Kept)>, LocalStorage>,
    root: StoredValue<Owner>,
    changed: RwSignal<u32>,
    /// Pages whose form has changed since it was kept.
    unkept: StoredValue<Vec<Route>>,
    /// How often something was typed, to tell the last keystroke from those before it.
    strokes: StoredValue<u32>,
    /// Pages whose form lies in the store.
    stored: StoredValue<Vec<Route>>,
    field: Field,
}

/// How long a screen that is being left may still look at its form.
const LEAVING: Duration = Duration::from_secs(2);
/// So long after the last keystroke the form is kept as it is then.
const TYPING: Duration = Duration::from_millis(800);

impl Drafts {
    /// None begun yet. Call where the application is drawn; warns before the browser throws a form away.
    pub(crate) fn begin(field: Field) -> Self {
        let drafts = Self {
            kept: StoredValue::new_local(Vec::new()),
            root: StoredValue::new(Owner::current().unwrap_or_default()),
            changed: RwSignal::new(0),
            unkept: StoredValue::new(Vec::new()),
            strokes: StoredValue::new(0),
            stored: StoredValue::new(Vec::new()),
            field,
        };
        let leaving = window_event_listener_untyped("beforeunload", move |event| {
            // What is being kept may not be there in time.
            if drafts.keep() {
                event.prevent_default();
            }
        });
        // A phone may close a page that is not looked at, and says nothing any more.
        let hidden = window_event_listener_untyped("visibilitychange", move |_| {
            drafts.keep();
        });
        field.on_last_moment(move || {
            drafts.keep();
        });
        on_cleanup(move || {
            leaving.remove();
            hidden.remove();
        });
        drafts
    }

    /// Lets the store keep every form as it is now. Whether any that is begun was not kept before.
    pub(crate) fn keep(self) -> bool {
        let mut any = false;
        for page in self.unkept.try_update_value(std::mem::take).unwrap_or_default() {
            let packed = self.kept.with_value(|all| {
                let kept = of(all, page)?;
                let slots = || (kept.slots)().into_iter().map(Slot::words).collect::<Vec<_>>();
                untrack(|| (kept.is_begun)().then(slots))
            });
            any |= packed.is_some();
            self.store(page, packed);
        }
        any
    }

    fn store(self, page: Route, packed: Option<Vec<Vec<String>>>) {
        let is_stored = packed.is_some();
        let was_stored = self.stored.try_update_value(|stored| {
            let was_stored = stored.contains(&page);
            stored.retain(|other| *other != page);
            if is_stored {
                stored.push(page);
            }
            was_stored
        });
        if is_stored || was_stored == Some(true) {
            self.field.keep_form(page.href(), packed);
        }
    }

    /// Follows what is typed into a form.
    fn follow(self, page: Route, slots: Rc<dyn Fn() -> Vec<Slot>>) {
        Effect::new(move |before: Option<()>| {
            for slot in slots() {
                slot.words();
            }
            if before.is_none() {
                return;
            }
            self.unkept.update_value(|unkept| put(unkept, page));
            self.strokes.update_value(|strokes| *strokes = strokes.wrapping_add(1));
            let stroke = self.strokes.get_value();
            let keep = move || {
                if self.strokes.try_get_value() == Some(stroke) {
                    self.keep();
                }
            };
            set_timeout(keep, TYPING);
        });
    }

    /// Forgets every form that is in memory: the phone is signed out, or another tab has the pen.
    pub(crate) fn clear(self) {
        let pages = self.kept.with_value(|all| all.iter().map(|(page, _)| *page).collect::<Vec<_>>());
        self.unkept.update_value(Vec::clear);
        self.stored.update_value(Vec::clear);
        for page in pages {
            self.discard(page);
        }
    }

    /// The form of a page: as it was left, or a blank one.
    pub(crate) fn open<F: Form>(self, page: Route, blank: impl FnOnce() -> F) -> F {
        let left = self
            .kept
            .with_value(|kept| of(kept, page).and_then(|kept| kept.form.downcast_ref::<F>().copied()));
        left.unwrap_or_else(|| {
            let owner = self.root.with_value(|root| root.with(Owner::new));
            let form = owner.with(blank);
            if let Some(packed) = self.field.kept_form(&page.href()) {
                form.slots().into_iter().zip(packed).for_each(|(slot, words)| slot.put(words, self.field));
                self.stored.update_value(|stored| put(stored, page));
            }
            let slots: Rc<dyn Fn() -> Vec<Slot>> = Rc::new(move || form.slots());
            owner.with(|| self.follow(page, Rc::clone(&slots)));
            let is_begun = Rc::new(move || form.is_begun());
            let kept = Kept { form: Rc::new(form), is_begun, slots, owner };
            self.kept.update_value(|all| all.push((page, kept)));
            form
        })
    }

    /// The same, and when the screen is left: a blank form goes, a begun one is kept and said so.
    pub(crate) fn on_screen<F: Form>(self, page: Route, blank: impl FnOnce() -> F) -> F {
        let form = self.open(page, blank);
        on_cleanup(move || {
            let next = router::here();
            if next == page
                || matches!((page, next), (Route::Collect(one), Route::Taken(other)) if one == other)
            {
                return;
            }
            let begun = self
                .kept
                .try_with_value(|kept| of(kept, page).map(|kept| Rc::clone(&kept.is_begun)))
                .flatten();
            match begun {
                Some(is_begun) if untrack(|| is_begun()) => tell(t!("draft-kept")),
                Some(_) => self.discard(page),
                None => {}
            }
            self.changed.try_update(|count| *count = count.wrapping_add(1));
        });
        form
    }

    /// Lets a form go that was recorded: it has left the store with that.
    pub(crate) fn saved(self, page: Route) {
        self.stored.update_value(|stored| stored.retain(|other| *other != page));
        self.discard(page);
    }

    /// Lets a form go that was given up.
    fn discard(self, page: Route) {
        let gone = self.kept.try_update_value(|all| {
            let at = all.iter().position(|(other, _)| *other == page)?;
            Some(all.remove(at).1)
        });
        if let Some(gone) = gone.flatten() {
            // The screen may be drawn once more before it is left.
            set_timeout(move || gone.owner.cleanup(), LEAVING);
        }
        self.store(page, None);
        self.changed.try_update(|count| *count = count.wrapping_add(1));
    }

    /// The pages whose form is begun and not saved, in this life of the page or the last one.
    pub(crate) fn begun(self) -> Vec<Route> {
        self.changed.track();
        let mut pages: Vec<Route> = self.kept.with_value(|all| {
            untrack(|| all.iter().filter(|(_, kept)| (kept.is_begun)()).map(|(page, _)| *page).collect())
        });
        pages.extend(self.field.kept_forms().iter().map(|page| Route::of_hash(page)));
        pages.sort_unstable();
        pages.dedup();
        pages
    }
}
