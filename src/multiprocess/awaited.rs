//! Something that others wait for.

use parking_lot::{Condvar, Mutex};

use crate::os::{HoldableClock, Monotonic};

/// Something behind a lock, whose changes can be waited for.
#[derive(Debug, Default)]
pub(crate) struct Awaited<T> {
    what: Mutex<T>,
    changed: Condvar,
}

impl<T> Awaited<T> {
    pub(crate) fn new(what: T) -> Self {
        Self {
            what: Mutex::new(what),
            changed: Condvar::new(),
        }
    }

    /// Changes it, and lets everybody who waits look at it again.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let changed = change(&mut self.what.lock());
        self.changed.notify_all();
        changed
    }

    /// What it is now.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.what.lock())
    }

    /// Waits until `look` finds something, at most until this moment of the clock.
    pub(crate) fn wait_for<R>(
        &self,
        clock: &HoldableClock,
        deadline: Option<Monotonic>,
        look: impl Fn(&T) -> Option<R>,
    ) -> Option<R> {
        let mut what = self.what.lock();
        loop {
            if let Some(found) = look(&what) {
                return Some(found);
            }
            match deadline {
                None => self.changed.wait(&mut what),
                Some(deadline) => {
                    let left = clock.wait_time(deadline);
                    if left.is_zero() {
                        return None;
                    }
                    self.changed.wait_for(&mut what, left);
                }
            }
        }
    }
}
