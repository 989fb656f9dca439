//! What the office is told of a device's log, who reads what was put aside, and who takes a log out.

use serde_json::Value;
use sync_core::domain::customer::{PersonalField, PersonalFieldSet};
use sync_core::evidence::{EXTENSION, MEDIA_TYPE, check};
use sync_core::op::Op;

use crate::house::{HIS, House, text};
use crate::phone::{Phone, cash, hex, visit};

fn personal() -> Op {
    Op::PersonalFieldSet(PersonalFieldSet {
        customer: HIS,
        field: PersonalField::ALL[0],
        value: text("爱喝茶"),
        replaces: Vec::new(),
    })
}

/// The row of the only phone, as a reader sees it.
async fn row(house: &House, access: &str) -> Value {
    house.read(access, "/api/v1/devices").await.ok()["rows"][0].clone()
}

/// A phone whose old image has said something else than the phone itself: a visit and a personal field.
pub(crate) async fn forked(house: &House) -> Phone {
    let mut phone = Phone::enrolled(house, "1001", 1).await;
    phone.pulls(house).await;
    let image = phone.replica.clone();
    phone.does(cash(HIS, "100.00", 1), house.now());
    phone.does(personal(), house.now());
    phone.pushes(house).await;
    house.later(60);
    let (key, hub_key) = (phone.key.clone(), phone.hub_key);
    let mut restored =
        Phone { replica: image, access: phone.access.clone(), refresh: phone.refresh.clone(), key, hub_key };
    restored.does(visit(HIS, "另一家"), house.now());
    restored.does(personal(), house.now());
    let strange = restored.outgoing(house.now()).expect("two are unsent");
    restored.send(house, strange).await.problem(409, "push.fork");
    phone
}

#[tokio::test]
async fn the_office_sees_a_fork_named_with_its_place_and_time_and_finds_it_by_its_state() {
    let house = House::open().await;
    let phone = forked(&house).await;
    let head = house.access("3001").await;
    let row = row(&house, &head).await;
    assert_eq!((&row["trouble"]["code"], &row["trouble"]["seq"]), (&"fork".into(), &1.into()));
    assert_eq!((&row["aside"], &row["trouble"]["since"]), (&2.into(), &row["trouble"]["last"]));
    let found = house.read(&head, "/api/v1/devices?status=trouble").await.ok();
    assert_eq!((&found["total"], &found["rows"][0]["id"]), (&1.into(), &phone.device().to_string().into()));
    let other = Phone::enrolled(&house, "1002", 2).await;
    let found = house.read(&head, "/api/v1/devices?status=trouble&sort=-seen").await.ok();
    assert_eq!(found["total"], 1, "{} has none", other.device());
}

/// S78, S92: who keeps devices sees that there is something; what it says, who sees the owner's drawer; what it says of
/// a customer's person, fewer still.
#[tokio::test]
async fn what_was_put_aside_is_read_by_whoever_may_and_by_nobody_else() {
    let house = House::open().await;
    let phone = forked(&house).await;
    let path = format!("/api/v1/devices/{}/aside", phone.device());
    let seen_by = async |number: &str| {
        let access = house.access(number).await;
        house.read(&access, &path).await
    };
    let told = |page: &Value| -> Vec<(String, bool)> {
        let rows = page["rows"].as_array().expect("rows").iter();
        rows.map(|row| (row["kind"].as_str().expect("a kind").to_owned(), row["content"].is_object()))
            .collect()
    };
    let both = |visit, personal| {
        vec![("visit-recorded".to_owned(), visit), ("personal-field-set".to_owned(), personal)]
    };
    let head = seen_by("3001").await.ok();
    assert_eq!(told(&head), both(true, true));
    assert_eq!(head["rows"][0]["content"]["said"], "另一家");
    assert_eq!(head["rows"][0]["by"]["name"], "马立群");
    assert_eq!(told(&seen_by("2001").await.ok()), both(true, false), "finance sees no personal field");
    assert_eq!(told(&seen_by("5001").await.ok()), both(false, false), "an administrator sees no customer");
    assert_eq!(told(&house.read(&phone.access, &path).await.ok()), both(true, true), "its author");
    seen_by("1002").await.problem(404, "thing.not-found");
}

#[tokio::test]
async fn a_broken_batch_and_a_foreign_signature_are_named_to_the_phone_and_the_office_until_the_next_good_one()
 {
    let house = House::open().await;
    let head = house.access("3001").await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "送样"), house.now());
    let good = phone.outgoing(house.now()).expect("one is unsent");
    let mut broken = good.clone();
    let place = broken.windows(6).position(|some| some == "送样".as_bytes()).expect("its words");
    broken[place..place + 6].copy_from_slice("送货".as_bytes());
    let problem = phone.send(&house, broken).await.problem(400, "push.broken-chain");
    assert_eq!(problem["seq"], 1);
    assert_eq!(row(&house, &head).await["trouble"]["code"], "broken");
    let mut foreign = good.clone();
    let signature = foreign.windows(2).position(|some| some == [0x58, 64]).expect("a signature");
    foreign[signature + 2] ^= 1;
    phone.send(&house, foreign).await.problem(422, "push.bad-signature");
    assert_eq!(row(&house, &head).await["trouble"]["code"], "unsigned");
    assert_eq!(phone.send(&house, good).await.status, 200);
    assert_eq!(row(&house, &head).await["trouble"], Value::Null);
}

#[tokio::test]
async fn a_phone_that_reads_without_knowing_its_own_log_is_seen_at_once() {
    let house = House::open().await;
    let head = house.access("3001").await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "送样"), house.now());
    phone.pushes(&house).await;
    house.later(60);
    let reads = async |own: u64| {
        let path = format!("/api/v1/pull?own={own}&clock={}", house.now().millis());
        assert_eq!(house.read(&phone.access, &path).await.status, 200);
        row(&house, &head).await["trouble"].clone()
    };
    assert_eq!(reads(1).await, Value::Null);
    let set_back = reads(0).await;
    assert_eq!((&set_back["code"], &set_back["seq"]), (&"set-back".into(), &1.into()));
}

#[tokio::test]
async fn a_log_is_taken_out_by_its_owner_and_the_heads_and_checks_with_the_companys_key() {
    let house = House::open().await;
    let phone = forked(&house).await;
    let key = house.app.hub().public_key();
    let path = format!("/api/v1/devices/{}/log", phone.device());
    for (access, without_body) in
        [(house.access("3001").await, 0), (phone.access.clone(), 0), (house.access("2001").await, 1)]
    {
        let answer = house.read(&access, &path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(MEDIA_TYPE)));
        let name = answer.header("content-disposition").expect("a name");
        assert_eq!(name, format!("attachment; filename=\"fieldbook-01-2026-11-20.{EXTENSION}\""));
        let checked = check(&answer.body, &key, phone.replica.index().checkpoint.as_ref());
        assert_eq!((checked.faults, checked.changes, checked.without_body), (vec![], 2, without_body));
        assert_eq!(checked.forks_at, Some(1));
    }
    for stranger in ["1002", "4001", "5001"] {
        let access = house.access(stranger).await;
        house.read(&access, &path).await.problem(404, "thing.not-found");
    }
    let nobody = house.access("3001").await;
    house
        .read(&nobody, &format!("/api/v1/devices/{}/log", uuid::Uuid::nil()))
        .await
        .problem(404, "thing.not-found");
    let shown = row(&house, &nobody).await;
    assert_eq!(shown["key"], hex(&phone.replica.identity().key));
}

#[tokio::test]
async fn the_feed_says_whose_phone_was_enrolled_and_stopped() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let head = house.access("3001").await;
    let reason = serde_json::json!({ "reason": "丢了" });
    let path = format!("/api/v1/devices/{}", phone.device());
    house.request("DELETE", &path).bearer(&head).json(&reason).send().await.ok();
    let feed = house.read(&head, "/api/v1/feed?limit=2").await.ok();
    let said = |place: usize| feed["entries"][place]["summary"]["text"].as_str().map(str::to_owned);
    assert_eq!(said(0).as_deref(), Some("马立群 · 丢了"));
    assert_eq!(said(1).as_deref(), Some("马立群 · 手机"));
}
