//! `AsyncResult`: a value that is not there yet.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use thiserror::Error;

use super::error::TaskError;
use super::pool::callbacks::CallbackQueue;

/// What `apply_async` returns: the task's number and, some day, its encoded value.
#[derive(Clone)]
pub struct AsyncResult {
    task: u64,
    cell: Arc<Cell>,
    /// The thread that hands the result out after its callback, if it has one.
    callbacks: Option<Arc<CallbackQueue>>,
}

/// The place where a result arrives.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    result: Mutex<Option<Result<Vec<u8>, TaskError>>>,
    arrived: Condvar,
}

impl Cell {
    /// Puts the result in; the first one stays.
    pub(crate) fn set(&self, result: Result<Vec<u8>, TaskError>) {
        self.result.lock().get_or_insert(result);
        self.arrived.notify_all();
    }
}

/// Why `get` gives no value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GetError {
    /// The time was up; the task goes on. Python's `multiprocessing.TimeoutError`.
    #[error("no result within the timeout")]
    Timeout,
    /// Asked for in a callback of the same pool, which would wait for itself: results with callbacks are handed out by the
    /// thread that runs callbacks.
    #[error("get() inside a callback of the same pool would wait for ever")]
    InCallback,
    /// The task gave no value.
    #[error(transparent)]
    Task(#[from] TaskError),
}

impl AsyncResult {
    pub(crate) fn new(task: u64, cell: Arc<Cell>, callbacks: Option<Arc<CallbackQueue>>) -> Self {
        Self {
            task,
            cell,
            callbacks,
        }
    }

    /// The task's number within its pool, from 1 in order of submission.
    pub fn task(&self) -> u64 {
        self.task
    }

    /// Whether the task has ended and its callback, if any, has run.
    pub fn ready(&self) -> bool {
        self.cell.result.lock().is_some()
    }

    /// Waits for the task to end, at most so long; `None` waits for ever.
    pub fn wait(&self, timeout: Option<Duration>) {
        // What it is does not matter here, only that it is there or the time is up.
        self.get(timeout).ok();
    }

    /// Waits for the value, at most so long; `None` waits for ever. A task that died or was terminated is an error at
    /// once, never a wait.
    pub fn get(&self, timeout: Option<Duration>) -> Result<Vec<u8>, GetError> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut result = self.cell.result.lock();
        loop {
            if let Some(result) = result.as_ref() {
                return result.clone().map_err(GetError::Task);
            }
            if self
                .callbacks
                .as_ref()
                .is_some_and(|callbacks| callbacks.is_this_thread())
            {
                return Err(GetError::InCallback);
            }
            match deadline {
                None => self.cell.arrived.wait(&mut result),
                Some(deadline) => {
                    if self
                        .cell
                        .arrived
                        .wait_until(&mut result, deadline)
                        .timed_out()
                        && result.is_none()
                    {
                        return Err(GetError::Timeout);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_arrives_once() {
        let cell = Arc::new(Cell::default());
        let result = AsyncResult::new(1, Arc::clone(&cell), None);
        assert!(!result.ready());
        assert_eq!(result.get(Some(Duration::ZERO)), Err(GetError::Timeout));
        cell.set(Ok(vec![1]));
        cell.set(Err(TaskError::Terminated));
        result.wait(None);
        assert_eq!((result.ready(), result.get(None)), (true, Ok(vec![1])));
    }
}
