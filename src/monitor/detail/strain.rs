//! What a process waits for, and what holds it up.

/// A process that another one has to do with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its pid.
    pub pid: u32,
    /// Its name; `None` if that could not be read.
    pub name: Option<String>,
}

/// A system call that a thread is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemCall {
    /// Its name, of those that wait; `None` for others, and for a wait outside of any call, e.g. a page fault.
    pub name: Option<&'static str>,
    /// What the descriptor in its first argument leads to, if that is one: a path, `pipe:[4711]`, `socket:[4711]`.
    pub file: Option<String>,
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
