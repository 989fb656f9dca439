//! What operations cost, as the benchmark measured it.

use serde_json::Value;

/// Microseconds; everything here counts in them.
pub(crate) type Micros = u64;

/// What one backend costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Costs {
    /// One durable commit: the raw handler's time for one row in a transaction of its own.
    pub(crate) commit: f64,
    /// The feed lock, for one change of a large group: the whole ingest, divided by its changes. It has been measured with
    /// the commits in it, so these are counted twice, on the safe side.
    pub(crate) locked: f64,
    /// The server's processors, for a push with one change in it: request, token, signature, answer.
    pub(crate) request: f64,
    /// The server's processors, for each change.
    pub(crate) change: f64,
    /// Reading and sending one entry of the feed.
    pub(crate) entry: f64,
    /// A first sync, where it was measured; else as many entries as it holds.
    pub(crate) first_sync: f64,
    /// One page of an office list.
    pub(crate) list: Option<f64>,
    /// Bytes on the wire for a pushed change, and for a pulled one.
    pub(crate) push_bytes: f64,
    pub(crate) pull_bytes: f64,
    /// Bytes on the disk for a change.
    pub(crate) disk_bytes: f64,
    /// Whether all companies share the one writer of one file.
    pub(crate) one_writer: bool,
}

/// What both backends cost, as far as they were measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Figures {
    pub(crate) sqlite: Option<Costs>,
    pub(crate) postgres: Option<Costs>,
}

/// The entries of the benchmark's pull, and of its first sync.
const PULLED: f64 = 20_000.0;
const FIRST_SYNC: f64 = 52_000.0;

impl Figures {
    /// Reads what `cargo xtask bench --json` has written.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let all: Vec<Value> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let (sqlite, postgres) = (costs(&all, "sqlite", true)?, costs(&all, "postgres", false)?);
        if sqlite.is_none() && postgres.is_none() {
            return Err("neither ingest_sqlite nor ingest_postgres is in it".into());
        }
        Ok(Self { sqlite, postgres })
    }
}

fn costs(all: &[Value], backend: &str, one_writer: bool) -> Result<Option<Costs>, String> {
    let of = |name: &str, field: &str| {
        let whole = format!("{name}_{backend}");
        let found = all.iter().find(|figure| figure["name"] == whole.as_str())?;
        found[field].as_f64().filter(|value| *value > 0.0)
    };
    let Some(ingest) = of("ingest", "value") else { return Ok(None) };
    let need = |name: &str, field: &str| of(name, field).ok_or(format!("{name}_{backend} has no {field}"));
    let locked = 1e6 / ingest;
    let entry = need("pull_time", "value")? * 1_000.0 / PULLED;
    Ok(Some(Costs {
        commit: 1e6 / need("single_push", "raw")?,
        locked,
        request: (1e6 / need("single_push", "value")? - locked).max(0.0),
        change: need("push_cpu", "value")?,
        entry,
        first_sync: of("first_sync_time", "value").map_or(entry * FIRST_SYNC, |ms| ms * 1_000.0),
        list: of("list_p95", "value").map(|ms| ms * 1_000.0),
        push_bytes: need("push_bytes", "value")?,
        pull_bytes: need("pull_bytes", "value")?,
        disk_bytes: need("disk_bytes", "value")?,
        one_writer,
    }))
}

#[cfg(test)]
pub(crate) const SAMPLE: &str = r#"[
    {"name": "ingest_sqlite", "value": 20000, "raw": 50000},
    {"name": "single_push_sqlite", "value": 5000, "raw": 2500},
    {"name": "push_cpu_sqlite", "value": 40, "raw": 14},
    {"name": "pull_time_sqlite", "value": 200, "raw": 60},
    {"name": "push_bytes_sqlite", "value": 90, "raw": 70},
    {"name": "pull_bytes_sqlite", "value": 80, "raw": 70},
    {"name": "disk_bytes_sqlite", "value": 1000, "raw": 250}
]"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_follow_from_what_was_measured() {
        let figures = Figures::read(SAMPLE).expect("a whole file");
        let costs = figures.sqlite.expect("it was measured");
        assert_eq!((costs.commit, costs.locked, costs.request), (400.0, 50.0, 150.0));
        assert_eq!((costs.entry, costs.first_sync), (10.0, 520_000.0));
        assert_eq!(figures.postgres, None);
    }

    #[test]
    fn a_figure_that_is_missing_is_named() {
        let without = SAMPLE.replace("push_cpu_sqlite", "something");
        assert_eq!(Figures::read(&without), Err("push_cpu_sqlite has no value".into()));
        assert!(Figures::read("[]").expect_err("nothing").contains("ingest_sqlite"));
    }
}
