//! Which processes are selected: what export, copying and acting are about.

use std::collections::BTreeSet;

use super::order::OrderRow;
use super::state::Monitor;
use crate::monitor::RowId;
use crate::os::ProcKey;

/// The selected processes, and where a range begins.
#[derive(Clone, Debug, Default)]
pub struct RowSelection {
    keys: BTreeSet<ProcKey>,
    anchor: Option<ProcKey>,
}

impl RowSelection {
    /// Whether a process is selected.
    pub fn contains(&self, key: ProcKey) -> bool {
        self.keys.contains(&key)
    }

    /// How many are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Just this one, or none.
    pub fn set(&mut self, key: Option<ProcKey>) {
        self.keys = key.into_iter().collect();
        self.anchor = key;
    }

    /// One more or one less; whether it is selected now.
    fn toggle(&mut self, key: ProcKey) -> bool {
        self.anchor = Some(key);
        let is_new = self.keys.insert(key);
        if !is_new {
            self.keys.remove(&key);
        }
        is_new
    }

    /// Whatever stands between the beginning of the range and this row, instead of the others or besides.
    fn extend(&mut self, rows: &[OrderRow], to: ProcKey, is_added: bool) {
        let place_of = |key: ProcKey| rows.iter().position(|row| row.process() == Some(key));
        let from = self.anchor.and_then(place_of);
        let (Some(from), Some(to)) = (from, place_of(to)) else {
            return self.set(Some(to));
        };
        if !is_added {
            self.keys.clear();
        }
        let ends = [from, to];
        let range = rows.iter().enumerate().take(from.max(to) + 1);
        // Rows that are there for those below them were not meant, unless they were pointed at.
        let meant = range
            .skip(from.min(to))
            .filter(|(place, row)| !row.is_context || ends.contains(place));
        self.keys.extend(meant.filter_map(|(_, row)| row.living()));
    }

    /// Every process that matches.
    fn fill(&mut self, rows: &[OrderRow]) {
        let matching = rows.iter().filter(|row| !row.is_context);
        self.keys = matching.filter_map(OrderRow::living).collect();
    }

    /// Drops those that are not there any more.
    pub fn retain(&mut self, is_alive: impl Fn(ProcKey) -> bool) {
        self.keys.retain(|key| is_alive(*key));
    }
}

impl Monitor {
    /// The selected processes in the order of the table; all those of a program on which the marking stands.
    ///
    /// Of several only those that stand in the table: what a filter or a closed branch hides is not acted on. One alone
    /// counts wherever it is while its detail is in sight.
    pub fn selection(&self) -> Vec<ProcKey> {
        if let Some(program) = &self.marked.program
            && self.marked.all.is_empty()
        {
            return self.processes_of(program);
        }
        if self.marked.all.len() <= 1 {
            let is_in_sight = |key: &ProcKey| {
                self.layout.is_detail_open
                    || self.shown.order.position(&RowId::Process(*key)).is_some()
            };
            return self
                .marked
                .process
                .filter(is_in_sight)
                .into_iter()
                .collect();
        }
        let rows = self.shown.order.rows().iter();
        rows.filter_map(OrderRow::process)
            .filter(|key| self.marked.all.contains(*key))
            .collect()
    }

    /// The processes of a program that match.
    pub fn processes_of(&self, program: &str) -> Vec<ProcKey> {
        let order = &self.shown.order;
        let snapshot = self.shown.snapshot.as_ref();
        snapshot.map_or_else(Vec::new, |snapshot| order.of_program(program, snapshot))
    }

    /// Selects a process besides the others, or no longer; the detail stays open or closed as it is.
    pub fn toggle_selected(&mut self, key: ProcKey) {
        if self.marked.all.toggle(key) {
            self.lead(Some(key));
        } else if self.marked.process == Some(key) {
            self.lead(self.first_selected());
        }
    }

    /// Selects the rows from where the range began up to this one.
    pub fn select_to(&mut self, key: ProcKey, is_added: bool) {
        self.marked
            .all
            .extend(self.shown.order.rows(), key, is_added);
        self.lead(Some(key));
    }

    /// Selects whatever the table shows.
    pub fn select_all(&mut self) {
        self.marked.all.fill(self.shown.order.rows());
        if !self
            .marked
            .process
            .is_some_and(|key| self.marked.all.contains(key))
        {
            self.lead(self.first_selected());
        }
    }

    fn first_selected(&self) -> Option<ProcKey> {
        let rows = self.shown.order.rows().iter();
        let mut processes = rows.filter_map(OrderRow::process);
        processes.find(|key| self.marked.all.contains(*key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::monitor::RowOrder;
    use crate::monitor::source::scripted::{row, snapshot_of};
    use crate::monitor::{FigureId, Filter, Grouping, Query, Sort};

    fn key(pid: u32) -> ProcKey {
        row(pid, "p").key
    }

    /// Six rows; the fourth one stands there for the fifth, which is below it, if so wished.
    fn order(is_fourth_context: bool) -> RowOrder {
        let mut rows: Vec<_> = (1..=6).map(|pid| row(pid, "p")).collect();
        rows[3].name = "above".into();
        rows[4].ppid = 4;
        let filter = if is_fourth_context { "!name:above" } else { "" };
        let query = Query {
            sort: vec![Sort::first(FigureId::Pid).reversed()],
            grouping: Grouping::Tree,
            filter: Filter::parse(filter).unwrap(),
            ..Query::default()
        };
        let mut order = RowOrder::default();
        order.refresh(&query, &snapshot_of(rows));
        assert_eq!(order.rows().len(), 6);
        order
    }

    fn pids(selection: &RowSelection) -> Vec<u32> {
        selection.keys.iter().map(|key| key.pid).collect()
    }

    #[test]
    fn a_range_goes_from_where_it_began_in_either_direction() {
        let order = order(false);
        let mut selection = RowSelection::default();
        selection.set(Some(key(3)));
        selection.extend(order.rows(), key(5), false);
        assert_eq!(pids(&selection), [3, 4, 5]);
        selection.extend(order.rows(), key(2), false);
        assert_eq!(pids(&selection), [2, 3]);
        selection.toggle(key(5));
        selection.extend(order.rows(), key(6), true);
        assert_eq!(pids(&selection), [2, 3, 5, 6]);
        assert!(!selection.toggle(key(2)));
        assert_eq!(pids(&selection), [3, 5, 6]);
    }

    #[test]
    fn what_has_ended_or_stands_only_above_a_match_is_not_selected() {
        let order = order(true);
        let mut selection = RowSelection::default();
        selection.fill(order.rows());
        assert_eq!(pids(&selection), [1, 2, 3, 5, 6]);
        selection.retain(|key| key.pid > 2);
        assert_eq!(pids(&selection), [3, 5, 6]);
        selection.set(Some(key(1)));
        selection.extend(order.rows(), key(6), false);
        assert_eq!(pids(&selection), [1, 2, 3, 5, 6]);
        // A range whose beginning is gone begins anew.
        selection.set(Some(key(99)));
        selection.extend(order.rows(), key(2), false);
        assert_eq!(pids(&selection), [2]);
    }
}
