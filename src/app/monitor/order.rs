//! Which row stands where. While somebody aims at the table, rows keep their places and what has ended leaves a ghost.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::monitor::{Fold, Line, Query, RowId, Snapshot, Subject, Totals};
use crate::os::ProcKey;

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderRow {
    /// What it stands for.
    pub id: RowId,
    /// Where its cells come from.
    pub content: Content,
    /// How many rows stand above it in the tree.
    pub depth: u16,
    /// Whether something is below it, and shown.
    pub fold: Option<Fold>,
    /// What it and all below it take together, where it stands for them.
    pub totals: Option<Box<Totals>>,
    /// True if it does not match the filter and is there for those below it.
    pub is_context: bool,
}

/// Where the cells of a row come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A place in [`Snapshot::rows`].
    Alive(u32),
    /// The name of a process that has ended while its row was being held.
    Ended(Arc<str>),
    /// The totals.
    Program,
}

impl OrderRow {
    fn new(line: Line, snapshot: &Snapshot) -> Option<Self> {
        let (id, content) = match line.subject {
            Subject::Process(index) => {
                let key = snapshot.rows.get(index as usize)?.key;
                (RowId::Process(key), Content::Alive(index))
            }
            Subject::Program(name) => (RowId::Program(name), Content::Program),
        };
        Some(Self {
            id,
            content,
            depth: line.depth,
            fold: line.fold,
            totals: line.totals,
            is_context: line.is_context,
        })
    }

    /// The process, if it stands for one.
    pub const fn process(&self) -> Option<ProcKey> {
        match &self.id {
            RowId::Process(key) => Some(*key),
            RowId::Program(_) => None,
        }
    }
}

/// The rows to show, in order, and how many are left out.
#[derive(Clone, Debug, Default)]
pub struct RowOrder {
    rows: Vec<OrderRow>,
    /// Places in [`Snapshot::rows`] of whatever matches, in a row of its own or not.
    pub matching: Vec<u32>,
    /// Kernel threads left out.
    pub hidden_kernel_threads: u32,
    /// Rows that the filter keeps out.
    pub hidden_by_filter: u32,
    /// Whether rows were kept in place against the sorting.
    pub is_held: bool,
}

impl RowOrder {
    /// The rows in order.
    pub fn rows(&self) -> &[OrderRow] {
        &self.rows
    }

    /// Where a row stands.
    pub fn position(&self, id: &RowId) -> Option<usize> {
        self.rows.iter().position(|row| row.id == *id)
    }

    /// Where the row stands below which a row is folded.
    pub fn parent_of(&self, place: usize) -> Option<usize> {
        let depth = self.rows.get(place)?.depth;
        let above = self.rows.get(..place)?;
        above.iter().rposition(|row| row.depth < depth)
    }

    /// The name of a process that has ended while its row was held.
    pub fn ended_name(&self, key: ProcKey) -> Option<&str> {
        let place = self.position(&RowId::Process(key))?;
        match &self.rows.get(place)?.content {
            Content::Ended(name) => Some(name),
            _ => None,
        }
    }

    /// Sorts and filters anew. `before` is the snapshot that was shown so far, if rows are to keep their places.
    pub fn refresh(&mut self, query: &Query, snapshot: &Snapshot, before: Option<&Snapshot>) {
        let result = query.run(snapshot);
        self.hidden_kernel_threads = result.hidden_kernel_threads;
        self.hidden_by_filter = result.hidden_by_filter;
        self.matching = result.matching;
        let sorted = result.lines.into_iter();
        let sorted = sorted.filter_map(|line| OrderRow::new(line, snapshot));
        self.is_held = before.is_some() && !self.rows.is_empty();
        match before {
            Some(before) if self.is_held => self.hold(sorted.collect(), snapshot, before),
            _ => self.rows = sorted.collect(),
        }
    }

    /// Leaves the rows where they are; what is new stands behind them.
    fn hold(&mut self, sorted: Vec<OrderRow>, snapshot: &Snapshot, before: &Snapshot) {
        let here: HashSet<RowId> = self.rows.iter().map(|row| row.id.clone()).collect();
        let (known, new): (Vec<_>, Vec<_>) =
            sorted.into_iter().partition(|row| here.contains(&row.id));
        let mut known: HashMap<RowId, OrderRow> =
            known.into_iter().map(|row| (row.id.clone(), row)).collect();
        for row in &mut self.rows {
            match known.remove(&row.id) {
                Some(fresh) => *row = fresh,
                None => row.content = content_now(row, snapshot, before),
            }
        }
        self.rows.extend(new);
    }
}

fn content_now(row: &OrderRow, snapshot: &Snapshot, before: &Snapshot) -> Content {
    let key = match &row.id {
        RowId::Process(key) => *key,
        RowId::Program(name) => return Content::Ended(Arc::clone(name)),
    };
    match snapshot.index_of(key).map(u32::try_from) {
        Some(Ok(index)) => Content::Alive(index),
        _ => match &row.content {
            Content::Ended(name) => Content::Ended(Arc::clone(name)),
            _ => Content::Ended(
                before
                    .row(key)
                    .map_or_else(|| "".into(), |row| Arc::clone(&row.name)),
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::source::scripted::{row, snapshot_of};
    use crate::monitor::{ColumnId, Reading, Sort};

    fn snapshot(cpu: &[(u32, f32)]) -> Snapshot {
        snapshot_of(
            cpu.iter()
                .map(|&(pid, percent)| {
                    let mut row = row(pid, "p");
                    row.cpu_percent = Reading::Value(percent);
                    row
                })
                .collect(),
        )
    }

    fn pids(order: &RowOrder) -> Vec<u32> {
        let pid = |row: &OrderRow| row.process().map(|key| key.pid);
        order.rows().iter().filter_map(pid).collect()
    }

    #[test]
    fn rows_are_sorted_anew_unless_they_are_held() {
        let query = Query {
            sort: vec![Sort::first(ColumnId::Cpu)],
            ..Query::default()
        };
        let first = snapshot(&[(10, 5.0), (11, 9.0), (12, 1.0)]);
        let second = snapshot(&[(10, 50.0), (12, 1.0), (13, 99.0)]);
        let mut order = RowOrder::default();
        order.refresh(&query, &first, None);
        assert_eq!(pids(&order), [11, 10, 12]);
        order.refresh(&query, &second, Some(&first));
        assert_eq!(pids(&order), [11, 10, 12, 13]);
        assert_eq!(order.rows()[0].content, Content::Ended("p".into()));
        assert!(order.is_held);
        order.refresh(&query, &second, None);
        assert_eq!(pids(&order), [13, 10, 12]);
        assert!(!order.is_held);
    }
}
