//! Turns what the engine tells into events of the run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;

use super::event::{
    CallbackKind, Counts, ErrorData, EventKind, ItemData, Outcome, PoolStateName, Role, Stream,
    WaitData,
};
use super::preview::{Preview, cut};
use super::stream::{EventStream, SMALL_BYTES, TaskNote, task_submitted};
use crate::multiprocess::error::{RemoteError, TaskError};
use crate::multiprocess::observer::{
    Callback, ChildKind, Event, ItemEvent, LineRef, Observer, Pipe, PoolState,
};
use crate::os::{Monotonic, ProcKey, Reaped, this};

/// Tasks of under a millisecond may be told of together with others, nanoseconds.
const SHORT_NANOS: u64 = 1_000_000;

/// Progress is told of at most so often, nanoseconds.
const PROGRESS_EVERY_NANOS: u64 = 100_000_000;

/// What people call a process, and what it is for.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) label: String,
    pub(crate) role: Role,
}

/// Sees everything that the engine does and tells it as events.
pub(crate) struct Witness {
    stream: Arc<EventStream>,
    /// The main's current step; 0 before the first.
    step: AtomicU32,
    notes: Mutex<Notes>,
}

#[derive(Default)]
struct Notes {
    identities: BTreeMap<u64, Identity>,
    /// What people call the processes so far, by pid.
    labels: BTreeMap<u32, String>,
    /// Tasks that have begun and not ended, and in which process.
    running: BTreeMap<u64, u32>,
    lanes: u32,
    counts: Counts,
    total: u64,
    first_task_at: Option<Monotonic>,
    progress_told_at: Option<Monotonic>,
}

impl Witness {
    /// A witness of a run that will have so many tasks.
    pub(crate) fn new(stream: Arc<EventStream>, total_tasks: u64) -> Self {
        let notes = Notes {
            total: total_tasks,
            ..Notes::default()
        };
        Self {
            stream,
            step: AtomicU32::new(0),
            notes: Mutex::new(notes),
        }
    }

    /// The main is in this step now.
    pub(crate) fn set_step(&self, step: u32) {
        self.step.store(step, Ordering::Relaxed);
    }

    /// Says what to call the process that will be started with this number.
    pub(crate) fn introduce(&self, process: u64, identity: Identity) {
        self.notes.lock().identities.insert(process, identity);
    }

    /// What there was so far.
    pub(crate) fn counts(&self) -> Counts {
        self.notes.lock().counts
    }

    /// The process that runs this task, as far as was told.
    pub(crate) fn process_that_runs(&self, task: u64) -> Option<u32> {
        self.notes.lock().running.get(&task).copied()
    }

    /// One line of the main's own.
    pub(crate) fn print(&self, stream: Stream, text: &str) {
        for line in text.lines() {
            self.notes.lock().counts.lines += 1;
            let (text, task) = (line.to_owned(), None);
            self.stream.emit_now(EventKind::Output {
                pid: this::pid(),
                stream,
                text,
                task,
                continued: false,
                partial: false,
            });
        }
    }

    fn current_step(&self) -> Option<u32> {
        Some(self.step.load(Ordering::Relaxed)).filter(|&step| step != 0)
    }

    fn kind_of(&self, at: Monotonic, event: Event<'_>) -> EventKind {
        let mut notes = self.notes.lock();
        match event {
            Event::QueueCreated { queue, maxsize } => EventKind::QueueCreated {
                queue: queue.to_owned(),
                maxsize,
            },
            Event::ProcessStarted {
                key,
                kind,
                name,
                daemon,
                via,
            } => notes.process_started(key, kind, name, daemon, via),
            Event::ProcessReady { pid } => EventKind::ProcessReady { pid },
            Event::ProcessSuspended { pid } => EventKind::WorkerSuspended { pid },
            Event::ProcessResumed { pid } => EventKind::WorkerResumed { pid },
            Event::InitializerFailed { pid, error } => EventKind::InitializerFailed {
                pid,
                error: error_data(error),
            },
            Event::ProcessExited {
                pid,
                reaped,
                asked,
                max_rss_bytes,
            } => notes.process_exited(pid, reaped, asked, max_rss_bytes),
            Event::TaskSubmitted { task, call } => task_submitted(task, call, self.current_step()),
            Event::TaskStarted { task, pid, attempt } => {
                notes.first_task_at.get_or_insert(at);
                notes.running.insert(task, pid);
                EventKind::TaskStarted { task, pid, attempt }
            }
            Event::TaskFinished {
                task,
                pid,
                result,
                cpu_nanos,
                max_rss_bytes,
                ..
            } => task_finished(task, pid, result, cpu_nanos, max_rss_bytes),
            Event::TaskRetried {
                task,
                pid,
                attempt,
                error,
                delay_nanos,
            } => EventKind::TaskRetried {
                task,
                pid,
                attempt,
                error: any_error(error),
                delay_seconds: delay_nanos as f64 / 1e9,
            },
            Event::PoolResized { processes } => EventKind::PoolResized {
                processes: u32::try_from(processes).unwrap_or(u32::MAX),
            },
            Event::CallbackStarted { task, callback } => EventKind::CallbackStarted {
                task,
                pid: this::pid(),
                callback: callback_kind(callback),
                error: None,
            },
            Event::CallbackFinished {
                task,
                callback,
                error,
            } => {
                let error = error.map(error_data);
                EventKind::CallbackFinished {
                    task,
                    pid: this::pid(),
                    callback: callback_kind(callback),
                    error,
                }
            }
            Event::ItemPut(event) => notes.item_put(event, self.current_step()),
            Event::ItemGot(event) => {
                let item = item_data(event, None);
                notes.counts.items_got += u64::from(!is_sentinel(&item));
                EventKind::ItemGot(item)
            }
            Event::ItemReturned(event) => {
                let item = item_data(event, None);
                // It will be got again.
                notes.counts.items_got -=
                    u64::from(!is_sentinel(&item)).min(notes.counts.items_got);
                EventKind::ItemReturned(item)
            }
            Event::PutBlocked { queue, pid, depth } => {
                EventKind::PutBlocked(wait_data(queue, pid, depth))
            }
            Event::GetBlocked { queue, pid, depth } => {
                EventKind::GetBlocked(wait_data(queue, pid, depth))
            }
            Event::PutRefused { queue, pid, depth } => {
                EventKind::PutRefused(wait_data(queue, pid, depth))
            }
            Event::GetRefused { queue, pid, depth } => {
                EventKind::GetRefused(wait_data(queue, pid, depth))
            }
            Event::Output {
                pid,
                pipe,
                line,
                task,
            } => {
                notes.counts.lines += 1;
                output(pid, pipe, line, task)
            }
            Event::PipeLeaked { pid, pipe } => EventKind::PipeLeaked {
                pid,
                stream: stream_of(pipe),
            },
            Event::PoolStateChanged { state } => EventKind::PoolState {
                state: pool_state(state),
            },
        }
    }

    /// The event that says how far the tasks are, if it is due.
    fn progress(&self, at: Monotonic) -> Option<EventKind> {
        let mut notes = self.notes.lock();
        let Counts {
            tasks_ok: done,
            tasks_failed: failed,
            ..
        } = notes.counts;
        let ended = done + failed;
        let too_soon = notes
            .progress_told_at
            .is_some_and(|told| at.nanos_since(told) < PROGRESS_EVERY_NANOS);
        if too_soon && ended < notes.total {
            return None;
        }
        notes.progress_told_at = Some(at);
        let seconds = notes
            .first_task_at
            .map(|first| at.nanos_since(first) as f64 / 1e9)
            .filter(|&seconds| seconds > 0.0);
        let rate = seconds.map(|seconds| ended as f64 / seconds);
        let eta = rate
            .filter(|&rate| rate > 0.0)
            .map(|rate| notes.total.saturating_sub(ended) as f64 / rate);
        Some(EventKind::Progress {
            done,
            failed,
            total: notes.total,
            rate,
            eta,
        })
    }
}

impl Observer for Witness {
    fn observe(&self, at: Monotonic, event: Event<'_>) {
        match event {
            Event::TaskSubmitted { task, call } => {
                self.notes.lock().submitted();
                if call.payload.len() <= SMALL_BYTES {
                    let (call, step) = (Arc::clone(call), self.current_step());
                    let note = TaskNote::Submitted { task, call, step };
                    self.stream.emit_task(at, note);
                } else {
                    self.stream.emit(at, self.kind_of(at, event));
                }
            }
            Event::TaskFinished {
                task,
                began,
                pid,
                result,
                ..
            } => {
                let begun = began.map(|(begun, _)| begun);
                self.notes.lock().ended(task, begun, result.is_ok());
                match (began, pid, result) {
                    (Some((begun, attempt)), Some(pid), Ok(value))
                        if value.len() <= SMALL_BYTES && at.nanos_since(begun) < SHORT_NANOS =>
                    {
                        let note = TaskNote::Ended {
                            task,
                            pid,
                            attempt,
                            begun: self.stream.time_of(begun),
                            value: value.to_vec(),
                        };
                        self.stream.emit_task(at, note);
                    }
                    (Some((begun, attempt)), Some(pid), _) => {
                        let started = EventKind::TaskStarted { task, pid, attempt };
                        self.stream.emit(begun, started);
                        self.stream.emit(at, self.kind_of(at, event));
                    }
                    _ => self.stream.emit(at, self.kind_of(at, event)),
                }
                if let Some(progress) = self.progress(at) {
                    self.stream.emit(at, progress);
                }
            }
            Event::TaskRetried { task, .. } => {
                self.notes.lock().running.remove(&task);
                self.stream.emit(at, self.kind_of(at, event));
            }
            event => self.stream.emit(at, self.kind_of(at, event)),
        }
    }
}

impl Notes {
    fn submitted(&mut self) {
        self.counts.tasks += 1;
        self.total = self.total.max(self.counts.tasks);
    }

    fn ended(&mut self, task: u64, begun: Option<Monotonic>, well: bool) {
        self.running.remove(&task);
        if let Some(begun) = begun {
            self.first_task_at.get_or_insert(begun);
        }
        self.counts.tasks_ok += u64::from(well);
        self.counts.tasks_failed += u64::from(!well);
    }

    fn process_started(
        &mut self,
        key: ProcKey,
        kind: ChildKind,
        name: &str,
        daemon: bool,
        via: Option<u32>,
    ) -> EventKind {
        self.counts.processes += 1;
        let (Identity { label, role }, slot) = self.place(kind, via);
        self.labels.insert(key.pid, label.clone());
        EventKind::ProcessStarted {
            pid: key.pid,
            start_ticks: key.start_ticks,
            label,
            name: name.to_owned(),
            role,
            daemon,
            slot,
            via,
        }
    }

    fn process_exited(
        &mut self,
        pid: u32,
        reaped: Reaped,
        asked: bool,
        max_rss_bytes: Option<u64>,
    ) -> EventKind {
        let exit_code = reaped.exit.code();
        self.counts.processes_failed += u64::from(exit_code != 0 && !asked);
        EventKind::ProcessExited {
            pid,
            exit_code,
            cpu_seconds: Some(reaped.cpu_seconds),
            max_rss_bytes,
        }
    }

    fn item_put(&mut self, event: ItemEvent<'_>, main_step: Option<u32>) -> EventKind {
        let item = item_data(event, main_step.filter(|_| event.pid == this::pid()));
        let count = if is_sentinel(&item) {
            &mut self.counts.sentinels
        } else {
            &mut self.counts.items_put
        };
        *count += 1;
        EventKind::ItemPut(item)
    }

    /// Name and lane of a process that was started.
    fn place(&mut self, kind: ChildKind, via: Option<u32>) -> (Identity, u32) {
        let id = match kind {
            ChildKind::Worker { slot } => {
                let identity = Identity {
                    label: format!("W{}", slot + 1),
                    role: Role::Worker,
                };
                return (identity, u32::try_from(slot).unwrap_or(u32::MAX));
            }
            ChildKind::Process { id } => id,
        };
        let identity = match via.and_then(|parent| self.labels.get(&parent)) {
            Some(parent) => Some(Identity {
                label: format!("{parent}:{id}"),
                role: Role::Process,
            }),
            None => self.identities.get(&id).filter(|_| via.is_none()).cloned(),
        };
        self.lanes += 1;
        let unknown = || Identity {
            label: format!("Process-{id}"),
            role: Role::Process,
        };
        (identity.unwrap_or_else(unknown), self.lanes - 1)
    }
}

fn error_data(error: &RemoteError) -> ErrorData {
    ErrorData {
        kind: error.kind.clone(),
        message: cut(&error.message),
        traceback: cut(&error.traceback),
    }
}

fn task_finished(
    task: u64,
    pid: Option<u32>,
    result: Result<&[u8], &TaskError>,
    cpu_nanos: Option<u64>,
    max_rss_bytes: Option<u64>,
) -> EventKind {
    let outcome = match result {
        Ok(_) => Outcome::Ok,
        Err(TaskError::Raised(_) | TaskError::Undecodable { .. }) => Outcome::Error,
        Err(TaskError::WorkerDied { .. }) => Outcome::WorkerDied,
        Err(TaskError::TimedOut { .. }) => Outcome::TimedOut,
        Err(TaskError::Cancelled | TaskError::Terminated | TaskError::PoolFailed { .. }) => {
            Outcome::Cancelled
        }
    };
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
fn any_error(error: &TaskError) -> ErrorData {
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

fn output(pid: u32, pipe: Pipe, line: LineRef<'_>, task: Option<u64>) -> EventKind {
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

fn callback_kind(callback: Callback) -> CallbackKind {
    match callback {
        Callback::Value => CallbackKind::Callback,
        Callback::Error => CallbackKind::ErrorCallback,
    }
}

fn stream_of(pipe: Pipe) -> Stream {
    match pipe {
        Pipe::Stdout => Stream::Stdout,
        Pipe::Stderr => Stream::Stderr,
    }
}

fn pool_state(state: PoolState) -> PoolStateName {
    match state {
        PoolState::Running => PoolStateName::Running,
        PoolState::Closed => PoolStateName::Closed,
        PoolState::Terminating => PoolStateName::Terminating,
        PoolState::Ended => PoolStateName::Ended,
        PoolState::Failed => PoolStateName::Failed,
    }
}

fn item_data(event: ItemEvent<'_>, step: Option<u32>) -> ItemData {
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

fn is_sentinel(item: &ItemData) -> bool {
    item.item.is_none() && item.value_bytes.is_none()
}

fn wait_data(queue: &str, pid: u32, depth: usize) -> WaitData {
    WaitData {
        queue: queue.to_owned(),
        pid,
        depth: u32::try_from(depth).unwrap_or(u32::MAX),
        item: None,
        attempt: None,
    }
}
