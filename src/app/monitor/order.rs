//! The order of the rows. While the pointer moves over the table, rows keep their places and ended ones stay visible.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::monitor::{Ended, Fold, Grouping, Line, Query, RowId, Snapshot, Subject, Totals};
use crate::os::ProcKey;

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderRow {
    /// What it stands for.
    pub id: RowId,
    /// Where its cells come from.
    pub content: RowContent,
    /// How many rows stand above it in the tree.
    pub depth: u16,
    /// Whether something is below it, and shown.
    pub fold: Option<Fold>,
    /// What it and all below it take together, where it stands for them.
    pub totals: Option<Box<Totals>>,
    /// How many processes that have ended it stands for besides.
    pub ended: u32,
    /// True if it does not match the filter and is there for those below it.
    pub is_context: bool,
}

/// Maximum number of just ended rows that keep their places; the latest do. A build ends many processes each second.
const LINGERING: usize = 3;

/// How long what is new or has ended stands out, at least.
const LINGER: Duration = Duration::from_millis(2_500);

/// Where the cells of a row come from.
#[derive(Clone, Debug, PartialEq)]
pub enum RowContent {
    /// A place in [`Snapshot::rows`].
    Alive(u32),
    /// What has ended.
    Ended(Arc<Ended>),
    /// The totals.
    Program,
}

impl OrderRow {
    fn new(line: Line, snapshot: &Snapshot) -> Option<Self> {
        let (id, content) = match line.subject {
            Subject::Process(index) => {
                let key = snapshot.rows.get(index as usize)?.key;
                (RowId::Process(key), RowContent::Alive(index))
            }
            Subject::Ended(place) => {
                let ended = snapshot.ended.newest_first.get(place as usize)?;
                let id = RowId::Process(ended.row.key);
                (id, RowContent::Ended(Arc::clone(ended)))
            }
            Subject::Program(name) => (RowId::Program(name), RowContent::Program),
        };
        Some(Self {
            id,
            content,
            depth: line.depth,
            fold: line.fold,
            totals: line.totals,
            ended: line.ended,
            is_context: line.is_context,
        })
    }

    /// The process, if it stands for one that has not ended.
    pub fn living(&self) -> Option<ProcKey> {
        let is_alive = matches!(self.content, RowContent::Alive(_));
        self.process().filter(|_| is_alive)
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
    /// Processes that have ended, shown or not.
    pub ended: u32,
    /// Processes that were not there a moment ago, and when they were seen first.
    born: HashMap<ProcKey, Instant>,
    /// Processes that have ended a moment ago, and when that was seen.
    gone: HashMap<ProcKey, Instant>,
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

    /// The processes of a program that match, in a row of their own or not; `snapshot` is the one that was arranged.
    pub fn of_program(&self, program: &str, snapshot: &Snapshot) -> Vec<ProcKey> {
        let matching = self.matching.iter();
        let rows = matching.filter_map(|&place| snapshot.rows.get(place as usize));
        rows.filter(|row| row.program() == program)
            .map(|row| row.key)
            .collect()
    }

    /// Where the row stands below which a row is folded.
    pub fn parent_of(&self, place: usize) -> Option<usize> {
        let depth = self.rows.get(place)?.depth;
        let above = self.rows.get(..place)?;
        above.iter().rposition(|row| row.depth < depth)
    }

    /// Whether a process was not there a moment ago.
    pub fn is_new(&self, id: &RowId) -> bool {
        matches!(id, RowId::Process(key) if self.born.contains_key(key))
    }

    /// Whether a process has ended a moment ago.
    pub fn is_just_ended(&self, id: &RowId) -> bool {
        matches!(id, RowId::Process(key) if self.gone.contains_key(key))
    }

    /// Forgets what has just come and gone: another moment is to be shown.
    pub fn forget_changes(&mut self) {
        self.born.clear();
        self.gone.clear();
    }

    /// Takes in what has come and gone since `before`, the snapshot that was shown so far, and sorts and filters anew,
    /// unless rows are to keep their places.
    pub fn advance(
        &mut self,
        query: &Query,
        snapshot: &Snapshot,
        before: &Snapshot,
        is_held: bool,
    ) {
        let now = snapshot.tick.instant;
        let is_fresh = |at: Instant| now.saturating_duration_since(at) < LINGER;
        self.born.retain(|_, at| is_fresh(*at));
        self.gone.retain(|_, at| is_fresh(*at));
        // Both are in ascending order of their keys.
        let mut known = before.rows.iter().map(|row| row.key).peekable();
        for row in &snapshot.rows {
            while known.next_if(|known| *known < row.key).is_some() {}
            if known.peek() != Some(&row.key) {
                self.born.insert(row.key, now);
            }
        }
        let ended = &snapshot.ended.newest_first;
        let news = ended
            .iter()
            .take_while(|ended| ended.instant > before.tick.instant);
        self.gone.extend(news.map(|ended| (ended.row.key, now)));
        let ended: HashMap<ProcKey, &Arc<Ended>> =
            ended.iter().map(|ended| (ended.row.key, ended)).collect();
        if is_held && !self.rows.is_empty() {
            // Of what ended while very much did, nothing is known any more.
            self.rows.retain_mut(|row| {
                let content = content_now(row, snapshot, &ended);
                let is_left = content.map(|content| row.content = content).is_some();
                is_left
                    && !row
                        .process()
                        .is_some_and(|key| query.dismissed.contains(&key))
            });
            let sorted = self.run(query, snapshot);
            self.hold(sorted);
            self.is_held |= !std::ptr::eq(snapshot, before);
            return;
        }
        if query.grouping != Grouping::Flat {
            // Below its parent it stands anyway.
            self.refresh(query, snapshot);
            return;
        }
        // What has just ended stays for a moment where it was.
        let mut lingering: Vec<(Instant, usize, OrderRow)> = std::mem::take(&mut self.rows)
            .into_iter()
            .enumerate()
            .filter(|(_, row)| self.is_just_ended(&row.id))
            .filter_map(|(place, mut row)| {
                row.content = content_now(&row, snapshot, &ended)?;
                match &row.content {
                    RowContent::Ended(ended) => Some((ended.instant, place, row)),
                    _ => None,
                }
            })
            .collect();
        lingering.sort_by_key(|(instant, ..)| Reverse(*instant));
        lingering.truncate(LINGERING);
        lingering.sort_by_key(|(_, place, _)| *place);
        let ended = lingering.into_iter().map(|(_, place, row)| (place, row));
        let ended: Vec<(usize, OrderRow)> = ended.collect();
        self.refresh(query, snapshot);
        if ended.is_empty() {
            return;
        }
        let stays: HashSet<RowId> = ended.iter().map(|(_, row)| row.id.clone()).collect();
        let mut sorted = std::mem::take(&mut self.rows)
            .into_iter()
            .filter(|row| !stays.contains(&row.id));
        for (place, row) in ended {
            let missing = place.saturating_sub(self.rows.len());
            self.rows.extend(sorted.by_ref().take(missing));
            self.rows.push(row);
        }
        self.rows.extend(sorted);
    }

    /// Sorts and filters anew.
    pub fn refresh(&mut self, query: &Query, snapshot: &Snapshot) {
        self.rows = self.run(query, snapshot);
        self.is_held = false;
    }

    fn run(&mut self, query: &Query, snapshot: &Snapshot) -> Vec<OrderRow> {
        let result = query.run(snapshot);
        self.hidden_kernel_threads = result.hidden_kernel_threads;
        self.hidden_by_filter = result.hidden_by_filter;
        self.ended = result.ended;
        self.matching = result.matching;
        let lines = result.lines.into_iter();
        lines
            .filter_map(|line| OrderRow::new(line, snapshot))
            .collect()
    }

    /// Leaves the rows where they are; what is new stands behind them, or below the row that was opened. What is below one
    /// that was closed goes.
    fn hold(&mut self, sorted: Vec<OrderRow>) {
        let here: HashMap<RowId, Option<Fold>> = self
            .rows
            .iter()
            .map(|row| (row.id.clone(), row.fold))
            .collect();
        let mut known = HashMap::new();
        let mut opened: HashMap<RowId, Vec<OrderRow>> = HashMap::new();
        let mut new = Vec::new();
        let mut above: Option<(RowId, u16)> = None;
        for row in sorted {
            above = above.filter(|(_, depth)| row.depth > *depth);
            match (here.get(&row.id), &above) {
                (Some(fold), _) => {
                    if above.is_none()
                        && (*fold, row.fold) == (Some(Fold::Closed), Some(Fold::Open))
                    {
                        above = Some((row.id.clone(), row.depth));
                    }
                    known.insert(row.id.clone(), row);
                }
                (None, Some((id, _))) => opened.entry(id.clone()).or_default().push(row),
                (None, None) => new.push(row),
            }
        }
        let mut closed: Option<u16> = None;
        for row in std::mem::take(&mut self.rows) {
            let Some(fresh) = known.remove(&row.id) else {
                if closed.is_none_or(|depth| row.depth <= depth) {
                    closed = None;
                    self.rows.push(row);
                }
                continue;
            };
            closed = (fresh.fold == Some(Fold::Closed)).then_some(fresh.depth);
            let below = opened.remove(&fresh.id);
            self.rows.push(fresh);
            self.rows.extend(below.into_iter().flatten());
        }
        self.rows
            .extend(new.into_iter().map(|row| OrderRow { depth: 0, ..row }));
    }
}

fn content_now(
    row: &OrderRow,
    snapshot: &Snapshot,
    ended: &HashMap<ProcKey, &Arc<Ended>>,
) -> Option<RowContent> {
    let RowId::Process(key) = row.id else {
        return Some(row.content.clone());
    };
    match snapshot.index_of(key).map(u32::try_from) {
        Some(Ok(index)) => Some(RowContent::Alive(index)),
        _ => ended
            .get(&key)
            .map(|ended| RowContent::Ended(Arc::clone(ended))),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::monitor::source::scripted::{row, snapshot_of};
    use crate::monitor::{Ends, FigureId, Grouping, Heard, Sort};

    /// The machine at a second, with what has ended since the one before.
    fn snapshot(second: u64, cpu: &[(u32, f32)], before: Option<&Snapshot>) -> Snapshot {
        static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
        let mut snapshot = snapshot_of(
            cpu.iter()
                .map(|&(pid, percent)| {
                    let mut row = row(pid, "p");
                    row.cpu_percent = Ok(percent);
                    row
                })
                .collect(),
        );
        snapshot.tick.number = second;
        snapshot.tick.instant = *BEGUN + Duration::from_secs(second);
        if let Some(before) = before {
            let mut ends = Ends::default();
            ends.advance(Some(before), &mut snapshot, Heard::default());
            let known = before.ended.newest_first.iter();
            let all = snapshot.ended.newest_first.iter().chain(known);
            snapshot.ended.newest_first = all.cloned().collect();
        }
        snapshot
    }

    fn pids(order: &RowOrder) -> Vec<u32> {
        let pid = |row: &OrderRow| row.process().map(|key| key.pid);
        order.rows().iter().filter_map(pid).collect()
    }

    #[test]
    fn rows_are_sorted_anew_unless_they_are_held() {
        let query = Query {
            sort: vec![Sort::first(FigureId::Cpu)],
            ..Query::default()
        };
        let first = snapshot(1, &[(10, 5.0), (11, 9.0), (12, 1.0)], None);
        let second = snapshot(2, &[(10, 50.0), (12, 1.0), (13, 99.0)], Some(&first));
        let mut order = RowOrder::default();
        order.refresh(&query, &first);
        assert_eq!(pids(&order), [11, 10, 12]);
        order.advance(&query, &second, &first, true);
        assert_eq!(pids(&order), [11, 10, 12, 13]);
        assert!(matches!(order.rows()[0].content, RowContent::Ended(_)));
        assert!(order.is_held);
        order.refresh(&query, &second);
        assert_eq!(pids(&order), [13, 10, 12, 11], "what has ended last");
        assert!(!order.is_held);
    }

    #[test]
    fn what_is_new_or_has_ended_stands_out_for_a_moment() {
        let mut query = Query::default();
        let first = snapshot(1, &[(10, 5.0), (11, 9.0), (12, 1.0)], None);
        let second = snapshot(2, &[(11, 9.0), (12, 1.0), (13, 99.0)], Some(&first));
        let mut order = RowOrder::default();
        order.refresh(&query, &first);
        order.advance(&query, &second, &first, false);
        assert_eq!(pids(&order), [13, 10, 11, 12], "10 stands where it stood");
        let is_new = |order: &RowOrder, place: usize| order.is_new(&order.rows()[place].id);
        assert!(is_new(&order, 0) && !is_new(&order, 3));
        let mut before = second;
        for second in 3..6 {
            let after = snapshot(second, &[(11, 9.0), (12, 1.0), (13, 99.0)], Some(&before));
            order.advance(&query, &after, &before, false);
            before = after;
        }
        assert_eq!(pids(&order), [13, 11, 12, 10], "then it goes to its place");
        assert!(!is_new(&order, 0));
        query.show_ended = false;
        order.refresh(&query, &before);
        assert_eq!(pids(&order), [13, 11, 12]);
    }

    #[test]
    fn held_rows_stay_when_one_is_taken_away_or_opened_or_closed() {
        let mut query = Query {
            sort: vec![Sort::first(FigureId::Cpu)],
            grouping: Grouping::Tree,
            ..Query::default()
        };
        let tree = |second, busy: f32, before| {
            let cpu = [(10, 9.0), (11, 3.0), (12, 2.0), (20, busy), (30, 1.0)];
            let mut snapshot = snapshot(second, &cpu, before);
            for child in &mut snapshot.rows[1..3] {
                (child.ppid, child.parent) = (10, Some(row(10, "p").key));
            }
            snapshot
        };
        let first = tree(1, 5.0, None);
        let mut second = tree(2, 50.0, Some(&first));
        second.rows.retain(|row| row.key.pid != 30);
        let mut ends = Ends::default();
        ends.advance(Some(&first), &mut second, Heard::default());
        let mut order = RowOrder::default();
        order.refresh(&query, &first);
        assert_eq!(pids(&order), [10, 11, 12, 20, 30]);
        order.advance(&query, &second, &first, true);
        assert_eq!(pids(&order), [10, 11, 12, 20, 30], "20 would be the first");
        query.folds.toggle(&order.rows()[0].id.clone());
        order.advance(&query, &second, &second, true);
        assert_eq!(pids(&order), [10, 20, 30]);
        query.dismissed.insert(row(30, "p").key);
        order.advance(&query, &second, &second, true);
        assert_eq!(pids(&order), [10, 20]);
        query.folds.toggle(&order.rows()[0].id.clone());
        order.advance(&query, &second, &second, true);
        assert_eq!(pids(&order), [10, 11, 12, 20]);
    }
}
