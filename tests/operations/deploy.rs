//! The files under `docs/deploy` and the operator's page say what is there.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use server::config::{CONFIG_VARIABLE, Setting, settings};
use server::figures::{ALL, Figure, Sort};

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every variable of ours that a text names.
fn variables(text: &str) -> BTreeSet<String> {
    let words = text.split(|sign: char| !sign.is_ascii_uppercase() && sign != '_' && !sign.is_ascii_digit());
    words.filter(|word| word.starts_with("FIELDBOOK_") && word.len() > 10).map(ToOwned::to_owned).collect()
}

#[test]
fn every_variable_that_a_deployment_file_or_a_page_names_is_one_of_a_setting() {
    let mut known: BTreeSet<String> = settings().iter().map(Setting::variable).collect();
    known.insert(CONFIG_VARIABLE.to_owned());
    let mut named = 0;
    for path in ["docs/deploy/fieldbook.service", "docs/deploy/Dockerfile", "docs/operations.md", "README.md"]
    {
        for variable in variables(&read(path)) {
            named += 1;
            assert!(known.contains(&variable), "{path}: {variable} is no setting");
        }
    }
    assert!(named > 5, "they were found");
}

#[test]
fn every_flag_that_a_page_gives_to_the_server_is_one_of_a_setting() {
    let known: BTreeSet<String> = settings().iter().map(|setting| format!("--{}", setting.flag())).collect();
    let mut given = 0;
    for path in ["docs/operations.md", "README.md", "docs/deploy/nginx.conf", "docs/deploy/Caddyfile"] {
        let text = read(path);
        for line in text.lines().filter_map(|line| line.split_once("fieldbook serve").map(|(_, rest)| rest)) {
            let flags = line.split([' ', '`', '.', ',']).filter(|word| word.starts_with("--"));
            for flag in flags {
                given += 1;
                assert!(known.contains(flag), "{path}: {flag} is no setting");
            }
        }
    }
    assert!(given > 5, "they were found");
}

/// A stop that systemd or Docker cuts short is a kill: they wait longer than the server takes.
#[test]
fn whoever_stops_the_server_waits_longer_than_it_takes() {
    let seconds = |name: &str, otherwise: u64| {
        let all = settings();
        let said = all.iter().find(|setting| setting.name() == name).and_then(Setting::default);
        said.map_or(otherwise, |value| value.parse().expect("seconds"))
    };
    // The grace behind a proxy, the last answers, and what waits for the feed lock.
    let takes = seconds("drain_seconds", 5) + 2 * seconds("stop_seconds", 20);
    let unit = read("docs/deploy/fieldbook.service");
    let waits = unit.lines().find_map(|line| line.strip_prefix("TimeoutStopSec=")).expect("it is said");
    assert!(waits.parse::<u64>().expect("seconds") > takes, "{waits} s for what may take {takes} s");
    assert!(read("docs/deploy/Dockerfile").contains(&format!("--stop-timeout {waits}")));
}

#[test]
fn the_unit_lets_the_server_have_as_many_files_as_connections_by_default() {
    let unit = read("docs/deploy/fieldbook.service");
    let files = unit.lines().find_map(|line| line.strip_prefix("LimitNOFILE=")).expect("it is said");
    let all = settings();
    let connections = all.iter().find(|setting| setting.name() == "connections").and_then(Setting::default);
    let connections: u64 = connections.and_then(|value| value.parse().ok()).expect("a number");
    assert!(files.parse::<u64>().expect("a number") >= connections + 64, "{files} files for {connections}");
}

/// Every name of a figure in the expressions of a dashboard: what stands before a brace of labels.
fn figures_in(dashboard: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let panels = dashboard["panels"].as_array().expect("panels");
    for target in panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten() {
        let asked = target["expr"].as_str().expect("an expression");
        for (before, _) in asked.match_indices('{').map(|(at, _)| asked.split_at(at)) {
            let name = before.rsplit(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').next();
            found.insert(name.unwrap_or_default().to_owned());
        }
    }
    found
}

#[test]
fn the_dashboard_draws_figures_that_the_server_shows() {
    let dashboard: Value =
        serde_json::from_str(&read("docs/deploy/grafana-dashboard.json")).expect("the dashboard is JSON");
    let drawn = figures_in(&dashboard);
    assert!(drawn.len() > 20, "they were found: {drawn:?}");
    for name in &drawn {
        let is_it = |figure: &Figure| match figure.sort {
            Sort::Histogram => {
                let part = name.strip_prefix(figure.name);
                part.is_some_and(|part| ["_bucket", "_sum", "_count"].contains(&part))
            }
            Sort::Counter | Sort::Gauge => name == figure.name,
        };
        assert!(ALL.iter().any(is_it), "{name} is no figure of the server");
    }
}
