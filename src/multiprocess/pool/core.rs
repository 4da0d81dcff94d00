//! The pool's state machine: what happened goes in, what to do comes out. No I/O, no clock, no lock.

use std::collections::{BTreeMap, VecDeque};

use crate::multiprocess::error::{PoolError, RemoteError, TaskError};
use crate::multiprocess::observer::PoolState;
use crate::multiprocess::wire::{Call, Task};

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
    /// The task has ended.
    Resolve {
        task: u64,
        result: Result<Vec<u8>, TaskError>,
    },
    /// The pool changed its state.
    State(PoolState),
}

#[derive(Debug, PartialEq)]
enum Slot {
    Vacant,
    Starting,
    Idle,
    Running { task: u64, begun: bool },
    Leaving,
}

/// The pool's state.
#[derive(Debug)]
pub(crate) struct PoolCore {
    slots: Vec<Slot>,
    /// Idle slots, the one that has been idle longest first.
    idle: VecDeque<usize>,
    waiting: VecDeque<u64>,
    /// Waiting and running tasks.
    calls: BTreeMap<u64, Call>,
    submitted: u64,
    state: PoolState,
    failures_in_a_row: usize,
    /// Why the pool gave up.
    failure: Option<String>,
    todo: Vec<Todo>,
}

impl PoolCore {
    /// A pool that wants its workers started.
    pub(crate) fn new(processes: usize) -> Result<Self, PoolError> {
        if processes == 0 {
            return Err(PoolError::NoProcesses);
        }
        let todo = std::iter::once(Todo::State(PoolState::Running))
            .chain((0..processes).map(|slot| Todo::Start {
                slot,
                delay_nanos: 0,
            }))
            .collect();
        Ok(Self {
            slots: (0..processes).map(|_slot| Slot::Starting).collect(),
            idle: VecDeque::new(),
            waiting: VecDeque::new(),
            calls: BTreeMap::new(),
            submitted: 0,
            state: PoolState::Running,
            failures_in_a_row: 0,
            failure: None,
            todo,
        })
    }

    /// What is to be done now, in order.
    pub(crate) fn take_todo(&mut self) -> Vec<Todo> {
        std::mem::take(&mut self.todo)
    }

    pub(crate) fn state(&self) -> PoolState {
        self.state
    }

    /// Takes a task and gives it its number; the caller tells of it before it takes the next [`Todo`].
    pub(crate) fn submit(&mut self, call: Call) -> Result<u64, PoolError> {
        if let Some(reason) = &self.failure {
            return Err(PoolError::Failed {
                reason: reason.clone(),
            });
        }
        if self.state != PoolState::Running {
            return Err(PoolError::NotRunning);
        }
        self.submitted += 1;
        self.calls.insert(self.submitted, call);
        self.waiting.push_back(self.submitted);
        self.dispatch();
        Ok(self.submitted)
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
        for (slot, state) in self.slots.iter().enumerate() {
            if *state != Slot::Vacant {
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

    /// The worker has connected, and its initializer has succeeded.
    pub(crate) fn ready(&mut self, slot: usize) {
        self.failures_in_a_row = 0;
        if self.slots.get(slot) == Some(&Slot::Starting) && self.state != PoolState::Terminating {
            self.set(slot, Slot::Idle);
            self.idle.push_back(slot);
            self.dispatch();
            self.wind_down();
        }
    }

    /// The worker has begun its task.
    pub(crate) fn begun(&mut self, slot: usize, number: u64) -> bool {
        match self.slots.get_mut(slot) {
            Some(Slot::Running { task, begun }) if *task == number && !*begun => {
                *begun = true;
                true
            }
            _ => false,
        }
    }

    /// The worker has ended its task; false if it did not have that task, which is a fault of the worker.
    pub(crate) fn finished(
        &mut self,
        slot: usize,
        number: u64,
        result: Result<Vec<u8>, RemoteError>,
    ) -> bool {
        if !matches!(self.slots.get(slot), Some(Slot::Running { task, begun: true }) if *task == number)
        {
            return false;
        }
        self.calls.remove(&number);
        self.todo.push(Todo::Resolve {
            task: number,
            result: result.map_err(TaskError::Raised),
        });
        if self.state == PoolState::Terminating {
            self.set(slot, Slot::Leaving);
        } else {
            self.set(slot, Slot::Idle);
            self.idle.push_back(slot);
            self.dispatch();
            self.wind_down();
        }
        true
    }

    /// The slot's worker has ended, or could not be started. A task that it was running is lost; one that it had not begun
    /// goes back to the front.
    ///
    /// Only a worker that ends before it is ready (a failed start or initializer) delays the next one and counts against the
    /// budget: one that is killed later is replaced at once, however often.
    pub(crate) fn gone(&mut self, slot: usize, pid: u32, why: &str) {
        let was = self
            .slots
            .get_mut(slot)
            .map(|state| std::mem::replace(state, Slot::Vacant));
        self.idle.retain(|&idle| idle != slot);
        let mut delay_nanos = 0;
        match was {
            Some(Slot::Running { task, begun }) => {
                if self.state == PoolState::Terminating {
                    self.resolve(task, TaskError::Terminated);
                } else if begun {
                    self.resolve(
                        task,
                        TaskError::WorkerDied {
                            pid,
                            exit: why.to_owned(),
                        },
                    );
                } else {
                    self.waiting.push_front(task);
                }
            }
            Some(Slot::Starting) => delay_nanos = self.start_failed(why),
            _ => {}
        }
        let needed = match self.state {
            PoolState::Running => true,
            PoolState::Closed => !self.waiting.is_empty(),
            PoolState::Terminating | PoolState::Ended | PoolState::Failed => false,
        };
        if needed {
            self.set(slot, Slot::Starting);
            self.todo.push(Todo::Start { slot, delay_nanos });
        }
        self.wind_down();
        self.end_if_empty();
    }

    /// Counts a worker that ended before it was ready; returns how long its replacement is to wait.
    fn start_failed(&mut self, why: &str) -> u64 {
        self.failures_in_a_row += 1;
        let somebody_works = self
            .slots
            .iter()
            .any(|slot| matches!(slot, Slot::Idle | Slot::Running { .. }));
        let give_up = self.failures_in_a_row > self.slots.len() + SPARE_FAILURES && !somebody_works;
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

    fn set(&mut self, slot: usize, state: Slot) {
        if let Some(place) = self.slots.get_mut(slot) {
            *place = state;
        }
    }

    fn enter(&mut self, state: PoolState) {
        self.state = state;
        self.todo.push(Todo::State(state));
    }

    fn resolve(&mut self, task: u64, error: TaskError) {
        self.calls.remove(&task);
        self.todo.push(Todo::Resolve {
            task,
            result: Err(error),
        });
    }

    fn drop_waiting(&mut self, error: &TaskError) {
        for task in std::mem::take(&mut self.waiting) {
            self.resolve(task, error.clone());
        }
    }

    fn dispatch(&mut self) {
        while !self.waiting.is_empty()
            && let Some(slot) = self.idle.pop_front()
        {
            let Some(task) = self.waiting.pop_front() else {
                break;
            };
            let Some(call) = self.calls.get(&task) else {
                continue;
            };
            let tasks = vec![Task {
                task,
                attempt: 1,
                call: call.clone(),
            }];
            self.set(slot, Slot::Running { task, begun: false });
            self.todo.push(Todo::Run { slot, tasks });
        }
    }

    /// Lets idle workers go when nothing more will come.
    fn wind_down(&mut self) {
        if matches!(self.state, PoolState::Closed | PoolState::Failed) && self.waiting.is_empty() {
            while let Some(slot) = self.idle.pop_front() {
                self.set(slot, Slot::Leaving);
                self.todo.push(Todo::Finish { slot });
            }
        }
    }

    fn end_if_empty(&mut self) {
        let ending = !matches!(self.state, PoolState::Running | PoolState::Ended);
        if ending && self.slots.iter().all(|slot| *slot == Slot::Vacant) {
            self.enter(PoolState::Ended);
        }
    }
}

#[cfg(test)]
mod tests;
