//! The figures of the server: for whoever is on its machine, or brings the word.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::Request;
use serde_json::Value;
use server::http::{MetricsToken, NotAMetricsToken, router};
use tower::ServiceExt;

use sync_core::domain::customer::{CardField, CardFieldSet, FieldValue};
use sync_core::log::sha256;
use sync_core::op::Op;

use crate::house::{HERS, HIS, House, STAFF, text};
use crate::phone::{Phone, cash, hex, visit};
use crate::picture::jpeg;

const WORD: &str = "d2hvZXZlciB3YXRjaGVz";

/// What a caller at an address is answered who sends these headers.
async fn asked(house: &House, from: Option<&str>, headers: &[(&str, &str)]) -> (u16, String) {
    let mut request = Request::get("/metrics");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).expect("a request");
    if let Some(from) = from {
        let from: SocketAddr = from.parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(from));
    }
    let answer = router(house.app.clone()).oneshot(request).await.expect("the router answers");
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    if status == 200 {
        let text = String::from_utf8_lossy(&body).into_owned();
        assert!(text.contains("fieldbook_changes_received_total"), "{text}");
        return (status, String::new());
    }
    let problem: Value = serde_json::from_slice(&body).expect("a problem");
    assert!(!problem.to_string().contains("fieldbook_changes"), "{problem}");
    (status, problem["code"].as_str().expect("a code").to_owned())
}

fn shown() -> (u16, String) {
    (200, String::new())
}

#[tokio::test]
async fn the_figures_are_for_callers_on_this_machine_and_not_through_a_proxy_on_it() {
    server::telemetry::figures();
    let house = House::open().await;
    let elsewhere = (403, "metrics.elsewhere".to_owned());
    for here in ["127.0.0.1:5000", "127.9.9.9:1", "[::1]:5000", "[::ffff:127.0.0.1]:5000"] {
        assert_eq!(asked(&house, Some(here), &[]).await, shown(), "{here}");
        for header in ["x-forwarded-for", "x-real-ip", "forwarded", "via"] {
            assert_eq!(asked(&house, Some(here), &[(header, "127.0.0.1")]).await, elsewhere, "{header}");
        }
    }
    for there in ["192.0.2.7:5000", "10.0.0.1:5000", "[2001:db8::7]:5000", "[::ffff:192.0.2.7]:5000"] {
        assert_eq!(asked(&house, Some(there), &[]).await, elsewhere, "{there}");
        // Nobody is from here because they say so.
        let says = [("x-forwarded-for", "127.0.0.1"), ("authorization", "Bearer x")];
        assert_eq!(asked(&house, Some(there), &says).await, elsewhere, "{there}");
    }
    assert_eq!(asked(&house, None, &[]).await, elsewhere, "who cannot be told is not from here");
    // Over a real line, and with the rights of nobody's token.
    assert_eq!(house.get("/metrics").send().await.status, 200);
    let passed_on = house.get("/metrics").header("x-forwarded-for", "192.0.2.7").send().await;
    passed_on.problem(403, "metrics.elsewhere");
    let head = house.access("3001").await;
    let passed_on = house.get("/metrics").bearer(&head).header("x-forwarded-for", "192.0.2.7").send().await;
    passed_on.problem(403, "metrics.elsewhere");
}

#[tokio::test]
async fn where_there_is_a_word_the_figures_are_for_whoever_brings_it_and_nobody_else() {
    server::telemetry::figures();
    let house = House::open().await;
    house.app.show_figures_for(MetricsToken::new(WORD).expect("a word"));
    let right = format!("Bearer {WORD}");
    let refused = (401, "metrics.token".to_owned());
    for from in ["127.0.0.1:5000", "192.0.2.7:5000"] {
        for passed_on in [&[][..], &[("x-forwarded-for", "192.0.2.7")]] {
            let with = |said| [passed_on, &[("authorization", said)]].concat();
            assert_eq!(asked(&house, Some(from), &with(right.as_str())).await, shown(), "{from}");
            assert_eq!(asked(&house, Some(from), passed_on).await, refused, "{from}");
            let longer = format!("{right}x");
            let head = format!("Bearer {}", house.access("3001").await);
            for wrong in ["Bearer ", "Bearer x", WORD, &right[..right.len() - 1], &longer, &head] {
                assert_eq!(asked(&house, Some(from), &with(wrong)).await, refused, "{from}: {wrong}");
            }
        }
    }
    let bare = house.get("/metrics").send().await;
    bare.problem(401, "metrics.token");
    assert_eq!(bare.header("www-authenticate"), Some("Bearer"));
}

#[test]
fn a_word_for_the_figures_is_long_enough_and_goes_into_a_header() {
    assert!(MetricsToken::new(WORD).is_ok());
    let long = "x".repeat(201);
    for (word, has) in [("", 0), ("short", 5), (long.as_str(), 201)] {
        let refused = MetricsToken::new(word).expect_err("no word");
        assert_eq!(refused, NotAMetricsToken::Length { has, least: 16, most: 200 });
        assert!(refused.to_string().contains(&has.to_string()), "{refused}");
    }
    for word in ["two words of a line of", "十六个汉字也不行十六个汉字也不行", "a line\nand another one"]
    {
        assert_eq!(MetricsToken::new(word), Err(NotAMetricsToken::Letters), "{word}");
    }
}

/// The names in the list of the operator's page.
fn listed() -> BTreeSet<String> {
    let page = include_str!("../../docs/operations.md");
    let (_, list) = page.split_once("| Figure | Sort | Labels |").expect("there is a list");
    let rows = list.split("\n\n").next().expect("it ends");
    rows.lines().filter_map(|row| row.strip_prefix("| `")?.split('`').next()).map(str::to_owned).collect()
}

/// A day in which everything happens that is counted.
async fn a_days_work(house: &House) -> Vec<Phone> {
    let mut phone = Phone::enrolled(house, "1001", 1).await;
    phone.pulls(house).await;
    let number = FieldValue::Text(text("0951-1"));
    let foreign =
        CardFieldSet { customer: HERS, field: CardField::Phone, value: number, replaces: Vec::new() };
    let foreign = Op::CardFieldSet(foreign);
    let held = phone.hand_made(&[(foreign.kind(), foreign.to_body())], house.now());
    assert_eq!(phone.send(house, held).await.status, 200);
    let picture = jpeg("面");
    let path = format!("/api/v1/blobs/{}", hex(&sha256(&[&picture])));
    let brought = house.request("PUT", &path).bearer(&phone.access).bytes(picture).send().await;
    assert_eq!(brought.status, 201);
    house.try_sign_in("1001", "geheim-und-falsch").await.problem(401, "session.wrong-password");
    // A visit lies on the phone for five minutes before it is delivered.
    let mut other = Phone::enrolled(house, "1002", 2).await;
    other.pulls(house).await;
    other.does(visit(HERS, "儿子在银川上学"), house.now());
    other.does(cash(HERS, "4321.09", 1), house.now());
    house.later(300);
    other.pushes(house).await;
    house.app.tidy().await.expect("the store answers");
    vec![phone, other]
}

/// The figures as lines of name, labels and value.
async fn figures(house: &House) -> String {
    let answer = house.get("/metrics").send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text()
}

fn value(figures: &str, beginning: &str) -> f64 {
    let line = figures.lines().find_map(|line| line.strip_prefix(beginning));
    let said = line.unwrap_or_else(|| panic!("{beginning} is not among\n{figures}"));
    said.rsplit(' ').next().and_then(|value| value.parse().ok()).expect("a number")
}

#[tokio::test]
async fn after_a_days_work_exactly_the_listed_figures_are_shown_and_they_name_nobody() {
    server::figures::figures();
    let house = House::open().await;
    house.app.limit(server::config::Rates {
        device_rate: 1_000,
        device_burst: 1_000,
        session_rate: 1_000,
        session_burst: 1_000,
        address_rate: 1_000,
        address_burst: 1_000,
    });
    let phones = a_days_work(&house).await;
    let head = house.access("3001").await;
    let mut lines = house.get("/api/v1/events").bearer(&head).listen().await;
    lines.next_with("content-type: ").await;
    let shown = figures(&house).await;
    let names: BTreeSet<String> = shown
        .lines()
        .filter_map(|line| line.strip_prefix("# HELP ")?.split(' ').next())
        .map(str::to_owned)
        .collect();
    let told: BTreeSet<String> = server::figures::ALL.iter().map(|figure| figure.name.to_owned()).collect();
    assert_eq!(listed(), told, "docs/operations.md lists every figure, and nothing else");
    let missing: Vec<_> =
        told.difference(&names).filter(|name| *name != "fieldbook_slow_readers_cut_total").collect();
    assert!(missing.is_empty(), "not shown: {missing:?}");
    assert!(names.is_subset(&told), "not listed: {:?}", names.difference(&told).collect::<Vec<_>>());
    // Of this company's book, whatever other tests count beside it.
    assert!(value(&shown, "fieldbook_held_open{reason=\"customer.not-yours\"}") >= 1.0);
    assert!(value(&shown, "fieldbook_delivery_lag_seconds_bucket{le=\"600\"}") >= 2.0);
    assert!(value(&shown, "fieldbook_live_listeners ") >= 1.0);
    assert!(value(&shown, "process_resident_memory_bytes ") > 1e6);
    assert!(value(&shown, "fieldbook_group_pushes_count ") >= 1.0);
    let people = STAFF.iter().map(|(_, name, _)| *name);
    let secrets = phones.iter().flat_map(|phone| [phone.access.clone(), phone.device().to_string()]);
    let shops = [
        "宁安食品商行",
        "红柳粮油店",
        "13909510001",
        "银川",
        "4321.09",
        " 432109",
        "127.0.0.1",
        "fieldbook-http-",
    ];
    let words = people.chain(shops).map(str::to_owned).chain(secrets).chain([HIS.to_string()]);
    for word in words {
        let line = shown.lines().find(|line| line.contains(&word) && !line.starts_with('#'));
        assert!(line.is_none_or(|line| line.ends_with(&word)), "{word} stands among the figures: {line:?}");
    }
}
