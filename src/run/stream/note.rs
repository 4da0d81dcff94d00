//! What happened to a short task, or around it, before it is an event.

use crate::multiprocess::wire::Call;
use crate::run::event::{CallData, EventKind, Outcome, Phase, RunTime};
use crate::run::preview::{Preview, SURELY_SMALL_BYTES, cut, preview};
use crate::task::{self, parameter::Arguments, value::Value};

/// Arguments and values larger than this are no matter for columns, bytes: what is in columns is always whole.
pub(crate) const SMALL_BYTES: usize = 256;

const _: () = assert!(SMALL_BYTES <= SURELY_SMALL_BYTES);

/// What happened to a short task, or around it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Note<'a> {
    /// The main entered a call or came back from it.
    Step { step: StepRef<'a>, phase: Phase },
    /// A task was given to the pool.
    Submitted {
        task: u64,
        call: CallRef<'a>,
        step: Option<u32>,
    },
    /// It began and returned a value.
    Ended {
        task: u64,
        pid: u32,
        attempt: u32,
        begun: RunTime,
        value: &'a [u8],
    },
}

/// One of the main's calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StepRef<'a> {
    pub(crate) step: u32,
    pub(crate) line: Option<u32>,
    pub(crate) call: &'a str,
    pub(crate) args: &'a str,
}

/// A call to a task, or to a map's chunk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallRef<'a> {
    pub(super) target: &'a str,
    pub(super) payload: &'a [u8],
    /// The place of the first item, and how many there are.
    pub(super) chunk: Option<(u64, u64)>,
}

impl<'a> From<&'a Call> for CallRef<'a> {
    fn from(call: &'a Call) -> Self {
        Self {
            target: &call.target,
            payload: &call.payload,
            chunk: call.chunk.map(|chunk| (chunk.first, chunk.count)),
        }
    }
}

impl CallRef<'_> {
    /// As events show it.
    pub(super) fn data(self) -> CallData {
        let arguments = match self.chunk {
            None => task::arguments_from_bytes(self.payload).unwrap_or_default(),
            Some(_) => Arguments::default(),
        };
        let preview = if self.payload.len() <= SURELY_SMALL_BYTES {
            Value::to_json
        } else {
            preview
        };
        let kwargs = arguments.kwargs.into_iter();
        CallData {
            target: self.target.to_owned(),
            args: arguments.args.iter().map(preview).collect(),
            kwargs: kwargs
                .map(|(name, value)| (name, preview(&value)))
                .collect(),
        }
    }
}

impl Note<'_> {
    /// The events that tell of it when it is told by itself.
    pub(super) fn events(self, t: RunTime) -> Vec<(RunTime, EventKind)> {
        match self {
            Self::Step { step, phase } => {
                let StepRef {
                    step,
                    line,
                    call,
                    args,
                } = step;
                let step = EventKind::MainStep {
                    step,
                    line,
                    call: call.to_owned(),
                    args: cut(args),
                    phase,
                };
                vec![(t, step)]
            }
            Self::Submitted { task, call, step } => vec![(t, task_submitted(task, call, step))],
            Self::Ended {
                task,
                pid,
                attempt,
                begun,
                value,
            } => {
                let Preview { value, bytes, text } = Preview::of(value);
                let ended = EventKind::TaskFinished {
                    task,
                    pid: Some(pid),
                    outcome: Outcome::Ok,
                    value,
                    value_bytes: bytes,
                    value_preview: text,
                    error: None,
                    cpu_seconds: None,
                    max_rss_bytes: None,
                };
                let started = EventKind::TaskStarted { task, pid, attempt };
                vec![(begun, started), (t, ended)]
            }
        }
    }
}

/// The event of a task that was given to the pool.
pub(crate) fn task_submitted(task: u64, call: CallRef<'_>, step: Option<u32>) -> EventKind {
    EventKind::TaskSubmitted {
        task,
        call: call.data(),
        first: call.chunk.map(|(first, _)| first),
        count: call.chunk.map(|(_, count)| count),
        step,
    }
}
