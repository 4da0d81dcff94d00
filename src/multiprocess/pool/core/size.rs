//! How many workers there are, and who of them may work.

use super::slot::{Slot, Stage};
use super::{PoolCore, Todo};
use crate::multiprocess::error::PoolError;
use crate::os::Monotonic;

/// So many workers a pool may have.
const MOST_PROCESSES: usize = 4096;

/// Whether a pool may have so many workers.
pub(super) fn check_size(processes: usize) -> Result<(), PoolError> {
    match processes {
        0 => Err(PoolError::NoProcesses),
        1..=MOST_PROCESSES => Ok(()),
        asked => Err(PoolError::TooManyProcesses {
            asked,
            most: MOST_PROCESSES,
        }),
    }
}

impl PoolCore {
    /// Changes the number of workers, also of a closed pool while tasks wait. Those too many finish what they run, and leave.
    pub(crate) fn resize(&mut self, processes: usize, now: Monotonic) -> Result<(), PoolError> {
        check_size(processes)?;
        if !self.needs_workers() {
            return Err(PoolError::NotRunning);
        }
        if processes == self.processes {
            return Ok(());
        }
        self.processes = processes;
        self.todo.push(Todo::Resized { processes });
        for slot in 0..self.slots.len().max(processes) {
            if self.slots.len() <= slot {
                self.slots.push(Slot::vacant());
            }
            let Some(place) = self.slots.get_mut(slot) else {
                break;
            };
            if slot < processes {
                if place.stage == Stage::Vacant {
                    place.stage = Stage::Starting;
                    self.todo.push(Todo::Start {
                        slot,
                        delay_nanos: 0,
                    });
                }
            } else if place.stage == Stage::Serving {
                self.give_back(slot);
                self.after_task(slot);
            }
        }
        self.dispatch(now);
        Ok(())
    }

    /// The worker was suspended on request or with the whole run: it gets nothing until it goes on, and the clock of its task
    /// stands still.
    pub(crate) fn suspend(&mut self, slot: usize, now: Monotonic) {
        if let Some(place) = self.slots.get_mut(slot) {
            place.suspended_at.get_or_insert(now);
        }
        self.stand_still(slot, now);
    }

    /// Somebody else has stopped the worker: it gets nothing until it goes on. The clock of its task goes on, so that the
    /// timeout frees the task and the worker's place.
    pub(crate) fn stopped(&mut self, slot: usize, now: Monotonic) {
        // What has begun is known from now on, so that its timeout falls due.
        self.notice_begun(slot);
        if let Some(place) = self.slots.get_mut(slot) {
            place.is_stopped = true;
        }
        self.stand_still(slot, now);
    }

    fn stand_still(&mut self, slot: usize, now: Monotonic) {
        self.idle.retain(|&idle| idle != slot);
        self.give_back(slot);
        self.dispatch(now);
    }

    /// The worker goes on.
    pub(crate) fn resume(&mut self, slot: usize, now: Monotonic) {
        // Its task may have begun without anybody noticing before it was stopped.
        self.notice_begun(slot);
        let Some(place) = self.slots.get_mut(slot) else {
            return;
        };
        if !place.is_suspended() {
            return;
        }
        place.is_stopped = false;
        if let Some(suspended_at) = place.suspended_at.take()
            && let Some(flight) = place.in_flight.front_mut()
        {
            flight.begun = flight
                .begun
                .map(|begun| begun.plus_nanos(now.nanos_since(suspended_at.max(begun))));
        }
        self.after_task(slot);
        self.dispatch(now);
        self.wind_down();
    }

    /// The worker gets nothing more; what it has not begun goes to others.
    pub(super) fn retire(&mut self, slot: usize) {
        self.idle.retain(|&idle| idle != slot);
        self.give_back(slot);
        if let Some(place) = self.slots.get_mut(slot) {
            place.stage = Stage::Leaving;
        }
    }

    fn give_back(&mut self, slot: usize) {
        let taken = self
            .slots
            .get_mut(slot)
            .map(|place| place.take_back(0))
            .unwrap_or_default();
        for task in taken {
            self.put_back(task);
        }
    }
}
