//! Engines, children and watchers for the tests.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use parking_lot::{Condvar, Mutex};
use proclab::multiprocess::observer::{Callback, Event, Observer};
use proclab::multiprocess::wire::{Call, Chunk};
use proclab::multiprocess::{Engine, EngineOptions, Pool, PoolOptions, Process, TypedQueue};
use proclab::os::{Exit, Monotonic};
use rustix::process::{Pid, Signal, kill_process};
use serde::Serialize;

use crate::tasks::{GO, ITEMS, NEVER, TOLD};

/// No wait of a test is longer: much more than a loaded machine needs.
pub const DEADLINE: Duration = Duration::from_mins(1);

/// No test is longer.
const LONGEST_TEST: Duration = Duration::from_mins(3);

/// What the engine told, as far as these tests look at it.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// Who, the item's number, its attempt.
    Got(u32, u64, u32),
    Returned(u32, u64, u32),
    PutBlocked(u32),
    PutRefused(u32),
    GetRefused(u32),
    Started(u32),
    Exited(u32, Exit),
    Line(String),
    Submitted(String, Option<Chunk>),
    /// Whether it panicked.
    CallbackFinished(Callback, bool),
}

/// Remembers what the engine tells, and can hold the engine up.
#[derive(Default)]
pub struct Watcher {
    notes: Mutex<Notes>,
    changed: Condvar,
}

#[derive(Default)]
struct Notes {
    seen: Vec<Seen>,
    /// When a child prints this line, the engine does nothing until the line is taken away.
    hold_at: Option<&'static str>,
}

impl Observer for Watcher {
    fn observe(&self, _at: Monotonic, event: Event<'_>) {
        let seen = match event {
            Event::ItemGot(item) => Seen::Got(item.pid, item.number, item.attempt),
            Event::ItemReturned(item) => Seen::Returned(item.pid, item.number, item.attempt),
            Event::PutBlocked { pid, .. } => Seen::PutBlocked(pid),
            Event::PutRefused { pid, .. } => Seen::PutRefused(pid),
            Event::GetRefused { pid, .. } => Seen::GetRefused(pid),
            Event::ProcessStarted { key, .. } => Seen::Started(key.pid),
            Event::ProcessExited { pid, reaped, .. } => Seen::Exited(pid, reaped.exit),
            Event::Output { lines, .. } => {
                for line in lines.iter() {
                    let text = String::from_utf8(line.bytes.to_vec()).unwrap();
                    self.note(&Seen::Line(text));
                }
                return;
            }
            Event::TaskSubmitted { call, .. } => {
                Seen::Submitted(call.target.to_string(), call.chunk)
            }
            Event::CallbackFinished {
                callback, error, ..
            } => Seen::CallbackFinished(callback, error.is_some()),
            _ => return,
        };
        self.note(&seen);
    }
}

impl Watcher {
    fn note(&self, seen: &Seen) {
        let mut notes = self.notes.lock();
        notes.seen.push(seen.clone());
        self.changed.notify_all();
        let deadline = Instant::now() + DEADLINE;
        while notes
            .hold_at
            .is_some_and(|line| *seen == Seen::Line(line.to_owned()))
        {
            let held_up = self.changed.wait_until(&mut notes, deadline);
            assert!(!held_up.timed_out(), "nobody let the engine go on");
        }
    }

    /// Holds the engine up as soon as a child prints this line; until it goes on, nothing of it can be called.
    pub fn hold_at(&self, line: &'static str) {
        self.notes.lock().hold_at = Some(line);
    }

    /// Lets the engine go on.
    pub fn go_on(&self) {
        self.notes.lock().hold_at = None;
        self.changed.notify_all();
    }

    /// What was told so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.notes.lock().seen.clone()
    }

    /// The chunks submitted so far, as (first, count).
    pub fn chunks(&self) -> Vec<(u64, u64)> {
        let chunk = |seen| match seen {
            Seen::Submitted(_, Some(chunk)) => Some((chunk.first, chunk.count)),
            _ => None,
        };
        self.seen().into_iter().filter_map(chunk).collect()
    }

    /// Waits until this was told, or was told already. `find` must not ask the engine, which may be waiting to tell.
    pub fn wait_for<T>(&self, what: &str, find: impl Fn(&Seen) -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        let mut notes = self.notes.lock();
        loop {
            if let Some(found) = notes.seen.iter().find_map(&find) {
                return found;
            }
            let waited = self.changed.wait_until(&mut notes, deadline);
            assert!(!waited.timed_out(), "no {what} in {:?}", notes.seen);
        }
    }
}

/// An engine and its watcher.
pub fn watched_engine() -> (Engine, Arc<Watcher>) {
    let watcher = Arc::new(Watcher::default());
    let engine = Engine::start(EngineOptions {
        observer: Some(watcher.clone()),
        ..EngineOptions::default()
    });
    (engine.unwrap(), watcher)
}

/// A pool of so many workers in an engine of its own, and who watches it.
pub fn pool(processes: usize) -> (Pool, Arc<Watcher>) {
    let (engine, watcher) = watched_engine();
    let options = PoolOptions {
        processes: Some(processes),
        ..PoolOptions::default()
    };
    (Pool::new(&engine, options).unwrap(), watcher)
}

/// Runs a test, and gives up on one that hangs: its thread is left behind.
pub fn in_time(test: fn()) -> Result<(), Failed> {
    let (done, wait) = sync_channel(1);
    let run = move || {
        let outcome = catch_unwind(AssertUnwindSafe(test));
        done.send(outcome).ok();
    };
    let thread = std::thread::Builder::new().spawn(run)?;
    match wait.recv_timeout(LONGEST_TEST) {
        Ok(Ok(())) => {
            thread.join().unwrap();
            Ok(())
        }
        Ok(Err(panic)) => resume_unwind(panic),
        Err(hangs) => Err(hangs.into()),
    }
}

/// An engine, its watcher, and the queues that the tasks know.
pub struct Stage {
    pub engine: Engine,
    pub watcher: Arc<Watcher>,
    pub items: TypedQueue<Option<u64>>,
    pub go: TypedQueue<()>,
}

impl Stage {
    /// `ITEMS` holds so many items; what tasks say comes through `TOLD`.
    pub fn new(maxsize: u32) -> Self {
        let (engine, watcher) = watched_engine();
        Self::with(engine, watcher, maxsize)
    }

    /// The same with a watcher who is told nothing.
    pub fn unwatched(maxsize: u32) -> Self {
        let engine = Engine::start(EngineOptions::default()).unwrap();
        Self::with(engine, Arc::default(), maxsize)
    }

    fn with(engine: Engine, watcher: Arc<Watcher>, maxsize: u32) -> Self {
        let items = TypedQueue::new(&engine, ITEMS, maxsize).unwrap();
        let go = TypedQueue::new(&engine, GO, 0).unwrap();
        TypedQueue::<()>::new(&engine, NEVER, 0).unwrap();
        Self {
            engine,
            watcher,
            items,
            go,
        }
    }

    /// The queue in which tasks say what they have seen; once.
    pub fn told<T>(&self) -> TypedQueue<T> {
        TypedQueue::new(&self.engine, TOLD, 0).unwrap()
    }

    /// Starts a task in a process of its own.
    pub fn start(&self, target: &'static str, arguments: &impl Serialize) -> Process {
        let mut process = Process::new(&self.engine, call(target, arguments));
        process.start().unwrap();
        process
    }

    /// Joins processes that are to end well.
    pub fn join(&self, processes: &[Process]) {
        for process in processes {
            assert_eq!(exit_code(process), 0, "{:?}", self.watcher.seen());
        }
    }
}

pub fn call(target: &'static str, arguments: &impl Serialize) -> Call {
    Call::new(target, postcard::to_stdvec(arguments).unwrap())
}

/// How a process that is about to end has ended.
pub fn exit_code(process: &Process) -> i32 {
    process.join(Some(DEADLINE)).unwrap();
    process.exitcode().unwrap().expect("an end in time")
}

pub fn kill(pid: u32) {
    let pid = Pid::from_raw(pid.cast_signed()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
}

pub fn pid(process: &Process) -> u32 {
    process.pid().unwrap().unwrap()
}

/// Looks again and again at what nobody tells of.
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::yield_now();
    }
}
