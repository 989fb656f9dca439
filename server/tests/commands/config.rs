//! `fieldbook config`, and where settings come from.

use std::process::Output;

use crate::house::{Folder, fails_saying, fieldbook, stderr, stdout, succeeds};

/// Every setting, by the example file.
fn example() -> String {
    let shown = fieldbook(&["config", "show", "--default"]).output().expect("it ends");
    succeeds(&shown)
}

/// The value and the source of a setting, as `config check` says them.
#[track_caller]
fn in_force(said: &Output, name: &str) -> (String, String) {
    let text = stdout(said);
    let line = text.lines().find(|line| line.split_whitespace().next() == Some(name));
    let line = line.unwrap_or_else(|| panic!("{name} is not in: {text}{}", stderr(said)));
    let mut parts = line.split("  ").map(str::trim).filter(|part| !part.is_empty()).skip(1);
    let mut next = || parts.next().unwrap_or_default().to_owned();
    (next(), next())
}

fn is(value: &str, source: &str) -> (String, String) {
    (value.to_owned(), source.to_owned())
}

#[test]
fn a_flag_comes_before_a_variable_before_the_file_before_the_default() {
    let folder = Folder::with_company();
    let file = folder.write(
        "fieldbook.toml",
        "# ours\nlisten = \"127.0.0.1:4001\"\noffline_lease_days = 20\nconnections = 100\n",
    );
    let asked = |flags: &[&str], variables: &[(&str, &str)]| {
        let mut command = fieldbook(&["config", "check", "--config", &file, "--data"]);
        command.arg(&folder.0).args(flags).envs(variables.iter().copied());
        command.output().expect("it ends")
    };
    let said = asked(
        &["--connections", "300"],
        &[("FIELDBOOK_OFFLINE_LEASE_DAYS", "10"), ("FIELDBOOK_CONNECTIONS", "200")],
    );
    succeeds(&said);
    assert_eq!(in_force(&said, "connections"), is("300", "flag --connections"));
    assert_eq!(in_force(&said, "offline_lease_days"), is("10", "variable FIELDBOOK_OFFLINE_LEASE_DAYS"));
    assert_eq!(in_force(&said, "listen"), is("127.0.0.1:4001", "file, line 2"));
    assert_eq!(in_force(&said, "behind_proxy"), is("false", "default"));
    assert_eq!(in_force(&said, "log"), is("off", "variable FIELDBOOK_LOG"));
    assert_eq!(in_force(&said, "tls_key"), is("-", "default"));
    // The file itself is named by a variable as well.
    let mut command = fieldbook(&["config", "check", "--data"]);
    let said = command.arg(&folder.0).env("FIELDBOOK_CONFIG", &file).output().expect("it ends");
    assert_eq!(in_force(&said, "connections"), is("100", "file, line 4"));
}

#[test]
fn every_command_finds_the_book_where_the_file_says_it_lies() {
    let folder = Folder::with_company();
    let elsewhere = Folder::new();
    let file = elsewhere.write("fieldbook.toml", &format!("data = {:?}\n", folder.0));
    let said = fieldbook(&["--config", &file, "verify"]).output().expect("it ends");
    assert!(succeeds(&said).contains("everything holds"));
    let copy = elsewhere.0.join("copy.db");
    let said = fieldbook(&["backup", "--config", &file]).arg(&copy).output().expect("it ends");
    succeeds(&said);
    // A flag is nearer.
    let said =
        fieldbook(&["verify", "--config", &file, "--data"]).arg(&elsewhere.0).output().expect("it ends");
    fails_saying(&said, &["there is no book"]);
}

#[test]
fn everything_that_is_wrong_is_named_at_once_with_its_place_and_its_limit() {
    let folder = Folder::with_company();
    let file = folder.write(
        "fieldbook.toml",
        "offline_lease_dys = 20\nconnections = 3\n\nbehind_proxy = \"maybe\"\nlisten = 8080\n[tls]\nkey = \"x\"\n",
    );
    let variables = [("FIELDBOOK_OFFLINE_LEASE_DAYS", "400"), ("FIELDBOOK_REDIRECT_FROM", "here")];
    let run = |task: &[&str]| {
        let mut command = fieldbook(task);
        command.args(["--config", &file, "--data"]).arg(&folder.0).envs(variables);
        command.output().expect("it ends")
    };
    let words = [
        "fieldbook.toml line 1: offline_lease_dys: there is no such setting; did you mean offline_lease_days?",
        "fieldbook.toml line 2: connections: 3 is not in 16..=100000",
        "fieldbook.toml line 4: behind_proxy:",
        "fieldbook.toml line 5: listen: invalid socket address",
        "fieldbook.toml line 6: tls: is a table",
        "FIELDBOOK_OFFLINE_LEASE_DAYS: offline_lease_days: 400 is not in 1..=365",
        "FIELDBOOK_REDIRECT_FROM: redirect_from: invalid socket address",
    ];
    let checked = run(&["config", "check"]);
    assert_eq!(checked.status.code(), Some(1), "{}", stdout(&checked));
    for word in words {
        assert!(stdout(&checked).contains(word), "{word} is not in: {}", stdout(&checked));
    }
    assert!(stderr(&checked).contains("7 settings cannot be used"), "{}", stderr(&checked));
    assert_eq!(in_force(&checked, "connections"), is("4096", "default"), "what is wrong takes no part");
    // Nothing is begun with them, and they are all in the one line.
    fails_saying(&run(&["verify"]), &words);
}

#[test]
fn what_is_no_settings_file_is_named_with_its_line() {
    let folder = Folder::with_company();
    let missing = folder.0.join("none.toml");
    let said = fieldbook(&["verify", "--config"]).arg(&missing).output().expect("it ends");
    fails_saying(&said, &["none.toml", "No such file", "--config"]);
    let broken = folder.write("broken.toml", "connections = 100\nlisten = \"127\n");
    fails_saying(&folder.run(&["verify", "--config", &broken]), &["broken.toml line 2"]);
    let twice = folder.write("twice.toml", "connections = 100\nconnections = 200\n");
    fails_saying(&folder.run(&["verify", "--config", &twice]), &["twice.toml line 2"]);
}

#[test]
fn files_that_are_named_are_looked_at_and_a_secret_that_others_can_read_is_told() {
    let folder = Folder::with_company();
    let token = folder.write("token", "short");
    let key = folder.write("key.pem", "nothing");
    let certificate = folder.write("cert.pem", "nothing");
    let task = [
        "config",
        "check",
        "--listen",
        "0.0.0.0:8443",
        "--metrics-token-file",
        &token,
        "--tls-certificate",
        &certificate,
        "--tls-key",
        &key,
        "--redirect-from",
        "0.0.0.0:8443",
    ];
    let said = folder.run(&task);
    let text = stdout(&said);
    assert_eq!(said.status.code(), Some(1), "{text}");
    for word in [
        "BAD   metrics_token_file",
        "has 5 letters; 16 to 200",
        "cert.pem: no certificate in PEM",
        "address of listen as well",
    ] {
        assert!(text.contains(word), "{word} is not in: {text}");
    }
    let only = folder.run(&[
        "config",
        "check",
        "--tls-certificate",
        &certificate,
        "--redirect-from",
        "127.0.0.1:8081",
    ]);
    let text = stdout(&only);
    assert!(text.contains("BAD   tls_key") && text.contains("which is not spoken here"), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let token = folder.write("long", "d2hvZXZlciB3YXRjaGVz");
        std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o644)).expect("ours");
        let task = ["config", "check", "--metrics-token-file", &token];
        let said = folder.run(&task);
        assert!(succeeds(&said).contains("WARN  metrics_token_file"), "{}", stdout(&said));
        assert!(stdout(&said).contains("chmod 600"), "{}", stdout(&said));
        std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).expect("ours");
        assert!(!succeeds(&folder.run(&task)).contains("WARN"));
    }
}

#[test]
fn the_example_file_is_a_settings_file_that_says_the_defaults() {
    let folder = Folder::with_company();
    let example = example();
    let said: String = example
        .lines()
        .filter_map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')))
        // What is not there unless somebody names it cannot be said as its default.
        .filter(|line| !line.ends_with("= \"\""))
        .fold(String::new(), |said, line| said + line + "\n");
    let file = folder.write("fieldbook.toml", &said);
    let checked = folder.run(&["config", "check", "--config", &file]);
    succeeds(&checked);
    let of_file = stdout(&checked).lines().filter(|line| line.contains("  file, line ")).count();
    assert!(of_file >= 3, "{}", stdout(&checked));
}

/// What is written at a flag is all there is: it has to say the range, and to say it rightly.
#[test]
fn every_setting_says_what_it_means_and_a_range_that_is_the_real_one() {
    let mut ranges = 0;
    for setting in server::config::settings() {
        let name = setting.name();
        assert!(setting.help().len() > 10, "{name} says what it means");
        assert_eq!(setting.flag(), name.replace('_', "-"));
        assert_eq!(setting.variable(), format!("FIELDBOOK_{}", name.to_uppercase()));
        let Some((least, most)) = range(&setting.help()) else {
            assert!(
                setting.default().is_none_or(|value| value.parse::<u64>().is_err()),
                "{name} says its range"
            );
            continue;
        };
        ranges += 1;
        for within in [least, most] {
            assert_eq!(setting.fault_of(&within.to_string()), None, "{name}");
        }
        for beyond in [least.checked_sub(1), Some(most + 1)].into_iter().flatten() {
            let fault = setting.fault_of(&beyond.to_string()).unwrap_or_default();
            assert!(fault.contains(&format!("{least}..={most}")), "{name}: {fault}");
        }
    }
    assert!(ranges >= 2);
}

/// The range at the end of what a setting says of itself: "…; 1 to 365", and what there is to say of it.
fn range(help: &str) -> Option<(u64, u64)> {
    let (least, most) = help.rsplit_once("; ")?.1.split_once(" to ")?;
    let most = most.split(',').next()?;
    Some((least.parse().ok()?, most.parse().ok()?))
}
