//! Who is in one of two documents alone: whether it has begun or ended between them, or was left out of the other.

use jiff::Timestamp;

use crate::monitor::document::{Document, Slot};
use crate::monitor::snapshot::LimitedView;

/// What `start_ticks` counts on Linux, whatever the machine.
const TICKS_PER_SECOND: f64 = 100.0;

/// Why a document may not have every process that was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// It holds selected processes only.
    Choice,
    /// Its author could not see every process.
    LimitedView,
}

impl Lack {
    pub(super) fn of(document: &Document) -> Option<Self> {
        match (&document.selection, &document.limited_view) {
            (Slot::Value(_), _) => Some(Self::Choice),
            (_, Some(_)) => Some(Self::LimitedView),
            _ => None,
        }
    }

    /// In words that follow "the snapshot, which".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Choice => "is of a choice",
            Self::LimitedView => "could not see every process",
        }
    }
}

/// A process that started before this time, in clock ticks since boot, and is missing from the document was left out of it or had
/// ended. The time is the later of the start of the document's newest process and the moment when it was taken, as far as the
/// document relates clock ticks to time.
pub(super) fn sure_start(document: &Document, taken_at: Timestamp) -> u64 {
    let last = document.processes.iter().map(|process| process.start_ticks);
    let last = last.max().unwrap_or(0);
    let known = document.processes.iter().find_map(|process| {
        let began = *process.create_time.value()?;
        // When the machine was booted is known to the second.
        let ahead = taken_at.as_duration().as_secs_f64() - began - 1.0;
        Some(process.start_ticks as f64 + ahead * TICKS_PER_SECOND)
    });
    let Slot::Value(_) = &document.selection else {
        return last.max(known.map_or(0, |ticks| ticks as u64));
    };
    let uptime = document
        .host
        .uptime
        .map(|uptime| (uptime - 1.0) * TICKS_PER_SECOND);
    let sure = known.into_iter().chain(uptime).map(|ticks| ticks as u64);
    // Without a start time and the uptime, a selection proves no absence.
    sure.max().map_or(u64::MAX, |sure| sure.max(last))
}

/// Whether a process of this pid that only the earlier document has must have ended: the later one would have it otherwise.
pub(super) fn is_gone(pid: u32, before: &Document, after: &Document) -> bool {
    match &after.selection {
        Slot::Value(selection) => selection.names(pid),
        // Who was hidden from the one that took it may live.
        Slot::Null | Slot::Absent => {
            let is_blind = after.limited_view.as_deref() == Some(LimitedView::NoDescriptors.word());
            !is_blind && (after.limited_view.is_none() || after.limited_view == before.limited_view)
        }
    }
}
