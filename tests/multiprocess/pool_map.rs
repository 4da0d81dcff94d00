//! Many calls, in chunks.

use std::sync::mpsc::sync_channel;
use std::time::Duration;

use proclab::multiprocess::error::{PoolError, TaskError};
use proclab::multiprocess::{ApplyError, ApplyOptions, GetError, Pool, PoolOptions};

use crate::driver::{pool, watched_engine};
use crate::functions::{
    ADD, CHECK_EVEN, MISCOUNT, MUTE, NAME_OF_WORKER, ONE_WAY, PASS, SECOND_TIME, SQUARE, SURVIVE,
    WRITE_FILE,
};
use crate::gate::Gate;

pub fn values_come_in_the_order_of_the_items() {
    let (pool, _watcher) = pool(2);
    let squares: Vec<_> = (0..1000).map(|n| n * n).collect();
    assert_eq!(pool.map(&SQUARE, 0..1000, None), Ok(squares.clone()));
    assert_eq!(pool.map(&SQUARE, 0..1000, 7), Ok(squares.clone()));
    let result = pool.map_async(&SQUARE, 0..1000, 1).unwrap();
    assert_eq!(result.get(None), Ok(squares));
}

pub fn what_was_read_is_run_while_more_is_read() {
    let (pool, _watcher) = pool(1);
    let folder = tempfile::tempdir().unwrap();
    let path = |n: i32| folder.path().join(n.to_string());
    let items = (0..20).map(|n| {
        if n == 10 {
            while !path(0).exists() {
                std::thread::yield_now();
            }
        }
        (path(n), "done".to_owned())
    });
    assert_eq!(pool.map(&WRITE_FILE, items, 1), Ok(vec![(); 20]));
}

pub fn chunks_are_pythons() {
    let (pool, watcher) = pool(2);
    pool.map(&SQUARE, 0..100, None).unwrap();
    let firsts = (0..8).map(|chunk| 13 * chunk);
    let expected: Vec<_> = firsts.map(|first| (first, 13.min(100 - first))).collect();
    assert_eq!(watcher.chunks(), expected);
    pool.map(&SQUARE, 0..5, 2).unwrap();
    assert_eq!(watcher.chunks()[8..], [(0, 2), (2, 2), (4, 1)]);
    assert_eq!(
        pool.map(&SQUARE, 0..5, 0),
        Err(PoolError::NoChunkSize.into())
    );
}

pub fn items_may_be_borrowed_or_unknown_in_number() {
    let (pool, watcher) = pool(1);
    let items = vec![1, 2, 3];
    assert_eq!(pool.map(&SQUARE, &items, None), Ok(vec![1, 4, 9]));
    let odd = (0..16).filter(|n| n % 2 == 1);
    assert_eq!(
        pool.map(&SQUARE, odd, None),
        Ok(vec![1, 9, 25, 49, 81, 121, 169, 225])
    );
    assert_eq!(watcher.chunks()[3..], [(0, 2), (2, 2), (4, 2), (6, 2)]);
}

pub fn several_arguments() {
    let (pool, _watcher) = pool(1);
    assert_eq!(pool.starmap(&ADD, [(1, 2), (3, 4)], None), Ok(vec![3, 7]));
    let result = pool.starmap_async(&ADD, [(5, 6)], None).unwrap();
    assert_eq!(result.get(None), Ok(vec![11]));
}

pub fn the_first_error_comes_when_all_chunks_are_done() {
    let (pool, _watcher) = pool(1);
    let gate = Gate::new();
    // The second chunk cannot even begin before the third has: there is one worker.
    let blocker = pool.apply_async(&PASS, (Some(gate.path()), 0)).unwrap();
    let waiting = gate.arrived();
    let result = pool.map_async(&CHECK_EVEN, [2, 3, 4, 5], 1).unwrap();
    let rest = pool.apply_async(&PASS, (Some(gate.path()), 0)).unwrap();
    assert!(!result.ready());
    drop(waiting);
    // One after the other: whoever is at the gate now came after every chunk.
    drop(gate.arrived());
    let error = result.get(None).unwrap_err().to_string();
    assert_eq!(error, "RuntimeError: 3 is odd");
    assert_eq!((blocker.get(None), rest.get(None)), (Ok(0), Ok(0)));
}

pub fn an_error_ends_its_chunk_and_names_its_item() {
    let (pool, _watcher) = pool(1);
    let error = pool.map(&CHECK_EVEN, [0, 2, 4, 5, 7, 9], 3).unwrap_err();
    let ApplyError::Task(GetError::Task(TaskError::Raised(error))) = error else {
        panic!("{error:?}");
    };
    assert_eq!(error.to_string(), "RuntimeError: 5 is odd");
    let places: Vec<_> = error.traceback.lines().collect();
    let [function, "  in item 3 of the map"] = places[..] else {
        panic!("{error:?}");
    };
    assert!(function.starts_with("  in check_even(), in SpawnPoolWorker-"));
}

pub fn nothing_is_ready_at_once() {
    let (pool, watcher) = pool(1);
    assert_eq!(pool.map(&SQUARE, [0_i64; 0], None), Ok(vec![]));
    let (tell, told) = sync_channel(1);
    let callbacks =
        ApplyOptions::new().callback(move |values: Vec<i64>| tell.send(values).unwrap());
    let result = pool
        .map_async_with(&SQUARE, [0_i64; 0], None, callbacks)
        .unwrap();
    assert_eq!(result.get(None), Ok(vec![]));
    assert_eq!(told.try_recv(), Ok(vec![]));
    assert_eq!(watcher.chunks(), []);
}

pub fn a_callback_gets_all_values_at_once() {
    let (pool, _watcher) = pool(2);
    let (tell, told) = sync_channel(1);
    let callbacks =
        ApplyOptions::new().callback(move |values: Vec<i64>| tell.send(values).unwrap());
    let result = pool.map_async_with(&SQUARE, 0..5, 1, callbacks).unwrap();
    let squares = vec![0, 1, 4, 9, 16];
    assert_eq!(result.get(None).as_ref(), Ok(&squares));
    assert_eq!(told.try_recv(), Ok(squares));
}

pub fn a_worker_that_dies_costs_its_chunk() {
    let (pool, _watcher) = pool(2);
    let result = pool.map_async(&SURVIVE, [1, 2, -1, 4, 5, 6], 2).unwrap();
    let error = result.get(None).unwrap_err();
    assert!(
        matches!(error, GetError::Task(TaskError::WorkerDied { .. })),
        "{error:?}"
    );
    assert_eq!(pool.map(&SURVIVE, 1..4, None), Ok(vec![1, 2, 3]));
}

pub fn what_does_not_cross_is_an_error() {
    let (pool, _watcher) = pool(1);
    let error = pool.map(&ONE_WAY, [(), ()], None).unwrap_err();
    assert!(
        matches!(
            error,
            ApplyError::Task(GetError::Task(TaskError::Undecodable { .. }))
        ),
        "{error:?}"
    );
    let error = pool.map(&MUTE, [(), ()], None).unwrap_err();
    assert!(
        error.to_string().starts_with("MaybeEncodingError"),
        "{error}"
    );
}

pub fn values_are_as_many_as_the_items() {
    let (pool, _watcher) = pool(1);
    let error = pool.map(&MISCOUNT, [(), ()], 2).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the value is no list of 2 values: it is said to have 18446744073709551615"
    );
    let result = pool.map_async(&MISCOUNT, [(), ()], 2).unwrap();
    assert!(result.get(None).is_err());
}

pub fn terminate_ends_a_map() {
    let (pool, _watcher) = pool(1);
    let gate = Gate::new();
    let items = [(Some(gate.path()), 1), (None, 2), (None, 3)];
    let result = pool.map_async(&PASS, items, 1).unwrap();
    let _waiting = gate.arrived();
    assert_eq!(result.get(Some(Duration::ZERO)), Err(GetError::Timeout));
    pool.terminate();
    assert_eq!(result.get(None), Err(GetError::Task(TaskError::Terminated)));
}

pub fn a_map_can_be_cancelled() {
    let (pool, _watcher) = pool(1);
    let gate = Gate::new();
    let items = [(Some(gate.path()), 1), (None, 2), (None, 3)];
    let result = pool.map_async(&PASS, items, 1).unwrap();
    assert_eq!(result.tasks(), [1, 2, 3]);
    let _waiting = gate.arrived();
    assert!(result.cancel());
    assert_eq!(result.get(None), Err(GetError::Task(TaskError::Cancelled)));
    assert!(!result.cancel(), "there is nothing left of it");
    assert_eq!(pool.apply(&SQUARE, 3), Ok(9));
}

pub fn chunks_have_their_own_time_and_retries() {
    let (pool, _watcher) = pool(1);
    let gate = Gate::new();
    let timeout = Duration::from_millis(20);
    let items = [(None, 1), (Some(gate.path()), 2)];
    let options = ApplyOptions::new().timeout(timeout);
    let result = pool.map_async_with(&PASS, items, 1, options).unwrap();
    let _waiting = gate.arrived();
    let error = TaskError::TimedOut { timeout };
    assert_eq!(result.get(None), Err(GetError::Task(error)));
    let folder = tempfile::tempdir().unwrap();
    let items = [folder.path().join("a"), folder.path().join("b")];
    let options = ApplyOptions::new().retries(1);
    let result = pool
        .map_async_with(&SECOND_TIME, &items, 1, options)
        .unwrap();
    assert_eq!(result.get(None), Ok(vec![(), ()]));
}

pub fn workers_are_replaced_after_so_many_chunks() {
    let (engine, _watcher) = watched_engine();
    let options = PoolOptions {
        processes: Some(1),
        max_tasks_per_child: Some(2),
        ..PoolOptions::default()
    };
    let pool = Pool::new(&engine, options).unwrap();
    let mut names = pool.map(&NAME_OF_WORKER, [(); 18], 3).unwrap();
    names.dedup();
    assert_eq!(names, [1, 2, 3].map(|n| format!("SpawnPoolWorker-{n}")));
}
