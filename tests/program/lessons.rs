//! The lessons do what they teach.

use std::collections::{BTreeMap, BTreeSet};

use proclab::multiprocess::worker::Random;
use proclab::run::event::{CallbackKind, EventKind, Outcome, Phase, RunEvent, RunOutcome, Stream};
use serde_json::json;

use crate::driver::{keys, main_pid, output, run_to_end};

fn quick(lesson: &str) -> Vec<RunEvent> {
    let (events, code) = run_to_end(&["run", lesson, "--time-scale", "0.01", "--json"]);
    assert_eq!(code, 0);
    assert!(
        events.windows(2).all(|pair| pair[0].seq + 1 == pair[1].seq),
        "numbers rise by one"
    );
    assert!(matches!(
        events.first().unwrap().kind,
        EventKind::RunStarted { .. }
    ));
    assert!(matches!(
        events.last().unwrap().kind,
        EventKind::RunFinished {
            outcome: RunOutcome::Ok,
            ..
        }
    ));
    events
}

fn position(events: &[RunEvent], wanted: impl Fn(&EventKind) -> bool) -> usize {
    events.iter().position(|event| wanted(&event.kind)).unwrap()
}

fn values(events: &[RunEvent]) -> Vec<serde_json::Value> {
    let value = |event: &RunEvent| match &event.kind {
        EventKind::TaskFinished {
            task,
            outcome: Outcome::Ok,
            value: Some(value),
            ..
        } => Some((*task, value.clone())),
        _ => None,
    };
    events
        .iter()
        .filter_map(value)
        .collect::<BTreeMap<_, _>>()
        .into_values()
        .collect()
}

#[test]
fn pool_callback_calls_back_in_the_main() {
    let events = quick("pool-callback");
    let main = main_pid(&events);
    assert_eq!(values(&events), [0, 1, 4, 9, 16].map(|n| json!(n)));
    assert_eq!(keys(&events).len(), 3);
    let tasks = |events: &[RunEvent]| {
        events
            .iter()
            .filter(|event| matches!(event.kind, EventKind::TaskStarted { .. }))
            .count()
    };
    assert_eq!(tasks(&events), 5);
    let callbacks: Vec<_> = events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::CallbackStarted {
                task,
                pid,
                callback: CallbackKind::Callback,
                ..
            } => Some((task, pid)),
            _ => None,
        })
        .collect();
    assert_eq!(callbacks.len(), 5);
    assert!(callbacks.iter().all(|&(_, pid)| pid == main));
    for (task, _) in callbacks {
        let finished = position(
            &events,
            |kind| matches!(kind, EventKind::TaskFinished { task: t, .. } if *t == task),
        );
        let started = position(
            &events,
            |kind| matches!(kind, EventKind::CallbackStarted { task: t, .. } if *t == task),
        );
        let ended = position(
            &events,
            |kind| matches!(kind, EventKind::CallbackFinished { task: t, error: None, .. } if *t == task),
        );
        assert!(finished < started && started < ended);
    }
    let join = position(
        &events,
        |kind| matches!(kind, EventKind::MainStep { call, phase: Phase::Returned, .. } if call == "pool.join"),
    );
    let last_callback = events
        .iter()
        .rposition(|event| matches!(event.kind, EventKind::CallbackFinished { .. }))
        .unwrap();
    assert!(last_callback < join, "join waits for the callbacks");
}

#[test]
fn pool_apply_runs_one_task_at_a_time_on_three_workers() {
    let events = quick("pool-apply");
    let mut running = 0;
    let mut pids = BTreeSet::new();
    for event in &events {
        match event.kind {
            EventKind::TaskStarted { pid, .. } => {
                running += 1;
                pids.insert(pid);
                assert_eq!(running, 1, "two at a time");
            }
            EventKind::TaskFinished { .. } => running -= 1,
            _ => {}
        }
    }
    assert_eq!(pids.len(), 3);
    assert_eq!(values(&events), [0, 1, 4, 9, 16].map(|n| json!(n)));
    let main = main_pid(&events);
    let printed: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Output {
                pid,
                text,
                stream: Stream::Stdout,
                ..
            } if *pid == main => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(printed, ["0", "1", "4", "9", "16"]);
}

#[test]
fn pool_apply_async_submits_all_before_any_ends() {
    let events = quick("pool-apply-async");
    let last_submitted = events
        .iter()
        .rposition(|event| matches!(event.kind, EventKind::TaskSubmitted { .. }))
        .unwrap();
    let first_finished = position(&events, |kind| {
        matches!(kind, EventKind::TaskFinished { .. })
    });
    assert!(last_submitted < first_finished);
    assert_eq!(values(&events), [0, 1, 4, 9, 16].map(|n| json!(n)));
}

#[test]
fn pool_worker_crash_costs_one_call_and_replaces_one_worker() {
    let (events, code) = run_to_end(&["run", "pool-worker-crash", "--time-scale", "0.2", "--json"]);
    assert_eq!(code, 1, "something failed, on purpose");
    let began: BTreeMap<u64, (u32, f64)> = events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::TaskStarted { task, pid, .. } => Some((task, (pid, event.t.seconds()))),
            _ => None,
        })
        .collect();
    let ended: BTreeMap<u64, (Outcome, f64)> = events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::TaskFinished { task, outcome, .. } => {
                Some((task, (outcome, event.t.seconds())))
            }
            _ => None,
        })
        .collect();
    let outcomes: Vec<_> = ended.values().map(|(outcome, _)| *outcome).collect();
    let (ok, error, died) = (Outcome::Ok, Outcome::Error, Outcome::WorkerDied);
    assert_eq!(outcomes, [ok, error, ok, ok, died, ok]);
    let pid = |task: u64| began[&task].0;
    assert_eq!(
        (pid(3), pid(5)),
        (pid(2), pid(2)),
        "who raised works on, until it is killed"
    );
    assert_eq!(pid(4), pid(1), "the other one never changes");
    assert!(
        began[&4].1 < ended[&5].1 && ended[&5].1 < ended[&4].1,
        "in the middle of work3"
    );
    let mut labels: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::ProcessStarted { pid, label, .. } => Some((label.as_str(), *pid)),
            _ => None,
        })
        .collect();
    // Which of the two is ready first, and so gets the first call, is for the machine to say.
    labels.retain(|(_, worker)| *worker != pid(1));
    assert_eq!(
        labels.iter().map(|(_, pid)| *pid).collect::<Vec<_>>(),
        [pid(2), pid(6)]
    );
    assert_eq!(labels[0].0, labels[1].0, "the new one takes over the lane");
    let told: Vec<_> = events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::CallbackStarted {
                task,
                callback: CallbackKind::ErrorCallback,
                ..
            } => Some(task),
            _ => None,
        })
        .collect();
    assert_eq!(told, [2, 5]);
}

#[test]
fn process_info_runs_nothing_and_tells_of_two_processes() {
    let output = output(&["run", "process-info"]);
    assert!(output.status.success());
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let processes = document["processes"].as_array().unwrap();
    let who: BTreeSet<_> = processes
        .iter()
        .map(|process| process["pid"] == 1)
        .collect();
    assert_eq!(
        (processes.len(), who.len()),
        (2, 2),
        "process 1 and another one"
    );
    assert!(processes.iter().any(|process| process["name"] == "proclab"));
    for process in processes {
        let mut fields: BTreeSet<_> = process.as_object().unwrap().keys().collect();
        // How a value is missing is told beside the fields, and a pid is never told alone.
        fields.retain(|field| !["unreadable", "lossy", "start_ticks"].contains(&field.as_str()));
        assert_eq!(fields.len(), 18, "{fields:?}");
    }
}

#[test]
fn a_tasks_output_comes_between_its_start_and_its_end() {
    let events = quick("pool-callback");
    for task in 1..=5 {
        let started = position(
            &events,
            |kind| matches!(kind, EventKind::TaskStarted { task: t, .. } if *t == task),
        );
        let finished = position(
            &events,
            |kind| matches!(kind, EventKind::TaskFinished { task: t, .. } if *t == task),
        );
        let lines: Vec<_> = (started..finished)
            .filter(|&index| matches!(&events[index].kind, EventKind::Output { task: Some(t), .. } if *t == task))
            .collect();
        assert_eq!(lines.len(), 2, "task {task}");
    }
    let all = events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Output { task: Some(_), .. }))
        .count();
    assert_eq!(all, 10, "none outside");
}

#[test]
fn producer_consumer_moves_each_item_once_and_ends_each_consumer() {
    let events = quick("producer-consumer");
    let mut put = Vec::new();
    let mut got = Vec::new();
    let mut sentinels = Vec::new();
    for (index, event) in events.iter().enumerate() {
        match &event.kind {
            EventKind::ItemPut(item) => match &item.item {
                Some(value) => put.push(value.to_string()),
                None => sentinels.push(index),
            },
            EventKind::ItemGot(item) => got.extend(item.item.as_ref().map(ToString::to_string)),
            _ => {}
        }
    }
    assert_eq!((put.len(), got.len(), sentinels.len()), (10, 10, 2));
    assert_eq!(put, got, "first in, first out");
    assert_eq!(put.iter().collect::<BTreeSet<_>>().len(), 10, "each once");
    let producers: BTreeSet<u32> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::ProcessStarted { pid, label, .. } if label.starts_with('P') => Some(*pid),
            _ => None,
        })
        .collect();
    assert_eq!(producers.len(), 3);
    for pid in producers {
        let exited = position(
            &events,
            |kind| matches!(kind, EventKind::ProcessExited { pid: p, .. } if *p == pid),
        );
        assert!(
            sentinels.iter().all(|&sentinel| exited < sentinel),
            "sentinels come after all producers have ended"
        );
    }
}

#[test]
fn sleeps_follow_from_the_seed_whoever_runs_the_task() {
    for seed in [3, 251, 4711] {
        let (events, _) = run_to_end(&[
            "run",
            "pool-callback",
            "--time-scale",
            "0.01",
            "--seed",
            &seed.to_string(),
            "--json",
        ]);
        for task in 1..=5 {
            let began = position(
                &events,
                |kind| matches!(kind, EventKind::TaskStarted { task: t, .. } if *t == task),
            );
            let ended = position(
                &events,
                |kind| matches!(kind, EventKind::TaskFinished { task: t, .. } if *t == task),
            );
            let took = events[ended].t.seconds() - events[began].t.seconds();
            // A busy machine adds to a sleep, and none is ever shorter than asked for.
            let asked = Random::of_task(seed, task).uniform(1.0, 4.0) * 0.01;
            assert!(
                took >= asked,
                "task {task} of seed {seed} took {took} s, not {asked} s"
            );
        }
    }
}

#[test]
fn the_log_is_readable_without_a_terminal() {
    let output = output(&["run", "pool-callback", "--time-scale", "0"]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("start run work0") && text.contains("callback_work 16"),
        "{text}"
    );
    assert!(
        text.contains("5 tasks (5 ok, 0 failed)") && !text.contains('\u{1b}'),
        "{text}"
    );
}

#[test]
fn what_there_is_to_run_is_listed() {
    let lessons = String::from_utf8(output(&["lessons"]).stdout).unwrap();
    let names: Vec<_> = lessons
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(
        names,
        [
            "process-direct",
            "process-subclass",
            "process-daemon",
            "producer-consumer",
            "pool-apply",
            "pool-apply-async",
            "pool-callback",
            "pool-worker-crash",
            "process-info",
        ]
    );
    let lesson = String::from_utf8(output(&["lessons", "pool-apply"]).stdout).unwrap();
    assert!(lesson.contains("value = pool.apply(work"), "{lesson}");
    let tasks = String::from_utf8(output(&["tasks"]).stdout).unwrap();
    assert!(
        tasks.contains("work(key, n)") && tasks.contains("sha256_file(path)"),
        "{tasks}"
    );
}
