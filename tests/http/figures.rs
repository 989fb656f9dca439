//! The figures of the server: for whoever is on its machine, or brings the word.

use std::net::SocketAddr;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::Request;
use serde_json::Value;
use server::http::{MetricsToken, NotAMetricsToken, router};
use tower::ServiceExt;

use crate::house::House;

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
        assert!(text.contains("fieldbook_changes_received"), "{text}");
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
