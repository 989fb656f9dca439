//! Something of the server's on a screen: fetched when the address changes, and anew whenever the book grows.
//!
//! Floor: office, above `api`. This module must not know what is fetched.

use std::time::Duration;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;

use super::api::papers::Listed;
use super::api::{self, At, Fault};
use super::state::office;
use crate::ui::{Action, Banner, EmptyState, ErrorState, Icon, Loading, Tone, t};

/// Typing is waited out before the server is asked.
const PAUSE_MS: i64 = 180;

/// However fast the book grows, the server is asked no more often than this.
const APART_MS: i64 = 400;

/// What is shown, what stood in the way, and the way to ask again.
pub(crate) struct Fetched<T: Send + Sync + 'static> {
    pub(crate) shown: RwSignal<Option<T>>,
    pub(crate) fault: RwSignal<Option<Fault>>,
    /// Whether what is shown belongs to an earlier address, and the answer to this one is still on its way.
    behind: RwSignal<bool>,
    /// When what is shown was read.
    read: RwSignal<Option<At>>,
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

    /// Whether what is shown is not what was asked for last.
    pub(crate) fn is_stale(self) -> bool {
        self.fault.with(Option::is_some) && self.shown.with(Option::is_some)
    }

    /// Whether an answer to another address is on its way.
    pub(crate) fn is_behind(self) -> bool {
        self.behind.get()
    }

    /// A line below a title with the time of what is shown; without it while nothing was read.
    pub(crate) fn as_of(self, lead: String) -> String {
        match self.read.get() {
            Some(read) => t!("lists-as-of", lead = lead, time = read.recent()),
            None => lead,
        }
    }

    /// While nothing is there yet: bones, or what stood in the way. Afterwards a banner as long as what is shown is old.
    pub(crate) fn or_wait(self) -> AnyView {
        let state = move || match (self.fault.get(), self.shown.with(Option::is_some)) {
            (None, true) => ().into_any(),
            (Some(fault), true) => trouble(&fault, self.read.get(), move || self.again()),
            (None, false) => view! { <div aria-busy="true"><Loading /></div> }.into_any(),
            (Some(fault), false) => missing(&fault, move || self.again()),
        };
        view! { {state} }.into_any()
    }
}

/// Above something that was read before and could not be read again: what stood in the way, and of when it is.
pub(crate) fn trouble(fault: &Fault, read: Option<At>, again: impl Fn() + 'static) -> AnyView {
    let time = read.map(At::recent).unwrap_or_default();
    view! {
        <div role="alert" data-testid="stale">
            <Banner
                tone=Tone::Danger
                icon=Icon::Warn
                lead=fault.sentence()
                text=t!("stale-text", time = time, code = fault.code())
                action=Action::act(t!("do-retry"), again)
            />
        </div>
    }
    .into_any()
}

/// In place of something that could not be read.
pub(crate) fn missing(fault: &Fault, again: impl Fn() + 'static) -> AnyView {
    match fault {
        Fault::Problem(problem) if problem.status == 403 => view! {
            <EmptyState icon=Icon::Lock title=t!("states-not-yours-title") text=t!("states-not-yours-text") />
        }
        .into_any(),
        Fault::Problem(problem) if problem.status == 404 => view! {
            <EmptyState icon=Icon::Search title=t!("states-gone-title") text=t!("states-gone-text") />
        }
        .into_any(),
        fault => view! { <ErrorState code=fault.code() text=fault.sentence() on_retry=again /> }.into_any(),
    }
}

/// Fetches what the address says, now and whenever it changes or the book grows. An empty address fetches nothing.
pub(crate) fn fetched<T: DeserializeOwned + Send + Sync + 'static>(
    path: impl Fn() -> String + 'static,
) -> Fetched<T> {
    fetched_by(path, |path| async move { api::get(&path).await }.boxed_local())
}

/// The same for a whole list, however many pages it has.
pub(crate) fn fetched_whole<R: DeserializeOwned + Send + Sync + 'static>(
    path: impl Fn() -> String + 'static,
) -> Fetched<Listed<R>> {
    fetched_by(path, |path| async move { api::call::whole(&path).await }.boxed_local())
}

type Ask<T> = fn(String) -> LocalBoxFuture<'static, Result<T, Fault>>;

pub(crate) fn fetched_by<T: Send + Sync + 'static>(
    path: impl Fn() -> String + 'static,
    ask: Ask<T>,
) -> Fetched<T> {
    let fetched = Fetched {
        shown: RwSignal::new(None),
        fault: RwSignal::new(None),
        behind: RwSignal::new(false),
        read: RwSignal::new(None),
        again: RwSignal::new(0),
    };
    let asking = Asking { fetched, line: StoredValue::new_local(Line::default()), ask };
    let news = office().news;
    Effect::new(move |_| {
        let path = path();
        news.track();
        fetched.again.track();
        asking.wants(path);
    });
    on_cleanup(move || asking.ends());
    fetched
}

/// What is asked for, and how far the asking is.
#[derive(Default)]
struct Line {
    path: Option<String>,
    /// Grows with every other address: an answer to an earlier one is not shown.
    turn: u32,
    /// When the server was asked last.
    asked: i64,
    under_way: bool,
    /// Whether the book grew while an answer was under way.
    again: bool,
    due: Option<TimeoutHandle>,
}

/// One thing on a screen being asked for: another address at once after a pause, news no more often than is useful.
struct Asking<T: Send + Sync + 'static> {
    fetched: Fetched<T>,
    line: StoredValue<Line, LocalStorage>,
    ask: Ask<T>,
}

impl<T: Send + Sync + 'static> Clone for Asking<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Asking<T> {}

impl<T: Send + Sync + 'static> Asking<T> {
    /// Another address waits out the typing; the same one again is asked for as soon as it may be.
    fn wants(self, path: String) {
        let other = self.line.try_with_value(|line| line.path.as_ref() != Some(&path)).unwrap_or_default();
        if other {
            self.fetched.behind.set(!path.is_empty());
        }
        let wait = self.line.try_update_value(|line| {
            let first = line.path.is_none();
            if line.path.as_ref() != Some(&path) {
                line.path = Some(path);
                line.turn = line.turn.wrapping_add(1);
                (line.under_way, line.again) = (false, false);
                if let Some(due) = line.due.take() {
                    due.clear();
                }
                return Some(if first { 0 } else { PAUSE_MS });
            }
            if line.under_way {
                line.again = true;
                return None;
            }
            let waits = line.due.is_some();
            (!waits).then(|| (line.asked + APART_MS - At::now().0).max(0))
        });
        if let Some(Some(wait)) = wait {
            self.asks_in(wait);
        }
    }

    fn asks_in(self, wait_ms: i64) {
        if wait_ms == 0 {
            self.asks();
            return;
        }
        let wait = Duration::from_millis(wait_ms.unsigned_abs());
        let due = set_timeout_with_handle(move || self.asks(), wait).ok();
        self.line.try_update_value(|line| line.due = due);
    }

    fn asks(self) {
        let begun = self.line.try_update_value(|line| {
            line.due = None;
            let path = line.path.clone().filter(|path| !path.is_empty())?;
            line.under_way = true;
            line.again = false;
            line.asked = At::now().0;
            Some((path, line.turn))
        });
        let Some(Some((path, mine))) = begun else { return };
        let answer = (self.ask)(path);
        spawn_local(async move {
            let answer = answer.await;
            let again = self.line.try_update_value(|line| {
                (line.turn == mine).then(|| {
                    line.under_way = false;
                    line.again
                })
            });
            let Some(Some(again)) = again else { return };
            // Told again and again that it is not behind, whatever is drawn by it would be drawn anew with all news.
            if self.fetched.behind.get_untracked() {
                self.fetched.behind.set(false);
            }
            match answer {
                Ok(answer) => {
                    self.fetched.read.set(Some(At::now()));
                    self.fetched.shown.set(Some(answer));
                    self.fetched.fault.set(None);
                }
                Err(fault) => self.fetched.fault.set(Some(fault)),
            }
            if again {
                self.asks_in(APART_MS);
            }
        });
    }

    fn ends(self) {
        let due = self.line.try_update_value(|line| line.due.take());
        if let Some(Some(due)) = due {
            due.clear();
        }
    }
}
