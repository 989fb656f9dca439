//! A phone's log goes out, the feed comes in.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use sync_core::refusal::Verdict;
use sync_core::wire::{MEDIA_TYPE, PushReply};

use crate::house::{HIS, House};
use crate::phone::{Phone, cash, hex, order, visit};

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

#[tokio::test]
async fn a_day_offline_is_delivered_and_both_ends_come_to_the_same_digest() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "送样，店主要两箱试卖"), house.now());
    phone.does(order(HIS, 2, 1), house.now());
    phone.does(cash(HIS, "4000.00", 1), house.now());
    phone.pushes(&house).await;
    phone.pulls(&house).await;
    assert_eq!(phone.replica.backlog().unsent, 0);
    let digest = house.read(&phone.access, "/api/v1/digest").await.ok();
    assert_eq!(digest["state"], hex(&phone.replica.state_digest()));
    assert_eq!(digest["set"], hex(&phone.replica.combined_digest().sum));
    let orders = house.read(&house.access("3001").await, "/api/v1/orders").await.ok();
    assert_eq!(orders["rows"][0]["total"], "136.00");
}

#[tokio::test]
async fn the_same_push_three_times_is_there_once() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "送样"), house.now());
    let bytes = phone.outgoing(house.now()).expect("one is unsent");
    let mut replies = Vec::new();
    for _ in 0..3 {
        let answer = phone.send(&house, bytes.clone()).await;
        let reply: PushReply = minicbor::decode(&answer.body).expect("a reply");
        replies.push(reply.judged);
    }
    assert_eq!(replies[0], replies[1]);
    assert_eq!(replies[1], replies[2]);
    let visits = house.read(&phone.access, "/api/v1/visits").await.ok();
    assert_eq!(visits["total"], 1);
}

#[tokio::test]
async fn a_compressed_push_is_the_same_push() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "送样"), house.now());
    let bytes = phone.outgoing(house.now()).expect("one is unsent");
    let request = house.post("/api/v1/push").bearer(&phone.access);
    let request = request.header("content-type", MEDIA_TYPE).header("content-encoding", "gzip");
    let request = request.header("accept-encoding", "gzip, deflate, br, zstd");
    let answer = request.bytes(gzip(&bytes)).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-encoding"), None, "most of it is a signature");
}

#[tokio::test]
async fn a_gap_names_where_the_log_goes_on_and_a_fork_where_it_splits() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    let image = phone.replica.clone();
    phone.does(visit(HIS, "第一家"), house.now());
    let first = phone.outgoing(house.now()).expect("one is unsent");
    let mut ahead = Phone { replica: phone.replica.clone(), ..other(&phone) };
    let reply = PushReply {
        through: 1,
        judged: vec![sync_core::wire::Judged { seq: 1, position: 99, effective: house.now(), verdict: None }],
        now: house.now(),
        epoch: 1,
        countersigned: [0; 64],
        link: ahead.replica.link_after(1).expect("its own"),
    };
    ahead.replica.acknowledge(&reply, house.now());
    ahead.does(visit(HIS, "第二家"), house.now());
    let second = ahead.outgoing(house.now()).expect("one is unsent");
    let gap = phone.send(&house, second).await.problem(409, "push.gap");
    assert_eq!(gap["expected"], 1);
    assert_eq!(phone.send(&house, first).await.status, 200);
    // A phone restored from an old image says something else at the same place.
    let mut restored = Phone { replica: image, ..other(&phone) };
    restored.does(visit(HIS, "另一家"), house.now());
    let forked = restored.outgoing(house.now()).expect("one is unsent");
    let fork = phone.send(&house, forked).await.problem(409, "push.fork");
    assert_eq!(fork["seq"], 1);
    let summary = house.read(&house.access("3001").await, "/api/v1/summary").await.ok();
    assert_eq!(summary["conservation"]["quarantined"], 1, "{summary}");
}

fn other(phone: &Phone) -> Phone {
    Phone {
        replica: phone.replica.clone(),
        access: phone.access.clone(),
        refresh: phone.refresh.clone(),
        key: phone.key.clone(),
        hub_key: phone.hub_key,
    }
}

#[tokio::test]
async fn another_phones_log_and_a_foreign_signature_are_refused() {
    let house = House::open().await;
    let mut his = Phone::enrolled(&house, "1001", 1).await;
    let hers = Phone::enrolled(&house, "1002", 2).await;
    his.pulls(&house).await;
    his.does(visit(HIS, "送样"), house.now());
    let bytes = his.outgoing(house.now()).expect("one is unsent");
    hers.send(&house, bytes.clone()).await.problem(403, "push.not-your-device");
    let forger = Phone { key: hers.key.clone(), ..other(&his) };
    let by_another_hand = forger.outgoing(house.now()).expect("one is unsent");
    his.send(&house, by_another_hand).await.problem(422, "push.bad-signature");
    let tokenless = house.post("/api/v1/push").header("content-type", MEDIA_TYPE).bytes(bytes).send().await;
    tokenless.problem(401, "session.missing");
}

#[tokio::test]
async fn a_session_without_a_phone_pushes_nothing() {
    let house = House::open().await;
    let access = house.access("1001").await;
    let request = house.post("/api/v1/push").bearer(&access).header("content-type", MEDIA_TYPE);
    request.send().await.problem(403, "device.missing");
}

#[tokio::test]
async fn an_unknown_kind_is_kept_and_held_and_its_author_sees_why() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    let bytes = phone.hand_made(&[(999, vec![0xa0])], house.now());
    let answer = phone.send(&house, bytes).await;
    let reply: PushReply = minicbor::decode(&answer.body).expect("a reply");
    assert!(matches!(reply.judged[0].verdict, Some(Verdict::Held { .. })), "{reply:?}");
    let held = house.get("/api/v1/held").bearer(&phone.access).english().send().await.ok();
    assert_eq!(held["rows"][0]["reason"]["code"], "change.unknown-kind");
    assert!(held["rows"][0]["reason"]["text"].as_str().is_some_and(|text| text.contains("999")), "{held}");
}

#[tokio::test]
async fn a_photo_comes_back_as_it_went_in_to_whoever_sees_its_visit() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    let hers = Phone::enrolled(&house, "1002", 2).await;
    phone.pulls(&house).await;
    let photo = crate::picture::jpeg("陈列");
    let hash = sync_core::log::sha256(&[&photo]);
    let path = format!("/api/v1/blobs/{}", hex(&hash));
    for status in [201, 200] {
        let request = house.request("PUT", &path).bearer(&phone.access);
        assert_eq!(request.bytes(photo.clone()).send().await.status, status);
    }
    let mut with_photo = visit(HIS, "陈列照片");
    if let sync_core::op::Op::VisitRecorded(visit) = &mut with_photo {
        visit.photos.push(sync_core::domain::visit::BlobHash(hash));
    }
    phone.does(with_photo, house.now());
    phone.pushes(&house).await;
    let head = house.access("3001").await;
    let seen = house.read(&head, &path).await;
    assert_eq!((seen.status, seen.header("content-type")), (200, Some("image/jpeg")));
    assert_eq!(seen.body, photo);
    house.read(&hers.access, &path).await.problem(404, "thing.not-found");
}
