//! How many tasks may be on their way to one worker.
//!
//! One, while tasks take long or nobody knows: then a task waits where any worker can take it. Many, while they are over
//! sooner than the message about them: then they travel together.

use crate::multiprocess::board::SEATS;

/// No more than half the seats, so that a worker that is refilled early has room.
const WIDEST: usize = SEATS as usize / 2;

/// A window should be worked off within so much, nanoseconds: what waits in it cannot be run by somebody else meanwhile.
const WORTH_NANOS: u64 = 1_000_000;

/// So many tasks are sent one by one after one that wrote something, so that its lines are told apart from others'.
const SHY_TASKS: u32 = 64;

#[derive(Debug, Default)]
pub(super) struct Window {
    /// How long tasks typically take, nanoseconds; a moving average.
    typical_nanos: Option<u64>,
    shy: u32,
}

impl Window {
    /// A task took so long.
    pub(super) fn ran(&mut self, nanos: u64) {
        self.typical_nanos = Some(match self.typical_nanos {
            Some(typical) => typical.saturating_mul(7).saturating_add(nanos) / 8,
            None => nanos,
        });
        self.shy = self.shy.saturating_sub(1);
    }

    /// A task wrote something that somebody wants to see.
    pub(super) fn wrote(&mut self) {
        self.shy = SHY_TASKS;
    }

    /// How many tasks may be on their way to one worker now.
    pub(super) fn width(&self) -> usize {
        match self.shy {
            0 => self.within(WORTH_NANOS).clamp(1, WIDEST),
            _ => 1,
        }
    }

    /// How many tasks a worker typically ends in so much time; none as long as nobody knows.
    pub(super) fn within(&self, nanos: u64) -> usize {
        self.typical_nanos.map_or(0, |typical| {
            usize::try_from(nanos / typical.max(1)).unwrap_or(usize::MAX)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_for_short_tasks_only() {
        let mut window = Window::default();
        assert_eq!(window.width(), 1, "nobody knows yet");
        window.ran(1_500);
        assert_eq!(window.width(), WIDEST);
        window.ran(300_000_000);
        assert_eq!(window.width(), 1);
        (0..100).for_each(|_| window.ran(100_000));
        assert!((2..=10).contains(&window.width()), "{}", window.width());
        window.wrote();
        assert_eq!(window.width(), 1);
        (0..SHY_TASKS).for_each(|_| window.ran(1_000));
        assert_eq!(window.width(), WIDEST);
    }

    #[test]
    fn what_no_clock_can_have_said_is_survived() {
        let mut window = Window::default();
        window.ran(u64::MAX);
        window.ran(u64::MAX);
        assert_eq!(window.width(), 1);
        (0..1_000).for_each(|_| window.ran(1_000));
        assert_eq!(window.width(), WIDEST);
    }
}
