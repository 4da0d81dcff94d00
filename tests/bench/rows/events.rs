//! What being watched costs: the same tasks with nobody watching, with an observer, and as a recorded run.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _, Write as _};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use parking_lot::Mutex;
use proclab::multiprocess::observer::{Event, Observer};
use proclab::multiprocess::wire::Call;
use proclab::multiprocess::{ApplyOptions, EngineOptions};
use proclab::os::{Monotonic, this};
use proclab::run::event::{Counts, EventKind, RunEvent, RunOutcome};
use proclab::run::event_translator::EventTranslator;
use proclab::run::main_process::{self, Launch, Reader};
use proclab::run::stream::{EventBatch, EventStream};
use proclab::task::{self, parameter::Arguments};

use super::{Bench, RATE, one, rate};
use crate::harness::figure::{Figure, Figures};
use crate::harness::row::{Rival, Row, Size, WORKERS};

/// The first argument by which this program knows that it is the main process of a recorded run.
const RECORDED_RUN: &str = "__record";

/// A task of the library's own programs that does next to nothing, for runs know no others.
const TASK: &str = "count_primes";
const ARGUMENT: i64 = 2;

/// An observer that does nothing but count.
pub const OBSERVED: Row = Row {
    name: "observed",
    what: "apply-async with an observer that counts events, beside the same without",
    ours: observed,
    rivals: &[Rival::Own("unobserved", unobserved)],
    size: Size::Timed {
        least: 1_000,
        most: 100_000,
    },
    figures: &[RATE],
    alone: false,
    beside_hogs: false,
};

/// What a run's own observer costs: every event is told, taken and made into bytes.
pub const STREAMED: Row = Row {
    name: "streamed",
    what: "apply-async with a run's observer, whose events become JSON, beside the same without",
    ours: streamed,
    figures: &[Figure {
        ratio: Some(0.7),
        ..RATE
    }],
    ..OBSERVED
};

/// A whole run, its events written to a file.
pub const RECORDED: Row = Row {
    name: "recorded",
    what: "the same tasks as a run whose events become JSON in a file",
    ours: recorded,
    ..OBSERVED
};

#[derive(Default)]
struct Counter {
    submitted: AtomicU64,
    began: AtomicU64,
    finished: AtomicU64,
}

impl Observer for Counter {
    fn observe(&self, _at: Monotonic, event: Event<'_>) {
        match event {
            Event::TaskSubmitted { .. } => count_one(&self.submitted),
            Event::TaskStarted { .. } => count_one(&self.began),
            Event::TaskFinished { began, .. } => {
                if began.is_some() {
                    count_one(&self.began);
                }
                count_one(&self.finished);
            }
            _ => {}
        }
    }
}

fn count_one(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

fn observed(count: u64) -> anyhow::Result<Figures> {
    let counter = Arc::new(Counter::default());
    let options = EngineOptions {
        observer: Some(Arc::clone(&counter) as _),
        ..EngineOptions::default()
    };
    let figures = dispatch(count, options)?;
    let Counter {
        submitted,
        began,
        finished,
    } = &*counter;
    for told in [submitted, began, finished] {
        // More than that: the tasks that warm the pool up are told of too.
        let told = told.load(Ordering::Relaxed);
        anyhow::ensure!(told >= count, "{told} events for {count} tasks");
    }
    Ok(figures)
}

fn streamed(count: u64) -> anyhow::Result<Figures> {
    let stream = Arc::new(EventStream::new(Monotonic::now()));
    let translator = EventTranslator::new(Arc::clone(&stream), count);
    let options = EngineOptions {
        observer: Some(Arc::new(translator)),
        ..EngineOptions::default()
    };
    let bench = Bench::warm(options, WORKERS)?;
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let mut last = None;
            while let Some(mut told) = stream.next_batch() {
                told.lines();
                last = Some(told);
            }
            last
        });
        let begun = Monotonic::now();
        let carried_out = carry_out(&bench, count);
        // Otherwise the reader waits for ever.
        stream.finish(EventKind::RunFinished {
            outcome: RunOutcome::Ok,
            counts: Counts::default(),
        });
        let last = reading.join();
        let figures = rate(count, begun);
        carried_out?;
        let last = last.ok().flatten().map(EventBatch::into_events);
        let told = last.and_then(|events| Some(events.last()?.seq));
        let told = told.context("there were no events")?;
        anyhow::ensure!(told > 3 * count, "{told} events for {count} tasks");
        Ok(figures)
    })
}

fn unobserved(count: u64) -> anyhow::Result<Figures> {
    dispatch(count, EngineOptions::default())
}

fn dispatch(count: u64, options: EngineOptions) -> anyhow::Result<Figures> {
    let bench = Bench::warm(options, WORKERS)?;
    let begun = Monotonic::now();
    carry_out(&bench, count)?;
    Ok(rate(count, begun))
}

fn carry_out(bench: &Bench, count: u64) -> anyhow::Result<()> {
    let submit = || bench.pool.apply_call_async(call(), ApplyOptions::new());
    let results: Vec<_> = (0..count).map(|_| submit()).collect::<Result<_, _>>()?;
    for result in &results {
        result.get(None)?;
    }
    Ok(())
}

fn call() -> Call {
    let arguments = Arguments {
        args: vec![ARGUMENT.into()],
        ..Arguments::default()
    };
    task::call(TASK, &arguments)
}

/// A main process takes over the signals and orphans of its process, so that it has one of its own.
fn recorded(count: u64) -> anyhow::Result<Figures> {
    let output = Command::new(this::program())
        .args([RECORDED_RUN, &count.to_string()])
        .stdin(Stdio::null())
        .output()?;
    anyhow::ensure!(
        output.status.success(),
        "the run failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let rate = String::from_utf8(output.stdout)?.trim().parse()?;
    Ok(one("rate", rate))
}

/// Carries out a run if this program was started to, and prints how many tasks a second it did.
pub fn enter() -> Option<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next()? != RECORDED_RUN {
        return None;
    }
    let count = arguments.next()?.parse().ok()?;
    let printed = record(count).and_then(|rate| Ok(writeln!(io::stdout(), "{rate}")?));
    Some(match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            writeln!(io::stderr(), "{error:#}").ok();
            ExitCode::FAILURE
        }
    })
}

fn record(count: usize) -> anyhow::Result<f64> {
    let config = serde_json::json!({
        "version": 1,
        "kind": "pool",
        "processes": WORKERS,
        "tasks": vec![serde_json::json!({ "target": TASK, "args": [ARGUMENT] }); count],
    });
    let launch = Launch {
        config: serde_json::from_value(config)?,
        lesson: None,
        listing: None,
    };
    let file = tempfile::tempfile()?;
    let writes = Arc::new(Mutex::new(Vec::new()));
    let recorder = Recorder {
        file: file.try_clone()?,
        writes: Arc::clone(&writes),
    };
    let run_begun = Monotonic::now();
    let ended = main_process::run(launch, recorder, None)?;
    anyhow::ensure!(ended.exit_code == 0, "exit code {}", ended.exit_code);
    let seconds = seconds_in(file, count, &writes.lock(), run_begun)?;
    Ok(count as f64 / seconds)
}

/// Writes a recording.
struct Recorder {
    file: File,
    writes: Arc<Mutex<Vec<Write>>>,
}

/// When the file was so long.
#[derive(Clone, Copy)]
struct Write {
    length: u64,
    at: Monotonic,
}

impl Reader for Recorder {
    fn read(&mut self, mut batch: EventBatch) -> io::Result<()> {
        let lines = batch.lines();
        self.file.write_all(lines)?;
        let mut writes = self.writes.lock();
        let before = writes.last().map_or(0, |write| write.length);
        writes.push(Write {
            length: before + lines.len() as u64,
            at: Monotonic::now(),
        });
        Ok(())
    }
}

/// From when the first task was submitted to when the last end of one was in the file.
fn seconds_in(
    mut file: File,
    count: usize,
    writes: &[Write],
    run_begun: Monotonic,
) -> anyhow::Result<f64> {
    file.rewind()?;
    let (mut first, mut ended, mut length, mut last) = (None, 0, 0, 0);
    for line in BufReader::new(file).lines() {
        let line = line?;
        length += line.len() as u64 + 1;
        let event = RunEvent::from_json(&line)?;
        let (submitted, ends) = match &event.kind {
            EventKind::TaskSubmitted { .. } => (Some(event.t), 0),
            EventKind::TaskFinished { .. } => (None, 1),
            EventKind::TasksBatch(batch) => {
                let submitted = batch.submitted.as_ref();
                let submitted = submitted.and_then(|rows| rows.t.first().copied());
                (
                    submitted,
                    batch.ended.as_ref().map_or(0, |rows| rows.task.len()),
                )
            }
            _ => (None, 0),
        };
        first = first.or(submitted);
        ended += ends;
        if ends > 0 {
            last = length;
        }
    }
    anyhow::ensure!(ended == count, "events are missing");
    let first = first.context("nothing was submitted")?;
    let last = writes.iter().find(|write| write.length >= last);
    let last = last.context("the last task's end was not written")?;
    Ok(last.at.nanos_since(run_begun) as f64 / 1e9 - first.seconds())
}
