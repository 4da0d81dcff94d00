//! Turns what the engine tells into events of the run: [`data`] says how, [`notes`] what is remembered for it.

mod data;
mod notes;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;

use self::data::{
    any_error, callback_kind, error_data, is_sentinel, item_data, outcome_of, output, pool_state,
    stream_of, task_finished, wait_data, worker_suspended,
};
pub(crate) use self::notes::Identity;
use self::notes::Notes;
use super::event::{Counts, EventKind, Stream};
use super::stream::{EventStream, Note, SMALL_BYTES, task_submitted};
use crate::multiprocess::observer::{Event, Observer};
use crate::os::{Monotonic, this};

/// Tasks of under a millisecond may be told of together with others, nanoseconds.
const SHORT_NANOS: u64 = 1_000_000;

/// Sees everything that the engine does and tells it as events.
pub struct EventTranslator {
    stream: Arc<EventStream>,
    /// The main's current step; 0 before the first.
    step: AtomicU32,
    notes: Mutex<Notes>,
}

impl EventTranslator {
    /// A translator of a run that will have so many tasks.
    pub fn new(stream: Arc<EventStream>, total_tasks: u64) -> Self {
        Self {
            stream,
            step: AtomicU32::new(0),
            notes: Mutex::new(Notes::of_run(total_tasks)),
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

    fn tell(&self, at: Monotonic, event: Event<'_>) {
        let mut notes = self.notes.lock();
        let kind = match event {
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
            Event::ProcessSuspended { pid, signal } => worker_suspended(pid, signal),
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
            Event::TaskSubmitted { task, call } => {
                task_submitted(task, call.into(), self.current_step())
            }
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
            Event::ItemReturned(event) => notes.item_returned(event),
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
                lines,
                task,
            } => {
                notes.counts.lines += lines.len() as u64;
                drop(notes);
                for line in lines.iter() {
                    self.stream.emit(at, output(pid, pipe, line, task));
                }
                return;
            }
            Event::PipeLeaked { pid, pipe } => EventKind::PipeLeaked {
                pid,
                stream: stream_of(pipe),
            },
            Event::PoolStateChanged { state } => EventKind::PoolState {
                state: pool_state(state),
            },
        };
        drop(notes);
        self.stream.emit(at, kind);
    }
}

impl Observer for EventTranslator {
    fn observe(&self, at: Monotonic, event: Event<'_>) {
        match event {
            Event::TaskSubmitted { task, call } => {
                self.notes.lock().submitted();
                if call.chunk.is_some() || call.payload.len() <= SMALL_BYTES {
                    let (call, step) = (call.into(), self.current_step());
                    self.stream
                        .emit_note(at, Note::Submitted { task, call, step });
                } else {
                    self.tell(at, event);
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
                let progress = {
                    let mut notes = self.notes.lock();
                    notes.ended(task, begun, outcome_of(result));
                    notes.progress(at)
                };
                match (began, pid, result) {
                    (Some((begun, attempt)), Some(pid), Ok(value))
                        if value.len() <= SMALL_BYTES && at.nanos_since(begun) < SHORT_NANOS =>
                    {
                        let note = Note::Ended {
                            task,
                            pid,
                            attempt,
                            begun: self.stream.time_of(begun),
                            value,
                        };
                        self.stream.emit_note(at, note);
                    }
                    (Some((begun, attempt)), Some(pid), _) => {
                        let started = EventKind::TaskStarted { task, pid, attempt };
                        self.stream.emit(begun, started);
                        self.tell(at, event);
                    }
                    _ => self.tell(at, event),
                }
                if let Some(progress) = progress {
                    self.stream.emit(at, progress);
                }
            }
            Event::TaskRetried { task, .. } => {
                self.notes.lock().running.remove(&task);
                self.tell(at, event);
            }
            event => self.tell(at, event),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::os::{Exit, Reaped};

    #[test]
    fn an_end_that_cannot_be_known_has_no_exit_code_and_is_counted_apart() {
        let stream = Arc::new(EventStream::new(Monotonic::now()));
        let translator = EventTranslator::new(Arc::clone(&stream), 0);
        let ends = [
            (Exit::Unknown, false),
            (Exit::Unknown, true),
            (Exit::Exited { status: 0 }, false),
            (Exit::Exited { status: 1 }, false),
        ];
        for (pid, (exit, asked)) in (1..).zip(ends) {
            let event = Event::ProcessExited {
                pid,
                reaped: Reaped {
                    exit,
                    ..Reaped::UNKNOWN
                },
                asked,
                max_rss_bytes: None,
            };
            translator.observe(Monotonic::now(), event);
        }
        let counts = translator.counts();
        assert_eq!(
            (counts.processes_failed, counts.processes_unknown),
            (1, Some(1))
        );
        let told = stream.next_batch().unwrap().into_events();
        let codes: Vec<_> = told
            .into_iter()
            .map(|event| match event.kind {
                EventKind::ProcessExited {
                    exit_code,
                    cpu_seconds,
                    ..
                } => (exit_code, cpu_seconds),
                other => panic!("{other:?}"),
            })
            .collect();
        let none = (None, None);
        assert_eq!(codes, [none, none, (Some(0), None), (Some(1), None)]);
    }
}
