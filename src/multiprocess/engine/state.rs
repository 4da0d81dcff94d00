//! What the engine knows, behind one short lock.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::multiprocess::error::{RemoteError, TaskError};
use crate::multiprocess::observer::{ChildKind, Event, ItemEvent, Observer, PoolState};
use crate::multiprocess::pool::callbacks::{CallbackQueue, Job};
use crate::multiprocess::pool::core::{PoolCore, Todo};
use crate::multiprocess::queue_core::{Party, QueueCore, Step};
use crate::multiprocess::result::Cell;
use crate::multiprocess::wire::{Call, Duty, Setup, ToChild};
use crate::os::{Exit, Monotonic, ProcKey, Reaped, this};

/// What the engine's thread is to do.
#[derive(Debug)]
pub(crate) enum Action {
    /// Start a child.
    Start { child: u64, setup: Box<Setup> },
    /// Send it a message.
    Send { child: u64, message: ToChild },
    /// End it and its group by the ladder.
    End { child: u64, at_once: bool },
    /// Send exactly one signal to exactly this process.
    Signal {
        child: u64,
        signal: crate::os::signal::Send,
    },
}

/// Whom a child belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Worker { pool: usize, slot: usize },
    Process { id: u64 },
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
    pub(crate) callback: Option<crate::multiprocess::pool::callbacks::ValueCallback>,
    pub(crate) error_callback: Option<crate::multiprocess::pool::callbacks::ErrorCallback>,
}

/// A process that was started through `Process`.
#[derive(Debug)]
pub(crate) struct ProcessRecord {
    pub(crate) child: u64,
    pub(crate) key: Option<ProcKey>,
    pub(crate) exit: Option<Result<Exit, String>>,
    pub(crate) daemon: bool,
}

/// What the children of one engine have in common.
#[derive(Clone, Debug)]
pub(crate) struct ChildDefaults {
    pub(crate) time_scale: f64,
    pub(crate) seed: u64,
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
    next_child: u64,
    next_ticket: u64,
    workers_named: u64,
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
            next_child: 0,
            next_ticket: 0,
            workers_named: 0,
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

    /// Whether no child is alive or about to be started.
    pub(crate) fn is_quiet(&self) -> bool {
        self.children.is_empty()
    }

    // --- Pools -----------------------------------------------------------------------------------------------------

    pub(crate) fn add_pool(
        &mut self,
        core: PoolCore,
        initializer: Option<Call>,
        callbacks: Arc<CallbackQueue>,
    ) -> usize {
        self.pools.push(PoolRecord {
            core,
            initializer,
            results: BTreeMap::new(),
            callbacks,
            children: Vec::new(),
        });
        let pool = self.pools.len() - 1;
        if self.closed
            && let Some(record) = self.pools.get_mut(pool)
        {
            record.core.refuse();
        }
        self.carry_out(pool);
        pool
    }

    /// Whether every worker of the pool was started, or could not be.
    pub(crate) fn has_started(&self, pool: usize) -> bool {
        let started = |child: &u64| {
            self.children
                .get(child)
                .is_none_or(|record| record.key.is_some())
        };
        self.pools
            .get(pool)
            .is_none_or(|record| record.children.iter().all(started))
    }

    pub(crate) fn pool(&mut self, pool: usize) -> Option<&mut PoolRecord> {
        self.pools.get_mut(pool)
    }

    pub(crate) fn submit(
        &mut self,
        pool: usize,
        call: Call,
        promise: Promise,
    ) -> Result<u64, crate::multiprocess::error::PoolError> {
        let not_running = crate::multiprocess::error::PoolError::NotRunning;
        let Some(record) = self.pools.get_mut(pool) else {
            return Err(not_running);
        };
        let announced = self.observer.is_some().then(|| call.clone());
        let task = record.core.submit(call)?;
        record.results.insert(task, promise);
        if let Some(call) = announced {
            self.tell(Monotonic::now(), Event::TaskSubmitted { task, call: &call });
        }
        self.carry_out(pool);
        Ok(task)
    }

    /// Does what the pool's core decided.
    pub(crate) fn carry_out(&mut self, pool: usize) {
        let Some(record) = self.pools.get_mut(pool) else {
            return;
        };
        for todo in record.core.take_todo() {
            self.carry_out_one(pool, todo, None);
        }
    }

    fn carry_out_one(&mut self, pool: usize, todo: Todo, usage: Option<TaskUsage>) {
        match todo {
            Todo::Start { slot } => self.start_worker(pool, slot),
            Todo::Run { slot, tasks } => self.send_to_slot(pool, slot, ToChild::Run(tasks)),
            Todo::Finish { slot } => self.send_to_slot(pool, slot, ToChild::Finish),
            Todo::End { slot } => {
                if let Some(child) = self.child_in(pool, slot) {
                    self.end_child(child, false);
                }
            }
            Todo::Resolve { task, result } => {
                self.resolve(pool, task, result, usage.unwrap_or_default())
            }
            Todo::State(state) => self.tell(Monotonic::now(), Event::PoolStateChanged { state }),
        }
    }

    fn start_worker(&mut self, pool: usize, slot: usize) {
        self.workers_named += 1;
        let name = format!("SpawnPoolWorker-{}", self.workers_named);
        let child = self.new_child(Owner::Worker { pool, slot }, name.clone(), true);
        let Some(record) = self.pools.get_mut(pool) else {
            return;
        };
        if record.children.len() <= slot {
            record.children.resize(slot + 1, 0);
        }
        if let Some(place) = record.children.get_mut(slot) {
            *place = child;
        }
        let duty = Duty::Worker {
            initializer: record.initializer.clone(),
        };
        let os_name = format!("pool-W{}", slot + 1);
        self.start(child, name, os_name, true, duty);
    }

    fn child_in(&self, pool: usize, slot: usize) -> Option<u64> {
        self.pools.get(pool)?.children.get(slot).copied()
    }

    fn send_to_slot(&mut self, pool: usize, slot: usize, message: ToChild) {
        if let Some(child) = self.child_in(pool, slot) {
            self.actions.push_back(Action::Send { child, message });
        }
    }

    fn resolve(
        &mut self,
        pool: usize,
        task: u64,
        result: Result<Vec<u8>, TaskError>,
        usage: TaskUsage,
    ) {
        let event = Event::TaskFinished {
            task,
            pid: usage.pid,
            result: result.as_deref(),
            cpu_nanos: usage.cpu_nanos,
            max_rss_bytes: usage.max_rss_bytes,
        };
        self.tell(usage.at.unwrap_or_else(Monotonic::now), event);
        let Some(record) = self.pools.get_mut(pool) else {
            return;
        };
        let Some(promise) = record.results.remove(&task) else {
            return;
        };
        match Job::new(task, result, promise) {
            Ok(job) => record.callbacks.push(job),
            Err((cell, result)) => cell.set(result),
        }
    }

    // --- Children --------------------------------------------------------------------------------------------------

    pub(crate) fn new_child(&mut self, owner: Owner, name: String, daemon: bool) -> u64 {
        self.next_child += 1;
        self.children.insert(
            self.next_child,
            ChildRecord {
                owner,
                name,
                daemon,
                key: None,
                asked: false,
            },
        );
        self.next_child
    }

    pub(crate) fn start(
        &mut self,
        child: u64,
        name: String,
        os_name: String,
        daemon: bool,
        duty: Duty,
    ) {
        let ChildDefaults { time_scale, seed } = self.defaults;
        // Streams of processes lie apart from those of tasks, which count from 1.
        let stream = (1 << 32) + child;
        let setup = Setup {
            name,
            os_name,
            daemon,
            parent: this::pid(),
            time_scale,
            seed,
            stream,
            duty,
        };
        self.actions.push_back(Action::Start {
            child,
            setup: Box::new(setup),
        });
    }

    /// Ends a child by the ladder.
    pub(crate) fn end_child(&mut self, child: u64, at_once: bool) {
        if let Some(record) = self.children.get_mut(&child) {
            record.asked = true;
            self.actions.push_back(Action::End { child, at_once });
        }
    }

    /// Ends every child by the ladder, refuses everybody who waits at a queue, and terminates every pool.
    pub(crate) fn end_all(&mut self, at_once: bool) {
        self.closed = true;
        for pool in 0..self.pools.len() {
            if let Some(record) = self.pools.get_mut(pool) {
                record.core.terminate();
            }
            self.carry_out(pool);
        }
        for queue in 0..self.queues.len() {
            let steps = self
                .queues
                .get_mut(queue)
                .map(QueueCore::close)
                .unwrap_or_default();
            self.follow(queue, steps);
        }
        let children: Vec<_> = self.children.keys().copied().collect();
        children
            .into_iter()
            .for_each(|child| self.end_child(child, at_once));
    }

    /// The child of this pid, if it is alive and ours.
    pub(crate) fn child_of_pid(&self, pid: u32) -> Option<u64> {
        self.children
            .iter()
            .find(|(_, record)| record.key.is_some_and(|key| key.pid == pid))
            .map(|(child, _)| *child)
    }

    /// The identities of all living children.
    pub(crate) fn keys(&self) -> Vec<ProcKey> {
        self.children
            .values()
            .filter_map(|record| record.key)
            .collect()
    }

    pub(crate) fn on_started(&mut self, child: u64, key: ProcKey) {
        let Some(record) = self.children.get_mut(&child) else {
            return;
        };
        record.key = Some(key);
        let kind = match record.owner {
            Owner::Worker { slot, .. } => ChildKind::Worker { slot },
            Owner::Process { id } => {
                if let Some(process) = self.processes.get_mut(&id) {
                    process.key = Some(key);
                }
                ChildKind::Process { id }
            }
        };
        if let (Some(observer), Some(record)) = (&self.observer, self.children.get(&child)) {
            let event = Event::ProcessStarted {
                key,
                kind,
                name: &record.name,
                daemon: record.daemon,
            };
            observer.observe(Monotonic::now(), event);
        }
    }

    pub(crate) fn on_start_failed(&mut self, child: u64, reason: &str) {
        let Some(record) = self.children.remove(&child) else {
            return;
        };
        match record.owner {
            Owner::Worker { pool, slot } => {
                if let Some(record) = self.pools.get_mut(pool) {
                    record.core.start_failed(reason);
                    record.core.gone(slot, 0, "not started");
                }
                self.carry_out(pool);
            }
            Owner::Process { id } => {
                if let Some(process) = self.processes.get_mut(&id) {
                    process.exit = Some(Err(reason.to_owned()));
                }
            }
        }
    }

    pub(crate) fn on_ready(&mut self, child: u64, at: Monotonic) {
        let Some((owner, pid)) = self.owner_and_pid(child) else {
            return;
        };
        self.tell(at, Event::ProcessReady { pid });
        if let Owner::Worker { pool, slot } = owner {
            if let Some(record) = self.pools.get_mut(pool) {
                record.core.ready(slot);
            }
            self.carry_out(pool);
        }
    }

    pub(crate) fn on_initializer_failed(&mut self, child: u64, at: Monotonic, error: &RemoteError) {
        let Some((owner, pid)) = self.owner_and_pid(child) else {
            return;
        };
        self.tell(at, Event::InitializerFailed { pid, error });
        if let Owner::Worker { pool, .. } = owner {
            if let Some(record) = self.pools.get_mut(pool) {
                record.core.start_failed(&format!("initializer: {error}"));
            }
            self.carry_out(pool);
        }
    }

    /// Whether the child was right to say so.
    pub(crate) fn on_task_started(
        &mut self,
        child: u64,
        at: Monotonic,
        task: u64,
        attempt: u32,
    ) -> bool {
        let Some((Owner::Worker { pool, slot }, pid)) = self.owner_and_pid(child) else {
            return false;
        };
        let right = self
            .pools
            .get_mut(pool)
            .is_some_and(|record| record.core.begun(slot, task));
        if right {
            self.tell(at, Event::TaskStarted { task, pid, attempt });
        }
        right
    }

    /// Whether the child was right to say so.
    pub(crate) fn on_task_finished(
        &mut self,
        child: u64,
        task: u64,
        result: Result<Vec<u8>, RemoteError>,
        usage: TaskUsage,
    ) -> bool {
        let Some((Owner::Worker { pool, slot }, pid)) = self.owner_and_pid(child) else {
            return false;
        };
        let Some(record) = self.pools.get_mut(pool) else {
            return false;
        };
        let right = record.core.finished(slot, task, result);
        for todo in record.core.take_todo() {
            let usage = TaskUsage {
                pid: Some(pid),
                ..usage
            };
            self.carry_out_one(pool, todo, Some(usage));
        }
        right
    }

    /// The child has ended, everything it wrote has been told.
    pub(crate) fn on_exited(
        &mut self,
        child: u64,
        reaped: Reaped,
        max_rss_bytes: Option<u64>,
        never_entered: bool,
    ) {
        let Some(record) = self.children.remove(&child) else {
            return;
        };
        let Some(key) = record.key else { return };
        let well = reaped.exit == Exit::Exited { status: 0 };
        for queue in 0..self.queues.len() {
            let steps = self
                .queues
                .get_mut(queue)
                .map(|core| core.left(Party::Child(child), well))
                .unwrap_or_default();
            self.follow_of(queue, steps, Some((child, key.pid)));
        }
        // A task that dies with its worker ends before it: the order in which one causes the other.
        let mut after = Vec::new();
        if let Owner::Worker { pool, slot } = record.owner {
            if let Some(pool) = self.pools.get_mut(pool) {
                if never_entered {
                    pool.core
                        .start_failed("the program started as a worker never connected");
                }
                pool.core.gone(slot, key.pid, &reaped.exit.describe());
                after = pool.core.take_todo();
            }
            after = self.resolve_now(pool, after, key.pid);
        }
        let event = Event::ProcessExited {
            pid: key.pid,
            reaped,
            asked: record.asked,
            max_rss_bytes,
        };
        self.tell(Monotonic::now(), event);
        match record.owner {
            Owner::Worker { pool, .. } => after
                .into_iter()
                .for_each(|todo| self.carry_out_one(pool, todo, None)),
            Owner::Process { id } => {
                if let Some(process) = self.processes.get_mut(&id) {
                    process.exit = Some(Ok(reaped.exit));
                }
            }
        }
    }

    fn resolve_now(&mut self, pool: usize, todo: Vec<Todo>, pid: u32) -> Vec<Todo> {
        let usage = TaskUsage {
            pid: Some(pid),
            ..TaskUsage::default()
        };
        let (now, after): (Vec<_>, Vec<_>) = todo
            .into_iter()
            .partition(|todo| matches!(todo, Todo::Resolve { .. }));
        now.into_iter()
            .for_each(|todo| self.carry_out_one(pool, todo, Some(usage)));
        after
    }

    fn owner_and_pid(&self, child: u64) -> Option<(Owner, u32)> {
        let record = self.children.get(&child)?;
        Some((record.owner, record.key?.pid))
    }

    // --- Queues ----------------------------------------------------------------------------------------------------

    /// A put or get of a child.
    pub(crate) fn on_queue_call(&mut self, child: u64, name: &str, put: Option<Vec<u8>>) {
        let Some(queue) = self.queues.iter().position(|queue| queue.name == name) else {
            self.actions.push_back(Action::Send {
                child,
                message: ToChild::NoSuchQueue,
            });
            return;
        };
        let Some(core) = self.queues.get_mut(queue) else {
            return;
        };
        let who = Party::Child(child);
        let steps = match put {
            Some(item) => core.put(who, item),
            None => core.get(who),
        };
        self.follow(queue, steps);
    }

    /// A put of the main; the answer comes into `tickets`.
    pub(crate) fn main_put(&mut self, queue: usize, item: Vec<u8>) -> u64 {
        self.next_ticket += 1;
        let ticket = self.next_ticket;
        let steps = self
            .queues
            .get_mut(queue)
            .map(|core| core.put(Party::Main(ticket), item))
            .unwrap_or_default();
        self.follow(queue, steps);
        ticket
    }

    fn follow(&mut self, queue: usize, steps: Vec<Step>) {
        self.follow_of(queue, steps, None);
    }

    /// Tells of what happened in a queue and answers whoever waited. `leaving` is a child that is no longer listed.
    fn follow_of(&mut self, queue: usize, steps: Vec<Step>, leaving: Option<(u64, u32)>) {
        let now = Monotonic::now();
        for step in steps {
            let (who, answer) = match &step {
                Step::Put { who, .. } => (*who, Some(ToChild::Put)),
                Step::Got { who, item, .. } => (*who, Some(ToChild::Got(item.bytes.clone()))),
                Step::Refused { who } => (*who, Some(ToChild::QueueClosed)),
                Step::Returned { who, .. }
                | Step::PutBlocked { who, .. }
                | Step::GetBlocked { who, .. } => (*who, None),
            };
            let pid = match who {
                Party::Main(_) => this::pid(),
                Party::Child(child) => match leaving {
                    Some((gone, pid)) if gone == child => pid,
                    _ => self.owner_and_pid(child).map_or(0, |(_, pid)| pid),
                },
            };
            self.tell_step(now, queue, &step, pid);
            match (who, answer) {
                (Party::Child(child), Some(message)) => {
                    self.actions.push_back(Action::Send { child, message })
                }
                (Party::Main(ticket), Some(message)) => {
                    self.tickets.insert(ticket, message == ToChild::Put);
                }
                (_, None) => {}
            }
        }
    }

    fn tell_step(&self, at: Monotonic, queue: usize, step: &Step, pid: u32) {
        let Some(core) = self.queues.get(queue) else {
            return;
        };
        let queue = core.name.as_str();
        let event = match step {
            Step::Put { item, depth, .. } => Event::ItemPut(item_event(queue, item, *depth, pid)),
            Step::Got { item, depth, .. } => Event::ItemGot(item_event(queue, item, *depth, pid)),
            Step::Returned { item, depth, .. } => {
                Event::ItemReturned(item_event(queue, item, *depth, pid))
            }
            Step::PutBlocked { depth, .. } => Event::PutBlocked {
                queue,
                pid,
                depth: *depth,
            },
            Step::GetBlocked { depth, .. } => Event::GetBlocked {
                queue,
                pid,
                depth: *depth,
            },
            Step::Refused { .. } => return,
        };
        self.tell(at, event);
    }
}

fn item_event<'a>(
    queue: &'a str,
    item: &'a crate::multiprocess::queue_core::Item,
    depth: usize,
    pid: u32,
) -> ItemEvent<'a> {
    ItemEvent {
        queue,
        number: item.number,
        item: &item.bytes,
        pid,
        depth,
        attempt: item.attempt,
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
