//! `RunState::apply`: one event more.

use super::{
    Finish, HeaderConfig, Progress, RunHeader, RunState, Sample, StepSpan, Stop, WaitReason,
};
use crate::os::ChildKey;
use crate::run::event::{EventKind, Phase, RunEvent, RunTime};
use crate::run::log::{LineKind, LogLine, Note};
use crate::run::refusal::Refusal;

/// Lists that only a broken stream makes long (refusals, signals, attempts) stop growing here.
pub(super) const FEW: usize = 1000;

impl RunState {
    /// Takes one event more into account. An event that came before is passed over.
    pub fn apply(&mut self, event: &RunEvent) {
        if event.seq <= self.stream.last_seq {
            self.stream.repeated += 1;
            return;
        }
        let here = match &event.kind {
            EventKind::TasksBatch(batch) => batch.events(),
            _ => 1,
        };
        self.stream.missing += (event.seq - self.stream.last_seq).saturating_sub(here);
        self.stream.last_seq = event.seq;
        self.now = self.now.max(event.t);
        if is_of_program_end(&event.kind) {
            self.main.last_done = self.main.last_done.max(Some(event.t));
        }
        self.apply_kind(event.t, &event.kind);
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each type of event")]
    fn apply_kind(&mut self, t: RunTime, kind: &EventKind) {
        match kind {
            EventKind::RunStarted {
                proclab,
                kind,
                config,
                main_pid,
                main_start_ticks,
                host,
                boot_id,
                started_at,
                seed,
                lesson,
                listing,
                ..
            } => {
                self.header.get_or_insert_with(|| RunHeader {
                    config: HeaderConfig::of(kind, config),
                    proclab: proclab.clone(),
                    main: ChildKey {
                        pid: *main_pid,
                        start_ticks: *main_start_ticks,
                    },
                    host: host.clone(),
                    boot_id: boot_id.clone(),
                    started_at: started_at.clone(),
                    seed: *seed,
                    lesson: lesson.clone(),
                    listing: listing.clone(),
                });
            }
            EventKind::MainStep {
                step,
                line,
                call,
                args,
                phase,
            } => self.main_step(
                t,
                *phase,
                StepSpan {
                    step: *step,
                    line: *line,
                    call: call.clone(),
                    args: args.clone(),
                },
            ),
            EventKind::MainCodeFinished { .. } => {
                self.main.code_finished.get_or_insert(t);
            }
            EventKind::QueueCreated { queue, maxsize } => {
                let ix = self.queue_ix(queue);
                if let Some(queue) = self.queues.all.get_mut(ix.0) {
                    queue.maxsize.get_or_insert(*maxsize);
                    queue.created.get_or_insert(t);
                }
            }
            EventKind::ProcessStarted { .. } => self.process_started(t, kind),
            EventKind::ProcessReady { pid } => {
                self.with_process(*pid, |process| {
                    process.ready.get_or_insert(t);
                });
            }
            EventKind::InitializerFailed { pid, error } => {
                let words = format!("{}: {}", error.kind, error.message);
                self.note(t, *pid, Note::InitializerFailed, &words);
                self.with_process(*pid, |process| {
                    process.initializer_error = Some(error.clone());
                });
            }
            EventKind::ProcessSampled {
                pid,
                cpu_seconds,
                rss_bytes,
            } => {
                let sample = Sample {
                    t,
                    cpu_seconds: *cpu_seconds,
                    rss_bytes: *rss_bytes,
                };
                if self.main_pid() != Some(*pid) {
                    self.with_process(*pid, |process| process.push_sample(sample));
                }
            }
            EventKind::ProcessExited {
                pid,
                exit_code,
                cpu_seconds,
                max_rss_bytes,
            } => self.process_exited(t, *pid, *exit_code, *cpu_seconds, *max_rss_bytes),
            EventKind::TaskSubmitted {
                task, call, step, ..
            } => {
                self.task_submitted(t, *task, call, *step);
            }
            EventKind::TaskStarted { task, pid, attempt } => {
                self.task_started(t, *task, *pid, *attempt);
            }
            EventKind::TaskFinished { .. } => self.task_finished(t, kind),
            EventKind::TasksBatch(batch) => self.tasks_batch(batch),
            EventKind::CallbackStarted { task, callback, .. } => {
                self.callback_started(t, *task, *callback);
            }
            EventKind::CallbackFinished {
                task,
                callback,
                error,
                ..
            } => self.callback_finished(t, *task, *callback, error.as_ref()),
            EventKind::ItemPut(data) => self.item_put(t, data),
            EventKind::ItemGot(data) => self.item_got(t, data),
            EventKind::ItemReturned(data) => self.item_returned(t, data),
            EventKind::PutBlocked(data) => self.wait_began(t, data, WaitReason::QueueFull),
            EventKind::GetBlocked(data) => self.wait_began(t, data, WaitReason::QueueEmpty),
            EventKind::PutRefused(data) | EventKind::GetRefused(data) => {
                self.wait_refused(t, data);
            }
            EventKind::Output {
                pid,
                stream,
                text,
                task,
                continued,
                partial,
            } => self.log.push(LogLine {
                t,
                pid: *pid,
                kind: LineKind::Output(*stream),
                task: *task,
                text: text.as_str().into(),
                continued: *continued,
                partial: *partial,
            }),
            EventKind::OutputDropped { pid, lines, .. } => {
                self.log.note_dropped(*pid, *lines);
                self.note(t, *pid, Note::LinesLeftOut(*lines), "");
                if self.main_pid() != Some(*pid) {
                    self.with_process(*pid, |process| {
                        process.lines_dropped = process.lines_dropped.saturating_add(*lines);
                    });
                }
            }
            EventKind::PipeLeaked { pid, stream } => {
                self.note(t, *pid, Note::PipeHeld(*stream), "");
                self.with_process(*pid, |process| process.pipe_leaked = true);
            }
            EventKind::PoolState { state } => {
                if self.pool.states.len() < FEW {
                    self.pool.states.push((t, *state));
                }
            }
            EventKind::Progress {
                done,
                failed,
                total,
                rate,
                eta,
            } => {
                self.progress = Some(Progress {
                    done: *done,
                    failed: *failed,
                    total: *total,
                    rate: *rate,
                    eta: *eta,
                });
            }
            EventKind::StopRequested { by, at_once } => {
                if self.stops.len() < FEW {
                    let note = Note::StopRequested { at_once: *at_once };
                    self.note(t, self.main_pid().unwrap_or_default(), note, by);
                    self.stops.push(Stop {
                        t,
                        by: by.clone(),
                        at_once: *at_once,
                    });
                }
            }
            EventKind::SignalSent { pid, signal } => {
                self.note(t, *pid, Note::SignalSent, signal);
                if self.main_pid() != Some(*pid) {
                    self.with_process(*pid, |process| {
                        if process.signals.len() < FEW {
                            process.signals.push((t, signal.clone()));
                        }
                    });
                }
            }
            EventKind::RequestRefused {
                request,
                code,
                reason,
            } => {
                if self.refusals.len() < FEW {
                    let main = self.main_pid().unwrap_or_default();
                    self.note(t, main, Note::RequestRefused, reason);
                    let refusal = Refusal::of_event(*code, request, reason);
                    self.refusals.push((t, refusal));
                }
            }
            EventKind::RunFinished { outcome, counts } => {
                self.finish.get_or_insert(Finish {
                    t,
                    outcome: *outcome,
                    counts: *counts,
                });
            }
            EventKind::TaskRetried { .. } => self.task_retried(t, kind),
            EventKind::PoolResized { processes } => self.pool_resized(t, *processes),
            EventKind::WorkerSuspended { pid, signal } => {
                self.suspended(t, *pid, signal.as_deref().unwrap_or_default());
            }
            EventKind::WorkerResumed { pid } => self.resumed(t, *pid),
            EventKind::Unknown => self.stream.unknown += 1,
        }
    }

    /// Notes in the log what happened to a process.
    pub(super) fn note(&mut self, t: RunTime, pid: u32, note: Note, text: &str) {
        self.log.push(LogLine::note(t, pid, note, text));
    }

    pub(super) fn main_step(&mut self, t: RunTime, phase: Phase, step: StepSpan) {
        let number = step.step;
        self.main.last_line = step.line.or(self.main.last_line);
        match phase {
            Phase::Entered if !self.main.by_step.contains_key(&number) => {
                let span = self.main.steps.begin(t, step);
                self.main.by_step.insert(number, span);
                self.main.open_steps.push(number);
            }
            Phase::Entered | Phase::Other => {}
            Phase::Returned => {
                self.main.open_steps.retain(|open| *open != number);
                if let Some(span) = self.main.by_step.get(&number) {
                    self.main.steps.end(*span, t);
                }
            }
        }
    }
}

/// Whether the program may have been over with this event.
fn is_of_program_end(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::MainStep {
            phase: Phase::Returned,
            ..
        } | EventKind::MainCodeFinished { .. }
            | EventKind::ProcessExited { .. }
            | EventKind::CallbackFinished { .. }
    )
}
