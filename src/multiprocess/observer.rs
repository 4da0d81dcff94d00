//! What the engine tells whoever watches it.
//!
//! Whatever waits for something is told of when it begins and when it ends. Only the beginning of a task is not always
//! told of by itself: a worker begins tasks without asking, so the engine may learn of it no sooner than of the end, and
//! then says both in one [`Event::TaskFinished`], with [`began`](Event::TaskFinished::began). So it is with nearly every
//! task of under a millisecond. The times are those of the worker in either case. (The event stream of a run makes two
//! events of it again, or columns of a `tasks_batch` where there are many.)

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::{RemoteError, TaskError};
use super::wire::Call;
use crate::os::lines::{Lines, Pipe};
use crate::os::{ChildKey, Monotonic, Reaped};

/// Someone who is told everything that happens, in order.
///
/// Called on whatever thread drives the engine, often under its lock: must be quick, and must not call the engine. One that
/// panics does no harm, but is told nothing more.
/// Without an observer no event is built, and children use queues without asking each time: what only an observer could
/// tell apart is not kept apart.
pub trait Observer: Send + Sync {
    /// Something happened at that time.
    fn observe(&self, at: Monotonic, event: Event<'_>);
}

/// An observer of which a panic is its own affair: whoever drives the engine meanwhile goes on.
pub(crate) struct Shielded {
    observer: Arc<dyn Observer>,
    has_panicked: AtomicBool,
}

impl Shielded {
    pub(crate) fn new(observer: Arc<dyn Observer>) -> Self {
        Self {
            observer,
            has_panicked: AtomicBool::new(false),
        }
    }
}

impl Observer for Shielded {
    fn observe(&self, at: Monotonic, event: Event<'_>) {
        if self.has_panicked.load(Ordering::Relaxed) {
            return;
        }
        let told = catch_unwind(AssertUnwindSafe(|| self.observer.observe(at, event)));
        // The panic hook has reported it.
        if told.is_err() {
            self.has_panicked.store(true, Ordering::Relaxed);
        }
    }
}

/// What a child was started as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChildKind {
    /// A worker of a pool.
    Worker {
        /// Its place in the pool, from 0; a replacement takes over the place.
        slot: usize,
    },
    /// A process of its own.
    Process {
        /// Its number among the children of the process that started it, from 1.
        id: u64,
    },
}

/// The states of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolState {
    /// Takes tasks.
    Running,
    /// Takes no more, finishes those it has.
    Closed,
    /// Is ending its workers at once.
    Terminating,
    /// All workers have ended.
    Ended,
    /// Gave up: too many starts or initializers failed in a row.
    Failed,
}

/// Which of a task's two callbacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callback {
    /// Gets the value.
    Value,
    /// Gets the error.
    Error,
}

/// An item on its way through a queue.
#[derive(Clone, Copy, Debug)]
pub struct ItemEvent<'a> {
    /// The queue's name.
    pub queue: &'a str,
    /// Counts the queue's items from 1.
    pub number: u64,
    /// The item, opaque here.
    pub item: &'a [u8],
    /// Who put, got or held it.
    pub pid: u32,
    /// Items in the queue afterwards.
    pub depth: usize,
    /// From 1.
    pub attempt: u32,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A queue was created.
    QueueCreated {
        /// Its name.
        queue: &'a str,
        /// How many items it holds; 0 for no limit.
        maxsize: u32,
    },
    /// A child was started.
    ProcessStarted {
        /// Its identity.
        key: ChildKey,
        /// What it was started as.
        kind: ChildKind,
        /// Python's name for it.
        name: &'a str,
        /// Whether it is a daemon.
        daemon: bool,
        /// The child that started it; `None` for one's own children.
        via: Option<u32>,
    },
    /// It has connected, and its initializer has succeeded.
    ProcessReady {
        /// Which.
        pid: u32,
    },
    /// Its initializer raised.
    InitializerFailed {
        /// Which.
        pid: u32,
        /// What.
        error: &'a RemoteError,
    },
    /// It stands still: on request, or because a signal has stopped it.
    ProcessSuspended {
        /// Which.
        pid: u32,
        /// The number of the signal; `None` on request.
        signal: Option<i32>,
    },
    /// It goes on.
    ProcessResumed {
        /// Which.
        pid: u32,
    },
    /// It has ended and was reaped.
    ProcessExited {
        /// Which.
        pid: u32,
        /// How.
        reaped: Reaped,
        /// Whether it was told to end, so that its exit code is no failure.
        asked: bool,
        /// Peak resident memory as it told itself, bytes.
        max_rss_bytes: Option<u64>,
    },
    /// A task was submitted.
    TaskSubmitted {
        /// Which, from 1.
        task: u64,
        /// What to run: one call, or a map's chunk, which says which items it is.
        call: &'a Call,
    },
    /// A task has begun, and has not ended as far as is known. A task that is over too soon is not told of in this way,
    /// but in [`Self::TaskFinished`] alone.
    TaskStarted {
        /// Which.
        task: u64,
        /// Where.
        pid: u32,
        /// From 1.
        attempt: u32,
    },
    /// A task has ended.
    TaskFinished {
        /// Which.
        task: u64,
        /// When it began and in which attempt, if it did and that was not told before: exactly one of this and
        /// [`Self::TaskStarted`] tells of each attempt's beginning.
        began: Option<(Monotonic, u32)>,
        /// Where it ran, if anywhere.
        pid: Option<u32>,
        /// Its value, opaque here, or why there is none.
        result: Result<&'a [u8], &'a TaskError>,
        /// CPU time it used, nanoseconds.
        cpu_nanos: Option<u64>,
        /// Peak resident memory of its process, bytes.
        max_rss_bytes: Option<u64>,
    },
    /// An attempt has failed, and the task will be tried again.
    TaskRetried {
        /// Which.
        task: u64,
        /// Where it failed.
        pid: Option<u32>,
        /// The attempt that failed, from 1.
        attempt: u32,
        /// Why.
        error: &'a TaskError,
        /// How much later it is tried again, nanoseconds.
        delay_nanos: u64,
    },
    /// A callback began.
    CallbackStarted {
        /// Of which task.
        task: u64,
        /// Which of the two.
        callback: Callback,
    },
    /// A callback ended.
    CallbackFinished {
        /// Of which task.
        task: u64,
        /// Which of the two.
        callback: Callback,
        /// What it raised.
        error: Option<&'a RemoteError>,
    },
    /// An item is in the queue.
    ItemPut(ItemEvent<'a>),
    /// An item was taken out.
    ItemGot(ItemEvent<'a>),
    /// An item is back at the front: its holder died.
    ItemReturned(ItemEvent<'a>),
    /// A put waits for room.
    PutBlocked {
        /// The queue's name.
        queue: &'a str,
        /// Who.
        pid: u32,
        /// Items in the queue.
        depth: usize,
    },
    /// A get waits for an item.
    GetBlocked {
        /// The queue's name.
        queue: &'a str,
        /// Who.
        pid: u32,
        /// Items in the queue.
        depth: usize,
    },
    /// A put that had to wait has waited in vain: its time is up, or the queue is closed.
    PutRefused {
        /// The queue's name.
        queue: &'a str,
        /// Who.
        pid: u32,
        /// Items in the queue.
        depth: usize,
    },
    /// A get that had to wait has waited in vain: its time is up, or the queue is closed.
    GetRefused {
        /// The queue's name.
        queue: &'a str,
        /// Who.
        pid: u32,
        /// Items in the queue.
        depth: usize,
    },
    /// A child wrote lines.
    Output {
        /// Who.
        pid: u32,
        /// Where to.
        pipe: Pipe,
        /// The lines.
        lines: Lines<'a>,
        /// The task it was running.
        task: Option<u64>,
    },
    /// A child has ended, but something else holds its pipe open.
    PipeLeaked {
        /// Whose.
        pid: u32,
        /// Which.
        pipe: Pipe,
    },
    /// The pool has another number of workers from now on.
    PoolResized {
        /// How many.
        processes: usize,
    },
    /// The pool changed its state.
    PoolStateChanged {
        /// To what.
        state: PoolState,
    },
}
