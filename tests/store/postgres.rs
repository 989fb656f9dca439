//! What can go wrong with Postgres, each told apart; and what several servers over one database must not do to each other.

use std::{str::FromStr, time::Duration};

use futures::future::join_all;
use server::{
    auth::Subject,
    store::{ChosenStore, Head, Identities, Snapshot, Store, StoreError, Unit, postgres::PostgresStore},
};
use sqlx::{AssertSqlSafe, Executor, postgres::PgConnectOptions};
use sync_core::{scope::Scope, time::Timestamp};
use tests::postgres::Database;

use crate::law::writes_or_gives_up;
use crate::sample::{COMPANY, founded, row, save, visit, writing};

async fn opened(database: &Database) -> PostgresStore {
    PostgresStore::open(database.options()).await.expect("a store")
}

async fn head(store: &PostgresStore) -> Head {
    store.snapshot(COMPANY).await.expect("a moment").head().await.expect("a head")
}

async fn told(database: &Database, statement: &str) {
    let mut connection = database.connection().await;
    connection.execute(AssertSqlSafe(statement.to_owned())).await.expect("it is done");
}

fn says(refused: Option<StoreError>, words: &[&str]) {
    let Some(refused) = refused else { panic!("it was done") };
    for word in words {
        assert!(refused.to_string().contains(word), "{word} is not in: {refused}");
    }
}

#[tokio::test]
async fn what_was_committed_is_there_when_another_server_opens_the_database() {
    let database = Database::fresh().await;
    let store = opened(&database).await;
    founded(&store).await;
    save(&store, COMPANY, &writing(vec![row(1, 1, &[Scope::Common])])).await;
    assert_eq!(head(&opened(&database).await).await.position, 1);
}

#[tokio::test]
async fn two_servers_over_one_database_make_one_dense_feed() {
    let database = Database::fresh().await;
    let servers = [opened(&database).await, opened(&database).await];
    founded(&servers[0]).await;
    let write = |seq: u64| {
        let store = servers[usize::from(seq.is_multiple_of(2))].clone();
        writes_or_gives_up(store, seq)
    };
    join_all((1..=60).map(write)).await;
    for server in &servers {
        assert_eq!(head(server).await.position, 40);
    }
}

#[tokio::test]
async fn tries_on_one_number_at_several_servers_are_all_counted() {
    let database = Database::fresh().await;
    let servers = [opened(&database).await, opened(&database).await];
    let doors = servers.map(|store| Identities::new(&ChosenStore::Postgres(store), COMPANY));
    let now = Timestamp::from_millis(1_759_000_000_000);
    let tries = (0..4u8).map(|turn| {
        // From another address each time, so that the number alone is what they meet on.
        let subjects = [Subject::number("1001"), Subject::address(&format!("10.0.0.{turn}"))];
        doors[usize::from(turn % 2)].count_attempt(subjects, now)
    });
    let mut counted: Vec<u32> = join_all(tries)
        .await
        .into_iter()
        .map(|answer| answer.expect("the database answers").expect("nobody waits yet")[0].failures)
        .collect();
    counted.sort_unstable();
    assert_eq!(counted, [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_book_that_another_server_holds_is_not_available() {
    let database = Database::fresh().await;
    let store = opened(&database).await;
    founded(&store).await;
    let other =
        PostgresStore::open_within(database.options(), Duration::from_millis(20)).await.expect("a store");
    let unit = store.begin(COMPANY).await.expect("the lock");
    let refused = other.begin(COMPANY).await.err();
    assert!(matches!(refused, Some(StoreError::Unavailable(_))), "{refused:?}");
    says(refused, &["another server holds the book"]);
    assert_eq!(head(&other).await.position, 0, "reading goes on");
    drop(unit);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_not_available() {
    let nobody =
        PgConnectOptions::from_str("postgres:///book?host=/no/such/folder&user=nobody&password=geheim")
            .expect("a URL");
    let refused = PostgresStore::open(nobody).await.err();
    assert!(matches!(refused, Some(StoreError::Unavailable(_))), "{refused:?}");
    assert!(!format!("{refused:?}").contains("geheim"), "{refused:?}");
    says(refused, &["no answer from Postgres"]);
}

#[tokio::test]
async fn a_database_that_is_not_there_and_a_role_that_is_not_known_are_told_apart() {
    let database = Database::fresh().await;
    let missing = database.options().database("no_such_book");
    says(PostgresStore::open(missing).await.err(), &["CREATE DATABASE", "no_such_book"]);
    let stranger = database.options().username("no_such_role");
    says(PostgresStore::open(stranger).await.err(), &["does not let this role in", "no_such_role"]);
}

#[tokio::test]
async fn a_role_without_rights_is_told_so() {
    let database = Database::bare("ENCODING 'UTF8'").await;
    let role = format!("reader_of_{}", database.name());
    told(&database, &format!("CREATE ROLE {role} LOGIN")).await;
    let refused = PostgresStore::open(database.options().username(&role)).await.err();
    told(&database, &format!("DROP ROLE {role}")).await;
    says(refused, &["has not the rights"]);
}

#[tokio::test]
async fn a_database_that_only_reads_is_told_so() {
    let database = Database::fresh().await;
    founded(&opened(&database).await).await;
    told(&database, &format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name()))
        .await;
    let store = opened(&database).await;
    assert_eq!(head(&store).await.position, 0);
    says(store.begin(COMPANY).await.err(), &["only reads"]);
}

#[tokio::test]
async fn a_database_of_another_encoding_is_refused() {
    let database = Database::bare("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'").await;
    let refused = PostgresStore::open(database.options()).await.err();
    assert!(matches!(refused, Some(StoreError::Migration(_))), "{refused:?}");
    says(refused, &["LATIN1", "ENCODING 'UTF8'"]);
}

#[tokio::test]
async fn tables_of_a_newer_version_are_not_touched() {
    let database = Database::fresh().await;
    told(
        &database,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'later', true, '\\x00', 0)",
    )
    .await;
    let refused = PostgresStore::open(database.options()).await;
    assert!(matches!(&refused, Err(StoreError::Migration(why)) if why.contains("newer")), "{refused:?}");
}

/// Decision 029: while servers are replaced one by one, the earlier version starts again beside tables of the later one.
#[tokio::test]
async fn tables_that_a_newer_version_has_only_added_to_serve_the_earlier_one_as_well() {
    let database = Database::fresh().await;
    for statement in [
        "CREATE TABLE later (company bytea PRIMARY KEY, what text)",
        "ALTER TABLE device_logs ADD COLUMN later text",
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'adds what comes later', true, '\\x00', 0)",
    ] {
        told(&database, statement).await;
    }
    let store = PostgresStore::open(database.options()).await.expect("it serves beside the later one");
    founded(&store).await;
    save(&store, COMPANY, &writing(vec![row(1, 1, &[Scope::Common])])).await;
    store.close().await;
}

#[tokio::test]
async fn a_book_that_lies_elsewhere_than_where_it_was_served_begins_a_new_life() {
    let database = Database::fresh().await;
    let store = opened(&database).await;
    founded(&store).await;
    let later = |seconds: u64| Timestamp::from_millis(1_795_140_000_000 + seconds * 1_000);
    let served = async |store: &PostgresStore, seconds: u64| {
        store.begin_life(later(seconds)).await.expect("it is served");
        head(store).await.epoch
    };
    assert_eq!((served(&store, 0).await, served(&store, 60).await), (1, 1), "it lies where it lay");
    // Restored by the tools of Postgres: another database.
    let copy = database.dumped_and_restored().await;
    let restored = opened(&copy).await;
    let epoch = served(&restored, 120).await;
    assert!(epoch > 1, "a new life");
    assert_eq!(served(&restored, 180).await, epoch, "once");
    assert_eq!(served(&store, 180).await, 1, "the book itself goes on");
    // Put back as a whole, with the place it lies at: an operator says so.
    store.taken_back().await.expect("marked");
    assert!(served(&store, 240).await > 1);
    // A standby that took over writes another timeline.
    told(&copy, "UPDATE homes SET place = LEFT(place, -8) || '000000FF'").await;
    assert!(served(&restored, 300).await > epoch);
}

#[tokio::test]
async fn a_database_with_tables_of_others_is_refused_and_left_alone() {
    let database = Database::bare("ENCODING 'UTF8'").await;
    told(&database, "CREATE TABLE company (name text)").await;
    let refused = PostgresStore::open(database.options()).await.err();
    assert!(matches!(refused, Some(StoreError::Migration(_))), "{refused:?}");
    told(&database, "INSERT INTO company VALUES ('as it was')").await;
}

#[tokio::test]
async fn a_book_that_is_only_looked_at_is_not_written() {
    let database = Database::bare("ENCODING 'UTF8'").await;
    let refused = PostgresStore::look(database.options()).await.err();
    assert!(matches!(refused, Some(StoreError::Migration(_))), "{refused:?}");
    let database = Database::fresh().await;
    founded(&opened(&database).await).await;
    let looked = PostgresStore::look(database.options()).await.expect("it is there");
    assert_eq!(head(&looked).await.position, 0);
    says(looked.begin(COMPANY).await.err(), &["only reads"]);
}

#[tokio::test]
async fn a_full_disk_is_said_to_be_full_and_nothing_is_written() {
    let database = Database::fresh().await;
    let store = opened(&database).await;
    founded(&store).await;
    told(
        &database,
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION \
         'could not extend file: No space left on device' USING ERRCODE = '53100'; END$$; \
         CREATE TRIGGER full_disk BEFORE INSERT ON papers EXECUTE FUNCTION full_disk()",
    )
    .await;
    let mut much = writing(vec![row(1, 1, &[Scope::Common])]);
    much.papers = vec![visit(1, 1, 1, 1, "很多")];
    let mut unit = store.begin(COMPANY).await.expect("the lock");
    let refused = unit.save(&much).await;
    assert!(matches!(refused, Err(StoreError::Full(_))), "{refused:?}");
    drop(unit);
    assert_eq!(head(&store).await.position, 0);
}

/// So many seconds after the beginning of 2020.
fn seconds(seconds: u64) -> Timestamp {
    Timestamp::from_millis(1_577_836_800_000 + seconds * 1_000)
}

#[tokio::test]
async fn a_restored_copy_that_is_marked_begins_a_life_of_its_own() {
    let database = Database::fresh().await;
    let store = opened(&database).await;
    founded(&store).await;
    store.begin_life(seconds(500)).await.expect("begun");
    assert_eq!(head(&store).await.epoch, 1, "the book itself goes on with its life");
    told(&database, "UPDATE company SET copied = 1").await;
    store.begin_life(seconds(600)).await.expect("begun");
    store.begin_life(seconds(700)).await.expect("begun before");
    assert_eq!(head(&store).await.epoch, 600);
    told(&database, "UPDATE company SET copied = 1").await;
    store.begin_life(seconds(3)).await.expect("begun");
    assert_eq!(head(&store).await.epoch, 601, "it only ever grows");
}

#[tokio::test]
async fn a_commit_waits_for_the_disk_whatever_the_database_was_set_to() {
    let database = Database::fresh().await;
    told(&database, &format!("ALTER DATABASE {} SET synchronous_commit = off", database.name())).await;
    let store = opened(&database).await;
    let set: String =
        sqlx::query_scalar("SHOW synchronous_commit").fetch_one(store.readers()).await.expect("set");
    assert_eq!(set, "on");
}

#[tokio::test]
async fn a_connection_that_was_ended_is_replaced() {
    let database = Database::fresh().await;
    let store = opened(&database).await;
    founded(&store).await;
    told(
        &database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .await;
    save(&store, COMPANY, &writing(vec![row(1, 1, &[Scope::Common])])).await;
    assert_eq!(head(&store).await.position, 1);
}
