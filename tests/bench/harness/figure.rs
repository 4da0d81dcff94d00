//! A number that a round gives: its unit, which way is better, and what we commit to.

use std::collections::BTreeMap;

/// The figures of one round by their keys; what did not come in time is infinite.
pub type Figures = BTreeMap<String, f64>;

/// One figure of a row, one line of the table.
#[derive(Debug)]
pub struct Figure {
    /// Its name in a round's figures.
    pub key: &'static str,
    /// What it is, after the row's name; empty for a row's only one.
    pub title: &'static str,
    /// How it is written, and which way is better.
    pub unit: Unit,
    /// At least so many times as good as the best peer.
    pub ratio: Option<f64>,
    /// Never worse than this, whatever peers do.
    pub bound: Option<f64>,
}

/// Whether a commitment was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// In every round.
    Kept,
    /// In the middle round, but not in every one.
    KeptByMedian,
    /// Not even in the middle round.
    NotYet,
}

/// How a figure is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A rate; more is better.
    PerSecond,
    /// A rate of bytes; more is better.
    MibPerSecond,
    /// Less is better.
    Milliseconds,
    /// Less is better.
    Microseconds,
    /// Less is better.
    Mib,
    /// Less is better.
    Count,
}

impl Unit {
    fn more_is_better(self) -> bool {
        matches!(self, Self::PerSecond | Self::MibPerSecond)
    }

    /// Writes a value with three digits that mean something.
    pub fn show(self, value: f64) -> String {
        if value.is_infinite() {
            return "too late".to_owned();
        }
        match self {
            Self::PerSecond if value >= 999_500.0 => format!("{} M/s", digits(value / 1e6)),
            Self::PerSecond if value >= 999.5 => format!("{} k/s", digits(value / 1e3)),
            Self::PerSecond => format!("{} /s", digits(value)),
            Self::MibPerSecond => format!("{} MiB/s", digits(value)),
            Self::Milliseconds => format!("{} ms", digits(value)),
            Self::Microseconds => format!("{} us", digits(value)),
            Self::Mib => format!("{} MiB", digits(value)),
            Self::Count => format!("{value:.0}"),
        }
    }
}

impl Figure {
    /// How many times as good `ours` is.
    pub fn advantage(&self, ours: f64, theirs: f64) -> f64 {
        let ratio = if self.unit.more_is_better() {
            ours / theirs
        } else {
            theirs / ours
        };
        // Both never came, or both lost nothing.
        if ratio.is_nan() { 1.0 } else { ratio }
    }

    /// Whether what this commits to was kept; `None` if it commits to nothing, or there is nobody to compare with.
    pub fn verdict(&self, ours: &Spread, ratio: Option<&Spread>) -> Option<Verdict> {
        // What is bounded is better the smaller it is.
        let by_bound = self
            .bound
            .map(|bound| (ours.median <= bound, ours.most <= bound));
        let by_ratio = self
            .ratio
            .zip(ratio)
            .map(|(commit, ratio)| (ratio.median >= commit, ratio.least >= commit));
        let verdict = |(median, every)| match (median, every) {
            (_, true) => Verdict::Kept,
            (true, false) => Verdict::KeptByMedian,
            (false, false) => Verdict::NotYet,
        };
        by_bound.map(verdict).max(by_ratio.map(verdict))
    }

    /// What it commits to, in words.
    pub fn commitment(&self) -> String {
        let bound = self
            .bound
            .map(|bound| format!("<= {}", self.unit.show(bound)));
        // Some commit to a part of what a peer takes, whose inverse has no end.
        let ratio = self.ratio.map(|ratio| (ratio * 100.0).round() / 100.0);
        let ratio = ratio.map(|ratio| format!(">= {ratio}x"));
        let both: Vec<_> = bound.into_iter().chain(ratio).collect();
        if both.is_empty() {
            "-".to_owned()
        } else {
            both.join(", ")
        }
    }
}

/// A ratio's number; infinite where the peer never came to an end.
pub fn show_ratio(ratio: f64) -> String {
    if ratio.is_infinite() {
        "inf".to_owned()
    } else {
        digits(ratio)
    }
}

fn digits(value: f64) -> String {
    if value >= 99.95 {
        format!("{value:.0}")
    } else if value >= 9.995 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// The values of all rounds.
pub struct Spread {
    /// The middle one.
    pub median: f64,
    /// The smallest.
    pub least: f64,
    /// The largest.
    pub most: f64,
}

impl Spread {
    /// Of these values; `None` if there are none.
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        Some(Self {
            median: part(&values, 0.5)?,
            least: *values.first()?,
            most: *values.last()?,
        })
    }
}

/// Turns latencies in nanoseconds into the figures `p50` and `p99` in microseconds.
pub fn latency_figures(mut nanos: Vec<u64>) -> Figures {
    nanos.sort_unstable();
    [("p50", 0.5), ("p99", 0.99)]
        .into_iter()
        .filter_map(|(key, share)| Some((key.to_owned(), part(&nanos, share)? as f64 / 1e3)))
        .collect()
}

/// The value that this share of the sorted ones is below.
fn part<T: Copy>(sorted: &[T], share: f64) -> Option<T> {
    let place = (sorted.len() as f64 * share) as usize;
    sorted.get(place.min(sorted.len().checked_sub(1)?)).copied()
}
