//! What Monitor knows, and how it answers commands. What costs much happens elsewhere: pictures come made, and rows arranged.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;

use super::arranger::{ArrangeSource, Arrangement, Arranger};
use super::curves::Curves;
use super::detail::ProcessDetailPane;
use super::last_details::DetailCache;
use super::order::RowContent;
use super::selection::RowSelection;
use super::table::ProcessTable;
use super::table::ended_cell::told_at_end;
use super::update::PendingArrangement;
use crate::app::feed::Feed;
use crate::app::settings::Settings;
use crate::app::text::Text;
use crate::monitor::extra::Wanted;
use crate::monitor::unit::CpuUnit;
use crate::monitor::{
    Aspect, CellContext, Ended, Filter, FilterError, Folds, History, Look, Picture, ProcessRow,
    Query, Snapshot, Trails,
};
use crate::os::ProcKey;

/// The place of all processes.
pub struct Monitor {
    pub(super) feed: Box<dyn Feed>,
    /// What is on screen.
    pub(super) shown: Arrangement,
    pub(super) rows: NextRows,
    pub(super) details: DetailCache,
    /// The aspect that is looked at.
    pub(super) aspect: Aspect,
    pub(super) series: Series,
    pub(super) query: Query,
    pub(super) filter: FilterInput,
    pub(super) marked: Marked,
    pub(super) moment: ShownMoment,
    pub(super) layout: MonitorLayout,
    pub(super) table: ProcessTable,
    pub(super) detail_pane: ProcessDetailPane,
    pub(super) system: ThisSystem,
    /// Whether 100 % of CPU use is the whole machine.
    pub(super) is_cpu_of_machine: bool,
    /// What was asked of the feed beyond what it always reads.
    pub(super) wanted: Wanted,
}

/// The rows that are to be on screen next, and the thread that arranges them.
pub(super) struct NextRows {
    pub(super) arranger: Box<dyn Arranger>,
    /// What is to be on screen instead of what is.
    pub(super) next: Option<ArrangeSource>,
    /// Whether that is another moment, not the one that follows.
    pub(super) is_jumping: bool,
    /// The request that was not answered yet.
    pub(super) pending: Option<PendingArrangement>,
    /// Whether the arranger thread has ended.
    pub(super) is_arranger_lost: bool,
    /// Whether rows must be sorted and filtered anew, whether a picture comes or not.
    pub(super) is_stale: bool,
    /// Whether rows come or go, which is no reason for others to leave their places.
    pub(super) is_changed: bool,
}

/// Figures of the last minutes.
#[derive(Default)]
pub(super) struct Series {
    pub(super) history: History,
    pub(super) curves: Curves,
    pub(super) trails: Trails,
}

/// The filter as it is typed.
#[derive(Default)]
pub(super) struct FilterInput {
    pub(super) text: String,
    pub(super) error: Option<FilterError>,
    /// By which the rows are chosen: the last text that was a filter.
    pub(super) understood: String,
    pub(super) wants_focus: bool,
}

/// What is selected and marked.
#[derive(Default)]
pub(super) struct Marked {
    /// The process that was selected last: it carries the marking, and the detail is of it.
    pub(super) process: Option<ProcKey>,
    /// Its name at the moment of selection: it may have ended before.
    pub(super) name: Option<String>,
    /// It as it was seen last: what remains of it after its end.
    pub(super) last_row: Option<ProcessRow>,
    /// All that are selected; [`Monitor::selection`] has them in order.
    pub(super) all: RowSelection,
    /// The program on which the marking stands; then no process is selected.
    pub(super) program: Option<Arc<str>>,
}

/// Which moment is looked at.
#[derive(Default)]
pub(super) struct ShownMoment {
    /// The newest picture; on screen as soon as its rows are arranged, unless an earlier moment is looked at.
    pub(super) newest: Option<Arc<Picture>>,
    /// The moment that is looked at, if it is an earlier one or held.
    pub(super) looking_at: Option<Instant>,
    /// When the moment was that can be compared with.
    pub(super) remembered_at: Option<String>,
}

/// How the panes lie.
#[derive(Default)]
pub(super) struct MonitorLayout {
    pub(super) is_detail_open: bool,
    /// How wide it was in the last picture.
    pub(super) detail_width: f32,
    /// Whether the line that says why the view is limited was taken away.
    pub(super) is_limit_dismissed: bool,
    /// Where the strip of the machine ended in the last picture.
    pub(super) strip_bottom: f32,
}

/// What does not change while the window is open.
pub(super) struct ThisSystem {
    pub(super) zone: TimeZone,
    pub(super) is_root: bool,
    /// The window itself, among the processes.
    pub(super) own: Option<ProcKey>,
}

impl Monitor {
    /// A Monitor that looks at `feed` and has its rows arranged by `arranger`.
    pub fn new(
        feed: Box<dyn Feed>,
        arranger: Box<dyn Arranger>,
        settings: &Settings,
        text: &Text,
    ) -> Self {
        let query = Query {
            filter: Filter::default(),
            show_kernel_threads: settings.kernel_threads,
            show_ended: settings.ended,
            dismissed: HashSet::new(),
            kept: HashSet::new(),
            sort: settings.sorts(),
            grouping: settings.grouping,
            folds: Folds::default(),
        };
        feed.set_interval(Duration::from_millis(settings.interval_ms));
        feed.listen(settings.ended);
        let system = ThisSystem {
            zone: TimeZone::system(),
            is_root: feed.is_root(),
            own: feed.own(),
        };
        Self {
            feed,
            shown: Arrangement::default(),
            rows: NextRows {
                arranger,
                next: None,
                is_jumping: false,
                pending: None,
                is_arranger_lost: false,
                is_stale: true,
                is_changed: false,
            },
            details: DetailCache::default(),
            aspect: Aspect::default(),
            series: Series::default(),
            query,
            filter: FilterInput::default(),
            marked: Marked::default(),
            moment: ShownMoment::default(),
            layout: MonitorLayout::default(),
            table: ProcessTable::new(settings, text),
            detail_pane: ProcessDetailPane::default(),
            system,
            is_cpu_of_machine: settings.is_cpu_of_machine,
            wanted: Wanted::default(),
        }
    }

    /// The picture on screen.
    pub fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        self.shown.snapshot.as_ref()
    }

    /// What matches, as places in the picture; what has ended while its row was held is none of it.
    pub fn shown_rows(&self) -> Vec<u32> {
        self.shown.order.matching.clone()
    }

    /// Those of the table that have ended.
    pub fn shown_ended(&self) -> Vec<Arc<Ended>> {
        let rows = self.shown.order.rows().iter();
        rows.filter_map(|row| match &row.content {
            RowContent::Ended(ended) => Some(Arc::clone(ended)),
            RowContent::Alive(_) | RowContent::Program => None,
        })
        .collect()
    }

    /// The selected process.
    pub fn selected(&self) -> Option<ProcKey> {
        self.marked.process
    }

    /// Whether these are some, and all of them ended processes that are shown.
    pub fn have_ended(&self, keys: &[ProcKey]) -> bool {
        let ended = self.shown.snapshot.as_ref().map(|snapshot| &snapshot.ended);
        let has_ended = |key: &ProcKey| ended.is_some_and(|ended| ended.find(*key).is_some());
        !keys.is_empty() && keys.iter().all(has_ended)
    }

    /// The selected process as it was seen last.
    pub fn last_row(&self) -> Option<&ProcessRow> {
        self.marked.last_row.as_ref()
    }

    /// Where we are, for times.
    pub fn zone(&self) -> &TimeZone {
        &self.system.zone
    }

    /// Whether the watching has broken down.
    pub fn is_blind(&self) -> bool {
        !self.feed.is_alive() || self.rows.is_arranger_lost
    }

    /// Selects one process alone and opens its detail, or selects none.
    pub fn select(&mut self, key: Option<ProcKey>) {
        self.marked.all.set(key);
        self.layout.is_detail_open = key.is_some();
        self.lead(key);
    }

    /// Puts the marking on a process; the detail is of it, if it is open.
    pub(super) fn lead(&mut self, key: Option<ProcKey>) {
        if self.marked.process != key || key.is_none() {
            self.marked.name = key.and_then(|key| self.name_of(key));
        }
        if self.marked.process != key {
            self.table.follow_marked();
        }
        self.marked.process = key;
        self.marked.program = None;
        if let Some(key) = key {
            let past = self
                .moment
                .newest
                .as_ref()
                .map(|newest| newest.past.clone());
            let trail = self.series.trails.points(key);
            self.series
                .history
                .follow(key, trail, &past.unwrap_or_default());
        }
        self.set_detail_open(self.layout.is_detail_open);
    }

    /// The filter of the rows that are shown.
    pub fn filter_text(&self) -> &str {
        self.query.filter.text()
    }

    /// A name that the table shows, be it of a process that has ended.
    fn name_of(&self, key: ProcKey) -> Option<String> {
        let snapshot = self.shown.snapshot.as_ref()?;
        let ended = || snapshot.ended.find(key).map(|ended| &ended.row);
        let row = snapshot.row(key).or_else(ended);
        row.map(|row| row.label().to_owned())
    }

    /// Opens or closes the detail of the selected process.
    pub fn set_detail_open(&mut self, is_open: bool) {
        self.layout.is_detail_open = is_open && self.marked.process.is_some();
        self.ask_for_detail();
    }

    /// Looks at the selected process from this side.
    pub fn look_at(&mut self, aspect: Aspect) {
        self.aspect = aspect;
        self.ask_for_detail();
    }

    /// Only what is on screen is read.
    fn ask_for_detail(&self) {
        let shown = self.marked.process.filter(|_| self.layout.is_detail_open);
        self.feed
            .select(shown.map(|key| (key, Look::At(self.aspect))));
    }

    /// One step back: back to now, close the detail, clear the selection, then the filter.
    pub fn step_back(&mut self) {
        if self.is_looking_back() {
            self.back_to_now();
        } else if self.layout.is_detail_open {
            self.set_detail_open(false);
        } else if self.marked().is_some() || !self.marked.all.is_empty() {
            self.select(None);
        } else if !self.filter.text.is_empty() {
            self.set_filter(String::new());
        }
    }

    /// Takes away the line that says why the view is limited.
    pub fn dismiss_limits(&mut self) {
        self.layout.is_limit_dismissed = true;
    }

    /// Takes note of when the moment was that can be compared with.
    pub fn note_remembered(&mut self, time: Option<&str>) {
        if self.moment.remembered_at.as_deref() != time {
            self.moment.remembered_at = time.map(str::to_owned);
        }
    }

    /// Takes a filter as typed; one that is not understood leaves the rows as they are.
    pub fn set_filter(&mut self, text: String) {
        match Filter::parse(&text) {
            Ok(filter) => {
                self.filter.error = None;
                self.filter.understood.clone_from(&text);
                if filter != self.query.filter {
                    self.query.filter = filter;
                    self.query.kept.clear();
                    self.rows.is_stale = true;
                }
            }
            Err(error) => self.filter.error = Some(error),
        }
        self.filter.text = text;
    }

    /// Puts the text cursor into the filter.
    pub fn focus_filter(&mut self) {
        self.filter.wants_focus = true;
    }

    /// Shows or hides kernel threads; returns whether they are shown.
    pub fn toggle_kernel_threads(&mut self) -> bool {
        self.query.show_kernel_threads = !self.query.show_kernel_threads;
        self.rows.is_stale = true;
        self.query.show_kernel_threads
    }

    /// Shows or hides ended processes; returns whether they are shown. Hidden, they need no events.
    pub fn toggle_ended(&mut self) -> bool {
        self.query.show_ended = !self.query.show_ended;
        self.feed.listen(self.query.show_ended);
        self.rows.is_stale = true;
        self.query.show_ended
    }

    /// Takes away a process that has ended, or all that have.
    pub fn dismiss_ended(&mut self, key: Option<ProcKey>) {
        let Some(snapshot) = &self.shown.snapshot else {
            return;
        };
        let ended = snapshot.ended.newest_first.iter();
        let keys = ended.map(|ended| ended.row.key);
        let meant = keys.filter(|ended| key.is_none_or(|key| key == *ended));
        self.query.dismissed.extend(meant);
        self.rows.is_changed = true;
        let is_dismissed = |key: &ProcKey| self.query.dismissed.contains(key);
        if self.marked.process.as_ref().is_some_and(is_dismissed) {
            self.select(None);
        }
    }

    /// What is remembered no longer need not be left out.
    pub(super) fn forget_dismissed(&mut self, snapshot: &Snapshot) {
        if !self.query.dismissed.is_empty() {
            let dismissed = std::mem::take(&mut self.query.dismissed);
            // The moment on screen may know of more than the newest one.
            let shown = self.shown.snapshot.as_deref();
            let known = std::iter::once(snapshot).chain(shown);
            let ended = known.flat_map(|snapshot| snapshot.ended.newest_first.iter());
            let left = ended.map(|ended| ended.row.key);
            self.query.dismissed = left.filter(|key| dismissed.contains(key)).collect();
        }
    }

    /// Looks this often.
    pub fn set_interval(&self, interval: Duration) {
        self.feed.set_interval(interval);
    }

    /// Lays the columns out anew after a change of the settings.
    pub fn lay_out_columns(&mut self, settings: &Settings, text: &Text) {
        self.table.lay_out(settings, text);
        self.is_cpu_of_machine = settings.is_cpu_of_machine;
    }

    /// What 100 % of CPU use is.
    pub(super) fn cpu_unit(&self) -> CpuUnit {
        let host = self.shown.snapshot.as_ref().map(|snapshot| &snapshot.host);
        match host.and_then(|host| host.cpu_count.ok()) {
            Some(count) if self.is_cpu_of_machine => CpuUnit::Machine(count),
            _ => CpuUnit::OneCore,
        }
    }

    /// The selected rows as lines of text with tabs, for the clipboard, and how many they are.
    pub fn selected_rows_text(&self, text: &Text) -> Option<(String, usize)> {
        let snapshot = self.shown.snapshot.as_deref()?;
        let context = CellContext {
            snapshot,
            zone: &self.system.zone,
            cpu_unit: self.cpu_unit(),
        };
        let line = |key: ProcKey| {
            let ended = snapshot.ended.find(key);
            let gone = ended.map(|ended| &ended.row);
            let gone = gone.or_else(|| self.marked.last_row.as_ref().filter(|row| row.key == key));
            let row = snapshot.row(key).or(gone)?;
            let cells = self.table.columns().map(|id| {
                let told = ended.and_then(|ended| told_at_end(id, ended, context, text));
                told.unwrap_or_else(|| {
                    let cell = id.cell(row, context).ok();
                    cell.unwrap_or_default().into_owned()
                })
            });
            Some(cells.collect::<Vec<_>>().join("\t"))
        };
        let lines: Vec<_> = self.selection().into_iter().filter_map(line).collect();
        (!lines.is_empty()).then(|| (lines.join("\n"), lines.len()))
    }
}
