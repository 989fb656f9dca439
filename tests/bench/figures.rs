//! What was measured, as a table and as JSON.

use std::{fs, path::Path};

use serde_json::json;

use crate::Measured;

/// One figure beside the same measure of the raw limit.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) raw: f64,
}

impl Figure {
    fn ratio(&self) -> f64 {
        self.value / self.raw
    }

    /// Whether it is a rate; everything else is a cost.
    fn more_is_better(&self) -> bool {
        self.unit == "changes/s"
    }
}

/// So much for each of so many.
#[expect(clippy::cast_precision_loss, reason = "bytes and changes of a run stay far below 2^52")]
pub(crate) fn for_each(sum: usize, of: usize) -> f64 {
    sum as f64 / of as f64
}

/// The value in the middle.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    percentile(&mut values.collect::<Vec<_>>(), 50)
}

/// The value below which so many of a hundred lie.
pub(crate) fn percentile(values: &mut [f64], of_a_hundred: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() * of_a_hundred / 100).min(values.len() - 1)]
}

/// A ratio that is worse than before by more than this part is marked: less is noise of a machine that others use too.
const WORSE: f64 = 0.1;

/// The ratios of an earlier run, by the figures' names.
pub(crate) fn read(file: &Path) -> Measured<Vec<(String, f64)>> {
    let all: Vec<serde_json::Value> = serde_json::from_slice(&fs::read(file)?)?;
    let read =
        |figure: &serde_json::Value| Some((figure["name"].as_str()?.to_owned(), figure["ratio"].as_f64()?));
    all.iter()
        .map(|figure| read(figure).ok_or_else(|| "an earlier figure has no name or no ratio".into()))
        .collect()
}

/// Prints the figures, beside those of an earlier run where there are some.
pub(crate) fn print(figures: &[Figure], before: Option<&[(String, f64)]>) {
    println!("{:<20} {:>12} {:>12} {:>7}  unit", "figure", "value", "raw limit", "ratio");
    for figure in figures {
        let Figure { name, value, unit, raw } = figure;
        let known = before.into_iter().flatten().find(|(before, _)| before == name);
        let beside = known.map_or_else(String::new, |(_, before)| {
            let better = figure.ratio() / before;
            let worse = if figure.more_is_better() { 1.0 / better } else { better };
            let mark = if worse > 1.0 + WORSE { "  WORSE" } else { "" };
            format!("  before {before:.2}{mark}")
        });
        println!("{name:<20} {value:>12.1} {raw:>12.1} {:>7.2}  {unit}{beside}", figure.ratio());
    }
}

/// Writes the figures into a file: an array of objects.
pub(crate) fn write(figures: &[Figure], file: &Path) -> Measured<()> {
    let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
    let all: Vec<_> = figures
        .iter()
        .map(|figure| {
            json!({
                "name": figure.name,
                "value": rounded(figure.value),
                "unit": figure.unit,
                "raw": rounded(figure.raw),
                "ratio": rounded(figure.ratio()),
            })
        })
        .collect();
    fs::write(file, serde_json::to_string_pretty(&all)? + "\n")?;
    Ok(())
}
