//! Floor 4: snapshots of a viewer's scopes, made from the feed when somebody asks for one. Reads only; asks `Viewer`
//! and nobody else.
//!
//! Nothing is stored: a snapshot is a pure function of the feed, so whoever is asked for its next chunk can make it.
//! The few made last are kept in memory, for a reader asks for all chunks of one in a row.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use ed25519_dalek::Signer;
use sync_core::{
    feed::Entry,
    log::{Hash, sha256},
    scope::{Scope, Viewer, scopes_fingerprint},
    snapshot::{
        CHUNK_BYTES, Cut, Folding, Gathering, Manifest, SignedManifest, SnapshotAsk, manifest_signing_bytes,
    },
    unit::DeviceId,
};
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::{
    hub::Hub,
    store::{FeedAsk, FeedRow, Head, Snapshot, Store, StoreError, Stored},
};

/// Entries are folded so many at a time.
const FOLDED_AT_ONCE: u32 = 2_000;
/// So many slices are read before they are folded.
const READ_AHEAD: usize = 1;
/// So many entries of the whole feed are read in the time in which one is found by its scope.
const MOST_READ_FOR_ONE: u64 = 4;
/// The bytes of all snapshots kept in memory; the last one made is kept whatever its size.
const KEPT_BYTES: usize = 64 * 1024 * 1024;
/// So many are made at a time: making one costs a core for as long as it lasts.
const MADE_AT_ONCE: usize = 2;

/// Why there is no snapshot for this reader.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SnapshotError {
    /// One of the scopes is not theirs to see.
    #[error("a scope is not held")]
    NotHeld,
    /// The reader holds other scopes by now than it says: the feed tells which.
    #[error("the reader's grants have changed")]
    GrantsChanged,
    /// The reader knows another life of the book, or stands beyond its end.
    #[error("the book is in its life {epoch}, at {head}")]
    OtherLife {
        /// The life of the book.
        epoch: u32,
        /// Where its feed ends.
        head: u64,
    },
    /// The role sees whole classes of scopes, which nobody can list; it reads the feed from its beginning.
    #[error("the scopes of this role cannot be listed")]
    NotListed,
    /// The snapshot has fewer chunks.
    #[error("the snapshot has {chunks} chunks")]
    NoSuchChunk {
        /// How many it has.
        chunks: u32,
    },
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is to be made, once it is known that the reader may have it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    scopes: Vec<Scope>,
    fingerprint: [u8; 16],
    epoch: u32,
    position: u64,
}

impl Wanted {
    fn name(&self) -> Hash {
        sha256(&[&self.fingerprint, &self.epoch.to_be_bytes(), &self.position.to_be_bytes()])
    }
}

/// What this reader may have of what it asks for. Every request is checked anew.
fn wanted(viewer: &Viewer, ask: &SnapshotAsk, head: &Head) -> Result<Wanted, SnapshotError> {
    let position = ask.position.unwrap_or(head.position);
    if (ask.epoch > 0 && ask.epoch != head.epoch) || position > head.position {
        return Err(SnapshotError::OtherLife { epoch: head.epoch, head: head.position });
    }
    let mut scopes: Vec<Scope> = match &ask.scopes {
        Some(these) if these.iter().all(|scope| viewer.may_see(*scope)) => these.clone(),
        Some(_) => return Err(SnapshotError::NotHeld),
        None => viewer.listed_scopes().ok_or(SnapshotError::NotListed)?.into_iter().collect(),
    };
    scopes.sort_unstable();
    scopes.dedup();
    let fingerprint = scopes_fingerprint(&scopes);
    if ask.scopes.is_none() && ask.position.is_some() && fingerprint != ask.held {
        return Err(SnapshotError::GrantsChanged);
    }
    Ok(Wanted { scopes, fingerprint, epoch: head.epoch, position })
}

/// A snapshot as it is sent.
#[derive(Debug)]
pub struct Made {
    cut: Cut,
    /// Each chunk, packed with Brotli.
    packed: Vec<Vec<u8>>,
    bytes: usize,
}

impl Made {
    /// What it consists of.
    pub const fn manifest(&self) -> &Manifest {
        &self.cut.manifest
    }

    /// The bytes of each chunk as it is sent.
    pub fn sizes(&self) -> Vec<u32> {
        self.packed.iter().map(|chunk| u32::try_from(chunk.len()).expect("a chunk is small")).collect()
    }

    /// Packs the chunks, several at a time.
    fn of(cut: Cut) -> Self {
        let hands = std::thread::available_parallelism().map_or(1, usize::from);
        let share = cut.chunks.len().div_ceil(hands).max(1);
        let packed: Vec<Vec<u8>> = std::thread::scope(|scope| {
            let all = |chunks: &[Vec<u8>]| chunks.iter().map(|chunk| packed(chunk)).collect::<Vec<_>>();
            let shares: Vec<_> =
                cut.chunks.chunks(share).map(|some| scope.spawn(move || all(some))).collect();
            shares.into_iter().flat_map(|share| share.join().expect("packing does not panic")).collect()
        });
        let bytes = cut.chunks.iter().chain(&packed).map(Vec::len).sum();
        Self { cut, packed, bytes }
    }

    /// One chunk, as it is and packed.
    ///
    /// # Errors
    /// There are fewer.
    pub fn chunk(&self, number: u32) -> Result<(&[u8], &[u8]), SnapshotError> {
        let at = usize::try_from(number).unwrap_or(usize::MAX);
        let chunks = || u32::try_from(self.packed.len()).unwrap_or(u32::MAX);
        let plain = self.cut.chunks.get(at).ok_or_else(|| SnapshotError::NoSuchChunk { chunks: chunks() })?;
        Ok((plain, &self.packed[at]))
    }
}

/// How chunks are packed: what every browser unpacks by itself over a safe connection. Somebody waits for it, and at this
/// quality nothing is looked for in the dictionary of words that the format brings, of which ours are none. The highest
/// takes many times the time and memory, for a tenth of the bytes.
fn packed(plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(plain.len() / 3);
    let params = brotli::enc::BrotliEncoderParams {
        quality: 3,
        lgwin: 18,
        size_hint: plain.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &plain[..], &mut out, &params).expect("writing to memory cannot fail");
    out
}

/// The snapshots made last.
#[derive(Debug)]
pub struct Snapshots {
    kept: Mutex<VecDeque<(Hash, Arc<Made>)>>,
    making: Arc<Semaphore>,
}

impl Default for Snapshots {
    fn default() -> Self {
        Self { kept: Mutex::default(), making: Arc::new(Semaphore::new(MADE_AT_ONCE)) }
    }
}

impl Snapshots {
    /// The snapshot a reader asks for: one made a moment ago, or a new one.
    ///
    /// # Errors
    /// Why there is none for this reader.
    pub async fn of<S: Store>(
        &self,
        hub: &Hub<S>,
        viewer: &Viewer,
        ask: &SnapshotAsk,
    ) -> Result<Arc<Made>, SnapshotError> {
        let wanted = wanted(viewer, ask, &hub.head().await?)?;
        let name = wanted.name();
        if let Some(made) = self.kept(&name) {
            return Ok(made);
        }
        let turn = Arc::clone(&self.making).acquire_owned().await;
        let turn = turn.map_err(|_| StoreError::Unavailable("no snapshots are made any more".into()))?;
        if let Some(made) = self.kept(&name) {
            return Ok(made);
        }
        // Whoever waits for a turn holds no moment of the store meanwhile; the feed up to the position is what it was.
        let mut moment = hub.snapshot().await?;
        let (made, turn) = made(&mut moment, hub, &wanted, turn).await?;
        let made = Arc::new(made);
        self.keep(name, Arc::clone(&made));
        drop(turn);
        Ok(made)
    }

    fn kept(&self, name: &Hash) -> Option<Arc<Made>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(there, _)| there == name)?;
        let found = kept.remove(at)?;
        let made = Arc::clone(&found.1);
        kept.push_back(found);
        Some(made)
    }

    fn keep(&self, name: Hash, made: Arc<Made>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((name, made));
        let mut bytes: usize = kept.iter().map(|(_, made)| made.bytes).sum();
        while bytes > KEPT_BYTES && kept.len() > 1 {
            bytes -= kept.pop_front().map_or(0, |(_, oldest)| oldest.bytes);
        }
    }
}

/// By which scopes the entries are looked for: by none, where so much of the feed lies in the wanted ones that reading
/// all of it is quicker; what lies in none of them is left out when it is folded.
async fn sought(moment: &mut impl Snapshot, wanted: &Wanted) -> Stored<Option<Vec<Scope>>> {
    let digests = moment.digests(Some(&wanted.scopes)).await?;
    let entries: u64 = digests.iter().map(|(_, digest)| digest.count).sum();
    let most = entries.saturating_mul(MOST_READ_FOR_ONE) >= wanted.position;
    Ok((!most).then(|| wanted.scopes.clone()))
}

/// All entries of the wanted scopes up to the position, some at a time.
struct Slices {
    ask: FeedAsk,
    more: bool,
}

impl Slices {
    async fn of(moment: &mut impl Snapshot, wanted: &Wanted) -> Stored<Self> {
        let ask = FeedAsk {
            scopes: sought(moment, wanted).await?,
            through: Some(wanted.position),
            limit: FOLDED_AT_ONCE,
            unlinked: true,
            ..FeedAsk::default()
        };
        Ok(Self { ask, more: true })
    }

    async fn next(&mut self, moment: &mut impl Snapshot) -> Stored<Option<Vec<FeedRow>>> {
        if !self.more {
            return Ok(None);
        }
        let rows = moment.feed(&self.ask).await?;
        self.more = rows.len() as u64 == u64::from(FOLDED_AT_ONCE);
        self.ask.after = rows.last().map_or(self.ask.after, |last| last.entry.position);
        Ok(Some(rows))
    }
}

/// The entries of a slice that belong to a snapshot.
fn gathered(gathering: &mut Gathering, rows: Vec<FeedRow>) -> Vec<Entry> {
    let belong = rows.into_iter().filter(|row| gathering.counts(&row.entry, &row.scopes));
    belong.map(|row| row.entry).collect()
}

fn fold(folding: &mut Folding, entries: &[Entry]) {
    for entry in entries {
        folding.take_in(entry);
    }
    folding.put_away();
}

/// What is wanted, folded, cut and packed: one thread reads and gathers while another folds. The turn goes with the work, and
/// is given back with it: whoever asked may have gone meanwhile.
async fn made<S: Store>(
    moment: &mut impl Snapshot,
    hub: &Hub<S>,
    wanted: &Wanted,
    turn: OwnedSemaphorePermit,
) -> Stored<(Made, OwnedSemaphorePermit)> {
    let (send, mut read) = mpsc::channel::<Vec<Entry>>(READ_AHEAD);
    let mut folding = Folding::of(wanted.scopes.iter().copied());
    let folded = tokio::task::spawn_blocking(move || {
        while let Some(entries) = read.blocking_recv() {
            fold(&mut folding, &entries);
        }
        folding
    });
    let mut gathering = Gathering::of(wanted.scopes.iter().copied());
    let mut slices = Slices::of(moment, wanted).await?;
    while let Some(rows) = slices.next(moment).await? {
        // Where nobody folds any more there is nothing to read for.
        if send.send(gathered(&mut gathering, rows)).await.is_err() {
            break;
        }
    }
    drop(send);
    let lost = |_| StoreError::Unavailable("the snapshot could not be made".into());
    let folding = folded.await.map_err(lost)?;
    let (company, epoch, position) = (hub.company(), wanted.epoch, wanted.position);
    let made = tokio::task::spawn_blocking(move || {
        (Made::of(folding.cut(&gathering, company, epoch, position, CHUNK_BYTES)), turn)
    });
    made.await.map_err(lost)
}

impl<S: Store> Hub<S> {
    /// The snapshot a reader asks for, made now, in chunks of at most so many bytes.
    ///
    /// # Errors
    /// Why there is none for this reader.
    pub async fn cut(
        &self,
        viewer: &Viewer,
        ask: &SnapshotAsk,
        most_bytes: usize,
    ) -> Result<Cut, SnapshotError> {
        let mut moment = self.snapshot().await?;
        let wanted = wanted(viewer, ask, &moment.head().await?)?;
        let mut gathering = Gathering::of(wanted.scopes.iter().copied());
        let mut folding = Folding::of(wanted.scopes.iter().copied());
        let mut slices = Slices::of(&mut moment, &wanted).await?;
        while let Some(rows) = slices.next(&mut moment).await? {
            fold(&mut folding, &gathered(&mut gathering, rows));
        }
        Ok(folding.cut(&gathering, self.company(), wanted.epoch, wanted.position, most_bytes))
    }

    /// A manifest with the hub's signature, the sizes of its chunks as they are sent, and where the hub has the log of
    /// the device that asks.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn signed(
        &self,
        manifest: &Manifest,
        packed: Vec<u32>,
        device: Option<DeviceId>,
    ) -> Stored<SignedManifest> {
        let manifest = minicbor::to_vec(manifest).expect("writing to memory cannot fail");
        let signature = self.signer().sign(&manifest_signing_bytes(&manifest)).to_bytes().to_vec();
        let log = match device {
            Some(device) => self.device_log(device).await?,
            None => None,
        };
        let (log_seq, log_link, log_device) = log.map_or((0, Vec::new(), Vec::new()), |log| {
            (log.last_seq, log.link.to_vec(), log.device.bytes().to_vec())
        });
        let key = self.public_key().to_vec();
        Ok(SignedManifest {
            manifest: manifest.into(),
            signature: signature.into(),
            key: key.into(),
            packed,
            log_seq,
            log_link: log_link.into(),
            log_device: log_device.into(),
        })
    }
}
