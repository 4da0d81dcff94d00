//! `RunEvent`: what happened in a run, one past-tense fact at a time.
//!
//! The stream of these events, one JSON object a line, is everything that the window, the terminal, a recording, a replay
//! and a test ever see of a run. Recordings must stay readable for ever: fields are only added, never renamed, and readers
//! ignore types and fields that they do not know. Fields without a value are written as `null`, not left out.

mod data;
mod kind;
mod line;
mod time;

pub use data::{
    CallData, CallbackKind, Counts, EndedTasks, ErrorData, ItemData, MainSteps, Outcome, Phase,
    PoolStateName, RefusalCode, Role, RunOutcome, Stream, SubmittedTasks, TasksBatch, WaitData,
};
pub use kind::EventKind;
pub use line::EventError;
pub(super) use line::write_line;
pub use time::RunTime;

/// The name and version of the stream, in its first event.
pub const SCHEMA: &str = "proclab.events/1";

/// Previews of values, errors and items are at most this long when written as JSON, bytes.
pub const PREVIEW_BYTES: usize = 4096;

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
