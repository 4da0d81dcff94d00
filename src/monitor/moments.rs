//! The last ten minutes, moment by moment: what the table showed then, ended processes included.
//!
//! They are kept where pictures are made; whoever looks back has the [`Past`] that came with a picture. A process that has not
//! changed since the moment before is kept once. What that takes is counted, and where it would be too much, moments are left
//! out: those that lie closest together for their age, so that a minute ago is remembered more finely than nine.

mod past;
#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use super::ends::Ended;
use super::history::HISTORY_SPAN;
use super::process::ProcessRow;
use super::shortage::{Leaders, Shortages};
use super::snapshot::Snapshot;
pub use past::{Moment, Past};

/// What all moments may take together, bytes.
pub const MOMENTS_BYTES: usize = 64 << 20;

/// Moments that are kept at most.
const MOMENT_CAP: usize = 1_200;

/// What a row takes beside its command line: itself, the counts of whoever shares it, and its share of short texts.
const ROW_BYTES: usize = size_of::<ProcessRow>() + 16 + 64;
/// The same of a process that has ended.
const ENDED_BYTES: usize = size_of::<Ended>() + 16 + 256;
/// What a moment takes beside what it shares with others.
const MOMENT_BYTES: usize = size_of::<Moment>() + size_of::<Leaders>() + 256;
const POINTER_BYTES: usize = size_of::<usize>();

/// The moments.
#[derive(Debug)]
pub struct Moments {
    /// Oldest first.
    kept: VecDeque<Arc<Moment>>,
    bytes: usize,
    most_bytes: usize,
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

    /// Takes a snapshot in, with what was made of it; one that it has already is left alone.
    pub fn record(&mut self, snapshot: &Snapshot, leaders: &Arc<Leaders>, shortages: &Shortages) {
        let before = self.kept.back();
        if before.is_some_and(|before| before.number() >= snapshot.tick.number) {
            return;
        }
        let known = before.map_or(&[][..], |before| &before.rows);
        let moment = Moment {
            frame: snapshot.without_rows(),
            rows: shared_rows(known, &snapshot.rows),
            leaders: Arc::clone(leaders),
            shortages: shortages.clone(),
        };
        self.bytes += own_bytes(&moment, [before.map(|before| &**before), None]);
        self.kept.push_back(Arc::new(moment));
        self.forget(snapshot.tick.instant);
    }

    /// Those that are kept now.
    pub fn past(&self) -> Past {
        Past::of(self.kept.iter().cloned().collect())
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
            let at = |place: usize| self.kept.get(place).map(|moment| moment.at());
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
        let beside = [place.checked_sub(1), Some(place)]
            .map(|place| self.kept.get(place?).map(|moment| &**moment));
        let bytes = own_bytes(&moment, beside);
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

/// What a moment takes that those before and after it do not, bytes: what it shares with any, it shares with one of these.
/// Who else holds it does not count.
fn own_bytes(moment: &Moment, beside: [Option<&Moment>; 2]) -> usize {
    let mut bytes = MOMENT_BYTES + moment.rows.len() * POINTER_BYTES;
    let mut sides = beside.map(|side| {
        let rows = side.map_or(&[][..], |side| &side.rows);
        rows.iter().peekable()
    });
    for row in &moment.rows {
        // All are in ascending order of their keys.
        let same = sides.each_mut().map(|side| {
            while side.next_if(|other| other.key < row.key).is_some() {}
            side.peek().copied().filter(|other| other.key == row.key)
        });
        let same = || same.iter().flatten();
        if same().any(|other| Arc::ptr_eq(other, row)) {
            continue;
        }
        let line = row.cmdline.as_ref().ok();
        let has_line = |other: &&Arc<ProcessRow>| {
            let other = other.cmdline.as_ref().ok();
            other.zip(line).is_some_and(|(a, b)| Arc::ptr_eq(a, b))
        };
        bytes += ROW_BYTES;
        bytes += if same().any(has_line) {
            0
        } else {
            command_bytes(row)
        };
    }
    let ended = &moment.frame.ended.newest_first;
    let lists = || {
        beside
            .iter()
            .flatten()
            .map(|side| &side.frame.ended.newest_first)
    };
    if !lists().any(|list| Arc::ptr_eq(list, ended)) {
        let shared: HashSet<_> = lists()
            .flat_map(|list| list.iter())
            .map(Arc::as_ptr)
            .collect();
        let own = ended
            .iter()
            .filter(|ended| !shared.contains(&Arc::as_ptr(ended)));
        let own_bytes = own.map(|ended| ENDED_BYTES + command_bytes(&ended.row));
        bytes += ended.len() * POINTER_BYTES + own_bytes.sum::<usize>();
    }
    bytes
}

/// What a row's command line takes, bytes: its arguments, and all of them in one line.
fn command_bytes(row: &ProcessRow) -> usize {
    2 * row.cmdline_text().len()
}

/// The rows of a snapshot, shared with those known where nothing has changed.
fn shared_rows(known: &[Arc<ProcessRow>], rows: &[ProcessRow]) -> Box<[Arc<ProcessRow>]> {
    let mut known = known.iter().peekable();
    let shared = rows.iter().map(|row| {
        // Both are in ascending order of their keys.
        while known.next_if(|known| known.key < row.key).is_some() {}
        match known.peek() {
            Some(same) if ***same == *row => Arc::clone(same),
            _ => Arc::new(row.clone()),
        }
    });
    shared.collect()
}
