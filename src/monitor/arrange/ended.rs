//! Where among the lines stands what has ended: it counts nowhere, and comes after what lives where nothing tells them apart.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::{Fold, Folds, Grouping, Line, Subject, amounts};
use crate::monitor::ends::Ended;
use crate::monitor::process::ProcessRow;
use crate::monitor::query::{Query, Sort};
use crate::monitor::snapshot::Snapshot;
use crate::monitor::totals::Totals;
use crate::os::ProcKey;

/// Of what has ended below one process in the tree, so many are shown, the last to end: a build has hundreds.
const NEWEST: usize = 5;

/// Adds lines for these places in [`crate::monitor::EndedProcesses::newest_first`].
pub fn add_ended(
    snapshot: &Snapshot,
    lines: Vec<Line>,
    places: &[u32],
    query: &Query,
) -> Vec<Line> {
    let (sort, folds) = (&query.sort, &query.folds);
    let ended = &snapshot.ended.newest_first;
    let mut ghosts: Vec<Ghost<'_>> = places
        .iter()
        .filter_map(|&place| Some((place, ended.get(place as usize)?)))
        .collect();
    if ghosts.is_empty() {
        return lines;
    }
    ghosts.sort_by(|(_, a), (_, b)| {
        let order = by_columns(sort, &a.row, &b.row).then_with(|| by_what_is_left(sort, a, b));
        order.then_with(|| b.instant.cmp(&a.instant))
    });
    match query.grouping {
        Grouping::Flat => behind(lines, &ghosts),
        Grouping::Tree => {
            let mut newest: Vec<_> = ghosts.clone();
            newest.sort_by_key(|(_, ended)| Reverse(ended.instant));
            below_parents(snapshot, lines, &newest, folds, &query.kept)
        }
        Grouping::Programs => below_programs(snapshot, lines, &ghosts, folds),
    }
}

/// One that has ended, and its place.
type Ghost<'a> = (u32, &'a Arc<Ended>);

fn line(place: u32, depth: u16) -> Line {
    Line {
        subject: Subject::Ended(place),
        depth,
        fold: None,
        totals: None,
        ended: 0,
        is_context: false,
    }
}

/// As rows of the living are ordered, but for those that nothing tells apart.
fn by_columns(sort: &[Sort], a: &ProcessRow, b: &ProcessRow) -> Ordering {
    sort.iter()
        .map(|sort| sort.column.compare(a, b, sort.direction))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// What they take now they do not take any more: what they took counts instead, among themselves.
fn by_what_is_left(sort: &[Sort], a: &Ended, b: &Ended) -> Ordering {
    let Some(first) = sort.first() else {
        return Ordering::Equal;
    };
    let left = |ended: &Ended| first.column.figure().number_after_end(ended);
    amounts(left(a), left(b), first.direction)
}

/// Behind all that live, so that a build pushes nothing out of sight; among themselves where the columns put them.
fn behind(mut lines: Vec<Line>, ghosts: &[Ghost<'_>]) -> Vec<Line> {
    lines.extend(ghosts.iter().map(|(place, _)| line(*place, 0)));
    lines
}

/// The newest of them below their parents and behind what lives there, hidden with what is closed; those whose parent is not
/// shown stand behind all others.
fn below_parents(
    snapshot: &Snapshot,
    lines: Vec<Line>,
    ghosts: &[Ghost<'_>],
    folds: &Folds,
    kept: &HashSet<ProcKey>,
) -> Vec<Line> {
    let shown: HashMap<ProcKey, Option<Fold>> = lines
        .iter()
        .filter_map(|line| Some((row_of(snapshot, line)?.key, line.fold)))
        .collect();
    let mut below: HashMap<ProcKey, Vec<u32>> = HashMap::new();
    let mut rest = Vec::new();
    for (place, ended) in ghosts {
        let parent = ended.row.parent.and_then(|parent| snapshot.row(parent));
        let above = std::iter::successors(parent, |row| snapshot.parent_of(row));
        let above = above.take(snapshot.rows.len()).find_map(|row| {
            let fold = shown.get(&row.key)?;
            Some((row.key, *fold))
        });
        match above {
            Some((_, Some(Fold::Closed))) => {}
            Some((key, _)) if ended.row.parent == Some(key) => {
                let siblings = below.entry(key).or_default();
                if siblings.len() < NEWEST || kept.contains(&ended.row.key) {
                    siblings.push(*place);
                }
            }
            _ => rest.push(*place),
        }
    }
    let mut all = Vec::with_capacity(lines.len() + ghosts.len());
    // The children of those above the present line, which stand behind all that live below their parents.
    let mut open: Vec<(u16, Vec<u32>)> = Vec::new();
    let close = |all: &mut Vec<Line>, open: &mut Vec<(u16, Vec<u32>)>, depth: u16| {
        while let Some((parent, children)) = open.pop_if(|(parent, _)| *parent >= depth) {
            let lines = children.into_iter();
            all.extend(lines.map(|place| line(place, parent.saturating_add(1))));
        }
    };
    for mut living in lines {
        close(&mut all, &mut open, living.depth);
        let row = row_of(snapshot, &living);
        let children = row.and_then(|row| below.remove(&row.key));
        let Some((row, children)) = row.zip(children) else {
            all.push(living);
            continue;
        };
        // Where nobody below it lives, those who have ended are all there is to fold.
        let is_closed = living.fold.is_none() && folds.closed.contains(&row.key);
        living.fold = Some(if is_closed { Fold::Closed } else { Fold::Open });
        if is_closed {
            living.totals = Some(Box::new(Totals::of(row)));
        } else {
            open.push((living.depth, children));
        }
        all.push(living);
    }
    close(&mut all, &mut open, 0);
    all.extend(rest.into_iter().map(|place| line(place, 0)));
    all
}

/// Each with its program, hidden with what lives of it; programs of which nothing lives stand behind all others.
fn below_programs(
    snapshot: &Snapshot,
    lines: Vec<Line>,
    ghosts: &[Ghost<'_>],
    folds: &Folds,
) -> Vec<Line> {
    let mut waiting: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (place, ended) in ghosts {
        let same = waiting.entry(ended.row.program()).or_default();
        same.push(*place);
    }
    let mut all = Vec::with_capacity(lines.len() + ghosts.len());
    let mut lines = lines.into_iter().peekable();
    while let Some(mut first) = lines.next() {
        let lone = row_of(snapshot, &first);
        let name: Option<Arc<str>> = match &first.subject {
            Subject::Program(name) => Some(Arc::clone(name)),
            _ => lone.map(|row| row.program().into()),
        };
        let same = name.as_deref().and_then(|name| waiting.remove(name));
        let same = same.unwrap_or_default();
        let count = u32::try_from(same.len()).unwrap_or(u32::MAX);
        if let (Some(row), Some(name), 1..) = (lone, &name, count) {
            let program = Line {
                totals: Some(Box::new(Totals::of(row))),
                ..Line::program(Arc::clone(name), folds)
            };
            let only = std::mem::replace(&mut first, program);
            first.ended = count;
            let is_open = first.fold == Some(Fold::Open);
            all.push(first);
            all.extend(is_open.then_some(Line { depth: 1, ..only }));
            all.extend(below_program(&same, is_open));
            continue;
        }
        first.ended = count;
        let is_open = first.fold == Some(Fold::Open);
        all.push(first);
        while let Some(below) = lines.next_if(|line| line.depth > 0) {
            all.push(below);
        }
        all.extend(below_program(&same, is_open));
    }
    // Not by name, but as they were sorted.
    for (place, ended) in ghosts {
        let Some(same) = waiting.remove(ended.row.program()) else {
            continue;
        };
        if same.len() == 1 {
            all.push(line(*place, 0));
            continue;
        }
        let program = Line {
            ended: u32::try_from(same.len()).unwrap_or(u32::MAX),
            ..Line::program(ended.row.program().into(), folds)
        };
        let is_open = program.fold == Some(Fold::Open);
        all.push(program);
        all.extend(below_program(&same, is_open));
    }
    all
}

/// What has ended of a program, if that is open.
fn below_program(places: &[u32], is_open: bool) -> impl Iterator<Item = Line> {
    let shown = if is_open { places } else { &[] };
    shown.iter().map(|place| line(*place, 1))
}

fn row_of<'a>(snapshot: &'a Snapshot, line: &Line) -> Option<&'a ProcessRow> {
    match line.subject {
        Subject::Process(index) => snapshot.rows.get(index as usize),
        Subject::Ended(_) | Subject::Program(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::monitor::arrange::{Folds, RowId};
    use crate::monitor::figure::FigureId;
    use crate::monitor::process::CpuTimes;
    use crate::monitor::reading::Unread;
    use crate::monitor::source::scripted::{ended, row, snapshot_of};
    use crate::monitor::{Filter, Snapshot};

    /// init 1 with sh 10, which has top 20; ended are ls (of sh, last), ls (of sh) and old (of nobody).
    fn snapshot() -> Snapshot {
        let mut rows = vec![row(1, "init"), row(10, "sh"), row(20, "top")];
        rows[2].ppid = 10;
        for (row, cpu) in rows.iter_mut().zip([1.0, 2.0, 3.0]) {
            row.cpu_percent = Ok(cpu);
        }
        let mut snapshot = snapshot_of(rows);
        let begun = Instant::now();
        let ghost = |pid, name, parent: Option<u32>, second| {
            let mut ended = ended(pid, name, begun + Duration::from_secs(second));
            ended.row.parent = parent.map(|pid| row(pid, "").key);
            Arc::new(ended)
        };
        snapshot.ended.newest_first = Arc::new([
            ghost(32, "ls", Some(10), 3),
            ghost(31, "ls", Some(10), 2),
            ghost(30, "old", None, 1),
        ]);
        snapshot
    }

    fn names(query: &Query, snapshot: &Snapshot) -> Vec<String> {
        let result = query.run(snapshot);
        let text = |line: &Line| {
            let name = match &line.subject {
                Subject::Process(index) => snapshot.rows[*index as usize].name.to_string(),
                Subject::Ended(place) => {
                    let row = &snapshot.ended.newest_first[*place as usize].row;
                    format!("+{} {}", row.name, row.pid())
                }
                Subject::Program(name) => name.to_string(),
            };
            format!("{}{name}", " ".repeat(line.depth.into()))
        };
        result.lines.iter().map(text).collect()
    }

    #[test]
    fn they_stand_behind_the_living_by_their_columns() {
        let snapshot = snapshot();
        let mut query = Query::default();
        assert_eq!(
            names(&query, &snapshot),
            ["top", "sh", "init", "+ls 32", "+ls 31", "+old 30"],
            "the last to end first"
        );
        query.sort_by(FigureId::Name);
        assert_eq!(
            names(&query, &snapshot),
            ["init", "sh", "top", "+ls 32", "+ls 31", "+old 30"],
            "behind all that live"
        );
        query.show_ended = false;
        assert_eq!(names(&query, &snapshot), ["init", "sh", "top"]);
        assert_eq!(query.run(&snapshot).ended, 3, "counted, not shown");
    }

    #[test]
    fn in_the_tree_they_stand_below_their_parents_and_count_nowhere() {
        let snapshot = snapshot();
        let mut query = Query {
            grouping: Grouping::Tree,
            ..Query::default()
        };
        assert_eq!(
            names(&query, &snapshot),
            ["init", " sh", "  top", "  +ls 32", "  +ls 31", "+old 30"]
        );
        for (closed, expected) in [
            (10, ["init", " sh", "+old 30"].as_slice()),
            (1, &["init", "+old 30"]),
        ] {
            query.folds = Folds {
                closed: HashSet::from([row(closed, "").key]),
                ..Folds::default()
            };
            assert_eq!(names(&query, &snapshot), expected);
        }
        let lines = query.run(&snapshot).lines;
        let totals = lines[0].totals.as_deref().unwrap();
        assert_eq!(totals.count, 3, "the living");
    }

    #[test]
    fn where_nobody_else_is_below_it_they_can_be_folded_away() {
        let mut snapshot = snapshot();
        snapshot.rows.pop();
        let mut query = Query {
            grouping: Grouping::Tree,
            ..Query::default()
        };
        let folds = |query: &Query| {
            let lines = query.run(&snapshot).lines;
            lines
                .iter()
                .filter_map(|line| line.fold)
                .collect::<Vec<_>>()
        };
        assert_eq!(folds(&query), [Fold::Open, Fold::Open]);
        query.folds.toggle(&RowId::Process(row(10, "").key));
        assert_eq!(folds(&query), [Fold::Open, Fold::Closed]);
        assert_eq!(names(&query, &snapshot), ["init", " sh", "+old 30"]);
    }

    #[test]
    fn among_themselves_they_stand_by_what_they_took() {
        let mut snapshot = snapshot();
        let mut all = snapshot.ended.newest_first.to_vec();
        for (ended, (seconds, bytes)) in all.iter_mut().zip([(1.0, 30), (3.0, 10), (2.0, 20)]) {
            let row = &mut Arc::make_mut(ended).row;
            row.cpu_times = Ok(CpuTimes {
                user: seconds,
                system: 0.5,
                children_user: 0.0,
                children_system: 0.0,
                iowait: Err(Unread::Unsupported),
            });
            row.peak_rss_bytes = Ok(bytes);
        }
        // What is shown is the use over its life: much in a long one is little.
        for (ended, seconds) in all.iter_mut().zip([1, 60, 60]) {
            Arc::make_mut(ended).lifetime = Duration::from_secs(seconds);
        }
        snapshot.ended.newest_first = all.into();
        let mut query = Query::default();
        for (column, expected) in [
            (FigureId::Cpu, ["+ls 32", "+ls 31", "+old 30"]),
            (FigureId::Memory, ["+ls 32", "+old 30", "+ls 31"]),
        ] {
            query.sort = vec![Sort::first(column)];
            assert_eq!(names(&query, &snapshot)[3..], expected);
        }
    }

    #[test]
    fn of_many_below_one_process_the_newest_are_shown() {
        let mut snapshot = snapshot();
        let begun = Instant::now();
        let ghost = |pid: u32| {
            let mut ended = ended(pid, "cc", begun + Duration::from_secs(pid.into()));
            ended.row.parent = Some(row(10, "").key);
            Arc::new(ended)
        };
        snapshot.ended.newest_first = (100..200).rev().map(ghost).collect();
        let mut query = Query {
            grouping: Grouping::Tree,
            ..Query::default()
        };
        let newest = [
            "  +cc 199",
            "  +cc 198",
            "  +cc 197",
            "  +cc 196",
            "  +cc 195",
        ];
        assert_eq!(names(&query, &snapshot)[..3], ["init", " sh", "  top"]);
        assert_eq!(names(&query, &snapshot)[3..], newest);
        assert_eq!(query.run(&snapshot).ended, 100, "counted");
        // What was ended from here stays to be seen.
        query.kept.insert(row(120, "").key);
        assert_eq!(names(&query, &snapshot)[8..], ["  +cc 120"]);
        query.grouping = Grouping::Flat;
        assert_eq!(names(&query, &snapshot).len(), 103, "all of them");
    }

    #[test]
    fn by_program_they_are_folded_with_it() {
        let mut snapshot = snapshot();
        snapshot.rows.push(row(40, "ls"));
        let mut query = Query {
            grouping: Grouping::Programs,
            ..Query::default()
        };
        let ended = |query: &Query, snapshot: &Snapshot| -> Vec<u32> {
            let lines = query.run(snapshot).lines;
            lines.iter().map(|line| line.ended).collect()
        };
        assert_eq!(
            names(&query, &snapshot),
            ["top", "sh", "init", "ls", "+old 30"]
        );
        assert_eq!(ended(&query, &snapshot), [0, 0, 0, 2, 0]);
        let ls = query.run(&snapshot).lines.swap_remove(3);
        assert_eq!(ls.totals.map(|totals| totals.count), Some(1), "the living");
        query.folds.toggle(&RowId::Program("ls".into()));
        let open = [
            "top", "sh", "init", "ls", " ls", " +ls 32", " +ls 31", "+old 30",
        ];
        assert_eq!(names(&query, &snapshot), open);
        snapshot.rows.push(row(41, "ls"));
        let open = [&open[..5], &[" ls"], &open[5..]].concat();
        assert_eq!(names(&query, &snapshot), open);
        // Of whom nothing lives.
        snapshot.rows.truncate(3);
        let without = ["top", "sh", "init", "ls", " +ls 32", " +ls 31", "+old 30"];
        assert_eq!(names(&query, &snapshot), without);
        query.folds = Folds::default();
        let closed = ["top", "sh", "init", "ls", "+old 30"];
        assert_eq!(names(&query, &snapshot), closed);
        assert_eq!(ended(&query, &snapshot), [0, 0, 0, 2, 0]);
    }

    #[test]
    fn filters_mean_them_too_and_what_was_taken_away_is_gone() {
        let snapshot = snapshot();
        let mut query = Query::default();
        for (filter, expected) in [
            ("state:ended", ["+ls 32", "+ls 31", "+old 30"].as_slice()),
            ("!state:ended", &["top", "sh", "init"]),
            ("ls", &["+ls 32", "+ls 31"]),
            ("cpu>0", &["top", "sh", "init"]),
            ("tree:10", &["top", "sh", "+ls 32", "+ls 31"]),
        ] {
            query.filter = Filter::parse(filter).unwrap();
            assert_eq!(names(&query, &snapshot), expected, "{filter}");
        }
        // What was ended from here stays in the filter that found it.
        query.filter = Filter::parse("cpu>2").unwrap();
        query.kept.insert(row(31, "").key);
        assert_eq!(names(&query, &snapshot), ["top", "+ls 31"]);
        query.filter = Filter::default();
        query.dismissed.insert(row(32, "").key);
        assert!(!names(&query, &snapshot).contains(&"+ls 32".to_owned()));
        assert_eq!(query.run(&snapshot).ended, 2);
    }
}
