//! The measurement: a hundred phones push against the whole server and, beside it, against the raw limit.
//!
//! Both servers are children of this program on 127.0.0.1, over files in one folder that is removed at the end. What
//! each figure means stands in `docs/performance.md`.

mod client;
mod company;
mod dice;
mod figures;
mod raw;
mod rounds;
mod server;
mod words;
mod workload;

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use ::server::outside::Outside;

use company::Company;
use figures::{Figure, for_each, median};
use rounds::{Bench, Ingest, Load};
use server::Which;
use workload::Kind;

/// What may go wrong while measuring is only ever told to a person.
type Measured<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How often each load runs against each server; the middle one counts.
const ROUNDS: usize = 5;

enum Asked {
    Measure { json: Option<PathBuf> },
    Serve(Which, PathBuf),
}

fn asked() -> Result<Asked, String> {
    let mut words = std::env::args().skip(1);
    let asked = match (words.next().as_deref(), words.next()) {
        (None, _) => Asked::Measure { json: None },
        (Some("--json"), Some(file)) => Asked::Measure { json: Some(file.into()) },
        (Some(word), Some(file)) if word == Which::Raw.word() => Asked::Serve(Which::Raw, file.into()),
        (Some(word), Some(file)) if word == Which::Product.word() => {
            Asked::Serve(Which::Product, file.into())
        }
        (Some(word), _) => return Err(format!("{word} is not known; --json FILE is")),
    };
    match words.next() {
        Some(word) => Err(format!("{word} is too much; --json FILE is all")),
        None => Ok(asked),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match asked() {
        Ok(Asked::Measure { json }) => measure(json.as_deref()).await,
        Ok(Asked::Serve(which, file)) => server::run(which, &file).await,
        Err(why) => Err(why.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(json: Option<&Path>) -> Measured<()> {
    // Beside the program, so that the files lie on a disk and not in memory.
    let folder = std::env::current_exe()?.with_file_name(format!("bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measured_in(&folder).await;
    fs::remove_dir_all(&folder)?;
    let figures = measured?;
    figures::print(&figures);
    json.map_or(Ok(()), |file| figures::write(&figures, file))
}

async fn measured_in(folder: &Path) -> Measured<Vec<Figure>> {
    let file = folder.join("company.db");
    println!(
        "founding a company of {} reps, each with {} changes to deliver …",
        company::DEVICES,
        company::CHANGES
    );
    let company = company::found(&file, &Outside::real()).await?;
    let json = print_sizes(&company);
    println!("signing everybody in …");
    let load = Load::ready(&company, &file).await?;
    drop(company);
    let bench = Bench { folder: folder.to_owned(), company: file, load };
    let (mut ingests, mut singles) = ([vec![], vec![]], [vec![], vec![]]);
    for round in 1..=ROUNDS {
        for which in [Which::Raw, Which::Product] {
            let ingest = bench.ingest(which).await?;
            let single = bench.single(which).await?;
            println!(
                "round {round}, {which:?}: {:.0} changes/s, p95 {:.0} ms, {:.1} µs CPU; one by one {single:.0}/s; pull {:.0} ms",
                ingest.changes_a_second, ingest.p95_ms, ingest.cpu_us, ingest.pull_ms,
            );
            ingests[which as usize].push(ingest);
            singles[which as usize].push(single);
        }
    }
    let reply = median(ingests[1].iter().map(|ingest| ingest.reply_bytes));
    println!("a push is answered with {reply:.1} bytes a change\n");
    Ok(figures(&bench, &ingests, &singles, json))
}

fn figures(bench: &Bench, ingests: &[Vec<Ingest>; 2], singles: &[Vec<f64>; 2], json: f64) -> Vec<Figure> {
    let of = |name, unit, measure: fn(&Ingest) -> f64| {
        let [raw, value] = [0, 1].map(|which: usize| median(ingests[which].iter().map(measure)));
        Figure { name, value, unit, raw }
    };
    let pulled = of("pull_bytes_sqlite", "bytes/change", |ingest| ingest.pull_bytes);
    vec![
        of("ingest_sqlite", "changes/s", |ingest| ingest.changes_a_second),
        Figure {
            name: "single_push_sqlite",
            value: median(singles[1].iter().copied()),
            unit: "changes/s",
            raw: median(singles[0].iter().copied()),
        },
        of("push_p95_sqlite", "ms", |ingest| ingest.p95_ms),
        Figure { name: "push_bytes_sqlite", value: bench.load.push_bytes(), unit: "bytes/change", raw: json },
        of("pull_time_sqlite", "ms", |ingest| ingest.pull_ms),
        Figure { raw: json, ..pulled },
        of("push_cpu_sqlite", "µs/change", |ingest| ingest.cpu_us),
        of("peak_memory_sqlite", "MB", |ingest| ingest.peak_mb),
        of("disk_bytes_sqlite", "bytes/change", |ingest| ingest.disk_bytes),
    ]
}

/// Prints how large the changes are as JSON; returns the bytes of one in a packed JSON array of a device's changes.
fn print_sizes(company: &Company) -> f64 {
    for kind in Kind::ALL {
        let sizes: Vec<usize> = company
            .phones
            .iter()
            .flat_map(|phone| phone.json.iter().filter(|(of, _)| *of == kind).map(|(_, json)| json.len()))
            .collect();
        let mean = sizes.iter().sum::<usize>() / sizes.len().max(1);
        println!("{:>6} × {:<16} {mean:>4} bytes as JSON", sizes.len(), kind.name());
    }
    let changes: usize = company.phones.iter().map(|phone| phone.json.len()).sum();
    let packed: usize = company
        .phones
        .iter()
        .map(|phone| {
            let all: Vec<&[u8]> = phone.json.iter().map(|(_, json)| &json[..]).collect();
            client::packed(&all.join(&b','))
        })
        .map(|packed| packed.len())
        .sum();
    let each = for_each(packed, changes);
    println!("{each:>25.1} bytes for each in a gzip of its device's 200 as JSON");
    each
}
