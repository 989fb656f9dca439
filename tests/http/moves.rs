//! Customers change hands over HTTP: the preview, the transfer, what a phone confirms, and who may. Source: S78, S79.

use std::io::Cursor;

use calamine::{DataType, Reader, Xlsx};
use ed25519_dalek::Signer;
use serde_json::{Value, json};
use sync_core::log::Holding;
use sync_core::wire::MEDIA_TYPE;

use crate::client::Answer;
use crate::house::{HERS, HIS, House, PRODUCT, who};
use crate::phone::{Phone, visit};

fn his_to_her() -> Value {
    json!({ "from": who("1001"), "to": who("1002"), "reason": "调岗" })
}

impl House {
    async fn transfers(&self, number: &str, what: &Value) -> Answer {
        let access = self.access(number).await;
        self.post("/api/v1/transfers").bearer(&access).json(what).send().await
    }

    async fn previews(&self, number: &str, what: &Value) -> Answer {
        let access = self.access(number).await;
        self.post("/api/v1/transfers/preview").bearer(&access).json(what).send().await
    }

    async fn device_row(&self, phone: &Phone) -> Value {
        let access = self.access("3001").await;
        let devices = self.read(&access, "/api/v1/devices?per_page=200").await.ok();
        let rows = devices["rows"].as_array().expect("rows").clone();
        let mine = phone.device().to_string();
        rows.into_iter().find(|row| row["id"] == mine.as_str()).expect("the phone is listed")
    }

    async fn still_held(&self, phone: &Phone) -> Value {
        self.device_row(phone).await["unconfirmed"].clone()
    }
}

impl Phone {
    /// Says what it holds, where the hub does not know it yet.
    async fn states(&mut self, house: &House) -> Option<Answer> {
        let holding = self.replica.holding_due(house.now())?;
        let signed = holding.signed(&self.key.sign(&holding.signing_bytes()).to_bytes());
        let answer = self.sends_statement(house, signed).await;
        if answer.status == 200 {
            self.replica.holding_told(&holding);
        }
        Some(answer)
    }

    pub(crate) async fn sends_statement(&self, house: &House, bytes: Vec<u8>) -> Answer {
        let request = house.post("/api/v1/evictions").bearer(&self.access);
        request.header("content-type", MEDIA_TYPE).bytes(bytes).send().await
    }
}

#[tokio::test]
async fn a_phone_uploads_is_acknowledged_evicts_and_confirms_and_the_office_sees_each() {
    let house = House::open().await;
    let mut his = Phone::enrolled(&house, "1001", 1).await;
    let mut hers = Phone::enrolled(&house, "1002", 2).await;
    for phone in [&mut his, &mut hers] {
        phone.pulls(&house).await;
        phone.states(&house).await.expect("due after the first pull").ok();
        assert!(phone.states(&house).await.is_none(), "said once");
    }
    his.does(visit(HIS, "移交前没送出的拜访"), house.now());
    let preview = house.previews("3001", &his_to_her()).await.ok();
    assert_eq!(preview["customers"].as_array().map(Vec::len), Some(1), "{preview}");
    assert_eq!(preview["customers"][0]["id"], HIS.to_string());
    assert_eq!((&preview["phones"][0]["loses"], &preview["phones"][1]["gains"]), (&json!(1), &json!(1)));
    house.later(60);
    let moved = house.transfers("3001", &his_to_her()).await.ok();
    house.later(60);
    assert_eq!((&moved["moved"], &moved["already"]), (&json!(1), &json!(0)));
    assert_eq!(house.still_held(&his).await, 1);

    // Upload, acknowledge: what was done before counts.
    let replies = his.pushes(&house).await;
    assert!(replies[0].judged[0].verdict.is_none(), "{replies:?}");
    assert_eq!(house.still_held(&his).await, 1, "delivering confirms nothing");
    // Evict.
    his.pulls(&house).await;
    assert!(his.replica.customer(HIS).is_none() && his.replica.has_moved(HIS));
    assert_eq!(his.replica.visits().count(), 0, "nothing of the customer is left");
    assert_eq!(house.still_held(&his).await, 1, "nor does pulling");
    // Confirm.
    let said = his.states(&house).await.expect("due").ok();
    assert_eq!(said, json!({ "confirmed": 1, "unconfirmed": 0 }));
    assert_eq!(house.still_held(&his).await, 0);
    let access = house.access("3001").await;
    let page = house.read(&access, &format!("/api/v1/devices/{}/evictions", his.device())).await.ok();
    assert_eq!(page["unconfirmed"], 0);
    assert_eq!(page["rows"][0]["customer"]["id"], HIS.to_string(), "{page}");
    assert!(page["rows"][0]["confirmed"].is_string(), "{page}");

    // The new owner has all of the past.
    hers.pulls(&house).await;
    assert!(hers.replica.customer(HIS).is_some());
    assert_eq!(hers.replica.visits().count(), 1, "the visit that came late is hers to read");
    hers.states(&house).await.expect("her grants are new").ok();
}

#[tokio::test]
async fn only_those_who_hand_customers_over_may_and_may_look_beforehand() {
    let house = House::open().await;
    for (number, status) in
        [("1001", 422), ("1002", 422), ("2001", 422), ("4001", 422), ("5001", 422), ("3001", 200)]
    {
        assert_eq!(house.previews(number, &his_to_her()).await.status, status, "{number}");
        let answer = house.transfers(number, &his_to_her()).await;
        if status == 422 {
            answer.problem(422, "customer.may-not-assign");
        } else {
            answer.ok();
        }
    }
}

#[tokio::test]
async fn what_cannot_be_handed_over_is_said_with_its_field() {
    let house = House::open().await;
    let to =
        |to: &str, customers: Value| json!({ "from": who("1001"), "to": who(to), "customers": customers });
    let problem =
        house.transfers("3001", &to("1001", json!([HIS]))).await.problem(422, "transfer.same-person");
    assert_eq!(problem["field"], "to");
    let problem = house.transfers("3001", &to("1002", json!([]))).await.problem(422, "transfer.nothing");
    assert_eq!(problem["field"], "customers");
    house.transfers("3001", &to("1002", json!([HIS, HERS]))).await.ok();
    house.transfers("3001", &to("4001", json!([HERS]))).await.problem(409, "transfer.elsewhere");
    let many: Vec<uuid::Uuid> = (0..2_001).map(uuid::Uuid::from_u128).collect();
    let problem = house.transfers("3001", &to("1002", json!(many))).await.problem(400, "transfer.too-many");
    assert_eq!((&problem["field"], &problem["limit"]), (&json!("customers"), &json!(2_000)));
    let long = json!({ "from": who("1002"), "to": who("1001"), "reason": "长".repeat(201) });
    let problem = house.transfers("3001", &long).await.problem(400, "request.malformed");
    assert_eq!((&problem["field"], &problem["limit"]), (&json!("reason"), &json!(200)));
    assert_eq!(problem["detail"], "原因：现有 201 个字，最多 200 个。");
}

#[tokio::test]
async fn a_stopped_phone_still_delivers_and_says_that_it_is_empty() {
    let house = House::open().await;
    let mut his = Phone::enrolled(&house, "1001", 1).await;
    his.pulls(&house).await;
    his.does(visit(HIS, "停用前的拜访"), house.now());
    let admin = house.access("5001").await;
    let path = format!("/api/v1/devices/{}", his.device());
    house.request("DELETE", &path).bearer(&admin).json(&json!({ "reason": "丢了" })).send().await.ok();
    assert_eq!(house.still_held(&his).await, 1);
    his.pushes(&house).await;
    let still = his.replica.holding_due(house.now()).expect("nothing was told yet");
    let signed = still.signed(&his.key.sign(&still.signing_bytes()).to_bytes());
    his.sends_statement(&house, signed).await.problem(409, "holding.other-scopes");
    let empty = his.replica.holding_nothing(house.now());
    let signed = empty.signed(&his.key.sign(&empty.signing_bytes()).to_bytes());
    assert_eq!(his.sends_statement(&house, signed).await.ok(), json!({ "confirmed": 1, "unconfirmed": 0 }));
    assert_eq!(house.still_held(&his).await, 0);
}

#[tokio::test]
async fn a_statement_that_is_none_or_another_devices_is_not_taken() {
    let house = House::open().await;
    let mut his = Phone::enrolled(&house, "1001", 1).await;
    let hers = Phone::enrolled(&house, "1002", 2).await;
    his.pulls(&house).await;
    his.sends_statement(&house, vec![0x80]).await.problem(400, "holding.malformed");
    his.sends_statement(&house, vec![0; 5_000]).await.problem(413, "request.too-large");
    let holding = his.replica.holding_due(house.now()).expect("due");
    let signed = holding.signed(&his.key.sign(&holding.signing_bytes()).to_bytes());
    hers.sends_statement(&house, signed).await.problem(403, "holding.not-your-device");
    let forged = holding.signed(&hers.key.sign(&holding.signing_bytes()).to_bytes());
    his.sends_statement(&house, forged).await.problem(422, "holding.bad-signature");
    let answer = house.post("/api/v1/evictions").bearer(&his.access).json(&json!({})).send().await;
    answer.problem(415, "request.media-type");
}

#[tokio::test]
async fn what_a_phone_must_give_up_is_seen_by_those_who_see_the_phone() {
    let house = House::open().await;
    let his = Phone::enrolled(&house, "1001", 1).await;
    house.transfers("3001", &his_to_her()).await.ok();
    let path = format!("/api/v1/devices/{}/evictions", his.device());
    for (number, status, named) in
        [("1002", 404, false), ("1001", 200, false), ("5001", 200, false), ("3001", 200, true)]
    {
        let access = house.access(number).await;
        let answer = house.read(&access, &path).await;
        assert_eq!(answer.status, status, "{number}: {}", answer.text());
        if status == 200 {
            let page = answer.json();
            assert_eq!(page["unconfirmed"], 1, "{number}: {page}");
            assert_eq!(page["rows"][0]["customer"].is_object(), named, "{number}: {page}");
        }
    }
}

#[tokio::test]
async fn the_office_hears_at_once_that_a_phone_has_confirmed_and_a_colleague_does_not() {
    let house = House::open().await;
    let mut his = Phone::enrolled(&house, "1001", 1).await;
    his.pulls(&house).await;
    his.states(&house).await.expect("due after the first pull").ok();
    house.transfers("3001", &his_to_her()).await.ok();
    his.pulls(&house).await;
    let (head, hers) = (house.access("3001").await, house.access("1002").await);
    let mut office = house.get("/api/v1/events").bearer(&head).listen().await;
    let mut colleague = house.get("/api/v1/events").bearer(&hers).listen().await;
    for lines in [&mut office, &mut colleague] {
        lines.next_with("content-type: ").await;
    }
    his.states(&house).await.expect("due").ok();
    assert_eq!(office.next_with("event: ").await, "device");
    // She hears of what everybody may know, and of nothing before it.
    let card = json!({
        "op": "product-set", "product": PRODUCT, "card": {
            "code": "GM-0110", "name": "鸡蛋挂面", "specification": "1 kg×10", "packaging": "纸箱", "unit": "箱",
            "net_weight_g": 10000, "tolerance_g": 60,
        },
    });
    house.command(&head, &card).await.ok();
    assert_eq!(colleague.next_with("event: ").await, "feed");
    assert_eq!(office.next_with("event: ").await, "feed");
    // The same statement once more is no news: the next thing heard is a price.
    let holding = his.replica.holding_nothing(house.now());
    let again = Holding { scopes: his.replica.index().scopes_fingerprint(), ..holding };
    let signed = again.signed(&his.key.sign(&again.signing_bytes()).to_bytes());
    his.sends_statement(&house, signed).await.ok();
    house.command(&head, &card).await.ok();
    assert_eq!(office.next_with("event: ").await, "feed");
}

#[tokio::test]
async fn a_file_of_phones_tells_what_each_has_not_confirmed() {
    let house = House::open().await;
    let mut his = Phone::enrolled(&house, "1001", 1).await;
    house.transfers("3001", &his_to_her()).await.ok();
    assert_eq!(unconfirmed_in_file(&house).await, (1, true));
    his.pulls(&house).await;
    his.states(&house).await.expect("due").ok();
    assert_eq!(unconfirmed_in_file(&house).await, (0, false));
}

/// What stands in the file of phones about the only one: how much it has not confirmed, and whether since when.
async fn unconfirmed_in_file(house: &House) -> (u64, bool) {
    let access = house.access("3001").await;
    let bytes = house.read(&access, "/api/v1/devices.xlsx").await.body;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let sheets = book.worksheets();
    let rows: Vec<_> = sheets[0].1.rows().collect();
    let head = rows.iter().position(|row| row.iter().any(|cell| cell.get_string() == Some("未确认移走")));
    let head = head.expect("the column is there");
    let at =
        |title: &str| rows[head].iter().position(|cell| cell.get_string() == Some(title)).expect("a column");
    let phone = rows[head + 1];
    let count = phone[at("未确认移走")].to_string().parse().expect("a count");
    (count, !phone[at("最早自")].to_string().is_empty())
}
