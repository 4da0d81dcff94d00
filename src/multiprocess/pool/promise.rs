//! Where a task's result goes.

use std::sync::Arc;

use super::callbacks::{Handler, Job};
use super::gathering::{Gained, Gathering, Sent};
use crate::multiprocess::chunk::check_count;
use crate::multiprocess::engine::Topic;
use crate::multiprocess::error::TaskError;
use crate::multiprocess::result::Cell;
use crate::multiprocess::wire::{Bytes, Chunk};

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
        /// How large it was, bytes.
        bytes: usize,
    },
}

impl Promise {
    /// What whoever waits for it waits for.
    pub(crate) fn topic(&self) -> Topic {
        match self {
            Self::Call { cell, .. } => Topic::result(cell),
            Self::Chunk { gathering, .. } => Topic::result(gathering),
        }
    }

    /// Hands the result on; if a callback comes first, returns what is to be done on the callback thread.
    pub(crate) fn keep(self, task: u64, result: Result<Bytes, TaskError>) -> Option<Job> {
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
                bytes,
            } => {
                let gained = Gained {
                    place,
                    sent: Sent {
                        items: chunk.count,
                        bytes,
                    },
                    result: result.and_then(|bytes| check_count(bytes, chunk)),
                };
                gathering.put(gained).then(|| Job::Map {
                    task: Some(task),
                    gathering,
                })
            }
        }
    }
}
