//! Children that something else in this program has reaped: that they have ended is known, how they ended is not.

use std::path::PathBuf;
use std::sync::Arc;

use proclab::multiprocess::error::TaskError;
use proclab::multiprocess::{Function, GetError, Process};
use proclab::os::Exit;
use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, waitpid};

use crate::driver::{DEADLINE, Seen, Watcher, pool, watched_engine};
use crate::gate::{Gate, wait_at};

/// What a child prints before it dies.
const LAST_WORDS: &str = "about to die";

/// Waits at the gate, prints a line and is killed.
pub static DIE_AT_GATE: Function<PathBuf, ()> =
    Function::with_context("die_at_gate", |context, gate: PathBuf| {
        wait_at(&gate);
        context.print(format_args!("{LAST_WORDS}"));
        kill_process(getpid(), Signal::KILL).unwrap();
    });

/// Lets the child go on that waits at the gate, and reaps it before its engine can.
fn reap_at(gate: &Gate, pid: u32, watcher: &Arc<Watcher>) {
    watcher.hold_at(LAST_WORDS);
    drop(gate.arrived());
    let pid = Pid::from_raw(pid.cast_signed()).unwrap();
    let (_, status) = waitpid(Some(pid), WaitOptions::empty()).unwrap().unwrap();
    assert_eq!(status.terminating_signal(), Some(Signal::KILL.as_raw()));
    watcher.go_on();
}

/// What was told of a process's end.
fn end_of(watcher: &Watcher, pid: u32) -> Exit {
    watcher.wait_for("end", |seen| match seen {
        Seen::Exited(ended, exit) if *ended == pid => Some(*exit),
        _ => None,
    })
}

pub fn a_process_that_something_else_has_reaped_has_ended_and_no_exit_code() {
    let ((engine, watcher), gate) = (watched_engine(), Gate::new());
    let mut process = Process::new(&engine, DIE_AT_GATE.call(gate.path()).unwrap());
    process.start().unwrap();
    let pid = process.pid().unwrap().unwrap();
    assert_eq!(process.exit(), Ok(None));
    reap_at(&gate, pid, &watcher);
    process.join(Some(DEADLINE)).unwrap();
    assert_eq!(process.is_alive(), Ok(false));
    assert_eq!(
        (process.exit(), process.exitcode()),
        (Ok(Some(Exit::Unknown)), Ok(None))
    );
    assert_eq!(end_of(&watcher, pid), Exit::Unknown);
}

pub fn a_worker_that_something_else_has_reaped_costs_its_task_and_says_so() {
    let ((pool, watcher), gate) = (pool(1), Gate::new());
    let result = pool.apply_async(&DIE_AT_GATE, gate.path()).unwrap();
    let pid = watcher.wait_for("start", |seen| match seen {
        Seen::Started(pid) => Some(*pid),
        _ => None,
    });
    reap_at(&gate, pid, &watcher);
    let error = result.get(Some(DEADLINE)).unwrap_err();
    assert!(
        matches!(error, GetError::Task(TaskError::WorkerDied { .. })),
        "{error:?}"
    );
    assert!(error.to_string().contains("exit code unknown"), "{error}");
    assert_eq!(end_of(&watcher, pid), Exit::Unknown);
}
