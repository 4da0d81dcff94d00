//! What the window asks of a pool while it works.

use proclab::os::processes;
use proclab::run::event::{EventKind, Outcome, PoolStateName};
use proclab::run::request::Request;

use crate::driver::{DEADLINE, Run, wait_until};

/// A pool whose tasks end only when they are made to; all of them are submitted.
fn pool(processes: u32, tasks: usize) -> Run {
    let task = serde_json::json!({"target": "nap", "args": ["long", 3600]});
    let config = serde_json::json!({
        "version": 1, "kind": "pool", "processes": processes, "tasks": vec![task; tasks],
    });
    let mut run = Run::controlled(&serde_json::json!({"version": 1, "config": config}).to_string());
    run.wait_for("the last submission", |kind| {
        matches!(
            kind,
            EventKind::PoolState {
                state: PoolStateName::Closed
            }
        )
    });
    run
}

fn ask(run: &mut Run, request: &Request) {
    run.say(&request.to_json());
}

/// Waits until the task has begun; where.
fn begun(run: &mut Run, task: u64) -> u32 {
    let wanted =
        |kind: &EventKind| matches!(kind, EventKind::TaskStarted { task: t, .. } if *t == task);
    let earlier = run.events.iter().find(|event| wanted(&event.kind)).cloned();
    let event = earlier.unwrap_or_else(|| run.wait_for("a started task", wanted));
    match event.kind {
        EventKind::TaskStarted { pid, .. } => pid,
        _ => unreachable!(),
    }
}

fn ended(run: &mut Run, task: u64) -> (Outcome, Option<u32>) {
    let event = run.wait_for(
        "the end of a task",
        |kind| matches!(kind, EventKind::TaskFinished { task: t, .. } if *t == task),
    );
    match event.kind {
        EventKind::TaskFinished { outcome, pid, .. } => (outcome, pid),
        _ => unreachable!(),
    }
}

fn refused(run: &mut Run, request: &Request, why: &str) {
    ask(run, request);
    run.wait_for(
        why,
        |kind| matches!(kind, EventKind::RequestRefused { reason, .. } if reason.contains(why)),
    );
}

#[test]
fn waiting_and_running_tasks_can_be_cancelled() {
    let mut run = pool(1, 3);
    let worker = begun(&mut run, 1);
    ask(&mut run, &Request::Cancel { task: 3 });
    assert_eq!(ended(&mut run, 3), (Outcome::Cancelled, None));
    ask(&mut run, &Request::Cancel { task: 1 });
    assert_eq!(ended(&mut run, 1), (Outcome::Cancelled, Some(worker)));
    assert_ne!(begun(&mut run, 2), worker, "its worker went with it");
    refused(
        &mut run,
        &Request::Cancel { task: 1 },
        "task 1 neither waits nor runs",
    );
    refused(
        &mut run,
        &Request::Cancel { task: 99 },
        "task 99 neither waits nor runs",
    );
    ask(&mut run, &Request::Stop);
    assert_eq!(run.finish().1, 130);
}

#[test]
fn the_worker_of_a_task_can_be_killed() {
    let mut run = pool(2, 2);
    let (first, second) = (begun(&mut run, 1), begun(&mut run, 2));
    ask(&mut run, &Request::KillTask { task: 2 });
    run.wait_for("the signal", |kind| {
        matches!(kind, EventKind::SignalSent { pid, signal } if *pid == second && signal == "SIGKILL")
    });
    assert_eq!(ended(&mut run, 2), (Outcome::WorkerDied, Some(second)));
    refused(
        &mut run,
        &Request::KillTask { task: 2 },
        "no process runs task 2 now",
    );
    assert!(
        processes::stat_of(first).is_some(),
        "the other one lives on"
    );
    ask(&mut run, &Request::Stop);
    assert_eq!(run.finish().1, 130);
}

#[test]
fn a_worker_can_be_suspended_and_resumed() {
    let mut run = pool(1, 1);
    let worker = begun(&mut run, 1);
    let is_stopped = || processes::stat_of(worker).is_some_and(|stat| stat.state == b'T');
    ask(&mut run, &Request::Suspend { pid: worker });
    run.wait_for(
        "the suspension",
        |kind| matches!(kind, EventKind::WorkerSuspended { pid, .. } if *pid == worker),
    );
    wait_until("the worker standing still", DEADLINE, is_stopped);
    ask(&mut run, &Request::Resume { pid: worker });
    run.wait_for(
        "the resumption",
        |kind| matches!(kind, EventKind::WorkerResumed { pid } if *pid == worker),
    );
    wait_until("the worker going on", DEADLINE, || !is_stopped());
    refused(
        &mut run,
        &Request::Suspend { pid: 1 },
        "no living process of this run has the pid 1",
    );
    refused(&mut run, &Request::Resume { pid: 1 }, "pid 1");
    // A run stops in order, whoever stands still in it.
    ask(&mut run, &Request::Suspend { pid: worker });
    wait_until("the worker standing still again", DEADLINE, is_stopped);
    ask(&mut run, &Request::Stop);
    assert_eq!(run.finish().1, 130);
}

#[test]
fn a_pool_grows_and_shrinks_while_it_works() {
    let mut run = pool(1, 4);
    begun(&mut run, 1);
    let resized = |processes: u32| move |kind: &EventKind| matches!(kind, EventKind::PoolResized { processes: now } if *now == processes);
    ask(&mut run, &Request::Resize { processes: 3 });
    run.wait_for("more workers", resized(3));
    begun(&mut run, 2);
    begun(&mut run, 3);
    ask(&mut run, &Request::Resize { processes: 2 });
    run.wait_for("fewer workers", resized(2));
    for (processes, why) in [
        (2, "has 2 workers already"),
        (0, "choose 1 to 256"),
        (257, "choose 1 to 256"),
    ] {
        refused(&mut run, &Request::Resize { processes }, why);
    }
    // Whoever is one too many finishes what it runs, and leaves.
    let third = run
        .events
        .iter()
        .find_map(|event| match event.kind {
            EventKind::ProcessStarted { pid, slot: 2, .. } => Some(pid),
            _ => None,
        })
        .unwrap();
    assert!(processes::stat_of(third).is_some());
    ask(&mut run, &Request::Stop);
    assert_eq!(run.finish().1, 130);
}

#[test]
fn what_has_no_pool_refuses_what_belongs_to_pools() {
    let config = serde_json::json!({
        "version": 1, "kind": "processes", "time_scale": 1000.0,
        "tasks": [{"target": "run", "args": ["a"]}],
    });
    let mut run = Run::controlled(&serde_json::json!({"version": 1, "config": config}).to_string());
    run.wait_for("a process", |kind| {
        matches!(kind, EventKind::ProcessReady { .. })
    });
    refused(&mut run, &Request::Cancel { task: 1 }, "no pool");
    refused(&mut run, &Request::Resize { processes: 2 }, "no pool");
    refused(&mut run, &Request::KillTask { task: 1 }, "no process runs");
    ask(&mut run, &Request::Stop);
    assert_eq!(run.finish().1, 130);
}
