//! The last ten minutes behind the curves: bounded, and with gaps where nothing was known.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::snapshot::Snapshot;
use crate::os::ProcKey;

/// How far back it reaches.
pub const HISTORY_SPAN: Duration = Duration::from_mins(10);

/// Points kept at most, whatever the interval.
const POINT_CAP: usize = 2_400;

/// Processes followed at most; the one followed longest gives way.
const FOLLOW_CAP: usize = 16;

/// One point of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Seconds before the `now` that was asked for; never negative.
    pub seconds_ago: f64,
    /// `None` is a gap: nothing was known then. Not a zero.
    pub value: Option<f64>,
}

/// A curve of the last ten minutes.
#[derive(Clone, Debug, Default)]
pub struct Series {
    points: VecDeque<(Instant, Option<f64>)>,
}

impl Series {
    /// Appends what was (or was not) known at `at`.
    pub fn push(&mut self, at: Instant, value: Option<f64>) {
        self.points.push_back((at, value));
        while self.points.len() > POINT_CAP
            || self
                .points
                .front()
                .is_some_and(|&(first, _)| at.saturating_duration_since(first) > HISTORY_SPAN)
        {
            self.points.pop_front();
        }
    }

    /// The points, oldest first.
    pub fn points(&self, now: Instant) -> impl ExactSizeIterator<Item = Point> + '_ {
        self.points.iter().map(move |&(at, value)| Point {
            seconds_ago: now.saturating_duration_since(at).as_secs_f64(),
            value,
        })
    }

    /// The newest value; `None` if there is none or it is a gap.
    pub fn latest(&self) -> Option<f64> {
        self.points.back()?.1
    }

    /// The largest value; `None` if all is gap.
    pub fn max(&self) -> Option<f64> {
        self.points
            .iter()
            .filter_map(|&(_, value)| value)
            .max_by(f64::total_cmp)
    }

    /// How far back it reaches.
    pub fn span(&self) -> Duration {
        match (self.points.front(), self.points.back()) {
            (Some((first, _)), Some((last, _))) => last.saturating_duration_since(*first),
            _ => Duration::ZERO,
        }
    }
}

/// The curves of one process.
#[derive(Clone, Debug, Default)]
pub struct ProcessSeries {
    /// CPU use, percent of one core.
    pub cpu_percent: Series,
    /// Resident memory, bytes.
    pub rss_bytes: Series,
}

/// Curves of the machine and of the processes that are followed.
#[derive(Clone, Debug, Default)]
pub struct History {
    cpu_percent: Series,
    memory_used_bytes: Series,
    followed: VecDeque<(ProcKey, ProcessSeries)>,
    last: Option<(u64, Instant)>,
}

impl History {
    /// Takes a snapshot in; one that it has already is left alone.
    pub fn record(&mut self, snapshot: &Snapshot) {
        let tick = snapshot.tick;
        if let Some((number, at)) = self.last {
            if number >= tick.number {
                return;
            }
            // After a pause the curve must not be drawn through.
            let pause = tick.instant.saturating_duration_since(at);
            if pause > tick.interval.saturating_mul(5) / 2 + Duration::from_millis(500) {
                let before = tick
                    .instant
                    .checked_sub(tick.interval)
                    .unwrap_or(tick.instant);
                self.push(before, None, None, |_| (None, None));
            }
        }
        self.last = Some((tick.number, tick.instant));
        let machine = &snapshot.machine;
        self.push(
            tick.instant,
            machine
                .cpu_percent
                .value()
                .map(|&percent| f64::from(percent)),
            machine.memory_used_bytes.value().map(|&bytes| bytes as f64),
            |key| {
                let row = snapshot.row(key);
                let percent = row.and_then(|row| row.cpu_percent.value());
                let bytes = row.and_then(|row| row.rss_bytes.value());
                (
                    percent.map(|&percent| f64::from(percent)),
                    bytes.map(|&bytes| bytes as f64),
                )
            },
        );
    }

    /// Begins to keep the CPU use and memory of a process. It stays followed until many others have been; its end is a gap.
    pub fn follow(&mut self, key: ProcKey) {
        if self.process(key).is_none() {
            if self.followed.len() >= FOLLOW_CAP {
                self.followed.pop_front();
            }
            self.followed.push_back((key, ProcessSeries::default()));
        }
    }

    /// CPU use of the machine, 0 to 100.
    pub fn cpu_percent(&self) -> &Series {
        &self.cpu_percent
    }

    /// Memory in use, bytes.
    pub fn memory_used_bytes(&self) -> &Series {
        &self.memory_used_bytes
    }

    /// The curves of a process; `None` if it is not followed.
    pub fn process(&self, key: ProcKey) -> Option<&ProcessSeries> {
        self.followed
            .iter()
            .find(|(followed, _)| *followed == key)
            .map(|(_, series)| series)
    }

    fn push(
        &mut self,
        at: Instant,
        cpu: Option<f64>,
        memory: Option<f64>,
        of: impl Fn(ProcKey) -> (Option<f64>, Option<f64>),
    ) {
        self.cpu_percent.push(at, cpu);
        self.memory_used_bytes.push(at, memory);
        for (key, series) in &mut self.followed {
            let (percent, bytes) = of(*key);
            series.cpu_percent.push(at, percent);
            series.rss_bytes.push(at, bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::reading::Reading;
    use crate::monitor::source::scripted::{row, snapshot_of};

    fn at_second(start: Instant, second: u64, cpu: Reading<f32>) -> Snapshot {
        let mut snapshot = snapshot_of(vec![row(7, "seven")]);
        snapshot.tick.number = second + 1;
        snapshot.tick.instant = start + Duration::from_secs(second);
        snapshot.machine.cpu_percent = cpu;
        snapshot
    }

    #[test]
    fn unknown_is_a_gap_and_ten_minutes_are_kept() {
        let start = Instant::now();
        let mut history = History::default();
        history.record(&at_second(start, 0, Reading::NotSampled));
        assert_eq!(history.cpu_percent().latest(), None);
        for second in 1..1_000 {
            history.record(&at_second(
                start,
                second,
                Reading::Value(second as f32 / 10.0),
            ));
        }
        let now = start + Duration::from_secs(1_000);
        let points: Vec<_> = history.cpu_percent().points(now).collect();
        assert_eq!(points.len(), 601);
        assert!((points.first().unwrap().seconds_ago - 601.0).abs() < 1e-9);
        assert_eq!(history.cpu_percent().span(), HISTORY_SPAN);
        assert!((history.cpu_percent().max().unwrap() - 99.9).abs() < 1e-4);
    }

    #[test]
    fn a_pause_is_a_gap_and_a_snapshot_counts_once() {
        let start = Instant::now();
        let mut history = History::default();
        for second in [0, 1, 1, 60] {
            history.record(&at_second(start, second, Reading::Value(5.0)));
        }
        let values: Vec<_> = history
            .cpu_percent()
            .points(start)
            .map(|point| point.value)
            .collect();
        assert_eq!(values, [Some(5.0), Some(5.0), None, Some(5.0)]);
    }

    #[test]
    fn a_followed_process_leaves_a_gap_when_it_ends() {
        let start = Instant::now();
        let mut history = History::default();
        let mut snapshot = at_second(start, 0, Reading::Value(1.0));
        snapshot.rows[0].cpu_percent = Reading::Value(50.0);
        snapshot.rows[0].rss_bytes = Reading::Value(4096);
        let key = snapshot.rows[0].key;
        history.follow(key);
        history.record(&snapshot);
        let mut later = at_second(start, 1, Reading::Value(1.0));
        later.rows.clear();
        history.record(&later);
        let followed = history.process(key).unwrap();
        for (series, known) in [(&followed.cpu_percent, 50.0), (&followed.rss_bytes, 4096.0)] {
            let values: Vec<_> = series.points(start).map(|point| point.value).collect();
            assert_eq!(values, [Some(known), None]);
        }
    }
}
