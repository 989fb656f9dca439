//! Reading the feed: from its head down as far as somebody looks, and what arrives meanwhile.
//!
//! Floor: office/screens, below `feed`. This module must not draw anything.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::office::api::{
    self, At, Fault,
    standing::{FeedEntry, FeedPage},
};
use crate::shell::clock;

/// Entries asked for at once.
const AT_ONCE: usize = 100;

/// The most entries kept in hand; older ones are fetched anew when somebody asks for them.
const MOST_IN_HAND: usize = 2_000;

const FIRST_WAIT_MS: u32 = 1_000;
const LONGEST_WAIT_MS: u32 = 15_000;

/// What was read of the feed, from its head down; what arrives while somebody reads below waits above.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    pub(super) entries: RwSignal<Vec<FeedEntry>>,
    pub(super) waiting: RwSignal<Vec<FeedEntry>>,
    /// Down to which position was looked; the first one once there is nothing older.
    pub(super) reached: RwSignal<u64>,
    pub(super) read: RwSignal<Option<At>>,
    pub(super) fault: RwSignal<Option<Fault>>,
    pub(super) older_fault: RwSignal<Option<Fault>>,
    /// Up to which position was looked.
    head: StoredValue<u64>,
    query: StoredValue<String>,
    /// Grows with every other narrowing: an answer to an earlier one is not shown.
    turn: StoredValue<u32>,
    under_way: StoredValue<bool>,
    again: StoredValue<bool>,
    pub(super) older_under_way: RwSignal<bool>,
}

impl Reading {
    pub(super) fn new() -> Self {
        Self {
            entries: RwSignal::new(Vec::new()),
            waiting: RwSignal::new(Vec::new()),
            reached: RwSignal::new(1),
            read: RwSignal::new(None),
            fault: RwSignal::new(None),
            older_fault: RwSignal::new(None),
            head: StoredValue::new(0),
            query: StoredValue::new(String::new()),
            turn: StoredValue::new(0),
            under_way: StoredValue::new(false),
            again: StoredValue::new(false),
            older_under_way: RwSignal::new(false),
        }
    }

    /// Begins anew with other entries.
    pub(super) fn narrows(self, query: String) {
        self.query.set_value(query);
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.entries.set(Vec::new());
        self.waiting.set(Vec::new());
        self.reached.set(1);
        self.read.set(None);
        self.fault.set(None);
        self.older_fault.set(None);
        self.older_under_way.set(false);
        self.head.set_value(0);
        self.under_way.set_value(false);
        self.looks();
    }

    /// Whether this is still what somebody wants to see.
    fn holds(self, turn: u32) -> bool {
        self.turn.try_get_value() == Some(turn)
    }

    /// Looks for news; where they do not come, once more and once more.
    pub(super) fn looks(self) {
        if self.under_way.get_value() {
            self.again.set_value(true);
            return;
        }
        self.under_way.set_value(true);
        let mine = self.turn.get_value();
        spawn_local(async move {
            let mut wait = FIRST_WAIT_MS;
            loop {
                self.again.try_set_value(false);
                let looked = self.fetch_news(mine).await;
                if !self.holds(mine) {
                    return;
                }
                match looked {
                    Ok(()) => {
                        self.fault.set(None);
                        self.read.set(Some(At::now()));
                        if !self.again.get_value() {
                            break;
                        }
                    }
                    Err(fault) => {
                        self.fault.set(Some(fault));
                        clock::sleep(wait).await;
                        wait = (wait * 2).min(LONGEST_WAIT_MS);
                        if !self.holds(mine) {
                            return;
                        }
                    }
                }
            }
            self.under_way.set_value(false);
        });
    }

    async fn fetch_news(self, mine: u32) -> Result<(), Fault> {
        loop {
            let (Some(head), Some(query)) = (self.head.try_get_value(), self.query.try_get_value()) else {
                return Ok(());
            };
            let after = if head == 0 { String::new() } else { format!("&after={head}") };
            let mut page: FeedPage = api::get(&format!("/feed?limit={AT_ONCE}{after}{query}")).await?;
            if !self.holds(mine) {
                return Ok(());
            }
            page.entries.sort_by_key(|entry| std::cmp::Reverse(entry.position));
            if head == 0 {
                self.entries.set(page.entries);
                self.reached.set(page.reached);
                self.head.set_value(page.head);
                return Ok(());
            }
            self.head.set_value(page.reached.max(head));
            self.lays_on_top(page.entries);
            if page.reached >= page.head {
                return Ok(());
            }
        }
    }

    /// Somebody who has scrolled down is told of news instead of losing the line they read.
    fn lays_on_top(self, fresh: Vec<FeedEntry>) {
        if fresh.is_empty() {
            return;
        }
        let scrolled = scrolled() > 40;
        self.waiting.update(|waiting| {
            waiting.splice(..0, fresh);
        });
        if !scrolled {
            self.shows_what_waits();
        }
    }

    pub(super) fn shows_what_waits(self) {
        let waiting = self.waiting.try_update(std::mem::take).unwrap_or_default();
        let mut last = None;
        self.entries.update(|entries| {
            entries.splice(..0, waiting);
            if entries.len() > MOST_IN_HAND {
                entries.truncate(MOST_IN_HAND);
                last = entries.last().map(|entry| entry.position);
            }
        });
        // What was let go is older than the last one kept, and is asked for again from there.
        if let Some(last) = last {
            self.reached.set(last);
        }
    }

    /// Fetches older entries, looking on until some are found or the feed begins.
    pub(super) fn goes_back(self) {
        if self.older_under_way.get_untracked() {
            return;
        }
        self.older_under_way.set(true);
        let mine = self.turn.get_value();
        spawn_local(async move {
            let mut wait = FIRST_WAIT_MS;
            while self.holds(mine) {
                let (before, query) = (self.reached.get_untracked(), self.query.get_value());
                let path = format!("/feed?before={before}&limit={AT_ONCE}{query}");
                let page = api::get::<FeedPage>(&path).await;
                if !self.holds(mine) {
                    return;
                }
                match page {
                    Ok(mut page) => {
                        self.older_fault.set(None);
                        page.entries.sort_by_key(|entry| std::cmp::Reverse(entry.position));
                        let found = !page.entries.is_empty();
                        self.entries.update(|entries| entries.extend(page.entries));
                        self.reached.set(page.reached);
                        if found || page.reached <= 1 {
                            break;
                        }
                    }
                    Err(fault) => {
                        self.older_fault.set(Some(fault));
                        clock::sleep(wait).await;
                        wait = (wait * 2).min(LONGEST_WAIT_MS);
                    }
                }
            }
            self.older_under_way.try_set(false);
        });
    }
}

/// How far somebody has scrolled: the page within its window, or in a low window the whole of it.
fn scrolled() -> i32 {
    let page = document().get_element_by_id("page").map_or(0, |page| page.scroll_top());
    page.max(document().scrolling_element().map_or(0, |whole| whole.scroll_top()))
}

/// Back to the first line.
pub(super) fn scroll_to_top() {
    if let Some(page) = document().get_element_by_id("page") {
        page.set_scroll_top(0);
    }
    if let Some(whole) = document().scrolling_element() {
        whole.set_scroll_top(0);
    }
}
