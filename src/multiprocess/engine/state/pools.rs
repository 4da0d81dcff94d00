//! Pools: carries out what their state machines decide.

use std::sync::Arc;

use super::{Action, NewChild, Owner, PoolRecord, State};
use crate::multiprocess::engine::Topic;
use crate::multiprocess::error::{PoolError, TaskError};
use crate::multiprocess::observer::{Event, PoolState};
use crate::multiprocess::pages::Pages;
use crate::multiprocess::pool::Worker;
use crate::multiprocess::pool::callbacks::CallbackQueue;
use crate::multiprocess::pool::core::{Finished, Limits, PoolCore, Submitter, TaskUsage, Todo};
use crate::multiprocess::pool::promise::Promise;
use crate::multiprocess::wire::{Bytes, Call, Duty, SHARED_FROM_BYTES, Task, ToChild, write_frame};
use crate::os::Monotonic;

impl State {
    pub(crate) fn add_pool(
        &mut self,
        core: PoolCore,
        initializer: Option<Call>,
        callbacks: Arc<CallbackQueue>,
    ) -> usize {
        let pool = self.pools.add(PoolRecord {
            core,
            initializer,
            results: Pages::default(),
            callbacks,
            children: Vec::new(),
            has_handle: true,
        });
        if self.closed
            && let Some(record) = self.pools.get_mut(pool)
        {
            record.core.refuse();
        }
        self.carry_out(pool);
        pool
    }

    /// Nobody has a handle to the pool any more: it ends, and nothing of it stays.
    pub(crate) fn drop_pool(&mut self, pool: usize) {
        if let Some(record) = self.pools.get_mut(pool) {
            record.core.terminate();
        }
        self.carry_out(pool);
        self.pools.release(pool);
    }

    pub(super) fn terminate_pools(&mut self) {
        let mut last = 0;
        while let Some((pool, record)) = self.pools.next_living(last) {
            record.core.terminate();
            self.carry_out(pool);
            last = pool;
        }
    }

    /// The children in the pool's slots now.
    pub(crate) fn workers(&self, pool: usize) -> Vec<u64> {
        self.pools
            .get(pool)
            .map(|record| record.children.clone())
            .unwrap_or_default()
    }

    /// Whether each of these children was started, or could not be.
    pub(crate) fn have_started(&self, children: &[u64]) -> bool {
        children.iter().all(|child| {
            self.children
                .get(child)
                .is_none_or(|record| record.key.is_some())
        })
    }

    /// The pool's workers that were started and have not ended.
    pub(crate) fn living_workers(&self, pool: usize) -> Vec<Worker> {
        let Some(record) = self.pools.get(pool) else {
            return Vec::new();
        };
        let children = record.children.iter().enumerate();
        children
            .filter_map(|(slot, child)| {
                let child = self.children.get(child)?;
                let (state, task) = record.core.activity(slot)?;
                Some(Worker {
                    key: child.key?,
                    name: child.name.clone(),
                    state,
                    task,
                })
            })
            .collect()
    }

    pub(crate) fn pool(&mut self, pool: usize) -> Option<&mut PoolRecord> {
        self.pools.get_mut(pool)
    }

    pub(crate) fn submit(
        &mut self,
        pool: usize,
        mut call: Call,
        limits: Limits,
        by: Submitter,
        promise: Promise,
    ) -> Result<u64, PoolError> {
        let Some(record) = self.pools.get_mut(pool) else {
            return Err(PoolError::NotRunning);
        };
        call.payload.share();
        let task = record.core.submit(call, limits, by, Monotonic::now)?;
        record.results.insert(task, promise);
        if let Some(observer) = &self.observer
            && let Some(call) = record.core.call(task)
        {
            observer.observe(Monotonic::now(), Event::TaskSubmitted { task, call });
        }
        self.carry_out(pool);
        Ok(task)
    }

    /// Ends these tasks; false if all have ended.
    pub(crate) fn cancel(&mut self, pool: usize, tasks: &[u64]) -> bool {
        let cancelled = self
            .pools
            .get_mut(pool)
            .is_some_and(|record| record.core.cancel(tasks, Monotonic::now()));
        self.carry_out(pool);
        cancelled
    }

    /// Does what the pool's core decided.
    pub(crate) fn carry_out(&mut self, pool: usize) {
        let Some(record) = self.pools.get_mut(pool) else {
            return;
        };
        let mut todo = std::mem::take(&mut self.todo);
        record.core.take_todo_into(&mut todo);
        for todo in todo.drain(..) {
            self.carry_out_one(pool, todo);
        }
        self.todo = todo;
    }

    /// Does what the core of the child's pool decided.
    pub(crate) fn carry_out_of(&mut self, child: u64) {
        if let Some((Owner::Worker { pool, .. }, _)) = self.owner_and_pid(child) {
            self.carry_out(pool);
        }
    }

    pub(super) fn carry_out_one(&mut self, pool: usize, todo: Todo) {
        match todo {
            Todo::Start { slot, delay_nanos } => self.start_worker(pool, slot, delay_nanos),
            Todo::Run { slot, tasks } => self.run_in_slot(pool, slot, tasks),
            Todo::Finish { slot } => self.send_to_slot(pool, slot, ToChild::Finish),
            Todo::End { slot } => {
                if let Some(child) = self.child_in(pool, slot) {
                    self.end_child(child, false);
                }
            }
            Todo::Begun {
                slot,
                task,
                attempt,
                at,
            } => {
                if let Some(pid) = self.pid_in(pool, slot) {
                    self.tell(at, Event::TaskStarted { task, pid, attempt });
                }
            }
            Todo::Retry {
                task,
                slot,
                attempt,
                error,
                delay_nanos,
            } => {
                let event = Event::TaskRetried {
                    task,
                    pid: self.pid_in(pool, slot),
                    attempt,
                    error: &error,
                    delay_nanos,
                };
                self.tell(Monotonic::now(), event);
            }
            Todo::Resolve {
                task,
                result,
                usage,
                began,
            } => self.resolve(pool, task, result, usage, began),
            Todo::Resized { processes } => {
                self.tell(Monotonic::now(), Event::PoolResized { processes });
            }
            Todo::State(state) => {
                self.tell(Monotonic::now(), Event::PoolStateChanged { state });
                self.turns.came(Topic::Children);
                if let (PoolState::Ended, Some(record)) = (state, self.pools.get_mut(pool)) {
                    record.children = Vec::new();
                    // Its thread ends once it has run what there is.
                    record.callbacks.close();
                    record.results = Pages::default();
                    self.pools.end(pool);
                }
            }
        }
    }

    fn start_worker(&mut self, pool: usize, slot: usize, delay_nanos: u64) {
        let Some(record) = self.pools.get(pool) else {
            return;
        };
        let duty = Duty::Worker {
            initializer: record.initializer.clone(),
        };
        let identity = self.next_identity();
        let child = self.start_child(NewChild {
            owner: Owner::Worker { pool, slot },
            life: None,
            identity,
            name: format!("SpawnPoolWorker-{identity}"),
            os_name: format!("pool-W{}", slot + 1),
            daemon: true,
            duty,
            not_before: self.clock.now().plus_nanos(delay_nanos),
        });
        let Some(record) = self.pools.get_mut(pool) else {
            return;
        };
        if record.children.len() <= slot {
            record.children.resize(slot + 1, 0);
        }
        if let Some(place) = record.children.get_mut(slot) {
            *place = child;
        }
    }

    fn child_in(&self, pool: usize, slot: usize) -> Option<u64> {
        self.pools.get(pool)?.children.get(slot).copied()
    }

    fn pid_in(&self, pool: usize, slot: usize) -> Option<u32> {
        let child = self.child_in(pool, slot)?;
        Some(self.owner_and_pid(child)?.1)
    }

    fn send_to_slot(&mut self, pool: usize, slot: usize, message: ToChild) {
        if let Some(child) = self.child_in(pool, slot) {
            self.actions.push_back(Action::Send { child, message });
        }
    }

    /// Encodes the tasks' calls from where the pool keeps them. Large ones are encoded by whoever drives, who holds nobody up.
    fn run_in_slot(&mut self, pool: usize, slot: usize, tasks: Vec<Task<()>>) {
        let (Some(child), Some(record)) = (self.child_in(pool, slot), self.pools.get(pool)) else {
            return;
        };
        let with_call = |task: Task<()>| Some(task.with(record.core.call(task.task)?));
        let tasks: Vec<_> = tasks.into_iter().filter_map(with_call).collect();
        if tasks
            .iter()
            .any(|task| task.call.payload.len() >= SHARED_FROM_BYTES)
        {
            let tasks = tasks.into_iter().map(|task| task.with(task.call.clone()));
            let message = ToChild::Run(tasks.collect());
            self.actions.push_back(Action::Send { child, message });
            return;
        }
        let mut frames = Vec::new();
        match write_frame(&ToChild::Run(tasks), &mut frames) {
            Ok(()) => self.actions.push_back(Action::Write { child, frames }),
            // What is too large was refused when it was submitted: a child that cannot be told what it waits for cannot go on.
            Err(_too_large) => self.end_child(child, true),
        }
    }

    fn resolve(
        &mut self,
        pool: usize,
        task: u64,
        result: Result<Bytes, TaskError>,
        usage: TaskUsage,
        began: Option<(Monotonic, u32)>,
    ) {
        let event = Event::TaskFinished {
            task,
            began,
            pid: usage.pid,
            result: result.as_deref(),
            cpu_nanos: usage.cpu_nanos,
            max_rss_bytes: usage.max_rss_bytes,
        };
        self.tell(usage.at.unwrap_or_else(Monotonic::now), event);
        let Some(record) = self.pools.get_mut(pool) else {
            return;
        };
        let Some(promise) = record.results.remove(task) else {
            return;
        };
        self.turns.came(promise.topic());
        if let Some(job) = promise.keep(task, result) {
            record.callbacks.push(job);
        }
    }

    /// Whether the child was right to say so.
    pub(crate) fn on_task_finished(
        &mut self,
        child: u64,
        finished: Finished,
        now: Monotonic,
    ) -> bool {
        let Some((Owner::Worker { pool, slot }, _)) = self.owner_and_pid(child) else {
            return false;
        };
        self.pools
            .get_mut(pool)
            .is_some_and(|record| record.core.finished(slot, finished, now))
    }

    /// The child wrote something; the task that it was running, if that can be told.
    pub(crate) fn on_output(&mut self, child: u64) -> Option<u64> {
        let (Owner::Worker { pool, slot }, _) = self.owner_and_pid(child)? else {
            return None;
        };
        let core = &mut self.pools.get_mut(pool)?.core;
        // A task begins before it writes.
        core.notice_begun(slot);
        core.wrote(slot);
        let running = core.running(slot);
        self.carry_out(pool);
        running
    }

    /// The tasks of a worker that has ended end before it is told of: the order in which one causes the other. Returns what
    /// is to be done afterwards.
    pub(super) fn end_tasks_first(&mut self, pool: usize, todo: Vec<Todo>, pid: u32) -> Vec<Todo> {
        let (now, after): (Vec<_>, Vec<_>) = todo.into_iter().partition(|todo| {
            matches!(
                todo,
                Todo::Resolve { .. } | Todo::Retry { .. } | Todo::Begun { .. }
            )
        });
        for todo in now {
            match todo {
                // The worker is no longer listed.
                Todo::Begun {
                    task, attempt, at, ..
                } => self.tell(at, Event::TaskStarted { task, pid, attempt }),
                Todo::Retry {
                    task,
                    attempt,
                    error,
                    delay_nanos,
                    ..
                } => {
                    let event = Event::TaskRetried {
                        task,
                        pid: Some(pid),
                        attempt,
                        error: &error,
                        delay_nanos,
                    };
                    self.tell(Monotonic::now(), event);
                }
                todo => self.carry_out_one(pool, todo),
            }
        }
        after
    }
}
