//! The ladder by which a child and its process group are ended: asked first, then made to.

use super::Monotonic;
use super::signal::{ASK_TO_END, Send};

/// How long a child has between being asked and being made to end.
const GRACE_NANOS: u64 = 500_000_000;

/// How far the ending of a child has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ladder {
    /// Asked; at this time it will be killed.
    Asked {
        /// The end of its grace.
        until: Monotonic,
    },
    /// Killed; nothing more can be done but wait for the kernel.
    Killed,
}

impl Ladder {
    /// The first step, with the signals for the child's group.
    pub(crate) fn begin(now: Monotonic, at_once: bool) -> (Self, &'static [Send]) {
        if at_once {
            Self::kill()
        } else {
            (
                Self::Asked {
                    until: now.plus_nanos(GRACE_NANOS),
                },
                &ASK_TO_END,
            )
        }
    }

    /// The next step, if it is due.
    pub(crate) fn advance(self, now: Monotonic) -> Option<(Self, &'static [Send])> {
        match self {
            Self::Asked { until } if now >= until => Some(Self::kill()),
            Self::Asked { .. } | Self::Killed => None,
        }
    }

    /// When to look again.
    pub(crate) fn deadline(self) -> Option<Monotonic> {
        match self {
            Self::Asked { until } => Some(until),
            Self::Killed => None,
        }
    }

    /// Stopped first, so that nothing in the group can fork while it is being killed.
    fn kill() -> (Self, &'static [Send]) {
        (Self::Killed, &[Send::Stop, Send::Kill])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_asked_before_it_is_killed() {
        let now = Monotonic { nanos: 1 };
        let (asked, signals) = Ladder::begin(now, false);
        assert_eq!(signals, [Send::Terminate, Send::Continue]);
        assert_eq!(asked.advance(now), None);
        let (killed, signals) = asked.advance(asked.deadline().unwrap()).unwrap();
        assert_eq!(
            (killed, signals),
            (Ladder::Killed, [Send::Stop, Send::Kill].as_slice())
        );
        assert_eq!((killed.advance(now), killed.deadline()), (None, None));
        assert_eq!(Ladder::begin(now, true).0, Ladder::Killed);
    }
}
