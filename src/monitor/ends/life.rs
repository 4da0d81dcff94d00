//! What was told of one process.

use std::sync::Arc;
use std::time::Instant;

use crate::monitor::event::Glimpse;
use crate::os::{Exit, ProcKey};

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
    /// Its end.
    pub finish: Option<Finish>,
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

    /// It runs another program.
    pub fn executed(&mut self, glimpse: Option<Box<Glimpse>>) {
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
