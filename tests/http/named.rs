//! What was asked for under a name is done once, and answered as before: at whichever server, whatever was done since.
//! Decision 030.

use serde_json::{Value, json};
use sync_core::unit::CustomerId;

use crate::client::{Answer, Request};
use crate::house::{HERS, HIS, House, who};
use crate::phone::Phone;

/// These customers of one rep to another; all of theirs where none are named.
fn between(from: &str, to: &str, customers: Option<&[CustomerId]>) -> Value {
    json!({ "from": who(from), "to": who(to), "customers": customers, "reason": "调岗" })
}

/// Asks for a transfer under a name.
async fn transfers(house: &House, access: &str, name: &str, what: &Value) -> Answer {
    house.post("/api/v1/transfers").bearer(access).header("idempotency-key", name).json(what).send().await
}

/// A revocation under a name.
fn revoking(house: &House, access: &str, phone: &Phone, name: &str, reason: &str) -> Request {
    let request = house.request("DELETE", &format!("/api/v1/devices/{}", phone.device()));
    request.bearer(access).header("idempotency-key", name).json(&json!({ "reason": reason }))
}

async fn head_of(house: &House) -> u64 {
    house.app.hub().look().await.expect("the store answers")
}

#[tokio::test]
async fn a_transfer_asked_twice_under_one_name_is_answered_as_before_whoever_has_them_meanwhile() {
    let house = House::open().await;
    let second = house.once_more().await;
    let access = house.access("3001").await;
    let to_her = between("1001", "1002", Some(&[HERS, HIS]));
    let (one, other) =
        tokio::join!(transfers(&house, &access, "t-1", &to_her), transfers(&second, &access, "t-1", &to_her));
    let (one, other) = (one.ok(), other.ok());
    assert_eq!((&one["moved"], &one["already"]), (&json!(1), &json!(1)));
    assert_eq!(one, other, "at both servers at once, and one transfer");
    house.later(60);
    transfers(&house, &access, "t-2", &between("1002", "1001", Some(&[HIS]))).await.ok();
    let before = head_of(&house).await;
    for server in [&house, &second] {
        assert_eq!(transfers(server, &access, "t-1", &to_her).await.ok(), one, "the answer that was lost");
    }
    assert_eq!(head_of(&house).await, before, "and no second transfer");
    let owner = house.read(&access, &format!("/api/v1/customers/{HIS}")).await.ok()["owner"].clone();
    assert_eq!(owner["id"], who("1001").to_string());
    transfers(&second, &access, "t-1", &between("1001", "1002", None)).await.problem(409, "command.key-used");
}

#[tokio::test]
async fn what_came_right_behind_a_transfer_is_no_part_of_its_answer() {
    let house = House::open().await;
    let access = house.access("3001").await;
    let all = between("1001", "1002", None);
    let moved = transfers(&house, &access, "t-1", &all).await.ok();
    assert_eq!((&moved["moved"], &moved["already"]), (&json!(1), &json!(0)));
    // It stands right behind in the office's log, and gives the same rep a customer.
    house.later(1);
    let again = json!({ "op": "owner-set", "customer": HERS, "owner": who("1002"), "replaces": [] });
    house.command(&access, &again).await.ok();
    transfers(&house, &access, "t-2", &between("1002", "1001", None)).await.ok();
    assert_eq!(transfers(&house, &access, "t-1", &all).await.ok(), moved);
    // Where nothing is left to be done nothing is named: it is looked at anew.
    let none = between("1002", "1001", Some(&[HIS]));
    let nothing = transfers(&house, &access, "t-3", &none).await.ok();
    let counted = (&nothing["moved"], &nothing["already"], &nothing["position"]);
    assert_eq!(counted, (&json!(0), &json!(1), &Value::Null));
    assert_eq!(transfers(&house, &access, "t-3", &none).await.ok(), nothing);
}

#[tokio::test]
async fn a_revocation_whose_answer_was_lost_is_not_entered_a_second_time() {
    let house = House::open().await;
    let second = house.once_more().await;
    let (his, hers) = (Phone::enrolled(&house, "1001", 1).await, Phone::enrolled(&house, "1002", 2).await);
    let admin = house.access("5001").await;
    let (one, other) = tokio::join!(
        revoking(&house, &admin, &his, "r-1", "丢了").send(),
        revoking(&second, &admin, &his, "r-1", "丢了").send()
    );
    let one = one.ok();
    assert_eq!(one, other.ok(), "at both servers at once");
    let before = head_of(&house).await;
    house.later(60);
    for server in [&house, &second] {
        assert_eq!(revoking(server, &admin, &his, "r-1", "丢了").send().await.ok(), one);
    }
    assert_eq!(head_of(&house).await, before, "it stands in the log once");
    // The same name for another phone, another reason or another deed is a mistake, and changes nothing.
    revoking(&second, &admin, &hers, "r-1", "丢了").send().await.problem(409, "command.key-used");
    revoking(&house, &admin, &his, "r-1", "坏了").send().await.problem(409, "command.key-used");
    revoking(&house, &admin, &hers, "", "丢了").send().await.problem(400, "command.bad-key");
    assert_eq!(head_of(&house).await, before);
    // A rule that said no has left nothing behind, and the name is free.
    let rep = house.access("1002").await;
    let refused = revoking(&house, &rep, &hers, "r-2", "丢了").send().await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert_eq!(head_of(&house).await, before);
}
