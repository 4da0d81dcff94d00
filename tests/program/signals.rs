//! What a shell and a terminal do to a command by signals.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command};
use std::time::Duration;

use proclab::os::processes;
use proclab::run::event::{EventKind, Outcome, Phase};
use rustix::process::{Pid, Signal, kill_process};

use crate::driver::{DEADLINE, Run, exit_code, output_of, proclab, wait_until};

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

/// The file of a pool with one worker and one task.
fn one_nap(seconds: f64, timeout: f64) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    write!(
        file,
        "version = 1\nkind = \"pool\"\nprocesses = 1\ntimeout = {timeout:?}\ntime_scale = {seconds:?}\n\
         tasks = [{{ target = \"nap\", args = [\"short\", 1] }}]\n"
    )
    .unwrap();
    file
}

/// The worker of the task, once it has begun.
fn begun(run: &mut Run) -> u32 {
    let event = run.wait_for("a started task", |kind| {
        matches!(kind, EventKind::TaskStarted { .. })
    });
    match event.kind {
        EventKind::TaskStarted { pid, .. } => pid,
        _ => unreachable!(),
    }
}

fn stands_still(pid: u32) -> bool {
    processes::stat_of(pid).is_some_and(|stat| stat.state == b'T')
}

#[test]
fn ctrl_z_stops_the_whole_run_with_its_clocks() {
    let file = one_nap(0.5, 1.5);
    let path = file.path().to_str().unwrap();
    // In a group of its own, as a shell's job is.
    let mut run = Run::of(proclab(&["run", path, "--json"]).process_group(0));
    let worker = begun(&mut run);
    let main = run.child.id();
    send(&run.child, Signal::TSTP);
    wait_until("the main standing still", DEADLINE, || stands_still(main));
    assert!(stands_still(worker), "before the main does");
    // More than the task may take: there is nothing else to wait for.
    std::thread::sleep(Duration::from_secs(2));
    send(&run.child, Signal::CONT);
    run.wait_for(
        "the worker that goes on",
        |kind| matches!(kind, EventKind::WorkerResumed { pid } if *pid == worker),
    );
    let (events, code) = run.finish();
    let suspended = |kind: &EventKind| match kind {
        EventKind::WorkerSuspended { signal, .. } => signal.clone(),
        _ => None,
    };
    let by: Vec<_> = events
        .iter()
        .filter_map(|event| suspended(&event.kind))
        .collect();
    assert_eq!(by, ["SIGTSTP"]);
    let is_well = |kind: &EventKind| {
        matches!(
            kind,
            EventKind::TaskFinished {
                outcome: Outcome::Ok,
                ..
            }
        )
    };
    assert!(
        events.iter().any(|event| is_well(&event.kind)),
        "{events:#?}"
    );
    assert_eq!(code, 0);
}

#[test]
fn a_sleep_of_the_main_has_its_rest_after_ctrl_z() {
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    let config = "version = 1\nkind = \"processes\"\nmain_seconds = 1.0\n\
        tasks = [{ target = \"nap\", args = [\"short\", 0] }]\n";
    file.write_all(config.as_bytes()).unwrap();
    let path = file.path().to_str().unwrap();
    let mut run = Run::of(proclab(&["run", path, "--json"]).process_group(0));
    let is_sleep = |kind: &EventKind, wanted: Phase| matches!(kind, EventKind::MainStep { call, phase, .. } if call == "time.sleep" && *phase == wanted);
    let entered = run.wait_for("the sleep", |kind| is_sleep(kind, Phase::Entered));
    let main = run.child.id();
    send(&run.child, Signal::TSTP);
    wait_until("the main standing still", DEADLINE, || stands_still(main));
    let held = Duration::from_millis(1500);
    // More than the main sleeps: there is nothing else to wait for.
    std::thread::sleep(held);
    send(&run.child, Signal::CONT);
    let returned = run.wait_for("its end", |kind| is_sleep(kind, Phase::Returned));
    let took = returned.t.seconds() - entered.t.seconds();
    assert!(took >= 1.0 + held.as_secs_f64(), "{took}");
    assert_eq!(run.finish().1, 0);
}

#[test]
fn whoever_stood_still_before_ctrl_z_does_so_afterwards() {
    let config = serde_json::json!({
        "version": 1, "kind": "pool", "processes": 1, "tasks": [{"target": "nap", "args": ["long", 3600]}],
    });
    let mut run = Run::of(proclab(&["run", "--control", "stdin", "--json"]).process_group(0));
    run.say(&serde_json::json!({"version": 1, "config": config}).to_string());
    let worker = begun(&mut run);
    run.say(&serde_json::json!({"type": "suspend", "pid": worker}).to_string());
    wait_until("the worker standing still", DEADLINE, || {
        stands_still(worker)
    });
    let main = run.child.id();
    send(&run.child, Signal::TSTP);
    wait_until("the main standing still", DEADLINE, || stands_still(main));
    send(&run.child, Signal::CONT);
    // Answered once it goes on.
    run.say(r#"{"type":"cancel","task":99}"#);
    run.wait_for("an answer", |kind| {
        matches!(kind, EventKind::RequestRefused { .. })
    });
    assert!(stands_still(worker));
    run.say(r#"{"type":"stop"}"#);
    let (events, code) = run.finish();
    let resumed = |kind: &EventKind| matches!(kind, EventKind::WorkerResumed { .. });
    assert!(!events.iter().any(|event| resumed(&event.kind)));
    assert_eq!(code, 130);
}

#[test]
fn a_worker_that_its_terminal_stops_is_told_of_and_fails() {
    let mut run = Run::of(&mut proclab(&["run", "--control", "stdin", "--json"]));
    let config = serde_json::json!({
        "version": 1, "kind": "pool", "processes": 1, "tasks": [{"target": "nap", "args": ["long", 3600]}],
    });
    run.say(&serde_json::json!({"version": 1, "config": config}).to_string());
    let worker = begun(&mut run);
    // What the kernel sends whoever reads from a terminal in the background.
    let pid = Pid::from_raw(i32::try_from(worker).unwrap()).unwrap();
    kill_process(pid, Signal::TTIN).unwrap();
    run.wait_for(
        "the suspension",
        |kind| matches!(kind, EventKind::WorkerSuspended { signal: Some(by), .. } if by == "SIGTTIN"),
    );
    let (events, code) = run.finish();
    let words = events.iter().find_map(|event| match &event.kind {
        EventKind::TaskFinished {
            error: Some(error), ..
        } => Some(error.message.clone()),
        _ => None,
    });
    assert!(words.unwrap().contains("SIGTTIN"), "{events:#?}");
    assert_eq!(code, 1);
}

#[test]
fn what_was_ignored_at_the_start_stays_ignored() {
    let can_ignore = output_of(Command::new("env").args(["--ignore-signal=INT", "true"]));
    if !can_ignore.status.success() {
        return eprintln!("skipped: env cannot ignore signals here");
    }
    let file = one_nap(0.5, 30.0);
    let path = file.path().to_str().unwrap();
    let lines = ["watch", "--pid", "1", "--count", "3", "--interval", "0.2"];
    for (arguments, signals) in [
        (["run", path, "--json"].as_slice(), "INT,TERM,HUP"),
        (lines.as_slice(), "INT,TERM"),
    ] {
        let mut env = Command::new("env");
        env.arg(format!("--ignore-signal={signals}"))
            .args([env!("CARGO_BIN_EXE_proclab")].iter().chain(arguments));
        let mut run = Run::of(&mut env);
        // It has begun once it has said something.
        run.line();
        for signal in [Signal::INT, Signal::TERM] {
            send(&run.child, signal);
        }
        assert_eq!(exit_code(&mut run.child), 0, "{arguments:?}");
    }
}
