//! The headers of safety, the pages, and what operators ask.

use sync_core::locale::{Lang, SERVER, Texts};

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
    for path in ["/health/live", "/office/", "/app/", "/api/v1/visits", "/nothing", "/r/x"] {
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
    for (alive, ready) in [("/health/live", "/health/ready"), ("/healthz", "/readyz")] {
        assert_eq!(house.get(alive).send().await.text(), "ok");
        assert_eq!(house.get(ready).send().await.ok()["status"], "ready");
    }
    server::telemetry::figures();
    let figures = house.get("/metrics").send().await;
    assert!(figures.header("content-type").is_some_and(|kind| kind.starts_with("text/plain")));
    assert!(figures.text().contains("fieldbook_changes_received_total"), "{}", figures.text());
}

#[tokio::test]
async fn methods_that_nobody_knows_are_counted_as_one() {
    server::telemetry::figures();
    let house = House::open().await;
    for method in ["BREW", "SIMMER", "STIR"] {
        assert_eq!(house.request(method, "/health/live").send().await.status, 405);
    }
    let figures = house.get("/metrics").send().await.text();
    assert!(figures.contains(r#"method="other""#), "{figures}");
    assert!(!["BREW", "SIMMER", "STIR"].iter().any(|method| figures.contains(method)), "{figures}");
}

/// Routes that are no interface: the bundles, the document itself, what belongs to the receipt's page, and the way from
/// plain HTTP to HTTPS.
const BY_HAND: [(&str, usize); 5] =
    [("pages.rs", 7), ("docs.rs", 1), ("claim.rs", 5), ("ops.rs", 2), ("lines.rs", 1)];

/// The address of a described route, with something in its places.
fn concrete(path: &str) -> String {
    let id = crate::house::who("1001").to_string();
    path.replace("{hash}", &"00".repeat(32))
        .replace("{number}", "0")
        .replace("{claim}", "x")
        .replace("{id}", &id)
}

#[tokio::test]
async fn every_described_route_is_there_and_every_route_is_described() {
    let house = House::open().await;
    let document = house.get("/api/v1/openapi.json").send().await.ok();
    let mut described = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            let method = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
                .into_iter()
                .find(|known| known.eq_ignore_ascii_case(method));
            let method = method.unwrap_or_else(|| panic!("{path} is described with a method nobody knows"));
            let answer = house.request(method, &concrete(path)).send().await;
            let nowhere = matches!(answer.status, 404 | 405) && answer.text().contains("\"request.");
            assert!(!nowhere, "{method} {path}: {}", answer.text());
            described.push(format!("{method} {path}"));
        }
    }
    // Handlers that the router knows are counted by how they are entered; only pages and the document itself are not
    // described.
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src/http");
    let mut entered = 0;
    for file in std::fs::read_dir(folder).expect("the sources").flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let source = std::fs::read_to_string(file.path()).expect("a source");
        let by_hand = [".route(", ".nest_service(", ".fallback("].map(|how| source.matches(how).count());
        let allowed = BY_HAND.iter().find(|(allowed, _)| *allowed == name).map_or(0, |(_, count)| *count);
        assert_eq!(by_hand.iter().sum::<usize>(), allowed, "{name} enters routes undescribed");
        entered += source.matches("#[utoipa::path(").count();
        if name == "lists.rs" {
            // Both of its handlers are written once for all lists.
            entered += 2 * (source.matches(".xlsx\"").count() - 1);
        }
    }
    assert_eq!(described.len(), entered, "{described:#?}");
}

#[tokio::test]
async fn every_described_answer_has_words_in_both_languages() {
    let house = House::open().await;
    let document = house.get("/api/v1/openapi.json").send().await.ok();
    let mut codes = std::collections::BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            for (status, answer) in operation["responses"].as_object().expect("answers") {
                let status: u16 = status.parse().unwrap_or_else(|_| panic!("{method} {path}: {status}"));
                if status < 400 {
                    continue;
                }
                let schema = answer["content"]["application/json"]["schema"]["$ref"].as_str();
                let problem = schema.is_some_and(|name| name.ends_with("/ProblemDocument"));
                assert!(problem, "{method} {path}: {status} is no problem document: {answer}");
                for lang in Lang::ALL {
                    let texts = Texts::new(lang).with(SERVER);
                    assert!(
                        texts.has(&format!("http-title-{status}")),
                        "{status} has no title in {}",
                        lang.tag()
                    );
                }
                let said = answer["description"].as_str().unwrap_or_default();
                codes.extend(
                    said.split('`').skip(1).step_by(2).filter(|code| code.contains('.')).map(str::to_owned),
                );
            }
        }
    }
    assert!(codes.len() > 12, "{codes:?}");
    for code in codes.iter().filter(|code| !code.ends_with('…')) {
        for lang in Lang::ALL {
            let texts = Texts::new(lang).with(SERVER);
            let worded = ["http", "refusal"].iter().any(|family| texts.of_code(family, code, &[]).is_some());
            assert!(worded, "{code} has no words in {}", lang.tag());
        }
    }
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
