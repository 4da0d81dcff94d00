//! A main, or a window, that only waits to be killed.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::misdeed::Misdeed;
use super::trial::{PATIENCE, Surprise, Trial, ask, expect};
use crate::multiprocess::EngineOptions;
use crate::os::{Monotonic, ProcKey, Stat, processes, this};
use crate::run::client::RunClient;
use crate::run::guard::{Guard, Mark};
use crate::run::lesson::Lesson;

/// How many workers it has.
const WORKERS: usize = 2;

/// What it stands in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A main whose workers have nothing to do.
    IdleMain,
    /// A main whose workers ignore every request to end, and have children and daemons of their own.
    BusyMain,
    /// A window that has started a run.
    Window,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::IdleMain => "idle-main",
            Self::BusyMain => "busy-main",
            Self::Window => "window",
        }
    }

    /// The role of this name.
    pub(super) fn find(name: &str) -> Option<Self> {
        [Self::IdleMain, Self::BusyMain, Self::Window]
            .into_iter()
            .find(|role| role.name() == name)
    }

    /// Plays it until standard input ends: says on standard output whom it has started, then only waits.
    pub(super) fn play(self) -> Result<(), Surprise> {
        match self {
            Self::IdleMain => play_main(false),
            Self::BusyMain => play_main(true),
            Self::Window => play_window(),
        }
    }
}

fn play_main(busy: bool) -> Result<(), Surprise> {
    // As the main of a run.
    this::become_subreaper()?;
    let mark = Mark::new(Monotonic::now());
    let guard = Guard::start(&mark)?;
    let trial = Trial::with(EngineOptions {
        environment: vec![mark.variable()],
        ..EngineOptions::default()
    })?;
    let pool = trial.pool(WORKERS)?;
    trial.ready(WORKERS)?;
    let mut clinging = Vec::new();
    for _ in 0..if busy { WORKERS } else { 0 } {
        let result = ask(&pool, &Misdeed::Cling)?;
        let worker = trial.runner_of(&result)?;
        trial.wait_for("a task that clings", |told| match told {
            super::Observed::Line { pid, text, .. } if *pid == worker.pid && text == "clinging" => {
                Some(())
            }
            _ => None,
        })?;
        clinging.push(result);
    }
    // Each worker that clings has a child and a daemon.
    let expected = 1 + WORKERS + 2 * clinging.len();
    // One in the middle of its exec shows no mark.
    let started = wait_for_all(expected, || {
        let guard = processes::key_of(guard.pid());
        mark.carriers().into_iter().chain(guard).collect()
    })?;
    wait_to_be_killed(&started)
}

fn play_window() -> Result<(), Surprise> {
    let lesson = Lesson::find("pool-callback").and_then(|lesson| lesson.config.clone());
    let mut config = lesson.ok_or_else(|| Surprise("no lesson".to_owned()))?;
    config.time_scale = 1000.0;
    let expected = 1 + config.kind.process_count(0);
    let client = RunClient::start(None, config, None, Arc::new(|| {}))?;
    // The main, its guard and its workers: no event for whoever is no window.
    let started = wait_for_all(expected + 1, || {
        let children = processes::children_of(client.main_pid());
        let main = processes::key_of(client.main_pid());
        children.iter().map(Stat::key).chain(main).collect()
    })?;
    wait_to_be_killed(&started)
}

/// Waits until so many processes are there.
fn wait_for_all(
    expected: usize,
    look: impl Fn() -> Vec<ProcKey>,
) -> Result<Vec<ProcKey>, Surprise> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let started = look();
        if started.len() == expected {
            return Ok(started);
        }
        expect(Instant::now() < deadline, || format!("{started:?}"))?;
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn wait_to_be_killed(started: &[ProcKey]) -> Result<(), Surprise> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", serde_json::to_string(started)?)?;
    out.flush()?;
    std::io::stdin().lock().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// The other end: whoever started it.
pub(super) struct StandIn {
    child: Child,
    started: Vec<ProcKey>,
}

impl StandIn {
    /// Starts it, and waits until it has started everything that it should.
    pub(super) fn start(role: Role) -> Result<Self, Surprise> {
        let mut child = Command::new(this::program())
            .args([super::ARGUMENT, role.name()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let started =
            serde_json::from_str(&line).map_err(|error| Surprise(format!("{error}: {line}")))?;
        Ok(Self { child, started })
    }

    /// Handles to everything that it has started.
    pub(super) fn watch_all(&self) -> Result<Vec<(ProcKey, OwnedFd)>, Surprise> {
        let open = |key: &ProcKey| Ok((*key, processes::open_pidfd(key.pid)?));
        self.started.iter().map(open).collect()
    }

    /// Kills it.
    pub(super) fn kill(mut self) -> Result<(), Surprise> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}
