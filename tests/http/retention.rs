//! What is past use is removed, and nothing else: every table before and after. Source: decision 026.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use server::store::{Store, moving::Movable};
use sync_core::domain::visit::BlobHash;
use sync_core::log::sha256;
use sync_core::op::Op;

use crate::house::{HIS, House, PASSWORD};
use crate::phone::{Phone, hex, visit};
use crate::picture::jpeg;

/// The rows of every table, each as text.
type Tables = BTreeMap<String, BTreeSet<String>>;

async fn everything(house: &House) -> Tables {
    let hub = house.app.hub();
    let mut unit = hub.store().begin(hub.company()).await.expect("the store answers");
    let mut tables = Tables::new();
    for table in unit.tables().await.expect("tables") {
        let rows = unit.page(&table, None, 10_000).await.expect("rows");
        tables.insert(table.name, rows.iter().map(|row| format!("{row:?}")).collect());
    }
    tables
}

/// How many rows of each table are in the first and not in the second, where any are.
fn gone(before: &Tables, after: &Tables) -> BTreeMap<String, usize> {
    let missing = |(name, rows): (&String, &BTreeSet<String>)| {
        let count = rows.difference(&after[name]).count();
        (count > 0).then(|| (name.clone(), count))
    };
    before.iter().filter_map(missing).collect()
}

async fn brings(house: &House, phone: &Phone, picture: &[u8]) {
    let path = format!("/api/v1/blobs/{}", hex(&sha256(&[picture])));
    let brought = house.request("PUT", &path).bearer(&phone.access).bytes(picture).send().await;
    assert_eq!(brought.status, 201, "{}", brought.text());
}

/// The first half of a picture.
async fn begins(house: &House, phone: &Phone, picture: &[u8]) {
    let path = format!("/api/v1/blobs/{}", hex(&sha256(&[picture])));
    let piece = house
        .request("PATCH", &path)
        .bearer(&phone.access)
        .header("content-type", "application/partial-upload")
        .header("upload-offset", "0")
        .header("upload-length", picture.len().to_string())
        .bytes(&picture[..picture.len() / 2]);
    assert_eq!(piece.send().await.status, 204);
}

/// Whatever may lie about: of use for good, of use for a while, put aside.
async fn leaves_things_about(house: &House, phone: &mut Phone, turn: &str) {
    let named = jpeg(&format!("{turn}：有记录"));
    brings(house, phone, &named).await;
    let mut told = visit(HIS, turn);
    if let Op::VisitRecorded(visit) = &mut told {
        visit.photos.push(BlobHash(sha256(&[&named])));
    }
    phone.does(told, house.now());
    phone.pushes(house).await;
    brings(house, phone, &jpeg(&format!("{turn}：没有记录"))).await;
    begins(house, phone, &jpeg(&format!("{turn}：一半"))).await;
    let wrong = house.try_sign_in(&format!("77{}", turn.len()), "geheim-und-falsch").await;
    assert_eq!(wrong.status, 401);
    let out = house.access("2001").await;
    assert_eq!(house.request("DELETE", "/api/v1/session").bearer(&out).send().await.status, 204);
}

#[tokio::test]
async fn what_is_past_use_is_removed_and_nothing_else_ever() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    leaves_things_about(&house, &mut phone, "以前").await;
    // A second copy of the same phone says something else: it is put aside.
    let other = visit(HIS, "另一份");
    let copy = Phone { replica: sync_core::replica::Replica::new(phone.replica.identity().clone()), ..phone };
    let fork = copy.hand_made(&[(other.kind(), other.to_body())], house.now());
    copy.send(&house, fork).await.problem(409, "push.fork");
    let old = everything(&house).await;
    assert!(!old["quarantine"].is_empty());
    house.app.tidy().await.expect("the store answers");
    let tidied = everything(&house).await;
    // Signing out voids a token at once; nothing else is past use yet.
    assert_eq!(gone(&old, &tidied), BTreeMap::from([("refresh_tokens".to_owned(), 1)]));

    house.later(61 * 86_400);
    let sign_in = json!({ "number": "1001", "password": PASSWORD, "device": copy.device() });
    let signed_in = house.post("/api/v1/session").json(&sign_in).send().await.ok();
    let mut phone = Phone::enrolled(&house, "1001", 2).await;
    phone.pulls(&house).await;
    leaves_things_about(&house, &mut phone, "今天刚来的").await;
    assert!(signed_in["access"].is_string());
    house.later(2 * 86_400);
    let before = everything(&house).await;
    house.app.tidy().await.expect("the store answers");
    let after = everything(&house).await;
    let (sessions, tokens) = (old["sessions"].len(), tidied["refresh_tokens"].len());
    let expected = [
        ("blobs", 1),
        ("pieces", 1),
        ("refresh_tokens", tokens + 1),
        ("sessions", sessions + 1),
        // The number that was tried, and its address.
        ("sign_in_attempts", 2),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(gone(&before, &after), BTreeMap::from(expected));
    assert_eq!(gone(&after, &before), BTreeMap::new(), "and nothing is added");
    for kept in ["runs", "run_scopes", "papers", "quarantine", "device_logs", "scope_digests", "blob_scopes"]
    {
        assert!(!before[kept].is_empty() && before[kept] == after[kept], "{kept}");
    }
    assert!(house.app.hub().verify().await.expect("the store answers").holds());
    house.app.tidy().await.expect("the store answers");
    assert_eq!(gone(&after, &everything(&house).await), BTreeMap::new(), "a second time removes nothing");
}
