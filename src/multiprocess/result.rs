//! `AsyncResult`: a value that is not there yet.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use thiserror::Error;

use super::error::TaskError;

/// What `apply_async` returns: the task's number and, some day, its encoded value.
#[derive(Clone, Debug)]
pub struct AsyncResult {
    task: u64,
    cell: Arc<Cell>,
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
    /// The task gave no value.
    #[error(transparent)]
    Task(#[from] TaskError),
}

impl AsyncResult {
    pub(crate) fn new(task: u64, cell: Arc<Cell>) -> Self {
        Self { task, cell }
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
        let result = AsyncResult::new(1, Arc::clone(&cell));
        assert!(!result.ready());
        assert_eq!(result.get(Some(Duration::ZERO)), Err(GetError::Timeout));
        cell.set(Ok(vec![1]));
        cell.set(Err(TaskError::Terminated));
        result.wait(None);
        assert_eq!((result.ready(), result.get(None)), (true, Ok(vec![1])));
    }
}
