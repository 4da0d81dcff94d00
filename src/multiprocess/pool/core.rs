//! The pool's state machine: what happened goes in, what to do comes out. No I/O, no clock, no lock.
//!
//! Here: tasks from submission to their end, and the pool's own state. [`workers`] come, serve and go, each in its [`slot`];
//! [`dispatch`] chooses from the [`line`] who runs what, as many at a time as [`window`] says; [`limits`] ends what takes too
//! long and tries again; [`size`] changes the number of workers; [`todo`] is what comes out.

mod dispatch;
mod limits;
mod line;
mod size;
mod slot;
mod todo;
mod window;
mod workers;

use std::collections::{BTreeSet, VecDeque};

use self::line::Line;
use self::size::check_size;
use self::slot::{Slot, Stage};
pub(crate) use self::todo::{TaskUsage, Todo};
use self::window::Window;
pub(crate) use self::workers::Loss;
use self::workers::Losses;
use crate::multiprocess::error::{PoolError, RemoteError, TaskError};
use crate::multiprocess::observer::PoolState;
use crate::multiprocess::pages::Pages;
use crate::multiprocess::wire::{Bytes, Call};
use crate::os::Monotonic;

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
    call: Call,
    /// From 1.
    attempt: u32,
    /// How many workers died of it.
    crashes: u32,
    limits: Limits,
    place: Place,
}

/// Where a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the line.
    Waiting,
    /// It waits for its next attempt, until then.
    Delayed(Monotonic),
    /// It was sent to this slot's worker.
    Sent(usize),
}

/// A task has ended in its worker.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) task: u64,
    pub(crate) begun: Monotonic,
    pub(crate) result: Result<Bytes, RemoteError>,
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
    waiting: Line,
    /// No worker has room for what waits, as the last look for one has shown.
    saturated: bool,
    /// Tasks that wait for their next attempt, with when.
    delayed: BTreeSet<(Monotonic, u64)>,
    jobs: Pages<Job>,
    submitted: u64,
    /// Imaps that have not read all their items: as long as there are any, tasks come even after `close`.
    imaps: usize,
    state: PoolState,
    losses: Losses,
    /// Whether some worker has become ready.
    has_served: bool,
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
        check_size(processes)?;
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
            waiting: Line::default(),
            saturated: false,
            delayed: BTreeSet::new(),
            jobs: Pages::default(),
            submitted: 0,
            imaps: 0,
            state: PoolState::Running,
            losses: Losses::default(),
            has_served: false,
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

    /// Takes a task and gives it its number; the caller tells of it before it takes the next [`Todo`]. The clock is looked at
    /// only if a worker may have room.
    pub(crate) fn submit(
        &mut self,
        call: Call,
        limits: Limits,
        by: Submitter,
        clock: impl FnOnce() -> Monotonic,
    ) -> Result<u64, PoolError> {
        self.check(by)?;
        self.submitted += 1;
        let job = Job {
            call,
            attempt: 1,
            crashes: 0,
            limits,
            place: Place::Waiting,
        };
        self.jobs.insert(self.submitted, job);
        self.waiting.push_back(self.submitted);
        if !self.saturated {
            self.dispatch(clock());
        }
        Ok(self.submitted)
    }

    /// What a task is to run, until it has ended.
    pub(crate) fn call(&self, task: u64) -> Option<&Call> {
        self.jobs.get(task).map(|job| &job.call)
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

    fn enter(&mut self, state: PoolState) {
        self.state = state;
        self.todo.push(Todo::State(state));
    }

    fn resolve(&mut self, task: u64, result: Result<Bytes, TaskError>, usage: TaskUsage) {
        self.resolve_begun(task, result, usage, None);
    }

    fn resolve_begun(
        &mut self,
        task: u64,
        result: Result<Bytes, TaskError>,
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
            job.place = Place::Waiting;
            self.waiting.push_front(task);
        }
    }

    fn drop_waiting(&mut self, error: &TaskError) {
        let delayed = std::mem::take(&mut self.delayed)
            .into_iter()
            .map(|(_, task)| task);
        let waiting = self.waiting.take();
        for task in waiting.into_iter().chain(delayed) {
            // Some of those in the line may be gone.
            if self.jobs.get(task).is_some() {
                self.resolve(task, Err(error.clone()), TaskUsage::default());
            }
        }
    }

    /// Whether more tasks will have to be sent.
    fn has_more(&self) -> bool {
        !self.waiting.is_empty() || !self.delayed.is_empty() || self.has_imaps()
    }

    /// Lets idle workers go when nothing more will come, and starts none whose start has failed before.
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
            for (slot, place) in self.slots.iter_mut().enumerate() {
                if place.stage == Stage::Starting && place.is_delayed {
                    // Whoever ends like this has not failed.
                    place.stage = Stage::Leaving;
                    self.todo.push(Todo::End { slot });
                }
            }
        }
    }

    fn end_if_empty(&mut self) {
        let ending = !matches!(self.state, PoolState::Running | PoolState::Ended);
        if ending && self.slots.iter().all(|slot| slot.stage == Stage::Vacant) {
            self.enter(PoolState::Ended);
            // Its engine keeps it for those who ask about it; there may be many like it.
            self.slots = Vec::new();
            self.idle = VecDeque::new();
            self.waiting = Line::default();
            self.jobs = Pages::default();
            self.landed = Vec::new();
        }
    }
}

#[cfg(test)]
mod tests;
