//! What the pool's state machine wants done: all that comes out of it.

use crate::multiprocess::error::TaskError;
use crate::multiprocess::observer::PoolState;
use crate::multiprocess::wire::{Bytes, Task};
use crate::os::Monotonic;

/// What the pool wants done.
#[derive(Debug, PartialEq)]
pub(crate) enum Todo {
    /// Start a worker in this slot, so much later.
    Start { slot: usize, delay_nanos: u64 },
    /// Send these tasks to the slot's worker, with their calls, which the pool keeps until they have ended.
    Run { slot: usize, tasks: Vec<Task<()>> },
    /// Tell the slot's worker that there is nothing more to do.
    Finish { slot: usize },
    /// End the slot's worker, whatever it does.
    End { slot: usize },
    /// The slot's worker has begun the task, and has not ended it yet.
    Begun {
        slot: usize,
        task: u64,
        attempt: u32,
        at: Monotonic,
    },
    /// An attempt has failed; the task will be tried again.
    Retry {
        task: u64,
        slot: usize,
        attempt: u32,
        error: TaskError,
        delay_nanos: u64,
    },
    /// The task has ended.
    Resolve {
        task: u64,
        result: Result<Bytes, TaskError>,
        usage: TaskUsage,
        /// When it began and in which attempt, if that was not told before.
        began: Option<(Monotonic, u32)>,
    },
    /// The pool changed its state.
    State(PoolState),
    /// The pool has so many workers now.
    Resized { processes: usize },
}

/// What a task used, and where and when it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TaskUsage {
    pub(crate) at: Option<Monotonic>,
    pub(crate) pid: Option<u32>,
    pub(crate) cpu_nanos: Option<u64>,
    pub(crate) max_rss_bytes: Option<u64>,
}
