//! The past of scopes: at the very first of all of them, later of those granted anew, by snapshots in chunks.
//!
//! A scope is in the book as a whole or not at all. What has come of one that is not whole yet waits beside the book,
//! stored like everything else, so that a phone that stops goes on at the chunk it misses.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::bytes::ByteArray;

use super::{Coming, Received, Replica};
use crate::{
    feed::Cursor,
    log::sha256,
    paper::{Paper, PaperKey},
    scope::Scope,
    snapshot::{Chunk, LogEnd, Manifest, SignedManifest, SnapshotAsk, part_of},
};

/// How much of the book has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrived {
    /// Bytes, as they are sent.
    pub bytes: u64,
    /// Of so many.
    pub of_bytes: u64,
    /// Customers that are whole.
    pub customers: u32,
    /// Of so many.
    pub of_customers: u32,
}

impl Replica {
    /// What must be asked for before the feed is read on; `None` when every scope held is whole.
    pub fn missing_past(&self) -> Option<SnapshotAsk> {
        let index = &self.index;
        let (epoch, held) = (index.cursor.epoch, index.scopes_fingerprint());
        if index.cursor.position == 0 {
            // Whoever began to read the feed from its beginning goes on so.
            let begun = index.complete || !index.scopes.is_empty();
            return (!begun).then_some(SnapshotAsk { epoch, position: None, held, scopes: None });
        }
        let asked: BTreeSet<Scope> = match &index.coming {
            Some(coming) => coming.manifest.scopes.iter().map(|past| past.scope).collect(),
            None => index.missing.clone(),
        };
        if index.missing.is_empty() {
            return None;
        }
        let scopes = (asked != index.scopes).then(|| asked.into_iter().collect());
        Some(SnapshotAsk { epoch, position: Some(index.cursor.position), held, scopes })
    }

    /// The number of the chunk that comes next, when a snapshot has begun.
    pub fn next_chunk(&self) -> Option<u32> {
        self.index.coming.as_ref().map(|coming| coming.taken)
    }

    /// How much of the book has come, while something is missing.
    pub fn arrived(&self) -> Arrived {
        let index = &self.index;
        let mut arrived = Arrived::default();
        for scope in index.scopes.iter().filter(|scope| matches!(scope, Scope::Customer(_))) {
            arrived.customers += u32::from(!index.missing.contains(scope));
            arrived.of_customers += 1;
        }
        for (number, bytes) in index.coming.iter().flat_map(|coming| (0..).zip(&coming.packed)) {
            let here = self.next_chunk().is_some_and(|next| number < next);
            arrived.bytes += if here { u64::from(*bytes) } else { 0 };
            arrived.of_bytes += u64::from(*bytes);
        }
        arrived
    }

    /// Whether what every gesture needs is here: prices and accounts, and this member of staff's own drawer and numbers.
    pub fn may_record(&self) -> bool {
        let own = [Scope::Common, Scope::Staff(self.identity().staff)];
        self.index.complete || own.into_iter().all(|scope| self.is_whole(scope))
    }

    /// The key that manifests are checked with, once it is known.
    pub fn hub_key(&self) -> Option<[u8; 32]> {
        self.index.hub_key.map(|key| *key)
    }

    /// Keeps the hub's key for good; a later one is not taken.
    pub fn pin_hub_key(&mut self, key: [u8; 32]) {
        self.index.hub_key.get_or_insert(ByteArray::from(key));
    }

    /// Whether a manifest is of another life of the book than this reader knows: the office was restored since.
    pub fn is_of_another_book(&self, manifest: &Manifest) -> bool {
        let cursor = self.index.cursor;
        manifest.company != self.identity().company || (cursor.epoch > 0 && manifest.epoch != cursor.epoch)
    }

    /// Begins a snapshot, given what was asked for and a manifest whose signature the shell has checked.
    ///
    /// The answer to a question that is not the present one is left, and so is one of another life of the book.
    pub fn begin(&mut self, asked: &SnapshotAsk, signed: &SignedManifest) -> Received {
        let left = Received { more: true, ..Received::default() };
        let Ok(manifest) = signed.manifest() else { return left };
        if signed.log.as_ref().is_some_and(|log| self.is_ahead_of_this(log)) {
            return Received { rolled_back: true, ..left };
        }
        let position = asked.position.unwrap_or(manifest.position);
        let late = self.index.coming.is_some() || self.missing_past().as_ref() != Some(asked);
        let strange = self.is_of_another_book(&manifest) || manifest.position != position || position == 0;
        if late || strange {
            return left;
        }
        if asked.position.is_none() {
            self.index.cursor = Cursor { epoch: manifest.epoch, position };
            self.index.scopes = manifest.scopes.iter().map(|past| past.scope).collect();
            self.index.missing = self.index.scopes.clone();
            self.forget_moves_back();
        }
        self.index.latest_seen = self.index.latest_seen.max(manifest.latest);
        self.index.clock.observe(manifest.latest);
        self.index.coming = Some(Coming { manifest, taken: 0, packed: signed.packed.clone() });
        self.let_in()
    }

    /// Whether the hub holds more of this device's log than this device does, or another one: its store was set back.
    fn is_ahead_of_this(&self, log: &LogEnd) -> bool {
        let other = || self.link_after(log.seq).is_some_and(|link| link != log.link);
        log.device == self.identity().device && (log.seq >= self.next_seq() || other())
    }

    /// Takes in a chunk, if it is the one that comes next, and lets the scopes into the book that are whole with it.
    ///
    /// `None` when its bytes are not those that the manifest names: nothing has changed.
    pub fn take_chunk(&mut self, number: u32, bytes: &[u8]) -> Option<Received> {
        let coming = self.index.coming.as_mut().filter(|coming| coming.taken == number)?;
        let mark = coming.manifest.chunks.get(usize::try_from(number).ok()?)?;
        if sha256(&[bytes]) != mark.hash {
            return None;
        }
        let chunk: Chunk = minicbor::decode(bytes).ok()?;
        coming.taken += 1;
        self.arriving.extend(chunk.papers);
        Some(self.let_in())
    }

    /// In which scope's part of the coming snapshot a paper is.
    pub(super) fn part_coming(&self, key: &PaperKey, paper: &Paper) -> Option<Scope> {
        let coming = self.index.coming.as_ref()?;
        // The scopes of a paper are few, those of a snapshot many.
        paper
            .scopes(key)
            .into_iter()
            .find(|scope| coming.manifest.scopes.iter().any(|past| past.scope == *scope))
    }

    /// Lets what is whole into the book.
    ///
    /// A paper depends only on entries of its own scope; so the scope's papers are put in the place of whatever of them
    /// was known by another scope. Everything of one snapshot is of one position, the cursor's, and so is the book.
    fn let_in(&mut self) -> Received {
        let Some(coming) = &self.index.coming else { return Received::default() };
        let taken = coming.taken;
        let all: BTreeSet<Scope> = coming.manifest.scopes.iter().map(|past| past.scope).collect();
        let whole = coming.manifest.scopes.iter().filter(|past| past.whole_after <= taken);
        let whole: BTreeMap<Scope, _> = whole
            .filter(|past| self.index.missing.contains(&past.scope))
            .map(|past| (past.scope, past.digest))
            .collect();
        let ended = coming.manifest.chunks.len() <= usize::try_from(taken).unwrap_or(usize::MAX);
        let mut received = Received { touched: whole.keys().copied().collect(), ..Received::default() };
        // Of a paper that was known by another scope, that scope's record is written anew.
        let known = self.view.confirmed().iter();
        let known =
            known.filter(|(key, paper)| paper.scope(key).is_some_and(|home| whole.contains_key(&home)));
        let stood: BTreeSet<Scope> = known.filter_map(|(key, paper)| self.home(key, paper)).collect();
        received.touched.extend(stood);
        self.index.missing.retain(|scope| !whole.contains_key(scope));
        self.index.digests.extend(&whole);
        let mut coming_still = BTreeMap::new();
        let confirmed = self.view.confirmed_mut();
        confirmed.retain(|key, paper| paper.scope(key).is_none_or(|home| !whole.contains_key(&home)));
        for (key, paper) in std::mem::take(&mut self.arriving) {
            let Some(part) = part_of(&all, &key, &paper) else { continue };
            if !whole.contains_key(&part) {
                received.touched.insert(part);
                coming_still.insert(key, paper);
            } else if paper.scope(&key).is_none_or(|home| home == part || !self.index.scopes.contains(&home))
            {
                confirmed.insert(key, paper);
            }
        }
        self.arriving = coming_still;
        if ended {
            self.index.coming = None;
            self.index.complete |= self.index.missing.is_empty();
        }
        self.relay();
        received
    }

    /// Lets go of a snapshot that does not fit any more: the cursor has moved, or what it brings is not wanted. What of
    /// it is whole stays.
    pub(super) fn let_go_of_stale(&mut self, received: &mut Received) {
        let index = &self.index;
        let Some(coming) = &index.coming else { return };
        let manifest = &coming.manifest;
        let at = Cursor { epoch: manifest.epoch, position: manifest.position };
        let wanted = |scope: &Scope| index.scopes.contains(scope);
        if at == index.cursor && manifest.scopes.iter().all(|past| wanted(&past.scope)) {
            return;
        }
        let begun = self.arriving.iter().filter_map(|(key, paper)| self.part_coming(key, paper));
        let begun: BTreeSet<Scope> = begun.collect();
        received.touched.retain(|scope| !begun.contains(scope));
        received.evicted.extend(begun);
        self.arriving.clear();
        self.index.coming = None;
    }

    /// Takes out of the book what is seen by no scope that is whole: it comes with the snapshot, and is shown then.
    pub(super) fn leave_out_missing(&mut self) {
        if self.index.missing.is_empty() {
            return;
        }
        let (scopes, missing) = (&self.index.scopes, &self.index.missing);
        let whole = |scope: &Scope| scopes.contains(scope) && !missing.contains(scope);
        self.view.confirmed_mut().retain(|key, paper| {
            let seen_by = paper.scopes(key);
            !seen_by.iter().any(|scope| missing.contains(scope)) || seen_by.iter().any(whole)
        });
    }

    /// Changes to a book that was fetched anew beside this one; the log and what is unsent stay.
    pub fn adopt(&mut self, fetched: Self) -> Received {
        let evicted = std::mem::take(&mut self.index.scopes);
        let there = fetched.index;
        self.index.cursor = there.cursor;
        self.index.scopes = there.scopes;
        self.index.digests = there.digests;
        self.index.missing = there.missing;
        self.index.coming = there.coming;
        self.index.complete = there.complete;
        self.index.moved = there.moved;
        self.index.told = there.told;
        self.index.last_contact = there.last_contact;
        self.index.latest_seen = self.index.latest_seen.max(there.latest_seen);
        self.index.clock.observe(there.latest_seen);
        *self.view.confirmed_mut() = fetched.view.into_confirmed();
        self.arriving = fetched.arriving;
        self.relay();
        Received { touched: self.index.scopes.clone(), evicted, ..Received::default() }
    }
}
