//! Live events: hints that the feed has moved, or what is known of a phone, for those who may see it. Sent after the
//! commit, never in it.
//!
//! Floor: above `hub`, below `http`. A hint carries a position and nothing of what stands there; a lost hint loses nothing.

use std::sync::Arc;

use sync_core::scope::{Scope, Viewer};
use sync_core::unit::StaffId;
use tokio::sync::{broadcast, watch};

use crate::hub::SharedHub;
use crate::scope::sight_of_devices;
use crate::store::{FeedAsk, Snapshot, Store, Stored};

/// Hints that may wait for a slow reader; who lags further behind gets one hint for all.
const REMEMBERED: usize = 256;

/// The most rows looked at for one hint; beyond them the hint goes to everybody.
const MOST_ROWS: u32 = 1_000;

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
}

impl Hint {
    /// Whether it says something to a viewer.
    pub fn is_for(&self, viewer: &Viewer) -> bool {
        match &self.moved {
            Moved::Feed(scopes) => scopes.as_ref().is_none_or(|scopes| viewer.may_see_any(scopes)),
            Moved::PhoneOf(staff) => sight_of_devices(viewer).holds(Scope::Staff(*staff)),
        }
    }

    /// What moved: the name of the event.
    pub const fn name(&self) -> &'static str {
        match self.moved {
            Moved::Feed(_) => "feed",
            Moved::PhoneOf(_) => "device",
        }
    }
}

/// Where hints are heard.
#[derive(Clone, Debug)]
pub struct Live {
    hints: broadcast::Sender<Hint>,
    closing: watch::Sender<bool>,
}

impl Live {
    /// Follows a hub's feed until [`Live::close`]. Needs a tokio runtime.
    pub fn follow<S: Store>(hub: SharedHub<S>) -> Self {
        let live = Self { hints: broadcast::channel(REMEMBERED).0, closing: watch::channel(false).0 };
        tokio::spawn(live.clone().pass_on(hub));
        live
    }

    /// Hints from now on.
    pub fn hear(&self) -> broadcast::Receiver<Hint> {
        self.hints.subscribe()
    }

    /// Tells that something is known of a phone of somebody's that was not known before.
    pub fn tell_of_phone(&self, staff: StaffId, position: u64) {
        // Nobody listens: nobody misses it.
        let _ = self.hints.send(Hint { position, moved: Moved::PhoneOf(staff) });
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
                let _ = self.hints.send(Hint { position, moved: Moved::Feed(scopes) });
            }
            told = position;
        }
    }
}

/// The scopes of what stands between two positions.
async fn touched<S: Store>(hub: &SharedHub<S>, after: u64, through: u64) -> Stored<Option<Arc<[Scope]>>> {
    let ask = FeedAsk { after, through: Some(through), limit: MOST_ROWS, ..FeedAsk::default() };
    let rows = hub.snapshot().await?.feed(&ask).await?;
    if (rows.len() as u64) < through.saturating_sub(after) {
        return Ok(None);
    }
    let mut scopes: Vec<Scope> = rows.into_iter().flat_map(|row| row.scopes).collect();
    scopes.sort_unstable();
    scopes.dedup();
    Ok(Some(scopes.into()))
}
