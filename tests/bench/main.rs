//! The measurement: a hundred phones push against the whole server and, beside it, against the raw limit.
//!
//! Beside it what is measured over a long history: first sync, lists, the cost of a push; and merging in process.
//!
//! Both servers are children of this program on 127.0.0.1, over files in one folder that is removed at the end. What
//! each figure means stands in `docs/performance.md`.

mod client;
mod company;
mod database;
mod dice;
mod figures;
mod first_sync;
mod history;
mod lists;
mod merge;
mod phone;
mod raw;
mod raw_postgres;
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

use company::{Company, Plan};
use figures::{Figure, for_each, median};
use rounds::{Bench, Ingest, Load};
use server::Which;
use workload::Kind;

/// What may go wrong while measuring is only ever told to a person.
type Measured<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How often each load runs against each server; the middle one counts.
const ROUNDS: usize = 5;

/// What is measured together, because it needs the same preparation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Rounds,
    Postgres,
    Merge,
    FirstSync,
    Phone,
    Lists,
    Growth,
}

/// What is measured in rounds of pushes and pulls, over each backend.
const OVER_SQLITE: [&str; 9] = [
    "ingest_sqlite",
    "single_push_sqlite",
    "push_p95_sqlite",
    "push_bytes_sqlite",
    "pull_time_sqlite",
    "pull_bytes_sqlite",
    "push_cpu_sqlite",
    "peak_memory_sqlite",
    "disk_bytes_sqlite",
];
const OVER_POSTGRES: [&str; 9] = [
    "ingest_postgres",
    "single_push_postgres",
    "push_p95_postgres",
    "push_bytes_postgres",
    "pull_time_postgres",
    "pull_bytes_postgres",
    "push_cpu_postgres",
    "peak_memory_postgres",
    "disk_bytes_postgres",
];

/// The lists once more, over Postgres.
const LISTS_OVER_POSTGRES: &str = "list_p95_postgres";

/// The figures of each part.
const PARTS: [(Part, &[&str]); 7] = [
    (Part::Rounds, &OVER_SQLITE),
    (Part::Postgres, &OVER_POSTGRES),
    (Part::Merge, &["merge_native", "merge_wasm"]),
    (Part::FirstSync, &["first_sync_time", "first_sync_bytes", "first_sync_memory"]),
    (Part::Phone, &["cold_start", "save_p95", "apply_50k"]),
    (Part::Lists, &["list_p95", LISTS_OVER_POSTGRES]),
    (Part::Growth, &["push_growth"]),
];

/// What to measure, and where the figures go.
#[derive(Debug, Default)]
struct Measure {
    json: Option<PathBuf>,
    against: Option<PathBuf>,
    only: Vec<String>,
}

impl Measure {
    /// Whether one figure is asked for.
    fn names(&self, figure: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == figure)
    }

    /// Whether any figure of a part is asked for.
    fn wants(&self, part: Part) -> bool {
        let figures = PARTS.iter().filter(|(of, _)| *of == part).flat_map(|(_, figures)| figures.iter());
        self.only.is_empty() || figures.clone().any(|figure| self.only.iter().any(|only| only == figure))
    }
}

enum Asked {
    Measure(Measure),
    Serve(Which, PathBuf),
}

fn asked() -> Result<Asked, String> {
    let mut words = std::env::args().skip(1);
    let mut measure = Measure::default();
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--json" => measure.json = Some(value.into()),
            "--against" => measure.against = Some(value.into()),
            "--only" if PARTS.iter().any(|(_, figures)| figures.contains(&value.as_str())) => {
                measure.only.push(value);
            }
            "--only" => {
                let known: Vec<&str> =
                    PARTS.iter().flat_map(|(_, figures)| figures.iter().copied()).collect();
                return Err(format!("{value} is no figure; these are: {}", known.join(", ")));
            }
            word if word == Which::Raw.word() => return Ok(Asked::Serve(Which::Raw, value.into())),
            word if word == Which::Product.word() => return Ok(Asked::Serve(Which::Product, value.into())),
            word => {
                return Err(format!("{word} is not known; --json FILE, --only NAME and --against FILE are"));
            }
        }
    }
    Ok(Asked::Measure(measure))
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match asked() {
        Ok(Asked::Measure(asked)) => measure(&asked).await,
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

async fn measure(asked: &Measure) -> Measured<()> {
    let before = asked.against.as_deref().map(figures::read).transpose()?;
    // Beside the program, so that the files lie on a disk and not in memory.
    let folder = std::env::current_exe()?.with_file_name(format!("bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measured_in(&folder, asked).await;
    fs::remove_dir_all(&folder)?;
    let mut figures = measured?;
    figures.retain(|figure| asked.only.is_empty() || asked.only.iter().any(|only| only == figure.name));
    figures::print(&figures, before.as_deref());
    asked.json.as_deref().map_or(Ok(()), |file| figures::write(&figures, file))
}

async fn measured_in(folder: &Path, asked: &Measure) -> Measured<Vec<Figure>> {
    let outside = Outside::real();
    let mut figures = Vec::new();
    if asked.wants(Part::Rounds) || asked.wants(Part::Merge) {
        let file = folder.join("company.db");
        figures.extend(rounds(folder, file, &OVER_SQLITE, asked).await?);
    }
    if asked.wants(Part::Postgres) {
        let database = database::fresh(rounds::COMPANY, "template0").await?;
        figures.extend(rounds(folder, database, &OVER_POSTGRES, asked).await?);
    }
    if asked.wants(Part::FirstSync) || asked.wants(Part::Phone) {
        let book = first_sync::Book::written(folder, &outside).await?;
        if asked.wants(Part::FirstSync) {
            figures.extend(book.measured(&outside).await?);
        }
        if asked.wants(Part::Phone) {
            figures.extend(phone::measured(book.file()).await?);
        }
        book.remove()?;
    }
    if asked.wants(Part::Lists) || asked.wants(Part::Growth) {
        let histories = lists::Histories::written(folder, &outside).await?;
        if asked.wants(Part::Lists) {
            if asked.names("list_p95") {
                figures.push(histories.lists(&outside).await?);
            }
            if asked.names(LISTS_OVER_POSTGRES) {
                figures.push(histories.lists_over_postgres(&outside).await?);
            }
        }
        if asked.wants(Part::Growth) {
            figures.extend(histories.growth().await?);
        }
    }
    Ok(figures)
}

/// Full and single pushes, pulls, and merging of what was pushed.
async fn rounds(
    folder: &Path,
    file: PathBuf,
    names: &[&'static str; 9],
    asked: &Measure,
) -> Measured<Vec<Figure>> {
    let outside = Outside::real();
    let merges = names == &OVER_SQLITE && asked.wants(Part::Merge);
    println!(
        "founding a company of {} reps, each with {} changes to deliver …",
        company::DEVICES,
        company::CHANGES
    );
    let company = company::found(&file, &outside, &Plan::NEW).await?;
    let json = print_sizes(&company);
    println!("signing everybody in …");
    let load = Load::ready(&company, &file).await?;
    drop(company);
    let bench = Bench { folder: folder.to_owned(), company: file, load };
    if merges && !asked.wants(Part::Rounds) {
        bench.ingest(Which::Product).await?;
        return merge::measured(&bench.pushed(), bench.load.position(), &outside).await;
    }
    let (mut ingests, mut singles) = ([vec![], vec![]], [vec![], vec![]]);
    let mut merged = Vec::new();
    for round in 1..=ROUNDS {
        for which in [Which::Raw, Which::Product] {
            let ingest = bench.ingest(which).await?;
            if which == Which::Product && round == ROUNDS && merges {
                merged = merge::measured(&bench.pushed(), bench.load.position(), &outside).await?;
            }
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
    let mut all = figures(&bench, names, &ingests, &singles, json);
    all.extend(merged);
    Ok(all)
}

fn figures(
    bench: &Bench,
    names: &[&'static str; 9],
    ingests: &[Vec<Ingest>; 2],
    singles: &[Vec<f64>; 2],
    json: f64,
) -> Vec<Figure> {
    let of = |name, unit, measure: fn(&Ingest) -> f64| {
        let [raw, value] = [0, 1].map(|which: usize| median(ingests[which].iter().map(measure)));
        Figure { name, value, unit, raw }
    };
    let &[ingest, single, p95, push_bytes, pull_time, pull_bytes, cpu, memory, disk] = names;
    let [raw, value] = [0, 1].map(|which: usize| median(singles[which].iter().copied()));
    let pulled = of(pull_bytes, "bytes/change", |ingest| ingest.pull_bytes);
    vec![
        of(ingest, "changes/s", |ingest| ingest.changes_a_second),
        Figure { name: single, value, unit: "changes/s", raw },
        of(p95, "ms", |ingest| ingest.p95_ms),
        Figure { name: push_bytes, value: bench.load.push_bytes(), unit: "bytes/change", raw: json },
        of(pull_time, "ms", |ingest| ingest.pull_ms),
        Figure { raw: json, ..pulled },
        of(cpu, "µs/change", |ingest| ingest.cpu_us),
        of(memory, "MB", |ingest| ingest.peak_mb),
        of(disk, "bytes/change", |ingest| ingest.disk_bytes),
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
