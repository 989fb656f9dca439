//! The office of the simulation: the real hub over a store in memory that fails when the dice say so.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use futures::executor::block_on;
use server::{
    feed,
    hub::{Arrived, Command, Enrolment, Hub, PushError, Unacceptable},
    outside::Outside,
    snapshots::SnapshotError,
    store::{Devices, FeedAsk, Sight, Snapshot, Store},
};
use sync_core::{
    domain::{
        cash::CompanyAccountOpened,
        customer::{CardField, CustomerCreated, FieldValue, OwnerSet},
        people::{Role, StaffJoined},
        sale::{PriceListIssued, ProductCard, ProductSet},
    },
    feed::Cursor,
    log::{Hash, SetDigest},
    op::Op,
    paper::{Paper, PaperKey},
    replica::{Identity, Replica},
    scope::Scope,
    snapshot::{SignedManifest, SnapshotAsk},
    time::{BusinessDate, Timestamp},
    unit::{
        AccountId, ChangeId, CustomerId, DeviceId, Money, PriceListId, ProductId, StaffId, Text, UnitPrice,
    },
    wire::{Page, PushReply},
};
use tests::memory::{Backup, MemoryStore};
use uuid::Uuid;

use crate::{dice::Dice, phone::Phone};

/// What a phone asks for with a pull.
#[derive(Clone, Debug)]
pub(crate) struct PullAsk {
    pub(crate) cursor: Cursor,
    pub(crate) held: [u8; 16],
    pub(crate) limit: u32,
}

/// A piece of a snapshot.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Manifest(Box<SignedManifest>),
    Chunk(Vec<u8>),
}

#[derive(Clone, Copy)]
struct Owner {
    staff: StaffId,
    device: DeviceId,
    key: [u8; 32],
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

pub(crate) struct Office {
    hub: Hub<MemoryStore>,
    owners: Vec<Owner>,
    customers: Vec<CustomerId>,
    backup: Option<Backup>,
}

/// Small, so that a book comes in many chunks.
const CHUNK_BYTES: usize = 700;

const SESSION: Uuid = Uuid::from_bytes([77; 16]);

fn text<const LEAST: usize, const MOST: usize>(words: &str) -> Text<LEAST, MOST> {
    Text::new(words).expect("short enough")
}

fn staff(index: usize) -> StaffId {
    let mut bytes = [200; 16];
    bytes[0] = u8::try_from(index).expect("few");
    StaffId::from_bytes(bytes)
}

impl Office {
    /// A company with some phones, three customers each, four products and an account.
    pub(crate) fn founded(dice: &mut Dice, phones: usize, now: Timestamp) -> (Self, Vec<Phone>) {
        let mut seed = dice.clone();
        let outside = Outside::of(|| Timestamp::ZERO, {
            let dice = std::sync::Mutex::new(Dice::new(seed.next()));
            move |bytes: &mut [u8]| {
                let mut dice = dice.lock().expect("one thread");
                bytes
                    .chunks_mut(8)
                    .for_each(|part| part.copy_from_slice(&dice.next().to_le_bytes()[..part.len()]));
            }
        });
        let hub =
            block_on(Hub::found(MemoryStore::default(), "模拟食品", outside, now)).expect("a new company");
        let mut office = Self { hub, owners: Vec::new(), customers: Vec::new(), backup: None };
        office.stock_the_shelves(now);
        let made = (0..phones).map(|index| office.hire(dice, index, now)).collect();
        (office, made)
    }

    fn says(&self, op: Op, now: Timestamp) {
        let command = Command::new(Command::operator(SESSION), op);
        block_on(self.hub.command(command, now)).expect("the operator may");
    }

    fn stock_the_shelves(&self, now: Timestamp) {
        let product = |number: u8| ProductId::from_bytes([number; 16]);
        for number in 1..=4 {
            let card = ProductCard {
                code: text(&format!("P{number}")),
                name: text("特一面粉"),
                specification: text("25 kg"),
                packaging: text("编织袋"),
                unit: text("袋"),
                quality: text(""),
                net_weight_g: 25_000,
                tolerance_g: 100,
                discontinued: false,
            };
            self.says(
                Op::ProductSet(ProductSet { product: product(number), card, replaces: Vec::new() }),
                now,
            );
        }
        let price = |number: u8| UnitPrice::new(i64::from(number) * 123_456).expect("a price");
        self.says(
            Op::PriceListIssued(PriceListIssued {
                list: PriceListId::from_bytes([60; 16]),
                version: text("2026-09"),
                meeting: text("定价会"),
                valid_from: BusinessDate::of(2026, 1, 1).expect("a date"),
                valid_to: BusinessDate::of(2030, 1, 1).expect("a date"),
                prices: (1..=4).map(|number| (product(number), price(number))).collect(),
            }),
            now,
        );
        let account = AccountId::from_bytes([61; 16]);
        let opened = CompanyAccountOpened {
            account,
            holder: text("模拟食品"),
            bank: text("银行"),
            number: text("6222000011"),
        };
        self.says(Op::CompanyAccountOpened(opened), now);
    }

    fn hire(&mut self, dice: &mut Dice, index: usize, now: Timestamp) -> Phone {
        let role = if index == 0 { Role::Rep } else { Role::DirectRep };
        let staff = staff(index);
        let joined = StaffJoined {
            staff,
            number: text(&format!("YW-{index}")),
            name: text("马"),
            role,
            team: text(""),
        };
        self.says(Op::StaffJoined(joined), now);
        for _ in 0..3 {
            let customer = CustomerId::from_bytes(dice.bytes16());
            let fields = vec![(CardField::Name, FieldValue::Text(text("老客户")))];
            let created = CustomerCreated { customer, fields, contacts: Vec::new(), owner: staff };
            self.says(Op::CustomerCreated(created), now);
            self.customers.push(customer);
        }
        let (owner, identity, signing) = self.enrol(dice, staff, role, now).expect("a rep has a phone");
        self.owners.push(owner);
        Phone::new(identity, signing)
    }

    fn enrol(
        &self,
        dice: &mut Dice,
        staff: StaffId,
        role: Role,
        now: Timestamp,
    ) -> Option<(Owner, Identity, SigningKey)> {
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
        Some((Owner { staff, device: enrolled.device, key }, identity, signing))
    }

    /// A phone that cannot go on under its id gets another one, unless the store fails just now.
    pub(crate) fn enrol_again(
        &mut self,
        dice: &mut Dice,
        phone: usize,
        now: Timestamp,
    ) -> Option<(Identity, SigningKey)> {
        let role = if phone == 0 { Role::Rep } else { Role::DirectRep };
        let (owner, identity, signing) = self.enrol(dice, self.owners[phone].staff, role, now)?;
        self.owners[phone] = owner;
        // A phone that gave up its log for good cannot heal a book that goes back to before that.
        self.backup = None;
        Some((identity, signing))
    }

    pub(crate) fn keep_backup(&mut self) {
        self.backup = Some(self.hub.store().backup());
    }

    /// The disaster: the server comes back as its last backup had it.
    pub(crate) fn restore(&self) {
        if let Some(backup) = &self.backup {
            self.hub.store().restore(backup);
        }
    }

    /// The store fails at one of its next calls.
    pub(crate) fn trouble(&self, dice: &mut Dice) {
        self.hub.store().fail_at(1 + dice.below(12));
    }

    pub(crate) fn heal(&self) {
        self.hub.store().fail_never();
    }

    /// A head hands some customer to somebody.
    pub(crate) fn hand_over_a_customer(&self, dice: &mut Dice, now: Timestamp) {
        let Some(customer) = dice.pick(&self.customers).copied() else { return };
        let Some(owner) = dice.pick(&self.owners).map(|owner| owner.staff) else { return };
        let op = Op::OwnerSet(OwnerSet { customer, owner, replaces: Vec::new(), reason: None });
        // The store may be failing just now; then the head tries another day.
        let _ = block_on(self.hub.command(Command::new(Command::operator(SESSION), op), now));
    }

    /// Takes in all pushes of one moment. A push that the store could not take is not answered.
    pub(crate) fn ingest(
        &self,
        batches: &[(usize, &[u8])],
        now: Timestamp,
    ) -> Result<Vec<(usize, PushAnswer)>, String> {
        let (mut arrived, mut ends) = (Vec::new(), Vec::new());
        for (phone, bytes) in batches {
            let Owner { device, key, .. } = self.owners[*phone];
            let read = match Arrived::check(bytes, self.hub.company(), device, &key) {
                // A late copy of what the phone sent under its former id: that log is whole without it.
                Err(Unacceptable::NotYourDevice) => continue,
                read => read.map_err(|e| format!("phone {phone}: an honest push was not accepted: {e}"))?,
            };
            ends.push((*phone, read.end(), read.head()));
            arrived.push(read);
        }
        let mut answers = Vec::new();
        for ((phone, end, head), answer) in ends.into_iter().zip(block_on(self.hub.ingest(arrived, now))) {
            match answer {
                Ok(reply) => answers.push((phone, PushAnswer::Taken(reply, end, head))),
                Err(PushError::Store(_)) => {}
                Err(PushError::Gap { expected }) => answers.push((phone, PushAnswer::Gap(expected))),
                Err(PushError::Fork { .. }) => answers.push((phone, PushAnswer::Fork(end, head))),
                Err(other) => return Err(format!("phone {phone}: {other}")),
            }
        }
        Ok(answers)
    }

    /// A page; nothing when the store fails just now.
    pub(crate) fn pull(&self, phone: usize, ask: &PullAsk, now: Timestamp) -> Option<Page> {
        let viewer = block_on(self.hub.viewer(self.owners[phone].staff)).ok()??;
        let PullAsk { cursor, held, limit } = *ask;
        let ask = feed::PullAsk { epoch: cursor.epoch, after: cursor.position, limit, scopes: held };
        block_on(self.hub.pull(&viewer, ask, now)).ok()
    }

    /// A snapshot's manifest, or one of its chunks; nothing when the store fails just now.
    pub(crate) fn snapshot(
        &self,
        phone: usize,
        ask: &SnapshotAsk,
        number: Option<u32>,
    ) -> Option<Result<Piece, SnapshotError>> {
        let owner = self.owners[phone];
        let viewer = block_on(self.hub.viewer(owner.staff)).ok()??;
        let cut = match block_on(self.hub.cut(&viewer, ask, CHUNK_BYTES)) {
            Ok(cut) => cut,
            Err(SnapshotError::Store(_)) => return None,
            Err(error) => return Some(Err(error)),
        };
        let Some(number) = number else {
            let sizes = cut.manifest.chunks.iter().map(|chunk| chunk.bytes).collect();
            let signed = block_on(self.hub.signed(&cut.manifest, sizes, Some(owner.device))).ok()?;
            return Some(Ok(Piece::Manifest(Box::new(signed))));
        };
        let bytes = cut.chunks.get(usize::try_from(number).expect("small")).cloned();
        Some(bytes.map(Piece::Chunk).ok_or(SnapshotError::NoSuchChunk { chunks: 0 }))
    }

    pub(crate) fn head(&self) -> u64 {
        self.moment(|snapshot| block_on(snapshot.head()).expect("healed").position)
    }

    fn moment<T>(&self, look: impl FnOnce(&mut <MemoryStore as Store>::Snapshot) -> T) -> T {
        let store = self.hub.store().without_failures();
        look(&mut block_on(store.snapshot(self.hub.company())).expect("without failures"))
    }

    /// How often each change is kept, by its device and the link after it: in the feed, or put aside.
    pub(crate) fn kept(&self) -> BTreeMap<(ChangeId, Hash), usize> {
        let all = FeedAsk { limit: u32::MAX, ..FeedAsk::default() };
        self.moment(|snapshot| {
            let mut kept = BTreeMap::new();
            for row in block_on(snapshot.feed(&all)).expect("without failures") {
                *kept.entry((row.entry.change.id, row.link)).or_default() += 1;
            }
            for aside in block_on(snapshot.quarantine()).expect("without failures") {
                let id = ChangeId { device: aside.device, seq: aside.seq };
                *kept.entry((id, aside.link)).or_default() += 1;
            }
            kept
        })
    }

    pub(crate) fn digests_of(&self, phone: usize) -> Result<(Hash, SetDigest), String> {
        let viewer = block_on(self.hub.viewer(self.owners[phone].staff)).map_err(|e| e.to_string())?;
        let viewer = viewer.ok_or("the owner of a phone is nobody")?;
        let digest = block_on(self.hub.digest(&viewer)).map_err(|e| e.to_string())?;
        Ok((digest.state, digest.set))
    }

    /// The scopes in which a phone has counted other entries than the hub.
    pub(crate) fn scopes_that_differ(&self, phone: &Replica) -> String {
        let scopes: Vec<Scope> = phone.scopes().iter().copied().collect();
        let there =
            self.moment(|snapshot| block_on(snapshot.digests(Some(&scopes))).expect("without failures"));
        let there: BTreeMap<_, _> = there.into_iter().collect();
        let counts = scopes
            .iter()
            .map(|scope| (scope, phone.digest(*scope), there.get(scope).copied().unwrap_or_default()));
        let differing = counts.filter(|(_, here, there)| here != there);
        let told = differing
            .map(|(scope, here, there)| format!("{scope:?}: {} here, {} there", here.count, there.count));
        told.collect::<Vec<_>>().join("; ")
    }

    /// The first paper on which a phone and the hub differ.
    pub(crate) fn first_difference(&self, index: usize, phone: &Replica) -> String {
        let viewer = block_on(self.hub.viewer(self.owners[index].staff)).expect("healed").expect("a rep");
        let sight = server::scope::sight(&viewer);
        let there = self.moment(|snapshot| block_on(snapshot.papers_in(&sight)).expect("without failures"));
        let there: BTreeMap<PaperKey, Paper> = there.into_iter().collect();
        let here = phone.view().confirmed();
        let held = |key: &PaperKey, paper: &Paper| {
            paper.scope(key).is_some_and(|scope| phone.scopes().contains(&scope))
        };
        let mine = here.iter().filter(|(key, paper)| held(key, paper) && there.get(key) != Some(paper));
        let theirs = there.iter().filter(|(key, paper)| here.get(key) != Some(paper));
        let mut differing = mine.chain(theirs).map(|(key, _)| key);
        differing.next().map_or("no paper differs".into(), |key| {
            format!("here {:?}\nthere {:?}", here.get(key), there.get(key))
        })
    }

    /// Whatever was posted so far sums to zero.
    pub(crate) fn money_sums_to_zero(&self) -> Result<(), String> {
        let sum: Money = self.moment(|snapshot| {
            let papers = block_on(snapshot.papers_in(&Sight::everything())).expect("without failures");
            let balances = papers.iter().filter_map(|(_, paper)| match paper {
                Paper::Balance(balance) => Some(balance.sum),
                _ => None,
            });
            balances.sum()
        });
        if sum.is_zero() { Ok(()) } else { Err(format!("postings come to {sum}")) }
    }

    /// The hub's own check of itself, and conservation.
    pub(crate) fn holds_together(&self) -> Result<(), String> {
        let report = block_on(self.hub.verify()).map_err(|e| e.to_string())?;
        if let Some(fault) = report.faults.first() {
            return Err(fault.clone());
        }
        let counters = report.counters;
        if counters.received != counters.applied + counters.held + counters.quarantined {
            return Err(format!("received {} is not applied + held + quarantined", counters.received));
        }
        let devices =
            self.moment(|snapshot| block_on(snapshot.devices(&Devices::All)).expect("without failures"));
        let delivered: u64 = devices.iter().map(|device| device.last_seq).sum();
        if delivered + counters.quarantined == counters.received {
            Ok(())
        } else {
            Err(format!("{delivered} changes stand in the logs, {} were counted", counters.received))
        }
    }
}
