//! `fieldbook init` and `fieldbook serve`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::house::{Folder, fails_saying, fieldbook};

#[test]
fn a_company_is_made_once_and_not_over_another() {
    let folder = Folder::with_company();
    fails_saying(&folder.run(&["init"]), &["there is a book", "fieldbook serve"]);
}

fn serving(data: &Path) -> (Child, String) {
    let mut child = fieldbook(&["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut first = String::new();
    let output = child.stdout.take().expect("it has an output");
    BufReader::new(output).read_line(&mut first).expect("it prints its address");
    (child, first)
}

#[test]
#[cfg(unix)]
fn a_server_prints_its_address_and_ends_in_good_order_when_told() {
    let folder = Folder::with_company();
    let (mut child, first) = serving(&folder.0);
    let address = first.trim().rsplit("http://").next().expect("an address").to_owned();
    assert!(std::net::TcpStream::connect(&address).is_ok(), "{first}");
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(told.is_ok_and(|status| status.success()));
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn an_address_in_use_is_named() {
    let folder = Folder::with_company();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    fails_saying(&folder.run(&["serve", "--listen", &address]), &[&address, "--listen"]);
}

#[test]
#[cfg(unix)]
fn a_copy_that_is_served_begins_a_new_life_and_the_book_itself_does_not() {
    let folder = Folder::with_company();
    let restored = Folder::new();
    let copy = restored.database();
    let made = folder.run(&["backup", copy.to_str().expect("a plain path")]);
    assert!(made.status.success());
    let epoch = |data: &Folder| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut book = data.connection().await;
            sqlx::query_scalar::<_, i64>("SELECT epoch FROM company").fetch_one(&mut book).await.expect("one")
        })
    };
    for data in [&folder, &restored] {
        assert_eq!(epoch(data), 1);
        let (mut child, _) = serving(&data.0);
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        assert!(told.is_ok_and(|status| status.success()) && child.wait().expect("it ends").success());
    }
    assert_eq!(epoch(&folder), 1);
    assert!(epoch(&restored) > 200_000_000, "seconds since 2020");
}
