//! The last minute of every process's CPU use, small enough to be kept for all of them.

use std::collections::VecDeque;
use std::time::Instant;

use super::process::ProcessRow;
use super::snapshot::Snapshot;
use crate::os::ProcKey;

/// Values kept of each process.
pub const TRAIL: usize = 60;

/// What is written where nothing was known.
const UNKNOWN: u16 = u16::MAX;

/// The last values of one process, in tenths of a percent of one core.
#[derive(Clone, Copy, Debug)]
struct Trail {
    key: ProcKey,
    values: [u16; TRAIL],
}

impl Trail {
    /// Writes what its process uses now.
    fn note(&mut self, place: usize, row: &ProcessRow) {
        if let Some(value) = self.values.get_mut(place) {
            *value = row.cpu_percent.map_or(UNKNOWN, |percent| {
                (percent * 10.0).clamp(0.0, f32::from(UNKNOWN - 1)) as u16
            });
        }
    }
}

/// The trails of all processes of the newest snapshot.
#[derive(Clone, Debug, Default)]
pub struct Trails {
    /// In the order of the snapshot's rows: ascending keys.
    of_rows: Vec<Trail>,
    /// When the values were measured, oldest first.
    times: VecDeque<Instant>,
    /// Where the oldest values stand, and the next ones are written: the same place for all, so that none is moved.
    next: usize,
    last: Option<u64>,
}

impl Trails {
    /// Takes a snapshot in; one that it has already is left alone. What has ended is forgotten.
    pub fn record(&mut self, snapshot: &Snapshot) {
        if self.last == Some(snapshot.tick.number) {
            return;
        }
        self.last = Some(snapshot.tick.number);
        self.times.push_back(snapshot.tick.instant);
        if self.times.len() > TRAIL {
            self.times.pop_front();
        }
        let place = self.next;
        self.next = (place + 1) % TRAIL;
        // Up to the first process that has come or gone, each stands where it stood.
        let same = self.of_rows.iter_mut().zip(&snapshot.rows);
        let same = same.take_while(|(trail, row)| trail.key == row.key);
        let count = same.map(|(trail, row)| trail.note(place, row)).count();
        let mut before = self.of_rows.split_off(count).into_iter().peekable();
        for row in snapshot.rows.iter().skip(count) {
            while before.next_if(|trail| trail.key < row.key).is_some() {}
            let trail = before.next_if(|trail| trail.key == row.key);
            let mut trail = trail.unwrap_or(Trail {
                key: row.key,
                values: [UNKNOWN; TRAIL],
            });
            trail.note(place, row);
            self.of_rows.push(trail);
        }
    }

    /// The values of a process with their times, oldest first, in percent of one core; without those of times before the
    /// first picture.
    pub fn points(&self, key: ProcKey) -> impl Iterator<Item = (Instant, Option<f64>)> + '_ {
        let values = self.of(key).into_iter().flatten();
        let before_the_first = TRAIL - self.times.len();
        let values = values
            .skip(before_the_first)
            .map(|value| value.map(f64::from));
        self.times.iter().copied().zip(values)
    }

    /// The values of a process, oldest first, in percent of one core; `None` where nothing was known.
    pub fn of(&self, key: ProcKey) -> Option<impl ExactSizeIterator<Item = Option<f32>> + '_> {
        let place = self.of_rows.binary_search_by(|trail| trail.key.cmp(&key));
        let trail = self.of_rows.get(place.ok()?)?;
        let value = |age: usize| trail.values.get((self.next + age) % TRAIL);
        let known = |&value: &u16| (value != UNKNOWN).then(|| f32::from(value) / 10.0);
        Some((0..TRAIL).map(move |age| value(age).and_then(known)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::reading::{Reading, Unread};
    use crate::monitor::source::scripted::{row, snapshot_of};

    fn snapshot(number: u64, cpu: &[(u32, Reading<f32>)]) -> Snapshot {
        let rows = cpu.iter().map(|&(pid, percent)| {
            let mut row = row(pid, "p");
            row.cpu_percent = percent;
            row
        });
        let mut snapshot = snapshot_of(rows.collect());
        snapshot.tick.number = number;
        snapshot
    }

    #[test]
    fn a_trail_follows_its_process_and_the_unknown_is_no_zero() {
        let mut trails = Trails::default();
        let known = Ok;
        trails.record(&snapshot(
            1,
            &[(1, known(1.0)), (5, Err(Unread::NotSampled))],
        ));
        trails.record(&snapshot(2, &[(5, known(250.0)), (7, known(0.0))]));
        trails.record(&snapshot(2, &[(5, known(9.0))]));
        let key = |pid| row(pid, "p").key;
        let last = |pid| -> Vec<_> { trails.of(key(pid)).unwrap().skip(TRAIL - 2).collect() };
        assert_eq!(last(5), [None, Some(250.0)]);
        assert_eq!(last(7), [None, Some(0.0)]);
        assert!(trails.of(key(1)).is_none(), "it has ended");
        let points: Vec<_> = trails.points(key(5)).map(|(_, value)| value).collect();
        assert_eq!(points, [None, Some(250.0)]);
        assert_eq!(trails.points(key(1)).count(), 0);
    }

    #[test]
    fn a_minute_is_kept() {
        let mut trails = Trails::default();
        for number in 1..=200 {
            trails.record(&snapshot(number, &[(5, Ok(number as f32))]));
        }
        let values: Vec<_> = trails.of(row(5, "p").key).unwrap().collect();
        assert_eq!(
            (values.len(), values[0], values[59]),
            (60, Some(141.0), Some(200.0))
        );
    }
}
