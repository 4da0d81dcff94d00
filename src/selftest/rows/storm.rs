//! A storm: many tasks while workers are killed at random. Every task resolves exactly once, and none runs twice.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::super::fault::Shown;
use super::super::misdeed::Misdeed;
use super::super::story::Observed;
use super::super::trial::{Asked, PATIENCE, Surprise, Trial, ask, expect};
use super::shown;
use crate::multiprocess::error::TaskError;
use crate::multiprocess::worker::Random;
use crate::multiprocess::{GetError, Pool};
use crate::os::processes;

const TASKS: u64 = 2000;

const WORKERS: usize = 4;

/// The same storm every time, as far as the machine lets it.
const SEED: u64 = 7;

/// Seconds between two kills on average.
const PAUSE: f64 = 0.03;
const LONG_PAUSE: f64 = 0.1;

/// Milliseconds that a task takes; one in two takes none, so that some travel together.
const MILLIS: u64 = 5;
const LONG_MILLIS: u64 = 140;

pub(in super::super) fn carry_out(trial: &Trial) -> Result<Shown, Surprise> {
    let since = Instant::now();
    let notes = tempfile::NamedTempFile::new()?;
    let pool = trial.pool(WORKERS)?;
    let millis = if trial.long { LONG_MILLIS } else { MILLIS };
    let results: Vec<_> = (1..=TASKS)
        .map(|number| {
            let act = Misdeed::Sleep((number % 2) * millis);
            ask(
                &pool,
                &Misdeed::Noted(notes.path().to_owned(), number, Box::new(act)),
            )
        })
        .collect::<Result<_, _>>()?;
    let kills = kill_at_random(trial, &results)?;
    let died = judge(&results)?;
    close(&pool)?;
    once(trial, notes.path())?;
    expect(died <= kills && kills > 0, || {
        format!("{died} tasks died of {kills} kills")
    })?;
    Ok(shown(format!("{kills} kills, {died} tasks died"), since))
}

/// Kills some worker again and again until every task has ended; how often.
fn kill_at_random(trial: &Trial, results: &[Asked]) -> Result<usize, Surprise> {
    let mut random = Random::new(SEED, 0);
    let mean = if trial.long { LONG_PAUSE } else { PAUSE };
    let mut kills = 0;
    let mut unfinished = results.iter().peekable();
    while unfinished.peek().is_some() {
        let pause = Duration::try_from_secs_f64(-mean * random.uniform(1e-6, 1.0).ln())?;
        let until = Instant::now() + pause;
        while let Some(next) = unfinished.peek()
            && Instant::now() < until
        {
            // Waiting for a result drives the engine, as anybody would who waits.
            next.wait(Some(until.saturating_duration_since(Instant::now())));
            while unfinished.next_if(|result| result.ready()).is_some() {}
        }
        // Those that are still starting are spared: a pool whose workers all die before they are ready gives up, as it should.
        let workers = trial.story.serving();
        let chosen = random.uniform(0.0, workers.len() as f64) as usize;
        if let Some(&worker) = workers.get(chosen) {
            processes::kill(worker)?;
            kills += 1;
        }
        expect(kills < 100_000, || "it does not end".to_owned())?;
    }
    Ok(kills)
}

/// Every task has returned its value or died with its worker; how many died.
fn judge(results: &[Asked]) -> Result<usize, Surprise> {
    let mut died = 0;
    for result in results {
        match result.get(Some(PATIENCE)) {
            Ok(_value) => {}
            Err(GetError::Task(TaskError::WorkerDied { .. })) => died += 1,
            Err(other) => return Err(Surprise(format!("task {:?}: {other}", result.tasks()))),
        }
    }
    Ok(died)
}

fn close(pool: &Pool) -> Result<(), Surprise> {
    pool.close();
    Ok(pool.join()?)
}

/// As it was told, every task ended once; as they noted themselves, none ran twice.
fn once(trial: &Trial, notes: &std::path::Path) -> Result<(), Surprise> {
    let mut ended = BTreeMap::<u64, u32>::new();
    for told in trial.story.so_far() {
        if let Observed::TaskEnded { task, .. } = told {
            *ended.entry(task).or_default() += 1;
        }
    }
    expect(
        ended.len() as u64 == TASKS && ended.values().all(|&times| times == 1),
        || {
            format!(
                "not each once: {:?}",
                ended.iter().find(|(_, times)| **times != 1)
            )
        },
    )?;
    let mut numbers: Vec<u64> = std::fs::read_to_string(notes)?
        .lines()
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    numbers.sort_unstable();
    let twice = numbers.windows(2).find(|pair| pair[0] == pair[1]);
    expect(twice.is_none(), || format!("ran twice: {twice:?}"))
}
