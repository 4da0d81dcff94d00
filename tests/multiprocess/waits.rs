//! Threads that wait, several at a time.

use std::fs::read_to_string;
use std::time::{Duration, Instant};

use proclab::multiprocess::{
    Engine, EngineOptions, GetError, Pool, PoolOptions, Process, TypedQueue,
};
use proclab::os::thread_cpu_time;

use crate::driver::DEADLINE;
use crate::functions::{PASS, SQUARE};
use crate::gate::Gate;

/// How long the threads wait.
const WAIT: Duration = Duration::from_millis(500);

/// The CPU time that threads which wait may use, all together: waking each other without end, they use as much as they wait.
const LITTLE: Duration = Duration::from_millis(100);

fn workers(count: usize) -> PoolOptions {
    PoolOptions {
        processes: Some(count),
        ..PoolOptions::default()
    }
}

/// How much CPU time a thread uses for a wait that lasts its whole time.
fn cost(wait: impl FnOnce()) -> Duration {
    let (begun, before) = (Instant::now(), thread_cpu_time());
    wait();
    assert!(begun.elapsed() >= WAIT, "it did not wait");
    thread_cpu_time().saturating_sub(before)
}

pub fn threads_that_wait_do_not_wake_each_other() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let pool = Pool::new(&engine, workers(2)).unwrap();
    let queue = TypedQueue::<u64>::new(&engine, "items", 0).unwrap();
    let gate = Gate::new();
    let arguments = (Some(gate.path()), 1);
    let mut process = Process::new(&engine, PASS.call(arguments.clone()).unwrap());
    process.start().unwrap();
    let result = pool.apply_async(&PASS, arguments.clone()).unwrap();
    let waiting = [gate.arrived(), gate.arrived()];
    let all = std::thread::scope(|scope| {
        let get = || cost(|| assert_eq!(result.get(Some(WAIT)), Err(GetError::Timeout)));
        let join = || cost(|| process.join(Some(WAIT)).unwrap());
        let take = || cost(|| assert!(queue.get_timeout(WAIT).is_err()));
        let quiet = || cost(|| assert!(!engine.wait_until_quiet(WAIT)));
        let threads = [
            scope.spawn(get),
            scope.spawn(get),
            scope.spawn(join),
            scope.spawn(take),
            scope.spawn(quiet),
        ];
        threads.map(|thread| thread.join().unwrap())
    });
    let used: Duration = all.iter().sum();
    assert!(used < LITTLE, "{all:?}");
    drop(waiting);
    assert_eq!(result.get(Some(DEADLINE)), Ok(1));
    process.join(Some(DEADLINE)).unwrap();
    assert_eq!(process.exitcode().unwrap(), Some(0));
}

pub fn whoever_waits_goes_on_when_another_has_what_it_waited_for() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let pool = Pool::new(&engine, workers(3)).unwrap();
    let gates = [Gate::new(), Gate::new(), Gate::new()];
    let results = gates.each_ref().map(|gate| {
        let result = pool.apply_async(&PASS, (Some(gate.path()), 7)).unwrap();
        (result, gate.arrived())
    });
    // Each drives in its turn: with the first result, another one takes over.
    std::thread::scope(|scope| {
        let threads = results.map(|(result, waiting)| {
            let thread = scope.spawn(move || result.get(Some(DEADLINE)));
            (thread, waiting)
        });
        for (thread, waiting) in threads {
            drop(waiting);
            assert_eq!(thread.join().unwrap(), Ok(7));
        }
    });
}

/// How often this thread has gone to sleep.
fn sleeps() -> u64 {
    let status = read_to_string("/proc/thread-self/status").unwrap();
    let count = status
        .lines()
        .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    count.unwrap().trim().parse().unwrap()
}

pub fn threads_that_wait_are_left_alone_while_another_has_its_results() {
    const CALLS: u64 = 2_000;
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let pool = Pool::new(&engine, workers(2)).unwrap();
    let gate = Gate::new();
    let slow = pool.apply_async(&PASS, (Some(gate.path()), 1)).unwrap();
    let waiting = gate.arrived();
    std::thread::scope(|scope| {
        let wait = || {
            let before = sleeps();
            assert_eq!(slow.get(Some(DEADLINE)), Ok(1));
            sleeps() - before
        };
        let threads = [(); 4].map(|()| scope.spawn(wait));
        for number in 0..CALLS {
            let number = i64::try_from(number).unwrap();
            assert_eq!(pool.apply(&SQUARE, number), Ok(number * number));
        }
        drop(waiting);
        let woken = threads.map(|thread| thread.join().unwrap());
        // One of them may have driven.
        let idle = woken.iter().filter(|&&sleeps| sleeps < CALLS / 10);
        assert!(idle.count() >= 3, "{woken:?}");
    });
}
