//! The rows of a comparison: which are shown, in which order.

use std::cmp::Ordering;

use crate::monitor::FigureId;
use crate::monitor::diff::{Changed, Comparison, Lone};
use crate::monitor::figure::GROWING;
use crate::os::ProcKey;

/// What happened to a process between the two moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ChangeKind {
    New,
    Gone,
    Grown,
    Changed,
}

impl ChangeKind {
    /// Every kind, in the order of the tabs.
    pub(super) const ALL: [Self; 4] = [Self::New, Self::Gone, Self::Grown, Self::Changed];
}

/// A process of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CompareRow {
    pub kind: ChangeKind,
    pub key: ProcKey,
    pub name: String,
    /// The change of each figure, in the order of [`GROWING`]; what is new or gone has none.
    pub growth: [Option<f64>; GROWING.len()],
    /// Resident memory now, or at last.
    pub memory: Option<f64>,
    /// Which facts have changed and how, or the command line.
    pub what: String,
    pub has_facts: bool,
}

/// By what the rows are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CompareSort {
    ChangeKind,
    Name,
    Pid,
    Memory,
    Growth(usize),
    What,
}

/// Every row of a comparison.
pub(super) fn rows_of(comparison: &Comparison) -> Vec<CompareRow> {
    let lone = |kind| move |lone: &Lone| row_of_lone(kind, lone);
    let new = comparison.new.iter().map(lone(ChangeKind::New));
    let gone = comparison.gone.iter().map(lone(ChangeKind::Gone));
    let changed = comparison.changed.iter().map(row_of_changed);
    changed.chain(new).chain(gone).collect()
}

fn row_of_lone(kind: ChangeKind, lone: &Lone) -> CompareRow {
    CompareRow {
        kind,
        key: lone.key(),
        name: lone.label.clone().unwrap_or_default(),
        growth: [None; GROWING.len()],
        memory: lone.figures.get(&FigureId::Memory).copied(),
        what: lone.cmdline.as_deref().unwrap_or_default().join(" "),
        has_facts: false,
    }
}

fn row_of_changed(changed: &Changed) -> CompareRow {
    let facts = changed.facts.iter();
    let facts: Vec<_> = facts
        .map(|(name, turn)| format!("{name}: {} to {}", turn.before, turn.after))
        .collect();
    let has_grown = [FigureId::Memory, FigureId::Unshared, FigureId::Descriptors]
        .iter()
        .any(|id| {
            changed
                .growth
                .get(id)
                .is_some_and(|growth| growth.growth > 0.0)
        });
    CompareRow {
        kind: if has_grown {
            ChangeKind::Grown
        } else {
            ChangeKind::Changed
        },
        key: changed.key(),
        name: changed.label.clone().unwrap_or_default(),
        growth: GROWING.map(|id| changed.growth.get(&id).map(|growth| growth.growth)),
        memory: changed
            .growth
            .get(&FigureId::Memory)
            .map(|growth| growth.after),
        has_facts: !facts.is_empty(),
        what: facts.join("; "),
    }
}

impl CompareRow {
    /// Whether it stands under a tab; what has grown and has other facts stands under two.
    pub(super) fn is_of(&self, kind: Option<ChangeKind>) -> bool {
        kind.is_none_or(|kind| self.kind == kind || (kind == ChangeKind::Changed && self.has_facts))
    }

    /// Whether it has a text, case ignored, in its name, its pid or what is said of it.
    pub(super) fn has(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        text.is_empty()
            || self.name.to_lowercase().contains(&text)
            || self.key.pid.to_string().starts_with(&text)
            || self.what.to_lowercase().contains(&text)
    }
}

/// Sorts rows: numbers largest first and texts from A, or the other way round; the unknown stands last.
pub(super) fn sort(rows: &mut [CompareRow], key: CompareSort, is_reversed: bool) {
    let number = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) if is_reversed => a.total_cmp(&b),
        (Some(a), Some(b)) => b.total_cmp(&a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    };
    let turned = |order: Ordering| if is_reversed { order.reverse() } else { order };
    rows.sort_by(|a, b| {
        let order = match key {
            CompareSort::ChangeKind => turned(a.kind.cmp(&b.kind)),
            CompareSort::Name => turned(a.name.cmp(&b.name)),
            CompareSort::Pid => turned(a.key.cmp(&b.key)),
            CompareSort::Memory => number(a.memory, b.memory),
            CompareSort::Growth(place) => number(
                a.growth.get(place).copied().flatten(),
                b.growth.get(place).copied().flatten(),
            ),
            // An empty text is none.
            CompareSort::What => a
                .what
                .is_empty()
                .cmp(&b.what.is_empty())
                .then(turned(a.what.cmp(&b.what))),
        };
        order.then(a.key.cmp(&b.key))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(pid: u32, kind: ChangeKind, rss: Option<f64>) -> CompareRow {
        CompareRow {
            kind,
            key: ProcKey {
                pid,
                start_ticks: 1,
            },
            name: format!("Name{pid}"),
            growth: [rss, None, None, None, None],
            memory: rss,
            what: String::new(),
            has_facts: pid == 1,
        }
    }

    #[test]
    fn largest_growth_first_and_the_unknown_last_either_way() {
        let mut rows = vec![
            row(3, ChangeKind::New, None),
            row(1, ChangeKind::Grown, Some(5.0)),
            row(2, ChangeKind::Changed, Some(-9.0)),
        ];
        let pids = |rows: &[CompareRow]| rows.iter().map(|row| row.key.pid).collect::<Vec<_>>();
        sort(&mut rows, CompareSort::Growth(0), false);
        assert_eq!(pids(&rows), [1, 2, 3]);
        sort(&mut rows, CompareSort::Growth(0), true);
        assert_eq!(pids(&rows), [2, 1, 3]);
        sort(&mut rows, CompareSort::ChangeKind, false);
        assert_eq!(pids(&rows), [3, 1, 2]);
        sort(&mut rows, CompareSort::Pid, true);
        assert_eq!(pids(&rows), [3, 2, 1]);
    }

    #[test]
    fn tabs_and_texts_choose() {
        let row = row(12, ChangeKind::Grown, None);
        assert!(
            row.is_of(None)
                && row.is_of(Some(ChangeKind::Grown))
                && !row.is_of(Some(ChangeKind::Changed))
        );
        assert!(self::row(1, ChangeKind::Grown, None).is_of(Some(ChangeKind::Changed)));
        assert!(row.has("") && row.has("name1") && row.has("12") && !row.has("x"));
    }
}
