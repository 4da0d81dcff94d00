//! `AsyncResult`: a value that is not there yet.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use serde::de::DeserializeOwned;
use thiserror::Error;

use super::awaited::Awaited;
use super::chunk::decode_values;
use super::codec;
use super::engine::{Shared, Topic};
use super::error::TaskError;
use super::pool::callbacks::CallbackQueue;
use super::pool::gathering::Gathering;
use super::wire::Bytes;
use crate::os::{HoldableClock, Monotonic};

/// The place where the result of one call arrives.
pub(crate) type Cell = Awaited<Option<Result<Bytes, TaskError>>>;

/// A result as it came: the encoded value of a call, or one of each of a map's chunks.
pub(crate) type Encoded<'a, 'b> = Result<&'a mut dyn Iterator<Item = &'b [u8]>, &'a TaskError>;

/// Makes a value of its encoding.
pub(crate) type Decode<T> = fn(&mut dyn Iterator<Item = &[u8]>) -> Result<T, TaskError>;

/// What `apply_async` and `map_async` return: some day, a value.
///
/// Clones are the same result. Dropping it does nothing to its task.
///
/// ```standalone_crate
/// use std::process::ExitCode;
/// use std::time::Duration;
///
/// use proclab::multiprocess::worker::{self, Context};
/// use proclab::multiprocess::{
///     Callable, Engine, EngineOptions, Function, GetError, NotReady, Pool, PoolOptions,
/// };
///
/// fn think(context: &mut Context, seconds: f64) -> i64 {
///     context.sleep(seconds);
///     42
/// }
///
/// static THINK: Function<f64, i64> = Function::with_context("think", think);
/// static FUNCTIONS: &[&dyn Callable] = &[&THINK];
///
/// fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
///     if let Some(code) = worker::enter(FUNCTIONS) {
///         return Ok(code);
///     }
///     let engine = Engine::start(EngineOptions::default())?;
///     let pool = Pool::new(&engine, PoolOptions::default())?;
///
///     let never = pool.apply_async(&THINK, 1e6)?;
///     assert_eq!(never.get(Some(Duration::from_millis(10))), Err(GetError::Timeout));
///     assert_eq!(never.successful(), Err(NotReady));
///
///     let soon = pool.apply_async(&THINK, 0.0)?;
///     assert_eq!(soon.get(None)?, 42);
///     assert_eq!(soon.successful(), Ok(true));
///
///     pool.terminate();
///     never.wait(None);
///     assert_eq!(never.successful(), Ok(false));
///     Ok(ExitCode::SUCCESS)
/// }
/// ```
pub struct AsyncResult<T> {
    /// Its pool's number among the engine's.
    pool: usize,
    source: Source,
    decode: Decode<T>,
    /// The thread that hands the result out after its callback, if it has one.
    callbacks: Option<Arc<CallbackQueue>>,
    /// Its engine, of which a result that outlives it keeps nothing.
    engine: Weak<Shared>,
}

impl<T> fmt::Debug for AsyncResult<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncResult")
            .field("tasks", &self.tasks())
            .finish_non_exhaustive()
    }
}

/// Where a result comes from.
#[derive(Clone)]
pub(crate) enum Source {
    Call {
        task: u64,
        cell: Arc<Cell>,
    },
    Map {
        tasks: Arc<[u64]>,
        gathering: Arc<Gathering>,
    },
}

/// Why `get` gives no value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GetError {
    /// The time was up; the task goes on. Python's `multiprocessing.TimeoutError`.
    #[doc(alias = "TimeoutError")]
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

/// Asked too early whether a result is a success. Python's `ValueError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the result is not ready")]
pub struct NotReady;

impl<T> AsyncResult<T> {
    pub(crate) fn new(
        pool: usize,
        source: Source,
        decode: Decode<T>,
        callbacks: Option<Arc<CallbackQueue>>,
        shared: &Arc<Shared>,
    ) -> Self {
        Self {
            pool,
            source,
            decode,
            callbacks,
            engine: Arc::downgrade(shared),
        }
    }

    /// The numbers of its tasks within its pool, which counts them from 1 in order of submission: one, or one for each
    /// chunk of a map.
    pub fn tasks(&self) -> &[u64] {
        match &self.source {
            Source::Call { task, .. } => std::slice::from_ref(task),
            Source::Map { tasks, .. } => tasks,
        }
    }

    /// Whether the task, or each chunk of the map, has ended and the callback, if any, has run.
    pub fn ready(&self) -> bool {
        self.source.successful().is_some()
    }

    /// Whether there is a value and not an error; an error itself while neither is there.
    pub fn successful(&self) -> Result<bool, NotReady> {
        self.source.successful().ok_or(NotReady)
    }

    /// Ends its tasks: at once those that no worker has begun, with their workers those that one has (the workers are
    /// replaced). False if all have ended already. Python's pools cannot do this.
    pub fn cancel(&self) -> bool {
        let Some(shared) = self.engine.upgrade() else {
            return false;
        };
        let mut state = shared.state.lock();
        let cancelled = state.cancel(self.pool, self.tasks());
        shared.settle(state);
        cancelled
    }

    /// Waits until it is ready, at most so long; `None` waits for ever. In a callback of the same pool it does not wait.
    pub fn wait(&self, timeout: Option<Duration>) {
        // Whether it is there or the time is up can be asked afterwards, as in Python.
        self.wait_until_ready(timeout).ok();
    }

    /// Waits for the value, at most so long; `None` waits for ever. A task that died or was terminated is an error at
    /// once, never a wait. A second `get` gives the same again.
    pub fn get(&self, timeout: Option<Duration>) -> Result<T, GetError> {
        self.wait_until_ready(timeout)?;
        let decode = |result: Encoded<'_, '_>| result.map_err(Clone::clone).and_then(self.decode);
        Ok(self.source.read(decode).ok_or(GetError::Timeout)??)
    }

    fn wait_until_ready(&self, timeout: Option<Duration>) -> Result<(), GetError> {
        if self.ready() {
            return Ok(());
        }
        // What is too far away to be reckoned with is waited for without a deadline.
        let deadline = |clock: &HoldableClock| timeout.and_then(|timeout| clock.after(timeout));
        let ready = match &self.callbacks {
            // Results come from the callback thread.
            Some(callbacks) if callbacks.is_this_thread() => return Err(GetError::InCallback),
            Some(_) => {
                // Nothing holds the clock of an engine that has ended.
                let shared = self.engine.upgrade();
                let clock = shared.map(|shared| shared.clock.clone());
                let clock = clock.unwrap_or_default();
                self.source.wait(&clock, deadline(&clock))
            }
            // Nobody stands between the worker and us: whoever waits drives the engine.
            None => match self.engine.upgrade() {
                Some(shared) => {
                    let (topic, deadline) = (self.source.topic(), deadline(&shared.clock));
                    shared.wait_eagerly_for(topic, deadline, |_state| self.source.successful())
                }
                // An engine ends after the last of its tasks: this one has, or never will.
                None if self.ready() => return Ok(()),
                None => return Err(TaskError::Terminated.into()),
            },
        };
        ready.map(|_successful| ()).ok_or(GetError::Timeout)
    }
}

impl Source {
    /// Whether there is a value and not an error, once one of them is there.
    fn successful(&self) -> Option<bool> {
        match self {
            Self::Call { cell, .. } => cell.look(|result| Some(result.as_ref()?.is_ok())),
            Self::Map { gathering, .. } => gathering.successful(),
        }
    }

    /// What whoever waits for it waits for.
    fn topic(&self) -> Topic {
        match self {
            Self::Call { cell, .. } => Topic::result(cell),
            Self::Map { gathering, .. } => Topic::result(gathering),
        }
    }

    fn wait(&self, clock: &HoldableClock, deadline: Option<Monotonic>) -> Option<bool> {
        match self {
            Self::Call { cell, .. } => {
                cell.wait_for(clock, deadline, |result| Some(result.as_ref()?.is_ok()))
            }
            Self::Map { gathering, .. } => gathering.wait(clock, deadline),
        }
    }

    /// Reads the result, if it is there.
    fn read<R>(&self, read: impl FnOnce(Encoded<'_, '_>) -> R) -> Option<R> {
        match self {
            Self::Call { cell, .. } => cell.look(|result| {
                Some(match result.as_ref()? {
                    Ok(value) => read(Ok(&mut std::iter::once(&**value))),
                    Err(error) => read(Err(error)),
                })
            }),
            Self::Map { gathering, .. } => gathering.read(read),
        }
    }
}

impl<T> Clone for AsyncResult<T> {
    fn clone(&self) -> Self {
        Self {
            pool: self.pool,
            source: self.source.clone(),
            decode: self.decode,
            callbacks: self.callbacks.clone(),
            engine: Weak::clone(&self.engine),
        }
    }
}

/// The value of one call.
pub(crate) fn decode_value<R: DeserializeOwned>(
    parts: &mut dyn Iterator<Item = &[u8]>,
) -> Result<R, TaskError> {
    let bytes = parts.next().unwrap_or_default();
    codec::decode(bytes).map_err(TaskError::undecodable)
}

/// The value of one call as it came.
#[expect(clippy::unnecessary_wraps, reason = "every decoding has this form")]
pub(crate) fn leave_encoded(parts: &mut dyn Iterator<Item = &[u8]>) -> Result<Vec<u8>, TaskError> {
    Ok(parts.next().unwrap_or_default().to_vec())
}

/// The values of all chunks.
pub(crate) fn decode_all<R: DeserializeOwned>(
    parts: &mut dyn Iterator<Item = &[u8]>,
) -> Result<Vec<R>, TaskError> {
    let mut values = Vec::new();
    for part in parts {
        decode_values(part, &mut values)?;
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::multiprocess::error::RemoteError;
    use crate::multiprocess::pool::gathering::{Gained, Sent};

    fn cell() -> (Arc<Cell>, Source) {
        let cell = Arc::new(Cell::default());
        let source = Source::Call {
            task: 1,
            cell: Arc::clone(&cell),
        };
        (cell, source)
    }

    fn read<T>(source: &Source, decode: Decode<T>) -> Option<Result<T, TaskError>> {
        source.read(|result| result.map_err(Clone::clone).and_then(decode))
    }

    #[test]
    fn a_value_arrives_and_stays() {
        let (cell, source) = cell();
        assert_eq!(source.successful(), None);
        assert_eq!(
            source.wait(&HoldableClock::default(), Some(Monotonic::default())),
            None
        );
        assert_eq!(read(&source, decode_value::<i64>), None);
        let value = codec::encode(&7_i64).unwrap();
        cell.change(|place| *place = Some(Ok(value.clone())));
        assert_eq!(source.wait(&HoldableClock::default(), None), Some(true));
        for _ in 0..2 {
            assert_eq!(read(&source, decode_value::<i64>), Some(Ok(7)));
        }
        assert_eq!(read(&source, leave_encoded), Some(Ok(value.into_vec())));
    }

    #[test]
    fn an_error_is_no_success() {
        let (cell, source) = cell();
        cell.change(|place| *place = Some(Err(TaskError::Terminated)));
        assert_eq!(source.successful(), Some(false));
        assert_eq!(
            read(&source, decode_value::<i64>),
            Some(Err(TaskError::Terminated))
        );
    }

    #[test]
    fn what_does_not_decode_is_an_error() {
        let (cell, source) = cell();
        cell.change(|place| *place = Some(Ok(Bytes::default())));
        assert!(matches!(
            read(&source, decode_value::<i64>),
            Some(Err(TaskError::Undecodable { .. }))
        ));
    }

    fn map() -> (Arc<Gathering>, Source) {
        let gathering = Arc::new(Gathering::default());
        let source = Source::Map {
            tasks: Arc::new([]),
            gathering: Arc::clone(&gathering),
        };
        (gathering, source)
    }

    fn gained(place: u64, result: Result<Bytes, TaskError>) -> Gained {
        Gained {
            place,
            sent: Sent::default(),
            result,
        }
    }

    fn chunk_of(n: i64) -> Bytes {
        let mut bytes = 1_u64.to_le_bytes().to_vec();
        bytes.extend_from_slice(&codec::encode(&n).unwrap());
        bytes.into()
    }

    #[test]
    fn a_map_is_there_when_all_its_chunks_are() {
        let (gathering, source) = map();
        assert!(!gathering.put(gained(1, Ok(chunk_of(11)))));
        assert!(!gathering.put(gained(0, Ok(chunk_of(10)))));
        assert_eq!(source.successful(), None, "more chunks may come");
        assert!(!gathering.expect(3));
        assert_eq!(
            source.wait(&HoldableClock::default(), Some(Monotonic::default())),
            None
        );
        assert!(!gathering.put(gained(2, Ok(chunk_of(12)))));
        assert_eq!(read(&source, decode_all), Some(Ok(vec![10_i64, 11, 12])));
    }

    #[test]
    fn a_maps_error_is_the_first_in_time_and_comes_last() {
        let (gathering, source) = map();
        let raised = |words: &str| TaskError::Raised(RemoteError::new("ValueError", words));
        assert!(!gathering.expect(3));
        assert!(!gathering.put(gained(2, Err(raised("first")))));
        assert!(!gathering.put(gained(0, Err(raised("second")))));
        assert_eq!(source.successful(), None, "no chunk is given up");
        assert!(!gathering.put(gained(1, Ok(chunk_of(11)))));
        assert_eq!(source.successful(), Some(false));
        assert_eq!(read(&source, decode_all::<i64>), Some(Err(raised("first"))));
    }

    #[test]
    fn a_map_of_nothing_is_there_at_once() {
        let (gathering, source) = map();
        assert!(!gathering.expect(0));
        assert_eq!(read(&source, decode_all::<i64>), Some(Ok(Vec::new())));
    }
}
