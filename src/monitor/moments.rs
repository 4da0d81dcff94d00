//! The last ten minutes, moment by moment: what the table showed then, ended processes included.
//!
//! A process that has not changed since the moment before is kept once. What that takes is counted, and where it would be too
//! much, moments are left out: those that lie closest together for their age, so that a minute ago is remembered more finely
//! than nine.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::ends::Ended;
use super::history::HISTORY_SPAN;
use super::process::{CommandLine, ProcessRow};
use super::snapshot::Snapshot;

/// What all moments may take together, bytes.
pub const MOMENTS_BYTES: usize = 64 << 20;

/// Moments that are kept at most.
const MOMENT_CAP: usize = 1_200;

/// What a row takes beside its command line: itself, the counts of whoever shares it, and its share of short texts.
const ROW_BYTES: usize = size_of::<ProcessRow>() + 16 + 64;
/// The same of a process that has ended.
const ENDED_BYTES: usize = size_of::<Ended>() + 16 + 256;
/// What a moment takes beside what it shares with others.
const MOMENT_BYTES: usize = size_of::<Moment>() + 256;
const POINTER_BYTES: usize = size_of::<usize>();

/// The moments.
#[derive(Debug)]
pub struct Moments {
    /// Oldest first.
    kept: VecDeque<Moment>,
    bytes: usize,
    most_bytes: usize,
}

#[derive(Debug)]
struct Moment {
    /// All but its rows.
    frame: Snapshot,
    rows: Box<[Arc<ProcessRow>]>,
}

impl Default for Moments {
    fn default() -> Self {
        Self::within(MOMENTS_BYTES)
    }
}

impl Moments {
    /// Moments that take no more than that.
    const fn within(most_bytes: usize) -> Self {
        Self {
            kept: VecDeque::new(),
            bytes: 0,
            most_bytes,
        }
    }

    /// Takes a snapshot in; one that it has already is left alone.
    pub fn record(&mut self, snapshot: &Snapshot) {
        let before = self.kept.back();
        if before.is_some_and(|before| before.frame.tick.number >= snapshot.tick.number) {
            return;
        }
        let known = before.map_or(&[][..], |before| &before.rows);
        let (rows, new_bytes) = shared_rows(known, &snapshot.rows);
        let ended = &snapshot.ended.newest_first;
        let is_same_list =
            before.is_some_and(|before| Arc::ptr_eq(&before.frame.ended.newest_first, ended));
        self.bytes += MOMENT_BYTES + rows.len() * POINTER_BYTES + new_bytes;
        if !is_same_list {
            let since = before.map(|before| before.frame.tick.instant);
            let new = ended
                .iter()
                .take_while(|ended| since.is_none_or(|since| ended.instant > since));
            let new_bytes = new.map(|ended| ENDED_BYTES + command_bytes(&ended.row));
            self.bytes += ended.len() * POINTER_BYTES + new_bytes.sum::<usize>();
        }
        self.kept.push_back(Moment {
            frame: snapshot.without_rows(),
            rows,
        });
        self.forget(snapshot.tick.instant);
    }

    /// How far back they reach.
    pub fn span(&self) -> Duration {
        match (self.kept.front(), self.kept.back()) {
            (Some(first), Some(last)) => last.at().saturating_duration_since(first.at()),
            _ => Duration::ZERO,
        }
    }

    /// The moment that is nearest to a point in time.
    pub fn nearest(&self, at: Instant) -> Option<Snapshot> {
        let after = self.kept.partition_point(|moment| moment.at() < at);
        let before = after.checked_sub(1).and_then(|place| self.kept.get(place));
        let after = self.kept.get(after);
        let distance = |moment: &&Moment| {
            let (a, b) = (moment.at(), at);
            a.saturating_duration_since(b)
                .max(b.saturating_duration_since(a))
        };
        let nearest = before.into_iter().chain(after).min_by_key(distance);
        nearest.map(Moment::snapshot)
    }

    /// The last moment before a point in time.
    pub fn earlier(&self, at: Instant) -> Option<Snapshot> {
        let place = self.kept.partition_point(|moment| moment.at() < at);
        let before = place.checked_sub(1)?;
        self.kept.get(before).map(Moment::snapshot)
    }

    /// The first moment after a point in time.
    pub fn later(&self, at: Instant) -> Option<Snapshot> {
        let place = self.kept.partition_point(|moment| moment.at() <= at);
        self.kept.get(place).map(Moment::snapshot)
    }

    /// Leaves out what is too old or too much; the newest stays.
    fn forget(&mut self, now: Instant) {
        while let Some(first) = self.kept.front()
            && now.saturating_duration_since(first.at()) > HISTORY_SPAN
        {
            self.remove(0);
        }
        while self.kept.len() > 1 && (self.bytes > self.most_bytes || self.kept.len() > MOMENT_CAP)
        {
            self.remove(self.densest(now));
        }
    }

    /// The moment whose absence would be noticed least: the gap it would leave is the smallest for its age.
    fn densest(&self, now: Instant) -> usize {
        let gap = |place: usize| {
            let at = |place: usize| self.kept.get(place).map(Moment::at);
            let (before, here, after) = (at(place - 1)?, at(place)?, at(place + 1)?);
            let gap = after.saturating_duration_since(before).as_secs_f64();
            let age = now.saturating_duration_since(here).as_secs_f64();
            Some(gap / age.max(1e-3))
        };
        // The oldest one says how far back they reach.
        let places = 1..self.kept.len().saturating_sub(1);
        places
            .filter_map(|place| Some((place, gap(place)?)))
            .min_by(|(_, a), (_, b)| a.total_cmp(b))
            .map_or(0, |(place, _)| place)
    }

    fn remove(&mut self, place: usize) {
        let Some(moment) = self.kept.remove(place) else {
            return;
        };
        let own = moment.rows.iter().filter(|row| Arc::strong_count(row) == 1);
        let own_bytes = own.map(|row| {
            // Later rows of the process share its command line.
            let is_last = |line: &&Arc<CommandLine>| Arc::strong_count(line) == 1;
            let command = row.cmdline.value().filter(is_last);
            ROW_BYTES + command.map_or(0, |_| command_bytes(row))
        });
        let own_bytes: usize = own_bytes.sum();
        let mut bytes = MOMENT_BYTES + moment.rows.len() * POINTER_BYTES + own_bytes;
        let ended = &moment.frame.ended.newest_first;
        if Arc::strong_count(ended) == 1 {
            let own = ended.iter().filter(|ended| Arc::strong_count(ended) == 1);
            let own_bytes = own.map(|ended| ENDED_BYTES + command_bytes(&ended.row));
            bytes += ended.len() * POINTER_BYTES + own_bytes.sum::<usize>();
        }
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

impl Moment {
    fn at(&self) -> Instant {
        self.frame.tick.instant
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            rows: self.rows.iter().map(|row| (**row).clone()).collect(),
            ..self.frame.without_rows()
        }
    }
}

/// What a row's command line takes, bytes: its arguments, and all of them in one line.
fn command_bytes(row: &ProcessRow) -> usize {
    2 * row.cmdline_text().len()
}

/// The rows of a snapshot, shared with those known where nothing has changed, and what those take that are not, bytes.
fn shared_rows(known: &[Arc<ProcessRow>], rows: &[ProcessRow]) -> (Box<[Arc<ProcessRow>]>, usize) {
    let mut new_bytes = 0;
    let mut known = known.iter().peekable();
    let shared = rows.iter().map(|row| {
        // Both are in ascending order of their keys.
        while known.next_if(|known| known.key < row.key).is_some() {}
        match known.peek() {
            Some(same) if ***same == *row => Arc::clone(same),
            before => {
                new_bytes += ROW_BYTES;
                // Where it has not changed, the command line is the one before.
                let same = before.filter(|before| before.key == row.key);
                let had = same.and_then(|before| before.cmdline.value());
                let is_shared = had
                    .zip(row.cmdline.value())
                    .is_some_and(|(a, b)| Arc::ptr_eq(a, b));
                new_bytes += if is_shared { 0 } else { command_bytes(row) };
                Arc::new(row.clone())
            }
        }
    });
    let shared = shared.collect();
    (shared, new_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::reading::Reading;
    use crate::monitor::snapshot::Tick;
    use crate::monitor::source::Source as _;
    use crate::monitor::source::scripted::{ScriptedSource, ended, row, snapshot_of};

    /// So many processes at a second; one of them is as busy as the second is late.
    fn at_second(begun: Instant, second: u64, processes: u32) -> Snapshot {
        let mut snapshot = snapshot_of((1..=processes).map(|pid| row(pid, "p")).collect());
        snapshot.tick.number = second + 1;
        snapshot.tick.instant = begun + Duration::from_secs(second);
        snapshot.rows[0].cpu_percent = Reading::Value(second as f32);
        snapshot
    }

    fn cpu(snapshot: &Snapshot) -> u64 {
        snapshot.rows[0].cpu_percent.into_value().unwrap() as u64
    }

    #[test]
    fn every_moment_comes_back_as_it_was() {
        let begun = Instant::now();
        let mut moments = Moments::default();
        for second in 0..5 {
            let mut snapshot = at_second(begun, second, 3);
            if second == 2 {
                snapshot.rows.remove(1);
                snapshot.ended.newest_first = Arc::new([Arc::new(ended(2, "p", begun))]);
            }
            moments.record(&snapshot);
            moments.record(&snapshot);
        }
        let at = |second| begun + Duration::from_secs(second);
        for second in 0..5 {
            let snapshot = moments.nearest(at(second)).unwrap();
            assert_eq!(cpu(&snapshot), second);
            assert_eq!(snapshot.tick.number, second + 1);
            let is_second = second == 2;
            assert_eq!(snapshot.rows.len(), if is_second { 2 } else { 3 });
            assert_eq!(snapshot.ended.newest_first.len(), usize::from(is_second));
        }
        let near = moments.nearest(at(2) + Duration::from_millis(400)).unwrap();
        assert_eq!(cpu(&near), 2);
        assert_eq!(moments.earlier(at(2)).map(|s| cpu(&s)), Some(1));
        assert_eq!(moments.later(at(2)).map(|s| cpu(&s)), Some(3));
        assert!(moments.earlier(at(0)).is_none() && moments.later(at(4)).is_none());
        assert_eq!(moments.span(), Duration::from_secs(4));
    }

    #[test]
    fn what_does_not_change_is_kept_once() {
        let begun = Instant::now();
        let mut moments = Moments::default();
        for second in 0..100 {
            moments.record(&at_second(begun, second, 1_000));
        }
        let rows = 1_000 + 99;
        let pointers = 100 * 1_000;
        assert_eq!(
            moments.bytes,
            100 * MOMENT_BYTES + pointers * POINTER_BYTES + rows * ROW_BYTES
        );
    }

    #[test]
    fn ten_minutes_are_kept_and_what_is_left_out_is_not_counted() {
        let begun = Instant::now();
        let mut moments = Moments::default();
        for second in 0..700 {
            moments.record(&at_second(begun, second, 10));
        }
        assert_eq!((moments.kept.len(), moments.span()), (601, HISTORY_SPAN));
        let (rows, pointers) = (601 + 9, 601 * 10);
        assert_eq!(
            moments.bytes,
            601 * MOMENT_BYTES + pointers * POINTER_BYTES + rows * ROW_BYTES
        );
    }

    #[test]
    fn long_command_lines_count_as_long_as_they_are_kept() {
        const LONG: usize = 20_000;
        let begun = Instant::now();
        let mut moments = Moments::default();
        let line = |text: usize| Arc::new(CommandLine::new(vec!["x".repeat(text)]));
        let (old, bytes) = (line(LONG), |moments: &Moments| moments.bytes);
        let mut before = 0;
        for second in 0..700 {
            let mut snapshot = at_second(begun, second, 1);
            // One that goes on, and each second another one.
            snapshot.rows[0].cmdline = Reading::Value(Arc::clone(&old));
            let mut new = row(10 + second as u32, "new");
            new.cmdline = Reading::Value(line(LONG));
            snapshot.rows.push(new);
            moments.record(&snapshot);
            let least = (moments.kept.len() + 1) * 2 * LONG;
            assert!(bytes(&moments) >= least, "{} < {least}", bytes(&moments));
            if second == 650 {
                before = bytes(&moments);
            }
        }
        assert_eq!(bytes(&moments), before, "who goes is counted no longer");
    }

    #[test]
    fn ten_thousand_processes_fit_the_bound() {
        let mut source = ScriptedSource::new(10_000, 7);
        let mut moments = Moments::default();
        let begun = Instant::now();
        for number in 1..=60 {
            let instant = begun + Duration::from_secs(number);
            let snapshot = source.sample(Tick {
                number,
                instant,
                ..at_second(begun, 0, 1).tick
            });
            moments.record(&snapshot);
            assert!(moments.bytes <= MOMENTS_BYTES);
        }
        assert_eq!(moments.span(), Duration::from_secs(59));
        assert!(moments.kept.len() > 10, "{}", moments.kept.len());
    }

    #[test]
    fn where_memory_is_short_older_moments_lie_further_apart() {
        let begun = Instant::now();
        let most = 100 * (MOMENT_BYTES + 10 * POINTER_BYTES + ROW_BYTES) + 10 * ROW_BYTES;
        let mut moments = Moments::within(most);
        for second in 0..700 {
            moments.record(&at_second(begun, second, 10));
            assert!(moments.bytes <= most);
        }
        let count = moments.kept.len();
        assert!((90..=100).contains(&count), "{count}");
        assert!(
            moments.span() > Duration::from_mins(8),
            "{:?}",
            moments.span()
        );
        let gap = |ago: u64| {
            let at = begun + Duration::from_secs(699 - ago);
            let (before, after) = (moments.earlier(at).unwrap(), moments.later(at).unwrap());
            cpu(&after) - cpu(&before)
        };
        assert!(
            gap(3) <= 2 && gap(60) < gap(450),
            "{} {}",
            gap(60),
            gap(450)
        );
    }
}
