//! Who drives the engine.
//!
//! A result reaches whoever waits for it soonest if nobody stands in between: so whoever waits drives the rounds itself. The
//! engine's own thread drives when nobody waits, and makes way for those who do. A turn is taken and left under the state's
//! lock.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use parking_lot::{Condvar, MutexGuard};

use super::driver::Patience;
use super::handle::Shared;
use super::state::State;
use super::waiting::{Topic, Waiting};
use crate::os::Monotonic;

/// Whose turn it is.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// Somebody drives.
    driven: bool,
    /// How many wait for something, and would rather drive than wait.
    callers: usize,
    /// When the last of them left: another one is likely to come soon.
    left_at: Monotonic,
    /// The engine's own thread sleeps until somebody wakes it.
    own_thread_parked: bool,
    /// Callers that sleep while somebody else drives.
    waiting: Waiting,
}

/// Whether the engine's own thread should drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standby {
    /// It should.
    Drive,
    /// Others do, until somebody says otherwise.
    Park,
    /// Others did a moment ago: look again so much later.
    Nap(Duration),
}

/// Callers that come one after the other this fast need not change places with the engine's own thread each time.
const NAP_NANOS: u64 = 1_000_000;

impl Turns {
    pub(super) fn standby(&self, now: Monotonic) -> Standby {
        if self.callers > 0 || self.driven {
            Standby::Park
        } else {
            match NAP_NANOS.checked_sub(now.nanos_since(self.left_at)) {
                Some(left) if left > 0 && self.left_at != Monotonic::default() => {
                    Standby::Nap(Duration::from_nanos(left))
                }
                _ => Standby::Drive,
            }
        }
    }

    /// Whether somebody waits for something.
    pub(super) fn have_callers(&self) -> bool {
        self.callers > 0
    }

    pub(super) fn take(&mut self) {
        self.driven = true;
    }

    /// Whoever drove does so no more: those for whom something has come are woken, and one goes on.
    pub(super) fn leave(&mut self) {
        self.driven = false;
        self.waiting.wake();
        self.waiting.wake_one();
    }

    /// What somebody may wait for has come.
    pub(super) fn came(&mut self, topic: Topic) {
        self.waiting.came(topic);
    }

    pub(super) fn set_parked(&mut self, parked: bool) {
        self.own_thread_parked = parked;
    }
}

impl Shared {
    /// Sees to it that what was changed under the lock is carried out: by whoever drives, or here and now.
    pub(crate) fn settle<'a>(&'a self, mut state: MutexGuard<'a, State>) {
        self.wake_starter(&state);
        state.turns.waiting.wake();
        if state.turns.driven {
            drop(state);
            self.interrupt();
        } else if !state.actions.is_empty() {
            state.turns.take();
            drop(state);
            self.driver.lock().act(self);
            state = self.state.lock();
            state.turns.leave();
            self.wake_starter(&state);
        }
    }

    /// As [`Self::settle`], for who is likely to come again at once: drives one round that waits for nothing. Meanwhile the
    /// engine's own thread naps, where it would fight for the lock with somebody who holds it most of the time.
    pub(crate) fn settle_and_serve<'a>(&'a self, mut state: MutexGuard<'a, State>) {
        state.turns.left_at = Monotonic::now();
        if state.turns.driven {
            return self.settle(state);
        }
        state.turns.take();
        drop(state);
        let patience = Patience::Caller {
            until: Some(Monotonic::default()),
            eager: false,
        };
        self.driver.lock().round(self, patience);
        let mut state = self.state.lock();
        state.turns.leave();
        self.wake_starter(&state);
    }

    /// Sees to it that what was changed is carried out.
    pub(crate) fn wake(&self) {
        self.settle(self.state.lock());
    }

    /// Wakes the engine's own thread if there is something that only it may do, or nobody else to drive.
    fn wake_starter(&self, state: &State) {
        let nobody = state.turns.callers == 0 && !state.turns.driven;
        if !state.starts.is_empty() || (nobody && state.turns.own_thread_parked) {
            self.own_thread.notify_one();
        }
    }

    /// Ends the wait of whoever drives.
    pub(super) fn interrupt(&self) {
        // In this order, and the driver in the other: one of the two sees the other.
        self.poked.store(true, Ordering::SeqCst);
        if self.sleeping.swap(false, Ordering::SeqCst) {
            // Fails only when the counter is full, and then the driver is being woken already.
            rustix::io::write(&self.wake, &1_u64.to_ne_bytes()).ok();
        }
    }

    /// Waits until `look` finds something in the state, at most until this moment of the engine's clock; drives meanwhile. Where others drive, it
    /// looks again whenever something of that topic has come.
    pub(crate) fn wait_for<T>(
        &self,
        topic: Topic,
        deadline: Option<Monotonic>,
        look: impl FnMut(&mut State) -> Option<T>,
    ) -> Option<T> {
        self.wait_from(self.state.lock(), topic, deadline, look)
    }

    /// As [`Self::wait_for`], for what is likely to come at once, such as the result of a short task: looks for it a few
    /// times before sleeping.
    pub(crate) fn wait_eagerly_for<T>(
        &self,
        topic: Topic,
        deadline: Option<Monotonic>,
        look: impl FnMut(&mut State) -> Option<T>,
    ) -> Option<T> {
        self.wait(self.state.lock(), topic, deadline, true, look)
    }

    /// As [`Self::wait_for`], for who holds the lock already.
    pub(crate) fn wait_from<'a, T>(
        &'a self,
        state: MutexGuard<'a, State>,
        topic: Topic,
        deadline: Option<Monotonic>,
        look: impl FnMut(&mut State) -> Option<T>,
    ) -> Option<T> {
        self.wait(state, topic, deadline, false, look)
    }

    fn wait<'a, T>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        topic: Topic,
        deadline: Option<Monotonic>,
        eager: bool,
        mut look: impl FnMut(&mut State) -> Option<T>,
    ) -> Option<T> {
        if let Some(found) = look(&mut state) {
            return Some(found);
        }
        state.turns.callers += 1;
        // Others may have got what they wait for by what we have changed.
        state.turns.waiting.wake();
        let mut has_just_come = true;
        let mut sleeper = None;
        let found = loop {
            self.wake_starter(&state);
            if state.turns.driven {
                // The engine's own thread makes way; another caller goes on with what we may have changed before we came here.
                if std::mem::take(&mut has_just_come) {
                    self.interrupt();
                }
                let sleeper = sleeper.get_or_insert_with(|| Arc::new(Condvar::new()));
                state.turns.waiting.add(topic, sleeper);
                match deadline {
                    None => sleeper.wait(&mut state),
                    Some(deadline) => {
                        sleeper.wait_for(&mut state, self.clock.wait_time(deadline));
                    }
                }
                state.turns.waiting.remove(topic, sleeper);
            } else {
                state.turns.take();
                drop(state);
                let patience = Patience::Caller {
                    until: deadline,
                    eager,
                };
                self.driver.lock().round(self, patience);
                state = self.state.lock();
                state.turns.driven = false;
                state.turns.waiting.wake();
            }
            if let Some(found) = look(&mut state) {
                break Some(found);
            }
            if deadline.is_some_and(|deadline| self.clock.is_over(deadline)) {
                break None;
            }
        };
        state.turns.callers -= 1;
        state.turns.left_at = Monotonic::now();
        if !state.turns.driven {
            // Another one that waits goes on.
            state.turns.waiting.wake_one();
        }
        self.wake_starter(&state);
        found
    }
}
