//! A chunk's results in the main.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use serde::de::DeserializeOwned;

use crate::multiprocess::codec::{Mismatch, skip, take};
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
    /// Whether it is not known where the next one begins.
    is_lost: bool,
}

impl ChunkResults {
    /// The results of so many items.
    pub(crate) fn new(count: u64, outcome: Result<Bytes, TaskError>) -> Self {
        let runs = |bytes| Runs {
            bytes,
            at: 0,
            values: None,
            is_lost: false,
        };
        Self {
            left: count,
            outcome: outcome.map(runs),
        }
    }

    /// The next item's; where the chunk as a whole has failed, each item gets that error.
    pub(crate) fn next_value<R: DeserializeOwned>(&mut self) -> Option<Result<R, TaskError>> {
        self.left = self.left.checked_sub(1)?;
        let runs = match &mut self.outcome {
            Ok(runs) => runs,
            Err(error) => return Some(Err(error.clone())),
        };
        Some(match runs.read() {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(TaskError::Raised(error)),
            Err(mismatch) => {
                let error = TaskError::undecodable(mismatch);
                if runs.is_lost {
                    self.outcome = Err(error.clone());
                }
                Err(error)
            }
        })
    }
}

impl Runs {
    fn read<R: DeserializeOwned>(&mut self) -> Result<Result<R, RemoteError>, Mismatch> {
        let values = match self.values {
            Some(values) => values,
            None => self.count()?,
        };
        if let Some(fewer) = values.checked_sub(1) {
            self.values = Some(fewer);
            return self.take().map(Ok);
        }
        self.values = None;
        self.take().map(Err)
    }

    fn count(&mut self) -> Result<u64, Mismatch> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match take_count(rest) {
            Ok((count, after)) => {
                self.at += rest.len() - after.len();
                Ok(count)
            }
            Err(mismatch) => {
                self.is_lost = true;
                Err(mismatch)
            }
        }
    }

    /// The next value. One that is none of its type, or panics when it is read, costs itself alone.
    fn take<T: DeserializeOwned>(&mut self) -> Result<T, Mismatch> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let taken = catch_unwind(AssertUnwindSafe(|| take(rest)));
        let after = match &taken {
            Ok(Ok((_, after))) => Some(*after),
            _ => skip(rest),
        };
        self.is_lost = after.is_none();
        self.at += rest.len() - after.unwrap_or_default().len();
        match taken {
            Ok(taken) => taken.map(|(value, _)| value),
            Err(panic) => resume_unwind(panic),
        }
    }
}

/// How many values a run has, and what follows.
fn take_count(bytes: &[u8]) -> Result<(u64, &[u8]), Mismatch> {
    let split = bytes.split_first_chunk();
    let (count, after) = split.ok_or_else(|| Mismatch {
        type_name: "list of values".to_owned(),
        reason: "it does not say how many there are".to_owned(),
        too_large: None,
    })?;
    Ok((u64::from_le_bytes(*count), after))
}

/// Whether it is what a worker says of such a chunk: the values of all of its items, unless each has a result of its own,
/// which are counted as they are handed out.
pub(crate) fn check_count(bytes: Bytes, chunk: Chunk) -> Result<Bytes, TaskError> {
    if chunk.each {
        return Ok(bytes);
    }
    let (count, _) = take_count(&bytes).map_err(TaskError::undecodable)?;
    if count == chunk.count {
        return Ok(bytes);
    }
    Err(TaskError::undecodable(Mismatch {
        type_name: format!("list of {} values", chunk.count),
        reason: format!("it is said to have {count}"),
        too_large: None,
    }))
}

/// Appends the values of a chunk that has no errors.
pub(crate) fn decode_values<R: DeserializeOwned>(
    bytes: &[u8],
    values: &mut Vec<R>,
) -> Result<(), TaskError> {
    let (count, mut rest) = take_count(bytes).map_err(TaskError::undecodable)?;
    values.reserve(rest.len().min(usize::try_from(count).unwrap_or(usize::MAX)));
    for _ in 0..count {
        let (value, after) = take(rest).map_err(TaskError::undecodable)?;
        rest = after;
        values.push(value);
    }
    Ok(())
}
