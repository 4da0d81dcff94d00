//! Which row stands where. While somebody aims at the table, rows keep their places and what has ended leaves a ghost.

use std::collections::HashMap;
use std::sync::Arc;

use crate::monitor::{Query, Snapshot};
use crate::os::ProcKey;

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// Which process.
    pub key: ProcKey,
    /// Its place in the snapshot; a process that has ended meanwhile is known by its last name only.
    pub content: Content,
}

/// Where the cells of a row come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A place in [`Snapshot::rows`].
    Alive(u32),
    /// The name of a process that has ended while its row was being held.
    Ended(Arc<str>),
}

/// The rows to show, in order, and how many are left out.
#[derive(Clone, Debug, Default)]
pub struct RowOrder {
    rows: Vec<OrderRow>,
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

    /// Where a process stands.
    pub fn position(&self, key: ProcKey) -> Option<usize> {
        self.rows.iter().position(|row| row.key == key)
    }

    /// The name of a process that has ended while its row was held.
    pub fn ended_name(&self, key: ProcKey) -> Option<&str> {
        match &self.rows.get(self.position(key)?)?.content {
            Content::Ended(name) => Some(name),
            Content::Alive(_) => None,
        }
    }

    /// Sorts and filters anew. `before` is the snapshot that was shown so far, if rows are to keep their places.
    pub fn refresh(&mut self, query: &Query, snapshot: &Snapshot, before: Option<&Snapshot>) {
        let result = query.run(snapshot);
        self.hidden_kernel_threads = result.hidden_kernel_threads;
        self.hidden_by_filter = result.hidden_by_filter;
        let sorted = result.rows.into_iter().filter_map(|index| {
            let key = snapshot.rows.get(index as usize)?.key;
            Some(OrderRow {
                key,
                content: Content::Alive(index),
            })
        });
        self.is_held = before.is_some() && !self.rows.is_empty();
        match before {
            Some(before) if self.is_held => {
                let mut fresh: HashMap<ProcKey, usize> = HashMap::new();
                let sorted: Vec<OrderRow> = sorted.collect();
                for (place, row) in sorted.iter().enumerate() {
                    fresh.insert(row.key, place);
                }
                for row in &mut self.rows {
                    fresh.remove(&row.key);
                    row.content = content_now(row, snapshot, before);
                }
                let known = self.rows.len();
                self.rows.extend(
                    sorted
                        .into_iter()
                        .filter(|row| fresh.contains_key(&row.key)),
                );
                debug_assert!(self.rows.len() == known + fresh.len());
            }
            _ => self.rows = sorted.collect(),
        }
    }
}

fn content_now(row: &OrderRow, snapshot: &Snapshot, before: &Snapshot) -> Content {
    match snapshot.index_of(row.key).map(u32::try_from) {
        Some(Ok(index)) => Content::Alive(index),
        _ => match &row.content {
            Content::Ended(name) => Content::Ended(Arc::clone(name)),
            Content::Alive(_) => Content::Ended(
                before
                    .row(row.key)
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
        order.rows().iter().map(|row| row.key.pid).collect()
    }

    #[test]
    fn rows_are_sorted_anew_unless_they_are_held() {
        let query = Query {
            sort: Sort::first(ColumnId::Cpu),
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
