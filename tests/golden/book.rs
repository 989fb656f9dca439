//! A small company whose phone and office have talked, and its book as a file at each step of the tables.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use ed25519_dalek::{Signer, SigningKey};
use server::{
    feed::PullAsk,
    hub::{Arrived, Command, Enrolment, Hub},
    outside::Outside,
    store::{Blob, Company, Store, sqlite::SqliteStore},
};
use sqlx::{Connection, Row, SqliteConnection, migrate::Migrator};
use sync_core::{
    domain::{
        cash::{Collected, DrawerPart, Means, Reversed, Reversible},
        people::{Role, StaffJoined},
        sale::{OrderStamp, OrderStamped, OrderTaken},
        visit::BlobHash,
    },
    log::{Actor, Change, Declared, Header, PushBatch, genesis, sha256},
    op::Op,
    replica::{Identity, LogRecord, Replica},
    scope::Scope,
    time::Timestamp,
    unit::{CompanyId, DeviceId, PaperId, StaffId},
    wire::{Page, PushReply},
};
use uuid::Uuid;

use super::ops::{self, CUSTOMER, FINANCE, HEAD, LOGISTICS, MA, YANG, amount, text};

/// The steps of the tables before the first release, whose books are kept beside today's.
pub const BOOK_STEPS: [i64; 3] = [1, 2, 3];

const SESSION: Uuid = Uuid::from_bytes([77; 16]);

/// 2025-11-27, nine in the morning in the company's zone, and minutes after it.
const fn minute(minute: u64) -> Timestamp {
    Timestamp::from_millis(1_764_205_200_000 + minute * 60_000)
}

/// The company, its phone, and what they said to each other.
pub struct Furnished<S: Store> {
    /// The office.
    pub hub: Hub<S>,
    /// The phone as it stands now.
    pub phone: Replica,
    /// Its key.
    pub key: SigningKey,
    /// The first batch it pushed.
    pub pushed: Vec<u8>,
    /// The answer.
    pub reply: PushReply,
    /// Its log as it stored it after the answer.
    pub records: Vec<LogRecord>,
    /// A record of what it has not sent.
    pub unsent: LogRecord,
    /// A batch it made that day and has never sent.
    pub late: Vec<u8>,
    /// Its first page of the feed, and the last.
    pub first: Page,
    /// The one that reaches the head.
    pub last: Page,
    /// The moment all this was over.
    pub now: Timestamp,
}

impl<S: Store> std::fmt::Debug for Furnished<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Furnished").field("phone", self.phone.identity()).finish_non_exhaustive()
    }
}

/// Founds the company over a store and lets phone and office talk. Always the same, byte for byte.
pub async fn furnished<S: Store>(store: S) -> Furnished<S> {
    let drawn = AtomicU64::new(0);
    let outside = Outside::of(
        || minute(0),
        move |bytes: &mut [u8]| {
            let turn = drawn.fetch_add(1, Ordering::SeqCst);
            let hash = sha256(&[b"golden", &turn.to_be_bytes()]);
            bytes.iter_mut().zip(hash.iter().cycle()).for_each(|(byte, drawn)| *byte = *drawn);
        },
    );
    // As it was founded when the first samples were made: what its devices create is named by a hash (decision 036).
    let company = Company {
        id: CompanyId(outside.id()),
        name: "宁夏塞上良品".into(),
        hub: DeviceId(outside.id()),
        hub_key: outside.random(),
        founded: minute(0),
    };
    let hub = Hub::enter(store, company, outside).await.expect("a new company");
    furnish(&hub).await;
    let key = SigningKey::from_bytes(&[11; 32]);
    let mut phone = enrolled(&hub, MA, &key).await;
    let first = pulls(&hub, &mut phone, minute(2)).await;
    works(&hub, &mut phone).await;
    let pushed = outgoing(&phone, &key);
    let reply = push(&hub, &phone, &pushed, minute(20)).await;
    let records = phone.acknowledge(&reply, minute(20));
    office_goes_on(&hub, &phone).await;
    strangers(&hub).await;
    let last = pulls(&hub, &mut phone, minute(40)).await;
    for op in ops::ops().into_iter().filter(|op| matches!(op.kind(), 11 | 30)) {
        does(&mut phone, op, minute(50));
    }
    let draft = phone.draft(collected(2), minute(51), [4; 16]).expect("the rules say yes");
    let unsent = draft.record();
    phone.saved(draft);
    let late = outgoing(&phone, &key);
    Furnished { hub, phone, key, pushed, reply, records, unsent, late, first, last, now: minute(60) }
}

/// What the office enters before there is a phone: a sample of every op that it may write then.
async fn furnish<S: Store>(hub: &Hub<S>) {
    let people = [
        (YANG, "杨师傅", Role::Rep),
        (HEAD, "周部长", Role::SalesHead),
        (FINANCE, "李会计", Role::Finance),
        (LOGISTICS, "刘物流", Role::Logistics),
    ];
    let joined = people.map(|(staff, name, role)| {
        let number = text(&format!("GH-{}", staff.bytes()[0]));
        Op::StaffJoined(StaffJoined { staff, number, name: text(name), role, team: text("") })
    });
    let entered = ops::ops().into_iter().filter(|op| matches!(op.kind(), 1 | 10 | 20 | 21 | 50));
    for op in joined.into_iter().chain(entered) {
        let command = Command::new(Command::operator(SESSION), op);
        hub.command(command, minute(0)).await.expect("the operator may");
    }
}

async fn enrolled<S: Store>(hub: &Hub<S>, staff: StaffId, key: &SigningKey) -> Replica {
    let public = key.verifying_key().to_bytes();
    let enrolment = Enrolment { staff, session: SESSION, key: public, name: text("红米 12") };
    let enrolled = hub.enrol(enrolment, minute(1)).await.expect("a rep's phone");
    Replica::new(Identity {
        company: hub.company(),
        device: enrolled.device,
        number: enrolled.number,
        staff,
        name: "马立群".into(),
        role: enrolled.role,
        share: enrolled.share,
        key: public,
    })
}

/// Reads the feed to its head; the last page.
async fn pulls<S: Store>(hub: &Hub<S>, phone: &mut Replica, now: Timestamp) -> Page {
    let viewer = hub.viewer(phone.identity().staff).await.expect("the store").expect("a member of staff");
    loop {
        let (cursor, scopes) = (phone.index().cursor, phone.index().scopes_fingerprint());
        let ask = PullAsk { epoch: cursor.epoch, after: cursor.position, limit: 500, scopes };
        let page = hub.pull(&viewer, ask, now).await.expect("a page");
        let received = phone.receive(&page);
        assert!(!received.diverged, "the digests agree");
        if !received.more {
            return page;
        }
    }
}

fn does(phone: &mut Replica, op: Op, now: Timestamp) {
    let draft = phone.draft(op, now, [3; 16]).expect("the rules say yes");
    phone.saved(draft);
}

fn collected(receipt: u32) -> Op {
    Op::Collected(Collected {
        customer: CUSTOMER,
        amount: amount(288_150),
        means: Means::Cash,
        receipt,
        order: None,
        over_limit: None,
        note: text(""),
        photo: None,
    })
}

/// The phone's morning: a photo, and one of everything it records.
async fn works<S: Store>(hub: &Hub<S>, phone: &mut Replica) {
    let photo = vec![7; 100];
    let hash = BlobHash(sha256(&[&photo]));
    let blob = Blob { hash, media: "image/jpeg".into(), bytes: photo, uploader: MA, created: minute(3) };
    hub.store().put_blob(hub.company(), &blob, 1_000).await.expect("kept");
    for mut op in ops::ops() {
        match &mut op {
            Op::VisitRecorded(visit) => visit.photos = vec![hash],
            // A later version's: what was said in the beginning stays as it was.
            Op::Collected(collected) if collected.photo.is_some() => continue,
            Op::Collected(collected) if matches!(collected.means, Means::Cash) => collected.order = None,
            Op::Collected(collected) => collected.receipt = 2,
            Op::Remitted(remitted) => {
                remitted.slip = None;
                remitted.drawers =
                    vec![DrawerPart { device: phone.identity().device, amount: remitted.amount }];
            }
            Op::CardFieldSet(_) | Op::PersonalFieldSet(_) | Op::ContactAdded(_) | Op::OrderTaken(_) => {}
            _ => continue,
        }
        let turn = phone.next_seq();
        does(phone, op, minute(9 + turn));
    }
}

/// The next batch, signed.
fn outgoing(phone: &Replica, key: &SigningKey) -> Vec<u8> {
    let batch = phone.outgoing(64 * 1024, minute(15)).expect("something is unsent");
    batch.signed(&key.sign(&batch.signing_bytes()).to_bytes())
}

async fn push<S: Store>(hub: &Hub<S>, phone: &Replica, batch: &[u8], now: Timestamp) -> PushReply {
    let me = phone.identity();
    let arrived = Arrived::check(batch, me.company, me.device, &me.key).expect("an honest batch");
    hub.ingest(vec![arrived], now).await.pop().expect("one answer").expect("taken")
}

/// The office stamps the order, reverses the money that came by transfer, and hands the customer over and back.
async fn office_goes_on<S: Store>(hub: &Hub<S>, phone: &Replica) {
    let by = |staff| Actor { staff, session: SESSION };
    let device = phone.identity().device;
    let created = |kind: u16| {
        let lines = phone.outbox();
        let line = lines.iter().find(|line| line.op.kind() == kind).expect("it was recorded");
        (PaperId(sync_core::unit::ChangeId { device, seq: line.seq }.created()), line.op.clone())
    };
    let (order, taken) = created(40);
    let Op::OrderTaken(taken) = taken else { unreachable!("an order") };
    let over = OrderTaken::body_hash(&taken);
    let stamped = OrderStamped { order, customer: CUSTOMER, stamp: OrderStamp::Accepted, over };
    let (of, _) = created(52);
    let reversed = Reversed {
        kind: Reversible::Collection,
        of,
        staff: MA,
        customer: Some(CUSTOMER),
        reason: text("重复记录"),
    };
    for (staff, op) in [(LOGISTICS, Op::OrderStamped(stamped)), (FINANCE, Op::Reversed(reversed))] {
        hub.command(Command::new(by(staff), op), minute(25)).await.expect("they may");
    }
}

/// Another phone: a kind that nobody knows, then another log under the same key, then it is stopped.
async fn strangers<S: Store>(hub: &Hub<S>) {
    let key = SigningKey::from_bytes(&[12; 32]);
    let phone = enrolled(hub, YANG, &key).await;
    let (company, device) = (phone.identity().company, phone.identity().device);
    let of = |kind, body: &[u8]| by_hand(company, device, &key, kind, body);
    push(hub, &phone, &of(9_999, b"\xa1\x18\x63\x61x"), minute(30)).await;
    let other = of(9_998, b"\xa0");
    let arrived = Arrived::check(&other, company, device, &phone.identity().key).expect("an honest batch");
    hub.ingest(vec![arrived], minute(31)).await.pop().expect("one answer").expect_err("a fork");
    let actor = Actor { staff: HEAD, session: SESSION };
    hub.revoke(actor, device, text("丢了"), minute(32)).await.expect("a head may");
}

fn by_hand(company: CompanyId, device: DeviceId, key: &SigningKey, kind: u16, body: &[u8]) -> Vec<u8> {
    let header = Header {
        seq: 1,
        at: minute(29),
        seen: 0,
        kind,
        version: 1,
        scopes: vec![Scope::Staff(YANG)],
        entity: None,
        actor: None,
        epoch: Some(1),
    };
    let change = Change::seal(device, header, None, body.to_vec());
    let before = genesis(company, device, &key.verifying_key().to_bytes());
    let batch = PushBatch::new(company, before, &[change], Declared::default()).expect("one is a batch");
    batch.signed(&key.sign(&batch.signing_bytes()).to_bytes())
}

fn migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/migrations/sqlite")
}

/// The newest step of today's tables.
pub async fn newest_step() -> i64 {
    let steps = Migrator::new(migrations()).await.expect("the steps are there");
    steps.iter().map(|step| step.version).max().expect("there are steps")
}

/// Makes the company's book as a file whose tables have been through the steps up to one.
///
/// # Panics
/// The files cannot be written.
pub async fn book_at(step: i64, file: &Path) {
    let today = file.with_extension("today");
    let store = SqliteStore::open(&today).await.expect("a new file");
    let made = furnished(store.clone()).await;
    assert!(made.hub.verify().await.expect("the store").holds());
    drop(made);
    store.close().await;
    let address = format!("sqlite://{}?mode=rwc", file.display());
    let mut old = SqliteConnection::connect(&address).await.expect("a new file");
    let steps = Migrator::new(migrations()).await.expect("the steps are there");
    steps.run_to(step, &mut old).await.expect("the steps run");
    copy(&today, &mut old).await;
    sqlx::query("VACUUM").execute(&mut old).await.expect("it is packed");
    old.close().await.expect("it closes");
    std::fs::remove_file(today).ok();
}

/// Copies every row into the tables of that time, as far as they have columns for it.
async fn copy(from: &Path, into: &mut SqliteConnection) {
    let attached = sqlx::query("ATTACH ? AS today").bind(from.to_str().expect("a plain path"));
    attached.execute(&mut *into).await.expect("it is attached");
    // The rows of a feed before it was kept in runs are nowhere today: the books of that time are kept as they are.
    let tables = sqlx::query(
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\' \
         AND name IN (SELECT name FROM today.sqlite_schema) ORDER BY name",
    );
    for table in tables.fetch_all(&mut *into).await.expect("the tables") {
        let table: String = table.get(0);
        let columns = sqlx::query("SELECT name FROM pragma_table_info(?)").bind(&table);
        let columns: Vec<String> =
            columns.fetch_all(&mut *into).await.expect("columns").iter().map(|row| row.get(0)).collect();
        let columns = columns.join(", ");
        let all = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM today.{table}");
        sqlx::query(sqlx::AssertSqlSafe(all)).execute(&mut *into).await.expect("the rows fit");
    }
    sqlx::query("DETACH today").execute(&mut *into).await.expect("it is let go");
}
