//! What each handle answers for, and what goes with it.

use std::time::Duration;

use proclab::multiprocess::error::ProcessError;
use proclab::multiprocess::{Engine, EngineOptions, Pool, PoolOptions, Process};

use crate::driver::{DEADLINE, watched_engine};
use crate::functions::PASS;
use crate::gate::Gate;

fn one_worker() -> PoolOptions {
    PoolOptions {
        processes: Some(1),
        ..PoolOptions::default()
    }
}

/// A wait that is to end by its time.
const MOMENT: Duration = Duration::from_millis(20);

pub fn a_process_that_could_not_be_started_may_be_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("worker");
    let engine = Engine::start(EngineOptions {
        program: program.clone(),
        ..EngineOptions::default()
    })
    .unwrap();
    let mut process = Process::new(&engine, PASS.call((None, 1)).unwrap());
    let mut second = Process::new(&engine, PASS.call((None, 1)).unwrap());
    for process in [&mut process, &mut second] {
        let refused = process.start().unwrap_err();
        assert!(refused.to_string().contains("No such file"), "{refused}");
        assert_eq!(process.is_alive(), Ok(false));
        assert_eq!((process.pid(), process.exitcode()), (Ok(None), Ok(None)));
        assert_eq!(process.join(None), Ok(()));
        assert_eq!(process.kill(), Err(ProcessError::NotStarted));
        assert_eq!(process.set_daemon(false), Ok(()));
    }
    assert_eq!(second.close(), Ok(()));
    assert_eq!(second.start(), Err(ProcessError::Closed));
    std::os::unix::fs::symlink(std::env::current_exe().unwrap(), &program).unwrap();
    process.start().unwrap();
    assert_eq!(process.name(), "Process-1");
    process.join(Some(DEADLINE)).unwrap();
    assert_eq!(process.exitcode(), Ok(Some(0)));
    assert_eq!(process.start(), Err(ProcessError::StartedTwice));
}

pub fn processes_of_several_engines_are_waited_for_together() {
    let (first, second) = (watched_engine().0, watched_engine().0);
    let gates = [Gate::new(), Gate::new()];
    let mut waiting = Vec::new();
    // Both are the first of their engines, so that their numbers are the same.
    let [one, two] = [(&first, &gates[0]), (&second, &gates[1])].map(|(engine, gate)| {
        let mut process = Process::new(engine, PASS.call((Some(gate.path()), 1)).unwrap());
        process.start().unwrap();
        waiting.push(gate.arrived());
        process
    });
    assert!(!Process::wait_any(&[&one, &two], Some(MOMENT)));
    waiting.pop();
    two.join(Some(DEADLINE)).unwrap();
    assert!(!Process::wait_any(&[&one], Some(MOMENT)), "it runs");
    assert!(Process::wait_any(&[&one, &two], Some(DEADLINE)));
    let mut third = Process::new(&second, PASS.call((Some(gates[1].path()), 1)).unwrap());
    third.start().unwrap();
    let goes = gates[1].arrived();
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| Process::wait_any(&[&one, &third], Some(DEADLINE)));
        drop(goes);
        assert!(waits.join().unwrap());
    });
    assert_eq!(one.is_alive(), Ok(true));
    waiting.pop();
    one.join(Some(DEADLINE)).unwrap();
}

pub fn a_pool_stands_still_only_by_its_own_hand() {
    let (engine, _watcher) = watched_engine();
    let [ours, theirs] = [(); 2].map(|()| Pool::new(&engine, one_worker()).unwrap());
    let pid = ours.workers()[0].key.pid;
    assert!(!theirs.suspend(pid) && !theirs.resume(pid));
    assert_eq!(ours.apply(&PASS, (None, 3)), Ok(3));
    assert!(ours.suspend(pid) && ours.resume(pid));
}
