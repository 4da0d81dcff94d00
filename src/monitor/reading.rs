//! A value that was read, or the reason why it was not.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The outcome of reading one fact about a process or the machine.
///
/// There is no default and no zero: code that shows a reading must decide what to show when there is no value.
pub type Reading<T> = Result<T, Unread>;

/// Why a [`Reading`] holds no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// The system refused: the process belongs to another user.
    Denied,
    /// The process has ended, or its pid now belongs to another one.
    Gone,
    /// The process has ended and waits for its parent to collect it; this fact went with its memory.
    Zombie,
    /// Such a process has no such fact: a kernel thread has no executable, a daemon no terminal.
    NotApplicable,
    /// This system or kernel does not provide it.
    Unsupported,
    /// Too many files are open, in this program or on the machine, to read it.
    NoDescriptors,
    /// It is asked for by pid, and the pids that are known are of another pid namespace ([`crate::os::ProcFs::Foreign`]).
    OtherPidNamespace,
    /// It was not asked for yet, or one sample is not enough (CPU % needs two).
    NotSampled,
}

impl Unread {
    /// Every reason, for tables of messages and tests.
    pub const ALL: [Self; 8] = [
        Self::Denied,
        Self::Gone,
        Self::Zombie,
        Self::NotApplicable,
        Self::Unsupported,
        Self::NoDescriptors,
        Self::OtherPidNamespace,
        Self::NotSampled,
    ];

    /// The reason as the snapshot document writes it in `unreadable`, and as the tail of a message key.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Gone => "gone",
            Self::Zombie => "zombie",
            Self::NotApplicable => "not_applicable",
            Self::Unsupported => "unsupported",
            Self::NoDescriptors => "no_descriptors",
            Self::OtherPidNamespace => "other_pid_namespace",
            Self::NotSampled => "not_sampled",
        }
    }
}

/// Writes [`Unread::word`].
impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl std::error::Error for Unread {}

/// So that `?` works on a borrowed reading.
impl From<&Self> for Unread {
    fn from(reason: &Self) -> Self {
        *reason
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_displayed_as_documents_write_it() {
        for reason in Unread::ALL {
            assert_eq!(
                serde_json::to_string(&reason).unwrap(),
                format!("\"{reason}\"")
            );
        }
    }

    #[test]
    fn a_reading_takes_little_more_room_than_its_value() {
        use std::sync::Arc;

        use crate::monitor::process::{CommandLine, ProcessRow};

        assert_eq!(size_of::<Reading<u64>>(), 16);
        assert_eq!(size_of::<Reading<f32>>(), 8);
        assert_eq!(size_of::<Reading<Arc<CommandLine>>>(), 16);
        assert_eq!(size_of::<Reading<Arc<str>>>(), 16);
        assert!(size_of::<ProcessRow>() <= 424);
    }
}
