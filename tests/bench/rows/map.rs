//! Many items at once: a map in chunks, and item by item.

use proclab::multiprocess::EngineOptions;
use proclab::os::Monotonic;

use super::{Bench, POOLS, RATE, check_squares, rate};
use crate::harness::figure::{Figure, Figures};
use crate::harness::row::{Row, Size, WORKERS};
use crate::tasks::SQUARE;

/// Every item a task of its own.
pub const MAP_ONE: Row = Row {
    name: "map-1",
    what: "a map of n -> n * n in chunks of one item",
    ours: map_one,
    size: ONE_BY_ONE,
    figures: &[Figure {
        ratio: Some(20.0),
        ..RATE
    }],
    ..MAP
};

/// Results as they arrive.
pub const IMAP_UNORDERED: Row = Row {
    name: "imap-unordered-1",
    what: "an imap_unordered of n -> n * n in chunks of one item",
    ours: imap_unordered,
    ..MAP_ONE
};

/// As few tasks as make sense.
pub const MAP: Row = Row {
    name: "map",
    what: "a map of n -> n * n in its default chunks",
    ours: map,
    rivals: POOLS,
    size: Size::MostForOurs {
        least: 10_000,
        most: 3_000_000,
    },
    figures: &[Figure {
        ratio: Some(4.0),
        ..RATE
    }],
    alone: false,
    beside_hogs: false,
};

const ONE_BY_ONE: Size = Size::MostForOurs {
    least: 1_000,
    most: 100_000,
};

fn map_one(count: u64) -> anyhow::Result<Figures> {
    mapped(count, Some(1))
}

fn map(count: u64) -> anyhow::Result<Figures> {
    mapped(count, None)
}

fn mapped(count: u64, chunksize: Option<usize>) -> anyhow::Result<Figures> {
    let bench = Bench::warm(EngineOptions::default(), WORKERS)?;
    let begun = Monotonic::now();
    let total = bench.pool.map(&SQUARE, 0..count, chunksize)?.iter().sum();
    let figures = rate(count, begun);
    check_squares(total, count)?;
    Ok(figures)
}

fn imap_unordered(count: u64) -> anyhow::Result<Figures> {
    let bench = Bench::warm(EngineOptions::default(), WORKERS)?;
    let begun = Monotonic::now();
    let mut total = 0;
    for square in bench.pool.imap_unordered(&SQUARE, 0..count, 1)? {
        total += square?;
    }
    let figures = rate(count, begun);
    check_squares(total, count)?;
    Ok(figures)
}
