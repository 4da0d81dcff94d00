//! What each handle answers for, and what goes with it.

use std::time::{Duration, Instant};

use proclab::multiprocess::error::{ProcessError, QueueError, TaskError};
use proclab::multiprocess::{
    ApplyError, AsyncResult, Engine, EngineOptions, GetError, Pool, PoolOptions, Process,
    TypedQueue,
};

use crate::driver::{DEADLINE, kill, pool, wait_until, watched_engine};
use crate::functions::{BECOME_SLEEP, GET_TWICE, PASS, PUT_NUMBERS, SQUARE};
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
    let (other, _their_watcher) = watched_engine();
    assert!(!other.suspend(pid) && !other.resume(pid) && !other.kill(pid));
    assert_eq!(ours.apply(&PASS, (None, 3)), Ok(3));
    assert!(ours.suspend(pid) && ours.resume(pid));
}

/// More than a worker has accounts at queues.
const MANY_QUEUES: u64 = 40;

/// So many numbers that most are put without asking.
const NUMBERS: u64 = 300;

pub fn a_queue_that_is_closed_and_dropped_leaves_its_name_and_no_account() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let pool = Pool::new(&engine, one_worker()).unwrap();
    for round in 0..2 * MANY_QUEUES {
        // In the first half always the same name, then always another one.
        let name = format!("numbers {}", round.saturating_sub(MANY_QUEUES));
        let queue = TypedQueue::<u64>::new(&engine, &name, 0).unwrap();
        let taken = TypedQueue::<u64>::new(&engine, &name, 0).map(drop);
        assert!(
            matches!(taken, Err(QueueError::NameTaken { .. })),
            "{taken:?}"
        );
        pool.apply(&PUT_NUMBERS, (name.clone(), NUMBERS)).unwrap();
        for number in 0..NUMBERS {
            assert_eq!(queue.get_timeout(DEADLINE), Ok(number), "round {round}");
        }
        let clone = queue.clone();
        queue.queue().close();
        drop(queue);
        assert_eq!(
            clone.get(),
            Err(QueueError::Closed {
                queue: name.clone()
            })
        );
        let put = pool.apply(&PUT_NUMBERS, (name.clone(), 1)).unwrap_err();
        assert!(put.to_string().contains("closed"), "{put}");
        drop(clone);
        let put = pool.apply(&PUT_NUMBERS, (name, 1)).unwrap_err();
        assert!(put.to_string().contains("no queue"), "{put}");
    }
}

pub fn whoever_used_a_queue_that_is_gone_hears_that_it_is_closed() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let pool = Pool::new(&engine, one_worker()).unwrap();
    let gate = Gate::new();
    let queue = TypedQueue::<u64>::new(&engine, "numbers", 0).unwrap();
    queue.put(&7).unwrap();
    let arguments = ("numbers".to_owned(), gate.path());
    let result = pool.apply_async(&GET_TWICE, arguments).unwrap();
    let waiting = gate.arrived();
    queue.queue().close();
    drop(queue);
    drop(waiting);
    let closed = QueueError::Closed {
        queue: "numbers".to_owned(),
    };
    assert_eq!(result.get(Some(DEADLINE)), Ok((7, Err(closed))));
}

pub fn a_queue_without_a_handle_is_the_childrens_until_it_is_closed() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let pool = Pool::new(&engine, one_worker()).unwrap();
    drop(TypedQueue::<u64>::new(&engine, "numbers", 0).unwrap());
    let gate = Gate::new();
    pool.apply(&PUT_NUMBERS, ("numbers".to_owned(), 2)).unwrap();
    let arguments = ("numbers".to_owned(), gate.path());
    let result = pool.apply_async(&GET_TWICE, arguments).unwrap();
    drop(gate.arrived());
    assert_eq!(result.get(Some(DEADLINE)), Ok((0, Ok(1))));
}

pub fn a_result_outlives_its_pool_and_its_engine() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let pool = Pool::new(&engine, one_worker()).unwrap();
    let gate = Gate::new();
    let there = pool.apply_async(&SQUARE, 3).unwrap();
    let map = pool.map_async(&SQUARE, [1, 2, 3], 1).unwrap();
    assert_eq!((there.get(None), map.get(None)), (Ok(9), Ok(vec![1, 4, 9])));
    let never = pool.apply_async(&PASS, (Some(gate.path()), 1)).unwrap();
    let _waiting = gate.arrived();
    drop((pool, engine));
    assert_eq!((there.get(None), map.get(None)), (Ok(9), Ok(vec![1, 4, 9])));
    assert_eq!(never.get(None), Err(GetError::Task(TaskError::Terminated)));
    assert!(!never.cancel() && !map.cancel());
}

/// What takes a search for each of so many takes minutes.
const MANY: usize = 50_000;
const SOON: Duration = Duration::from_secs(10);

pub fn many_tasks_are_cancelled_at_once_or_one_by_one_in_no_time() {
    let (pool, _watcher) = pool(1);
    let gate = Gate::new();
    let running = pool.apply_async(&PASS, (Some(gate.path()), 1)).unwrap();
    let waiting = gate.arrived();
    let items = || std::iter::repeat_n(2, MANY);
    let map = pool.map_async(&SQUARE, items(), 1).unwrap();
    let singles: Vec<_> = items()
        .map(|item| pool.apply_async(&SQUARE, item).unwrap())
        .collect();
    let begun = Instant::now();
    assert!(map.cancel());
    // From the last to the first, and from both ends, is as good.
    assert!(singles.iter().rev().step_by(2).all(AsyncResult::cancel));
    assert!(singles.iter().filter(|single| single.cancel()).count() == MANY / 2);
    let took = begun.elapsed();
    assert!(took < SOON, "{took:?}");
    assert_eq!(map.get(None), Err(GetError::Task(TaskError::Cancelled)));
    drop(waiting);
    assert_eq!(running.get(Some(DEADLINE)), Ok(1));
    assert_eq!(pool.apply(&SQUARE, 5), Ok(25));
}

pub fn a_worker_may_be_killed_again_and_again_while_it_starts() {
    let (engine, _watcher) = watched_engine();
    let gate = Gate::new();
    let initializer = PASS.call((Some(gate.path()), 1)).unwrap();
    let options = PoolOptions {
        initializer: Some(initializer),
        ..one_worker()
    };
    let pool = Pool::new(&engine, options).unwrap();
    let result = pool.apply_async(&SQUARE, 4).unwrap();
    for _ in 0..8 {
        let _starting = gate.arrived();
        kill(pool.workers()[0].key.pid);
    }
    drop(gate.arrived());
    assert_eq!(result.get(Some(DEADLINE)), Ok(16));
    pool.terminate();
    pool.join().unwrap();
    let refused = pool.apply(&SQUARE, 4);
    assert!(matches!(refused, Err(ApplyError::Pool(_))), "{refused:?}");
}

pub fn a_worker_that_becomes_another_program_costs_its_task() {
    let (pool, _) = pool(1);
    let before = pool.workers();
    let lost = pool.apply(&BECOME_SLEEP, 600).unwrap_err();
    assert!(
        matches!(
            lost,
            ApplyError::Task(GetError::Task(TaskError::WorkerDied { .. }))
        ),
        "{lost:?}"
    );
    assert_eq!(pool.apply(&SQUARE, 3).unwrap(), 9);
    let pid = before[0].key.pid;
    wait_until("the end of the other program", || {
        !std::path::Path::new(&format!("/proc/{pid}")).exists()
    });
}

pub fn a_program_that_never_says_hello_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("worker");
    std::fs::write(&program, "#!/bin/sh\nexec sleep 600\n").unwrap();
    let runs = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&program, runs).unwrap();
    let engine = Engine::start(EngineOptions {
        program,
        ..EngineOptions::default()
    })
    .unwrap();
    let mut process = Process::new(&engine, PASS.call((None, 1)).unwrap());
    process.start().unwrap();
    process.join(Some(DEADLINE)).unwrap();
    let code = process.exitcode().unwrap();
    assert!(matches!(code, Some(-15 | -9)), "{code:?}");
}
