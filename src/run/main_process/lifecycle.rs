//! From a run's first event to its last.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::Builder;
use std::time::Duration;

use parking_lot::Mutex;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use thiserror::Error;

use super::control::{Control, RequestHandler, watch_control};
use super::guarding::Guarding;
use super::sampling::{reap_adopted, sample};
use super::standstill::{STOPPING, stand_still};
use crate::os::{Monotonic, check_proc_shows_us, processes, signal, this, words_of_start_error};
use crate::run::children::Children;
use crate::run::config::RunConfig;
use crate::run::event::{Counts, EventKind, RunOutcome, SCHEMA, Stream};
use crate::run::event_translator::EventTranslator;
use crate::run::gate::Gate;
use crate::run::guard::{Guard, Mark};
use crate::run::listing::Listing;
use crate::run::program::{Cause, CurrentPool, Main, ProgramError, StartOptions, Steps, Stopper};
use crate::run::stream::{EventBatch, EventStream};

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
    fn read(&mut self, batch: EventBatch) -> io::Result<()>;

    /// Whether it takes the rest even after an error, which stops the run in any case.
    fn goes_on(&self) -> bool {
        false
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// In a word.
    pub outcome: RunOutcome,
    /// The exit code for it: 0, 1, 130 or 143.
    pub exit_code: u8,
}

/// Why a run could not begin, or nobody could be told of it.
#[derive(Debug, Error)]
pub enum MainError {
    /// What starts the children, such as the engine, could not be started.
    #[error(transparent)]
    Start(ProgramError),
    /// Something of the system.
    #[error("could not begin the run: {}", words_of_start_error(.0))]
    System(#[from] io::Error),
    /// The events could not be written; the run was stopped.
    #[error("could not write the run's events")]
    Reader(#[source] io::Error),
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
    // What a run leaves behind can be found there alone.
    check_proc_shows_us()?;
    // Before anything is there that a signal would leave behind.
    let signals = Signals::new(signals_to_hear())?;
    let heard = signals.handle();
    this::become_subreaper()?;
    let open_files = this::raise_open_files_limit();
    let config = launch.config.resolved(this::usable_cpus(), drawn_seed());
    let listing = launch.listing.unwrap_or_else(|| config.listing());
    this::set_name(if config.kind.features().pool {
        "pool-main"
    } else {
        "run-main"
    });
    let mark = Mark::new(begun);
    let guard = Guard::start(&mark)?;

    let stream = Arc::new(EventStream::new(begun));
    let tasks = config.kind.task_count() as u64;
    let translator = Arc::new(EventTranslator::new(Arc::clone(&stream), tasks));
    let pool = Arc::new(CurrentPool::default());
    let gate = Arc::new(Gate::new(config.time_scale));
    let options = StartOptions {
        environment: vec![mark.variable()],
        gate: Arc::clone(&gate),
        seed: config.seed.unwrap_or_default(),
        open_files,
        translator: Arc::clone(&translator),
        pool: Arc::clone(&pool),
    };
    let program = config.kind.prepare(&options).map_err(MainError::Start)?;
    let children = program.children;
    let guarding = Guarding::begin(guard, mark.clone(), Arc::clone(&translator))?;
    let stopper = Arc::new(Stopper::new(
        Arc::clone(&children),
        Arc::clone(&stream),
        Arc::clone(&gate),
    ));

    stream.emit(begun, run_started(&config, launch.lesson, &listing));
    let broken = start_reader(reader, &stream, &stopper)?;
    watch_signals(
        signals,
        &stopper,
        Arc::clone(&children),
        Arc::clone(&gate),
        mark.clone(),
    )?;
    let handler = Arc::new(RequestHandler::new(
        Arc::clone(&children),
        Arc::clone(&stream),
        Arc::clone(&stopper),
        Arc::clone(&translator),
        pool,
    ));
    if let Some(control) = control {
        watch_control(control, Arc::clone(&handler))?;
    }
    let (stop_sampling, sampling_stopped) = sync_channel(0);
    let (sampled, told) = (Arc::clone(&children), Arc::clone(&stream));
    let clock = gate.clock().clone();
    let sample = move || sample(&*sampled, &told, &clock, &sampling_stopped);
    let sampler = Builder::new()
        .name("run-sampler".to_owned())
        .spawn(sample)?;

    let steps = Steps::new(&stream, &translator, &listing, &gate);
    let went = (program.carry_out)(&Main {
        steps: &steps,
        stopper: &stopper,
        gate: &gate,
    });
    if let Err(error) = &went {
        if !stopper.is_stopped() {
            translator.print(Stream::Stderr, &format!("main: {error}"));
        }
        // Nobody is left to use what the main has started.
        children.end_all(false);
    }
    steps.wait_for_children(&*children);
    children.end_all(false);
    let quiet = children.wait_until_none(QUIET_TIMEOUT) && mark.sweep();
    if !quiet {
        translator.print(
            Stream::Stderr,
            "main: some processes of this run could not be ended",
        );
    }
    drop(stop_sampling);
    // A sampler that panicked has sampled nothing more; the run is not the worse for it.
    sampler.join().ok();
    drop(guarding);
    reap_adopted();

    let counts = translator.counts();
    let ended = judge(counts, went.is_err() || !quiet, stopper.exit_code());
    stream.finish(EventKind::RunFinished {
        outcome: ended.outcome,
        counts,
    });
    stopper.begin_patience();
    if !stream.wait_until_read(|| stopper.patience()) {
        stream.abandon();
    }
    heard.close();
    let broken = broken.lock().take();
    broken.map_or(Ok(ended), |error| Err(MainError::Reader(error)))
}

fn signals_to_hear() -> Vec<i32> {
    let ending = [SIGINT, SIGTERM, SIGHUP];
    signal::not_ignored(&[ending, STOPPING].concat())
}

fn judge(counts: Counts, broke: bool, stopped: Option<u8>) -> Ended {
    match stopped {
        Some(exit_code) => Ended {
            outcome: RunOutcome::Interrupted,
            exit_code,
        },
        None if broke || !went_well(counts) => Ended {
            outcome: RunOutcome::Failed,
            exit_code: 1,
        },
        None => Ended {
            outcome: RunOutcome::Ok,
            exit_code: 0,
        },
    }
}

/// Whether every task and every process is known to have ended well.
fn went_well(counts: Counts) -> bool {
    let unknown = counts.processes_unknown.unwrap_or(0);
    counts.tasks_failed == 0 && counts.processes_failed == 0 && unknown == 0
}

/// A seed that people can say and type.
pub fn drawn_seed() -> u64 {
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
        kind: config.run_kind().name().to_owned(),
        // A configuration is plain data with text as keys.
        config: serde_json::to_value(config).unwrap_or_default(),
        main_pid,
        // Without a descriptor to ask by it is not known.
        main_start_ticks: processes::key_of_child(main_pid)
            .ok()
            .and_then(|key| key.start_ticks),
        host: this::host_name(),
        boot_id: this::boot_id(),
        started_at: jiff::Timestamp::now().to_string(),
        seed: config.seed.unwrap_or_default(),
        lesson,
        listing: listing.lines().to_vec(),
    }
}

/// Hands the events to the reader on a thread of its own; what stops it, if not the stream's end or a closed pipe, is left
/// in the returned place.
fn start_reader(
    mut reader: impl Reader,
    stream: &Arc<EventStream>,
    stopper: &Arc<Stopper>,
) -> io::Result<Arc<Mutex<Option<io::Error>>>> {
    let broken = Arc::new(Mutex::new(None));
    let (stream, stopper, why) = (Arc::clone(stream), Arc::clone(stopper), Arc::clone(&broken));
    let read = move || {
        while let Some(told) = stream.next_batch() {
            if let Err(error) = reader.read(told) {
                if error.kind() != io::ErrorKind::BrokenPipe {
                    *why.lock() = Some(error);
                }
                let goes_on = reader.goes_on();
                if !goes_on {
                    stream.abandon();
                }
                stopper.stop(Cause::ReaderGone);
                if !goes_on {
                    return;
                }
            }
        }
    };
    // Never joined: it may stand in a write to a reader that does not read, and ends with the process.
    Builder::new().name("event-reader".to_owned()).spawn(read)?;
    Ok(broken)
}

fn watch_signals(
    mut signals: Signals,
    stopper: &Arc<Stopper>,
    children: Arc<dyn Children>,
    gate: Arc<Gate>,
    mark: Mark,
) -> io::Result<()> {
    let stopper = Arc::clone(stopper);
    let watch = move || {
        for signal in signals.forever() {
            if STOPPING.contains(&signal) {
                stand_still(signal, &mark, &gate, &*children);
                continue;
            }
            stopper.stop(match signal {
                SIGTERM => Cause::Terminate,
                SIGHUP => Cause::HangUp,
                _ => Cause::Interrupt,
            });
        }
    };
    // Ends when its handle is closed.
    Builder::new().name("signals".to_owned()).spawn(watch)?;
    Ok(())
}
