//! What the engine tells, as the data of events.

use crate::multiprocess::error::{RemoteError, TaskError};
use crate::multiprocess::observer::{Callback, ItemEvent, PoolState};
use crate::os::lines::{LineRef, Pipe};
use crate::os::signal;
use crate::run::event::{
    CallbackKind, ErrorData, EventKind, ItemData, Outcome, PoolStateName, Stream, WaitData,
};
use crate::run::preview::{Preview, cut};

pub(super) fn error_data(error: &RemoteError) -> ErrorData {
    ErrorData {
        kind: error.kind.clone(),
        message: cut(&error.message),
        traceback: cut(&error.traceback),
    }
}

pub(super) fn worker_suspended(pid: u32, signal: Option<i32>) -> EventKind {
    let signal = signal.map(signal::name);
    EventKind::WorkerSuspended { pid, signal }
}

/// As what a task's end counts.
pub(super) fn outcome_of(result: Result<&[u8], &TaskError>) -> Outcome {
    match result {
        Ok(_) => Outcome::Ok,
        Err(TaskError::Raised(_) | TaskError::Undecodable { .. }) => Outcome::Error,
        Err(TaskError::WorkerDied { .. }) => Outcome::WorkerDied,
        Err(TaskError::TimedOut { .. }) => Outcome::TimedOut,
        Err(TaskError::Cancelled | TaskError::Terminated | TaskError::PoolFailed { .. }) => {
            Outcome::Cancelled
        }
    }
}

pub(super) fn task_finished(
    task: u64,
    pid: Option<u32>,
    result: Result<&[u8], &TaskError>,
    cpu_nanos: Option<u64>,
    max_rss_bytes: Option<u64>,
) -> EventKind {
    let outcome = outcome_of(result);
    let error = result.err().map(any_error);
    let Preview {
        value,
        bytes: value_bytes,
        text: value_preview,
    } = result.map(Preview::of).unwrap_or_default();
    let cpu_seconds = cpu_nanos.map(|nanos| nanos as f64 / 1e9);
    EventKind::TaskFinished {
        task,
        pid,
        outcome,
        value,
        value_bytes,
        value_preview,
        error,
        cpu_seconds,
        max_rss_bytes,
    }
}

/// An error as data: the one that was raised, or one of ours by its kind.
pub(super) fn any_error(error: &TaskError) -> ErrorData {
    let kind = match error {
        TaskError::Raised(error) => return error_data(error),
        TaskError::WorkerDied { .. } => "WorkerDied",
        TaskError::TimedOut { .. } => "TimedOut",
        TaskError::Cancelled => "Cancelled",
        TaskError::Terminated => "Terminated",
        TaskError::PoolFailed { .. } => "PoolFailed",
        TaskError::Undecodable { .. } => "Undecodable",
    };
    ErrorData {
        kind: kind.to_owned(),
        message: cut(&error.to_string()),
        traceback: String::new(),
    }
}

pub(super) fn output(pid: u32, pipe: Pipe, line: LineRef<'_>, task: Option<u64>) -> EventKind {
    let text = String::from_utf8_lossy(line.bytes).into_owned();
    let (continued, partial) = (line.continued, line.partial);
    EventKind::Output {
        pid,
        stream: stream_of(pipe),
        text,
        task,
        continued,
        partial,
    }
}

pub(super) fn callback_kind(callback: Callback) -> CallbackKind {
    match callback {
        Callback::Value => CallbackKind::Callback,
        Callback::Error => CallbackKind::ErrorCallback,
    }
}

pub(super) fn stream_of(pipe: Pipe) -> Stream {
    match pipe {
        Pipe::Stdout => Stream::Stdout,
        Pipe::Stderr => Stream::Stderr,
    }
}

pub(super) fn pool_state(state: PoolState) -> PoolStateName {
    match state {
        PoolState::Running => PoolStateName::Running,
        PoolState::Closed => PoolStateName::Closed,
        PoolState::Terminating => PoolStateName::Terminating,
        PoolState::Ended => PoolStateName::Ended,
        PoolState::Failed => PoolStateName::Failed,
    }
}

pub(super) fn item_data(event: ItemEvent<'_>, step: Option<u32>) -> ItemData {
    let ItemEvent {
        queue,
        number,
        item,
        pid,
        depth,
        attempt,
    } = event;
    let Preview {
        value: item,
        bytes: value_bytes,
        text: value_preview,
    } = Preview::of(item);
    let depth = u32::try_from(depth).unwrap_or(u32::MAX);
    ItemData {
        queue: queue.to_owned(),
        number,
        item,
        value_bytes,
        value_preview,
        pid,
        depth,
        attempt,
        step,
    }
}

pub(super) fn is_sentinel(item: &ItemData) -> bool {
    item.item.is_none() && item.value_bytes.is_none()
}

pub(super) fn wait_data(queue: &str, pid: u32, depth: usize) -> WaitData {
    WaitData {
        queue: queue.to_owned(),
        pid,
        depth: u32::try_from(depth).unwrap_or(u32::MAX),
        item: None,
        attempt: None,
    }
}
