//! The snapshot routes: who may ask for what, and what is said to whoever may not.

use serde_json::Value;
use sync_core::scope::{Scope, scopes_fingerprint};
use sync_core::snapshot::{SignedManifest, SnapshotAsk};
use sync_core::wire::MEDIA_TYPE;

use crate::client::Answer;
use crate::house::{HERS, HIS, House, who};
use crate::phone::{Phone, visit};

const ALL: SnapshotAsk = SnapshotAsk { epoch: 0, position: None, held: [0; 16], scopes: None };

async fn of_his(house: &House, phone: &Phone, scopes: &[Scope], number: Option<u32>) -> Answer {
    let position = Some(house.app.hub().look().await.expect("the store"));
    let ask = SnapshotAsk { epoch: 1, position, held: [0; 16], scopes: Some(scopes.to_vec()) };
    phone.asks_for_piece(house, &ask, number).await
}

#[tokio::test]
async fn a_phone_gets_its_book_by_manifest_and_chunks_and_reads_on_from_there() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    assert!(phone.replica.customer(HIS).is_some() && phone.replica.customer(HERS).is_none());
    assert!(phone.replica.index().complete);
    phone.does(visit(HIS, "谈订单"), house.now());
    phone.pushes(&house).await;
    phone.pulls(&house).await;
    assert_eq!(phone.replica.timeline(HIS).len(), 1);
}

#[tokio::test]
async fn a_customer_handed_over_comes_whole_with_its_past() {
    let house = House::open().await;
    let mut his = Phone::enrolled(&house, "1001", 1).await;
    let mut hers = Phone::enrolled(&house, "1002", 2).await;
    his.pulls(&house).await;
    hers.pulls(&house).await;
    his.does(visit(HIS, "早先"), house.now());
    his.pushes(&house).await;
    let head = house.access("3001").await;
    let customer: Value = serde_json::to_value(HIS).expect("an id");
    let owner: Value = serde_json::to_value(who("1002")).expect("an id");
    let op = serde_json::json!({ "op": "owner-set", "customer": customer, "owner": owner, "replaces": [] });
    let done = house.command(&head, &op).await;
    assert_eq!(done.status, 200, "{}", done.text());
    hers.pulls(&house).await;
    assert_eq!(hers.replica.timeline(HIS).len(), 1);
}

/// S78: each request is checked anew, for the manifest and for every chunk.
#[tokio::test]
async fn nobody_gets_a_snapshot_with_a_foreign_scope_in_it() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let mine = Scope::Customer(HIS);
    for foreign in [Scope::Customer(HERS), Scope::CustomerPrivate(HERS), Scope::Staff(who("1002"))] {
        for number in [None, Some(0)] {
            let refused = of_his(&house, &phone, &[mine, foreign], number).await;
            assert_eq!(refused.problem(403, "scope.not-held")["field"], "scopes");
        }
    }
    assert_eq!(of_his(&house, &phone, &[mine], None).await.status, 200);
    assert_eq!(of_his(&house, &phone, &[mine], Some(0)).await.status, 200);
}

#[tokio::test]
async fn a_chunk_that_is_not_there_is_named_with_how_many_there_are() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let beyond = of_his(&house, &phone, &[Scope::Customer(HIS)], Some(1)).await;
    let problem = beyond.problem(404, "snapshot.no-such-chunk");
    assert_eq!((&problem["field"], &problem["limit"]), (&"number".into(), &1.into()));
    let none = house.post("/api/v1/snapshot/first").bearer(&phone.access);
    let none = none.header("content-type", MEDIA_TYPE).send().await;
    assert_eq!(none.problem(400, "request.malformed")["field"], "number");
}

#[tokio::test]
async fn whoever_holds_other_scopes_by_now_or_knows_another_book_is_sent_to_the_feed() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let position = Some(house.app.hub().look().await.expect("the store"));
    let viewer = house.app.hub().viewer(who("1001")).await.expect("the store").expect("a rep");
    let held = scopes_fingerprint(&viewer.listed_scopes().expect("a rep's scopes are listed"));
    let now = SnapshotAsk { epoch: 1, position, held, scopes: None };
    assert_eq!(phone.asks_for_piece(&house, &now, None).await.status, 200);
    let changed = SnapshotAsk { held: [7; 16], ..now.clone() };
    let told = phone.asks_for_piece(&house, &changed, Some(0)).await;
    assert_eq!(told.problem(409, "snapshot.grants-changed")["field"], "held");
    for other in [SnapshotAsk { epoch: 9, ..now.clone() }, SnapshotAsk { position: Some(9_999), ..now }] {
        let told = phone.asks_for_piece(&house, &other, None).await;
        let problem = told.problem(409, "snapshot.other-life");
        assert_eq!((&problem["field"], &problem["epoch"]), (&"epoch".into(), &1.into()));
    }
}

#[tokio::test]
async fn a_role_whose_scopes_nobody_can_list_is_sent_to_the_feed() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let head = Phone { access: house.access("3001").await, ..phone };
    let told = head.asks_for_piece(&house, &ALL, None).await;
    assert_eq!(told.problem(409, "snapshot.not-listed")["field"], "scopes");
}

#[tokio::test]
async fn a_question_that_cannot_be_read_is_refused_with_the_reason() {
    let house = House::open().await;
    let access = house.access("1001").await;
    let ask = |bytes: Vec<u8>| house.post("/api/v1/snapshot").bearer(&access).bytes(bytes);
    let plain = ask(Vec::new()).send().await;
    plain.problem(415, "request.media-type");
    for bytes in [vec![], vec![0xff; 40], minicbor::to_vec("all").expect("to memory")] {
        let answer = ask(bytes).header("content-type", MEDIA_TYPE).send().await;
        assert_eq!(answer.problem(400, "request.malformed")["field"], "body");
    }
    let large = ask(vec![0; 300 * 1024]).header("content-type", MEDIA_TYPE).send().await;
    assert_eq!(large.problem(413, "request.too-large")["limit"], 256 * 1024);
}

#[tokio::test]
async fn a_chunk_comes_in_parts_where_the_whole_does_not_get_through() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let whole = phone.asks_for_piece(&house, &ALL, Some(0)).await;
    assert_eq!(whole.header("content-encoding"), Some("br"));
    let whole = whole.unpacked();
    let mut parts = Vec::new();
    while parts.len() < whole.len() {
        let path = format!("/api/v1/snapshot/0?from={}&most=100", parts.len());
        let request = house.post(&path).bearer(&phone.access).header("content-type", MEDIA_TYPE);
        let part = request.bytes(minicbor::to_vec(&ALL).expect("to memory")).send().await;
        assert_eq!((part.status, part.body.len()), (200, 100.min(whole.len() - parts.len())));
        parts.extend(part.body);
    }
    assert_eq!(parts, whole);
}

#[tokio::test]
async fn a_revoked_phone_gets_no_snapshot() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let admin = house.access("5001").await;
    let path = format!("/api/v1/devices/{}", phone.device());
    let gone = house.request("DELETE", &path).bearer(&admin).json(&serde_json::json!({ "reason": "丢了" }));
    assert_eq!(gone.send().await.status, 200);
    phone.asks_for_piece(&house, &ALL, None).await.problem(403, "device.revoked");
    phone.asks_for_piece(&house, &ALL, Some(0)).await.problem(403, "device.revoked");
}

#[tokio::test]
async fn a_manifest_tells_where_the_hub_has_the_log_of_the_phone_that_asks() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "谈订单"), house.now());
    phone.pushes(&house).await;
    let answer = phone.asks_for_piece(&house, &ALL, None).await;
    let signed = SignedManifest::from_bytes(&answer.unpacked()).expect("a manifest");
    assert_eq!((&signed.log_device[..], signed.log_seq), (&phone.device().bytes()[..], 1));
    assert_eq!(signed.log_link[..], phone.replica.link_after(1).expect("it is known")[..]);
}
