//! Queues of one type of item: encoded on the way in, decoded on the way out.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Queue;
use crate::multiprocess::codec::{self, Mismatch};
use crate::multiprocess::engine::Engine;
use crate::multiprocess::error::QueueError;
use crate::multiprocess::wire::Bytes;
use crate::os::Monotonic;

/// A [`Queue`] whose items are all of one type; `TypedQueue<Option<T>>` has `None` for its sentinel.
///
/// Children reach it by `context.queue::<T>(name)`. Whatever has nothing to do with what the items are is asked of
/// [`TypedQueue::queue`].
///
/// ```standalone_crate
/// use std::process::ExitCode;
///
/// use proclab::multiprocess::error::QueueError;
/// use proclab::multiprocess::worker::{self, Context};
/// use proclab::multiprocess::{Callable, Engine, EngineOptions, Function, Process, TypedQueue};
///
/// fn squares(context: &mut Context, (): ()) -> Result<(), QueueError> {
///     while let Some(n) = context.queue::<Option<u64>>("numbers").get()? {
///         context.queue::<u64>("squares").put(&(n * n))?;
///     }
///     Ok(())
/// }
///
/// static SQUARES: Function<(), (), QueueError> = Function::fallible_with_context("squares", squares);
/// static FUNCTIONS: &[&dyn Callable] = &[&SQUARES];
///
/// fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
///     // The children are this program started again: those enter here.
///     if let Some(code) = worker::enter(FUNCTIONS) {
///         return Ok(code);
///     }
///     let engine = Engine::start(EngineOptions::default())?;
///     let numbers = TypedQueue::<Option<u64>>::new(&engine, "numbers", 2)?;
///     let squares = TypedQueue::<u64>::new(&engine, "squares", 0)?;
///     let mut child = Process::new(&engine, SQUARES.call(())?);
///     child.start()?;
///     for n in 1..=3 {
///         numbers.put(&Some(n))?;
///     }
///     numbers.put(&None)?;
///     assert_eq!((squares.get()?, squares.get()?, squares.get()?), (1, 4, 9));
///     child.join(None)?;
///     assert_eq!(child.exitcode()?, Some(0));
///     Ok(ExitCode::SUCCESS)
/// }
/// ```
pub struct TypedQueue<T> {
    queue: Queue,
    items: PhantomData<fn(T) -> T>,
}

impl<T> fmt::Debug for TypedQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypedQueue").field(&self.queue).finish()
    }
}

impl<T> Clone for TypedQueue<T> {
    fn clone(&self) -> Self {
        Self::from(self.queue.clone())
    }
}

impl<T> From<Queue> for TypedQueue<T> {
    fn from(queue: Queue) -> Self {
        Self {
            queue,
            items: PhantomData,
        }
    }
}

impl<T> TypedQueue<T> {
    /// As [`Queue::new`].
    pub fn new(engine: &Engine, name: &str, maxsize: u32) -> Result<Self, QueueError> {
        Queue::new(engine, name, maxsize).map(Self::from)
    }

    /// The queue itself.
    pub fn queue(&self) -> &Queue {
        &self.queue
    }
}

impl<T: Serialize + DeserializeOwned> TypedQueue<T> {
    /// As [`Queue::put`].
    pub fn put(&self, item: &T) -> Result<(), QueueError> {
        self.queue.put_until(encode(item)?, None)
    }

    /// As [`Queue::put_timeout`].
    pub fn put_timeout(&self, item: &T, timeout: Duration) -> Result<(), QueueError> {
        let until = Some(Monotonic::after(timeout));
        self.queue.put_until(encode(item)?, until)
    }

    /// As [`Queue::put_nowait`].
    pub fn put_nowait(&self, item: &T) -> Result<(), QueueError> {
        let until = Some(Monotonic::default());
        self.queue.put_until(encode(item)?, until)
    }

    /// As [`Queue::get`].
    pub fn get(&self) -> Result<T, QueueError> {
        decode(&self.queue.get_until(None)?)
    }

    /// As [`Queue::get_timeout`].
    pub fn get_timeout(&self, timeout: Duration) -> Result<T, QueueError> {
        let until = Some(Monotonic::after(timeout));
        decode(&self.queue.get_until(until)?)
    }

    /// As [`Queue::get_nowait`].
    pub fn get_nowait(&self) -> Result<T, QueueError> {
        let until = Some(Monotonic::default());
        decode(&self.queue.get_until(until)?)
    }
}

pub(crate) fn encode<T: Serialize>(item: &T) -> Result<Bytes, QueueError> {
    codec::encode(item).map_err(|mismatch| match mismatch {
        Mismatch {
            too_large: Some(error),
            ..
        } => error.into(),
        Mismatch {
            type_name, reason, ..
        } => QueueError::Unencodable { type_name, reason },
    })
}

pub(crate) fn decode<T: DeserializeOwned>(item: &Bytes) -> Result<T, QueueError> {
    codec::decode(open(item)?).map_err(|mismatch| QueueError::Undecodable {
        type_name: mismatch.type_name,
        reason: mismatch.reason,
    })
}

/// The item as it is.
pub(crate) fn into_vec(item: Bytes) -> Result<Vec<u8>, QueueError> {
    open(&item)?;
    Ok(item.into_vec())
}

fn open(item: &Bytes) -> Result<&[u8], QueueError> {
    item.open()
        .map_err(|reason| QueueError::OutOfReach { reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_of_another_type_is_an_error() {
        let bytes = encode(&("food", 7_u64)).unwrap();
        assert_eq!(decode(&bytes), Ok(("food".to_owned(), 7_u64)));
        let cut = decode::<(String, u64, u64)>(&bytes).unwrap_err();
        assert!(matches!(cut, QueueError::Undecodable { .. }), "{cut}");
        let longer = decode::<String>(&bytes).unwrap_err();
        assert_eq!(
            longer.to_string(),
            "the item is no alloc::string::String: invalid type: sequence, expected a string"
        );
    }
}
