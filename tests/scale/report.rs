//! What comes out, as the tables of `docs/scaling.md`.

use std::fmt::Write as _;

use crate::{
    Asked,
    cluster::{COMFORT, Cluster, Outcome, needed, play},
    day::{Asks, Companies, SECOND, after_an_outage, first_day, usual},
    figures::{Costs, Figures, Micros},
};

/// Nobody is reachable between these times in the bad day.
const OUTAGE: (Micros, Micros) = (10 * 3_600 * SECOND, 11 * 3_600 * SECOND);
/// The largest company that many companies share a cluster with.
const LARGEST: u64 = 5_000;
/// Workdays of a year, and bytes of a terabyte.
const WORKDAYS: u64 = 300;
const TERABYTE: f64 = 1e12;
/// A console that shows a list reads it again at most this often while the book grows.
const READ_AGAIN: f64 = 0.4;
/// Of a hundred people in the field so many sit before a console.
const CONSOLES: f64 = 3.0;

fn megabit(bytes: f64) -> f64 {
    bytes * 8.0 / 1e6
}

/// One cluster, as a line of the table.
fn line(name: &str, cluster: Cluster, outcome: &Outcome) -> String {
    let ms = |sorted: &[Micros], percent| {
        let micros = Outcome::percentile(sorted, percent);
        format!("{}.{}", micros / 1_000, micros % 1_000 / 100)
    };
    let percentiles = |sorted: &[Micros]| [50, 95, 99].map(|percent| ms(sorted, percent)).join(" / ");
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    format!(
        "| {name} | {} | {} | {} | {} | {} | {} | {} | {:.0} | {:.0} / {:.0} |",
        cluster.server_cores,
        cluster.database_cores,
        percent(outcome.servers),
        percent(outcome.database),
        percent(outcome.lock),
        percentiles(&outcome.pushes),
        percentiles(&outcome.pulls),
        outcome.changes,
        megabit(outcome.bytes_in),
        megabit(outcome.bytes_out),
    )
}

const HEAD: &str = "| Day | server cores | database cores | servers busy | database busy | busiest feed lock | push p50 / p95 / p99, ms | \
                    pull p50 / p95 / p99, ms | changes/s | Mbit/s in / out |\n|---|---|---|---|---|---|---|---|---|---|";

/// The days that are looked at, by name.
fn days(companies: &[u64], asked: &Asked) -> [(&'static str, Vec<Asks>); 3] {
    let usual = usual(companies, asked.times, asked.seed);
    let outage = after_an_outage(&usual, OUTAGE.0, OUTAGE.1, asked.seed);
    let first = first_day(&usual);
    [("usual", usual), ("with an outage of one hour", outage), ("everybody's first", first)]
}

/// A section of one backend and one way to spread the reps.
fn section(out: &mut String, title: &str, companies: &[u64], costs: &Costs, asked: &Asked) -> f64 {
    let days = days(companies, asked);
    let reps: u64 = companies.iter().sum();
    let largest = companies.iter().max().copied().unwrap_or(0);
    let mut say = |text: String| writeln!(out, "{text}").expect("writing to memory cannot fail");
    let many =
        if companies.len() == 1 { "one company".into() } else { format!("{} companies", companies.len()) };
    say(format!("\n### {title}\n"));
    say(format!("{reps} reps in {many}, the largest with {largest}.\n"));
    say(HEAD.to_owned());
    let mut busiest: f64 = 0.0;
    let mut changes = 0;
    for (name, day) in &days {
        let cluster = needed(day, costs);
        let outcome = play(day, costs, cluster);
        say(line(name, cluster, &outcome));
        busiest = busiest.max(outcome.lock);
        changes = outcome.day;
    }
    #[expect(clippy::cast_precision_loss, reason = "bytes of a year are told in terabytes")]
    let year = changes as f64 * costs.disk_bytes * WORKDAYS as f64 / TERABYTE;
    say(format!("\n{changes} changes a day; {year:.2} TB of disk a year."));
    if let Some(list) = costs.list {
        #[expect(clippy::cast_precision_loss, reason = "reps are few")]
        let consoles = largest as f64 * CONSOLES / 100.0;
        say(format!(
            "Its largest company's {consoles:.0} consoles, all on a list while the book grows, read {:.0} times a second: {:.1} \
             cores of the database.",
            consoles / READ_AGAIN,
            consoles / READ_AGAIN * list / 1e6,
        ));
    }
    busiest
}

/// The most reps of one company whose feed lock stays comfortable, from how busy that of the largest was.
///
/// Twice the pushes share their commits better than one, so this is on the safe side.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "reps"
)]
fn most_in_one_company(largest: u64, busiest: f64) -> u64 {
    (largest as f64 * COMFORT / busiest / 10_000.0).floor() as u64 * 10_000
}

fn costs_line(name: &str, costs: &Costs) -> String {
    format!(
        "| {name} | {:.0} | {:.1} | {:.0} | {:.1} | {:.1} | {:.0} |",
        costs.commit,
        costs.locked,
        costs.request,
        costs.change,
        costs.entry,
        costs.first_sync / 1_000.0,
    )
}

/// Everything.
pub(crate) fn of(asked: &Asked, figures: &Figures) -> String {
    let mut out = String::new();
    let backends = [("SQLite", figures.sqlite), ("Postgres", figures.postgres)];
    let measured: Vec<(&str, Costs)> =
        backends.into_iter().filter_map(|(name, costs)| Some((name, costs?))).collect();
    let mut say = |text: String| writeln!(out, "{text}").expect("writing to memory cannot fail");
    say("### What an operation costs, in microseconds\n".to_owned());
    say("| | durable commit | feed lock, a change | server, a request | server, a change | an entry read | first sync, ms |".into());
    say("|---|---|---|---|---|---|---|".into());
    for (name, costs) in &measured {
        say(costs_line(name, costs));
    }
    for (name, costs) in &measured {
        let file = if costs.one_writer { "one file" } else { "one database" };
        let one = Companies::One.sizes(asked.reps);
        let busiest = section(&mut out, &format!("{name}, {file}, one company"), &one, costs, asked);
        writeln!(
            out,
            "\nIts feed lock stays below {:.0} % in the busiest five minutes of all three days up to **{} reps**.",
            COMFORT * 100.0,
            most_in_one_company(asked.reps, busiest),
        )
        .expect("writing to memory cannot fail");
        let many = Companies::Many { largest: LARGEST.min(asked.reps) }.sizes(asked.reps);
        section(&mut out, &format!("{name}, {file}, many companies"), &many, costs, asked);
    }
    out
}
