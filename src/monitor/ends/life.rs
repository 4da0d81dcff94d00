//! What was told of one process.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::monitor::event::{Glimpse, ThreadEnd};
use crate::os::{Exit, ProcKey};

/// Threads that end so close to each other end together: what was read at the first one's end holds, to a step of the clock that
/// counts CPU time.
const AT_ONCE: Duration = Duration::from_millis(10);

/// A process as events tell of it.
#[derive(Clone, Debug)]
pub struct Life {
    /// Its birth, if that was told.
    pub birth: Option<Birth>,
    /// What it was called last, as far as was told: as its maker then, or as the program it runs since. `None` where that
    /// could not be read.
    pub name: Option<Arc<str>>,
    /// What it was like when it last began to run a program, if that was told and could be read.
    pub glimpse: Option<Box<Glimpse>>,
    /// Its end, or that of its first thread, as far as it is not known that others go on.
    pub finish: Option<Finish>,
    /// The end of its first thread, when others went on.
    first_thread: Option<Finish>,
    /// The end of the thread that ended last since then.
    last_thread: Option<ThreadEnd>,
    /// The tick in which it was heard of first.
    pub since: u64,
}

/// A birth.
#[derive(Clone, Copy, Debug)]
pub struct Birth {
    /// When.
    pub at: Instant,
    /// The parent's pid.
    pub ppid: u32,
    /// The same moment as the kernel counts it, give or take one.
    start_ticks: u64,
}

/// An end.
#[derive(Clone, Debug)]
pub struct Finish {
    /// When.
    pub at: Instant,
    /// How.
    pub exit: Exit,
    /// The parent's pid; 0 where it was not told.
    pub ppid: u32,
    /// What was left to be read.
    pub left: Option<Box<Glimpse>>,
}

impl Life {
    /// Of a process that was there before anything was told.
    pub const fn unknown(since: u64) -> Self {
        Self {
            birth: None,
            name: None,
            glimpse: None,
            finish: None,
            first_thread: None,
            last_thread: None,
            since,
        }
    }

    /// Of one whose birth was told, a copy of one of that name.
    pub fn begun(
        at: Instant,
        ppid: u32,
        start_ticks: u64,
        name: Option<Arc<str>>,
        since: u64,
    ) -> Self {
        let birth = Birth {
            at,
            ppid,
            start_ticks,
        };
        Self {
            birth: Some(birth),
            name,
            ..Self::unknown(since)
        }
    }

    /// Its first thread has ended.
    pub const fn has_lost_its_first_thread(&self) -> bool {
        self.finish.is_some() || self.first_thread.is_some()
    }

    /// Another thread has ended after the first one, as far as is known the last.
    pub const fn has_lost_a_thread(&self) -> bool {
        self.last_thread.is_some()
    }

    /// Another thread has ended, after the first one.
    pub const fn lost_a_thread(&mut self, end: ThreadEnd) {
        self.last_thread = Some(end);
    }

    /// It was seen to go on after its first thread had ended; false if nothing is known of that.
    pub fn goes_on(&mut self, seen: Instant) -> bool {
        self.first_thread = self.finish.take().or(self.first_thread.take());
        // With a thread that ended before it was seen alive it did not end.
        self.last_thread = self.last_thread.filter(|end| end.at > seen);
        self.first_thread.is_some() || self.last_thread.is_some()
    }

    /// It is gone. If its first thread had ended before others, it ended with the last of these.
    pub fn conclude(&mut self) {
        let is_outlived = self.first_thread.is_some();
        let first = self.finish.take().or(self.first_thread.take());
        self.finish = match (first, self.last_thread) {
            (Some(first), Some(last)) if last.at > first.at => Some(Finish {
                at: last.at,
                // A thread that ends alone has no code of its own; then that of the first one is the process's.
                exit: if last.exit == (Exit::Exited { status: 0 }) {
                    first.exit
                } else {
                    last.exit
                },
                ppid: first.ppid,
                left: first
                    .left
                    .filter(|_| last.at.saturating_duration_since(first.at) < AT_ONCE),
            }),
            // How the others ended was not told.
            (Some(_), _) if is_outlived => None,
            (Some(first), _) => Some(first),
            (None, last) => last.map(|last| Finish {
                at: last.at,
                exit: last.exit,
                ppid: 0,
                left: None,
            }),
        };
    }

    /// It runs another program.
    pub fn executed(&mut self, glimpse: Option<Box<Glimpse>>) {
        // A thread that runs another program ends the first one and takes its place.
        (self.finish, self.first_thread, self.last_thread) = (None, None, None);
        self.name = glimpse.as_ref().map(|glimpse| Arc::clone(&glimpse.name));
        // What it was like before is worth more than nothing.
        self.glimpse = glimpse.or(self.glimpse.take());
    }

    /// Whether a process with the same pid is this one.
    pub fn is_of(&self, key: ProcKey) -> bool {
        match (self.read_key(), self.birth) {
            (Some(own), _) => own == key,
            (None, Some(birth)) => birth.start_ticks.abs_diff(key.start_ticks) <= 1,
            (None, None) => true,
        }
    }

    /// Its key; reckoned from its birth where it was never read.
    pub fn key(&self, pid: u32) -> Option<ProcKey> {
        let reckoned = self.birth.map(|birth| ProcKey {
            pid,
            start_ticks: birth.start_ticks,
        });
        self.read_key().or(reckoned)
    }

    /// What is known of it beside its end.
    pub fn glimpses(&self) -> impl Iterator<Item = &Glimpse> {
        let left = self
            .finish
            .as_ref()
            .and_then(|finish| finish.left.as_deref());
        self.glimpse.as_deref().into_iter().chain(left)
    }

    /// What it was called, if that is known.
    pub fn called(&self) -> Option<&Arc<str>> {
        let read = self.glimpses().next().map(|glimpse| &glimpse.name);
        read.or(self.name.as_ref())
    }

    fn read_key(&self) -> Option<ProcKey> {
        self.glimpses().next().map(|glimpse| glimpse.key)
    }
}
