//! Where a task's result goes.

use std::sync::Arc;

use super::callbacks::{Handler, Job};
use super::gathering::Gathering;
use crate::multiprocess::chunk::check_count;
use crate::multiprocess::error::TaskError;
use crate::multiprocess::result::Cell;
use crate::multiprocess::wire::Chunk;

/// A result that somebody waits for.
pub(crate) enum Promise {
    /// One call's.
    Call {
        cell: Arc<Cell>,
        handler: Option<Handler>,
    },
    /// That of a chunk, which has this place among the chunks of its map.
    Chunk {
        gathering: Arc<Gathering>,
        place: u64,
        chunk: Chunk,
    },
}

impl Promise {
    /// Hands the result on; if a callback comes first, returns what is to be done on the callback thread.
    pub(crate) fn keep(self, task: u64, result: Result<Vec<u8>, TaskError>) -> Option<Job> {
        match self {
            Self::Call {
                cell,
                handler: None,
            } => {
                cell.change(|place| *place = Some(result));
                None
            }
            Self::Call {
                cell,
                handler: Some(handler),
            } => Some(Job::Call {
                task,
                result,
                cell,
                handler,
            }),
            Self::Chunk {
                gathering,
                place,
                chunk,
            } => {
                let result = result.and_then(|bytes| check_count(bytes, chunk));
                gathering.put(place, result).then(|| Job::Map {
                    task: Some(task),
                    gathering,
                })
            }
        }
    }
}
