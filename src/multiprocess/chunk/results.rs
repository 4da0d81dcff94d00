//! A chunk's results in the main.

use serde::de::DeserializeOwned;

use crate::multiprocess::codec::{Mismatch, take};
use crate::multiprocess::error::{RemoteError, TaskError};
use crate::multiprocess::wire::{Bytes, Chunk};

/// The results of one chunk's items, one after the other, however many of them are errors.
pub(crate) struct ChunkResults {
    /// Items not given out yet.
    left: u64,
    outcome: Result<Runs, TaskError>,
}

/// Results and how far they were read.
struct Runs {
    bytes: Bytes,
    at: usize,
    /// Values to come in the current run; `None` before its count.
    values: Option<u64>,
}

impl ChunkResults {
    /// The results of so many items.
    pub(crate) fn new(count: u64, outcome: Result<Bytes, TaskError>) -> Self {
        let runs = |bytes| Runs {
            bytes,
            at: 0,
            values: None,
        };
        Self {
            left: count,
            outcome: outcome.map(runs),
        }
    }

    /// The next item's; where the chunk as a whole has failed, each item gets that error.
    pub(crate) fn next_value<R: DeserializeOwned>(&mut self) -> Option<Result<R, TaskError>> {
        self.left = self.left.checked_sub(1)?;
        let read = match &mut self.outcome {
            Ok(runs) => runs.read(),
            Err(error) => return Some(Err(error.clone())),
        };
        let read = read.map_err(|mismatch| {
            let error = TaskError::undecodable(mismatch);
            self.outcome = Err(error.clone());
            error
        });
        Some(read.and_then(|result| result.map_err(TaskError::Raised)))
    }
}

impl Runs {
    fn read<R: DeserializeOwned>(&mut self) -> Result<Result<R, RemoteError>, Mismatch> {
        let values = match self.values {
            Some(values) => values,
            None => u64::from_le_bytes(self.take()?),
        };
        if let Some(fewer) = values.checked_sub(1) {
            self.values = Some(fewer);
            return self.take().map(Ok);
        }
        self.values = None;
        self.take().map(Err)
    }

    fn take<T: DeserializeOwned>(&mut self) -> Result<T, Mismatch> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (value, after) = take(rest)?;
        self.at += rest.len() - after.len();
        Ok(value)
    }
}

/// Whether it is what a worker says of such a chunk: the values of all of its items, unless each has a result of its own,
/// which are counted as they are handed out. A number alone may stand for values without end: those that have no bytes.
pub(crate) fn check_count(bytes: Bytes, chunk: Chunk) -> Result<Bytes, TaskError> {
    let count = bytes.first_chunk().map(|head| u64::from_le_bytes(*head));
    if chunk.each || count == Some(chunk.count) {
        return Ok(bytes);
    }
    Err(TaskError::undecodable(Mismatch {
        type_name: format!("list of {} values", chunk.count),
        reason: count.map_or_else(
            || "it does not say how many there are".to_owned(),
            |count| format!("it is said to have {count}"),
        ),
    }))
}

/// Appends the values of a chunk that has no errors.
pub(crate) fn decode_values<R: DeserializeOwned>(
    bytes: &[u8],
    values: &mut Vec<R>,
) -> Result<(), TaskError> {
    let (head, mut rest) = take(bytes).map_err(TaskError::undecodable)?;
    let count = u64::from_le_bytes(head);
    // Values without any bytes are no matter of memory.
    values.reserve(rest.len().min(usize::try_from(count).unwrap_or(usize::MAX)));
    for _ in 0..count {
        let (value, after) = take(rest).map_err(TaskError::undecodable)?;
        rest = after;
        values.push(value);
    }
    Ok(())
}
