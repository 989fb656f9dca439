//! A company beside another that has all the same ids is as if it were alone: no statement of a store crosses companies.

use server::store::{Store, postgres::PostgresStore};
use tests::{memory::MemoryStore, postgres::Database};

use crate::day::{Day, Folder, Step, same};

/// Another company lives half of the day, with the same devices, people, customers and files; then this one lives its own.
async fn is_as_if_alone<S: Store>(alone: S, shared: S) {
    let alone = Day::begins(alone).await;
    let other = Day::of(shared.clone(), 1).await;
    assert_ne!(alone.hub().company(), other.hub().company());
    assert_eq!(alone.hub().device(), other.hub().device(), "the same ids");
    for step in Step::ALL.into_iter().filter(|step| !matches!(step, Step::Transfers | Step::Revokes)) {
        other.does(step).await.expect("nothing fails");
    }
    let before = other.book().await;
    let beside = Day::begins(shared).await;
    same(&beside.book().await, &alone.book().await, "in the morning");
    for step in Step::ALL {
        assert_eq!(beside.does(step).await, alone.does(step).await, "{step:?}");
        same(&beside.book().await, &alone.book().await, &format!("{step:?}"));
    }
    same(&other.book().await, &before, "the other company");
    other.house.holds().await;
    beside.house.holds().await;
}

#[tokio::test]
async fn in_memory_a_company_beside_another_is_as_if_it_were_alone() {
    is_as_if_alone(MemoryStore::default(), MemoryStore::default()).await;
}

#[tokio::test]
async fn in_one_file_a_company_beside_another_is_as_if_it_were_alone() {
    let folder = Folder::fresh("beside");
    let (alone, shared) = (folder.store("alone").await, folder.store("shared").await);
    is_as_if_alone(alone.clone(), shared.clone()).await;
    alone.close().await;
    shared.close().await;
}

#[tokio::test]
async fn in_one_database_a_company_beside_another_is_as_if_it_were_alone() {
    let (one, two) = (Database::fresh().await, Database::fresh().await);
    let alone = PostgresStore::open(one.options()).await.expect("a store");
    let shared = PostgresStore::open(two.options()).await.expect("a store");
    is_as_if_alone(alone.clone(), shared.clone()).await;
    alone.close().await;
    shared.close().await;
}
