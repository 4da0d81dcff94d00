//! Groups of processes: who waits for whom, and who ends with the main.

use proclab::run::event::{EventKind, RunEvent, RunOutcome};

use rustix::process::{Pid, Signal, kill_process};

use crate::driver::{Run, main_pid, run_to_end};

fn position(events: &[RunEvent], wanted: impl Fn(&EventKind) -> bool) -> usize {
    events.iter().position(|event| wanted(&event.kind)).unwrap()
}

fn pid_of(events: &[RunEvent], wanted: &str) -> u32 {
    let pid = |event: &RunEvent| match &event.kind {
        EventKind::ProcessStarted { pid, label, .. } if label == wanted => Some(*pid),
        _ => None,
    };
    events.iter().find_map(pid).unwrap()
}

fn lines_of(events: &[RunEvent], wanted: u32) -> Vec<String> {
    let line = |event: &RunEvent| match &event.kind {
        EventKind::Output { pid, text, .. } if *pid == wanted => Some(text.clone()),
        _ => None,
    };
    events.iter().filter_map(line).collect()
}

fn exit_of(events: &[RunEvent], wanted: u32) -> (usize, i32) {
    let exit = |(index, event): (usize, &RunEvent)| match event.kind {
        EventKind::ProcessExited { pid, exit_code, .. } if pid == wanted => {
            Some((index, exit_code?))
        }
        _ => None,
    };
    events.iter().enumerate().find_map(exit).unwrap()
}

#[test]
fn the_main_prints_before_its_children_end_and_waits_for_them() {
    for lesson in ["process-direct", "process-subclass"] {
        let (events, code) = run_to_end(&["run", lesson, "--time-scale", "0.05", "--json"]);
        assert_eq!(code, 0);
        let main = main_pid(&events);
        let printed = position(
            &events,
            |kind| matches!(kind, EventKind::Output { pid, .. } if *pid == main),
        );
        let code_finished = position(&events, |kind| {
            matches!(kind, EventKind::MainCodeFinished { .. })
        });
        for (label, name) in [("P1", "xxx"), ("P2", "yyy")] {
            let pid = pid_of(&events, label);
            let (exited, exit_code) = exit_of(&events, pid);
            assert!(
                printed < code_finished && code_finished < exited,
                "{lesson}"
            );
            assert_eq!(exit_code, 0);
            assert_eq!(
                lines_of(&events, pid),
                [
                    format!("pid={pid} {name} runs"),
                    format!("pid={pid} {name} ends")
                ]
            );
        }
    }
}

#[test]
fn a_daemon_ends_with_the_main_and_may_have_no_children() {
    let (events, code) = run_to_end(&["run", "process-daemon", "--time-scale", "0.1", "--json"]);
    assert_eq!(code, 1, "the daemon that wanted a child has failed");
    let [parent, daemon, other] = ["P1", "P2", "P3"].map(|label| pid_of(&events, label));
    let words = "AssertionError: daemonic processes are not allowed to have children";
    assert!(lines_of(&events, parent).iter().any(|line| line == words));
    assert_eq!(exit_of(&events, parent).1, 1);
    let code_finished = position(&events, |kind| {
        matches!(kind, EventKind::MainCodeFinished { .. })
    });
    let (ended, exit_code) = exit_of(&events, daemon);
    assert!(
        code_finished < ended && exit_code == -15,
        "ended with the main"
    );
    assert_eq!(
        lines_of(&events, daemon),
        [format!("pid={daemon} daemon runs")],
        "and said nothing more"
    );
    let (exited, exit_code) = exit_of(&events, other);
    assert!(
        ended < exited && exit_code == 0,
        "the other one was waited for"
    );
    assert_eq!(lines_of(&events, other).len(), 2);
}

#[test]
fn a_child_of_a_child_is_seen_and_waited_for() {
    let path = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    std::fs::write(&path, "version = 1\nkind = \"processes\"\ntime_scale = 0.01\ntasks = [{ target = \"parent\", args = [\"a\"] }]\n").unwrap();
    let (events, code) = run_to_end(&["run", path.path().to_str().unwrap(), "--json"]);
    assert_eq!(code, 0);
    let (parent, child) = (pid_of(&events, "P1"), pid_of(&events, "P1:1"));
    let introduced = |kind: &EventKind| matches!(kind, EventKind::ProcessStarted { pid, via, name, .. } if *pid == child && *via == Some(parent) && name == "Process-1:1");
    position(&events, introduced);
    assert!(exit_of(&events, child).0 < exit_of(&events, parent).0);
    assert_eq!(lines_of(&events, child).len(), 2);
    assert!(matches!(
        events.last().unwrap().kind,
        EventKind::RunFinished {
            outcome: RunOutcome::Ok,
            ..
        }
    ));
}

#[test]
fn a_child_of_a_killed_child_ends_with_it() {
    let path = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    std::fs::write(&path, "version = 1\nkind = \"processes\"\ntime_scale = 100\ntasks = [{ target = \"parent\", args = [\"a\"] }]\n").unwrap();
    let mut run = Run::start(&["run", path.path().to_str().unwrap(), "--json"]);
    run.wait_for(
        "the child's child",
        |kind| matches!(kind, EventKind::Output { text, .. } if text.contains("child of a runs")),
    );
    let parent = pid_of(&run.events, "P1");
    kill_process(
        Pid::from_raw(i32::try_from(parent).unwrap()).unwrap(),
        Signal::KILL,
    )
    .unwrap();
    let (events, code) = run.finish();
    assert_eq!((code, exit_of(&events, parent).1), (1, -9));
    // The kernel kills it, or its own look at the channel ends it first.
    let grandchild = exit_of(&events, pid_of(&events, "P1:1")).1;
    assert!([-9, 1].contains(&grandchild), "told of, too: {grandchild}");
}
