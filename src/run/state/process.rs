//! The processes of a run and the lanes that they live in.

use std::collections::VecDeque;

use super::timeline::{SpanId, Timeline};
use super::{LaneIx, ProcessIx, QueueIx, TaskIx};
use crate::os::ChildKey;
use crate::run::event::{ErrorData, Role, RunTime};

/// So many samples of one process are kept: an hour of them.
const SAMPLES_KEPT: usize = 3600;

/// A process of the run.
#[derive(Clone, Debug)]
pub struct ProcessState {
    /// Its pid.
    pub pid: u32,
    /// Its identity on this machine; `None` when its start was never told.
    pub key: Option<ChildKey>,
    /// What people call it: W1, P1, C1; empty when its start was never told.
    pub label: String,
    /// Python's name for it.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Whether it is a daemon in Python's sense.
    pub daemon: bool,
    /// The lane it lives in.
    pub lane: LaneIx,
    /// The how-manyth process of its lane, from 1.
    pub nth: u32,
    /// The process of the run that started it; `None` for the main.
    pub via: Option<u32>,
    /// When it was started.
    pub started: Option<RunTime>,
    /// When it was ready for work.
    pub ready: Option<RunTime>,
    /// When it ended.
    pub exited: Option<RunTime>,
    /// How it ended: the exit status, or -N for signal N; `None` before its end and where that cannot be known.
    pub exit_code: Option<i32>,
    /// CPU time of its whole life, seconds; known at its end.
    pub cpu_seconds: Option<f64>,
    /// Peak resident memory, bytes; known at its end, where it could be known.
    pub max_rss_bytes: Option<u64>,
    /// The gap between the end of the process it replaces and its own start, microseconds.
    pub replaced_after_micros: Option<u64>,
    /// What its initializer raised.
    pub initializer_error: Option<ErrorData>,
    /// Signals sent to it on request, with when.
    pub signals: Vec<(RunTime, String)>,
    /// The task that its end cost, or for whose sake it was ended.
    pub lost: Option<TaskIx>,
    /// When it took the sentinel None out of a queue.
    pub sentinel: Option<RunTime>,
    /// Lines that were left out of the stream because its reader was too slow.
    pub lines_dropped: u64,
    /// Whether something it started still holds its output open after its end.
    pub pipe_leaked: bool,
    pub(super) samples: VecDeque<Sample>,
    pub(super) task: Option<TaskIx>,
    pub(super) wait: Option<(SpanId, Wait)>,
    pub(super) held: Option<SpanId>,
    pub(super) suspension: Option<SpanId>,
    pub(super) stopped_by: Option<String>,
}

impl ProcessState {
    pub(super) fn new(pid: u32, lane: LaneIx) -> Self {
        Self {
            pid,
            key: None,
            label: String::new(),
            name: String::new(),
            role: Role::Other,
            daemon: false,
            lane,
            nth: 1,
            via: None,
            started: None,
            ready: None,
            exited: None,
            exit_code: None,
            cpu_seconds: None,
            max_rss_bytes: None,
            replaced_after_micros: None,
            initializer_error: None,
            signals: Vec::new(),
            lost: None,
            sentinel: None,
            lines_dropped: 0,
            pipe_leaked: false,
            samples: VecDeque::new(),
            task: None,
            wait: None,
            held: None,
            suspension: None,
            stopped_by: None,
        }
    }

    /// What it does at the moment, as far as told.
    pub fn activity(&self) -> Activity {
        if self.exited.is_some() {
            Activity::Ended
        } else if self.suspension.is_some() {
            Activity::Suspended
        } else if let Some((_, wait)) = &self.wait {
            match wait.why {
                WaitReason::QueueEmpty => Activity::WaitingEmpty(wait.queue),
                WaitReason::QueueFull => Activity::BlockedFull(wait.queue),
            }
        } else if let Some(task) = self.task {
            Activity::Running(task)
        } else if self.ready.is_some() {
            Activity::Idle
        } else {
            Activity::Starting
        }
    }

    /// Whether it was stopped where it is.
    pub fn is_suspended(&self) -> bool {
        self.suspension.is_some()
    }

    /// The signal that made it stand still where it is; `None` where it does not, or does so on request.
    pub fn stopped_by(&self) -> Option<&str> {
        self.stopped_by.as_deref().filter(|_| self.is_suspended())
    }

    /// The task it runs.
    pub fn task(&self) -> Option<TaskIx> {
        self.task
    }

    /// CPU use between its last two samples (or since its start), percent of one CPU; `None` before the first sample and
    /// after its end.
    pub fn cpu_percent(&self) -> Option<f64> {
        if self.exited.is_some() {
            return None;
        }
        let last = self.samples.back()?;
        let (since, before) = match self.samples.len().checked_sub(2) {
            Some(i) => {
                let sample = self.samples.get(i)?;
                (sample.t, sample.cpu_seconds?)
            }
            None => (self.started?, 0.0),
        };
        let seconds = last.t.seconds() - since.seconds();
        let used = last.cpu_seconds? - before;
        (seconds > 0.0).then(|| (used / seconds * 100.0).max(0.0))
    }

    /// Resident memory at its last sample, bytes; `None` before the first, after its end and where it could not be read.
    pub fn rss_bytes(&self) -> Option<u64> {
        if self.exited.is_some() {
            return None;
        }
        self.samples.back()?.rss_bytes
    }

    /// Its samples, oldest first; the last hour of them.
    pub fn samples(&self) -> &VecDeque<Sample> {
        &self.samples
    }

    pub(super) fn push_sample(&mut self, sample: Sample) {
        if self.samples.back().is_some_and(|last| last.t >= sample.t) {
            return;
        }
        if self.samples.len() >= SAMPLES_KEPT {
            self.samples.pop_front();
        }
        self.samples.push_back(sample);
    }
}

/// What a process used up to one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// The moment.
    pub t: RunTime,
    /// CPU time so far, seconds; `None` where it could not be read.
    pub cpu_seconds: Option<f64>,
    /// Resident memory, bytes; `None` where it could not be read.
    pub rss_bytes: Option<u64>,
}

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// It was started and has not yet connected, or its initializer runs.
    Starting,
    /// It has nothing to do.
    Idle,
    /// It runs a task.
    Running(TaskIx),
    /// It was stopped where it was, whatever it did.
    Suspended,
    /// It waits for an item.
    WaitingEmpty(QueueIx),
    /// It waits for room.
    BlockedFull(QueueIx),
    /// It has ended.
    Ended,
}

/// Why a process waits at a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitReason {
    /// There is no item to get.
    QueueEmpty,
    /// There is no room to put.
    QueueFull,
}

/// A wait at a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// At which queue.
    pub queue: QueueIx,
    /// For what.
    pub why: WaitReason,
    /// Who waits.
    pub process: ProcessIx,
}

/// An item in the hands of a consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Out of which queue.
    pub queue: QueueIx,
    /// The place of the item in that queue's list.
    pub item: usize,
    /// Who holds it.
    pub process: ProcessIx,
}

/// Where a worker and those that replace it live.
#[derive(Clone, Debug, Default)]
pub struct Lane {
    /// Its number, from 0; `None` for a process whose start was never told.
    pub slot: Option<u32>,
    /// Its processes in order of appearance.
    pub processes: Vec<ProcessIx>,
    /// Tasks as they ran.
    pub work: Timeline<TaskIx>,
    /// Waits at queues.
    pub waits: Timeline<Wait>,
    /// Items in its hands, from their get to the next.
    pub held: Timeline<Held>,
    /// Times in which a process was suspended.
    pub suspended: Timeline<ProcessIx>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_is_unknown_before_the_first_sample_and_after_the_end() {
        let mut p = ProcessState::new(7, LaneIx(0));
        assert_eq!((p.cpu_percent(), p.rss_bytes()), (None, None));
        p.started = Some(RunTime::from_seconds(1.0));
        for (t, cpu) in [(2.0, 0.5), (3.0, 1.5), (2.5, 9.0)] {
            p.push_sample(Sample {
                t: RunTime::from_seconds(t),
                cpu_seconds: Some(cpu),
                rss_bytes: Some(1),
            });
            if p.samples.len() == 1 {
                assert_eq!(p.cpu_percent(), Some(50.0));
            }
        }
        assert_eq!(p.cpu_percent(), Some(100.0), "a late sample is passed over");
        p.exited = Some(RunTime::from_seconds(4.0));
        assert_eq!((p.cpu_percent(), p.rss_bytes()), (None, None));
    }
}
