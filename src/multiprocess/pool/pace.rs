//! How many chunks of a map are read before they are sent.

use std::time::{Duration, Instant};

/// Who has read items for longer sends what there is: workers, and results that could be handed out, wait meanwhile.
pub(super) const READING_TIME: Duration = Duration::from_millis(1);

/// So often the clock is looked at, in chunks: it costs as much as many a small one.
const LOOKED_AT_EVERY: usize = 8;

/// Small chunks are sent many at a time, as to send something may wake somebody: more and more of them while the input is
/// quick, one at a time once it is slow.
#[derive(Debug)]
pub(super) struct Pace {
    together: usize,
    patience: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            together: 1,
            patience: READING_TIME,
        }
    }
}

impl Pace {
    /// How many are read together next.
    pub(super) fn together(&self) -> usize {
        self.together
    }

    /// Reads as many chunks as are to be sent together, `most` of them at most, or until `read` says that it was the last one.
    pub(super) fn read(&mut self, most: usize, mut read: impl FnMut() -> bool) {
        let begun = Instant::now();
        let together = self.together.min(most);
        for count in 1..=together {
            let was_last = !read();
            let looks = was_last || count == together || count % LOOKED_AT_EVERY == 0;
            if looks && begun.elapsed() > self.patience {
                self.together = 1;
                return;
            }
            if was_last {
                return;
            }
        }
        self.together = self.together.max(together.saturating_mul(2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Finds no input slow, however busy the machine.
    fn patient() -> Pace {
        Pace {
            patience: Duration::MAX,
            ..Pace::default()
        }
    }

    /// How many are read together, one time after the other.
    fn reads(pace: &mut Pace, most: usize, times: usize, takes: Duration) -> Vec<usize> {
        let read = |_| {
            let mut count = 0;
            pace.read(most, || {
                std::thread::sleep(takes);
                count += 1;
                true
            });
            count
        };
        (0..times).map(read).collect()
    }

    #[test]
    fn more_and_more_of_what_is_quick_and_one_of_what_is_slow() {
        let slow = READING_TIME * 2;
        let mut pace = patient();
        assert_eq!(reads(&mut pace, 100, 4, Duration::ZERO), [1, 2, 4, 8]);
        pace.patience = READING_TIME;
        assert_eq!(reads(&mut pace, 100, 3, slow), [LOOKED_AT_EVERY, 1, 1]);
    }

    #[test]
    fn no_more_than_there_are_and_may_be() {
        let mut pace = patient();
        pace.together = 64;
        let mut left = 3;
        pace.read(10, || {
            left -= 1;
            left > 0
        });
        assert_eq!(left, 0);
        let mut count = 0;
        pace.read(10, || {
            count += 1;
            true
        });
        assert_eq!(count, 10);
    }
}
