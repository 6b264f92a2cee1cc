//! Figures, each beside its target, on the terminal and as JSON in `bench/output`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

/// The results of one run, in the order in which they were found.
#[derive(Debug)]
pub(crate) struct Report {
    name: &'static str,
    text: String,
    figures: Vec<Value>,
}

impl Report {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, text: String::new(), figures: Vec::new() }
    }

    /// A line of prose.
    pub(crate) fn say(&mut self, line: impl AsRef<str>) {
        println!("{}", line.as_ref());
        let _ = writeln!(self.text, "{}", line.as_ref());
    }

    /// A figure; with a target it is judged.
    pub(crate) fn figure(&mut self, name: &str, value: f64, unit: &str, target: Option<Target>) {
        let (wanted, met) = match target {
            None => (String::new(), None),
            Some(Target::AtLeast(least)) => {
                (format!("target ≥ {}", short(least)), Some(value >= least))
            }
            Some(Target::AtMost(most)) => {
                (format!("target ≤ {}", short(most)), Some(value <= most))
            }
        };
        let verdict = match met {
            None => "",
            Some(true) => "ok",
            Some(false) => "missed",
        };
        let line = format!("  {name:<58} {:>10} {unit:<12} {wanted:<14} {verdict}", short(value));
        self.say(line.trim_end());
        self.figures.push(
            json!({ "name": name, "value": value, "unit": unit, "target": wanted, "met": met }),
        );
    }

    /// Writes the JSON and the text into the output directory.
    pub(crate) fn save(&self) -> Result<()> {
        let all = json!({ "benchmark": self.name, "figures": self.figures, "text": self.text });
        let file = output()?.join(format!("{}.json", self.name));
        std::fs::write(&file, serde_json::to_vec_pretty(&all)?)
            .with_context(|| format!("cannot write {}", file.display()))?;
        println!("\nAlso in bench/output/{}.json", self.name);
        Ok(())
    }
}

/// Three significant digits.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.1 || size == 0.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

/// The directory of this package.
pub(crate) fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Where results and the data of the measured server go.
pub(crate) fn output() -> Result<PathBuf> {
    let directory = home().join("output");
    std::fs::create_dir_all(&directory)
        .with_context(|| format!("cannot make {}", directory.display()))?;
    Ok(directory)
}

/// The middle one, or 0 of none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle), values.len() % 2) {
        (Some(upper), 0) => {
            values.get(middle - 1).map_or(*upper, |lower| f64::midpoint(*lower, *upper))
        }
        (Some(value), _) => *value,
        (None, _) => 0.0,
    }
}

/// The value below which `percent` of all lie, in milliseconds. Sorts.
pub(crate) fn percentile(values: &mut [Duration], percent: usize) -> f64 {
    values.sort_unstable();
    let place = (values.len() * percent / 100).min(values.len().saturating_sub(1));
    values.get(place).map_or(0.0, |value| value.as_secs_f64() * 1e3)
}

/// A count as a number to calculate with.
pub(crate) fn number(count: impl TryInto<u32>) -> f64 {
    f64::from(count.try_into().unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_few_and_of_none() {
        assert!((median([3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median([4.0, 1.0]) - 2.5).abs() < 1e-9);
        assert!(median([]).abs() < 1e-9);
    }

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let mut values: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert!((percentile(&mut values, 50) - 51.0).abs() < 1e-9);
        assert!((percentile(&mut values, 99) - 100.0).abs() < 1e-9);
        assert!(percentile(&mut [], 50).abs() < 1e-9);
    }
}
