//! Who sees what, route by route.

use std::io::Cursor;

use calamine::{Reader, Xlsx};
use serde_json::{Value, json};

use sync_core::domain::cash::{Reversed, Reversible};
use sync_core::domain::customer::{PersonalField, PersonalFieldSet};
use sync_core::op::Op;
use sync_core::unit::{ChangeId, PaperId};

use crate::house::{HERS, HIS, House, STAFF, text, who};
use crate::phone::{Phone, cash, order, visit};

/// Routes that anybody may call.
const OPEN: [&str; 6] = [
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
    "GET /r/{claim}",
    "POST /api/v1/session",
    "POST /api/v1/session/refresh",
];

const LISTS: [&str; 22] = [
    "visits",
    "orders",
    "collections",
    "remittances",
    "violations",
    "hand-ins",
    "day-closes",
    "bank-lines",
    "statements",
    "customers",
    "staff",
    "devices",
    "held",
    "products",
    "price-lists",
    "accounts",
    "cash",
    "limits",
    "conflicts",
    "urgings",
    "credit-exceptions",
    "receivables",
];

#[tokio::test]
async fn every_described_route_but_the_open_ones_wants_a_token() {
    let house = House::open().await;
    let document = house.get("/api/v1/openapi.json").send().await.ok();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let mut open = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("there are paths") {
        for (name, described) in methods.as_object().expect("there are methods") {
            let method = name.to_uppercase();
            let concrete = path
                .replace("{hash}", &"00".repeat(32))
                .replace("{number}", "0")
                .replace("{id}", &who("1001").to_string());
            let method: &'static str = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
                .into_iter()
                .find(|known| *known == method)
                .expect("a known method");
            if described.get("security").is_none() {
                open.push(format!("{method} {path}"));
                continue;
            }
            let answer = house.request(method, &concrete).send().await;
            if method == "HEAD" {
                // Its answer has no words.
                assert_eq!((answer.status, answer.body.len()), (401, 0), "{path}");
                continue;
            }
            answer.problem(401, "session.missing");
            let answer = house.request(method, &concrete).bearer("a.b.c").send().await;
            answer.problem(401, "session.malformed");
        }
    }
    open.sort();
    assert_eq!(open, OPEN);
}

/// A house where both reps have a day behind them.
async fn busy() -> House {
    let house = House::open().await;
    for (number, customer, seed) in [("1001", HIS, 1), ("1002", HERS, 2)] {
        let mut phone = Phone::enrolled(&house, number, seed).await;
        phone.pulls(&house).await;
        phone.does(visit(customer, "送样"), house.now());
        phone.does(order(customer, 1, 1), house.now());
        phone.does(cash(customer, "100.00", 1), house.now());
        let unknown = phone.hand_made(&[(999, vec![0xa0])], house.now());
        phone.pushes(&house).await;
        // The unruly change continues an older log and is refused; the day itself stands.
        assert_ne!(phone.send(&house, unknown).await.status, 200);
    }
    house
}

/// Whether a row of any list speaks of somebody or of their customer.
fn speaks_of(row: &Value, staff: &str, customer: &str) -> bool {
    let text = row.to_string();
    text.contains(staff) || text.contains(customer)
}

#[tokio::test]
async fn a_rep_sees_only_what_is_theirs_on_every_list() {
    let house = busy().await;
    for (me, other, hers, mine) in [("1001", "1002", HERS, HIS), ("1002", "1001", HIS, HERS)] {
        let access = house.access(me).await;
        for list in LISTS {
            let page = house.read(&access, &format!("/api/v1/{list}?per_page=200")).await.ok();
            let rows = page["rows"].as_array().expect("a list has rows");
            assert_eq!(page["total"], rows.len(), "{list} counts what it shows");
            if list == "staff" {
                continue; // Colleagues are common knowledge; what they hold is not.
            }
            let (other, hers) = (who(other).to_string(), hers.to_string());
            for row in rows {
                assert!(!speaks_of(row, &other, &hers), "{me} sees in {list}: {row}");
            }
        }
        for list in ["visits", "orders", "collections", "customers", "devices", "cash"] {
            let page = house.read(&access, &format!("/api/v1/{list}")).await.ok();
            assert_eq!(page["total"], 1, "{me} sees their own in {list}: {page}");
        }
        let feed = house.read(&access, "/api/v1/feed?limit=500").await.ok();
        let hers_in_feed = feed["entries"].as_array().expect("entries").iter();
        assert!(!hers_in_feed.clone().any(|entry| entry.to_string().contains(&hers.to_string())));
        house.read(&access, &format!("/api/v1/customers/{hers}")).await.problem(404, "thing.not-found");
        house
            .read(&access, &format!("/api/v1/customers/{hers}/timeline"))
            .await
            .problem(404, "thing.not-found");
        let card = house.read(&access, &format!("/api/v1/customers/{mine}")).await.ok();
        assert!(card["personal"].is_array(), "their own customer's personal fields: {card}");
    }
}

/// Every cell of a file, as text.
pub(crate) fn cells(bytes: Vec<u8>) -> String {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let sheets = book.worksheets();
    let cells = sheets.iter().flat_map(|(_, range)| range.cells());
    let cells: Vec<String> = cells.map(|(_, _, cell)| cell.to_string()).collect();
    cells.join(" ")
}

#[tokio::test]
async fn a_file_taken_out_holds_no_more_than_the_list_and_says_who_took_it() {
    let house = busy().await;
    for (number, customers) in [("1001", ["宁安食品商行", ""]), ("3001", ["宁安食品商行", "红柳粮油店"])]
    {
        let access = house.access(number).await;
        for list in LISTS {
            let file = house.read(&access, &format!("/api/v1/{list}.xlsx")).await;
            assert_eq!(file.status, 200, "{list}: {}", file.text());
            assert!(file.header("content-disposition").is_some_and(|name| name.contains(list)), "{list}");
            let text = cells(file.body);
            let name = STAFF.iter().find(|(known, ..)| *known == number).expect("staff").1;
            assert!(text.contains(name), "{list} says who took it out: {text}");
            assert!(
                customers[1] == "红柳粮油店" || !text.contains("红柳粮油店"),
                "{number} reads in {list}: {text}"
            );
        }
        let file = house.read(&access, "/api/v1/customers.xlsx").await;
        let text = cells(file.body);
        assert!(customers.iter().all(|customer| text.contains(customer)), "{text}");
    }
}

#[tokio::test]
async fn colleagues_are_known_by_name_but_what_they_hold_is_not() {
    let house = busy().await;
    let access = house.access("1001").await;
    let staff = house.read(&access, "/api/v1/staff").await.ok();
    let her = who("1002").to_string();
    let row = staff["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .find(|row| row["id"] == her)
        .expect("she is there")
        .clone();
    assert!(row["cash"].is_null() || row["cash"] == "0.00", "{row}");
}

#[tokio::test]
async fn each_role_sees_as_many_rows_as_its_duties_need() {
    let house = busy().await;
    // Role by role: customers, collections, drawers; and whether the personal fields of a card.
    let expected = [
        ("1001", 1, 1, 1, None),
        ("2001", 2, 2, 2, Some(false)),
        ("3001", 2, 2, 2, Some(true)),
        ("4001", 0, 0, 0, None),
        ("5001", 0, 0, 0, None),
    ];
    for (number, customers, collections, drawers, personal) in expected {
        let access = house.access(number).await;
        for (list, count) in [("customers", customers), ("collections", collections), ("cash", drawers)] {
            let page = house.read(&access, &format!("/api/v1/{list}")).await.ok();
            assert_eq!(page["total"], count, "{number} on {list}: {page}");
        }
        let card = house.read(&access, &format!("/api/v1/customers/{HERS}")).await;
        match personal {
            None => {
                card.problem(404, "thing.not-found");
            }
            Some(seen) => assert_eq!(card.ok()["personal"].is_array(), seen, "{number}"),
        }
        for list in ["products", "price-lists", "accounts"] {
            let page = house.read(&access, &format!("/api/v1/{list}")).await.ok();
            assert_eq!(page["total"], 1, "{number} on {list}");
        }
    }
    assert_eq!(STAFF.len(), 6);
}

#[tokio::test]
async fn what_a_held_change_says_of_a_person_is_read_by_its_author_and_those_who_see_such_fields() {
    let house = House::open().await;
    let mut his = Phone::enrolled(&house, "1001", 1).await;
    his.pulls(&house).await;
    let op = Op::PersonalFieldSet(PersonalFieldSet {
        customer: HERS,
        field: PersonalField::Interests,
        value: text("京剧票友"),
        replaces: Vec::new(),
    });
    let bytes = his.hand_made(&[(op.kind(), op.to_body())], house.now());
    assert_eq!(his.send(&house, bytes).await.status, 200);
    for (number, reads) in [("2001", false), ("5001", false), ("3001", true), ("1001", true)] {
        let access = house.access(number).await;
        let held = house.read(&access, "/api/v1/held").await.ok();
        let feed = house.read(&access, "/api/v1/feed?limit=1").await.ok();
        if reads {
            assert_eq!(held["rows"][0]["kind"], "personal-field-set", "{number}: {held}");
            assert!(held["rows"][0]["content"].is_object(), "{number}: {held}");
            assert_eq!(feed["entries"][0]["summary"]["text"], "interests", "{number}: {feed}");
        }
        let file = cells(house.read(&access, "/api/v1/held.xlsx").await.body);
        let everything = format!("{held} {feed} {file}");
        assert_eq!(everything.contains("京剧票友"), reads, "{number}: {everything}");
    }
}

#[tokio::test]
async fn whoever_names_somebody_elses_money_is_told_neither_its_number_nor_its_sum() {
    let house = House::open().await;
    let mut hers = Phone::enrolled(&house, "1002", 2).await;
    hers.pulls(&house).await;
    hers.does(cash(HERS, "4321.09", 1), house.now());
    hers.pushes(&house).await;
    let his = Phone::enrolled(&house, "1001", 1).await;
    // An id is made of device and sequence: whoever has seen either can guess it.
    let of = PaperId(ChangeId { device: hers.device(), seq: 1 }.created());
    let guessed = Op::Reversed(Reversed {
        kind: Reversible::Collection,
        of,
        staff: who("1001"),
        customer: None,
        reason: text("试试"),
    });
    let bytes = his.hand_made(&[(guessed.kind(), guessed.to_body())], house.now());
    assert_eq!(his.send(&house, bytes).await.status, 200);
    for (access, reads) in [(his.access.clone(), false), (house.access("3001").await, true)] {
        let feed = house.read(&access, "/api/v1/feed?limit=1").await.ok();
        let line = &feed["entries"][0];
        assert_eq!((&line["kind"], &line["summary"]["text"]), (&json!("reversed"), &json!("试试")), "{line}");
        assert_eq!(line["summary"]["number"].is_string(), reads, "{line}");
        assert_eq!(line["summary"]["amount"].is_string(), reads, "{line}");
    }
}

#[tokio::test]
async fn whoever_keeps_staff_sees_every_device_but_no_drawer() {
    let house = busy().await;
    for (number, sees_cash) in [("5001", false), ("3001", true)] {
        let access = house.access(number).await;
        let devices = house.read(&access, &format!("/api/v1/devices?staff={}", who("1001"))).await.ok();
        assert_eq!(devices["total"], 1, "{number}: {devices}");
        assert_eq!(devices["rows"][0]["declared_cash"].is_string(), sees_cash, "{number}: {devices}");
        assert!(devices["rows"][0]["last_seen"].is_string(), "{devices}");
        let staff = house.read(&access, "/api/v1/staff?q=1001").await.ok();
        assert_eq!(staff["rows"][0]["devices"], 1, "{number}: {staff}");
        assert_eq!(staff["rows"][0]["cash"].is_string(), sees_cash, "{number}: {staff}");
        let file = cells(house.read(&access, "/api/v1/devices.xlsx").await.body);
        assert!(file.contains("马立群") && file.contains("王海霞"), "{file}");
    }
}

#[tokio::test]
async fn only_whoever_keeps_staff_revokes_a_device() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let path = format!("/api/v1/devices/{}", phone.device());
    let body = json!({ "reason": "试试" });
    for (number, status) in [("1002", 422), ("2001", 422), ("5001", 200)] {
        let access = house.access(number).await;
        let answer = house.request("DELETE", &path).bearer(&access).json(&body).send().await;
        assert_eq!(answer.status, status, "{number}: {}", answer.text());
    }
}
