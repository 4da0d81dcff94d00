//! Tasks that do next to nothing: what is measured is the way there and back.

use proclab::multiprocess::EngineOptions;
use proclab::os::Monotonic;

use super::{Bench, P50, P99, POOLS, RATE, check_squares, rate, value};
use crate::harness::figure::{Figure, Figures, latency_figures};
use crate::harness::row::{Row, Size, WORKERS};

/// One call after the other.
pub const APPLY: Row = Row {
    name: "apply",
    what: "blocking calls of n -> n * n, one after the other",
    ours: apply,
    rivals: POOLS,
    size: Size::Timed {
        least: 200,
        most: 1_000_000,
    },
    figures: &[
        Figure {
            ratio: Some(4.0),
            ..RATE
        },
        P50,
        P99,
    ],
    alone: false,
    beside_hogs: true,
};

/// All calls at once.
pub const APPLY_ASYNC: Row = Row {
    name: "apply-async",
    what: "100,000 of n -> n * n submitted at once (fewer by slower peers), and every result fetched",
    ours: apply_async,
    rivals: POOLS,
    size: Size::MostForOurs {
        least: 1_000,
        most: 100_000,
    },
    figures: &[Figure {
        ratio: Some(30.0),
        ..RATE
    }],
    alone: false,
    beside_hogs: true,
};

fn apply(count: u64) -> anyhow::Result<Figures> {
    let bench = Bench::warm(EngineOptions::default(), WORKERS)?;
    let mut latencies = Vec::with_capacity(usize::try_from(count)?);
    let mut total = 0;
    let begun = Monotonic::now();
    let mut before = begun;
    for n in 0..count {
        total += bench.apply::<u64>("square", &n)?;
        let now = Monotonic::now();
        latencies.push(now.nanos_since(before));
        before = now;
    }
    let mut figures = rate(count, begun);
    check_squares(total, count)?;
    figures.append(&mut latency_figures(latencies));
    Ok(figures)
}

fn apply_async(count: u64) -> anyhow::Result<Figures> {
    let bench = Bench::warm(EngineOptions::default(), WORKERS)?;
    let begun = Monotonic::now();
    let results = (0..count).map(|n| bench.submit("square", &n));
    let results: Vec<_> = results.collect::<anyhow::Result<_>>()?;
    let mut total = 0;
    for result in &results {
        total += value::<u64>(result)?;
    }
    let figures = rate(count, begun);
    check_squares(total, count)?;
    Ok(figures)
}
