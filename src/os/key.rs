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

impl fmt::Display for ProcKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.pid, self.start_ticks)
    }
}
