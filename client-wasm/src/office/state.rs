//! [`Office`]: what every screen of the console shares: who is signed in, where, the live feed, the headline figures.
//!
//! Floor: office, above `api`. This module must not draw anything.

use leptos::prelude::*;
use leptos::task::spawn_local;
use sync_core::domain::people::Role;

use super::api::live::{self, Word};
use super::api::papers::Listed;
use super::api::people::StaffRow;
use super::api::standing::{FeedEntry, FeedPage, Summary};
use super::api::{self, At, Session, session};
use super::place::{self, Place};
use crate::ui::{Choice, Live};

/// How many entries of the feed are kept in hand.
const KEPT_ENTRIES: usize = 300;
const PAGE_OF_NEWS: usize = 200;

/// Whether anybody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Asking the server, by the cookie.
    Asking,
    /// Nobody; whether a sign-in has just run out.
    Closed { ran_out: bool },
    /// Somebody.
    Open(Session),
}

/// What every screen shares; copied freely.
#[derive(Clone, Copy)]
pub(crate) struct Office {
    pub(crate) door: RwSignal<Door>,
    pub(crate) place: RwSignal<Place>,
    pub(crate) live: RwSignal<Live>,
    pub(crate) summary: RwSignal<Option<Summary>>,
    /// The newest entries, newest first.
    pub(crate) feed: RwSignal<Vec<FeedEntry>>,
    /// Grows with everything that arrives; screens fetch anew when it does.
    pub(crate) news: RwSignal<u32>,
    pub(crate) people: RwSignal<Vec<StaffRow>>,
    pub(crate) keys_open: RwSignal<bool>,
    head: StoredValue<u64>,
    catching_up: StoredValue<CatchingUp>,
}

/// Whether the feed is being read, and whether it grew meanwhile.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CatchingUp {
    No,
    Yes,
    Again,
}

impl Office {
    pub(crate) fn begin() -> Self {
        let office = Self {
            door: RwSignal::new(Door::Asking),
            place: RwSignal::new(Place::read(&place::hash()).unwrap_or_default()),
            live: RwSignal::new(Live::At(0)),
            summary: RwSignal::new(None),
            feed: RwSignal::new(Vec::new()),
            news: RwSignal::new(0),
            people: RwSignal::new(Vec::new()),
            keys_open: RwSignal::new(false),
            head: StoredValue::new(0),
            catching_up: StoredValue::new(CatchingUp::No),
        };
        session::when_over(move || office.close(true));
        spawn_local(async move {
            match session::refresh().await {
                Ok(session) => office.open(session),
                Err(_) => office.door.set(Door::Closed { ran_out: false }),
            }
        });
        office
    }

    /// Whoever has just signed in.
    pub(crate) fn open(self, session: Session) {
        self.door.set(Door::Open(session));
        live::listen(move |word| self.hear(word));
        self.catch_up();
        spawn_local(async move {
            if let Ok(listed) = api::get::<Listed<StaffRow>>("/staff?per_page=200&sort=label").await {
                self.people.set(listed.rows);
            }
        });
    }

    /// Forgets everything that was on the screens.
    pub(crate) fn close(self, ran_out: bool) {
        live::stop();
        self.door.set(Door::Closed { ran_out });
        self.summary.set(None);
        self.feed.set(Vec::new());
        self.people.set(Vec::new());
        self.head.set_value(0);
    }

    pub(crate) fn sign_out(self) {
        spawn_local(async move {
            session::sign_out().await;
            self.close(false);
        });
    }

    /// The role of whoever is signed in, without being told when it changes: a screen lives within one sign-in.
    pub(crate) fn role(self) -> Option<Role> {
        self.door.with_untracked(|door| match door {
            Door::Open(session) => Some(session.staff.role),
            _ => None,
        })
    }

    /// Whether the role of whoever is signed in has a right.
    pub(crate) fn may(self, right: impl Fn(Role) -> bool) -> bool {
        self.role().is_some_and(right)
    }

    /// The people who work in the field, to choose from.
    pub(crate) fn reps(self) -> Vec<Choice> {
        self.people.with(|people| {
            people
                .iter()
                .filter(|person| person.role.is_rep())
                .map(|person| Choice::new(&person.id, &person.name))
                .collect()
        })
    }

    fn hear(self, word: Word) {
        match word {
            Word::Connected | Word::Grown(_) => self.catch_up(),
            Word::Lost => {
                let since = self.summary.with_untracked(|s| s.as_ref().map(|s| s.as_of));
                let since = since.unwrap_or_else(At::now).hour_minute();
                self.live.update(|live| {
                    if !matches!(live, Live::LostSince(_)) {
                        *live = Live::LostSince(since);
                    }
                });
            }
            Word::Over => self.close(true),
        }
    }

    /// Tells every screen to fetch anew, as after a command of one's own.
    pub(crate) fn catch_up(self) {
        if self.catching_up.get_value() != CatchingUp::No {
            self.catching_up.set_value(CatchingUp::Again);
            return;
        }
        self.catching_up.set_value(CatchingUp::Yes);
        spawn_local(async move {
            self.fetch_news().await;
            while self.catching_up.get_value() == CatchingUp::Again {
                self.catching_up.set_value(CatchingUp::Yes);
                self.fetch_news().await;
            }
            self.catching_up.set_value(CatchingUp::No);
        });
    }

    async fn fetch_news(self) {
        loop {
            let before = self.head.get_value();
            let path = if before == 0 {
                format!("/feed?limit={PAGE_OF_NEWS}")
            } else {
                format!("/feed?after={before}&limit={PAGE_OF_NEWS}")
            };
            let (page, summary) =
                futures::join!(api::get::<FeedPage>(&path), api::get::<Summary>("/summary"));
            if let Ok(summary) = summary {
                self.summary.set(Some(summary));
            }
            let Ok(page) = page else { return };
            let whole = page.entries.len() < PAGE_OF_NEWS || before == 0;
            let last = page.entries.iter().map(|entry| entry.position).max();
            self.lay_on_top(page.entries);
            let reached = if whole { page.head } else { last.unwrap_or(page.head) };
            self.head.set_value(reached.max(before));
            self.live.set(Live::At(reached.max(before)));
            self.news.update(|news| *news = news.wrapping_add(1));
            if whole {
                return;
            }
        }
    }

    fn lay_on_top(self, mut fresh: Vec<FeedEntry>) {
        if fresh.is_empty() {
            return;
        }
        fresh.sort_by_key(|entry| std::cmp::Reverse(entry.position));
        self.feed.update(|feed| {
            let newest = feed.first().map_or(0, |entry| entry.position);
            fresh.retain(|entry| entry.position > newest);
            fresh.append(feed);
            fresh.truncate(KEPT_ENTRIES);
            *feed = fresh;
        });
    }
}

/// What every screen shares.
pub(crate) fn office() -> Office {
    expect_context()
}
