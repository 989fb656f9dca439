//! A lost phone is settled by finance, and a violation is stamped twice, as the office's screens see it. Source: S14–S16.

use serde_json::{Value, json};
use sync_core::domain::cash::{Collected, LimitOverridden, LimitPart};
use sync_core::op::Op;
use sync_core::time::business_date;
use sync_core::unit::Amount;

use crate::house::{HIS, House, text, who};
use crate::phone::{Phone, cash};

async fn limits(house: &House, access: &str, status: &str) -> Vec<Value> {
    let page = house.read(access, &format!("/api/v1/limits?status={status}")).await.ok();
    page["rows"].as_array().expect("rows").clone()
}

/// S14, S15: what a lost phone was given stays with it, and a later one holds nothing, until finance has counted.
#[tokio::test]
async fn a_stopped_phone_stands_with_share_and_drawer_until_finance_has_counted() {
    let house = House::open().await;
    let (finance, head) = (house.access("2001").await, house.access("3001").await);
    let mut lost = Phone::enrolled(&house, "1001", 1).await;
    lost.pulls(&house).await;
    lost.does(cash(HIS, "8200.00", 1), house.now());
    lost.pushes(&house).await;
    assert!(limits(&house, &finance, "stopped").await.is_empty());
    let stops = house.request("DELETE", &format!("/api/v1/devices/{}", lost.device()));
    stops.bearer(&head).json(&json!({ "reason": "丢了" })).send().await.ok();
    let fresh = Phone::enrolled(&house, "1001", 2).await;

    let rows = limits(&house, &finance, "stopped").await;
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    let phone = |row: &Value, phone: &Phone| {
        let phones = row["phones"].as_array().expect("phones").iter();
        let id = json!(phone.device());
        phones.clone().find(|one| one["id"] == id).expect("the phone").clone()
    };
    let waits = phone(row, &lost);
    assert_eq!(
        (&waits["status"], &waits["share"], &waits["drawer"]),
        (&json!("stopped"), &json!("20000.00"), &json!("8200.00"))
    );
    assert_eq!(phone(row, &fresh)["share"], "0.00");
    let settled = |counted: &str, drawer: &str| {
        json!({ "op": "lost-phone-settled", "staff": who("1001"), "device": lost.device(), "into": fresh.device(),
            "share": "20000.00", "drawer": drawer, "counted": counted, "note": "在车上点清" })
    };
    let wrong = house.command(&finance, &settled("8000.00", "8000.00")).await;
    wrong.problem(422, "limit.other-figures");
    house.command(&head, &settled("8000.00", "8200.00")).await.problem(422, "limit.not-finance");
    house.command(&finance, &settled("8000.00", "8200.00")).await.ok();

    assert!(limits(&house, &finance, "stopped").await.is_empty());
    let rows = limits(&house, &finance, "settled").await;
    let (was, now) = (phone(&rows[0], &lost), phone(&rows[0], &fresh));
    assert_eq!(
        (&was["settled"]["missing"], &was["settled"]["counted"]),
        (&json!("200.00"), &json!("8000.00"))
    );
    assert_eq!((&now["share"], &now["drawer"]), (&json!("20000.00"), &json!("8000.00")));
    // A colleague's limits are nobody else's to see.
    let hers = house.access("1002").await;
    let rows = house.read(&hers, "/api/v1/limits").await.ok();
    assert!(!rows["rows"].to_string().contains(&who("1001").to_string()), "{rows}");
}

/// S15: a violation stands on the overview until a head and finance have both stamped it, and leads to what is behind it.
#[tokio::test]
async fn a_violation_is_counted_until_it_is_stamped_twice_and_names_the_change_behind_it() {
    let house = House::open().await;
    let (finance, head) = (house.access("2001").await, house.access("3001").await);
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    let Op::Collected(taken) = cash(HIS, "20000.01", 1) else { panic!("cash") };
    phone.does(Op::Collected(Collected { over_limit: Some(text("客户坚持付现")), ..taken }), house.now());
    phone.pushes(&house).await;

    let open = || async { house.read(&finance, "/api/v1/summary").await.ok()["violations"].clone() };
    assert_eq!(open().await, 1);
    let page = house.read(&head, "/api/v1/violations").await.ok();
    let row = &page["rows"][0];
    assert_eq!(row["change"], json!({ "device": phone.device(), "seq": 1 }));
    let before = row["position"].as_u64().expect("a position") + 1;
    let feed = house.read(&head, &format!("/api/v1/feed?staff={}&before={before}", who("1001"))).await.ok();
    assert_eq!(
        (&feed["entries"][0]["kind"], &feed["entries"][0]["change"]),
        (&json!("collected"), &row["change"])
    );

    let stamps = |stamp: &str| json!({ "op": "violation-stamped", "violation": row["id"], "staff": who("1001"), "stamp": stamp, "note": "已问明" });
    house.command(&finance, &stamps("looked-into")).await.problem(422, "violation.not-yours");
    house.command(&head, &stamps("looked-into")).await.ok();
    assert_eq!(open().await, 1, "one stamp does not close it");
    house.command(&finance, &stamps("settled")).await.ok();
    assert_eq!(open().await, 0);
}

/// S14, S16: who must remit is told by the sums that hold for each, not by those of everybody.
#[tokio::test]
async fn the_overview_counts_who_must_remit_by_their_own_rule() {
    let house = House::open().await;
    let finance = house.access("2001").await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(cash(HIS, "6000.00", 1), house.now());
    phone.pushes(&house).await;
    let due = || async { house.read(&finance, "/api/v1/summary").await.ok()["reps_to_remit"].clone() };
    assert_eq!(due().await, 0, "below ten thousand");
    let amount = |yuan: &str| Amount::typed(yuan).expect("a sum");
    let today = business_date(house.now());
    let (from, to) = (today, today);
    let parts = vec![LimitPart { device: phone.device(), amount: amount("8000") }];
    let (staff, hold, remit_from, reason) = (who("1001"), amount("8000"), amount("6000"), text("新到岗"));
    let rule = LimitOverridden { staff, hold, remit_from, from, to, parts, reason };
    house.says_as_vp(Op::LimitOverridden(rule)).await;
    assert_eq!(due().await, 1, "from six thousand on, by the rule");
}

/// S15: whoever changes their role stays on the list until nothing is left to settle; a stopped phone with nothing in it
/// waits for nobody.
#[tokio::test]
async fn a_rep_of_another_role_stays_until_nothing_is_left_and_an_emptied_phone_waits_for_nobody() {
    let house = House::open().await;
    let (finance, head) = (house.access("2001").await, house.access("3001").await);
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    let spare = Phone::enrolled(&house, "1001", 2).await;
    phone.pulls(&house).await;
    phone.does(cash(HIS, "700.00", 1), house.now());
    phone.pushes(&house).await;
    let stop = async |phone: &Phone| {
        let stops = house.request("DELETE", &format!("/api/v1/devices/{}", phone.device()));
        stops.bearer(&head).json(&json!({ "reason": "丢了" })).send().await.ok();
    };
    stop(&spare).await;
    assert_eq!(limits(&house, &finance, "stopped").await, [Value::Null; 0], "nothing of the spare one waits");
    assert_eq!(limits(&house, &finance, "emptied").await.len(), 1);
    let role = json!({ "op": "staff-role-set", "staff": who("1001"), "role": "rep", "replaces": [] });
    house.command(&head, &role).await.ok();
    let his = async |status: &str| {
        let rows = limits(&house, &finance, status).await;
        rows.iter().filter(|row| row["staff"]["id"] == json!(who("1001"))).count()
    };
    assert_eq!(his("").await, 1, "cash is in the drawer");
    stop(&phone).await;
    assert_eq!(his("stopped").await, 1, "share and cash wait for finance");
    let hers = limits(&house, &finance, "").await;
    assert!(hers.iter().any(|row| row["staff"]["id"] == json!(who("1002"))), "{hers:?}");
}
