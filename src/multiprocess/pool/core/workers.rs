//! The pool's workers, from start to end.

use std::sync::Arc;

use super::slot::{Flight, Slot, Stage};
use super::{PoolCore, TaskUsage, Todo};
use crate::multiprocess::board::{Board, Claim};
use crate::multiprocess::error::TaskError;
use crate::multiprocess::observer::PoolState;
use crate::multiprocess::pool::WorkerState;
use crate::os::Monotonic;

/// Beyond one failure a worker, so many workers may end in a row before they are ready, with none that is ready, before the
/// pool gives up.
const SPARE_FAILURES: usize = 2;

/// How long the first restart after a failed start waits; each further one twice as long, up to the longest.
pub(super) const FIRST_DELAY_NANOS: u64 = 10_000_000;
pub(super) const LONGEST_DELAY_NANOS: u64 = 2_000_000_000;

/// Beyond one a worker, so many may be killed in a row before they are ready: what the system kills for want of memory each
/// time comes to an end, and whoever kills some by hand does not end the pool.
const SPARE_KILLS: usize = 32;

/// So long a pool whose workers have served tries to start new ones while there is too little of something, nanoseconds.
const SHORT_NANOS: u64 = 10_000_000_000;

/// How a slot lost its worker, which matters if that was not ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// It ended by itself, or cannot be started.
    Failed,
    /// Somebody has killed it.
    Killed,
    /// It could not be started, for want of descriptors, processes or memory: later it may be.
    Short,
}

/// Workers in a row that did not become ready, by how they were lost.
#[derive(Debug, Default)]
pub(super) struct Losses {
    failed: usize,
    killed: usize,
    short: usize,
    /// When the first of those was.
    short_since: Option<Monotonic>,
}

impl PoolCore {
    /// The slot's worker was started; it claims its tasks on that board.
    pub(crate) fn started(&mut self, slot: usize, board: Arc<Board>) {
        if let Some(place) = self.slots.get_mut(slot) {
            place.board = Some(board);
            place.is_delayed = false;
        }
    }

    /// The worker has connected, and its initializer has succeeded.
    pub(crate) fn ready(&mut self, slot: usize, now: Monotonic) {
        self.losses = Losses::default();
        self.has_served = true;
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

    /// What the slot's worker is doing, and the task that it has begun; `None` if there is none.
    pub(crate) fn activity(&self, slot: usize) -> Option<(WorkerState, Option<u64>)> {
        let place = self.slots.get(slot)?;
        let state = match place.stage {
            Stage::Vacant => return None,
            Stage::Starting => WorkerState::Starting,
            Stage::Leaving => WorkerState::Leaving,
            Stage::Serving if place.is_suspended() => WorkerState::Suspended,
            Stage::Serving if place.in_flight.is_empty() => WorkerState::Idle,
            Stage::Serving => WorkerState::Busy,
        };
        let has_begun = |flight: &&Flight| {
            let claim = place.board.as_ref().map(|board| board.look(flight.seat));
            matches!(claim, Some(Claim::Begun { .. }))
        };
        let task = place.in_flight.iter().find(has_begun);
        Some((state, task.map(|flight| flight.task)))
    }

    /// Whether the slot's worker has not ended its initializer.
    pub(crate) fn is_starting(&self, slot: usize) -> bool {
        self.slots
            .get(slot)
            .is_some_and(|place| place.stage == Stage::Starting)
    }

    /// Whether the slot's worker was told that there is nothing more to do.
    pub(crate) fn is_leaving(&self, slot: usize) -> bool {
        self.slots
            .get(slot)
            .is_some_and(|place| place.stage == Stage::Leaving)
    }

    /// Whether no worker is about to become ready; one whose start has failed is not, though it is tried again. Before the
    /// first task they then wait in the order of their places.
    pub(crate) fn line_up(&mut self) -> bool {
        if self.submitted == 0 {
            self.idle.make_contiguous().sort_unstable();
        }
        let is_about_to = |slot: &Slot| slot.stage == Stage::Starting && !slot.is_delayed;
        !self.slots.iter().any(is_about_to)
    }

    /// The slot's worker has ended, or could not be started. The task that it was running is lost; those that it had not
    /// begun go back to the front.
    ///
    /// Only a worker that ends before it is ready (a failed start or initializer) counts against a budget, and delays the next
    /// one unless it was killed: one that ends later is replaced at once, however often.
    pub(crate) fn gone(&mut self, slot: usize, pid: u32, why: &str, loss: Loss, now: Monotonic) {
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
            self.start_failed(why, loss, now)
        } else {
            0
        };
        if self.needs_workers()
            && let Some(slot) = self.slot_to_fill(slot)
        {
            if let Some(place) = self.slots.get_mut(slot) {
                place.stage = Stage::Starting;
                place.is_delayed = delay_nanos > 0;
            }
            self.todo.push(Todo::Start { slot, delay_nanos });
        }
        self.dispatch(now);
        self.wind_down();
        self.end_if_empty();
    }

    /// Which slot gets a new worker, as this one has lost its own: the same, or, where there are to be fewer now, another one if
    /// nobody else is left for what waits.
    fn slot_to_fill(&self, slot: usize) -> Option<usize> {
        if slot < self.processes {
            return Some(slot);
        }
        let mut stages = self.slots.iter().map(|place| place.stage);
        let nobody = stages.all(|stage| stage == Stage::Vacant);
        (nobody && self.has_more()).then_some(0)
    }

    /// Whether there is or may be something for a new worker to do.
    pub(super) fn needs_workers(&self) -> bool {
        match self.state {
            PoolState::Running => true,
            PoolState::Closed => self.has_more(),
            PoolState::Terminating | PoolState::Ended | PoolState::Failed => false,
        }
    }

    /// Counts a worker that ended before it was ready; returns how long its replacement is to wait.
    fn start_failed(&mut self, why: &str, loss: Loss, now: Monotonic) -> u64 {
        let losses = &mut self.losses;
        let (is_over, in_a_row) = match loss {
            Loss::Short if self.has_served => {
                losses.short += 1;
                let since = *losses.short_since.get_or_insert(now);
                (now.nanos_since(since) > SHORT_NANOS, losses.short)
            }
            Loss::Failed | Loss::Short => {
                losses.failed += 1;
                (
                    losses.failed > self.processes + SPARE_FAILURES,
                    losses.failed,
                )
            }
            Loss::Killed => {
                losses.killed += 1;
                (losses.killed > self.processes + SPARE_KILLS, 0)
            }
        };
        let somebody_works = self.slots.iter().any(|slot| slot.stage == Stage::Serving);
        let may_give_up = matches!(self.state, PoolState::Running | PoolState::Closed);
        if is_over && !somebody_works && may_give_up {
            self.enter(PoolState::Failed);
            self.failure = Some(why.to_owned());
            self.drop_waiting(&TaskError::PoolFailed {
                reason: why.to_owned(),
            });
        }
        let Some(doublings) = in_a_row.checked_sub(1) else {
            return 0;
        };
        let doublings = u32::try_from(doublings).unwrap_or(u32::MAX);
        let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
        FIRST_DELAY_NANOS
            .saturating_mul(factor)
            .min(LONGEST_DELAY_NANOS)
    }

    pub(super) fn tell_begun(&mut self, slot: usize, flight: &Flight, claim: Option<Claim>) {
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
    pub(super) fn after_task(&mut self, slot: usize) {
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
    pub(super) fn rest(&mut self, slot: usize) {
        let suspended = self.slots.get(slot).is_some_and(Slot::is_suspended);
        if !suspended && !self.idle.contains(&slot) {
            self.idle.push_back(slot);
        }
    }

    /// The worker is to leave.
    pub(super) fn let_go(&mut self, slot: usize) {
        self.idle.retain(|&idle| idle != slot);
        if let Some(place) = self.slots.get_mut(slot) {
            place.stage = Stage::Leaving;
            self.todo.push(Todo::Finish { slot });
        }
    }
}
