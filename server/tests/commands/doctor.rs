//! `fieldbook doctor`: each thing that it looks at is broken once, and it names it.

use std::process::Output;

use serde_json::Value;
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::house::{Folder, stderr, stdout};

/// Everything it says of a folder, as JSON, and how it ends.
#[track_caller]
fn asked(folder: &Folder, flags: &[&str]) -> (Vec<Value>, Option<i32>) {
    let said = folder.run(&[&["doctor", "--json"], flags].concat());
    let read: Value = serde_json::from_slice(&said.stdout)
        .unwrap_or_else(|_| panic!("no JSON: {}{}", stdout(&said), stderr(&said)));
    (read["checks"].as_array().expect("checks").clone(), said.status.code())
}

/// It names this thing as being so, with these words, and ends accordingly.
#[track_caller]
fn names(folder: &Folder, flags: &[&str], name: &str, level: &str, words: &str) {
    let (checks, code) = asked(folder, flags);
    let it = checks.iter().find(|check| check["name"] == name && check["level"] == level);
    let it = it.unwrap_or_else(|| panic!("{name} is not {level} in: {checks:#?}"));
    assert!(it["saw"].as_str().is_some_and(|saw| saw.contains(words)), "{words} is not in: {it}");
    assert!(it["advice"].as_str().is_some_and(|advice| !advice.is_empty()), "what to do is said: {it}");
    let due = if level == "warn" { 1 } else { 2 };
    assert!(code >= Some(due), "{code:?}: {checks:#?}");
}

async fn behind(folder: &Folder, sql: &str) -> u64 {
    let mut book: SqliteConnection = folder.connection().await;
    let done = sqlx::query(AssertSqlSafe(sql.to_owned()))
        .execute(&mut book)
        .await
        .expect("the table can be written");
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut book).await.expect("it is in the file");
    sqlx::Connection::close(book).await.expect("it closes");
    done.rows_affected()
}

#[tokio::test]
async fn a_company_that_is_well_is_told_so_line_by_line_and_nothing_is_written() {
    let folder = Folder::with_company();
    let before = std::fs::read(folder.database()).expect("the book");
    let (checks, code) = asked(&folder, &[]);
    let named: Vec<_> = checks.iter().filter_map(|check| check["name"].as_str()).collect();
    for name in [
        "data",
        "connections",
        "disk",
        "database",
        "tables",
        "integrity",
        "token key",
        "sealing key",
        "clock",
        "chains",
        "files",
    ] {
        assert!(named.contains(&name), "{name} is not in: {named:?}");
    }
    let worst = checks.iter().filter(|check| check["level"] != "ok").count();
    // Only the machine the test runs on may be short of room or of files.
    let machine = checks
        .iter()
        .filter(|check| check["level"] != "ok" && (check["name"] == "disk" || check["name"] == "connections"))
        .count();
    assert_eq!(worst, machine, "{checks:#?}");
    assert_eq!(code, Some(i32::from(worst > 0)));
    let (full, _) = asked(&folder, &["--full"]);
    assert!(full.iter().any(|check| check["name"] == "chains"
        && check["saw"].as_str().is_some_and(|saw| saw.contains("recomputed"))));
    let plain: Output = folder.run(&["doctor"]);
    assert!(stdout(&plain).contains("ok    integrity"), "{}", stdout(&plain));
    assert_eq!(std::fs::read(folder.database()).expect("the book"), before);
    assert_eq!(folder.files(), ["fieldbook.db"]);
}

#[test]
fn a_book_that_is_not_there_or_is_none_is_named() {
    let folder = Folder::new();
    names(&folder, &[], "data", "bad", "there is no book");
    std::fs::write(folder.database(), "床前明月光".repeat(400)).expect("written");
    names(&folder, &[], "database", "bad", "not a Fieldbook database");
}

#[tokio::test]
async fn tables_of_another_version_are_named_by_their_step() {
    let folder = Folder::with_company();
    behind(&folder, "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9001, 'later', 1, x'00', 0)").await;
    names(&folder, &[], "tables", "bad", "step 9001 is not known here");
    names(&folder, &[], "chains", "warn", "not looked at");
    behind(&folder, "DELETE FROM _sqlx_migrations WHERE version = 9001").await;
    behind(&folder, "UPDATE _sqlx_migrations SET success = 0 WHERE version = 4").await;
    names(&folder, &[], "tables", "bad", "step 4 was begun and not ended");
    behind(&folder, "UPDATE _sqlx_migrations SET success = 1, checksum = x'00' WHERE version = 4").await;
    names(&folder, &[], "tables", "bad", "step 4 was another");
    behind(&folder, "DELETE FROM _sqlx_migrations WHERE version = 4").await;
    names(&folder, &[], "tables", "warn", "step 4 is still to come");
}

#[tokio::test]
async fn a_damaged_page_is_named() {
    let folder = Folder::with_company();
    behind(&folder, "SELECT 1").await;
    let mut bytes = std::fs::read(folder.database()).expect("the book");
    // The root page of an index, which nothing but its check reads here: its cells point into nowhere.
    let mut book = folder.connection().await;
    let (page, size): (i64, i64) = (
        sqlx::query_scalar("SELECT rootpage FROM sqlite_master WHERE name = 'papers_by_customer'")
            .fetch_one(&mut book)
            .await
            .expect("an index"),
        sqlx::query_scalar("PRAGMA page_size").fetch_one(&mut book).await.expect("a size"),
    );
    sqlx::Connection::close(book).await.expect("it closes");
    let (page, size) = (usize::try_from(page).expect("a page"), usize::try_from(size).expect("a size"));
    bytes[(page - 1) * size + 3..(page - 1) * size + 12].fill(0x7f);
    std::fs::write(folder.database(), &bytes).expect("written");
    names(&folder, &[], "integrity", "bad", "page");
}

#[tokio::test]
async fn a_file_that_is_not_written_ahead_is_named() {
    let folder = Folder::with_company();
    behind(&folder, "PRAGMA journal_mode = DELETE").await;
    names(&folder, &[], "database", "bad", "journal_mode is rollback journal");
}

#[tokio::test]
async fn keys_that_are_gone_or_cut_are_named() {
    let folder = Folder::with_company();
    behind(&folder, "INSERT INTO sessions (company, session, staff, client, started) SELECT company, x'01', x'02', 'office', 0 FROM company").await;
    names(&folder, &[], "token key", "bad", "not there");
    names(&folder, &[], "sealing key", "bad", "not there");
    behind(&folder, "INSERT INTO token_keys (company, name, secret, since) SELECT company, 'access', x'0102', 0 FROM company").await;
    names(&folder, &[], "token key", "bad", "access has 2 bytes, not 32");
    behind(&folder, "UPDATE company SET hub_key = zeroblob(32)").await;
    names(&folder, &[], "chains", "bad", "another key than the hub");
}

#[tokio::test]
async fn a_change_edited_behind_its_back_is_named_and_so_is_a_head_that_is_not_the_feeds() {
    let folder = Folder::with_company();
    assert!(
        behind(&folder, "UPDATE runs SET link = zeroblob(32) WHERE last = (SELECT MAX(last) FROM runs)")
            .await
            > 0
    );
    names(&folder, &[], "chains", "bad", "its log stands at");
    names(&folder, &["--full"], "chains", "bad", "chain of device");
    let folder = Folder::with_company();
    behind(&folder, "UPDATE company SET position = position + 1").await;
    names(&folder, &[], "chains", "bad", "the feed ends at");
    let folder = Folder::with_company();
    behind(&folder, "UPDATE device_logs SET signature = zeroblob(64) WHERE signature IS NOT NULL").await;
    names(&folder, &[], "chains", "bad", "is not its own");
}

#[tokio::test]
async fn a_clock_behind_the_latest_receipt_is_named() {
    let folder = Folder::with_company();
    // A day ahead, in the store's way of writing times: milliseconds and a counter of 16 bits.
    behind(
        &folder,
        "UPDATE runs SET received = received + (86400000 << 16) WHERE last = (SELECT MAX(last) FROM runs)",
    )
    .await;
    names(&folder, &[], "clock", "bad", "behind the latest receipt");
}

#[tokio::test]
async fn a_file_that_is_named_and_not_there_is_counted() {
    let folder = Folder::with_company();
    behind(
        &folder,
        "INSERT INTO blob_scopes (company, hash, scope) SELECT company, zeroblob(32), x'00' FROM company",
    )
    .await;
    names(&folder, &[], "files", "warn", "1 named by changes and not there");
}

#[test]
fn settings_and_certificates_are_looked_at_as_well() {
    let folder = Folder::with_company();
    names(&folder, &["--redirect-from", "127.0.0.1:8081"], "redirect_from", "bad", "not spoken here");
    names(&folder, &["--listen", "0.0.0.0:8080"], "listen", "warn", "plain HTTP");
    let file = folder.write("fieldbook.toml", "conections = 300\n");
    names(&folder, &["--config", &file], "conections", "bad", "did you mean connections?");
    let key = rcgen::KeyPair::generate().expect("a key");
    let put = |year| {
        let mut params = rcgen::CertificateParams::new(vec!["fieldbook.example".to_owned()]).expect("a name");
        params.not_before = rcgen::date_time_ymd(2000, 1, 1);
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let made = params.self_signed(&key).expect("signed");
        (folder.write("cert.pem", &made.pem()), folder.write("key.pem", &key.serialize_pem()))
    };
    let (certificate, secret) = put(2001);
    let flags = ["--tls-certificate", &certificate, "--tls-key", &secret];
    names(&folder, &flags, "tls_certificate", "bad", "ran out on 2001-01-01");
    put(2500);
    let (checks, _) = asked(&folder, &flags);
    let good = checks.iter().find(|check| check["name"] == "tls_certificate").expect("it is told");
    assert!(
        good["level"] == "ok" && good["saw"].as_str().is_some_and(|saw| saw.contains("fieldbook.example")),
        "{good}"
    );
}
