//! What can go wrong between a parent and its workers.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::codec::Mismatch;
use super::wire::{MAX_INLINE_BYTES, MAX_PAYLOAD_BYTES};

mod remote;

pub use remote::RemoteError;

/// Why a task gave no value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TaskError {
    /// It raised.
    #[error(transparent)]
    Raised(RemoteError),
    /// Its worker ended before it did.
    #[error("the worker {pid} ended ({exit}) while running it")]
    WorkerDied {
        /// The worker.
        pid: u32,
        /// How it ended, such as `killed by SIGKILL`.
        exit: String,
    },
    /// It took longer than it was allowed to, and was ended with its worker.
    #[error("it did not end within {timeout:?} and was ended")]
    TimedOut {
        /// What it was allowed, counted from when it began.
        timeout: Duration,
    },
    /// It was cancelled.
    #[error("it was cancelled")]
    Cancelled,
    /// The pool was terminated first.
    #[error("the pool was terminated before it ended")]
    Terminated,
    /// The pool gave up before it ran.
    #[error("the pool gave up: {reason}")]
    PoolFailed {
        /// Why.
        reason: String,
    },
    /// It returned a value that serde can write but not read back. With `pickle`, such a value hangs Python's pool.
    #[error("the value is no {type_name}: {reason}")]
    Undecodable {
        /// Its type.
        type_name: String,
        /// What is wrong.
        reason: String,
    },
}

impl TaskError {
    pub(crate) fn undecodable(
        Mismatch {
            type_name, reason, ..
        }: Mismatch,
    ) -> Self {
        Self::Undecodable { type_name, reason }
    }
}

/// Why a pool refuses a call. The words are Python's.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PoolError {
    /// `Pool(0)`.
    #[error("Number of processes must be at least 1")]
    NoProcesses,
    /// More workers than any machine has use for, mostly a number in the wrong place; Python would try.
    #[error("{asked} processes are more than the {most} that a pool may have")]
    TooManyProcesses {
        /// How many were asked for.
        asked: usize,
        /// How many there may be.
        most: usize,
    },
    /// `maxtasksperchild` of 0.
    #[error("maxtasksperchild must be a positive int or None")]
    NoTasksPerChild,
    /// A timeout of nothing, in which no task can end; mostly a number that was meant as none.
    #[error("timeout must be more than 0 seconds, or None")]
    NoTimeout,
    /// Submitting after `close` or `terminate`.
    #[error("Pool not running")]
    NotRunning,
    /// `join` before `close` or `terminate`.
    #[error("Pool is still running")]
    StillRunning,
    /// `join` while an `imap` has not read all its items, which only happens as its results are taken.
    #[error("an imap of this pool was not read to its end: read it or drop it before join()")]
    ImapNotRead,
    /// A chunk of no items.
    #[error("Chunksize must be 1+, not 0")]
    NoChunkSize,
    /// `apply` from one of the pool's own callbacks, which would wait for itself.
    #[error("apply() inside a callback of the same pool would wait for ever; use apply_async()")]
    ApplyInCallback,
    /// `map` from one of the pool's own callbacks, which would wait for itself.
    #[error("map() inside a callback of the same pool would wait for ever; use map_async()")]
    MapInCallback,
    /// Waiting in one of the pool's own callbacks for the pool's end, which waits for the callback.
    #[error("join() inside a callback of the same pool would wait for ever")]
    JoinInCallback,
    /// The pool has given up.
    #[error("the pool gave up: {reason}")]
    Failed {
        /// Why.
        reason: String,
    },
    /// The call's arguments are larger than a frame may be.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The call's arguments do not encode.
    #[error(transparent)]
    Unencodable(#[from] Unencodable),
    /// The thread for callbacks could not be started.
    #[error("could not start the pool's callback thread: {0}")]
    NoThread(String),
}

/// Something to be sent is larger than is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error(
    "{bytes} bytes are too large to be sent; at most {MAX_PAYLOAD_BYTES} are allowed, and {MAX_INLINE_BYTES} where a process may \
     not make memory to share (descriptors, or the size of files, are limited)"
)]
pub struct TooLarge {
    /// Its size.
    pub bytes: usize,
}

/// Arguments that serde cannot write in the form in which they cross to a worker: a sequence that does not know its length,
/// or a type that refuses. Python's `PicklingError`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a {type_name} does not encode: {reason}")]
pub struct Unencodable {
    /// Their type.
    pub type_name: String,
    /// What is wrong.
    pub reason: String,
}

impl From<Mismatch> for Unencodable {
    fn from(
        Mismatch {
            type_name, reason, ..
        }: Mismatch,
    ) -> Self {
        Self { type_name, reason }
    }
}

impl From<Mismatch> for PoolError {
    fn from(mismatch: Mismatch) -> Self {
        match mismatch.too_large {
            Some(error) => error.into(),
            None => Unencodable::from(mismatch).into(),
        }
    }
}

/// Why a queue refuses a call. The names and words are Python's where it has them.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum QueueError {
    /// There was no room, at once or within the timeout. The item is not in the queue and will not be.
    #[error("the queue is full")]
    Full,
    /// There was no item, at once or within the timeout.
    #[error("the queue is empty")]
    Empty,
    /// `join` waited for its timeout, and some items are not done.
    #[error("not every item of the queue was done within the timeout")]
    NotDone,
    /// More items are said to be done than were put.
    #[error("task_done() called too many times")]
    TaskDoneTooOften,
    /// Everybody is refused: it was closed, or everything is being ended.
    #[error("Queue '{queue}' is closed")]
    Closed {
        /// Its name.
        queue: String,
    },
    /// The main has created no queue of that name.
    #[error("there is no queue '{queue}'")]
    NoSuchQueue {
        /// The name.
        queue: String,
    },
    /// A second queue of a name: children could not tell the two apart.
    #[error("there is a queue '{queue}' already")]
    NameTaken {
        /// The name.
        queue: String,
    },
    /// Waiting without a timeout in a callback of a pool: every later callback would wait too, and one of them, or a `join`
    /// of that pool, may be what the wait is for.
    #[error(
        "waiting for ever inside a pool's callback holds up every other callback; give a timeout"
    )]
    InCallback,
    /// The other end does not keep to the order of question and answer.
    #[error("the queue's answer belongs to another question")]
    WrongAnswer,
    /// The memory in which the item lies cannot be mapped or received, mostly because of a limit of the address space or of open
    /// files. The item counts as got, and as never put.
    #[error("the item is out of reach: {reason}")]
    OutOfReach {
        /// What the system says.
        reason: String,
    },
    /// The item is larger than a frame may be.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// A typed item does not encode; nothing was put.
    #[error("a {type_name} does not encode: {reason}")]
    Unencodable {
        /// Its type.
        type_name: String,
        /// What is wrong.
        reason: String,
    },
    /// What was got is no item of the type asked for.
    #[error("the item is no {type_name}: {reason}")]
    Undecodable {
        /// The type.
        type_name: String,
        /// What is wrong.
        reason: String,
    },
}

/// Why a `Process` refuses a call. The words are Python's.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProcessError {
    /// `start` a second time.
    #[error("cannot start a process twice")]
    StartedTwice,
    /// `join` before `start`.
    #[error("can only join a started process")]
    JoinedTooEarly,
    /// Any other call that needs a process that was started.
    #[error("process not started")]
    NotStarted,
    /// `set_daemon` after `start`.
    #[error("process has already started")]
    DaemonTooLate,
    /// `start` within a daemon.
    #[error("daemonic processes are not allowed to have children")]
    DaemonicParent,
    /// Any call after `close`.
    #[error("process object is closed")]
    Closed,
    /// `close` too early.
    #[error(
        "Cannot close a process while it is still running. You should first call join() or terminate()."
    )]
    StillRunning,
    /// The call's arguments are larger than a frame may be.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The operating system refused.
    #[error("{reason}")]
    System {
        /// What it says, with the program's name.
        reason: String,
    },
    /// Everything is being ended.
    #[error("the engine is ending")]
    Ending,
}
