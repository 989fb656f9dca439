//! Merging in process: the feed's entries folded into papers, as the hub, a phone and `verify` do it.

use std::{collections::BTreeMap, env, fs, hint::black_box, path::Path, process::Command, time::Instant};

use server::outside::Outside;
use sync_core::{
    feed::Entry,
    paper::{Paper, PaperKey},
    wire::Page,
};

use crate::{
    Measured, ROUNDS,
    figures::{Figure, for_each, median},
    history,
};

/// How many changes are merged.
const CHANGES: u32 = 20_000;

/// Folds the last changes of a company's feed, again and again; beside it, only reads what each of them says.
pub(crate) async fn measured(file: &Path, position: u64, outside: &Outside) -> Measured<Vec<Figure>> {
    let entries = history::entries(file, outside, position, CHANGES).await?;
    if entries.len() != CHANGES as usize {
        return Err(format!("{} entries are there to be merged", entries.len()).into());
    }
    let a_second = |work: &dyn Fn(&[Entry])| {
        let each = (0..ROUNDS).map(|_| {
            let begun = Instant::now();
            work(&entries);
            for_each(entries.len(), 1) / begun.elapsed().as_secs_f64()
        });
        median(each)
    };
    let value = a_second(&|entries| {
        let mut papers: BTreeMap<PaperKey, Paper> = BTreeMap::new();
        for entry in entries {
            entry.fold(&mut papers);
        }
        black_box(papers.len());
    });
    let raw = a_second(&|entries| {
        for entry in entries {
            drop(black_box(entry.op()));
        }
    });
    let mut figures = vec![Figure { name: "merge_native", value, unit: "changes/s", raw }];
    match (env::var_os(WASM), env::var_os(NODE)) {
        (Some(folder), Some(node)) => {
            let page = file.with_extension("page");
            let in_wasm = in_wasm(Path::new(&folder), Path::new(&node), &page, entries)?;
            figures.push(Figure { name: "merge_wasm", value: in_wasm, unit: "changes/s", raw: value });
        }
        _ => println!("merge_wasm is left out: `cargo xtask bench` builds what it needs"),
    }
    Ok(figures)
}

/// Where the program lies that merges in wasm, and the Node that runs it; told by `cargo xtask bench`.
const WASM: &str = "FIELDBOOK_BENCH_WASM";
const NODE: &str = "FIELDBOOK_BENCH_NODE";

/// The same changes merged in wasm, built as the phone's program is: changes a second.
fn in_wasm(folder: &Path, node: &Path, page: &Path, entries: Vec<Entry>) -> Measured<f64> {
    let count = for_each(entries.len(), 1);
    fs::write(page, Page { entries, ..Page::default() }.to_bytes())?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/merge.cjs");
    let told = Command::new(node).arg(script).arg(folder).arg(page).arg(ROUNDS.to_string()).output()?;
    if !told.status.success() {
        return Err(format!("merging in wasm: {}", String::from_utf8_lossy(&told.stderr)).into());
    }
    let said = String::from_utf8(told.stdout)?;
    let each: Vec<f64> = said.lines().map(str::parse).collect::<Result<_, _>>()?;
    Ok(count / median(each.into_iter()) * 1000.0)
}
