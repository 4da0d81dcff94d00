//! What is remembered of what was told: names and lanes of processes, which tasks run, counts, progress.

use std::collections::BTreeMap;

use super::data::{is_sentinel, item_data};
use crate::multiprocess::observer::{ChildKind, ItemEvent};
use crate::os::{ChildKey, Monotonic, Reaped, this};
use crate::run::event::{Counts, EventKind, Outcome, Role};

/// Progress is told of at most so often, nanoseconds.
const PROGRESS_EVERY_NANOS: u64 = 100_000_000;

/// What people call a process, and what it is for.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) label: String,
    pub(crate) role: Role,
}

/// What is remembered of what was told.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) identities: BTreeMap<u64, Identity>,
    /// What people call the processes so far, by pid.
    labels: BTreeMap<u32, String>,
    /// Tasks that have begun and not ended, and in which process.
    pub(super) running: BTreeMap<u64, u32>,
    lanes: u32,
    pub(super) counts: Counts,
    total: u64,
    pub(super) first_task_at: Option<Monotonic>,
    progress_told_at: Option<Monotonic>,
}

impl Notes {
    /// Notes of a run that will have so many tasks.
    pub(super) fn of_run(total: u64) -> Self {
        Self {
            total,
            counts: Counts {
                processes_unknown: Some(0),
                tasks_cancelled: Some(0),
                ..Counts::default()
            },
            ..Self::default()
        }
    }

    pub(super) fn submitted(&mut self) {
        self.counts.tasks += 1;
        self.total = self.total.max(self.counts.tasks);
    }

    pub(super) fn ended(&mut self, task: u64, begun: Option<Monotonic>, outcome: Outcome) {
        self.running.remove(&task);
        if let Some(begun) = begun {
            self.first_task_at.get_or_insert(begun);
        }
        if outcome == Outcome::Ok {
            self.counts.tasks_ok += 1;
            return;
        }
        self.counts.tasks_failed += 1;
        if outcome == Outcome::Cancelled {
            *self.counts.tasks_cancelled.get_or_insert_default() += 1;
        }
    }

    pub(super) fn process_started(
        &mut self,
        key: ChildKey,
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

    pub(super) fn process_exited(
        &mut self,
        pid: u32,
        reaped: Reaped,
        asked: bool,
        max_rss_bytes: Option<u64>,
    ) -> EventKind {
        let exit_code = reaped.exit.code();
        if !asked {
            match exit_code {
                Some(0) => {}
                Some(_) => self.counts.processes_failed += 1,
                None => *self.counts.processes_unknown.get_or_insert_default() += 1,
            }
        }
        EventKind::ProcessExited {
            pid,
            exit_code,
            cpu_seconds: reaped.cpu_seconds,
            max_rss_bytes,
        }
    }

    pub(super) fn item_returned(&mut self, event: ItemEvent<'_>) -> EventKind {
        let item = item_data(event, None);
        // It will be got again.
        self.counts.items_got -= u64::from(!is_sentinel(&item)).min(self.counts.items_got);
        EventKind::ItemReturned(item)
    }

    pub(super) fn item_put(&mut self, event: ItemEvent<'_>, main_step: Option<u32>) -> EventKind {
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

    /// The event that says how far the tasks are, if it is due.
    pub(super) fn progress(&mut self, at: Monotonic) -> Option<EventKind> {
        let Counts {
            tasks_ok: done,
            tasks_failed: failed,
            ..
        } = self.counts;
        let ended = done + failed;
        let too_soon = self
            .progress_told_at
            .is_some_and(|told| at.nanos_since(told) < PROGRESS_EVERY_NANOS);
        if too_soon && ended < self.total {
            return None;
        }
        self.progress_told_at = Some(at);
        let seconds = self
            .first_task_at
            .map(|first| at.nanos_since(first) as f64 / 1e9)
            .filter(|&seconds| seconds > 0.0);
        let rate = seconds.map(|seconds| ended as f64 / seconds);
        let eta = rate
            .filter(|&rate| rate > 0.0)
            .map(|rate| self.total.saturating_sub(ended) as f64 / rate);
        Some(EventKind::Progress {
            done,
            failed,
            total: self.total,
            rate,
            eta,
        })
    }
}
