//! `AsyncResult`: a value that is not there yet.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use thiserror::Error;

use super::engine::Shared;
use super::error::TaskError;
use super::pool::callbacks::CallbackQueue;

/// What `apply_async` returns: the task's number and, some day, its encoded value.
#[derive(Clone)]
pub struct AsyncResult {
    /// Its pool's place among the engine's.
    pool: usize,
    task: u64,
    cell: Arc<Cell>,
    /// The thread that hands the result out after its callback, if it has one.
    callbacks: Option<Arc<CallbackQueue>>,
    shared: Arc<Shared>,
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

    /// The result, if it is there.
    fn peek(&self) -> Option<Result<Vec<u8>, TaskError>> {
        self.result.lock().clone()
    }

    /// Waits for the result, at most until the deadline.
    fn wait(&self, deadline: Option<Instant>) -> Option<Result<Vec<u8>, TaskError>> {
        let mut result = self.result.lock();
        while result.is_none() {
            match deadline {
                None => self.arrived.wait(&mut result),
                Some(deadline) => {
                    if self.arrived.wait_until(&mut result, deadline).timed_out() {
                        break;
                    }
                }
            }
        }
        result.clone()
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
    pub(crate) fn new(
        pool: usize,
        task: u64,
        cell: Arc<Cell>,
        callbacks: Option<Arc<CallbackQueue>>,
        shared: &Arc<Shared>,
    ) -> Self {
        Self {
            pool,
            task,
            cell,
            callbacks,
            shared: Arc::clone(shared),
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

    /// Ends the task: at once if no worker has begun it, with its worker if one has (the worker is replaced). False if it has
    /// ended already. Python's pools cannot do this.
    pub fn cancel(&self) -> bool {
        let mut state = self.shared.state.lock();
        let cancelled = state.cancel(self.pool, self.task);
        self.shared.settle(state);
        cancelled
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
        let result = match &self.callbacks {
            // Results come from the callback thread.
            Some(callbacks) if callbacks.is_this_thread() => {
                self.cell.peek().ok_or(GetError::InCallback)?
            }
            Some(_) => self.cell.wait(deadline).ok_or(GetError::Timeout)?,
            // Nobody stands between the worker and us: whoever waits drives the engine.
            None => match self.cell.peek() {
                Some(result) => result,
                None => self
                    .shared
                    .wait_eagerly_for(deadline, |_state| self.cell.peek())
                    .ok_or(GetError::Timeout)?,
            },
        };
        result.map_err(GetError::Task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_arrives_once() {
        let cell = Cell::default();
        assert_eq!(cell.peek(), None);
        assert_eq!(cell.wait(Some(Instant::now())), None);
        cell.set(Ok(vec![1]));
        cell.set(Err(TaskError::Terminated));
        assert_eq!(cell.wait(None), Some(Ok(vec![1])));
    }
}
