//! The phone's figures, measured in a browser: a first sync of a large book, a cold start, and saving on a slow processor.

use std::{env, fs, path::Path, process::Command};

use serde_json::Value;

use crate::{
    Measured,
    company::{PASSWORD, rep_number},
    figures::{Figure, median, percentile},
    server::{Running, Which},
};

/// The Node that drives the browser; told by `cargo xtask bench`, which has built the pages that this program carries.
const NODE: &str = "FIELDBOOK_BENCH_DRIVER";

/// Lets a browser work with the book of the first rep, and with as little as can be asked of it.
pub(crate) async fn measured(book: &Path) -> Measured<Vec<Figure>> {
    let Some(node) = env::var_os(NODE) else {
        println!("what the phone needs is left out: `cargo xtask bench` builds it");
        return Ok(Vec::new());
    };
    println!("a browser fetches the book, starts and saves …");
    let server = Running::start(Which::Product, book)?;
    let told = book.with_extension("phone");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/bench/phone.js");
    let driven = Command::new(node)
        .arg(script)
        .args([&format!("http://{}", server.address), &rep_number(0), PASSWORD])
        .arg(&told)
        .output()?;
    server.stop().await?;
    if !driven.status.success() {
        return Err(format!("the browser: {}", String::from_utf8_lossy(&driven.stderr)).into());
    }
    let told: Value = serde_json::from_slice(&fs::read(told)?)?;
    let times = |name: &str| serde_json::from_value::<Vec<f64>>(told[name].clone());
    let slowed = median(times("syncSlowed")?.into_iter());
    println!("on a processor slowed down four times the first sync takes {slowed:.0} ms");
    let of = |name, value: &str, raw: &str, percent| {
        let at = |name| Ok::<f64, serde_json::Error>(percentile(&mut times(name)?, percent));
        Measured::Ok(Figure { name, value: at(value)?, unit: "ms", raw: at(raw)? })
    };
    Ok(vec![
        of("cold_start", "start", "startRaw", 50)?,
        of("save_p95", "save", "saveRaw", 95)?,
        of("apply_50k", "sync", "syncRaw", 50)?,
    ])
}
