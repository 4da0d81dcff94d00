//! Which rows of a snapshot are shown, in which order.

use super::column::{ColumnId, Direction};
use super::filter::Filter;
use super::snapshot::Snapshot;

/// What to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// Which processes.
    pub filter: Filter,
    /// Threads of the kernel too.
    pub show_kernel_threads: bool,
    /// In which order.
    pub sort: Sort,
}

/// An order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By which column.
    pub column: ColumnId,
    /// Which end first. Rows without a value stand last either way.
    pub direction: Direction,
}

/// What there is to show.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct QueryResult {
    /// Places in [`Snapshot::rows`], in order.
    pub rows: Vec<u32>,
    /// Kernel threads that are not shown because the query leaves them out.
    pub hidden_kernel_threads: u32,
    /// Further rows that the filter keeps out.
    pub hidden_by_filter: u32,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            show_kernel_threads: false,
            sort: Sort::first(ColumnId::Cpu),
        }
    }
}

impl Sort {
    /// The order of a column's first click.
    pub fn first(column: ColumnId) -> Self {
        Self {
            column,
            direction: column.column().first_direction,
        }
    }

    /// The order after a click on a column: its first one, or the other way round if it is this one's already.
    #[must_use]
    pub fn clicked(self, column: ColumnId) -> Self {
        if column == self.column {
            Self {
                column,
                direction: self.direction.reversed(),
            }
        } else {
            Self::first(column)
        }
    }
}

impl Query {
    /// The rows to show. The order is total (equal rows stand by pid), so that nothing jumps between equal snapshots.
    pub fn run(&self, snapshot: &Snapshot) -> QueryResult {
        let mut result = QueryResult::default();
        let mut shown = Vec::with_capacity(snapshot.rows.len());
        for (index, row) in (0_u32..).zip(&snapshot.rows) {
            if row.is_kernel_thread && !self.show_kernel_threads {
                result.hidden_kernel_threads += 1;
            } else if self.filter.matches(row, snapshot) {
                shown.push((index, row));
            } else {
                result.hidden_by_filter += 1;
            }
        }
        let Sort { column, direction } = self.sort;
        shown.sort_unstable_by(|(_, a), (_, b)| {
            column.compare(a, b, direction).then(a.key.cmp(&b.key))
        });
        result.rows = shown.into_iter().map(|(index, _)| index).collect();
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::reading::Reading;
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
        for (row, cpu) in rows.iter_mut().zip([
            Reading::Value(0.0),
            Reading::Value(0.0),
            Reading::Value(99.0),
            Reading::NotSampled,
            Reading::Value(0.0),
        ]) {
            row.cpu_percent = cpu;
        }
        snapshot_of(rows)
    }

    fn pids(query: &Query, snapshot: &Snapshot) -> Vec<u32> {
        let result = query.run(snapshot);
        result
            .rows
            .iter()
            .map(|&index| snapshot.rows[index as usize].key.pid)
            .collect()
    }

    #[test]
    fn busiest_first_equals_by_pid_unknown_last_kernel_threads_counted() {
        let snapshot = snapshot();
        let mut query = Query::default();
        assert_eq!(pids(&query, &snapshot), [3, 1, 5, 4]);
        assert_eq!(query.run(&snapshot).hidden_kernel_threads, 1);
        query.sort = query.sort.clicked(ColumnId::Cpu);
        assert_eq!(pids(&query, &snapshot), [1, 5, 3, 4]);
        query.show_kernel_threads = true;
        assert_eq!(pids(&query, &snapshot), [1, 2, 5, 3, 4]);
        query.sort = query.sort.clicked(ColumnId::Name);
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
                result.rows.len(),
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
                    sort,
                    show_kernel_threads: true,
                    ..Query::default()
                };
                assert_eq!(query.run(&snapshot).rows.len(), 5);
            }
        }
    }
}
