//! A phone of the simulation: the real replica over a storage that may stop, fill up, vanish or go back.

use std::collections::BTreeSet;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sync_core::{
    log::{Hash, PushBatch},
    op::Op,
    refusal::Refusal,
    replica::{Identity, LogRecord, Received, Replica},
    scope::Scope,
    snapshot::{SignedManifest, SnapshotAsk},
    time::Timestamp,
    wire::{Page, PushReply},
};

use crate::{
    dice::Dice,
    disk::{Disk, DiskFault, Found, Power, Step, encoded},
    fault::Fault,
    ways::Ways,
};

/// How a phone stands with its storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A book is open.
    Open,
    /// Nothing is stored: somebody must sign in and begin.
    Empty,
    /// What is stored cannot be opened.
    Damaged,
}

/// What became of a gesture.
#[derive(Clone, Debug)]
pub(crate) enum Gesture {
    /// It is stored.
    Saved(Box<LogRecord>),
    /// A rule says no.
    Refused(Refusal),
    /// It is not stored; what was typed is still there.
    Kept,
    /// The phone died before it was stored.
    Gone,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a thing of its own that a phone knows")]
pub(crate) struct Phone {
    /// Whose it is.
    pub(crate) person: usize,
    pub(crate) replica: Replica,
    pub(crate) standing: Standing,
    key: SigningKey,
    pub(crate) disk: Disk,
    /// How far the wall clock is off, in milliseconds.
    pub(crate) clock_off_ms: i64,
    pub(crate) most_bytes: usize,
    /// What somebody copied of it once, and whether an entry was missing in it.
    image: Option<(Disk, bool)>,
    /// Another tab that was open when this one took over, and does not know it.
    other_tab: Option<Replica>,
    /// Whether it has noticed that it cannot go on under its id.
    pub(crate) lost: bool,
    /// Since when.
    pub(crate) gave_up_at: u64,
    /// Whether it brings all of its log, and not only the last of it.
    brings_all: bool,
    /// Whether an answer told of another life of the book: the feed must be read before more is sent.
    pub(crate) must_read: bool,
    /// What was typed and could not be stored: the dice that typed it.
    pub(crate) typed: Option<Dice>,
    /// What happened to its storage, and when, until it has begun anew.
    pub(crate) harm: Option<(Fault, u64)>,
    /// Whether a page was taken in that lacked an entry.
    pub(crate) misses_an_entry: bool,
    /// When it may speak again; a phone has one question open at a time.
    pub(crate) waits_until: u64,
    /// How often its program was started: the answer to what it asked before finds nobody.
    pub(crate) life: u64,
}

impl Phone {
    pub(crate) fn new(person: usize, identity: Identity, key: SigningKey) -> Self {
        let replica = Replica::new(identity);
        let disk = Disk { index: Some(encoded(replica.index())), ..Disk::default() };
        Self {
            person,
            replica,
            standing: Standing::Open,
            key,
            disk,
            clock_off_ms: 0,
            most_bytes: 4_000,
            image: None,
            other_tab: None,
            lost: false,
            gave_up_at: 0,
            brings_all: false,
            must_read: false,
            typed: None,
            harm: None,
            misses_an_entry: false,
            waits_until: 0,
            life: 0,
        }
    }

    /// Begins anew under another id, with nothing.
    pub(crate) fn begin_anew(&mut self, identity: Identity, key: SigningKey) {
        let clock_off_ms = self.clock_off_ms;
        *self = Self { clock_off_ms, ..Self::new(self.person, identity, key) };
    }

    /// The same image and key in a second phone.
    pub(crate) fn clone_of(&self, tick: u64) -> Self {
        let mut twin = Self::new(self.person, self.replica.identity().clone(), self.key.clone());
        twin.disk = self.disk.clone();
        twin.harm = Some((Fault::Cloned, tick));
        twin.misses_an_entry = self.misses_an_entry;
        twin.restart();
        twin
    }

    pub(crate) fn key(&self) -> &SigningKey {
        &self.key
    }

    pub(crate) fn is_open(&self) -> bool {
        self.standing == Standing::Open
    }

    /// Whether gestures can be recorded on it.
    pub(crate) fn records(&self) -> bool {
        self.is_open() && !self.lost && self.replica.may_record()
    }

    /// How it stands, for whoever replays a seed.
    pub(crate) fn told(&self) -> String {
        let (index, unsent) = (self.replica.index(), self.replica.backlog().unsent);
        let (seq, answered) = (self.replica.next_seq(), self.replica.last_answered());
        let (lost, must_read) = (self.lost, self.must_read);
        let device = self.replica.identity().device.to_string();
        let (id, cursor) = (&device[..8], index.cursor);
        format!(
            "{id} [{} in life {} next {seq} answered {answered} unsent {unsent} lost {lost} must read {must_read}]",
            cursor.position, cursor.epoch
        )
    }

    /// Whether another tab has stored changes that this one does not know.
    pub(crate) fn stores_more_than_it_knows(&self) -> bool {
        self.is_open()
            && self.disk.log.keys().next_back().is_some_and(|last| *last >= self.replica.next_seq())
    }

    /// Whether everything is delivered and read.
    pub(crate) fn is_at_rest(&self, head: u64) -> bool {
        self.is_open()
            && !self.lost
            && !self.stores_more_than_it_knows()
            && self.typed.is_none()
            && self.replica.backlog().unsent == 0
            && self.replica.index().cursor.position == head
            && self.replica.missing_past().is_none()
    }

    /// Somebody copies the storage.
    pub(crate) fn keep_image(&mut self) {
        self.image = Some((self.disk.clone(), self.misses_an_entry));
    }

    pub(crate) const fn has_image(&self) -> bool {
        self.image.is_some()
    }

    /// Somebody puts the old copy of the storage back.
    pub(crate) fn fall_back(&mut self) {
        if let Some((disk, misses_an_entry)) = self.image.clone() {
            self.disk = disk;
            self.misses_an_entry = misses_an_entry;
            self.restart();
        }
    }

    /// The browser deletes everything.
    pub(crate) fn lose_everything(&mut self) {
        self.disk = Disk::default();
        self.image = None;
        self.restart();
    }

    /// The phone's wall clock.
    pub(crate) fn clock(&self, now: Timestamp) -> Timestamp {
        Timestamp::from_millis(now.millis().saturating_add_signed(self.clock_off_ms))
    }

    /// Starts again from the storage alone.
    pub(crate) fn restart(&mut self) {
        self.life += 1;
        self.waits_until = 0;
        self.other_tab = None;
        self.typed = None;
        self.lost = false;
        self.brings_all = false;
        self.must_read = false;
        match self.disk.open() {
            Found::Book(replica) => {
                self.replica = *replica;
                self.standing = Standing::Open;
            }
            Found::Nothing => self.standing = Standing::Empty,
            Found::Damaged => self.standing = Standing::Damaged,
        }
    }

    /// A second tab takes over; the first goes on as if the lock were still its own.
    pub(crate) fn open_second_tab(&mut self) {
        let first = self.replica.clone();
        self.restart();
        self.other_tab = self.is_open().then_some(first);
    }

    /// Writes into the storage. When it did not come back well, memory is what it was, or what is stored.
    fn write(&mut self, ways: &dyn Ways, steps: Vec<Step>, power: Power) -> bool {
        match ways.write(&mut self.disk, steps, power) {
            Ok(()) => true,
            Err(DiskFault::Full) => false,
            // Another tab has written: what is shown is no longer the book, and the page is opened anew.
            Err(DiskFault::Died | DiskFault::Exists) => {
                self.restart();
                false
            }
        }
    }

    /// Changes the book: in the storage first, then in memory. `None` when nothing came of it.
    fn apply<T>(
        &mut self,
        ways: &dyn Ways,
        power: Power,
        change: impl FnOnce(&mut Replica) -> T,
        steps: impl FnOnce(&Replica, &T) -> Vec<Step>,
    ) -> Option<T> {
        let mut next = self.replica.clone();
        let outcome = change(&mut next);
        self.write(ways, steps(&next, &outcome), power).then(|| {
            self.replica = next;
            outcome
        })
    }

    /// Records a gesture.
    pub(crate) fn record(
        &mut self,
        ways: &dyn Ways,
        op: Op,
        salt: [u8; 16],
        now: Timestamp,
        power: Power,
    ) -> Gesture {
        let draft = match self.replica.draft(op, self.clock(now), salt) {
            Ok(draft) => draft,
            Err(refusal) => return Gesture::Refused(refusal),
        };
        let record = draft.record();
        let step = Step::Add(record.change.id.seq, encoded(&record));
        // Another tab may have stored the very same.
        let was_there = self.link_after(record.change.id.seq).is_some();
        if self.write(ways, vec![step], power) {
            self.replica.saved(draft);
            return Gesture::Saved(Box::new(record));
        }
        match power {
            // It is stored, though nobody was told.
            Power::FailsAfter if !was_there && self.link_after(record.change.id.seq) == Some(record.link) => {
                Gesture::Saved(Box::new(record))
            }
            Power::On | Power::Full => Gesture::Kept,
            Power::FailsBefore | Power::FailsMidway(_) | Power::FailsAfter => Gesture::Gone,
        }
    }

    /// The tab that lost the lock without noticing, if there is one.
    pub(crate) fn other_tab(&self) -> Option<&Replica> {
        self.other_tab.as_ref()
    }

    /// Records a gesture in the other tab. It closes when it finds that somebody else has written.
    pub(crate) fn record_in_other_tab(
        &mut self,
        ways: &dyn Ways,
        op: Op,
        salt: [u8; 16],
        now: Timestamp,
    ) -> Gesture {
        let clock = self.clock(now);
        let Some(tab) = &mut self.other_tab else { return Gesture::Kept };
        let draft = match tab.draft(op, clock, salt) {
            Ok(draft) => draft,
            Err(refusal) => return Gesture::Refused(refusal),
        };
        let record = draft.record();
        let step = Step::Add(record.change.id.seq, encoded(&record));
        if ways.write(&mut self.disk, vec![step], Power::On).is_ok() {
            tab.saved(draft);
            return Gesture::Saved(Box::new(record));
        }
        self.other_tab = None;
        Gesture::Kept
    }

    /// Stores a change that a newer version of the program has sealed, and opens the older one again.
    pub(crate) fn record_sealed(&mut self, record: &LogRecord) -> bool {
        let step = Step::Add(record.change.id.seq, encoded(record));
        let stored = self.disk.write(&[step], Power::On).is_ok();
        self.restart();
        stored
    }

    /// The link after one of its own changes, as the storage has it.
    pub(crate) fn link_after(&self, seq: u64) -> Option<Hash> {
        self.disk.record(seq).map(|record| record.link)
    }

    /// The next batch, signed.
    pub(crate) fn outgoing(&mut self, ways: &dyn Ways, now: Timestamp) -> Option<Vec<u8>> {
        let batch: PushBatch = self.replica.outgoing(self.most_bytes, self.clock(now))?;
        let signed = batch.signed(&self.key.sign(&batch.signing_bytes()).to_bytes());
        ways.has_sent(&mut self.disk, *batch.sequences().end());
        Some(signed)
    }

    pub(crate) fn has_outgoing(&self) -> bool {
        self.replica.outgoing(self.most_bytes, Timestamp::ZERO).is_some()
    }

    /// Takes in the answer to a push that ended at `end` with the link `head`. Whether it came through.
    pub(crate) fn acknowledge(
        &mut self,
        ways: &dyn Ways,
        reply: &PushReply,
        (end, head): (u64, Hash),
        now: Timestamp,
        power: Power,
    ) -> bool {
        if self.replica.is_answer_of_another_life(reply) {
            self.must_read = true;
            return true;
        }
        if self.replica.is_contradicted_by(reply) {
            if !self.lost {
                self.cannot_go_on(ways, power);
            } else if self.link_after(end) == Some(head) {
                self.replica.put_aside(end);
            }
            return self.lost;
        }
        let clock = self.clock(now);
        let acknowledge = |book: &mut Replica| book.acknowledge(reply, clock);
        self.apply(ways, power, acknowledge, |book, records| judged(book, records)).is_some()
    }

    /// It may not read any more. What it holds it still brings; first it asks whether the office still has the last of it.
    pub(crate) fn is_told_that_it_is_revoked(&mut self, ways: &dyn Ways, power: Power) {
        if !self.lost || self.must_read {
            self.give_up(ways, power, Replica::last_words);
        }
    }

    /// Its log is not what the hub has of it: all of it is brought once more, then it begins anew.
    fn cannot_go_on(&mut self, ways: &dyn Ways, power: Power) {
        if !self.brings_all {
            self.brings_all = self.give_up(ways, power, Replica::offer_all);
        }
    }

    fn give_up(
        &mut self,
        ways: &dyn Ways,
        power: Power,
        offer: impl FnOnce(&mut Replica, Vec<LogRecord>) -> Vec<LogRecord>,
    ) -> bool {
        let log = self.disk.records();
        if self.replica.is_behind(&log) {
            self.restart();
            return false;
        }
        let offered = self.apply(ways, power, |book| offer(book, log), |book, records| judged(book, records));
        if offered.is_some() {
            self.lost = true;
            self.must_read = false;
        }
        offered.is_some()
    }

    /// The hub has put its changes up to `end` aside: its log forks.
    pub(crate) fn forks(&mut self, ways: &dyn Ways, end: u64, power: Power) {
        if self.brings_all {
            self.replica.put_aside(end);
        } else {
            self.cannot_go_on(ways, power);
        }
    }

    /// Takes in a page; index, scopes and log go into the storage in one transaction. `None` when nothing came of it.
    pub(crate) fn receive(&mut self, ways: &dyn Ways, page: &Page, power: Power) -> Option<Received> {
        let of_another_life = self.replica.is_of_another_life(page).then(|| self.replica.last_answered());
        if let Some(from) = of_another_life.or_else(|| self.replica.forgotten_by(page)) {
            // First what the office has lost; should the phone die now, the page is asked for again.
            if !self.offer_again(ways, from, power) {
                return None;
            }
        }
        let received = self.apply(ways, power, |book| ways.takes_in(book, page), written)?;
        self.must_read = false;
        if received.rolled_back {
            self.cannot_go_on(ways, power);
        }
        Some(received)
    }

    /// Brings own changes from `from` on once more: the hub has lost them.
    pub(crate) fn offer_again(&mut self, ways: &dyn Ways, from: u64, power: Power) -> bool {
        if from == 0 {
            return true;
        }
        let log = self.disk.records();
        let offer = |book: &mut Replica| book.offer_again(from, log);
        self.apply(ways, power, offer, |book, records| judged(book, records)).is_some()
    }

    /// Takes in a manifest or a chunk. A store that was set back is noticed by what the hub says of this device's log.
    /// Whether it was what the phone waits for.
    pub(crate) fn take_piece(
        &mut self,
        ways: &dyn Ways,
        (asked, number): (&SnapshotAsk, Option<u32>),
        bytes: &[u8],
        power: Power,
    ) -> bool {
        if number.is_none() {
            let signed = SignedManifest::from_bytes(bytes).expect("a manifest");
            let signature = Signature::from_slice(&signed.signature).expect("a signature");
            let key = VerifyingKey::try_from(&signed.key[..]).expect("a key");
            key.verify_strict(&signed.signing_bytes(), &signature).expect("signed by the hub");
        }
        let taken = self.apply(ways, power, |book| book.take_piece(asked, number, bytes), written);
        if taken.as_ref().is_some_and(|taken| taken.rolled_back) {
            self.cannot_go_on(ways, power);
            return self.lost;
        }
        taken.is_some_and(|taken| !taken.more)
    }

    /// Fetches the book anew: the digests say that it is not what the hub holds.
    pub(crate) fn start_over(&mut self, ways: &dyn Ways, power: Power) {
        let epoch = self.replica.index().cursor.epoch;
        if self.apply(ways, power, |book| book.start_over(epoch), written).is_some() {
            self.misses_an_entry = false;
        }
    }
}

/// What an acknowledgement changes in the storage.
fn judged(book: &Replica, records: &[LogRecord]) -> Vec<Step> {
    let records = records.iter().map(|record| Step::Log(record.change.id.seq, encoded(record)));
    records.chain([Step::Index(encoded(book.index()))]).collect()
}

/// What a page changes in the storage.
fn written(book: &Replica, received: &Received) -> Vec<Step> {
    let gone: BTreeSet<Scope> = received.evicted.difference(&received.touched).copied().collect();
    let gone = gone.into_iter().map(Step::NoScope);
    let touched = received.touched.iter();
    let touched = touched.map(|scope| Step::Scope(*scope, encoded(&book.scope_record(*scope))));
    gone.chain(touched).chain(judged(book, &received.settled)).collect()
}
