//! `fieldbook verify`: it only looks, whatever it is given, and knows a book from a device's log.

use std::path::Path;

use server::{hub::Hub, outside::Outside, store::sqlite::SqliteStore};

use crate::house::{Folder, fails_saying, stderr, stdout, succeeds};

/// The name, the size and the bytes of everything in a folder.
fn everything(folder: &Folder) -> Vec<(String, Vec<u8>)> {
    let read = |name: String| {
        let bytes = std::fs::read(folder.0.join(&name)).expect("a file of the folder");
        (name, bytes)
    };
    folder.files().into_iter().map(read).collect()
}

/// The hub's own log of the folder's book, as a file, with the company's public key in figures.
async fn log_of(folder: &Folder) -> (String, String) {
    let outside = Outside::real();
    let store = SqliteStore::open(&folder.database()).await.expect("the book opens");
    let hub = Hub::open(store, None, outside.clone()).await.expect("the store").expect("a company");
    let file = hub.log_file(hub.device(), |_| true, |_, _| true, outside.now()).await.expect("the store");
    let path = folder.0.join("hub.fieldbooklog");
    std::fs::write(&path, file.expect("the hub has a log")).expect("the file is written");
    hub.store().close().await;
    let key = hub.public_key().map(|byte| format!("{byte:02x}")).concat();
    (path.to_str().expect("a plain path").to_owned(), key)
}

#[test]
fn a_backup_that_is_checked_is_neither_written_nor_are_files_made_beside_it() {
    let folder = Folder::with_company();
    let copy = folder.0.join("copy.db");
    succeeds(&folder.run(&["backup", copy.to_str().expect("a plain path")]));
    let before = everything(&folder);
    assert!(
        succeeds(&folder.run(&["verify", copy.to_str().expect("a plain path")])).contains("everything holds")
    );
    assert!(succeeds(&folder.run(&["verify"])).contains("the company's public key"));
    assert_eq!(everything(&folder), before);
}

/// A backup of an earlier version is as it was afterwards: what is brought up to date is a copy of it.
#[tokio::test]
async fn a_backup_with_earlier_tables_is_checked_and_left_as_it_was() {
    let folder = Folder::with_company();
    let old = folder.0.join("old.db");
    succeeds(&folder.run(&["backup", old.to_str().expect("a plain path")]));
    go_back(&old).await;
    let before = everything(&folder);
    let said = succeeds(&folder.run(&["verify", old.to_str().expect("a plain path")]));
    assert!(said.contains("of an earlier version") && said.contains("everything holds"), "{said}");
    assert_eq!(everything(&folder), before);
}

/// Undoes a step of the tables, as if this file had never been through it.
async fn go_back(file: &Path) {
    let address = format!("sqlite://{}", file.display());
    let mut behind = <sqlx::SqliteConnection as sqlx::Connection>::connect(&address).await.expect("it opens");
    for undone in [
        "CREATE TABLE tallies AS SELECT * FROM tallies_by_day",
        "DROP TABLE tallies_by_day",
        "DROP TABLE tallies_by_month",
    ] {
        sqlx::query(undone).execute(&mut behind).await.expect("it goes");
    }
    let step = sqlx::query("DELETE FROM _sqlx_migrations WHERE version = 16").execute(&mut behind).await;
    assert_eq!(step.expect("the step goes").rows_affected(), 1);
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut behind).await.expect("it is in the file");
    sqlx::Connection::close(behind).await.expect("it closes");
}

#[tokio::test]
async fn a_devices_log_is_checked_offline_with_the_companys_key_alone() {
    let folder = Folder::with_company();
    let (log, key) = log_of(&folder).await;
    let elsewhere = Folder::new();
    let said = succeeds(&elsewhere.run(&["verify", &log, "--hub-key", &key]));
    for word in ["宁夏塞上良品", "countersigned by the company", "everything holds", "not proved"] {
        assert!(said.contains(word), "{word} is not in: {said}");
    }
    assert_eq!(elsewhere.files(), Vec::<String>::new());
    fails_saying(&elsewhere.run(&["verify", &log]), &["without the company's public key", "--hub-key"]);
    fails_saying(&elsewhere.run(&["verify", &log, "--hub-key", "00"]), &["64 hexadecimal figures"]);
    fails_saying(
        &elsewhere.run(&["verify", &log, "--hub-key", &key, "--checkpoint", "00"]),
        &["are no checkpoint"],
    );
}

#[tokio::test]
async fn a_changed_log_is_refused_with_what_is_wrong() {
    let folder = Folder::with_company();
    let (log, key) = log_of(&folder).await;
    let mut bytes = std::fs::read(&log).expect("the log");
    let place =
        bytes.windows(6).rposition(|some| some == b"\xe5\xae\x81\xe5\xa4\x8f").expect("the company's name");
    bytes[place] ^= 1;
    std::fs::write(&log, bytes).expect("it is written");
    let bad = folder.run(&["verify", &log, "--hub-key", &key]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(stdout(&bad).contains("FINDING"), "{}", stdout(&bad));
    assert!(stderr(&bad).contains("do not rely on this file") && !stdout(&bad).contains("everything holds"));
}

#[test]
fn what_is_neither_a_book_nor_a_log_is_told() {
    let folder = Folder::new();
    let strange = folder.write("strange.fieldbooklog", "not a log at all");
    fails_saying(&folder.run(&["verify", &strange]), &["strange.fieldbooklog", "not a Fieldbook database"]);
}
