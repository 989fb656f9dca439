//! Live events: hints for those who may see, and an end when the server stops.

use serde_json::json;

use crate::house::{HIS, House, PRODUCT};
use crate::phone::{Phone, visit};

#[tokio::test]
async fn the_office_hears_of_a_visit_as_it_arrives() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    let head = house.access("3001").await;
    let mut lines = house.get("/api/v1/events").bearer(&head).listen().await;
    assert_eq!(lines.next_with("content-type: ").await, "text/event-stream");
    phone.does(visit(HIS, "送样"), house.now());
    let position = phone.pushes(&house).await[0].judged[0].position;
    assert_eq!(lines.next_with("event: ").await, "feed");
    assert_eq!(lines.next_with("data: ").await, format!("{{\"position\":{position}}}"));
}

#[tokio::test]
async fn a_rep_hears_nothing_of_a_colleagues_customer() {
    let house = House::open().await;
    let mut his = Phone::enrolled(&house, "1001", 1).await;
    let hers = Phone::enrolled(&house, "1002", 2).await;
    his.pulls(&house).await;
    let mut lines = house.get("/api/v1/events").bearer(&hers.access).listen().await;
    lines.next_with("content-type: ").await;
    his.does(visit(HIS, "送样"), house.now());
    let unseen = his.pushes(&house).await[0].judged[0].position;
    let head = house.access("3001").await;
    let card = json!({
        "op": "product-set", "product": PRODUCT, "card": {
            "code": "GM-0110", "name": "鸡蛋挂面", "specification": "1 kg×10", "packaging": "纸箱", "unit": "箱",
            "net_weight_g": 10000, "tolerance_g": 60,
        },
    });
    let seen = house.command(&head, &card).await.ok()["position"].as_u64().expect("a position");
    assert!(seen > unseen);
    assert_eq!(lines.next_with("data: ").await, format!("{{\"position\":{seen}}}"));
}

#[tokio::test]
async fn a_stopping_server_ends_live_lines_and_finishes() {
    let house = House::open().await;
    let head = house.access("3001").await;
    let mut lines = house.get("/api/v1/events").bearer(&head).listen().await;
    lines.next_with("content-type: ").await;
    house.close().await;
    while !lines.next().await.is_empty() {}
}
