//! A demo phone: a real replica with a real key, carried through three months by hand.
//!
//! Floor: above the tables of the demo. What it does not know from its own book it does not know.

use ed25519_dalek::{Signer, SigningKey};
use sync_core::{
    domain::cash::Share,
    log::Holding,
    op::Op,
    replica::{Identity, Replica},
    snapshot::{Cut, SignedManifest, SnapshotAsk},
    time::Timestamp,
    unit::{ChangeId, CompanyId, Money},
    wire::{Page, PushReply},
};

use super::{DemoError, Person, dice::Dice};
use crate::hub::{Arrived, Enrolled};

/// The most bytes of changes in one push: no day of a rep comes to so many.
const WHOLE_DAY: usize = 512 * 1024;

/// A phone of the demo.
#[derive(Debug)]
pub(super) struct Phone {
    pub(super) replica: Replica,
    key: SigningKey,
    salts: Dice,
}

impl Phone {
    /// A phone that has just been enrolled.
    pub(super) fn new(company: CompanyId, person: &Person, enrolled: &Enrolled, key: SigningKey) -> Self {
        let identity = Identity {
            company,
            device: enrolled.device,
            number: enrolled.number,
            staff: person.id(),
            name: person.name.to_owned(),
            role: person.role,
            share: if person.role.may_take_cash() { enrolled.share } else { Share::NONE },
            key: key.verifying_key().to_bytes(),
        };
        let salts = Dice::of("salt", u64::from(enrolled.number));
        Self { replica: Replica::new(identity), key, salts }
    }

    /// Records a gesture, as the screens do.
    pub(super) fn act(&mut self, op: Op, at: Timestamp) -> Result<ChangeId, DemoError> {
        let salt = self.salts.bytes();
        let draft = self
            .replica
            .draft(op, at, salt)
            .map_err(|refusal| DemoError::Refused { device: self.replica.identity().number, refusal })?;
        let id = draft.id();
        self.replica.saved(draft);
        Ok(id)
    }

    /// The cash in its drawer.
    pub(super) fn cash(&self) -> Money {
        self.replica.cash_in_hand()
    }

    /// What is unsent, as it arrives at the hub; `None` when there is nothing.
    pub(super) fn push(&self, now: Timestamp) -> Result<Option<Arrived>, DemoError> {
        self.push_at_most(WHOLE_DAY, now)
    }

    /// The first so many bytes of what is unsent, and never less than one change.
    pub(super) fn push_at_most(&self, bytes: usize, now: Timestamp) -> Result<Option<Arrived>, DemoError> {
        let Some(batch) = self.replica.outgoing(bytes, now) else {
            return Ok(None);
        };
        let signature = self.key.sign(&batch.signing_bytes()).to_bytes();
        let me = self.replica.identity();
        let arrived = Arrived::check(&batch.signed(&signature), me.company, me.device, &me.key)?;
        Ok(Some(arrived))
    }

    /// The statement that is due, and as it is sent.
    pub(super) fn statement(&self, now: Timestamp) -> Option<(Holding, Vec<u8>)> {
        let holding = self.replica.holding_due(now)?;
        let signature = self.key.sign(&holding.signing_bytes()).to_bytes();
        Some((holding, holding.signed(&signature)))
    }

    /// Takes in the answer to a push.
    pub(super) fn acknowledge(&mut self, reply: &PushReply, now: Timestamp) {
        self.replica.acknowledge(reply, now);
    }

    /// Takes in a snapshot, chunk by chunk.
    pub(super) fn take_snapshot(&mut self, ask: &SnapshotAsk, signed: &SignedManifest, cut: &Cut) {
        self.replica.take_piece(ask, None, &signed.to_bytes());
        for (number, chunk) in (0..).zip(&cut.chunks) {
            self.replica.take_piece(ask, Some(number), chunk);
        }
    }

    /// Takes in a page of the feed. Whether it goes on.
    pub(super) fn receive(&mut self, page: &Page) -> Result<bool, DemoError> {
        let received = self.replica.receive(page);
        if received.diverged {
            return Err(DemoError::Diverged { device: self.replica.identity().number });
        }
        Ok(received.more)
    }
}
