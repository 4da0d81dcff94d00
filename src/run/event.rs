//! `RunEvent`: what happened in a run, one past-tense fact at a time.
//!
//! The stream of these events, one JSON object a line, is everything that the window, the terminal, a recording, a replay
//! and a test ever see of a run. Recordings must stay readable for ever: fields are only added, never renamed, and readers
//! ignore types and fields that they do not know. Fields without a value are written as `null`, not left out.

mod data;

use std::fmt;
use std::io::Write as _;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

pub use data::{
    CallData, CallbackKind, Counts, EndedTasks, ErrorData, ItemData, MainSteps, Outcome, Phase,
    PoolStateName, Role, RunOutcome, Stream, SubmittedTasks, TasksBatch, WaitData,
};

/// The name and version of the stream, in its first event.
pub const SCHEMA: &str = "proclab.events/1";

/// Previews of values, errors and items are at most this long when written as JSON, bytes.
pub const PREVIEW_BYTES: usize = 4096;

/// A moment of a run: microseconds of `CLOCK_MONOTONIC` since the run began; in JSON, seconds with six decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunTime {
    /// Microseconds since the run began.
    pub micros: u64,
}

impl RunTime {
    /// The moment in seconds.
    pub fn seconds(self) -> f64 {
        self.micros as f64 / 1e6
    }

    /// The moment `seconds` after the run began; what is negative or no number becomes its beginning.
    pub fn from_seconds(seconds: f64) -> Self {
        Self {
            micros: (seconds.max(0.0) * 1e6).round() as u64,
        }
    }
}

impl Serialize for RunTime {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(self.seconds())
    }
}

impl<'de> Deserialize<'de> for RunTime {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        f64::deserialize(from).map(Self::from_seconds)
    }
}

impl fmt::Display for RunTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{:06}",
            self.micros / 1_000_000,
            self.micros % 1_000_000
        )
    }
}

/// One event of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunEvent {
    /// Rises strictly from 1: the order in which the main process saw things happen.
    pub seq: u64,
    /// When it happened, stamped where it happened, so that it need not rise with `seq`.
    pub t: RunTime,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    /// The first event of every run.
    RunStarted {
        /// [`SCHEMA`].
        schema: String,
        /// The version of Proclab that wrote the stream.
        proclab: String,
        /// `pool` or `producer_consumer`.
        kind: String,
        /// The configuration as it was run, with every default filled in.
        config: serde_json::Value,
        /// The main process of the run.
        main_pid: u32,
        /// The main's start in clock ticks since boot; with the pid, its identity.
        main_start_ticks: u64,
        /// The machine's name.
        host: String,
        /// The boot that pids and start ticks belong to; null where the system has none.
        boot_id: Option<String>,
        /// Wall-clock time, RFC 3339.
        started_at: String,
        /// What the random sleeps follow from.
        seed: u64,
        /// The lesson's name; null for a run of one's own.
        lesson: Option<String>,
        /// The program that the run carries out, line by line; `line` of a step counts from 1 in it.
        listing: Vec<String>,
    },
    /// The main program entered a call or came back from it.
    MainStep {
        /// Counts the main's calls from 1; the same number when it returns.
        step: u32,
        /// Line of the listing, from 1.
        line: Option<u32>,
        /// What is called, such as `pool.apply`.
        call: String,
        /// Its arguments as the listing would show them, such as `work, ("work0", 0)`.
        args: String,
        /// Entered or returned.
        phase: Phase,
    },
    /// The main program's last line is done; what follows is the end that Python adds (joining, ending daemons).
    MainCodeFinished {
        /// The last step.
        step: u32,
        /// Its line.
        line: Option<u32>,
        /// Always null, as the two below: this is no call.
        #[serde(default)]
        call: Option<String>,
        /// Always null.
        #[serde(default)]
        args: Option<String>,
        /// Always null.
        #[serde(default)]
        phase: Option<Phase>,
    },
    /// A queue exists from here on.
    QueueCreated {
        /// Its name.
        queue: String,
        /// How many items it holds; 0 for no limit.
        maxsize: u32,
    },
    /// A process of the run was started (never the main or its guard).
    ProcessStarted {
        /// Its pid.
        pid: u32,
        /// Its start in clock ticks since boot.
        start_ticks: u64,
        /// What people call it: W1, P1, C1. A replacement has the label of the one it replaces.
        label: String,
        /// Python's name for it, such as `SpawnPoolWorker-1`.
        name: String,
        /// What it is for.
        role: Role,
        /// Whether it is a daemon in Python's sense.
        daemon: bool,
        /// Its lane, counted from 0 in order of appearance; a replacement takes over the lane.
        slot: u32,
        /// The process of the run that started it; null for the main.
        via: Option<u32>,
    },
    /// A process has connected, and its initializer, if any, has succeeded.
    ProcessReady {
        /// Its pid.
        pid: u32,
    },
    /// A worker's initializer raised; the worker ends.
    InitializerFailed {
        /// Its pid.
        pid: u32,
        /// What was raised.
        error: ErrorData,
    },
    /// Once a second for each living process of the run.
    ProcessSampled {
        /// Its pid.
        pid: u32,
        /// CPU time so far, seconds; null where it could not be read.
        cpu_seconds: Option<f64>,
        /// Resident memory, bytes; null where it could not be read.
        rss_bytes: Option<u64>,
    },
    /// A process was stopped on request.
    WorkerSuspended {
        /// Its pid.
        pid: u32,
    },
    /// A stopped process goes on, on request.
    WorkerResumed {
        /// Its pid.
        pid: u32,
    },
    /// A process has ended and was reaped; before its join returns, and all of them before `run_finished`.
    ProcessExited {
        /// Its pid.
        pid: u32,
        /// Python's: the exit status, or -N for signal N.
        exit_code: i32,
        /// CPU time of its whole life, seconds.
        cpu_seconds: Option<f64>,
        /// Peak resident memory, bytes; null where it could not be known.
        max_rss_bytes: Option<u64>,
    },
    /// A task was given to the pool. (What a process of its own runs is its whole life: `process_started` tells of it.)
    TaskSubmitted {
        /// Integer from 1 in order of submission.
        task: u64,
        /// What to run. A map's chunk says no arguments: there may be a million.
        call: CallData,
        /// The place of its first item among the map's, from 0; null for all but a map's chunks.
        #[serde(default)]
        first: Option<u64>,
        /// How many of the map's items it is; null for all but a map's chunks.
        #[serde(default)]
        count: Option<u64>,
        /// The main's step that caused it.
        step: Option<u32>,
    },
    /// A worker really began the task.
    TaskStarted {
        /// Which task.
        task: u64,
        /// In which process.
        pid: u32,
        /// From 1.
        attempt: u32,
    },
    /// A task has ended, one way or another; exactly once a task.
    TaskFinished {
        /// Which task.
        task: u64,
        /// The process that ran it; null if none did.
        pid: Option<u32>,
        /// How it ended.
        outcome: Outcome,
        /// What it returned; null when it did not return, returned None, or the value is larger than a preview.
        value: Option<serde_json::Value>,
        /// The size of a value too large for a preview, bytes.
        value_bytes: Option<u64>,
        /// The beginning of a value too large for a preview.
        value_preview: Option<String>,
        /// Why it did not return.
        error: Option<ErrorData>,
        /// CPU time it used, seconds; null for tasks under a millisecond.
        cpu_seconds: Option<f64>,
        /// Peak resident memory of its process at its end, bytes.
        max_rss_bytes: Option<u64>,
    },
    /// Many tasks of under a millisecond, packed; written only when they come faster than one can read.
    TasksBatch(Box<TasksBatch>),
    /// An attempt has failed, and the task will be tried again.
    TaskRetried {
        /// Which task.
        task: u64,
        /// The process in which it failed; null if none had it.
        pid: Option<u32>,
        /// The attempt that failed, from 1.
        attempt: u32,
        /// Why.
        error: ErrorData,
        /// How much later it is tried again, seconds.
        delay_seconds: f64,
    },
    /// A callback began in the main, on its callback thread.
    CallbackStarted {
        /// The task whose result it gets.
        task: u64,
        /// The main's pid.
        pid: u32,
        /// Which of the two.
        callback: CallbackKind,
        /// Always null: whether it raises is told when it ends.
        #[serde(default)]
        error: Option<ErrorData>,
    },
    /// A callback returned.
    CallbackFinished {
        /// The task whose result it got.
        task: u64,
        /// The main's pid.
        pid: u32,
        /// Which of the two.
        callback: CallbackKind,
        /// What it raised; null if it returned.
        error: Option<ErrorData>,
    },
    /// An item is in the queue.
    ItemPut(ItemData),
    /// A process has taken an item out.
    ItemGot(ItemData),
    /// The process that held the item died; it is back at the front.
    ItemReturned(ItemData),
    /// A put waits: the queue is full.
    PutBlocked(WaitData),
    /// A get waits: the queue is empty.
    GetBlocked(WaitData),
    /// A put has waited in vain: its time is up, or the queue was closed.
    PutRefused(WaitData),
    /// A get has waited in vain: its time is up, or the queue was closed.
    GetRefused(WaitData),
    /// One line that a process wrote. Its `t` is when the main read it, but never later than the end of the task or the
    /// process that wrote it.
    Output {
        /// Who wrote it; the main's own prints carry its pid.
        pid: u32,
        /// To which stream.
        stream: Stream,
        /// The line without its newline; what is not UTF-8 is replaced by U+FFFD.
        text: String,
        /// The task that was running there.
        task: Option<u64>,
        /// The line goes on in the next event of this pid and stream (it is longer than 64 KiB).
        continued: bool,
        /// The process ended without finishing this line.
        partial: bool,
    },
    /// Lines were left out because the reader was too slow.
    OutputDropped {
        /// Whose lines.
        pid: u32,
        /// How many.
        lines: u64,
        /// How many bytes they had.
        bytes: u64,
    },
    /// A process has ended, but something it started still holds its output open.
    PipeLeaked {
        /// The process that ended.
        pid: u32,
        /// The stream still open.
        stream: Stream,
    },
    /// The pool changed its state.
    PoolState {
        /// The new state.
        state: PoolStateName,
    },
    /// The pool has another number of workers from now on.
    PoolResized {
        /// How many.
        processes: u32,
    },
    /// How far the tasks are; after each change, at most ten times a second.
    Progress {
        /// Tasks that returned a value.
        done: u64,
        /// Tasks that ended in any other way.
        failed: u64,
        /// Tasks in all, as far as known.
        total: u64,
        /// Tasks ended a second; null until known.
        rate: Option<f64>,
        /// Seconds still to go at that rate; null until known.
        eta: Option<f64>,
    },
    /// The run was asked to stop.
    StopRequested {
        /// By what: `stop` or `terminate` requested, `SIGINT`, `SIGTERM`, `SIGHUP`, `end of input`, `reader gone`.
        by: String,
        /// True when processes are killed without being asked first.
        at_once: bool,
    },
    /// A signal was sent to one process of the run on request.
    SignalSent {
        /// To whom.
        pid: u32,
        /// The signal's name, such as SIGKILL.
        signal: String,
    },
    /// A request was not carried out.
    RequestRefused {
        /// The request as it came, cut to a preview.
        request: String,
        /// Why, in words.
        reason: String,
    },
    /// The last event of every run that could end by itself.
    RunFinished {
        /// How it went.
        outcome: RunOutcome,
        /// What there was.
        counts: Counts,
    },
    /// An event of a later version; readers pass over it.
    #[serde(other)]
    Unknown,
}

/// Why a line is no event.
#[derive(Debug, Error)]
#[error("not an event of {SCHEMA}: {source}")]
pub struct EventError {
    /// What the JSON reader says.
    #[from]
    source: serde_json::Error,
}

#[derive(Deserialize)]
struct Head {
    seq: u64,
    t: f64,
}

impl RunEvent {
    /// Reads one line of the stream.
    pub fn from_json(line: &str) -> Result<Self, EventError> {
        let head: Head = serde_json::from_str(line)?;
        let kind: EventKind = serde_json::from_str(line)?;
        Ok(Self {
            seq: head.seq,
            t: RunTime::from_seconds(head.t),
            kind,
        })
    }

    /// The event as one line of the stream, without its newline.
    pub fn to_json(&self) -> String {
        let mut line = Vec::new();
        self.write_line(&mut line);
        line.pop();
        // It was written as text.
        String::from_utf8(line).unwrap_or_default()
    }

    /// Adds the event to the end of `lines` as one line of the stream, with its newline.
    pub fn write_line(&self, lines: &mut Vec<u8>) {
        // Every variant has named fields or a struct, so that the object starts with its type; NaN becomes null.
        write_line(self.seq, self.t, &self.kind, lines);
    }
}

/// Adds an event to the end of `lines`; `body` is an object that begins with its type.
pub(super) fn write_line(seq: u64, t: RunTime, body: &impl Serialize, lines: &mut Vec<u8>) {
    // Writing into memory cannot fail.
    write!(lines, "{{\"seq\":{seq},\"t\":{t}").ok();
    let joint = lines.len();
    if serde_json::to_writer(&mut *lines, body).is_err() {
        lines.truncate(joint);
        lines.extend_from_slice(br#"{"type":"unknown"}"#);
    }
    // The body's fields go on in the same object.
    if let Some(brace) = lines.get_mut(joint) {
        *brace = b',';
    }
    lines.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_read_and_written_again_is_the_same_line() {
        let line = r#"{"seq":85,"t":0.353295,"type":"progress","done":3,"failed":1,"total":9,"rate":12.366027348514411,"eta":0.40433357124999997}"#;
        assert_eq!(RunEvent::from_json(line).unwrap().to_json(), line);
    }

    #[test]
    fn an_event_survives_its_json() {
        let event = RunEvent {
            seq: 7,
            t: RunTime { micros: 1_000_042 },
            kind: EventKind::TaskStarted {
                task: 3,
                pid: 4712,
                attempt: 1,
            },
        };
        let line = event.to_json();
        assert_eq!(
            line,
            r#"{"seq":7,"t":1.000042,"type":"task_started","task":3,"pid":4712,"attempt":1}"#
        );
        assert_eq!(RunEvent::from_json(&line).unwrap(), event);
    }

    #[test]
    fn null_fields_are_written() {
        let item = ItemData {
            queue: "food".into(),
            number: 1,
            item: None,
            value_bytes: None,
            value_preview: None,
            pid: 1,
            depth: 1,
            attempt: 1,
            step: None,
        };
        let line = RunEvent {
            seq: 1,
            t: RunTime::default(),
            kind: EventKind::ItemPut(item),
        }
        .to_json();
        assert!(
            line.contains(r#""item":null"#) && line.contains(r#""step":null"#),
            "{line}"
        );
    }

    #[test]
    fn unknown_types_and_fields_are_passed_over() {
        let later = r#"{"seq":9,"t":0.5,"type":"machine_flew","columns":[[1,2]],"more":{"a":1}}"#;
        assert_eq!(RunEvent::from_json(later).unwrap().kind, EventKind::Unknown);
        let wider = r#"{"seq":9,"t":0.5,"type":"process_ready","pid":4,"new_field":[1]}"#;
        assert_eq!(
            RunEvent::from_json(wider).unwrap().kind,
            EventKind::ProcessReady { pid: 4 }
        );
        assert!(RunEvent::from_json("{\"seq\":1").is_err());
        assert!(RunEvent::from_json("hello").is_err());
    }
}
