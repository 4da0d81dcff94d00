//! Rows beside each other, as a tree, or gathered by program: pure functions over a snapshot.

mod ended;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(super) use ended::add_ended;

use super::figure::{Direction, FigureId, text_order};
use super::process::ProcessRow;
use super::query::Sort;
use super::snapshot::Snapshot;
use super::totals::Totals;
use crate::os::ProcKey;

/// How rows stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// One beside the other.
    #[default]
    Flat,
    /// Children below their parents.
    Tree,
    /// One row a program.
    Programs,
}

/// What is folded against the rule: processes of the tree stand open at first, programs closed.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Folds {
    /// Processes whose children are hidden.
    pub closed: HashSet<ProcKey>,
    /// Programs whose processes are shown.
    pub open: HashSet<Arc<str>>,
}

/// What a line stands for, as long as it is there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RowId {
    /// A process.
    Process(ProcKey),
    /// All processes of a program.
    Program(Arc<str>),
}

/// Whether what is below a line is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// It is.
    Open,
    /// The line stands for it.
    Closed,
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// A process, be it one that has ended, or a program.
    pub subject: Subject,
    /// How many lines stand above it in the tree.
    pub depth: u16,
    /// Whether something is below it, and shown.
    pub fold: Option<Fold>,
    /// What it and all below it take together, where it stands for them.
    pub totals: Option<Box<Totals>>,
    /// How many processes that have ended it stands for besides.
    pub ended: u32,
    /// True if it does not match and is there for those below it.
    pub is_context: bool,
}

/// What stands in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A place in [`Snapshot::rows`].
    Process(u32),
    /// A place in [`super::EndedProcesses::newest_first`].
    Ended(u32),
    /// A program by its name.
    Program(Arc<str>),
}

impl Folds {
    /// Opens what is closed and closes what is open.
    pub fn toggle(&mut self, id: &RowId) {
        match id {
            RowId::Process(key) => {
                if !self.closed.remove(key) {
                    self.closed.insert(*key);
                }
            }
            RowId::Program(name) => {
                if !self.open.remove(name) {
                    self.open.insert(Arc::clone(name));
                }
            }
        }
    }

    /// Opens whatever hides a process.
    pub fn open_to(&mut self, row: &ProcessRow, snapshot: &Snapshot) {
        self.open.insert(row.program().into());
        let above = std::iter::successors(snapshot.parent_of(row), |row| snapshot.parent_of(row));
        for ancestor in above.take(snapshot.rows.len()) {
            self.closed.remove(&ancestor.key);
        }
    }
}

impl Line {
    fn process(index: u32) -> Self {
        Self {
            subject: Subject::Process(index),
            depth: 0,
            fold: None,
            totals: None,
            ended: 0,
            is_context: false,
        }
    }

    /// Of a program; what its processes take together is added by whoever knows it.
    fn program(name: Arc<str>, folds: &Folds) -> Self {
        let is_open = folds.open.contains(&name);
        Self {
            subject: Subject::Program(name),
            fold: Some(if is_open { Fold::Open } else { Fold::Closed }),
            ..Self::process(0)
        }
    }
}

/// Which of two rows stands first. The order is total: equal rows stand by pid, so that nothing jumps between equal
/// snapshots.
fn compare(sort: &[Sort], a: &ProcessRow, b: &ProcessRow) -> Ordering {
    sort.iter()
        .map(|sort| sort.column.compare(a, b, sort.direction))
        .find(|order| order.is_ne())
        .unwrap_or_else(|| a.key.cmp(&b.key))
}

/// As [`compare`], for rows that stand for others too: what can be added up counts by its sum.
fn compare_with_totals(
    sort: &[Sort],
    (a, a_totals): (&ProcessRow, &Totals),
    (b, b_totals): (&ProcessRow, &Totals),
) -> Ordering {
    sort.iter()
        .map(|&Sort { column, direction }| {
            if Totals::is_summed(column) {
                amounts(a_totals.amount(column), b_totals.amount(column), direction)
            } else {
                column.compare(a, b, direction)
            }
        })
        .find(|order| order.is_ne())
        .unwrap_or_else(|| a.key.cmp(&b.key))
}

/// The unknown stands last in both directions.
fn amounts(a: Option<f64>, b: Option<f64>, direction: Direction) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => match direction {
            Direction::Ascending => a.total_cmp(&b),
            Direction::Descending => b.total_cmp(&a),
        },
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

/// The places that match, in order.
pub(super) fn flat(snapshot: &Snapshot, matching: &[u32], sort: &[Sort]) -> Vec<Line> {
    let mut rows = rows_at(snapshot, matching);
    rows.sort_unstable_by(|(_, a), (_, b)| compare(sort, a, b));
    rows.into_iter()
        .map(|(index, _)| Line::process(index))
        .collect()
}

fn rows_at<'a>(snapshot: &'a Snapshot, places: &[u32]) -> Vec<(u32, &'a ProcessRow)> {
    places
        .iter()
        .filter_map(|&index| Some((index, snapshot.rows.get(index as usize)?)))
        .collect()
}

/// What is known about a row of the tree.
#[derive(Clone, Default)]
struct Node {
    is_shown: bool,
    is_matching: bool,
    parent: Option<u32>,
    children: Vec<u32>,
    totals: Totals,
}

/// Children below their parents; those above a match are kept, and siblings stand by what they and those below them take.
pub(super) fn tree(
    snapshot: &Snapshot,
    matching: &[u32],
    sort: &[Sort],
    folds: &Folds,
) -> Vec<Line> {
    let mut nodes = vec![Node::default(); snapshot.rows.len()];
    for &index in matching {
        if let Some(node) = nodes.get_mut(index as usize) {
            node.is_matching = true;
        }
        show_with_ancestors(snapshot, &mut nodes, index);
    }
    let shown: Vec<u32> = (0..)
        .zip(&nodes)
        .filter(|(_, node)| node.is_shown)
        .map(|(index, _)| index)
        .collect();
    let mut roots = adopt(&mut nodes, &shown);
    let mut order = Vec::with_capacity(shown.len());
    walk(&nodes, &roots, |index, _| {
        order.push(index);
        true
    });
    for &index in order.iter().rev() {
        add_totals(snapshot, &mut nodes, index);
    }
    let mut rows = rows_at(snapshot, &order);
    rows.sort_unstable_by(|&(i, a), &(j, b)| {
        let totals = |index: u32| nodes.get(index as usize).map(|node| &node.totals);
        match (totals(i), totals(j)) {
            (Some(i), Some(j)) => compare_with_totals(sort, (a, i), (b, j)),
            _ => compare(sort, a, b),
        }
    });
    let order: Vec<u32> = rows.into_iter().map(|(index, _)| index).collect();
    for node in &mut nodes {
        node.children.clear();
    }
    roots = adopt(&mut nodes, &order);
    let mut lines = Vec::with_capacity(order.len());
    walk(&nodes, &roots, |index, depth| {
        let (Some(node), Some(row)) =
            (nodes.get(index as usize), snapshot.rows.get(index as usize))
        else {
            return false;
        };
        // One that is there for those below it would make no sense without them.
        let is_closed = node.is_matching && folds.closed.contains(&row.key);
        let fold = (!node.children.is_empty()).then_some(if is_closed {
            Fold::Closed
        } else {
            Fold::Open
        });
        lines.push(Line {
            subject: Subject::Process(index),
            depth,
            fold,
            totals: (fold == Some(Fold::Closed)).then(|| Box::new(node.totals)),
            ended: 0,
            is_context: !node.is_matching,
        });
        !is_closed
    });
    lines
}

/// Marks a row and those above it, as far as that has not been done.
fn show_with_ancestors(snapshot: &Snapshot, nodes: &mut [Node], index: u32) {
    let mut next = Some(index);
    while let Some(index) = next {
        let Some(node) = nodes.get_mut(index as usize).filter(|node| !node.is_shown) else {
            return;
        };
        node.is_shown = true;
        node.parent = snapshot
            .rows
            .get(index as usize)
            .and_then(|row| {
                let age = |key: ProcKey| (key.start_ticks, key.pid);
                // Strictly older: so no line of parents can close to a ring.
                let parent = row.parent.filter(|parent| age(*parent) < age(row.key))?;
                snapshot.index_of(parent)
            })
            .and_then(|parent| u32::try_from(parent).ok());
        next = node.parent;
    }
}

/// Gives each row to its parent, in this order; those without one are the roots.
fn adopt(nodes: &mut [Node], order: &[u32]) -> Vec<u32> {
    let mut roots = Vec::new();
    for &index in order {
        let parent = nodes.get(index as usize).and_then(|node| node.parent);
        match parent.and_then(|parent| nodes.get_mut(parent as usize)) {
            Some(parent) => parent.children.push(index),
            None => roots.push(index),
        }
    }
    roots
}

/// Adds what a row takes itself to its totals, and these to its parent's: to be called from the leaves up.
fn add_totals(snapshot: &Snapshot, nodes: &mut [Node], index: u32) {
    let own = snapshot.rows.get(index as usize).map(Totals::of);
    let Some(node) = nodes.get_mut(index as usize) else {
        return;
    };
    node.totals.add(&own.unwrap_or_default());
    let (totals, parent) = (node.totals, node.parent);
    if let Some(parent) = parent.and_then(|parent| nodes.get_mut(parent as usize)) {
        parent.totals.add(&totals);
    }
}

/// Goes through the tree from above, below a row only where `enter` says so.
fn walk(nodes: &[Node], roots: &[u32], mut enter: impl FnMut(u32, u16) -> bool) {
    let mut waiting: Vec<(u32, u16)> = roots.iter().rev().map(|&root| (root, 0)).collect();
    while let Some((index, depth)) = waiting.pop() {
        if enter(index, depth)
            && let Some(node) = nodes.get(index as usize)
        {
            let below = node.children.iter().rev();
            waiting.extend(below.map(|&child| (child, depth.saturating_add(1))));
        }
    }
}

/// The processes of one program.
struct Program<'a> {
    name: &'a str,
    rows: Vec<(u32, &'a ProcessRow)>,
    totals: Totals,
}

/// One line a program that has several processes; one that has a single process is that.
pub(super) fn programs(
    snapshot: &Snapshot,
    matching: &[u32],
    sort: &[Sort],
    folds: &Folds,
) -> Vec<Line> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut programs: Vec<Program<'_>> = Vec::new();
    for (index, row) in rows_at(snapshot, matching) {
        let name = row.program();
        let place = *places.entry(name).or_insert_with(|| {
            programs.push(Program {
                name,
                rows: Vec::new(),
                totals: Totals::default(),
            });
            programs.len() - 1
        });
        if let Some(program) = programs.get_mut(place) {
            program.rows.push((index, row));
            program.totals.add(&Totals::of(row));
        }
    }
    for program in &mut programs {
        program
            .rows
            .sort_unstable_by(|(_, a), (_, b)| compare(sort, a, b));
    }
    programs.sort_unstable_by(|a, b| compare_programs(sort, a, b));
    let mut lines = Vec::with_capacity(programs.len());
    for program in programs {
        if let [(index, _)] = *program.rows {
            lines.push(Line::process(index));
            continue;
        }
        let name: Arc<str> = program.name.into();
        let line = Line {
            totals: Some(Box::new(program.totals)),
            ..Line::program(name, folds)
        };
        let is_open = line.fold == Some(Fold::Open);
        lines.push(line);
        if is_open {
            lines.extend(program.rows.iter().map(|(index, _)| Line {
                depth: 1,
                ..Line::process(*index)
            }));
        }
    }
    lines
}

/// By sums where there are any; else a program stands where the first of its processes would.
fn compare_programs(sort: &[Sort], a: &Program<'_>, b: &Program<'_>) -> Ordering {
    let by_name = sort.first().filter(|sort| sort.column == FigureId::Name);
    if let Some(sort) = by_name {
        let order = text_order(a.name, b.name);
        return match sort.direction {
            Direction::Ascending => order,
            Direction::Descending => order.reverse(),
        };
    }
    match (a.rows.first(), b.rows.first()) {
        (Some((_, first)), Some((_, other))) => {
            compare_with_totals(sort, (first, &a.totals), (other, &b.totals))
        }
        _ => Ordering::Equal,
    }
}
