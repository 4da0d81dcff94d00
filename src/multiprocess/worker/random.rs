//! Random numbers that are the same in every version: a recorded seed must show the same picture for ever.

use rand_core::Rng as _;
use rand_pcg::Pcg64;

/// A sequence that follows from a run's seed and a stream's number alone.
#[derive(Clone, Debug)]
pub struct Random {
    generator: Pcg64,
}

impl Random {
    /// The beginning of a sequence.
    pub fn new(seed: u64, stream: u64) -> Self {
        // Neighbouring seeds and streams must look unrelated from the first number on.
        let state = u128::from(mixed(mixed(seed) ^ stream));
        Self {
            generator: Pcg64::new(state, u128::from(mixed(stream))),
        }
    }

    /// The sequence of a pool's task: the same in whichever worker it runs.
    pub fn of_task(seed: u64, task: u64) -> Self {
        Self::new(seed, task)
    }

    /// The sequence of a process of its own, counted from 1; they lie apart from those of tasks.
    pub fn of_process(seed: u64, process: u64) -> Self {
        Self::new(seed, (1 << 32) + process)
    }

    /// The next number between the two.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        // 53 random bits make every representable step of [0, 1).
        let unit = (self.generator.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        low + (high - low) * unit
    }
}

/// Spreads every bit of a number over all 64 (the finalizer of `SplitMix64`).
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_from_seed_and_stream_for_ever() {
        let numbers = |seed, stream| {
            let mut random = Random::new(seed, stream);
            [random.uniform(0.0, 1.0), random.uniform(0.0, 1.0)].map(|number| (number * 1e9) as u64)
        };
        // If these change, every recorded seed shows another picture.
        assert_eq!(numbers(7, 1), [928_570_348, 446_876_864]);
        assert_ne!(numbers(7, 2), numbers(7, 1));
        assert_ne!(numbers(8, 1), numbers(7, 1));
    }

    #[test]
    fn numbers_fill_their_range() {
        let mut random = Random::new(1, 1);
        let numbers: Vec<_> = (0..1000).map(|_| random.uniform(1.0, 4.0)).collect();
        let mean = numbers.iter().sum::<f64>() / 1000.0;
        assert!(
            numbers.iter().all(|number| (1.0..4.0).contains(number)) && (2.3..2.7).contains(&mean),
            "{mean}"
        );
    }
}
