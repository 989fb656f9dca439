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

#[test]
#[cfg(unix)]
fn a_server_that_speaks_https_says_so_is_asked_over_it_and_takes_up_a_new_certificate_when_hung_up_on() {
    let folder = Folder::with_company();
    let key = rcgen::KeyPair::generate().expect("a key");
    let put = |name: &str| {
        let params = rcgen::CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let made = params.self_signed(&key).expect("signed");
        (folder.write("cert.pem", &made.pem()), folder.write("key.pem", &key.serialize_pem()))
    };
    let (certificate, secret) = put("one.example");
    let secrets = ["--tls-certificate", &certificate, "--tls-key", &secret];
    let mut child = fieldbook(&["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(&folder.0)
        .args(secrets)
        .env("FIELDBOOK_LOG", "info")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut first = String::new();
    BufReader::new(child.stdout.take().expect("an output")).read_line(&mut first).expect("its address");
    let address = first.trim().rsplit("https://").next().expect("an address").to_owned();
    let ready = |flags: &[&str]| folder.run(&[&["ready", "--listen", &address], flags].concat());
    crate::house::succeeds(&ready(&secrets));
    fails_saying(&ready(&[]), &[&address]);
    put("two.example");
    fails_saying(&ready(&secrets), &["another certificate"]);
    let id = child.id().to_string();
    let told = |signal| Command::new("kill").args([signal, id.as_str()]).status();
    assert!(told("-HUP").is_ok_and(|status| status.success()));
    let mut log = BufReader::new(child.stderr.take().expect("a log")).lines();
    let line =
        log.find(|line| line.as_ref().is_ok_and(|line| line.contains("another certificate is in force")));
    assert!(line.is_some_and(|line| line.is_ok_and(|line| line.contains("two.example"))));
    crate::house::succeeds(&ready(&secrets));
    assert!(told("-TERM").is_ok_and(|status| status.success()));
    assert!(child.wait().expect("it ends").success());
    drop(log);
    fails_saying(&ready(&secrets), &[&address]);
}

#[test]
fn a_certificate_that_is_not_the_keys_is_named_before_anything_begins() {
    let folder = Folder::with_company();
    let made = |name: &str| rcgen::generate_simple_self_signed([name.to_owned()]).expect("made");
    let certificate = folder.write("cert.pem", &made("one.example").cert.pem());
    let key = folder.write("key.pem", &made("one.example").signing_key.serialize_pem());
    let task = ["serve", "--listen", "127.0.0.1:0", "--tls-certificate", &certificate, "--tls-key", &key];
    fails_saying(&folder.run(&task), &["tls_key", "key.pem is not the key of the first certificate in"]);
    fails_saying(&folder.run(&["serve", "--tls-certificate", &certificate]), &["tls_key", "is not set"]);
}
