//! What can go wrong with a file, each told apart.

use std::time::Duration;

use server::store::{
    Head, Inspection, Snapshot, Store, StoreError, Tables, Unit, Upkeep, sqlite::SqliteStore,
};
use sqlx::{Connection, Executor};
use sync_core::{scope::Scope, time::Timestamp};

use crate::{
    backend::Folder,
    sample::{COMPANY, card, founded, order, row, save, visit, writing},
};

async fn opened(folder: &Folder) -> SqliteStore {
    SqliteStore::open(&folder.file("book.db")).await.expect("a store")
}

#[tokio::test]
async fn what_was_committed_is_there_when_the_file_is_opened_again() {
    let folder = Folder::fresh();
    let store = opened(&folder).await;
    founded(&store).await;
    save(&store, COMPANY, &writing(vec![row(1, 1, &[Scope::Common])])).await;
    store.close().await;
    let mut moment = opened(&folder).await.snapshot(COMPANY).await.expect("a moment");
    assert_eq!(moment.head().await.expect("a head").position, 1);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_said_to_be_none_and_left_alone() {
    let folder = Folder::fresh();
    let words = "这不是数据库 ".repeat(1_000);
    std::fs::write(folder.file("book.db"), &words).expect("a file");
    let refused = SqliteStore::open(&folder.file("book.db")).await;
    assert!(matches!(&refused, Err(StoreError::Corrupt(why)) if why.contains("not a")), "{refused:?}");
    assert_eq!(std::fs::read_to_string(folder.file("book.db")).expect("the file"), words);
}

#[tokio::test]
async fn a_file_that_another_process_has_locked_is_not_available() {
    let folder = Folder::fresh();
    let store = opened(&folder).await;
    founded(&store).await;
    let other =
        SqliteStore::open_within(&folder.file("book.db"), Duration::from_millis(20)).await.expect("a store");
    let unit = store.begin(COMPANY).await.expect("the lock");
    let refused = other.begin(COMPANY).await.err();
    assert!(matches!(&refused, Some(StoreError::Unavailable(why)) if why.contains("locked")), "{refused:?}");
    drop(unit);
}

#[tokio::test]
async fn a_file_that_is_locked_while_it_is_opened_is_not_available() {
    let folder = Folder::fresh();
    let store = opened(&folder).await;
    founded(&store).await;
    store.close().await;
    let address = format!("sqlite:{}", folder.file("book.db").display());
    let mut holder = sqlx::SqliteConnection::connect(&address).await.expect("another program");
    holder.execute("PRAGMA locking_mode = EXCLUSIVE").await.expect("exclusive");
    holder.execute("BEGIN EXCLUSIVE").await.expect("locked");
    let refused = SqliteStore::open_within(&folder.file("book.db"), Duration::from_millis(20)).await;
    assert!(matches!(&refused, Err(StoreError::Unavailable(why)) if why.contains("locked")), "{refused:?}");
}

#[tokio::test]
async fn a_full_disk_is_said_to_be_full_and_nothing_is_written() {
    let folder = Folder::fresh();
    let store = opened(&folder).await;
    founded(&store).await;
    let mut holder = store.writer().acquire().await.expect("the writer");
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *holder).await.expect("a count");
    let full = format!("PRAGMA max_page_count = {}", pages + 2);
    holder.execute(sqlx::AssertSqlSafe(full)).await.expect("a small disk");
    drop(holder);
    let mut much = writing((1..=500).map(|n| row(n, n, &[Scope::Common])).collect());
    much.papers = (1..=500).map(|n| visit(n, 1, 1, 1, "很多")).collect();
    let mut unit = store.begin(COMPANY).await.expect("the lock");
    let refused = match unit.save(&much).await {
        Ok(()) => unit.commit().await.err(),
        Err(error) => {
            drop(unit);
            Some(error)
        }
    };
    assert!(matches!(refused, Some(StoreError::Full(_))), "{refused:?}");
    let mut moment = store.begin(COMPANY).await.expect("the lock");
    assert_eq!(moment.head().await.expect("a head").position, 0);
}

#[tokio::test]
async fn tables_of_a_newer_version_are_not_touched() {
    let folder = Folder::fresh();
    let store = opened(&folder).await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'later', 1, x'00', 0)";
    store.writer().execute(newer).await.expect("a trace of a newer version");
    store.close().await;
    let refused = SqliteStore::open(&folder.file("book.db")).await;
    assert!(matches!(&refused, Err(StoreError::Migration(why)) if why.contains("newer")), "{refused:?}");
}

/// Decision 029: while servers are replaced one by one, the earlier version starts again beside tables of the later one.
#[tokio::test]
async fn tables_that_a_newer_version_has_only_added_to_serve_the_earlier_one_as_well() {
    let folder = Folder::fresh();
    let store = opened(&folder).await;
    founded(&store).await;
    for statement in [
        "CREATE TABLE later (company BLOB NOT NULL PRIMARY KEY, what TEXT) STRICT",
        "ALTER TABLE device_logs ADD COLUMN later TEXT",
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'adds what comes later', 1, x'00', 0)",
    ] {
        store.writer().execute(statement).await.expect("a newer version was here");
    }
    store.close().await;
    let store = opened(&folder).await;
    save(&store, COMPANY, &writing(vec![row(1, 1, &[Scope::Common])])).await;
    assert_eq!(head(&store).await.position, 1);
    assert_eq!(store.tables().await.expect("it answers"), Tables::Ours, "and it is ready");
}

/// What makes of the tables of papers what they were before step 25, with the papers as they stood in them.
const BEFORE_BOOKS: [&str; 11] = [
    "CREATE TABLE before (company BLOB NOT NULL, kind INTEGER NOT NULL, id BLOB NOT NULL, scope BLOB, \
     state BLOB NOT NULL, customer BLOB, staff BLOB, at_ms INTEGER NOT NULL, amount_fen INTEGER, status TEXT, \
     label TEXT NOT NULL, search TEXT NOT NULL, made INTEGER, PRIMARY KEY (company, kind, id)) STRICT",
    "INSERT INTO before SELECT books.company, kind, id, \
     CASE scope WHEN x'' THEN CAST(x'01' || customer AS BLOB) ELSE scope END, state, customer, staff, at_ms, \
     amount_fen, status, label, search, made FROM papers JOIN books ON books.number = papers.book",
    "DROP TABLE papers",
    "DROP TABLE books",
    "ALTER TABLE before RENAME TO papers",
    "CREATE INDEX papers_by_time ON papers (company, kind, at_ms) WHERE status IS NOT NULL",
    "CREATE INDEX papers_by_staff ON papers (company, kind, staff, at_ms) WHERE staff IS NOT NULL",
    "CREATE INDEX papers_by_customer ON papers (company, customer, at_ms) WHERE customer IS NOT NULL",
    "CREATE INDEX papers_by_scope ON papers (company, scope) WHERE scope IS NOT NULL",
    "CREATE INDEX papers_by_label ON papers (company, kind, label) WHERE kind IN (1, 10)",
    "DELETE FROM _sqlx_migrations WHERE version = 25",
];

/// Decision 036: a file whose papers name their company by its id is read into one where a number does.
#[tokio::test]
async fn papers_of_a_file_of_the_version_before_stay_what_they_were() {
    let folder = Folder::fresh();
    let store = opened(&folder).await;
    founded(&store).await;
    let mut some = writing(vec![row(1, 1, &[Scope::Common])]);
    some.papers.extend([card(3, "百汇超市", 5), order(1, 3, 2, 40, 120)]);
    some.papers.extend((1..=12).map(|n| visit(n, 3, 2, 0, "催货款")));
    save(&store, COMPANY, &some).await;
    let before = store.snapshot(COMPANY).await.expect("a moment").shown(None, 50).await.expect("columns");
    assert_eq!(before.len(), 14);
    for statement in BEFORE_BOOKS {
        store.writer().execute(statement).await.expect("as it was");
    }
    store.close().await;
    let store = opened(&folder).await;
    let mut after = store.snapshot(COMPANY).await.expect("a moment");
    assert_eq!(after.shown(None, 50).await.expect("columns"), before);
    let short: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM papers WHERE scope = x''")
        .fetch_one(store.readers())
        .await
        .expect("a count");
    assert_eq!(short, 13, "the visit that is withheld stands in its author's scope");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_not_available() {
    let folder = Folder::fresh();
    let refused = SqliteStore::open(&folder.file("no/such/book.db")).await;
    assert!(matches!(&refused, Err(StoreError::Unavailable(why)) if why.contains("book.db")), "{refused:?}");
}

async fn head(store: &SqliteStore) -> Head {
    store.snapshot(COMPANY).await.expect("a moment").head().await.expect("a head")
}

/// So many seconds after the beginning of 2020.
fn seconds(seconds: u64) -> Timestamp {
    Timestamp::from_millis(1_577_836_800_000 + seconds * 1_000)
}

#[tokio::test]
async fn a_backup_is_the_whole_book_and_overwrites_nothing() {
    let folder = Folder::fresh();
    let store = opened(&folder).await;
    founded(&store).await;
    save(&store, COMPANY, &writing(vec![row(1, 1, &[Scope::Common])])).await;
    // Somebody is writing meanwhile, and an earlier backup was cut off.
    let unit = store.begin(COMPANY).await.expect("the lock");
    std::fs::write(folder.file("copy.db.part"), "half").expect("a file");
    let copy = folder.file("copy.db");
    store.backup(&copy).await.expect("a backup");
    drop(unit);
    assert!(matches!(store.backup(&copy).await, Err(StoreError::Conflict(_))));
    let restored = SqliteStore::open(&copy).await.expect("the backup opens");
    assert_eq!(head(&restored).await.position, 1);
    restored.close().await;
    store.close().await;
    assert_eq!(folder.files(), ["book.db", "copy.db"]);
}

#[tokio::test]
async fn every_copy_that_is_served_from_begins_a_life_of_its_own() {
    let folder = Folder::fresh();
    let store = opened(&folder).await;
    founded(&store).await;
    store.begin_life(seconds(500)).await.expect("begun");
    assert_eq!(head(&store).await.epoch, 1, "the book itself goes on with its life");
    let (one, two) = (folder.file("one.db"), folder.file("two.db"));
    for copy in [&one, &two] {
        store.backup(copy).await.expect("a backup");
    }
    let mut epochs = Vec::new();
    for (copy, at) in [(&one, 600), (&two, 700)] {
        let copy = SqliteStore::open(copy).await.expect("the backup opens");
        assert_eq!(head(&copy).await.epoch, 1, "looking at it changes nothing");
        copy.begin_life(seconds(at)).await.expect("begun");
        copy.begin_life(seconds(at + 50)).await.expect("begun before");
        epochs.push(head(&copy).await.epoch);
    }
    assert_eq!(epochs, [600, 700]);
    // A copy of the copy, opened under a clock that stands far back.
    let third = folder.file("three.db");
    SqliteStore::open(&two).await.expect("it opens").backup(&third).await.expect("a backup");
    let third = SqliteStore::open(&third).await.expect("the backup opens");
    third.begin_life(seconds(3)).await.expect("begun");
    assert_eq!(head(&third).await.epoch, 701);
}

#[tokio::test]
async fn a_backup_that_cannot_be_finished_leaves_nothing_behind() {
    let folder = Folder::fresh();
    let store = opened(&folder).await;
    founded(&store).await;
    store.writer().execute("DROP TABLE company").await.expect("the copy cannot be marked");
    store.backup(&folder.file("copy.db")).await.expect_err("no backup");
    store.close().await;
    assert_eq!(folder.files(), ["book.db"]);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_but_its_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::fresh();
    let store = opened(&folder).await;
    founded(&store).await;
    for entry in std::fs::read_dir(folder.path()).expect("the folder").flatten() {
        let mode = entry.metadata().expect("its mode").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", entry.path().display());
    }
}
