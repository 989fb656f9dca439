//! Which orders a rep's cash has paid once it is signed for, sent on or brought back, and whose accounts are read for it.
//! Source: S14, S34, Q3.

use serde_json::json;
use server::{receivables, store::Receivables};
use sync_core::domain::cash::{CashHandedIn, DrawerPart, Remitted};
use sync_core::op::Op;
use sync_core::unit::CustomerId;

use crate::house::{ACCOUNT, HERS, HIS, House, text, who};
use crate::phone::{Phone, cash, hex, order};
use crate::receivables::{listed, owing, yuan};

/// The house of `owing`, where her customer has become his and his phone has taken 680.00 and 300.00 in cash of that one, too;
/// those two are still unsent.
async fn both_owing() -> (House, Phone) {
    let (house, mut phone) = owing().await;
    let head = house.access("3001").await;
    let owner = json!({ "op": "owner-set", "customer": HERS, "owner": who("1001"), "replaces": [] });
    assert_eq!(house.command(&head, &owner).await.status, 200);
    phone.pulls(&house).await;
    phone.does(order(HERS, 10, 2), house.now());
    phone.does(cash(HERS, "300.00", 2), house.now());
    (house, phone)
}

/// S14, S34, Q3: cash that a phone without a signal had sent before finance signed for other cash took the older notes with it:
/// once that is known the slip has paid those whose notes were left.
#[tokio::test]
async fn what_comes_late_finds_its_place_in_the_drawer() {
    let (house, mut phone) = both_owing().await;
    let parts = || vec![DrawerPart { device: phone.device(), amount: yuan("300") }];
    let (slip, drawers) = (CashHandedIn { amount: yuan("300"), drawers: parts(), note: text("") }, parts());
    let over = slip.body_hash();
    phone.does(Op::CashHandedIn(slip), house.now());
    phone.pushes(&house).await;
    house.later(3_600);
    let (amount, reference) = (yuan("300"), text("204817"));
    phone.does(
        Op::Remitted(Remitted { amount, account: ACCOUNT, drawers, reference, slip: None }),
        house.now(),
    );
    house.later(3_600);
    let finance = house.access("2001").await;
    let slips = house.read(&finance, "/api/v1/hand-ins").await.ok();
    let stamp = json!({ "op": "hand-in-stamped", "hand_in": slips["rows"][0]["id"], "staff": who("1001"),
        "stamp": "received", "over": hex(&over) });
    assert_eq!(house.command(&finance, &stamp).await.status, 200);
    let paid = async |customer: CustomerId| {
        let page = listed(&house, &finance, &format!("customer={customer}")).await;
        page["rows"][0]["paid"].clone()
    };
    assert_eq!((paid(HIS).await, paid(HERS).await), (json!("300.00"), json!("0.00")));
    phone.renews(&house).await;
    phone.pushes(&house).await;
    assert_eq!((paid(HIS).await, paid(HERS).await), (json!("0.00"), json!("300.00")));
    let hub = house.app.hub();
    let faults = receivables::faults(hub.store(), hub.company()).await.expect("the store answers");
    assert_eq!(faults, Vec::<String>::new());
    house.close().await;
}

/// S14, S34, Q3: after finance has signed for a slip the accounts are read whose cash it was, and no rep's whole past; what a
/// bank took back is looked for from the first collection on.
#[tokio::test]
async fn a_stamp_on_a_slip_reads_whose_cash_it_was_and_nothing_else() {
    let (house, mut phone) = both_owing().await;
    phone.pushes(&house).await;
    let finance = house.access("2001").await;
    let (hub, table) =
        (house.app.hub(), Receivables::new(house.app.hub().store(), house.app.hub().company()));
    let refreshed = async || {
        let read = receivables::refresh(hub.store(), &table, hub.company()).await.expect("the store answers");
        (read.customers, read.reps)
    };
    let holds = async || {
        let faults = receivables::faults(hub.store(), hub.company()).await.expect("the store answers");
        assert_eq!(faults, Vec::<String>::new());
    };
    refreshed().await;
    assert_eq!(refreshed().await, (0, 0));
    let drawers = |sum: &str| vec![DrawerPart { device: phone.device(), amount: yuan(sum) }];
    let slip = CashHandedIn { amount: yuan("200"), drawers: drawers("200"), note: text("") };
    let over = slip.body_hash();
    let (amount, reference, parts) = (yuan("250"), text("204817"), drawers("250"));
    phone.does(Op::CashHandedIn(slip), house.now());
    phone.pushes(&house).await;
    assert_eq!(refreshed().await, (0, 0), "one signature moves nothing");
    let slips = house.read(&finance, "/api/v1/hand-ins").await.ok();
    let stamp = json!({ "op": "hand-in-stamped", "hand_in": slips["rows"][0]["id"], "staff": who("1001"),
        "stamp": "received", "over": hex(&over) });
    assert_eq!(house.command(&finance, &stamp).await.status, 200);
    assert_eq!(refreshed().await, (1, 0), "his alone, and nobody's past");
    holds().await;
    let paid = async |customer: CustomerId| {
        let page = house.read(&finance, &format!("/api/v1/customers/{customer}/account")).await.ok();
        page["orders"][0]["paid"].clone()
    };
    assert_eq!((paid(HIS).await, paid(HERS).await), (json!("200.00"), json!("0.00")));

    // What is sent takes his last hundred and some of hers; found in the account it pays both.
    house.later(60);
    phone.does(
        Op::Remitted(Remitted { amount, account: ACCOUNT, drawers: parts, reference, slip: None }),
        house.now(),
    );
    phone.pushes(&house).await;
    assert_eq!(refreshed().await, (0, 0), "sent is not found");
    let of = house.read(&finance, "/api/v1/remittances").await.ok()["rows"][0]["id"].clone();
    let found = json!({ "op": "money-confirmed", "kind": "remittance", "account": ACCOUNT, "amount": "250.00",
        "papers": [{ "of": of, "staff": who("1001") }], "arrived_on": "2026-11-20", "note": "" });
    house.command(&finance, &found).await.ok();
    assert_eq!(refreshed().await, (2, 0));
    assert_eq!((paid(HIS).await, paid(HERS).await), (json!("300.00"), json!("150.00")));
    holds().await;

    let bounced = json!({ "op": "reversed", "kind": "remittance", "of": of, "staff": who("1001"),
        "reason": "银行退回" });
    house.command(&finance, &bounced).await.ok();
    // Whoever asks before the table is read on is told the same.
    let mut moment = house.app.snapshot().await.expect("a moment");
    let mut accounts = receivables::Accounts::at(&mut moment).await.expect("the store answers");
    let his = accounts.of(HIS).await.expect("the store answers");
    assert_eq!(his.payments[0].confirmed, yuan("200").money());
    drop(moment);
    assert_eq!(refreshed().await, (2, 1), "all of his cash finds its place anew");
    assert_eq!((paid(HIS).await, paid(HERS).await), (json!("200.00"), json!("0.00")));
    holds().await;
    house.close().await;
}
