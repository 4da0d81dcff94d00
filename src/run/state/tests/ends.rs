//! The reducer on what a run leaves behind: cancelled tasks, items in a queue, lines that were read late.

use super::*;
use crate::run::log::LogLine;

const STOPPED: &str = include_str!("../../../../tests/data/events-1/stopped.jsonl");

#[test]
fn a_cancelled_task_neither_arrives_nor_fails() {
    let state = fold(&events(STOPPED));
    assert_eq!(
        (
            state.tasks_ok(),
            state.tasks_failed(),
            state.tasks_cancelled()
        ),
        (0, 0, 5)
    );
    for task in state.tasks() {
        assert_eq!(task.end.as_ref().unwrap().arrival, None, "{}", task.label);
    }
    // Results that do come are counted without them.
    let state = fold(&events(CONTROLLED));
    let mut arrivals: Vec<_> = state
        .tasks()
        .iter()
        .filter_map(|task| task.end.as_ref()?.arrival)
        .collect();
    arrivals.sort_unstable();
    let ended = state.tasks_ok() + state.tasks_failed();
    assert!(ended > 0 && state.tasks_cancelled() > 0);
    assert_eq!(arrivals, (1..=ended).collect::<Vec<_>>());
}

#[test]
fn what_was_put_was_got_or_is_in_the_queue_at_every_moment() {
    for stream in [
        FOOD,
        include_str!("../../../../tests/data/events-1/consumer-killed.jsonl"),
    ] {
        let mut state = RunState::default();
        let mut most = (0, 0);
        for event in events(stream) {
            state.apply(&event);
            for queue in state.queues() {
                assert_eq!(queue.put, queue.got + queue.waiting);
                assert_eq!(
                    queue.sentinels_put,
                    queue.sentinels_got + queue.sentinels_waiting
                );
                most.0 = most.0.max(queue.waiting);
                most.1 = most.1.max(queue.sentinels_waiting);
            }
        }
        assert!(most.0 > 0 && most.1 > 0, "both kinds were in the queue");
    }
}

fn last_line(state: &RunState) -> &LogLine {
    let log = state.log();
    (log.first()..log.end())
        .rev()
        .filter_map(|number| log.line(number))
        .find(|line| !line.is_note())
        .unwrap()
}

#[test]
fn a_line_read_after_the_end_of_its_task_is_known_as_late() {
    let mut state = until(POOL, 2.152);
    let first = state.task_of_number(1).unwrap();
    let end = state.task(first).unwrap().end.as_ref().unwrap().t;
    let pid = state
        .process(state.task(first).unwrap().process.unwrap())
        .unwrap()
        .pid;
    let mut seq = state.revision();
    let mut printed = |micros: u64, task: Option<u64>| {
        seq += 1;
        let kind = EventKind::Output {
            pid,
            stream: Stream::Stdout,
            text: "end run work0".to_owned(),
            task,
            continued: false,
            partial: false,
        };
        let t = RunTime {
            micros: end.micros + micros,
        };
        RunEvent { seq, t, kind }
    };
    let events = [
        (440_000, Some(1), Some(ReadLate::Task(first, 440_000))),
        (200, Some(1), None),
        (440_000, None, None),
    ];
    for (micros, task, late) in events {
        state.apply(&printed(micros, task));
        assert_eq!(
            state.read_late(last_line(&state)),
            late,
            "{micros} {task:?}"
        );
    }
    let exited = EventKind::ProcessExited {
        pid,
        exit_code: Some(0),
        cpu_seconds: None,
        max_rss_bytes: None,
    };
    let t = end;
    state.apply(&RunEvent {
        seq: 10_000,
        t,
        kind: exited,
    });
    assert_eq!(
        state.read_late(last_line(&state)),
        Some(ReadLate::Process(440_000))
    );
}
