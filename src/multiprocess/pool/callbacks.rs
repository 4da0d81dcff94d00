//! The thread of the main that runs a pool's callbacks, one at a time.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::ThreadId;

use parking_lot::{Condvar, Mutex};

use crate::multiprocess::engine::state::Promise;
use crate::multiprocess::error::{RemoteError, TaskError};
use crate::multiprocess::observer::{Callback, Event, Observer};
use crate::os::Monotonic;

/// Gets the encoded value of a task that returned.
pub type ValueCallback = Box<dyn FnOnce(&[u8]) + Send>;

/// Gets the error of a task that did not.
pub type ErrorCallback = Box<dyn FnOnce(&TaskError) + Send>;

/// A result whose callback is still to run; only then is it handed to whoever waits for it, as in Python.
pub(crate) struct Job {
    task: u64,
    result: Result<Vec<u8>, TaskError>,
    promise: Promise,
}

impl Job {
    pub(crate) fn new(task: u64, result: Result<Vec<u8>, TaskError>, promise: Promise) -> Self {
        Self {
            task,
            result,
            promise,
        }
    }

    /// Runs the callback that is for the result, if there is one. The other one is dropped here too, on the callback thread:
    /// what it owns may be the pool itself.
    fn carry_out(self, observer: Option<&dyn Observer>) {
        let Self {
            task,
            result,
            promise:
                Promise {
                    cell,
                    callback,
                    error_callback,
                },
        } = self;
        match &result {
            Ok(value) => {
                if let Some(call) = callback {
                    watched(observer, task, Callback::Value, || call(value));
                }
            }
            Err(error) => {
                if let Some(call) = error_callback {
                    watched(observer, task, Callback::Error, || call(error));
                }
            }
        }
        cell.set(result);
    }
}

/// Runs a callback, which may panic without harm, and tells of it.
fn watched(observer: Option<&dyn Observer>, task: u64, callback: Callback, run: impl FnOnce()) {
    if let Some(observer) = observer {
        observer.observe(Monotonic::now(), Event::CallbackStarted { task, callback });
    }
    let outcome = catch_unwind(AssertUnwindSafe(run));
    let error = outcome
        .err()
        .map(|payload| RemoteError::new("Panic", panic_text(payload.as_ref())));
    if let Some(observer) = observer {
        observer.observe(
            Monotonic::now(),
            Event::CallbackFinished {
                task,
                callback,
                error: error.as_ref(),
            },
        );
    }
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "the callback panicked".to_owned())
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

    /// What the thread does.
    pub(crate) fn serve(&self, observer: Option<&dyn Observer>) {
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
