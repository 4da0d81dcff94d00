//! What events change about tasks and callbacks.

use super::{
    CallbackSpan, CallbackState, ProcessIx, RunState, StepSpan, TaskEnd, TaskIx, TaskState,
};
use crate::run::event::{
    CallData, CallbackKind, ErrorData, EventKind, MainSteps, Outcome, Phase, RunTime, TasksBatch,
};

impl RunState {
    /// Row by row as if each had been told by itself. A row that a column is too short for is left out.
    pub(super) fn tasks_batch(&mut self, batch: &TasksBatch) {
        if let Some(rows) = &batch.steps {
            self.steps_batch(rows);
        }
        if let Some(rows) = &batch.submitted {
            for (row, &task) in rows.task.iter().enumerate() {
                let (Some(&t), Some(target)) = (rows.t.get(row), rows.target.get(row)) else {
                    continue;
                };
                let call = CallData {
                    target: target.clone(),
                    args: rows.args.get(row).cloned().unwrap_or_default(),
                    kwargs: rows.kwargs.get(row).cloned().unwrap_or_default(),
                };
                let step = rows.step.get(row).copied().flatten();
                self.task_submitted(t, task, &call, step);
            }
        }
        let Some(rows) = &batch.ended else { return };
        for (row, &task) in rows.task.iter().enumerate() {
            let (Some(&pid), Some(&started), Some(&finished)) = (
                rows.pid.get(row),
                rows.started.get(row),
                rows.finished.get(row),
            ) else {
                continue;
            };
            self.now = self.now.max(finished);
            self.task_started(
                started,
                task,
                pid,
                rows.attempt.get(row).copied().unwrap_or(1),
            );
            let ended = EventKind::TaskFinished {
                task,
                pid: Some(pid),
                outcome: Outcome::Ok,
                value: rows.value.get(row).cloned().flatten(),
                value_bytes: None,
                value_preview: None,
                error: None,
                cpu_seconds: None,
                max_rss_bytes: None,
            };
            self.task_finished(finished, &ended);
        }
    }

    fn steps_batch(&mut self, rows: &MainSteps) {
        for (row, &step) in rows.step.iter().enumerate() {
            let told = |phases: &[Option<RunTime>]| phases.get(row).copied().flatten();
            let phases = [
                (Phase::Entered, told(&rows.entered)),
                (Phase::Returned, told(&rows.returned)),
            ];
            for (phase, t) in phases {
                let Some(t) = t else { continue };
                self.now = self.now.max(t);
                let span = StepSpan {
                    step,
                    line: rows.line.get(row).copied().flatten(),
                    call: rows.call.get(row).cloned().unwrap_or_default(),
                    args: rows.args.get(row).cloned().unwrap_or_default(),
                };
                self.main_step(t, phase, span);
            }
        }
    }

    pub(super) fn task_ix(&mut self, number: u64) -> TaskIx {
        if let Some(ix) = self.tasks.by_number.get(&number) {
            return *ix;
        }
        let ix = TaskIx(self.tasks.all.len());
        self.tasks.all.push(TaskState::new(number));
        self.tasks.by_number.insert(number, ix);
        ix
    }

    pub(super) fn end_bar(&mut self, ix: TaskIx, t: RunTime) {
        if let Some((lane, span)) = self
            .tasks
            .all
            .get_mut(ix.0)
            .and_then(|task| task.span.take())
            && let Some(lane) = self.lanes.all.get_mut(lane.0)
        {
            lane.work.end(span, t);
        }
    }

    pub(super) fn stop_waiting(&mut self, ix: TaskIx, t: RunTime) {
        if let Some(task) = self.tasks.all.get_mut(ix.0)
            && let Some(since) = task.waits.take()
        {
            self.tasks.waiting.add(t.max(since), -1);
        }
    }

    pub(super) fn task_started(&mut self, t: RunTime, number: u64, pid: u32, attempt: u32) {
        let ix = self.task_ix(number);
        let Some(process) = self.actor(pid) else {
            return;
        };
        self.stop_waiting(ix, t);
        let Some(task) = self.tasks.all.get_mut(ix.0) else {
            return;
        };
        if task.end.is_some() || attempt <= task.attempt {
            return;
        }
        if task.started.is_none() {
            self.tasks.running += 1;
        }
        task.started = Some(t);
        task.attempt = attempt;
        let left = task.process.replace(process);
        self.end_bar(ix, t);
        if let Some(left) = left.and_then(|left| self.processes.all.get_mut(left.0))
            && left.task == Some(ix)
        {
            left.task = None;
        }
        let Some(state) = self.processes.all.get_mut(process.0) else {
            return;
        };
        // A process that works is ready, whether that was told or not.
        state.ready.get_or_insert(t);
        let exited = state.exited;
        if exited.is_none() {
            state.task = Some(ix);
        }
        let lane = state.lane;
        if let Some(state) = self.lanes.all.get_mut(lane.0) {
            let span = state.work.begin(t, ix);
            if let Some(exited) = exited {
                state.work.end(span, exited);
            } else if let Some(task) = self.tasks.all.get_mut(ix.0) {
                task.span = Some((lane, span));
            }
        }
    }

    pub(super) fn task_finished(&mut self, t: RunTime, kind: &EventKind) {
        let EventKind::TaskFinished {
            task: number,
            pid,
            outcome,
            value,
            value_bytes,
            value_preview,
            error,
            cpu_seconds,
            max_rss_bytes,
        } = kind
        else {
            return;
        };
        let ix = self.task_ix(*number);
        let process = pid.and_then(|pid| self.actor(pid));
        self.stop_waiting(ix, t);
        self.end_bar(ix, t);
        let Some(task) = self.tasks.all.get_mut(ix.0) else {
            return;
        };
        if task.end.is_some() {
            return;
        }
        if task.started.is_some() {
            self.tasks.running = self.tasks.running.saturating_sub(1);
        }
        match outcome {
            Outcome::Ok => self.tasks.ok += 1,
            Outcome::Cancelled => self.tasks.cancelled += 1,
            Outcome::Error | Outcome::WorkerDied | Outcome::TimedOut | Outcome::Other => {
                self.tasks.failed += 1;
            }
        }
        let arrival = (*outcome != Outcome::Cancelled).then(|| {
            self.tasks.arrivals += 1;
            self.tasks.arrivals
        });
        task.process = task.process.or(process);
        let value = match (value, value_preview) {
            (Some(value), _) => Some(super::task::value_text(value)),
            (None, Some(preview)) => Some(preview.clone()),
            (None, None) => (*outcome == Outcome::Ok).then(|| "None".to_owned()),
        };
        task.end = Some(TaskEnd {
            t,
            outcome: *outcome,
            value,
            value_bytes: *value_bytes,
            error: error.clone(),
            cpu_seconds: *cpu_seconds,
            max_rss_bytes: *max_rss_bytes,
            arrival,
        });
        if let Some(process) = process.and_then(|ix| self.processes.all.get_mut(ix.0))
            && process.task == Some(ix)
        {
            process.task = None;
        }
        self.note_cost(ix, process, *outcome, error.as_ref());
    }

    /// Notes at a process that its end cost this task, or came for its sake.
    pub(super) fn note_cost(
        &mut self,
        task: TaskIx,
        process: Option<ProcessIx>,
        outcome: Outcome,
        error: Option<&ErrorData>,
    ) {
        let costs = match outcome {
            Outcome::WorkerDied | Outcome::TimedOut => true,
            // Not the tasks of a pool that was terminated: there, everybody ends.
            Outcome::Cancelled => error.is_some_and(|error| error.kind == "Cancelled"),
            Outcome::Ok | Outcome::Error | Outcome::Other => false,
        };
        if let Some(process) = process.and_then(|ix| self.processes.all.get_mut(ix.0))
            && costs
        {
            process.lost = Some(task);
            self.log.note_rewritten();
        }
    }

    pub(super) fn callback_started(&mut self, t: RunTime, number: u64, kind: CallbackKind) {
        let ix = self.task_ix(number);
        let Some(task) = self.tasks.all.get_mut(ix.0) else {
            return;
        };
        if task.callback.is_some() {
            return;
        }
        let span = self.tasks.callbacks.begin(
            t,
            CallbackSpan {
                task: ix,
                kind,
                raised: false,
            },
        );
        task.callback = Some(CallbackState {
            kind,
            started: Some(t),
            finished: None,
            error: None,
            span: Some(span),
        });
    }

    pub(super) fn callback_finished(
        &mut self,
        t: RunTime,
        number: u64,
        kind: CallbackKind,
        error: Option<&ErrorData>,
    ) {
        let ix = self.task_ix(number);
        let Some(task) = self.tasks.all.get_mut(ix.0) else {
            return;
        };
        let state = task.callback.get_or_insert(CallbackState {
            kind,
            started: None,
            finished: None,
            error: None,
            span: None,
        });
        if state.finished.is_some() {
            return;
        }
        state.finished = Some(t);
        state.error = error.cloned();
        if let Some(id) = state.span {
            if let Some(span) = self.tasks.callbacks.get_mut(id) {
                span.what.raised = error.is_some();
            }
            self.tasks.callbacks.end(id, t);
        }
    }

    pub(super) fn task_submitted(
        &mut self,
        t: RunTime,
        number: u64,
        call: &CallData,
        step: Option<u32>,
    ) {
        let ix = self.task_ix(number);
        let Some(task) = self.tasks.all.get_mut(ix.0) else {
            return;
        };
        if task.submitted.is_some() {
            return;
        }
        task.submitted = Some(t);
        task.step = step;
        if let Some(step) = step {
            self.tasks.by_submitting_step.entry(step).or_insert(ix);
        }
        task.set_call(call.clone());
        let first = task.failed.first();
        let first = first.map(|attempt| attempt.started.unwrap_or(attempt.ended));
        let end = || task.end.as_ref().map(|end| end.t);
        match first.or(task.started).or_else(end) {
            None => {
                task.waits = Some(t);
                self.tasks.waiting.add(t, 1);
            }
            Some(started) if started > t => {
                // Its end first: at no moment does one task count twice.
                self.tasks.waiting.add(started, -1);
                self.tasks.waiting.add(t, 1);
            }
            Some(_) => {}
        }
    }
}
