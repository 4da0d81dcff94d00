//! Initializers that fail.

use std::time::Instant;

use super::super::fault::Shown;
use super::super::misdeed::Misdeed;
use super::super::story::Observed;
use super::super::trial::{Surprise, Trial, ask, expect};
use super::{error_of, shown};
use crate::multiprocess::error::TaskError;
use crate::multiprocess::{Pool, PoolOptions};

/// More calls than this are a loop.
const MOST_CALLS: usize = 6;

pub(in super::super) fn fails(trial: &Trial) -> Result<Shown, Surprise> {
    let since = Instant::now();
    let pool = Pool::new(
        &trial.engine,
        PoolOptions {
            processes: Some(2),
            initializer: Some(Misdeed::Raise.call()),
            ..PoolOptions::default()
        },
    )?;
    let error = error_of(&ask(&pool, &Misdeed::Return(1))?)?;
    let told = trial.story.so_far();
    let calls = told
        .iter()
        .filter(|told| matches!(told, Observed::InitializerFailed { .. }));
    let calls = calls.count();
    let shown = shown(format!("error/{calls}"), since);
    expect((1..=MOST_CALLS).contains(&calls), || {
        format!("{calls} calls")
    })?;
    match error {
        TaskError::PoolFailed { reason } if reason.contains("on purpose") => Ok(shown),
        other => Err(Surprise(other.to_string())),
    }
}
