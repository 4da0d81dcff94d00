//! The rows: one file a family, [`ROWS`] lists them.

mod dispatch;
mod events;
mod faults;
mod map;
mod output;
mod queue;
mod start;

use std::collections::BTreeSet;
use std::process::ExitCode;

use proclab::multiprocess::{ApplyOptions, AsyncResult, Engine, EngineOptions, Pool, PoolOptions};
use proclab::os::Monotonic;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::harness::figure::{Figure, Figures, Unit};
use crate::harness::row::{Rival, Row};
use crate::tasks;

/// Everything that is measured.
pub static ROWS: &[Row] = &[
    dispatch::APPLY,
    dispatch::APPLY_ASYNC,
    map::MAP_ONE,
    map::IMAP_UNORDERED,
    map::MAP,
    queue::SMALL,
    queue::KIB_64,
    queue::MIB,
    start::START_UP,
    start::MEMORY,
    start::PROCESS,
    faults::LONG_TASK,
    faults::KILLED,
    output::LOG,
    output::LOG_PRINT,
    events::OBSERVED,
    events::STREAMED,
    events::RECORDED,
];

/// Every pool in Python that we know.
const POOLS: &[Rival] = &[
    Rival::Python("multiprocessing"),
    Rival::Python("concurrent.futures"),
    Rival::Python("loky"),
    Rival::Python("pebble"),
    Rival::Python("billiard"),
    Rival::Python("mpire"),
];

/// A row's only figure.
const RATE: Figure = Figure {
    key: "rate",
    title: "",
    unit: Unit::PerSecond,
    ratio: None,
    bound: None,
};

/// Latencies; what is committed to is the rate.
const P50: Figure = Figure {
    key: "p50",
    title: "p50",
    unit: Unit::Microseconds,
    ratio: None,
    bound: None,
};
const P99: Figure = Figure {
    key: "p99",
    title: "p99",
    ..P50
};

/// Does what this program is started for by rows beside their workers.
pub fn enter() -> Option<ExitCode> {
    output::enter().or_else(events::enter)
}

/// A pool with the engine that it needs.
struct Bench {
    // Dropped before its engine, as the library wants it.
    pool: Pool,
    engine: Engine,
}

impl Bench {
    /// A fresh pool whose workers have not necessarily started.
    fn start(options: EngineOptions, workers: usize) -> anyhow::Result<Self> {
        let engine = Engine::start(options)?;
        let options = PoolOptions {
            processes: Some(workers),
            ..PoolOptions::default()
        };
        let pool = Pool::new(&engine, options)?;
        Ok(Self { pool, engine })
    }

    /// A fresh pool whose workers have all answered.
    fn warm(options: EngineOptions, workers: usize) -> anyhow::Result<Self> {
        let bench = Self::start(options, workers)?;
        let mut pids = BTreeSet::new();
        while pids.len() < workers {
            let results = (0..2 * workers).map(|_| bench.submit("pid_after", &0.001));
            let results: Vec<_> = results.collect::<anyhow::Result<_>>()?;
            for result in results {
                pids.insert(value::<u32>(&result)?);
            }
        }
        Ok(bench)
    }

    fn apply<T: DeserializeOwned>(
        &self,
        target: &'static str,
        arguments: &impl Serialize,
    ) -> anyhow::Result<T> {
        let value = self.pool.apply_call(tasks::call(target, arguments)?)?;
        Ok(postcard::from_bytes(&value)?)
    }

    fn submit(
        &self,
        target: &'static str,
        arguments: &impl Serialize,
    ) -> anyhow::Result<AsyncResult<Vec<u8>>> {
        let call = tasks::call(target, arguments)?;
        Ok(self.pool.apply_call_async(call, ApplyOptions::new())?)
    }
}

/// Waits for a value.
fn value<T: DeserializeOwned>(result: &AsyncResult<Vec<u8>>) -> anyhow::Result<T> {
    Ok(postcard::from_bytes(&result.get(None)?)?)
}

/// The figure of a round that did so many things since then.
fn rate(count: u64, begun: Monotonic) -> Figures {
    let seconds = Monotonic::now().nanos_since(begun) as f64 / 1e9;
    one("rate", count as f64 / seconds)
}

fn one(key: &str, value: f64) -> Figures {
    [(key.to_owned(), value)].into()
}

fn milliseconds(begun: Monotonic, ended: Monotonic) -> f64 {
    ended.nanos_since(begun) as f64 / 1e6
}

/// The sum of the squares below `count`: nothing is missing if the results add up to it.
fn check_squares(total: u64, count: u64) -> anyhow::Result<()> {
    let expected = (0..count).map(|n| n * n).sum::<u64>();
    anyhow::ensure!(total == expected, "results are missing");
    Ok(())
}
