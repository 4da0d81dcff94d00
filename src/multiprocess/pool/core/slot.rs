//! One worker's place in a pool, and the tasks on their way to it.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::multiprocess::board::{Board, SEATS, Seat};
use crate::multiprocess::error::TaskError;
use crate::os::Monotonic;

/// A worker that does not come to what it is sent, as it is stopped, gets no more than so much, bytes, of tasks that are
/// taken back again: they stay in its channel until it reads them.
const UNREAD_BYTES: usize = 96 << 10;

/// What a task takes beside its arguments, bytes, roughly.
const TASK_BYTES: usize = 64;

/// How far the slot's worker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// There is none.
    Vacant,
    /// It was started, but is not ready.
    Starting,
    /// It takes tasks.
    Serving,
    /// It is about to end: gets nothing more.
    Leaving,
}

/// A task on its way to the worker, or running there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flight {
    pub(super) task: u64,
    pub(super) seat: Seat,
    pub(super) bytes: usize,
    /// When it began, once that is known.
    pub(super) begun: Option<Monotonic>,
    /// Whether its beginning must be noticed even if nobody watches.
    pub(super) timed: bool,
}

#[derive(Debug)]
pub(super) struct Slot {
    pub(super) stage: Stage,
    /// Whether its start waits or is tried again because the one before has failed.
    pub(super) is_delayed: bool,
    /// In the order in which they were sent, which is the order in which they run.
    pub(super) in_flight: VecDeque<Flight>,
    pub(super) bytes: usize,
    pub(super) board: Option<Arc<Board>>,
    /// The running task that the worker is being ended for, and how that counts.
    pub(super) ending: Option<(u64, TaskError)>,
    /// When it was suspended, while it is: since then the clock of its task stands still.
    pub(super) suspended_at: Option<Monotonic>,
    /// Somebody else's signal has stopped it: it gets nothing, and the clock of its task goes on.
    pub(super) is_stopped: bool,
    /// How many tasks the worker was sent and not taken from again.
    pub(super) served: u64,
    /// When it was last looked after, or said something.
    pub(super) looked_at: Monotonic,
    /// When it last said something, or was sent something while it had nothing.
    pub(super) heard_at: Monotonic,
    /// It runs a task that takes its time, so that what waited behind it went to others: it gets nothing more before it has ended
    /// one.
    is_busy: bool,
    /// What was taken back and may still be on its way to it, bytes, and the seat of the last of it.
    unread: usize,
    last_unread: Option<Seat>,
    /// The one that was left last comes first: it is still warm.
    free_seats: Vec<u16>,
    turns: u64,
}

impl Slot {
    pub(super) fn vacant() -> Self {
        Self {
            stage: Stage::Vacant,
            is_delayed: false,
            in_flight: VecDeque::new(),
            bytes: 0,
            board: None,
            ending: None,
            suspended_at: None,
            is_stopped: false,
            served: 0,
            looked_at: Monotonic::default(),
            heard_at: Monotonic::default(),
            is_busy: false,
            unread: 0,
            last_unread: None,
            free_seats: (0..SEATS).rev().collect(),
            turns: 0,
        }
    }

    pub(super) fn starting() -> Self {
        Self {
            stage: Stage::Starting,
            ..Self::vacant()
        }
    }

    /// Whether it stands still, for whatever reason.
    pub(super) fn is_suspended(&self) -> bool {
        self.suspended_at.is_some() || self.is_stopped
    }

    /// Whether the time of its task counts.
    pub(super) fn counts_time(&self) -> bool {
        self.ending.is_none() && self.suspended_at.is_none()
    }

    /// Whether it would soon come to what it is sent, beside what it has.
    pub(super) fn takes_more(&self) -> bool {
        self.stage == Stage::Serving && !self.is_suspended() && !self.is_busy && self.reads()
    }

    /// Whether it comes to what it is sent, as far as can be told.
    pub(super) fn reads(&self) -> bool {
        self.unread <= UNREAD_BYTES || self.has_read()
    }

    /// Whether it has come to the last of what was taken back.
    fn has_read(&self) -> bool {
        self.last_unread
            .zip(self.board.as_ref())
            .is_some_and(|(seat, board)| board.is_missed(seat))
    }

    fn leave_unread(&mut self, flight: Flight) {
        self.unread += flight.bytes + TASK_BYTES;
        let last = self.last_unread.filter(|last| last.turn > flight.seat.turn);
        self.last_unread = last.or(Some(flight.seat));
    }

    fn forget_unread(&mut self) {
        (self.unread, self.last_unread) = (0, None);
    }

    /// Takes up a task; `None` if every seat is taken.
    pub(super) fn board_task(&mut self, task: u64, bytes: usize, timed: bool) -> Option<Seat> {
        // Asked before the seat has another task.
        if self.has_read() {
            self.forget_unread();
        }
        self.board.as_ref()?;
        let place = self.free_seats.pop()?;
        self.is_busy &= !self.in_flight.is_empty();
        self.turns += 1;
        let seat = Seat {
            place,
            turn: self.turns,
        };
        self.bytes += bytes;
        self.served += 1;
        self.in_flight.push_back(Flight {
            task,
            seat,
            bytes,
            begun: None,
            timed,
        });
        Some(seat)
    }

    /// The worker is done with a task that it had; `None` if it had not.
    pub(super) fn land(&mut self, task: u64, now: Monotonic) -> Option<Flight> {
        // Nearly always the first.
        let index = self
            .in_flight
            .iter()
            .position(|flight| flight.task == task)?;
        self.looked_at = now;
        self.heard_at = now;
        self.is_busy = false;
        let flight = self.remove(index)?;
        // It comes to its tasks in the order in which they were sent.
        if self
            .last_unread
            .is_some_and(|last| last.turn < flight.seat.turn)
        {
            self.forget_unread();
        }
        Some(flight)
    }

    fn remove(&mut self, index: usize) -> Option<Flight> {
        let flight = self.in_flight.remove(index)?;
        self.bytes = self.bytes.saturating_sub(flight.bytes);
        self.free_seats.push(flight.seat.place);
        Some(flight)
    }

    /// Takes back every task that the worker has not begun, the last one first; leaves it so many.
    pub(super) fn take_back(&mut self, leave: usize) -> Vec<u64> {
        let Some(board) = self.board.clone() else {
            return Vec::new();
        };
        let mut taken = Vec::new();
        while self.in_flight.len() > leave
            && let Some(last) = self.in_flight.back()
            && board.take_back(last.seat)
        {
            taken.push(last.task);
            self.served -= 1;
            if let Some(flight) = self.remove(self.in_flight.len() - 1) {
                self.leave_unread(flight);
            }
        }
        self.is_busy |= !taken.is_empty();
        taken
    }

    /// Sees to it that the worker begins nothing after this task, which it is running; false if it is not.
    pub(super) fn condemn(&self, task: u64) -> bool {
        let flight = self.in_flight.iter().find(|flight| flight.task == task);
        flight
            .zip(self.board.as_ref())
            .is_some_and(|(flight, board)| board.condemn(flight.seat))
    }

    /// Takes back one task; false if it has begun.
    pub(super) fn take_back_one(&mut self, task: u64) -> bool {
        let Some(index) = self.in_flight.iter().position(|flight| flight.task == task) else {
            return false;
        };
        let seat = self.in_flight.get(index).map(|flight| flight.seat);
        let taken = seat.is_some_and(|seat| {
            self.board
                .as_ref()
                .is_some_and(|board| board.take_back(seat))
        });
        if taken {
            self.served -= 1;
            if let Some(flight) = self.remove(index) {
                self.leave_unread(flight);
            }
        }
        taken
    }
}
