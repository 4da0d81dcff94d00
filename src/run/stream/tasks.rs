//! Tasks that are over sooner than their events are written: kept as notes, told one by one while they are few, and in
//! columns when they are many.

use std::sync::Arc;

use crate::multiprocess::wire::Call;
use crate::run::event::{
    CallData, EndedTasks, EventKind, Outcome, RunEvent, RunTime, SubmittedTasks, TasksBatch,
};
use crate::run::preview::{Preview, preview};
use crate::task::{self, parameter::Arguments};

/// Notes in a row that are told in columns.
const PACKED_FROM: usize = 64;

/// Notes that are told in one event at most.
const PACKED_UP_TO: usize = 4096;

/// Arguments and values larger than this are no matter for columns, bytes.
pub(crate) const SMALL_BYTES: usize = 256;

/// What happened to a short task.
#[derive(Debug)]
pub(crate) enum TaskNote {
    /// It was given to the pool.
    Submitted {
        task: u64,
        call: Arc<Call>,
        step: Option<u32>,
    },
    /// It began and returned a value.
    Ended {
        task: u64,
        pid: u32,
        attempt: u32,
        begun: RunTime,
        value: Vec<u8>,
    },
}

impl TaskNote {
    /// The numbers in the stream that it takes when it is told by itself.
    fn seqs(&self) -> u64 {
        match self {
            Self::Submitted { .. } => 1,
            Self::Ended { .. } => 2,
        }
    }
}

/// Notes with nothing else in between.
#[derive(Debug)]
pub(super) struct TaskNotes {
    /// The number of the first event.
    first_seq: u64,
    notes: Vec<(RunTime, TaskNote)>,
}

impl TaskNotes {
    /// Notes that come after this event.
    pub(super) fn after(seq: u64) -> Self {
        Self {
            first_seq: seq + 1,
            notes: Vec::new(),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.notes.len() >= PACKED_UP_TO
    }

    /// Adds a note; how many numbers it takes.
    pub(super) fn push(&mut self, t: RunTime, note: TaskNote) -> u64 {
        let seqs = note.seqs();
        self.notes.push((t, note));
        seqs
    }

    /// The events that tell of them.
    pub(super) fn into_events(self) -> Vec<RunEvent> {
        let mut seq = self.first_seq;
        if self.notes.len() >= PACKED_FROM {
            seq += self.notes.iter().map(|(_, note)| note.seqs()).sum::<u64>() - 1;
            let t = self.notes.last().map(|(t, _)| *t).unwrap_or_default();
            let kind = EventKind::TasksBatch(packed(self.notes));
            return vec![RunEvent { seq, t, kind }];
        }
        let mut events = Vec::new();
        for (t, note) in self.notes {
            for (t, kind) in alone(t, note) {
                events.push(RunEvent { seq, t, kind });
                seq += 1;
            }
        }
        events
    }
}

/// The events of one note.
pub(super) fn alone(t: RunTime, note: TaskNote) -> Vec<(RunTime, EventKind)> {
    match note {
        TaskNote::Submitted { task, call, step } => {
            vec![(t, task_submitted(task, &call, step))]
        }
        TaskNote::Ended {
            task,
            pid,
            attempt,
            begun,
            value,
        } => {
            let Preview { value, bytes, text } = Preview::of(&value);
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

fn packed(notes: Vec<(RunTime, TaskNote)>) -> TasksBatch {
    let (mut submitted, mut ended) = (SubmittedTasks::default(), EndedTasks::default());
    for (t, note) in notes {
        match note {
            TaskNote::Submitted { task, call, step } => {
                let CallData {
                    target,
                    args,
                    kwargs,
                } = call_data(&call);
                submitted.task.push(task);
                submitted.t.push(t);
                submitted.step.push(step);
                submitted.first.push(call.chunk.map(|chunk| chunk.first));
                submitted.count.push(call.chunk.map(|chunk| chunk.count));
                submitted.target.push(target);
                submitted.args.push(args);
                submitted.kwargs.push(kwargs);
            }
            TaskNote::Ended {
                task,
                pid,
                attempt,
                begun,
                value,
            } => {
                ended.task.push(task);
                ended.pid.push(pid);
                ended.attempt.push(attempt);
                ended.started.push(begun);
                ended.finished.push(t);
                ended.value.push(Preview::of(&value).value);
            }
        }
    }
    if submitted.first.iter().all(Option::is_none) {
        (submitted.first, submitted.count) = (Vec::new(), Vec::new());
    }
    TasksBatch {
        submitted: (!submitted.task.is_empty()).then_some(submitted),
        ended: (!ended.task.is_empty()).then_some(ended),
    }
}

/// The event of a task that was given to the pool.
pub(crate) fn task_submitted(task: u64, call: &Call, step: Option<u32>) -> EventKind {
    EventKind::TaskSubmitted {
        task,
        call: call_data(call),
        first: call.chunk.map(|chunk| chunk.first),
        count: call.chunk.map(|chunk| chunk.count),
        step,
    }
}

/// A call as events show it.
fn call_data(call: &Call) -> CallData {
    let arguments = match call.chunk {
        None => task::arguments_from_bytes(&call.payload).unwrap_or_default(),
        Some(_) => Arguments::default(),
    };
    let kwargs = arguments
        .kwargs
        .iter()
        .map(|(name, value)| (name.clone(), preview(value)))
        .collect();
    CallData {
        target: call.target.to_string(),
        args: arguments.args.iter().map(preview).collect(),
        kwargs,
    }
}
