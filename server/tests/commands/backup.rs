//! `fieldbook backup` and `fieldbook verify`.

use crate::house::{Folder, fails_saying, stderr, stdout, succeeds};

#[test]
fn a_backup_opens_and_is_never_written_over() {
    let folder = Folder::with_company();
    let copy = folder.0.join("copy.db");
    let path = copy.to_str().expect("a plain path");
    let made = folder.run(&["backup", path]);
    assert!(
        stdout(&made).contains("everything in it holds, and its feed ends at 1"),
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

/// The copies in a folder, by name.
fn copies(folder: &Folder) -> Vec<String> {
    folder.files().into_iter().filter(|name| name.starts_with("fieldbook-")).collect()
}

#[test]
fn copies_in_a_folder_are_verified_named_by_their_time_and_the_oldest_give_way() {
    let (book, kept) = (Folder::with_company(), Folder::new());
    let to = kept.0.to_str().expect("a plain path");
    // What was copied long ago, and what is no copy of ours.
    for name in
        ["fieldbook-20200101T000000Z.db", "fieldbook-20200102T000000Z.db", "notes.txt", "fieldbook-x.db"]
    {
        kept.write(name, "old");
    }
    let said = succeeds(&book.run(&["backup", "--to", to, "--keep", "2"]));
    assert!(said.contains("everything in it holds, and its feed ends at 1"), "{said}");
    assert!(said.contains("removed") && said.contains("fieldbook-20200101T000000Z.db"), "{said}");
    let left = copies(&kept);
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(left.contains(&"fieldbook-20200102T000000Z.db".to_owned()));
    assert!(kept.files().contains(&"notes.txt".to_owned()) && left.contains(&"fieldbook-x.db".to_owned()));
}

#[tokio::test]
async fn a_book_that_does_not_hold_makes_no_copy_and_costs_none() {
    let (book, kept) = (Folder::with_company(), Folder::new());
    let to = kept.0.to_str().expect("a plain path").to_owned();
    succeeds(&book.run(&["backup", "--to", &to, "--keep", "1"]));
    let good = copies(&kept);
    let mut behind = book.connection().await;
    let edited = sqlx::query("UPDATE papers SET label = '别人' WHERE kind = 1").execute(&mut behind).await;
    assert!(edited.expect("the table can be written").rows_affected() > 0);
    drop(behind);
    // Names are to the second: the next one must be another.
    while !copies(&kept).iter().any(|name| name.contains(".bad")) {
        let output = book.run(&["backup", "--to", &to, "--keep", "1"]);
        assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    }
    let left = copies(&kept);
    assert!(good.iter().all(|name| left.contains(name)), "the good one stays: {left:?}");
    // A folder is restored from its latest good copy.
    let back = Folder::new();
    let said = succeeds(&back.run(&["restore", "--from", &to]));
    assert!(said.contains(&good[0]) && said.contains("everything in it holds"), "{said}");
    assert!(succeeds(&back.run(&["verify"])).contains("everything holds"));
}

#[test]
fn a_copy_becomes_the_book_and_what_was_there_is_put_aside() {
    let (book, kept) = (Folder::with_company(), Folder::new());
    let copy = kept.0.join("copy.db");
    let path = copy.to_str().expect("a plain path");
    succeeds(&book.run(&["backup", path]));
    fails_saying(&book.run(&["restore", "--from", path]), &["there is a book", "--replace"]);
    let said = succeeds(&book.run(&["restore", "--from", path, "--replace"]));
    assert!(said.contains("the book that was there is at") && said.contains("phones bring back"), "{said}");
    let files = book.files();
    assert_eq!(files.len(), 2, "no log of either is left beside them: {files:?}");
    assert!(files.iter().any(|name| name.starts_with("fieldbook.db.before-")), "{files:?}");
    assert!(succeeds(&book.run(&["verify"])).contains("everything holds"));
    fails_saying(&book.run(&["restore", "--from", "nowhere.db", "--replace"]), &["nowhere.db"]);
    let garbage = book.write("garbage.db", "this is no book");
    fails_saying(&book.run(&["restore", "--from", &garbage, "--replace"]), &["garbage.db"]);
    assert!(succeeds(&book.run(&["verify"])).contains("everything holds"), "the book is as it was");
    let none = kept.0.to_str().expect("a plain path");
    fails_saying(
        &book.run(&["restore", "--from", none, "--at", "2020-01-01T00:00:00Z", "--replace"]),
        &["no copy"],
    );
}

/// While a server has the book open, nothing is put in its place.
#[tokio::test]
async fn a_book_in_use_is_not_replaced() {
    let (book, kept) = (Folder::with_company(), Folder::new());
    let copy = kept.0.join("copy.db");
    let path = copy.to_str().expect("a plain path");
    succeeds(&book.run(&["backup", path]));
    let mut server = book.connection().await;
    sqlx::query("SELECT COUNT(*) FROM runs").fetch_one(&mut server).await.expect("it reads");
    fails_saying(&book.run(&["restore", "--from", path, "--replace"]), &["locked", "no other process"]);
    assert!(
        !book.files().iter().any(|name| name.contains("before") || name.contains("restoring")),
        "{:?}",
        book.files()
    );
}
