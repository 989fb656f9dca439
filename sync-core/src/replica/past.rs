//! The past of scopes: at the very first of all of them, later of those granted anew, by snapshots in chunks.
//!
//! A scope is in the book as a whole or not at all. What has come of one that is not whole yet waits beside the book,
//! stored like everything else, so that a phone that stops goes on at the chunk it misses.

use std::{collections::BTreeSet, sync::Arc};

use super::{Received, Replica};
use crate::{
    feed::Cursor,
    log::sha256,
    paper::{Paper, PaperKey},
    scope::Scope,
    snapshot::{Chunk, Manifest, SignedManifest, SnapshotAsk},
};

/// A snapshot on its way, read once: its manifest names every scope of the book, and each chunk asks it several times.
#[derive(Clone, Debug)]
pub(super) struct Coming {
    manifest: Manifest,
    packed: Vec<u32>,
}

impl Coming {
    /// Reads what the hub has signed; `None` where it is not to be read.
    pub(super) fn read(signed: &[u8]) -> Option<Arc<Self>> {
        let signed = SignedManifest::from_bytes(signed).ok()?;
        Some(Arc::new(Self { manifest: signed.manifest().ok()?, packed: signed.packed }))
    }
}

/// How much of the book has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrived {
    /// Bytes, as they are sent.
    pub bytes: u32,
    /// Of so many.
    pub of_bytes: u32,
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
        if index.missing.is_empty() {
            return None;
        }
        let asked = match self.coming() {
            Some(manifest) => manifest.scopes.iter().map(|(scope, _)| *scope).collect::<Vec<Scope>>(),
            None => index.missing.iter().copied().collect(),
        };
        let scopes = (asked.len() < index.scopes.len()).then_some(asked);
        Some(SnapshotAsk { epoch, position: Some(index.cursor.position), held, scopes })
    }

    /// What the snapshot that is coming consists of.
    pub fn coming(&self) -> Option<&Manifest> {
        self.on_its_way().map(|coming| &coming.manifest)
    }

    fn on_its_way(&self) -> Option<&Arc<Coming>> {
        self.index.coming.as_ref().and(self.coming.as_ref())
    }

    /// The number of the chunk that comes next, when a snapshot has begun.
    pub fn next_chunk(&self) -> Option<u32> {
        self.index.coming.as_ref().and(self.index.taken)
    }

    /// How much of the book has come, while something is missing.
    pub fn arrived(&self) -> Arrived {
        let index = &self.index;
        let mut arrived = Arrived::default();
        for scope in index.scopes.iter().filter(|scope| matches!(scope, Scope::Customer(_))) {
            arrived.customers += u32::from(!index.missing.contains(scope));
            arrived.of_customers += 1;
        }
        let packed = self.on_its_way().map_or(&[][..], |coming| &coming.packed);
        for (number, bytes) in (0..).zip(packed.iter().copied()) {
            arrived.of_bytes += bytes;
            if index.taken.is_some_and(|taken| number < taken) {
                arrived.bytes += bytes;
            }
        }
        arrived
    }

    /// Whether what every gesture needs is here: prices and accounts, and this member of staff's own drawer and numbers.
    pub fn may_record(&self) -> bool {
        let own = [Scope::Common, Scope::Staff(self.identity().staff)];
        self.index.complete || own.into_iter().all(|scope| self.is_whole(scope))
    }

    /// Keeps the hub's key for good; a later one is not taken.
    pub fn pin_hub_key(&mut self, key: &[u8]) {
        self.index.hub_key.get_or_insert_with(|| key.to_vec().into());
    }

    /// Takes in what the hub has answered to a question for the past: a manifest whose signature the shell has checked,
    /// or a chunk. An answer that does not fit is left: nothing has changed then.
    pub fn take_piece(&mut self, asked: &SnapshotAsk, number: Option<u32>, bytes: &[u8]) -> Received {
        match number {
            None => self.begin(asked, bytes),
            Some(number) => self.take_chunk(number, bytes),
        }
        .unwrap_or(Received { more: true, ..Received::default() })
    }

    /// Begins a snapshot.
    ///
    /// The answer to a question that is not the present one is left, and so is one of another life of the book.
    fn begin(&mut self, asked: &SnapshotAsk, bytes: &[u8]) -> Option<Received> {
        let signed = SignedManifest::from_bytes(bytes).ok()?;
        let coming = Coming::read(bytes)?;
        let manifest = &coming.manifest;
        if self.index.coming.is_some() || self.missing_past().as_ref() != Some(asked) {
            return None;
        }
        if self.is_short_of(&signed) {
            return Some(Received { rolled_back: true, ..Received::default() });
        }
        let Cursor { epoch, position } = self.index.cursor;
        let first = asked.position.is_none();
        let strange = manifest.company != self.identity().company
            || (epoch > 0 && manifest.epoch != epoch)
            || (!first && manifest.position != position);
        if strange || manifest.position == 0 {
            return None;
        }
        if first {
            self.index.cursor = Cursor { epoch: manifest.epoch, position: manifest.position };
            self.index.scopes = manifest.scopes.iter().map(|(scope, _)| *scope).collect();
            self.index.missing = self.index.scopes.clone();
            self.forget_moves_back();
        }
        self.pin_hub_key(&signed.key);
        self.index.latest_seen = self.index.latest_seen.max(manifest.latest);
        self.index.clock.observe(manifest.latest);
        self.index.coming = Some(bytes.to_vec().into());
        self.index.taken = Some(0);
        self.coming = Some(Arc::clone(&coming));
        Some(self.let_in(manifest))
    }

    /// Whether the hub holds more of this device's log than this device does, or another one: its store was set back.
    fn is_short_of(&self, signed: &SignedManifest) -> bool {
        self.is_short_of_log(&signed.log_device, signed.log_seq, &signed.log_link)
    }

    /// The same, as the hub tells it in whatever it answers.
    pub(super) fn is_short_of_log(&self, device: &[u8], seq: u64, link: &[u8]) -> bool {
        let other = || self.link_after(seq).is_some_and(|own| own[..] != *link);
        *device == self.identity().device.bytes()[..] && (seq >= self.next_seq() || other())
    }

    /// Takes in a chunk, if it is the one that comes next and the one that the manifest names, and lets the scopes into
    /// the book that are whole with it.
    fn take_chunk(&mut self, number: u32, bytes: &[u8]) -> Option<Received> {
        let coming = self.on_its_way().filter(|_| self.index.taken == Some(number)).map(Arc::clone)?;
        let manifest = &coming.manifest;
        if manifest.hash(number)? != sha256(&[bytes]) {
            return None;
        }
        let chunk: Chunk = minicbor::decode(bytes).ok()?;
        self.arriving.extend(chunk.papers);
        self.index.taken = Some(number + 1);
        Some(self.let_in(manifest))
    }

    /// In which part of what is missing a paper has come: the first of its scopes that is not whole.
    pub(super) fn missing_part(&self, key: &PaperKey, paper: &Paper) -> Option<Scope> {
        paper.scopes(key).into_iter().find(|scope| self.index.missing.contains(scope))
    }

    /// Lets what is whole into the book.
    ///
    /// A paper depends only on entries of its own scope; so the scope's papers are put in the place of whatever of them
    /// was known by another scope. Everything of one snapshot is of one position, the cursor's, and so is the book.
    fn let_in(&mut self, manifest: &Manifest) -> Received {
        let taken = self.index.taken.unwrap_or_default();
        let mut whole = BTreeSet::new();
        for ((scope, digest), after) in manifest.scopes.iter().zip(&manifest.whole_after) {
            if *after <= taken && self.index.missing.remove(scope) {
                self.index.digests.insert(*scope, *digest);
                whole.insert(*scope);
            }
        }
        let mut touched = whole.clone();
        let confirmed = self.view.confirmed_mut();
        confirmed.retain(|key, paper| {
            let replaced = paper.scope(key).is_some_and(|home| whole.contains(&home));
            if replaced {
                // It was known by another scope, whose record is written anew.
                touched.extend(paper.scopes(key));
            }
            !replaced
        });
        for (key, paper) in std::mem::take(&mut self.arriving) {
            if let Some(part) = self.missing_part(&key, &paper) {
                touched.insert(part);
                self.arriving.push((key, paper));
                continue;
            }
            // One that is known by its home keeps what that has.
            let home = paper.scope(&key);
            if home.is_none_or(|home| whole.contains(&home) || !self.index.scopes.contains(&home)) {
                self.view.confirmed_mut().insert(key, paper);
            }
        }
        self.index.waiting = (!self.arriving.is_empty()).then_some(self.arriving.len() as u64);
        touched.retain(|scope| self.index.scopes.contains(scope));
        if manifest.bytes.len() <= usize::try_from(taken).unwrap_or(usize::MAX) {
            self.index.coming = None;
            self.index.complete |= self.index.missing.is_empty();
        }
        self.relay();
        Received { touched, ..Received::default() }
    }

    /// Begins the snapshot on its way once more, where something of what had come is not stored any more.
    pub(super) fn ask_again_for_what_is_gone(&mut self) {
        let begun = self.index.coming.is_some();
        if begun && self.index.waiting.is_some_and(|waiting| waiting != self.arriving.len() as u64) {
            self.index.coming = None;
            self.arriving.clear();
        }
    }

    /// Lets go of a snapshot that does not fit any more: the cursor has moved, or what it brings is not wanted. What of
    /// it is whole stays.
    pub(super) fn let_go_of_stale(&mut self, received: &mut Received) {
        let Some(manifest) = self.coming() else { return };
        let at = Cursor { epoch: manifest.epoch, position: manifest.position };
        let wanted = manifest.scopes.iter().all(|(scope, _)| self.index.scopes.contains(scope));
        if at == self.index.cursor && wanted {
            return;
        }
        for (key, paper) in std::mem::take(&mut self.arriving) {
            for scope in paper.scopes(&key) {
                if !self.is_whole(scope) {
                    received.touched.remove(&scope);
                    received.evicted.insert(scope);
                }
            }
        }
        self.index.coming = None;
    }

    /// Takes out of the book what is seen by no scope that is whole: it comes with the snapshot, and is shown then.
    pub(super) fn leave_out_missing(&mut self) {
        let index = &self.index;
        if index.missing.is_empty() {
            return;
        }
        self.view.confirmed_mut().retain(|key, paper| {
            let seen_by = paper.scopes(key);
            let whole = seen_by.iter().any(|scope| index.is_whole(*scope));
            whole || !seen_by.iter().any(|scope| index.missing.contains(scope))
        });
    }

    /// Changes to a book that was fetched anew beside this one; the log and what is unsent stay.
    pub fn adopt(&mut self, fetched: Self) -> Received {
        let there = fetched.index;
        let evicted = std::mem::replace(&mut self.index.scopes, there.scopes);
        self.index.cursor = there.cursor;
        self.index.digests = there.digests;
        self.index.missing = there.missing;
        self.index.coming = there.coming;
        self.coming = fetched.coming;
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
