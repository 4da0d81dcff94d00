//! A `/proc` that goes away while a run is under way: what is due still ends. Needs root for a mount namespace of its own, and
//! says so where it has none.

use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use proclab::os::{ProcKey, processes};
use proclab::run::event::{EventKind, Outcome};

use crate::driver::{Run, keys, wait_until};

/// A pool whose only task would take minutes, in a mount namespace of its own without `/proc`; `None` where there is none.
fn run_without_proc(more: &str) -> Option<(Run, Vec<ProcKey>)> {
    let can_unshare = Command::new("unshare")
        .args(["--mount", "nsenter", "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !can_unshare {
        eprintln!("skipped: there is no mount namespace to be had here");
        return None;
    }
    let mut config = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    let text = format!(
        "version = 1\nkind = \"pool\"\nprocesses = 1\n{more}tasks = [{{ target = \"nap\", args = [\"a\", 300] }}]\n"
    );
    config.write_all(text.as_bytes()).unwrap();
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--propagation", "private"])
        .arg(env!("CARGO_BIN_EXE_proclab"))
        .args(["run", "--json"])
        .arg(config.path());
    let mut run = Run::of(&mut command);
    run.wait_for("a running task", |kind| {
        matches!(kind, EventKind::TaskStarted { .. })
    });
    let keys = keys(&run.events);
    let gone = Command::new("nsenter")
        .args(["--target", &run.child.id().to_string(), "--mount"])
        .args(["umount", "--lazy", "/proc"])
        .status()
        .unwrap();
    assert!(gone.success());
    Some((run, keys))
}

fn have_ended(keys: &[ProcKey]) {
    assert!(!keys.is_empty());
    wait_until("the end of the workers", Duration::from_secs(10), || {
        keys.iter()
            .all(|key| processes::stat_of(key.pid).is_none_or(|stat| stat.key() != *key))
    });
}

#[test]
fn a_timeout_is_carried_out() {
    let Some((run, keys)) = run_without_proc("timeout = 1.0\n") else {
        return;
    };
    let (events, code) = run.finish();
    let failed = events.iter().any(|event| {
        matches!(&event.kind, EventKind::TaskFinished { outcome, .. } if *outcome != Outcome::Ok)
    });
    assert!(failed, "{events:#?}");
    assert_eq!(code, 1);
    have_ended(&keys);
}

#[test]
fn an_interrupted_run_ends() {
    let Some((run, keys)) = run_without_proc("") else {
        return;
    };
    let begun = Instant::now();
    let status = Command::new("kill")
        .args(["-INT", &run.child.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
    let (_, code) = run.finish();
    assert_eq!(code, 130);
    assert!(begun.elapsed() < Duration::from_secs(20));
    have_ended(&keys);
}
