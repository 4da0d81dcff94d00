//! Descriptors that are kept for the next starts, so that a worker is replaced also when this program has no free one.
//!
//! A start takes more descriptors for a moment than its child keeps: those are there from the beginning. A worker that has
//! ended and is replaced leaves the numbers of its descriptors, which are not given back in between.

use std::os::fd::OwnedFd;

use rustix::event::{EventfdFlags, eventfd};

use crate::multiprocess::spawn::{KEPT_DESCRIPTORS, OUTPUT_PIPES, STARTING_DESCRIPTORS};

/// What is kept; each stands for a number that the system gives out next.
#[derive(Debug)]
pub(crate) struct Reserve {
    spare: Vec<OwnedFd>,
    /// How many there are to be now.
    wanted: usize,
    /// How many there are to be while no worker is replaced.
    standby: usize,
    /// How many a start takes at most.
    of_start: usize,
    /// How many of them its child keeps.
    of_child: usize,
}

impl Reserve {
    /// For children whose output is read or is not. Where not so many are free, it has fewer.
    pub(crate) fn new(reads_output: bool) -> Self {
        let pipes = if reads_output { OUTPUT_PIPES } else { 0 };
        // Of a pipe, a child keeps one end here.
        let of_start = STARTING_DESCRIPTORS + 2 * pipes;
        let of_child = KEPT_DESCRIPTORS + pipes;
        let standby = of_start - of_child;
        let mut reserve = Self {
            spare: Vec::new(),
            wanted: standby,
            standby,
            of_start,
            of_child,
        };
        reserve.fill();
        reserve
    }

    /// What a start needs, to be dropped right before it.
    pub(crate) fn take_for_start(&mut self) -> Vec<OwnedFd> {
        let left = self.spare.len().saturating_sub(self.of_start);
        self.spare.split_off(left)
    }

    /// A start is over: gets back what it took for a moment, and, if it has failed, all that it was given.
    pub(crate) fn after_start(&mut self, has_started: bool) {
        if has_started {
            let wanted = self.wanted.saturating_sub(self.of_child);
            self.wanted = wanted.max(self.standby);
        }
        self.fill();
    }

    /// A worker has ended and is replaced: what it had is for its successor.
    pub(crate) fn inherit(&mut self, descriptors: Vec<OwnedFd>) {
        self.wanted += self.of_child;
        self.spare.extend(descriptors);
        self.fill();
    }

    /// Nothing is to be started.
    pub(crate) fn give_back(&mut self) {
        self.wanted = self.standby;
        self.spare.truncate(self.wanted);
    }

    /// Files of their own, so that it helps as well where the whole machine has too many.
    fn fill(&mut self) {
        while self.spare.len() < self.wanted
            && let Ok(spare) = eventfd(0, EventfdFlags::CLOEXEC)
        {
            self.spare.push(spare);
        }
        self.spare.truncate(self.wanted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_worker_had_is_kept_until_its_successor_runs() {
        let mut reserve = Reserve::new(true);
        let had = |count| (0..count).map(|_| eventfd(0, EventfdFlags::CLOEXEC).unwrap());
        assert_eq!((reserve.spare.len(), reserve.standby), (3, 3));
        reserve.inherit(had(4).collect());
        // One of its descriptors was closed before.
        reserve.inherit(had(3).collect());
        assert_eq!(reserve.spare.len(), 11);
        assert_eq!(reserve.take_for_start().len(), 7);
        reserve.after_start(false);
        assert_eq!(reserve.spare.len(), 11, "tried again later");
        reserve.take_for_start();
        reserve.after_start(true);
        assert_eq!(reserve.spare.len(), 7);
        reserve.take_for_start();
        reserve.after_start(true);
        assert_eq!(reserve.spare.len(), 3);
        reserve.inherit(had(4).collect());
        reserve.give_back();
        assert_eq!(reserve.spare.len(), 3, "it is not replaced after all");
        assert_eq!(Reserve::new(false).spare.len(), 1);
    }
}
