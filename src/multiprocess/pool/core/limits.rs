//! What takes too long, is not wanted any more, or is tried again.

use std::time::Duration;

use super::slot::Flight;
use super::{Place, PoolCore, TaskUsage, Todo};
use crate::multiprocess::error::TaskError;
use crate::multiprocess::observer::PoolState;
use crate::os::Monotonic;

/// How long the second attempt of a task waits; each further one twice as long, up to the longest.
const FIRST_RETRY_NANOS: u64 = 100_000_000;
const LONGEST_RETRY_NANOS: u64 = 10_000_000_000;

/// A task that so many workers died of is not tried again, so that it cannot eat the pool.
const MOST_CRASHES: u32 = 3;

impl PoolCore {
    /// When something is due next.
    pub(crate) fn next_deadline(&self) -> Option<Monotonic> {
        if self.jobs.len() == 0 {
            return None;
        }
        let timeouts = self
            .slots
            .iter()
            .filter(|slot| slot.counts_time())
            .filter_map(|slot| slot.in_flight.front())
            .filter(|flight| flight.timed)
            .filter_map(|flight| Some(flight.begun?.plus_nanos(self.timeout_of(flight.task)?)));
        let delayed = self.delayed.first().map(|&(at, _)| at);
        timeouts.chain(delayed).chain(self.next_look()).min()
    }

    fn timeout_of(&self, task: u64) -> Option<u64> {
        self.jobs.get(task)?.limits.timeout_nanos
    }

    /// Moves on what has a time and was not suspended: for so long nothing went on.
    pub(crate) fn postpone(&mut self, nanos: u64) {
        let stopped = self.slots.iter_mut().filter(|slot| slot.is_stopped);
        for flight in stopped
            .filter(|slot| slot.counts_time())
            .filter_map(|slot| slot.in_flight.front_mut())
        {
            flight.begun = flight.begun.map(|begun| begun.plus_nanos(nanos));
        }
        let delayed = std::mem::take(&mut self.delayed).into_iter();
        self.delayed = delayed
            .map(|(at, task)| (at.plus_nanos(nanos), task))
            .collect();
    }

    /// Does what is due.
    pub(crate) fn tick(&mut self, now: Monotonic) {
        if self.next_deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        while let Some(&(at, task)) = self.delayed.first()
            && at <= now
        {
            self.delayed.pop_first();
            if let Some(job) = self.jobs.get_mut(task) {
                job.place = Place::Waiting;
                self.waiting.push_back(task);
            }
        }
        self.look(now);
        for slot in 0..self.slots.len() {
            self.end_overdue(slot, now);
        }
    }

    fn end_overdue(&mut self, slot: usize, now: Monotonic) {
        let Some(place) = self.slots.get(slot).filter(|place| place.counts_time()) else {
            return;
        };
        let Some((task, begun)) = place
            .in_flight
            .front()
            .and_then(|flight| Some((flight.task, flight.begun?)))
        else {
            return;
        };
        let Some(timeout_nanos) = self.timeout_of(task) else {
            return;
        };
        if now.nanos_since(begun) >= timeout_nanos {
            let timeout = Duration::from_nanos(timeout_nanos);
            let ended = self.end_running(slot, task, TaskError::TimedOut { timeout });
            if !ended && let Some(flight) = self.first_in_flight(slot) {
                // Its result is on its way: nothing is due any more.
                flight.timed = false;
            }
        }
    }

    fn first_in_flight(&mut self, slot: usize) -> Option<&mut Flight> {
        self.slots.get_mut(slot)?.in_flight.front_mut()
    }

    /// Ends the worker because of the task that it runs; what it has not begun goes to others. False if the task is over.
    fn end_running(&mut self, slot: usize, task: u64, why: TaskError) -> bool {
        // First of all: whoever is not condemned may be running somebody else's task by the time its end comes.
        if !self
            .slots
            .get(slot)
            .is_some_and(|place| place.condemn(task))
        {
            return false;
        }
        self.retire(slot);
        if let Some(place) = self.slots.get_mut(slot) {
            place.ending = Some((task, why));
            self.todo.push(Todo::End { slot });
        }
        true
    }

    /// Ends these tasks: at once those that no worker has begun, with their workers those that one has. False if all are over.
    pub(crate) fn cancel(&mut self, tasks: &[u64], now: Monotonic) -> bool {
        let mut cancelled = false;
        for &task in tasks {
            cancelled |= self.cancel_one(task);
        }
        // Only now, so that nobody is sent what is about to be cancelled.
        self.dispatch(now);
        self.wind_down();
        cancelled
    }

    fn cancel_one(&mut self, task: u64) -> bool {
        let Some(job) = self.jobs.get(task) else {
            return false;
        };
        match job.place {
            Place::Waiting => {
                self.resolve(task, Err(TaskError::Cancelled), TaskUsage::default());
                let jobs = &self.jobs;
                self.waiting.leave(|task| jobs.get(task).is_some());
            }
            Place::Delayed(at) => {
                self.delayed.remove(&(at, task));
                self.resolve(task, Err(TaskError::Cancelled), TaskUsage::default());
            }
            Place::Sent(slot) => {
                let place = self.slots.get_mut(slot);
                if place.is_some_and(|place| place.take_back_one(task)) {
                    self.resolve(task, Err(TaskError::Cancelled), TaskUsage::default());
                    self.after_task(slot);
                    return true;
                }
                let place = self.slots.get(slot);
                let is_ending = place.is_some_and(|place| place.ending.is_some());
                return is_ending || self.end_running(slot, task, TaskError::Cancelled);
            }
        }
        true
    }

    /// An attempt has failed: the task is tried again, or has ended.
    pub(super) fn fail(
        &mut self,
        slot: usize,
        task: u64,
        error: TaskError,
        usage: TaskUsage,
        now: Monotonic,
    ) {
        let goes_on = matches!(self.state, PoolState::Running | PoolState::Closed);
        let again = self.jobs.get_mut(task).is_some_and(|job| {
            job.crashes += u32::from(matches!(error, TaskError::WorkerDied { .. }));
            goes_on
                && error != TaskError::Cancelled
                && job.attempt <= job.limits.retries
                && job.crashes < MOST_CRASHES
        });
        let Some(job) = self.jobs.get_mut(task).filter(|_| again) else {
            return self.resolve(task, Err(error), usage);
        };
        let factor = 1_u64.checked_shl(job.attempt - 1).unwrap_or(u64::MAX);
        let delay_nanos = FIRST_RETRY_NANOS
            .saturating_mul(factor)
            .min(LONGEST_RETRY_NANOS);
        let attempt = job.attempt;
        job.attempt += 1;
        let next = now.plus_nanos(delay_nanos);
        job.place = Place::Delayed(next);
        self.delayed.insert((next, task));
        self.todo.push(Todo::Retry {
            task,
            slot,
            attempt,
            error,
            delay_nanos,
        });
    }
}
