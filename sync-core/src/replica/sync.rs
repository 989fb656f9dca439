//! Contact with the hub: what is unsent goes out, what others did comes in.

use std::collections::BTreeSet;

use super::{LogRecord, Pending, Replica};
use crate::{
    feed::Entry,
    log::{Declared, Hash, PushBatch, SetDigest},
    op::Op,
    paper::PaperKind,
    scope::Scope,
    time::Timestamp,
    unit::ChangeId,
    wire::{Checkpoint, Judged, Page, PushReply},
};

/// The changes that are not acknowledged yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// How many.
    pub unsent: u64,
    /// The claimed time of the oldest.
    pub oldest: Option<Timestamp>,
}

/// How many sequences of a log are sealed as one: see [`Replica::part`].
pub const PART: u64 = 64;

/// What a page has done to the book, and so what the shell must store in one transaction, with the index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Scopes whose records must be written anew.
    pub touched: BTreeSet<Scope>,
    /// Scopes whose records must be deleted.
    pub evicted: BTreeSet<Scope>,
    /// Own log records that the feed has now shown, with what became of them.
    pub settled: Vec<LogRecord>,
    /// Whether the digests say that this book is not what the hub holds; it must be fetched anew.
    pub diverged: bool,
    /// Whether the feed goes on after this page.
    pub more: bool,
    /// Whether the feed holds changes of this very device that it does not know: its store was set back to an old
    /// image, or another device writes under its id. It must record nothing more under this id.
    pub rolled_back: bool,
}

impl Replica {
    /// How much is unsent, and since when.
    pub fn backlog(&self) -> Backlog {
        let unsent = || self.pending.iter().filter(|pending| pending.judged.is_none());
        Backlog {
            unsent: unsent().count() as u64,
            oldest: unsent().next().map(|pending| pending.change.header.at),
        }
    }

    /// The next batch to send, of at most `most_bytes` of changes and never less than one change.
    /// `None` when everything is acknowledged.
    pub fn outgoing(&self, most_bytes: usize, now: Timestamp) -> Option<PushBatch> {
        let to_send =
            |pending: &Pending| pending.judged.is_none() && pending.change.id.seq > self.aside_through;
        let first = self.pending.iter().position(to_send)?;
        self.batch(first, u64::MAX, most_bytes, now)
    }

    /// All that is not acknowledged, in batches as they would be sent, put-aside changes included. Source: R1.
    pub fn undelivered(&self, now: Timestamp) -> Vec<PushBatch> {
        const PIECE: usize = 256 << 10;
        let mut batches = Vec::new();
        let mut next = self.pending.iter().position(|pending| pending.judged.is_none());
        while let Some(batch) = next.and_then(|first| self.batch(first, u64::MAX, PIECE, now)) {
            let through = *batch.sequences().end();
            batches.push(batch);
            next = self.pending.iter().position(|pending| pending.change.id.seq > through);
        }
        batches
    }

    /// The unsent changes of the part of the log that `seq` lies in, to be sealed for the time when the book is locked.
    /// A part is of at most [`PART`] changes, so that a gesture seals no more than that anew.
    pub fn part(&self, seq: u64, now: Timestamp) -> Option<PushBatch> {
        let begin = seq - seq % PART;
        let end = begin + PART - 1;
        let unsent = |pending: &Pending| pending.judged.is_none() && pending.change.id.seq >= begin;
        let first = self.pending.iter().position(unsent)?;
        (self.pending[first].change.id.seq <= end).then(|| self.batch(first, end, usize::MAX, now))?
    }

    /// A batch from a place among the pending changes on, up to a sequence.
    fn batch(&self, first: usize, through: u64, most_bytes: usize, now: Timestamp) -> Option<PushBatch> {
        let before = match first.checked_sub(1) {
            Some(previous) => self.pending[previous].link,
            None => self.index.settled_link,
        };
        let mut room = most_bytes;
        let mut changes = Vec::new();
        let span = self.pending.iter().skip(first).take(200);
        for pending in span.take_while(|pending| pending.change.id.seq <= through) {
            let size = pending.change.body().len() + pending.change.header_bytes().len() + 24;
            if !changes.is_empty() && size > room {
                break;
            }
            room = room.saturating_sub(size);
            changes.push(pending.change.clone());
        }
        let declared = Declared { unsent: self.backlog().unsent, cash: self.cash_in_hand(), clock: now };
        PushBatch::new(self.identity().company, before, &changes, declared)
    }

    /// Takes note that the hub has put changes of this device up to `through` aside: its log forks, they are kept and
    /// what follows them is to be offered as well, so that nothing of it is lost to the company.
    pub fn put_aside(&mut self, through: u64) {
        self.aside_through = self.aside_through.max(through);
    }

    /// Whether an answer is of another life of the book than the one this device knows; then only the feed can tell
    /// what the hub still has.
    pub fn is_answer_of_another_life(&self, reply: &PushReply) -> bool {
        let known = self.index.cursor.epoch;
        known > 0 && reply.epoch != known
    }

    /// Whether an answer tells of another log than this device has: its store was set back to an old image, or another
    /// device writes under its id. It must record nothing more under this id.
    pub fn is_contradicted_by(&self, reply: &PushReply) -> bool {
        let ours = self.link_after(reply.through);
        reply.through >= self.next_seq() || ours.is_some_and(|ours| ours != reply.link)
    }

    /// The link after one of the device's own changes, as far as it still knows: it is forgotten once the feed has
    /// shown what follows.
    pub fn link_after(&self, seq: u64) -> Option<Hash> {
        let pending = self.pending.iter().find(|pending| pending.change.id.seq == seq);
        let settled = (seq == self.index.settled_through).then_some(self.index.settled_link);
        pending.map(|pending| pending.link).or(settled)
    }

    /// Takes in the answer to a push. The records to be stored anew come back.
    pub fn acknowledge(&mut self, reply: &PushReply, now: Timestamp) -> Vec<LogRecord> {
        if self.is_answer_of_another_life(reply) || self.is_contradicted_by(reply) {
            return Vec::new();
        }
        // The first contact of all may be a push: its answer is of the life that what it acknowledges belongs to.
        self.index.cursor.epoch = reply.epoch;
        let mut stored = Vec::new();
        for judged in &reply.judged {
            let Some(pending) = self.pending.iter_mut().find(|pending| pending.change.id.seq == judged.seq)
            else {
                continue;
            };
            pending.judged = Some(judged.clone());
            stored.push(pending.log_record());
        }
        self.index.last_contact = Some(reply.now);
        let PushReply { through, epoch, link, now: at, countersigned: signature, .. } = *reply;
        self.index.checkpoint = Some(Checkpoint { epoch, through, link, at, signature });
        let in_use = self.latest_in_use();
        self.index.clock.restart(reply.now, now, in_use);
        self.relay();
        stored
    }

    /// The latest time that still counts: of the feed, of what the hub has answered, of what is unsent.
    fn latest_in_use(&self) -> Timestamp {
        let own = self.pending.iter().map(|pending| {
            pending.judged.as_ref().map_or(pending.change.header.at, |judged| judged.effective)
        });
        own.chain([self.index.latest_seen]).max().unwrap_or_default()
    }

    /// Takes in a page of the feed. Order and repetition do not matter; merging cannot fail.
    pub fn receive(&mut self, page: &Page) -> Received {
        let mut received = Received { more: page.scanned_to.position < page.head, ..Received::default() };
        let at = self.index.cursor.position;
        if page.asked_with != self.index.scopes_fingerprint() || page.asked_after > at {
            // A late answer, to a question asked before the grants changed or the book began anew.
            received.more = true;
            return received;
        }
        if self.is_of_another_life(page) {
            received.evicted.clone_from(&self.index.scopes);
            self.forget_the_feed();
            self.index.cursor.epoch = page.scanned_to.epoch;
            received.more = true;
            return received;
        }
        let behind =
            page.log.as_ref().is_some_and(|log| self.is_short_of_log(log.device.bytes(), log.seq, &log.link));
        if behind || page.entries.iter().any(|entry| self.is_mine_but_strange(entry)) {
            received.rolled_back = true;
            return received;
        }
        let first_sync = !self.index.complete && !self.index.missing.is_empty();
        if first_sync && page.scanned_to.position > at {
            // The drawer may be here while money in it still waits with its customer: what the page writes on such money
            // would be lost to the drawer. The book is asked for once more, as it is now.
            let epoch = self.index.cursor.epoch;
            return self.start_over(epoch);
        }
        if let Some(grants) = &page.grants {
            self.regrant(grants, page, &mut received);
        }
        for entry in &page.entries {
            if entry.position > self.index.cursor.position {
                self.take_in(entry, &mut received);
            }
        }
        self.leave_what_is_not_held();
        self.index.cursor = page.scanned_to.max(self.index.cursor);
        self.let_go_of_stale(&mut received);
        self.leave_out_missing();
        self.settle(page, &mut received);
        self.index.last_contact = Some(page.now);
        self.index.complete |= !received.more && self.index.missing.is_empty();
        received.diverged = self.differs_from(page);
        self.relay();
        received
    }

    /// Whether a page is of another life of the book than the one this reader knows: the office was restored from a
    /// backup since. The book is then read anew, and what the office has lost must be offered again
    /// ([`Replica::offer_again`]).
    pub fn is_of_another_life(&self, page: &Page) -> bool {
        let cursor = self.index.cursor;
        cursor.epoch > 0
            && (page.scanned_to.epoch != cursor.epoch
                || (page.asked_after == cursor.position && page.head < cursor.position))
    }

    /// Whether an entry continues this device's log in a way that this device does not know.
    fn is_mine_but_strange(&self, entry: &Entry) -> bool {
        let id = entry.change.id;
        if id.device != self.identity().device {
            return false;
        }
        let own = self.pending.iter().find(|pending| pending.change.id.seq == id.seq);
        own.map_or(id.seq >= self.next_seq(), |own| own.change.content_hash() != entry.change.content_hash())
    }

    /// A scope leaves the device; a paper stays while another of its scopes is held.
    fn evict(&mut self, scope: Scope, received: &mut Received) {
        self.index.scopes.remove(&scope);
        self.index.missing.remove(&scope);
        self.index.digests.remove(&scope);
        received.touched.remove(&scope);
        received.evicted.insert(scope);
        let index = &self.index;
        self.view.confirmed_mut().retain(|key, paper| {
            let scopes = paper.scopes(key);
            if !scopes.contains(&scope) {
                return true;
            }
            let next_home = scopes.into_iter().find(|other| index.is_whole(*other));
            received.touched.extend(next_home);
            next_home.is_some()
        });
    }

    /// An entry writes on papers of scopes that its reader does not hold: the drawer of a colleague who took the money,
    /// what a colleague corrected, the card of a customer about whom this reader corrected something and who is
    /// somebody else's by now.
    /// These papers know a part only, and they are nobody's to see here.
    fn leave_what_is_not_held(&mut self) {
        let held = &self.index.scopes;
        self.view.confirmed_mut().retain(|key, paper| {
            let may_be_by_product = matches!(
                key.kind,
                PaperKind::Balance
                    | PaperKind::Violation
                    | PaperKind::BankLine
                    | PaperKind::Device
                    | PaperKind::Held
                    | PaperKind::Customer
                    | PaperKind::Personal
            );
            !may_be_by_product || paper.scope(key).is_none_or(|scope| held.contains(&scope))
        });
    }

    /// Reads the feed from its beginning on, because some of what it brought is not stored any more.
    ///
    /// The scopes stay held: of those that are not granted any more the records still have to go.
    pub(super) fn read_anew(&mut self) {
        self.view.confirmed_mut().clear();
        self.arriving.clear();
        self.index.digests.clear();
        self.index.missing.clear();
        self.index.coming = None;
        self.index.cursor.position = 0;
        self.index.complete = false;
    }

    /// Begins the book anew, in a life of it; the log and what is unsent stay.
    pub fn start_over(&mut self, epoch: u32) -> Received {
        let evicted = self.index.scopes.clone();
        self.forget_the_feed();
        self.index.cursor.epoch = epoch;
        self.relay();
        Received { evicted, more: true, ..Received::default() }
    }

    fn forget_the_feed(&mut self) {
        for scope in self.index.scopes.clone() {
            self.note_moved(scope);
        }
        // The hub may have lost what it was told as well.
        self.index.told = None;
        self.index.scopes.clear();
        self.read_anew();
    }

    fn regrant(&mut self, grants: &[Scope], page: &Page, received: &mut Received) {
        let granted: BTreeSet<Scope> = grants.iter().copied().collect();
        let lost: Vec<Scope> = self.index.scopes.difference(&granted).copied().collect();
        let gained: Vec<Scope> = granted.difference(&self.index.scopes).copied().collect();
        for scope in lost {
            self.evict(scope, received);
            self.note_moved(scope);
        }
        // To whoever reads from the very beginning the pages themselves bring everything; else the past is missing.
        let has_past = self.index.cursor.position > 0;
        for scope in gained {
            let began_after =
                page.digests.iter().any(|(s, digest)| *s == scope && self.begins_in(page, scope, digest));
            if has_past && !began_after {
                self.index.missing.insert(scope);
            }
        }
        self.index.missing.retain(|scope| granted.contains(scope));
        self.index.scopes = granted;
        self.forget_moves_back();
    }

    /// Whether all entries of a scope are in this page: then its past needs no asking for.
    fn begins_in(&self, page: &Page, scope: Scope, digest: &SetDigest) -> bool {
        let new = page.entries.iter().filter(|entry| entry.position > self.index.cursor.position);
        let here = new.filter(|entry| entry.scopes().contains(&scope)).count();
        here as u64 == digest.count
    }

    fn take_in(&mut self, entry: &Entry, received: &mut Received) {
        let hash = entry.hash();
        for scope in entry.scopes() {
            if self.is_whole(scope) {
                self.index.digests.entry(scope).or_default().add(&hash);
                received.touched.insert(scope);
            }
        }
        self.index.latest_seen = self.index.latest_seen.max(entry.effective);
        self.index.clock.observe(entry.effective);
        entry.fold(self.view.confirmed_mut());
    }

    /// Own changes that the feed has now passed leave the pending layer.
    fn settle(&mut self, page: &Page, received: &mut Received) {
        let me = self.identity().device;
        let mine = |seq: u64| {
            let id = ChangeId { device: me, seq };
            page.entries.iter().rfind(|entry| entry.change.id == id)
        };
        while let Some(first) = self.pending.front() {
            let passed =
                first.judged.as_ref().is_some_and(|judged| judged.position <= page.scanned_to.position);
            let seen = mine(first.change.id.seq);
            if !passed && seen.is_none() {
                break;
            }
            let mut settled = self.pending.pop_front().expect("the front was just looked at");
            let seq = settled.change.id.seq;
            if let (None, Some(entry)) = (&settled.judged, seen) {
                let verdict = Some(entry.verdict.clone());
                settled.judged =
                    Some(Judged { seq, position: entry.position, effective: entry.effective, verdict });
            }
            self.index.settled_through = seq;
            self.index.settled_link = settled.link;
            received.settled.push(settled.log_record());
            self.remember(settled);
        }
    }

    /// The sum over all scopes held.
    pub fn combined_digest(&self) -> SetDigest {
        self.index.scopes.iter().fold(SetDigest::default(), |mut sum, scope| {
            sum.absorb(&self.digest(*scope));
            sum
        })
    }

    fn differs_from(&self, page: &Page) -> bool {
        let at_head = self.index.cursor.position == page.head && self.index.missing.is_empty();
        at_head && page.combined.is_some_and(|combined| combined != self.combined_digest())
    }

    /// The hash of the folded papers of all scopes held: equal where the same entries were folded by equal rules.
    pub fn state_digest(&self) -> crate::log::Hash {
        state_digest(
            self.view.confirmed().iter().filter(|(key, paper)| {
                paper.scope(key).is_some_and(|scope| self.index.scopes.contains(&scope))
            }),
        )
    }
}

/// The hash of papers in key order.
pub fn state_digest<'a>(
    papers: impl Iterator<Item = (&'a crate::paper::PaperKey, &'a crate::paper::Paper)>,
) -> crate::log::Hash {
    let mut bytes = Vec::new();
    for pair in papers {
        // The same writer as everywhere else: every other one would be a second copy of the encoders in the bundle.
        bytes.extend(minicbor::to_vec(pair).expect("writing to memory cannot fail"));
    }
    crate::log::sha256(&[&bytes])
}

impl Pending {
    /// One of the own changes, as it was stored.
    pub(super) fn of(record: LogRecord) -> Self {
        let header = &record.change.header;
        let op = Op::from_body(header.kind, header.version, record.change.body()).ok();
        Self { change: record.change, op, link: record.link, judged: record.judged }
    }

    pub(super) fn log_record(&self) -> LogRecord {
        LogRecord { change: self.change.clone(), link: self.link, judged: self.judged.clone() }
    }
}
