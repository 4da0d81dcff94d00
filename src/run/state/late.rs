//! Lines that were read later than what wrote them had ended.

use super::{RunState, TaskIx};
use crate::run::event::RunTime;
use crate::run::log::LogLine;

/// A line is dated when the main reads it. A main that is kept from its CPU reads late: then the line stands after the end of
/// its task, or of its process, although it was written before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadLate {
    /// So many microseconds after its task had ended.
    Task(TaskIx, u64),
    /// So many microseconds after its process had ended.
    Process(u64),
}

/// Less than this cannot be told apart in the picture of a run, microseconds.
const DISTINCT: u64 = 5_000;

impl RunState {
    /// How long after the end of what wrote it a line was read, where that is long enough to be seen.
    pub fn read_late(&self, line: &LogLine) -> Option<ReadLate> {
        if line.is_note() {
            return None;
        }
        let writer = self.process_of_pid(line.pid);
        let after = |end: RunTime| {
            let micros = line.t.micros.saturating_sub(end.micros);
            (micros >= DISTINCT).then_some(micros)
        };
        let of_task = line
            .task
            .and_then(|number| self.task_of_number(number))
            .and_then(|ix| {
                let task = self.task(ix)?;
                let attempt = task.failed.iter().rfind(|it| it.process == writer);
                let end = match &task.end {
                    Some(end) if task.process == writer => end.t,
                    _ => attempt?.ended,
                };
                Some(ReadLate::Task(ix, after(end)?))
            });
        of_task.or_else(|| {
            let exited = self.process(writer?)?.exited?;
            Some(ReadLate::Process(after(exited)?))
        })
    }
}
