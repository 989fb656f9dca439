//! [`Office`]: what every screen of the console shares: who is signed in, where, the live feed, the headline figures.
//!
//! Floor: office, above `api`. This module must not draw anything.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use sync_core::domain::people::Role;
use sync_core::locale::Lang;

use super::api::live::{self, Word};
use super::api::people::StaffRow;
use super::api::session::Me;
use super::api::standing::{FeedEntry, FeedPage, Summary};
use super::api::{self, At, Fault, Session, session};
use super::place::{self, Place};
use crate::shell::{clock, settings};
use crate::ui::{Choice, Live, words};

/// How many entries of the feed are kept in hand for the overview.
const KEPT_ENTRIES: usize = 60;
const PAGE_OF_NEWS: usize = 200;

/// How long is waited before the news are asked for again where they did not come.
const FIRST_WAIT_MS: u32 = 1_000;
const LONGEST_WAIT_MS: u32 = 8_000;

/// How often the clock is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// Whether anybody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Asking the server, by the cookie.
    Asking,
    /// The server could not be asked.
    Unanswered(Fault),
    /// Nobody.
    Closed,
    /// Somebody.
    Open(Session),
    /// Somebody whose sign-in has run out: what they were at stays until they have signed in again.
    Over(Session),
}

/// Where somebody wants to go who has typed something and not saved it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Going {
    /// To another page.
    To(String),
    /// Into another language.
    Speaking(Lang),
    /// Away.
    Out,
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
    /// Whether something was typed that leaving would lose.
    pub(crate) unsaved: RwSignal<bool>,
    /// Where somebody wants to go all the same, while they are asked.
    pub(crate) going: RwSignal<Option<Going>>,
    head: StoredValue<u64>,
    catching_up: StoredValue<CatchingUp>,
    /// Grows with every sign-in and its end, so that what an earlier one asked for is not taken for this one's.
    turn: StoredValue<u32>,
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
            unsaved: RwSignal::new(false),
            going: RwSignal::new(None),
            head: StoredValue::new(0),
            catching_up: StoredValue::new(CatchingUp::No),
            turn: StoredValue::new(0),
        };
        session::when_over(move || office.runs_out());
        office.keeps_the_time();
        office.asks_who();
        office
    }

    /// Finds out who is signed in.
    pub(crate) fn asks_who(self) {
        self.door.set(Door::Asking);
        spawn_local(async move {
            match session::ask_who().await {
                Ok(Some(session)) => self.open(session),
                Ok(None) => self.door.set(Door::Closed),
                Err(fault) => self.door.set(Door::Unanswered(fault)),
            }
        });
    }

    /// Ages grow while nothing arrives, and at midnight today is another day.
    fn keeps_the_time(self) {
        let today = StoredValue::new(At::now().day());
        let look = move || {
            At::look();
            let now = At::now().day();
            if now != today.get_value() {
                today.set_value(now);
                if self.role().is_some() {
                    self.catch_up();
                }
            }
        };
        // The page keeps its clock for as long as it lives; a browser without timers shows ages as they were read.
        let _ = set_interval_with_handle(look, LOOK);
    }

    /// Whoever has just signed in.
    pub(crate) fn open(self, session: Session) {
        let same = self.door.with_untracked(|door| matches!(door, Door::Over(before) if *before == session));
        if !same {
            self.forget();
        }
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.catching_up.set_value(CatchingUp::No);
        self.door.set(Door::Open(session));
        live::listen(move |word| self.hear(word));
        self.catch_up();
    }

    /// The sign-in has run out: nothing more is fetched, and the screens stay as they are behind the door.
    fn runs_out(self) {
        let session = self.door.with_untracked(|door| match door {
            Door::Open(session) | Door::Over(session) => Some(session.clone()),
            _ => None,
        });
        self.stop();
        self.door.set(session.map_or(Door::Closed, Door::Over));
    }

    /// Forgets everything that was on the screens.
    pub(crate) fn close(self) {
        self.stop();
        self.door.set(Door::Closed);
        self.forget();
    }

    fn stop(self) {
        live::stop();
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
    }

    fn forget(self) {
        self.summary.set(None);
        self.feed.set(Vec::new());
        self.people.set(Vec::new());
        self.head.set_value(0);
        self.unsaved.set(false);
    }

    pub(crate) fn sign_out(self) {
        spawn_local(async move {
            session::sign_out().await;
            self.close();
        });
    }

    /// Goes where somebody wants to, or asks first where it would lose what they typed.
    pub(crate) fn goes(self, going: Going) {
        if self.unsaved.get_untracked() {
            self.going.set(Some(going));
            return;
        }
        match going {
            Going::To(address) => place::go(&address),
            Going::Speaking(lang) => {
                settings::keep_lang(lang);
                words::change(lang);
                self.reads_anew();
            }
            Going::Out => self.sign_out(),
        }
    }

    /// The server's sentences are in the language they were asked for in: in another one they are asked for again.
    fn reads_anew(self) {
        if self.role().is_none() {
            return;
        }
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.catching_up.set_value(CatchingUp::No);
        self.feed.set(Vec::new());
        self.head.set_value(0);
        self.catch_up();
    }

    /// Minds that leaving the screen would lose what was typed into it, for as long as it stands.
    pub(crate) fn minds(self, typed: impl Fn() -> bool + 'static) {
        Effect::new(move |_| self.unsaved.set(typed()));
        on_cleanup(move || self.unsaved.set(false));
    }

    /// Whoever is signed in, without being told when it changes.
    pub(crate) fn who(self) -> Option<Me> {
        self.door.with_untracked(|door| match door {
            Door::Open(session) | Door::Over(session) => Some(session.staff.clone()),
            _ => None,
        })
    }

    /// The role of whoever is signed in, without being told when it changes: a screen lives within one sign-in.
    pub(crate) fn role(self) -> Option<Role> {
        self.who().map(|who| who.role)
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
            Word::Connected | Word::OfPhones => self.catch_up(),
            Word::At(position) => {
                if position > self.head.get_value() {
                    self.catch_up();
                }
            }
            Word::Lost => self.loses(),
            Word::Over => self.runs_out(),
        }
    }

    /// The figures on the screens are no longer those of now.
    fn loses(self) {
        let since = self.summary.with_untracked(|s| s.as_ref().map(|s| s.as_of));
        let since = since.unwrap_or_else(At::now).hour_minute();
        self.live.update(|live| {
            if !matches!(live, Live::LostSince(_)) {
                *live = Live::LostSince(since);
            }
        });
    }

    /// Tells every screen to fetch anew, as after a command of one's own; what does not come is asked for again.
    pub(crate) fn catch_up(self) {
        if self.catching_up.get_value() != CatchingUp::No {
            self.catching_up.set_value(CatchingUp::Again);
            return;
        }
        let mine = self.turn.get_value();
        spawn_local(async move {
            let mut wait = FIRST_WAIT_MS;
            self.catching_up.set_value(CatchingUp::Yes);
            loop {
                let fetched = self.fetch_news(mine).await;
                if self.turn.get_value() != mine {
                    // Another sign-in catches up for itself.
                    return;
                }
                match fetched {
                    Ok(()) if self.catching_up.get_value() == CatchingUp::Again => {
                        self.catching_up.set_value(CatchingUp::Yes);
                    }
                    Ok(()) => break,
                    Err(_) => {
                        self.loses();
                        clock::sleep(wait).await;
                        wait = (wait * 2).min(LONGEST_WAIT_MS);
                    }
                }
            }
            self.catching_up.set_value(CatchingUp::No);
        });
    }

    async fn fetch_news(self, mine: u32) -> Result<(), Fault> {
        loop {
            let before = self.head.get_value();
            let path = if before == 0 {
                format!("/feed?limit={PAGE_OF_NEWS}")
            } else {
                format!("/feed?after={before}&limit={PAGE_OF_NEWS}")
            };
            let (page, summary) =
                futures::join!(api::get::<FeedPage>(&path), api::get::<Summary>("/summary"));
            let (page, summary) = (page?, summary?);
            if self.turn.get_value() != mine {
                return Ok(());
            }
            let joined = page.entries.iter().any(|entry| entry.kind.starts_with("staff-"));
            if joined || self.people.with_untracked(Vec::is_empty) {
                let people = api::call::whole::<StaffRow>("/staff?sort=label").await?;
                self.people.set(people.rows);
            }
            let whole = before == 0 || page.reached >= page.head;
            self.summary.set(Some(summary));
            self.lay_on_top(page.entries);
            let reached = if before == 0 { page.head } else { page.reached.max(before) };
            self.head.set_value(reached);
            self.live.set(Live::At(reached));
            self.news.update(|news| *news = news.wrapping_add(1));
            if whole {
                return Ok(());
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
