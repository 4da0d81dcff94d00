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
