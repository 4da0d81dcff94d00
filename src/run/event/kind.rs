//! Every type of event with its fields, as they stand in the stream.

use serde::{Deserialize, Serialize};

use super::{
    CallData, CallbackKind, Counts, ErrorData, ItemData, Outcome, Phase, PoolStateName,
    RefusalCode, Role, RunOutcome, Stream, TasksBatch, WaitData,
};

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    /// The first event of every run.
    RunStarted {
        /// [`super::SCHEMA`].
        schema: String,
        /// The version of Proclab that wrote the stream.
        proclab: String,
        /// `pool` or `producer_consumer`.
        kind: String,
        /// The configuration as it was run, with every default filled in.
        config: serde_json::Value,
        /// The main process of the run.
        main_pid: u32,
        /// The main's start in clock ticks since boot; with the pid, its identity. Null where `/proc` belongs to another pid
        /// namespace: then nothing in it can be told to be the main.
        #[serde(default)]
        main_start_ticks: Option<u64>,
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
        /// Its start in clock ticks since boot; null as the main's.
        #[serde(default)]
        start_ticks: Option<u64>,
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
    /// A process stands still: on request, with the whole run, or because a signal has stopped it.
    WorkerSuspended {
        /// Its pid.
        pid: u32,
        /// The signal that stopped it: SIGTSTP with the whole run (Ctrl+Z), SIGTTIN or SIGTTOU by its terminal; null on request.
        #[serde(default)]
        signal: Option<String>,
    },
    /// A process that stood still goes on.
    WorkerResumed {
        /// Its pid.
        pid: u32,
    },
    /// A process has ended and was reaped; before its join returns, and all of them before `run_finished`.
    ProcessExited {
        /// Its pid.
        pid: u32,
        /// Python's: the exit status, or -N for signal N; null where it cannot be known.
        exit_code: Option<i32>,
        /// CPU time of its whole life, seconds; null where it cannot be known.
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
        /// Why, as a word for programs; null in streams of earlier versions.
        #[serde(default)]
        code: Option<RefusalCode>,
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
