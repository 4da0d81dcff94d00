//! Which rows of a snapshot are shown, in which order.

use std::collections::HashSet;

use super::arrange::{self, Folds, Grouping, Line};
use super::ends::Ended;
use super::fact::Facts;
use super::figure::{Direction, FigureId};
use super::filter::Filter;
use super::process::{ProcState, ProcessRow};
use super::snapshot::Snapshot;
use crate::os::ProcKey;

/// What to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// Which processes.
    pub filter: Filter,
    /// Threads of the kernel too.
    pub show_kernel_threads: bool,
    /// Processes that have ended too.
    pub show_ended: bool,
    /// Those of them that were taken away.
    pub dismissed: HashSet<ProcKey>,
    /// Those that passed the filter when they were ended from here: they stay to be seen.
    pub kept: HashSet<ProcKey>,
    /// In which order: the first one counts, each further one among equals.
    pub sort: Vec<Sort>,
    /// How they stand to each other.
    pub grouping: Grouping,
    /// What is folded.
    pub folds: Folds,
}

/// An order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By which column.
    pub column: FigureId,
    /// Which end first. Rows without a value stand last either way.
    pub direction: Direction,
}

/// What there is to show.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct QueryResult {
    /// The lines in order.
    pub lines: Vec<Line>,
    /// Places in [`Snapshot::rows`] of whatever matches, be it in a line of its own or not; ascending.
    pub matching: Vec<u32>,
    /// Kernel threads that are not shown because the query leaves them out.
    pub hidden_kernel_threads: u32,
    /// Further rows that the filter keeps out.
    pub hidden_by_filter: u32,
    /// Processes that have ended, shown or not, without those that were taken away.
    pub ended: u32,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            show_kernel_threads: false,
            show_ended: true,
            dismissed: HashSet::new(),
            kept: HashSet::new(),
            sort: vec![Sort::first(FigureId::Cpu)],
            grouping: Grouping::Flat,
            folds: Folds::default(),
        }
    }
}

impl Sort {
    /// The order of a column's first click.
    pub fn first(column: FigureId) -> Self {
        Self {
            column,
            direction: column.figure().first_direction,
        }
    }

    /// The other way round.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self {
            column: self.column,
            direction: self.direction.reversed(),
        }
    }
}

impl Query {
    /// Sorts by a column alone, the other way round if it is the first one already.
    pub fn sort_by(&mut self, column: FigureId) {
        let sort = match self.sort.first() {
            Some(sort) if sort.column == column => sort.reversed(),
            _ => Sort::first(column),
        };
        self.sort = vec![sort];
    }

    /// Sorts by a column too, among equals: first its way, then the other way round, then no more.
    pub fn sort_also_by(&mut self, column: FigureId) {
        let first = Sort::first(column);
        let place = self.sort.iter().position(|sort| sort.column == column);
        match place.and_then(|place| self.sort.get_mut(place)) {
            None => self.sort.push(first),
            Some(sort) if *sort == first => *sort = first.reversed(),
            Some(_) => {
                self.sort.retain(|sort| sort.column != column);
                if self.sort.is_empty() {
                    self.sort.push(first);
                }
            }
        }
    }

    /// What of processes that hardly ever changes it goes by.
    pub fn facts(&self) -> Facts {
        let columns = self.sort.iter().map(|sort| sort.column);
        let facts = self.filter.facts().and(Facts::of_sort(columns));
        match self.grouping {
            // Their sums tell of every process.
            Grouping::Programs => facts.and(Facts::of_sort([
                FigureId::Name,
                FigureId::Exe,
                FigureId::Memory,
            ])),
            Grouping::Tree => facts.and(Facts::of_sort([FigureId::Memory])),
            Grouping::Flat => facts,
        }
    }

    /// The lines to show.
    pub fn run(&self, snapshot: &Snapshot) -> QueryResult {
        let mut result = QueryResult::default();
        for (index, row) in (0_u32..).zip(&snapshot.rows) {
            if row.is_kernel_thread && !self.show_kernel_threads {
                result.hidden_kernel_threads += 1;
            } else if self.filter.matches(row, snapshot) || self.keeps(row) {
                result.matching.push(index);
            } else {
                result.hidden_by_filter += 1;
            }
        }
        let (matching, sort) = (&result.matching, &self.sort);
        result.lines = match self.grouping {
            Grouping::Flat => arrange::flat(snapshot, matching, sort),
            Grouping::Tree => arrange::tree(snapshot, matching, sort, &self.folds),
            Grouping::Programs => arrange::programs(snapshot, matching, sort, &self.folds),
        };
        let (ended, matching) = self.ended(snapshot);
        result.ended = ended;
        let lines = std::mem::take(&mut result.lines);
        result.lines = arrange::add_ended(snapshot, lines, &matching, self);
        result
    }

    /// Whether a process has ended that was ended from here.
    fn keeps(&self, row: &ProcessRow) -> bool {
        matches!(row.state, ProcState::Zombie | ProcState::Ended) && self.kept.contains(&row.key)
    }

    /// How many have ended, and the places of those to show.
    fn ended(&self, snapshot: &Snapshot) -> (u32, Vec<u32>) {
        let is_left = |ended: &Ended| {
            (self.show_kernel_threads || !ended.row.is_kernel_thread)
                && !self.dismissed.contains(&ended.row.key)
        };
        let (mut count, mut places) = (0, Vec::new());
        for (place, ended) in (0_u32..).zip(snapshot.ended.newest_first.iter()) {
            if is_left(ended) {
                count += 1;
                if self.show_ended
                    && (self.filter.matches(&ended.row, snapshot) || self.keeps(&ended.row))
                {
                    places.push(place);
                }
            }
        }
        (count, places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::arrange::Subject;
    use crate::monitor::reading::Unread;
    use crate::monitor::source::scripted::{row, snapshot_of};

    fn snapshot() -> Snapshot {
        let mut rows = vec![
            row(1, "init"),
            row(2, "kthreadd"),
            row(3, "busy"),
            row(4, "new"),
            row(5, "calm"),
        ];
        rows[1].is_kernel_thread = true;
        for (row, cpu) in
            rows.iter_mut()
                .zip([Ok(0.0), Ok(0.0), Ok(99.0), Err(Unread::NotSampled), Ok(0.0)])
        {
            row.cpu_percent = cpu;
        }
        snapshot_of(rows)
    }

    fn pids(query: &Query, snapshot: &Snapshot) -> Vec<u32> {
        let lines = query.run(snapshot).lines;
        let pid = |line: &Line| match line.subject {
            Subject::Process(index) => Some(snapshot.rows[index as usize].key.pid),
            Subject::Ended(_) | Subject::Program(_) => None,
        };
        lines.iter().filter_map(pid).collect()
    }

    #[test]
    fn busiest_first_equals_by_pid_unknown_last_kernel_threads_counted() {
        let snapshot = snapshot();
        let mut query = Query::default();
        assert_eq!(pids(&query, &snapshot), [3, 1, 5, 4]);
        assert_eq!(query.run(&snapshot).hidden_kernel_threads, 1);
        query.sort_by(FigureId::Cpu);
        assert_eq!(pids(&query, &snapshot), [1, 5, 3, 4]);
        query.show_kernel_threads = true;
        assert_eq!(pids(&query, &snapshot), [1, 2, 5, 3, 4]);
        query.sort_by(FigureId::Name);
        assert_eq!(pids(&query, &snapshot), [3, 5, 1, 2, 4]);
    }

    #[test]
    fn what_the_filter_hides_is_counted_apart() {
        let snapshot = snapshot();
        let query = Query {
            filter: Filter::parse("cpu>90").unwrap(),
            ..Query::default()
        };
        let result = query.run(&snapshot);
        assert_eq!(
            (
                result.lines.len(),
                result.hidden_by_filter,
                result.hidden_kernel_threads
            ),
            (1, 3, 1)
        );
    }

    #[test]
    fn every_column_orders_totally() {
        let snapshot = snapshot();
        for column in &crate::monitor::COLUMNS {
            for direction in [Direction::Ascending, Direction::Descending] {
                let sort = Sort {
                    column: column.id,
                    direction,
                };
                let query = Query {
                    sort: vec![sort],
                    show_kernel_threads: true,
                    ..Query::default()
                };
                assert_eq!(query.run(&snapshot).lines.len(), 5);
            }
        }
    }

    #[test]
    fn a_further_column_comes_turns_and_goes() {
        let mut query = Query::default();
        query.sort_also_by(FigureId::Name);
        assert_eq!(
            query.sort,
            [Sort::first(FigureId::Cpu), Sort::first(FigureId::Name)]
        );
        query.sort_also_by(FigureId::Name);
        assert_eq!(query.sort[1], Sort::first(FigureId::Name).reversed());
        query.sort_also_by(FigureId::Name);
        assert_eq!(query.sort, [Sort::first(FigureId::Cpu)]);
        query.sort_also_by(FigureId::Cpu);
        query.sort_also_by(FigureId::Cpu);
        assert_eq!(query.sort, [Sort::first(FigureId::Cpu)], "one remains");
        query.sort_also_by(FigureId::Name);
        query.sort_by(FigureId::Pid);
        assert_eq!(query.sort, [Sort::first(FigureId::Pid)]);
    }
}
