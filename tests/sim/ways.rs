//! How things are done in a world: the honest way, unless a planted bug does one of them otherwise.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use server::hub::Hub;
use sync_core::{
    log::Actor,
    op::Ruling,
    paper::HeldChange,
    replica::{Identity, Received, Replica},
    time::Timestamp,
    wire::Page,
};
use tests::memory::{Backup, MemoryStore, Twist};

use crate::{
    dice::Dice,
    disk::{Disk, DiskFault, Power, Step},
    link::Parcel,
    office::PushAnswer,
    ruling,
};

/// One way of doing everything that stands around the real core and the real hub.
pub(crate) trait Ways {
    /// A store that does otherwise than its law says.
    fn twist(&self) -> Option<Arc<dyn Twist>> {
        None
    }

    /// It is now; nobody but a wrong clock needs to know.
    fn time_is(&self, _now: Timestamp) {}

    /// The office's clock when pushes arrive from phones whose clocks show this.
    fn office_clock(&self, now: Timestamp, _phones: &[Timestamp]) -> Timestamp {
        now
    }

    /// Somebody before the hub who answers in its place.
    fn answered_before(&self, _push: &[u8]) -> Option<PushAnswer> {
        None
    }

    /// What the hub has answered.
    fn answered(&self, _push: &[u8], _answer: &PushAnswer) {}

    /// The operator puts a backup back.
    fn put_back(&self, store: &MemoryStore, backup: &Backup) {
        store.restore(backup);
    }

    /// A head decides at the console. Whether anything came of it.
    fn rules(
        &self,
        hub: &Hub<MemoryStore>,
        actor: Actor,
        held: &HeldChange,
        ruling: Ruling,
        now: Timestamp,
    ) -> bool {
        ruling::by_the_route(hub, actor, held, ruling, now)
    }

    /// What the link carries: to whom, and what.
    fn carries(&self, _dice: &mut Dice, _phones: usize, parcel: Parcel) -> Parcel {
        parcel
    }

    /// A phone writes a transaction.
    fn write(&self, disk: &mut Disk, steps: Vec<Step>, power: Power) -> Result<(), DiskFault> {
        disk.write(&steps, power)
    }

    /// A phone has handed a batch to the link.
    fn has_sent(&self, _disk: &mut Disk, _last: u64) {}

    /// A phone reads a page.
    fn reads(&self, page: Page) -> Page {
        page
    }

    /// A phone takes a page into its book.
    fn takes_in(&self, book: &mut Replica, page: &Page) -> Received {
        book.receive(page)
    }

    /// A phone whose storage was deleted asks to begin; the identity it comes back under, where it has one left.
    fn comes_back_as(&self, _former: &Identity, _key: &SigningKey) -> Option<(Identity, SigningKey)> {
        None
    }
}

/// Everything as it should be.
pub(crate) struct Honest;

impl Ways for Honest {}
