//! Pens that write device logs: the bytes of a phone, without a phone's rules.

use std::ops::RangeInclusive;

use ed25519_dalek::{Signer, SigningKey};
use sync_core::{
    log::{Change, Declared, Hash, Header, PushBatch, genesis, next_link},
    op::Op,
    scope::Scope,
    time::Timestamp,
    unit::{CompanyId, DeviceId, Money, StaffId, Text},
};

/// A text of the product's own type.
pub(crate) fn text<const LEAST: usize, const MOST: usize>(words: &str) -> Text<LEAST, MOST> {
    Text::new(words).expect("within its limit")
}

/// Bytes in hexadecimal figures.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to memory cannot fail");
        out
    })
}

/// Writes one device's log.
#[derive(Clone)]
pub(crate) struct Pen {
    pub(crate) company: CompanyId,
    pub(crate) device: DeviceId,
    pub(crate) staff: StaffId,
    pub(crate) key: SigningKey,
    /// How far its owner has read the feed, and in which life of the book.
    pub(crate) seen: (u64, Option<u32>),
    links: Vec<Hash>,
    changes: Vec<Change>,
}

impl Pen {
    /// A log that begins.
    pub(crate) fn new(company: CompanyId, device: DeviceId, staff: StaffId, key: SigningKey) -> Self {
        let links = vec![genesis(company, device, &key.verifying_key().to_bytes())];
        Self { company, device, staff, key, seen: (0, None), links, changes: Vec::new() }
    }

    /// How many changes it has written.
    pub(crate) fn written(&self) -> u64 {
        self.changes.len() as u64
    }

    /// One of its changes.
    pub(crate) fn change(&self, seq: u64) -> &Change {
        &self.changes[at(seq) - 1]
    }

    /// The link of its chain after one of its changes; before the first at zero.
    pub(crate) fn link(&self, seq: u64) -> Hash {
        self.links[at(seq)]
    }

    /// The log as it was after so many changes.
    pub(crate) fn cut_back(&self, seq: u64) -> Self {
        let mut pen = self.clone();
        pen.changes.truncate(at(seq));
        pen.links.truncate(at(seq) + 1);
        pen
    }

    /// Writes an op with the scopes a phone would give it.
    pub(crate) fn writes(&mut self, op: &Op, when: Timestamp) {
        self.writes_raw(op.kind(), op.to_body(), op.scopes(self.staff), when);
    }

    /// Writes a body of any kind, whatever it says.
    pub(crate) fn writes_raw(&mut self, kind: u16, body: Vec<u8>, scopes: Vec<Scope>, when: Timestamp) {
        let header = Header {
            seq: self.written() + 1,
            at: when,
            seen: self.seen.0,
            kind,
            version: Op::VERSION,
            scopes,
            entity: None,
            actor: None,
            epoch: self.seen.1,
        };
        self.seals(Change::seal(self.device, header, None, body));
    }

    fn seals(&mut self, change: Change) {
        let before = self.links.last().expect("a chain has a beginning");
        self.links.push(next_link(before, &change));
        self.changes.push(change);
    }

    /// The signed batch of these sequences.
    pub(crate) fn batch(&self, seqs: RangeInclusive<u64>, now: Timestamp) -> Vec<u8> {
        let changes = &self.changes[at(*seqs.start()) - 1..at(*seqs.end())];
        let unsent = self.written() + 1 - seqs.start();
        let declared = Declared { unsent, cash: Money::ZERO, clock: now };
        let batch = PushBatch::new(self.company, self.link(seqs.start() - 1), changes, declared);
        self.signed(&batch.expect("at least one change"))
    }

    /// A batch under this pen's own key.
    pub(crate) fn signed(&self, batch: &PushBatch) -> Vec<u8> {
        batch.signed(&self.key.sign(&batch.signing_bytes()).to_bytes())
    }
}

fn at(seq: u64) -> usize {
    usize::try_from(seq).expect("logs of tests are short")
}
