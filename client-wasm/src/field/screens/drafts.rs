//! Forms begun and not saved: they stay in memory while the page lives, and are never lost by leaving a screen.
//!
//! Floor: screens. This module must not write anything to the store: what is not saved is not a record.

use std::{any::Any, collections::BTreeMap, rc::Rc, time::Duration};

use leptos::prelude::*;

use crate::{
    field::router::{self, Route},
    ui::{t, tell},
};

/// A form whose values outlive its screen.
pub(crate) trait Form: Copy + 'static {
    /// Whether something was typed that would be a pity to lose.
    fn is_begun(&self) -> bool;
}

struct Kept {
    form: Rc<dyn Any>,
    is_begun: Rc<dyn Fn() -> bool>,
    owner: Owner,
}

/// All forms begun, by their page.
#[derive(Clone, Copy)]
pub(crate) struct Drafts {
    kept: StoredValue<BTreeMap<Route, Kept>, LocalStorage>,
    root: StoredValue<Owner>,
    changed: RwSignal<u32>,
}

/// How long a screen that is being left may still look at its form.
const LEAVING: Duration = Duration::from_secs(2);

impl Drafts {
    /// None begun yet. Call where the application is drawn; warns before the browser throws a form away.
    pub(crate) fn begin() -> Self {
        let drafts = Self {
            kept: StoredValue::new_local(BTreeMap::new()),
            root: StoredValue::new(Owner::current().unwrap_or_default()),
            changed: RwSignal::new(0),
        };
        let listener = window_event_listener_untyped("beforeunload", move |event| {
            if drafts.first_begun().is_some() {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
        drafts
    }

    /// The form of a page: as it was left, or a blank one.
    pub(crate) fn open<F: Form>(self, page: Route, blank: impl FnOnce() -> F) -> F {
        let left = self
            .kept
            .with_value(|kept| kept.get(&page).and_then(|kept| kept.form.downcast_ref::<F>().copied()));
        left.unwrap_or_else(|| {
            let owner = self.root.with_value(|root| root.with(Owner::new));
            let form = owner.with(blank);
            let kept = Kept { form: Rc::new(form), is_begun: Rc::new(move || form.is_begun()), owner };
            self.kept.update_value(|all| drop(all.insert(page, kept)));
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
                .try_with_value(|kept| kept.get(&page).map(|kept| Rc::clone(&kept.is_begun)))
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

    /// Lets a form go: it was saved, or given up.
    pub(crate) fn discard(self, page: Route) {
        let gone = self.kept.try_update_value(|all| all.remove(&page)).flatten();
        if let Some(gone) = gone {
            // The screen may be drawn once more before it is left.
            set_timeout(move || gone.owner.cleanup(), LEAVING);
        }
        self.changed.try_update(|count| *count = count.wrapping_add(1));
    }

    /// The pages whose form is begun and not saved.
    pub(crate) fn begun(self) -> Vec<Route> {
        self.changed.track();
        self.kept.with_value(|all| {
            untrack(|| all.iter().filter(|(_, kept)| (kept.is_begun)()).map(|(page, _)| *page).collect())
        })
    }

    fn first_begun(self) -> Option<Route> {
        untrack(|| self.begun().first().copied())
    }
}
