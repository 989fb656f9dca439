//! What orders owe, as the office reads it: behind the feed, with what was collected, confirmed, promised and excepted.
//! Source: S12, S34, S41, S43–S45, Q3.

use std::io::Cursor;

use calamine::{Reader, Xlsx};
use serde_json::{Value, json};
use server::receivables;
use server::store::{OwedBy, OwedMark, Receivables, Snapshot};
use sync_core::domain::cash::{
    CashHandedIn, DrawerPart, PaymentPromise, PaymentUrged, ReceivableRefusal, UrgedBy,
};
use sync_core::op::Op;
use sync_core::refusal::Refusal;
use sync_core::replica::AccountKnown;
use sync_core::time::business_date;
use sync_core::unit::{Amount, CustomerId, PaperId};

use crate::house::{HERS, HIS, House, text, who};
use crate::phone::{Phone, cash, order};

pub(crate) fn yuan(sum: &str) -> Amount {
    Amount::typed(sum).expect("an amount")
}

fn urged(customer: CustomerId, order: Option<PaperId>, promised: Option<PaymentPromise>) -> Op {
    Op::PaymentUrged(PaymentUrged {
        customer,
        order,
        by: UrgedBy::InPerson,
        whom: text("店主老周"),
        said: text("中秋前先付一半"),
        promised,
    })
}

pub(crate) async fn listed(house: &House, access: &str, query: &str) -> Value {
    house.get("/api/v1/receivables").query(query).bearer(access).send().await.ok()
}

/// A house where his phone has taken an order of 680.00, 300.00 in cash and a promise of 380.00 for today.
pub(crate) async fn owing() -> (House, Phone) {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(order(HIS, 10, 1), house.now());
    phone.does(cash(HIS, "300.00", 1), house.now());
    let promise = PaymentPromise { day: business_date(house.now()), amount: yuan("380") };
    phone.does(urged(HIS, None, Some(promise)), house.now());
    phone.pushes(&house).await;
    phone.pulls(&house).await;
    (house, phone)
}

pub(crate) const DAY: u64 = 24 * 3_600;

/// S12, S34, S41, S43: due at once; the bag is collected and not paid; overdue from the next day on, and the promise broken.
#[tokio::test]
async fn an_order_stands_in_the_list_until_it_is_paid_and_says_since_when_it_is_overdue() {
    let (house, mut phone) = owing().await;
    let finance = house.access("2001").await;
    let page = listed(&house, &finance, "").await;
    let row = &page["rows"][0];
    assert_eq!((&page["total"], &row["number"]), (&json!(1), &json!("DH-01-0001")), "{page}");
    let sums = ["total", "collected", "paid", "open"].map(|name| row[name].clone());
    assert_eq!(sums, ["680.00", "300.00", "0.00", "380.00"]);
    assert_eq!((&row["due"], &row["age"]), (&json!("2026-11-20"), &json!("not-due")));
    assert_eq!((&row["days_overdue"], &row["promised"]["state"]), (&Value::Null, &json!("running")));
    assert_eq!(page["sums"]["open"], "380.00");
    for status in ["overdue", "broken", "collected", "paid"] {
        assert_eq!(listed(&house, &finance, &format!("status={status}")).await["total"], 0, "{status}");
    }

    house.later(31 * DAY);
    let finance = house.access("2001").await;
    let late = listed(&house, &finance, "status=overdue").await;
    assert_eq!((&late["rows"][0]["days_overdue"], &late["rows"][0]["age"]), (&json!(31), &json!("31-60")));
    let ages: Vec<&Value> =
        late["sums"]["ages"].as_array().expect("ages").iter().map(|a| &a["open"]).collect();
    assert_eq!(ages, ["0.00", "0.00", "380.00", "0.00", "0.00"]);
    assert_eq!(listed(&house, &finance, "status=broken").await["total"], 1);
    assert_eq!(listed(&house, &finance, "age=31-60").await["total"], 1);
    assert_eq!(listed(&house, &finance, "age=1-30").await["total"], 0);

    phone.renews(&house).await;
    phone.does(cash(HIS, "380.00", 2), house.now());
    phone.pushes(&house).await;
    assert_eq!(listed(&house, &finance, "").await["total"], 0);
    let collected = listed(&house, &finance, "status=collected").await;
    assert_eq!(collected["rows"][0]["promised"]["state"], "late", "it came after its day: {collected}");

    let drawers = vec![DrawerPart { device: phone.device(), amount: yuan("680") }];
    let slip = CashHandedIn { amount: yuan("680"), drawers, note: text("") };
    let over = slip.body_hash();
    phone.does(Op::CashHandedIn(slip), house.now());
    phone.pushes(&house).await;
    let slips = house.read(&finance, "/api/v1/hand-ins").await.ok();
    let stamp = json!({ "op": "hand-in-stamped", "hand_in": slips["rows"][0]["id"], "staff": who("1001"),
        "stamp": "received", "over": crate::phone::hex(&over) });
    assert_eq!(house.command(&finance, &stamp).await.status, 200);
    let paid = listed(&house, &finance, "status=paid").await;
    assert_eq!((&paid["total"], &paid["rows"][0]["paid"]), (&json!(1), &json!("680.00")));
    house.close().await;
}

/// S12, S45: the goods wait for their money, or go within an exception that one made and another approved.
#[tokio::test]
async fn an_exception_approved_by_another_lets_goods_go_and_stands_on_the_customers_page() {
    let (house, phone) = owing().await;
    let (head, finance) = (house.access("3001").await, house.access("2001").await);
    let account =
        async |access: &str| house.read(access, &format!("/api/v1/customers/{HIS}/account")).await.ok();
    assert_eq!(account(&head).await["orders"][0]["release"], "waits");
    let made = json!({ "op": "credit-excepted", "customer": HIS, "limit": "680", "pay_within": 15,
        "from": "2026-11-20", "to": "2026-12-20", "reason": "老客户" });
    assert_eq!(house.command(&head, &made).await.status, 200);
    house.command(&finance, &made).await.problem(422, "credit.overlaps");
    let page = account(&finance).await;
    let exception = &page["exceptions"][0];
    assert_eq!((&exception["status"], &page["orders"][0]["release"]), (&json!("proposed"), &json!("waits")));
    let approve = json!({ "op": "credit-exception-stamped", "exception": exception["id"], "customer": HIS,
        "stamp": "approved" });
    house.command(&head, &approve).await.problem(422, "credit.your-own");
    assert_eq!(house.command(&finance, &approve).await.status, 200);
    let page = account(&finance).await;
    assert_eq!(
        (&page["orders"][0]["release"], &page["orders"][0]["due"]),
        (&json!("excepted"), &json!("2026-12-05"))
    );
    assert_eq!(listed(&house, &finance, "").await["rows"][0]["due"], "2026-12-05");
    let all =
        house.get("/api/v1/credit-exceptions").query("status=in-force").bearer(&finance).send().await.ok();
    assert_eq!((&all["total"], &all["rows"][0]["approved"]["by"]["name"]), (&json!(1), &json!("李会计")));
    // The phone reads of it and says the same.
    let mut phone = phone;
    phone.pulls(&house).await;
    let today = business_date(house.now());
    let known = phone.replica.account_of(HIS, today);
    assert_eq!(known.releases[0].code(), "excepted");
    assert_eq!(known.rows[0].due.to_string(), "2026-12-05");
    house.close().await;
}

/// S43: the office enters a reminder as the rep does; it stands in the log, on the timeline and beside the order.
#[tokio::test]
async fn a_reminder_of_the_office_stands_in_the_log_on_the_timeline_and_beside_the_order() {
    let (house, _) = owing().await;
    house.later(60);
    let finance = house.access("2001").await;
    let order = listed(&house, &finance, "").await["rows"][0]["id"].clone();
    let said = json!({ "op": "payment-urged", "customer": HIS, "order": order, "by": "phone", "whom": "老板娘",
        "said": "明天一早汇", "promised": { "day": "2026-11-21", "amount": "380" } });
    assert_eq!(house.command(&finance, &said).await.status, 200);
    let before = json!({ "op": "payment-urged", "customer": HIS, "order": order, "by": "phone", "whom": "老板娘",
        "said": "昨天", "promised": { "day": "2026-11-19", "amount": "380" } });
    house.command(&finance, &before).await.problem(422, "urging.promised-before");
    let log = house.read(&finance, "/api/v1/urgings").await.ok();
    assert_eq!((&log["total"], &log["rows"][0]["said"]), (&json!(2), &json!("明天一早汇")), "{log}");
    assert_eq!(log["rows"][0]["order_number"], "DH-01-0001");
    let timeline = house.read(&finance, &format!("/api/v1/customers/{HIS}/timeline")).await.ok();
    assert!(timeline.to_string().contains("老板娘 · 明天一早汇"), "{timeline}");
    assert_eq!(listed(&house, &finance, "").await["rows"][0]["promised"]["day"], "2026-11-21");
    house.close().await;
}

/// S41, S43: more than is owed is promised neither on the phone nor in the office, by the same rule.
#[tokio::test]
async fn no_more_is_promised_than_is_owed_on_the_phone_and_in_the_office() {
    let (house, phone) = owing().await;
    let (amount, open) = (yuan("380.01"), yuan("380").money());
    let promise = PaymentPromise { day: business_date(house.now()), amount };
    let said = urged(HIS, None, Some(promise));
    let refused = phone.replica.draft(said, house.now(), [7; 16]).expect_err("more than is owed");
    let refusal = ReceivableRefusal::PromisedTooMuch { amount: amount.money(), open };
    assert_eq!(refused, Refusal::Receivable(refusal));

    let finance = house.access("2001").await;
    let order = listed(&house, &finance, "").await["rows"][0]["id"].clone();
    let said = |sum: &str, order: &Value| {
        json!({ "op": "payment-urged", "customer": HIS, "order": order, "by": "phone", "whom": "老板娘",
            "said": "明天一早汇", "promised": { "day": "2026-11-21", "amount": sum } })
    };
    for about in [&order, &Value::Null] {
        let answer = house.command(&finance, &said("380.01", about)).await;
        let problem = answer.problem(422, "urging.promised-too-much");
        assert_eq!((&problem["field"], &problem["limit"]), (&json!("promised.amount"), &json!(38_000)));
    }
    assert_eq!(house.read(&finance, "/api/v1/urgings").await.ok()["total"], 1, "nothing was written");
    assert_eq!(house.command(&finance, &said("380", &order)).await.status, 200);
    house.close().await;
}

/// S34, S78: after a customer was handed over neither phone says of its orders what it cannot know: the old one nothing at
/// all, the new one not whether the money that another took has arrived. The reminder goes with the customer.
#[tokio::test]
async fn a_phone_says_of_a_customer_that_was_handed_over_what_it_can_know() {
    let (house, mut his) = owing().await;
    let mut hers = Phone::enrolled(&house, "1002", 2).await;
    hers.pulls(&house).await;
    assert_eq!(his.replica.knows_account(HIS), AccountKnown::All);
    assert_eq!(his.replica.urgings_of(HIS).count(), 1);
    let head = house.access("3001").await;
    let owner = json!({ "op": "owner-set", "customer": HIS, "owner": who("1002"), "replaces": [] });
    assert_eq!(house.command(&head, &owner).await.status, 200);
    his.pulls(&house).await;
    hers.pulls(&house).await;
    assert_eq!(his.replica.knows_account(HIS), AccountKnown::Nothing);
    assert_eq!(hers.replica.knows_account(HIS), AccountKnown::Collected);
    assert_eq!(hers.replica.account_of(HIS, business_date(house.now())).open(), yuan("380").money());
    house.later(31 * DAY);
    let today = business_date(house.now());
    assert_eq!(his.replica.overdue(today), []);
    assert_eq!(hers.replica.overdue(today).len(), 1);
    assert_eq!((his.replica.urgings_of(HIS).count(), hers.replica.urgings_of(HIS).count()), (0, 1));
    let (his, hers) = (house.access("1001").await, house.access("1002").await);
    let log = async |access: &str| house.read(access, "/api/v1/urgings").await.ok()["total"].clone();
    assert_eq!((log(&his).await, log(&hers).await), (json!(0), json!(1)));
    house.close().await;
}

/// S45: the list of exceptions is narrowed by who made each and when, not by the latest of their customer.
#[tokio::test]
async fn exceptions_are_found_by_who_made_each_of_them_and_when() {
    let (house, _) = owing().await;
    let made = async |number: &str, from: &str, to: &str| {
        let access = house.access(number).await;
        let op = json!({ "op": "credit-excepted", "customer": HIS, "limit": "680", "pay_within": 15, "from": from,
            "to": to, "reason": "老客户" });
        assert_eq!(house.command(&access, &op).await.status, 200);
    };
    made("3001", "2026-11-21", "2026-11-30").await;
    house.later(2 * DAY);
    made("2001", "2026-12-01", "2026-12-31").await;
    let finance = house.access("2001").await;
    let found = async |query: &str| {
        let answer = house.get("/api/v1/credit-exceptions").query(query).bearer(&finance).send().await.ok();
        let rows = answer["rows"].as_array().expect("rows").clone();
        (answer["total"].clone(), rows.iter().map(|row| row["from"].clone()).collect::<Vec<_>>())
    };
    assert_eq!(found("").await.0, 2);
    for query in [format!("staff={}", who("3001")), "from=2026-11-20&to=2026-11-21".to_owned()] {
        assert_eq!(found(&query).await, (json!(1), vec![json!("2026-11-21")]), "{query}");
    }
    assert_eq!((found("status=proposed").await.0, found("status=in-force").await.0), (json!(2), json!(0)));
    for query in [format!("staff={}", who("2001")), "from=2026-11-22".to_owned()] {
        assert_eq!(found(&query).await, (json!(1), vec![json!("2026-12-01")]), "{query}");
    }
    house.close().await;
}

/// S78: a rep reads of their own customers only; what was handed over goes with its customer.
#[tokio::test]
async fn a_rep_reads_what_their_own_customers_owe_and_no_other() {
    let (house, _) = owing().await;
    let mut hers = Phone::enrolled(&house, "1002", 2).await;
    hers.pulls(&house).await;
    hers.does(order(HERS, 1, 1), house.now());
    hers.pushes(&house).await;
    let (his, her) = (house.access("1001").await, house.access("1002").await);
    let names = async |access: &str| {
        let page = listed(&house, access, "").await;
        let rows = page["rows"].as_array().expect("rows").clone();
        (
            page["sums"]["open"].clone(),
            rows.iter().map(|row| row["customer"]["name"].clone()).collect::<Vec<_>>(),
        )
    };
    assert_eq!(names(&his).await, (json!("380.00"), vec![json!("宁安食品商行")]));
    assert_eq!(names(&her).await, (json!("68.00"), vec![json!("红柳粮油店")]));
    let there = house.read(&her, &format!("/api/v1/customers/{HIS}/account")).await;
    there.problem(404, "thing.not-found");
    assert_eq!(listed(&house, &her, &format!("customer={HIS}")).await["total"], 0);
    let head = house.access("3001").await;
    let owner = json!({ "op": "owner-set", "customer": HIS, "owner": who("1002"), "replaces": [] });
    assert_eq!(house.command(&head, &owner).await.status, 200);
    assert_eq!(names(&his).await, (json!("0.00"), vec![]));
    assert_eq!(names(&her).await.1.len(), 2);
    let of_her = listed(&house, &head, &format!("staff={}", who("1002"))).await;
    assert_eq!((&of_her["total"], &of_her["sums"]["open"]), (&json!(2), &json!("448.00")));
    house.close().await;
}

/// S41, S78: the list goes out as a file, with its sums and the name of whoever took it out.
#[tokio::test]
async fn the_list_goes_out_as_a_file_with_its_sums() {
    let (house, _) = owing().await;
    let finance = house.access("2001").await;
    let answer = house.get("/api/v1/receivables.xlsx").query("status=open").bearer(&finance).send().await;
    assert_eq!(answer.status, 200);
    let mut book: Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(answer.unpacked())).expect("a workbook");
    let sheets = book.worksheets();
    let words = |at: usize| format!("{:?}", sheets[at].1.rows().collect::<Vec<_>>());
    assert!(words(0).contains("DH-01-0001") && words(0).contains("李会计"), "{}", words(0));
    assert!(words(1).contains("380"), "{}", words(1));
    for (list, word) in [("urgings", "中秋前先付一半"), ("credit-exceptions", "李会计")] {
        let answer = house.read(&finance, &format!("/api/v1/{list}.xlsx")).await;
        let mut book: Xlsx<_> =
            calamine::open_workbook_from_rs(Cursor::new(answer.unpacked())).expect("a workbook");
        let words = format!("{:?}", book.worksheets());
        assert!(words.contains(word), "{list}: {words}");
    }
    house.close().await;
}

/// Bad input gets its field and what is taken.
#[tokio::test]
async fn what_cannot_be_asked_names_its_field() {
    let (house, _) = owing().await;
    let finance = house.access("2001").await;
    for (query, code, field) in [
        ("status=everything", "list.no-such-status", "status"),
        ("age=old", "list.no-such-age", "age"),
        ("sort=-colour", "list.no-such-owed-order", "sort"),
        ("per_page=201", "list.out-of-range", "per_page"),
    ] {
        let answer = house.get("/api/v1/receivables").query(query).bearer(&finance).send().await;
        let problem = answer.problem(400, code);
        assert_eq!(problem["field"], field, "{query}");
    }
    for sort in ["due", "-amount", "at", "-customer"] {
        assert_eq!(listed(&house, &finance, &format!("sort={sort}")).await["total"], 1, "{sort}");
    }
    assert_eq!(listed(&house, &finance, "q=naspsh").await["total"], 1);
    assert_eq!(listed(&house, &finance, "q=naspsh&place=nowhere").await["total"], 0);
    house.close().await;
}

/// What was read on behind the feed, entry by entry, is what is read anew from the whole book; nobody need begin at once.
#[tokio::test]
async fn read_on_behind_the_feed_it_says_what_it_says_read_anew() {
    let (house, mut phone) = owing().await;
    let finance = house.access("2001").await;
    let states = ["open", "collected", "paid"];
    let mut before = Vec::new();
    for number in 2..6 {
        phone.does(order(HIS, number, number), house.now());
        phone.does(cash(HIS, "101.00", number), house.now());
        phone.pushes(&house).await;
        before.clear();
        for state in states {
            before.push(listed(&house, &finance, &format!("status={state}")).await["rows"].clone());
        }
    }
    let hub = house.app.hub();
    let table = Receivables::new(hub.store(), hub.company());
    assert!(table.forget(mark(&house).await).await.expect("the store answers"));
    assert_eq!(mark(&house).await, OwedMark::default());
    let other = house.once_more().await;
    other.app.read_receivables().await.expect("the store answers");
    house.app.read_receivables().await.expect("the store answers");
    for (state, before) in states.iter().zip(before) {
        let page = listed(&house, &finance, &format!("status={state}")).await;
        assert_eq!(page["rows"], before, "{state}");
        let open = page["rows"].as_array().expect("rows").iter().map(|row| row["open"].clone());
        assert_eq!(page["total"], open.count(), "{state}");
    }
    let position = listed(&house, &finance, "").await["position"].clone();
    assert_eq!(json!(mark(&house).await.through), position);
    let faults = receivables::faults(hub.store(), hub.company()).await.expect("the store answers");
    assert_eq!(faults, Vec::<String>::new());
    other.close().await;
    house.close().await;
}

pub(crate) async fn mark(house: &House) -> OwedMark {
    house.app.snapshot().await.expect("a moment").owed_mark().await.expect("the store answers")
}

/// Of two servers the slower writes nothing of an earlier moment over what the other has read, and takes nothing away;
/// what one has begun the other ends.
#[tokio::test]
async fn a_slower_server_neither_writes_older_rows_nor_forgets_what_another_has_read() {
    let (house, mut phone) = owing().await;
    let finance = house.access("2001").await;
    listed(&house, &finance, "").await;
    let hub = house.app.hub();
    let table = Receivables::new(hub.store(), hub.company());
    let early = mark(&house).await;
    let older = OwedBy { customer: HIS, rows: Vec::new() };
    phone.does(order(HIS, 1, 2), house.now());
    phone.pushes(&house).await;
    let page = listed(&house, &finance, "").await;
    assert_eq!(page["total"], 2);
    let done = OwedMark { through: early.through + 1, ..early };
    assert!(
        !table.replace(early, done, std::slice::from_ref(&older), &[]).await.expect("the store answers"),
        "it was quicker"
    );
    assert!(!table.forget(early).await.expect("the store answers"), "nothing was taken back");
    let stands = mark(&house).await;
    let elsewhere = [OwedMark { until: 7, ..stands }, OwedMark { after: Some(HIS), ..stands }];
    for other in elsewhere {
        let wrote = table.replace(other, done, std::slice::from_ref(&older), &[]).await;
        assert!(!wrote.expect("the store answers"), "another has begun, or come further");
    }
    assert_eq!(listed(&house, &finance, "").await["rows"], page["rows"]);

    // Another server has begun to read on, and was stopped after this customer.
    phone.does(order(HIS, 1, 3), house.now());
    phone.pushes(&house).await;
    let now = mark(&house).await;
    let head =
        house.app.snapshot().await.expect("a moment").head().await.expect("the store answers").position;
    let begun =
        OwedMark { through: now.through, until: head, after: Some(CustomerId::from_bytes([0xff; 16])) };
    assert!(table.replace(now, begun, &[], &[]).await.expect("the store answers"));
    assert_eq!(listed(&house, &finance, "").await["position"], head, "it was read to its end");
    assert_eq!(listed(&house, &finance, "").await["total"], 2, "who was read stays as they were read");
    phone.does(order(HIS, 1, 4), house.now());
    phone.pushes(&house).await;
    assert_eq!(listed(&house, &finance, "").await["total"], 4);
    house.close().await;
}

/// As many at once as there are connections, and some more: nobody waits for one that another waits with.
#[tokio::test]
async fn many_ask_at_once() {
    let (house, _) = owing().await;
    let finance = house.access("2001").await;
    let all = futures::future::join_all((0..40).map(|_| listed(&house, &finance, "")));
    let pages =
        tokio::time::timeout(std::time::Duration::from_secs(20), all).await.expect("all are answered");
    assert!(pages.iter().all(|page| page["total"] == 1));
    house.close().await;
}
