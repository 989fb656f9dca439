//! What the company keeps for phones whose book is locked. Source: S78.

use std::io::Write;

use ed25519_dalek::Signer;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use sync_core::wire::{PushReply, seal};

use crate::client::Answer;
use crate::house::{HIS, House};
use crate::phone::{Phone, hex, visit};

const RECOVERY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

async fn keeps_recovery(house: &House, access: &str, recovery: &str) -> Answer {
    let body = json!({ "recovery": recovery });
    house.request("PUT", "/api/v1/devices/recovery").bearer(access).json(&body).send().await
}

/// A fresh sign-in that names a device.
async fn signs_in(house: &House, number: &str, phone: &Phone) -> Answer {
    let body = json!({ "number": number, "password": crate::house::PASSWORD, "device": phone.device() });
    house.post("/api/v1/session").json(&body).send().await
}

async fn revokes(house: &House, phone: &Phone) {
    let head = house.access("3001").await;
    let body = json!({ "reason": "丢在车上" });
    let path = format!("/api/v1/devices/{}", phone.device());
    house.request("DELETE", &path).bearer(&head).json(&body).send().await.ok();
}

#[tokio::test]
async fn what_opens_a_book_is_handed_to_a_fresh_sign_in_of_the_devices_own_person_only() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    assert_eq!(signs_in(&house, "1001", &phone).await.ok()["recovery"], Value::Null, "nothing was kept yet");
    assert_eq!(keeps_recovery(&house, &phone.access, RECOVERY).await.status, 204);
    assert_eq!(signs_in(&house, "1001", &phone).await.ok()["recovery"], RECOVERY);
    let renewed = "08".repeat(32);
    assert_eq!(keeps_recovery(&house, &phone.access, &renewed).await.status, 204);
    assert_eq!(signs_in(&house, "1001", &phone).await.ok()["recovery"], renewed, "the one before is gone");
    // A sign-in that names no device, and one of somebody else.
    assert_eq!(house.try_sign_in("1001", crate::house::PASSWORD).await.ok()["recovery"], Value::Null);
    signs_in(&house, "1002", &phone).await.problem(422, "device.unknown");
    // A renewal is no fresh sign-in.
    let signed = server::auth::refresh_signing_bytes(&phone.refresh);
    let signature = hex(&phone.key.sign(&signed).to_bytes());
    let body = json!({ "refresh": phone.refresh, "device": phone.device(), "signature": signature });
    let again = house.post("/api/v1/session/refresh").json(&body).send().await.ok();
    assert_eq!(again["recovery"], Value::Null);
    // A phone that was lost gets nothing any more.
    revokes(&house, &phone).await;
    assert_eq!(signs_in(&house, "1001", &phone).await.ok()["recovery"], Value::Null);
    keeps_recovery(&house, &phone.access, RECOVERY).await.problem(403, "device.revoked");
    house.close().await;
}

#[tokio::test]
async fn a_recovery_key_is_kept_for_the_calling_device_and_has_thirty_two_bytes() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    for wrong in ["", "07", &RECOVERY[2..], "zz"] {
        let problem = keeps_recovery(&house, &phone.access, wrong).await.problem(400, "device.bad-recovery");
        assert_eq!(problem["field"], "recovery");
    }
    let head = house.access("3001").await;
    keeps_recovery(&house, &head, RECOVERY).await.problem(403, "device.missing");
    house.close().await;
}

#[tokio::test]
async fn a_phone_is_told_its_lease_and_the_key_to_seal_to_and_the_office_is_not() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let answer = signs_in(&house, "1001", &phone).await.ok();
    assert_eq!(answer["lease_days"], 35);
    assert_eq!(answer["sealing_key"], hex(&house.app.auth.sealing_key()));
    let body = json!({ "number": "3001", "password": crate::house::PASSWORD });
    let desk = house.post("/api/v1/session").header("x-fieldbook-client", "office").json(&body).send().await;
    let desk = desk.ok();
    assert!(desk.get("lease_days").is_none() && desk.get("sealing_key").is_none());
    house.close().await;
}

/// The next batch of a phone, sealed as its shell seals it.
fn sealed(house: &House, phone: &Phone, random: u8) -> Vec<u8> {
    let batch = phone.outgoing(house.now()).expect("something is unsent");
    seals(house, phone, &batch, random)
}

/// A batch, sealed by a phone to its company.
pub(crate) fn seals(house: &House, phone: &Phone, batch: &[u8], random: u8) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(batch).expect("memory takes all");
    let packed = packed.finish().expect("memory takes all");
    let public = house.app.auth.sealing_key();
    let head = seal::head(&public, phone.device());
    seal::whole(&public, &keys::seal(&public, seal::CONTEXT, &head, &packed, &[random; 32]))
}

async fn delivers(house: &House, access: &str, bytes: Vec<u8>) -> Answer {
    let request = house.post("/api/v1/push/sealed").bearer(access);
    request.header("content-type", seal::MEDIA_TYPE).bytes(bytes).send().await
}

#[tokio::test]
async fn a_sealed_batch_is_taken_like_any_other_and_twice_is_once() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "谈订货"), house.now());
    let bytes = sealed(&house, &phone, 5);
    let answer = delivers(&house, &phone.access, bytes.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let reply: PushReply = minicbor::decode(&answer.body).expect("a reply");
    assert_eq!((reply.through, reply.judged.len()), (1, 1));
    let again = delivers(&house, &phone.access, bytes).await;
    let again: PushReply = minicbor::decode(&again.body).expect("a reply");
    assert_eq!(again.judged, reply.judged);
    // The book, opened later, pushes the same once more and hears the same.
    let replies = phone.pushes(&house).await;
    assert_eq!(replies[0].judged, reply.judged);
    house.close().await;
}

#[tokio::test]
async fn a_seal_opens_for_its_own_device_and_unchanged_only_and_a_revoked_one_still_delivers() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    let other = Phone::enrolled(&house, "1002", 2).await;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "谈订货"), house.now());
    let bytes = sealed(&house, &phone, 5);
    delivers(&house, &other.access, bytes.clone()).await.problem(422, "push.bad-seal");
    for at in [0, 1, 9, 41, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        delivers(&house, &phone.access, changed).await.problem(422, "push.bad-seal");
    }
    for length in [0, 1, 40, 41, 60] {
        delivers(&house, &phone.access, bytes[..length].to_vec()).await.problem(422, "push.bad-seal");
    }
    let wrong = house.post("/api/v1/push/sealed").bearer(&phone.access);
    let wrong = wrong.header("content-type", "application/octet-stream").bytes(bytes.clone()).send().await;
    wrong.problem(415, "request.media-type");
    revokes(&house, &phone).await;
    assert_eq!(delivers(&house, &phone.access, bytes).await.status, 200);
    house.close().await;
}
