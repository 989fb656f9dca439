//! A store that cannot write: every answer says so in the reader's language, and whoever asks again loses nothing.

use server::store::ChosenStore;
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use sync_core::wire::PushReply;
use tests::books::{Book, Shelf, edit};

use crate::client::{Answer, Request};
use crate::house::{HIS, House};
use crate::phone::{Phone, visit};

async fn pages(store: &server::store::sqlite::SqliteStore, most: &str) -> i64 {
    let mut writer = store.writer().acquire().await.expect("the writer");
    let asked = format!("PRAGMA max_page_count = {most}");
    writer.execute(sqlx::AssertSqlSafe(asked)).await.expect("a disk of that size");
    sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *writer).await.expect("a count")
}

/// Makes the disk full: a file may not grow, and Postgres says of every entry what it says when its own disk is full.
async fn fill(house: &House) {
    match house.app.hub().store() {
        ChosenStore::Sqlite(store) => {
            let there = pages(store, "4294967294").await;
            pages(store, &there.to_string()).await;
        }
        ChosenStore::Postgres(_) => {
            let store = house.app.hub().store();
            edit(
                store,
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS \
                 $$BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END$$",
            )
            .await;
            edit(store, "CREATE TRIGGER full_disk BEFORE INSERT ON runs EXECUTE FUNCTION full_disk()").await;
        }
    }
}

/// Makes room.
async fn make_room(house: &House) {
    match house.app.hub().store() {
        ChosenStore::Sqlite(store) => {
            pages(store, "4294967294").await;
        }
        ChosenStore::Postgres(_) => {
            edit(house.app.hub().store(), "DROP TRIGGER full_disk ON runs").await;
        }
    }
}

/// Another program that holds the book.
enum Holder {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Holder {
    async fn of(house: &House) -> Self {
        match house.shelf() {
            Shelf::Folder(folder) => {
                let address = format!("sqlite:{}", folder.join("fieldbook.db").display());
                let mut holder = SqliteConnection::connect(&address).await.expect("another program");
                holder.execute("BEGIN IMMEDIATE").await.expect("locked");
                Self::Sqlite(holder)
            }
            Shelf::Database(database) => {
                let mut holder = database.connection().await;
                holder.execute("BEGIN").await.expect("begun");
                holder.execute("SELECT 1 FROM company FOR UPDATE").await.expect("locked");
                Self::Postgres(holder)
            }
        }
    }

    async fn lets_go(&mut self) {
        match self {
            Self::Sqlite(holder) => holder.execute("ROLLBACK").await.map(drop),
            Self::Postgres(holder) => holder.execute("ROLLBACK").await.map(drop),
        }
        .expect("let go");
    }
}

/// A phone with forty visits unsent: more than fits into the last free pages.
async fn busy_phone(house: &House) -> Phone {
    let mut phone = Phone::enrolled(house, "1001", 1).await;
    phone.pulls(house).await;
    for turn in 0..40 {
        phone.does(visit(HIS, &format!("第{turn}次，{}", "谈了很多".repeat(50))), house.now());
    }
    phone
}

fn push(house: &House, phone: &Phone, bytes: &[u8]) -> Request {
    let request = house.post("/api/v1/push").bearer(&phone.access);
    request.header("content-type", sync_core::wire::MEDIA_TYPE).bytes(bytes)
}

fn is_said(answer: &Answer, code: &str, word: &str) {
    let problem = answer.problem(503, code);
    assert!(problem["detail"].as_str().is_some_and(|said| said.contains(word)), "{problem}");
    assert!(answer.header("retry-after").is_some(), "when to come back is said");
}

/// The same push again is taken, whole and once.
async fn is_taken_in_the_end(house: &House, mut phone: Phone) {
    let replies: Vec<PushReply> = phone.pushes(house).await;
    assert_eq!(replies.last().map(|reply| reply.through), Some(40));
    assert_eq!(phone.replica.backlog().unsent, 0);
    let visits = house.read(&phone.access, "/api/v1/visits").await.ok();
    assert_eq!(visits["total"], 40);
    assert!(house.app.hub().verify().await.expect("the store answers").holds());
}

#[tokio::test]
async fn a_full_disk_is_told_in_both_languages_and_nothing_is_lost() {
    let house = House::open().await;
    let phone = busy_phone(&house).await;
    fill(&house).await;
    let bytes = phone.outgoing(house.now()).expect("forty are unsent");
    is_said(&push(&house, &phone, &bytes).send().await, "server.full", "磁盘满了");
    is_said(&push(&house, &phone, &bytes).english().send().await, "server.full", "disk is full");
    assert_eq!(house.read(&phone.access, "/api/v1/visits").await.ok()["total"], 0);
    make_room(&house).await;
    is_taken_in_the_end(&house, phone).await;
}

#[tokio::test]
async fn a_locked_book_is_told_in_both_languages_and_nothing_is_lost() {
    let house = House::over(Book::in_a_hurry().await).await;
    let phone = busy_phone(&house).await;
    let mut holder = Holder::of(&house).await;
    let bytes = phone.outgoing(house.now()).expect("forty are unsent");
    is_said(&push(&house, &phone, &bytes).send().await, "server.unavailable", "打不开");
    is_said(&push(&house, &phone, &bytes).english().send().await, "server.unavailable", "cannot be opened");
    assert_eq!(house.read(&phone.access, "/api/v1/visits").await.ok()["total"], 0, "reading goes on");
    holder.lets_go().await;
    is_taken_in_the_end(&house, phone).await;
}
