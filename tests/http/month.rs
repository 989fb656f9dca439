//! A month is closed: with a phone missing, over what comes late, and over what the bank takes back. Source: S17.

use futures::FutureExt;
use serde_json::{Value, json};
use sync_core::{
    domain::{
        cash::{DrawerPart, Remitted},
        month::MonthClosed,
        people::{Role, StaffJoined},
    },
    log::Actor,
    op::Op,
    unit::{Amount, ChangeId, PaperId},
};
use uuid::Uuid;

use crate::house::{ACCOUNT, HERS, HIS, House, PASSWORD, text, who};
use crate::phone::{Phone, cash};
use crate::rights::cells;

pub(crate) const DAY: u64 = 86_400;

/// A house with a clerk beside the others.
pub(crate) async fn with_a_clerk() -> House {
    let house = House::open().await;
    let joined = StaffJoined {
        staff: who("6001"),
        number: text("6001"),
        name: text("赵内勤"),
        role: Role::Clerk,
        team: text(""),
    };
    let head = Actor { staff: who("3001"), session: Uuid::nil() };
    let command = server::hub::Command::new(head, Op::StaffJoined(joined));
    house.app.queue.command(command).await.expect("the head takes somebody on");
    let outside = server::outside::Outside::real();
    let hash = server::auth::Passwords::new(&outside).hash(PASSWORD.to_owned(), outside.random()).await;
    let hash = hash.expect("nobody else is hashing");
    let set = house.identities.set_user(who("6001"), "6001", &hash, house.now());
    set.await.expect("the number is free");
    house
}

pub(crate) async fn month(house: &House, month: &str) -> Value {
    let access = house.access("6001").await;
    house.read(&access, &format!("/api/v1/months/{month}")).await.ok()
}

/// What the clerk is given to sign, with a reason.
pub(crate) fn signed(page: &Value, reason: &str) -> Value {
    let mut op = page["to_sign"].clone();
    op["op"] = "month-closed".into();
    op["reason"] = reason.into();
    op
}

pub(crate) fn agreed(page: &Value) -> Value {
    json!({ "op": "month-stamped", "closing": page["closing"]["id"], "period": page["month"],
        "stamp": "agreed", "table": page["closing"]["table"], "note": "" })
}

fn remitted(phone: &Phone, sum: &str) -> Op {
    let amount = Amount::typed(sum).expect("a sum");
    let drawers = vec![DrawerPart { device: phone.device(), amount }];
    Op::Remitted(Remitted { amount, account: ACCOUNT, drawers, reference: text("回单"), slip: None })
}

/// Two phones in November: the one sends what it took on, the other's cash is not in yet.
pub(crate) async fn november(house: &House) -> (Phone, Phone) {
    let mut here = Phone::enrolled(house, "1001", 1).await;
    here.pulls(house).await;
    here.does(cash(HIS, "300.00", 1), house.now());
    here.does(remitted(&here, "300.00"), house.now());
    here.pushes(house).await;
    let mut away = Phone::enrolled(house, "1002", 2).await;
    away.pulls(house).await;
    house.later(5 * DAY);
    away.does(cash(HERS, "500.00", 1), house.now());
    house.later(6 * DAY);
    here.renews(house).await;
    here.pulls(house).await;
    here.says_where_it_stands(house).await;
    (here, away)
}

fn rep<'p>(page: &'p Value, number: &str) -> &'p Value {
    let id = json!(who(number));
    let mut reps = page["reps"].as_array().expect("reps").iter();
    reps.find(|row| row["staff"]["id"] == id).expect("the rep")
}

/// S17: the 30th with one phone missing: it cannot be closed, then with a reason it can; what arrives afterwards counts in
/// December and is shown in both; the closed table is the same to the byte, and the whole book proves it.
#[tokio::test]
async fn the_thirtieth_with_a_phone_missing_is_closed_with_a_reason_and_what_comes_late_is_in_both_months() {
    let house = with_a_clerk().await;
    let early = month(&house, "2026-11").await;
    assert_eq!((&early["is_over"], &early["to_sign"]), (&json!(false), &Value::Null));
    let (_here, mut away) = november(&house).await;
    let clerk = house.access("6001").await;
    let page = month(&house, "2026-11").await;
    let [phone] = page["missing"].as_array().expect("phones").as_slice() else { panic!("{page}") };
    assert_eq!((&phone["staff"]["name"], &phone["seq"]), (&json!("王海霞"), &json!(0)));
    assert_eq!(rep(&page, "1001")["remitted"], "300.00");

    house.command(&clerk, &signed(&page, "")).await.problem(422, "month.no-reason");
    let mut nobody = signed(&page, "赶时间");
    nobody["missing"] = json!([]);
    let refused = house.command(&clerk, &nobody).await.problem(422, "month.other-phones");
    assert_eq!(refused["field"], "missing");
    let mut forged = signed(&page, "手机掉进水渠");
    forged["table"] = "00".repeat(32).into();
    house.command(&clerk, &forged).await.problem(422, "month.other-table");
    let mut ahead = signed(&page, "手机掉进水渠");
    ahead["through"] = 10_000.into();
    let refused = house.command(&clerk, &ahead).await.problem(422, "month.ahead-of-feed");
    assert_eq!((&refused["field"], refused["limit"].as_u64()), (&json!("through"), page["head"].as_u64()));
    let finance = house.access("2001").await;
    house.command(&finance, &signed(&page, "手机掉进水渠")).await.problem(422, "month.not-yours");
    house.command(&clerk, &signed(&page, "手机掉进水渠")).await.ok();

    let page = month(&house, "2026-11").await;
    assert_eq!((&page["status"], &page["closing"]["reason"]), (&json!("signed"), &json!("手机掉进水渠")));
    assert_eq!(page["closing"]["missing"][0]["staff"]["name"], "王海霞");
    house.command(&clerk, &agreed(&page)).await.problem(422, "month.not-yours");
    house.command(&finance, &agreed(&page)).await.ok();
    let waits = month(&house, "2026-11").await;
    assert_eq!(
        (&waits["status"], &waits["closing"]["needs_a_head"]),
        (&json!("signed"), &json!(true)),
        "Q10"
    );
    let mut released = agreed(&page);
    released["stamp"] = "without-phones".into();
    house.command(&clerk, &released).await.problem(422, "month.not-yours");
    let head = house.access("3001").await;
    house.command(&head, &released).await.ok();
    let closed = month(&house, "2026-11").await;
    assert_eq!((&closed["status"], &closed["later"]), (&json!("closed"), &json!([])));
    house.command(&clerk, &signed(&page, "再关一次")).await.problem(400, "request.missing-field");

    // The other phone is found.
    away.renews(&house).await;
    away.pushes(&house).await;
    let after = month(&house, "2026-11").await;
    for same in ["table", "through", "reps", "customers", "totals", "closing"] {
        assert_eq!(after[same], closed[same], "{same} of a closed month");
    }
    let later = after["later"].as_array().expect("late ones");
    let moves = |all: &[Value]| {
        let each = all.iter().map(|one| format!("{} {}", one["account"], one["sum"]));
        each.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(moves(later), "\"drawer\" \"500.00\"");
    assert!(later.iter().all(|one| one["counts_in"] == "2026-12" && one["entry"]["hash"] != ""), "{later:?}");
    let december = month(&house, "2026-12").await;
    assert_eq!(moves(december["late"].as_array().expect("late ones")), moves(later));
    assert_eq!(december["late"][0]["late"], "2026-11");
    assert_eq!(
        (&rep(&december, "1002")["held"], &rep(&december, "1002")["opening"]),
        (&json!("500.00"), &json!("0.00"))
    );
    let report = house.app.hub().verify().await.expect("the store answers");
    assert!(report.holds(), "{:?}", report.faults);
    assert_eq!(report.months, 1);
    house.close().await;
}

/// S13, S17: what the bank takes back after the month was closed is in the next month; every figure opens its changes.
#[tokio::test]
async fn a_remittance_reversed_after_the_month_was_closed_leaves_it_as_it_was() {
    let house = with_a_clerk().await;
    let (here, mut away) = november(&house).await;
    away.renews(&house).await;
    away.pushes(&house).await;
    let (clerk, finance) = (house.access("6001").await, house.access("2001").await);
    let page = month(&house, "2026-11").await;
    assert_eq!((&page["missing"], &page["unexplained"]), (&json!([]), &json!(0)));
    house.command(&clerk, &signed(&page, "")).await.ok();
    house.command(&finance, &agreed(&month(&house, "2026-11").await)).await.ok();
    let closed = month(&house, "2026-11").await;

    let of = PaperId(ChangeId { device: here.device(), seq: 2 }.created());
    // It seems to have arrived: that is a figure of the month in which finance says so.
    let arrived = json!({ "op": "money-confirmed", "kind": "remittance", "account": ACCOUNT, "amount": "300.00",
        "papers": [{ "of": of, "staff": who("1001") }], "arrived_on": "2026-11-21", "note": "" });
    house.command(&finance, &arrived).await.ok();
    assert_eq!(rep(&month(&house, "2026-12").await, "1001")["confirmed"], "300.00");
    let bounced = json!({ "op": "reversed", "kind": "remittance", "of": of, "staff": who("1001"),
        "reason": "银行退回" });
    house.command(&finance, &bounced).await.ok();
    let after = month(&house, "2026-11").await;
    assert_eq!((&after["table"], &after["reps"]), (&closed["table"], &closed["reps"]));
    assert_eq!(after["later"], json!([]), "it took effect in December");
    let december = month(&house, "2026-12").await;
    let line = rep(&december, "1001");
    assert_eq!(
        (&line["opening"], &line["reversed"], &line["held"]),
        (&json!("0.00"), &json!("300.00"), &json!("300.00"))
    );
    let changes = |query: String| {
        let house = &house;
        let finance = finance.clone();
        async move { house.read(&finance, &format!("/api/v1/months/2026-12/changes?{query}")).await.ok() }
    };
    let behind = changes(format!("staff={}&account=drawer&moved=reversed", who("1001"))).await;
    assert_eq!((&behind["total"], &behind["sum"]), (&json!(1), &json!("300.00")));
    assert_eq!(behind["changes"][0]["entry"]["kind"], "reversed");
    // The whole line: what stood there and what was done are what stands there now.
    let whole = changes(format!("staff={}&account=drawer", who("1001"))).await;
    assert_eq!(
        (&whole["opening"], &whole["sum"], &line["held"]),
        (&json!("0.00"), &json!("300.00"), &json!("300.00"))
    );
    assert_eq!(line["confirmed"], "0.00", "what came back has not arrived");
    let confirmed = changes(format!("staff={}&account=confirmed", who("1001"))).await;
    assert_eq!((&confirmed["total"], &confirmed["sum"]), (&json!(2), &json!("0.00")));
    let moved = |at: usize| (&confirmed["changes"][at]["moved"], &confirmed["changes"][at]["sum"]);
    assert_eq!(moved(0), (&json!("reversed"), &json!("-300.00")));
    assert_eq!(moved(1), (&json!("confirmed"), &json!("300.00")));
    let other = changes(format!("staff={}&account=missing", who("1001"))).await;
    assert_eq!((&other["total"], &other["sum"]), (&json!(0), &json!("0.00")));
    let file = house.read(&finance, "/api/v1/months/2026-11/table.xlsx").await;
    assert_eq!(file.status, 200);
    let cells = cells(file.body);
    let hash = closed["table"].as_str().expect("a hash");
    for told in [hash, "财务已确认", "王海霞", "李会计", "赵内勤", "已关账"] {
        assert!(cells.contains(told), "{told} is not in {cells}");
    }
    house.close().await;
}

/// S17: what has come since the table was looked at is not left out: a closing stands where nothing of the month lies behind
/// it, and two signatures are not put to two closings.
#[tokio::test]
async fn a_month_is_not_closed_over_a_table_that_lacks_what_has_come() {
    let house = with_a_clerk().await;
    let (_here, mut away) = november(&house).await;
    let (clerk, finance) = (house.access("6001").await, house.access("2001").await);
    let stale = month(&house, "2026-11").await;
    away.renews(&house).await;
    away.pushes(&house).await;
    let mut now = signed(&month(&house, "2026-11").await, "");
    now["through"] = stale["through"].clone();
    now["table"] = stale["table"].clone();
    let refused = house.command(&clerk, &now).await.problem(422, "month.more-came");
    assert_eq!(refused["field"], "through");
    let page = month(&house, "2026-11").await;
    // What moves no money, or takes effect later, is no reason to look again.
    house.later(60);
    away.does(cash(HERS, "20.00", 2), house.now());
    away.pushes(&house).await;
    house.command(&clerk, &signed(&page, "")).await.ok();
    house.command(&clerk, &signed(&page, "")).await.problem(422, "month.signed");
    let explained = json!({ "op": "month-line-explained", "period": "2026-11",
        "line": { "missing": who("1001") }, "difference": "1.00", "explanation": "签字以后才写" });
    house.command(&finance, &explained).await.problem(422, "month.signed");
    let closing = month(&house, "2026-11").await;
    assert_eq!(
        (&closing["closing"]["is_of_table"], &closing["closing"]["needs_a_head"]),
        (&json!(true), &json!(false))
    );
    house.command(&finance, &agreed(&closing)).await.ok();
    assert_eq!(month(&house, "2026-11").await["status"], "closed");
    house.close().await;
}

/// S17: asked again under the same name, a closing is answered as it was carried out, whatever has come meanwhile.
#[tokio::test]
async fn a_closing_whose_answer_was_lost_is_answered_again_though_the_phone_has_come_meanwhile() {
    let house = with_a_clerk().await;
    let (_here, mut away) = november(&house).await;
    let clerk = house.access("6001").await;
    let body = signed(&month(&house, "2026-11").await, "手机掉进水渠");
    let asks = || {
        let request = house.post("/api/v1/commands").bearer(&clerk).header("idempotency-key", "once");
        request.json(&body).send()
    };
    let first = asks().await.ok();
    away.renews(&house).await;
    away.pushes(&house).await;
    assert_eq!(asks().await.ok(), first);
    house.close().await;
}

/// S17: to be heard of is no word of what a phone still holds; a word from before the end is none of what came after it.
#[tokio::test]
async fn a_phone_is_in_by_what_it_says_and_not_by_being_heard_of() {
    let house = with_a_clerk().await;
    let (_here, mut away) = november(&house).await;
    let missing = async || {
        let page = month(&house, "2026-11").await;
        page["missing"]
            .as_array()
            .expect("phones")
            .iter()
            .map(|one| one["unsent"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(missing().await, [json!(0)]);
    // Its book is locked: it asks who it is, and fetches what is new without a word of its own log.
    away.renews(&house).await;
    assert_eq!(house.read(&away.access, "/api/v1/session").await.status, 204);
    away.pulls(&house).await;
    house.later(DAY);
    away.renews(&house).await;
    away.pulls(&house).await;
    assert_eq!(missing().await, [json!(0)], "heard of, and not in");
    away.says_where_it_stands(&house).await;
    assert_eq!(missing().await, [json!(1)], "it says itself that one is not sent");
    away.pushes(&house).await;
    assert_eq!(missing().await, [] as [Value; 0]);
    house.close().await;
}

/// S17: a phone of which something was put aside is not in: nobody knows what that comes to.
#[tokio::test]
async fn a_phone_of_which_something_was_put_aside_is_not_in() {
    let house = with_a_clerk().await;
    let mut forked = crate::integrity::forked(&house).await;
    house.later(12 * DAY);
    forked.renews(&house).await;
    forked.says_where_it_stands(&house).await;
    let clerk = house.access("6001").await;
    let page = house.read(&clerk, "/api/v1/months/2026-11").await.ok();
    let missing = page["missing"].as_array().expect("phones");
    assert_eq!(missing.len(), 1, "{page}");
    house.close().await;
}

/// S17: a month is closed in the office: from a phone the op is held, whoever holds the phone.
#[tokio::test]
async fn no_phone_closes_a_month() {
    let house = with_a_clerk().await;
    let (here, _away) = november(&house).await;
    let page = month(&house, "2026-11").await;
    let forged: MonthClosed = serde_json::from_value(page["to_sign"].clone()).expect("as the clerk signs it");
    let forged = MonthClosed { table: [7; 32], through: u64::MAX, missing: Vec::new(), ..forged };
    let op = Op::MonthClosed(forged);
    let bytes = here.hand_made(&[(op.kind(), op.to_body())], house.now());
    let answer = here.send(&house, bytes).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let reply: sync_core::wire::PushReply = minicbor::decode(&answer.body).expect("a reply");
    let [judged] = reply.judged.as_slice() else { panic!("{reply:?}") };
    assert!(format!("{:?}", judged.verdict).contains("OfficeOnly"), "{judged:?}");
    // Nor does a head close it by letting that count: whoever has the right says it in their own name.
    let head = house.access("3001").await;
    let held = house.read(&head, "/api/v1/held").await.ok()["rows"][0]["id"].clone();
    let path = format!("/api/v1/held/{}/ruling", held.as_str().expect("an id"));
    let accepted = house.post(&path).bearer(&head).json(&json!({ "type": "accepted" })).send().await;
    accepted.problem(422, "month.office-only");
    assert_eq!(month(&house, "2026-11").await["status"], "open");
    house.close().await;
}

/// S17: many may open a month at once: whoever waits for the books holds no reader, and gives up nothing of what was read.
#[tokio::test]
async fn many_who_ask_for_a_month_at_once_are_all_answered_and_one_who_goes_away_takes_nothing_along() {
    let house = with_a_clerk().await;
    november(&house).await;
    let access = house.access("6001").await;
    // Whoever began it has gone away.
    assert!(house.app.queue.hub().reads_the_books().now_or_never().is_none());
    let asked = (0..30).map(|_| house.read(&access, "/api/v1/months/2026-11"));
    let answers = futures::future::join_all(asked).await;
    let first = answers[0].json();
    assert!(answers.iter().all(|one| one.status == 200 && one.json()["table"] == first["table"]));
    house.close().await;
}

/// S17, S78, Q10: the books of a month are for the clerk, finance and the heads; what is no month is not there.
#[tokio::test]
async fn the_books_of_a_month_are_there_for_whoever_closes_it_alone() {
    let house = with_a_clerk().await;
    for (number, status) in
        [("2001", 200), ("6001", 200), ("3001", 200), ("1001", 404), ("4001", 404), ("5001", 404)]
    {
        let access = house.access(number).await;
        for path in ["", "/2026-11", "/2026-11/changes", "/2026-11/table.xlsx"] {
            let answer = house.read(&access, &format!("/api/v1/months{path}")).await;
            assert_eq!(answer.status, status, "{number} {path}: {}", answer.text());
        }
    }
    let finance = house.access("2001").await;
    for none in ["2026-13", "november", "2026-11-30"] {
        let answer = house.read(&finance, &format!("/api/v1/months/{none}")).await;
        answer.problem(404, "thing.not-found");
    }
    let unknown = house.read(&finance, "/api/v1/months/2026-11/changes?mooved=cash").await;
    unknown.problem(400, "query.malformed");
    house.close().await;
}
