//! Floor 12: the only door of a device: record, hand out what is unsent, take in what others did.
//!
//! Holds the book in its two layers. It stores nothing itself: every step says what the shell must store, and a
//! gesture is taken into the book only after the shell has stored it.

mod confirmed;
mod door;
mod drawer;
mod holding;
mod index;
mod offering;
mod owed;
mod pace;
mod past;
mod queries;
mod record;
mod sync;
mod view;

pub use confirmed::Confirmed;
pub use door::Door;
pub use drawer::{CashMove, RemitTask};
pub use index::{Identity, Index, LogRecord};
pub use owed::AccountKnown;
pub use pace::Pace;
pub use past::Arrived;
pub use queries::{DeviceShare, Fate, OutboxLine, TimelineItem};
pub use record::Draft;
pub use sync::{Backlog, PART, Received, state_digest};
pub use view::View;

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use crate::{
    log::{Change, Hash, SetDigest},
    op::Op,
    paper::{Paper, PaperKey},
    scope::Scope,
    wire::Judged,
};

/// How many settled changes the outbox still shows.
const REMEMBERED: usize = 200;

/// One of the device's own changes that the feed has not shown yet.
#[derive(Clone, Debug)]
struct Pending {
    change: Change,
    /// What it says; absent where a later version of this program wrote it: it is delivered all the same.
    op: Option<Op>,
    link: Hash,
    judged: Option<Judged>,
}

/// A device's book and log.
#[derive(Clone, Debug)]
pub struct Replica {
    index: Index,
    view: View,
    /// The snapshot that the index says is coming, read.
    coming: Option<Arc<past::Coming>>,
    /// What has come of scopes that are not whole yet.
    arriving: Vec<(PaperKey, Paper)>,
    pending: VecDeque<Pending>,
    /// The latest changes that the feed has shown, for the outbox.
    settled: VecDeque<Pending>,
    /// Up to here the hub has put this device's changes aside: they are not offered a second time.
    aside_through: u64,
}

impl Replica {
    /// A device that has just been enrolled: an empty book, an empty log.
    pub fn new(identity: Identity) -> Self {
        Self {
            index: Index::new(identity),
            view: View::default(),
            coming: None,
            arriving: Vec::new(),
            pending: VecDeque::new(),
            settled: VecDeque::new(),
            aside_through: 0,
        }
    }

    /// A device as its shell stored it: index, one record for each scope, and its log.
    ///
    /// Log records may come in any order; those the feed has shown are kept for the outbox only. A scope whose record
    /// is missing has the whole book read anew: what the feed has brought, the feed brings again.
    ///
    /// # Errors
    /// A log with a gap, or that ends before what the feed has shown of it: the store has lost something that only the
    /// device had, and the device must enrol again.
    pub fn restore(
        index: Index,
        scopes: impl IntoIterator<Item = ScopeRecord>,
        mut log: Vec<LogRecord>,
    ) -> Result<Self, LostStore> {
        let mut stored = BTreeSet::new();
        let (mut confirmed, mut arriving) = (Vec::new(), Vec::new());
        for record in scopes {
            stored.insert(record.scope);
            if index.missing.contains(&record.scope) {
                if index.coming.is_some() {
                    arriving.extend(record.papers);
                }
            } else if index.digests.get(&record.scope).is_some_and(|digest| digest.count > 0) {
                confirmed.extend(record.papers);
            }
            // Else nothing was counted of it since the book was begun anew: it is of the book before that.
        }
        let mut replica = Self {
            coming: index.coming.as_deref().and_then(|signed| past::Coming::read(signed)),
            index,
            view: View::of(confirmed.into_iter().collect()),
            arriving,
            pending: VecDeque::new(),
            settled: VecDeque::new(),
            aside_through: 0,
        };
        log.sort_by_key(|record| record.change.id.seq);
        // Old records may have been cleared away from the beginning on; from there on none is missing.
        let mut expected = log.first().map_or(1, |first| first.change.id.seq).min(replica.next_seq());
        for record in log {
            let seq = record.change.id.seq;
            if seq != expected {
                return Err(LostStore { expected, found: seq });
            }
            expected += 1;
            let shown = seq <= replica.index.settled_through;
            replica.index.clock.observe(record.change.header.at);
            let own = Pending::of(record);
            if shown {
                replica.remember(own);
            } else {
                replica.pending.push_back(own);
            }
        }
        if expected <= replica.index.settled_through {
            return Err(LostStore { expected, found: 0 });
        }
        if replica.lacks_a_record(&stored) {
            replica.read_anew();
        }
        replica.ask_again_for_what_is_gone();
        replica.relay();
        Ok(replica)
    }

    /// Whether entries were counted of a scope that nothing is stored of.
    fn lacks_a_record(&self, stored: &BTreeSet<Scope>) -> bool {
        let counted = self.index.digests.iter().filter(|(_, digest)| digest.count > 0);
        counted.into_iter().any(|(scope, _)| self.index.scopes.contains(scope) && !stored.contains(scope))
    }

    /// Who this device is.
    pub fn identity(&self) -> &Identity {
        &self.index.identity
    }

    /// What the shell stores beside the scopes: identity, cursor, clock, digests.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The papers, both layers.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The record of one scope, to be stored as one.
    pub fn scope_record(&self, scope: Scope) -> ScopeRecord {
        self.scope_records(&BTreeSet::from([scope])).pop().expect("one was asked for")
    }

    /// The records of several scopes, in their order.
    pub fn scope_records(&self, scopes: &BTreeSet<Scope>) -> Vec<ScopeRecord> {
        let mut records: Vec<ScopeRecord> =
            scopes.iter().map(|scope| ScopeRecord { scope: *scope, papers: Vec::new() }).collect();
        let mut put = |key: &PaperKey, paper: &Paper, scope: Option<Scope>| {
            let at = scope.map(|scope| records.binary_search_by(|record| record.scope.cmp(&scope)));
            if let Some(Ok(at)) = at {
                records[at].papers.push((*key, paper.clone()));
            }
        };
        for (key, paper) in self.view.confirmed() {
            put(key, paper, self.home(key, paper));
        }
        for (key, paper) in &self.arriving {
            put(key, paper, self.missing_part(key, paper));
        }
        records
    }

    /// In which scope's record a paper is kept: the first of its scopes that is held and whole. Shells lie with the
    /// common ones.
    fn home(&self, key: &PaperKey, paper: &Paper) -> Option<Scope> {
        let scopes = paper.scopes(key);
        if scopes.is_empty() {
            return Some(Scope::Common);
        }
        scopes.into_iter().find(|scope| self.is_whole(*scope))
    }

    /// Whether all of a scope up to the cursor is in the book.
    pub fn is_whole(&self, scope: Scope) -> bool {
        self.index.is_whole(scope)
    }

    /// The sequence of the next change.
    pub fn next_seq(&self) -> u64 {
        self.pending.back().map_or(self.index.settled_through, |last| last.change.id.seq) + 1
    }

    /// The link after the last change of the log.
    fn head(&self) -> Hash {
        self.pending.back().map_or(self.index.settled_link, |last| last.link)
    }

    /// The scopes this device holds.
    pub fn scopes(&self) -> &BTreeSet<Scope> {
        &self.index.scopes
    }

    /// The digest of the entries of one scope.
    pub fn digest(&self, scope: Scope) -> SetDigest {
        self.index.digests.get(&scope).copied().unwrap_or_default()
    }

    /// Keeps a change that the feed has shown for the outbox.
    fn remember(&mut self, settled: Pending) {
        self.settled.push_back(settled);
        if self.settled.len() > REMEMBERED {
            self.settled.pop_front();
        }
    }

    /// Lays the pending changes over the confirmed papers anew.
    fn relay(&mut self) {
        let staff = self.index.identity.staff;
        let acts = self.pending.iter().filter_map(|own| Some((own.act(staff), own.op.as_ref()?)));
        self.view.relay(acts.collect::<Vec<_>>());
    }
}

/// The papers of one scope, as the shell stores them: one record.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode)]
#[cbor(map)]
pub struct ScopeRecord {
    /// Which scope.
    #[n(0)]
    pub scope: Scope,
    /// Its papers.
    #[n(1)]
    pub papers: Vec<(PaperKey, Paper)>,
}

reads_map!(ScopeRecord { 0: scope, 1: papers });

/// The shell's store has lost part of the log; the device must enrol again under a new id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the log should go on at {expected} but {found} follows")]
pub struct LostStore {
    /// The sequence that should follow.
    pub expected: u64,
    /// The sequence that does; 0 for none.
    pub found: u64,
}
