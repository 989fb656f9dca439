//! Bank statements over the interface: a file of a thousand lines, what is wrong by row and column, and what pays what.
//! Source: S13, S34, S41, S46.

use serde_json::{Value, json};
use sync_core::domain::cash::{DrawerPart, Remitted};
use sync_core::op::Op;

use crate::client::Request;
use crate::house::{ACCOUNT, HIS, House, text, who};
use crate::phone::{Phone, cash};

fn encoded(words: &str) -> String {
    words.bytes().fold(String::new(), |said, byte| said + &format!("%{byte:02X}"))
}

fn layout() -> Value {
    json!({ "name": "乙行", "date": "记账时间", "payer": "对方账户名称", "reference": ["用途"],
        "amount": { "type": "signed", "amount": "交易金额" } })
}

fn asks(house: &House, access: &str, deed: &str, file: &str) -> Request {
    let query = format!("name=a.csv&account={ACCOUNT}&layout={}", encoded(&layout().to_string()));
    let query = if deed == "columns" { format!("name=a.csv&account={ACCOUNT}") } else { query };
    house.post(&format!("/api/v1/statements/{deed}")).query(&query).bearer(access).bytes(file)
}

/// A statement of so many lines of one rep's.
fn statement(lines: u32) -> String {
    let rows = (1..=lines).map(|at| format!("2026-10-{:02},{at}.00,某业务员,货款{at:06}\n", at % 28 + 1));
    format!("记账时间,交易金额,对方账户名称,用途\n{}", rows.collect::<String>())
}

/// S34: a thousand lines are read in at once, as two changes; a second time nothing happens, and nobody else does it.
#[tokio::test]
async fn a_statement_of_a_thousand_lines_is_read_in_once_by_finance() {
    let house = House::open().await;
    let finance = house.access("2001").await;
    let file = statement(1_000);
    for number in ["1001", "3001"] {
        let other = house.access(number).await;
        for deed in ["columns", "preview", "import"] {
            asks(&house, &other, deed, &file).send().await.problem(422, "statement.not-finance");
        }
    }
    let columns = asks(&house, &finance, "columns", &file).send().await.ok();
    assert_eq!(columns["headers"], json!(["记账时间", "交易金额", "对方账户名称", "用途"]));
    assert_eq!(columns["layouts"][1]["name"], "带正负号");
    assert_eq!(columns["fits"], 1, "the layout that finds its columns is offered");
    let preview = asks(&house, &finance, "preview", &file).send().await.ok();
    assert_eq!((&preview["total"], &preview["already"]), (&json!(1_000), &json!(0)));
    assert_eq!(preview["came_in"], "500500.00");
    let before = house.app.hub().look().await.expect("the store answers");
    let done = asks(&house, &finance, "import", &file).send().await.ok();
    assert_eq!((&done["lines"], &done["already"]), (&json!(1_000), &json!(0)));
    assert_eq!(done["position"], before + 2, "two changes, in one transaction");
    asks(&house, &finance, "import", &file).send().await.problem(422, "statement.already-imported");
    let more = file.replace("2026-10-02,1.00,", "2026-10-02,1.00,x");
    let done = asks(&house, &finance, "import", &more).send().await.ok();
    assert_eq!(
        (&done["lines"], &done["already"]),
        (&json!(1), &json!(999)),
        "what is new of an overlapping one"
    );
    let lines = house.read(&finance, "/api/v1/bank-lines?status=open").await.ok();
    assert_eq!(lines["total"], 1_001);
    let rep = house.read(&house.access("1001").await, "/api/v1/bank-lines").await.ok();
    assert_eq!(rep["total"], 0, "at finance's desk and nowhere else");
}

/// S34: what cannot be read is named by row and column, and nothing of it is taken in.
#[tokio::test]
async fn what_is_wrong_in_a_statement_is_named_and_nothing_is_read_in() {
    let house = House::open().await;
    let finance = house.access("2001").await;
    let file = "记账时间,交易金额,对方账户名称,用途\n昨天,1,a,b\n2026-10-16,一百,a,b\n2026-10-16,5,a,b\n";
    let preview = asks(&house, &finance, "preview", file).send().await.ok();
    let at: Vec<(&Value, &Value)> = preview["faults"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|fault| (&fault["row"], &fault["column"]))
        .collect();
    assert_eq!(at, [(&json!(2), &json!("记账时间")), (&json!(3), &json!("交易金额"))]);
    asks(&house, &finance, "import", file).send().await.problem(422, "statement.faults");
    asks(&house, &finance, "preview", "\n\n").send().await.problem(422, "statement.unreadable");
    let bad = format!("name=a.csv&account={ACCOUNT}&layout={}", encoded("{\"name\":\"a\"}"));
    let request = house.post("/api/v1/statements/preview").query(&bad).bearer(&finance).bytes(file);
    request.send().await.problem(400, "statement.bad-layout");
    assert_eq!(house.read(&finance, "/api/v1/bank-lines").await.ok()["total"], 0);
}

/// S13, S34, S46: what pays what is proposed with a score and why; a personal account becomes a case.
#[tokio::test]
async fn lines_are_held_against_what_was_sent_and_a_personal_account_becomes_a_case() {
    let house = House::open().await;
    let finance = house.access("2001").await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(cash(HIS, "4321.00", 1), house.now());
    let amount = sync_core::unit::Amount::typed("4321.00").expect("a sum");
    let drawers = vec![DrawerPart { device: phone.device(), amount }];
    let remitted = Remitted { amount, account: ACCOUNT, drawers, reference: text("318204"), slip: None };
    phone.does(Op::Remitted(remitted), house.now());
    phone.pushes(&house).await;
    let sent = house.read(&finance, "/api/v1/remittances").await.ok()["rows"][0].clone();
    let (day, name) = (sent["at"].as_str().expect("a day")[..10].to_owned(), sent["staff"]["name"].clone());
    let name = name.as_str().expect("a name");
    let file = format!(
        "记账时间,交易金额,对方账户名称,用途\n{day},4321,{name},货款318204\n{day},-900,某人,个人卡\n"
    );
    asks(&house, &finance, "import", &file).send().await.ok();
    let path = format!("/api/v1/statements/matching?account={ACCOUNT}");
    let page = house.read(&finance, &path).await.ok();
    let proposal = &page["proposals"][0];
    assert_eq!((&proposal["certain"], &proposal["exact"]), (&json!(true), &json!(true)), "{page}");
    assert_eq!(proposal["points"], 100);
    assert_eq!(page["papers"][0]["id"], sent["id"]);
    let line = &page["lines"].as_array().expect("lines").iter().find(|line| line["amount"] == "4321.00");
    let line = line.expect("the line that came in");
    let confirm = json!({ "op": "money-confirmed", "kind": "remittance", "account": ACCOUNT,
        "papers": [{ "of": sent["id"], "staff": who("1001") }], "amount": "4321.00", "arrived_on": day,
        "lines": [line["id"]] });
    house.command(&finance, &confirm).await.ok();
    let rows = house.read(&finance, "/api/v1/remittances?status=confirmed").await.ok();
    assert_eq!(rows["rows"][0]["confirmation"]["arrived_on"], day.as_str());
    let cash = house.read(&finance, "/api/v1/cash").await.ok();
    let row = cash["rows"].as_array().expect("rows").iter().find(|row| row["staff"]["name"] == name);
    let row = row.expect("his row");
    assert_eq!((&row["sent"], &row["confirmed"]), (&json!("0.00"), &json!("4321.00")));
    let page = house.read(&finance, &path).await.ok();
    let left = &page["lines"][0];
    assert_eq!((page["lines"].as_array().map(Vec::len), &left["amount"]), (Some(1), &json!("-900.00")));
    let case = json!({ "op": "line-set-aside", "line": left["id"], "kind": "personal-account",
        "staff": who("1001"), "amount": "900.00", "note": "退款进了个人卡" });
    house.command(&finance, &case).await.ok();
    let raised = house.read(&finance, "/api/v1/violations?status=open").await.ok();
    assert_eq!(raised["rows"][0]["kind"], "personal-account");
    assert_eq!(raised["rows"][0]["held"], Value::Null, "it is about no cash in hand");
    let aside =
        house.read(&finance, "/api/v1/bank-lines?status=set-aside").await.ok()["rows"][0]["aside"].clone();
    assert_eq!((&aside["case_open"], &aside["violation"]), (&json!(true), &raised["rows"][0]["id"]));
    let taken_up = json!({ "op": "line-set-aside", "line": left["id"], "kind": "taken-up" });
    house.command(&finance, &taken_up).await.problem(422, "statement.case-open");
}

/// Ma has taken so much and sent it on; the row that finance reads of it.
async fn sent(house: &House, finance: &str, phone: &mut Phone, receipt: u32, sum: &str) -> Value {
    phone.does(cash(HIS, sum, receipt), house.now());
    let amount = sync_core::unit::Amount::typed(sum).expect("a sum");
    let drawers = vec![DrawerPart { device: phone.device(), amount }];
    let remitted = Remitted { amount, account: ACCOUNT, drawers, reference: text("318204"), slip: None };
    phone.does(Op::Remitted(remitted), house.now());
    phone.pushes(house).await;
    let rows = house.read(finance, "/api/v1/remittances").await.ok();
    let row = rows["rows"].as_array().expect("rows").iter().find(|row| row["amount"] == sum);
    row.expect("what was sent").clone()
}

/// S34: what was confirmed without a line is proposed for the line that comes later, taken back, and confirmed anew by it;
/// until then its line is nobody else's for certain.
#[tokio::test]
async fn a_line_belongs_to_what_was_confirmed_without_one() {
    let house = House::open().await;
    let finance = house.access("2001").await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    let (one, other) = (
        sent(&house, &finance, &mut phone, 1, "3000.00").await,
        sent(&house, &finance, &mut phone, 2, "4000.00").await,
    );
    assert_ne!(one["id"], other["id"]);
    let day = one["at"].as_str().expect("a day")[..10].to_owned();
    let papers =
        json!([{ "of": one["id"], "staff": who("1001") }, { "of": other["id"], "staff": who("1001") }]);
    let confirmed = |lines: Value| {
        json!({ "op": "money-confirmed", "kind": "remittance", "account": ACCOUNT, "papers": papers,
            "amount": "7000.00", "arrived_on": day, "lines": lines })
    };
    house.command(&finance, &confirmed(json!([]))).await.ok();
    let row = house.read(&finance, "/api/v1/remittances?status=confirmed").await.ok()["rows"][0].clone();
    let said = &row["confirmation"];
    assert_eq!((&said["lines"], said["papers"].as_array().map(Vec::len)), (&json!([]), Some(2)), "{row}");
    let name = row["staff"]["name"].as_str().expect("a name");
    let file = format!("记账时间,交易金额,对方账户名称,用途\n{day},7000,{name},货款318204\n");
    asks(&house, &finance, "import", &file).send().await.ok();
    let path = format!("/api/v1/statements/matching?account={ACCOUNT}");
    let page = house.read(&finance, &path).await.ok();
    let proposal = &page["proposals"][0];
    assert_eq!((&proposal["certain"], &proposal["exact"]), (&json!(false), &json!(true)), "{page}");
    assert_eq!(
        (page["papers"].as_array().map(Vec::len), &page["confirmed"][0]["amount"]),
        (Some(0), &json!("7000.00"))
    );
    let without = &page["confirmed"][0]["confirmation"];
    assert_eq!((&without["confirmation"], &without["papers"]), (&said["confirmation"], &said["papers"]));
    let withdrawn = json!({ "op": "confirmation-withdrawn", "confirmation": said["confirmation"], "kind": "remittance",
        "papers": papers, "lines": [], "reason": "补上银行流水" });
    house.command(&finance, &withdrawn).await.ok();
    house.command(&finance, &confirmed(proposal["lines"].clone())).await.ok();
    let page = house.read(&finance, &path).await.ok();
    assert_eq!((&page["proposals"], &page["lines"]), (&json!([]), &json!([])), "the line has its place");
    let row = house.read(&finance, "/api/v1/remittances?status=confirmed").await.ok()["rows"][0].clone();
    assert_eq!(row["confirmation"]["lines"].as_array().map(Vec::len), Some(1), "{row}");
}

/// S34: what went out, and other accounts, take no place of what came in; where more is open than is held, the page says so.
#[tokio::test]
async fn the_oldest_line_that_came_in_is_held_beside_thousands_that_went_out() {
    let house = House::open().await;
    let finance = house.access("2001").await;
    let head = "记账时间,交易金额,对方账户名称,用途\n";
    let out: Vec<String> = (1..=4_100).map(|at| format!("2026-10-20,-{at},工资{at},工资\n")).collect();
    let out = out.concat();
    asks(&house, &finance, "import", &format!("{head}2026-10-01,9000,某人,货款\n{out}")).send().await.ok();
    let path = format!("/api/v1/statements/matching?account={ACCOUNT}");
    let page = house.read(&finance, &path).await.ok();
    let lines = page["lines"].as_array().expect("lines");
    let came: Vec<&Value> = lines.iter().filter(|line| line["amount"] == "9000.00").collect();
    assert_eq!(
        (came.len(), lines.len()),
        (1, 4_001),
        "the latest four thousand that went out, and all that came in"
    );
    assert_eq!(
        (&page["more_lines"], &page["at_most"], &page["more_papers"]),
        (&json!(true), &json!(4_000), &json!(false))
    );
    let open = json!({ "op": "company-account-opened", "account": uuid::Uuid::from_u128(77), "holder": "公司",
        "bank": "另一家", "number": "6222000077" });
    house.command(&finance, &open).await.ok();
    let other = format!("/api/v1/statements/matching?account={}", uuid::Uuid::from_u128(77));
    let page = house.read(&finance, &other).await.ok();
    assert_eq!((&page["lines"], &page["more_lines"]), (&json!([]), &json!(false)));
}

/// S34: what a bank writes around its lines does not stand in the way, and what may be there already is counted.
#[tokio::test]
async fn a_file_as_banks_write_it_is_looked_over_with_what_was_passed_by_and_what_may_be_there() {
    let house = House::open().await;
    let finance = house.access("2001").await;
    let above: Vec<String> = (1..=20).map(|at| format!("说明{at}\t见下\n")).collect();
    let above = above.concat();
    let rows = "记账时间\t交易金额\t对方账户名称\t用途\n2026-10-16\t(1,234.00)\t甲\t货款\n2026-10-17\t500\t乙\t货款\n";
    let file = format!("账户明细, 2026年10月\n{above}{rows}第1页/共1页\t\t\t\n合计\t-734\t\t\n");
    let columns = asks(&house, &finance, "columns", &file).send().await.ok();
    assert_eq!(
        (&columns["header_row"], &columns["headers"][1]),
        (&json!(22), &json!("交易金额")),
        "{columns}"
    );
    let shown = columns["rows"].as_array().expect("rows").iter().any(|row| row["number"] == 22);
    assert!(shown, "the row of the headers is among those that are shown");
    let preview = asks(&house, &finance, "preview", &file).send().await.ok();
    assert_eq!((&preview["total"], &preview["went_out"]), (&json!(2), &json!("1234.00")), "{preview}");
    assert_eq!((&preview["skipped"], &preview["skipped_rows"]), (&json!(2), &json!([25, 26])));
    asks(&house, &finance, "import", &file).send().await.ok();
    let worded = file.replace("\t乙\t货款", "\t乙\t十月货款").replace("明细", "清单");
    let preview = asks(&house, &finance, "preview", &worded).send().await.ok();
    assert_eq!((&preview["already"], &preview["perhaps"]), (&json!(1), &json!(1)), "{preview}");
    let marks: Vec<&Value> =
        preview["lines"].as_array().expect("lines").iter().map(|line| &line["perhaps"]).collect();
    assert_eq!(marks, [&json!(false), &json!(true)]);
}
