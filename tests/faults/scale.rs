//! Many tasks, many workers, and pools that change while they work.

use proclab::multiprocess::error::PoolError;
use proclab::multiprocess::{Pool, PoolOptions};
use proclab::os::processes;
use proclab::selftest::{Asked, Misdeed, Observed, PATIENCE, Surprise, ask, expect, number};

use crate::alone::{alone, terminate};

fn many(pool: &Pool, count: u64) -> Result<Vec<Asked>, Surprise> {
    (0..count)
        .map(|value| ask(pool, &Misdeed::Return(value)))
        .collect()
}

fn all_there(results: &[Asked]) -> Result<(), Surprise> {
    for (value, result) in (0..).zip(results) {
        let got = number(result)?;
        expect(got == value, || format!("{got} instead of {value}"))?;
    }
    Ok(())
}

#[test]
fn no_zombie_is_left_by_many_workers() {
    const TASKS: u64 = 5000;
    alone(|trial| {
        let options = PoolOptions {
            processes: Some(2),
            max_tasks_per_child: Some(100),
            ..PoolOptions::default()
        };
        let pool = Pool::new(&trial.engine, options)?;
        all_there(&many(&pool, TASKS)?)?;
        pool.close();
        pool.join()?;
        let exits = trial.story.so_far();
        let exits = exits
            .iter()
            .filter(|told| matches!(told, Observed::Exited { .. }))
            .count();
        expect(exits >= 50, || format!("{exits} workers"))?;
        let zombies: Vec<_> = processes::own_children();
        expect(zombies.is_empty(), || format!("{zombies:?}"))
    });
}

#[test]
fn ten_thousand_tasks_of_nothing_are_done() {
    alone(|trial| all_there(&many(&trial.pool(2)?, 10_000)?));
}

#[test]
fn a_hundred_thousand_waiting_tasks_are_terminated_at_once() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        trial.runner_of(&ask(&pool, &Misdeed::Sleep(600_000))?)?;
        let results = many(&pool, 100_000)?;
        let seconds = terminate(&pool, &results)?;
        expect(seconds < 5.0, || format!("took {seconds} s"))
    });
}

#[test]
fn far_more_workers_than_cpus_work() {
    alone(|trial| {
        let pool = trial.pool(64)?;
        trial.ready(64)?;
        all_there(&many(&pool, 1000)?)?;
        pool.close();
        Ok(pool.join()?)
    });
}

#[test]
fn a_pool_may_be_resized_under_load() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let results = many(&pool, 3000)?;
        for processes in [8, 3, 5, 1, 6, 2] {
            pool.resize(processes)?;
            results[300 * processes].wait(Some(PATIENCE));
        }
        all_there(&results)?;
        let slow = ask(&pool, &Misdeed::Sleep(200))?;
        pool.resize(8)?;
        pool.close();
        expect(pool.resize(1) == Err(PoolError::NotRunning), || {
            "resized".to_owned()
        })?;
        expect(number(&slow)? == 200, || "a slow one".to_owned())?;
        Ok(pool.join()?)
    });
}

#[test]
fn a_pool_may_be_terminated_while_it_starts() {
    alone(|trial| {
        for _ in 0..10 {
            let pool = trial.pool(3)?;
            let result = ask(&pool, &Misdeed::Sleep(600_000))?;
            pool.resize(6)?;
            terminate(&pool, &[result])?;
        }
        Ok(())
    });
}

#[test]
fn two_threads_may_wait_for_the_same() {
    alone(|trial| {
        let pool = trial.pool(2)?;
        let results = many(&pool, 500)?;
        let slow = ask(&pool, &Misdeed::Sleep(300))?;
        std::thread::scope(|scope| {
            let wait = || -> Result<(), String> {
                all_there(&results).map_err(|surprise| surprise.0)?;
                number(&slow).map_err(|surprise| surprise.0)?;
                pool.close();
                pool.join().map_err(|error| error.to_string())
            };
            let waiting = [scope.spawn(wait), scope.spawn(wait), scope.spawn(wait)];
            waiting
                .into_iter()
                .try_for_each(|thread| thread.join().unwrap().map_err(Surprise))
        })
    });
}
