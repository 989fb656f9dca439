//! Two servers over one book: what one of them takes away, the other has taken away within ten seconds, though nobody
//! tells it. Source: G2.

use serde_json::json;

use crate::client::Answer;
use crate::house::{House, PRODUCT};
use crate::phone::Phone;

/// What somebody is answered who reads at one of the two.
async fn reads(house: &House, access: &str) -> Answer {
    house.read(access, "/api/v1/pull?after=0").await
}

/// An administrator takes a phone's rights.
async fn stops(house: &House, phone: &Phone) {
    let admin = house.access("5001").await;
    let path = format!("/api/v1/devices/{}", phone.device());
    let why = json!({ "reason": "遗失" });
    let stopped = house.request("DELETE", &path).bearer(&admin).json(&why).send().await;
    assert!(stopped.status < 300, "{}", stopped.text());
}

#[tokio::test]
async fn a_stopped_device_reads_nothing_at_any_server_after_ten_seconds_without_any_notice() {
    let house = House::open().await;
    let second = house.once_more().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    for server in [&house, &second] {
        assert_eq!(reads(server, &phone.access).await.status, 200, "it stands, and that is remembered");
    }
    stops(&house, &phone).await;
    reads(&house, &phone.access).await.problem(403, "device.revoked");
    house.later(9);
    assert_eq!(reads(&second, &phone.access).await.status, 200, "it may not have heard yet");
    house.later(1);
    reads(&second, &phone.access).await.problem(403, "device.revoked");
    // What it recorded it may still deliver, at either.
    assert_eq!(
        second
            .request("HEAD", &format!("/api/v1/push/{}", "00".repeat(32)))
            .bearer(&phone.access)
            .send()
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn a_sign_in_that_was_ended_at_one_server_is_ended_at_the_other_after_ten_seconds() {
    let house = House::open().await;
    let second = house.once_more().await;
    let access = house.access("3001").await;
    assert_eq!(second.read(&access, "/api/v1/visits").await.status, 200);
    let out = house.request("DELETE", "/api/v1/session").bearer(&access).send().await;
    assert_eq!(out.status, 204);
    house.read(&access, "/api/v1/visits").await.problem(401, "session.ended");
    house.later(10);
    second.read(&access, "/api/v1/visits").await.problem(401, "session.ended");
    // And whoever may sign in no more, by the command line of a third process.
    let access = second.access("2001").await;
    assert_eq!(second.read(&access, "/api/v1/visits").await.status, 200);
    assert!(house.identities.disable_user("2001", house.now()).await.expect("the store answers"));
    house.later(10);
    second.read(&access, "/api/v1/visits").await.problem(401, "session.ended");
}

/// A line of live events was let in once; at the next hint it is asked again, of its device as well.
#[tokio::test]
async fn a_line_of_live_events_ends_with_the_rights_of_its_device() {
    let house = House::open().await;
    let second = house.once_more().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let mut lines = second.get("/api/v1/events").bearer(&phone.access).listen().await;
    lines.next_with("content-type: ").await;
    stops(&house, &phone).await;
    house.later(10);
    let opened = json!({ "op": "product-set", "product": PRODUCT, "card": {
        "code": "GM-0110", "name": "鸡蛋挂面", "specification": "1 kg×10", "packaging": "纸箱", "unit": "箱",
        "net_weight_g": 10000, "tolerance_g": 60,
    } });
    let head = second.access("3001").await;
    second.command(&head, &opened).await.ok();
    loop {
        let line = lines.next().await;
        assert!(!line.starts_with("event: "), "a stopped phone hears of something: {line}");
        // The answer's last chunk is empty; the connection itself may serve another request.
        if line.trim() == "0" {
            break;
        }
        assert!(!line.is_empty(), "cut, and not ended");
    }
}
