//! Ends: of a pool that is terminated, and of a main that is killed.

use std::time::{Duration, Instant};

use super::super::fault::Shown;
use super::super::misdeed::Misdeed;
use super::super::stand_in::{Role, StandIn};
use super::super::trial::{Surprise, Trial, ask, expect};
use super::{error_of, shown};
use crate::multiprocess::error::TaskError;
use crate::os::processes;
use crate::os::signal::{Send, send};

/// Whatever happens, everything is over by then.
const SOON: Duration = Duration::from_secs(2);

pub(in super::super) fn stopped_worker(trial: &Trial) -> Result<Shown, Surprise> {
    use std::os::fd::AsFd as _;
    let pool = trial.pool(2)?;
    let busy = ask(&pool, &Misdeed::Sleep(600_000))?;
    let worker = trial.runner_of(&busy)?;
    send(processes::open_pidfd(worker.pid)?.as_fd(), Send::Stop)?;
    let since = Instant::now();
    pool.terminate();
    let error = error_of(&busy)?;
    pool.join()?;
    expect(error == TaskError::Terminated, || error.to_string())?;
    in_time(shown("ended", since))
}

pub(in super::super) fn grandchild(trial: &Trial) -> Result<Shown, Surprise> {
    let pool = trial.pool(2)?;
    let busy = ask(&pool, &Misdeed::Grandchild)?;
    let worker = trial.runner_of(&busy)?;
    trial.writer_of("has a child")?;
    let children = processes::children_of(worker.pid);
    expect(children.len() == 1, || format!("{children:?}"))?;
    let watched: Vec<_> = children
        .iter()
        .map(|child| processes::open_pidfd(child.pid))
        .collect::<Result<_, _>>()?;
    let since = Instant::now();
    pool.terminate();
    pool.join()?;
    for pidfd in &watched {
        expect(processes::wait_for_end(pidfd, soon())?, || {
            "the grandchild lives on".to_owned()
        })?;
    }
    in_time(shown("0", since))
}

pub(in super::super) fn main_killed_idle(_trial: &Trial) -> Result<Shown, Surprise> {
    killed(Role::IdleMain, "0")
}

pub(in super::super) fn main_killed_busy(_trial: &Trial) -> Result<Shown, Surprise> {
    killed(Role::BusyMain, "0/0")
}

pub(in super::super) fn window_killed(_trial: &Trial) -> Result<Shown, Surprise> {
    killed(Role::Window, "0 left")
}

fn killed(role: Role, words: &str) -> Result<Shown, Surprise> {
    let main = StandIn::start(role)?;
    let watched = main.watch_all()?;
    let since = Instant::now();
    main.kill()?;
    for (key, pidfd) in &watched {
        expect(processes::wait_for_end(pidfd, soon())?, || {
            format!("{} lives on", key.pid)
        })?;
    }
    in_time(shown(words, since))
}

fn soon() -> crate::os::Monotonic {
    crate::os::Monotonic::now().plus_nanos(SOON.as_nanos() as u64)
}

fn in_time(shown: Shown) -> Result<Shown, Surprise> {
    expect(shown.seconds < SOON.as_secs_f64(), || {
        format!("only after {:.1} s", shown.seconds)
    })?;
    Ok(shown)
}
