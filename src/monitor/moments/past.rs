//! The moments as whoever looks back has them: they do not change any more.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::monitor::process::ProcessRow;
use crate::monitor::shortage::{Leaders, Shortages};
use crate::monitor::snapshot::{Snapshot, Tick};
use crate::os::ProcKey;

/// What was known at one moment.
#[derive(Debug)]
pub struct Moment {
    /// All but its rows.
    pub(super) frame: Snapshot,
    /// In ascending order of their keys.
    pub(super) rows: Box<[Arc<ProcessRow>]>,
    /// Who took the most.
    pub leaders: Arc<Leaders>,
    /// What was short.
    pub shortages: Shortages,
}

impl Moment {
    /// Which look at the machine it was.
    pub fn tick(&self) -> Tick {
        self.frame.tick
    }

    /// When it was.
    pub fn at(&self) -> Instant {
        self.frame.tick.instant
    }

    pub(super) fn number(&self) -> u64 {
        self.frame.tick.number
    }

    /// The snapshot of that moment; its rows are copied.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            rows: self.rows.iter().map(|row| (**row).clone()).collect(),
            ..self.frame.without_rows()
        }
    }

    /// The row of a process then.
    pub fn row(&self, key: ProcKey) -> Option<&ProcessRow> {
        let place = self.rows.binary_search_by(|row| row.key.cmp(&key));
        Some(self.rows.get(place.ok()?)?)
    }
}

/// The moments of the last ten minutes, up to the picture they came with. A copy costs nothing.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// Oldest first.
    kept: Arc<[Arc<Moment>]>,
}

impl Past {
    pub(super) fn of(kept: Arc<[Arc<Moment>]>) -> Self {
        Self { kept }
    }

    /// How far back they reach.
    pub fn span(&self) -> Duration {
        match (self.kept.first(), self.kept.last()) {
            (Some(first), Some(last)) => last.at().saturating_duration_since(first.at()),
            _ => Duration::ZERO,
        }
    }

    /// All of them, oldest first.
    pub fn moments(&self) -> impl ExactSizeIterator<Item = &Arc<Moment>> {
        self.kept.iter()
    }

    /// The moment that is nearest to a point in time.
    pub fn nearest(&self, at: Instant) -> Option<&Arc<Moment>> {
        let after = self.kept.partition_point(|moment| moment.at() < at);
        let before = after.checked_sub(1).and_then(|place| self.kept.get(place));
        let after = self.kept.get(after);
        let distance = |moment: &&Arc<Moment>| {
            let (a, b) = (moment.at(), at);
            a.saturating_duration_since(b)
                .max(b.saturating_duration_since(a))
        };
        before.into_iter().chain(after).min_by_key(distance)
    }

    /// The last moment before a point in time.
    pub fn earlier(&self, at: Instant) -> Option<&Arc<Moment>> {
        let place = self.kept.partition_point(|moment| moment.at() < at);
        self.kept.get(place.checked_sub(1)?)
    }

    /// The first moment after a point in time.
    pub fn later(&self, at: Instant) -> Option<&Arc<Moment>> {
        let place = self.kept.partition_point(|moment| moment.at() <= at);
        self.kept.get(place)
    }
}
