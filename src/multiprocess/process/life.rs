//! What is known of a process that was started: its handle has it, and its engine as long as the process lives.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::multiprocess::awaited::Awaited;
use crate::os::{ChildKey, Exit};

/// Becomes true when one of the processes that somebody watches has ended.
pub(crate) type Watch = Arc<Awaited<bool>>;

/// One start of a process, and what came of it.
#[derive(Debug, Default)]
pub(crate) struct Life {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// From its start on.
    key: Option<ChildKey>,
    /// A handle to it while it lives.
    pidfd: Option<Arc<OwnedFd>>,
    /// How it ended, or why it could not be started.
    end: Option<Result<Exit, String>>,
    watches: Vec<Watch>,
}

impl Life {
    /// It runs.
    pub(crate) fn begin(&self, key: ChildKey, pidfd: Arc<OwnedFd>) {
        let mut known = self.known.lock();
        known.key = Some(key);
        known.pidfd = Some(pidfd);
    }

    /// It has ended, or could not be started.
    pub(crate) fn end(&self, end: Result<Exit, String>) {
        let mut known = self.known.lock();
        known.end = Some(end);
        known.pidfd = None;
        for watch in known.watches.drain(..) {
            watch.change(|ended| *ended = true);
        }
    }

    pub(super) fn pidfd(&self) -> Option<Arc<OwnedFd>> {
        self.known.lock().pidfd.clone()
    }

    pub(super) fn key(&self) -> Option<ChildKey> {
        self.known.lock().key
    }

    /// Whether it was started, or why not, once that is known.
    pub(super) fn start(&self) -> Option<Result<(), String>> {
        let known = self.known.lock();
        match (&known.key, &known.end) {
            (Some(_), _) => Some(Ok(())),
            (None, Some(Err(reason))) => Some(Err(reason.clone())),
            (None, _) => None,
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.known.lock().end.is_some()
    }

    pub(super) fn exit(&self) -> Option<Exit> {
        self.known.lock().end.clone().and_then(Result::ok)
    }

    /// Tells the watch of its end, also of one that was before.
    pub(super) fn add_watch(&self, watch: &Watch) {
        let mut known = self.known.lock();
        if known.end.is_some() {
            watch.change(|ended| *ended = true);
        } else {
            known.watches.push(Arc::clone(watch));
        }
    }

    pub(super) fn remove_watch(&self, watch: &Watch) {
        let mut known = self.known.lock();
        known.watches.retain(|other| !Arc::ptr_eq(other, watch));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watch_hears_of_the_end_before_and_after_and_leaves_nothing() {
        let life = Life::default();
        let (early, gone, late) = (Watch::default(), Watch::default(), Watch::default());
        life.add_watch(&early);
        life.add_watch(&gone);
        life.remove_watch(&gone);
        assert_eq!((life.has_ended(), life.start()), (false, None));
        life.end(Err("no such file".to_owned()));
        life.add_watch(&late);
        assert_eq!(life.start(), Some(Err("no such file".to_owned())));
        let told = [&early, &gone, &late].map(|watch| watch.look(|ended| *ended));
        assert_eq!(told, [true, false, true]);
        assert_eq!([&early, &gone, &late].map(Arc::strong_count), [1, 1, 1]);
        assert_eq!((life.has_ended(), life.exit()), (true, None));
    }
}
