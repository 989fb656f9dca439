//! A device's log: an edit, a gap, a reorder and a foreign signature are each noticed.

use ed25519_dalek::{Signer, SigningKey};
use proptest::prelude::*;
use sync_core::{
    log::{Change, Declared, Header, PushBatch, SetDigest, SignedBatch, UnacceptableBatch, genesis},
    scope::Scope,
    time::Timestamp,
    unit::{CompanyId, DeviceId},
};

use crate::deeds::id;

const COMPANY: CompanyId = CompanyId::from_bytes([9; 16]);
const DEVICE: DeviceId = DeviceId::from_bytes([7; 16]);

fn key() -> SigningKey {
    SigningKey::from_bytes(&[3; 32])
}

fn change(seq: u64, body: &str) -> Change {
    let header = Header {
        seq,
        at: Timestamp::from_millis(seq),
        seen: 0,
        kind: 999,
        version: 1,
        scopes: vec![Scope::Common],
        entity: None,
        actor: None,
        epoch: None,
    };
    Change::seal(DEVICE, header, Some(id(5)), body.as_bytes().to_vec())
}

fn batch(changes: &[Change]) -> Vec<u8> {
    let before = genesis(COMPANY, DEVICE, key().verifying_key().as_bytes());
    let batch = PushBatch::new(COMPANY, before, changes, Declared::default()).expect("not empty");
    batch.signed(&key().sign(&batch.signing_bytes()).to_bytes())
}

#[test]
fn a_batch_arrives_as_it_was_sealed() {
    let changes = [change(1, "一"), change(2, "二")];
    let read = SignedBatch::from_bytes(&batch(&changes)).expect("a batch");
    read.verify(key().verifying_key().as_bytes()).expect("signed by the device");
    let arrived: Vec<_> = read.changes.iter().map(|(change, _)| change.clone()).collect();
    assert_eq!(arrived, changes);
}

#[test]
fn a_gap_in_the_sequence_is_noticed() {
    let read = SignedBatch::from_bytes(&batch(&[change(1, "一"), change(3, "三")]));
    assert_eq!(read.expect_err("a gap"), UnacceptableBatch::BrokenChain { seq: 2 });
}

#[test]
fn a_reordered_log_is_noticed() {
    let read = SignedBatch::from_bytes(&batch(&[change(2, "二"), change(1, "一")]));
    assert_eq!(read.expect_err("reordered"), UnacceptableBatch::BrokenChain { seq: 3 });
}

#[test]
fn another_devices_signature_is_noticed() {
    let read = SignedBatch::from_bytes(&batch(&[change(1, "一")])).expect("a batch");
    let other = SigningKey::from_bytes(&[4; 32]);
    assert_eq!(read.verify(other.verifying_key().as_bytes()), Err(UnacceptableBatch::BadSignature));
}

#[test]
fn an_erased_body_leaves_the_chain_whole_and_an_edited_one_does_not() {
    let honest = change(1, "马师傅");
    let edited = change(1, "马师父");
    assert_ne!(honest.content_hash(), edited.content_hash());
    assert_eq!(honest.body_hash(), change(1, "马师傅").body_hash());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mutated_batch_passes_for_the_original(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let bytes = batch(&[change(1, "一"), change(2, "二"), change(3, "三")]);
        let mut mutated = bytes.clone();
        let index = at.index(mutated.len());
        mutated[index] ^= 1 << bit;
        let passed = SignedBatch::from_bytes(&mutated)
            .and_then(|read| read.verify(key().verifying_key().as_bytes()).map(|()| read));
        prop_assert!(passed.is_err(), "byte {} bit {}", index, bit);
    }

    #[test]
    fn bytes_from_outside_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let read = SignedBatch::from_bytes(&bytes);
        prop_assert!(read.is_err());
    }

    #[test]
    fn a_set_has_the_same_digest_in_any_order(hashes in proptest::collection::vec(any::<[u8; 32]>(), 0..20)) {
        let mut forward = SetDigest::default();
        for hash in &hashes {
            forward.add(hash);
        }
        let mut backward = SetDigest::default();
        for hash in hashes.iter().rev() {
            backward.add(hash);
        }
        prop_assert_eq!(forward, backward);
        let mut halves = SetDigest::default();
        for half in hashes.chunks(2) {
            let mut part = SetDigest::default();
            for hash in half {
                part.add(hash);
            }
            halves.absorb(&part);
        }
        prop_assert_eq!(halves, forward);
    }
}
