//! How often the sampler looks: as often as it is asked to, unless that would make watching what the machine is busy with.

use std::time::{Duration, Instant};

/// What watching may take of one core. Ten thousand processes a second take a tenth of one.
const BUDGET: f64 = 0.2;

/// What the rounds have cost so far; a round goes from one snapshot to the next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    last: Option<Round>,
    /// CPU time of the round before.
    before: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Round {
    begun: Instant,
    /// When its snapshot was there.
    sampled: Instant,
    /// CPU time, with the details that were read since.
    cpu: Duration,
}

impl Pace {
    /// A round's snapshot was taken, from `begun` to `sampled`.
    pub fn sampled(&mut self, begun: Instant, sampled: Instant) {
        self.before = self.last.map_or(Duration::ZERO, |round| round.cpu);
        self.last = Some(Round {
            begun,
            sampled,
            cpu: Duration::ZERO,
        });
    }

    /// What the round has cost by now.
    pub fn spent(&mut self, cpu: Duration) {
        if let Some(round) = &mut self.last {
            round.cpu += cpu;
        }
    }

    /// Time from one snapshot to the next where `interval` is asked for. Longer if the last two rounds both cost more than
    /// their share: one may be a hiccup.
    pub fn interval(&self, interval: Duration) -> Duration {
        let cpu = self
            .last
            .map_or(Duration::ZERO, |round| round.cpu.min(self.before));
        interval.max(cpu.div_f64(BUDGET))
    }

    /// When the next snapshot is due; `None` for at once. Snapshots lie apart from begin to begin, but the pause is at least
    /// as long as the work: on a machine so slow or so full there must be time for something else.
    pub fn next(&self, interval: Duration) -> Option<Instant> {
        let round = self.last?;
        let work = round.sampled.saturating_duration_since(round.begun);
        Some((round.begun + self.interval(interval)).max(round.sampled + work))
    }

    /// CPU use from the last snapshot to a new one that begins now, percent of one core; `None` without a last one.
    pub fn cpu_percent(&self, now: Instant) -> Option<f32> {
        let round = self.last?;
        let span = now.saturating_duration_since(round.begun);
        (!span.is_zero()).then(|| (round.cpu.as_secs_f64() / span.as_secs_f64() * 100.0) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_slow_machine_gets_pauses_as_long_as_the_work() {
        let begun = Instant::now();
        let next = |work| {
            let mut pace = Pace::default();
            pace.sampled(begun, begun + work);
            pace.next(SECOND)
        };
        assert_eq!(next(ms(20)), Some(begun + ms(1_000)));
        assert_eq!(next(ms(900)), Some(begun + ms(1_800)));
        assert_eq!(Pace::default().next(SECOND), None);
    }

    #[test]
    fn two_rounds_over_the_budget_slow_it_down_and_one_does_not() {
        let begun = Instant::now();
        let mut pace = Pace::default();
        assert_eq!(pace.cpu_percent(begun), None);
        for (cpu, expected) in [(300, 1_000), (400, 1_500), (20, 1_000), (500, 1_000)] {
            pace.sampled(begun, begun);
            // The detail counts as well.
            pace.spent(ms(cpu - 10));
            pace.spent(ms(10));
            assert_eq!(pace.interval(SECOND), ms(expected), "{cpu}");
        }
        assert_eq!(pace.cpu_percent(begun + ms(2_000)), Some(25.0));
        assert_eq!(pace.interval(ms(5_000)), ms(5_000));
    }
}
