//! What events change about attempts, suspensions and the size of a pool.

use super::apply::FEW;
use super::{Attempt, ProcessIx, ProcessState, RunState};
use crate::run::event::{ErrorData, EventKind, Outcome, Role, RunTime};
use crate::run::log::Note;

impl RunState {
    /// An attempt has failed: its bar ends, and the task waits again.
    pub(super) fn task_retried(&mut self, t: RunTime, kind: &EventKind) {
        let EventKind::TaskRetried {
            task: number,
            pid,
            attempt,
            error,
            delay_seconds,
        } = kind
        else {
            return;
        };
        let ix = self.task_ix(*number);
        let process = pid.and_then(|pid| self.actor(pid));
        let Some(task) = self.tasks.all.get_mut(ix.0) else {
            return;
        };
        let last = task.failed.last().map_or(0, |failed| failed.number);
        let is_over = task.end.is_some() || *attempt < task.attempt || *attempt <= last;
        if is_over || task.failed.len() >= FEW {
            return;
        }
        let outcome = outcome_of(error);
        let due = RunTime::from_seconds(t.seconds() + delay_seconds.max(0.0));
        let started = task.started.take();
        task.failed.push(Attempt {
            number: *attempt,
            process,
            started,
            ended: t,
            outcome,
            error: error.clone(),
            due,
        });
        task.attempt = *attempt;
        task.process = process.or(task.process);
        let words = format!("{}: {}", error.kind, error.message);
        self.end_bar(ix, t);
        self.tasks.running -= u64::from(started.is_some()).min(self.tasks.running);
        if let Some(task) = self.tasks.all.get_mut(ix.0)
            && task.waits.is_none()
        {
            task.waits = Some(t);
            self.tasks.waiting.add(t, 1);
        }
        self.tasks.retried.push(ix);
        let note = Note::TaskRetried {
            task: *number,
            attempt: *attempt,
        };
        let pid = pid.or(self.main_pid()).unwrap_or_default();
        self.note(t, pid, note, &words);
        if let Some(process) = process.and_then(|ix| self.processes.all.get_mut(ix.0))
            && process.task == Some(ix)
        {
            process.task = None;
        }
        self.note_cost(ix, process, outcome, Some(error));
    }

    pub(super) fn suspended(&mut self, t: RunTime, pid: u32, signal: &str) {
        let ix = self.process_ix(pid);
        let Some(process) = self.processes.all.get_mut(ix.0) else {
            return;
        };
        if process.exited.is_none()
            && process.suspension.is_none()
            && let Some(lane) = self.lanes.all.get_mut(process.lane.0)
        {
            process.suspension = Some(lane.suspended.begin(t, ix));
            process.stopped_by = (!signal.is_empty()).then(|| signal.to_owned());
            self.note(t, pid, Note::Suspended, signal);
        }
    }

    pub(super) fn resumed(&mut self, t: RunTime, pid: u32) {
        let ix = self.process_ix(pid);
        if self.end_suspension(ix, t) {
            self.note(t, pid, Note::Resumed, "");
        }
    }

    /// The process stands still no longer; whether it did.
    pub(super) fn end_suspension(&mut self, ix: ProcessIx, t: RunTime) -> bool {
        let Some(process) = self.processes.all.get_mut(ix.0) else {
            return false;
        };
        let Some(span) = process.suspension.take() else {
            return false;
        };
        if let Some(lane) = self.lanes.all.get_mut(process.lane.0) {
            lane.suspended.end(span, t);
        }
        true
    }

    pub(super) fn pool_resized(&mut self, t: RunTime, processes: u32) {
        if self.pool.sizes.len() < FEW {
            self.pool.sizes.push((t, processes));
            let main = self.main_pid().unwrap_or_default();
            self.note(t, main, Note::PoolResized(processes), "");
        }
    }

    /// How many workers the pool is to have now; `None` when there is no pool, or that was never told.
    pub fn pool_size(&self) -> Option<u32> {
        let resized = self.pool.sizes.last().map(|(_, processes)| *processes);
        resized.or_else(|| self.first_pool_size())
    }

    /// Whether a worker is one too many since the pool became smaller: it finishes what it runs, and leaves.
    pub fn is_surplus(&self, process: &ProcessState) -> bool {
        let slot = self.lane(process.lane).and_then(|lane| lane.slot);
        process.role == Role::Worker
            && !self.pool.sizes.is_empty()
            && slot
                .zip(self.pool_size())
                .is_some_and(|(slot, size)| slot >= size)
    }
}

/// The way in which an attempt failed, by the name of its error.
fn outcome_of(error: &ErrorData) -> Outcome {
    match error.kind.as_str() {
        "WorkerDied" => Outcome::WorkerDied,
        "TimedOut" => Outcome::TimedOut,
        _ => Outcome::Error,
    }
}
