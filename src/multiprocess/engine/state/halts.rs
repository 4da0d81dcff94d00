//! Children that stand still: on request, with the whole run, or because a signal has stopped them.

use super::{Action, ChildRecord, Owner, State};
use crate::multiprocess::observer::Event;
use crate::os::Monotonic;
use crate::os::signal::{READS_TERMINAL, Send, WRITES_TERMINAL, name};

/// Why a child stands still.
#[derive(Clone, Copy, Debug)]
enum Halted {
    /// On request.
    Asked,
    /// With the whole run, by this signal.
    WithRun(i32),
    /// Somebody else has sent it this signal.
    ByOther(i32),
}

/// Everything that this process has started stands still, and so do its clocks.
#[derive(Debug)]
pub(crate) struct Still {
    since: Monotonic,
    /// The children that go on with the rest: the others stood still before.
    children: Vec<u64>,
}

impl State {
    /// Stops a child, or lets it go on: any of them, or only a worker of this pool. Whether there is such a child.
    pub(crate) fn set_suspended(&mut self, of: Option<usize>, pid: u32, suspended: bool) -> bool {
        let is_of = |owner| match (of, owner) {
            (None, _) => true,
            (Some(wanted), Owner::Worker { pool, .. }) => pool == wanted,
            (Some(_), Owner::Process { .. }) => false,
        };
        let found = self.children.iter().find(|(_, record)| {
            record.key.is_some_and(|key| key.pid == pid) && is_of(record.owner)
        });
        let Some((&child, _)) = found else {
            return false;
        };
        let now = Monotonic::now();
        let signal = if suspended {
            self.halt(child, Halted::Asked, now);
            Send::Stop
        } else {
            self.unhalt(child, now);
            Send::Continue
        };
        self.actions.push_back(Action::Signal { child, signal });
        true
    }

    /// The child stands still from now on: it gets nothing. The clock of its task stands still as well, unless somebody else has
    /// stopped it.
    fn halt(&mut self, child: u64, why: Halted, now: Monotonic) {
        let Some(record) = self.children.get_mut(&child) else {
            return;
        };
        record.is_halted = true;
        let (owner, pid) = (record.owner, record.key.map(|key| key.pid));
        if let Owner::Worker { pool, slot } = owner {
            if let Some(record) = self.pools.get_mut(pool) {
                match why {
                    Halted::Asked | Halted::WithRun(_) => record.core.suspend(slot, now),
                    Halted::ByOther(_) => record.core.stopped(slot, now),
                }
            }
            self.carry_out(pool);
        }
        let signal = match why {
            Halted::Asked => None,
            Halted::WithRun(signal) | Halted::ByOther(signal) => Some(signal),
        };
        if let Some(pid) = pid {
            self.tell(now, Event::ProcessSuspended { pid, signal });
        }
    }

    /// The child goes on.
    fn unhalt(&mut self, child: u64, now: Monotonic) {
        let Some(record) = self.children.get_mut(&child) else {
            return;
        };
        record.is_halted = false;
        let (owner, pid) = (record.owner, record.key.map(|key| key.pid));
        if let Owner::Worker { pool, slot } = owner {
            if let Some(record) = self.pools.get_mut(pool) {
                record.core.resume(slot, now);
            }
            self.carry_out(pool);
        }
        if let Some(pid) = pid {
            self.tell(now, Event::ProcessResumed { pid });
        }
    }

    /// A signal that we have not sent has stopped the child. By the terminal it would be stopped again and again: then it is
    /// ended, since nothing can bring it into the foreground.
    pub(crate) fn on_stopped(&mut self, child: u64, signal: i32) {
        let stands_already = |record: &ChildRecord| record.is_halted || record.asked;
        if self.children.get(&child).is_none_or(stands_already) || self.is_signalled(child) {
            return;
        }
        self.halt(child, Halted::ByOther(signal), Monotonic::now());
        let wanted = match signal {
            READS_TERMINAL => "read from it",
            WRITES_TERMINAL => "write to it or change it",
            _ => return,
        };
        let name = name(signal);
        self.know_why(
            child,
            &format!(
                "stopped by the terminal ({name}) and ended, since only the foreground may {wanted}"
            ),
        );
        self.actions.push_back(Action::End {
            child,
            at_once: true,
        });
    }

    /// Whether it is about to be stopped or continued, at a request that came after the look.
    fn is_signalled(&self, child: u64) -> bool {
        let is_for_it =
            |action: &Action| matches!(action, Action::Signal { child: to, .. } if *to == child);
        self.actions.iter().any(is_for_it)
    }

    /// A child that a signal had stopped goes on.
    pub(crate) fn on_continued(&mut self, child: u64) {
        if self.still.is_none()
            && !self.is_signalled(child)
            && self
                .children
                .get(&child)
                .is_some_and(|record| record.is_halted)
        {
            self.unhalt(child, Monotonic::now());
        }
    }

    /// Everything is about to stand still by this signal: no clock goes on until it does.
    pub(crate) fn stand_still(&mut self, signal: i32) {
        let now = Monotonic::now();
        let goes_on = |record: &ChildRecord| record.key.is_some() && !record.is_halted;
        let children: Vec<_> = self
            .children
            .iter()
            .filter(|(_, record)| goes_on(record))
            .map(|(&child, _)| child)
            .collect();
        for &child in &children {
            self.halt(child, Halted::WithRun(signal), now);
        }
        self.clock.hold();
        self.still.get_or_insert(Still {
            since: now,
            children,
        });
    }

    /// Whether no clock goes on.
    pub(crate) fn is_still(&self) -> bool {
        self.still.is_some()
    }

    /// Everything goes on.
    pub(crate) fn go_on(&mut self) {
        let Some(still) = self.still.take() else {
            return;
        };
        let now = Monotonic::now();
        let nanos = now.nanos_since(still.since);
        self.clock.go_on();
        let mut last = 0;
        while let Some((pool, record)) = self.pools.next_living(last) {
            record.core.postpone(nanos);
            last = pool;
        }
        for child in still.children {
            self.unhalt(child, now);
        }
    }
}
