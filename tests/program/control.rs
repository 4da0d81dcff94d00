//! The control channel: what the window says to a run.

use std::sync::Arc;
use std::time::Instant;

use proclab::os::Monotonic;
use proclab::run::client::{Message, RunClient};
use proclab::run::config::RunConfig;
use proclab::run::event::{EventKind, Outcome, RefusalCode, RunOutcome};
use proclab::run::lesson::Lesson;
use proclab::run::request::Request;

use crate::driver::{DEADLINE, Run, nothing_is_left};

fn start_line(time_scale: f64) -> String {
    let lesson = Lesson::find("pool-callback").unwrap();
    let config = RunConfig {
        time_scale,
        ..lesson.config.clone().unwrap()
    };
    serde_json::json!({"version": 1, "config": config, "lesson": lesson.name}).to_string()
}

fn started(run: &mut Run) -> u32 {
    match run
        .wait_for("a started task", |kind| {
            matches!(kind, EventKind::TaskStarted { .. })
        })
        .kind
    {
        EventKind::TaskStarted { pid, .. } => pid,
        _ => unreachable!(),
    }
}

#[test]
fn stop_ends_the_run() {
    let mut run = Run::controlled(&start_line(100.0));
    started(&mut run);
    run.say(r#"{"type":"stop"}"#);
    let (events, code) = run.finish();
    assert_eq!(code, 130);
    assert!(events.iter().any(|event| matches!(&event.kind, EventKind::StopRequested { by, at_once: false } if by == "stop")));
    assert!(
        matches!(&events[0].kind, EventKind::RunStarted { lesson: Some(name), .. } if name == "pool-callback")
    );
}

#[test]
fn the_end_of_input_ends_the_run() {
    let mut run = Run::controlled(&start_line(100.0));
    started(&mut run);
    run.hang_up();
    let (events, code) = run.finish();
    assert_eq!(code, 130);
    assert!(matches!(
        events.last().unwrap().kind,
        EventKind::RunFinished {
            outcome: RunOutcome::Interrupted,
            ..
        }
    ));
}

#[test]
fn a_worker_can_be_killed_and_nonsense_is_refused() {
    let mut run = Run::controlled(&start_line(0.1));
    let pid = started(&mut run);
    run.say(r#"{"type":"dance"}"#);
    let refused = run.wait_for("a refusal", |kind| {
        matches!(kind, EventKind::RequestRefused { .. })
    });
    assert!(
        matches!(refused.kind, EventKind::RequestRefused { code: Some(RefusalCode::NotARequest), reason, .. } if reason.contains("dance") && reason.contains("kill_worker"))
    );
    run.say(r#"{"type":"kill_worker","pid":1}"#);
    run.wait_for(
        "another",
        |kind| matches!(kind, EventKind::RequestRefused { code: Some(RefusalCode::NoSuchProcess), reason, .. } if reason.contains('1')),
    );
    run.say(&Request::KillWorker { pid }.to_json());
    run.wait_for("the signal", |kind| matches!(kind, EventKind::SignalSent { pid: p, signal } if *p == pid && signal == "SIGKILL"));
    run.wait_for("the death", |kind| {
        matches!(
            kind,
            EventKind::TaskFinished {
                outcome: Outcome::WorkerDied,
                ..
            }
        )
    });
    assert_eq!(run.finish().1, 1);
}

#[test]
fn a_first_line_that_makes_no_sense_is_refused_before_anything_starts() {
    for (line, named) in [
        ("hello", "first line"),
        (
            r#"{"version":2,"config":{"version":1,"kind":"pool"}}"#,
            "version 2",
        ),
        (
            r#"{"version":1,"config":{"version":1,"kind":"pool","processes":0}}"#,
            "processes: 0",
        ),
        (
            r#"{"version":1,"config":{"version":1,"kind":"pool","worker":1}}"#,
            "worker",
        ),
    ] {
        let mut run = Run::controlled(line);
        let mut stderr = run.child.stderr.take().unwrap();
        let (events, code) = run.finish();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut stderr, &mut text).unwrap();
        assert_eq!((events.len(), code), (0, 2), "{line}");
        assert!(text.contains(named), "{line}: {text}");
    }
}

#[test]
fn the_client_sees_the_run_to_its_end() {
    let lesson = Lesson::find("pool-apply-async").unwrap();
    let config = RunConfig {
        time_scale: 0.01,
        ..lesson.config.clone().unwrap()
    };
    let program = env!("CARGO_BIN_EXE_proclab").into();
    let begun = Monotonic::now();
    let client = RunClient::start(
        Some(program),
        config,
        Some(lesson.name.clone()),
        Arc::new(|| {}),
    )
    .unwrap();
    let deadline = Instant::now() + DEADLINE;
    let mut events = Vec::new();
    let exit_code = loop {
        assert!(Instant::now() < deadline);
        match client.try_next() {
            Some(Message::Event(event)) => events.push(*event),
            Some(Message::Ended {
                exit_code,
                complaint,
            }) => {
                assert_eq!(complaint, "");
                break exit_code;
            }
            Some(Message::Garbled { reason }) => panic!("{reason}"),
            None => std::thread::yield_now(),
        }
    };
    assert_eq!(exit_code, Some(0));
    assert!(matches!(
        events.last().unwrap().kind,
        EventKind::RunFinished {
            outcome: RunOutcome::Ok,
            ..
        }
    ));
    nothing_is_left(&events, client.main_pid(), begun);
}

#[test]
fn a_client_that_stops_leaves_nothing() {
    let lesson = Lesson::find("pool-callback").unwrap();
    let config = RunConfig {
        time_scale: 100.0,
        ..lesson.config.clone().unwrap()
    };
    let begun = Monotonic::now();
    let client = RunClient::start(
        Some(env!("CARGO_BIN_EXE_proclab").into()),
        config,
        None,
        Arc::new(|| {}),
    )
    .unwrap();
    let deadline = Instant::now() + DEADLINE;
    let mut events = Vec::new();
    while events
        .iter()
        .filter(|event: &&proclab::run::event::RunEvent| {
            matches!(event.kind, EventKind::TaskStarted { .. })
        })
        .count()
        < 3
    {
        assert!(Instant::now() < deadline);
        if let Some(Message::Event(event)) = client.try_next() {
            events.push(*event);
        }
    }
    let main = client.main_pid();
    client.stop_and_wait();
    nothing_is_left(&events, main, begun);
}
