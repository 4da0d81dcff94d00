//! Where `/proc` belongs to another pid namespace, a pid that is read there is never handed to a system call. Needs root for a
//! namespace of its own, and says so where it has none.

use std::process::{Child, Command, Output};

use serde_json::Value;

use crate::driver::output_of;

/// Runs a command in a pid namespace of its own with the `/proc` that is there already; `None` where that may not be done.
fn in_a_pid_namespace(script: &str) -> Option<Output> {
    if Command::new("unshare").arg("--version").output().is_err() {
        eprintln!("skipped: there is no unshare here");
        return None;
    }
    let mut unshare = Command::new("unshare");
    unshare
        .args(["--pid", "--fork", "--kill-child", "sh", "-c", script])
        .env("PROCLAB", env!("CARGO_BIN_EXE_proclab"));
    let output = output_of(&mut unshare);
    let words = String::from_utf8_lossy(&output.stderr);
    if words.starts_with("unshare:") {
        eprintln!("skipped: there is no pid namespace to be had here: {words}");
        return None;
    }
    Some(output)
}

/// A process outside the namespace, which ends with the test.
struct Outside(Child);

impl Outside {
    fn start() -> Self {
        Self(Command::new("sleep").arg("600").spawn().unwrap())
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn no_fact_of_a_process_is_asked_of_another_that_has_its_pid_here() {
    let outside = Outside::start();
    let pid = outside.0.id();
    // Whatever lives in the namespace under that pid, if the kernel allows it, has one CPU and the idle class.
    let script = format!(
        "echo {} > /proc/sys/kernel/ns_last_pid; (exec sleep 600) & \
         taskset -p 1 $! >&2; ionice -c 3 -p $! >&2; \
         \"$PROCLAB\" snapshot --pid {pid} --fields name,cpu_affinity,ionice,nice,scheduling",
        pid - 1
    );
    let Some(output) = in_a_pid_namespace(&script) else {
        return;
    };
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["limited_view"], "other_pid_namespace");
    let process = &document["processes"][0];
    assert_eq!(process["name"], "sleep");
    for field in ["cpu_affinity", "ionice"] {
        assert_eq!(process[field], Value::Null, "{field}");
        assert_eq!(
            process["unreadable"][field], "other_pid_namespace",
            "{field}"
        );
    }
    // These stand in /proc.
    assert_eq!(process["nice"], 0);
    assert!(
        words.contains("/proc belongs to another pid namespace"),
        "{words}"
    );
}

#[test]
fn a_run_works_and_names_no_start_of_another() {
    for lesson in ["producer-consumer", "process-direct", "pool-callback"] {
        let script = format!("exec \"$PROCLAB\" run {lesson} --time-scale 0.01 --json");
        let Some(output) = in_a_pid_namespace(&script) else {
            return;
        };
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}");
        let events: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(events[0]["main_start_ticks"], Value::Null);
        assert_eq!(events.last().unwrap()["outcome"], "ok");
        let started = events
            .iter()
            .filter(|event| event["type"] == "process_started");
        assert!(started.clone().count() > 1);
        for event in started {
            assert_eq!(event["start_ticks"], Value::Null, "{event}");
        }
    }
}

#[test]
fn what_a_killed_run_leaves_is_ended_there_too() {
    // Its workers are the guard's to end: they outlive no main, but this program that one of them runs does.
    let script = "\"$PROCLAB\" run pool-apply --time-scale 1000 --json > /dev/null & main=$!; \
        n=0; until [ $(grep -lz \"^PROCLAB_RUN=$main-\" /proc/[0-9]*/environ 2>/dev/null | wc -l) -ge 3 ]; do \
        n=$((n+1)); [ $n -gt 2000 ] && exit 9; sleep 0.01; done; \
        (export $(tr '\\0' '\\n' < $(grep -lz \"^PROCLAB_RUN=$main-\" /proc/[0-9]*/environ 2>/dev/null | head -1) | \
        grep ^PROCLAB_RUN=); exec setsid sleep 600) & left=$!; sleep 0.1; kill -KILL $main; \
        n=0; while kill -0 $left 2>/dev/null; do n=$((n+1)); [ $n -gt 2000 ] && exit 8; sleep 0.01; done";
    let Some(output) = in_a_pid_namespace(script) else {
        return;
    };
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_run_without_proc_says_that_it_is_missing() {
    let mut unshare = Command::new("unshare");
    let script = "umount -l /proc && exec \"$PROCLAB\" run pool-apply";
    unshare
        .args(["--mount", "sh", "-c", script])
        .env("PROCLAB", env!("CARGO_BIN_EXE_proclab"));
    if Command::new("unshare").arg("--version").output().is_err() {
        return eprintln!("skipped: there is no unshare here");
    }
    let output = output_of(&mut unshare);
    let words = String::from_utf8_lossy(&output.stderr);
    if words.starts_with("unshare:") || words.starts_with("umount:") {
        return eprintln!("skipped: /proc cannot be taken away here: {words}");
    }
    assert_eq!(output.status.code(), Some(3), "{words}");
    assert!(words.contains("there is no /proc"), "{words}");
}
