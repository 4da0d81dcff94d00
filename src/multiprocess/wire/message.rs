//! The messages.

use serde::{Deserialize, Serialize};

use crate::multiprocess::error::RemoteError;
use crate::os::Monotonic;

/// The version of the messages; a child of another version is refused.
pub const VERSION: u32 = 1;

/// What to run: the name of a registered function and its arguments, opaque here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The function's name in the registry.
    pub target: String,
    /// Its arguments, encoded by whoever knows them.
    pub payload: Vec<u8>,
}

/// One task on its way to a worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its number within the pool.
    pub task: u64,
    /// From 1.
    pub attempt: u32,
    /// What to run.
    pub call: Call,
}

/// What a child is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Duty {
    /// Run tasks until told to finish.
    Worker {
        /// Run once, before the first task.
        initializer: Option<Call>,
    },
    /// Run one call and end: exit code 0, or 1 with the error on stderr.
    Process {
        /// What to run.
        call: Call,
    },
}

/// The first message to every child.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// Python's name for it, such as `SpawnPoolWorker-1`.
    pub name: String,
    /// The name for `ps`, at most 15 bytes.
    pub os_name: String,
    /// Whether it is a daemon in Python's sense.
    pub daemon: bool,
    /// The pid of its parent: a child that finds another one is an orphan and ends.
    pub parent: u32,
    /// Built-in sleeps take so many times as long; not negative, 0 for none.
    pub time_scale: f64,
    /// What its random numbers follow from, together with its task's number or, for a process of its own, `process`.
    pub seed: u64,
    /// Counts the children of the engine from 1, replacements included.
    pub process: u64,
    /// What it is for.
    pub duty: Duty,
}

/// From the parent to a child.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToChild {
    /// Comes first.
    Setup(Box<Setup>),
    /// Run these, one after the other.
    Run(Vec<Task>),
    /// There is nothing more to run: end with exit code 0.
    Finish,
    /// The item of the last put is in the queue.
    Put,
    /// The item that the last get waited for.
    Got(Vec<u8>),
    /// The last put or get was refused: the queue is closed.
    QueueClosed,
    /// The last put or get names a queue that does not exist.
    NoSuchQueue,
}

/// From a child to its parent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromChild {
    /// Comes first.
    Hello {
        /// [`VERSION`].
        version: u32,
    },
    /// The initializer, if any, has succeeded.
    Ready {
        /// When.
        at: Monotonic,
    },
    /// The initializer failed; the child ends.
    InitializerFailed {
        /// When.
        at: Monotonic,
        /// What it raised.
        error: RemoteError,
    },
    /// A task has begun.
    Started {
        /// When.
        at: Monotonic,
        /// Which.
        task: u64,
        /// From 1.
        attempt: u32,
    },
    /// A task has ended; everything it wrote is in the pipes.
    Finished {
        /// When.
        at: Monotonic,
        /// Which.
        task: u64,
        /// Its value, opaque here, or what it raised.
        result: Result<Vec<u8>, RemoteError>,
        /// CPU time it used, nanoseconds; `None` for one of under a millisecond.
        cpu_nanos: Option<u64>,
        /// Peak resident memory of the process so far, bytes.
        max_rss_bytes: Option<u64>,
    },
    /// Wait until there is room, then put the item.
    Put {
        /// The queue's name.
        queue: String,
        /// The item, opaque here.
        item: Vec<u8>,
    },
    /// Wait until there is an item, then send it.
    Get {
        /// The queue's name.
        queue: String,
    },
    /// The child is about to end by itself.
    Leaving {
        /// Peak resident memory of its life, bytes.
        max_rss_bytes: Option<u64>,
    },
}
