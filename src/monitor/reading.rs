//! A value that was read, or the reason why it was not.

use serde::{Deserialize, Serialize};

/// The outcome of reading one fact about a process or the machine.
///
/// There is no default and no zero: whoever shows a reading must decide what to show when there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading<T> {
    /// The fact, as the system gave it.
    Value(T),
    /// The system refused: the process belongs to somebody else.
    Denied,
    /// The process has ended, or its pid now belongs to another one.
    Gone,
    /// The process has ended and waits for its parent to collect it; this fact went with its memory.
    Zombie,
    /// Such a process has no such fact: a kernel thread has no executable, a daemon no terminal.
    NotApplicable,
    /// This system or kernel does not tell.
    Unsupported,
    /// Too many files are open, in this program or on the machine, to read it.
    NoDescriptors,
    /// It is asked for by pid, and the pids that are known are of another pid namespace ([`crate::os::ProcFs::Foreign`]).
    OtherPidNamespace,
    /// Nobody asked yet, or one sample is not enough (CPU % needs two).
    NotSampled,
}

/// Why a [`Reading`] holds no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// See [`Reading::Denied`].
    Denied,
    /// See [`Reading::Gone`].
    Gone,
    /// See [`Reading::Zombie`].
    Zombie,
    /// See [`Reading::NotApplicable`].
    NotApplicable,
    /// See [`Reading::Unsupported`].
    Unsupported,
    /// See [`Reading::NoDescriptors`].
    NoDescriptors,
    /// See [`Reading::OtherPidNamespace`].
    OtherPidNamespace,
    /// See [`Reading::NotSampled`].
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

impl<T> Reading<T> {
    /// The value, if there is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The value by value, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Why there is no value; `None` if there is one.
    pub const fn unread(&self) -> Option<Unread> {
        match self {
            Self::Value(_) => None,
            Self::Denied => Some(Unread::Denied),
            Self::Gone => Some(Unread::Gone),
            Self::Zombie => Some(Unread::Zombie),
            Self::NotApplicable => Some(Unread::NotApplicable),
            Self::Unsupported => Some(Unread::Unsupported),
            Self::NoDescriptors => Some(Unread::NoDescriptors),
            Self::OtherPidNamespace => Some(Unread::OtherPidNamespace),
            Self::NotSampled => Some(Unread::NotSampled),
        }
    }

    /// True if there is a value.
    pub const fn is_value(&self) -> bool {
        matches!(self, Self::Value(_))
    }

    /// The same outcome, borrowed.
    pub const fn as_ref(&self) -> Reading<&T> {
        match self {
            Self::Value(value) => Reading::Value(value),
            Self::Denied => Reading::Denied,
            Self::Gone => Reading::Gone,
            Self::Zombie => Reading::Zombie,
            Self::NotApplicable => Reading::NotApplicable,
            Self::Unsupported => Reading::Unsupported,
            Self::NoDescriptors => Reading::NoDescriptors,
            Self::OtherPidNamespace => Reading::OtherPidNamespace,
            Self::NotSampled => Reading::NotSampled,
        }
    }

    /// The outcome with its value, if any, turned into another.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Reading<U> {
        self.and_then(|value| Reading::Value(f(value)))
    }

    /// The outcome of a second reading that needs the value of this one; without a value the reason stays.
    pub fn and_then<U>(self, f: impl FnOnce(T) -> Reading<U>) -> Reading<U> {
        match self {
            Self::Value(value) => f(value),
            Self::Denied => Reading::Denied,
            Self::Gone => Reading::Gone,
            Self::Zombie => Reading::Zombie,
            Self::NotApplicable => Reading::NotApplicable,
            Self::Unsupported => Reading::Unsupported,
            Self::NoDescriptors => Reading::NoDescriptors,
            Self::OtherPidNamespace => Reading::OtherPidNamespace,
            Self::NotSampled => Reading::NotSampled,
        }
    }
}

impl<T: Copy> Reading<&T> {
    /// The outcome with its value copied.
    pub fn copied(self) -> Reading<T> {
        self.map(|value| *value)
    }
}

impl<T: Clone> Reading<&T> {
    /// The outcome with its value cloned.
    pub fn cloned(self) -> Reading<T> {
        self.map(T::clone)
    }
}

impl<T> From<Unread> for Reading<T> {
    fn from(reason: Unread) -> Self {
        match reason {
            Unread::Denied => Self::Denied,
            Unread::Gone => Self::Gone,
            Unread::Zombie => Self::Zombie,
            Unread::NotApplicable => Self::NotApplicable,
            Unread::Unsupported => Self::Unsupported,
            Unread::NoDescriptors => Self::NoDescriptors,
            Unread::OtherPidNamespace => Self::OtherPidNamespace,
            Unread::NotSampled => Self::NotSampled,
        }
    }
}

impl<T> From<Result<T, Unread>> for Reading<T> {
    fn from(result: Result<T, Unread>) -> Self {
        match result {
            Ok(value) => Self::Value(value),
            Err(reason) => reason.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_survives_every_turn() {
        for reason in Unread::ALL {
            let reading = Reading::<u32>::from(reason);
            assert_eq!(reading.unread(), Some(reason));
            assert_eq!(
                reading.as_ref().copied().map(f64::from).unread(),
                Some(reason)
            );
            assert_eq!(reading.value(), None);
            assert_eq!(
                serde_json::to_string(&reason).unwrap(),
                format!("\"{}\"", reason.word())
            );
        }
        assert_eq!(Reading::Value(3).map(|n| n + 1).into_value(), Some(4));
        assert_eq!(Reading::Value(3).unread(), None);
    }
}
