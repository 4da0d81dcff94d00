//! Initializers that fail always or now and then, hang, leave, or will not stop talking.

use proclab::multiprocess::error::TaskError;
use proclab::multiprocess::{GetError, Pool, PoolOptions};
use proclab::selftest::{Misdeed, Observed, PATIENCE, Surprise, Trial, ask, expect, number};

use crate::alone::{alone, row, terminate};

#[test]
fn an_initializer_that_always_fails_ends_the_pool() {
    row("initializer-fails");
}

fn pool(trial: &Trial, processes: usize, initializer: &Misdeed) -> Result<Pool, Surprise> {
    let options = PoolOptions {
        processes: Some(processes),
        initializer: Some(initializer.call()),
        max_tasks_per_child: None,
    };
    Ok(Pool::new(&trial.engine, options)?)
}

#[test]
fn an_initializer_that_fails_now_and_then_costs_nothing() {
    alone(|trial| {
        let count = tempfile::NamedTempFile::new()?;
        let path = count.path().to_owned();
        let every_third = Misdeed::RaiseEvery(path.clone(), 3);
        let pool = pool(trial, 2, &Misdeed::Noted(path, 1, Box::new(every_third)))?;
        for round in 0..8 {
            // A new worker, and so an initializer, for each round.
            let lost = ask(&pool, &Misdeed::Abort)?.get(Some(PATIENCE));
            expect(
                matches!(lost, Err(GetError::Task(TaskError::WorkerDied { .. }))),
                || format!("{lost:?}"),
            )?;
            expect(
                number(&ask(&pool, &Misdeed::Return(round))?)? == round,
                || "a task".to_owned(),
            )?;
        }
        trial.wait_for("a failed initializer", |told| {
            matches!(told, Observed::InitializerFailed { .. }).then_some(())
        })
    });
}

#[test]
fn an_initializer_that_hangs_holds_up_nobody_who_asks_in_time() {
    alone(|trial| {
        let pool = pool(trial, 1, &Misdeed::IgnoreRequests)?;
        let result = ask(&pool, &Misdeed::Return(1))?;
        trial.writer_of("ignoring")?;
        let soon = std::time::Duration::from_millis(50);
        expect(result.get(Some(soon)) == Err(GetError::Timeout), || {
            "a result".to_owned()
        })?;
        let seconds = terminate(&pool, &[result])?;
        expect(seconds < 2.0, || format!("after {seconds} s"))
    });
}

#[test]
fn an_initializer_that_leaves_is_told_of() {
    alone(|trial| {
        let pool = pool(trial, 1, &Misdeed::Exit(0))?;
        match ask(&pool, &Misdeed::Return(1))?.get(Some(PATIENCE)) {
            Err(GetError::Task(TaskError::PoolFailed { reason })) => {
                let told = "a worker ended before it was ready (exit code 0)";
                expect(reason == told, || reason.clone())
            }
            other => Err(Surprise(format!("{other:?}"))),
        }
    });
}

#[test]
fn an_initializer_that_talks_a_lot_is_heard_out() {
    const LINES: u64 = 50_000;
    alone(|trial| {
        let line = [[b'x'; 99].as_slice(), b"\n"].concat();
        let pool = pool(trial, 1, &Misdeed::Write(line, LINES))?;
        expect(number(&ask(&pool, &Misdeed::Return(1))?)? == 1, || {
            "a task".to_owned()
        })?;
        let told = trial.story.so_far();
        let lines = told
            .iter()
            .take_while(|told| !matches!(told, Observed::Ready { .. }))
            .filter(|told| matches!(told, Observed::Line { bytes: 99, .. }));
        let lines = lines.count() as u64;
        expect(lines == LINES, || {
            format!("{lines} lines before it was ready")
        })
    });
}
