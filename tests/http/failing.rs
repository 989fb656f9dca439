//! The database breaks off in the middle of a statement, wherever that may be: the answer says so, nothing is stored, the
//! phone keeps what it has, and the same request again does what it would have done.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::json;
use server::store::ChosenStore;
use sync_core::wire::{MEDIA_TYPE, PushReply};

use crate::client::{Answer, Request};
use crate::house::{HIS, House, who};
use crate::phone::{Phone, cash, hex, visit};
use crate::picture::jpeg;

/// So many steps of SQLite's machine are one tick.
const STEPS: i32 = 10;

/// Makes the writer of a house break off after so many ticks. What is left of them, to be read afterwards.
///
/// Its connection is another after it broke off, so each try tells it anew.
async fn breaking_off(house: &House, ticks: u32) -> Arc<AtomicI64> {
    let left = Arc::new(AtomicI64::new(ticks.into()));
    let ChosenStore::Sqlite(store) = house.app.hub().store() else { unreachable!("it is in a file") };
    let mut writer = store.writer().acquire().await.expect("the writer");
    let counted = Arc::clone(&left);
    let mut handle = writer.lock_handle().await.expect("its handle");
    handle.set_progress_handler(STEPS, move || counted.fetch_sub(1, Ordering::SeqCst) > 1);
    left
}

/// Sends a request again and again, and breaks it off a tick later each time, until it goes through. How often it did not.
async fn breaks(house: &House, request: Request, mut still: impl AsyncFnMut()) -> (u32, Answer) {
    for ticks in 1_u32.. {
        let left = breaking_off(house, ticks).await;
        let answer = request.clone().send().await;
        if left.swap(i64::MAX, Ordering::SeqCst) > 0 {
            return (ticks - 1, answer);
        }
        let problem = answer.problem(503, "server.unavailable");
        assert!(problem["detail"].as_str().is_some_and(|said| said.contains("过一会儿再试")), "{problem}");
        assert!(answer.header("retry-after").is_some(), "when to come back is said");
        still().await;
    }
    unreachable!("it goes through at last")
}

#[tokio::test]
async fn a_push_that_breaks_off_anywhere_is_answered_and_stays_in_the_outbox() {
    let house = House::in_a_file().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    for turn in 0..3 {
        phone.does(visit(HIS, &format!("第{turn}次")), house.now());
    }
    phone.does(cash(HIS, "4000.00", 1), house.now());
    let head = house.access("3001").await;
    let bytes = phone.outgoing(house.now()).expect("four are unsent");
    let request = house.post("/api/v1/push").bearer(&phone.access).header("content-type", MEDIA_TYPE);
    let (broken, answer) = breaks(&house, request.bytes(bytes), async || {
        assert_eq!(phone.replica.backlog().unsent, 4);
        let visits = house.read(&head, "/api/v1/visits").await.ok();
        assert_eq!(visits["total"], 0, "nothing of it is stored");
    })
    .await;
    assert!(broken > 15, "{broken} times");
    assert_eq!(answer.status, 200, "{}", answer.text());
    let reply: PushReply = minicbor::decode(&answer.body).expect("a reply");
    phone.replica.acknowledge(&reply, house.now());
    assert_eq!((phone.replica.backlog().unsent, reply.through), (0, 4));
    assert_eq!(house.read(&head, "/api/v1/visits").await.ok()["total"], 3);
    assert!(house.app.hub().verify().await.expect("the store answers").holds());
}

#[tokio::test]
async fn a_command_that_breaks_off_anywhere_is_carried_out_once() {
    let house = House::in_a_file().await;
    let head = house.access("3001").await;
    let before = house.app.hub().look().await.expect("the store answers");
    let created = json!({
        "op": "customer-created", "owner": who("1001"), "contacts": [],
        "fields": [["name", { "type": "text", "value": "新街口粮油店" }]],
    });
    let request = house.post("/api/v1/commands").bearer(&head).header("idempotency-key", "once");
    let (broken, answer) = breaks(&house, request.json(&created), async || {
        assert_eq!(house.app.hub().look().await.expect("the store answers"), before);
    })
    .await;
    assert!(broken > 15, "{broken} times");
    assert_eq!(answer.ok()["position"], before + 1);
    assert!(house.app.hub().verify().await.expect("the store answers").holds());
}

#[tokio::test]
async fn a_photo_that_breaks_off_anywhere_is_kept_once() {
    let house = House::in_a_file().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let photo = jpeg("a slip");
    let name = hex(&sync_core::log::sha256(&[&photo]));
    let request = house.request("PUT", &format!("/api/v1/blobs/{name}")).bearer(&phone.access);
    let (broken, answer) = breaks(&house, request.bytes(photo), async || {}).await;
    assert!(broken > 3, "{broken} times");
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(house.app.hub().verify().await.expect("the store answers").holds());
}
