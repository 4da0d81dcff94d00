//! Workers killed while idle, at every moment of a task, all at once, and at random.

use std::time::Instant;

use proclab::multiprocess::error::TaskError;
use proclab::multiprocess::{ApplyOptions, EngineOptions, GetError, Pool, PoolOptions};
use proclab::os::{Monotonic, Stat, processes};
use proclab::selftest::{Asked, Junk, Misdeed, Observed, PATIENCE, Surprise, ask, expect, number};

use crate::alone::{alone, alone_without_engine, program, row};

#[test]
fn a_killed_worker_costs_its_task() {
    row("kill-task");
}

#[test]
fn a_killed_worker_harms_no_neighbour() {
    row("kill-neighbour");
}

#[test]
fn a_killed_worker_harms_no_later_task() {
    row("kill-next");
}

#[test]
fn a_worker_killed_while_idle_is_replaced() {
    row("kill-idle");
}

#[test]
fn a_storm_resolves_every_task_once() {
    row("storm");
}

/// Whether the task died with its worker; anything but that and a value is a surprise.
fn died(result: &Asked) -> Result<bool, Surprise> {
    match result.get(Some(PATIENCE)) {
        Ok(_value) => Ok(false),
        Err(GetError::Task(TaskError::WorkerDied { .. })) => Ok(true),
        Err(other) => Err(Surprise(format!("task {:?}: {other}", result.tasks()))),
    }
}

#[test]
fn what_a_killed_workers_task_has_started_ends_with_it() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let busy = ask(&pool, &Misdeed::Grandchild)?;
        let worker = trial.runner_of(&busy)?;
        trial.writer_of("has a child")?;
        let children = processes::children_of(worker.pid);
        expect(children.len() == 1, || format!("{children:?}"))?;
        let grandchild = processes::open_pidfd(children[0].pid)?;
        processes::kill(worker)?;
        expect(died(&busy)?, || "its task lives".to_owned())?;
        let soon = Monotonic::now().plus_nanos(2_000_000_000);
        expect(processes::wait_for_end(&grandchild, soon)?, || {
            "the grandchild lives on".to_owned()
        })?;
        // It held the pipes, and nobody had to wait for them.
        let leaked = |told: &Observed| matches!(told, Observed::PipeLeaked { .. });
        expect(!trial.story.so_far().iter().any(leaked), || {
            "a leaked pipe".to_owned()
        })
    });
}

#[test]
fn a_worker_may_die_in_its_first_moment() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let lost = ask(
            &pool,
            &Misdeed::DieAfter(0, Box::new(Misdeed::Sleep(600_000))),
        )?;
        let next = ask(&pool, &Misdeed::Return(1))?;
        expect(died(&lost)?, || "it lives".to_owned())?;
        expect(number(&next)? == 1, || "the next one".to_owned())?;
        let told = trial.story.so_far();
        let place = |wanted: &dyn Fn(&Observed) -> bool| told.iter().position(wanted).unwrap();
        let ended = place(&|told| matches!(told, Observed::TaskEnded { task: 1, .. }));
        let exited = place(&|told| matches!(told, Observed::Exited { .. }));
        expect(ended < exited, || {
            format!("the end of the task is told first: {told:?}")
        })
    });
}

#[test]
fn half_a_result_is_none() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let then_die = Misdeed::DieAfter(0, Box::new(Misdeed::Sleep(600_000)));
        let lost = ask(
            &pool,
            &Misdeed::Say(Junk::Half(64 << 20), Box::new(then_die)),
        )?;
        expect(died(&lost)?, || "it lives".to_owned())?;
        expect(number(&ask(&pool, &Misdeed::Return(2))?)? == 2, || {
            "the next one".to_owned()
        })
    });
}

/// Each worker is killed somewhat later than the one before it: before, in and after its task, which is a short one, or in
/// one of those behind it.
fn killed_at_every_moment(pool: &Pool) -> Result<(), Surprise> {
    const MOMENTS: u64 = 100;
    for moment in 0..MOMENTS {
        let spin = Misdeed::Spin(200);
        let mut results = vec![ask(pool, &Misdeed::DieAfter(moment * 10, Box::new(spin)))?];
        for number in 0..20 {
            results.push(ask(pool, &Misdeed::Return(number))?);
        }
        let lost: Vec<_> = results.iter().map(died).collect::<Result<_, _>>()?;
        let count = lost.iter().filter(|lost| **lost).count();
        expect(count <= 1, || {
            format!("one death cost {count} tasks at {moment}")
        })?;
    }
    Ok(())
}

#[test]
fn a_worker_may_die_at_every_moment_while_it_is_watched() {
    alone(|trial| killed_at_every_moment(&trial.pool(1)?));
}

fn unwatched_pool(processes: usize) -> Result<Pool, Surprise> {
    let engine = proclab::multiprocess::Engine::start(EngineOptions {
        program: program(),
        ..EngineOptions::default()
    })?;
    let options = PoolOptions {
        processes: Some(processes),
        ..PoolOptions::default()
    };
    Ok(Pool::new(&engine, options)?)
}

#[test]
fn a_worker_may_die_at_every_moment_while_nobody_watches() {
    alone_without_engine(|| killed_at_every_moment(&unwatched_pool(1)?));
}

#[test]
fn all_workers_may_die_at_once() {
    const WORKERS: usize = 3;
    alone(|trial| {
        let pool = trial.pool(WORKERS)?;
        trial.ready(WORKERS)?;
        let results: Vec<_> = (0..60)
            .map(|_| ask(&pool, &Misdeed::Sleep(10)))
            .collect::<Result<_, _>>()?;
        for kill in 1..=3 {
            results[kill * 10].wait(Some(PATIENCE));
            for worker in trial.story.serving() {
                processes::kill(worker)?;
            }
        }
        let lost: Vec<_> = results.iter().map(died).collect::<Result<_, _>>()?;
        let count = lost.iter().filter(|lost| **lost).count();
        expect(count <= 3 * WORKERS, || format!("{count} tasks were lost"))?;
        pool.close();
        Ok(pool.join()?)
    });
}

#[test]
fn short_tasks_that_travel_together_are_lost_one_by_one() {
    const ROUNDS: u64 = 40;
    const TOGETHER: u64 = 100;
    alone_without_engine(|| {
        let notes = tempfile::NamedTempFile::new()?;
        let pool = unwatched_pool(2)?;
        let mut results = Vec::new();
        let mut kills = 0;
        for round in 0..ROUNDS {
            for number in round * TOGETHER..(round + 1) * TOGETHER {
                let then = Box::new(Misdeed::Return(number));
                let noted = Misdeed::Noted(notes.path().to_owned(), number, then);
                results.push(ask(&pool, &noted)?);
            }
            // Killed once somebody works at this round: a pool whose workers all die before they are ready gives up, as it
            // should.
            let first = results.iter().rev().nth(TOGETHER as usize - 1);
            first.unwrap().wait(Some(PATIENCE));
            kills += kill_the_oldest()?;
        }
        let mut lost = 0;
        for (number, result) in (0..).zip(&results) {
            match result.get(Some(PATIENCE)) {
                Ok(value) => expect(value == Misdeed::value(number), || {
                    format!("task {number} got the value {value:?}")
                })?,
                Err(GetError::Task(TaskError::WorkerDied { .. })) => lost += 1,
                Err(other) => return Err(Surprise(other.to_string())),
            }
        }
        expect(kills > 0 && lost <= kills, || {
            format!("{lost} lost, {kills} killed")
        })?;
        let text = std::fs::read_to_string(notes.path())?;
        let mut numbers: Vec<_> = text.lines().collect();
        numbers.sort_unstable();
        let twice = numbers.windows(2).find(|pair| pair[0] == pair[1]);
        expect(twice.is_none(), || format!("ran twice: {twice:?}"))
    });
}

/// Kills the worker that was started first; how many that were.
fn kill_the_oldest() -> Result<usize, Surprise> {
    let workers = processes::own_children();
    let Some(oldest) = workers
        .iter()
        .map(Stat::key)
        .min_by_key(|key| key.start_ticks)
    else {
        return Ok(0);
    };
    processes::kill(oldest)?;
    Ok(1)
}

/// Several threads wait, submit and cancel at the same time, so that who drives the engine changes all the time.
fn answers_all_threads(pool: &Pool) -> Result<(), Surprise> {
    const ROUNDS: u64 = 150;
    let client = |thread: u64| -> Result<(), String> {
        for round in 0..ROUNDS {
            let first =
                ask(pool, &Misdeed::Spin(round % 5 * 100)).map_err(|surprise| surprise.0)?;
            let second = ask(pool, &Misdeed::Return(round)).map_err(|surprise| surprise.0)?;
            if round % 4 == thread {
                first.cancel();
            }
            if round % 10 == thread {
                kill_the_oldest().map_err(|surprise| surprise.0)?;
            }
            for result in [second, first] {
                match result.get(Some(PATIENCE)) {
                    Ok(_)
                    | Err(GetError::Task(TaskError::WorkerDied { .. } | TaskError::Cancelled)) => {}
                    Err(other) => return Err(format!("round {round} of thread {thread}: {other}")),
                }
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..4)
            .map(|thread| scope.spawn(move || client(thread)))
            .collect();
        clients
            .into_iter()
            .try_for_each(|client| client.join().unwrap().map_err(Surprise))
    })
}

#[test]
fn every_waiting_thread_is_answered_while_workers_die() {
    alone(|trial| answers_all_threads(&trial.pool(2)?));
}

#[test]
fn every_waiting_thread_is_answered_while_workers_die_and_nobody_watches() {
    alone_without_engine(|| answers_all_threads(&unwatched_pool(2)?));
}

#[test]
fn a_lost_task_is_tried_again_but_cannot_eat_the_pool() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let options = ApplyOptions::new().retries(100);
        let notes = tempfile::NamedTempFile::new()?;
        let killer = Misdeed::Noted(notes.path().to_owned(), 1, Box::new(Misdeed::Abort));
        let begun = Instant::now();
        let result = pool.apply_call_async(killer.call(), options)?;
        expect(died(&result)?, || "it lives".to_owned())?;
        let attempts = std::fs::read_to_string(notes.path())?.lines().count();
        expect(attempts == 3 && begun.elapsed() < PATIENCE, || {
            format!("{attempts} attempts")
        })?;
        let options = ApplyOptions::new().retries(1);
        let result = pool.apply_call_async(Misdeed::Sleep(100).call(), options)?;
        processes::kill(trial.runner_of(&result)?)?;
        expect(number(&result)? == 100, || "the second attempt".to_owned())
    });
}
