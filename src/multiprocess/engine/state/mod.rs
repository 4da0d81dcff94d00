//! What the engine knows, behind one short lock: [`State`] with its parts about pools, children and queues.

mod children;
mod pools;
mod queues;
mod relayed;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::turns::Turns;
use crate::multiprocess::board::Board;
use crate::multiprocess::depot::{Bay, Depot};
use crate::multiprocess::observer::{Event, Observer, PoolState};
use crate::multiprocess::pages::Pages;
use crate::multiprocess::pool::callbacks::CallbackQueue;
use crate::multiprocess::pool::core::{PoolCore, Todo};
use crate::multiprocess::pool::promise::Promise;
use crate::multiprocess::process::Life;
use crate::multiprocess::queue::core::QueueCore;
use crate::multiprocess::spawn::Spawned;
use crate::multiprocess::wire::{Call, Duty, QueueAnswer, Setup, ToChild};
use crate::os::signal::Send;
use crate::os::{Monotonic, ProcKey, this};

/// What the engine's thread is to do.
#[derive(Debug)]
pub(crate) enum Action {
    /// Send it a message.
    Send { child: u64, message: ToChild },
    /// Send it these frames.
    Write { child: u64, frames: Vec<u8> },
    /// End it and its group by the ladder.
    End { child: u64, at_once: bool },
    /// Send exactly one signal to exactly this process.
    Signal { child: u64, signal: Send },
}

/// A child that only the engine's own thread may start.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) child: u64,
    pub(crate) not_before: Monotonic,
    pub(crate) setup: Box<Setup>,
}

/// A child that was started, or why not, and what to tell it first.
pub(crate) type Arrival = (u64, Result<Spawned, String>, Box<Setup>);

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
    /// Where its end is to be told of, if it is a process.
    pub(crate) life: Option<Arc<Life>>,
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
    life: Option<Arc<Life>>,
    name: String,
    daemon: bool,
    /// Known from its start on.
    key: Option<ProcKey>,
    /// What it shares with us, likewise.
    board: Option<Arc<Board>>,
    /// Where its large items lie, if it has a place for them.
    bay: Option<Arc<Bay>>,
    /// The queues of its accounts.
    accounts: BTreeMap<u8, usize>,
    /// Whether it was told to end, so that its exit code is no failure.
    asked: bool,
    /// Why it is about to end, if that is known better than by its exit.
    why: Option<String>,
}

/// What is needed to start a pool's workers again and again.
pub(crate) struct PoolRecord {
    pub(crate) core: PoolCore,
    initializer: Option<Call>,
    results: Pages<Promise>,
    callbacks: Arc<CallbackQueue>,
    /// The child in each slot.
    children: Vec<u64>,
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
    pub(crate) starts: VecDeque<Start>,
    pub(crate) arrivals: Vec<Arrival>,
    /// Children that were told to end while they were being started; whether at once.
    pub(crate) early_ends: BTreeMap<u64, bool>,
    pub(crate) turns: Turns,
    pub(crate) pools: Vec<PoolRecord>,
    pub(crate) queues: Vec<QueueCore>,
    /// Answers for threads of the main that have asked something of a queue, by their ticket.
    pub(crate) tickets: BTreeMap<u64, QueueAnswer>,
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
    /// The CPUs that this process may use.
    cpus: usize,
    identities: u64,
    defaults: ChildDefaults,
    observer: Option<Arc<dyn Observer>>,
    depot: Option<Arc<Depot>>,
    /// Room for what a pool wants done.
    todo: Vec<Todo>,
}

impl State {
    pub(crate) fn new(
        defaults: ChildDefaults,
        observer: Option<Arc<dyn Observer>>,
        depot: Option<Arc<Depot>>,
    ) -> Self {
        Self {
            actions: VecDeque::new(),
            starts: VecDeque::new(),
            arrivals: Vec::new(),
            early_ends: BTreeMap::new(),
            turns: Turns::default(),
            pools: Vec::new(),
            queues: Vec::new(),
            tickets: BTreeMap::new(),
            ending: false,
            closed: false,
            children: BTreeMap::new(),
            relayed: BTreeMap::new(),
            orphans: 0,
            next_child: 0,
            next_ticket: 0,
            cpus: this::usable_cpus() as usize,
            identities: 0,
            defaults,
            observer,
            depot,
            todo: Vec::new(),
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

    /// Whether the engine was told to end and has nothing left to do.
    pub(crate) fn may_end(&self) -> bool {
        self.ending && self.actions.is_empty() && self.is_quiet()
    }

    /// When a pool has something due.
    pub(crate) fn next_deadline(&self) -> Option<Monotonic> {
        self.pools
            .iter()
            .filter_map(|pool| pool.core.next_deadline())
            .chain(self.next_queue_deadline())
            .min()
    }

    /// Does what is due.
    pub(crate) fn tick(&mut self, now: Monotonic) {
        for pool in 0..self.pools.len() {
            if let Some(record) = self.pools.get_mut(pool) {
                record.core.tick(now);
            }
            self.carry_out(pool);
        }
        self.refuse_overdue(now);
    }

    /// Whether so few tasks are unfinished that a CPU is free for who waits for them.
    pub(crate) fn has_idle_cpu(&self) -> bool {
        let busy: usize = self.pools.iter().map(|pool| pool.results.len()).sum();
        busy < self.cpus
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

impl PoolRecord {
    /// Whether all workers have ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.core.state() == PoolState::Ended
    }
}
