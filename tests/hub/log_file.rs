//! One device's log in a file: what it proves to somebody outside, and that whatever was done to it is named.

use ed25519_dalek::{Signer, SigningKey};
use minicbor::bytes::ByteVec;
use proptest::prelude::*;
use server::store::Store;
use sync_core::{
    domain::customer::{PersonalField, PersonalFieldSet},
    evidence::{Checked, Content, Fault, LogFile, Party, SignedHead, Span, check},
    log::{Change, SignedBatch},
    op::Op,
    unit::{CompanyId, DeviceId},
    wire::Checkpoint,
};

use crate::house::{House, MA, Pen, YANG, card, cash, customer, minute, text, visit};

/// A phone with five changes in the feed, and the same key's other log from the fourth on put aside.
struct Case {
    house: House,
    ma: Pen,
    reply: sync_core::wire::PushReply,
}

impl Case {
    async fn new() -> Self {
        let house = House::new().await;
        let mut ma = house.pen(MA, 1).await;
        ma.writes(&visit(1, "谈了订货"), minute(10));
        ma.writes(&cash(1, 400_000, 1), minute(11));
        ma.writes_salted(&personal(), minute(12));
        let mut other = ma.clone();
        ma.writes(&card(2, "新市街 1 号"), minute(13));
        ma.writes(&visit(3, "看陈列"), minute(14));
        other.writes(&cash(1, 999_900, 2), minute(13));
        other.writes(&visit(2, "又一家"), minute(14));
        house.push(&ma, ma.batch(1..=2), minute(20)).await.expect("taken");
        let reply = house.push(&ma, ma.batch(3..=5), minute(21)).await.expect("taken");
        house.push(&other, other.batch(4..=5), minute(22)).await.expect_err("a fork");
        Self { house, ma, reply }
    }

    fn key(&self) -> [u8; 32] {
        self.house.hub.public_key()
    }

    async fn file(&self) -> Vec<u8> {
        let file = self.house.hub.log_file(self.ma.device, |_| true, |_, _| true, minute(30)).await;
        file.expect("the store").expect("a device")
    }

    /// The company's own secret key: what it would do to a file itself is found as well.
    async fn secret(&self) -> SigningKey {
        let company = self.house.hub.store().companies().await.expect("the store").remove(0);
        SigningKey::from_bytes(&company.hub_key)
    }

    fn checkpoint(&self) -> Checkpoint {
        let reply = &self.reply;
        let (epoch, through, link, at) = (reply.epoch, reply.through, reply.link, reply.now);
        Checkpoint { epoch, through, link, at, signature: reply.countersigned }
    }
}

fn personal() -> Op {
    Op::PersonalFieldSet(PersonalFieldSet {
        customer: customer(1),
        field: PersonalField::ALL[0],
        value: text("爱喝茶"),
        replaces: Vec::new(),
    })
}

fn content_of(file: &[u8]) -> LogFile {
    LogFile::from_content(LogFile::opened(file).expect("a log").0).expect("a log")
}

fn sealed(file: &LogFile, secret: &SigningKey) -> Vec<u8> {
    let content = file.content();
    LogFile::sealed(&content, &secret.sign(&LogFile::seal_bytes(&content)).to_bytes())
}

#[tokio::test]
async fn a_log_taken_out_proves_itself_with_nothing_but_the_companys_key() {
    let case = Case::new().await;
    let file = case.file().await;
    let checked = check(&file, &case.key(), None);
    assert_eq!(checked.faults, []);
    assert_eq!((checked.changes, checked.without_body, checked.signed_through), (5, 0, 5));
    assert_eq!(checked.forks_at, Some(4), "both logs of the same key are in it, each with its signature");
    let content = checked.file.expect("it was read");
    assert_eq!((content.checkpoint.through, content.checkpoint.at), (5, minute(30)));
    assert_eq!((content.number, content.owner.as_str()), (1, "马"));
    for (seq, logged) in (1..).zip(&content.changes) {
        let change = Change::from_bytes(case.ma.device, &case.ma.bytes_of(seq)).expect("its own");
        assert_eq!(logged.content, Content::of(&change, true), "the original bytes of change {seq}");
    }
}

#[tokio::test]
async fn the_offices_own_log_is_taken_out_and_checked_in_the_same_way() {
    let case = Case::new().await;
    let hub = case.house.hub.device();
    let file = case.house.hub.log_file(hub, |_| true, |_, _| true, minute(30)).await.expect("the store");
    let checked = check(&file.expect("the hub"), &case.key(), None);
    assert_eq!(checked.faults, []);
    assert!(checked.changes > 10, "everything the house was furnished with: {}", checked.changes);
}

#[tokio::test]
async fn a_device_that_wrote_nothing_has_an_empty_log_and_a_strange_one_none() {
    let house = House::new().await;
    let yang = house.pen(YANG, 2).await;
    let file = house.hub.log_file(yang.device, |_| true, |_, _| true, minute(30)).await.expect("the store");
    let checked = check(&file.expect("a device"), &house.hub.public_key(), None);
    assert_eq!((checked.faults, checked.changes), (vec![], 0));
    let nobody = DeviceId::from_bytes([9; 16]);
    let none = house.hub.log_file(nobody, |_| true, |_, _| true, minute(30)).await.expect("the store");
    assert_eq!(none, None);
}

#[tokio::test]
async fn bodies_that_are_withheld_or_erased_leave_the_proof_whole() {
    let case = Case::new().await;
    let personal = |kind: u16| kind == 12;
    let file = case.house.hub.log_file(
        case.ma.device,
        |row| !personal(row.entry.change.header.kind),
        |_, _| false,
        minute(30),
    );
    let file = file.await.expect("the store").expect("a device");
    let checked = check(&file, &case.key(), None);
    assert_eq!((checked.faults, checked.without_body, checked.forks_at), (vec![], 1, Some(4)));
    assert!(!file.windows(9).any(|some| some == "爱喝茶".as_bytes()), "nothing of it is in the file");
    assert!(!file.windows(9).any(|some| some == "又一家".as_bytes()), "nor of what was put aside");
    let mut wrong = content_of(&file);
    let hash = wrong.changes[2].content.body_hash.as_mut().expect("its hash is");
    hash[0] ^= 1;
    let checked = check(&sealed(&wrong, &case.secret().await), &case.key(), None);
    assert!(checked.faults.contains(&Fault::Edited { seq: 3 }), "{:?}", checked.faults);
}

/// What is done to a file, and what has to be named.
type Tampering = (&'static str, fn(&mut LogFile), Vec<Fault>);

/// The changes put aside are proved by the same key and company as the log.
const ASIDE: [Fault; 2] = [Fault::Aside { seq: 4 }, Fault::Aside { seq: 5 }];

fn tamperings() -> Vec<Tampering> {
    [of_changes(), of_proofs()].concat()
}

/// Of the changes themselves.
fn of_changes() -> Vec<Tampering> {
    let cut = |through, ends| {
        [Party::Device, Party::Company].map(|by| Fault::CutOff { ends, through, by }).to_vec()
    };
    vec![
        ("a header", |file| *last(&mut file.changes[1].content.header) ^= 1, vec![Fault::Edited { seq: 2 }]),
        ("a body", |file| *last(body(file, 1)) ^= 1, vec![Fault::Edited { seq: 2 }]),
        ("the last body", |file| *last(body(file, 4)) ^= 1, vec![Fault::Edited { seq: 5 }]),
        (
            "a salt",
            |file| *last(file.changes[2].content.salt.as_mut().expect("a salted body")) ^= 1,
            vec![Fault::Edited { seq: 3 }],
        ),
        ("a salt left out", |file| file.changes[2].content.salt = None, vec![Fault::Edited { seq: 3 }]),
        (
            "no body and no hash",
            |file| file.changes[1].content.body = None,
            vec![Fault::Unreadable { seq: 2 }],
        ),
        ("a link", |file| file.changes[1].link[0] ^= 1, vec![Fault::Link { seq: 2 }]),
        ("the last link", |file| file.changes[4].link[0] ^= 1, vec![Fault::Link { seq: 5 }]),
        ("one left out", |file| drop(file.changes.remove(1)), vec![Fault::Gap(Span { first: 2, last: 2 })]),
        (
            "the first two left out",
            |file| drop(file.changes.drain(..2)),
            vec![Fault::Gap(Span { first: 1, last: 2 })],
        ),
        (
            "two exchanged",
            |file| file.changes.swap(1, 2),
            vec![Fault::Reordered { expected: 2, found: 3 }, Fault::Reordered { expected: 3, found: 2 }],
        ),
        (
            "one twice",
            |file| {
                let again = file.changes[1].clone();
                file.changes.insert(2, again);
            },
            vec![Fault::Twice { seq: 2 }],
        ),
        ("the last two cut off", |file| file.changes.truncate(3), cut(5, 3)),
        (
            "everything cut off",
            |file| file.changes.clear(),
            [&cut(5, 0)[..], &[Fault::Aside { seq: 4 }]].concat(),
        ),
    ]
}

/// Of what proves them.
fn of_proofs() -> Vec<Tampering> {
    vec![
        (
            "the device's signature",
            |file| file.signed.as_mut().expect("signed").signature[7] ^= 1,
            vec![Fault::Signature(Party::Device)],
        ),
        (
            "no signature of the device",
            |file| file.signed = None,
            vec![Fault::Uncovered { span: Span { first: 1, last: 5 }, by: Party::Device }],
        ),
        (
            "a later time of the countersignature",
            |file| file.checkpoint.at = minute(40),
            vec![Fault::Signature(Party::Company)],
        ),
        (
            "the countersignature",
            |file| file.checkpoint.signature[7] ^= 1,
            vec![Fault::Signature(Party::Company)],
        ),
        (
            "the device's key",
            |file| file.key = SigningKey::from_bytes(&[77; 32]).verifying_key().to_bytes(),
            [&[Fault::Enrolment, Fault::Signature(Party::Device), Fault::Edited { seq: 1 }], &ASIDE[..]]
                .concat(),
        ),
        ("the number of the device", |file| file.number = 7, vec![Fault::Enrolment]),
        ("no enrolment", |file| file.enrolled = None, vec![Fault::Enrolment]),
        (
            "another company's name of itself",
            |file| file.company = CompanyId::from_bytes([5; 16]),
            [
                &[
                    Fault::OtherCompany(Party::Device),
                    Fault::Signature(Party::Company),
                    Fault::Edited { seq: 1 },
                ],
                &ASIDE[..],
            ]
            .concat(),
        ),
        (
            "a declared time",
            |file| file.changes[2].effective = file.changes[1].effective,
            vec![Fault::Time { seq: 3 }],
        ),
        (
            "a change put aside",
            |file| *last(&mut file.aside[0].content.header) ^= 1,
            vec![Fault::Aside { seq: 4 }],
        ),
        (
            "the proof of one put aside",
            |file| file.aside[1].signed.signature[7] ^= 1,
            vec![Fault::Aside { seq: 5 }],
        ),
    ]
}

fn last(bytes: &mut ByteVec) -> &mut u8 {
    bytes.last_mut().expect("not empty")
}

fn body(file: &mut LogFile, place: usize) -> &mut ByteVec {
    file.changes[place].content.body.as_mut().expect("a body")
}

/// Whoever changes the file, be it the company itself with its own key: each thing is named, and nothing beside it.
#[tokio::test]
async fn whatever_is_done_to_a_log_is_named_even_under_the_companys_own_seal() {
    let case = Case::new().await;
    let (file, key) = (content_of(&case.file().await), case.key());
    let (company, stranger) = (case.secret().await, SigningKey::from_bytes(&[66; 32]));
    for (what, tamper, named) in tamperings() {
        let mut tampered = file.clone();
        tamper(&mut tampered);
        let checked = check(&sealed(&tampered, &company), &key, None);
        for fault in &named {
            assert!(checked.faults.contains(fault), "{what}: {:?} should name {fault:?}", checked.faults);
        }
        assert_eq!(checked.faults.len(), named.len(), "{what}: {:?}", checked.faults);
        let checked = check(&sealed(&tampered, &stranger), &key, None);
        assert!(checked.faults.contains(&Fault::Seal), "{what}, sealed by a stranger: {:?}", checked.faults);
    }
}

#[tokio::test]
async fn a_signature_for_another_company_or_device_is_named() {
    let case = Case::new().await;
    let (mut file, company) = (content_of(&case.file().await), case.secret().await);
    let mut elsewhere = case.ma.clone();
    elsewhere.company = CompanyId::from_bytes([5; 16]);
    file.signed = Some(signed_head(&elsewhere.all()));
    let checked = check(&sealed(&file, &company), &case.key(), None);
    assert_eq!(checked.faults, [Fault::OtherCompany(Party::Device)]);
    let mut shorter = content_of(&case.file().await);
    shorter.signed = Some(signed_head(&case.ma.batch(1..=3)));
    let checked = check(&sealed(&shorter, &company), &case.key(), None);
    let span = Span { first: 4, last: 5 };
    assert_eq!(checked.faults, [Fault::Uncovered { span, by: Party::Device }]);
}

fn signed_head(batch: &[u8]) -> SignedHead {
    let read = SignedBatch::from_bytes(batch).expect("a batch");
    SignedHead { header: ByteVec::from(read.header_bytes().to_vec()), signature: *read.signature() }
}

#[tokio::test]
async fn under_another_key_of_the_company_nothing_is_believed() {
    let case = Case::new().await;
    let other = SigningKey::from_bytes(&[66; 32]).verifying_key().to_bytes();
    let checked = check(&case.file().await, &other, None);
    for fault in [Fault::OtherHubKey, Fault::Seal, Fault::Signature(Party::Company)] {
        assert!(checked.faults.contains(&fault), "{:?}", checked.faults);
    }
}

/// The phone keeps what the company has signed for: so the company cannot give out less, or something else, later.
#[tokio::test]
async fn a_checkpoint_from_the_phone_shows_what_the_company_leaves_out() {
    let case = Case::new().await;
    let (key, secret) = (case.key(), case.secret().await);
    let file = case.file().await;
    assert_eq!(check(&file, &key, Some(&case.checkpoint())).faults, []);
    let earlier = House::new().await;
    let again = earlier.pen(MA, 1).await;
    assert_eq!(again.device, case.ma.device, "the same company once more, before anything was delivered");
    let empty = earlier.hub.log_file(again.device, |_| true, |_, _| true, minute(30)).await;
    let empty = empty.expect("the store").expect("a device");
    let checked = check(&empty, &key, Some(&case.checkpoint()));
    assert_eq!(checked.faults, [Fault::CutOff { ends: 0, through: 5, by: Party::HandedIn }]);
    let mut longer = case.ma.clone();
    longer.writes(&visit(1, "第二次"), minute(23));
    case.house.push(&longer, longer.batch(6..=6), minute(24)).await.expect("taken");
    assert_eq!(
        check(&case.file().await, &key, Some(&case.checkpoint())).faults,
        [],
        "an earlier one still holds"
    );
    let mut other = case.checkpoint();
    other.link[0] ^= 1;
    let bytes = Checkpoint::signing_bytes(
        case.ma.company,
        case.ma.device,
        other.epoch,
        other.through,
        &other.link,
        other.at,
    );
    other.signature = secret.sign(&bytes).to_bytes();
    let checked = check(&file, &key, Some(&other));
    assert_eq!(checked.faults, [Fault::OtherLog { through: 5, by: Party::HandedIn }]);
}

fn refused(checked: &Checked) -> bool {
    !checked.holds()
}

#[tokio::test]
async fn every_byte_of_a_file_counts() {
    let case = Case::new().await;
    let (file, key) = (case.file().await, case.key());
    for place in 0..file.len() {
        let mut flipped = file.clone();
        flipped[place] ^= 1 << (place % 8);
        assert!(refused(&check(&flipped, &key, None)), "byte {place} of {}", file.len());
    }
    for end in 0..file.len() {
        assert!(refused(&check(&file[..end], &key, None)), "cut at {end}");
    }
    assert!(refused(&check(&[&file[..], &[0]].concat(), &key, None)), "one byte more");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_from_outside_are_no_log(mut bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(refused(&check(&bytes, &[7; 32], None)));
        bytes.splice(0..0, [0xd9, 0xd9, 0xf7, 0x84]);
        prop_assert!(refused(&check(&bytes, &[7; 32], None)));
    }
}

#[test]
fn any_byte_of_a_file_changed_to_any_other_is_found() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let (file, key) = runtime.block_on(async {
        let case = Case::new().await;
        (case.file().await, case.key())
    });
    let config = ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(at in any::<prop::sample::Index>(), other in 1u8..)| {
        let mut changed = file.clone();
        let place = at.index(changed.len());
        changed[place] ^= other;
        prop_assert!(refused(&check(&changed, &key, None)), "byte {} by {}", place, other);
    });
}
