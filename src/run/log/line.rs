//! One line of the log: what a process wrote, or what happened to it.

use crate::run::event::{RunTime, Stream};

/// One line: written by a process, or noted about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When.
    pub t: RunTime,
    /// Who.
    pub pid: u32,
    /// Where the line comes from.
    pub kind: LineKind,
    /// The task that was running there.
    pub task: Option<u64>,
    /// The line without its newline; of a note, the words that came with what it tells of: an error, a reason, an item.
    pub text: Box<str>,
    /// The line goes on in the next one of this pid and stream.
    pub continued: bool,
    /// The process ended without finishing this line.
    pub partial: bool,
}

impl LogLine {
    /// Whether it tells what happened, instead of what was written.
    pub fn is_note(&self) -> bool {
        matches!(self.kind, LineKind::Note(_))
    }

    /// A note about the process with this pid.
    pub fn note(t: RunTime, pid: u32, note: Note, text: &str) -> Self {
        Self {
            t,
            pid,
            kind: LineKind::Note(note),
            task: None,
            text: text.into(),
            continued: false,
            partial: false,
        }
    }
}

/// Where a line comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// The process wrote it.
    Output(Stream),
    /// It tells what happened to the process.
    Note(Note),
}

/// What happened to a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// It ended, and not with exit code 0: the exit code, or -N for signal N; `None` where that cannot be known.
    Exited(Option<i32>),
    /// Its initializer raised; the text is the error.
    InitializerFailed,
    /// An item that it held is back at the front of this queue; the text is the item.
    ItemReturned {
        /// The queue's name.
        queue: Box<str>,
    },
    /// It has ended, but something it started still holds this stream open.
    PipeHeld(Stream),
    /// So many of its lines are missing here.
    LinesLeftOut(u64),
    /// The run was asked to stop; the text is by what.
    StopRequested {
        /// Whether processes are killed without being asked first.
        at_once: bool,
    },
    /// An attempt of a task failed in it, and the task will be tried again; the text is the error.
    TaskRetried {
        /// The task's number.
        task: u64,
        /// The attempt that failed, from 1.
        attempt: u32,
    },
    /// It was stopped where it was; the text is the signal's name, or empty if that was asked for.
    Suspended,
    /// It goes on.
    Resumed,
    /// The pool has so many workers from now on, as asked.
    PoolResized(u32),
    /// A signal was sent to it as asked; the text is the signal's name.
    SignalSent,
    /// Something asked of the run was not done; the text is the reason.
    RequestRefused,
}
