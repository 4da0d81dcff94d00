//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Rounds of each variant, if not told otherwise.
const ROUNDS: usize = 5;

/// How long one round is to take where a row times a rate, seconds.
const ROUND_SECONDS: f64 = 0.5;
const QUICK_ROUND_SECONDS: f64 = 0.1;

/// What is to be measured, and how.
#[derive(Debug, Parser)]
pub struct Options {
    /// Only the row of this name; if there is none, the rows whose names contain it
    pub rows: Vec<String>,
    /// Name the rows and what they measure
    #[arg(long)]
    pub list: bool,
    /// Print the table as Markdown
    #[arg(long)]
    pub markdown: bool,
    /// One short round of each: whether it works, not how fast
    #[arg(long)]
    quick: bool,
    /// Measure dispatch beside one busy process per CPU too
    #[arg(long)]
    pub hogs: bool,
    /// Rounds of each variant
    #[arg(long, value_name = "N", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    rounds: Option<usize>,
    /// The Python that has the peers
    #[arg(long, value_name = "PATH", default_value = "python3")]
    pub python: PathBuf,
    /// Passed by cargo bench; cargo test, which is to take no time, does not
    #[arg(long, hide = true)]
    pub bench: bool,
}

impl Options {
    /// How many rounds of each variant count.
    pub fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 1 } else { ROUNDS })
    }

    /// How long one round is to take, seconds.
    pub fn round_seconds(&self) -> f64 {
        if self.quick {
            QUICK_ROUND_SECONDS
        } else {
            ROUND_SECONDS
        }
    }

    /// Whether a row of this name is wanted, among all names there are.
    pub fn wants(&self, name: &str, all: &[&str]) -> bool {
        let wanted = |filter: &String| {
            if all.contains(&filter.as_str()) {
                name == filter
            } else {
                name.contains(filter.as_str())
            }
        };
        self.rows.is_empty() || self.rows.iter().any(wanted)
    }
}
