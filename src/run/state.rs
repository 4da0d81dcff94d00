//! `RunState`: a run as far as its events have told.
//!
//! Everything that shows a run (the window, the terminal, a replay) folds the stream with [`RunState::apply`] and reads
//! from here. It believes nothing blindly: events may be repeated, may lack their beginning, may name processes that were
//! never introduced, and their times need not rise; what was never told stays `None`. Everything is kept so that a view
//! pays for what is in sight only.

mod apply;
mod apply_pool;
mod apply_process;
mod apply_queue;
mod apply_task;
mod header;
mod late;
mod process;
mod queue;
mod sentinels;
mod task;
mod timeline;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

pub use header::{HeaderConfig, RunHeader};
pub use late::ReadLate;
pub use process::{Activity, Held, Lane, ProcessState, Sample, Wait, WaitReason};
pub use queue::{ItemState, QueueState, Stay};
pub use sentinels::SentinelMismatch;
pub use task::{Attempt, CallbackState, TaskEnd, TaskState};
pub use timeline::{Span, SpanId, Step, StepSeries, Timeline};

use crate::run::event::{CallbackKind, Counts, PoolStateName, RunOutcome, RunTime};
use crate::run::log::LogStore;
use crate::run::refusal::Refusal;

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub usize);
    };
}

index!(
    /// A process of one [`RunState`], in order of appearance.
    ProcessIx
);
index!(
    /// A task of one [`RunState`], in order of appearance.
    TaskIx
);
index!(
    /// A queue of one [`RunState`], in order of appearance.
    QueueIx
);
index!(
    /// A lane of one [`RunState`], in order of appearance.
    LaneIx
);

/// One call of the main program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepSpan {
    /// Its number, from 1.
    pub step: u32,
    /// Its line of the listing, from 1.
    pub line: Option<u32>,
    /// What is called.
    pub call: String,
    /// With which arguments.
    pub args: String,
}

/// One callback in the main.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallbackSpan {
    /// Whose result it gets.
    pub task: TaskIx,
    /// Which of the two.
    pub kind: CallbackKind,
    /// Whether it raised.
    pub raised: bool,
}

/// That the run was asked to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// When.
    pub t: RunTime,
    /// By what.
    pub by: String,
    /// Whether processes are killed without being asked first.
    pub at_once: bool,
}

/// How far the main says that the tasks are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Tasks that returned a value.
    pub done: u64,
    /// Tasks that ended in any other way.
    pub failed: u64,
    /// Tasks in all.
    pub total: u64,
    /// Tasks ended a second.
    pub rate: Option<f64>,
    /// Seconds still to go.
    pub eta: Option<f64>,
}

/// How the run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finish {
    /// When.
    pub t: RunTime,
    /// In which way.
    pub outcome: RunOutcome,
    /// What there was.
    pub counts: Counts,
}

/// A run as far as its events have told.
#[derive(Debug, Default)]
pub struct RunState {
    header: Option<RunHeader>,
    stream: StreamCount,
    now: RunTime,
    finish: Option<Finish>,
    processes: Processes,
    lanes: Lanes,
    tasks: Tasks,
    queues: Queues,
    main: MainProgram,
    pool: PoolHistory,
    progress: Option<Progress>,
    stops: Vec<Stop>,
    refusals: Vec<(RunTime, Refusal)>,
    log: LogStore,
}

/// What is known of the stream itself.
#[derive(Debug, Default)]
struct StreamCount {
    last_seq: u64,
    missing: u64,
    repeated: u64,
    unknown: u64,
    closed: bool,
}

#[derive(Debug, Default)]
struct Processes {
    all: Vec<ProcessState>,
    by_pid: HashMap<u32, ProcessIx>,
}

#[derive(Debug, Default)]
struct Lanes {
    all: Vec<Lane>,
    by_slot: HashMap<u32, LaneIx>,
    order: Vec<LaneIx>,
}

#[derive(Debug, Default)]
struct Tasks {
    all: Vec<TaskState>,
    by_number: HashMap<u64, TaskIx>,
    by_submitting_step: HashMap<u32, TaskIx>,
    ok: u64,
    failed: u64,
    cancelled: u64,
    running: u64,
    /// Results that the main has got.
    arrivals: u64,
    waiting: StepSeries,
    retried: Vec<TaskIx>,
    callbacks: Timeline<CallbackSpan>,
}

#[derive(Debug, Default)]
struct Queues {
    all: Vec<QueueState>,
    by_name: HashMap<String, QueueIx>,
}

/// Where the main is in its program.
#[derive(Debug, Default)]
struct MainProgram {
    steps: Timeline<StepSpan>,
    by_step: HashMap<u32, SpanId>,
    open_steps: Vec<u32>,
    last_line: Option<u32>,
    code_finished: Option<RunTime>,
    /// When a call or a callback last returned, the code finished, or a child ended.
    last_done: Option<RunTime>,
}

/// The states and sizes of the pool, each since when.
#[derive(Debug, Default)]
struct PoolHistory {
    states: Vec<(RunTime, PoolStateName)>,
    sizes: Vec<(RunTime, u32)>,
}

impl RunState {
    /// What the first event said; `None` before it.
    pub fn header(&self) -> Option<&RunHeader> {
        self.header.as_ref()
    }

    /// The latest moment that any event told of.
    pub fn now(&self) -> RunTime {
        self.now
    }

    /// The highest sequence number seen; with it a view knows whether anything is new.
    pub fn revision(&self) -> u64 {
        self.stream.last_seq
    }

    /// Whether more is to come.
    pub fn is_live(&self) -> bool {
        self.header.is_some() && !self.stream.closed && self.finish.is_none()
    }

    /// Says that the stream has ended: no more is to come.
    pub fn close(&mut self) {
        self.stream.closed = true;
    }

    /// Whether the stream ended without telling how the run did.
    pub fn is_cut_off(&self) -> bool {
        self.stream.closed && self.finish.is_none()
    }

    /// How the run ended.
    pub fn finish(&self) -> Option<&Finish> {
        self.finish.as_ref()
    }

    /// When the program of a finished run was over: its code and its last child process had ended, its last callback had returned.
    /// The run itself ends later: first it looks for processes that are left over, which takes long on a busy machine.
    pub fn program_ended(&self) -> Option<RunTime> {
        let finish = self.finish.as_ref()?;
        Some(self.main.last_done.unwrap_or(finish.t))
    }

    /// Events that are missing in the stream, by its own numbers.
    pub fn missing_events(&self) -> u64 {
        self.stream.missing
    }

    /// Events that were passed over because they came again.
    pub fn repeated_events(&self) -> u64 {
        self.stream.repeated
    }

    /// Events of a later version, passed over.
    pub fn unknown_events(&self) -> u64 {
        self.stream.unknown
    }

    /// The processes in order of appearance.
    pub fn processes(&self) -> &[ProcessState] {
        &self.processes.all
    }

    /// A process.
    pub fn process(&self, ix: ProcessIx) -> Option<&ProcessState> {
        self.processes.all.get(ix.0)
    }

    /// The latest process with this pid.
    pub fn process_of_pid(&self, pid: u32) -> Option<ProcessIx> {
        self.processes.by_pid.get(&pid).copied()
    }

    /// The main's pid.
    pub fn main_pid(&self) -> Option<u32> {
        self.header.as_ref().map(|header| header.main.pid)
    }

    /// A lane.
    pub fn lane(&self, ix: LaneIx) -> Option<&Lane> {
        self.lanes.all.get(ix.0)
    }

    /// The lanes by their number; those without one last.
    pub fn lane_order(&self) -> &[LaneIx] {
        &self.lanes.order
    }

    /// The tasks in order of appearance.
    pub fn tasks(&self) -> &[TaskState] {
        &self.tasks.all
    }

    /// A task.
    pub fn task(&self, ix: TaskIx) -> Option<&TaskState> {
        self.tasks.all.get(ix.0)
    }

    /// A task by its number.
    pub fn task_of_number(&self, number: u64) -> Option<TaskIx> {
        self.tasks.by_number.get(&number).copied()
    }

    /// The task that a step of the main submitted; the first, if it submitted several.
    pub fn task_of_step(&self, step: u32) -> Option<TaskIx> {
        self.tasks.by_submitting_step.get(&step).copied()
    }

    /// Tasks that returned a value.
    pub fn tasks_ok(&self) -> u64 {
        self.tasks.ok
    }

    /// Tasks that raised, lost their worker or took too long.
    pub fn tasks_failed(&self) -> u64 {
        self.tasks.failed
    }

    /// Whether any task ended without a value.
    pub fn has_failures(&self) -> bool {
        self.tasks.failed + self.tasks.cancelled > 0
    }

    /// Tasks that were cancelled, one by one or because the run was stopped.
    pub fn tasks_cancelled(&self) -> u64 {
        self.tasks.cancelled
    }

    /// Tasks that run now.
    pub fn tasks_running(&self) -> u64 {
        self.tasks.running
    }

    /// How many submitted tasks waited for a process when.
    pub fn waiting(&self) -> &StepSeries {
        &self.tasks.waiting
    }

    /// The queues in order of appearance.
    pub fn queues(&self) -> &[QueueState] {
        &self.queues.all
    }

    /// A queue.
    pub fn queue(&self, ix: QueueIx) -> Option<&QueueState> {
        self.queues.all.get(ix.0)
    }

    /// The main's calls.
    pub fn steps(&self) -> &Timeline<StepSpan> {
        &self.main.steps
    }

    /// One of the main's calls, by its number.
    pub fn step(&self, step: u32) -> Option<&Span<StepSpan>> {
        self.main.steps.get(*self.main.by_step.get(&step)?)
    }

    /// The line of the listing at which a step stands.
    pub fn line_of_step(&self, step: Option<u32>) -> Option<u32> {
        self.step(step?)?.what.line
    }

    /// The line at which the main was then, or had been last.
    pub fn line_at(&self, t: RunTime) -> Option<u32> {
        let place = self.main.steps.seek_after(t).checked_sub(1)?;
        self.main.steps.at(place)?.what.line
    }

    /// The line at which the main was when it started this process.
    pub fn line_that_started(&self, ix: ProcessIx) -> Option<u32> {
        let process = self.process(ix)?;
        match process.via {
            Some(parent) => {
                self.line_that_started(*self.processes.by_pid.get(&parent).filter(|p| **p < ix)?)
            }
            None => self.line_at(process.started?),
        }
    }

    /// The call that the main is in.
    pub fn current_step(&self) -> Option<&Span<StepSpan>> {
        self.step(*self.main.open_steps.last()?)
    }

    /// The line at which the main is, or was last; `None` before its first and after its last.
    pub fn current_line(&self) -> Option<u32> {
        if self.main.code_finished.is_some() || self.finish.is_some() {
            return None;
        }
        self.current_step()
            .map_or(self.main.last_line, |span| span.what.line)
    }

    /// When the main's last line was done.
    pub fn code_finished(&self) -> Option<RunTime> {
        self.main.code_finished
    }

    /// The callbacks.
    pub fn callbacks(&self) -> &Timeline<CallbackSpan> {
        &self.tasks.callbacks
    }

    /// The states of the pool, each since when.
    pub fn pool_states(&self) -> &[(RunTime, PoolStateName)] {
        &self.pool.states
    }

    /// The sizes that the pool was given while it ran, each since when.
    pub fn pool_sizes(&self) -> &[(RunTime, u32)] {
        &self.pool.sizes
    }

    /// The tasks of which an attempt failed and was followed by another, once for each such attempt.
    pub fn retried(&self) -> &[TaskIx] {
        &self.tasks.retried
    }

    /// How far the main says that the tasks are.
    pub fn progress(&self) -> Option<&Progress> {
        self.progress.as_ref()
    }

    /// The times at which the run was asked to stop.
    pub fn stops(&self) -> &[Stop] {
        &self.stops
    }

    /// Requests that were not carried out, with the reason.
    pub fn refusals(&self) -> &[(RunTime, Refusal)] {
        &self.refusals
    }

    /// What the processes wrote.
    pub fn log(&self) -> &LogStore {
        &self.log
    }

    /// About how much memory it takes, bytes.
    pub fn approximate_bytes(&self) -> usize {
        /// What one of the larger things costs with its indices and texts.
        const EACH: usize = 600;
        let items: usize = self.queues.all.iter().map(|queue| queue.items.len()).sum();
        let things =
            self.tasks.all.len() + items + self.main.steps.len() + self.processes.all.len();
        self.log.bytes() + EACH * things
    }

    /// What people call the process with this pid, and the pid: `M` for the main, empty where nobody introduced it.
    pub fn label_of_pid(&self, pid: u32) -> &str {
        if self.main_pid() == Some(pid) {
            return "M";
        }
        self.process_of_pid(pid)
            .and_then(|ix| self.process(ix))
            .map_or("", |process| process.label.as_str())
    }
}
