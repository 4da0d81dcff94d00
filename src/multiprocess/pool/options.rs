//! What is done with the result of an `apply_async` or a `map_async`, and what the tasks may cost.

use std::fmt;
use std::time::Duration;

use super::callbacks::{Handler, Prepared};
use super::core::Limits;
use crate::multiprocess::error::{PoolError, TaskError};
use crate::multiprocess::observer::Callback;
use crate::multiprocess::result::{Decode, Encoded};

/// The keyword arguments of `apply_async` and `map_async`: callbacks, and two that Python does not have, a timeout and
/// retries.
///
/// A callback runs in the main, on the pool's callback thread, one at a time in the order in which results arrive, and
/// before anybody gets the result. A slow one holds up the others, but no task. One that panics harms nothing: whoever
/// waits for the result still gets it.
#[must_use]
pub struct ApplyOptions<T> {
    callback: Option<Box<dyn FnOnce(T) + Send>>,
    error_callback: Option<ErrorCallback>,
    timeout: Option<Duration>,
    retries: u32,
}

impl<T> fmt::Debug for ApplyOptions<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApplyOptions")
            .field("timeout", &self.timeout)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}

type ErrorCallback = Box<dyn FnOnce(&TaskError) + Send>;

impl<T> Default for ApplyOptions<T> {
    fn default() -> Self {
        Self {
            callback: None,
            error_callback: None,
            timeout: None,
            retries: 0,
        }
    }
}

impl<T> ApplyOptions<T> {
    /// No callback, no timeout, no retries.
    pub fn new() -> Self {
        Self::default()
    }

    /// This gets the value: of a map, all its values at once.
    pub fn callback(self, callback: impl FnOnce(T) + Send + 'static) -> Self {
        Self {
            callback: Some(Box::new(callback)),
            ..self
        }
    }

    /// This gets the error instead: of a map, the first.
    pub fn error_callback(self, callback: impl FnOnce(&TaskError) + Send + 'static) -> Self {
        Self {
            error_callback: Some(Box::new(callback)),
            ..self
        }
    }

    /// How long a task (a map's chunk is one) may take, counted from when it begins; then it is ended with its worker.
    /// `None` is as long as it likes; one of nothing is refused by the pool ([`PoolError::NoTimeout`]).
    pub fn timeout(self, timeout: impl Into<Option<Duration>>) -> Self {
        Self {
            timeout: timeout.into(),
            ..self
        }
    }

    /// How often a task (a map's chunk is one) is tried again when it fails, with a growing pause in between.
    pub fn retries(self, retries: u32) -> Self {
        Self { retries, ..self }
    }

    pub(super) fn limits(&self) -> Result<Limits, PoolError> {
        if self.timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(PoolError::NoTimeout);
        }
        let nanos = |timeout: Duration| u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX);
        Ok(Limits {
            timeout_nanos: self.timeout.map(nanos),
            retries: self.retries,
        })
    }
}

impl<T: 'static> ApplyOptions<T> {
    /// The callbacks for encoded results; `None` if there are none.
    pub(super) fn handler(self, decode: Decode<T>) -> Option<Handler> {
        let Self {
            callback,
            error_callback,
            ..
        } = self;
        if callback.is_none() && error_callback.is_none() {
            return None;
        }
        // The one that is not called is dropped here too, on the callback thread: what it owns may be the pool itself.
        let handle =
            move |result: Encoded<'_, '_>| match result.map_err(Clone::clone).and_then(decode) {
                Ok(value) => callback
                    .map(|call| (Callback::Value, Box::new(move || call(value)) as Prepared)),
                Err(error) => error_callback
                    .map(|call| (Callback::Error, Box::new(move || call(&error)) as Prepared)),
            };
        Some(Box::new(handle))
    }
}
