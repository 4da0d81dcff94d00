//! What of a picture of the machine is written: the selected processes, those that the table shows, or all.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::app::text::Text;
use crate::monitor::document::{Document, Request, SelectionRecord, document_of};
use crate::monitor::source::Source;
use crate::monitor::{Ended, ProcessRow, Snapshot};
use crate::os::ProcKey;

/// Which processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExportScope {
    /// Those that are selected.
    Selected,
    /// Those in the table: what the filter and hidden kernel threads leave.
    Shown,
    /// Every one.
    All,
}

/// A picture, and which part of it is wanted.
#[derive(Clone)]
pub struct ExportContent {
    snapshot: Arc<Snapshot>,
    /// Places in the snapshot's rows, in ascending order; empty if that is no choice.
    selected: Arc<[u32]>,
    shown: Arc<[u32]>,
    /// Those of the table that have ended; they belong to what it shows.
    ended: Arc<[Arc<Ended>]>,
    /// Whether the table shows something else than all that lives.
    shows_some: bool,
    /// The table's filter.
    filter: String,
    pub(super) scope: ExportScope,
    /// Whether it is one of before: nothing more can be read of that.
    pub(super) is_past: bool,
}

impl ExportContent {
    /// Of a picture of which the table shows these rows: the selection, if it is more than one process, or what is shown, if
    /// it is some and not all.
    pub fn new(snapshot: Arc<Snapshot>, mut shown: Vec<u32>, selected: &[ProcKey]) -> Self {
        shown.sort_unstable();
        let shows_some = !shown.is_empty() && shown.len() != snapshot.rows.len();
        let places = selected.iter().filter_map(|&key| snapshot.index_of(key));
        let mut selected: Vec<_> = places
            .filter_map(|place| u32::try_from(place).ok())
            .collect();
        selected.sort_unstable();
        Self {
            scope: match (selected.len(), shows_some) {
                (2.., _) => ExportScope::Selected,
                (_, true) => ExportScope::Shown,
                _ => ExportScope::All,
            },
            selected: selected.into(),
            shown: shown.into(),
            ended: Arc::default(),
            shows_some,
            filter: String::new(),
            snapshot,
            is_past: false,
        }
    }

    /// Adds the table's ended processes; they are selected where it shows no others.
    #[must_use]
    pub fn with_ended(mut self, ended: Vec<Arc<Ended>>) -> Self {
        self.shows_some |= !ended.is_empty();
        if self.scope == ExportScope::All && self.shown.is_empty() && !ended.is_empty() {
            self.scope = ExportScope::Shown;
        }
        self.ended = ended.into();
        self
    }

    /// The same of a table with this filter.
    #[must_use]
    pub fn with_filter(self, filter: &str) -> Self {
        let filter = filter.to_owned();
        Self { filter, ..self }
    }

    /// The same of a moment of before, if it is one.
    #[must_use]
    pub fn of_past(self, is_past: bool) -> Self {
        Self { is_past, ..self }
    }

    /// What there is to choose from.
    pub(super) fn scopes(&self) -> Vec<ExportScope> {
        let all = [ExportScope::Selected, ExportScope::Shown, ExportScope::All];
        let is_choice = |scope: &ExportScope| match scope {
            ExportScope::Selected => !self.selected.is_empty(),
            ExportScope::Shown => self.shows_some,
            ExportScope::All => true,
        };
        all.into_iter().filter(is_choice).collect()
    }

    /// How many processes are written, with those that have ended.
    pub(super) fn count(&self) -> usize {
        match self.scope {
            ExportScope::Selected => self.selected.len(),
            ExportScope::Shown => self.shown.len() + self.ended.len(),
            ExportScope::All => self.snapshot.rows.len(),
        }
    }

    /// What a choice comprises, exactly.
    pub(super) fn words(&self, scope: ExportScope, text: &Text) -> String {
        match scope {
            ExportScope::Selected => {
                let count = self.selected.len();
                let only = self.selected.first().and_then(|&place| self.row(place));
                match only {
                    Some(row) if count == 1 => text.with(
                        "export-this",
                        &[
                            ("name", row.label().into()),
                            ("pid", row.key.pid.to_string().into()),
                        ],
                    ),
                    _ => text.with("export-selected", &[("count", count.into())]),
                }
            }
            ExportScope::Shown if self.ended.is_empty() => {
                text.with("export-shown", &[("count", self.shown.len().into())])
            }
            ExportScope::Shown => text.with(
                "export-shown-ended",
                &[
                    ("count", self.shown.len().into()),
                    ("ended", self.ended.len().into()),
                ],
            ),
            ExportScope::All => {
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

    /// The document, as `proclab snapshot` writes it. What the picture does not have is read from `source`. `None` if `done`
    /// broke it off.
    pub(super) fn document(
        &self,
        source: &mut dyn Source,
        request: &Request,
        done: impl FnMut() -> ControlFlow<()>,
    ) -> Option<Document> {
        let places = match self.scope {
            ExportScope::Selected => &self.selected,
            ExportScope::Shown => &self.shown,
            ExportScope::All => {
                let rows = &self.snapshot.rows;
                return document_of(source, &self.snapshot, rows, request, done);
            }
        };
        let rows = places.iter().filter_map(|&place| self.row(place));
        let mut document = document_of(source, &self.snapshot, rows, request, done)?;
        document.selection = if self.scope == ExportScope::Selected {
            SelectionRecord::selected()
        } else {
            SelectionRecord::table(&self.filter)
        };
        if self.scope == ExportScope::Shown && !self.ended.is_empty() {
            let ended = self.ended.iter().map(|ended| &**ended);
            document.tell_ended(ended, &self.snapshot, &request.fields, false);
        }
        Some(document)
    }

    fn row(&self, place: u32) -> Option<&ProcessRow> {
        self.snapshot.rows.get(place as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::source::scripted::{ScriptedSource, ended, row, snapshot_of};

    fn pids(content: &ExportContent) -> Vec<u32> {
        let mut source = ScriptedSource::new(0, 0);
        let request = Request::default();
        let mut count = 0;
        let processes = content
            .document(&mut source, &request, || {
                count += 1;
                ControlFlow::Continue(())
            })
            .unwrap()
            .processes;
        assert_eq!(processes.len(), count);
        processes.iter().map(|process| process.pid).collect()
    }

    #[test]
    fn a_document_of_a_choice_says_so() {
        let rows = vec![row(1, "init"), row(2, "calm"), row(3, "busy")];
        let keys = [rows[0].key, rows[1].key];
        let snapshot = Arc::new(snapshot_of(rows));
        let content = ExportContent::new(snapshot, vec![2, 0], &keys).with_filter("i | b");
        let selection = |scope| {
            let content = ExportContent {
                scope,
                ..content.clone()
            };
            let request = Request::default();
            let go_on = || ControlFlow::Continue(());
            let document = content.document(&mut ScriptedSource::new(0, 0), &request, go_on);
            serde_json::to_value(document.unwrap()).unwrap()["selection"].clone()
        };
        assert_eq!(selection(ExportScope::All), serde_json::Value::Null);
        assert_eq!(selection(ExportScope::Selected)["by"], "selected");
        let table = selection(ExportScope::Shown);
        assert_eq!(
            (&table["by"], &table["filter"]),
            (&"table".into(), &"i | b".into())
        );
    }

    #[test]
    fn what_is_written_is_what_the_words_say() {
        let mut rows = vec![row(1, "init"), row(2, "kthreadd"), row(3, "busy")];
        rows[1].is_kernel_thread = true;
        let snapshot = Arc::new(snapshot_of(rows));
        let text = Text::english();
        // In the order of the table, busiest first.
        let mut content = ExportContent::new(Arc::clone(&snapshot), vec![2, 0], &[]);
        assert_eq!(content.scopes(), [ExportScope::Shown, ExportScope::All]);
        assert_eq!(content.scope, ExportScope::Shown);
        assert_eq!((content.count(), pids(&content)), (2, vec![1, 3]));
        assert_eq!(
            content.words(ExportScope::Shown, &text),
            "The 2 processes that the table shows"
        );
        content.scope = ExportScope::All;
        assert_eq!((content.count(), pids(&content)), (3, vec![1, 2, 3]));
        assert_eq!(
            content.words(ExportScope::All, &text),
            "All 3 processes, one kernel thread included"
        );
        // Ended processes belong to what the table shows, and are all of it where it shows no others.
        let ended = vec![Arc::new(ended(55, "gone", std::time::Instant::now()))];
        for (shown, scope) in [(vec![0], ExportScope::Shown), (vec![], ExportScope::Shown)] {
            let mut source = ScriptedSource::new(0, 0);
            let live = shown.len();
            let content =
                ExportContent::new(Arc::clone(&snapshot), shown, &[]).with_ended(ended.clone());
            assert_eq!((content.scope, content.count()), (scope, live + 1));
            let go_on = || ControlFlow::Continue(());
            let document = content.document(&mut source, &Request::default(), go_on);
            let document = document.unwrap();
            assert_eq!(document.processes.len(), live);
            let told = document.ended.value().unwrap();
            assert_eq!((told.len(), told[0].process.pid), (1, 55));
        }
        // Nothing to choose where the table shows all, or nothing.
        for shown in [vec![0, 1, 2], vec![]] {
            let content = ExportContent::new(Arc::clone(&snapshot), shown, &[]);
            assert_eq!(content.scopes(), [ExportScope::All]);
            assert_eq!(content.count(), 3);
        }
    }

    #[test]
    fn several_selected_ones_are_meant_and_one_is_offered() {
        let snapshot = Arc::new(snapshot_of(vec![
            row(1, "init"),
            row(3, "busy"),
            row(9, "calm"),
        ]));
        let key = |index: usize| snapshot.rows[index].key;
        let gone = row(77, "gone").key;
        let text = Text::english();
        let content = ExportContent::new(Arc::clone(&snapshot), vec![0], &[key(2), gone, key(1)]);
        assert_eq!(
            (content.scope, content.count(), pids(&content)),
            (ExportScope::Selected, 2, vec![3, 9])
        );
        assert_eq!(
            content.words(ExportScope::Selected, &text),
            "The 2 selected processes"
        );
        let content = ExportContent::new(Arc::clone(&snapshot), vec![0], &[key(1)]);
        assert_eq!(content.scope, ExportScope::Shown);
        assert_eq!(
            content.scopes(),
            [ExportScope::Selected, ExportScope::Shown, ExportScope::All]
        );
        assert_eq!(content.words(ExportScope::Selected, &text), "Only busy 3");
    }
}
