//! The reducer on recorded and on broken streams.

mod ends;
mod pool;

use super::*;
use crate::run::event::{
    CallData, EventKind, ItemData, Outcome, Phase, Role, RunEvent, Stream, WaitData,
};
use crate::run::log::LogSource;

const POOL: &str = include_str!("../../../tests/data/scripted/pool-callback.jsonl");
const KILLED: &str = include_str!("../../../tests/data/scripted/worker-killed.jsonl");
const RETRIED: &str = include_str!("../../../tests/data/events-1/retried.jsonl");
const CONTROLLED: &str = include_str!("../../../tests/data/events-1/controlled.jsonl");
const FOOD: &str = include_str!("../../../tests/data/scripted/producer-consumer.jsonl");

fn events(stream: &str) -> Vec<RunEvent> {
    stream
        .lines()
        .map(|line| RunEvent::from_json(line).unwrap())
        .collect()
}

fn fold(events: &[RunEvent]) -> RunState {
    let mut state = RunState::default();
    for event in events {
        state.apply(event);
    }
    state
}

/// The stream up to `seconds`.
fn until(stream: &str, seconds: f64) -> RunState {
    let mut all = events(stream);
    all.retain(|event| event.t <= s(seconds));
    fold(&all)
}

fn s(seconds: f64) -> RunTime {
    RunTime::from_seconds(seconds)
}

fn numbered(kinds: Vec<(f64, EventKind)>) -> Vec<RunEvent> {
    (1..)
        .zip(kinds)
        .map(|(seq, (t, kind))| RunEvent { seq, t: s(t), kind })
        .collect()
}

fn process<'a>(state: &'a RunState, label: &str) -> &'a ProcessState {
    state
        .processes()
        .iter()
        .rfind(|p| p.label == label)
        .unwrap()
}

#[test]
fn a_pool_in_mid_run() {
    let state = until(POOL, 3.2);
    assert!(state.is_live());
    assert_eq!(
        state.header().unwrap().lesson.as_deref(),
        Some("pool-callback")
    );
    assert_eq!(state.lane_order().len(), 3);
    assert_eq!(state.current_line(), Some(15));
    assert_eq!(state.current_step().unwrap().what.call, "pool.join");
    let work3 = state.task_of_number(4).unwrap();
    assert_eq!(process(&state, "W1").activity(), Activity::Running(work3));
    assert_eq!((state.tasks_ok(), state.tasks_running()), (2, 3));
    assert_eq!(state.waiting().value_at(s(0.1)), 5);
    assert_eq!(state.waiting().value_at(s(1.0)), 2);
    assert_eq!(state.waiting().last(), 0);
    let first = state.task(state.task_of_number(1).unwrap()).unwrap();
    assert_eq!(first.label, "work0");
    assert_eq!(first.end.as_ref().unwrap().value.as_deref(), Some("0"));
    assert_eq!(first.end.as_ref().unwrap().arrival, Some(1));
    assert_eq!(state.line_of_step(first.step), Some(13));
    assert_eq!(state.task_of_step(2), state.task_of_number(1));
    assert_eq!(first.wait_micros(state.now()), Some(126_600));
    assert!(first.callback.as_ref().unwrap().finished.is_some());
    assert!(process(&state, "W3").cpu_percent().is_some());
    assert_eq!(state.label_of_pid(4711), "M");
    assert_eq!(state.label_of_pid(4713), "W2");
    assert_eq!(state.label_of_pid(1), "");
}

#[test]
fn a_whole_pool() {
    let state = fold(&events(POOL));
    assert!(!state.is_live() && !state.is_cut_off());
    assert_eq!(state.finish().unwrap().outcome, RunOutcome::Ok);
    assert_eq!(
        (
            state.tasks_ok(),
            state.tasks_failed(),
            state.tasks_running()
        ),
        (5, 0, 0)
    );
    assert_eq!(state.callbacks().len(), 5);
    assert!(state.callbacks().iter().all(|span| span.end.is_some()));
    assert_eq!(state.code_finished(), Some(s(6.563)));
    assert_eq!(state.program_ended(), Some(s(6.563)));
    assert_eq!(state.now(), s(6.575), "it looked for what was left over");
    assert_eq!(state.current_line(), None);
    assert_eq!(state.log().len(LogSource::All), 15);
    assert_eq!(state.log().len(LogSource::Pid(4711)), 5);
    assert!(
        state
            .processes()
            .iter()
            .all(|p| p.activity() == Activity::Ended)
    );
    let joins = state.steps().in_range(s(3.0), s(3.0)).count();
    assert_eq!(joins, 1, "only the join is in sight");
    assert_eq!((state.missing_events(), state.repeated_events()), (0, 0));
}

#[test]
fn a_killed_worker_loses_one_task_and_is_replaced_in_its_lane() {
    let state = until(KILLED, 1.7);
    let lane = state.lane(state.lane_order()[1]).unwrap();
    assert_eq!(lane.processes.len(), 2);
    let dead = state.process(lane.processes[0]).unwrap();
    let second = state.process(lane.processes[1]).unwrap();
    assert_eq!(
        (dead.exit_code, dead.activity()),
        (Some(-9), Activity::Ended)
    );
    assert_eq!(state.task(dead.lost.unwrap()).unwrap().label, "work1");
    assert_eq!(dead.signals[0].1, "SIGKILL");
    assert_eq!(
        (second.nth, second.replaced_after_micros),
        (2, Some(12_000))
    );
    assert_eq!(second.activity(), Activity::Starting);
    assert_eq!((second.label.as_str(), second.pid), ("W2", 4720));
    let lost = state.task(dead.lost.unwrap()).unwrap();
    assert_eq!(lost.end.as_ref().unwrap().outcome, Outcome::WorkerDied);
    assert_eq!(lane.work.at(0).unwrap().end, Some(s(1.603)));
    assert_eq!(state.tasks_failed(), 1);
    assert_eq!(fold(&events(KILLED)).tasks_ok(), 4);
}

#[test]
fn items_go_from_producers_to_consumers_and_none_ends_them() {
    let early = until(FOOD, 3.0);
    let queue = early.queues().first().unwrap();
    assert_eq!(
        (queue.limit(), queue.depth.last(), queue.rows),
        (Some(2), 2, 2)
    );
    assert_eq!(
        process(&early, "P2").activity(),
        Activity::BlockedFull(QueueIx(0))
    );
    assert_eq!(process(&early, "P1").activity(), Activity::Ended);

    let mid = until(FOOD, 3.95);
    let queue = mid.queues().first().unwrap();
    let back = &queue.items[1];
    assert_eq!((back.attempt, back.got, back.consumer), (2, None, None));
    assert_eq!(queue.got, 2, "what was given back is not got");

    let state = fold(&events(FOOD));
    let queue = state.queues().first().unwrap();
    assert_eq!((queue.put, queue.got), (5, 5));
    assert_eq!((queue.sentinels_put, queue.sentinels_got), (2, 2));
    assert_eq!(queue.depth.last(), 0);
    assert_eq!(queue.stays.len(), 8, "seven items, one of them twice");
    assert!(queue.stays.iter().all(|stay| stay.end.is_some()));
    assert_eq!(queue.items[5].text, "None");
    assert!(queue.items[5].is_sentinel && queue.items[5].producer.is_none());
    assert_eq!(process(&state, "C1").sentinel, Some(s(6.0)));
    let c2 = state.lane(state.lane_order()[3]).unwrap();
    let eaten: Vec<_> = c2.held.iter().map(|held| held.what.item).collect();
    assert_eq!(eaten, [1, 1, 4, 6]);
    assert_eq!(c2.waits.len(), 1);
    let yyy = state.task(state.task_of_number(2).unwrap()).unwrap();
    assert_eq!(
        yyy.end.as_ref().unwrap().t,
        s(3.6),
        "told late, stamped early"
    );
    assert_eq!(state.now(), s(6.83));
}

#[test]
fn the_same_stream_twice_changes_nothing() {
    let all = events(KILLED);
    let mut state = fold(&all);
    for event in &all {
        state.apply(event);
    }
    let once = fold(&all);
    assert_eq!(
        format!("{:?}", state.tasks()),
        format!("{:?}", once.tasks())
    );
    assert_eq!(
        state.log().len(LogSource::All),
        once.log().len(LogSource::All)
    );
    assert_eq!(state.repeated_events(), all.len() as u64);
}

#[test]
fn a_stream_cut_off_anywhere_is_no_lie() {
    for stream in [POOL, KILLED, FOOD, RETRIED, CONTROLLED] {
        let all = events(stream);
        for end in 0..all.len() {
            let mut state = fold(&all[..end]);
            state.close();
            assert!(state.is_cut_off() && !state.is_live());
        }
        // A reader that comes late knows less but breaks on nothing.
        for begin in 0..all.len() {
            let state = fold(&all[begin..]);
            assert_eq!(state.missing_events(), begin as u64);
            let ended = state
                .tasks()
                .iter()
                .filter(|task| task.end.is_some())
                .count() as u64;
            let told = state.tasks_ok() + state.tasks_failed() + state.tasks_cancelled();
            assert_eq!(told, ended);
        }
    }
}

#[test]
fn a_stream_in_any_order_breaks_nothing() {
    for stream in [POOL, KILLED, FOOD, RETRIED, CONTROLLED] {
        let all = events(stream);
        for stride in [2, 3, 5, 7, 11, 13] {
            let kinds = (0..stride)
                .flat_map(|offset| all.iter().skip(offset).step_by(stride))
                .map(|event| (event.t.seconds(), event.kind.clone()))
                .collect();
            let state = fold(&numbered(kinds));
            assert!(state.finish().is_some());
            assert!(state.waiting().peak() <= 5);
            for lane in state.lane_order() {
                let lane = state.lane(*lane).unwrap();
                assert!(
                    lane.work
                        .iter()
                        .all(|span| span.end.is_none_or(|end| end >= span.start))
                );
            }
        }
    }
}

#[test]
fn what_nobody_introduced_gets_a_lane_of_its_own() {
    let started = |task, pid, attempt| EventKind::TaskStarted { task, pid, attempt };
    let mut kinds = vec![
        (1.0, started(9, 50, 1)),
        (
            1.5,
            EventKind::ProcessExited {
                pid: 60,
                exit_code: Some(1),
                cpu_seconds: None,
                max_rss_bytes: None,
            },
        ),
        (
            1.6,
            EventKind::GetBlocked(WaitData {
                queue: "q".into(),
                pid: 60,
                depth: 0,
                item: None,
                attempt: None,
            }),
        ),
    ];
    let state = fold(&numbered(kinds.clone()));
    assert!(!state.is_live(), "nothing is live before its first event");
    assert_eq!(state.lane_order().len(), 2);
    assert_eq!(state.processes()[0].key, None);
    assert_eq!(state.tasks()[0].label, "task 9");
    assert_eq!(state.tasks()[0].wait_micros(state.now()), None);
    assert_eq!(
        state.processes()[1].activity(),
        Activity::Ended,
        "the dead do not wait"
    );

    // The introduction comes late: the same lane, now with its number.
    kinds.push((
        0.5,
        EventKind::ProcessStarted {
            pid: 50,
            start_ticks: Some(7),
            label: "W1".into(),
            name: "SpawnPoolWorker-1".into(),
            role: Role::Worker,
            daemon: true,
            slot: 0,
            via: None,
        },
    ));
    kinds.push((
        0.6,
        EventKind::TaskSubmitted {
            task: 9,
            call: CallData {
                target: "work".into(),
                args: vec!["work8".into()],
                kwargs: serde_json::Map::new(),
            },
            first: None,
            count: None,
            step: None,
        },
    ));
    let state = fold(&numbered(kinds));
    assert_eq!(state.lane_order().len(), 2);
    let lane = state.lane(state.lane_order()[0]).unwrap();
    assert_eq!((lane.slot, lane.work.len()), (Some(0), 1));
    assert_eq!(state.processes()[0].label, "W1");
    assert_eq!(state.tasks()[0].label, "work8");
    assert_eq!(state.waiting().value_at(s(0.8)), 1);
    assert_eq!(state.waiting().last(), 0);
}

#[test]
fn a_wait_in_vain_ends() {
    let wait = || WaitData {
        queue: "q".into(),
        pid: 60,
        depth: 0,
        item: None,
        attempt: None,
    };
    for (blocked, refused) in [
        (EventKind::PutBlocked(wait()), EventKind::PutRefused(wait())),
        (EventKind::GetBlocked(wait()), EventKind::GetRefused(wait())),
    ] {
        let state = fold(&numbered(vec![(1.0, blocked), (1.5, refused)]));
        let lane = state.lane(state.lane_order()[0]).unwrap();
        let ends: Vec<_> = lane.waits.iter().map(|span| span.end).collect();
        assert_eq!(ends, [Some(s(1.5))]);
    }
}

#[test]
fn a_reused_pid_is_another_process() {
    let start = |t, ticks| {
        (
            t,
            EventKind::ProcessStarted {
                pid: 50,
                start_ticks: ticks,
                label: "W1".into(),
                name: String::new(),
                role: Role::Worker,
                daemon: true,
                slot: 0,
                via: None,
            },
        )
    };
    let exit = (
        1.0,
        EventKind::ProcessExited {
            pid: 50,
            exit_code: Some(0),
            cpu_seconds: None,
            max_rss_bytes: None,
        },
    );
    for (first, second) in [(Some(1), Some(9)), (None, None)] {
        let events = vec![start(0.0, first), exit.clone(), start(2.0, second)];
        let state = fold(&numbered(events));
        assert_eq!(state.processes().len(), 2);
        assert_eq!(state.processes()[0].exit_code, Some(0));
        assert_eq!(state.processes()[1].activity(), Activity::Starting);
        assert_eq!(state.processes()[1].nth, 2);
    }
}

#[test]
fn a_second_attempt_is_a_second_bar() {
    let started = |t, pid, attempt| {
        (
            t,
            EventKind::TaskStarted {
                task: 1,
                pid,
                attempt,
            },
        )
    };
    let state = fold(&numbered(vec![
        started(1.0, 50, 1),
        started(2.0, 51, 2),
        started(1.5, 50, 1),
    ]));
    let task = &state.tasks()[0];
    assert_eq!((task.attempt, task.started), (2, Some(s(2.0))));
    assert_eq!(state.tasks_running(), 1);
    assert_eq!(state.processes()[0].activity(), Activity::Idle);
    let bars: usize = state
        .lane_order()
        .iter()
        .map(|l| state.lane(*l).unwrap().work.len())
        .sum();
    assert_eq!(bars, 2);
}

#[test]
fn a_large_item_is_no_sentinel() {
    let item = |number, value_bytes| {
        EventKind::ItemPut(ItemData {
            queue: "q".into(),
            number,
            item: None,
            value_bytes,
            value_preview: value_bytes.map(|_| "[0, 1".to_owned()),
            pid: 5,
            depth: 1,
            attempt: 1,
            step: None,
        })
    };
    let state = fold(&numbered(vec![
        (0.1, item(1, Some(9000))),
        (0.2, item(2, None)),
    ]));
    let queue = &state.queues()[0];
    assert_eq!((queue.put, queue.sentinels_put), (1, 1));
    assert_eq!(queue.items[0].text, "[0, 1");
}

#[test]
fn steps_and_lines() {
    let step = |t, step, line, phase| {
        (
            t,
            EventKind::MainStep {
                step,
                line: Some(line),
                call: "p.start".into(),
                args: String::new(),
                phase,
            },
        )
    };
    let mut kinds = vec![
        step(0.1, 1, 3, Phase::Entered),
        step(0.2, 2, 4, Phase::Entered),
    ];
    assert_eq!(fold(&numbered(kinds.clone())).current_line(), Some(4));
    kinds.push(step(0.3, 2, 4, Phase::Returned));
    assert_eq!(fold(&numbered(kinds.clone())).current_line(), Some(3));
    kinds.push(step(0.4, 1, 3, Phase::Returned));
    kinds.push(step(0.5, 9, 8, Phase::Returned));
    let state = fold(&numbered(kinds));
    assert_eq!(state.current_line(), Some(8), "it was there last");
    assert_eq!(state.steps().len(), 2, "a return alone makes no span");
}

#[test]
fn dropped_lines_are_counted_for_the_process_and_for_all() {
    let state = fold(&numbered(vec![
        (
            0.1,
            EventKind::Output {
                pid: 5,
                stream: Stream::Stderr,
                text: "x".into(),
                task: None,
                continued: false,
                partial: true,
            },
        ),
        (
            0.2,
            EventKind::OutputDropped {
                pid: 5,
                lines: 8,
                bytes: 80,
            },
        ),
        (0.3, EventKind::Unknown),
    ]));
    assert_eq!(state.log().dropped(LogSource::All).in_stream, 8);
    assert_eq!(state.processes()[0].lines_dropped, 8);
    assert_eq!(state.unknown_events(), 1);
}
