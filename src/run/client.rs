//! Starts a run's main process, writes requests to it and reads its events: the window's end of a run.
//!
//! Nothing here blocks whoever draws: events come through a bounded channel, requests go through one, and the process is
//! reaped on a thread of its own.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use thiserror::Error;

use super::config::RunConfig;
use super::event::RunEvent;
use super::main_process::{INTERRUPTED, TERMINATED};
use super::request::{Request, Start, VERSION};
use crate::os::{Monotonic, processes, signal, this};
use crate::text::{Sentence, Worded, worded};

/// Events waiting to be taken; beyond that the main keeps them.
const EVENTS: usize = 4096;

/// Requests waiting to be written.
const REQUESTS: usize = 64;

/// Standard error of the main that is kept for people to read, bytes.
const COMPLAINT_BYTES: u64 = 64 << 10;

/// How long a main may take to end in order once its input has ended, before it is killed; its guard does the rest then.
const END_TIMEOUT: Duration = Duration::from_secs(8);

/// Called when there is something new to take.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// What the main process of a run has to say.
#[derive(Debug)]
pub enum Message {
    /// Its next event.
    Event(Box<RunEvent>),
    /// A line that is no event.
    Garbled {
        /// What is wrong with it.
        reason: String,
    },
    /// It has ended; there will be nothing more. See [`was_stopped`] for one that did so before all was told.
    Ended {
        /// Python's exit code for it, if known.
        exit_code: Option<i32>,
        /// What it wrote to standard error.
        complaint: String,
    },
}

/// Why a run could not be started.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The operating system refused.
    Spawn(#[from] io::Error),
    /// The configuration has no JSON form.
    Config(#[from] serde_json::Error),
}

impl Worded for ClientError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Spawn(error) => {
                Sentence::new("client-not-started").with("reason", Sentence::of_io(error))
            }
            Self::Config(error) => {
                Sentence::new("client-no-configuration").with("reason", error.to_string())
            }
        }
    }
}

worded!(ClientError);

/// A run whose main process is a child of this one. Dropping it stops the run in order.
#[derive(Debug)]
pub struct RunClient {
    main_pid: u32,
    /// Stays with the main when its pid is reused.
    main: OwnedFd,
    messages: Receiver<Message>,
    requests: Option<SyncSender<Request>>,
    reader: Option<JoinHandle<()>>,
}

impl RunClient {
    /// Starts `proclab run --control stdin` with this configuration.
    ///
    /// `program` is this program; `waker` is called from another thread whenever there is something new.
    pub fn start(
        program: Option<PathBuf>,
        config: RunConfig,
        lesson: Option<String>,
        waker: Waker,
    ) -> Result<Self, ClientError> {
        let mut first = serde_json::to_string(&Start {
            version: VERSION,
            config,
            lesson,
        })?;
        first.push('\n');
        let mut command = Command::new(program.unwrap_or_else(this::program));
        command.args(["run", "--control", "stdin", "--json"]);
        // The main goes by it, and gives it to whatever it starts.
        if let Some(limit) = this::open_files_limit_to_restore() {
            command.args(["--open-files", &limit.to_string()]);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let main_pid = child.id();
        let main = match processes::open_pidfd(main_pid) {
            Ok(main) => main,
            Err(error) => {
                child
                    .kill()
                    .and_then(|()| child.wait().map(|_status| ()))
                    .ok();
                return Err(error.into());
            }
        };
        let (told, messages) = sync_channel(EVENTS);
        let (requests, asked) = sync_channel(REQUESTS);
        let input = child.stdin.take();
        let write = move || write_requests(input, &first, &asked);
        let spawned = Builder::new()
            .name("run-requests".to_owned())
            .spawn(write)
            .and_then(|_writer| {
                let read = move || read_events(child, &told, &waker);
                Builder::new().name("run-events".to_owned()).spawn(read)
            });
        Ok(Self {
            main_pid,
            main,
            messages,
            requests: Some(requests),
            reader: Some(spawned?),
        })
    }

    /// The pid of the run's main process.
    pub fn main_pid(&self) -> u32 {
        self.main_pid
    }

    /// The next message, if there is one; `None` for none at present.
    pub fn try_next(&self) -> Option<Message> {
        self.messages.try_recv().ok()
    }

    /// Asks something of the run; false if it no longer takes requests.
    pub fn request(&self, request: Request) -> bool {
        match self
            .requests
            .as_ref()
            .map(|requests| requests.try_send(request))
        {
            Some(Ok(())) => true,
            // So many requests that were not even written: the main is stuck, and one more will not help.
            Some(Err(TrySendError::Full(_) | TrySendError::Disconnected(_))) | None => false,
        }
    }

    /// Stops the run in order and waits until its main process has ended, which it does within a few seconds or is killed; its
    /// guard ends what it leaves behind.
    pub fn stop_and_wait(mut self) {
        self.requests = None;
        let Some(reader) = self.reader.take() else {
            return;
        };
        let deadline = Instant::now() + END_TIMEOUT;
        let mut killed = false;
        // Nobody takes messages any more: keep the way free.
        while !reader.is_finished() {
            self.messages.recv_timeout(Duration::from_millis(20)).ok();
            if !killed && Instant::now() >= deadline {
                killed = true;
                signal::send(self.main.as_fd(), signal::Send::Kill).ok();
            }
        }
        reader.join().ok();
    }
}

/// Writes the first line and then each request; the end of requests ends the main's input, which stops the run.
fn write_requests(input: Option<ChildStdin>, first: &str, requests: &Receiver<Request>) {
    let Some(mut input) = input else { return };
    // A main that has gone reads nothing more; its end is told by whoever reads its events.
    let mut open = input.write_all(first.as_bytes()).is_ok();
    while open && let Ok(request) = requests.recv() {
        let line = request.to_json() + "\n";
        open = input
            .write_all(line.as_bytes())
            .and_then(|()| input.flush())
            .is_ok();
    }
}

fn read_events(mut child: Child, told: &SyncSender<Message>, waker: &Waker) {
    let complaint = child.stderr.take().map(|stderr| {
        let read = move || {
            let mut text = Vec::new();
            let mut stderr = stderr;
            stderr
                .by_ref()
                .take(COMPLAINT_BYTES)
                .read_to_end(&mut text)
                .ok();
            io::copy(&mut stderr, &mut io::sink()).ok();
            String::from_utf8_lossy(&text).trim_end().to_owned()
        };
        Builder::new().name("run-complaints".to_owned()).spawn(read)
    });
    if let Some(stdout) = child.stdout.take() {
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        while let Ok(1..) = stdout.read_line(&mut line) {
            let Some(message) = message_of(&line) else {
                break;
            };
            line.clear();
            if told.send(message).is_err() {
                // Nobody is interested any more; the main notices that its reader has gone and stops.
                break;
            }
            waker();
        }
    }
    let exit_code = end(&mut child);
    let complaint = complaint
        .and_then(Result::ok)
        .and_then(|reader| reader.join().ok())
        .unwrap_or_default();
    told.send(Message::Ended {
        exit_code,
        complaint,
    })
    .ok();
    waker();
}

/// What a line of the main says; `None` for one that was cut because the main ended while it wrote it.
fn message_of(line: &str) -> Option<Message> {
    match RunEvent::from_json(line) {
        Ok(event) => Some(Message::Event(Box::new(event))),
        Err(_) if !line.ends_with('\n') => None,
        Err(error) => Some(Message::Garbled {
            reason: error.to_string(),
        }),
    }
}

/// Waits for the main to end, kills it if it takes too long, and reaps it.
fn end(child: &mut Child) -> Option<i32> {
    let ended = processes::open_pidfd(child.id()).and_then(|pidfd| {
        let deadline =
            Monotonic::now().plus_nanos(u64::try_from(END_TIMEOUT.as_nanos()).unwrap_or(u64::MAX));
        processes::wait_for_end(&pidfd, deadline)
    });
    if !matches!(ended, Ok(true)) {
        child.kill().ok();
    }
    let status = child.wait().ok()?;
    status
        .code()
        .or_else(|| status.signal().map(|signal| -signal))
}

/// What an exit code of a main process means, for people.
pub fn exit_sentence(exit_code: Option<i32>) -> Sentence {
    match exit_code {
        Some(code) if code < 0 => {
            Sentence::new("ended-with-signal").with("signal", signal::name(-code))
        }
        Some(code) => Sentence::new("ended-with-code").with("code", code.to_string()),
        None => Sentence::new("ended-with-unknown"),
    }
}

/// Whether a main process that ended without telling how was stopped: a reader that is far behind gets no more of what the run
/// told once everything has ended.
pub fn was_stopped(exit_code: Option<i32>) -> bool {
    exit_code.is_some_and(|code| code == i32::from(INTERRUPTED) || code == i32::from(TERMINATED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cut_at_the_end_is_no_event_and_none_is_missing() {
        let line = r#"{"seq":1,"t":0.5,"type":"process_ready","pid":7}"#;
        assert!(matches!(
            message_of(&format!("{line}\n")),
            Some(Message::Event(_))
        ));
        // It lacks nothing but its end.
        assert!(matches!(message_of(line), Some(Message::Event(_))));
        assert!(message_of(&line[..30]).is_none());
        let garbled = format!("{}\n", &line[..30]);
        assert!(matches!(
            message_of(&garbled),
            Some(Message::Garbled { .. })
        ));
    }

    #[test]
    fn a_stopped_main_is_told_from_one_that_was_killed() {
        assert!(was_stopped(Some(130)) && was_stopped(Some(143)));
        for code in [None, Some(0), Some(1), Some(101), Some(-9), Some(-15)] {
            assert!(!was_stopped(code), "{code:?}");
        }
    }
}
