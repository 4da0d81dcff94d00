//! Workers that end themselves, or would not end.

use proclab::multiprocess::GetError;
use proclab::multiprocess::error::TaskError;
use proclab::selftest::{Misdeed, PATIENCE, Surprise, Trial, ask, expect, number};

use crate::alone::{alone, row, terminate};

#[test]
fn an_exit_with_0_is_no_success() {
    row("exit-0");
}

/// The task's worker dies like this, is replaced, and the next task is served.
fn dies(trial: &Trial, misdeed: &Misdeed, how: &str) -> Result<(), Surprise> {
    let pool = trial.pool(1)?;
    match ask(&pool, misdeed)?.get(Some(PATIENCE)) {
        Err(GetError::Task(TaskError::WorkerDied { exit, .. })) => {
            expect(exit == how, || format!("{misdeed:?}: {exit}"))?;
        }
        other => return Err(Surprise(format!("{misdeed:?}: {other:?}"))),
    }
    expect(number(&ask(&pool, &Misdeed::Return(1))?)? == 1, || {
        "the next one".to_owned()
    })
}

#[test]
fn an_exit_is_told_with_its_code() {
    alone(|trial| dies(trial, &Misdeed::Exit(7), "exit code 7"));
}

#[test]
fn an_abort_is_told() {
    alone(|trial| dies(trial, &Misdeed::Abort, "killed by SIGABRT"));
}

#[test]
fn a_segmentation_fault_is_told() {
    alone(|trial| dies(trial, &Misdeed::Segfault, "killed by SIGSEGV"));
}

#[test]
fn a_stack_overflow_is_told() {
    alone(|trial| {
        dies(trial, &Misdeed::Overflow, "killed by SIGABRT")?;
        trial.wait_for("what the runtime says of it", |told| match told {
            proclab::selftest::Observed::Line { text, .. } if text.contains("overflow") => Some(()),
            _ => None,
        })
    });
}

#[test]
fn a_panic_within_a_panic_is_told() {
    alone(|trial| dies(trial, &Misdeed::PanicTwice, "killed by SIGABRT"));
}

#[test]
fn a_panic_is_an_error_of_the_task_alone() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let workers = trial.ready(1)?;
        match ask(&pool, &Misdeed::Panic)?.get(Some(PATIENCE)) {
            Err(GetError::Task(TaskError::Raised(error))) => {
                expect(
                    error.kind == "Panic" && error.message == "on purpose",
                    || format!("{error:?}"),
                )?;
            }
            other => return Err(Surprise(format!("{other:?}"))),
        }
        let next = ask(&pool, &Misdeed::Sleep(1))?;
        expect(workers == [trial.runner_of(&next)?], || {
            "another worker".to_owned()
        })
    });
}

#[test]
fn a_task_that_closes_all_descriptors_costs_its_worker_and_not_even_its_result() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let workers = trial.ready(1)?;
        let result = ask(&pool, &Misdeed::CloseDescriptors)?;
        expect(number(&result)? == 0, || "the value".to_owned())?;
        let next = ask(&pool, &Misdeed::Sleep(1))?;
        expect(workers != [trial.runner_of(&next)?], || {
            "the same worker".to_owned()
        })?;
        expect(number(&next)? == 1, || "the next one".to_owned())
    });
}

#[test]
fn a_worker_that_ignores_every_request_is_killed() {
    alone(|trial| {
        let pool = trial.pool(2)?;
        let result = ask(&pool, &Misdeed::IgnoreRequests)?;
        trial.writer_of("ignoring")?;
        let seconds = terminate(&pool, &[result])?;
        expect((0.5..2.0).contains(&seconds), || {
            format!("after {seconds} s")
        })
    });
}
