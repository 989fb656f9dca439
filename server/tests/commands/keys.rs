//! `fieldbook keys`.

use crate::house::{Folder, fails_saying, stdout, succeeds};

const PASSPHRASE: &str = "correct horse battery\n";

fn list(folder: &Folder) -> Vec<String> {
    succeeds(&folder.run(&["keys", "list"])).lines().map(str::to_owned).collect()
}

#[test]
fn a_rotated_key_is_coming_the_one_before_is_in_use_and_no_secret_is_shown() {
    let folder = Folder::with_company();
    let first = list(&folder);
    assert_eq!(first.len(), 3, "{first:?}");
    assert!(first.iter().all(|line| line.contains("in use")), "{first:?}");
    for purpose in ["access", "sealing"] {
        let said = succeeds(&folder.run(&["keys", "rotate", purpose]));
        assert!(said.contains("in use from") && said.contains("keys export"), "{said}");
    }
    let then = list(&folder);
    assert_eq!(then.len(), 5, "{then:?}");
    assert_eq!(then.iter().filter(|line| line.contains("will be used")).count(), 2);
    assert!(first.iter().all(|line| then.contains(line)), "what is in use stays in use: {then:?}");
    fails_saying(&folder.run(&["keys", "replace", "hub", "--yes"]), &["keys rotate hub"]);
    assert_eq!(folder.run(&["keys", "rotate", "house"]).status.code(), Some(2), "there is no such key");
    assert_eq!(list(&folder), then, "neither of the two did anything");
    succeeds(&folder.run(&["keys", "rotate", "hub"]));
    let hub: Vec<String> = list(&folder).into_iter().filter(|line| line.starts_with("hub")).collect();
    assert!(hub[0].contains("the company's first, proves for good"), "{hub:?}");
    assert!(hub.len() == 2 && hub[1].contains("in use since"), "{hub:?}");
}

#[tokio::test]
async fn a_copy_from_before_a_rotation_gets_the_newer_keys_back_out_of_the_safe() {
    let (folder, back, foreign) = (Folder::with_company(), Folder::new(), Folder::with_company());
    let copy = back.database();
    succeeds(&folder.run(&["backup", copy.to_str().expect("a plain path")]));
    // Its first keys are made when it is first served; here by being looked at.
    list(&folder);
    succeeds(&folder.run(&["keys", "rotate", "sealing"]));
    let word = folder.write("passphrase", PASSPHRASE);
    let safe = folder.0.join("keys.safe");
    let safe = safe.to_str().expect("a plain path");
    let said = succeeds(&folder.run(&["keys", "export", safe, "--passphrase-file", &word]));
    assert!(said.contains("the hub's key and 3 more"), "{said}");
    let taken = succeeds(&back.run(&["keys", "import", safe, "--passphrase-file", &word]));
    assert!(taken.contains("took 3 keys"), "{taken}");
    assert_eq!(list(&back), list(&folder));
    let again = succeeds(&back.run(&["keys", "import", safe, "--passphrase-file", &word]));
    assert!(again.contains("took 0 keys"), "{again}");
    fails_saying(&folder.run(&["keys", "export", safe, "--passphrase-file", &word]), &["keys.safe"]);
    fails_saying(&foreign.run(&["keys", "import", safe, "--passphrase-file", &word]), &["another company"]);
    let wrong = folder.write("wrong", "correct horse batterz");
    fails_saying(
        &back.run(&["keys", "import", safe, "--passphrase-file", &wrong]),
        &["passphrase is another"],
    );
    let short = folder.write("short", "kurz");
    fails_saying(&folder.run(&["keys", "export", "x", "--passphrase-file", &short]), &["4 letters", "12"]);
    let mut book = folder.connection().await;
    let secrets: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT secret FROM token_keys UNION SELECT hub_key FROM company")
            .fetch_all(&mut book)
            .await
            .expect("keys");
    assert_eq!(secrets.len(), 4);
    let (bytes, shown) = (std::fs::read(safe).expect("it is there"), list(&folder).join("\n"));
    for secret in secrets {
        assert!(!bytes.windows(8).any(|some| some == &secret[..8]), "a secret lies in the clear");
        let figures = format!("{:016x}", u64::from_be_bytes(secret[..8].try_into().expect("eight bytes")));
        assert!(!shown.contains(&figures), "a secret is shown");
    }
}

#[test]
fn a_key_is_replaced_only_by_somebody_who_was_told_what_stops_working() {
    let folder = Folder::with_company();
    let before = list(&folder);
    for (purpose, word) in
        [("access", "every token is void"), ("sealing", "rescue files made before are lost")]
    {
        fails_saying(&folder.run(&["keys", "replace", purpose]), &[word, "--yes"]);
        assert!(stdout(&folder.run(&["keys", "replace", purpose, "--yes"])).contains(word));
    }
    let after = list(&folder);
    assert_eq!(after.len(), 3, "{after:?}");
    assert_eq!(before.iter().filter(|line| after.contains(line)).count(), 1, "only the hub's is as it was");
}
