//! A phone that is signed out: stopped, its share with the next one; and what is asked of a rep's drawer. Source: S14–S16,
//! S78.

use serde_json::{Value, json};
use sync_core::op::Op;

use crate::house::{HIS, House, who};
use crate::phone::{Phone, cash};

/// How much of the limit the list of devices says a phone has.
async fn share_by_the_list(house: &House, access: &str, phone: &Phone) -> (Value, Value) {
    let page = house.read(access, "/api/v1/devices").await.ok();
    let mut rows = page["rows"].as_array().expect("rows").iter();
    let row = rows.find(|row| row["id"] == json!(phone.device())).expect("the phone");
    (row["share"].clone(), row["status"].clone())
}

async fn signs_out(house: &House, phone: &mut Phone) {
    if let Some(moved) = phone.replica.share_passed_on(house.now()) {
        phone.does(Op::ShareMoved(moved), house.now());
    }
    phone.pushes(house).await;
    let out = house.request("DELETE", "/api/v1/session").bearer(&phone.access).send().await;
    assert_eq!(out.status, 204, "{}", out.text());
}

/// S15, S78: whoever signs out on a phone ends its log; what it gave up the next phone has, and nothing waits.
#[tokio::test]
async fn a_phone_that_is_signed_out_is_stopped_and_the_next_one_has_its_share() {
    let house = House::open().await;
    let finance = house.access("2001").await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    assert_eq!(share_by_the_list(&house, &finance, &phone).await, (json!("20000.00"), json!("active")));
    signs_out(&house, &mut phone).await;
    house.read(&phone.access, "/api/v1/visits").await.problem(401, "session.ended");
    assert_eq!(share_by_the_list(&house, &finance, &phone).await, (json!("0.00"), json!("revoked")));
    let next = Phone::enrolled(&house, "1001", 2).await;
    assert_eq!(share_by_the_list(&house, &finance, &next).await, (json!("20000.00"), json!("active")));
    // Whoever keeps devices and sees no drawers sees no share either.
    let administrator = house.access("5001").await;
    assert_eq!(share_by_the_list(&house, &administrator, &next).await, (Value::Null, json!("active")));
}

/// S14, S15: with another phone in use the share goes there; what the cash takes up waits for finance.
#[tokio::test]
async fn what_cash_in_the_drawer_takes_up_stays_with_a_phone_that_is_signed_out() {
    let house = House::open().await;
    let finance = house.access("2001").await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    let other = Phone::enrolled(&house, "1001", 2).await;
    phone.pulls(&house).await;
    phone.does(cash(HIS, "8200.00", 1), house.now());
    phone.pushes(&house).await;
    phone.pulls(&house).await;
    signs_out(&house, &mut phone).await;
    let page = house.read(&finance, "/api/v1/limits?status=stopped").await.ok();
    let phones = page["rows"][0]["phones"].as_array().expect("phones");
    let figures = |phone: &Phone| {
        let row = phones.iter().find(|one| one["id"] == json!(phone.device())).expect("the phone");
        (row["share"].clone(), row["drawer"].clone())
    };
    assert_eq!(figures(&phone), (json!("8200.00"), json!("8200.00")));
    assert_eq!(figures(&other), (json!("11800.00"), json!("0.00")));
}

/// S14–S16: the changes about a rep's cash are asked for whoever made them; by author the others' are left out.
#[tokio::test]
async fn the_feed_of_a_drawer_holds_what_finance_and_the_heads_did_about_it() {
    let house = House::open().await;
    let (finance, hers) = (house.access("2001").await, house.access("1002").await);
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(cash(HIS, "8200.00", 1), house.now());
    phone.pushes(&house).await;
    let raised = json!({ "op": "violation-raised", "staff": who("1001"), "kind": "personal-account",
        "held": "0.00", "amount": "500.00", "reason": "流水上看到", "photo": null });
    house.command(&finance, &raised).await.ok();
    let kinds = async |access: &str, narrowed: &str| {
        let path = format!("/api/v1/feed?{narrowed}={}", who("1001"));
        let page = house.read(access, &path).await.ok();
        let lines = page["entries"].as_array().expect("lines").clone();
        lines.iter().map(|line| line["kind"].as_str().expect("a kind").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&finance, "drawer").await[..2], ["violation-raised", "collected"]);
    assert_eq!(kinds(&finance, "staff").await[0], "collected");
    assert!(kinds(&hers, "drawer").await.is_empty(), "a colleague's drawer is nobody else's");
}
