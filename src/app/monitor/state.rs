//! What Monitor knows, and how it answers commands. Everything costly happens here, once per picture or change.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use eframe::egui;
use jiff::tz::TimeZone;

use super::curves::Curves;
use super::details::Details;
use super::order::RowOrder;
use super::selection::Selection;
use crate::app::feed::Feed;
use crate::app::panes::{ProcessDetailPane, ProcessTable};
use crate::app::settings::Settings;
use crate::app::text::Text;
use crate::monitor::extra::Wanted;
use crate::monitor::shortage::{Leaders, Shortages};
use crate::monitor::unit::CpuUnit;
use crate::monitor::{
    Aspect, CellContext, Filter, FilterError, Folds, History, Look, Moments, ProcessRow, Query,
    Snapshot, Trails,
};
use crate::os::ProcKey;

/// How long after the last movement of the pointer over the table rows still keep their places.
const AIM: f32 = 1.5;

/// The place of all processes.
pub struct Monitor {
    feed: Box<dyn Feed>,
    pub(super) snapshot: Option<Arc<Snapshot>>,
    pub(super) details: Details,
    /// The aspect that is looked at.
    pub(super) aspect: Aspect,
    pub(super) history: History,
    pub(super) curves: Curves,
    pub(super) trails: Trails,
    pub(super) leaders: Leaders,
    pub(super) shortages: Shortages,
    pub(super) query: Query,
    pub(super) filter_text: String,
    pub(super) filter_error: Option<FilterError>,
    /// By which the rows are chosen: the last text that was a filter.
    pub(super) understood_filter: String,
    pub(super) order: RowOrder,
    /// The process that was selected last: it carries the marking, and the detail is of it.
    pub(super) selected: Option<ProcKey>,
    /// All that are selected; [`Monitor::selection`] has them in order.
    pub(super) selection: Selection,
    /// The program on which the marking stands; then no process is selected.
    pub(super) marked_program: Option<Arc<str>>,
    /// Its name at the moment of selection: it may have ended before.
    pub(super) selected_name: Option<String>,
    /// The selected process as it was seen last: what remains of it after its end.
    pub(super) last_row: Option<ProcessRow>,
    pub(super) is_detail_open: bool,
    /// Whether the line that says why the view is limited was taken away.
    pub(super) is_limit_dismissed: bool,
    /// When the moment was that can be compared with.
    pub(super) remembered_at: Option<String>,
    /// The newest picture; on screen unless one looks back.
    pub(super) newest: Option<Arc<Snapshot>>,
    pub(super) moments: Moments,
    /// Whether the picture on screen is one of before.
    pub(super) is_looking_back: bool,
    pub(super) wants_filter_focus: bool,
    pub(super) table: ProcessTable,
    pub(super) detail_pane: ProcessDetailPane,
    pub(super) zone: TimeZone,
    pub(super) is_root: bool,
    /// Whether 100 % of CPU use is the whole machine.
    pub(super) is_cpu_of_machine: bool,
    /// Whether the order must be made anew before the next picture.
    pub(super) is_stale: bool,
    /// What was asked of the feed beyond what it always reads.
    wanted: Wanted,
}

impl Monitor {
    /// A Monitor that looks at `feed`.
    pub fn new(feed: Box<dyn Feed>, settings: &Settings, text: &Text) -> Self {
        let query = Query {
            filter: Filter::default(),
            show_kernel_threads: settings.kernel_threads,
            show_ended: settings.ended,
            dismissed: HashSet::new(),
            sort: settings.sorts(),
            grouping: settings.grouping,
            folds: Folds::default(),
        };
        feed.set_interval(Duration::from_millis(settings.interval_ms));
        feed.listen(settings.ended);
        Self {
            is_root: feed.is_root(),
            feed,
            snapshot: None,
            details: Details::default(),
            aspect: Aspect::default(),
            history: History::default(),
            curves: Curves::default(),
            trails: Trails::default(),
            leaders: Leaders::default(),
            shortages: Shortages::default(),
            query,
            filter_text: String::new(),
            filter_error: None,
            understood_filter: String::new(),
            order: RowOrder::default(),
            selected: None,
            selection: Selection::default(),
            marked_program: None,
            selected_name: None,
            last_row: None,
            is_detail_open: false,
            is_limit_dismissed: false,
            remembered_at: None,
            newest: None,
            moments: Moments::default(),
            is_looking_back: false,
            wants_filter_focus: false,
            table: ProcessTable::new(settings, text),
            detail_pane: ProcessDetailPane::default(),
            zone: TimeZone::system(),
            is_cpu_of_machine: settings.is_cpu_of_machine,
            is_stale: true,
            wanted: Wanted::default(),
        }
    }

    /// Takes in the newest picture.
    pub fn logic(&mut self, ctx: &egui::Context) {
        // The sort may go by a column that is hidden.
        let sorted_by = self.query.sort.iter().map(|sort| sort.column);
        let columns = self.table.columns().chain(sorted_by);
        let wanted = Wanted::by(columns)
            .and(self.query.filter.needs())
            .and(self.shortages.needs());
        if wanted != self.wanted {
            self.wanted = wanted;
            self.feed.want(wanted);
        }
        let newest = self.feed.snapshot();
        let is_new = match (&newest, &self.newest) {
            (Some(new), Some(old)) => !Arc::ptr_eq(new, old),
            (Some(_), None) => true,
            (None, _) => false,
        };
        if is_new && let Some(new) = newest {
            self.history.record(&new);
            self.trails.record(&new);
            self.shortages.record(&new);
            self.moments.record(&new);
            self.forget_dismissed(&new);
            self.selection.retain(|key| new.index_of(key).is_some());
            self.newest = Some(Arc::clone(&new));
            if !self.is_looking_back {
                self.show_next(ctx, &new);
            }
        }
        self.refresh_if_stale();
        self.remember_row();
        self.take_detail();
        if let Some(newest) = &self.newest {
            let shown = self.selected.filter(|_| self.is_detail_open);
            self.curves.refresh(&self.history, newest, shown);
        }
    }

    /// Goes on from the picture on screen to the next one.
    fn show_next(&mut self, ctx: &egui::Context, new: &Arc<Snapshot>) {
        self.leaders = Leaders::of(new);
        let is_aiming = !self.is_stale && self.is_aiming(ctx);
        let place = self.marked_place();
        match self.snapshot.replace(Arc::clone(new)) {
            Some(before) => self.order.advance(&self.query, new, &before, is_aiming),
            None => self.order.refresh(&self.query, new),
        }
        self.keep_in_place(place);
        self.is_stale = false;
    }

    /// Sorts and filters after a change; must follow commands and come before drawing.
    pub fn refresh_if_stale(&mut self) {
        if std::mem::take(&mut self.is_stale) {
            let place = self.marked_place();
            if let Some(snapshot) = &self.snapshot {
                self.order.refresh(&self.query, snapshot);
            }
            self.keep_in_place(place);
        }
    }

    fn marked_place(&self) -> Option<usize> {
        self.order.position(&self.marked()?)
    }

    /// Scrolls along with the marked row, which stood at this place, if it is in sight.
    fn keep_in_place(&mut self, before: Option<usize>) {
        if let (Some(before), Some(after)) = (before, self.marked_place()) {
            self.table.keep_in_place(before, after);
        }
    }

    /// Remembers the selected process as it is now, if it is.
    fn remember_row(&mut self) {
        let Some(key) = self.selected else {
            self.last_row = None;
            return;
        };
        let row = self
            .snapshot
            .as_ref()
            .and_then(|snapshot| snapshot.row(key));
        let ended = || self.snapshot.as_ref()?.ended.find(key);
        match row.or_else(|| ended().map(|ended| &ended.row)) {
            Some(row) => self.last_row = Some(row.clone()),
            None if self.last_row.as_ref().is_some_and(|row| row.key != key) => {
                self.last_row = None;
            }
            None => {}
        }
    }

    fn take_detail(&mut self) {
        let shown = self.selected.filter(|_| self.is_detail_open);
        let newest = self.feed.detail();
        if let (Some(detail), Some(snapshot)) = (&newest, &self.snapshot) {
            self.history.record_io(detail, snapshot.tick.interval);
        }
        self.details.take(shown, newest);
    }

    fn is_aiming(&self, ctx: &egui::Context) -> bool {
        let is_over = ctx.input(|input| {
            let pointer = &input.pointer;
            pointer
                .hover_pos()
                .is_some_and(|at| self.table.body_rect().contains(at))
                && (pointer.time_since_last_movement() < AIM || pointer.any_down())
        });
        is_over || egui::Popup::is_any_open(ctx)
    }

    /// The picture on screen.
    pub fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        self.snapshot.as_ref()
    }

    /// What matches, as places in the picture; what has ended while its row was held is none of it.
    pub fn shown_rows(&self) -> Vec<u32> {
        self.order.matching.clone()
    }

    /// The selected process.
    pub fn selected(&self) -> Option<ProcKey> {
        self.selected
    }

    /// Whether these are some, and all of them ended processes that are shown.
    pub fn have_ended(&self, keys: &[ProcKey]) -> bool {
        let ended = self.snapshot.as_ref().map(|snapshot| &snapshot.ended);
        let has_ended = |key: &ProcKey| ended.is_some_and(|ended| ended.find(*key).is_some());
        !keys.is_empty() && keys.iter().all(has_ended)
    }

    /// The selected process as it was seen last.
    pub fn last_row(&self) -> Option<&ProcessRow> {
        self.last_row.as_ref()
    }

    /// Where we are, for times.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Whether the watching has broken down.
    pub fn is_blind(&self) -> bool {
        !self.feed.is_alive()
    }

    /// Selects one process alone and opens its detail, or selects none.
    pub fn select(&mut self, key: Option<ProcKey>) {
        self.selection.set(key);
        self.is_detail_open = key.is_some();
        self.lead(key);
    }

    /// Puts the marking on a process; the detail is of it, if it is open.
    pub(super) fn lead(&mut self, key: Option<ProcKey>) {
        if self.selected != key || key.is_none() {
            self.selected_name = key.and_then(|key| self.name_of(key));
        }
        self.selected = key;
        self.marked_program = None;
        if let Some(key) = key {
            self.history.follow(key, self.trails.points(key));
        }
        self.set_detail_open(self.is_detail_open);
    }

    /// A name that the table shows, be it of a process that has ended.
    fn name_of(&self, key: ProcKey) -> Option<String> {
        let snapshot = self.snapshot.as_ref()?;
        let ended = || snapshot.ended.find(key).map(|ended| &ended.row);
        let row = snapshot.row(key).or_else(ended);
        row.map(|row| row.name.to_string())
    }

    /// Opens or closes the detail of the selected process.
    pub fn set_detail_open(&mut self, is_open: bool) {
        self.is_detail_open = is_open && self.selected.is_some();
        self.ask_for_detail();
    }

    /// Looks at the selected process from this side.
    pub fn look_at(&mut self, aspect: Aspect) {
        self.aspect = aspect;
        self.ask_for_detail();
    }

    /// Only what is on screen is read.
    fn ask_for_detail(&self) {
        let shown = self.selected.filter(|_| self.is_detail_open);
        self.feed
            .select(shown.map(|key| (key, Look::At(self.aspect))));
    }

    /// One step back: back to now, close the detail, then clear the selection.
    pub fn step_back(&mut self) {
        if self.is_looking_back {
            self.back_to_now();
        } else if self.is_detail_open {
            self.set_detail_open(false);
        } else {
            self.select(None);
        }
    }

    /// Takes away the line that says why the view is limited.
    pub fn dismiss_limits(&mut self) {
        self.is_limit_dismissed = true;
    }

    /// Takes note of when the moment was that can be compared with.
    pub fn note_remembered(&mut self, time: Option<&str>) {
        if self.remembered_at.as_deref() != time {
            self.remembered_at = time.map(str::to_owned);
        }
    }

    /// Takes a filter as typed; one that is not understood leaves the rows as they are.
    pub fn set_filter(&mut self, text: String) {
        match Filter::parse(&text) {
            Ok(filter) => {
                self.filter_error = None;
                self.understood_filter.clone_from(&text);
                if filter != self.query.filter {
                    self.query.filter = filter;
                    self.is_stale = true;
                }
            }
            Err(error) => self.filter_error = Some(error),
        }
        self.filter_text = text;
    }

    /// Puts the text cursor into the filter.
    pub fn focus_filter(&mut self) {
        self.wants_filter_focus = true;
    }

    /// Shows or hides threads of the kernel; tells which.
    pub fn toggle_kernel_threads(&mut self) -> bool {
        self.query.show_kernel_threads = !self.query.show_kernel_threads;
        self.is_stale = true;
        self.query.show_kernel_threads
    }

    /// Shows or hides what has ended; tells which. While it is hidden nobody needs to hear of it.
    pub fn toggle_ended(&mut self) -> bool {
        self.query.show_ended = !self.query.show_ended;
        self.feed.listen(self.query.show_ended);
        self.is_stale = true;
        self.query.show_ended
    }

    /// Takes away a process that has ended, or all that have.
    pub fn dismiss_ended(&mut self, key: Option<ProcKey>) {
        let Some(snapshot) = &self.snapshot else {
            return;
        };
        let ended = snapshot.ended.newest_first.iter();
        let keys = ended.map(|ended| ended.row.key);
        let meant = keys.filter(|ended| key.is_none_or(|key| key == *ended));
        self.query.dismissed.extend(meant);
        self.is_stale = true;
        let is_dismissed = |key: &ProcKey| self.query.dismissed.contains(key);
        if self.selected.as_ref().is_some_and(is_dismissed) {
            self.select(None);
        }
    }

    /// What is remembered no longer need not be left out.
    fn forget_dismissed(&mut self, snapshot: &Snapshot) {
        if !self.query.dismissed.is_empty() {
            let dismissed = std::mem::take(&mut self.query.dismissed);
            let ended = snapshot.ended.newest_first.iter();
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
        match &self.snapshot {
            Some(snapshot) if self.is_cpu_of_machine => CpuUnit::Machine(snapshot.host.cpu_count),
            _ => CpuUnit::OneCore,
        }
    }

    /// The selected rows as lines of text with tabs, for the clipboard, and how many they are.
    pub fn selected_rows_text(&self) -> Option<(String, usize)> {
        let snapshot = self.snapshot.as_deref()?;
        let context = CellContext {
            snapshot,
            zone: &self.zone,
            cpu_unit: self.cpu_unit(),
        };
        let line = |key: ProcKey| {
            let ended = self.last_row.as_ref().filter(|row| row.key == key);
            let row = snapshot.row(key).or(ended)?;
            let cells = self
                .table
                .columns()
                .map(|id| id.cell(row, context).into_value().unwrap_or_default());
            Some(cells.collect::<Vec<_>>().join("\t"))
        };
        let lines: Vec<_> = self.selection().into_iter().filter_map(line).collect();
        (!lines.is_empty()).then(|| (lines.join("\n"), lines.len()))
    }
}
