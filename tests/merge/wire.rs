//! Messages: what is written is read back, and what a later version adds is skipped.

use proptest::prelude::*;
use sync_core::{
    domain::{cash::Share, people::Role},
    feed::Cursor,
    log::{Change, Declared, PushBatch, SetDigest, SignedBatch, next_link},
    op::{Op, UnreadableBody},
    replica::{Identity, LogRecord, Replica},
    scope::Scope,
    time::Timestamp,
    unit::{CompanyId, DeviceId, StaffId},
    wire::{LogEnd, Page},
};

use crate::deeds::{deeds, entries};

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_page_is_read_back_as_it_was_written(history in deeds()) {
        let entries = entries(&history);
        let page = Page {
            scanned_to: Cursor { epoch: 2, position: 77 },
            head: 99,
            digests: vec![(Scope::Common, SetDigest { sum: [8; 32], count: 3 })],
            combined: Some(SetDigest { sum: [1; 32], count: 4 }),
            grants: Some(vec![Scope::Common]),
            now: Timestamp::from_millis(5),
            asked_with: [6; 16],
            asked_after: 76,
            log: None,
            entries,
        };
        // The receipt time travels in milliseconds.
        let mut expected = page.clone();
        for entry in &mut expected.entries {
            entry.received = Timestamp::from_millis(entry.received.millis());
        }
        prop_assert_eq!(Page::from_bytes(&page.to_bytes()).expect("a page"), expected);
    }

    #[test]
    fn a_page_from_outside_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Page::from_bytes(&bytes).is_err());
    }

    #[test]
    fn a_body_is_read_back_as_it_was_written(history in deeds()) {
        for entry in entries(&history) {
            let op = entry.op().expect("a known op");
            prop_assert_eq!(op.to_body(), entry.change.body());
            let json = serde_json::to_string(&op).expect("ops have a JSON mirror");
            prop_assert_eq!(serde_json::from_str::<Op>(&json).expect("and are read back from it"), op);
        }
    }
}

#[test]
fn a_field_that_a_later_version_added_is_skipped() {
    // {0: customer, 1: addition, 9: "new"} — ContactRemoved with a field this version does not know.
    let mut body = vec![0xa3, 0x00, 0x50];
    body.extend([1; 16]);
    body.extend([0x01, 0x82, 0x50]);
    body.extend([2; 16]);
    body.extend([0x07, 0x09, 0x63, b'n', b'e', b'w']);
    assert!(matches!(Op::from_body(14, 1, &body), Ok(Op::ContactRemoved(_))));
}

/// A phone that went back to an earlier version of its program still delivers what the later one recorded, byte for byte.
#[test]
fn what_a_later_version_recorded_is_kept_and_delivered_by_an_earlier_one() {
    let key = ed25519_dalek::SigningKey::from_bytes(&[4; 32]).verifying_key().to_bytes();
    let identity = Identity {
        company: CompanyId::from_bytes([1; 16]),
        device: DeviceId::from_bytes([2; 16]),
        number: 7,
        staff: StaffId::from_bytes([3; 16]),
        name: "马".into(),
        role: Role::DirectRep,
        share: Share::WHOLE,
        key,
    };
    let empty = Replica::new(identity.clone());
    let change = later(&identity, 1, 9_999, b"\xa1\x18\x63\x61x");
    let link = next_link(&empty.index().settled_link, &change);
    let record = LogRecord { change: change.clone(), link, judged: None };
    let stored = minicbor::to_vec(&record).expect("into memory");
    let read: LogRecord = minicbor::decode(&stored).expect("a record");
    let mut phone = Replica::restore(empty.index().clone(), [], vec![read]).expect("nothing is lost");
    assert_eq!((phone.backlog().unsent, phone.outbox().len(), phone.next_seq()), (1, 0, 2));
    let sent = |phone: &Replica| {
        let batch = phone.outgoing(1_000, Timestamp::from_millis(5)).expect("one is unsent");
        SignedBatch::from_bytes(&batch.signed(&[0; 64])).expect("a batch").changes.remove(0).0.to_bytes()
    };
    assert_eq!(sent(&phone), change.to_bytes());
    let again = phone.offer_again(1, vec![record]);
    assert_eq!(again.len(), 1, "an office restored from a backup gets it again");
    assert_eq!(sent(&phone), change.to_bytes());
}

/// A change as a later version writes it: a header with a field more, a body of a kind or with a field more.
fn later(identity: &Identity, seq: u64, kind: u16, body: &[u8]) -> Change {
    let mut header = Vec::new();
    let mut e = minicbor::Encoder::new(&mut header);
    let scope = Scope::Staff(identity.staff).to_bytes();
    e.map(8)
        .and_then(|e| e.u8(0)?.u64(seq)?.u8(1)?.u64(77)?.u8(2)?.u64(0)?.u8(3)?.u16(kind)?.u8(4)?.u8(1))
        .and_then(|e| e.u8(5)?.array(1)?.bytes(&scope)?.u8(8)?.u32(1)?.u8(99)?.str("new"))
        .expect("into memory");
    let mut bytes = Vec::new();
    let mut e = minicbor::Encoder::new(&mut bytes);
    e.array(2).and_then(|e| e.bytes(&header)?.bytes(body)).expect("into memory");
    Change::from_bytes(identity.device, &bytes).expect("a header may have fields that nobody knows yet")
}

/// A batch and a page with a part more at their end are read for what is known of them.
#[test]
fn parts_that_a_later_version_added_to_a_message_are_skipped() {
    let identity = Identity {
        company: CompanyId::from_bytes([1; 16]),
        device: DeviceId::from_bytes([2; 16]),
        number: 7,
        staff: StaffId::from_bytes([3; 16]),
        name: "马".into(),
        role: Role::Rep,
        share: Share::NONE,
        key: [4; 32],
    };
    let change = later(&identity, 1, 30, b"\xa0");
    let before = Replica::new(identity.clone()).index().settled_link;
    let batch = PushBatch::new(identity.company, before, &[change], Declared::default()).expect("one");
    let mut bytes = batch.signed(&[0; 64]);
    assert_eq!(bytes[0], 0x83);
    bytes[0] = 0x84;
    bytes.extend(b"\xa1\x00\x63new");
    let read = SignedBatch::from_bytes(&bytes).expect("a batch with a part more");
    assert_eq!(
        read.changes[0].0.header_bytes().last_chunk(),
        Some(b"\x63new"),
        "the field nobody knows is there"
    );
    bytes.pop();
    assert!(SignedBatch::from_bytes(&bytes).is_err(), "but not half a part");
    let log = LogEnd { device: identity.device, seq: 1, link: [5; 32] };
    let page = Page { now: Timestamp::from_millis(5), log: Some(log), ..Page::default() };
    let mut page = page.to_bytes();
    assert_eq!(page[0], 0x8b);
    page[0] = 0x8c;
    page.extend(b"\x63new");
    assert_eq!(Page::from_bytes(&page).expect("a page with a part more").now, Timestamp::from_millis(5));
}

#[test]
fn an_unknown_kind_is_told_apart_from_a_malformed_body() {
    assert_eq!(Op::from_body(999, 1, &[]), Err(UnreadableBody::UnknownKind { kind: 999, version: 1 }));
    assert!(matches!(Op::from_body(30, 1, &[0xff]), Err(UnreadableBody::Malformed { .. })));
}
