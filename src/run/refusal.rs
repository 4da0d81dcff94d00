//! Why a request to a run was not carried out. The event that says so has a code and English words; people read the sentence.

use super::event::RefusalCode;
use super::request::Request;
use super::validate::MAX_PROCESSES;
use crate::text::{Sentence, Worded, worded};

/// Why a request was not carried out.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// The line is no request; the words of its reader.
    NotARequest(String),
    /// No living process of the run has that pid.
    NoSuchProcess {
        /// The pid.
        pid: u32,
    },
    /// The process cannot be told from others.
    CannotIdentify {
        /// Its pid.
        pid: u32,
    },
    /// The system does not let it be killed.
    KillFailed {
        /// Its pid.
        pid: u32,
        /// What the system says.
        reason: Sentence,
    },
    /// No process runs the task.
    NotRunning {
        /// The task's number.
        task: u64,
    },
    /// The task has ended, or there is none of that number.
    TaskOver {
        /// The number.
        task: u64,
    },
    /// There is no pool at this moment.
    NoPool,
    /// The pool takes no change any more.
    PoolClosed,
    /// A number of workers outside its range.
    OutOfRange {
        /// The number.
        found: u32,
    },
    /// The pool has so many workers already.
    NoChange {
        /// How many.
        workers: u32,
    },
    /// Another reason, in the words of the library or of a later version.
    Other {
        /// Its code.
        code: RefusalCode,
        /// The words.
        reason: String,
    },
}

impl Refusal {
    /// What an event says: its words stand where code and request say less than they.
    pub fn of_event(code: Option<RefusalCode>, request: &str, reason: &str) -> Self {
        let other = || Self::Other {
            code: code.unwrap_or(RefusalCode::Other),
            reason: reason.to_owned(),
        };
        let Ok(request) = Request::from_json(request) else {
            return other();
        };
        let pid = match request {
            Request::KillWorker { pid } | Request::Suspend { pid } | Request::Resume { pid } => {
                Some(pid)
            }
            _ => None,
        };
        match (code, request, pid) {
            (Some(RefusalCode::NoSuchProcess), _, Some(pid)) => Self::NoSuchProcess { pid },
            (Some(RefusalCode::CannotIdentify), _, Some(pid)) => Self::CannotIdentify { pid },
            (Some(RefusalCode::WrongTaskState), Request::KillTask { task }, _) => {
                Self::NotRunning { task }
            }
            (Some(RefusalCode::WrongTaskState), Request::Cancel { task }, _) => {
                Self::TaskOver { task }
            }
            (Some(RefusalCode::NoPool), ..) => Self::NoPool,
            (Some(RefusalCode::PoolClosed), ..) => Self::PoolClosed,
            (Some(RefusalCode::OutOfRange), Request::Resize { processes }, _) => {
                Self::OutOfRange { found: processes }
            }
            (Some(RefusalCode::NoChange), Request::Resize { processes }, _) => {
                Self::NoChange { workers: processes }
            }
            _ => other(),
        }
    }

    /// The code for programs.
    pub const fn code(&self) -> RefusalCode {
        match self {
            Self::NotARequest(_) => RefusalCode::NotARequest,
            Self::NoSuchProcess { .. } => RefusalCode::NoSuchProcess,
            Self::CannotIdentify { .. } => RefusalCode::CannotIdentify,
            Self::KillFailed { .. } => RefusalCode::System,
            Self::NotRunning { .. } | Self::TaskOver { .. } => RefusalCode::WrongTaskState,
            Self::NoPool => RefusalCode::NoPool,
            Self::PoolClosed => RefusalCode::PoolClosed,
            Self::OutOfRange { .. } => RefusalCode::OutOfRange,
            Self::NoChange { .. } => RefusalCode::NoChange,
            Self::Other { code, .. } => *code,
        }
    }
}

impl Worded for Refusal {
    fn sentence(&self) -> Sentence {
        match self {
            Self::NotARequest(reason) | Self::Other { reason, .. } => Sentence::verbatim(reason),
            Self::NoSuchProcess { pid } => {
                Sentence::new("refused-no-such-process").with("pid", pid.to_string())
            }
            Self::CannotIdentify { pid } => {
                Sentence::new("refused-cannot-identify").with("pid", pid.to_string())
            }
            Self::KillFailed { pid, reason } => Sentence::new("refused-kill-failed")
                .with("pid", pid.to_string())
                .with("reason", reason.clone()),
            Self::NotRunning { task } => {
                Sentence::new("refused-not-running").with("task", task.to_string())
            }
            Self::TaskOver { task } => {
                Sentence::new("refused-task-over").with("task", task.to_string())
            }
            Self::NoPool => Sentence::new("refused-no-pool"),
            Self::PoolClosed => Sentence::new("refused-pool-closed"),
            Self::OutOfRange { found } => Sentence::new("refused-out-of-range")
                .with("found", found.to_string())
                .with("max", MAX_PROCESSES.to_string()),
            Self::NoChange { workers } => {
                Sentence::new("refused-no-change").with("count", workers.to_string())
            }
        }
    }
}

worded!(Refusal);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_event_says_is_understood_by_code_and_request() {
        let request = |request: &Request| serde_json::to_string(request).unwrap();
        for (sent, refusal) in [
            (
                Request::KillWorker { pid: 7 },
                Refusal::NoSuchProcess { pid: 7 },
            ),
            (
                Request::KillTask { task: 3 },
                Refusal::NotRunning { task: 3 },
            ),
            (Request::Cancel { task: 3 }, Refusal::TaskOver { task: 3 }),
            (
                Request::Resize { processes: 999 },
                Refusal::OutOfRange { found: 999 },
            ),
            (
                Request::Resize { processes: 2 },
                Refusal::NoChange { workers: 2 },
            ),
        ] {
            let (code, words) = (Some(refusal.code()), refusal.to_string());
            assert_eq!(Refusal::of_event(code, &request(&sent), &words), refusal);
        }
        let later = Refusal::of_event(None, "{", "some words");
        assert_eq!(later.to_string(), "some words");
    }
}
