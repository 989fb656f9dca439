//! `fieldbook user …`

use crate::house::{Folder, fails_saying, stderr, stdout, succeeds};

#[test]
fn a_user_is_added_with_a_password_typed_or_made_up_and_no_number_twice() {
    let folder = Folder::with_company();
    let add = ["user", "add", "--number", "1001", "--name", "马立群", "--role", "direct-rep"];
    let made_up = folder.run(&add);
    assert!(stdout(&made_up).lines().any(|line| line.starts_with("password ")), "{}", stderr(&made_up));
    fails_saying(
        &folder.run_with(&add, "another-one\n"),
        &["number 1001 signs in already", "choose another number"],
    );
    assert!(folder.run(&["user", "disable", "--number", "1001"]).status.success());
    fails_saying(&folder.run(&["user", "disable", "--number", "7"]), &["nobody", "check the number"]);
    let typed = ["user", "add", "--number", "1002", "--name", "王海霞", "--role", "rep"];
    let typed = folder.run_with(&typed, "mine-2026\n");
    assert!(typed.status.success() && !stdout(&typed).contains("mine-2026"), "{}", stdout(&typed));
    let role = folder.run(&["user", "add", "--number", "1", "--name", "x", "--role", "king"]);
    assert!(!role.status.success() && stderr(&role).contains("direct-rep"), "{}", stderr(&role));
}

#[test]
fn whoever_was_disabled_may_be_let_in_again() {
    let folder = Folder::with_company();
    succeeds(&folder.run(&["user", "add", "--number", "1001", "--name", "马立群", "--role", "rep"]));
    assert!(succeeds(&folder.run(&["user", "disable", "--number", "1001"])).contains("no more"));
    assert!(succeeds(&folder.run(&["user", "enable", "--number", "1001"])).contains("may sign in again"));
    fails_saying(&folder.run(&["user", "enable", "--number", "7"]), &["nobody", "check the number"]);
}

#[tokio::test]
async fn whoever_stands_in_the_book_gets_a_password_and_no_second_card() {
    let folder = Folder::with_company();
    let add = ["user", "add", "--number", "1001", "--name", "马立群", "--role", "direct-rep"];
    succeeds(&folder.run(&add));
    // As the console enters people: in the book, without a way to sign in.
    let mut behind = folder.connection().await;
    let forgotten = sqlx::query("DELETE FROM users WHERE number = '1001'").execute(&mut behind).await;
    assert_eq!(forgotten.expect("the table can be written").rows_affected(), 1);
    let other = ["user", "add", "--number", "1001", "--name", "王海霞", "--role", "direct-rep"];
    fails_saying(
        &folder.run(&other),
        &["number 1001 is 马立群, direct-rep, in the book", "leave out --name"],
    );
    let said = succeeds(&folder.run(&["user", "add", "--number", "1001"]));
    assert!(said.contains("马立群 may sign in with number 1001") && said.contains("password "), "{said}");
    let cards: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM papers WHERE kind = 1 AND label = '马立群'")
        .fetch_one(&mut behind)
        .await
        .expect("a count");
    assert_eq!(cards, 1);
    fails_saying(&folder.run(&["user", "add", "--number", "1001"]), &["signs in already", "user enable"]);
    fails_saying(
        &folder.run(&["user", "add", "--number", "1002"]),
        &["not in the book", "--name and --role"],
    );
}

#[tokio::test]
async fn a_number_left_behind_by_a_command_that_was_cut_off_is_free_again() {
    let folder = Folder::with_company();
    let mut behind = folder.connection().await;
    let dead = "INSERT INTO users (company, staff, number, password, since) \
                SELECT company, zeroblob(16), '1001', 'x', 0 FROM company";
    sqlx::query(dead).execute(&mut behind).await.expect("the table can be written");
    let add = ["user", "add", "--number", "1001", "--name", "马立群", "--role", "direct-rep"];
    assert!(succeeds(&folder.run(&add)).contains("may sign in with number 1001"));
}

#[test]
fn a_password_has_eight_letters_at_least_and_what_is_refused_leaves_the_number_free() {
    let folder = Folder::with_company();
    let add = ["user", "add", "--number", "1001", "--name", "马立群", "--role", "rep"];
    fails_saying(&folder.run_with(&add, "short\n"), &["password", "8 to 200"]);
    fails_saying(&folder.run_with(&add, &"x".repeat(201)), &["password", "8 to 200"]);
    succeeds(&folder.run_with(&add, "long-enough\n"));
}
