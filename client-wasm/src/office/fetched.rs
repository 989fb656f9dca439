//! Something of the server's on a screen: fetched when the address changes, and anew whenever the book grows.
//!
//! Floor: office, above `api`. This module must not know what is fetched.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;

use super::api::{self, Fault};
use super::state::office;
use crate::ui::{EmptyState, ErrorState, Icon, Loading, t};

/// Typing and bursts of news are waited out before the server is asked.
const PAUSE: Duration = Duration::from_millis(180);

/// What is shown, what stood in the way, and the way to ask again.
pub(crate) struct Fetched<T: Send + Sync + 'static> {
    pub(crate) shown: RwSignal<Option<T>>,
    pub(crate) fault: RwSignal<Option<Fault>>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Fetched<T> {}

impl<T: Send + Sync + 'static> Fetched<T> {
    /// Asks once more.
    pub(crate) fn again(self) {
        self.again.update(|again| *again = again.wrapping_add(1));
    }

    /// The page while nothing is there yet: bones, or what stood in the way.
    pub(crate) fn or_wait(self) -> AnyView {
        let state = move || {
            match self.fault.get() {
            None => view! { <Loading /> }.into_any(),
            Some(Fault::Problem(problem)) if problem.status == 403 => view! {
                <EmptyState icon=Icon::Lock title=t!("states-not-yours-title") text=t!("states-not-yours-text") />
            }
            .into_any(),
            Some(Fault::Problem(problem)) if problem.status == 404 => view! {
                <EmptyState icon=Icon::Search title=t!("states-gone-title") text=t!("states-gone-text") />
            }
            .into_any(),
            Some(fault) => view! {
                <ErrorState code=fault.code() text=fault.sentence() on_retry=move || self.again() />
            }
            .into_any(),
        }
        };
        view! { {move || self.shown.with(Option::is_none).then(state)} }.into_any()
    }
}

/// Fetches what the address says, now and whenever it changes or the book grows. An empty address fetches nothing.
pub(crate) fn fetched<T: DeserializeOwned + Send + Sync + 'static>(
    path: impl Fn() -> String + 'static,
) -> Fetched<T> {
    let fetched = Fetched { shown: RwSignal::new(None), fault: RwSignal::new(None), again: RwSignal::new(0) };
    let news = office().news;
    let turn = StoredValue::new(0_u32);
    Effect::new(move |before: Option<()>| {
        let path = path();
        news.track();
        fetched.again.track();
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let mine = turn.get_value();
        if path.is_empty() {
            return;
        }
        let ask = move || {
            if turn.try_get_value() != Some(mine) {
                return;
            }
            spawn_local(async move {
                let answer = api::get::<T>(&path).await;
                if turn.try_get_value() != Some(mine) {
                    return;
                }
                match answer {
                    Ok(answer) => {
                        fetched.shown.set(Some(answer));
                        fetched.fault.set(None);
                    }
                    Err(fault) => fetched.fault.set(Some(fault)),
                }
            });
        };
        if before.is_some() {
            set_timeout(ask, PAUSE);
        } else {
            ask();
        }
    });
    fetched
}
