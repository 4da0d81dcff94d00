//! The tasks of a run.

use serde_json::Value as Json;

use super::timeline::SpanId;
use super::{LaneIx, ProcessIx};
use crate::run::event::{CallData, CallbackKind, ErrorData, Outcome, RunTime};

/// Labels longer than this are cut.
const LABEL_CHARS: usize = 32;

/// A task from its submission to its end.
#[derive(Clone, Debug)]
pub struct TaskState {
    /// Its number, from 1 in order of submission.
    pub number: u64,
    /// What people call it: its first argument if that is a text, else the call.
    pub label: String,
    /// What was to be run; `None` when its submission was never told.
    pub call: Option<CallData>,
    /// The main's step that submitted it.
    pub step: Option<u32>,
    /// When it was submitted.
    pub submitted: Option<RunTime>,
    /// Its attempts that failed and were not the last.
    pub failed: Vec<Attempt>,
    /// When its last attempt began; `None` before the first and while it waits to be tried again.
    pub started: Option<RunTime>,
    /// The how-manyth attempt that was, from 1; 0 before the first.
    pub attempt: u32,
    /// Where it ran last.
    pub process: Option<ProcessIx>,
    /// How it ended.
    pub end: Option<TaskEnd>,
    /// Its callback.
    pub callback: Option<CallbackState>,
    pub(super) span: Option<(LaneIx, SpanId)>,
    /// Since when it counts among those that wait, if it does.
    pub(super) waits: Option<RunTime>,
}

/// An attempt of a task that failed and was followed by another.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The how-manyth, from 1.
    pub number: u32,
    /// Where it ran.
    pub process: Option<ProcessIx>,
    /// When it began; `None` when that was never told.
    pub started: Option<RunTime>,
    /// When it failed.
    pub ended: RunTime,
    /// In which way.
    pub outcome: Outcome,
    /// Why.
    pub error: ErrorData,
    /// When the task may be tried again at the earliest.
    pub due: RunTime,
}

/// How a task ended.
#[derive(Clone, Debug)]
pub struct TaskEnd {
    /// When.
    pub t: RunTime,
    /// In which way.
    pub outcome: Outcome,
    /// What it returned, or the beginning of it, as text; `None` when it did not return.
    pub value: Option<String>,
    /// Whether `value` is only the beginning; then the size of the whole, bytes.
    pub value_bytes: Option<u64>,
    /// Why it did not return.
    pub error: Option<ErrorData>,
    /// CPU time it used, seconds.
    pub cpu_seconds: Option<f64>,
    /// Peak resident memory of its process, bytes.
    pub max_rss_bytes: Option<u64>,
    /// The how-manyth result to arrive in the main, from 1; `None` for a cancelled task, which has none.
    pub arrival: Option<u64>,
}

/// A task's callback.
#[derive(Clone, Debug)]
pub struct CallbackState {
    /// Which of the two.
    pub kind: CallbackKind,
    /// When it began; `None` when only its end was told.
    pub started: Option<RunTime>,
    /// When it returned.
    pub finished: Option<RunTime>,
    /// What it raised.
    pub error: Option<ErrorData>,
    pub(super) span: Option<SpanId>,
}

impl TaskState {
    pub(super) fn new(number: u64) -> Self {
        Self {
            number,
            label: format!("task {number}"),
            call: None,
            step: None,
            submitted: None,
            failed: Vec::new(),
            started: None,
            attempt: 0,
            process: None,
            end: None,
            callback: None,
            span: None,
            waits: None,
        }
    }

    /// How long its last attempt waited for a process, microseconds; until `now` while it waits. `None` when that was never
    /// told.
    pub fn wait_micros(&self, now: RunTime) -> Option<u64> {
        let since = self.failed.last().map(|attempt| attempt.ended);
        let until = self
            .started
            .or_else(|| self.end.as_ref().map(|end| end.t))
            .unwrap_or(now);
        Some(
            until
                .micros
                .saturating_sub(since.or(self.submitted)?.micros),
        )
    }

    /// How long its last attempt ran, microseconds; until `now` while it runs. `None` when it never began.
    pub fn run_micros(&self, now: RunTime) -> Option<u64> {
        let until = self.end.as_ref().map_or(now, |end| end.t);
        Some(until.micros.saturating_sub(self.started?.micros))
    }

    /// The failed attempt that began at this moment; `None` for the last one.
    pub fn failed_attempt(&self, began: RunTime) -> Option<&Attempt> {
        self.failed
            .iter()
            .find(|attempt| attempt.started == Some(began))
    }

    /// Whether an attempt of it ran in this process.
    pub fn ran_in(&self, process: ProcessIx) -> bool {
        let mut before = self.failed.iter().filter_map(|attempt| attempt.process);
        self.process == Some(process) || before.any(|other| other == process)
    }

    /// Whether it runs now.
    pub fn is_running(&self) -> bool {
        self.started.is_some() && self.end.is_none()
    }

    /// The call as one would write it, such as `work("work0", 0)`.
    pub fn call_text(&self) -> String {
        self.call.as_ref().map_or_else(String::new, call_text)
    }

    pub(super) fn set_call(&mut self, call: CallData) {
        self.label = label_of(self.number, &call);
        self.call = Some(call);
    }
}

/// The call as one would write it.
fn call_text(call: &CallData) -> String {
    let args = call.args.iter().map(value_text);
    let kwargs = call
        .kwargs
        .iter()
        .map(|(key, value)| format!("{key}={}", value_text(value)));
    let all: Vec<String> = args.chain(kwargs).collect();
    format!("{}({})", call.target, all.join(", "))
}

/// A value as one would write it; a queue by its name.
pub(super) fn value_text(value: &Json) -> String {
    if let Json::Object(map) = value
        && map.len() == 1
        && let Some(Json::String(name)) = map.get("queue")
    {
        return name.clone();
    }
    match value {
        Json::Null => "None".to_owned(),
        other => other.to_string(),
    }
}

fn label_of(number: u64, call: &CallData) -> String {
    let label = match call.args.first() {
        Some(Json::String(text)) if !text.trim().is_empty() => text.clone(),
        _ if call.target.is_empty() => return format!("task {number}"),
        _ if call.args.is_empty() && call.kwargs.is_empty() => call.target.clone(),
        _ => call_text(call),
    };
    if label.chars().count() <= LABEL_CHARS {
        return label;
    }
    label.chars().take(LABEL_CHARS - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(target: &str, args: &[Json]) -> CallData {
        CallData {
            target: target.into(),
            args: args.to_vec(),
            kwargs: serde_json::Map::new(),
        }
    }

    #[test]
    fn a_task_is_called_by_its_first_text_or_by_its_call() {
        let queue = serde_json::json!({"queue": "food"});
        for (call, label, text) in [
            (
                call("work", &["work0".into(), 0.into()]),
                "work0",
                "work(\"work0\", 0)",
            ),
            (call("primes", &[20.into()]), "primes(20)", "primes(20)"),
            (
                call("consumer", &[queue]),
                "consumer(food)",
                "consumer(food)",
            ),
            (call("idle", &[]), "idle", "idle()"),
            (call("", &[]), "task 3", "()"),
        ] {
            let mut task = TaskState::new(3);
            task.set_call(call);
            assert_eq!(task.label, label);
            assert_eq!(task.call_text(), text);
        }
        let mut long = TaskState::new(1);
        long.set_call(call("work", &["x".repeat(99).into()]));
        assert_eq!(long.label.chars().count(), LABEL_CHARS);
    }
}
