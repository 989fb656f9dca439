//! A phone of the simulation: the real replica over a disk that may stop before or after each write.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sync_core::{
    log::{Hash, PushBatch},
    op::Op,
    refusal::Refusal,
    replica::{Identity, Index, LogRecord, Received, Replica, ScopeRecord},
    scope::Scope,
    snapshot::{SignedManifest, SnapshotAsk},
    time::Timestamp,
    unit::ChangeId,
    wire::{Page, PushReply},
};

/// When a write to the disk stops: the phone dies there and starts again from what is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Power {
    /// All goes well.
    On,
    /// It dies before anything is written.
    FailsBefore,
    /// It dies after the write, before the phone's memory learns of it.
    FailsAfter,
}

/// What is on the disk: written in transactions, whole or not at all.
#[derive(Clone, Default)]
struct Disk {
    index: Option<Vec<u8>>,
    scopes: BTreeMap<Scope, Vec<u8>>,
    log: BTreeMap<u64, Vec<u8>>,
}

pub(crate) struct Phone {
    pub(crate) replica: Replica,
    key: SigningKey,
    disk: Disk,
    /// How far the wall clock is off, in milliseconds.
    pub(crate) clock_off_ms: i64,
    /// Every change that the phone has reported as saved, with the link after it; those of former lives too.
    pub(crate) saved: Vec<(ChangeId, Hash)>,
    /// Of them: what the hub has answered.
    acknowledged: BTreeSet<Hash>,
    /// Of those: what an old copy of the disk has taken from the phone, so that only the office has it.
    only_there: BTreeSet<Hash>,
    pub(crate) most_bytes: usize,
    /// The disk as it was when somebody copied it.
    image: Option<Disk>,
    /// Whether it has noticed that it cannot go on under its id.
    pub(crate) lost: bool,
    /// Whether an answer told of another life of the book: the feed must be read before more is sent.
    pub(crate) must_read: bool,
}

fn record(bytes: &[u8]) -> LogRecord {
    minicbor::decode(bytes).expect("as written")
}

fn encoded<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("to memory")
}

impl Phone {
    pub(crate) fn new(identity: Identity, key: SigningKey) -> Self {
        let replica = Replica::new(identity);
        let disk = Disk { index: Some(encoded(replica.index())), ..Disk::default() };
        Self {
            replica,
            key,
            disk,
            clock_off_ms: 0,
            saved: Vec::new(),
            acknowledged: BTreeSet::new(),
            only_there: BTreeSet::new(),
            most_bytes: 4_000,
            image: None,
            lost: false,
            must_read: false,
        }
    }

    /// Begins anew under another id; what it once reported as saved is not forgotten.
    pub(crate) fn begin_anew(&mut self, identity: Identity, key: SigningKey) {
        let saved = std::mem::take(&mut self.saved);
        let acknowledged = std::mem::take(&mut self.acknowledged);
        let only_there = std::mem::take(&mut self.only_there);
        *self = Self {
            saved,
            acknowledged,
            only_there,
            clock_off_ms: self.clock_off_ms,
            ..Self::new(identity, key)
        };
    }

    /// The office goes back to a backup: what only it had, nobody has any more, unless it is in the backup.
    pub(crate) fn office_is_set_back(&mut self, kept: &BTreeMap<(ChangeId, Hash), usize>) {
        let there: BTreeSet<Hash> = kept.keys().map(|(_, link)| *link).collect();
        self.acknowledged.retain(|link| there.contains(link));
        let gone: BTreeSet<Hash> =
            self.only_there.iter().filter(|link| !there.contains(*link)).copied().collect();
        self.only_there.retain(|link| there.contains(link));
        self.saved.retain(|(_, link)| !gone.contains(link));
    }

    /// Somebody copies the disk.
    pub(crate) fn keep_image(&mut self) {
        self.image = Some(self.disk.clone());
    }

    /// Somebody puts an old copy of the disk back. Whether there was one.
    ///
    /// What was never sent and is not in the copy is gone: no system can know of it.
    pub(crate) fn fall_back(&mut self) -> bool {
        let Some(image) = self.image.clone() else { return false };
        let me = self.replica.identity().device;
        let kept: BTreeSet<Hash> = image.log.values().map(|bytes| record(bytes).link).collect();
        let known = &self.acknowledged;
        self.saved.retain(|(id, link)| id.device != me || kept.contains(link) || known.contains(link));
        let gone_here = self.saved.iter().filter(|(id, link)| id.device == me && !kept.contains(link));
        self.only_there.extend(gone_here.map(|(_, link)| *link));
        self.disk = image;
        self.restart();
        true
    }

    /// The phone's wall clock.
    pub(crate) fn clock(&self, now: Timestamp) -> Timestamp {
        Timestamp::from_millis(now.millis().saturating_add_signed(self.clock_off_ms))
    }

    /// Starts again from the disk alone.
    pub(crate) fn restart(&mut self) {
        let index: Index =
            minicbor::decode(self.disk.index.as_ref().expect("written at enrolment")).expect("as written");
        let scopes: Vec<ScopeRecord> =
            self.disk.scopes.values().map(|bytes| minicbor::decode(bytes).expect("as written")).collect();
        let log: Vec<LogRecord> = self.disk.log.values().map(|bytes| record(bytes)).collect();
        self.replica = Replica::restore(index, scopes, log).expect("the disk lost nothing");
    }

    /// Records a gesture. A change counts as saved when the write has come back.
    pub(crate) fn record(
        &mut self,
        op: Op,
        salt: [u8; 16],
        now: Timestamp,
        power: Power,
    ) -> Result<(), Refusal> {
        let draft = self.replica.draft(op, self.clock(now), salt)?;
        if power == Power::FailsBefore {
            self.restart();
            return Ok(());
        }
        let (id, link) = (draft.id(), draft.record().link);
        let taken = self.disk.log.insert(id.seq, encoded(&draft.record()));
        assert!(taken.is_none(), "a sequence is written once");
        if power == Power::FailsAfter {
            self.restart();
        } else {
            self.replica.saved(draft);
        }
        self.saved.push((id, link));
        Ok(())
    }

    /// The link after one of its own changes, as the disk has it.
    pub(crate) fn link_after(&self, seq: u64) -> Option<Hash> {
        self.disk.log.get(&seq).map(|bytes| record(bytes).link)
    }

    /// The next batch, signed.
    pub(crate) fn outgoing(&self, now: Timestamp) -> Option<Vec<u8>> {
        let batch: PushBatch = self.replica.outgoing(self.most_bytes, self.clock(now))?;
        Some(batch.signed(&self.key.sign(&batch.signing_bytes()).to_bytes()))
    }

    pub(crate) fn acknowledge(&mut self, reply: &PushReply, now: Timestamp, power: Power) {
        if power == Power::FailsBefore {
            return self.restart();
        }
        self.must_read = self.replica.is_answer_of_another_life(reply);
        self.lost |= !self.must_read && self.replica.is_contradicted_by(reply);
        let clock = self.clock(now);
        for record in self.replica.acknowledge(reply, clock) {
            self.acknowledged.insert(record.link);
            self.disk.log.insert(record.change.id.seq, encoded(&record));
        }
        self.disk.index = Some(encoded(self.replica.index()));
        if power == Power::FailsAfter {
            self.restart();
        }
    }

    /// Takes in a page; the disk gets index, scopes and log in one transaction.
    pub(crate) fn receive(&mut self, page: &Page, power: Power) -> Received {
        let reborn = self.replica.is_of_another_life(page);
        let received = self.replica.receive(page);
        self.must_read = false;
        if received.rolled_back {
            self.lost = true;
            return received;
        }
        self.store(&received, power);
        if reborn {
            self.offer_again(self.replica.last_answered(), power);
        }
        received
    }

    /// Brings own changes from `from` on once more: the hub has lost them.
    pub(crate) fn offer_again(&mut self, from: u64, power: Power) {
        if from == 0 {
            return;
        }
        if power == Power::FailsBefore {
            return self.restart();
        }
        let log = self.disk.log.values().map(|bytes| record(bytes)).collect();
        for record in self.replica.offer_again(from, log) {
            self.disk.log.insert(record.change.id.seq, encoded(&record));
        }
        self.disk.index = Some(encoded(self.replica.index()));
        if power == Power::FailsAfter {
            self.restart();
        }
    }

    /// Takes in a manifest or a chunk. A store that was set back is noticed by what the hub says of this device's log.
    pub(crate) fn take_piece(
        &mut self,
        asked: &SnapshotAsk,
        number: Option<u32>,
        bytes: &[u8],
        power: Power,
    ) {
        if number.is_none() {
            let signed = SignedManifest::from_bytes(bytes).expect("a manifest");
            let signature = Signature::from_slice(&signed.signature).expect("a signature");
            let key = VerifyingKey::try_from(&signed.key[..]).expect("a key");
            key.verify_strict(&signed.signing_bytes(), &signature).expect("signed by the hub");
        }
        let received = self.replica.take_piece(asked, number, bytes);
        if received.rolled_back {
            self.lost = true;
        } else if !received.more {
            self.store(&received, power);
        }
    }

    fn store(&mut self, received: &Received, power: Power) {
        if power == Power::FailsBefore {
            return self.restart();
        }
        for scope in &received.evicted {
            self.disk.scopes.remove(scope);
        }
        for scope in &received.touched {
            self.disk.scopes.insert(*scope, encoded(&self.replica.scope_record(*scope)));
        }
        for record in &received.settled {
            self.disk.log.insert(record.change.id.seq, encoded(record));
        }
        self.disk.index = Some(encoded(self.replica.index()));
        if power == Power::FailsAfter {
            self.restart();
        }
    }
}
