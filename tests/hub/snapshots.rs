//! Snapshots as the hub cuts them: a function of the feed, for whoever may see it, signed.

use ed25519_dalek::{Signature, VerifyingKey};
use server::snapshots::SnapshotError;
use sync_core::{
    domain::{cash::Share, people::Role},
    log::sha256,
    replica::{Identity, Replica},
    scope::{Scope, Viewer},
    snapshot::{CHUNK_BYTES, Cut, SnapshotAsk},
    unit::StaffId,
};

use crate::house::{HEAD, House, MA, Pen, YANG, card, cash, customer, hand_over, minute, of_these, visit};

const SMALL: usize = 300;

async fn viewer(house: &House, staff: StaffId) -> Viewer {
    house.hub.viewer(staff).await.expect("the store").expect("a member of staff")
}

/// All scopes of somebody who has nothing yet.
const ALL: SnapshotAsk = SnapshotAsk { epoch: 0, position: None, held: [0; 16], scopes: None };

async fn worked() -> (House, Pen) {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    for round in 0..6u8 {
        ma.writes(&visit(1 + round % 3, "谈订单"), minute(10 + u64::from(round)));
        ma.writes(&cash(1 + round % 3, 100, 1 + u32::from(round)), minute(20 + u64::from(round)));
        ma.writes(&card(1 + round % 3, "解放街"), minute(30 + u64::from(round)));
    }
    house.push(&ma, ma.all(), minute(50)).await.expect("taken");
    (house, ma)
}

fn replica(house: &House, pen: &Pen) -> Replica {
    Replica::new(Identity {
        company: house.hub.company(),
        device: pen.device,
        number: 1,
        staff: pen.staff,
        name: "马".into(),
        role: Role::DirectRep,
        share: Share::WHOLE,
        key: [0; 32],
    })
}

async fn taken(house: &House, replica: &mut Replica, ask: &SnapshotAsk, cut: &Cut) {
    let signed = house.hub.signed(&cut.manifest, vec![1; cut.chunks.len()], None).await.expect("the store");
    replica.take_piece(ask, None, &signed.to_bytes());
    for (number, chunk) in (0..).zip(&cut.chunks) {
        assert!(!replica.take_piece(ask, Some(number), chunk).more, "the chunk that the manifest names");
    }
}

#[tokio::test]
async fn the_same_question_is_answered_by_the_same_bytes_whatever_was_written_since() {
    let (house, mut ma) = worked().await;
    let viewer = viewer(&house, MA).await;
    let first = house.hub.cut(&viewer, &ALL, SMALL).await.expect("hers");
    let at = first.manifest.position;
    let from = ma.next_seq();
    ma.writes(&visit(1, "后来"), minute(60));
    house.push(&ma, ma.batch(from..=from), minute(61)).await.expect("taken");
    let held = sync_core::scope::scopes_fingerprint(&viewer.listed_scopes().expect("a rep"));
    let ask = SnapshotAsk { epoch: 1, position: Some(at), held, scopes: None };
    assert_eq!(house.hub.cut(&viewer, &ask, SMALL).await.expect("hers"), first);
    let later = house.hub.cut(&viewer, &ALL, SMALL).await.expect("hers");
    assert_eq!(later.manifest.position, at + 1);
}

#[tokio::test]
async fn a_manifest_names_every_chunk_and_is_signed_by_the_hub() {
    let (house, ma) = worked().await;
    let cut = house.hub.cut(&viewer(&house, MA).await, &ALL, SMALL).await.expect("hers");
    assert!(cut.chunks.len() > 3, "{} chunks", cut.chunks.len());
    for (number, chunk) in (0u32..).zip(&cut.chunks) {
        assert_eq!(cut.manifest.hash(number), Some(&sha256(&[chunk])[..]));
        assert_eq!(cut.manifest.bytes[number as usize] as usize, chunk.len());
        assert!(chunk.len() <= SMALL || chunk[0] == 0x81, "only a paper that is larger travels alone");
    }
    let signed = house.hub.signed(&cut.manifest, Vec::new(), Some(ma.device)).await.expect("the store");
    let key = VerifyingKey::from_bytes(&house.hub.public_key()).expect("a key");
    let signature = Signature::from_slice(&signed.signature).expect("a signature");
    key.verify_strict(&signed.signing_bytes(), &signature).expect("signed by the hub");
    assert_eq!(signed.manifest().expect("a manifest"), cut.manifest);
    assert_eq!((&signed.log_device[..], signed.log_seq), (&ma.device.bytes()[..], 18));
}

#[tokio::test]
async fn what_every_gesture_needs_comes_before_the_customers_and_the_latest_customer_before_the_others() {
    let (house, mut ma) = worked().await;
    let from = ma.next_seq();
    ma.writes(&visit(2, "最近的"), minute(70));
    house.push(&ma, ma.batch(from..=from), minute(71)).await.expect("taken");
    let cut = house.hub.cut(&viewer(&house, MA).await, &ALL, SMALL).await.expect("hers");
    let scopes: Vec<Scope> = cut.manifest.scopes.iter().map(|(scope, _)| *scope).take(4).collect();
    let first = [Scope::Common, Scope::Staff(MA), Scope::StaffPrivate(MA), Scope::Customer(customer(2))];
    assert_eq!(scopes, first);
}

#[tokio::test]
async fn a_phone_that_took_all_chunks_has_the_book_of_the_hub_and_none_of_it_before() {
    let (house, ma) = worked().await;
    let viewer = viewer(&house, MA).await;
    let mut phone = replica(&house, &ma);
    let ask = phone.missing_past().expect("everything");
    assert_eq!((ask.position, &ask.scopes), (None, &None));
    let cut = house.hub.cut(&viewer, &ask, SMALL).await.expect("hers");
    let signed = house.hub.signed(&cut.manifest, vec![9; cut.chunks.len()], None).await.expect("the store");
    phone.take_piece(&ask, None, &signed.to_bytes());
    assert!(!phone.may_record() && phone.view().confirmed().is_empty());
    for (number, chunk) in (0..).zip(&cut.chunks) {
        let known: Vec<_> = phone.view().confirmed().iter().collect();
        assert!(known.iter().all(|(key, paper)| paper.scope(key).is_some_and(|scope| phone.is_whole(scope))));
        assert!(!phone.take_piece(&ask, Some(number), chunk).more, "the next one");
    }
    assert!(phone.missing_past().is_none() && phone.index().complete);
    let digest = house.digest(MA).await;
    assert_eq!((phone.state_digest(), phone.combined_digest()), (digest.state, digest.set));
}

#[tokio::test]
async fn a_chunk_that_is_not_the_one_named_is_not_taken() {
    let (house, ma) = worked().await;
    let mut phone = replica(&house, &ma);
    let ask = phone.missing_past().expect("everything");
    let cut = house.hub.cut(&viewer(&house, MA).await, &ask, SMALL).await.expect("hers");
    let signed = house.hub.signed(&cut.manifest, Vec::new(), None).await.expect("the store");
    phone.take_piece(&ask, None, &signed.to_bytes());
    let mut changed = cut.chunks[0].clone();
    *changed.last_mut().expect("not empty") ^= 1;
    assert!(phone.take_piece(&ask, Some(0), &changed).more, "another hash");
    assert!(phone.take_piece(&ask, Some(1), &cut.chunks[1]).more, "not its turn");
    assert_eq!(phone.next_chunk(), Some(0));
    assert!(!phone.take_piece(&ask, Some(0), &cut.chunks[0]).more);
    assert_eq!(phone.next_chunk(), Some(1));
}

#[tokio::test]
async fn a_reader_whose_grants_have_changed_is_told_so_and_begins_anew() {
    let (house, ma) = worked().await;
    let mut phone = replica(&house, &ma);
    let ask = phone.missing_past().expect("everything");
    let before = viewer(&house, MA).await;
    let cut = house.hub.cut(&before, &ask, SMALL).await.expect("hers");
    let signed = house.hub.signed(&cut.manifest, Vec::new(), None).await.expect("the store");
    phone.take_piece(&ask, None, &signed.to_bytes());
    while phone.arrived().customers == 0 {
        let number = phone.next_chunk().expect("not all have come");
        let chunk = &cut.chunks[usize::try_from(number).expect("small")];
        assert!(!phone.take_piece(&ask, Some(number), chunk).more, "the next one");
    }
    house.says(hand_over(1, YANG)).await;
    let after = viewer(&house, MA).await;
    let ask = phone.missing_past().expect("the rest");
    assert_eq!(house.hub.cut(&after, &ask, SMALL).await.err(), Some(SnapshotError::GrantsChanged));
    let index = phone.index();
    let pull = server::feed::PullAsk {
        epoch: index.cursor.epoch,
        after: index.cursor.position,
        limit: 100,
        scopes: index.scopes_fingerprint(),
    };
    let page = house.hub.pull(&after, pull, minute(80)).await.expect("a page");
    assert!(phone.receive(&page).more, "there is more to ask for");
    assert!(phone.next_chunk().is_none(), "it begins anew, at the new position");
    let ask = phone.missing_past().expect("everything");
    assert_eq!((ask.position, ask.scopes.as_ref()), (None, None), "money and its drawer are of one position");
    let cut = house.hub.cut(&after, &ask, SMALL).await.expect("hers");
    taken(&house, &mut phone, &ask, &cut).await;
    let digest = house.digest(MA).await;
    assert_eq!((phone.state_digest(), phone.combined_digest()), (digest.state, digest.set));
}

/// R9: what the hub says of a device's log beside the manifest shows a store that was set back.
#[tokio::test]
async fn a_phone_whose_store_was_set_back_to_its_first_day_notices_it_at_the_manifest() {
    let (house, ma) = worked().await;
    let mut phone = replica(&house, &ma);
    let ask = phone.missing_past().expect("everything");
    let cut = house.hub.cut(&viewer(&house, MA).await, &ask, CHUNK_BYTES).await.expect("hers");
    let signed = house.hub.signed(&cut.manifest, Vec::new(), Some(ma.device)).await.expect("the store");
    let taken = phone.take_piece(&ask, None, &signed.to_bytes());
    assert!(taken.rolled_back, "the hub has eighteen changes of this device");
    assert!(phone.next_chunk().is_none());
}

#[tokio::test]
async fn of_another_life_of_the_book_or_beyond_its_end_there_is_no_snapshot() {
    let (house, _) = worked().await;
    let viewer = viewer(&house, MA).await;
    let head = house.hub.look().await.expect("the store");
    let other = Some(SnapshotError::OtherLife { epoch: 1, head });
    let old = SnapshotAsk { epoch: 7, ..ALL };
    assert_eq!(house.hub.cut(&viewer, &old, SMALL).await.err(), other);
    let beyond = SnapshotAsk { position: Some(head + 1), ..of_these(&house, [Scope::Common]).await };
    assert_eq!(house.hub.cut(&viewer, &beyond, SMALL).await.err(), other);
}

#[tokio::test]
async fn a_role_whose_scopes_nobody_can_list_reads_the_feed() {
    let (house, _) = worked().await;
    let head = viewer(&house, HEAD).await;
    assert_eq!(house.hub.cut(&head, &ALL, SMALL).await.err(), Some(SnapshotError::NotListed));
}
