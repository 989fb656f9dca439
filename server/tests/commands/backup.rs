//! `fieldbook backup` and `fieldbook verify`.

use crate::house::{Folder, fails_saying, stderr, stdout, succeeds};

#[test]
fn a_backup_opens_and_is_never_written_over() {
    let folder = Folder::with_company();
    let copy = folder.0.join("copy.db");
    let path = copy.to_str().expect("a plain path");
    let made = folder.run(&["backup", path]);
    assert!(
        stdout(&made).contains("it opens, and its feed ends at 1"),
        "{} {}",
        stdout(&made),
        stderr(&made)
    );
    fails_saying(&folder.run(&["backup", path]), &["copy.db", "choose another name"]);
}

#[tokio::test]
async fn verify_tells_what_it_checked_and_finds_a_change_edited_behind_its_back() {
    let folder = Folder::with_company();
    let good = folder.run(&["verify"]);
    assert!(good.status.success(), "{}", stderr(&good));
    for word in ["entries of the feed read", "device chains recomputed", "scope digests", "everything holds"]
    {
        assert!(stdout(&good).contains(word), "{}", stdout(&good));
    }
    let mut behind = folder.connection().await;
    let tampered = sqlx::query(
        "UPDATE papers SET state = CAST(REPLACE(state, CAST('admin' AS BLOB), CAST('edmin' AS BLOB)) AS BLOB)",
    );
    tampered.execute(&mut behind).await.expect("the table can be written");
    drop(behind);
    let bad = folder.run(&["verify"]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(stdout(&bad).contains("FINDING"), "{}", stdout(&bad));
}

#[tokio::test]
async fn verify_checks_a_backup_where_one_is_named() {
    let folder = Folder::with_company();
    let copy = folder.0.join("copy.db");
    let path = copy.to_str().expect("a plain path");
    succeeds(&folder.run(&["backup", path]));
    assert!(succeeds(&folder.run(&["verify", path])).contains("everything holds"));
    let address = format!("sqlite://{path}");
    let mut behind = <sqlx::SqliteConnection as sqlx::Connection>::connect(&address).await.expect("it opens");
    let edited = sqlx::query("UPDATE papers SET label = '别人' WHERE kind = 1").execute(&mut behind).await;
    assert!(edited.expect("the table can be written").rows_affected() > 0);
    drop(behind);
    let bad = folder.run(&["verify", path]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(stdout(&bad).contains("FINDING") && stderr(&bad).contains("restore the latest backup"));
    assert!(succeeds(&folder.run(&["verify"])).contains("everything holds"), "the book itself is whole");
    fails_saying(&folder.run(&["verify", "nowhere.db"]), &["there is no book at nowhere.db"]);
}

#[test]
fn a_backup_into_a_folder_that_is_not_there_says_so() {
    let folder = Folder::with_company();
    let nowhere = folder.0.join("no/such/copy.db");
    fails_saying(&folder.run(&["backup", nowhere.to_str().expect("a plain path")]), &["copy.db"]);
    assert_eq!(folder.files(), ["fieldbook.db"]);
}
