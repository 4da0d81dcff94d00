//! What a run survives, and what survives a run: nothing.

use std::io::Read as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use proclab::os::{Monotonic, processes};
use proclab::run::event::{EventKind, Outcome, PoolStateName, RunEvent, RunOutcome};
use rustix::process::{Pid, Signal, kill_process};

use crate::driver::{
    DEADLINE, Run, exit_code, guards_of, is_alive, keys, main_pid, nothing_is_left, proclab,
    run_to_end, wait_until,
};

fn signal(pid: u32, signal: Signal) {
    kill_process(Pid::from_raw(i32::try_from(pid).unwrap()).unwrap(), signal).unwrap();
}

fn task_started(run: &mut Run) -> (u64, u32) {
    match run
        .wait_for("a started task", |kind| {
            matches!(kind, EventKind::TaskStarted { .. })
        })
        .kind
    {
        EventKind::TaskStarted { task, pid, .. } => (task, pid),
        _ => unreachable!(),
    }
}

#[test]
fn a_killed_worker_costs_exactly_its_task_and_is_replaced() {
    // Sleeps of 0.1 to 0.4 s: long enough to be killed in.
    let mut run = Run::controlled(
        r#"{"version":1,"config":{"version":1,"kind":"pool","processes":2,"time_scale":0.1,"callback":"callback_work","error_callback":"error_callback_work",
        "tasks":[{"target":"work","args":["a",1]},{"target":"work","args":["b",2]},{"target":"work","args":["c",3]},{"target":"work","args":["d",4]}]}}"#
            .replace('\n', "")
            .as_str(),
    );
    let (lost, victim) = task_started(&mut run);
    signal(victim, Signal::KILL);
    let died = run.wait_for("the lost task", |kind| {
        matches!(
            kind,
            EventKind::TaskFinished {
                outcome: Outcome::WorkerDied,
                ..
            }
        )
    });
    match died.kind {
        EventKind::TaskFinished {
            task,
            pid,
            error: Some(error),
            ..
        } => {
            assert_eq!((task, pid), (lost, Some(victim)));
            assert!(
                error.kind == "WorkerDied" && error.message.contains("SIGKILL"),
                "{error:?}"
            );
        }
        other => panic!("{other:?}"),
    }
    let (events, code) = run.finish();
    assert_eq!(code, 1, "a task failed");
    let outcomes: Vec<_> = events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::TaskFinished { task, outcome, .. } => Some((task, outcome)),
            _ => None,
        })
        .collect();
    assert_eq!(outcomes.len(), 4, "each exactly once: {outcomes:?}");
    assert_eq!(
        outcomes
            .iter()
            .filter(|(_, outcome)| *outcome == Outcome::Ok)
            .count(),
        3
    );
    assert_eq!(keys(&events).len(), 3, "two workers and one replacement");
    let labels: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::ProcessStarted { label, slot, .. } => Some((label.clone(), *slot)),
            _ => None,
        })
        .collect();
    assert_eq!(
        labels.iter().filter(|place| **place == labels[2]).count(),
        2,
        "the replacement takes the place: {labels:?}"
    );
    let callbacks = events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::CallbackStarted { .. }))
        .count();
    assert_eq!(callbacks, 4, "one error callback among them");
    assert!(events.iter().any(|event| matches!(event.kind, EventKind::ProcessExited { pid, exit_code: Some(-9), .. } if pid == victim)));
}

#[test]
fn an_idle_worker_killed_harms_nothing() {
    let mut run = Run::start(&["run", "pool-apply", "--json", "--time-scale", "0.05"]);
    let (_, busy) = task_started(&mut run);
    let idle = keys(&run.events)
        .into_iter()
        .find(|key| key.pid != busy)
        .unwrap();
    signal(idle.pid, Signal::KILL);
    let (events, code) = run.finish();
    assert_eq!(code, 1, "a process was killed that nobody had told to end");
    let ok = events
        .iter()
        .filter(|event| {
            matches!(
                event.kind,
                EventKind::TaskFinished {
                    outcome: Outcome::Ok,
                    ..
                }
            )
        })
        .count();
    assert_eq!(ok, 5);
}

#[test]
fn a_killed_main_leaves_nothing_within_two_seconds() {
    let mut run = Run::start(&["run", "pool-callback", "--json", "--time-scale", "100"]);
    task_started(&mut run);
    run.wait_for("another", |kind| {
        matches!(kind, EventKind::TaskStarted { .. })
    });
    let main = main_pid(&run.events);
    assert_eq!(guards_of(main).len(), 1, "the guard is there");
    let keys = keys(&run.events);
    assert!(keys.len() == 3 && keys.iter().all(|&key| is_alive(key)));
    signal(main, Signal::KILL);
    let killed = Instant::now();
    wait_until("the end of all workers and the guard", DEADLINE, || {
        !keys.iter().any(|&key| is_alive(key)) && guards_of(main).is_empty()
    });
    assert!(
        killed.elapsed() < Duration::from_secs(2),
        "{:?}",
        killed.elapsed()
    );
    assert_eq!(exit_code(&mut run.child), -9);
}

#[test]
fn a_killed_consumer_gives_its_item_to_the_other() {
    let mut run = Run::start(&["run", "producer-consumer", "--json", "--time-scale", "0.1"]);
    let got = run.wait_for("an item got", |kind| matches!(kind, EventKind::ItemGot(_)));
    let EventKind::ItemGot(item) = got.kind else {
        unreachable!()
    };
    signal(item.pid, Signal::KILL);
    let (events, code) = run.finish();
    assert_eq!(code, 1);
    let returned: Vec<_> = events
        .iter()
        .filter_map(|event| {
            if let EventKind::ItemReturned(item) = &event.kind {
                Some((item.number, item.attempt))
            } else {
                None
            }
        })
        .collect();
    assert_eq!(returned, [(item.number, 2)]);
    let eaten = events
        .iter()
        .filter(
            |event| matches!(&event.kind, EventKind::Output { text, .. } if text.contains(" ate ")),
        )
        .count();
    assert_eq!(eaten, 10, "no item is lost");
}

fn stopped_by(how: Signal, expected: i32) {
    let mut run = Run::start(&["run", "pool-callback", "--json", "--time-scale", "100"]);
    run.wait_for("the last submission", |kind| {
        matches!(kind, EventKind::TaskSubmitted { task: 5, .. })
    });
    signal(run.child.id(), how);
    let (events, code) = run.finish();
    assert_eq!(code, expected);
    assert!(
        events
            .iter()
            .any(|event| matches!(event.kind, EventKind::StopRequested { at_once: false, .. }))
    );
    assert!(matches!(
        events.last().unwrap().kind,
        EventKind::RunFinished {
            outcome: RunOutcome::Interrupted,
            ..
        }
    ));
    let finished = events
        .iter()
        .filter(|event| {
            matches!(
                event.kind,
                EventKind::TaskFinished {
                    outcome: Outcome::Cancelled,
                    ..
                }
            )
        })
        .count();
    assert_eq!(finished, 5, "every task resolves");
}

#[test]
fn an_interrupt_stops_in_order() {
    stopped_by(Signal::INT, 130);
}

#[test]
fn a_termination_stops_in_order() {
    stopped_by(Signal::TERM, 143);
}

#[test]
fn a_stopped_worker_does_not_hold_up_the_end() {
    let mut run = Run::start(&["run", "pool-callback", "--json", "--time-scale", "100"]);
    let (_, pid) = task_started(&mut run);
    signal(pid, Signal::STOP);
    wait_until("the worker standing still", DEADLINE, || {
        processes::stat_of(pid).is_some_and(|stat| stat.state == b'T')
    });
    signal(run.child.id(), Signal::TERM);
    assert_eq!(run.finish().1, 143);
}

#[test]
fn a_reader_that_goes_away_stops_the_run() {
    let begun = Monotonic::now();
    let mut child = proclab(&["run", "pool-callback", "--json", "--time-scale", "100"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut text = Vec::new();
    while String::from_utf8_lossy(&text).lines().count() < 30 {
        let mut buffer = [0; 4096];
        let count = stdout.read(&mut buffer).unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&text));
        text.extend_from_slice(&buffer[..count]);
    }
    drop(stdout);
    // The samples of the first second find that nobody reads.
    assert_eq!(exit_code(&mut child), 130);
    let text = String::from_utf8_lossy(&text).into_owned();
    let events: Vec<_> = text
        .lines()
        .filter_map(|line| RunEvent::from_json(line).ok())
        .collect();
    nothing_is_left(&events, child.id(), begun);
}

#[test]
fn an_initializer_that_always_fails_ends_the_pool() {
    let path = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    let text = "version = 1\nkind = \"pool\"\nprocesses = 2\ninitializer = { target = \"sha256_file\", args = [\"/nonexistent\"] }\n\
                tasks = [{ target = \"work\", args = [\"a\", 1] }]\n";
    std::fs::write(&path, text).unwrap();
    let (events, code) = run_to_end(&["run", path.path().to_str().unwrap(), "--json"]);
    assert_eq!(code, 1);
    let failures = events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::InitializerFailed { .. }))
        .count();
    assert!((2..=8).contains(&failures), "{failures}");
    assert!(events.iter().any(|event| matches!(
        event.kind,
        EventKind::PoolState {
            state: PoolStateName::Failed
        }
    )));
    let told = |event: &RunEvent| match &event.kind {
        EventKind::TaskFinished {
            outcome: Outcome::Cancelled,
            error: Some(error),
            ..
        } => error.message.contains("/nonexistent"),
        _ => false,
    };
    assert!(events.iter().any(told), "the task says why");
}

#[test]
fn a_task_that_raises_says_so_and_the_others_go_on() {
    let path = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    let text = "version = 1\nkind = \"pool\"\nprocesses = 1\ntasks = [{ target = \"sha256_file\", args = [\"/nonexistent\"] }, \
                { target = \"count_primes\", args = [100] }]\n";
    std::fs::write(&path, text).unwrap();
    let (events, code) = run_to_end(&["run", path.path().to_str().unwrap(), "--json"]);
    assert_eq!(code, 1);
    let ended = |wanted: u64| {
        events.iter().find_map(|event| match &event.kind {
            EventKind::TaskFinished {
                task,
                outcome,
                value,
                error,
                ..
            } if *task == wanted => Some((*outcome, value.clone(), error.clone())),
            _ => None,
        })
    };
    let (outcome, _, error) = ended(1).unwrap();
    assert_eq!(
        (outcome, error.unwrap().kind.as_str()),
        (Outcome::Error, "FileNotFoundError")
    );
    assert_eq!(ended(2).unwrap().1, Some(25.into()));
    assert_eq!(keys(&events).len(), 1, "the worker lives on");
}
