//! The identity of a process.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A process for as long as this machine runs: the pid together with the moment the process began.
///
/// A pid alone is reused after its process has ended; the pair is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProcKey {
    /// The process id in the reader's pid namespace.
    pub pid: u32,
    /// When it began, in clock ticks (`_SC_CLK_TCK`, 100 a second) since the machine booted: field 22 of `/proc/PID/stat`.
    pub start_ticks: u64,
}

/// A process that this one, or one below it, has started: by the pid that system calls take.
///
/// It has no start time where `/proc` does not show this process's pid namespace: what is read there under its pid is of a
/// stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChildKey {
    /// The process id in this process's pid namespace.
    pub pid: u32,
    /// As [`ProcKey::start_ticks`]; `None` where it cannot be known.
    pub start_ticks: Option<u64>,
}

impl ChildKey {
    /// The identity by which it can be told apart from whoever gets its pid later, where there is one.
    pub fn proc_key(self) -> Option<ProcKey> {
        let start_ticks = self.start_ticks?;
        Some(ProcKey {
            pid: self.pid,
            start_ticks,
        })
    }
}

impl From<ProcKey> for ChildKey {
    fn from(ProcKey { pid, start_ticks }: ProcKey) -> Self {
        Self {
            pid,
            start_ticks: Some(start_ticks),
        }
    }
}

impl fmt::Display for ProcKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.pid, self.start_ticks)
    }
}
