//! Floor 4: the feed as one person sees it: pages and digests. Reads only; asks `Viewer` and nobody else.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::{
    feed::Cursor,
    log::{Hash, SetDigest},
    replica::state_digest,
    scope::{Scope, Viewer, scopes_fingerprint},
    time::Timestamp,
    unit::DeviceId,
    wire::{LogEnd, Page},
};

use crate::{
    hub::Hub,
    scope,
    store::{FeedAsk, FeedRow, Snapshot, Store, StoreError},
};

/// What a reader asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PullAsk {
    /// The life of the book it knows.
    pub epoch: u32,
    /// How far it has read.
    pub after: u64,
    /// At most so many entries.
    pub limit: u32,
    /// The fingerprint of the scopes it holds.
    pub scopes: [u8; 16],
}

/// What a book comes to at one moment, for one viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookDigest {
    /// The feed position it is of.
    pub position: u64,
    /// The hash of the folded papers of all scopes held.
    pub state: Hash,
    /// The sum over the entries of all scopes held.
    pub set: SetDigest,
}

/// The most entries in one page.
pub const MOST_ENTRIES: u32 = 1_000;

/// A page is full with the entry that brings it to so many bytes.
const MOST_BYTES: usize = 1 << 20;

/// How many rows are asked for first, when nothing is known of their size.
const FIRST_ASK: usize = 256;

impl<S: Store> Hub<S> {
    /// A page of the feed, as the viewer sees it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn pull(&self, viewer: &Viewer, ask: PullAsk, now: Timestamp) -> Result<Page, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let head = snapshot.head().await?;
        if ask.after > 0 && (ask.epoch != head.epoch || ask.after > head.position) {
            // The reader knows another life of the book: it begins anew.
            let scanned_to = Cursor { epoch: head.epoch, position: 0 };
            let (asked_with, asked_after) = (ask.scopes, ask.after);
            return Ok(Page {
                scanned_to,
                head: head.position,
                now,
                asked_with,
                asked_after,
                ..Page::default()
            });
        }
        let listed: Option<Vec<Scope>> = viewer.listed_scopes().map(|scopes| scopes.into_iter().collect());
        let limit = ask.limit.clamp(1, MOST_ENTRIES);
        let (rows, position) = match &listed {
            Some(scopes) => within(&mut snapshot, scopes, &ask, limit, head.position).await?,
            None => seen_by(&mut snapshot, viewer, &ask, limit, head.position).await?,
        };
        let grants = listed.as_ref().filter(|scopes| scopes_fingerprint(scopes.iter()) != ask.scopes);
        let mut page = Page {
            scanned_to: Cursor { epoch: head.epoch, position },
            head: head.position,
            grants: grants.cloned(),
            now,
            asked_with: ask.scopes,
            asked_after: ask.after,
            ..Page::default()
        };
        if let (Some(scopes), true) = (&listed, position == head.position) {
            let digests: BTreeMap<Scope, SetDigest> =
                snapshot.digests(Some(scopes)).await?.into_iter().collect();
            page.combined = Some(sum(digests.values()));
            page.digests = told(scopes, &digests, &rows, page.grants.is_some());
        }
        page.entries = rows.into_iter().map(|row| row.entry).collect();
        Ok(page)
    }

    /// The same page for one device, with where the hub has its log.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn pull_for(
        &self,
        viewer: &Viewer,
        device: DeviceId,
        ask: PullAsk,
        now: Timestamp,
    ) -> Result<Page, StoreError> {
        let page = self.pull(viewer, ask, now).await?;
        let log = self.device_log(device).await?;
        let log = log.map(|log| LogEnd { device, seq: log.last_seq, link: log.link });
        Ok(Page { log, ..page })
    }

    /// What the viewer's book comes to.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn digest(&self, viewer: &Viewer) -> Result<BookDigest, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let position = snapshot.head().await?.position;
        let papers = snapshot.papers_in(&scope::sight(viewer)).await?;
        let visible = papers
            .iter()
            .map(|(key, paper)| (key, paper))
            .filter(|(key, paper)| paper.scope(key).is_some_and(|scope| viewer.may_see(scope)));
        let state = state_digest(visible);
        let digests = snapshot.digests(None).await?;
        let held = digests.iter().filter(|(scope, _)| viewer.may_see(*scope));
        Ok(BookDigest { position, state, set: sum(held.map(|(_, digest)| digest)) })
    }
}

/// The entries in listed scopes, and how far the feed was looked through for them.
async fn within(
    snapshot: &mut impl Snapshot,
    scopes: &[Scope],
    ask: &PullAsk,
    limit: u32,
    head: u64,
) -> Result<(Vec<FeedRow>, u64), StoreError> {
    let mut filling = Filling::of(limit);
    let mut ask =
        FeedAsk { scopes: Some(scopes.to_vec()), after: ask.after, unlinked: true, ..FeedAsk::default() };
    loop {
        ask.limit = filling.next_ask();
        let rows = snapshot.feed(&ask).await?;
        let all = rows.len() < ask.limit as usize;
        for row in rows {
            ask.after = row.entry.position;
            if filling.takes(row) {
                return Ok((filling.rows, ask.after));
            }
        }
        if all {
            return Ok((filling.rows, head));
        }
    }
}

/// A page that is being filled: with so many entries at most, and so many bytes. What is read of the store for it is
/// never much more than what goes into it, so that a page of large changes takes no more memory than one of small ones.
struct Filling {
    rows: Vec<FeedRow>,
    bytes: usize,
    limit: usize,
}

impl Filling {
    fn of(limit: u32) -> Self {
        Self { rows: Vec::new(), bytes: 0, limit: limit as usize }
    }

    /// How many rows of some scopes to ask for next: a few at first, then as many as fit if they are like those so far.
    fn next_ask(&self) -> u32 {
        let likely = match self.rows.len() {
            0 => FIRST_ASK,
            some => (MOST_BYTES - self.bytes) / (self.bytes / some + 1) + 1,
        };
        u32::try_from(likely.min(self.limit - self.rows.len()).max(1)).unwrap_or(u32::MAX)
    }

    /// What still fits, where the feed is asked for as it lies.
    fn rest(&self) -> FeedAsk {
        let limit = u32::try_from(self.limit - self.rows.len()).unwrap_or(u32::MAX);
        FeedAsk { limit, most_bytes: Some(MOST_BYTES - self.bytes), ..FeedAsk::default() }
    }

    /// Takes in a row; whether the page is full with it.
    fn takes(&mut self, row: FeedRow) -> bool {
        self.bytes = (self.bytes + row.bytes()).min(MOST_BYTES);
        self.rows.push(row);
        self.rows.len() == self.limit || self.bytes == MOST_BYTES
    }
}

/// The entries that a viewer of whole classes of scopes may see, and how far the feed was looked through for them.
async fn seen_by(
    snapshot: &mut impl Snapshot,
    viewer: &Viewer,
    ask: &PullAsk,
    limit: u32,
    head: u64,
) -> Result<(Vec<FeedRow>, u64), StoreError> {
    let mut filling = Filling::of(limit);
    let mut after = ask.after;
    while after < head {
        let ask = FeedAsk { after, unlinked: true, ..filling.rest() };
        let rows = snapshot.feed(&ask).await?;
        if rows.is_empty() {
            return Ok((filling.rows, head));
        }
        for row in rows {
            after = row.entry.position;
            if viewer.may_see_any(&row.scopes) && filling.takes(row) {
                return Ok((filling.rows, after));
            }
        }
    }
    Ok((filling.rows, head))
}

/// The digests a page tells: of the scopes it touches and, when the grants are new, of those without any entry,
/// whose past then need not be asked for.
fn told(
    scopes: &[Scope],
    digests: &BTreeMap<Scope, SetDigest>,
    rows: &[FeedRow],
    new_grants: bool,
) -> Vec<(Scope, SetDigest)> {
    let touched: BTreeSet<Scope> = rows.iter().flat_map(|row| row.scopes.iter().copied()).collect();
    scopes
        .iter()
        .filter(|scope| touched.contains(scope) || (new_grants && !digests.contains_key(scope)))
        .map(|scope| (*scope, digests.get(scope).copied().unwrap_or_default()))
        .collect()
}

fn sum<'d>(digests: impl Iterator<Item = &'d SetDigest>) -> SetDigest {
    digests.fold(SetDigest::default(), |mut sum, digest| {
        sum.absorb(digest);
        sum
    })
}
