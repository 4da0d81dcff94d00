//! What a task may use while it runs.

use std::fmt;
use std::io::Write as _;
use std::time::Duration;

use rand_core::Rng as _;
use rand_pcg::Pcg64;

use super::channel::{Channel, orphaned};
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::wire::{FromChild, ToChild};

/// The world of a running task: its process, its sleeps and random numbers, its queues.
///
/// Built-in tasks wait only through here.
#[derive(Debug)]
pub struct Context {
    pub(super) channel: Channel,
    name: String,
    time_scale: f64,
    seed: u64,
    random: Pcg64,
}

impl Context {
    pub(super) fn new(channel: Channel, name: String, time_scale: f64, seed: u64) -> Self {
        Self {
            channel,
            name,
            time_scale,
            seed,
            random: random_numbers(seed, 0),
        }
    }

    /// Begins a new sequence of random numbers, which follows from the run's seed and `stream` alone: the same task has the
    /// same numbers in whichever worker it runs.
    pub(super) fn begin_random(&mut self, stream: u64) {
        self.random = random_numbers(self.seed, stream);
    }

    /// This process's pid.
    pub fn pid(&self) -> u32 {
        crate::os::this::pid()
    }

    /// Python's name for this process, such as `SpawnPoolWorker-1`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Prints one line to standard output at once. A closed output is no error of the task.
    pub fn print(&mut self, line: fmt::Arguments<'_>) {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{line}").and_then(|()| out.flush()).ok();
    }

    /// A random number between the two.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        // 53 random bits make every representable step of [0, 1).
        let unit = (self.random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        low + (high - low) * unit
    }

    /// Sleeps for so many seconds times the run's time scale.
    pub fn sleep(&mut self, seconds: f64) {
        if let Ok(duration) = Duration::try_from_secs_f64(seconds * self.time_scale) {
            std::thread::sleep(duration);
        }
    }

    /// Puts an encoded item into a queue, and waits while the queue is full.
    pub fn put(&mut self, queue: &str, item: Vec<u8>) -> Result<(), RemoteError> {
        match self.ask(&FromChild::Put {
            queue: queue.to_owned(),
            item,
        }) {
            ToChild::Put => Ok(()),
            other => Err(refused(queue, &other)),
        }
    }

    /// Gets the next encoded item of a queue, and waits while the queue is empty.
    pub fn get(&mut self, queue: &str) -> Result<Vec<u8>, RemoteError> {
        match self.ask(&FromChild::Get {
            queue: queue.to_owned(),
        }) {
            ToChild::Got(item) => Ok(item),
            other => Err(refused(queue, &other)),
        }
    }

    fn ask(&mut self, question: &FromChild) -> ToChild {
        let answer = self
            .channel
            .send(question)
            .and_then(|()| self.channel.receive());
        answer.unwrap_or_else(|_parent_gone| orphaned())
    }
}

fn random_numbers(seed: u64, stream: u64) -> Pcg64 {
    // Neighbouring seeds and streams must look unrelated from the first number on.
    Pcg64::new(
        u128::from(mixed(mixed(seed) ^ stream)),
        u128::from(mixed(stream)),
    )
}

/// Spreads every bit of a number over all 64 (the finalizer of `SplitMix64`).
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

fn refused(queue: &str, answer: &ToChild) -> RemoteError {
    match answer {
        ToChild::NoSuchQueue => {
            RemoteError::new("ValueError", format!("there is no queue '{queue}'"))
        }
        _ => RemoteError::new("ValueError", format!("Queue '{queue}' is closed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_numbers_follow_from_seed_and_stream_for_ever() {
        // If this changes, every recorded seed shows another picture.
        assert_eq!(random_numbers(7, 1).next_u64(), 17_129_099_566_105_864_844);
        assert_ne!(
            random_numbers(7, 2).next_u64(),
            random_numbers(7, 1).next_u64()
        );
        assert_ne!(
            random_numbers(8, 1).next_u64(),
            random_numbers(7, 1).next_u64()
        );
    }
}
