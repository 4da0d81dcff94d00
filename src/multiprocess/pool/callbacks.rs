//! The thread of the main that runs a pool's callbacks, one at a time.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::ThreadId;

use parking_lot::{Condvar, Mutex};

use crate::multiprocess::engine::state::Promise;
use crate::multiprocess::error::{RemoteError, TaskError};
use crate::multiprocess::observer::{Callback, Event, Observer};
use crate::multiprocess::result::Cell;
use crate::os::Monotonic;

/// Gets the encoded value of a task that returned.
pub type ValueCallback = Box<dyn FnOnce(&[u8]) + Send>;

/// Gets the error of a task that did not.
pub type ErrorCallback = Box<dyn FnOnce(&TaskError) + Send>;

/// A result whose callback is still to run; only then is it handed to whoever waits for it, as in Python.
pub(crate) struct Job {
    task: u64,
    result: Result<Vec<u8>, TaskError>,
    cell: Arc<Cell>,
    run: Run,
}

/// A result that no callback is for: it can be handed out at once.
pub(crate) struct Unclaimed {
    pub(crate) cell: Arc<Cell>,
    pub(crate) result: Result<Vec<u8>, TaskError>,
}

enum Run {
    Value(ValueCallback),
    Error(ErrorCallback),
}

impl Job {
    /// The job of a result, or the result back if no callback is for it.
    pub(crate) fn new(
        task: u64,
        result: Result<Vec<u8>, TaskError>,
        promise: Promise,
    ) -> Result<Self, Unclaimed> {
        let run = match (&result, promise.callback, promise.error_callback) {
            (Ok(_), Some(callback), _) => Run::Value(callback),
            (Err(_), _, Some(callback)) => Run::Error(callback),
            _ => {
                return Err(Unclaimed {
                    cell: promise.cell,
                    result,
                });
            }
        };
        Ok(Self {
            task,
            result,
            cell: promise.cell,
            run,
        })
    }

    fn carry_out(self, observer: Option<&dyn Observer>) {
        let Self {
            task,
            result,
            cell,
            run,
        } = self;
        let callback = if matches!(run, Run::Value(_)) {
            Callback::Value
        } else {
            Callback::Error
        };
        if let Some(observer) = observer {
            observer.observe(Monotonic::now(), Event::CallbackStarted { task, callback });
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| match (run, &result) {
            (Run::Value(call), Ok(value)) => call(value),
            (Run::Error(call), Err(error)) => call(error),
            // Job::new pairs them.
            _ => {}
        }));
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
        cell.set(result);
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
