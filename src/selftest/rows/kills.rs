//! Workers that die.

use std::time::Instant;

use super::super::fault::Shown;
use super::super::misdeed::Misdeed;
use super::super::trial::{Asked, Surprise, Trial, ask, expect, number};
use super::{death_of, shown};
use crate::multiprocess::Pool;
use crate::os::processes;

/// A pool of two, both busy: the task whose worker was just killed, the one beside it, and since when.
fn killed(trial: &Trial) -> Result<(Pool, Asked, Asked, Instant), Surprise> {
    let pool = trial.pool(2)?;
    let victim = ask(&pool, &Misdeed::Sleep(600_000))?;
    let neighbour = ask(&pool, &Misdeed::Sleep(300))?;
    let worker = trial.runner_of(&victim)?;
    trial.runner_of(&neighbour)?;
    processes::kill(worker)?;
    Ok((pool, victim, neighbour, Instant::now()))
}

pub(in super::super) fn task(trial: &Trial) -> Result<Shown, Surprise> {
    let (_pool, victim, _, since) = killed(trial)?;
    let exit = death_of(&victim)?;
    let shown = shown(format!("error: {exit}"), since);
    expect(exit.contains("SIGKILL"), || exit)?;
    Ok(shown)
}

pub(in super::super) fn neighbour(trial: &Trial) -> Result<Shown, Surprise> {
    let (_pool, _, neighbour, since) = killed(trial)?;
    let value = number(&neighbour)?;
    expect(value == 300, || format!("returned {value}"))?;
    Ok(shown("ok", since))
}

pub(in super::super) fn next(trial: &Trial) -> Result<Shown, Surprise> {
    let (pool, _, _, since) = killed(trial)?;
    let value = number(&ask(&pool, &Misdeed::Return(3))?)?;
    expect(value == 3, || format!("returned {value}"))?;
    Ok(shown("ok", since))
}

pub(in super::super) fn idle(trial: &Trial) -> Result<Shown, Surprise> {
    // One worker: the next task has nobody else to go to.
    let pool = trial.pool(1)?;
    let worker = trial.ready(1)?;
    for key in worker {
        processes::kill(key)?;
    }
    let since = Instant::now();
    let value = number(&ask(&pool, &Misdeed::Return(4))?)?;
    expect(value == 4, || format!("returned {value}"))?;
    Ok(shown("ok", since))
}

pub(in super::super) fn exit_0(trial: &Trial) -> Result<Shown, Surprise> {
    let pool = trial.pool(2)?;
    trial.ready(2)?;
    let since = Instant::now();
    let left = ask(&pool, &Misdeed::Exit(0))?;
    let exit = death_of(&left)?;
    let shown = shown(format!("error: {exit} / ok"), since);
    expect(exit == "exit code 0", || exit)?;
    let value = number(&ask(&pool, &Misdeed::Return(5))?)?;
    expect(value == 5, || format!("returned {value}"))?;
    Ok(shown)
}
