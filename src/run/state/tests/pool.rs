//! The reducer on attempts, suspensions and pools that change their size.

use super::*;
use crate::run::log::{LineKind, Note};

fn task(state: &RunState, number: u64) -> &TaskState {
    state.task(state.task_of_number(number).unwrap()).unwrap()
}

fn notes(state: &RunState) -> Vec<Note> {
    let log = state.log();
    (log.first()..log.end())
        .filter_map(|number| match &log.line(number)?.kind {
            LineKind::Note(note) => Some(note.clone()),
            LineKind::Output(_) => None,
        })
        .collect()
}

#[test]
fn a_failed_attempt_ends_its_bar_and_the_task_waits_again() {
    let state = until(RETRIED, 0.109_7);
    let first = task(&state, 1);
    assert!(!first.is_running());
    assert_eq!(
        (first.attempt, first.started, first.failed.len()),
        (1, None, 1)
    );
    let attempt = &first.failed[0];
    assert_eq!(
        (attempt.number, attempt.outcome, attempt.error.kind.as_str()),
        (1, Outcome::Error, "ValueError")
    );
    assert_eq!((attempt.ended, attempt.due), (s(0.109_638), s(0.209_638)));
    assert_eq!(process(&state, "W1").activity(), Activity::Idle);
    let bar = state
        .lane(process(&state, "W1").lane)
        .unwrap()
        .work
        .last()
        .unwrap();
    assert_eq!(bar.end, Some(attempt.ended));
    assert_eq!(first.failed_attempt(bar.start).unwrap().number, 1);
    assert_eq!(state.tasks_running(), 1);
    assert_eq!(
        state.waiting().last(),
        4,
        "three that never began, and this"
    );
    assert!(notes(&state).contains(&Note::TaskRetried {
        task: 1,
        attempt: 1
    }));

    let state = until(RETRIED, 0.3);
    let first = task(&state, 1);
    assert!(first.is_running());
    assert_eq!((first.attempt, first.started), (2, Some(s(0.257_031))));
    assert!(first.failed_attempt(s(0.257_031)).is_none());
    assert_eq!(first.wait_micros(state.now()), Some(257_031 - 109_638));
}

#[test]
fn attempts_that_cost_their_workers_are_told_apart() {
    let state = fold(&events(RETRIED));
    let outcomes: Vec<_> = state
        .tasks()
        .iter()
        .map(|task| {
            (
                task.failed.first().map(|failed| failed.outcome),
                task.end.as_ref().unwrap().outcome,
            )
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            (Some(Outcome::Error), Outcome::Error),
            (Some(Outcome::WorkerDied), Outcome::WorkerDied),
            (None, Outcome::Ok),
            (Some(Outcome::TimedOut), Outcome::TimedOut),
            (None, Outcome::Ok),
        ]
    );
    assert_eq!(state.retried().len(), 3);
    let crashed = task(&state, 2);
    let workers: Vec<_> = state
        .processes()
        .iter()
        .filter(|p| p.lost == state.task_of_number(2))
        .collect();
    assert_eq!(workers.len(), 2, "each attempt cost one");
    assert!(
        workers
            .iter()
            .all(|p| crashed.ran_in(state.process_of_pid(p.pid).unwrap()))
    );
    let timed_out: Vec<_> = state
        .processes()
        .iter()
        .filter(|p| p.lost == state.task_of_number(4))
        .collect();
    assert!(timed_out.iter().all(|p| p.exit_code == Some(-15)) && timed_out.len() == 2);
}

#[test]
fn a_suspended_worker_does_nothing_and_its_time_is_kept() {
    let state = until(CONTROLLED, 0.1);
    let worker = process(&state, "W2");
    assert_eq!(worker.activity(), Activity::Suspended);
    assert!(worker.is_suspended() && worker.task().is_some());
    let state = until(CONTROLLED, 0.35);
    let worker = process(&state, "W2");
    assert_eq!(
        worker.activity(),
        Activity::Running(state.task_of_number(2).unwrap())
    );
    let spans: Vec<_> = state
        .lane(worker.lane)
        .unwrap()
        .suspended
        .iter()
        .cloned()
        .collect();
    assert_eq!(spans.len(), 1);
    assert_eq!(
        (spans[0].start, spans[0].end),
        (s(0.013_797), Some(s(0.324_988)))
    );
    let told = notes(&state);
    assert!(told.contains(&Note::Suspended) && told.contains(&Note::Resumed));

    let kill = EventKind::ProcessExited {
        pid: 5,
        exit_code: Some(-9),
        cpu_seconds: None,
        max_rss_bytes: None,
    };
    let suspend = EventKind::WorkerSuspended {
        pid: 5,
        signal: None,
    };
    let state = fold(&numbered(vec![
        (1.0, suspend.clone()),
        (2.0, kill),
        (3.0, suspend),
    ]));
    let spans: Vec<_> = state
        .lane(LaneIx(0))
        .unwrap()
        .suspended
        .iter()
        .cloned()
        .collect();
    assert_eq!(
        (spans.len(), spans[0].end),
        (1, Some(s(2.0))),
        "the dead stand still for ever, and once"
    );
}

#[test]
fn a_resized_pool_has_more_lanes_or_some_that_empty() {
    assert_eq!(until(CONTROLLED, 0.1).pool_size(), Some(2));
    let state = until(CONTROLLED, 0.3);
    assert_eq!((state.pool_size(), state.lane_order().len()), (Some(3), 3));
    assert!(!state.is_surplus(process(&state, "W3")));
    let state = until(CONTROLLED, 0.5);
    assert_eq!(state.pool_size(), Some(2));
    assert_eq!(state.pool_sizes(), [(s(0.214_328), 3), (s(0.425_256), 2)]);
    let third = process(&state, "W3");
    assert!(state.is_surplus(third) && !state.is_surplus(process(&state, "W2")));
    assert_eq!(third.exited, None, "it finishes what it runs first");
    assert!(notes(&state).contains(&Note::PoolResized(2)));
}

#[test]
fn cancelled_tasks_say_whether_a_worker_went_with_them() {
    let state = fold(&events(CONTROLLED));
    let waiting = task(&state, 5);
    assert_eq!((waiting.process, waiting.started), (None, None));
    assert_eq!(waiting.end.as_ref().unwrap().outcome, Outcome::Cancelled);
    let running = task(&state, 2).process.unwrap();
    assert_eq!(
        state.process(running).unwrap().lost,
        state.task_of_number(2)
    );
    assert_eq!(state.waiting().last(), 0);
}

#[test]
fn a_late_or_repeated_retry_changes_nothing() {
    let error = crate::run::event::ErrorData {
        kind: "ValueError".into(),
        message: String::new(),
        traceback: String::new(),
    };
    let retried = |attempt| EventKind::TaskRetried {
        task: 1,
        pid: Some(50),
        attempt,
        error: error.clone(),
        delay_seconds: 0.1,
    };
    let started = |attempt| EventKind::TaskStarted {
        task: 1,
        pid: 50,
        attempt,
    };
    let state = fold(&numbered(vec![
        (1.0, started(1)),
        (2.0, retried(1)),
        (2.1, retried(1)),
        (3.0, started(2)),
        (3.1, retried(1)),
    ]));
    let task = &state.tasks()[0];
    assert!(task.is_running());
    assert_eq!(
        (task.failed.len(), task.attempt, state.tasks_running()),
        (1, 2, 1)
    );
    assert_eq!(state.waiting().last(), 0);
}
