//! What waits, over the wire: who may decide, what is answered, and what the lists say afterwards. Source: S79.

use serde_json::{Value, json};
use sync_core::{
    domain::customer::{CardField, CardFieldSet, FieldValue},
    op::Op,
};

use crate::client::Answer;
use crate::house::{HERS, House, text};
use crate::phone::Phone;

fn phone_number(number: &str) -> Op {
    let (field, value) = (CardField::Phone, FieldValue::Text(text(number)));
    Op::CardFieldSet(CardFieldSet { customer: HERS, field, value, replaces: Vec::new() })
}

/// A house where the rep 1001 has written two numbers on a card that is not theirs. The ids of what waits, oldest first.
async fn waiting() -> (House, Vec<String>) {
    let house = House::open().await;
    let mut his = Phone::enrolled(&house, "1001", 1).await;
    his.pulls(&house).await;
    let bodies =
        ["0951-1", "0951-2"].map(|number| (phone_number(number).kind(), phone_number(number).to_body()));
    let bytes = his.hand_made(&bodies, house.now());
    assert_eq!(his.send(&house, bytes).await.status, 200);
    let rows = held(&house, "3001", "").await;
    let mut ids: Vec<(u64, String)> = rows
        .iter()
        .map(|row| {
            let seq = row["change"]["seq"].as_u64().expect("a sequence");
            (seq, row["id"].as_str().expect("an id").to_owned())
        })
        .collect();
    ids.sort();
    (house, ids.into_iter().map(|(_, id)| id).collect())
}

async fn held(house: &House, number: &str, filter: &str) -> Vec<Value> {
    let access = house.access(number).await;
    let page = house.read(&access, &format!("/api/v1/held{filter}")).await.ok();
    page["rows"].as_array().expect("rows").clone()
}

async fn rules(house: &House, number: &str, id: &str, ruling: &Value) -> Answer {
    let access = house.access(number).await;
    house.post(&format!("/api/v1/held/{id}/ruling")).bearer(&access).json(ruling).send().await
}

#[tokio::test]
async fn a_head_decides_over_the_wire_and_nobody_else() {
    let (house, ids) = waiting().await;
    let (accepted, declined) =
        (json!({ "type": "accepted" }), json!({ "type": "declined", "reason": "请找王海霞" }));
    for (number, status, code) in [
        ("1001", 422, "change.not-a-ruler"),
        ("2001", 422, "change.not-a-ruler"),
        // Whoever does not see that it waits is not told that it does.
        ("1002", 404, "thing.not-found"),
        ("4001", 404, "thing.not-found"),
        ("5001", 404, "thing.not-found"),
    ] {
        for ruling in [&accepted, &declined] {
            rules(&house, number, &ids[0], ruling).await.problem(status, code);
        }
    }
    for (reason, limit, said) in
        [(String::new(), 1, "原因：请填写。"), ("长".repeat(201), 200, "原因：现有 201 个字，最多 200 个。")]
    {
        let asked = json!({ "type": "declined", "reason": reason });
        let problem = rules(&house, "3001", &ids[0], &asked).await.problem(400, "request.malformed");
        assert_eq!((&problem["field"], &problem["limit"]), (&json!("reason"), &json!(limit)), "{problem}");
        assert_eq!(problem["detail"], said);
    }
    let problem = rules(&house, "3001", &ids[0], &json!({ "type": "declined" })).await;
    assert_eq!(problem.problem(400, "request.missing-field")["detail"], "原因：这一项要填。");
    let problem = rules(&house, "3001", &ids[0], &json!({ "type": "corrected" })).await;
    assert_eq!(problem.problem(400, "request.malformed")["field"], "type");
    rules(&house, "3001", crate::house::HIS.to_string().as_str(), &accepted)
        .await
        .problem(404, "thing.not-found");
    let done = rules(&house, "3001", &ids[0], &accepted).await.ok();
    assert_eq!((&done["verdict"], &done["also"]), (&json!("applied"), &json!(0)));
    // Asked again it is the same decision; another one comes too late, and says who was earlier.
    assert_eq!(rules(&house, "3001", &ids[0], &accepted).await.ok()["position"], done["position"]);
    let late = rules(&house, "3001", &ids[0], &declined).await.problem(422, "change.already-decided");
    assert!(late["detail"].as_str().is_some_and(|said| said.contains("周部长")), "{late}");
    rules(&house, "3001", &ids[1], &declined).await.ok();
}

#[tokio::test]
async fn what_was_decided_stays_to_be_read_with_who_when_and_why() {
    let (house, ids) = waiting().await;
    assert_eq!(held(&house, "1001", "").await.len(), 2, "its author sees what waits");
    rules(&house, "3001", &ids[0], &json!({ "type": "accepted" })).await.ok();
    rules(&house, "3001", &ids[1], &json!({ "type": "declined", "reason": "号码不对" })).await.ok();
    for number in ["3001", "1001"] {
        assert_eq!(held(&house, number, "").await.len(), 0, "nothing waits any more");
        let settled = held(&house, number, "?status=accepted,declined").await;
        assert_eq!(settled.len(), 2, "{settled:?}");
        let one =
            |status: &str| settled.iter().find(|row| row["status"] == status).expect("it stays").clone();
        assert_eq!(one("accepted")["decided"]["by"]["name"], "周部长");
        assert_eq!(one("declined")["decided"]["reason"], "号码不对");
        assert_eq!(one("declined")["content"]["value"]["value"], "0951-2");
        assert!(settled.iter().all(|row| row["may_decide"] == false));
    }
    let access = house.access("1002").await;
    let card = house.read(&access, &format!("/api/v1/customers/{HERS}")).await.ok();
    assert!(card.to_string().contains("0951-1") && !card.to_string().contains("0951-2"), "{card}");
    let head = house.access("3001").await;
    let feed = house.read(&head, "/api/v1/feed?limit=10").await.ok();
    let kinds: Vec<&str> = feed["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .filter_map(|entry| entry["kind"].as_str())
        .collect();
    assert!(kinds.contains(&"held-decided") && kinds.contains(&"taken-on-behalf"), "{kinds:?}");
    let summary = house.read(&head, "/api/v1/summary").await.ok();
    let counted = &summary["conservation"];
    let sum = |name: &str| counted[name].as_u64().expect("a count");
    assert_eq!(summary["held"], 0);
    assert_eq!(sum("received"), sum("applied") + sum("held") + sum("quarantined"));
}
