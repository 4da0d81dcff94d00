//! An engine that is held: no wait with a time ends by its time, and each has its rest afterwards.

use std::path::PathBuf;
use std::thread::{self, yield_now};
use std::time::{Duration, Instant};

use proclab::multiprocess::error::{QueueError, TaskError};
use proclab::multiprocess::{
    ApplyOptions, Engine, EngineOptions, Function, GetError, Pool, PoolOptions, Process, TypedQueue,
};
use proclab::run::children::Children as _;

use crate::driver::{DEADLINE, watched_engine};
use crate::functions::PASS;
use crate::gate::Gate;

/// How long each wait of these tests is.
const TIME: Duration = Duration::from_millis(100);

/// How long the engine is held: more than any of them.
pub const HELD: Duration = Duration::from_millis(400);

const TERMINAL_STOP: i32 = 20;

/// Asks the queue of that name for an item for [`TIME`].
pub static GET_IN_TIME: Function<String, Result<(), QueueError>> =
    Function::with_context("get_in_time", |context, queue: String| {
        context.queue(&queue).get_timeout(TIME)
    });

/// Lets so much time pass, which nothing ends.
fn let_pass(time: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < time {
        yield_now();
    }
}

/// One worker that waits at the gate, in an engine that may be watched.
fn waiting_worker(engine: &Engine) -> (Pool, Gate) {
    let gate = Gate::new();
    let options = PoolOptions {
        processes: Some(1),
        ..PoolOptions::default()
    };
    (Pool::new(engine, options).unwrap(), gate)
}

pub fn every_wait_of_the_main_has_its_rest_after_a_hold() {
    let (engine, _watcher) = watched_engine();
    let (pool, gate) = waiting_worker(&engine);
    let queue = TypedQueue::<()>::new(&engine, "empty", 0).unwrap();
    let mut process = Process::new(&engine, PASS.call((Some(gate.path()), 1)).unwrap());
    process.start().unwrap();
    let at_gate = gate.arrived();
    let never = |gate: &Gate| (Some::<PathBuf>(gate.path()), 1);
    let plain = pool.apply_async(&PASS, never(&gate)).unwrap();
    let options = ApplyOptions::new().callback(|_: i64| {});
    let with_callback = pool.apply_async_with(&PASS, never(&gate), options).unwrap();
    engine.hold(TERMINAL_STOP);
    thread::scope(|scope| {
        let waits = [
            scope.spawn(|| process.join(Some(TIME)).unwrap()),
            scope.spawn(|| assert!(!Process::wait_any(&[&process], Some(TIME)))),
            scope.spawn(|| assert_eq!(plain.get(Some(TIME)), Err(GetError::Timeout))),
            scope.spawn(|| assert_eq!(with_callback.get(Some(TIME)), Err(GetError::Timeout))),
            scope.spawn(|| assert_eq!(queue.get_timeout(TIME), Err(QueueError::Empty))),
            scope.spawn(|| assert!(!engine.wait_until_quiet(TIME))),
        ];
        let_pass(HELD);
        assert!(
            !waits.iter().any(std::thread::ScopedJoinHandle::is_finished),
            "held"
        );
        let goes_on = Instant::now();
        engine.go_on();
        waits.into_iter().for_each(|wait| wait.join().unwrap());
        let took = goes_on.elapsed();
        assert!(took >= TIME && took < DEADLINE, "{took:?}");
    });
    drop(at_gate);
    pool.terminate();
}

pub fn a_queue_timeout_of_a_child_has_its_rest_after_a_hold() {
    for engine in [
        watched_engine().0,
        Engine::start(EngineOptions::default()).unwrap(),
    ] {
        let (pool, _gate) = waiting_worker(&engine);
        let _queue = TypedQueue::<()>::new(&engine, "empty", 0).unwrap();
        assert!(pool.wait_until_ready(Some(DEADLINE)));
        let result = pool.apply_async(&GET_IN_TIME, "empty".to_owned()).unwrap();
        engine.hold(TERMINAL_STOP);
        let_pass(HELD);
        assert!(!result.ready(), "held");
        engine.go_on();
        let refused = result.get(Some(DEADLINE));
        assert_eq!(refused, Ok(Err(QueueError::Empty)));
    }
}

pub fn a_tasks_timeout_has_its_rest_after_a_hold() {
    let (engine, _watcher) = watched_engine();
    let (pool, gate) = waiting_worker(&engine);
    let options = ApplyOptions::new().timeout(Some(TIME));
    let result = pool
        .apply_async_with(&PASS, (Some(gate.path()), 1), options)
        .unwrap();
    let _at_gate = gate.arrived();
    engine.hold(TERMINAL_STOP);
    let_pass(HELD);
    assert!(!result.ready(), "held");
    engine.go_on();
    let error = result.get(Some(DEADLINE)).unwrap_err();
    let expected = TaskError::TimedOut { timeout: TIME };
    assert_eq!(error, GetError::Task(expected));
}
