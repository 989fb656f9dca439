//! Traces, as a collector receives them: what a push took, from its request to its commit, and nobody's words.

// The house and the phone of the HTTP suite; this suite stands apart because what traces in a process is one for all of it.
#[path = "../http/client.rs"]
#[expect(dead_code, reason = "shared with the HTTP suite, which needs more of it")]
mod client;
#[path = "../http/house.rs"]
#[expect(dead_code, reason = "shared with the HTTP suite, which needs more of it")]
mod house;
#[path = "../http/phone.rs"]
#[expect(dead_code, reason = "shared with the HTTP suite, which needs more of it")]
mod phone;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use server::traces::Traces;
use tokio::net::TcpListener;
use tracing_subscriber::layer::SubscriberExt;

use crate::house::{HIS, House, PASSWORD, STAFF};
use crate::phone::{Phone, cash, hex, visit};

/// Everything that a collector was sent.
type Sent = Arc<Mutex<Vec<Bytes>>>;

async fn takes(State(sent): State<Sent>, body: Bytes) {
    sent.lock().expect("nobody panics here").push(body);
}

/// A collector on loopback; its address, and what it is sent.
async fn collector() -> (String, Sent) {
    let sent = Sent::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = listener.local_addr().expect("a listener has an address");
    let router = axum::Router::new().route("/v1/traces", post(takes)).with_state(Arc::clone(&sent));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/v1/traces"), sent)
}

fn spans(sent: &Sent) -> Vec<Span> {
    let bodies = sent.lock().expect("nobody panics here");
    let requests = bodies
        .iter()
        .map(|body| ExportTraceServiceRequest::decode(body.clone()).expect("OTLP over HTTP, as protobuf"));
    let of_resources = requests.flat_map(|request| request.resource_spans);
    of_resources.flat_map(|of| of.scope_spans).flat_map(|of| of.spans).collect()
}

/// The names of the spans under a span, each with those under it.
fn tree(spans: &[Span], under: &[u8]) -> BTreeMap<String, Vec<String>> {
    let children = |of: &[u8]| -> Vec<&Span> {
        let mut found: Vec<_> = spans.iter().filter(|span| span.parent_span_id == of).collect();
        found.sort_by_key(|span| span.start_time_unix_nano);
        found
    };
    let mut found = BTreeMap::new();
    let mut open: Vec<&Span> = children(under);
    while let Some(span) = open.pop() {
        let below = children(&span.span_id);
        found.insert(span.name.clone(), below.iter().map(|span| span.name.clone()).collect());
        open.extend(below);
    }
    found
}

#[tokio::test]
async fn a_pushs_spans_reach_the_collector_as_a_tree_under_its_callers_trace_and_say_nobodys_words() {
    let (address, sent) = collector().await;
    let traces = Traces::to(&address, 100).expect("an address");
    let subscriber = tracing_subscriber::registry().with(traces.layer());
    // Of the whole process, as in the server: a span may end on a thread of the store's.
    tracing::subscriber::set_global_default(subscriber).expect("nobody else traces here");
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "店主说儿子在银川上学"), house.now());
    phone.does(cash(HIS, "4321.09", 1), house.now());
    let (trace, caller) = ([0x4b; 16], [0x71; 8]);
    let batch = phone.outgoing(house.now()).expect("two are unsent");
    let request = house
        .post("/api/v1/push")
        .bearer(&phone.access)
        .header("content-type", sync_core::wire::MEDIA_TYPE)
        .header("traceparent", format!("00-{}-{}-01", hex(&trace), hex(&caller)));
    assert_eq!(request.bytes(batch).send().await.status, 200);
    phone.pulls(&house).await;
    let head = house.access("3001").await;
    house.read(&head, "/api/v1/customers?q=13909510001").await.ok();
    house.try_sign_in("1001", "geheim-und-falsch").await.problem(401, "session.wrong-password");
    let device = phone.device().to_string();
    house.close().await;
    tokio::task::spawn_blocking(move || traces.deliver()).await.expect("it ends");

    let all = spans(&sent);
    let pushed: Vec<Span> = all.iter().filter(|span| span.trace_id == trace).cloned().collect();
    let under = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let expected = BTreeMap::from([
        ("POST /api/v1/push".to_owned(), under(&["queue"])),
        ("queue".to_owned(), under(&["group"])),
        ("group".to_owned(), under(&["lock", "judge", "save", "commit"])),
        ("lock".to_owned(), vec![]),
        ("judge".to_owned(), vec![]),
        ("save".to_owned(), vec![]),
        ("commit".to_owned(), vec![]),
    ]);
    assert_eq!(tree(&pushed, &caller), expected);
    assert!(all.iter().any(|span| span.name == "pull"), "reading is seen as well");
    let names = STAFF.iter().map(|(_, name, _)| *name);
    let persons =
        ["宁安食品商行", "13909510001", "红柳粮油店", "马经理", "儿子在银川", "钓鱼", "4321", "432109"];
    let secrets = [PASSWORD, "geheim-und-falsch", phone.access.as_str(), phone.refresh.as_str(), "127.0.0.1"];
    let device = [device.as_str()];
    let bodies = sent.lock().expect("nobody panics here");
    for word in names.chain(persons).chain(secrets).chain(device) {
        let said = |body: &Bytes| body.windows(word.len()).any(|some| some == word.as_bytes());
        assert!(!bodies.iter().any(said), "{word} was sent to the collector");
    }
}
