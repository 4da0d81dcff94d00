//! What a process waits for, and what holds it up.

use super::item::Capped;

/// A process that another one has to do with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its pid.
    pub pid: u32,
    /// Its name; `None` if that could not be read.
    pub name: Option<String>,
}

/// Processes that are named of those that can end a wait.
pub const AWAITED_CAP: usize = 5;

/// Who can end a wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaited {
    /// How they can.
    pub role: AwaitedRole,
    /// The first [`AWAITED_CAP`] by their pids; `None` as their number if not all processes could be looked at.
    pub processes: Capped<Named>,
}

/// How a process can end the wait of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AwaitedRole {
    /// By ending.
    Child,
    /// By writing to the pipe.
    Writer,
    /// By reading from the pipe.
    Reader,
    /// At the other end of the socket.
    Peer,
    /// By giving up a lock.
    Holder,
}

impl AwaitedRole {
    /// Every one, for tables of messages and tests.
    pub const ALL: [Self; 5] = [
        Self::Child,
        Self::Writer,
        Self::Reader,
        Self::Peer,
        Self::Holder,
    ];
}

/// A system call that a thread is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemCall {
    /// Its name, of those that wait; `None` for others, and for a wait outside of any call, e.g. a page fault.
    pub name: Option<&'static str>,
    /// What the descriptor in its first argument leads to, if that is one: a path, `pipe:[4711]`, `socket:[4711]`.
    pub file: Option<String>,
    /// The one child that is waited for, if it is one.
    pub child: Option<u32>,
}

/// A thread that was ready to run and had no CPU.
#[derive(Clone, Debug, PartialEq)]
pub struct CpuWait {
    /// For which share of the time since the look before, percent.
    pub percent: f32,
    /// The thread's id.
    pub thread: u32,
    /// The thread's name.
    pub name: String,
    /// How many threads were looked at.
    pub threads: u32,
}

/// Sets of signals: bit 0 is signal 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Signals {
    /// Sent and not delivered yet: to its first thread or to the process.
    pub pending: u64,
    /// Held back by its first thread.
    pub blocked: u64,
    /// Thrown away.
    pub ignored: u64,
    /// Handled by its own code.
    pub caught: u64,
}

impl Signals {
    /// The numbers in a set, ascending.
    pub fn numbers(set: u64) -> impl Iterator<Item = i32> {
        (0..64)
            .filter(move |bit| set >> bit & 1 == 1)
            .map(|bit| bit + 1)
    }

    /// True if a set has this signal.
    pub const fn has(set: u64, number: i32) -> bool {
        matches!(number, 1..=64) && set >> (number - 1) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_signals() {
        let set = 1 << 14 | 1;
        assert_eq!(Signals::numbers(set).collect::<Vec<_>>(), [1, 15]);
        assert!(Signals::has(set, 15) && !Signals::has(set, 9) && !Signals::has(set, 0));
        assert_eq!(Signals::numbers(u64::MAX).last(), Some(64));
    }
}
