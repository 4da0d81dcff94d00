//! Who this process is, and whose: Python's `current_process`, `parent_process`, `active_children` and `cpu_count`.

use super::engine::Engine;
use super::worker::current;
use crate::os::{ChildKey, this};

/// This process, as its parent called it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentProcess {
    /// `MainProcess`, or the child's name, such as `Process-1` or `SpawnPoolWorker-2`.
    pub name: String,
    /// Its pid.
    pub pid: u32,
    /// Whether it ends with its parent instead of being waited for. A daemon may have no children.
    pub daemon: bool,
}

/// Who this process is, in a main as in a child. What a task is given beside it, is in its
/// [`Context`](super::worker::Context).
///
/// ```
/// let own = proclab::multiprocess::current_process();
/// assert_eq!((own.name.as_str(), own.daemon), ("MainProcess", false));
/// assert_eq!(own.pid, std::process::id());
/// ```
pub fn current_process() -> CurrentProcess {
    let child = current();
    CurrentProcess {
        name: child.map_or_else(|| "MainProcess".to_owned(), |child| child.name.clone()),
        pid: this::pid(),
        daemon: child.is_some_and(|child| child.daemon),
    }
}

/// The pid of the process that started this one through an engine; `None` in a main, whoever started that.
///
/// ```
/// assert_eq!(proclab::multiprocess::parent_process(), None);
/// ```
pub fn parent_process() -> Option<u32> {
    current().map(|child| child.parent)
}

/// How many CPUs this process may use, affinity and cgroup quota included; at least 1. So many workers has a pool that is not
/// told how many. Python counts so in `process_cpu_count`, and all of the machine in `cpu_count`.
#[doc(alias = "process_cpu_count")]
pub fn cpu_count() -> usize {
    this::usable_cpus() as usize
}

/// A living child of this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveChild {
    /// Its pid and when it was started.
    pub key: ChildKey,
    /// Its name, such as `Process-1` or `SpawnPoolWorker-2`.
    pub name: String,
    /// Whether it ends with this process instead of being waited for.
    pub daemon: bool,
}

impl Engine {
    /// The living children that this process has started through this engine, in order of their start: processes and the
    /// workers of pools. [`children`](Self::children) has the processes that these have started too.
    pub fn active_children(&self) -> Vec<ActiveChild> {
        self.shared().state.lock().active_children()
    }
}
