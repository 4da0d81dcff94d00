//! Something that others wait for.

use std::time::Instant;

use parking_lot::{Condvar, Mutex};

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

    /// Waits until `look` finds something, at most until the deadline.
    pub(crate) fn wait_for<R>(
        &self,
        deadline: Option<Instant>,
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
                    if self.changed.wait_until(&mut what, deadline).timed_out() {
                        return look(&what);
                    }
                }
            }
        }
    }
}
