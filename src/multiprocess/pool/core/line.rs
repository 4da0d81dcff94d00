//! The line of tasks that wait for a worker.

use std::collections::VecDeque;

/// So many may have left the line before those that stay are counted anew.
const SLACK: usize = 64;

/// Tasks by their numbers, the next one first. One that leaves from the middle costs no search: it only counts as gone, and
/// is skipped when its turn comes.
#[derive(Debug, Default)]
pub(super) struct Line {
    tasks: VecDeque<u64>,
    /// How many of them are gone.
    gone: usize,
}

impl Line {
    pub(super) fn len(&self) -> usize {
        self.tasks.len() - self.gone
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn push_back(&mut self, task: u64) {
        self.tasks.push_back(task);
    }

    pub(super) fn push_front(&mut self, task: u64) {
        self.tasks.push_front(task);
    }

    /// The first one, which may be gone.
    pub(super) fn first(&self) -> Option<u64> {
        self.tasks.front().copied()
    }

    /// The first one leaves.
    pub(super) fn pop_first(&mut self) {
        self.tasks.pop_front();
    }

    /// The first one was gone.
    pub(super) fn skip_first(&mut self) {
        self.tasks.pop_front();
        self.gone = self.gone.saturating_sub(1);
    }

    /// One of them leaves, wherever it stands; `stays` tells who has not.
    pub(super) fn leave(&mut self, stays: impl Fn(u64) -> bool) {
        self.gone += 1;
        if self.gone > self.tasks.len() / 2 + SLACK || self.is_empty() {
            self.tasks.retain(|&task| stays(task));
            self.gone = 0;
        }
    }

    /// All leave, those that are gone among them.
    pub(super) fn take(&mut self) -> VecDeque<u64> {
        std::mem::take(self).tasks
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn whoever_leaves_from_the_middle_is_skipped_and_keeps_no_room() {
        let (mut line, mut stay) = (Line::default(), BTreeSet::new());
        for task in 0..10_000 {
            line.push_back(task);
            stay.insert(task);
        }
        for task in (0..10_000).filter(|task| task % 100 != 0) {
            stay.remove(&task);
            line.leave(|task| stay.contains(&task));
            assert_eq!(line.len(), stay.len());
        }
        assert!(
            line.tasks.len() <= 2 * line.len() + 2 * SLACK,
            "{}",
            line.tasks.len()
        );
        let mut seen = Vec::new();
        while let Some(first) = line.first() {
            if stay.contains(&first) {
                seen.push(first);
                line.pop_first();
            } else {
                line.skip_first();
            }
        }
        assert!(seen.into_iter().eq(stay) && line.is_empty());
    }

    #[test]
    fn of_nobody_nothing_is_kept() {
        let mut line = Line::default();
        for task in 0..10_000 {
            line.push_back(task);
            line.leave(|_| false);
            assert!(line.is_empty() && line.tasks.is_empty());
        }
    }
}
