//! Bad input: each with a clear message in the reader's language, the field and the limit, and nothing lost.

use serde_json::{Value, json};
use sync_core::domain::cash::Means;
use sync_core::op::Op;
use sync_core::refusal::Verdict;
use sync_core::unit::CustomerId;
use sync_core::wire::{MEDIA_TYPE, PushReply};

use crate::client::Answer;
use crate::house::{HERS, House, PRODUCT, who};
use crate::phone::{Phone, cash, order};
use crate::sync::gzip;

async fn push(house: &House, phone: &Phone, body: Vec<u8>, encoding: Option<&str>) -> Answer {
    let mut request = house.post("/api/v1/push").bearer(&phone.access).header("content-type", MEDIA_TYPE);
    if let Some(encoding) = encoding {
        request = request.header("content-encoding", encoding);
    }
    request.bytes(body).send().await
}

#[tokio::test]
async fn malformed_bodies_are_named_as_such() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    for body in [&b""[..], b"\xff\xff", b"not a batch at all", &[0x83, 0x40, 0x40, 0x80]] {
        push(&house, &phone, body.to_vec(), None).await.problem(400, "push.malformed");
    }
    push(&house, &phone, b"no gzip".to_vec(), Some("gzip")).await.problem(400, "push.malformed");
    push(&house, &phone, Vec::new(), Some("br")).await.problem(415, "request.media-type");
    let request = house.post("/api/v1/session").header("content-type", "application/json");
    request.bytes("{").send().await.problem(400, "request.malformed");
    let request = house.post("/api/v1/session").header("content-type", "text/plain").bytes("{}");
    request.send().await.problem(415, "request.media-type");
    let request = house.post("/api/v1/push").bearer(&phone.access).header("content-type", "text/plain");
    request.send().await.problem(415, "request.media-type");
}

#[tokio::test]
async fn oversized_bodies_and_decompression_bombs_are_told_their_limit() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let large = push(&house, &phone, vec![0; 1024 * 1024 + 1], None).await;
    assert_eq!(large.problem(413, "push.too-large")["limit"], 1024 * 1024);
    let bomb = gzip(&vec![0; 64 * 1024 * 1024]);
    assert!(bomb.len() < 1024 * 1024, "the bomb is small on the wire");
    let burst = push(&house, &phone, bomb, Some("gzip")).await;
    assert_eq!(burst.problem(413, "push.too-large")["limit"], 8 * 1024 * 1024);
    let request = house.post("/api/v1/session").header("content-type", "application/json");
    let long = request.bytes(vec![b' '; 256 * 1024 + 1]).send().await;
    assert_eq!(long.problem(413, "request.too-large")["limit"], 256 * 1024);
    let path = format!("/api/v1/blobs/{}", "00".repeat(32));
    let request = house.request("PUT", &path).bearer(&phone.access).bytes(vec![0; 3 * 1024 * 1024 + 1]);
    assert_eq!(request.send().await.problem(413, "blob.too-large")["limit"], 3 * 1024 * 1024);
}

#[tokio::test]
async fn a_picture_is_known_by_its_bytes_and_named_by_its_hash() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let put = |path: String, bytes: &[u8]| house.request("PUT", &path).bearer(&phone.access).bytes(bytes);
    let nowhere = format!("/api/v1/blobs/{}", "00".repeat(32));
    put(nowhere.clone(), b"GIF89a").send().await.problem(415, "blob.type");
    put(nowhere, &crate::picture::jpeg("门口")).send().await.problem(422, "blob.hash");
    put("/api/v1/blobs/short".into(), &[0xff, 0xd8, 0xff]).send().await.problem(404, "thing.not-found");
}

async fn refused(house: &House, access: &str, op: &Value, field: &str, limit: Option<u64>) {
    for language in ["zh-CN", "en"] {
        let request = house.post("/api/v1/commands").bearer(access).header("accept-language", language);
        let answer = request.json(op).send().await;
        let problem = answer.json();
        assert_eq!(answer.status, 400, "{problem}");
        assert_eq!(problem["field"], field, "{problem}");
        assert_eq!(problem["limit"].as_u64(), limit, "{problem}");
        let detail = problem["detail"].as_str().expect("a sentence");
        assert_eq!(detail.is_ascii(), language == "en", "{detail}");
    }
}

#[tokio::test]
async fn empty_and_over_long_names_are_refused_with_field_and_limit() {
    let house = House::open().await;
    let head = house.access("3001").await;
    let joined = |name: &str| json!({ "op": "staff-joined", "number": "1009", "name": name, "role": "rep" });
    refused(&house, &head, &joined(""), "name", Some(1)).await;
    refused(&house, &head, &joined(&"长".repeat(41)), "name", Some(40)).await;
    let nameless = json!({ "op": "staff-joined", "number": "1009", "role": "rep" });
    refused(&house, &head, &nameless, "name", None).await;
    let created = json!({ "op": "customer-created", "fields": [], "owner": who("1001") });
    let problem = house.command(&head, &created).await.problem(422, "customer.no-name");
    assert_eq!((&problem["clause"], &problem["field"]), (&json!("S85"), &json!("name")));
    let long = json!({ "op": "card-field-set", "customer": HERS, "field": "phone",
        "value": { "type": "text", "value": "1".repeat(150) }, "replaces": [] });
    let problem = house.command(&head, &long).await.problem(422, "customer.field");
    assert_eq!(problem["field"], "phone", "{problem}");
    assert!(problem["limit"].as_u64().is_some_and(|limit| limit < 150), "{problem}");
}

#[tokio::test]
async fn prices_with_too_many_decimals_zero_negative_and_astronomical_are_refused() {
    let house = House::open().await;
    let head = house.access("3001").await;
    let prices = [
        ("68.00001", Some(4)),
        ("0", None),
        ("-5", None),
        ("1000000000000", Some(999_999_999)),
        ("六十八", None),
        ("", None),
    ];
    for (price, limit) in prices {
        let issued = json!({
            "op": "price-list-issued", "version": "2026-12", "meeting": "", "valid_from": "2026-12-01",
            "valid_to": "2026-12-31", "prices": [[PRODUCT, price]],
        });
        refused(&house, &head, &issued, "prices[0][1]", limit).await;
    }
}

#[tokio::test]
async fn a_command_that_does_not_exist_or_has_no_name_says_so() {
    let house = House::open().await;
    let head = house.access("3001").await;
    for op in [json!({ "op": "collected" }), json!({ "op": "drop-table" }), json!({}), json!({ "op": 5 })] {
        let problem = house.command(&head, &op).await.problem(400, "request.malformed");
        assert_eq!(problem["field"], "op", "{problem}");
    }
    let list = house.command(&head, &json!([])).await;
    list.problem(400, "request.malformed");
}

#[tokio::test]
async fn a_rule_that_says_no_is_answered_with_code_clause_and_sentence() {
    let house = House::open().await;
    let head = house.access("3001").await;
    let opened =
        json!({ "op": "company-account-opened", "holder": "某人", "bank": "某行", "number": "622200001" });
    let problem = house.command(&head, &opened).await.problem(422, "account.not-finance");
    assert_eq!(problem["clause"], "S13");
    let accounts = house.read(&head, "/api/v1/accounts").await.ok();
    assert_eq!(accounts["total"], 1, "nothing was written");
    let finance = house.access("2001").await;
    let backwards = json!({
        "op": "price-list-issued", "version": "2026-12", "meeting": "", "valid_from": "2026-12-31",
        "valid_to": "2026-12-01", "prices": [[PRODUCT, "68"]],
    });
    house.command(&finance, &backwards).await.problem(422, "price.not-yours");
    house.command(&head, &backwards).await.problem(422, "price.ends-before-it-begins");
}

/// What became of one hand-made change.
async fn judged(house: &House, phone: &Phone, kind: u16, body: Vec<u8>) -> Verdict {
    let bytes = phone.hand_made(&[(kind, body)], house.now());
    let answer = phone.send(house, bytes).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let reply: PushReply = minicbor::decode(&answer.body).expect("a reply");
    let judged = reply.judged.into_iter().next().expect("one change, one verdict");
    judged.verdict.unwrap_or_else(Verdict::plain)
}

async fn verdict_of(op: &Op) -> Verdict {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    judged(&house, &phone, op.kind(), op.to_body()).await
}

fn code(verdict: &Verdict) -> (&str, bool) {
    match verdict {
        Verdict::Held { reason } => (reason.code(), false),
        Verdict::Applied { findings, withheld } => {
            (findings.last().map_or("", sync_core::refusal::Finding::code), *withheld)
        }
    }
}

#[tokio::test]
async fn money_from_a_strangers_customer_is_kept_but_withheld_and_an_order_waits() {
    let money = verdict_of(&cash(HERS, "50.00", 1)).await;
    assert!(matches!(&money, Verdict::Applied { withheld: true, .. }), "{money:?}");
    let ordered = verdict_of(&order(HERS, 1, 1)).await;
    assert_eq!(code(&ordered), ("customer.not-yours", false));
}

#[tokio::test]
async fn a_customer_that_is_not_there_loses_nothing() {
    let nobody = CustomerId::from_bytes([9; 16]);
    let money = verdict_of(&cash(nobody, "50.00", 1)).await;
    assert!(matches!(&money, Verdict::Applied { withheld: true, .. }), "{money:?}");
    // Not told from somebody else's: a guess tells nobody whether there is such a customer.
    assert_eq!(code(&verdict_of(&order(nobody, 1, 1)).await), ("customer.not-yours", false));
    let house = House::open().await;
    let head = house.access("3001").await;
    house.read(&head, &format!("/api/v1/customers/{nobody}")).await.problem(404, "thing.not-found");
}

#[tokio::test]
async fn amounts_that_are_none_are_held_as_they_came_with_the_reason() {
    for fen in [0, -500, 100_000_000_000_000_i64] {
        let house = House::open().await;
        let phone = Phone::enrolled(&house, "1001", 1).await;
        let good = cash(crate::house::HIS, "5.00", 1);
        let body = with_amount(&good, fen);
        let verdict = judged(&house, &phone, good.kind(), body).await;
        assert_eq!(code(&verdict).0, "change.malformed", "{fen}: {verdict:?}");
        let held = house.read(&phone.access, "/api/v1/held").await.ok();
        assert_eq!(held["total"], 1, "{held}");
    }
}

/// The body of a collection with another amount: the second field of the map.
fn with_amount(op: &Op, fen: i64) -> Vec<u8> {
    let Op::Collected(collected) = op else { panic!("a collection was expected") };
    assert_eq!(collected.means, Means::Cash);
    let whole = minicbor::to_vec(collected).expect("memory takes it");
    let amount = minicbor::to_vec(collected.amount).expect("memory takes it");
    let needle = [&[0x01][..], &amount].concat();
    let at =
        whole.windows(needle.len()).position(|part| part == needle).expect("the amount stands in the body");
    let other = [&[0x01][..], &minicbor::to_vec(fen).expect("memory takes it")].concat();
    [&whole[..at], &other, &whole[at + needle.len()..]].concat()
}

#[tokio::test]
async fn lists_asked_in_a_way_they_do_not_understand_name_the_filter() {
    let house = House::open().await;
    let head = house.access("3001").await;
    let wrong = [
        ("page=0", "page", "list.out-of-range"),
        ("per_page=201", "per_page", "list.out-of-range"),
        ("per_page=many", "per_page", "query.malformed"),
        ("sort=colour", "sort", "list.no-such-order"),
        ("from=2026-13-01", "from", "query.malformed"),
        ("from=2026-11-02&to=2026-11-01", "to", "list.ends-before-it-begins"),
        ("customer=abc", "customer", "query.malformed"),
        ("colour=red", "colour", "query.malformed"),
    ];
    for (query, field, code) in wrong {
        let answer = house.read(&head, &format!("/api/v1/visits?{query}")).await;
        assert_eq!(answer.problem(400, code)["field"], field, "{query}");
    }
    let long = format!("/api/v1/visits?q={}", "a".repeat(61));
    assert_eq!(house.read(&head, &long).await.problem(400, "list.search-too-long")["limit"], 60);
    // A form sends its empty fields too.
    house.read(&head, "/api/v1/visits?q=&customer=&from=&page=1").await.ok();
}

#[tokio::test]
async fn what_is_not_there_or_not_done_like_this_has_a_code_too() {
    let house = House::open().await;
    house.get("/api/v1/nothing").send().await.problem(404, "request.not-found");
    house.request("PATCH", "/api/v1/visits").send().await.problem(405, "request.method");
    let head = house.access("3001").await;
    house.read(&head, "/api/v1/customers/abc").await.problem(404, "thing.not-found");
}
