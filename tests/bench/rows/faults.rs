//! What one bad task does to all others.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use proclab::multiprocess::{AsyncResult, EngineOptions};
use proclab::os::Monotonic;
use rustix::process::{Pid, Signal, kill_process};

use super::{Bench, POOLS, milliseconds, one, value};
use crate::harness::figure::{Figure, Figures, Unit};
use crate::harness::row::{Row, Size, WORKERS};

/// Tasks that are waiting when a worker is killed, beside the one it runs.
const OTHERS: u64 = 31;

/// Short tasks that are there before a long one, and after it.
const BEFORE: u64 = 20;
const AFTER: u64 = 200;

/// How long the long one takes.
const LONG_SECONDS: f64 = 0.3;

const MILLISECONDS: Figure = Figure {
    key: "",
    title: "",
    unit: Unit::Milliseconds,
    ratio: None,
    bound: None,
};

/// A long task in front of short ones.
pub const LONG_TASK: Row = Row {
    name: "long-task",
    what: "220 tiny tasks around one of 300 ms: until all tiny ones are back",
    ours: long_task,
    rivals: POOLS,
    size: Size::Once,
    figures: &[Figure {
        key: "tiny",
        ratio: Some(1.0),
        ..MILLISECONDS
    }],
    alone: false,
    beside_hogs: false,
};

/// A worker that is killed.
pub const KILLED: Row = Row {
    name: "killed",
    what: "a busy worker gets SIGKILL while 31 tasks wait: until it is told of, until a new one answers, tasks lost; over 3 s is too late",
    ours: killed,
    figures: &[
        Figure {
            key: "notice",
            title: "notice",
            bound: Some(2.0),
            ..MILLISECONDS
        },
        Figure {
            key: "whole",
            title: "whole",
            bound: Some(15.0),
            ..MILLISECONDS
        },
        Figure {
            key: "lost",
            title: "lost",
            unit: Unit::Count,
            bound: Some(1.0),
            ..MILLISECONDS
        },
    ],
    // A pool that has lost a worker may hang, and its interpreter with it.
    alone: true,
    ..LONG_TASK
};

fn long_task(_once: u64) -> anyhow::Result<Figures> {
    let bench = Bench::warm(EngineOptions::default(), WORKERS)?;
    let begun = Monotonic::now();
    let mut tiny = submit_squares(&bench, BEFORE)?;
    let long = bench.submit("pid_after", &LONG_SECONDS)?;
    tiny.append(&mut submit_squares(&bench, AFTER)?);
    for result in &tiny {
        value::<u64>(result)?;
    }
    let ended = Monotonic::now();
    value::<u32>(&long)?;
    Ok(one("tiny", milliseconds(begun, ended)))
}

fn submit_squares(bench: &Bench, count: u64) -> anyhow::Result<Vec<AsyncResult<Vec<u8>>>> {
    (0..count).map(|n| bench.submit("square", &n)).collect()
}

fn killed(_once: u64) -> anyhow::Result<Figures> {
    let bench = Bench::warm(EngineOptions::default(), WORKERS)?;
    let pids: BTreeSet<_> = bench.engine.children().iter().map(|key| key.pid).collect();
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("pid");
    let victim = bench.submit("victim", &path)?;
    let pid = pid_in(&path)?;
    let others = submit_squares(&bench, OTHERS)?;
    let begun = Monotonic::now();
    kill_process(pid, Signal::KILL)?;
    let (noticed, whole) = std::thread::scope(|scope| {
        let noticed = scope.spawn(|| {
            victim
                .get(None)
                .map_or_else(|_lost| Some(Monotonic::now()), |_value| None)
        });
        let whole = whole_again(&bench, &pids);
        (noticed.join(), whole)
    });
    let noticed = noticed
        .ok()
        .flatten()
        .context("the killed worker's task gave a value")?;
    let lost = 1 + others
        .iter()
        .filter(|result| result.get(None).is_err())
        .count();
    Ok([
        ("notice".to_owned(), milliseconds(begun, noticed)),
        ("whole".to_owned(), milliseconds(begun, whole?)),
        ("lost".to_owned(), lost as f64),
    ]
    .into())
}

/// The pid that a task writes into a file.
fn pid_in(path: &Path) -> anyhow::Result<Pid> {
    while !path.exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let pid = std::fs::read_to_string(path)?.parse()?;
    Pid::from_raw(pid).context("0 is no pid")
}

/// When a worker answered that was not there before.
fn whole_again(bench: &Bench, pids: &BTreeSet<u32>) -> anyhow::Result<Monotonic> {
    loop {
        let results = (0..2 * WORKERS).map(|_| bench.submit("pid_after", &0.0005));
        let results: Vec<_> = results.collect::<anyhow::Result<_>>()?;
        for result in &results {
            if !pids.contains(&value(result)?) {
                return Ok(Monotonic::now());
            }
        }
    }
}
