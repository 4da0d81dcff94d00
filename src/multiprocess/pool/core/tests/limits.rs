//! What takes too long, is not wanted any more, is tried again; and how many workers there are.

use super::*;

#[test]
fn a_worker_that_has_run_all_it_may_is_replaced() {
    let mut rig = Rig::with(PoolCore::new(1, Some(2), false).unwrap(), 1);
    rig.submit(5);
    rig.drain();
    assert_eq!((rig.run(0), rig.drain().len()), (Some(1), 1));
    assert_eq!(rig.run(0), Some(2));
    assert!(rig.drain().contains(&Todo::Finish { slot: 0 }));
    assert_eq!(rig.begin(0), None);
    rig.pool.gone(0, 1, "exit code 0", Loss::Failed, rig.now);
    assert_eq!(rig.drain(), [restart(0)]);
    rig.start(0);
    rig.drain();
    assert_eq!(rig.run(0), Some(3));
}

#[test]
fn what_takes_too_long_is_ended_with_its_worker_and_told_so() {
    let mut rig = Rig::new(1);
    let timeout_nanos = Some(10 * MILLI);
    rig.submit_limited(Limits {
        timeout_nanos,
        retries: 1,
    });
    rig.drain();
    rig.begin(0);
    rig.pass(2 * MILLI);
    rig.pass(9 * MILLI);
    let todo = rig.drain();
    assert!(matches!(todo[0], Todo::Begun { task: 1, .. }));
    assert_eq!(todo[1..], [Todo::End { slot: 0 }]);
    assert!(rig.end(0, 1, Ok(vec![])), "too late to count");
    let todo = rig.drain();
    let timed_out = TaskError::TimedOut {
        timeout: std::time::Duration::from_millis(10),
    };
    assert!(
        matches!(&todo[0], Todo::Retry { task: 1, attempt: 1, error, .. } if *error == timed_out),
        "{todo:?}"
    );
    rig.die(0);
    rig.start(0);
    rig.drain();
    assert_eq!(rig.begin(0), None, "not before its pause is over");
    rig.pass(200 * MILLI);
    rig.drain();
    assert_eq!(rig.sent[0][0].attempt, 2);
    rig.begin(0);
    rig.pass(2 * MILLI);
    rig.pass(20 * MILLI);
    rig.drain();
    rig.die(0);
    assert_eq!(ends(&rig.drain()), [(1, Err(timed_out))]);
}

#[test]
fn a_task_that_kills_its_workers_is_not_tried_for_ever() {
    let mut rig = Rig::new(1);
    rig.submit_limited(Limits {
        timeout_nanos: None,
        retries: 100,
    });
    let mut deaths = 0;
    while ends(&rig.drain()).is_empty() {
        if rig.begin(0).is_some() {
            deaths += 1;
            rig.die(0);
            rig.start(0);
        } else {
            rig.pass(1000 * MILLI);
        }
    }
    assert_eq!(deaths, 3);
}

#[test]
fn cancelled_tasks_end_at_once_or_with_their_worker() {
    let mut rig = Rig::new(1);
    rig.submit(3);
    rig.drain();
    rig.begin(0);
    assert!(rig.pool.cancel(&[2], rig.now) && !rig.pool.cancel(&[2], rig.now));
    assert_eq!(ends(&rig.drain()), [(2, Err(TaskError::Cancelled))]);
    assert!(rig.pool.cancel(&[1], rig.now));
    assert_eq!(rig.drain(), [Todo::End { slot: 0 }]);
    rig.die(0);
    let todo = rig.drain();
    assert_eq!(ends(&todo), [(1, Err(TaskError::Cancelled))]);
    rig.start(0);
    rig.drain();
    assert!(rig.pool.cancel(&[3], rig.now), "sent, but not begun");
    assert_eq!(ends(&rig.drain()), [(3, Err(TaskError::Cancelled))]);
    assert_eq!(rig.begin(0), None);
    rig.submit(1);
    rig.drain();
    assert_eq!(rig.run(0), Some(4));
}

#[test]
fn a_pool_grows_and_shrinks() {
    let mut rig = Rig::new(1);
    assert_eq!(rig.pool.resize(0, rig.now), Err(PoolError::NoProcesses));
    rig.pool.resize(3, rig.now).unwrap();
    assert_eq!(
        rig.drain(),
        [Todo::Resized { processes: 3 }, restart(1), restart(2)]
    );
    (1..3).for_each(|slot| rig.start(slot));
    rig.submit(3);
    rig.drain();
    let busy = rig.begin(2).unwrap();
    rig.pool.resize(1, rig.now).unwrap();
    assert_eq!(
        rig.drain(),
        [Todo::Resized { processes: 1 }, Todo::Finish { slot: 1 }],
        "who has begun nothing leaves at once"
    );
    assert!(rig.end(2, busy, Ok(vec![])));
    assert!(rig.drain().contains(&Todo::Finish { slot: 2 }));
    (1..3).for_each(|slot| rig.pool.gone(slot, 1, "exit code 0", Loss::Failed, rig.now));
    assert_eq!(rig.drain(), []);
    assert_eq!((rig.run(0), rig.drain().len()), (Some(1), 1));
    assert_eq!(rig.run(0), Some(2), "the task that was taken back");
    rig.pool.close();
    rig.pool.gone(0, 1, "exit code 0", Loss::Failed, rig.now);
    assert_eq!(rig.drain().last(), Some(&Todo::State(PoolState::Ended)));
}

#[test]
fn a_closed_pool_can_be_resized_while_tasks_wait() {
    let mut rig = Rig::new(1);
    rig.submit(3);
    rig.pool.close();
    rig.drain();
    let busy = rig.begin(0).unwrap();
    rig.pool.resize(2, rig.now).unwrap();
    assert_eq!(rig.drain(), [Todo::Resized { processes: 2 }, restart(1)]);
    rig.start(1);
    rig.drain();
    assert_eq!(rig.run(1), Some(2));
    rig.drain();
    assert_eq!(rig.run(1), Some(3));
    assert_eq!(
        rig.pool.resize(3, rig.now),
        Err(PoolError::NotRunning),
        "nothing is left for a third one"
    );
    assert!(rig.end(0, busy, Ok(vec![])));
}

#[test]
fn a_suspended_worker_gets_nothing_and_its_clock_stands_still() {
    let mut rig = Rig::new(2);
    let timeout_nanos = Some(10 * MILLI);
    rig.submit_limited(Limits {
        timeout_nanos,
        retries: 0,
    });
    rig.drain();
    rig.begin(0);
    rig.pass(2 * MILLI);
    rig.pool.suspend(0, rig.now);
    rig.pool.suspend(1, rig.now);
    rig.pass(1000 * MILLI);
    rig.submit(1);
    assert!(
        rig.drain()
            .iter()
            .all(|todo| matches!(todo, Todo::Begun { .. }))
    );
    assert_eq!(rig.begin(1), None);
    rig.pool.resume(0, rig.now);
    rig.pool.resume(1, rig.now);
    rig.pass(2 * MILLI);
    rig.drain();
    assert_eq!(rig.run(1), Some(2));
    rig.drain();
    rig.pass(10 * MILLI);
    let todo = rig.drain();
    assert!(
        todo.contains(&Todo::End { slot: 0 }),
        "{todo:?} {:?}",
        rig.pool
    );
}

#[test]
fn nobody_is_ended_for_a_task_that_is_over() {
    let mut rig = Rig::new(1);
    rig.submit_limited(Limits {
        timeout_nanos: Some(MILLI),
        retries: 0,
    });
    rig.drain();
    let seat = rig.sent[0][0].seat;
    assert_eq!(rig.begin(0), Some(1));
    rig.boards[0].finish(seat);
    assert!(!rig.pool.cancel(&[1], rig.now), "its result is on its way");
    rig.pass(5 * MILLI);
    let ended = |todo: &Todo| matches!(todo, Todo::End { .. });
    assert!(!rig.drain().iter().any(ended), "nor is it too late");
    assert_eq!(rig.pool.next_deadline(), None, "nothing to wait for");
    assert!(rig.end(0, 1, Ok(vec![])));
    assert_eq!(ends(&rig.drain()), [(1, Ok(()))]);
}

/// The only worker left is one that there should not be any more.
#[test]
fn who_is_to_be_tried_again_is_waited_for_after_resize_and_close() {
    for has_failed_start in [false, true] {
        let mut rig = Rig::new(2);
        rig.submit(1);
        rig.submit_limited(Limits {
            timeout_nanos: None,
            retries: 1,
        });
        rig.drain();
        assert_eq!((rig.run(0), rig.begin(1)), (Some(1), Some(2)));
        rig.drain();
        if has_failed_start {
            rig.die(0);
            rig.drain();
            rig.pool
                .gone(0, 0, "too many open files", Loss::Failed, rig.now);
            rig.drain();
        }
        rig.pool.resize(1, rig.now).unwrap();
        rig.pool.close();
        rig.drain();
        rig.pool.gone(0, 1, "exit code 0", Loss::Failed, rig.now);
        rig.drain();
        assert!(rig.end(1, 2, Err(RemoteError::new("ValueError", "once"))));
        assert!(rig.drain().contains(&Todo::Finish { slot: 1 }));
        rig.pool.gone(1, 1, "exit code 0", Loss::Failed, rig.now);
        assert_eq!(rig.drain(), [restart(0)]);
        rig.start(0);
        rig.pass(1000 * MILLI);
        rig.drain();
        assert_eq!(rig.run(0), Some(2));
    }
}

#[test]
fn the_clock_of_a_worker_that_others_stopped_goes_on_but_for_the_run() {
    let mut rig = Rig::new(2);
    rig.submit_limited(Limits {
        timeout_nanos: Some(10 * MILLI),
        retries: 0,
    });
    rig.drain();
    rig.begin(0);
    rig.pool.stopped(0, rig.now);
    rig.pool.stopped(1, rig.now);
    rig.submit(1);
    assert_eq!(rig.begin(1), None, "it gets nothing");
    // With the whole run it stands still as well.
    rig.now = rig.now.plus_nanos(1000 * MILLI);
    rig.pool.postpone(1000 * MILLI);
    rig.pass(2 * MILLI);
    assert!(!rig.drain().contains(&Todo::End { slot: 0 }));
    // On request, too.
    rig.pool.suspend(0, rig.now);
    rig.pass(1000 * MILLI);
    assert!(!rig.drain().contains(&Todo::End { slot: 0 }));
    rig.pool.resume(0, rig.now);
    rig.pool.stopped(0, rig.now);
    rig.pass(5 * MILLI);
    assert!(!rig.drain().contains(&Todo::End { slot: 0 }));
    rig.pass(5 * MILLI);
    assert!(rig.drain().contains(&Todo::End { slot: 0 }));
    rig.pool.resume(1, rig.now);
    rig.drain();
    assert_eq!(rig.run(1), Some(2), "it goes on");
}

#[test]
fn a_task_that_nobody_saw_begin_has_its_clock_stopped_too() {
    let mut rig = Rig::new(1);
    rig.submit_limited(Limits {
        timeout_nanos: Some(10 * MILLI),
        retries: 0,
    });
    rig.drain();
    rig.begin(0);
    rig.pool.suspend(0, rig.now);
    rig.pass(1000 * MILLI);
    rig.pool.resume(0, rig.now);
    rig.pass(2 * MILLI);
    assert!(!rig.drain().contains(&Todo::End { slot: 0 }));
    rig.pass(10 * MILLI);
    assert!(rig.drain().contains(&Todo::End { slot: 0 }));
}
