//! Workers that cannot be started.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use proclab::multiprocess::error::TaskError;
use proclab::multiprocess::{EngineOptions, GetError};
use proclab::os::processes;
use proclab::selftest::{Misdeed, Observed, PATIENCE, Surprise, Trial, ask, expect, number};

use crate::alone::{alone_without_engine, program};

/// The pool gives up, and a task says why.
fn gives_up(options: EngineOptions, why: &str) -> Result<(), Surprise> {
    let trial = Trial::with(options)?;
    let pool = trial.pool(1)?;
    let result = ask(&pool, &Misdeed::Return(1)).map_err(|refused| refused.0);
    let reason = match result.map(|result| result.get(Some(PATIENCE))) {
        Ok(Err(GetError::Task(TaskError::PoolFailed { reason }))) => reason,
        // It may have given up before it was asked.
        Err(refused) => refused,
        Ok(other) => return Err(Surprise(format!("{other:?}"))),
    };
    expect(reason.contains(why), || {
        format!("{reason:?} instead of {why:?}")
    })?;
    pool.terminate();
    Ok(pool.join()?)
}

fn options(program: impl Into<PathBuf>) -> EngineOptions {
    EngineOptions {
        program: program.into(),
        ..EngineOptions::default()
    }
}

#[test]
fn a_program_that_is_not_there_is_named() {
    alone_without_engine(|| {
        gives_up(
            options("/nonexistent/worker"),
            "/nonexistent/worker: No such file",
        )
    });
}

#[test]
fn a_program_that_may_not_run_is_named() {
    alone_without_engine(|| {
        let file = tempfile::NamedTempFile::new()?;
        gives_up(options(file.path()), "Permission denied")
    });
}

#[test]
fn a_program_that_is_no_worker_is_told_of() {
    alone_without_engine(|| gives_up(options("/bin/true"), "never connected"));
}

#[test]
fn an_environment_that_cannot_be_is_named() {
    alone_without_engine(|| {
        let with = |value: String| EngineOptions {
            environment: vec![("FAULT".to_owned(), value)],
            ..options(program())
        };
        gives_up(with("a\0b".to_owned()), "nul byte")?;
        gives_up(with("x".repeat(4 << 20)), "Argument list too long")
    });
}

#[test]
fn a_folder_that_is_gone_does_no_harm() {
    alone_without_engine(|| {
        let folder = tempfile::tempdir()?;
        std::env::set_current_dir(folder.path())?;
        drop(folder);
        let trial = Trial::begin(Some(program()), false)?;
        let pool = trial.pool(1)?;
        expect(number(&ask(&pool, &Misdeed::Return(1))?)? == 1, || {
            "a task".to_owned()
        })
    });
}

/// A copy, as fresh as one that was just built.
fn copy_to(path: &Path) -> Result<(), Surprise> {
    fs::copy(program(), path)?;
    Ok(fs::set_permissions(path, Permissions::from_mode(0o755))?)
}

#[test]
fn a_program_that_is_still_being_written_is_tried_again() {
    alone_without_engine(|| {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("worker");
        copy_to(&path)?;
        let writing = File::options().append(true).open(&path)?;
        let trial = Trial::with(options(&path))?;
        let pool = trial.pool(1)?;
        drop(writing);
        expect(number(&ask(&pool, &Misdeed::Return(1))?)? == 1, || {
            "a task".to_owned()
        })
    });
}

#[test]
fn a_worker_that_cannot_be_replaced_for_a_while_is_replaced_later() {
    alone_without_engine(|| {
        let folder = tempfile::tempdir()?;
        let (path, away) = (folder.path().join("worker"), folder.path().join("away"));
        copy_to(&path)?;
        let trial = Trial::with(options(&path))?;
        let pool = trial.pool(2)?;
        let workers = trial.ready(2)?;
        fs::rename(&path, &away)?;
        processes::kill(workers[0])?;
        // The other one goes on alone, for longer than a pool without anybody would try.
        for value in 0..20 {
            let result = ask(&pool, &Misdeed::Sleep(50 + value))?;
            expect(number(&result)? == 50 + value, || "a task".to_owned())?;
        }
        fs::rename(&away, &path)?;
        let pids: Vec<_> = workers.iter().map(|key| key.pid).collect();
        trial.wait_for("the replacement", |told| match told {
            Observed::Ready { pid } if !pids.contains(pid) => Some(()),
            _ => None,
        })
    });
}
