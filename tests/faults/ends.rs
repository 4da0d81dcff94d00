//! The end of everything: mains, windows and guards that are killed, and what they leave behind.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use proclab::multiprocess::Process;
use proclab::os::{Monotonic, ProcKey, processes};
use proclab::run::event::{EventKind, RunEvent};
use proclab::selftest::{Misdeed, PATIENCE, Surprise, expect};
use rustix::process::{Pid, Signal, kill_process};

use crate::alone::{alone, alone_without_engine, program, row};

#[test]
fn a_stopped_worker_is_terminated_in_time() {
    row("stopped-worker");
}

#[test]
fn a_grandchild_ends_with_its_worker() {
    row("grandchild");
}

#[test]
fn idle_workers_end_with_their_main() {
    row("main-killed-idle");
}

#[test]
fn workers_that_cling_end_with_their_main() {
    row("main-killed-busy");
}

#[test]
fn a_run_ends_with_its_window() {
    row("window-killed");
}

/// A run of the real program that goes on until somebody ends it.
struct Run {
    child: Child,
    events: BufReader<std::process::ChildStdout>,
}

impl Run {
    fn start() -> Result<Self, Surprise> {
        let mut child = Command::new(program())
            .args(["run", "pool-callback", "--json", "--time-scale", "1000"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let events = BufReader::new(child.stdout.take().unwrap());
        let mut run = Self { child, events };
        for _ in 0..3 {
            run.wait_for("a started task", |kind| {
                matches!(kind, EventKind::TaskStarted { .. })
            })?;
        }
        Ok(run)
    }

    /// The deadline is that of the whole case.
    fn wait_for(
        &mut self,
        what: &str,
        wanted: impl Fn(&EventKind) -> bool,
    ) -> Result<(), Surprise> {
        let mut line = String::new();
        while self.events.read_line(&mut line)? > 0 {
            if wanted(&RunEvent::from_json(line.trim())?.kind) {
                return Ok(());
            }
            line.clear();
        }
        Err(Surprise(format!("the events ended without {what}")))
    }

    /// Its main's children that are guards, or those that are not.
    fn children(&self, guards: bool) -> Vec<ProcKey> {
        let children = processes::children_of(self.child.id()).into_iter();
        children
            .filter(|stat| (*stat.comm == *b"pool-guard") == guards && stat.state != b'Z')
            .map(|stat| stat.key())
            .collect()
    }

    fn signal(&self, signal: Signal) -> Result<(), Surprise> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        Ok(kill_process(pid.unwrap(), signal)?)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn wait_until(what: &str, mut so: impl FnMut() -> bool) -> Result<(), Surprise> {
    let deadline = Instant::now() + PATIENCE;
    while !so() {
        expect(Instant::now() < deadline, || {
            format!("waited in vain for {what}")
        })?;
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

#[test]
fn a_killed_guard_is_replaced_and_the_new_one_guards() {
    alone_without_engine(|| {
        let mut run = Run::start()?;
        for _ in 0..3 {
            wait_until("a guard", || run.children(true).len() == 1)?;
            let guard = run.children(true)[0];
            processes::kill(guard)?;
            run.wait_for("a word about it", |kind| {
                matches!(kind, EventKind::Output { text, .. } if text.contains("guard was killed"))
            })?;
            wait_until("another guard", || {
                run.children(true).first().is_some_and(|new| *new != guard)
            })?;
        }
        let everything = [run.children(true), run.children(false)].concat();
        expect(everything.len() == 4, || format!("{everything:?}"))?;
        let watched = everything.iter().map(|key| processes::open_pidfd(key.pid));
        let watched: Vec<_> = watched.collect::<Result<_, _>>()?;
        run.signal(Signal::KILL)?;
        let soon = Monotonic::now().plus_nanos(2_000_000_000);
        for pidfd in &watched {
            expect(processes::wait_for_end(pidfd, soon)?, || {
                "something lives on".to_owned()
            })?;
        }
        Ok(())
    });
}

#[test]
fn a_hang_up_stops_in_order() {
    alone_without_engine(|| {
        // Under `nohup` the run would ignore it, as it should; a signal that is handled here is not ignored there.
        signal_hook::flag::register(signal_hook::consts::SIGHUP, Arc::default())?;
        let mut run = Run::start()?;
        run.signal(Signal::HUP)?;
        run.wait_for("the end", |kind| {
            matches!(kind, EventKind::RunFinished { .. })
        })?;
        let status = run.child.wait()?;
        expect(status.code() == Some(143), || format!("{status}"))
    });
}

#[test]
fn a_daemon_that_ignores_its_end_does_not_hold_up_the_mains() {
    alone(|trial| {
        let mut daemon = Process::new(&trial.engine, Misdeed::IgnoreRequests.call());
        daemon.set_daemon(true)?;
        daemon.start()?;
        trial.writer_of("ignoring")?;
        let begun = Instant::now();
        trial.engine.finish();
        let code = daemon.exitcode()?;
        expect(code == Some(-9) && begun.elapsed() < PATIENCE, || {
            format!("{code:?} after {:?}", begun.elapsed())
        })
    });
}
