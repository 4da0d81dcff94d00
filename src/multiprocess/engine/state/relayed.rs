//! Processes that children of ours started: their parents tell of them.

use std::os::fd::OwnedFd;

use super::{ChildRecord, State};
use crate::multiprocess::engine::Topic;
use crate::multiprocess::observer::{ChildKind, Event};
use crate::multiprocess::wire::Relayed;
use crate::os::lines::Lines;
use crate::os::{ChildKey, Monotonic, Reaped, processes};

/// A living process that a child started.
#[derive(Debug)]
pub(super) struct Descendant {
    /// The child of ours that tells of it.
    teller: u64,
    /// A handle to it where its identity is its pid alone: when nobody tells of it any more, nothing else says that it has
    /// ended.
    pidfd: Option<OwnedFd>,
}

impl State {
    /// A child tells of a process that it, or a descendant of it, started.
    pub(crate) fn on_relayed(&mut self, child: u64, at: Monotonic, event: &Relayed) {
        let Some(parent) = self.children.get(&child).and_then(|record| record.key) else {
            return;
        };
        let span;
        let told = match event {
            Relayed::Started {
                key,
                id,
                name,
                daemon,
                via,
            } => {
                let pidfd = match key.start_ticks {
                    Some(_) => None,
                    None => processes::open_pidfd(key.pid).ok(),
                };
                let descendant = Descendant {
                    teller: child,
                    pidfd,
                };
                self.relayed.insert(*key, descendant);
                let via = Some(via.unwrap_or(parent.pid));
                Event::ProcessStarted {
                    key: *key,
                    kind: ChildKind::Process { id: *id },
                    name,
                    daemon: *daemon,
                    via,
                }
            }
            Relayed::Ready { pid } => Event::ProcessReady { pid: *pid },
            Relayed::Output { pid, pipe, line } => {
                span = [line.span()];
                Event::Output {
                    pid: *pid,
                    pipe: *pipe,
                    lines: Lines::new(&line.bytes, &span),
                    task: None,
                }
            }
            Relayed::PipeLeaked { pid, pipe } => Event::PipeLeaked {
                pid: *pid,
                pipe: *pipe,
            },
            Relayed::Exited {
                pid,
                reaped,
                asked,
                max_rss_bytes,
            } => {
                self.relayed.retain(|key, _| key.pid != *pid);
                Event::ProcessExited {
                    pid: *pid,
                    reaped: *reaped,
                    asked: *asked,
                    max_rss_bytes: *max_rss_bytes,
                }
            }
        };
        self.tell(at, told);
    }

    /// The processes that nobody tells of any more, with handles to those that have one: their parent has ended before them, and
    /// they end with it.
    pub(crate) fn take_orphans(&mut self, child: u64) -> Vec<(ChildKey, Option<OwnedFd>)> {
        let is_orphan = |_: &ChildKey, it: &mut Descendant| it.teller == child;
        let orphans: Vec<_> = self
            .relayed
            .extract_if(.., is_orphan)
            .map(|(key, orphan)| (key, orphan.pidfd))
            .collect();
        self.orphans += orphans.len();
        orphans
    }

    /// An orphan has ended.
    pub(crate) fn on_orphan_ended(&mut self, key: ChildKey, reaped: Reaped) {
        self.orphans = self.orphans.saturating_sub(1);
        self.turns.came(Topic::Children);
        let event = Event::ProcessExited {
            pid: key.pid,
            reaped,
            asked: true,
            max_rss_bytes: None,
        };
        self.tell(Monotonic::now(), event);
    }

    /// The identities of all living children and of the processes that they started.
    pub(crate) fn keys(&self) -> Vec<ChildKey> {
        let own = self
            .children
            .values()
            .filter_map(|record: &ChildRecord| record.key);
        own.chain(self.relayed.keys().copied()).collect()
    }
}
