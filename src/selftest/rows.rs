//! How each fault is provoked, and what has to come of it.

pub(super) mod ends;
pub(super) mod initializers;
pub(super) mod kills;
pub(super) mod results;
pub(super) mod storm;

use std::time::Instant;

use super::fault::Shown;
use super::trial::{Asked, PATIENCE, Surprise};
use crate::multiprocess::GetError;
use crate::multiprocess::error::TaskError;

fn shown(words: impl Into<String>, since: Instant) -> Shown {
    Shown {
        words: words.into(),
        seconds: since.elapsed().as_secs_f64(),
    }
}

/// Why the task gave no value.
fn error_of(result: &Asked) -> Result<TaskError, Surprise> {
    match result.get(Some(PATIENCE)) {
        Err(GetError::Task(error)) => Ok(error),
        other => Err(Surprise(format!("instead of an error: {other:?}"))),
    }
}

/// How the task's worker died.
fn death_of(result: &Asked) -> Result<String, Surprise> {
    match error_of(result)? {
        TaskError::WorkerDied { exit, .. } => Ok(exit),
        other => Err(Surprise(format!("instead of a dead worker: {other}"))),
    }
}
