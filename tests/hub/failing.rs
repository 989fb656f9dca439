//! A store that fails at every N-th call of a day, before the call is done, or after it is durable and only its answer is
//! lost: never a half-applied state, always a clear error, and whoever asks again gets what they would have got.

use std::sync::{Arc, atomic::AtomicU64};

use server::{
    hub::Hub,
    store::{Store, StoreError, postgres::PostgresStore},
};
use tests::{failing::Failing, memory::MemoryStore, postgres::Database};

use crate::{
    day::{Day, Folder, Step, StoredBook, same},
    house::{minute, outside},
};

/// What a step answers and leaves behind where nothing fails.
struct Plainly {
    answer: String,
    book: StoredBook,
}

async fn without_failures<S: Store>(store: S) -> Vec<Plainly> {
    let day = Day::begins(store).await;
    let mut all = Vec::new();
    for step in Step::ALL {
        let answer = day.does(step).await.expect("nothing fails");
        all.push(Plainly { answer, book: day.book().await });
        let counters = day.house.holds().await.counters;
        assert_eq!(counters.received, counters.applied + counters.held + counters.quarantined);
    }
    all
}

/// Before every N-th call: the book is as it was before, and in the end what it would have been.
async fn fails_before_every_call<S: Store>(store: S, plainly: &[Plainly], error: &StoreError) -> u64 {
    let day = Day::begins(store).await;
    let (mut before, mut failures) = (day.book().await, 0);
    for (step, plainly) in Step::ALL.into_iter().zip(plainly) {
        for call in 1.. {
            day.hub().store().fail_at(call, error.clone());
            let answer = day.does(step).await;
            let failed = day.hub().store().heal();
            let when = format!("{step:?}, call {call}, {failed:?}, {error}");
            match (failed, answer) {
                (Some(_), Err(said)) => {
                    failures += 1;
                    assert_eq!(said, *error, "{when}");
                    same(&day.book().await, &before, &when);
                }
                // What could not be read for the whole group is read for each push alone.
                (Some(_), Ok(_)) if step != Step::Group || !matches!(error, StoreError::Corrupt(_)) => {
                    panic!("{when}: an answer as if nothing had failed")
                }
                (_, answer) => {
                    assert_eq!(answer.as_ref(), Ok(&plainly.answer), "{when}");
                    same(&day.book().await, &plainly.book, &when);
                    assert!(failed.is_some() || call > 1, "{step:?} asks the store for nothing");
                    if failed.is_none() {
                        break;
                    }
                    // It is in the book now; where else it may fail, the other errors show.
                    break;
                }
            }
        }
        before = day.book().await;
    }
    day.house.holds().await;
    failures
}

/// After every durable write: the book is whole, and asking again changes nothing.
async fn loses_every_answer<S: Store>(store: S, plainly: &[Plainly]) -> u64 {
    let day = Day::begins(store).await;
    let mut lost = 0;
    for (step, plainly) in Step::ALL.into_iter().zip(plainly).filter(|(step, _)| step.writes()) {
        day.hub().store().lose_answer(1);
        let answer = day.does(step).await;
        let failed = day.hub().store().heal().expect("it writes");
        let when = format!("{step:?}, after {failed}");
        assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{when}: {answer:?}");
        lost += 1;
        same(&day.book().await, &plainly.book, &when);
        if step.is_unnamed() {
            continue;
        }
        let again = day.does(step).await.expect("nothing fails any more");
        assert_eq!(again == plainly.answer, step.answers_the_same_again(), "{when}: {again}");
        same(&day.book().await, &plainly.book, &format!("{when}, and again"));
    }
    day.house.holds().await;
    lost
}

fn errors() -> [StoreError; 3] {
    [
        StoreError::Unavailable("it was made to fail".into()),
        StoreError::Full("it was made to fail".into()),
        StoreError::Corrupt("it was made to fail".into()),
    ]
}

#[tokio::test]
async fn a_store_in_memory_that_fails_at_any_call_leaves_nothing_half_done() {
    let plainly = without_failures(MemoryStore::default()).await;
    for error in errors() {
        let failures = fails_before_every_call(MemoryStore::default(), &plainly, &error).await;
        assert!(failures > 100, "{failures} failures");
    }
}

#[tokio::test]
async fn a_store_in_a_file_that_fails_at_any_call_leaves_nothing_half_done() {
    let folder = Folder::fresh("call");
    let plainly = without_failures(folder.store("plain").await).await;
    for (turn, error) in errors().into_iter().enumerate() {
        let store = folder.store(&turn.to_string()).await;
        let failures = fails_before_every_call(store.clone(), &plainly, &error).await;
        assert!(failures > 100, "{failures} failures");
        store.close().await;
    }
}

#[tokio::test]
async fn a_store_in_postgres_that_fails_at_any_call_leaves_nothing_half_done() {
    let plainly = without_failures(MemoryStore::default()).await;
    for error in errors() {
        let database = Database::fresh().await;
        let store = PostgresStore::open(database.options()).await.expect("a store");
        let failures = fails_before_every_call(store.clone(), &plainly, &error).await;
        assert!(failures > 100, "{failures} failures");
        store.close().await;
    }
    let database = Database::fresh().await;
    let store = PostgresStore::open(database.options()).await.expect("a store");
    loses_every_answer(store.clone(), &plainly).await;
    store.close().await;
}

#[tokio::test]
async fn a_store_whose_answer_is_lost_has_it_whole_and_asking_again_changes_nothing() {
    let folder = Folder::fresh("answer");
    let plainly = without_failures(MemoryStore::default()).await;
    let writing = Step::ALL.into_iter().filter(|step| step.writes()).count() as u64;
    assert_eq!(loses_every_answer(MemoryStore::default(), &plainly).await, writing);
    let store = folder.store("lost").await;
    assert_eq!(loses_every_answer(store.clone(), &plainly).await, writing);
    store.close().await;
}

#[tokio::test]
async fn the_same_day_is_the_same_book_in_every_store() {
    let folder = Folder::fresh("same");
    let memory = without_failures(MemoryStore::default()).await;
    let store = folder.store("book").await;
    for ((step, one), other) in Step::ALL.iter().zip(&memory).zip(without_failures(store.clone()).await) {
        assert_eq!(one.answer, other.answer, "{step:?}");
        same(&one.book, &other.book, &format!("{step:?}"));
    }
    store.close().await;
}

#[tokio::test]
async fn a_company_whose_founding_fails_is_not_there_and_one_whose_answer_is_lost_is_whole() {
    let store = Failing::around(MemoryStore::default());
    let founded = async || {
        let outside = outside(Arc::new(AtomicU64::new(1)), 0);
        Hub::found(store.clone(), "塞北食品", outside, minute(0)).await.map(|hub| hub.company())
    };
    store.fail_at(1, StoreError::Full("no room".into()));
    assert_eq!(founded().await, Err(StoreError::Full("no room".into())));
    assert_eq!(store.companies().await.expect("it answers"), []);
    store.lose_answer(1);
    assert!(matches!(founded().await, Err(StoreError::Unavailable(_))));
    let opened = Hub::open(store.clone(), None, outside(Arc::default(), 0)).await.expect("it answers");
    assert!(opened.expect("the company is there").verify().await.expect("it answers").holds());
    assert!(matches!(founded().await, Err(StoreError::Conflict(_))), "the same company twice");
}
