//! The clock that all processes of a machine share.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// A moment of `CLOCK_MONOTONIC` in nanoseconds: the same clock in every process of this boot, untouched by changes of the
/// wall clock. It stands still while the machine sleeps, and so does every limit of time that is reckoned by it: a task is not
/// ended because a laptop was closed.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct Monotonic {
    /// Nanoseconds since an unspecified moment before this boot's first process.
    pub nanos: u64,
}

impl Monotonic {
    /// This moment.
    pub fn now() -> Self {
        Self {
            nanos: nanos_of(ClockId::Monotonic),
        }
    }

    /// Nanoseconds from `earlier` to here; 0 if it is later.
    pub fn nanos_since(self, earlier: Self) -> u64 {
        self.nanos.saturating_sub(earlier.nanos)
    }

    /// The moment so long from now.
    pub fn after(duration: Duration) -> Self {
        Self::now().plus_nanos(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
    }

    /// The moment so many nanoseconds later.
    #[must_use]
    pub fn plus_nanos(self, nanos: u64) -> Self {
        Self {
            nanos: self.nanos.saturating_add(nanos),
        }
    }
}

/// CPU time that this process has used in all its threads, nanoseconds.
pub fn own_cpu_nanos() -> u64 {
    nanos_of(ClockId::ProcessCPUTime)
}

/// CPU time that this thread has used.
pub fn thread_cpu_time() -> Duration {
    Duration::from_nanos(nanos_of(ClockId::ThreadCPUTime))
}

fn nanos_of(clock: ClockId) -> u64 {
    let time = clock_gettime(clock);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanos = u64::try_from(time.tv_nsec).unwrap_or(0);
    seconds.saturating_mul(1_000_000_000).saturating_add(nanos)
}

/// So many seconds: none for less than nothing and for what is no number, the longest duration for more than it holds.
pub fn seconds(seconds: f64) -> Duration {
    if seconds > 0.0 {
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    } else {
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_seconds_is_a_duration() {
        assert_eq!(seconds(1.5), Duration::from_millis(1500));
        for endless in [f64::INFINITY, f64::MAX, 1e300] {
            assert_eq!(seconds(endless), Duration::MAX);
        }
        for none in [f64::NAN, f64::NEG_INFINITY, -1.0, 0.0] {
            assert_eq!(seconds(none), Duration::ZERO);
        }
    }
}
