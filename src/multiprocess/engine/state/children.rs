//! Children: from the wish to start one to its exit.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use super::roster::Used;
use super::{Action, ChildDefaults, ChildRecord, NewChild, Owner, Start, StartFailure, State};
use crate::multiprocess::board::Board;
use crate::multiprocess::depot::Depot;
use crate::multiprocess::engine::Topic;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::family::ActiveChild;
use crate::multiprocess::observer::{ChildKind, Event};
use crate::multiprocess::pool::core::Loss;
use crate::multiprocess::wire::Setup;
use crate::multiprocess::worker::current;
use crate::os::signal::Send;
use crate::os::{ChildKey, Exit, Monotonic, Reaped, this};

impl State {
    /// Wants a child started; returns its number among the engine's children.
    pub(crate) fn start_child(&mut self, new: NewChild) -> u64 {
        let NewChild {
            owner,
            life,
            identity,
            name,
            os_name,
            daemon,
            duty,
            not_before,
        } = new;
        self.next_child += 1;
        let child = self.next_child;
        let bay = self.depot.as_ref().and_then(Depot::assign);
        let bay_index = bay.as_ref().map(|bay| bay.index());
        let record = ChildRecord {
            owner,
            life,
            name: name.clone(),
            daemon,
            key: None,
            board: None,
            bay,
            accounts: BTreeMap::new(),
            used: Used::default(),
            is_halted: false,
            asked: false,
            why: None,
        };
        self.children.insert(child, record);
        let ChildDefaults {
            time_scale,
            seed,
            open_files,
        } = self.defaults;
        let parent = current()
            .map(|own| format!("{}:", own.identity))
            .unwrap_or_default();
        let setup = Setup {
            name,
            os_name,
            identity: format!("{parent}{identity}"),
            daemon,
            parent: this::pid(),
            open_files,
            time_scale,
            seed,
            process: child,
            bay: bay_index,
            duty,
        };
        self.starts.push_back(Start {
            child,
            not_before,
            setup: Box::new(setup),
        });
        child
    }

    /// The living children, in order of their start.
    pub(crate) fn active_children(&self) -> Vec<ActiveChild> {
        let active = |record: &ChildRecord| {
            Some(ActiveChild {
                key: record.key?,
                name: record.name.clone(),
                daemon: record.daemon,
            })
        };
        self.children.values().filter_map(active).collect()
    }

    /// The number of the living child with this pid.
    pub(crate) fn child_of_pid(&self, pid: u32) -> Option<u64> {
        let has_pid = |record: &ChildRecord| record.key.is_some_and(|key| key.pid == pid);
        let mut children = self.children.iter();
        children
            .find(|(_, record)| has_pid(record))
            .map(|(&child, _)| child)
    }

    /// Ends a child by the ladder.
    pub(crate) fn end_child(&mut self, child: u64, at_once: bool) {
        if let Some(record) = self.children.get_mut(&child) {
            record.asked = true;
            self.actions.push_back(Action::End { child, at_once });
        }
    }

    /// Ends every child by the ladder, refuses everybody who waits at a queue, and terminates every pool.
    pub(crate) fn end_all(&mut self, at_once: bool) {
        self.closed = true;
        self.terminate_pools();
        let queues = self.queues.all();
        queues.into_iter().for_each(|queue| self.close_queue(queue));
        let children: Vec<_> = self.children.keys().copied().collect();
        children
            .into_iter()
            .for_each(|child| self.end_child(child, at_once));
    }

    /// Ends the daemons among the children by the ladder; workers are daemons.
    pub(crate) fn end_daemons(&mut self) {
        self.terminate_pools();
        let is_daemon = |(child, record): (&u64, &ChildRecord)| record.daemon.then_some(*child);
        let daemons: Vec<_> = self.children.iter().filter_map(is_daemon).collect();
        daemons
            .into_iter()
            .for_each(|child| self.end_child(child, false));
    }

    /// Ends a child that is not there yet: gives its start up, or remembers it. Whether its start was given up.
    pub(crate) fn end_early(&mut self, child: u64, at_once: bool) -> bool {
        if let Some(place) = self.starts.iter().position(|start| start.child == child) {
            self.starts.remove(place);
            let failure = StartFailure {
                reason: "ended before it was started".to_owned(),
                loss: Loss::Killed,
            };
            self.on_start_failed(child, &failure);
            return true;
        }
        let being_started = self
            .children
            .get(&child)
            .is_some_and(|record| record.key.is_none());
        if being_started {
            *self.early_ends.entry(child).or_default() |= at_once;
        }
        false
    }

    pub(crate) fn on_started(
        &mut self,
        child: u64,
        key: ChildKey,
        pidfd: Arc<OwnedFd>,
        board: Arc<Board>,
    ) {
        let Some(record) = self.children.get_mut(&child) else {
            return;
        };
        self.turns.came(Topic::Children);
        record.key = Some(key);
        record.board = Some(Arc::clone(&board));
        if let Some(life) = &record.life {
            life.begin(key, pidfd);
        }
        let kind = match record.owner {
            Owner::Worker { pool, slot } => {
                if let Some(pool) = self.pools.get_mut(pool) {
                    pool.core.started(slot, board);
                }
                ChildKind::Worker { slot }
            }
            Owner::Process { id } => ChildKind::Process { id },
        };
        if let (Some(observer), Some(record)) = (&self.observer, self.children.get(&child)) {
            let event = Event::ProcessStarted {
                key,
                kind,
                name: &record.name,
                daemon: record.daemon,
                via: None,
            };
            observer.observe(Monotonic::now(), event);
        }
    }

    pub(crate) fn on_start_failed(&mut self, child: u64, failure: &StartFailure) {
        let Some(record) = self.children.remove(&child) else {
            return;
        };
        self.turns.came(Topic::Children);
        if let Some(life) = record.life {
            life.end(Err(failure.reason.clone()));
        }
        if let Owner::Worker { pool, slot } = record.owner {
            if let Some(record) = self.pools.get_mut(pool) {
                let (why, loss) = (&failure.reason, failure.loss);
                record.core.gone(slot, 0, why, loss, Monotonic::now());
            }
            self.carry_out(pool);
        }
    }

    pub(crate) fn on_ready(&mut self, child: u64, at: Monotonic) {
        let Some((owner, pid)) = self.owner_and_pid(child) else {
            return;
        };
        self.tell(at, Event::ProcessReady { pid });
        self.turns.came(Topic::Children);
        if let Owner::Worker { pool, slot } = owner {
            if let Some(record) = self.pools.get_mut(pool) {
                record.core.ready(slot, Monotonic::now());
            }
            self.carry_out(pool);
        }
    }

    pub(crate) fn on_initializer_failed(&mut self, child: u64, at: Monotonic, error: &RemoteError) {
        let Some((owner, pid)) = self.owner_and_pid(child) else {
            return;
        };
        self.tell(at, Event::InitializerFailed { pid, error });
        if let (Owner::Worker { .. }, Some(record)) = (owner, self.children.get_mut(&child)) {
            record.why = Some(format!("initializer: {error}"));
        }
    }

    /// Why the child is about to end, which its exit alone does not say.
    pub(crate) fn know_why(&mut self, child: u64, why: &str) {
        if let Some(record) = self.children.get_mut(&child) {
            record.why = Some(why.to_owned());
        }
    }

    /// Whether the child, which has ended, is a worker that nobody had told to leave.
    pub(crate) fn died_at_work(&self, child: u64) -> bool {
        match self.owner_and_pid(child) {
            Some((Owner::Worker { pool, slot }, _)) => self
                .pools
                .get(pool)
                .is_some_and(|pool| !pool.core.is_leaving(slot)),
            _ => false,
        }
    }

    /// The child has ended, everything it wrote has been told.
    pub(crate) fn on_exited(
        &mut self,
        child: u64,
        reaped: Reaped,
        max_rss_bytes: Option<u64>,
        never_entered: bool,
    ) {
        let Some(record) = self.children.remove(&child) else {
            return;
        };
        self.turns.came(Topic::Children);
        let Some(key) = record.key else { return };
        let well = reaped.exit == Exit::Exited { status: 0 };
        self.leave_queues(record.used, child, key.pid, well);
        // A task that dies with its worker ends before it: the order in which one causes the other.
        let mut after = Vec::new();
        if let Owner::Worker { pool, slot } = record.owner {
            if let Some(pool) = self.pools.get_mut(pool) {
                let exit = reaped.exit.describe();
                // Why we ended it ourselves would be known.
                let loss = match reaped.exit {
                    Exit::Signalled { signal } if record.why.is_none() && is_killing(signal) => {
                        Loss::Killed
                    }
                    _ => Loss::Failed,
                };
                let why = match record.why {
                    Some(why) => why,
                    None if never_entered => format!(
                        "a program started as a worker never connected ({exit}): does its main() begin with \
                         worker::enter()?"
                    ),
                    None if pool.core.is_starting(slot) => {
                        format!("a worker ended before it was ready ({exit})")
                    }
                    None => exit,
                };
                let now = Monotonic::now();
                pool.core.gone(slot, key.pid, &why, loss, now);
                after = pool.core.take_todo();
            }
            after = self.end_tasks_first(pool, after, key.pid);
        }
        let event = Event::ProcessExited {
            pid: key.pid,
            reaped,
            asked: record.asked,
            max_rss_bytes,
        };
        self.tell(Monotonic::now(), event);
        if let Some(life) = record.life {
            life.end(Ok(reaped.exit));
        }
        if let Owner::Worker { pool, .. } = record.owner {
            after
                .into_iter()
                .for_each(|todo| self.carry_out_one(pool, todo));
        }
    }
}

/// Whether it is a signal by which others, the system among them, end a process.
fn is_killing(signal: i32) -> bool {
    [Send::Kill, Send::Terminate]
        .map(Send::number)
        .contains(&signal)
}
