//! Runs the binary and reads its events.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use proclab::os::{Monotonic, ProcKey, processes};
use proclab::run::event::{EventKind, RunEvent};
use rustix::process::{Pid, Signal, kill_process};

/// Generous: it says only that something hangs.
pub const DEADLINE: Duration = Duration::from_mins(1);

/// How the mark of a run begins.
const MARK: &str = "PROCLAB_RUN=";

pub fn proclab(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proclab"));
    command
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub fn output(arguments: &[&str]) -> Output {
    output_of(&mut proclab(arguments))
}

/// Runs a command to its end, and kills it if it does not come.
pub fn output_of(command: &mut Command) -> Output {
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    let (ended, end) = sync_channel::<()>(0);
    std::thread::scope(|scope| {
        // A child that was waited for is no longer signalled: the channel is closed first.
        scope.spawn(move || {
            if end.recv_timeout(DEADLINE) == Err(RecvTimeoutError::Timeout) {
                kill_process(pid, Signal::KILL).ok();
            }
        });
        let output = child.wait_with_output().unwrap();
        drop(ended);
        output
    })
}

/// A run whose events are read while it goes on.
pub struct Run {
    pub child: Child,
    pub events: Vec<RunEvent>,
    /// Its main began at this time or later.
    begun: Monotonic,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Run {
    pub fn start(arguments: &[&str]) -> Self {
        Self::of(&mut proclab(arguments))
    }

    /// The run of a command that becomes its main.
    pub fn of(command: &mut Command) -> Self {
        let begun = Monotonic::now();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = sync_channel(100_000);
        std::thread::Builder::new()
            .spawn(move || {
                stdout
                    .lines()
                    .map_while(Result::ok)
                    .for_each(|line| drop(send.send(line)));
            })
            .unwrap();
        let stdin = child.stdin.take();
        Self {
            child,
            events: Vec::new(),
            begun,
            stdin,
            lines,
        }
    }

    /// Starts a run through its control channel.
    pub fn controlled(first_line: &str) -> Self {
        let mut run = Self::start(&["run", "--control", "stdin", "--json"]);
        run.say(first_line);
        run
    }

    pub fn say(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    pub fn hang_up(&mut self) {
        self.stdin = None;
    }

    /// Reads events until one is as wanted, and returns it.
    pub fn wait_for(&mut self, what: &str, wanted: impl Fn(&EventKind) -> bool) -> RunEvent {
        let deadline = Instant::now() + DEADLINE;
        loop {
            match self
                .lines
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(line) => {
                    let event = RunEvent::from_json(&line)
                        .unwrap_or_else(|error| panic!("{error}: {line}"));
                    self.events.push(event.clone());
                    if wanted(&event.kind) {
                        return event;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    panic!("no {what} in time; so far {:#?}", self.events)
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let stderr = self.stderr();
                    panic!(
                        "the events ended without {what}: {:#?}\n{stderr}",
                        self.events
                    )
                }
            }
        }
    }

    /// The next line, whatever it is.
    pub fn line(&mut self) -> String {
        self.lines.recv_timeout(DEADLINE).unwrap()
    }

    fn stderr(&mut self) -> String {
        let mut text = String::new();
        if let Some(stderr) = &mut self.child.stderr {
            stderr.read_to_string(&mut text).unwrap();
        }
        text
    }

    /// Reads to the end, checks that nothing is left over, and returns all events and the exit code (-N for signal N).
    pub fn finish(mut self) -> (Vec<RunEvent>, i32) {
        let deadline = Instant::now() + DEADLINE;
        while let Ok(line) = self
            .lines
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            self.events.push(RunEvent::from_json(&line).unwrap());
        }
        let code = exit_code(&mut self.child);
        nothing_is_left(&self.events, self.child.id(), self.begun);
        (std::mem::take(&mut self.events), code)
    }
}

pub fn exit_code(child: &mut Child) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    let mut status = None;
    wait_until("the end of the main", DEADLINE, || {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    let status = status.unwrap();
    status.code().unwrap_or_else(|| -status.signal().unwrap())
}

/// Runs a command that writes events to its end.
pub fn run_to_end(arguments: &[&str]) -> (Vec<RunEvent>, i32) {
    Run::start(arguments).finish()
}

pub fn wait_until(what: &str, timeout: Duration, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + timeout;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

pub fn keys(events: &[RunEvent]) -> Vec<ProcKey> {
    let key = |event: &RunEvent| match event.kind {
        EventKind::ProcessStarted {
            pid,
            start_ticks: Some(start_ticks),
            ..
        } => Some(ProcKey { pid, start_ticks }),
        _ => None,
    };
    events.iter().filter_map(key).collect()
}

pub fn main_pid(events: &[RunEvent]) -> u32 {
    let pid = |event: &RunEvent| {
        if let EventKind::RunStarted { main_pid, .. } = event.kind {
            Some(main_pid)
        } else {
            None
        }
    };
    events.iter().find_map(pid).unwrap()
}

pub fn is_alive(key: ProcKey) -> bool {
    processes::stat_of(key.pid)
        .is_some_and(|stat| stat.key() == key && !matches!(stat.state, b'Z' | b'X'))
}

/// A test that fails leaves no run behind: its guard does the rest.
impl Drop for Run {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Neither a process that carries the run's mark, nor one that the events name nor the guard of the run is there any more.
/// The main began then or later.
pub fn nothing_is_left(events: &[RunEvent], main: u32, begun: Monotonic) {
    let left: Vec<_> = keys(events)
        .into_iter()
        .filter(|key| processes::stat_of(key.pid).is_some_and(|stat| stat.key() == *key))
        .collect();
    assert!(left.is_empty(), "left over: {left:?}");
    let marked = having(|pid| mark_carried_by(pid).is_some_and(|mark| is_of(&mark, main, begun)));
    assert_eq!(marked, [0_u32; 0], "carry the mark of the run");
    let guards = having(|pid| mark_guarded_by(pid).is_some_and(|mark| is_of(&mark, main, begun)));
    assert_eq!(guards, [0_u32; 0], "guards left over");
}

/// The processes that carry the mark of the run with this main.
pub fn marked_by(main: u32) -> Vec<u32> {
    having(|pid| mark_carried_by(pid).is_some_and(|mark| is_of(&mark, main, Monotonic::default())))
}

/// The guards of the run with this main, by their command line.
pub fn guards_of(main: u32) -> Vec<u32> {
    having(|pid| mark_guarded_by(pid).is_some_and(|mark| is_of(&mark, main, Monotonic::default())))
}

fn having(it: impl Fn(u32) -> bool) -> Vec<u32> {
    let pids = processes::all_pids().unwrap().into_iter();
    pids.filter(|&pid| it(pid)).collect()
}

fn mark_carried_by(pid: u32) -> Option<String> {
    let environ = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
    let mark = environ
        .split(|&byte| byte == 0)
        .find(|entry| entry.starts_with(MARK.as_bytes()))?;
    Some(String::from_utf8_lossy(mark).into_owned())
}

fn mark_guarded_by(pid: u32) -> Option<String> {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let mut arguments = line.split(|&byte| byte == 0).skip(1);
    let is_guard = arguments.next() == Some(b"__guard");
    let mark = arguments.next().filter(|_| is_guard)?;
    Some(String::from_utf8_lossy(mark).into_owned())
}

/// Pids come around again, and so a mark has the time at which its run began too.
fn is_of(mark: &str, main: u32, begun: Monotonic) -> bool {
    let of = mark
        .strip_prefix(MARK)
        .and_then(|run| run.split_once('-'))
        .and_then(|(pid, nanos)| Some((pid.parse::<u32>().ok()?, nanos.parse::<u64>().ok()?)));
    of.is_some_and(|(pid, nanos)| pid == main && nanos >= begun.nanos)
}
