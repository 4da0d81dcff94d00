//! Who runs what: idle workers first, then windows; and back from those who do not get on.

use super::slot::{Slot, Stage};
use super::{Place, PoolCore, Todo};
use crate::multiprocess::board::Claim;
use crate::multiprocess::observer::PoolState;
use crate::multiprocess::wire::Task;
use crate::os::Monotonic;

/// Tasks on their way to one worker take no more than so much, bytes: the channel must never stand still because both ends
/// wait for the other to read.
const WINDOW_BYTES: usize = 96 << 10;

/// A message has so many tasks at most. A longer list would be a large block to the allocator, which tidies up whenever it is
/// asked for one; messages are written together anyway.
const MESSAGE_TASKS: usize = 24;

/// A worker that has not said anything for so long is looked after, nanoseconds.
const LOOK_NANOS: u64 = 1_000_000;

/// A worker that has not begun its first task after so long, nanoseconds, does not come to it: others get that one too. On a
/// busy machine to wake up takes its time.
const ASLEEP_NANOS: u64 = 20_000_000;

impl PoolCore {
    /// How many tasks a worker typically ends in so much time; none as long as nobody knows.
    pub(crate) fn tasks_within(&self, nanos: u64) -> usize {
        self.window.within(nanos)
    }

    /// Sends waiting tasks to workers that have room.
    pub(super) fn dispatch(&mut self, now: Monotonic) {
        if !self.waiting.is_empty() && self.state != PoolState::Terminating {
            self.send_waiting(now);
        }
        self.saturated = !self.waiting.is_empty();
    }

    fn send_waiting(&mut self, now: Monotonic) {
        let width = self.window.width();
        let serving = self.slots.iter().filter(|slot| slot.takes_more()).count();
        while !self.waiting.is_empty()
            && let Some(slot) = self.next_idle()
        {
            let share = self.waiting.len().div_ceil(serving.max(1));
            self.send(slot, share.min(width), now);
        }
        if width == 1 || self.waiting.is_empty() {
            return;
        }
        // Refilled when half of it is done, so that messages carry many; whoever has least comes first.
        while !self.waiting.is_empty()
            && let Some((count, slot)) = self.emptiest().filter(|&(count, _)| count <= width / 2)
        {
            let share = self.waiting.len().div_ceil(serving.max(1));
            if !self.send(slot, share.min(width - count), now) {
                break;
            }
        }
    }

    fn reads(&self, slot: usize) -> bool {
        self.slots.get(slot).is_some_and(Slot::reads)
    }

    /// Whether a worker has nothing to do, and would come to a task.
    fn has_idle(&self) -> bool {
        self.idle.iter().any(|&slot| self.reads(slot))
    }

    /// The worker that has been idle longest and would come to a task; it no longer is.
    fn next_idle(&mut self) -> Option<usize> {
        let place = self.idle.iter().position(|&slot| self.reads(slot))?;
        self.idle.remove(place)
    }

    /// The worker with the fewest tasks on their way to it, and how many.
    fn emptiest(&self) -> Option<(usize, usize)> {
        self.slots
            .iter()
            .enumerate()
            .filter(|(_, place)| place.takes_more())
            .map(|(slot, place)| (place.in_flight.len(), slot))
            .min()
    }

    /// Sends so many tasks to a worker, or as many as it takes; whether there was one.
    fn send(&mut self, slot: usize, count: usize, now: Monotonic) -> bool {
        let Some(place) = self.slots.get_mut(slot) else {
            return false;
        };
        if place.in_flight.is_empty() {
            place.looked_at = now;
            place.heard_at = now;
        }
        let mut tasks = Vec::with_capacity(count.min(MESSAGE_TASKS));
        let mut sent = 0;
        while sent < count
            && self
                .max_tasks_per_child
                .is_none_or(|most| place.served < most)
            && let Some(task) = self.waiting.first()
        {
            let Some(job) = self.jobs.get_mut(task) else {
                self.waiting.skip_first();
                continue;
            };
            let bytes = job.call.payload.len();
            if !place.in_flight.is_empty() && place.bytes + bytes > WINDOW_BYTES {
                break;
            }
            let timed = job.limits.timeout_nanos.is_some();
            let Some(seat) = place.board_task(task, bytes, timed) else {
                break;
            };
            self.waiting.pop_first();
            job.place = Place::Sent(slot);
            sent += 1;
            if tasks.len() == MESSAGE_TASKS {
                let tasks = std::mem::take(&mut tasks);
                self.todo.push(Todo::Run { slot, tasks });
            }
            tasks.push(Task {
                task,
                attempt: job.attempt,
                seat,
                call: (),
            });
        }
        if !tasks.is_empty() {
            self.todo.push(Todo::Run { slot, tasks });
        }
        sent > 0
    }

    /// When somebody is to be looked after next.
    pub(super) fn next_look(&self) -> Option<Monotonic> {
        let somebody_idle = self.has_idle();
        let work_waits = !self.waiting.is_empty();
        let looked_for = |slot: &&Slot| {
            let head = slot.in_flight.front();
            let cares = |timed| self.watched || timed || somebody_idle;
            let unknown = head.is_some_and(|flight| flight.begun.is_none() && cares(flight.timed));
            let serves = slot.stage == Stage::Serving && !slot.is_suspended();
            let may_wake = work_waits && serves && !slot.reads();
            unknown || may_wake || (somebody_idle && slot.in_flight.len() > 1)
        };
        self.slots
            .iter()
            .filter(looked_for)
            .map(|slot| slot.looked_at.plus_nanos(LOOK_NANOS))
            .min()
    }

    /// Looks after workers that have not said anything for a while: notices what they have begun, and takes back what they
    /// have not while others have nothing to do.
    pub(super) fn look(&mut self, now: Monotonic) {
        let somebody_idle = self.has_idle();
        for slot in 0..self.slots.len() {
            let Some(place) = self.slots.get_mut(slot) else {
                return;
            };
            if now.nanos_since(place.looked_at) < LOOK_NANOS {
                continue;
            }
            place.looked_at = now;
            if place.in_flight.is_empty() {
                continue;
            }
            if somebody_idle {
                let leave = usize::from(now.nanos_since(place.heard_at) < ASLEEP_NANOS);
                let taken = place.take_back(leave);
                let some = !taken.is_empty();
                for task in taken {
                    self.put_back(task);
                }
                if some {
                    self.after_task(slot);
                }
            }
            // One that is done has its result on its way, which tells of it in one.
            if !self.is_done_with_first(slot) {
                self.notice_begun(slot);
            }
        }
        self.dispatch(now);
    }

    /// Whether the result of the first task on its way to the worker is on its way back, and nobody counts its time.
    fn is_done_with_first(&self, slot: usize) -> bool {
        let look = |place: &super::Slot| {
            let first = place.in_flight.front().filter(|first| !first.timed)?;
            Some(place.board.as_ref()?.look(first.seat))
        };
        let claim = self.slots.get(slot).and_then(look);
        matches!(claim, Some(Claim::Done { .. }))
    }

    /// Notices what the worker has begun, as its board says.
    pub(crate) fn notice_begun(&mut self, slot: usize) {
        let Some(place) = self.slots.get_mut(slot) else {
            return;
        };
        let Some(board) = place.board.clone() else {
            return;
        };
        let mut begun = Vec::new();
        for flight in &mut place.in_flight {
            let claim = board.look(flight.seat);
            let (Claim::Begun { at } | Claim::Done { at }) = claim else {
                break;
            };
            if flight.begun.is_none() {
                begun.push((*flight, claim));
                // Later moved on by as long as the worker was suspended.
                flight.begun = Some(at);
            }
        }
        for (flight, claim) in begun {
            self.tell_begun(slot, &flight, Some(claim));
        }
    }

    /// The task that the worker is running, if it can be told for certain: of several that have begun and whose results are
    /// on their way, whose line it is cannot be known.
    pub(crate) fn running(&self, slot: usize) -> Option<u64> {
        let mut begun = self
            .slots
            .get(slot)?
            .in_flight
            .iter()
            .filter(|flight| flight.begun.is_some());
        let task = begun.next()?.task;
        begun.next().is_none().then_some(task)
    }

    /// The worker wrote something while it had tasks: for a while, tasks are sent one by one.
    pub(crate) fn wrote(&mut self, slot: usize) {
        let busy = self
            .slots
            .get(slot)
            .is_some_and(|place| !place.in_flight.is_empty());
        if busy && self.watched {
            self.window.wrote();
        }
    }
}
