//! The office at work: commands and what the lists show of them.

use serde_json::json;
use sync_core::unit::ChangeId;

use crate::house::{HIS, House, who};
use crate::phone::{Phone, cash, visit};

#[tokio::test]
async fn finance_opens_an_account_and_everybody_may_choose_it() {
    let house = House::open().await;
    let finance = house.access("2001").await;
    let opened = json!({ "op": "company-account-opened", "holder": "宁夏塞上良品", "bank": "农行", "number": "29000001" });
    let done = house.command(&finance, &opened).await.ok();
    assert_eq!(done["verdict"], "applied");
    let change: ChangeId = serde_json::from_value(done["change"].clone()).expect("a change is named");
    let accounts = house.read(&house.access("1001").await, "/api/v1/accounts").await.ok();
    let created = change.created().to_string();
    let ids: Vec<&str> =
        accounts["rows"].as_array().expect("rows").iter().filter_map(|row| row["id"].as_str()).collect();
    assert!(ids.contains(&created.as_str()), "{accounts}");
}

/// S13, S46: two open accounts never have one number, and none is in the name of one of the staff.
#[tokio::test]
async fn an_account_is_the_companys_and_is_there_once() {
    let house = House::open().await;
    let finance = house.access("2001").await;
    let opened = |holder: &str, number: &str| json!({ "op": "company-account-opened", "holder": holder, "bank": "农行", "number": number });
    let done = house.command(&finance, &opened("宁夏塞上良品", "29000001")).await.ok();
    let change: ChangeId = serde_json::from_value(done["change"].clone()).expect("a change is named");
    let twin = house.command(&finance, &opened("宁夏塞上良品", "29000001")).await;
    assert_eq!(twin.problem(422, "account.number-taken")["field"], "number");
    let staff = house.read(&finance, "/api/v1/staff").await.ok();
    let name = staff["rows"][0]["name"].as_str().expect("somebody works here").to_owned();
    for holder in [name.clone(), format!(" {name} ")] {
        let theirs = house.command(&finance, &opened(&holder, "29000002")).await;
        assert_eq!(theirs.problem(422, "account.staff-name")["field"], "holder", "{holder}");
    }
    let letters = house.command(&finance, &opened("宁夏塞上良品", "abcdefgh")).await;
    assert_eq!(letters.problem(422, "account.not-a-number")["field"], "number");
    // One that was closed by mistake is opened anew.
    let closed = json!({ "op": "company-account-closed", "account": change.created().to_string() });
    house.command(&finance, &closed).await.ok();
    house.command(&finance, &opened("宁夏塞上良品", "29000001")).await.ok();
}

#[tokio::test]
async fn a_command_asked_twice_under_one_name_is_carried_out_once() {
    let house = House::open().await;
    let finance = house.access("2001").await;
    let opened = |number: &str| json!({ "op": "company-account-opened", "holder": "公司", "bank": "农行", "number": number });
    let named = |name: &str, op| {
        let request = house.post("/api/v1/commands").bearer(&finance).header("idempotency-key", name);
        request.json(&op).send()
    };
    let (one, other) = tokio::join!(named("a-1", opened("29000001")), named("a-1", opened("29000001")));
    let (one, other) = (one.ok(), other.ok());
    assert_eq!(one, other);
    assert_eq!(named("a-1", opened("29000001")).await.ok(), one);
    named("a-1", opened("29000002")).await.problem(409, "command.key-used");
    named(&"x".repeat(101), opened("29000002")).await.problem(400, "command.bad-key");
    assert_eq!(house.read(&finance, "/api/v1/accounts").await.ok()["total"], 2);
    // A rule that said no has left nothing behind, and the name is free for another try.
    let closed = json!({ "op": "company-account-closed", "account": HIS });
    named("a-2", closed.clone()).await.problem(422, "account.unknown");
    named("a-2", closed).await.problem(422, "account.unknown");
    // In another session the same name is another command.
    let again = house.access("2001").await;
    let request = house.post("/api/v1/commands").bearer(&again).header("idempotency-key", "a-1");
    request.json(&opened("29000003")).send().await.ok();
    assert_eq!(house.read(&finance, "/api/v1/accounts").await.ok()["total"], 3);
}

#[tokio::test]
async fn a_head_hands_a_customer_over_and_the_new_rep_sees_it_at_once() {
    let house = House::open().await;
    let head = house.access("3001").await;
    let hers = house.access("1002").await;
    house.read(&hers, &format!("/api/v1/customers/{HIS}")).await.problem(404, "thing.not-found");
    let moved = json!({ "op": "owner-set", "customer": HIS, "owner": who("1002"), "replaces": [] });
    house.command(&head, &moved).await.ok();
    house.read(&hers, &format!("/api/v1/customers/{HIS}")).await.ok();
    let his = house.access("1001").await;
    house.read(&his, &format!("/api/v1/customers/{HIS}")).await.problem(404, "thing.not-found");
}

#[tokio::test]
async fn lists_filter_sort_and_page() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    for (receipt, amount) in [(1, "300.00"), (2, "100.00"), (3, "200.00")] {
        phone.does(cash(HIS, amount, receipt), house.now());
    }
    phone.pushes(&house).await;
    let finance = house.access("2001").await;
    let page = house.read(&finance, "/api/v1/collections?sort=-amount&per_page=2&page=1").await.ok();
    let amounts: Vec<&str> =
        page["rows"].as_array().expect("rows").iter().filter_map(|row| row["amount"].as_str()).collect();
    assert_eq!(amounts, ["300.00", "200.00"]);
    assert_eq!((&page["total"], &page["per_page"]), (&json!(3), &json!(2)));
    let one = house.read(&finance, "/api/v1/collections?q=0002").await.ok();
    assert_eq!(one["rows"][0]["amount"], "100.00");
    let cash_in_hand = house.read(&finance, "/api/v1/cash").await.ok();
    assert_eq!(cash_in_hand["rows"][0]["held"], "600.00");
}

#[tokio::test]
async fn the_feed_and_the_summary_tell_what_came_in() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "送样"), house.now());
    phone.pushes(&house).await;
    let head = house.access("3001").await;
    let feed = house.read(&head, "/api/v1/feed?limit=1").await.ok();
    assert_eq!(feed["entries"][0]["kind"], "visit-recorded");
    assert_eq!(feed["entries"][0]["verdict"], "applied");
    let summary = house.read(&head, "/api/v1/summary").await.ok();
    assert_eq!(summary["visits_today"], 1);
    let counted = &summary["conservation"];
    let sum = |name: &str| counted[name].as_u64().expect("a count");
    assert_eq!(sum("received"), sum("applied") + sum("held") + sum("quarantined"));
}
