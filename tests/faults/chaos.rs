//! Everything at once: tasks of every kind while workers are killed, suspended and replaced, and the pool is resized.

use std::collections::BTreeMap;
use std::time::Duration;

use proclab::multiprocess::error::TaskError;
use proclab::multiprocess::worker::Random;
use proclab::multiprocess::{ApplyOptions, GetError, Pool};
use proclab::os::processes;
use proclab::selftest::{Asked, Misdeed, Observed, PATIENCE, Surprise, Trial, expect};

use crate::alone::alone;

const STEPS: usize = 300;

/// A whole number from 0 to below `end`.
fn below(random: &mut Random, end: usize) -> usize {
    random.uniform(0.0, end as f64) as usize
}

fn submit(pool: &Pool, random: &mut Random) -> Result<Asked, Surprise> {
    let misdeed = match below(random, 20) {
        0 => Misdeed::Abort,
        1 => Misdeed::Raise,
        2 => Misdeed::Bytes(100_000),
        3 => Misdeed::DieAfter(300, Box::new(Misdeed::Spin(200))),
        4..8 => Misdeed::Sleep(below(random, 4) as u64),
        8..12 => Misdeed::Spin(below(random, 300) as u64),
        number => Misdeed::Return(number as u64),
    };
    let timeout =
        (below(random, 5) == 0).then(|| Duration::from_micros(200 + below(random, 3000) as u64));
    let options = ApplyOptions::new()
        .timeout(timeout)
        .retries(u32::from(below(random, 10) == 0));
    Ok(pool.apply_call_async(misdeed.call(), options)?)
}

fn carry_on(trial: &Trial, pool: &Pool, random: &mut Random) -> Result<Vec<Asked>, Surprise> {
    let mut results = Vec::new();
    let mut suspended = Vec::new();
    for _ in 0..STEPS {
        for _ in 0..below(random, 15) {
            results.push(submit(pool, random)?);
        }
        let workers = trial.story.serving();
        let chosen = workers.get(below(random, workers.len().max(1)));
        match (below(random, 8), chosen) {
            (0, Some(worker)) => processes::kill(*worker)?,
            (1, Some(worker)) => {
                pool.suspend(worker.pid);
                suspended.push(worker.pid);
            }
            (2 | 3, _) => suspended.drain(..).for_each(|pid| {
                pool.resume(pid);
            }),
            (4, _) => pool.resize(1 + below(random, 4))?,
            (5, _) => {
                for result in results.iter().rev().take(8).step_by(2) {
                    result.cancel();
                }
            }
            _ => {
                if let Some(result) = results.iter().rev().nth(20) {
                    result.wait(Some(Duration::from_millis(5)));
                }
            }
        }
    }
    suspended.into_iter().for_each(|pid| {
        pool.resume(pid);
    });
    Ok(results)
}

fn survives(trial: &Trial, seed: u64) -> Result<(), Surprise> {
    let mut random = Random::new(seed, 0);
    let pool = trial.pool(3)?;
    let results = carry_on(trial, &pool, &mut random)?;
    pool.close();
    for result in &results {
        match result.get(Some(PATIENCE)) {
            Err(
                GetError::Timeout
                | GetError::InCallback
                | GetError::Task(TaskError::Terminated | TaskError::PoolFailed { .. }),
            ) => {
                return Err(Surprise(format!(
                    "task {:?} of seed {seed} has no answer",
                    result.tasks()
                )));
            }
            Ok(_) | Err(GetError::Task(_)) => {}
        }
    }
    pool.join()?;
    let mut ended = BTreeMap::<u64, u32>::new();
    for told in trial.story.so_far() {
        if let Observed::TaskEnded { task, .. } = told {
            *ended.entry(task).or_default() += 1;
        }
    }
    let once = ended.len() == results.len() && ended.values().all(|&times| times == 1);
    expect(once, || format!("not each once with seed {seed}"))
}

#[test]
fn a_pool_survives_everything_at_once() {
    alone(|trial| survives(trial, 1));
}

#[test]
fn a_pool_survives_everything_at_once_again() {
    alone(|trial| survives(trial, 2));
}
