//! Results and errors of every size and kind.

use proclab::multiprocess::error::TaskError;
use proclab::multiprocess::wire::{Call, MAX_PAYLOAD_BYTES};
use proclab::multiprocess::{ApplyOptions, GetError};
use proclab::selftest::{Misdeed, PATIENCE, Surprise, ask, expect, number};

use crate::alone::{alone, row};

#[test]
fn a_result_without_an_encoding_is_an_error() {
    row("unencodable-result");
}

#[test]
fn an_error_without_words_is_an_error() {
    row("unencodable-error");
}

#[test]
fn a_large_result_arrives() {
    row("large-result");
}

#[test]
fn results_around_every_boundary_arrive_whole() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        // Around what is written at once, what the board keeps and what is read at once, with and without a frame's head.
        let around = |bytes: u64| (bytes - 40..=bytes + 2).collect::<Vec<_>>();
        let sizes: Vec<u64> = [
            vec![0, 1, 1 << 20],
            around(32 << 10),
            around(64 << 10),
            around(128 << 10),
        ]
        .concat();
        let results: Vec<_> = sizes
            .iter()
            .map(|&size| ask(&pool, &Misdeed::Bytes(size)))
            .collect::<Result<_, _>>()?;
        for (size, result) in sizes.iter().zip(&results) {
            let bytes = result.get(Some(PATIENCE))?;
            expect(
                bytes.len() as u64 == *size && bytes.iter().all(|&byte| byte == 7),
                || format!("{} instead of {size} bytes", bytes.len()),
            )?;
        }
        Ok(())
    });
}

fn raised(result: Result<Vec<u8>, GetError>, kind: &str) -> Result<(), Surprise> {
    match result {
        Err(GetError::Task(TaskError::Raised(error))) if error.kind == kind => Ok(()),
        other => Err(Surprise(format!(
            "instead of {kind}: {:?}",
            other.map(|bytes| bytes.len())
        ))),
    }
}

#[test]
fn a_result_over_the_limit_is_an_error() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let workers = trial.ready(1)?;
        let too_large = MAX_PAYLOAD_BYTES as u64 + 1;
        raised(
            ask(&pool, &Misdeed::Zeros(too_large))?.get(Some(PATIENCE)),
            "ResultTooLarge",
        )?;
        let next = ask(&pool, &Misdeed::Sleep(1))?;
        expect(workers == [trial.runner_of(&next)?], || {
            "another worker".to_owned()
        })
    });
}

#[test]
fn arguments_that_nobody_understands_are_an_error() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let call = |target: &'static str| Call::new(target, vec![0xff; 9]);
        let apply = |call| pool.apply_call_async(call, ApplyOptions::new());
        raised(apply(call("__misdeed"))?.get(Some(PATIENCE)), "TypeError")?;
        raised(apply(call("work"))?.get(Some(PATIENCE)), "TypeError")?;
        raised(apply(call("nothing"))?.get(Some(PATIENCE)), "NameError")?;
        expect(number(&ask(&pool, &Misdeed::Return(1))?)? == 1, || {
            "the next one".to_owned()
        })
    });
}
