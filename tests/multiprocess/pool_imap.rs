//! Many calls, bit by bit.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::time::Duration;

use proclab::multiprocess::error::{PoolError, TaskError};
use proclab::multiprocess::{ApplyError, Function, GetError, Imap};

use crate::driver::{DEADLINE, pool};
use crate::functions::{CHECK_EVEN, LARGE, Mute, PANIC, PASS, SLOW, SQUARE, SURVIVE};
use crate::gate::Gate;

pub fn results_come_in_order_from_input_without_end() {
    let (pool, watcher) = pool(2);
    for chunksize in [None, Some(10)] {
        let squares = pool.imap(&SQUARE, 0.., chunksize).unwrap();
        let first: Result<Vec<_>, _> = squares.take(1000).collect();
        let expected: Vec<_> = (0..1000).map(|n| n * n).collect();
        assert_eq!(first, Ok(expected));
    }
    assert_eq!(watcher.chunks().first(), Some(&(0, 1)));
    assert_eq!(watcher.chunks().last().map(|(_, count)| *count), Some(10));
}

pub fn input_is_read_a_bounded_way_ahead() {
    let (pool, _watcher) = pool(1);
    let read = Cell::new(0);
    let items = (0..80_000).inspect(|_| read.set(read.get() + 1));
    let mut squares = pool.imap(&SQUARE, items, 10).unwrap();
    assert!(read.get() <= 20_480, "{} read before the first", read.get());
    for taken in 1..=2000 {
        assert!(squares.next().unwrap().is_ok());
        assert!(
            read.get() <= 20_490 + taken,
            "{} read, {taken} taken",
            read.get()
        );
    }
    assert_eq!(squares.count(), 78_000);
    assert_eq!(read.get(), 80_000);
}

/// Neither does who takes results slowly find them all in memory, nor do others wait for long for what nobody will take.
pub fn what_is_large_or_takes_long_is_not_sent_far_ahead() {
    let (pool, _watcher) = pool(1);
    let read = Cell::new(0);
    let items = || {
        read.set(0);
        (0..).inspect(|_| read.set(read.get() + 1))
    };
    assert_eq!(pool.map(&SQUARE, 0..1000, 1).map(|all| all.len()), Ok(1000));
    let mut large = pool.imap(&LARGE, items(), 1).unwrap();
    for taken in 1..1000 {
        assert!(large.next().unwrap().is_ok());
        // Of 16 MiB, 64 KiB each.
        let ahead = read.get() - taken;
        assert!(ahead <= 256, "{ahead} after {taken}");
    }
    drop(large);
    let mut slow = pool.imap(&SLOW, items(), 1).unwrap();
    for taken in 1..200 {
        assert!(slow.next().unwrap().is_ok());
        // Short tasks came before them: it takes a few to learn that these are slow.
        let ahead = read.get() - taken;
        assert!(ahead <= 30 || taken < 100, "{ahead} after {taken}");
    }
}

pub fn errors_are_the_results_of_their_items() {
    let (pool, _watcher) = pool(2);
    for chunksize in [1, 4, 100] {
        let results: Vec<_> = pool
            .imap(&CHECK_EVEN, 0..10, chunksize)
            .unwrap()
            .map(|result| result.map_err(|error| error.to_string()))
            .collect();
        let expected: Vec<_> = (0..10)
            .map(|n| {
                if n % 2 == 0 {
                    Ok(n)
                } else {
                    Err(format!("RuntimeError: {n} is odd"))
                }
            })
            .collect();
        assert_eq!(results, expected, "in chunks of {chunksize}");
    }
    let panics = pool.imap(&PANIC, 0..3, 3).unwrap();
    let words: Vec<_> = panics
        .map(|result| result.unwrap_err().to_string())
        .collect();
    assert_eq!(
        words,
        [0, 1, 2].map(|n| format!("Panic: the number is {n}"))
    );
}

fn first_waits(gate: &Gate) -> [(Option<PathBuf>, i64); 3] {
    [(Some(gate.path()), 1), (None, 2), (None, 3)]
}

pub fn unordered_results_come_as_they_arrive() {
    let (pool, _watcher) = pool(2);
    let gate = Gate::new();
    let mut results = pool.imap_unordered(&PASS, first_waits(&gate), 1).unwrap();
    let waiting = gate.arrived();
    let mut early = [results.next(), results.next()].map(|result| result.unwrap().unwrap());
    early.sort_unstable();
    assert_eq!(early, [2, 3]);
    drop(waiting);
    assert_eq!(results.next(), Some(Ok(1)));
    assert_eq!((results.next(), results.next()), (None, None));
}

pub fn next_may_have_a_timeout() {
    let (pool, _watcher) = pool(2);
    let gate = Gate::new();
    let mut results = pool.imap(&PASS, first_waits(&gate), 1).unwrap();
    let waiting = gate.arrived();
    let timeout = Duration::from_millis(1);
    for _ in 0..2 {
        assert_eq!(
            results.next_within(timeout),
            Some(Err(GetError::Timeout.into()))
        );
    }
    drop(waiting);
    assert_eq!(results.next(), Some(Ok(1)));
    assert_eq!(results.next_within(Duration::MAX), Some(Ok(2)));
    assert_eq!(results.collect::<Vec<_>>(), [Ok(3)]);
}

pub fn what_was_begun_before_close_is_read_to_its_end() {
    let (pool, _watcher) = pool(1);
    let mut squares = pool.imap(&SQUARE, 0..10_000, 1).unwrap();
    assert_eq!(squares.next(), Some(Ok(0)));
    pool.close();
    assert_eq!(pool.join(), Err(PoolError::ImapNotRead));
    assert!(pool.imap(&SQUARE, 0..1, 1).is_err());
    assert_eq!(squares.by_ref().count(), 9_999);
    assert_eq!(pool.join(), Ok(()));
    assert_eq!(squares.next(), None);
}

pub fn dropping_it_lets_the_pool_end() {
    let (pool, _watcher) = pool(1);
    let mut squares = pool.imap(&SQUARE, 0.., 1).unwrap();
    assert_eq!(squares.next(), Some(Ok(0)));
    pool.close();
    drop(squares);
    assert_eq!(pool.join(), Ok(()));
}

pub fn terminate_is_its_last_error() {
    let (pool, _watcher) = pool(1);
    let mut squares = pool.imap(&SQUARE, 0.., 1).unwrap();
    assert_eq!(squares.next(), Some(Ok(0)));
    pool.terminate();
    let refused = ApplyError::Pool(PoolError::NotRunning);
    let ended = ApplyError::Task(GetError::Task(TaskError::Terminated));
    let mut last = None;
    for result in squares {
        if let Err(error) = result {
            assert!(error == ended || error == refused, "{error:?}");
            last = Some(error);
        }
    }
    assert_eq!(last, Some(refused));
}

pub fn a_worker_that_dies_costs_the_items_of_its_chunk() {
    let (pool, _watcher) = pool(1);
    let results: Vec<_> = pool
        .imap(&SURVIVE, [1, 2, 3, -1, 5, 6], 2)
        .unwrap()
        .collect();
    let lost = |result: &Result<i64, ApplyError>| {
        matches!(
            result,
            Err(ApplyError::Task(GetError::Task(
                TaskError::WorkerDied { .. }
            )))
        )
    };
    assert_eq!(results[..2], [Ok(1), Ok(2)]);
    assert!(results[2..4].iter().all(lost), "{results:?}");
    assert_eq!(results[4..], [Ok(5), Ok(6)]);
}

pub fn an_item_that_does_not_encode_is_an_error_at_its_place() {
    let (pool, _watcher) = pool(1);
    let take: Function<Result<i64, Mute>, i64> = Function::new("never called", |_| 0);
    let results: Vec<_> = pool
        .imap(&take, [Err(Mute), Err(Mute)], 1)
        .unwrap()
        .collect();
    assert!(
        matches!(
            results.as_slice(),
            [
                Err(ApplyError::Pool(PoolError::Unencodable(_))),
                Err(ApplyError::Pool(PoolError::Unencodable(_)))
            ]
        ),
        "{results:?}"
    );
}

/// The values that come, and how often asking for the next one panicked.
fn taken<I>(squares: &mut Imap<'_, I, i64, i64>) -> (Vec<i64>, usize)
where
    I: Iterator<Item = i64>,
{
    let (mut values, mut panics) = (Vec::new(), 0);
    loop {
        let next = AssertUnwindSafe(|| squares.next_within(DEADLINE));
        match catch_unwind(next) {
            Ok(Some(value)) => values.push(value.unwrap()),
            Ok(None) => return (values, panics),
            Err(_panic) => panics += 1,
        }
    }
}

/// Numbers, with a panic at some of them.
fn panicking_at(unlucky: &'static [i64]) -> impl Iterator<Item = i64> {
    (0..200).inspect(|n| {
        if unlucky.contains(n) {
            // Without a word on stderr.
            resume_unwind(Box::new("unlucky"));
        }
    })
}

pub fn input_that_panics_loses_no_result() {
    let (pool, _watcher) = pool(2);
    let all: [&[i64]; 4] = [&[0], &[100], &[0, 1, 199], &[3, 50, 52]];
    for unlucky in all {
        let expected: Vec<_> = (0..200)
            .filter(|n| !unlucky.contains(n))
            .map(|n| n * n)
            .collect();
        // Two panics in a row are its end.
        let expected = match unlucky {
            [0, 1, ..] => Vec::new(),
            _ => expected,
        };
        for chunksize in [1, 7, 1000] {
            let mut squares = pool
                .imap(&SQUARE, panicking_at(unlucky), chunksize)
                .unwrap();
            let (values, panics) = taken(&mut squares);
            assert_eq!(values, expected, "{unlucky:?}, {chunksize} at a time");
            assert_eq!(
                panics,
                unlucky.len().min(if expected.is_empty() { 2 } else { 9 })
            );
            let mut squares = pool
                .imap_unordered(&SQUARE, panicking_at(unlucky), chunksize)
                .unwrap();
            let (mut values, _) = taken(&mut squares);
            values.sort_unstable();
            assert_eq!(values, expected, "{unlucky:?}, {chunksize} at a time");
        }
    }
    // Of what is never anything else the end comes, too, after all that was before.
    let mut count = 0;
    let items = std::iter::from_fn(move || {
        count += 1;
        if count > 5 {
            resume_unwind(Box::new("never again"));
        }
        Some(count)
    });
    let (values, panics) = taken(&mut pool.imap(&SQUARE, items, 3).unwrap());
    assert_eq!((values, panics), (vec![1, 4, 9, 16, 25], 2));
    pool.close();
    pool.join().unwrap();
}
