//! A phone of the simulation: the real replica over a disk that may stop before or after each write.

use std::collections::BTreeMap;

use ed25519_dalek::{Signer as _, SigningKey};
use sync_core::{
    feed::Entry,
    log::PushBatch,
    op::Op,
    refusal::Refusal,
    replica::{Identity, Index, LogRecord, Received, Replica, ScopeRecord},
    scope::Scope,
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
    /// Every change that the phone has reported as saved.
    pub(crate) saved: Vec<ChangeId>,
    pub(crate) most_bytes: usize,
}

fn encoded<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("to memory")
}

impl Phone {
    pub(crate) fn new(identity: Identity, key: SigningKey) -> Self {
        let replica = Replica::new(identity);
        let disk = Disk { index: Some(encoded(replica.index())), ..Disk::default() };
        Self { replica, key, disk, clock_off_ms: 0, saved: Vec::new(), most_bytes: 4_000 }
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
        let log: Vec<LogRecord> =
            self.disk.log.values().map(|bytes| minicbor::decode(bytes).expect("as written")).collect();
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
        let id = draft.id();
        let taken = self.disk.log.insert(id.seq, encoded(&draft.record()));
        assert!(taken.is_none(), "a sequence is written once");
        if power == Power::FailsAfter {
            self.restart();
        } else {
            self.replica.saved(draft);
        }
        self.saved.push(id);
        Ok(())
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
        let clock = self.clock(now);
        for record in self.replica.acknowledge(reply, clock) {
            self.disk.log.insert(record.change.id.seq, encoded(&record));
        }
        self.disk.index = Some(encoded(self.replica.index()));
        if power == Power::FailsAfter {
            self.restart();
        }
    }

    /// Takes in a page; the disk gets index, scopes and log in one transaction.
    pub(crate) fn receive(&mut self, page: &Page, power: Power) -> Received {
        let received = self.replica.receive(page);
        self.store(&received, power);
        received
    }

    pub(crate) fn backfill(&mut self, scope: Scope, until: u64, entries: &[Entry], power: Power) {
        let received = self.replica.backfill(scope, until, entries);
        self.store(&received, power);
    }

    pub(crate) fn not_held(&mut self, scope: Scope, power: Power) {
        let received = self.replica.not_held(scope);
        self.store(&received, power);
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
