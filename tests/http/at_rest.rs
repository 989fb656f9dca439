//! What the company keeps for phones whose book is locked. Source: S78.

use std::io::Write;

use ed25519_dalek::Signer;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use sync_core::log::sha256;
use sync_core::unit::CompanyId;
use sync_core::wire::{PushReply, seal};

use crate::client::Answer;
use crate::house::{HIS, House};
use crate::phone::{Phone, hex, visit};
use crate::picture::jpeg;

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
    let sealing = house.app.auth.sealing_key();
    assert_eq!(answer["sealing_key"], hex(&sealing));
    // Signed by the hub, for this company and this key alone.
    let signature = answer["sealing_signature"].as_str().expect("it is signed");
    let (hub, company) = (house.app.hub().public_key(), house.app.hub().company());
    let is_signed = |bytes: &[u8]| {
        sync_core::log::is_signed_by(&hub, bytes, &unhex(signature).try_into().expect("64 bytes"))
    };
    assert!(is_signed(&seal::key_signing_bytes(company, &sealing)));
    assert!(!is_signed(&seal::key_signing_bytes(company, &[8; 32])));
    assert!(!is_signed(&seal::key_signing_bytes(CompanyId::from_bytes([8; 16]), &sealing)));
    let body = json!({ "number": "3001", "password": crate::house::PASSWORD });
    let desk = house.post("/api/v1/session").header("x-fieldbook-client", "office").json(&body).send().await;
    let desk = desk.ok();
    assert!(desk.get("lease_days").is_none() && desk.get("sealing_key").is_none());
    house.close().await;
}

pub(crate) fn unhex(figures: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&figures[at..at + 2], 16).expect("hexadecimal figures");
    (0..figures.len()).step_by(2).map(digit).collect()
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
    seal_it(house, phone, &packed.finish().expect("memory takes all"), random)
}

fn seal_it(house: &House, phone: &Phone, plain: &[u8], random: u8) -> Vec<u8> {
    let public = house.app.auth.sealing_key();
    let head = seal::head(&public, phone.device());
    seal::whole(&public, &keys::seal(&public, seal::CONTEXT, &head, plain, &[random; 32]))
}

pub(crate) async fn delivers(house: &House, access: &str, bytes: Vec<u8>) -> Answer {
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

/// The row of a phone, as the office lists it.
async fn row_of(house: &House, phone: &Phone) -> Value {
    let head = house.access("3001").await;
    let list = house.get("/api/v1/devices?per_page=50").bearer(&head).send().await.ok();
    let rows = list["rows"].as_array().expect("rows").iter();
    let of_it = |row: &&Value| row["id"] == phone.device().to_string();
    rows.cloned().collect::<Vec<_>>().iter().find(of_it).cloned().expect("it is listed")
}

/// A batch that lay sealed for two days says nothing of the phone's clock, nor of what is unsent now.
#[tokio::test]
async fn what_a_locked_phone_says_when_it_delivers_counts_and_not_what_it_said_when_it_sealed() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "谈订货"), house.now());
    let bytes = sealed(&house, &phone, 5);
    house.later(2 * 86_400);
    let (clock, path) = (house.now().millis(), "/api/v1/push/sealed");
    let access = signs_in(&house, "1001", &phone).await.ok();
    let access = access["access"].as_str().expect("a token");
    let request = house.post(&format!("{path}?unsent=3&clock={clock}")).bearer(access);
    let answer = request.header("content-type", seal::MEDIA_TYPE).bytes(bytes).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let row = row_of(&house, &phone).await;
    assert_eq!((&row["unsent"], &row["clock_ahead_ms"], &row["last_seq"]), (&json!(3), &json!(0), &json!(1)));
    house.close().await;
}

/// A phone that has delivered everything and only reads afterwards holds nothing back.
#[tokio::test]
async fn a_phone_that_only_reads_after_it_delivered_is_not_said_to_hold_anything_back() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "谈订货"), house.now());
    phone.pushes(&house).await;
    assert_eq!(row_of(&house, &phone).await["unsent"], 0);
    house.later(11 * 60);
    let now = house.now();
    house.app.hub().heard_of(vec![phone.device()], now).await.expect("the store");
    assert_eq!(row_of(&house, &phone).await["unsent"], 0);
    house.close().await;
}

/// A locked phone is heard of, and hears when it has lost its rights.
#[tokio::test]
async fn whoever_is_here_is_told_whether_the_phone_still_has_its_rights() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let here = async || house.get("/api/v1/session").bearer(&phone.access).send().await;
    assert_eq!(here().await.status, 204);
    revokes(&house, &phone).await;
    here().await.problem(403, "device.revoked");
    house.close().await;
}

#[tokio::test]
async fn a_sealed_picture_lies_under_its_own_hash_and_only_its_own_device_brings_it() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let other = Phone::enrolled(&house, "1002", 2).await;
    let picture = jpeg("locked");
    let own = hex(&sha256(&[&picture]));
    let bytes = seal_it(&house, &phone, &picture, 6);
    let path = format!("/api/v1/blobs/{}", hex(&sha256(&[&bytes])));
    let brings = async |access: &str, bytes: Vec<u8>| {
        house.request("PUT", &path).bearer(access).bytes(bytes).send().await
    };
    brings(&other.access, bytes.clone()).await.problem(415, "blob.type");
    revokes(&house, &phone).await;
    assert_eq!(brings(&phone.access, bytes.clone()).await.status, 201);
    assert_eq!(brings(&phone.access, bytes).await.status, 200, "twice is once");
    let no_picture = seal_it(&house, &phone, b"MZ no picture", 7);
    let path = format!("/api/v1/blobs/{}", hex(&sha256(&[&no_picture])));
    house
        .request("PUT", &path)
        .bearer(&phone.access)
        .bytes(no_picture)
        .send()
        .await
        .problem(415, "blob.type");
    // Whoever brought it may read it, by a session of another device.
    let desk = house.access("1001").await;
    let kept = house.get(&format!("/api/v1/blobs/{own}")).bearer(&desk).send().await;
    assert_eq!((kept.status, kept.body), (200, picture));
    house.close().await;
}

async fn renews_password(house: &House, by: &str, of: &str) -> Answer {
    let access = house.access(by).await;
    house.post(&format!("/api/v1/staff/{}/password", crate::house::who(of))).bearer(&access).send().await
}

/// S78: a head of sales helps reps, the administrator everybody, nobody else anybody.
#[tokio::test]
async fn a_forgotten_password_is_given_anew_by_whoever_may_and_the_one_before_is_void() {
    let house = House::open().await;
    let old = crate::house::PASSWORD;
    for (by, of) in [("3001", "5001"), ("3001", "2001"), ("2001", "1001"), ("1001", "1002"), ("1001", "1001")]
    {
        renews_password(&house, by, of).await.problem(403, "staff.may-not-renew");
    }
    for _ in 0..5 {
        house.try_sign_in("1001", "nonsense").await.problem(401, "session.wrong-password");
    }
    house.try_sign_in("1001", old).await.problem(429, "session.throttled");
    let given = renews_password(&house, "3001", "1001").await.ok();
    let password = given["password"].as_str().expect("it is told once").to_owned();
    assert_eq!((&given["number"], password.len()), (&json!("1001"), 16));
    house.try_sign_in("1001", &password).await.ok();
    house.try_sign_in("1001", old).await.problem(401, "session.wrong-password");
    let again = renews_password(&house, "5001", "1001").await.ok();
    assert_ne!(again["password"], given["password"]);
    renews_password(&house, "5001", "9999").await.problem(404, "thing.not-found");
    house.close().await;
}
