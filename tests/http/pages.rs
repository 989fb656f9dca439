//! The headers of safety, the pages, and what operators ask.

use crate::house::House;

const POLICY: [&str; 7] = [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "form-action 'self'",
];

#[tokio::test]
async fn every_answer_carries_the_headers_of_safety_and_a_number() {
    let house = House::open().await;
    for path in ["/healthz", "/office/", "/app/", "/api/v1/visits", "/nothing", "/r/x"] {
        let answer = house.get(path).send().await;
        let policy = answer.header("content-security-policy").unwrap_or_default();
        for part in POLICY {
            assert!(policy.split("; ").any(|said| said == part), "{path}: {part} is not in {policy}");
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        assert!(answer.header("x-request-id").is_some_and(|id| id.len() == 16), "{path}");
    }
}

#[tokio::test]
async fn phones_are_shown_the_field_pages_and_desktops_the_office() {
    let house = House::open().await;
    let phone = house.get("/").header("user-agent", "Mozilla/5.0 (Linux; Android 14) Mobile").send().await;
    assert_eq!((phone.status, phone.header("location")), (307, Some("/app/")));
    let desk = house.get("/").header("user-agent", "Mozilla/5.0 (X11; Linux x86_64)").send().await;
    assert_eq!(desk.header("location"), Some("/office/"));
}

#[tokio::test]
async fn operators_see_that_it_lives_that_it_is_ready_and_what_it_counts() {
    let house = House::open().await;
    assert_eq!(house.get("/healthz").send().await.text(), "ok");
    assert_eq!(house.get("/readyz").send().await.ok()["status"], "ready");
    server::telemetry::figures();
    let figures = house.get("/metrics").send().await;
    assert!(figures.header("content-type").is_some_and(|kind| kind.starts_with("text/plain")));
    assert!(figures.text().contains("fieldbook_changes_received"), "{}", figures.text());
}

#[tokio::test]
async fn methods_that_nobody_knows_are_counted_as_one() {
    server::telemetry::figures();
    let house = House::open().await;
    for method in ["BREW", "SIMMER", "STIR"] {
        assert_eq!(house.request(method, "/healthz").send().await.status, 405);
    }
    let figures = house.get("/metrics").send().await.text();
    assert!(figures.contains(r#"method="other""#), "{figures}");
    assert!(!["BREW", "SIMMER", "STIR"].iter().any(|method| figures.contains(method)), "{figures}");
}

#[tokio::test]
async fn every_operation_is_described_with_a_summary_and_its_errors() {
    let house = House::open().await;
    let document = house.get("/api/v1/openapi.json").send().await.ok();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            assert!(
                operation["responses"].as_object().is_some_and(|answers| !answers.is_empty()),
                "{method} {path}"
            );
        }
    }
    let text = document.to_string();
    for pointer in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = pointer.split('"').next().unwrap_or_default();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name} is named but not described");
    }
    assert_eq!(house.get("/api/docs/").send().await.status, 200);
}
