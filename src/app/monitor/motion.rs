//! Walking through the rows, folding and sorting them.

use std::sync::Arc;

use super::order::OrderRow;
use super::state::Monitor;
use crate::app::command::Motion;
use crate::monitor::{FigureId, Fold, Grouping, RowId, Sort};
use crate::os::ProcKey;

impl Monitor {
    /// The row on which the marking stands.
    pub fn marked(&self) -> Option<RowId> {
        let process = self.marked.process.map(RowId::Process);
        process.or_else(|| self.marked.program.clone().map(RowId::Program))
    }

    /// Puts the marking on a program; no process is selected then.
    pub fn mark_program(&mut self, name: Arc<str>) {
        self.select(None);
        self.marked.program = Some(name);
    }

    /// Selects a process, opens its detail and brings its row into sight.
    pub fn reveal(&mut self, key: ProcKey) {
        let id = RowId::Process(key);
        if self.shown.order.position(&id).is_none()
            && let Some(snapshot) = &self.shown.snapshot
        {
            if let Some(row) = snapshot.row(key) {
                self.query.folds.open_to(row, snapshot);
                self.rows.is_stale = true;
            }
            if !self.passes(key) {
                self.set_filter(String::new());
            }
        }
        self.select(Some(key));
        self.table.reveal(id);
    }

    /// Keeps those of these processes in sight that the filter lets pass now: they are about to be ended from here.
    pub fn keep_in_filter(&mut self, keys: &[ProcKey]) {
        let passing = keys.iter().copied().filter(|key| self.passes(*key));
        let passing: Vec<_> = passing.collect();
        self.query.kept.extend(passing);
    }

    /// Whether a process of the picture on screen passes the filter.
    fn passes(&self, key: ProcKey) -> bool {
        self.shown.snapshot.as_ref().is_some_and(|snapshot| {
            let ended = || snapshot.ended.find(key).map(|ended| &ended.row);
            let row = snapshot.row(key).or_else(ended);
            row.is_some_and(|row| self.query.filter.matches(row, snapshot))
        })
    }

    /// Moves the marking through the table; the detail stays open or closed as it is.
    pub fn move_selection(&mut self, motion: Motion) {
        let rows = self.shown.order.rows();
        let last = rows.len().saturating_sub(1);
        let here = self.marked().and_then(|id| self.shown.order.position(&id));
        let there = match (motion, here) {
            (Motion::In | Motion::Out, None) => return,
            (Motion::First, _) | (Motion::By(_), None) => 0,
            (Motion::Last, _) => last,
            (Motion::By(step), Some(here)) => here.saturating_add_signed(step as isize).min(last),
            (Motion::In, Some(here)) => match rows.get(here).and_then(|row| row.fold) {
                Some(Fold::Closed) => return self.toggle_fold_at(here),
                Some(Fold::Open) => (here + 1).min(last),
                None => return,
            },
            (Motion::Out, Some(here)) => match rows.get(here).and_then(|row| row.fold) {
                Some(Fold::Open) => return self.toggle_fold_at(here),
                _ => match self.shown.order.parent_of(here) {
                    Some(parent) => parent,
                    None => return,
                },
            },
        };
        let Some(id) = rows.get(there).map(|row| row.id.clone()) else {
            return;
        };
        let was_open = self.layout.is_detail_open;
        match &id {
            RowId::Process(key) => {
                self.select(Some(*key));
                self.set_detail_open(was_open);
            }
            RowId::Program(name) => self.mark_program(Arc::clone(name)),
        }
        self.table.reveal(id);
    }

    /// Moves the marking and selects whatever it passes.
    pub fn extend_selection(&mut self, motion: Motion) {
        let rows = self.shown.order.rows();
        let here = self.marked().and_then(|id| self.shown.order.position(&id));
        let there = match (motion, here) {
            (Motion::In | Motion::Out, _) => return,
            (Motion::First, _) | (Motion::By(_), None) => 0,
            (Motion::Last, _) => rows.len().saturating_sub(1),
            (Motion::By(step), Some(here)) => here
                .saturating_add_signed(step as isize)
                .min(rows.len().saturating_sub(1)),
        };
        // A program is no process: the range goes on to the next one.
        let is_backwards = motion == Motion::Last || matches!(motion, Motion::By(..0));
        let (above, below) = (rows.get(..=there), rows.get(there..));
        let key = if is_backwards {
            above.and_then(|rows| rows.iter().rev().find_map(OrderRow::process))
        } else {
            below.and_then(|rows| rows.iter().find_map(OrderRow::process))
        };
        if let Some(key) = key {
            self.select_to(key, false);
            self.table.reveal(RowId::Process(key));
        }
    }

    fn toggle_fold_at(&mut self, place: usize) {
        if let Some(id) = self.shown.order.rows().get(place).map(|row| row.id.clone()) {
            self.toggle_fold(&id);
        }
    }

    /// Opens or closes what is below a row.
    pub fn toggle_fold(&mut self, id: &RowId) {
        self.query.folds.toggle(id);
        self.rows.is_changed = true;
    }

    /// How rows stand to each other.
    pub fn set_grouping(&mut self, grouping: Grouping) {
        self.query.grouping = grouping;
        self.rows.is_stale = true;
        if let Some(key) = self.marked.process {
            // What the filter keeps out stays so.
            let is_shown = self.shown.order.position(&RowId::Process(key)).is_some();
            if !is_shown && !self.passes(key) {
                return;
            }
            let was_open = self.layout.is_detail_open;
            let selection = self.marked.all.clone();
            self.reveal(key);
            self.marked.all = selection;
            self.set_detail_open(was_open);
        } else {
            self.marked.program = None;
        }
    }

    /// Sorts by a column alone, its way.
    pub fn sort_busiest(&mut self, column: FigureId) -> &[Sort] {
        self.query.sort = vec![Sort::first(column)];
        self.rows.is_stale = true;
        self.table.go_to_top();
        &self.query.sort
    }

    /// Sorts by a column, or the other way round; among equals too, if `is_further`.
    pub fn sort_by(&mut self, column: FigureId, is_further: bool) -> &[Sort] {
        if is_further {
            self.query.sort_also_by(column);
        } else {
            self.query.sort_by(column);
        }
        self.rows.is_stale = true;
        self.table.go_to_top();
        &self.query.sort
    }
}
