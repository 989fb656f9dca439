//! A store that cannot write: every answer says so in the reader's language, and whoever asks again loses nothing.

use sqlx::{Connection, Executor, SqliteConnection};
use sync_core::wire::PushReply;

use crate::client::{Answer, Request};
use crate::house::{HIS, House};
use crate::phone::{Phone, visit};

async fn pages(house: &House, most: &str) -> i64 {
    let mut writer = house.app.hub().store().writer().acquire().await.expect("the writer");
    let asked = format!("PRAGMA max_page_count = {most}");
    writer.execute(sqlx::AssertSqlSafe(asked)).await.expect("a disk of that size");
    sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *writer).await.expect("a count")
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
    let there = pages(&house, "4294967294").await;
    pages(&house, &there.to_string()).await;
    let bytes = phone.outgoing(house.now()).expect("forty are unsent");
    is_said(&push(&house, &phone, &bytes).send().await, "server.full", "磁盘满了");
    is_said(&push(&house, &phone, &bytes).english().send().await, "server.full", "disk is full");
    assert_eq!(house.read(&phone.access, "/api/v1/visits").await.ok()["total"], 0);
    pages(&house, "4294967294").await;
    is_taken_in_the_end(&house, phone).await;
}

#[tokio::test]
async fn a_locked_file_is_told_in_both_languages_and_nothing_is_lost() {
    let house = House::open().await;
    let phone = busy_phone(&house).await;
    let address = format!("sqlite:{}", house.file().display());
    let mut holder = SqliteConnection::connect(&address).await.expect("another program");
    holder.execute("BEGIN IMMEDIATE").await.expect("locked");
    let bytes = phone.outgoing(house.now()).expect("forty are unsent");
    is_said(&push(&house, &phone, &bytes).send().await, "server.unavailable", "打不开");
    is_said(&push(&house, &phone, &bytes).english().send().await, "server.unavailable", "cannot be opened");
    assert_eq!(house.read(&phone.access, "/api/v1/visits").await.ok()["total"], 0, "reading goes on");
    holder.execute("ROLLBACK").await.expect("let go");
    is_taken_in_the_end(&house, phone).await;
}
