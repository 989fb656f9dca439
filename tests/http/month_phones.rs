//! Which phones a month waits for, and where a change counts that comes when months are closed. Source: S17, Q10.

use serde_json::{Value, json};

use crate::house::{HERS, HIS, House, who};
use crate::month::{DAY, agreed, month, november, signed, with_a_clerk};
use crate::phone::{Phone, cash, order};

fn named(page: &Value) -> Vec<Value> {
    page["missing"].as_array().expect("phones").iter().map(|one| one["number"].clone()).collect()
}

async fn stops(house: &House, phone: &Phone) {
    let head = house.access("3001").await;
    let path = format!("/api/v1/devices/{}", phone.device());
    house.request("DELETE", &path).bearer(&head).json(&json!({ "reason": "丢了" })).send().await.ok();
}

/// Clerk, finance and a head close a month without the phones that are missing.
async fn is_closed_without(house: &House, of: &str) {
    let [clerk, finance, head] = [house.access("6001"), house.access("2001"), house.access("3001")];
    let (clerk, finance, head) = (clerk.await, finance.await, head.await);
    house.command(&clerk, &signed(&month(house, of).await, "手机掉进水渠")).await.ok();
    let stamp = agreed(&month(house, of).await);
    house.command(&finance, &stamp).await.ok();
    let mut released = stamp;
    released["stamp"] = "without-phones".into();
    house.command(&head, &released).await.ok();
    assert_eq!(month(house, of).await["status"], "closed");
}

/// S17: a phone that somebody was given after a month's end has nothing of it, and is not asked.
#[tokio::test]
async fn a_phone_that_came_after_the_end_is_not_asked() {
    let house = with_a_clerk().await;
    let (_here, _away) = november(&house).await;
    let before = month(&house, "2026-11").await;
    Phone::enrolled(&house, "1002", 3).await;
    let after = month(&house, "2026-11").await;
    assert_eq!((&after["phones"], named(&after)), (&json!(2), named(&before)));
    house.later(2 * DAY);
    assert_eq!(month(&house, "2026-11").await["phones"], 2);
    assert_eq!(month(&house, "2026-12").await["phones"], 3);
    house.close().await;
}

/// S15, S17: a stopped phone is missing though it had told that it held nothing, until finance has settled it.
#[tokio::test]
async fn a_stopped_phone_is_missing_until_finance_has_settled_it() {
    let house = with_a_clerk().await;
    let (_here, away) = november(&house).await;
    stops(&house, &away).await;
    let page = month(&house, "2026-11").await;
    assert_eq!(named(&page), [json!(2)]);
    assert_ne!(page["missing"][0]["stopped"], Value::Null);
    let fresh = Phone::enrolled(&house, "1002", 3).await;
    let settled = json!({ "op": "lost-phone-settled", "staff": who("1002"), "device": away.device(),
        "into": fresh.device(), "share": "20000.00", "drawer": "0.00", "counted": "0.00", "note": "找不回来" });
    let finance = house.access("2001").await;
    house.command(&finance, &settled).await.ok();
    assert_eq!(named(&month(&house, "2026-11").await), [Value::Null; 0]);
    house.close().await;
}

/// S17, S79: a stopped phone is in once it has signed that it is empty.
#[tokio::test]
async fn a_stopped_phone_that_has_signed_that_it_is_empty_is_in() {
    let house = with_a_clerk().await;
    let (_here, mut away) = november(&house).await;
    away.renews(&house).await;
    stops(&house, &away).await;
    assert_eq!(named(&month(&house, "2026-11").await), [json!(2)]);
    let empty = away.replica.holding_nothing(house.now());
    let said = {
        use ed25519_dalek::Signer;
        empty.signed(&away.key.sign(&empty.signing_bytes()).to_bytes())
    };
    assert_eq!(away.sends_statement(&house, said).await.ok()["confirmed"], 1);
    assert_eq!(named(&month(&house, "2026-11").await), [Value::Null; 0]);
    house.close().await;
}

/// S17, Q10: a stopped phone that a closed month has named is not asked for again in the next.
#[tokio::test]
async fn a_stopped_phone_is_named_once() {
    let house = with_a_clerk().await;
    let (_here, away) = november(&house).await;
    stops(&house, &away).await;
    assert_eq!(named(&month(&house, "2026-12").await), [json!(2)]);
    is_closed_without(&house, "2026-11").await;
    assert_eq!(named(&month(&house, "2026-12").await), [Value::Null; 0]);
    house.close().await;
}

/// S17: what comes when two months are closed is with the third, and the first says so; what came before the second was
/// closed stays with that. Only the month that is due is to be signed.
#[tokio::test]
async fn a_late_change_is_with_the_month_that_was_open_when_it_came() {
    let house = with_a_clerk().await;
    let mut here = Phone::enrolled(&house, "1001", 1).await;
    let mut away = Phone::enrolled(&house, "1002", 2).await;
    let mut far = Phone::enrolled(&house, "1002", 3).await;
    away.pulls(&house).await;
    far.pulls(&house).await;
    away.does(cash(HERS, "500.00", 1), house.now());
    far.does(order(HERS, 1, 1), house.now());
    house.later(11 * DAY);
    here.renews(&house).await;
    here.says_where_it_stands(&house).await;
    assert_eq!(month(&house, "2026-10").await["to_sign"], Value::Null, "November is due");
    is_closed_without(&house, "2026-11").await;
    assert_eq!(month(&house, "2026-11").await["due"], "2026-12", "the one after the last that was closed");
    away.renews(&house).await;
    away.pushes(&house).await;
    for _ in 0..3 {
        house.later(10 * DAY);
        for phone in [&mut here, &mut away, &mut far] {
            phone.renews(&house).await;
        }
        here.says_where_it_stands(&house).await;
        away.says_where_it_stands(&house).await;
    }
    is_closed_without(&house, "2026-12").await;
    far.pushes(&house).await;
    let later = |page: &Value| {
        let all = page["later"].as_array().expect("late ones").iter();
        all.map(|one| format!("{} {}", one["account"], one["counts_in"]).replace('"', "")).collect::<Vec<_>>()
    };
    let november = month(&house, "2026-11").await;
    assert_eq!(later(&november), ["customer 2027-01", "drawer 2026-12"]);
    assert_eq!(later(&month(&house, "2026-12").await), [""; 0], "that took effect in November");
    house.close().await;
}

/// S17: a figure opens its own changes: of its customer, of what was asked for; what stood there before is told with all of
/// them alone.
#[tokio::test]
async fn a_figure_opens_its_own_changes_and_no_others() {
    let house = with_a_clerk().await;
    let (_here, mut away) = november(&house).await;
    away.renews(&house).await;
    away.pushes(&house).await;
    let page = month(&house, "2026-11").await;
    let customers = page["customers"].as_array().expect("customers");
    let his = customers.iter().find(|row| row["customer"]["id"] == json!(HIS)).expect("his line");
    assert_eq!((&his["cash"], &his["difference"]), (&json!("300.00"), &json!("-300.00")));
    let clerk = house.access("6001").await;
    let opened = async |month: &str, query: &str| {
        let path = format!("/api/v1/months/{month}/changes?{query}");
        let page = house.read(&clerk, &path).await.ok();
        (page["total"].clone(), page["opening"].clone(), page["sum"].clone())
    };
    let said = |total: u64, opening: &str, sum: &str| (json!(total), json!(opening), json!(sum));
    let his = format!("customer={HIS}");
    assert_eq!(opened("2026-11", &his).await, said(1, "0.00", "-300.00"));
    assert_eq!(opened("2026-11", &format!("{his}&moved=cash")).await, said(1, "0.00", "-300.00"));
    assert_eq!(opened("2026-11", &format!("{his}&moved=transfer,ordered")).await, said(0, "0.00", "0.00"));
    assert_eq!(opened("2026-12", &his).await, said(0, "-300.00", "0.00"));
    assert_eq!(opened("2026-12", &format!("{his}&moved=cash")).await, said(0, "0.00", "0.00"), "a part");
    house.close().await;
}
