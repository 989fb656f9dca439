//! Messages: what is written is read back, and what a later version adds is skipped.

use proptest::prelude::*;
use sync_core::{
    feed::Cursor,
    log::SetDigest,
    op::{Op, UnreadableBody},
    scope::Scope,
    time::Timestamp,
    wire::Page,
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

#[test]
fn an_unknown_kind_is_told_apart_from_a_malformed_body() {
    assert_eq!(Op::from_body(999, 1, &[]), Err(UnreadableBody::UnknownKind { kind: 999, version: 1 }));
    assert!(matches!(Op::from_body(30, 1, &[0xff]), Err(UnreadableBody::Malformed { .. })));
}
