//! What two wrote without knowing of each other, as the office reads it: with what stood there before, found and counted
//! by one rule on the page, in the search and in the file. Source: S82.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use serde_json::{Value, json};
use sync_core::{
    domain::customer::{CardField, CardFieldSet, FieldValue},
    op::Op,
    unit::{ChangeId, CustomerId},
};

use crate::house::{HERS, HIS, House, text};
use crate::phone::{Phone, visit};

/// A phone writes a field over what it has seen there.
fn writes(phone: &mut Phone, house: &House, customer: CustomerId, field: CardField, words: &str) {
    let replaces: Vec<ChangeId> = phone.replica.customer(customer).expect("its customer").heads(field);
    let op = CardFieldSet { customer, field, value: FieldValue::Text(text(words)), replaces };
    phone.does(Op::CardFieldSet(op), house.now());
}

/// The head writes the same field, over what the company sees there now.
async fn head_writes(house: &House, customer: CustomerId, field: &str, words: &str) {
    let access = house.access("3001").await;
    let card = house.read(&access, &format!("/api/v1/customers/{customer}")).await.ok();
    let fields = card["fields"].as_array().expect("fields");
    let heads = fields.iter().find(|row| row["field"] == field).map_or(json!([]), |row| row["heads"].clone());
    let value = json!({ "type": "text", "value": words });
    let op = json!({ "op": "card-field-set", "customer": customer, "field": field, "value": value, "replaces": heads });
    house.command(&access, &op).await.ok();
}

/// Two reps and the head have parted over a field that binds the company, and over one that does not.
async fn parted() -> House {
    parted_over(&[CardField::Phone]).await
}

/// Two reps and the head have parted over a field that binds the company, and over these that do not.
async fn parted_over(plain: &[CardField]) -> House {
    let house = House::open().await;
    let mut phones = Vec::new();
    for (number, customer, seed) in [("1001", HIS, 1), ("1002", HERS, 2)] {
        let mut phone = Phone::enrolled(&house, number, seed).await;
        phone.pulls(&house).await;
        writes(&mut phone, &house, customer, CardField::Credit, "月结一万");
        for field in plain {
            writes(&mut phone, &house, customer, *field, "0951-1");
        }
        phone.pushes(&house).await;
        phone.pulls(&house).await;
        phones.push((phone, customer));
    }
    house.later(60);
    for (phone, customer) in &mut phones {
        head_writes(&house, *customer, "credit", "先款后货").await;
        for field in plain {
            head_writes(&house, *customer, field.code(), "0951-2").await;
        }
        house.later(60);
        writes(phone, &house, *customer, CardField::Credit, "月结三万");
        for field in plain {
            writes(phone, &house, *customer, *field, "0951-3");
        }
        phone.pushes(&house).await;
    }
    house
}

async fn conflicts(house: &House, filter: &str) -> Value {
    let access = house.access("3001").await;
    house.read(&access, &format!("/api/v1/conflicts{filter}")).await.ok()
}

fn rows(page: &Value) -> Vec<Value> {
    page["rows"].as_array().expect("rows").clone()
}

/// The cells of the sheet below its headers, by header.
async fn sheet(house: &House, path: &str) -> (Vec<String>, Vec<Vec<Data>>, String) {
    let access = house.access("3001").await;
    let file = house.read(&access, path).await;
    assert_eq!(file.status, 200, "{}", file.text());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.body)).expect("a workbook");
    let sheet = book.sheet_names()[0].clone();
    let range = book.worksheet_range(&sheet).expect("the sheet");
    let mut rows = range.rows().map(<[Data]>::to_vec);
    let watermark = rows.nth(1).expect("a watermark")[0].to_string();
    let headers = rows.next().expect("headers").iter().map(ToString::to_string).collect();
    (headers, rows.collect(), watermark)
}

#[tokio::test]
async fn a_conflict_says_what_stood_there_before_the_two_parted() {
    let house = parted().await;
    let page = conflicts(&house, "").await;
    assert_eq!(page["total"], 4, "two values to choose, two of which the later counts: {page}");
    for row in rows(&page) {
        let (base, shown, losing) = match row["field"].as_str() {
            Some("credit") => ("月结一万", "先款后货", "月结三万"),
            _ => ("0951-1", "0951-3", "0951-2"),
        };
        assert_eq!(row["base"]["value"]["value"], base, "{row}");
        assert!(row["base"]["by"]["name"].as_str().is_some_and(|who| !who.is_empty()), "{row}");
        assert_eq!(row["shown"]["value"]["value"], shown, "{row}");
        assert_eq!(row["losing"][0]["value"]["value"], losing, "{row}");
        assert_eq!(row["waits"].is_object(), row["field"] == "credit", "{row}");
    }
}

#[tokio::test]
async fn the_overview_counts_as_many_as_the_list_has_rows() {
    let house = parted_over(&[CardField::Phone, CardField::LegalRepresentative]).await;
    let page = conflicts(&house, "").await;
    assert_eq!((&page["total"], rows(&page).len()), (&json!(6), 6), "{page}");
    let access = house.access("3001").await;
    let summary = house.read(&access, "/api/v1/summary").await.ok();
    assert_eq!((&summary["conflicts"], &summary["undecided"]), (&json!(6), &json!(2)), "{summary}");
    // One of two fields of a card is decided: one less in both.
    let row = rows(&page).into_iter().find(|row| row["field"] == "phone").expect("a telephone number");
    let op = json!({
        "op": "card-field-set", "customer": row["customer"]["id"], "field": "phone",
        "value": row["losing"][0]["value"], "replaces": row["heads"],
    });
    house.command(&access, &op).await.ok();
    let summary = house.read(&access, "/api/v1/summary").await.ok();
    assert_eq!(summary["conflicts"], 5, "{summary}");
    assert_eq!(conflicts(&house, "").await["total"], 5);
}

#[tokio::test]
async fn what_must_be_chosen_is_searched_counted_and_taken_out_like_everything_else() {
    let house = parted().await;
    let one = conflicts(&house, "?q=红柳").await;
    assert_eq!((&one["total"], rows(&one).len()), (&json!(2), 2), "{one}");
    assert!(rows(&one).iter().all(|row| row["customer"]["name"] == "红柳粮油店"), "{one}");
    let first = rows(&conflicts(&house, "?per_page=1&page=1").await);
    let second = rows(&conflicts(&house, "?per_page=1&page=2").await);
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_ne!(first[0]["customer"], second[0]["customer"], "the choices come first, and each once");

    let (headers, lines, _) = sheet(&house, "/api/v1/conflicts.xlsx").await;
    assert_eq!(lines.len(), 4, "{lines:?}");
    let at = |name: &str| headers.iter().position(|header| header == name).expect("a column");
    let credit = lines.iter().find(|line| line[at("原来的值")] == "月结一万").expect("a line");
    assert_eq!(credit[at("现用的值")].to_string(), "先款后货");
    assert_eq!(credit[at("另一个值")].to_string(), "月结三万");
    assert_eq!(credit[at("状态")].to_string(), "等主管选一个");
    for name in ["原值时间", "现值时间", "另一个的时间"] {
        assert!(matches!(credit[at(name)], Data::DateTime(_)), "{name} is a moment: {:?}", credit[at(name)]);
    }
    let (_, searched, _) = sheet(&house, "/api/v1/conflicts.xlsx?q=红柳").await;
    assert_eq!(searched.len(), 2);
}

#[tokio::test]
async fn whoever_decides_second_is_told_who_decided_what_and_when() {
    let house = parted().await;
    let page = rows(&conflicts(&house, "").await);
    let ids: Vec<&str> = page.iter().filter_map(|row| row["waits"]["id"].as_str()).collect();
    let access = house.access("3001").await;
    let rules = async |id: &str, ruling: Value| {
        let path = format!("/api/v1/held/{id}/ruling");
        house.post(&path).bearer(&access).json(&ruling).send().await
    };
    let (accepted, declined) =
        (json!({ "type": "accepted" }), json!({ "type": "declined", "reason": "核对后保留现在的值" }));
    for (id, first, second, what) in
        [(ids[0], &accepted, &declined, "采用“月结三万”"), (ids[1], &declined, &accepted, "保留“先款后货”")]
    {
        rules(id, first.clone()).await.ok();
        let late = rules(id, second.clone()).await.problem(422, "change.already-decided");
        let said = late["detail"].as_str().expect("a sentence");
        assert!(said.contains("周部长") && said.contains(what), "{said}");
        assert!(said.contains("月") && said.contains("日 "), "a moment as people write it: {said}");
        assert!(!said.contains('T') && !said.contains("+08:00"), "{said}");
    }
    assert_eq!(conflicts(&house, "").await["total"], 2, "what was chosen is no longer open");
}

#[tokio::test]
async fn what_waits_is_one_number_wherever_it_stands() {
    let house = parted().await;
    let mut his = Phone::enrolled(&house, "1001", 7).await;
    his.pulls(&house).await;
    let moved =
        json!({ "op": "owner-set", "customer": HIS, "owner": crate::house::who("1002"), "replaces": [] });
    let head = house.access("3001").await;
    house.later(60);
    house.command(&head, &moved).await.ok();
    house.later(60);
    his.does(visit(HIS, "移交后才做的拜访"), house.now());
    his.pushes(&house).await;
    let summary = house.read(&head, "/api/v1/summary").await.ok();
    let counted = &summary["conservation"];
    let number = |name: &str| counted[name].as_u64().expect("a count");
    let inbox = house.read(&head, "/api/v1/held").await.ok();
    assert_eq!(inbox["total"], 3, "two values to choose and a visit withheld: {inbox}");
    assert_eq!(summary["held"], inbox["total"]);
    assert_eq!(counted["waiting"], inbox["total"], "{counted}");
    assert_eq!(number("withheld"), 1);
    assert_eq!(summary["undecided"], 2);
    assert_eq!(number("received"), number("applied") + number("held") + number("quarantined"));
    // What is told apart by the place it waits in adds up just the same.
    let settled = number("held") + number("withheld") - number("waiting");
    assert_eq!(settled, 0);
    let entered = number("applied") - number("withheld");
    assert_eq!(number("received"), entered + number("waiting") + settled + number("quarantined"));
}

/// A head gives his customer to a colleague, and he does not know it yet. Comes back: the head's access token.
async fn his_customer_moves(house: &House) -> String {
    let head = house.access("3001").await;
    let moved =
        json!({ "op": "owner-set", "customer": HIS, "owner": crate::house::who("1002"), "replaces": [] });
    house.later(60);
    house.command(&head, &moved).await.ok();
    house.later(60);
    head
}

#[tokio::test]
async fn a_file_of_what_waits_has_words_for_every_kind_and_says_what_it_holds() {
    let house = parted().await;
    let mut his = Phone::enrolled(&house, "1001", 7).await;
    his.pulls(&house).await;
    his_customer_moves(&house).await;
    his.does(visit(HIS, "移交后才做的拜访"), house.now());
    his.pushes(&house).await;
    let (headers, lines, watermark) = sheet(&house, "/api/v1/held.xlsx").await;
    let kind = headers.iter().position(|header| header == "种类").expect("a column");
    let kinds: Vec<String> = lines.iter().map(|line| line[kind].to_string()).collect();
    assert!(kinds.contains(&"拜访".to_owned()), "{kinds:?}");
    assert!(kinds.iter().all(|kind| !kind.contains('-')), "{kinds:?}");
    assert!(watermark.contains("等决定") && !watermark.contains("全部"), "what waits only: {watermark}");
    let all = "held,undecided,withheld,accepted,declined,corrected";
    let (_, _, watermark) = sheet(&house, &format!("/api/v1/held.xlsx?status={all}")).await;
    assert!(watermark.contains("已退回") && !watermark.contains("declined"), "{watermark}");
    let why = headers.iter().position(|header| header == "为什么待处理").expect("a column");
    let said =
        lines.iter().map(|line| line[why].to_string()).find(|said| said.contains("两个值")).expect("one");
    assert!(said.contains("月") && !said.contains("-1"), "a moment as people write it: {said}");
}

#[tokio::test]
async fn a_held_order_is_told_with_its_number_and_its_sum() {
    use crate::phone::order;
    let house = House::open().await;
    let mut his = Phone::enrolled(&house, "1001", 1).await;
    his.pulls(&house).await;
    let head = his_customer_moves(&house).await;
    his.does(order(HIS, 20, 1), house.now());
    his.pushes(&house).await;
    let inbox = house.read(&head, "/api/v1/held").await.ok();
    let number = his.replica.identity().number;
    assert_eq!(inbox["rows"][0]["number"], format!("DH-{number:02}-0001"), "{inbox}");
    assert_eq!(inbox["rows"][0]["amount"], "1360.00");
}
