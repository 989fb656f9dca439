//! Every change that moves an account moves the list behind the feed. Source: S12, S14, S34, S41, Q3.

use serde_json::{Value, json};
use server::receivables;
use server::store::{OwedBy, OwedMark, Receivables};
use sync_core::domain::cash::{CashHandedIn, Collected, DrawerPart, Means};
use sync_core::op::Op;
use sync_core::unit::CustomerId;

use crate::house::{ACCOUNT, HIS, House, text, who};
use crate::phone::{Phone, cash, hex};
use crate::receivables::{listed, mark, owing, yuan};

async fn faults(house: &House) -> Vec<String> {
    house.app.read_receivables().await.expect("the store answers");
    let hub = house.app.hub();
    receivables::faults(hub.store(), hub.company()).await.expect("the store answers")
}

async fn row(house: &House, customer: CustomerId, status: &str) -> Value {
    let finance = house.access("2001").await;
    let page = listed(house, &finance, &format!("customer={customer}&status={status}")).await;
    page["rows"][0].clone()
}

/// A slip over all that a phone holds, signed by finance.
async fn hands_in(house: &House, phone: &mut Phone, sum: &str) {
    let drawers = vec![DrawerPart { device: phone.device(), amount: yuan(sum) }];
    let slip = CashHandedIn { amount: yuan(sum), drawers, note: text("") };
    let over = slip.body_hash();
    phone.does(Op::CashHandedIn(slip), house.now());
    phone.pushes(house).await;
    let finance = house.access("2001").await;
    let slips = house.read(&finance, "/api/v1/hand-ins").await.ok();
    let stamp = json!({ "op": "hand-in-stamped", "hand_in": slips["rows"][0]["id"], "staff": who("1001"),
        "stamp": "received", "over": hex(&over) });
    house.command(&finance, &stamp).await.ok();
}

/// A name that changes is found in the list under the new one; money that was reversed is open again.
#[tokio::test]
async fn a_new_name_and_a_reversal_are_in_the_list() {
    let (house, _phone) = owing().await;
    assert_eq!(faults(&house).await, [""; 0]);
    let head = house.access("3001").await;
    let card = json!({ "op": "card-field-set", "customer": HIS, "field": "name",
        "value": { "type": "text", "value": "宁安新店" }, "replaces": [] });
    house.command(&head, &card).await.ok();
    assert_eq!(faults(&house).await, [""; 0]);
    let finance = house.access("2001").await;
    let money = house.read(&finance, "/api/v1/collections").await.ok()["rows"][0]["id"].clone();
    let reversed = json!({ "op": "reversed", "kind": "collection", "of": money, "staff": who("1001"),
        "customer": HIS, "reason": "金额记错了" });
    house.command(&finance, &reversed).await.ok();
    assert_eq!(row(&house, HIS, "open").await["open"], "680.00");
    assert_eq!(faults(&house).await, [""; 0]);
    house.close().await;
}

/// S15, S34: cash of a lost phone that was counted into another pays its customer once that is handed in.
#[tokio::test]
async fn cash_of_a_lost_phone_is_paid_through_the_one_it_was_counted_into() {
    let (house, lost) = owing().await;
    assert_eq!(faults(&house).await, [""; 0]);
    let (head, finance) = (house.access("3001").await, house.access("2001").await);
    let stops = house.request("DELETE", &format!("/api/v1/devices/{}", lost.device()));
    stops.bearer(&head).json(&json!({ "reason": "丢了" })).send().await.ok();
    let mut fresh = Phone::enrolled(&house, "1001", 2).await;
    let settled = json!({ "op": "lost-phone-settled", "staff": who("1001"), "device": lost.device(),
        "into": fresh.device(), "share": "20000.00", "drawer": "300.00", "counted": "300.00", "note": "点清" });
    house.command(&finance, &settled).await.ok();
    assert_eq!(faults(&house).await, [""; 0]);
    fresh.pulls(&house).await;
    hands_in(&house, &mut fresh, "300").await;
    assert_eq!(row(&house, HIS, "open").await["paid"], "300.00");
    assert_eq!(faults(&house).await, [""; 0]);
    house.close().await;
}

/// S34: a transfer is paid once finance has found it, and no more once that is withdrawn.
#[tokio::test]
async fn a_transfer_that_was_found_is_paid_in_the_list() {
    let (house, mut phone) = owing().await;
    let Op::Collected(taken) = cash(HIS, "380.00", 2) else { panic!("money") };
    let means = Means::Transfer { account: ACCOUNT, reference: text("204817") };
    phone.does(Op::Collected(Collected { means, ..taken }), house.now());
    phone.pushes(&house).await;
    assert_eq!(row(&house, HIS, "collected").await["paid"], "0.00");
    let finance = house.access("2001").await;
    let money =
        house.read(&finance, "/api/v1/collections?status=transfer").await.ok()["rows"][0]["id"].clone();
    let papers = json!([{ "of": money, "staff": who("1001") }]);
    let found = json!({ "op": "money-confirmed", "kind": "collection", "account": ACCOUNT, "amount": "380.00",
        "customer": HIS, "papers": papers, "arrived_on": "2026-11-20", "note": "" });
    let done = house.command(&finance, &found).await.ok();
    assert_eq!(row(&house, HIS, "collected").await["paid"], "380.00", "{done}");
    let withdrawn = json!({ "op": "confirmation-withdrawn", "confirmation": done["change"], "kind": "collection",
        "papers": papers, "customer": HIS, "reason": "对错了" });
    house.command(&finance, &withdrawn).await.ok();
    assert_eq!(row(&house, HIS, "collected").await["paid"], "0.00");
    assert_eq!(faults(&house).await, [""; 0]);
    house.close().await;
}

/// A list that says another than the papers is told, by its rows and by its sums; one that was read further than the book
/// reaches is read anew.
#[tokio::test]
async fn a_list_that_is_not_the_papers_is_told_and_one_of_another_book_is_read_anew() {
    let (house, _phone) = owing().await;
    assert_eq!(faults(&house).await, [""; 0]);
    let hub = house.app.hub();
    let table = Receivables::new(hub.store(), hub.company());
    let stands = mark(&house).await;
    let begun = OwedMark { until: 1, ..stands };
    let none = OwedBy { customer: HIS, rows: Vec::new() };
    assert!(table.replace(stands, begun, &[none], &[]).await.expect("the store answers"));
    assert!(table.replace(begun, stands, &[], &[]).await.expect("the store answers"));
    let told = faults(&house).await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("the list says another") && told[1].contains("counts another sum"), "{told:?}");
    let beyond = OwedMark { through: stands.through + 100, ..stands };
    assert!(table.replace(stands, beyond, &[], &[]).await.expect("the store answers"));
    assert_eq!(row(&house, HIS, "open").await["open"], "380.00");
    assert_eq!((faults(&house).await, mark(&house).await), (Vec::new(), stands));
    house.close().await;
}
