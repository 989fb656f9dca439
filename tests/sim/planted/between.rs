//! Wrong operators, clocks, fronts and links.

use std::{cell::RefCell, collections::BTreeMap};

use futures::executor::block_on;
use server::hub::{Command, Hub};
use sync_core::{
    log::{Actor, SignedBatch},
    op::{HeldDecided, Op, Ruling, UnreadableBody},
    paper::HeldChange,
    time::Timestamp,
    wire::Page,
};
use tests::memory::{Backup, MemoryStore};

use crate::{
    dice::Dice,
    link::{Message, Parcel},
    office::PushAnswer,
    ways::Ways,
};

/// The operator puts a backup back as if nothing had been in between.
pub(super) struct OldEpoch;

impl Ways for OldEpoch {
    fn put_back(&self, store: &MemoryStore, backup: &Backup) {
        store.put_back(backup);
    }
}

/// A console that writes what a head decides as any other command.
pub(super) struct OnlyDecided;

impl Ways for OnlyDecided {
    fn rules(
        &self,
        hub: &Hub<MemoryStore>,
        actor: Actor,
        held: &HeldChange,
        ruling: Ruling,
        now: Timestamp,
    ) -> bool {
        let (change, author, personal) = (held.id, held.by, held.personal);
        let op = Op::HeldDecided(HeldDecided { change, author, personal, ruling });
        block_on(hub.command(Command::new(actor, op), now)).is_ok()
    }
}

/// The office sets its clock by the phones.
pub(super) struct TrustedClock;

impl Ways for TrustedClock {
    fn office_clock(&self, now: Timestamp, phones: &[Timestamp]) -> Timestamp {
        phones.iter().copied().max().unwrap_or_default().max(now)
    }
}

/// Somebody before the hub answers what seems to have been answered before.
#[derive(Default)]
pub(super) struct ByContent(RefCell<BTreeMap<Vec<Vec<u8>>, PushAnswer>>);

fn content(push: &[u8]) -> Option<Vec<Vec<u8>>> {
    let batch = SignedBatch::from_bytes(push).ok()?;
    Some(batch.changes.iter().map(|(change, _)| change.body().to_vec()).collect())
}

impl Ways for ByContent {
    fn answered_before(&self, push: &[u8]) -> Option<PushAnswer> {
        self.0.borrow().get(&content(push)?).cloned()
    }

    fn answered(&self, push: &[u8], answer: &PushAnswer) {
        if let (Some(content), PushAnswer::Taken(..)) = (content(push), answer) {
            self.0.borrow_mut().insert(content, answer.clone());
        }
    }
}

/// A cache on the way takes whoever asks the same for the same reader.
#[derive(Default)]
pub(super) struct MixedUp(RefCell<Option<Message>>);

impl Ways for MixedUp {
    fn carries(&self, dice: &mut Dice, _phones: usize, parcel: Parcel) -> Parcel {
        let Message::Piece(ask, None, _) = &parcel.message else { return parcel };
        if ask.position.is_some() || !dice.once_in(2) {
            return parcel;
        }
        let cached = self.0.borrow_mut().get_or_insert_with(|| parcel.message.clone()).clone();
        Parcel { message: cached, ..parcel }
    }
}

/// Something on the way reads pages and passes on what it understands.
pub(super) struct OnlyKnown;

impl Ways for OnlyKnown {
    fn carries(&self, _dice: &mut Dice, _phones: usize, parcel: Parcel) -> Parcel {
        let Message::Page(bytes) = &parcel.message else { return parcel };
        let Ok(mut page) = Page::from_bytes(bytes) else { return parcel };
        page.entries.retain(|entry| !matches!(entry.op(), Err(UnreadableBody::UnknownKind { .. })));
        Parcel { message: Message::Page(page.to_bytes()), ..parcel }
    }
}
