//! What a run's main process does with its children, whoever starts them.
//!
//! The main process knows its children only through [`Children`]: it lists, holds, suspends, kills and ends them and waits
//! until none is left. The [`Engine`] is the first implementation; children that are started as plain commands, and programs
//! that are only observed, are further ones. Nothing here assumes that a child speaks our wire, that its exit code can be
//! known, or that it is a direct child of this process.

use std::time::Duration;

use crate::multiprocess::Engine;
use crate::os::ChildKey;

/// The children of a run, direct ones and those that they started.
///
/// Methods that name a pid return whether a living child has it. None of them needs a free descriptor, and none waits
/// except those that say so.
pub trait Children: Send + Sync {
    /// The identities of all that live.
    fn living(&self) -> Vec<ChildKey>;

    /// Whether this pid is that of a living direct child, which is held by a handle and cannot be mistaken for another.
    fn is_direct(&self, pid: u32) -> bool;

    /// Stops a child until [`Self::resume`].
    fn suspend(&self, pid: u32) -> bool;

    /// Continues a suspended child.
    fn resume(&self, pid: u32) -> bool;

    /// Sends SIGKILL to exactly one direct child.
    fn kill(&self, pid: u32) -> bool;

    /// The whole run is about to be stopped by this signal: until [`Self::go_on`] no clock of the run goes on, timeouts
    /// included. Stopping and continuing the processes themselves is the caller's.
    fn hold(&self, signal: i32);

    /// The whole run goes on.
    fn go_on(&self);

    /// As at the end of every Python process: ends daemons and waits for all others.
    fn finish(&self);

    /// Ends all children with their process groups, by the [ladder](crate::os::ladder) or, `at_once`, by SIGKILL. Returns
    /// at once; whatever waits for a result gets its answer.
    fn end_all(&self, at_once: bool);

    /// Waits until no child is left, at most so long; whether that is so.
    fn wait_until_none(&self, timeout: Duration) -> bool;
}

impl Children for Engine {
    fn living(&self) -> Vec<ChildKey> {
        self.children()
    }

    fn is_direct(&self, pid: u32) -> bool {
        self.is_own_child(pid)
    }

    fn suspend(&self, pid: u32) -> bool {
        Self::suspend(self, pid)
    }

    fn resume(&self, pid: u32) -> bool {
        Self::resume(self, pid)
    }

    fn kill(&self, pid: u32) -> bool {
        Self::kill(self, pid)
    }

    fn hold(&self, signal: i32) {
        self.stand_still(signal);
    }

    fn go_on(&self) {
        Self::go_on(self);
    }

    fn finish(&self) {
        Self::finish(self);
    }

    fn end_all(&self, at_once: bool) {
        Self::end_all(self, at_once);
    }

    fn wait_until_none(&self, timeout: Duration) -> bool {
        self.wait_until_quiet(timeout)
    }
}
