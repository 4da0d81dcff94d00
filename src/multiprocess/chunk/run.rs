//! A chunk in its worker: decode, call, encode, item by item.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::multiprocess::codec::{append, finish, skip, take};
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::wire::{Bytes, Chunk, Room as _, Writing};
use crate::multiprocess::worker::caught;

/// Calls `run` with the arguments of each item; returns the results, encoded.
pub(crate) fn run_chunk<A: DeserializeOwned, R: Serialize>(
    payload: &[u8],
    chunk: Chunk,
    mut run: impl FnMut(A) -> Result<R, RemoteError>,
) -> Result<Bytes, RemoteError> {
    let mut rest = payload;
    let mut results = Results::with_capacity(payload.len());
    for item in chunk.first..chunk.first + chunk.count {
        let (before, filled) = (rest, results.out.filled());
        // Whatever fails or panics, reading, running or writing, costs this item alone.
        let result = caught(|| {
            let (arguments, after) =
                take(rest).map_err(|mismatch| RemoteError::undecodable_arguments(&mismatch))?;
            rest = after;
            results.push(&run(arguments)?)
        });
        if let Err(error) = result {
            let error = at_item(error, item);
            if !chunk.each {
                return Err(error);
            }
            if rest.len() == before.len() {
                // Without its end it is not known where the next one begins.
                rest = skip(before).ok_or_else(|| error.clone())?;
            }
            results.out.take_back(filled);
            results.push_error(&error)?;
        }
    }
    results.finish::<R>()
}

/// Without this nobody could tell which of a million items was at fault.
fn at_item(error: RemoteError, item: u64) -> RemoteError {
    error.with_place(&format!("  in item {item} of the map"))
}

/// Bytes that say how many values follow.
const HEAD_BYTES: usize = size_of::<u64>();

struct Results {
    out: Writing,
    /// Where the current run begins, with its count.
    head: usize,
    /// Values in the current run.
    values: u64,
}

impl Results {
    #[inline]
    fn with_capacity(bytes: usize) -> Self {
        let mut out = Writing::default();
        out.reserve(HEAD_BYTES + bytes);
        out.put([0; HEAD_BYTES], HEAD_BYTES);
        Self {
            out,
            head: 0,
            values: 0,
        }
    }

    #[inline]
    fn push<R: Serialize>(&mut self, value: &R) -> Result<(), RemoteError> {
        append(value, &mut self.out)
            .map_err(|mismatch| RemoteError::unencodable_value(&mismatch))?;
        self.values += 1;
        Ok(())
    }

    fn push_error(&mut self, error: &RemoteError) -> Result<(), RemoteError> {
        self.end_run();
        // Three texts always encode.
        append(error, &mut self.out)
            .map_err(|mismatch| RemoteError::unencodable_value(&mismatch))?;
        self.head = self.out.filled();
        self.values = 0;
        self.out.extend(&[0; HEAD_BYTES]);
        Ok(())
    }

    #[inline]
    fn end_run(&mut self) {
        self.out.change(self.head, &self.values.to_le_bytes());
    }

    #[inline]
    fn finish<R>(&mut self) -> Result<Bytes, RemoteError> {
        self.end_run();
        finish::<R>(&mut self.out).map_err(|mismatch| RemoteError::unencodable_value(&mismatch))
    }
}
