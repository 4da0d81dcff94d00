//! Results that cannot be sent, or hardly.

use std::time::Instant;

use super::super::fault::Shown;
use super::super::misdeed::Misdeed;
use super::super::trial::{PATIENCE, Surprise, Trial, ask, expect, number};
use super::{error_of, shown};
use crate::multiprocess::error::TaskError;

const LARGE_BYTES: u64 = 200_000_000;

/// The task raises, and its worker serves the next one.
fn raises(trial: &Trial, misdeed: &Misdeed, words: &str) -> Result<Shown, Surprise> {
    let pool = trial.pool(1)?;
    let workers = trial.ready(1)?;
    let since = Instant::now();
    let error = error_of(&ask(&pool, misdeed)?)?;
    let shown = shown(words, since);
    expect(matches!(error, TaskError::Raised(_)), || error.to_string())?;
    let next = ask(&pool, &Misdeed::Return(6))?;
    let runner = trial.runner_of(&next)?;
    expect(number(&next)? == 6 && workers.contains(&runner), || {
        "the worker did not live on".to_owned()
    })?;
    Ok(shown)
}

pub(in super::super) fn unencodable(trial: &Trial) -> Result<Shown, Surprise> {
    raises(trial, &Misdeed::Unencodable, "error: TypeError")
}

pub(in super::super) fn error_without_words(trial: &Trial) -> Result<Shown, Surprise> {
    raises(trial, &Misdeed::ErrorWithoutWords, "error as text / ok")
}

pub(in super::super) fn large(trial: &Trial) -> Result<Shown, Surprise> {
    let pool = trial.pool(1)?;
    trial.ready(1)?;
    let since = Instant::now();
    let bytes = ask(&pool, &Misdeed::Bytes(LARGE_BYTES))?.get(Some(PATIENCE))?;
    let whole = bytes.len() as u64 == LARGE_BYTES && bytes.iter().all(|&byte| byte == 7);
    expect(whole, || format!("{} bytes arrived", bytes.len()))?;
    Ok(shown("ok", since))
}
