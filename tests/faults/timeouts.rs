//! Tasks that take too long, are cancelled, or stand still with their worker.

use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

use proclab::multiprocess::error::TaskError;
use proclab::multiprocess::{ApplyOptions, GetError, Pool};
use proclab::os::processes;
use proclab::os::signal::{Send, send};
use proclab::selftest::{Asked, Misdeed, PATIENCE, Surprise, ask, expect, number};

use crate::alone::alone;

fn within(pool: &Pool, misdeed: &Misdeed, timeout: Duration) -> Result<Asked, Surprise> {
    let options = ApplyOptions::new().timeout(timeout);
    Ok(pool.apply_call_async(misdeed.call(), options)?)
}

fn timed_out(result: &Asked) -> Result<(), Surprise> {
    match result.get(Some(PATIENCE)) {
        Err(GetError::Task(TaskError::TimedOut { .. })) => Ok(()),
        other => Err(Surprise(format!("instead of a timeout: {other:?}"))),
    }
}

#[test]
fn a_task_over_its_time_is_asked_and_then_made_to_end() {
    alone(|trial| {
        let pool = trial.pool(2)?;
        let beside = ask(&pool, &Misdeed::Sleep(1500))?;
        let begun = Instant::now();
        timed_out(&within(
            &pool,
            &Misdeed::Sleep(600_000),
            Duration::from_millis(200),
        )?)?;
        let soft = begun.elapsed().as_secs_f64();
        expect((0.2..1.2).contains(&soft), || format!("asked: {soft} s"))?;
        let begun = Instant::now();
        timed_out(&within(
            &pool,
            &Misdeed::IgnoreRequests,
            Duration::from_millis(200),
        )?)?;
        let hard = begun.elapsed().as_secs_f64();
        expect((0.7..2.5).contains(&hard), || format!("made to: {hard} s"))?;
        expect(number(&beside)? == 1500, || "the task beside it".to_owned())?;
        expect(number(&ask(&pool, &Misdeed::Return(1))?)? == 1, || {
            "the next one".to_owned()
        })
    });
}

#[test]
fn the_shortest_timeout_ends_the_task_and_not_the_pool() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        timed_out(&within(
            &pool,
            &Misdeed::Sleep(600_000),
            Duration::from_nanos(1),
        )?)?;
        expect(number(&ask(&pool, &Misdeed::Return(1))?)? == 1, || {
            "the next one".to_owned()
        })
    });
}

#[test]
fn the_clock_of_a_suspended_task_stands_still() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let result = within(&pool, &Misdeed::Sleep(300), Duration::from_millis(900))?;
        let worker = trial.runner_of(&result)?;
        expect(pool.suspend(worker.pid), || "not suspended".to_owned())?;
        let longer = Duration::from_millis(1200);
        expect(result.get(Some(longer)) == Err(GetError::Timeout), || {
            "it ended".to_owned()
        })?;
        expect(pool.resume(worker.pid), || "not resumed".to_owned())?;
        expect(number(&result)? == 300, || "the value".to_owned())
    });
}

#[test]
fn a_task_may_be_suspended_in_its_first_moment() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let worker = trial.ready(1)?[0];
        for _ in 0..20 {
            // Suspended before anybody has noticed that it has begun.
            let result = within(&pool, &Misdeed::Sleep(20), Duration::from_millis(200))?;
            expect(pool.suspend(worker.pid), || "not suspended".to_owned())?;
            let longer = Duration::from_millis(250);
            let waited = result.get(Some(longer));
            expect(pool.resume(worker.pid), || "not resumed".to_owned())?;
            match waited {
                // It was over before it could be stopped.
                Ok(_) | Err(GetError::Timeout) => {
                    expect(number(&result)? == 20, || "the value".to_owned())?;
                }
                Err(other) => return Err(Surprise(other.to_string())),
            }
        }
        Ok(())
    });
}

#[test]
fn a_stopped_worker_loses_its_task_in_time_and_a_late_result_is_none() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        // Longer than until the engine notices that the worker was stopped.
        let timeout = Duration::from_millis(1500);
        let result = within(&pool, &Misdeed::Sleep(600), timeout)?;
        let worker = trial.runner_of(&result)?;
        let pidfd = processes::open_pidfd(worker.pid)?;
        send(pidfd.as_fd(), Send::Stop)?;
        let begun = Instant::now();
        // It goes on when it is asked to end, and could send its result then.
        timed_out(&result)?;
        let seconds = begun.elapsed().as_secs_f64();
        expect((1.0..4.0).contains(&seconds), || {
            format!("after {seconds} s")
        })?;
        expect(number(&ask(&pool, &Misdeed::Return(1))?)? == 1, || {
            "the next one".to_owned()
        })
    });
}

#[test]
fn whoever_cancels_hits_nobody_else() {
    alone(|trial| {
        let pool = trial.pool(2)?;
        // Short ones, so that several are on their way to a worker at a time.
        for round in 0..30 {
            let results: Vec<_> = (0..100)
                .map(|value| ask(&pool, &Misdeed::Spin(20 + value % 3)))
                .collect::<Result<_, _>>()?;
            for result in results.iter().skip(round % 7).step_by(7) {
                result.cancel();
            }
            for (index, result) in results.iter().enumerate() {
                let chosen = index % 7 == round % 7;
                match result.get(Some(PATIENCE)) {
                    Ok(_value) => {}
                    Err(GetError::Task(TaskError::Cancelled)) if chosen => {}
                    other => {
                        return Err(Surprise(format!(
                            "task {index} of round {round}: {other:?}"
                        )));
                    }
                }
            }
        }
        Ok(())
    });
}

#[test]
fn a_timeout_that_comes_with_the_result_hits_nobody_else() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        for round in 0..60 {
            let timeout = Duration::from_micros(300 + round * 10);
            let edge = within(&pool, &Misdeed::Spin(500), timeout)?;
            let behind: Vec<_> = (0..20)
                .map(|_| ask(&pool, &Misdeed::Spin(30)))
                .collect::<Result<_, _>>()?;
            match edge.get(Some(PATIENCE)) {
                Ok(_) | Err(GetError::Task(TaskError::TimedOut { .. })) => {}
                other => return Err(Surprise(format!("{other:?}"))),
            }
            for result in &behind {
                expect(number(result)? == 30, || "one behind it".to_owned())?;
            }
        }
        Ok(())
    });
}
