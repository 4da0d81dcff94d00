//! What of a picture of the machine is written: the rows that the table shows, or all.

use std::sync::Arc;

use crate::app::text::Text;
use crate::monitor::Snapshot;
use crate::monitor::document::{Document, FieldSet};

/// Which processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Those in the table: what the filter and hidden kernel threads leave.
    Shown,
    /// Every one.
    All,
}

/// A picture, and which part of it is wanted.
#[derive(Clone)]
pub struct Content {
    snapshot: Arc<Snapshot>,
    /// Places in the snapshot's rows, in ascending order.
    shown: Arc<[u32]>,
    pub(super) scope: Scope,
}

impl Content {
    /// Of a picture of which the table shows these rows: just them, if they are some and not all.
    pub fn new(snapshot: Arc<Snapshot>, mut shown: Vec<u32>) -> Self {
        shown.sort_unstable();
        let is_part = !shown.is_empty() && shown.len() < snapshot.rows.len();
        Self {
            scope: if is_part { Scope::Shown } else { Scope::All },
            shown: if is_part {
                shown.into()
            } else {
                Arc::default()
            },
            snapshot,
        }
    }

    /// What there is to choose from.
    pub(super) fn scopes(&self) -> &'static [Scope] {
        if self.shown.is_empty() {
            &[Scope::All]
        } else {
            &[Scope::Shown, Scope::All]
        }
    }

    /// How many processes are written.
    pub(super) fn count(&self) -> usize {
        match self.scope {
            Scope::Shown => self.shown.len(),
            Scope::All => self.snapshot.rows.len(),
        }
    }

    /// What a choice comprises, exactly.
    pub(super) fn words(&self, scope: Scope, text: &Text) -> String {
        match scope {
            Scope::Shown => text.with("export-shown", &[("count", self.shown.len().into())]),
            Scope::All => {
                let kernel = self.snapshot.counts.kernel_threads;
                let count = self.snapshot.rows.len();
                text.with(
                    "export-all",
                    &[("count", count.into()), ("kernel", kernel.into())],
                )
            }
        }
    }

    /// When the picture was taken, in this format of local time.
    pub(super) fn taken_at(&self, format: &str) -> String {
        let zone = jiff::tz::TimeZone::system();
        let taken_at = self.snapshot.tick.taken_at.to_zoned(zone);
        taken_at.strftime(format).to_string()
    }

    /// The document, as `proclab snapshot` writes it.
    pub(super) fn document(&self) -> Document {
        let rows = &self.snapshot.rows;
        let fields = FieldSet::default();
        match self.scope {
            Scope::All => Document::of_rows(&self.snapshot, rows, &fields),
            Scope::Shown => {
                let shown = self.shown.iter();
                let shown = shown.filter_map(|&index| rows.get(index as usize));
                Document::of_rows(&self.snapshot, shown, &fields)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::source::scripted::{row, snapshot_of};

    fn pids(content: &Content) -> Vec<u32> {
        let processes = content.document().processes;
        processes.iter().map(|process| process.pid).collect()
    }

    #[test]
    fn what_is_written_is_what_the_words_say() {
        let mut rows = vec![row(1, "init"), row(2, "kthreadd"), row(3, "busy")];
        rows[1].is_kernel_thread = true;
        let snapshot = Arc::new(snapshot_of(rows));
        let text = Text::english();
        // In the order of the table, busiest first.
        let mut content = Content::new(Arc::clone(&snapshot), vec![2, 0]);
        assert_eq!(content.scopes(), [Scope::Shown, Scope::All]);
        assert_eq!(content.scope, Scope::Shown);
        assert_eq!((content.count(), pids(&content)), (2, vec![1, 3]));
        assert_eq!(
            content.words(Scope::Shown, &text),
            "The 2 processes that the table shows"
        );
        content.scope = Scope::All;
        assert_eq!((content.count(), pids(&content)), (3, vec![1, 2, 3]));
        assert_eq!(
            content.words(Scope::All, &text),
            "All 3 processes, one kernel thread included"
        );
        // Nothing to choose where the table shows all, or nothing.
        for shown in [vec![0, 1, 2], vec![]] {
            let content = Content::new(Arc::clone(&snapshot), shown);
            assert_eq!(content.scopes(), [Scope::All]);
            assert_eq!(content.count(), 3);
        }
    }
}
