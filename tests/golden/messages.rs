//! Messages and stored records, as they come about when a phone and an office talk.

use futures::executor::block_on;
use sync_core::{
    claim::{ReceiptClaim, ScannedClaim},
    evidence::{LogFile, check},
    feed::Cursor,
    log::{Actor, Change, Declared, Header, SignedBatch, is_signed_by},
    op::Op,
    replica::Replica,
    scope::{Desk, Scope},
    snapshot::{CHUNK_BYTES, Chunk, SignedManifest, SnapshotAsk},
    time::Timestamp,
    unit::{DeviceId, Money},
    wire::{Checkpoint, Judged, LogEnd, Page},
};
use uuid::Uuid;

use super::{
    Sample,
    book::{Furnished, furnished},
    ops::{self, CUSTOMER, DEVICE, MA},
};
use crate::memory::MemoryStore;

pub(super) fn samples() -> Vec<Sample> {
    let mut all = changes();
    let talk = block_on(furnished(MemoryStore::default()));
    all.extend(talked(&talk));
    all.push(Sample::of("message/checkpoint", checkpoint(&talk)));
    all.extend(block_on(snapshot(&talk)));
    all.push(claim(&talk));
    all.push(Sample::of("record/index", talk.phone.index().clone()));
    all.push(Sample::of("record/log-judged", talk.records.last().expect("a record").clone()));
    all.push(Sample::of("record/log-unsent", talk.unsent.clone()));
    for scope in
        [Scope::Common, Scope::Customer(CUSTOMER), Scope::CustomerPrivate(CUSTOMER), Scope::Staff(MA)]
    {
        let name = match scope {
            Scope::Common => "common",
            Scope::Customer(_) => "customer",
            Scope::CustomerPrivate(_) => "customer-private",
            _ => "staff",
        };
        all.push(Sample::of(format!("record/scope-{name}"), talk.phone.scope_record(scope)));
    }
    all.push(exported(&talk));
    all
}

/// Changes by hand: with and without a salt, by the office, of a kind that nobody knows.
fn changes() -> Vec<Sample> {
    let header = |seq, kind, scopes| Header {
        seq,
        at: Timestamp::from_packed(0x0199_0000_0000_0007),
        seen: 41,
        kind,
        version: 1,
        scopes,
        entity: Some(Uuid::from_bytes([1; 16])),
        actor: None,
        epoch: Some(2),
    };
    let visit = ops::ops().into_iter().find(|op| op.kind() == 30).expect("a visit").to_body();
    let all_scopes = vec![
        Scope::Common,
        Scope::Customer(CUSTOMER),
        Scope::CustomerPrivate(CUSTOMER),
        Scope::Staff(MA),
        Scope::StaffPrivate(MA),
        Scope::Desk(Desk::Dock),
        Scope::Desk(Desk::Logistics),
        Scope::Desk(Desk::Finance),
        Scope::Desk(Desk::Production),
    ];
    let by_office = Header {
        actor: Some(Actor { staff: MA, session: Uuid::from_bytes([77; 16]) }),
        entity: None,
        epoch: None,
        ..header(1, 1, vec![Scope::Common])
    };
    let sample = |name: &str, change: Change| {
        let (device, bytes) = (change.id.device, change.to_bytes());
        Sample::by(format!("change/{name}"), change, bytes, move |bytes| {
            Change::from_bytes(device, bytes).map_err(|error| error.to_string())
        })
    };
    let seal = |header, salt, body: &[u8]| Change::seal(DEVICE, header, salt, body.to_vec());
    vec![
        sample("salted", seal(header(7, 30, vec![Scope::Customer(CUSTOMER)]), Some([9; 16]), &visit)),
        sample("every-scope", seal(header(8, 30, all_scopes), None, &visit)),
        sample("scope-of-the-books", seal(header(8, 30, vec![Scope::Desk(Desk::Books)]), None, &visit)),
        sample("by-the-office", seal(by_office, None, &ops::ops()[0].to_body())),
        sample("unknown-kind", seal(header(9, 9_999, vec![Scope::Staff(MA)]), None, b"\xa1\x18\x63\x61x")),
    ]
}

/// What went over the line.
fn talked(talk: &Furnished<MemoryStore>) -> Vec<Sample> {
    let mut all = Vec::new();
    let key = talk.key.verifying_key().to_bytes();
    for (name, batch) in [("batch", &talk.pushed), ("batch-a-year-old", &talk.late)] {
        let read = move |bytes: &[u8]| {
            let read = SignedBatch::from_bytes(bytes).map_err(|error| error.to_string())?;
            read.verify(&key).map_err(|error| error.to_string())?;
            Ok((read.header.clone(), read.changes.clone(), *read.signature()))
        };
        let value = read(batch).expect("it was just written");
        all.push(Sample::by(format!("message/{name}"), value, batch.clone(), read));
    }
    all.push(Sample::of("message/push-reply", talk.reply.clone()));
    let judged = Judged { seq: 1, position: 2, effective: Timestamp::from_packed(3), verdict: None };
    all.push(Sample::of("message/judged-plain", judged));
    for (name, page) in [("page-first", &talk.first), ("page-to-the-head", &talk.last)] {
        let read = |bytes: &[u8]| Page::from_bytes(bytes).map_err(|error| error.to_string());
        let value = read(&page.to_bytes()).expect("it was just written");
        all.push(Sample::by(format!("message/{name}"), value, page.to_bytes(), read));
    }
    let log = LogEnd { device: DEVICE, seq: 7, link: [5; 32] };
    let page = Page { log: Some(log.clone()), ..Page::default() };
    all.push(Sample::of("message/log-end", log));
    all.push(Sample::by("message/page-with-the-log-end", page.clone(), page.to_bytes(), |bytes| {
        Page::from_bytes(bytes).map_err(|error| error.to_string())
    }));
    all.push(Sample::of("message/cursor", Cursor { epoch: 2, position: 77 }));
    let declared = Declared { unsent: 3, cash: Money::fen(-5), clock: Timestamp::from_packed(9) };
    all.push(Sample::of("message/declared", declared));
    all
}

fn checkpoint(talk: &Furnished<MemoryStore>) -> Checkpoint {
    talk.phone.index().checkpoint.clone().expect("the office has countersigned")
}

/// What a first sync brings, and a phone in the middle of one.
async fn snapshot(talk: &Furnished<MemoryStore>) -> Vec<Sample> {
    let viewer = talk.hub.viewer(MA).await.expect("in memory").expect("a member of staff");
    let mut begun = Replica::new(talk.phone.identity().clone());
    begun.pin_hub_key(&talk.hub.public_key());
    let all = begun.missing_past().expect("everything, at the very first");
    let cut = talk.hub.cut(&viewer, &all, CHUNK_BYTES).await.expect("theirs");
    let device = Some(talk.phone.identity().device);
    let signed = talk.hub.signed(&cut.manifest, vec![1_000], device).await.expect("in memory");
    let nameless = talk.hub.signed(&cut.manifest, vec![1_000], None).await.expect("in memory");
    begun.take_piece(&all, None, &nameless.to_bytes());
    assert_eq!(begun.next_chunk(), Some(0), "it has begun");
    let some = SnapshotAsk {
        epoch: 1,
        position: Some(41),
        held: [6; 16],
        scopes: Some(vec![Scope::Customer(CUSTOMER), Scope::Staff(MA)]),
    };
    let key = talk.hub.public_key();
    let bytes = signed.to_bytes();
    let read = move |bytes: &[u8]| {
        let read = SignedManifest::from_bytes(bytes).map_err(|error| error.to_string())?;
        let signature = read.signature[..].try_into().map_err(|_| "a signature has 64 bytes".to_owned())?;
        let theirs = is_signed_by(&key, &read.signing_bytes(), &signature);
        let manifest = read.manifest().map_err(|error| error.to_string())?;
        if theirs { Ok((read, manifest)) } else { Err("not signed".to_owned()) }
    };
    let value = read(&bytes).expect("it was just written");
    let chunk = cut.chunks[0].clone();
    let decoded = |bytes: &[u8]| minicbor::decode::<Chunk>(bytes).map_err(|error| error.to_string());
    vec![
        Sample::of("message/snapshot-ask-all", all),
        Sample::of("message/snapshot-ask-some", some),
        Sample::by("message/snapshot-manifest", value, bytes, read),
        Sample::by("message/snapshot-chunk", decoded(&chunk).expect("a chunk"), chunk, decoded),
        Sample::of("record/index-while-a-snapshot-comes", begun.index().clone()),
    ]
}

fn claim(talk: &Furnished<MemoryStore>) -> Sample {
    use ed25519_dalek::Signer;
    let me = talk.phone.identity();
    let claim = ReceiptClaim {
        company: me.company,
        device: me.device,
        seq: 3,
        receipt: 1,
        amount: Money::fen(288_150),
    };
    let bytes = claim.signed(&talk.key.sign(&claim.signing_bytes()).to_bytes());
    let key = talk.key.verifying_key().to_bytes();
    Sample::by("message/receipt-claim", claim, bytes, move |bytes| {
        let read = ScannedClaim::from_bytes(bytes).ok_or("no claim")?;
        if read.is_signed_by(&key) { Ok(read.claim) } else { Err("not signed".to_owned()) }
    })
}

/// A device's log taken out: it is not only read but proves itself.
fn exported(talk: &Furnished<MemoryStore>) -> Sample {
    let device: DeviceId = talk.phone.identity().device;
    // Who takes it out sees no personal fields: one body is left out.
    let personal = |kind| Op::name_of(kind) == "PersonalFieldSet";
    let file = block_on(talk.hub.log_file(
        device,
        |row| !personal(row.entry.change.header.kind),
        |_, _| true,
        talk.now,
    ));
    let file = file.expect("in memory").expect("a device");
    let key = talk.hub.public_key();
    let read = move |bytes: &[u8]| {
        let checked = check(bytes, &key, None);
        if checked.holds() {
            checked.file.ok_or("no log".to_owned())
        } else {
            Err(format!("{:?}", checked.faults))
        }
    };
    let value: LogFile = read(&file).expect("it was just taken out");
    Sample::by("file/device-log", value, file, read)
}
