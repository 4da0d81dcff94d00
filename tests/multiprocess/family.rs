//! Who is who, and what they do.

use std::time::Duration;

use proclab::multiprocess::{
    Pool, PoolOptions, Process, WorkerState, cpu_count, current_process, parent_process,
};

use crate::driver::{pool, wait_until, watched_engine};
use crate::functions::{PASS, WHO};
use crate::gate::Gate;

pub fn a_child_knows_who_it_is_and_whose() {
    let own = current_process();
    assert_eq!((own.name.as_str(), own.daemon), ("MainProcess", false));
    assert_eq!(parent_process(), None);
    assert!(cpu_count() >= 1);

    let (pool, _watcher) = pool(1);
    let (name, pid, daemon, parent) = pool.apply(&WHO, ()).unwrap();
    assert_eq!((name.as_str(), daemon), ("SpawnPoolWorker-1", true));
    assert_eq!(parent, Some(own.pid));
    assert_eq!(pool.workers()[0].key.pid, pid);
}

pub fn living_children_are_listed() {
    let (engine, _watcher) = watched_engine();
    assert_eq!(engine.active_children(), []);
    let gate = Gate::new();
    let call = PASS.call((Some(gate.path()), 1)).unwrap();
    let mut process = Process::new(&engine, call).with_name("the one");
    assert_eq!(engine.active_children(), [], "it is not started");
    process.start().unwrap();
    let waiting = gate.arrived();
    let listed = engine.active_children();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].name.as_str(), listed[0].daemon),
        ("the one", false)
    );
    assert_eq!(Some(listed[0].key), process.key().unwrap());
    drop(waiting);
    process.join(None).unwrap();
    assert_eq!(engine.active_children(), []);
}

pub fn workers_of_a_pool_are_children_until_they_have_ended() {
    let (engine, _watcher) = watched_engine();
    let start = || {
        let options = PoolOptions {
            processes: Some(2),
            ..PoolOptions::default()
        };
        let pool = Pool::new(&engine, options).unwrap();
        assert_eq!(engine.active_children().len(), 2);
        pool
    };
    let pool = start();
    pool.terminate();
    pool.join().unwrap();
    assert_eq!(engine.active_children(), []);
    // Nobody waited for these, unlike at the end of Python's `with`.
    drop(start());
    wait_until("their ends", || engine.active_children().is_empty());
}

pub fn workers_are_listed_with_what_they_do() {
    let (pool, _watcher) = pool(2);
    assert!(pool.wait_until_ready(Some(Duration::from_secs(20))));
    let states = || -> Vec<_> {
        let workers = pool.workers().into_iter();
        workers.map(|worker| (worker.state, worker.task)).collect()
    };
    assert_eq!(states(), [(WorkerState::Idle, None); 2]);
    let gate = Gate::new();
    let result = pool.apply_async(&PASS, (Some(gate.path()), 1)).unwrap();
    let waiting = gate.arrived();
    let busy = (WorkerState::Busy, Some(result.tasks()[0]));
    assert_eq!(states(), [busy, (WorkerState::Idle, None)]);
    let idle = pool.workers()[1].key.pid;
    assert!(pool.suspend(idle));
    assert_eq!(states(), [busy, (WorkerState::Suspended, None)]);
    assert!(pool.resume(idle));
    assert_eq!(states(), [busy, (WorkerState::Idle, None)]);
    pool.resize(1).unwrap();
    wait_until("the second one's end", || states() == [busy]);
    drop(waiting);
    assert_eq!(result.get(None), Ok(1));
    pool.close();
    pool.join().unwrap();
    assert_eq!(states(), []);
}
