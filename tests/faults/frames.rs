//! Workers that say what makes no sense, and workers that do not listen.

use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

use proclab::multiprocess::error::TaskError;
use proclab::multiprocess::wire::Call;
use proclab::multiprocess::{ApplyOptions, GetError};
use proclab::os::processes;
use proclab::os::signal::{Send, send};
use proclab::selftest::{Junk, Misdeed, PATIENCE, Surprise, Trial, ask, expect, number};

use crate::alone::alone;

/// Whoever says this is ended, which costs the task that it runs, and replaced; how it was ended.
fn end_after(trial: &Trial, junk: Junk) -> Result<String, Surprise> {
    let pool = trial.pool(1)?;
    let say = Misdeed::Say(junk, Box::new(Misdeed::Sleep(600_000)));
    let end = match ask(&pool, &say)?.get(Some(PATIENCE)) {
        Err(GetError::Task(TaskError::WorkerDied { exit, .. })) => exit,
        other => return Err(Surprise(format!("{other:?}"))),
    };
    expect(number(&ask(&pool, &Misdeed::Return(1))?)? == 1, || {
        "the next one".to_owned()
    })?;
    Ok(end)
}

/// Whoever says this is not trusted any more.
fn is_ended_for(trial: &Trial, junk: &Junk) -> Result<(), Surprise> {
    let end = end_after(trial, junk.clone())?;
    expect(end.contains("made no sense"), || format!("{junk:?}: {end}"))
}

#[test]
fn a_frame_that_is_no_message_ends_its_worker() {
    alone(|trial| is_ended_for(trial, &Junk::NoMessage));
}

#[test]
fn a_frame_of_monstrous_length_ends_its_worker() {
    alone(|trial| is_ended_for(trial, &Junk::TooLong));
}

#[test]
fn a_result_of_a_task_that_it_does_not_have_ends_its_worker() {
    alone(|trial| is_ended_for(trial, &Junk::ResultOf(4711)));
}

#[test]
fn a_greeting_of_another_version_ends_its_worker() {
    alone(|trial| {
        let end = end_after(trial, Junk::Hello)?;
        let words = "it speaks version 99 of the messages";
        expect(end.contains(words), || end.clone())
    });
}

#[test]
fn a_question_before_the_answer_to_the_last_one_ends_its_worker() {
    alone(|trial| is_ended_for(trial, &Junk::Questions(2)));
}

#[test]
fn what_a_dead_worker_left_in_its_channel_has_an_end_though_others_go_on_writing() {
    alone(|trial| end_after(trial, Junk::Flood(4)).map(drop));
}

#[test]
fn a_worker_that_hangs_up_but_lives_on_is_ended() {
    alone(|trial| end_after(trial, Junk::End).map(drop));
}

#[test]
fn the_first_of_two_results_counts() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let twice = Misdeed::Say(Junk::ResultOf(1), Box::new(Misdeed::Return(1)));
        expect(number(&ask(&pool, &twice)?)? == 666, || {
            "the first one".to_owned()
        })?;
        // The second one makes no sense: its worker is ended, and at most what it runs at that time with it.
        let next = ask(&pool, &Misdeed::Return(2))?.get(Some(PATIENCE));
        let fair = match &next {
            Ok(value) => *value == Misdeed::value(2),
            Err(GetError::Task(TaskError::WorkerDied { .. })) => true,
            Err(_) => false,
        };
        expect(fair, || format!("{next:?}"))?;
        expect(number(&ask(&pool, &Misdeed::Return(3))?)? == 3, || {
            "the one after".to_owned()
        })
    });
}

#[test]
fn a_worker_that_does_not_listen_never_blocks_who_submits() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let worker = trial.ready(1)?[0];
        let pidfd = processes::open_pidfd(worker.pid)?;
        send(pidfd.as_fd(), Send::Stop)?;
        let begun = Instant::now();
        let large = || Call::new("nothing", vec![1; 1 << 20]);
        let results: Vec<_> = (0..64)
            .map(|_| pool.apply_call_async(large(), ApplyOptions::new()))
            .collect::<Result<_, _>>()?;
        let seconds = begun.elapsed().as_secs_f64();
        expect(seconds < 5.0, || format!("submitting took {seconds} s"))?;
        let waited = results[0].get(Some(Duration::from_millis(50)));
        expect(waited == Err(GetError::Timeout), || format!("{waited:?}"))?;
        send(pidfd.as_fd(), Send::Continue)?;
        for result in &results {
            match result.get(Some(PATIENCE)) {
                Err(GetError::Task(TaskError::Raised(error))) => {
                    expect(error.kind == "NameError", || error.to_string())?;
                }
                other => return Err(Surprise(format!("{other:?}"))),
            }
        }
        Ok(())
    });
}
