//! What a system tells of processes as it happens, beside what looking at them now and then shows.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::process::{CommandLine, CpuTimes};
use super::reading::Reading;
use crate::os::connector::Refusal;
use crate::os::{Exit, ProcKey};

/// One thing that happened to a process.
#[derive(Clone, Debug, PartialEq)]
pub struct ProcessEvent {
    /// When, by the kernel's own clock.
    pub at: Instant,
    /// To whom. The pid alone: the process may have been gone before anything more could be read.
    pub pid: u32,
    /// What.
    pub kind: Happening,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// It came into being, as a copy of its parent.
    Started {
        /// The parent's pid.
        ppid: u32,
        /// When it began, clock ticks since boot, reckoned from the event: the kernel takes its own note some microseconds
        /// before, which once in some thousand processes is another tick.
        start_ticks: u64,
    },
    /// It runs another program from now on.
    Executed(Option<Box<Glimpse>>),
    /// Its first thread ended; with it, as a rule, all of it.
    Ended {
        /// How.
        exit: Exit,
        /// The parent's pid; 0 where the kernel does not tell.
        ppid: u32,
        /// What was left of it to be read.
        left: Option<Box<Glimpse>>,
    },
}

/// What could be read of a process in the moment of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Glimpse {
    /// Which one it is.
    pub key: ProcKey,
    /// The parent's pid.
    pub ppid: u32,
    /// Its name.
    pub name: Arc<str>,
    /// The real user, as in rows.
    pub uid: Reading<u32>,
    /// The real user's name.
    pub username: Reading<Arc<str>>,
    /// Its command line.
    pub cmdline: Reading<Arc<CommandLine>>,
    /// When it began, seconds since 1970.
    pub create_time: f64,
    /// CPU time so far; all of it once it has ended.
    pub cpu_times: Reading<CpuTimes>,
    /// Threads that are left, the first one included.
    pub num_threads: u64,
    /// True for a thread of the kernel itself.
    pub is_kernel_thread: bool,
}

/// The end of a thread that is not the first one of its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadEnd {
    /// When.
    pub at: Instant,
    /// How: as the process did, if the process ended with it.
    pub exit: Exit,
}

/// What was heard since it was asked last.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Heard {
    /// In the order of their happening, as far as the kernel keeps it.
    pub events: Vec<ProcessEvent>,
    /// Of each process the thread that ended last, its first one left out: with it ends a process whose first thread has ended
    /// before.
    pub thread_ends: BTreeMap<u32, ThreadEnd>,
    /// How often, since listening began, events came faster than they could be taken in; how many were lost then, nobody
    /// knows.
    pub losses: u64,
    /// Whether anything can be heard.
    pub listening: Listening,
    /// CPU time that listening took.
    pub cpu: Duration,
}

/// Whether a system tells what happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Listening {
    /// Nobody asked it to, or it has not answered yet.
    #[default]
    Off,
    /// It does.
    On,
    /// It does not.
    Refused(Refusal),
}

impl Heard {
    /// Takes in ends of threads; false if some are lost because there would be more than `most`.
    pub fn add_thread_ends(&mut self, ends: &mut BTreeMap<u32, ThreadEnd>, most: usize) -> bool {
        let mut are_all_kept = true;
        while let Some((pid, end)) = ends.pop_first() {
            if self.thread_ends.len() < most || self.thread_ends.contains_key(&pid) {
                self.thread_ends.insert(pid, end);
            } else {
                are_all_kept = false;
            }
        }
        are_all_kept
    }

    /// Of a system that tells nothing.
    pub fn refused(refusal: Refusal) -> Self {
        Self {
            listening: Listening::Refused(refusal),
            ..Self::default()
        }
    }
}
