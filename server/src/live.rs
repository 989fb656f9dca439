//! Live events: hints that the feed has moved, or what is known of a phone, for those who may see it. Sent after the
//! commit, never in it.
//!
//! Floor: above `hub`, below `http`. A hint carries a position and nothing of what stands there; a lost hint loses nothing.
//!
//! What other servers write is heard of by a word of theirs, and where that is lost, by looking.

use std::sync::Arc;
use std::time::Duration;

use sync_core::scope::{Scope, Viewer};
use sync_core::unit::StaffId;
use tokio::sync::{broadcast, mpsc, watch};

use crate::hub::SharedHub;
use crate::scope::sight_of_devices;
use crate::store::{FeedAsk, Snapshot, Store, Stored, Word};

/// Hints that may wait for a slow reader; who lags further behind gets one hint for all.
const REMEMBERED: usize = 256;

/// The most rows looked at for one hint; beyond them the hint goes to everybody.
const MOST_ROWS: u32 = 1_000;

/// So often it is looked whether somebody else has moved the feed, as long as anybody listens: a word of theirs may be lost.
const LOOKED_EVERY: Duration = Duration::from_secs(2);

/// After so many looks whoever sees phones is told to look at them anew: what is known of them is in no feed, and where a
/// word of it was lost, nothing else tells.
const LOOKS_UNTIL_PHONES: u32 = 15;

/// After this long, or the time between two looks where that is shorter, the others are listened for again.
const LISTENED_AGAIN: Duration = Duration::from_secs(1);

/// Words that may wait to be sent to other servers; further ones are lost.
const MOST_WORDS: usize = 256;

/// Something has moved.
#[derive(Clone, Debug)]
pub struct Hint {
    /// Where the feed stands.
    pub position: u64,
    moved: Moved,
}

#[derive(Clone, Debug)]
enum Moved {
    /// The feed, in these scopes; `None` when too much moved to look through.
    Feed(Option<Arc<[Scope]>>),
    /// What is known of a phone of somebody's, which is in no feed.
    PhoneOf(StaffId),
    /// What is known of phones, perhaps.
    Phones,
}

impl Hint {
    /// Whether it says something to a viewer.
    pub fn is_for(&self, viewer: &Viewer) -> bool {
        match &self.moved {
            Moved::Feed(scopes) => scopes.as_ref().is_none_or(|scopes| viewer.may_see_any(scopes)),
            Moved::PhoneOf(staff) => sight_of_devices(viewer).holds(Scope::Staff(*staff)),
            Moved::Phones => true,
        }
    }

    /// What moved: the name of the event.
    pub const fn name(&self) -> &'static str {
        match self.moved {
            Moved::Feed(_) => "feed",
            Moved::PhoneOf(_) | Moved::Phones => "device",
        }
    }
}

/// Where hints are heard.
#[derive(Clone, Debug)]
pub struct Live {
    hints: broadcast::Sender<Hint>,
    closing: watch::Sender<bool>,
    words: mpsc::Sender<Word>,
}

impl Live {
    /// Follows a hub's feed until [`Live::close`]. Needs a tokio runtime.
    pub fn follow<S: Store>(hub: SharedHub<S>) -> Self {
        Self::follow_looking(hub, LOOKED_EVERY)
    }

    /// [`Live::follow`], looking so often whether another server has moved the feed.
    pub fn follow_looking<S: Store>(hub: SharedHub<S>, every: Duration) -> Self {
        let (words, said) = mpsc::channel(MOST_WORDS);
        let live = Self { hints: broadcast::channel(REMEMBERED).0, closing: watch::channel(false).0, words };
        tokio::spawn(live.clone().pass_on(Arc::clone(&hub)));
        tokio::spawn(live.clone().look(Arc::clone(&hub), every));
        tokio::spawn(live.clone().announce(Arc::clone(&hub), said));
        tokio::spawn(live.clone().listen(hub, every));
        live
    }

    /// Hints from now on.
    pub fn hear(&self) -> broadcast::Receiver<Hint> {
        self.hints.subscribe()
    }

    /// Tells that something is known of a phone of somebody's that was not known before.
    pub fn tell_of_phone(&self, staff: StaffId, position: u64) {
        self.hint(position, Moved::PhoneOf(staff));
        // Where too many words wait, the others find out later.
        let _ = self.words.try_send(Word::PhoneOf(staff));
    }

    fn hint(&self, position: u64, moved: Moved) {
        // Nobody listens: nobody misses it.
        let _ = self.hints.send(Hint { position, moved });
    }

    /// Becomes true when the server is about to stop.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// Ends all live connections, so that the server can stop.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    async fn pass_on<S: Store>(self, hub: SharedHub<S>) {
        let mut heads = hub.heads();
        let mut closing = self.closing();
        let mut told = *heads.borrow_and_update();
        loop {
            tokio::select! {
                moved = heads.changed() => if moved.is_err() { return },
                _ = closing.wait_for(|closing| *closing) => return,
            }
            let position = *heads.borrow_and_update();
            if self.hints.receiver_count() > 0 {
                // A store that does not answer just now must not silence the hint.
                let scopes = touched(&hub, told, position).await.unwrap_or(None);
                self.hint(position, Moved::Feed(scopes));
            }
            told = position;
        }
    }

    /// Looks from time to time whether somebody else has moved the feed.
    async fn look<S: Store>(self, hub: SharedHub<S>, every: Duration) {
        let mut closing = self.closing();
        let mut looks = tokio::time::interval(every);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        for turn in 1_u32.. {
            tokio::select! {
                _ = looks.tick() => {}
                _ = closing.wait_for(|closing| *closing) => return,
            }
            if self.hints.receiver_count() == 0 {
                continue;
            }
            // A store that does not answer is asked again at the next look.
            let Ok(position) = hub.look().await else { continue };
            if turn % LOOKS_UNTIL_PHONES == 0 {
                self.hint(position, Moved::Phones);
            }
        }
    }

    /// Tells other servers what this one has written.
    async fn announce<S: Store>(self, hub: SharedHub<S>, mut said: mpsc::Receiver<Word>) {
        let (mut written, mut closing) = (hub.written(), self.closing());
        loop {
            let word = tokio::select! {
                moved = written.changed() => match moved {
                    Ok(()) => Word::Feed(*written.borrow_and_update()),
                    Err(_) => return,
                },
                Some(word) = said.recv() => word,
                _ = closing.wait_for(|closing| *closing) => return,
            };
            // A word that could not be sent is lost; the others look.
            if let Err(error) = hub.store().announce(hub.company(), word).await {
                tracing::debug!(%error, "other servers were not told");
            }
        }
    }

    /// Hears what other servers have written.
    async fn listen<S: Store>(self, hub: SharedHub<S>, every: Duration) {
        let (mut closing, again) = (self.closing(), every.min(LISTENED_AGAIN));
        loop {
            match hub.store().ear(hub.company()).await {
                Ok(None) => return,
                Ok(Some(mut ear)) => {
                    // What was said while nobody listened.
                    drop(hub.look().await);
                    loop {
                        let word = tokio::select! {
                            word = ear.next() => word,
                            _ = closing.wait_for(|closing| *closing) => return,
                        };
                        let Some(word) = word else { break };
                        self.heard(&hub, word).await;
                    }
                }
                Err(error) => tracing::debug!(%error, "other servers are not heard"),
            }
            tokio::select! {
                () = tokio::time::sleep(again) => {}
                _ = closing.wait_for(|closing| *closing) => return,
            }
        }
    }

    async fn heard<S: Store>(&self, hub: &SharedHub<S>, word: Word) {
        let known = *hub.heads().borrow();
        match word {
            // Where the feed stands is looked up and not believed.
            Word::Feed(position) if position > known => drop(hub.look().await),
            Word::Feed(_) => {}
            Word::PhoneOf(staff) => self.hint(known, Moved::PhoneOf(staff)),
        }
    }
}

/// The scopes of what stands between two positions.
async fn touched<S: Store>(hub: &SharedHub<S>, after: u64, through: u64) -> Stored<Option<Arc<[Scope]>>> {
    let ask =
        FeedAsk { after, through: Some(through), limit: MOST_ROWS, unlinked: true, ..FeedAsk::default() };
    let rows = hub.snapshot().await?.feed(&ask).await?;
    if (rows.len() as u64) < through.saturating_sub(after) {
        return Ok(None);
    }
    let mut scopes: Vec<Scope> = rows.into_iter().flat_map(|row| row.scopes).collect();
    scopes.sort_unstable();
    scopes.dedup();
    Ok(Some(scopes.into()))
}
