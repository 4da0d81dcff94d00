//! Tests of the pool's state machine.

use super::*;

fn call(n: u8) -> Call {
    Call {
        target: "work".into(),
        payload: vec![n],
    }
}

fn task(number: u64) -> Task {
    Task {
        task: number,
        attempt: 1,
        call: call(u8::try_from(number).unwrap()),
    }
}

/// A pool of two idle workers.
fn idle_pool() -> PoolCore {
    let mut pool = PoolCore::new(2).unwrap();
    assert_eq!(
        pool.take_todo(),
        [
            Todo::State(PoolState::Running),
            Todo::Start {
                slot: 0,
                delay_nanos: 0
            },
            Todo::Start {
                slot: 1,
                delay_nanos: 0
            }
        ]
    );
    pool.ready(0);
    pool.ready(1);
    assert_eq!(pool.take_todo(), []);
    pool
}

#[test]
fn no_workers_is_no_pool() {
    assert_eq!(PoolCore::new(0).unwrap_err(), PoolError::NoProcesses);
}

#[test]
fn the_next_task_goes_to_the_worker_that_has_been_idle_longest() {
    let mut pool = idle_pool();
    for (number, slot) in [(1, 0), (2, 1), (3, 0)] {
        assert_eq!(pool.submit(call(u8::try_from(number).unwrap())), Ok(number));
        assert_eq!(
            pool.take_todo(),
            [Todo::Run {
                slot,
                tasks: vec![task(number)]
            }]
        );
        assert!(pool.begun(slot, number) && pool.finished(slot, number, Ok(vec![])));
        assert_eq!(
            pool.take_todo(),
            [Todo::Resolve {
                task: number,
                result: Ok(vec![])
            }]
        );
    }
}

#[test]
fn a_death_costs_exactly_the_running_task() {
    let mut pool = idle_pool();
    (1..=3).for_each(|n| assert!(pool.submit(call(n)).is_ok()));
    pool.take_todo();
    assert!(pool.begun(0, 1) && pool.begun(1, 2));
    pool.gone(0, 4712, "killed by SIGKILL");
    let died = TaskError::WorkerDied {
        pid: 4712,
        exit: "killed by SIGKILL".into(),
    };
    assert_eq!(
        pool.take_todo(),
        [
            Todo::Resolve {
                task: 1,
                result: Err(died)
            },
            Todo::Start {
                slot: 0,
                delay_nanos: 0
            }
        ]
    );
    pool.ready(0);
    assert_eq!(
        pool.take_todo(),
        [Todo::Run {
            slot: 0,
            tasks: vec![task(3)]
        }]
    );
}

#[test]
fn a_task_that_had_not_begun_goes_back_to_the_front() {
    let mut pool = idle_pool();
    (1..=3).for_each(|n| assert!(pool.submit(call(n)).is_ok()));
    pool.take_todo();
    pool.gone(0, 4712, "exit code 0");
    assert_eq!(
        pool.take_todo(),
        [Todo::Start {
            slot: 0,
            delay_nanos: 0
        }]
    );
    pool.ready(0);
    assert_eq!(
        pool.take_todo(),
        [Todo::Run {
            slot: 0,
            tasks: vec![task(1)]
        }]
    );
}

#[test]
fn close_finishes_what_there_is_and_refuses_more() {
    let mut pool = idle_pool();
    (1..=3).for_each(|n| assert!(pool.submit(call(n)).is_ok()));
    pool.take_todo();
    pool.close();
    assert_eq!(pool.submit(call(4)), Err(PoolError::NotRunning));
    assert_eq!(pool.take_todo(), [Todo::State(PoolState::Closed)]);
    assert!(pool.begun(0, 1) && pool.finished(0, 1, Ok(vec![])));
    assert!(pool.begun(1, 2) && pool.finished(1, 2, Ok(vec![])));
    assert!(pool.take_todo().contains(&Todo::Finish { slot: 1 }));
    pool.gone(1, 2, "exit code 0");
    assert!(pool.begun(0, 3) && pool.finished(0, 3, Ok(vec![])));
    assert_eq!(
        pool.take_todo(),
        [
            Todo::Resolve {
                task: 3,
                result: Ok(vec![])
            },
            Todo::Finish { slot: 0 }
        ]
    );
    pool.gone(0, 1, "exit code 0");
    assert_eq!(pool.take_todo(), [Todo::State(PoolState::Ended)]);
}

#[test]
fn a_worker_killed_after_close_is_replaced_while_tasks_wait() {
    let mut pool = idle_pool();
    (1..=3).for_each(|n| assert!(pool.submit(call(n)).is_ok()));
    pool.close();
    pool.take_todo();
    assert!(pool.begun(0, 1));
    pool.gone(0, 1, "killed by SIGKILL");
    assert!(pool.take_todo().contains(&Todo::Start {
        slot: 0,
        delay_nanos: 0
    }));
}

#[test]
fn terminate_resolves_everything() {
    let mut pool = idle_pool();
    (1..=3).for_each(|n| assert!(pool.submit(call(n)).is_ok()));
    pool.take_todo();
    assert!(pool.begun(0, 1));
    pool.terminate();
    pool.terminate();
    let cancelled = |task| Todo::Resolve {
        task,
        result: Err(TaskError::Terminated),
    };
    assert_eq!(
        pool.take_todo(),
        [
            Todo::State(PoolState::Terminating),
            cancelled(3),
            Todo::End { slot: 0 },
            Todo::End { slot: 1 }
        ]
    );
    pool.gone(0, 1, "killed by SIGTERM");
    pool.gone(1, 2, "killed by SIGTERM");
    assert_eq!(
        pool.take_todo(),
        [cancelled(1), cancelled(2), Todo::State(PoolState::Ended)]
    );
}

#[test]
fn starts_that_keep_failing_wait_longer_and_longer_and_end_the_pool() {
    let mut pool = PoolCore::new(1).unwrap();
    assert_eq!(pool.submit(call(1)), Ok(1));
    pool.take_todo();
    for failures in 0..3 {
        pool.gone(0, 0, "no such file");
        let delay_nanos = FIRST_DELAY_NANOS << failures;
        assert_eq!(
            pool.take_todo(),
            [Todo::Start {
                slot: 0,
                delay_nanos
            }]
        );
    }
    pool.gone(0, 0, "no such file");
    let failed = TaskError::PoolFailed {
        reason: "no such file".into(),
    };
    assert_eq!(
        pool.take_todo(),
        [
            Todo::State(PoolState::Failed),
            Todo::Resolve {
                task: 1,
                result: Err(failed)
            },
            Todo::State(PoolState::Ended)
        ]
    );
    assert_eq!(
        pool.submit(call(2)),
        Err(PoolError::Failed {
            reason: "no such file".into()
        })
    );
}

#[test]
fn deaths_never_end_the_pool_while_somebody_works() {
    let mut pool = idle_pool();
    for _ in 0..50 {
        pool.gone(0, 1, "killed by SIGKILL");
        pool.ready(0);
    }
    for _ in 0..50 {
        pool.gone(0, 1, "killed by SIGKILL");
    }
    assert_eq!(pool.state(), PoolState::Running);
    let delays: Vec<_> = pool
        .take_todo()
        .into_iter()
        .filter_map(|todo| {
            if let Todo::Start { delay_nanos, .. } = todo {
                Some(delay_nanos)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(
        (delays.first(), delays.last()),
        (Some(&0), Some(&LONGEST_DELAY_NANOS))
    );
}

#[test]
fn a_result_that_nobody_asked_for_is_a_fault() {
    let mut pool = idle_pool();
    assert!(!pool.finished(0, 9, Ok(vec![])));
    assert_eq!(pool.submit(call(1)), Ok(1));
    assert!(!pool.finished(0, 1, Ok(vec![])), "it has not begun");
    assert!(pool.begun(0, 1) && !pool.begun(0, 1) && !pool.begun(1, 1));
}
