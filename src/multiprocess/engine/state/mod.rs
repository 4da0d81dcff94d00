//! What the engine knows, behind one short lock: [`State`] with its parts about pools, children and queues.

mod children;
mod pools;
mod queues;
mod relayed;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::multiprocess::observer::{Event, Observer, PoolState};
use crate::multiprocess::pool::callbacks::{CallbackQueue, ErrorCallback, ValueCallback};
use crate::multiprocess::pool::core::PoolCore;
use crate::multiprocess::queue_core::QueueCore;
use crate::multiprocess::result::Cell;
use crate::multiprocess::wire::{Call, Duty, Setup, ToChild};
use crate::os::signal::Send;
use crate::os::{Exit, Monotonic, ProcKey};

/// What the engine's thread is to do.
#[derive(Debug)]
pub(crate) enum Action {
    /// Start a child, not before that time.
    Start {
        child: u64,
        not_before: Monotonic,
        setup: Box<Setup>,
    },
    /// Send it a message.
    Send { child: u64, message: ToChild },
    /// End it and its group by the ladder.
    End { child: u64, at_once: bool },
    /// Send exactly one signal to exactly this process.
    Signal { child: u64, signal: Send },
}

/// Whom a child belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Worker { pool: usize, slot: usize },
    Process { id: u64 },
}

/// A child to be started.
#[derive(Debug)]
pub(crate) struct NewChild {
    pub(crate) owner: Owner,
    /// Its number among this process's children.
    pub(crate) identity: u64,
    pub(crate) name: String,
    pub(crate) os_name: String,
    pub(crate) daemon: bool,
    pub(crate) duty: Duty,
    /// The zero of the clock for at once.
    pub(crate) not_before: Monotonic,
}

#[derive(Debug)]
struct ChildRecord {
    owner: Owner,
    name: String,
    daemon: bool,
    /// Known from its start on.
    key: Option<ProcKey>,
    /// Whether it was told to end, so that its exit code is no failure.
    asked: bool,
    /// Why it is about to end, if that is known better than by its exit.
    why: Option<String>,
}

/// What is needed to start a pool's workers again and again.
pub(crate) struct PoolRecord {
    pub(crate) core: PoolCore,
    initializer: Option<Call>,
    results: BTreeMap<u64, Promise>,
    callbacks: Arc<CallbackQueue>,
    /// The child in each slot.
    children: Vec<u64>,
}

/// A result that somebody waits for.
pub(crate) struct Promise {
    pub(crate) cell: Arc<Cell>,
    pub(crate) callback: Option<ValueCallback>,
    pub(crate) error_callback: Option<ErrorCallback>,
}

/// A process that was started through `Process`.
#[derive(Debug)]
pub(crate) struct ProcessRecord {
    pub(crate) child: u64,
    pub(crate) key: Option<ProcKey>,
    pub(crate) exit: Option<Result<Exit, String>>,
}

/// What the children of one engine have in common.
#[derive(Clone, Debug)]
pub(crate) struct ChildDefaults {
    pub(crate) time_scale: f64,
    pub(crate) seed: u64,
    pub(crate) open_files: Option<u64>,
}

/// Everything that the engine knows.
pub(crate) struct State {
    pub(crate) actions: VecDeque<Action>,
    pub(crate) pools: Vec<PoolRecord>,
    pub(crate) processes: BTreeMap<u64, ProcessRecord>,
    pub(crate) queues: Vec<QueueCore>,
    /// Answers for threads of the main that wait at a queue, by their ticket: true once put, false if refused.
    pub(crate) tickets: BTreeMap<u64, bool>,
    /// Set when the engine is to end once its last child has.
    pub(crate) ending: bool,
    /// Set once everything is being ended: nothing new is started.
    pub(crate) closed: bool,
    children: BTreeMap<u64, ChildRecord>,
    /// Living processes that children started, with the child of ours that tells of them.
    relayed: BTreeMap<ProcKey, u64>,
    /// Processes whose teller has ended and that are about to end with it.
    orphans: usize,
    next_child: u64,
    next_ticket: u64,
    identities: u64,
    defaults: ChildDefaults,
    observer: Option<Arc<dyn Observer>>,
}

impl State {
    pub(crate) fn new(defaults: ChildDefaults, observer: Option<Arc<dyn Observer>>) -> Self {
        Self {
            actions: VecDeque::new(),
            pools: Vec::new(),
            processes: BTreeMap::new(),
            queues: Vec::new(),
            tickets: BTreeMap::new(),
            ending: false,
            closed: false,
            children: BTreeMap::new(),
            relayed: BTreeMap::new(),
            orphans: 0,
            next_child: 0,
            next_ticket: 0,
            identities: 0,
            defaults,
            observer,
        }
    }

    /// Tells the observer, if there is one.
    pub(crate) fn tell(&self, at: Monotonic, event: Event<'_>) {
        if let Some(observer) = &self.observer {
            observer.observe(at, event);
        }
    }

    /// The number of the next process or worker, from 1: in Python they share one count.
    pub(crate) fn next_identity(&mut self) -> u64 {
        self.identities += 1;
        self.identities
    }

    /// Whether no child is alive or about to be started.
    pub(crate) fn is_quiet(&self) -> bool {
        self.children.is_empty() && self.orphans == 0
    }

    /// Whether the child is a pool's worker.
    pub(crate) fn is_worker(&self, child: u64) -> bool {
        matches!(self.owner_and_pid(child), Some((Owner::Worker { .. }, _)))
    }

    fn owner_and_pid(&self, child: u64) -> Option<(Owner, u32)> {
        let record = self.children.get(&child)?;
        Some((record.owner, record.key?.pid))
    }
}

/// What a task used, and where and when it ended.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TaskUsage {
    pub(crate) at: Option<Monotonic>,
    pub(crate) pid: Option<u32>,
    pub(crate) cpu_nanos: Option<u64>,
    pub(crate) max_rss_bytes: Option<u64>,
}

impl PoolRecord {
    /// Whether all workers have ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.core.state() == PoolState::Ended
    }
}
