//! The thread of the main that runs a pool's callbacks, one at a time.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::ThreadId;

use parking_lot::{Condvar, Mutex};

use super::gathering::Gathering;
use crate::multiprocess::engine::Shared;
use crate::multiprocess::error::{RemoteError, TaskError};
use crate::multiprocess::observer::{Callback, Event, Observer};
use crate::multiprocess::result::{Cell, Encoded};
use crate::multiprocess::wire::Bytes;
use crate::os::Monotonic;

/// Decodes a result and gives out the callback that is for it, if there is one.
pub(crate) type Handler = Box<dyn FnOnce(Encoded<'_, '_>) -> Option<(Callback, Prepared)> + Send>;

/// A callback with what it gets.
pub(crate) type Prepared = Box<dyn FnOnce()>;

/// A result whose callback is still to run; only then is it handed to whoever waits for it, as in Python.
pub(crate) enum Job {
    /// Of one call.
    Call {
        task: u64,
        result: Result<Bytes, TaskError>,
        cell: Arc<Cell>,
        handler: Handler,
    },
    /// Of a map whose last chunk was this task; `None` for a map without items.
    Map {
        task: Option<u64>,
        gathering: Arc<Gathering>,
    },
}

impl Job {
    fn carry_out(self, observer: Option<&dyn Observer>) {
        match self {
            Self::Call {
                task,
                result,
                cell,
                handler,
            } => {
                let prepare = || match &result {
                    Ok(value) => handler(Ok(&mut std::iter::once(&**value))),
                    Err(error) => handler(Err(error)),
                };
                run(observer, Some(task), prepare);
                cell.change(|place| *place = Some(result));
            }
            Self::Map { task, gathering } => {
                run(observer, task, || gathering.prepare_callback());
                gathering.hand_out();
            }
        }
    }
}

/// Runs a callback and tells of it. What panics meanwhile, be it a value's own decoding, must not end the thread.
fn run(
    observer: Option<&dyn Observer>,
    task: Option<u64>,
    prepare: impl FnOnce() -> Option<(Callback, Prepared)>,
) {
    let prepared = catch_unwind(AssertUnwindSafe(prepare)).ok().flatten();
    let Some((callback, call)) = prepared else {
        return;
    };
    // A map of nothing has no task that there would be something to tell of.
    let observer = observer.zip(task);
    if let Some((observer, task)) = observer {
        observer.observe(Monotonic::now(), Event::CallbackStarted { task, callback });
    }
    let outcome = catch_unwind(AssertUnwindSafe(call));
    let error = outcome
        .err()
        .map(|payload| RemoteError::new("Panic", panic_text(payload.as_ref())));
    if let Some((observer, task)) = observer {
        let event = Event::CallbackFinished {
            task,
            callback,
            error: error.as_ref(),
        };
        observer.observe(Monotonic::now(), event);
    }
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "the callback panicked".to_owned())
}

thread_local! {
    /// The engine whose callbacks this thread runs, by its number.
    static RUNS_FOR: std::cell::Cell<Option<u64>> = const { std::cell::Cell::new(None) };
}

/// Whether the calling thread runs callbacks of a pool of that engine.
pub(crate) fn run_on_this_thread_for(engine: &Shared) -> bool {
    RUNS_FOR.get() == Some(engine.number)
}

/// The jobs of one pool's callback thread. As many as there are tasks, at most.
#[derive(Default)]
pub(crate) struct CallbackQueue {
    jobs: Mutex<Jobs>,
    changed: Condvar,
}

#[derive(Default)]
struct Jobs {
    waiting: VecDeque<Job>,
    running: bool,
    closed: bool,
    thread: Option<ThreadId>,
}

impl CallbackQueue {
    pub(crate) fn push(&self, job: Job) {
        self.jobs.lock().waiting.push_back(job);
        self.changed.notify_all();
    }

    /// Lets the thread end once it has run what there is.
    pub(crate) fn close(&self) {
        self.jobs.lock().closed = true;
        self.changed.notify_all();
    }

    /// Waits until every callback so far has run.
    pub(crate) fn wait_until_idle(&self) {
        let mut jobs = self.jobs.lock();
        while jobs.running || !jobs.waiting.is_empty() {
            self.changed.wait(&mut jobs);
        }
    }

    /// Whether the calling thread is the one that runs the callbacks.
    pub(crate) fn is_this_thread(&self) -> bool {
        self.jobs.lock().thread == Some(std::thread::current().id())
    }

    /// What the thread does, for a pool of that engine.
    pub(crate) fn serve(&self, engine: u64, observer: Option<&dyn Observer>) {
        RUNS_FOR.set(Some(engine));
        let mut jobs = self.jobs.lock();
        jobs.thread = Some(std::thread::current().id());
        loop {
            if let Some(job) = jobs.waiting.pop_front() {
                jobs.running = true;
                drop(jobs);
                job.carry_out(observer);
                jobs = self.jobs.lock();
                jobs.running = false;
                self.changed.notify_all();
            } else if jobs.closed {
                return;
            } else {
                self.changed.wait(&mut jobs);
            }
        }
    }
}
