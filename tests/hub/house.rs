//! A small company with its hub, and pens that write device logs, honest and otherwise.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use ed25519_dalek::{Signer, SigningKey};
use server::{
    hub::{Arrived, Command, Enrolment, Hub, PushError},
    outside::Outside,
    store::{Sight, Snapshot, Store},
};
use sync_core::{
    domain::{
        cash::{Collected, CompanyAccountOpened, Means},
        customer::{CardField, CardFieldSet, CustomerCreated, FieldValue, OwnerSet},
        people::{Role, StaffJoined},
        visit::{Purpose, VisitRecorded},
    },
    feed::Cursor,
    log::{Change, Declared, Hash, Header, Holding, PushBatch, genesis, next_link},
    op::Op,
    paper::{Paper, PaperKey},
    scope::{Scope, scopes_fingerprint},
    snapshot::SnapshotAsk,
    time::Timestamp,
    unit::{AccountId, Amount, CompanyId, CustomerId, DeviceId, Money, StaffId, Text},
    wire::PushReply,
};
use tests::memory::MemoryStore;
use uuid::Uuid;

pub(crate) const SESSION: Uuid = Uuid::from_bytes([77; 16]);
pub(crate) const MA: StaffId = StaffId::from_bytes([201; 16]);
pub(crate) const YANG: StaffId = StaffId::from_bytes([202; 16]);
pub(crate) const HEAD: StaffId = StaffId::from_bytes([203; 16]);
pub(crate) const ADMIN: StaffId = StaffId::from_bytes([204; 16]);
pub(crate) const LIU: StaffId = StaffId::from_bytes([205; 16]);
pub(crate) const MONEY: StaffId = StaffId::from_bytes([206; 16]);
pub(crate) const ACCOUNT: AccountId = AccountId::from_bytes([61; 16]);

pub(crate) fn text<const LEAST: usize, const MOST: usize>(words: &str) -> Text<LEAST, MOST> {
    Text::new(words).expect("short enough")
}

/// A minute of the day the stories play on.
pub(crate) fn minute(minute: u64) -> Timestamp {
    Timestamp::from_millis(1_759_000_000_000 + minute * 60_000)
}

/// Ma's three customers are 1 to 3, Yang's 11 to 13.
pub(crate) fn customer(number: u8) -> CustomerId {
    CustomerId::from_bytes([number; 16])
}

pub(crate) struct House<S = MemoryStore> {
    pub(crate) hub: Hub<S>,
}

/// Randomness that is the same in every run, after so many draws; but for the first, which names the company.
pub(crate) fn outside(drawn: Arc<AtomicU64>, company: u8) -> Outside {
    Outside::of(
        || minute(0),
        move |bytes| {
            let next = drawn.fetch_add(1, Ordering::SeqCst);
            let first = if next == 1 && company > 0 { &[company][..] } else { &[] };
            let hash = sync_core::log::sha256(&[&next.to_be_bytes(), first]);
            bytes.iter_mut().zip(hash.iter().cycle()).for_each(|(byte, drawn)| *byte = *drawn);
        },
    )
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::over(MemoryStore::default()).await
    }
}

impl<S: Store> House<S> {
    pub(crate) async fn over(store: S) -> Self {
        Self::drawing(store, Arc::new(AtomicU64::new(1)), 0).await
    }

    /// A house whose draws can be counted from outside.
    pub(crate) async fn drawing(store: S, drawn: Arc<AtomicU64>, company: u8) -> Self {
        let hub =
            Hub::found(store, "塞北食品", outside(drawn, company), minute(0)).await.expect("a new company");
        // Whatever is judged is saved while the next push is judged.
        let house = Self { hub: hub.saving_ahead(1) };
        let people = [
            (MA, "马", Role::DirectRep),
            (YANG, "杨", Role::Rep),
            (HEAD, "部长", Role::SalesHead),
            (ADMIN, "管", Role::Administrator),
            (LIU, "刘", Role::Logistics),
            (MONEY, "王", Role::Finance),
        ];
        for (staff, name, role) in people {
            let number = text(&format!("GH-{}", staff.bytes()[0]));
            house
                .says(Op::StaffJoined(StaffJoined { staff, number, name: text(name), role, team: text("") }))
                .await;
        }
        for (owner, numbers) in [(MA, 1..=3), (YANG, 11..=13)] {
            for number in numbers {
                let fields = vec![(CardField::Name, FieldValue::Text(text(&format!("商行{number}"))))];
                let created =
                    CustomerCreated { customer: customer(number), fields, contacts: Vec::new(), owner };
                house.says(Op::CustomerCreated(created)).await;
            }
        }
        let opened = CompanyAccountOpened {
            account: ACCOUNT,
            holder: text("塞北食品"),
            bank: text("银行"),
            number: text("622200001"),
        };
        house.says(Op::CompanyAccountOpened(opened)).await;
        house
    }

    pub(crate) async fn says(&self, op: Op) {
        let command = Command::new(Command::operator(SESSION), op);
        self.hub.command(command, minute(0)).await.expect("the operator may");
    }

    pub(crate) async fn pen(&self, staff: StaffId, secret: u8) -> Pen {
        let key = SigningKey::from_bytes(&[secret; 32]);
        let public = key.verifying_key().to_bytes();
        let enrolment = Enrolment { staff, session: SESSION, key: public, name: text("手机") };
        let enrolled = self.hub.enrol(enrolment, minute(1)).await.expect("a rep's phone");
        let company = self.hub.company();
        let link = genesis(company, enrolled.device, &public);
        let (links, changes) = (vec![link], Vec::new());
        Pen { company, device: enrolled.device, staff, key, links, changes, seen: (0, None) }
    }

    /// Hands in pushes, each signed by its own device, as one group.
    pub(crate) async fn group(
        &self,
        pushes: Vec<(&Pen, Vec<u8>)>,
        now: Timestamp,
    ) -> Vec<Result<PushReply, PushError>> {
        let arrived = pushes.into_iter().map(|(pen, bytes)| pen.arrived(bytes)).collect();
        self.hub.ingest(arrived, now).await
    }

    pub(crate) async fn push(
        &self,
        pen: &Pen,
        bytes: Vec<u8>,
        now: Timestamp,
    ) -> Result<PushReply, PushError> {
        self.group(vec![(pen, bytes)], now).await.pop().expect("one push, one answer")
    }

    /// All that the feed brings its owner, as a phone asks for it.
    pub(crate) async fn pulled(&self, staff: StaffId) -> Vec<sync_core::feed::Entry> {
        let viewer = self.hub.viewer(staff).await.expect("the store").expect("a member of staff");
        let mut cursor = Cursor::default();
        let mut entries = Vec::new();
        loop {
            let ask = server::feed::PullAsk {
                epoch: cursor.epoch,
                after: cursor.position,
                limit: 7,
                scopes: [0; 16],
            };
            let page = self.hub.pull(&viewer, ask, minute(900)).await.expect("a page");
            cursor = page.scanned_to;
            entries.extend(page.entries);
            if cursor.position == page.head {
                return entries;
            }
        }
    }

    /// Every paper, as the hub has it.
    pub(crate) async fn papers(&self) -> BTreeMap<PaperKey, Paper> {
        let mut moment = self.hub.snapshot().await.expect("a moment");
        let all = moment.papers_in(&Sight::everything()).await.expect("the store");
        all.into_iter().collect()
    }

    pub(crate) async fn digest(&self, staff: StaffId) -> server::feed::BookDigest {
        let viewer = self.hub.viewer(staff).await.expect("the store").expect("a member of staff");
        self.hub.digest(&viewer).await.expect("a digest")
    }

    /// Everything that can be recomputed comes out as it is stored.
    pub(crate) async fn holds(&self) -> server::verify::Report {
        let report = self.hub.verify().await.expect("the store");
        assert!(report.holds(), "{:#?}", report.faults);
        report
    }
}

/// Writes one device's log.
#[derive(Clone)]
pub(crate) struct Pen {
    pub(crate) company: CompanyId,
    pub(crate) device: DeviceId,
    pub(crate) staff: StaffId,
    key: SigningKey,
    links: Vec<Hash>,
    changes: Vec<Change>,
    /// How far its owner has read the feed, and in which life of the book.
    pub(crate) seen: (u64, Option<u32>),
}

impl Pen {
    /// The public half of a key that some other pen would write with.
    pub(crate) fn key_of(&self, secret: u8) -> [u8; 32] {
        SigningKey::from_bytes(&[secret; 32]).verifying_key().to_bytes()
    }

    pub(crate) fn next_seq(&self) -> u64 {
        self.changes.len() as u64 + 1
    }

    pub(crate) fn writes(&mut self, op: &Op, at: Timestamp) {
        self.writes_raw(op.kind(), op.to_body(), op.scopes(self.staff), at);
    }

    /// Writes an op as a device does that names persons: with a salt before its body.
    pub(crate) fn writes_salted(&mut self, op: &Op, at: Timestamp) {
        self.seals(op.kind(), Some([9; 16]), op.to_body(), op.scopes(self.staff), at);
    }

    /// The batch of all changes with two of them exchanged, under the signature of the right order.
    pub(crate) fn reordered(&self, one: usize, other: usize) -> Vec<u8> {
        let (whole, one, other) = (self.all(), self.bytes_of(one), self.bytes_of(other));
        let place = |part: &[u8]| {
            whole.windows(part.len()).position(|some| some == part).expect("it is in the batch")
        };
        let (from, to) = (place(&one) - 2, place(&other) + other.len());
        let framed = |change: &[u8]| minicbor::to_vec(minicbor::bytes::ByteVec::from(change.to_vec()));
        let exchanged = [framed(&other).expect("into memory"), framed(&one).expect("into memory")].concat();
        assert_eq!(exchanged.len(), to - from, "the two stand side by side");
        [&whole[..from], &exchanged, &whole[to..]].concat()
    }

    /// Another device's log under this pen's key.
    pub(crate) fn signing_for(&self, other: &Self) -> Self {
        Self { key: self.key.clone(), ..other.clone() }
    }

    /// Writes a body of any kind, whatever it says.
    pub(crate) fn writes_raw(&mut self, kind: u16, body: Vec<u8>, scopes: Vec<Scope>, at: Timestamp) {
        self.seals(kind, None, body, scopes, at);
    }

    fn seals(&mut self, kind: u16, salt: Option<[u8; 16]>, body: Vec<u8>, scopes: Vec<Scope>, at: Timestamp) {
        let header = Header {
            seq: self.next_seq(),
            at,
            seen: self.seen.0,
            kind,
            version: Op::VERSION,
            scopes,
            entity: None,
            actor: None,
            epoch: self.seen.1,
        };
        let change = Change::seal(self.device, header, salt, body);
        let before = self.links.last().expect("a chain has a beginning");
        self.links.push(next_link(before, &change));
        self.changes.push(change);
    }

    /// The signed batch of these sequences; the device declares that one more is not sent.
    pub(crate) fn batch(&self, seqs: std::ops::RangeInclusive<u64>) -> Vec<u8> {
        let at = |seq: u64| usize::try_from(seq).expect("small");
        let (first, last) = (at(*seqs.start()), at(*seqs.end()));
        let declared =
            Declared { unsent: seqs.end() - seqs.start() + 2, cash: Money::ZERO, clock: minute(5) };
        let batch =
            PushBatch::new(self.company, self.links[first - 1], &self.changes[first - 1..last], declared)
                .expect("at least one change");
        batch.signed(&self.key.sign(&batch.signing_bytes()).to_bytes())
    }

    /// One change as it is sent.
    pub(crate) fn bytes_of(&self, seq: usize) -> Vec<u8> {
        self.changes[seq - 1].to_bytes()
    }

    /// The statement that this device holds just these scopes, having read the feed up to `position`.
    pub(crate) fn states(&self, scopes: &BTreeSet<Scope>, epoch: u32, position: u64) -> Vec<u8> {
        let scopes = scopes_fingerprint(scopes);
        let (company, device, at) = (self.company, self.device, minute(7));
        let holding = Holding { company, device, epoch, position, scopes, at };
        holding.signed(&self.key.sign(&holding.signing_bytes()).to_bytes())
    }

    pub(crate) fn all(&self) -> Vec<u8> {
        self.batch(1..=self.changes.len() as u64)
    }

    pub(crate) fn arrived(&self, bytes: impl AsRef<[u8]>) -> Arrived {
        let key = self.key.verifying_key().to_bytes();
        Arrived::check(bytes.as_ref(), self.company, self.device, &key).expect("an honest batch")
    }
}

pub(crate) fn visit(whom: u8, said: &str) -> Op {
    Op::VisitRecorded(VisitRecorded {
        customer: customer(whom),
        purposes: vec![Purpose::DiscussOrder],
        met: text("老板"),
        said: text(said),
        next_step: text(""),
        next_on: None,
        place: None,
        photos: Vec::new(),
    })
}

pub(crate) fn cash(whom: u8, fen: i64, receipt: u32) -> Op {
    Op::Collected(Collected {
        customer: customer(whom),
        amount: Amount::new(Money::fen(fen)).expect("a sum"),
        means: Means::Cash,
        receipt,
        order: None,
        over_limit: None,
        note: text(""),
        photo: None,
    })
}

pub(crate) fn card(whom: u8, address: &str) -> Op {
    let value = FieldValue::Text(text(address));
    Op::CardFieldSet(CardFieldSet {
        customer: customer(whom),
        field: CardField::RegisteredAddress,
        value,
        replaces: Vec::new(),
    })
}

pub(crate) fn hand_over(whom: u8, to: StaffId) -> Op {
    Op::OwnerSet(OwnerSet { customer: customer(whom), owner: to, replaces: Vec::new(), reason: None })
}

/// What somebody asks for who stands at the head and misses these scopes.
pub(crate) async fn of_these<S: Store>(
    house: &House<S>,
    scopes: impl IntoIterator<Item = Scope>,
) -> SnapshotAsk {
    let position = house.hub.look().await.expect("the store");
    let scopes = Some(scopes.into_iter().collect());
    SnapshotAsk { epoch: 1, position: Some(position), held: [0; 16], scopes }
}
