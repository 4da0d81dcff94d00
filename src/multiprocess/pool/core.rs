//! The pool's state machine: what happened goes in, what to do comes out. No I/O, no clock, no lock.
//!
//! Here: tasks from submission to their end, workers from start to end. [`dispatch`] chooses who runs what, [`limits`] ends
//! what takes too long and tries again, [`size`] changes the number of workers.

mod dispatch;
mod limits;
mod size;
mod slot;
mod window;

use std::collections::VecDeque;
use std::sync::Arc;

use self::slot::{Slot, Stage};
use self::window::Window;
use crate::multiprocess::board::{Board, Claim};
use crate::multiprocess::error::{PoolError, RemoteError, TaskError};
use crate::multiprocess::observer::PoolState;
use crate::multiprocess::pages::Pages;
use crate::multiprocess::wire::{Call, Task};
use crate::os::Monotonic;

/// Beyond one failure a worker, so many workers may end in a row before they are ready, with none that is ready, before the
/// pool gives up.
const SPARE_FAILURES: usize = 2;

/// How long the first restart after a failed start waits; each further one twice as long, up to the longest.
const FIRST_DELAY_NANOS: u64 = 10_000_000;
const LONGEST_DELAY_NANOS: u64 = 2_000_000_000;

/// What the pool wants done.
#[derive(Debug, PartialEq)]
pub(crate) enum Todo {
    /// Start a worker in this slot, so much later.
    Start { slot: usize, delay_nanos: u64 },
    /// Send these tasks to the slot's worker.
    Run { slot: usize, tasks: Vec<Task> },
    /// Tell the slot's worker that there is nothing more to do.
    Finish { slot: usize },
    /// End the slot's worker, whatever it does.
    End { slot: usize },
    /// The slot's worker has begun the task, and has not ended it yet.
    Begun {
        slot: usize,
        task: u64,
        attempt: u32,
        at: Monotonic,
    },
    /// An attempt has failed; the task will be tried again.
    Retry {
        task: u64,
        slot: usize,
        attempt: u32,
        error: TaskError,
        delay_nanos: u64,
    },
    /// The task has ended.
    Resolve {
        task: u64,
        result: Result<Vec<u8>, TaskError>,
        usage: TaskUsage,
        /// When it began and in which attempt, if that was not told before.
        began: Option<(Monotonic, u32)>,
    },
    /// The pool changed its state.
    State(PoolState),
    /// The pool has so many workers now.
    Resized { processes: usize },
}

/// What a task used, and where and when it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TaskUsage {
    pub(crate) at: Option<Monotonic>,
    pub(crate) pid: Option<u32>,
    pub(crate) cpu_nanos: Option<u64>,
    pub(crate) max_rss_bytes: Option<u64>,
}

/// What may happen to a task at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Counted from when it begins; then its worker is ended.
    pub(crate) timeout_nanos: Option<u64>,
    /// How often it is tried again when it fails.
    pub(crate) retries: u32,
}

/// Who submits a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Submitter {
    /// Anybody: only while the pool runs.
    Caller,
    /// An `imap` that began while the pool ran: its items are the pool's, though it reads them later.
    Imap,
}

/// A task that has not ended.
#[derive(Debug)]
struct Job {
    call: Arc<Call>,
    /// From 1.
    attempt: u32,
    /// How many workers died of it.
    crashes: u32,
    limits: Limits,
    /// Whose slot it was sent to.
    slot: Option<usize>,
}

/// A task has ended in its worker.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) task: u64,
    pub(crate) begun: Monotonic,
    pub(crate) result: Result<Vec<u8>, RemoteError>,
    pub(crate) usage: TaskUsage,
}

/// The pool's state.
#[derive(Debug)]
pub(crate) struct PoolCore {
    slots: Vec<Slot>,
    /// How many workers there are to be: those in the first slots.
    processes: usize,
    /// Idle slots, the one that has been idle longest first.
    idle: VecDeque<usize>,
    waiting: VecDeque<u64>,
    /// No worker has room for what waits, as the last look for one has shown.
    saturated: bool,
    /// Tasks that wait for their next attempt, with when.
    delayed: Vec<(Monotonic, u64)>,
    jobs: Pages<Job>,
    submitted: u64,
    /// Imaps that have not read all their items: as long as there are any, tasks come even after `close`.
    imaps: usize,
    state: PoolState,
    failures_in_a_row: usize,
    /// Why the pool gave up.
    failure: Option<String>,
    max_tasks_per_child: Option<u64>,
    /// Whether somebody wants to hear of every task that begins.
    watched: bool,
    window: Window,
    /// Slots whose workers have ended tasks since somebody last asked what to do, and when the last of them did.
    landed: Vec<usize>,
    landed_at: Monotonic,
    todo: Vec<Todo>,
}

impl PoolCore {
    /// A pool that wants its workers started.
    pub(crate) fn new(
        processes: usize,
        max_tasks_per_child: Option<u64>,
        watched: bool,
    ) -> Result<Self, PoolError> {
        if processes == 0 {
            return Err(PoolError::NoProcesses);
        }
        if max_tasks_per_child == Some(0) {
            return Err(PoolError::NoTasksPerChild);
        }
        let todo = std::iter::once(Todo::State(PoolState::Running))
            .chain((0..processes).map(|slot| Todo::Start {
                slot,
                delay_nanos: 0,
            }))
            .collect();
        Ok(Self {
            slots: (0..processes).map(|_slot| Slot::starting()).collect(),
            processes,
            idle: VecDeque::new(),
            waiting: VecDeque::new(),
            saturated: false,
            delayed: Vec::new(),
            jobs: Pages::default(),
            submitted: 0,
            imaps: 0,
            state: PoolState::Running,
            failures_in_a_row: 0,
            failure: None,
            max_tasks_per_child,
            watched,
            window: Window::default(),
            landed: Vec::new(),
            landed_at: Monotonic::default(),
            todo,
        })
    }

    /// What is to be done now, in order.
    pub(crate) fn take_todo(&mut self) -> Vec<Todo> {
        let mut todo = Vec::new();
        self.take_todo_into(&mut todo);
        todo
    }

    /// As [`Self::take_todo`], into an empty list that has room already.
    pub(crate) fn take_todo_into(&mut self, todo: &mut Vec<Todo>) {
        // Once for all the tasks that a message has told of.
        if !self.landed.is_empty() && self.state != PoolState::Terminating {
            while let Some(slot) = self.landed.pop() {
                self.after_task(slot);
            }
            self.dispatch(self.landed_at);
            self.wind_down();
        }
        self.landed.clear();
        std::mem::swap(&mut self.todo, todo);
    }

    pub(crate) fn state(&self) -> PoolState {
        self.state
    }

    /// How many workers it is to have.
    pub(crate) fn processes(&self) -> usize {
        self.processes
    }

    /// Takes a task and gives it its number; the caller tells of it before it takes the next [`Todo`].
    pub(crate) fn submit(
        &mut self,
        call: Arc<Call>,
        limits: Limits,
        by: Submitter,
        now: Monotonic,
    ) -> Result<u64, PoolError> {
        self.check(by)?;
        self.submitted += 1;
        let job = Job {
            call,
            attempt: 1,
            crashes: 0,
            limits,
            slot: None,
        };
        self.jobs.insert(self.submitted, job);
        self.waiting.push_back(self.submitted);
        if !self.saturated {
            self.dispatch(now);
        }
        Ok(self.submitted)
    }

    /// Whether the pool takes tasks.
    fn check(&self, by: Submitter) -> Result<(), PoolError> {
        if let Some(reason) = &self.failure {
            return Err(PoolError::Failed {
                reason: reason.clone(),
            });
        }
        match (self.state, by) {
            (PoolState::Running, _) | (PoolState::Closed, Submitter::Imap) => Ok(()),
            _ => Err(PoolError::NotRunning),
        }
    }

    /// An imap begins to submit its items.
    pub(crate) fn begin_imap(&mut self) -> Result<(), PoolError> {
        self.check(Submitter::Caller)?;
        self.imaps += 1;
        Ok(())
    }

    /// An imap has submitted all its items, or never will.
    pub(crate) fn end_imap(&mut self) {
        self.imaps = self.imaps.saturating_sub(1);
        self.wind_down();
    }

    /// Whether some imap has not read all its items.
    pub(crate) fn has_imaps(&self) -> bool {
        self.imaps > 0
    }

    /// No more tasks; those there are will be done.
    pub(crate) fn close(&mut self) {
        if self.state == PoolState::Running {
            self.enter(PoolState::Closed);
            self.wind_down();
        }
    }

    /// Ends everything: waiting tasks at once, running ones with their workers.
    pub(crate) fn terminate(&mut self) {
        if matches!(self.state, PoolState::Terminating | PoolState::Ended) {
            return;
        }
        self.enter(PoolState::Terminating);
        self.drop_waiting(&TaskError::Terminated);
        for (slot, place) in self.slots.iter().enumerate() {
            if place.stage != Stage::Vacant {
                self.todo.push(Todo::End { slot });
            }
        }
        self.idle.clear();
        self.end_if_empty();
    }

    /// Ends before anything was started.
    pub(crate) fn refuse(&mut self) {
        self.todo.clear();
        self.slots.clear();
        self.enter(PoolState::Ended);
    }

    /// The slot's worker was started; it claims its tasks on that board.
    pub(crate) fn started(&mut self, slot: usize, board: Arc<Board>) {
        if let Some(place) = self.slots.get_mut(slot) {
            place.board = Some(board);
        }
    }

    /// The worker has connected, and its initializer has succeeded.
    pub(crate) fn ready(&mut self, slot: usize, now: Monotonic) {
        self.failures_in_a_row = 0;
        let Some(place) = self.slots.get_mut(slot) else {
            return;
        };
        if place.stage == Stage::Starting && self.state != PoolState::Terminating {
            place.stage = Stage::Serving;
            if slot < self.processes {
                self.rest(slot);
            } else {
                self.let_go(slot);
            }
            self.dispatch(now);
            self.wind_down();
        }
    }

    /// Whether the slot's worker was told that there is nothing more to do.
    pub(crate) fn is_leaving(&self, slot: usize) -> bool {
        self.slots
            .get(slot)
            .is_some_and(|place| place.stage == Stage::Leaving)
    }

    /// Whether no worker is about to become ready. Before the first task they then wait in the order of their places.
    pub(crate) fn line_up(&mut self) -> bool {
        if self.submitted == 0 {
            self.idle.make_contiguous().sort_unstable();
        }
        self.slots.iter().all(|slot| slot.stage != Stage::Starting)
    }

    /// The worker has ended a task; false if it did not have that task, which is a fault of the worker.
    pub(crate) fn finished(&mut self, slot: usize, finished: Finished, now: Monotonic) -> bool {
        let Finished {
            task,
            begun,
            result,
            usage,
        } = finished;
        let Some(place) = self.slots.get_mut(slot) else {
            return false;
        };
        let Some(flight) = place.land(task, now) else {
            return false;
        };
        let ended_as = place.ending.take_if(|(ending, _)| *ending == task);
        self.window
            .ran(usage.at.unwrap_or(begun).nanos_since(begun));
        let unknown = self.watched && flight.begun.is_none();
        let attempt = self.jobs.get(task).map_or(1, |job| job.attempt);
        let error = match (ended_as, result) {
            // It was told to end first: a result that comes late is none.
            (Some((_, why)), _) => Some(why),
            (None, Err(error)) => Some(TaskError::Raised(error)),
            (None, Ok(value)) => {
                let began = unknown.then_some((begun, attempt));
                self.resolve_begun(task, Ok(value), usage, began);
                None
            }
        };
        if let Some(error) = error {
            if unknown {
                self.todo.push(Todo::Begun {
                    slot,
                    task,
                    attempt,
                    at: begun,
                });
            }
            self.fail(slot, task, error, usage, now);
        }
        if self.landed.last() != Some(&slot) {
            self.landed.push(slot);
        }
        self.landed_at = now;
        true
    }

    /// The slot's worker has ended, or could not be started. The task that it was running is lost; those that it had not
    /// begun go back to the front.
    ///
    /// Only a worker that ends before it is ready (a failed start or initializer) delays the next one and counts against the
    /// budget: one that is killed later is replaced at once, however often.
    pub(crate) fn gone(&mut self, slot: usize, pid: u32, why: &str, now: Monotonic) {
        let Some(place) = self.slots.get_mut(slot) else {
            return;
        };
        let mut was = std::mem::replace(place, Slot::vacant());
        self.idle.retain(|&idle| idle != slot);
        let usage = TaskUsage {
            pid: Some(pid),
            ..TaskUsage::default()
        };
        while let Some(flight) = was.in_flight.pop_back() {
            let claim = was.board.as_ref().map(|board| board.look(flight.seat));
            if self.state == PoolState::Terminating {
                self.resolve(flight.task, Err(TaskError::Terminated), usage);
            } else if matches!(claim, None | Some(Claim::Waiting)) {
                self.put_back(flight.task);
            } else {
                self.tell_begun(slot, &flight, claim);
                let ended_as = was.ending.take_if(|(ending, _)| *ending == flight.task);
                let error = ended_as.map_or_else(
                    || TaskError::WorkerDied {
                        pid,
                        exit: why.to_owned(),
                    },
                    |(_, error)| error,
                );
                self.fail(slot, flight.task, error, usage, now);
            }
        }
        let delay_nanos = if was.stage == Stage::Starting {
            self.start_failed(why)
        } else {
            0
        };
        if self.needs_workers() && slot < self.processes {
            if let Some(place) = self.slots.get_mut(slot) {
                place.stage = Stage::Starting;
            }
            self.todo.push(Todo::Start { slot, delay_nanos });
        }
        self.dispatch(now);
        self.wind_down();
        self.end_if_empty();
    }

    /// Whether there is or may be something for a new worker to do.
    fn needs_workers(&self) -> bool {
        match self.state {
            PoolState::Running => true,
            PoolState::Closed => self.has_more(),
            PoolState::Terminating | PoolState::Ended | PoolState::Failed => false,
        }
    }

    /// Counts a worker that ended before it was ready; returns how long its replacement is to wait.
    fn start_failed(&mut self, why: &str) -> u64 {
        self.failures_in_a_row += 1;
        let somebody_works = self.slots.iter().any(|slot| slot.stage == Stage::Serving);
        let give_up = self.failures_in_a_row > self.processes + SPARE_FAILURES && !somebody_works;
        if give_up && matches!(self.state, PoolState::Running | PoolState::Closed) {
            self.enter(PoolState::Failed);
            self.failure = Some(why.to_owned());
            self.drop_waiting(&TaskError::PoolFailed {
                reason: why.to_owned(),
            });
        }
        let doublings = u32::try_from(self.failures_in_a_row - 1).unwrap_or(u32::MAX);
        let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
        FIRST_DELAY_NANOS
            .saturating_mul(factor)
            .min(LONGEST_DELAY_NANOS)
    }

    fn enter(&mut self, state: PoolState) {
        self.state = state;
        self.todo.push(Todo::State(state));
    }

    fn resolve(&mut self, task: u64, result: Result<Vec<u8>, TaskError>, usage: TaskUsage) {
        self.resolve_begun(task, result, usage, None);
    }

    fn resolve_begun(
        &mut self,
        task: u64,
        result: Result<Vec<u8>, TaskError>,
        usage: TaskUsage,
        began: Option<(Monotonic, u32)>,
    ) {
        self.jobs.remove(task);
        self.todo.push(Todo::Resolve {
            task,
            result,
            usage,
            began,
        });
    }

    fn put_back(&mut self, task: u64) {
        if let Some(job) = self.jobs.get_mut(task) {
            job.slot = None;
            self.waiting.push_front(task);
        }
    }

    fn drop_waiting(&mut self, error: &TaskError) {
        let delayed = std::mem::take(&mut self.delayed)
            .into_iter()
            .map(|(_, task)| task);
        let tasks: Vec<_> = std::mem::take(&mut self.waiting)
            .into_iter()
            .chain(delayed)
            .collect();
        for task in tasks {
            self.resolve(task, Err(error.clone()), TaskUsage::default());
        }
    }

    fn tell_begun(&mut self, slot: usize, flight: &slot::Flight, claim: Option<Claim>) {
        if let (true, None, Some(Claim::Begun { at } | Claim::Done { at })) =
            (self.watched, flight.begun, claim)
        {
            let attempt = self.jobs.get(flight.task).map_or(1, |job| job.attempt);
            self.todo.push(Todo::Begun {
                slot,
                task: flight.task,
                attempt,
                at,
            });
        }
    }

    /// The worker has one task less: lets it rest, or go if it has run all it may.
    fn after_task(&mut self, slot: usize) {
        let Some(place) = self.slots.get(slot) else {
            return;
        };
        if place.stage == Stage::Serving && place.in_flight.is_empty() {
            let may_stay = slot < self.processes
                && self
                    .max_tasks_per_child
                    .is_none_or(|most| place.served < most);
            if may_stay {
                self.rest(slot);
            } else {
                self.let_go(slot);
            }
        }
    }

    /// The worker has nothing to do.
    fn rest(&mut self, slot: usize) {
        let suspended = self.slots.get(slot).is_some_and(Slot::is_suspended);
        if !suspended && !self.idle.contains(&slot) {
            self.idle.push_back(slot);
        }
    }

    /// The worker is to leave.
    fn let_go(&mut self, slot: usize) {
        self.idle.retain(|&idle| idle != slot);
        if let Some(place) = self.slots.get_mut(slot) {
            place.stage = Stage::Leaving;
            self.todo.push(Todo::Finish { slot });
        }
    }

    /// Whether more tasks will have to be sent.
    fn has_more(&self) -> bool {
        !self.waiting.is_empty() || !self.delayed.is_empty() || self.has_imaps()
    }

    /// Lets idle workers go when nothing more will come.
    fn wind_down(&mut self) {
        let is_over = match self.state {
            PoolState::Closed => !self.has_more(),
            // Whoever would submit more is refused.
            state => state == PoolState::Failed,
        };
        if is_over {
            while let Some(slot) = self.idle.pop_front() {
                self.let_go(slot);
            }
        }
    }

    fn end_if_empty(&mut self) {
        let ending = !matches!(self.state, PoolState::Running | PoolState::Ended);
        if ending && self.slots.iter().all(|slot| slot.stage == Stage::Vacant) {
            self.enter(PoolState::Ended);
        }
    }
}

#[cfg(test)]
mod tests;
