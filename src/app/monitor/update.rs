//! Work between two frames: takes in new pictures and rows, and requests what is missing.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui;

use super::arranger::{ArrangeRequest, ArrangeSource, Arrangement, RowTransition};
use super::state::Monitor;
use crate::app::background::JobProgress;
use crate::monitor::RowId;
use crate::monitor::extra::Wanted;

/// How long after the last movement of the pointer over the table rows still keep their places.
const AIM: f32 = 1.5;

/// How long the window, at rest, waits for the rows of a new picture: a frame. It would draw the rows that it has once more.
const PATIENCE: Duration = Duration::from_millis(16);

/// The request that the arranger works on.
pub(super) struct PendingArrangement {
    source: Option<ArrangeSource>,
    /// Whether it moves rows without a command of the user.
    moves_rows: bool,
    /// Why it was requested.
    is_stale: bool,
    is_changed: bool,
    is_jump: bool,
}

impl Monitor {
    /// Takes in the newest picture and what was worked out, and asks for what is missing; must follow commands and come
    /// before drawing.
    pub fn logic(&mut self, ctx: &egui::Context) {
        self.want();
        self.tell_what_is_in_sight();
        self.take_picture();
        self.take_rows(ctx, Duration::ZERO);
        if self.ask_for_rows(ctx) && is_at_rest(ctx) {
            self.take_rows(ctx, PATIENCE);
        }
        self.remember_row();
        self.take_detail();
        if let Some(newest) = &self.moment.newest {
            let process = self.marked.process.filter(|_| self.layout.is_detail_open);
            let now = &newest.snapshot;
            self.series
                .curves
                .refresh(&self.series.history, now, self.moment.looking_at, process);
        }
    }

    /// Asks the feed for the figures that rows need.
    fn want(&mut self) {
        // The sort may go by a column that is hidden.
        let sorted_by = self.query.sort.iter().map(|sort| sort.column);
        let columns = self.table.columns().chain(sorted_by);
        let newest = self.moment.newest.as_ref();
        let wanted = Wanted::by(columns)
            .and(self.query.filter.needs())
            .and(newest.and_then(|newest| newest.shortages.needs()))
            .looking_at(self.query.facts());
        if wanted != self.wanted {
            self.wanted = wanted;
            self.feed.want(wanted);
        }
    }

    /// Passes the visible rows to the feed.
    fn tell_what_is_in_sight(&self) {
        let laid_out = self.table.rows_laid_out();
        let rows = self.shown.order.rows().get(laid_out).unwrap_or_default();
        let keys = rows.iter().filter_map(|row| match row.id {
            RowId::Process(key) => Some(key),
            RowId::Program(_) => None,
        });
        // The curves of the selected one go on while it is scrolled away.
        self.feed
            .show(&keys.chain(self.marked.process).collect::<Vec<_>>());
    }

    fn take_picture(&mut self) {
        let Some(new) = self.feed.picture() else {
            return;
        };
        let known = self.moment.newest.as_ref();
        if known.is_some_and(|known| Arc::ptr_eq(known, &new)) {
            return;
        }
        let snapshot = &new.snapshot;
        self.series.history.record(snapshot);
        self.series.trails.record(snapshot);
        self.forget_dismissed(snapshot);
        self.marked
            .all
            .retain(|key| snapshot.index_of(key).is_some());
        if self.moment.looking_at.is_none() {
            self.rows.next = Some(ArrangeSource::now(&new));
        }
        self.moment.newest = Some(new);
    }

    /// Shows what was asked for, if it is there.
    fn take_rows(&mut self, ctx: &egui::Context, patience: Duration) {
        if self.rows.pending.is_none() {
            return;
        }
        match self.rows.arranger.answer(patience) {
            JobProgress::Running => {}
            JobProgress::Done(shown) => self.show(ctx, shown),
            JobProgress::Lost => self.rows.is_arranger_lost = true,
        }
    }

    fn show(&mut self, ctx: &egui::Context, shown: Arrangement) {
        if let Some(pending) = self.rows.pending.take() {
            // Meanwhile the moment on screen is held.
            let is_now = matches!(pending.source, Some(ArrangeSource::Now { .. }));
            let is_too_new = is_now && self.is_looking_back();
            // The pointer has moved over the table since the request: arrange again with rows held.
            let is_moving = pending.moves_rows && self.is_aiming(ctx);
            if is_too_new || is_moving {
                self.rows.is_stale |= pending.is_stale;
                self.rows.is_changed |= pending.is_changed;
                if !is_too_new {
                    self.rows.next = self.rows.next.take().or(pending.source);
                }
                return;
            }
        }
        let place = self.marked_place();
        self.shown = shown;
        if let (Some(before), Some(after)) = (place, self.marked_place()) {
            self.table.keep_in_place(before, after);
        }
    }

    /// Whether there was something to ask for.
    fn ask_for_rows(&mut self, ctx: &egui::Context) -> bool {
        let is_other = self.rows.is_stale || self.rows.is_changed;
        let is_due = self.rows.next.is_some() || (is_other && self.shown.snapshot.is_some());
        if !is_due || self.rows.pending.is_some() || self.rows.is_arranger_lost {
            return false;
        }
        let source = self.rows.next.take();
        let is_stale = std::mem::take(&mut self.rows.is_stale);
        let is_changed = std::mem::take(&mut self.rows.is_changed);
        let transition = if std::mem::take(&mut self.rows.is_jumping) {
            RowTransition::Jump
        } else {
            let is_held = !is_stale && (is_changed || self.is_aiming(ctx));
            RowTransition::Continue { is_held }
        };
        self.rows.pending = Some(PendingArrangement {
            source: source.clone(),
            moves_rows: !is_stale && transition == RowTransition::Continue { is_held: false },
            is_stale,
            is_changed,
            is_jump: transition == RowTransition::Jump,
        });
        self.rows.arranger.ask(ArrangeRequest {
            shown: self.shown.clone(),
            source,
            transition,
            query: self.query.clone(),
        });
        true
    }

    /// Whether the rows on screen are those that were asked for, and no others are on their way.
    pub fn is_settled(&self) -> bool {
        let is_other = self.rows.is_stale || self.rows.is_changed;
        let is_awaited = self.rows.next.is_some() || self.rows.pending.is_some() || is_other;
        !is_awaited || self.rows.is_arranger_lost
    }

    /// Whether what is on screen is sorted, filtered and of the moment as was asked for; a newer picture may be on its way.
    pub fn is_as_asked(&self) -> bool {
        let is_due = self.rows.is_stale || self.rows.is_changed || self.rows.is_jumping;
        let pending = self.rows.pending.as_ref();
        let is_on_its_way = pending.is_some_and(|it| it.is_stale || it.is_changed || it.is_jump);
        let has_picture = self.shown.snapshot.is_some();
        !has_picture || self.rows.is_arranger_lost || !(is_due || is_on_its_way)
    }

    fn marked_place(&self) -> Option<usize> {
        self.shown.order.position(&self.marked()?)
    }

    /// Remembers the selected process as it is now, if it is.
    fn remember_row(&mut self) {
        let Some(key) = self.marked.process else {
            self.marked.last_row = None;
            return;
        };
        let row = self
            .shown
            .snapshot
            .as_ref()
            .and_then(|snapshot| snapshot.row(key));
        let ended = || self.shown.snapshot.as_ref()?.ended.find(key);
        match row.or_else(|| ended().map(|ended| &ended.row)) {
            Some(row) => self.marked.last_row = Some(row.clone()),
            None if self
                .marked
                .last_row
                .as_ref()
                .is_some_and(|row| row.key != key) =>
            {
                self.marked.last_row = None;
            }
            None => {}
        }
    }

    fn take_detail(&mut self) {
        let shown = self.marked.process.filter(|_| self.layout.is_detail_open);
        let newest = self.feed.detail();
        if let (Some(detail), Some(snapshot)) = (&newest, &self.shown.snapshot) {
            self.series
                .history
                .record_io(detail, snapshot.tick.interval);
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
}

/// Whether there is no input: then a new picture may wait for its rows.
fn is_at_rest(ctx: &egui::Context) -> bool {
    ctx.input(|input| {
        let pointer = &input.pointer;
        input.events.is_empty() && !pointer.is_moving() && !pointer.any_down()
    })
}
