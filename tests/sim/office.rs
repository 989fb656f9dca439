//! The office of the simulation: the real hub over a store in memory that fails when the dice say so.

use std::{collections::BTreeMap, rc::Rc};

use ed25519_dalek::SigningKey;
use futures::executor::block_on;
use server::{
    feed,
    hub::{Arrived, Command, Enrolment, Hub, PushError},
    snapshots::SnapshotError,
    store::{Devices, Snapshot, Store},
};
use sync_core::{
    domain::{customer::OwnerSet, people::Role},
    feed::Cursor,
    log::Hash,
    op::Op,
    replica::Identity,
    scope::Viewer,
    snapshot::SnapshotAsk,
    time::Timestamp,
    unit::{CustomerId, DeviceId, StaffId, Text},
    wire::{Page, PushReply},
};
use tests::memory::{Backup, MemoryStore};
use uuid::Uuid;

use crate::{
    dice::Dice,
    fault::{Fault, Tally},
    ways::Ways,
};

/// What a phone asks for with a pull.
#[derive(Clone, Debug)]
pub(crate) struct PullAsk {
    pub(crate) cursor: Cursor,
    pub(crate) held: [u8; 16],
    pub(crate) limit: u32,
}

/// Why a reader gets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoPage {
    /// There is no such snapshot for this reader: the feed must tell why.
    NoSnapshot,
    /// The device has no rights any more.
    Revoked,
    /// The store fails just now: there is no answer.
    Silence,
}

/// What the hub answers to a push.
#[derive(Clone, Debug)]
pub(crate) enum PushAnswer {
    /// Taken, up to this sequence and this link.
    Taken(PushReply, u64, Hash),
    /// Something is missing before it: the sequence that should come first.
    Gap(u64),
    /// The log forks: everything up to this sequence and this link was put aside.
    Fork(u64, Hash),
}

/// Somebody with a phone or two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) staff: StaffId,
    pub(crate) role: Role,
}

pub(crate) struct Office {
    pub(crate) hub: Hub<MemoryStore>,
    pub(crate) people: Vec<Person>,
    pub(crate) customers: Vec<CustomerId>,
    pub(crate) keys: BTreeMap<DeviceId, [u8; 32]>,
    pub(crate) backup: Option<Backup>,
    pub(crate) ways: Rc<dyn Ways>,
}

/// Small, so that a book comes in many chunks.
const CHUNK_BYTES: usize = 700;

pub(crate) const SESSION: Uuid = Uuid::from_bytes([77; 16]);

pub(crate) fn text<const LEAST: usize, const MOST: usize>(words: &str) -> Text<LEAST, MOST> {
    Text::new(words).expect("short enough")
}

impl Office {
    /// A phone begins, unless the store fails just now.
    pub(crate) fn enrol(
        &mut self,
        dice: &mut Dice,
        person: usize,
        now: Timestamp,
    ) -> Option<(Identity, SigningKey)> {
        let Person { staff, role } = self.people[person];
        let mut secret = [0; 32];
        secret[..16].copy_from_slice(&dice.bytes16());
        let signing = SigningKey::from_bytes(&secret);
        let key = signing.verifying_key().to_bytes();
        let enrolment = Enrolment { staff, session: SESSION, key, name: text("") };
        let enrolled = block_on(self.hub.enrol(enrolment, now)).ok()?;
        let identity = Identity {
            company: self.hub.company(),
            device: enrolled.device,
            number: enrolled.number,
            staff,
            name: "马".into(),
            role,
            share: enrolled.share,
            key,
        };
        self.keys.insert(enrolled.device, key);
        // A book that goes back to before this would not know the device any more.
        self.backup = None;
        Some((identity, signing))
    }

    pub(crate) fn keep_backup(&mut self) {
        self.backup = Some(self.hub.store().backup());
    }

    pub(crate) fn has_backup(&self) -> bool {
        self.backup.is_some()
    }

    /// The disaster: the server comes back as its last backup had it.
    pub(crate) fn restore(&self) {
        if let Some(backup) = &self.backup {
            self.ways.put_back(self.hub.store(), backup);
        }
    }

    /// The store fails at one of its next calls, or breaks off after its next commit.
    pub(crate) fn trouble(&self, dice: &mut Dice) {
        if dice.once_in(5) {
            self.hub.store().fail_unsure();
        } else {
            self.hub.store().fail_at(1 + dice.below(12));
        }
    }

    /// Counts what has failed since.
    pub(crate) fn count_failures(&self, tally: &mut Tally) {
        for failed in self.hub.store().failures() {
            tally.count(match failed.as_str() {
                "save, half-way" => Fault::TornWrite,
                "commit" => Fault::CommitFailed,
                "commit, unsure" => Fault::CommitUnsure,
                _ => Fault::StoreFailed,
            });
        }
    }

    pub(crate) fn heal(&self) {
        self.hub.store().fail_never();
    }

    /// A head hands some customer to somebody. Whether anything came of it.
    pub(crate) fn hand_over_a_customer(&self, dice: &mut Dice, now: Timestamp) -> bool {
        let Some(customer) = dice.pick(&self.customers).copied() else { return false };
        let Some(owner) = dice.pick(&self.people).map(|person| person.staff) else { return false };
        let op = Op::OwnerSet(OwnerSet { customer, owner, replaces: Vec::new(), reason: None });
        // The store may be failing just now; then the head tries another day.
        block_on(self.hub.command(Command::new(Command::operator(SESSION), op), now)).is_ok()
    }

    /// Takes a device's rights. Whether anything came of it.
    pub(crate) fn revoke(&self, device: DeviceId, now: Timestamp) -> bool {
        let actor = Command::operator(SESSION);
        block_on(self.hub.revoke(actor, device, text("手机丢了"), now)).is_ok()
    }

    /// Takes in all pushes of one moment. A push that the store could not take is not answered.
    pub(crate) fn ingest(
        &self,
        batches: &[(DeviceId, &[u8])],
        now: Timestamp,
    ) -> Result<Vec<(usize, PushAnswer)>, String> {
        let (mut arrived, mut ends, mut answers) = (Vec::new(), Vec::new(), Vec::new());
        for (index, (device, bytes)) in batches.iter().enumerate() {
            if let Some(answer) = self.ways.answered_before(bytes) {
                answers.push((index, answer));
                continue;
            }
            let key = self.keys.get(device).ok_or("a device that nobody enrolled")?;
            let read = Arrived::check(bytes, self.hub.company(), *device, key)
                .map_err(|e| format!("an honest push of {device} was not accepted: {e}"))?;
            ends.push((index, read.end(), read.head()));
            arrived.push(read);
        }
        let clocks: Vec<Timestamp> = arrived.iter().map(|read| read.declared().clock).collect();
        let now = self.ways.office_clock(now, &clocks);
        for ((index, end, head), answer) in ends.into_iter().zip(block_on(self.hub.ingest(arrived, now))) {
            let answer = match answer {
                Ok(reply) => PushAnswer::Taken(reply, end, head),
                Err(PushError::Store(_)) => continue,
                Err(PushError::Gap { expected }) => PushAnswer::Gap(expected),
                Err(PushError::Fork { .. }) => PushAnswer::Fork(end, head),
                Err(other) => return Err(format!("a push of {}: {other}", batches[index].0)),
            };
            self.ways.answered(batches[index].1, &answer);
            answers.push((index, answer));
        }
        Ok(answers)
    }

    /// Somebody as a reader, if the store does not fail just now and the device has its rights.
    fn reader(&self, person: usize, device: DeviceId) -> Result<Viewer, NoPage> {
        let log = block_on(self.hub.device_log(device)).map_err(|_| NoPage::Silence)?;
        if log.is_none_or(|log| log.revoked.is_some()) {
            return Err(NoPage::Revoked);
        }
        let viewer = block_on(self.hub.viewer(self.people[person].staff));
        viewer.ok().flatten().ok_or(NoPage::Silence)
    }

    /// A page of the feed.
    pub(crate) fn pull(
        &self,
        person: usize,
        device: DeviceId,
        ask: &PullAsk,
        now: Timestamp,
    ) -> Result<Page, NoPage> {
        let viewer = self.reader(person, device)?;
        let PullAsk { cursor, held, limit } = *ask;
        let ask = feed::PullAsk { epoch: cursor.epoch, after: cursor.position, limit, scopes: held };
        block_on(self.hub.pull_for(&viewer, device, ask, now)).map_err(|_| NoPage::Silence)
    }

    /// A snapshot's manifest, or one of its chunks.
    pub(crate) fn snapshot(
        &self,
        person: usize,
        device: DeviceId,
        ask: &SnapshotAsk,
        number: Option<u32>,
    ) -> Result<Vec<u8>, NoPage> {
        let viewer = self.reader(person, device)?;
        let cut = match block_on(self.hub.cut(&viewer, ask, CHUNK_BYTES)) {
            Ok(cut) => cut,
            Err(SnapshotError::Store(_)) => return Err(NoPage::Silence),
            Err(_) => return Err(NoPage::NoSnapshot),
        };
        let Some(number) = number else {
            let sizes = cut.manifest.bytes.clone();
            let signed = block_on(self.hub.signed(&cut.manifest, sizes, Some(device)));
            return signed.map(|signed| signed.to_bytes()).map_err(|_| NoPage::Silence);
        };
        let bytes = cut.chunks.get(usize::try_from(number).expect("small")).cloned();
        bytes.ok_or(NoPage::NoSnapshot)
    }

    /// One moment of the book, as nobody fails to see it.
    pub(crate) fn moment<T>(&self, look: impl FnOnce(&mut <MemoryStore as Store>::Snapshot) -> T) -> T {
        let store = self.hub.store().without_failures();
        look(&mut block_on(store.snapshot(self.hub.company())).expect("without failures"))
    }

    pub(crate) fn head(&self) -> server::store::Head {
        self.moment(|snapshot| block_on(snapshot.head()).expect("without failures"))
    }

    /// Where the log of a device stands.
    pub(crate) fn stands(&self, device: DeviceId) -> Option<(u64, Hash)> {
        let which = Devices::These(vec![device]);
        let found = self.moment(|snapshot| block_on(snapshot.devices(&which)).expect("without failures"));
        found.first().map(|log| (log.last_seq, log.link))
    }

    /// Somebody as a viewer, whatever fails.
    pub(crate) fn viewer(&self, person: usize) -> Viewer {
        let staff = self.people[person].staff;
        self.moment(|snapshot| block_on(server::scope::viewer(snapshot, staff)))
            .expect("without failures")
            .expect("everybody here is a member of staff")
    }
}
