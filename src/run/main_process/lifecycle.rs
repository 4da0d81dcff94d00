//! From a run's first event to its last.

use std::io::{self, BufRead};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};
use thiserror::Error;

use super::program;
use super::sampling::{reap_adopted, sample};
use super::steps::Steps;
use super::stop::{Cause, Stopper};
use crate::multiprocess::{Engine, EngineError, EngineOptions};
use crate::os::{Monotonic, processes, signal::Send as Signal, this};
use crate::run::config::{RunConfig, RunKind};
use crate::run::event::{Counts, EventKind, RunEvent, RunOutcome, SCHEMA, Stream};
use crate::run::guard::{self, Guard, MARK};
use crate::run::listing::Listing;
use crate::run::preview::cut;
use crate::run::request::Request;
use crate::run::stream::EventStream;
use crate::run::witness::Witness;

/// How long children may take to vanish at a run's end; the ladder that ends them needs a second at most.
const QUIET_TIMEOUT: Duration = Duration::from_secs(5);

/// Seeds drawn by ourselves stay below this, so that people can say and type them.
const SEEDS: u64 = 1_000_000;

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The configuration, without problems.
    pub config: RunConfig,
    /// The lesson it comes from, if any.
    pub lesson: Option<String>,
    /// Its program; made from the configuration if left out.
    pub listing: Option<Listing>,
}

/// Whoever reads the events; called on a thread of its own with as many as there are.
pub trait Reader: Send + 'static {
    /// Takes the next events, all of them at once. An error means that nobody reads any more.
    fn read(&mut self, events: &[RunEvent]) -> io::Result<()>;
}

/// Where requests come from.
pub type Control = Box<dyn BufRead + Send>;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// In a word.
    pub outcome: RunOutcome,
    /// The exit code for it: 0, 1, 130 or 143.
    pub exit_code: u8,
}

/// Why a run could not begin.
#[derive(Debug, Error)]
pub enum MainError {
    /// No engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Something of the system.
    #[error("could not begin the run: {0}")]
    System(#[from] io::Error),
}

/// Makes this process the main process of a run, carries the run out and returns when nothing of it is left.
///
/// Takes over SIGINT, SIGTERM and SIGHUP of the process, and its orphans.
pub fn run(
    launch: Launch,
    reader: impl Reader,
    control: Option<Control>,
) -> Result<Ended, MainError> {
    let begun = Monotonic::now();
    let config = launch.config.resolved(this::usable_cpus(), drawn_seed());
    let listing = launch.listing.unwrap_or_else(|| Listing::of(&config));
    this::set_name(if config.kind == RunKind::Pool {
        "pool-main"
    } else {
        "run-main"
    });
    this::become_subreaper()?;
    let mark = format!("{}-{}", this::pid(), begun.nanos);
    let guard = Guard::start(&format!("{MARK}={mark}"))?;

    let stream = Arc::new(EventStream::new(begun));
    let witness = Arc::new(Witness::new(Arc::clone(&stream), config.tasks.len() as u64));
    let engine = Engine::start(EngineOptions {
        environment: vec![(MARK.to_owned(), mark.clone())],
        time_scale: config.time_scale,
        seed: config.seed.unwrap_or_default(),
        observer: Some(Arc::clone(&witness) as _),
        ..EngineOptions::default()
    })?;
    let stopper = Arc::new(Stopper::new(engine.clone(), Arc::clone(&stream)));

    stream.emit(begun, run_started(&config, launch.lesson, &listing));
    let writer = start_reader(reader, &stream, &stopper)?;
    let signals = watch_signals(&stopper)?;
    if let Some(control) = control {
        watch_control(control, &engine, &stream, &stopper)?;
    }
    let (stop_sampling, sampling_stopped) = sync_channel(0);
    let (sampled, told) = (engine.clone(), Arc::clone(&stream));
    let sampler = Builder::new()
        .name("run-sampler".to_owned())
        .spawn(move || sample(&sampled, &told, &sampling_stopped))?;

    let steps = Steps::new(&stream, &witness, &listing);
    let went = program::carry_out(&config, &engine, &steps, &stopper);
    if let Err(error) = &went
        && !stopper.is_stopped()
    {
        witness.print(Stream::Stderr, &format!("main: {error}"));
    }
    if went.is_err() {
        // Nobody is left to use what the main has started.
        engine.end_all(false);
    }
    engine.finish();
    engine.end_all(false);
    let quiet = engine.wait_until_quiet(QUIET_TIMEOUT) && guard::sweep(&format!("{MARK}={mark}"));
    if !quiet {
        witness.print(
            Stream::Stderr,
            "main: some processes of this run could not be ended",
        );
    }
    drop(stop_sampling);
    // A sampler that panicked has sampled nothing more; the run is not the worse for it.
    sampler.join().ok();
    reap_adopted(guard.pid());

    let counts = witness.counts();
    let ended = judge(counts, went.is_err() || !quiet, stopper.exit_code());
    stream.emit_now(EventKind::RunFinished {
        outcome: ended.outcome,
        counts,
    });
    stream.close();
    writer.join().ok();
    signals.close();
    Ok(ended)
}

fn judge(counts: Counts, broke: bool, stopped: Option<u8>) -> Ended {
    match stopped {
        Some(exit_code) => Ended {
            outcome: RunOutcome::Interrupted,
            exit_code,
        },
        None if broke || counts.tasks_failed > 0 || counts.processes_failed > 0 => Ended {
            outcome: RunOutcome::Failed,
            exit_code: 1,
        },
        None => Ended {
            outcome: RunOutcome::Ok,
            exit_code: 0,
        },
    }
}

fn drawn_seed() -> u64 {
    let mut bytes = [0; 8];
    // Without randomness from the system the clock has to do: it is only for sleeps.
    match rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::NONBLOCK) {
        Ok(8) => u64::from_ne_bytes(bytes) % SEEDS,
        _ => Monotonic::now().nanos % SEEDS,
    }
}

fn run_started(config: &RunConfig, lesson: Option<String>, listing: &Listing) -> EventKind {
    let main_pid = this::pid();
    EventKind::RunStarted {
        schema: SCHEMA.to_owned(),
        proclab: env!("CARGO_PKG_VERSION").to_owned(),
        kind: config.kind.name().to_owned(),
        // A configuration is plain data with text as keys.
        config: serde_json::to_value(config).unwrap_or_default(),
        main_pid,
        main_start_ticks: processes::stat_of(main_pid).map_or(0, |stat| stat.start_ticks),
        host: this::host_name(),
        boot_id: this::boot_id(),
        started_at: jiff::Timestamp::now().to_string(),
        seed: config.seed.unwrap_or_default(),
        lesson,
        listing: listing.lines().to_vec(),
    }
}

fn start_reader(
    mut reader: impl Reader,
    stream: &Arc<EventStream>,
    stopper: &Arc<Stopper>,
) -> io::Result<JoinHandle<()>> {
    let (stream, stopper) = (Arc::clone(stream), Arc::clone(stopper));
    let read = move || {
        while let Some(events) = stream.next_batch() {
            if reader.read(&events).is_err() {
                stream.abandon();
                stopper.stop(Cause::ReaderGone);
                return;
            }
        }
    };
    Builder::new().name("event-reader".to_owned()).spawn(read)
}

fn watch_signals(stopper: &Arc<Stopper>) -> io::Result<Handle> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let handle = signals.handle();
    let stopper = Arc::clone(stopper);
    let watch = move || {
        for signal in signals.forever() {
            stopper.stop(match signal {
                SIGTERM => Cause::Terminate,
                SIGHUP => Cause::HangUp,
                _ => Cause::Interrupt,
            });
        }
    };
    Builder::new().name("signals".to_owned()).spawn(watch)?;
    Ok(handle)
}

fn watch_control(
    control: Control,
    engine: &Engine,
    stream: &Arc<EventStream>,
    stopper: &Arc<Stopper>,
) -> io::Result<()> {
    let (engine, stream, stopper) = (engine.clone(), Arc::clone(stream), Arc::clone(stopper));
    let watch = move || {
        for line in control.lines() {
            let Ok(line) = line else { break };
            if !line.trim().is_empty() {
                carry_out_request(&line, &engine, &stream, &stopper);
            }
        }
        stopper.stop(Cause::EndOfInput);
    };
    // Never joined: it may wait for input for ever, and ends with the process.
    Builder::new().name("requests".to_owned()).spawn(watch)?;
    Ok(())
}

fn carry_out_request(line: &str, engine: &Engine, stream: &EventStream, stopper: &Stopper) {
    let refuse = |reason: String| {
        stream.emit_now(EventKind::RequestRefused {
            request: cut(line),
            reason,
        });
    };
    match Request::from_json(line) {
        Ok(Request::Stop) => stopper.stop(Cause::StopRequest),
        Ok(Request::Terminate) => stopper.stop(Cause::TerminateRequest),
        Ok(Request::KillWorker { pid }) => {
            if let Some(key) = engine.children().into_iter().find(|key| key.pid == pid) {
                stream.emit_now(EventKind::SignalSent {
                    pid,
                    signal: Signal::Kill.name().to_owned(),
                });
                // By its identity: also a process that a child has started, which is not the engine's own.
                processes::kill(key).ok();
            } else {
                refuse(format!("no living process of this run has the pid {pid}"));
            }
        }
        Err(error) => refuse(error.to_string()),
    }
}
