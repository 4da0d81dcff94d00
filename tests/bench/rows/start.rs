//! What it costs to have workers: time until there are some, and memory.

use anyhow::Context as _;
use proclab::multiprocess::{Engine, EngineOptions, Process};
use proclab::os::Monotonic;

use super::{Bench, P50, P99, POOLS, RATE, milliseconds, one, rate};
use crate::harness::figure::{Figure, Figures, Unit, latency_figures};
use crate::harness::row::{Rival, Row, Size, WORKERS};
use crate::tasks;

/// From nothing to the first value.
pub const START_UP: Row = Row {
    name: "start-up",
    what: "from nothing to the first result of a pool of 2",
    ours: start_up,
    rivals: POOLS,
    size: Size::Once,
    figures: &[Figure {
        key: "first",
        title: "",
        unit: Unit::Milliseconds,
        ratio: Some(2.0),
        bound: Some(2.5),
    }],
    alone: false,
    beside_hogs: false,
};

/// What a worker costs that has nothing to do.
pub const MEMORY: Row = Row {
    name: "memory",
    what: "proportional set size of an idle worker that has run a task",
    ours: memory,
    figures: &[Figure {
        key: "pss",
        title: "",
        unit: Unit::Mib,
        ratio: None,
        bound: Some(1.5),
    }],
    // A page counts less the more processes share it: no other interpreter may be there.
    alone: true,
    ..START_UP
};

/// Processes that end at once.
pub const PROCESS: Row = Row {
    name: "process",
    what: "a process that does nothing: started and joined, one after the other",
    ours: process,
    rivals: &[Rival::Python("multiprocessing"), Rival::Python("billiard")],
    size: Size::Timed {
        least: 20,
        most: 10_000,
    },
    figures: &[RATE, P50, P99],
    ..START_UP
};

fn start_up(_once: u64) -> anyhow::Result<Figures> {
    let begun = Monotonic::now();
    let bench = Bench::start(EngineOptions::default(), WORKERS)?;
    let nine: u64 = bench.apply("square", &3_u64)?;
    let ended = Monotonic::now();
    anyhow::ensure!(nine == 9, "3 * 3 is {nine}");
    Ok(one("first", milliseconds(begun, ended)))
}

fn memory(_once: u64) -> anyhow::Result<Figures> {
    let bench = Bench::warm(EngineOptions::default(), WORKERS)?;
    let workers = bench.engine.children();
    let mut total = 0.0;
    for worker in &workers {
        total += pss_mib(worker.pid)?;
    }
    Ok(one("pss", total / workers.len() as f64))
}

fn pss_mib(pid: u32) -> anyhow::Result<f64> {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let kib: f64 = kib.context("the kernel gives no PSS")?.parse()?;
    Ok(kib / 1024.0)
}

fn process(count: u64) -> anyhow::Result<Figures> {
    let engine = Engine::start(EngineOptions::default())?;
    let mut latencies = Vec::with_capacity(usize::try_from(count)?);
    let begun = Monotonic::now();
    for _ in 0..count {
        let before = Monotonic::now();
        let mut process = Process::new(&engine, tasks::call("nothing", &())?);
        process.start()?;
        process.join(None)?;
        latencies.push(Monotonic::now().nanos_since(before));
        anyhow::ensure!(process.exitcode()? == Some(0), "a process failed");
    }
    let mut figures = rate(count, begun);
    figures.append(&mut latency_figures(latencies));
    Ok(figures)
}
