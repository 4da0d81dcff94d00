//! What events are made of.

use serde::{Deserialize, Serialize};

use super::RunTime;

/// Whether a call was entered or has returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The main is in the call.
    Entered,
    /// The call is over.
    Returned,
    /// A phase of a later version.
    #[serde(other)]
    Other,
}

/// What a process of a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs a pool's tasks.
    Worker,
    /// Puts items into a queue.
    Producer,
    /// Gets items out of a queue.
    Consumer,
    /// A process of a group.
    Process,
    /// A shell command.
    Command,
    /// A Python program.
    Python,
    /// A role of a later version.
    #[serde(other)]
    Other,
}

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It returned a value.
    Ok,
    /// It raised.
    Error,
    /// Its process ended before it did.
    WorkerDied,
    /// It was ended because its time was up.
    TimedOut,
    /// It was cancelled, or the pool was terminated.
    Cancelled,
    /// In a way of a later version; it did not return.
    #[serde(other)]
    Other,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// Every task and process succeeded.
    Ok,
    /// Some task or process failed.
    Failed,
    /// It was stopped.
    Interrupted,
    /// In a way of a later version.
    #[serde(other)]
    Other,
}

/// Standard output or standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// A stream of a later version.
    #[serde(other)]
    Other,
}

/// Which callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackKind {
    /// Called with the value of a task that returned.
    Callback,
    /// Called with the error of a task that did not.
    ErrorCallback,
    /// A callback of a later version.
    #[serde(other)]
    Other,
}

/// The states of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoolStateName {
    /// It takes tasks.
    Running,
    /// It takes no more tasks and finishes those it has.
    Closed,
    /// It is ending its workers at once.
    Terminating,
    /// All its workers have ended.
    Ended,
    /// It gave up: too many starts or initializers failed.
    Failed,
    /// A state of a later version.
    #[serde(other)]
    Other,
}

/// Why a request was not carried out, as a word for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// The line is no request of this version.
    NotARequest,
    /// No living process of the run has that pid.
    NoSuchProcess,
    /// The process cannot be told from others, so that nothing is done to it.
    CannotIdentify,
    /// The system refused.
    System,
    /// The task is not in a state in which that can be done to it.
    WrongTaskState,
    /// There is no pool at this moment.
    NoPool,
    /// The pool takes no change any more.
    PoolClosed,
    /// A number outside its range.
    OutOfRange,
    /// It is so already.
    NoChange,
    /// A reason of a later version.
    #[serde(other)]
    Other,
}

/// A call that crosses processes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallData {
    /// The task's name.
    pub target: String,
    /// Positional arguments.
    pub args: Vec<serde_json::Value>,
    /// Keyword arguments.
    pub kwargs: serde_json::Map<String, serde_json::Value>,
}

/// An error as data: it crosses processes and versions without the type that raised it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorData {
    /// The kind of error, such as `ValueError` or `WorkerDied`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What was wrong.
    pub message: String,
    /// Where, as text; empty when there is none.
    pub traceback: String,
}

/// An item of a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemData {
    /// The queue's name.
    pub queue: String,
    /// Which item: counted from 1 in the order in which this queue took them.
    pub number: u64,
    /// The item; null is the sentinel None, unless `value_bytes` says that it is merely too large for a preview.
    pub item: Option<serde_json::Value>,
    /// The size of an item too large for a preview, bytes.
    pub value_bytes: Option<u64>,
    /// The beginning of an item too large for a preview.
    pub value_preview: Option<String>,
    /// Who put it, got it, or held it.
    pub pid: u32,
    /// Items in the queue after this.
    pub depth: u32,
    /// From 1; one more each time it was given back.
    pub attempt: u32,
    /// The main's step that caused a put; null for other processes.
    pub step: Option<u32>,
}

/// A process that waits at a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitData {
    /// The queue's name.
    pub queue: String,
    /// Who waits.
    pub pid: u32,
    /// Items in the queue meanwhile.
    pub depth: u32,
    /// Always null: what is waited for is told by the `item_put` or `item_got` that ends the wait.
    #[serde(default)]
    pub item: Option<serde_json::Value>,
    /// Always null, as `item`.
    #[serde(default)]
    pub attempt: Option<u32>,
}

/// Many short tasks at once, as columns; each row is what `main_step`, `task_submitted`, or `task_started` and `task_finished`,
/// would have said. Nothing is lost, only packed: the event's `seq` is that of the last of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TasksBatch {
    /// The main's steps meanwhile, those that submitted the tasks among them; they come first.
    #[serde(default)]
    pub steps: Option<MainSteps>,
    /// Tasks that were given to the pool; they come before those that ended.
    pub submitted: Option<SubmittedTasks>,
    /// Tasks that began and returned a value, in the order in which they ended.
    pub ended: Option<EndedTasks>,
}

impl TasksBatch {
    /// How many events it stands for.
    pub fn events(&self) -> u64 {
        let phases = self.steps.as_ref().map_or(0, |rows| {
            rows.entered.iter().chain(&rows.returned).flatten().count()
        });
        let submitted = self.submitted.as_ref().map_or(0, |rows| rows.task.len());
        let ended = self.ended.as_ref().map_or(0, |rows| rows.task.len());
        (phases + submitted + 2 * ended) as u64
    }
}

/// `main_step` in columns of equal length, both phases of a step in one row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MainSteps {
    /// The numbers of the steps.
    pub step: Vec<u32>,
    /// Their lines of the listing, from 1.
    pub line: Vec<Option<u32>>,
    /// What is called.
    pub call: Vec<String>,
    /// With which arguments.
    pub args: Vec<String>,
    /// When they were entered; null if that is told elsewhere.
    pub entered: Vec<Option<RunTime>>,
    /// When they returned; null if that is told elsewhere.
    pub returned: Vec<Option<RunTime>>,
}

/// `task_submitted` in columns of equal length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SubmittedTasks {
    /// The numbers of the tasks.
    pub task: Vec<u64>,
    /// When, in seconds since the run began.
    pub t: Vec<RunTime>,
    /// The main's steps that caused them.
    pub step: Vec<Option<u32>>,
    /// The places of their first items among those of their maps; empty if no task is a map's chunk.
    #[serde(default)]
    pub first: Vec<Option<u64>>,
    /// How many items they are; empty if no task is a map's chunk.
    #[serde(default)]
    pub count: Vec<Option<u64>>,
    /// What to run.
    pub target: Vec<String>,
    /// Positional arguments.
    pub args: Vec<Vec<serde_json::Value>>,
    /// Keyword arguments.
    pub kwargs: Vec<serde_json::Map<String, serde_json::Value>>,
}

/// `task_started` and `task_finished` with outcome ok, in columns of equal length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EndedTasks {
    /// The numbers of the tasks.
    pub task: Vec<u64>,
    /// The processes that ran them.
    pub pid: Vec<u32>,
    /// From 1.
    pub attempt: Vec<u32>,
    /// When they began, in seconds since the run began.
    pub started: Vec<RunTime>,
    /// When they ended.
    pub finished: Vec<RunTime>,
    /// What they returned; null for None.
    pub value: Vec<Option<serde_json::Value>>,
}

/// What there was in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Processes started, the main and its guard not counted.
    pub processes: u64,
    /// Processes that ended badly: with an exit code other than 0 that nobody asked for.
    pub processes_failed: u64,
    /// Processes that ended without being asked to, with an exit code that cannot be known; null where that was not counted.
    pub processes_unknown: Option<u64>,
    /// Tasks submitted.
    pub tasks: u64,
    /// Tasks that returned a value.
    pub tasks_ok: u64,
    /// Tasks that ended in any other way, cancelled ones among them.
    pub tasks_failed: u64,
    /// How many of these were cancelled, one by one or because the run was stopped; null where that was not counted.
    pub tasks_cancelled: Option<u64>,
    /// Items put, sentinels not counted.
    pub items_put: u64,
    /// Items got and not given back by a consumer that died, sentinels not counted.
    pub items_got: u64,
    /// Sentinels put.
    pub sentinels: u64,
    /// Lines of output.
    pub lines: u64,
}
