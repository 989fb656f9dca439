//! More than can be taken: who asks too much, who comes all at once, who reads too slowly. Nothing is lost by any of them.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use futures::future::join_all;
use serde_json::Value;
use server::config::Rates;
use server::http::router;
use server::store::{ChosenStore, Snapshot, Store};
use sqlx::Row;
use sync_core::wire::{MEDIA_TYPE, PushReply};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::ServiceExt;

use crate::house::{HERS, HIS, House, PASSWORD};
use crate::phone::{Phone, visit};

/// No limits but those a test sets.
const NONE: Rates = Rates {
    device_rate: 0,
    device_burst: 1,
    session_rate: 0,
    session_burst: 1,
    address_rate: 0,
    address_burst: 1,
};

#[tokio::test]
async fn a_device_that_asks_too_much_is_told_which_limit_and_when_and_loses_nothing() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    let hers = Phone::enrolled(&house, "1002", 2).await;
    phone.pulls(&house).await;
    (0..3).for_each(|turn| phone.does(visit(HIS, &format!("第{turn}次")), house.now()));
    house.app.limit(Rates { device_rate: 2, device_burst: 5, ..NONE });
    for _ in 0..5 {
        assert_eq!(house.read(&phone.access, "/api/v1/session").await.status, 204);
    }
    let bytes = phone.outgoing(house.now()).expect("three are unsent");
    let told = phone.send(&house, bytes.clone()).await;
    let problem = told.problem(429, "limit.device");
    assert_eq!((problem["limit"].as_u64(), problem["burst"].as_u64()), (Some(2), Some(5)));
    assert_eq!(told.header("retry-after"), Some("1"));
    assert!(problem["detail"].as_str().is_some_and(|said| said.contains('2') && said.contains('1')));
    // Somebody else is not hindered, and neither is whoever watches.
    assert_eq!(house.read(&hers.access, "/api/v1/session").await.status, 204);
    for path in ["/health/live", "/health/ready", "/metrics"] {
        assert_eq!(house.get(path).send().await.status, 200, "{path}");
    }
    house.later(1);
    let replies: Vec<PushReply> = phone.pushes(&house).await;
    assert_eq!(replies.last().map(|reply| reply.through), Some(3), "whoever waits as told is let through");
    assert!(house.app.hub().verify().await.expect("the store answers").holds());
}

#[tokio::test]
async fn a_sign_in_that_asks_too_much_is_told_so_and_another_of_the_same_person_is_not() {
    let house = House::open().await;
    let (one, other) = (house.access("3001").await, house.access("3001").await);
    house.app.limit(Rates { session_rate: 1, session_burst: 3, ..NONE });
    for _ in 0..3 {
        house.read(&one, "/api/v1/visits").await.ok();
    }
    house.read(&one, "/api/v1/visits").await.problem(429, "limit.session");
    house.read(&other, "/api/v1/visits").await.ok();
    house.later(1);
    house.read(&one, "/api/v1/visits").await.ok();
}

/// What a caller at an address is answered who tries to sign in.
async fn tries(house: &House, from: &str, bearer: Option<&str>) -> u16 {
    let body = serde_json::json!({ "number": "1001", "password": PASSWORD }).to_string();
    let mut request = Request::post("/api/v1/session").header(header::CONTENT_TYPE, "application/json");
    if let Some(said) = bearer {
        request = request.header(header::AUTHORIZATION, said);
    }
    let mut request = request.body(Body::from(body)).expect("a request");
    let from: SocketAddr = from.parse().expect("an address");
    request.extensions_mut().insert(ConnectInfo(from));
    router(house.app.clone()).oneshot(request).await.expect("the router answers").status().as_u16()
}

#[tokio::test]
async fn who_has_not_signed_in_is_limited_by_address_whatever_token_they_make_up() {
    let house = House::open().await;
    house.app.limit(Rates { address_rate: 1, address_burst: 2, ..NONE });
    // The two halves of an IPv6 address: the second is whatever its owner likes.
    let theirs = ["[2001:db8:0:7::1]:40", "[2001:db8:0:7::2]:41", "[2001:db8:0:7:9:9:9:9]:42"];
    assert_eq!(tries(&house, theirs[0], None).await, 200);
    assert_eq!(tries(&house, theirs[1], Some("Bearer made.up.token")).await, 200);
    assert_eq!(tries(&house, theirs[2], None).await, 429);
    assert_eq!(tries(&house, theirs[2], Some("Bearer made.up.other")).await, 429);
    assert_eq!(tries(&house, "[2001:db8:0:8::1]:40", None).await, 200, "the next line");
    assert_eq!(tries(&house, "192.0.2.7:50", None).await, 200);
    house.later(1);
    assert_eq!(tries(&house, theirs[2], None).await, 200);
}

/// More at once than the queue takes, with the feed locked by somebody else.
#[tokio::test]
async fn a_flood_is_told_to_come_back_at_different_times_and_nothing_is_lost() {
    const PHONES: u8 = 8;
    const TIMES: usize = 120;
    let house = House::open().await;
    let mut phones = Vec::new();
    for seed in 1..=PHONES {
        let mut phone = Phone::enrolled(&house, "1001", seed).await;
        phone.pulls(&house).await;
        (0..3).for_each(|turn| phone.does(visit(HIS, &format!("{seed}：第{turn}次")), house.now()));
        phones.push(phone);
    }
    let hub = house.app.hub();
    let lock = hub.store().begin(hub.company()).await.expect("the lock");
    let router = router(house.app.clone());
    let (come, answered) = (AtomicU64::new(0), AtomicU64::new(0));
    let one = |phone: &Phone| {
        let request = Request::post("/api/v1/push")
            .header(header::AUTHORIZATION, format!("Bearer {}", phone.access))
            .header(header::CONTENT_TYPE, MEDIA_TYPE)
            .body(Body::from(phone.outgoing(house.now()).expect("three are unsent")))
            .expect("a request");
        let (router, come, answered) = (router.clone(), &come, &answered);
        async move {
            come.fetch_add(1, Ordering::SeqCst);
            let answer = router.oneshot(request).await.expect("the router answers");
            answered.fetch_add(1, Ordering::SeqCst);
            let after = answer.headers().get(header::RETRY_AFTER).map(|after| {
                after.to_str().ok().and_then(|after| after.parse::<u64>().ok()).expect("seconds")
            });
            let status = answer.status().as_u16();
            let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
            (status, after, body)
        }
    };
    let flood: Vec<_> = (0..TIMES).flat_map(|_| phones.iter().map(&one)).collect();
    let all = flood.len() as u64;
    let lifting = async {
        // Until every one of them has come, and those who are told to come back have been told.
        while come.load(Ordering::SeqCst) < all || answered.load(Ordering::SeqCst) < all - 512 - 128 {
            tokio::task::yield_now().await;
        }
        drop(lock);
    };
    let (answers, ()) = futures::join!(join_all(flood), lifting);
    let (mut taken, mut waits) = (0, std::collections::BTreeSet::new());
    for (status, after, body) in answers {
        match status {
            200 => {
                let reply: PushReply = minicbor::decode(&body).expect("a reply");
                assert_eq!(reply.through, 3);
                taken += 1;
            }
            503 => {
                let problem: Value = serde_json::from_slice(&body).expect("a problem");
                assert_eq!(problem["code"], "server.unavailable");
                waits.insert(after.expect("when to come back is said"));
            }
            other => panic!("{other}: {}", String::from_utf8_lossy(&body)),
        }
    }
    assert!(taken >= 512, "{taken} were taken");
    assert!(waits.len() > 1 && waits.iter().all(|wait| (2..=8).contains(wait)), "{waits:?}");
    for phone in &mut phones {
        phone.pushes(&house).await;
        assert_eq!(phone.replica.backlog().unsent, 0);
    }
    let head = house.access("3001").await;
    let visits = house.read(&head, "/api/v1/visits").await.ok();
    assert_eq!(visits["total"], 3 * u64::from(PHONES), "each once");
    assert!(hub.verify().await.expect("the store answers").holds());
}

/// Forty readers who ask for a page and take nothing of it: more than the store has connections for readers.
#[tokio::test]
async fn slow_readers_hold_neither_writers_nor_other_readers_up() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    let mut hers = Phone::enrolled(&house, "1002", 2).await;
    phone.pulls(&house).await;
    hers.pulls(&house).await;
    for turn in 0..300 {
        phone.does(visit(HIS, &format!("第{turn}次，{}", "谈了很多".repeat(60))), house.now());
    }
    phone.pushes(&house).await;
    let mut slow = Vec::new();
    for _ in 0..40 {
        let mut line = TcpStream::connect(house.at).await.expect("the server listens");
        let asked = format!(
            "GET /api/v1/pull?limit=1000 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n",
            phone.access
        );
        line.write_all(asked.as_bytes()).await.expect("the server reads");
        // One byte, and then no more: the answer has begun.
        assert_eq!(line.read_u8().await.expect("it answers"), b'H');
        slow.push(line);
    }
    hers.does(visit(HERS, "送样"), house.now());
    let replies = hers.pushes(&house).await;
    assert_eq!(replies.last().map(|reply| reply.through), Some(1), "a writer is not held up");
    hers.pulls(&house).await;
    if let ChosenStore::Sqlite(store) = house.app.hub().store() {
        let carried = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(store.writer()).await;
        let carried = carried.expect("the store answers");
        let (busy, log, done): (i64, i64, i64) = (carried.get(0), carried.get(1), carried.get(2));
        assert_eq!((busy, log), (0, done), "the log is carried over whole");
    }
    let mut moments = Vec::new();
    for _ in 0..8 {
        moments.push(house.app.snapshot().await.expect("as many readers as there are connections"));
    }
    assert!(moments[0].head().await.expect("the store answers").position > 300);
}
