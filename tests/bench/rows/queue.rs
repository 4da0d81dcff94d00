//! Items from three producers to two consumers.

use proclab::multiprocess::{EngineOptions, Queue, TypedQueue};
use proclab::os::Monotonic;

use super::{Bench, RATE, value};
use crate::harness::figure::{Figure, Figures, Unit};
use crate::harness::row::{Rival, Row, Size};
use crate::tasks::{QUEUE, Small};

const PRODUCERS: u64 = 3;
const CONSUMERS: u64 = 2;

/// Large items are bounded, or memory would be what is measured.
const LARGE_ITEMS_KEPT: u32 = 64;

const RIVALS: &[Rival] = &[
    Rival::Python("SimpleQueue"),
    Rival::Python("Queue"),
    Rival::Python("billiard.Queue"),
    Rival::Python("faster-fifo"),
];

const BYTES: Figure = Figure {
    key: "mib",
    unit: Unit::MibPerSecond,
    ratio: Some(2.0),
    ..RATE
};

/// Items of a word and a number.
pub const SMALL: Row = Row {
    name: "queue-small",
    what: "items ('xxx', i) from 3 producers to 2 consumers",
    ours: small,
    rivals: RIVALS,
    size: Size::Timed {
        least: 3_000,
        most: 3_000_000,
    },
    figures: &[Figure {
        ratio: Some(5.0),
        ..RATE
    }],
    alone: false,
    beside_hogs: false,
};

/// Items of 64 KiB.
pub const KIB_64: Row = Row {
    name: "queue-64k",
    what: "items of 64 KiB from 3 producers to 2 consumers",
    ours: |count| flow(count, 64 << 10),
    size: Size::Timed {
        least: 300,
        most: 300_000,
    },
    figures: &[BYTES],
    ..SMALL
};

/// Items of 1 MiB.
pub const MIB: Row = Row {
    name: "queue-1m",
    what: "items of 1 MiB from 3 producers to 2 consumers",
    ours: |count| flow(count, 1 << 20),
    size: Size::Timed {
        least: 30,
        most: 30_000,
    },
    figures: &[BYTES],
    ..SMALL
};

fn small(count: u64) -> anyhow::Result<Figures> {
    flow(count, 0)
}

/// From the moment the first producer begins to the moment the last consumer has got its sentinel, by their own clocks.
fn flow(count: u64, bytes: usize) -> anyhow::Result<Figures> {
    let workers = usize::try_from(PRODUCERS + CONSUMERS)?;
    let bench = Bench::warm(EngineOptions::default(), workers)?;
    let kept = if bytes == 0 { 0 } else { LARGE_ITEMS_KEPT };
    let queue = Queue::new(&bench.engine, QUEUE, kept)?;
    let each = (count / PRODUCERS).max(1);
    let consumers = (0..CONSUMERS).map(|_| bench.submit("consume", &bytes));
    let consumers: Vec<_> = consumers.collect::<anyhow::Result<_>>()?;
    let producers = (0..PRODUCERS).map(|_| bench.submit("produce", &(each, bytes)));
    let producers: Vec<_> = producers.collect::<anyhow::Result<_>>()?;
    let mut begun = Monotonic { nanos: u64::MAX };
    for producer in &producers {
        begun = begun.min(value(producer)?);
    }
    for _ in 0..CONSUMERS {
        if bytes == 0 {
            TypedQueue::<Small>::from(queue.clone()).put(&None)?;
        } else {
            queue.put(Vec::new())?;
        }
    }
    let (mut items, mut ended) = (0, Monotonic::default());
    for consumer in &consumers {
        let (count, last): (u64, Monotonic) = value(consumer)?;
        items += count;
        ended = ended.max(last);
    }
    anyhow::ensure!(items == each * PRODUCERS, "items are missing");
    let rate = items as f64 / (ended.nanos_since(begun) as f64 / 1e9);
    let mib = rate * bytes as f64 / f64::from(1 << 20);
    Ok([("rate".to_owned(), rate), ("mib".to_owned(), mib)].into())
}
