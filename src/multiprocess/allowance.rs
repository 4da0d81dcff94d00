//! What a child may do without asking: a word on its board that both ends change.
//!
//! How often it may, and how often it has. The child spends, the parent grants and takes back what is not spent: whoever
//! changes the word first has it, so that nothing is spent and taken back as well. Both counts wrap around.

use std::sync::atomic::{AtomicU64, Ordering};

/// One such word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance<'a>(&'a AtomicU64);

/// A word's halves: how often it was spent, and up to how often it may be.
#[derive(Clone, Copy)]
struct Counts {
    spent: u32,
    limit: u32,
}

impl Counts {
    fn of(word: u64) -> Self {
        Self {
            spent: (word >> 32) as u32,
            limit: word as u32,
        }
    }

    fn word(self) -> u64 {
        u64::from(self.spent) << 32 | u64::from(self.limit)
    }

    fn left(self) -> u32 {
        self.limit.wrapping_sub(self.spent)
    }
}

impl<'a> Allowance<'a> {
    pub(crate) fn new(word: &'a AtomicU64) -> Self {
        Self(word)
    }

    /// The child does it once; false if it may not.
    pub(crate) fn spend(self) -> bool {
        self.change(|counts| {
            let spent = counts.spent.wrapping_add(1);
            (counts.left() > 0).then_some(Counts { spent, ..counts })
        })
        .is_some()
    }

    /// The child may do it so many times more.
    pub(crate) fn grant(self, more: u32) {
        self.change(|counts| {
            let limit = counts.limit.wrapping_add(more);
            Some(Counts { limit, ..counts })
        });
    }

    /// The child may do it no more; how many times were left.
    pub(crate) fn take_back(self) -> u32 {
        self.change(|counts| {
            let limit = counts.spent;
            Some(Counts { limit, ..counts })
        })
        .map_or(0, Counts::left)
    }

    /// How often it was done so far.
    pub(crate) fn spent(self) -> u32 {
        Counts::of(self.0.load(Ordering::Acquire)).spent
    }

    /// Changes the word as long as `how` says so; what it was before.
    fn change(self, how: impl Fn(Counts) -> Option<Counts>) -> Option<Counts> {
        let new = |word| how(Counts::of(word)).map(Counts::word);
        self.0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, new)
            .ok()
            .map(Counts::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_granted_is_spent_or_taken_back() {
        let word = AtomicU64::new(
            Counts {
                spent: u32::MAX,
                limit: u32::MAX,
            }
            .word(),
        );
        let allowance = Allowance::new(&word);
        assert!(!allowance.spend());
        allowance.grant(3);
        assert!(allowance.spend() && allowance.spend());
        assert_eq!(allowance.spent(), 1, "it wraps around");
        assert_eq!(allowance.take_back(), 1);
        assert!(!allowance.spend());
        assert_eq!((allowance.take_back(), allowance.spent()), (0, 1));
    }
}
