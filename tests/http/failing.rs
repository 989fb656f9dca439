//! The database breaks off in the middle, wherever that may be: the answer says so, what is stored is nothing or the whole,
//! the phone keeps what it has, and the same request again does what it would have done, once.
//!
//! SQLite breaks off in the middle of a statement; the line to Postgres breaks before a question, or before its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde_json::json;
use server::store::{ChosenStore, postgres::PostgresStore};
use sync_core::wire::{MEDIA_TYPE, PushReply};
use tests::books::{Book, Shelf, is_over_postgres};
use tests::line::{Line, Lost};
use tests::postgres::Database;

use crate::client::{Answer, Request};
use crate::house::{HIS, House, who};
use crate::phone::{Phone, cash, hex, visit};
use crate::picture::jpeg;

/// So many steps of SQLite's machine are one tick.
const STEPS: i32 = 10;

/// For how long a lock is waited for that a broken connection has not let go of yet.
const PATIENCE: Duration = Duration::from_secs(10);

/// A house whose database breaks off after so many ticks: steps of SQLite's machine, or questions to Postgres.
struct Breaking {
    house: House,
    line: Option<Line>,
    left: Arc<AtomicI64>,
}

impl Breaking {
    /// One for each way in which the database of this run breaks.
    async fn ways() -> Vec<Self> {
        if !is_over_postgres() {
            return vec![Self { house: House::open().await, line: None, left: Arc::default() }];
        }
        let mut ways = Vec::new();
        for lost in [Lost::Question, Lost::Answer] {
            let database = Database::fresh().await;
            let line = Line::to(&database, lost);
            let store = PostgresStore::open_within(line.options(&database), PATIENCE).await;
            let store = ChosenStore::Postgres(store.expect("the database opens"));
            let house = House::over(Book { store, shelf: Shelf::Database(database) }).await;
            ways.push(Self { house, line: Some(line), left: Arc::default() });
        }
        ways
    }

    /// Makes it break off after so many ticks.
    async fn breaks_at(&mut self, ticks: u32) {
        let ChosenStore::Sqlite(store) = self.house.app.hub().store() else {
            return self.line.as_ref().expect("Postgres is behind a line").break_at(ticks).await;
        };
        // The writer's connection is another after it broke off, so each try tells it anew.
        self.left = Arc::new(AtomicI64::new(ticks.into()));
        let mut writer = store.writer().acquire().await.expect("the writer");
        let counted = Arc::clone(&self.left);
        let mut handle = writer.lock_handle().await.expect("its handle");
        handle.set_progress_handler(STEPS, move || counted.fetch_sub(1, Ordering::SeqCst) > 1);
    }

    /// Nothing breaks any more. Whether anything has.
    fn heals(&self) -> bool {
        self.line.as_ref().map_or_else(|| self.left.swap(i64::MAX, Ordering::SeqCst) <= 0, Line::heal)
    }

    /// Sends a request again and again, and breaks it off a tick later each time, until it goes through. How often it did
    /// not; `still` looks each time at what is stored.
    async fn breaks(&mut self, request: Request, mut still: impl AsyncFnMut(&House)) -> (u32, Answer) {
        for ticks in 1_u32.. {
            self.breaks_at(ticks).await;
            let answer = request.clone().send().await;
            let broke = self.heals();
            if !broke {
                return (ticks - 1, answer);
            }
            let problem = answer.problem(503, "server.unavailable");
            assert!(
                problem["detail"].as_str().is_some_and(|said| said.contains("过一会儿再试")),
                "{problem}"
            );
            assert!(answer.header("retry-after").is_some(), "when to come back is said");
            still(&self.house).await;
        }
        unreachable!("it goes through at last")
    }

    /// Whether something that was answered with "not now" may be stored all the same.
    const fn may_be_whole(&self) -> bool {
        self.line.is_some()
    }
}

#[tokio::test]
async fn a_push_that_breaks_off_anywhere_is_answered_and_stays_in_the_outbox() {
    for mut way in Breaking::ways().await {
        let house = &way.house;
        let mut phone = Phone::enrolled(house, "1001", 1).await;
        phone.pulls(house).await;
        for turn in 0..3 {
            phone.does(visit(HIS, &format!("第{turn}次")), house.now());
        }
        phone.does(cash(HIS, "4000.00", 1), house.now());
        let head = house.access("3001").await;
        let bytes = phone.outgoing(house.now()).expect("four are unsent");
        let request = house.post("/api/v1/push").bearer(&phone.access).header("content-type", MEDIA_TYPE);
        let may_be_whole = way.may_be_whole();
        let (broken, answer) = way
            .breaks(request.bytes(bytes), async |house| {
                assert_eq!(phone.replica.backlog().unsent, 4);
                let stored = house.read(&head, "/api/v1/visits").await.ok()["total"].clone();
                assert!(
                    stored == 0 || (may_be_whole && stored == 3),
                    "nothing of it is stored, or all: {stored}"
                );
            })
            .await;
        assert!(broken > 10, "{broken} times");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let reply: PushReply = minicbor::decode(&answer.body).expect("a reply");
        let house = &way.house;
        phone.replica.acknowledge(&reply, house.now());
        assert_eq!((phone.replica.backlog().unsent, reply.through), (0, 4));
        assert_eq!(house.read(&head, "/api/v1/visits").await.ok()["total"], 3);
        assert!(house.app.hub().verify().await.expect("the store answers").holds());
    }
}

#[tokio::test]
async fn a_command_that_breaks_off_anywhere_is_carried_out_once() {
    for mut way in Breaking::ways().await {
        let house = &way.house;
        let head = house.access("3001").await;
        let before = house.app.hub().look().await.expect("the store answers");
        let created = json!({
            "op": "customer-created", "owner": who("1001"), "contacts": [],
            "fields": [["name", { "type": "text", "value": "新街口粮油店" }]],
        });
        let request = house.post("/api/v1/commands").bearer(&head).header("idempotency-key", "once");
        let may_be_whole = way.may_be_whole();
        let (broken, answer) = way
            .breaks(request.json(&created), async |house| {
                let position = house.app.hub().look().await.expect("the store answers");
                assert!(position == before || (may_be_whole && position == before + 1), "{position}");
            })
            .await;
        assert!(broken > 10, "{broken} times");
        assert_eq!(answer.ok()["position"], before + 1);
        let house = &way.house;
        assert_eq!(house.app.hub().look().await.expect("the store answers"), before + 1);
        assert!(house.app.hub().verify().await.expect("the store answers").holds());
    }
}

#[tokio::test]
async fn a_transfer_and_a_revocation_that_break_off_anywhere_are_done_once() {
    for way in Breaking::ways().await {
        moves_and_revokes(way).await;
    }
}

async fn moves_and_revokes(mut way: Breaking) {
    let house = &way.house;
    let phone = Phone::enrolled(house, "1001", 1).await;
    let (head, admin) = (house.access("3001").await, house.access("5001").await);
    let transfer = json!({ "from": who("1001"), "to": who("1002"), "reason": "调岗" });
    let transfers = house.post("/api/v1/transfers").bearer(&head).json(&transfer);
    let revokes = house.request("DELETE", &format!("/api/v1/devices/{}", phone.device()));
    let revokes = revokes.bearer(&admin).json(&json!({ "reason": "丢了" }));
    for request in [transfers, revokes] {
        let before = way.house.app.hub().look().await.expect("the store answers");
        let request = request.header("idempotency-key", "once");
        let may_be_whole = way.may_be_whole();
        let (broken, answer) = way
            .breaks(request.clone(), async |house| {
                let now = house.app.hub().look().await.expect("the store answers");
                assert!(now == before || (may_be_whole && now == before + 1), "{now} after {before}");
            })
            .await;
        assert!(broken > 10, "{broken} times");
        let done = answer.ok();
        assert_eq!(done["position"], before + 1);
        assert_eq!(request.send().await.ok(), done, "asked again after the answer was lost");
        assert_eq!(way.house.app.hub().look().await.expect("the store answers"), before + 1);
    }
    assert!(way.house.app.hub().verify().await.expect("the store answers").holds());
}

#[tokio::test]
async fn a_photo_that_breaks_off_anywhere_is_kept_once() {
    for mut way in Breaking::ways().await {
        let house = &way.house;
        let phone = Phone::enrolled(house, "1001", 1).await;
        let photo = jpeg("a slip");
        let name = hex(&sync_core::log::sha256(&[&photo]));
        let request = house.request("PUT", &format!("/api/v1/blobs/{name}")).bearer(&phone.access);
        let (broken, answer) = way.breaks(request.bytes(photo), async |_| {}).await;
        assert!(broken > 3, "{broken} times");
        let told = answer.status == 201 || (way.may_be_whole() && answer.status == 200);
        assert!(told, "{}", answer.text());
        assert!(way.house.app.hub().verify().await.expect("the store answers").holds());
    }
}
