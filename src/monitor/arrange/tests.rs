use super::*;
use crate::monitor::process::CommandLine;
use crate::monitor::source::scripted::{row, snapshot_of};
use crate::monitor::unit::CpuUnit;
use crate::monitor::{Filter, Query};

/// (pid, parent, name, CPU %)
fn snapshot(rows: &[(u32, u32, &str, f32)]) -> Snapshot {
    snapshot_of(
        rows.iter()
            .map(|&(pid, ppid, name, cpu)| {
                let mut row = row(pid, name);
                row.ppid = ppid;
                row.cpu_percent = Ok(cpu);
                row.rss_bytes = Ok(1 << 20);
                row.cmdline = Ok(CommandLine::new(vec![name.into()]).into());
                row
            })
            .collect(),
    )
}

fn family() -> Snapshot {
    snapshot(&[
        (1, 0, "init", 0.0),
        (10, 1, "shell", 1.0),
        (11, 10, "make", 0.0),
        (12, 11, "cc", 70.0),
        (13, 11, "cc", 20.0),
        (20, 1, "player", 50.0),
    ])
}

/// Each line as depth, pid or program, and `-` where it stands open, `+` where closed, `?` where it does not match.
fn drawn(query: &Query, snapshot: &Snapshot) -> Vec<String> {
    let lines = query.run(snapshot).lines;
    lines
        .iter()
        .map(|line| {
            let subject = match &line.subject {
                Subject::Process(index) => snapshot.rows[*index as usize].key.pid.to_string(),
                Subject::Program(name) => name.to_string(),
                Subject::Ended(place) => format!("ended {place}"),
            };
            let fold = match line.fold {
                None => "",
                Some(Fold::Open) => "-",
                Some(Fold::Closed) => "+",
            };
            let context = if line.is_context { "?" } else { "" };
            format!("{}{subject}{fold}{context}", " ".repeat(line.depth.into()))
        })
        .collect()
}

fn query(grouping: Grouping) -> Query {
    Query {
        grouping,
        ..Query::default()
    }
}

#[test]
fn branches_stand_by_what_they_take_together() {
    let snapshot = family();
    let mut query = query(Grouping::Tree);
    assert_eq!(
        drawn(&query, &snapshot),
        ["1-", " 10-", "  11-", "   12", "   13", " 20"]
    );
    query.sort = vec![Sort::first(FigureId::Pid)];
    assert_eq!(
        drawn(&query, &snapshot),
        ["1-", " 20", " 10-", "  11-", "   13", "   12"]
    );
}

#[test]
fn a_closed_branch_stands_for_all_below_it() {
    let snapshot = family();
    let mut query = query(Grouping::Tree);
    let shell = snapshot.row_by_pid(10).unwrap().key;
    query.folds.toggle(&RowId::Process(shell));
    assert_eq!(drawn(&query, &snapshot), ["1-", " 10+", " 20"]);
    let lines = query.run(&snapshot).lines;
    let totals = lines[1].totals.as_ref().unwrap();
    assert_eq!(totals.count, 4);
    assert_eq!(
        totals.text(FigureId::Cpu, CpuUnit::OneCore).unwrap(),
        "91.0"
    );
    assert_eq!(
        totals.text(FigureId::Memory, CpuUnit::OneCore).unwrap(),
        "≤ 4.0 MB"
    );
    assert_eq!(lines[0].totals, None, "an open one stands for itself");
    let cc = snapshot.row_by_pid(12).unwrap();
    query.folds.open_to(cc, &snapshot);
    assert_eq!(drawn(&query, &snapshot).len(), 6);
}

#[test]
fn matches_keep_their_ancestors_even_closed_ones() {
    let snapshot = family();
    let mut query = query(Grouping::Tree);
    query.filter = Filter::parse("cpu>60").unwrap();
    let shell = snapshot.row_by_pid(10).unwrap().key;
    query.folds.toggle(&RowId::Process(shell));
    assert_eq!(
        drawn(&query, &snapshot),
        ["1-?", " 10-?", "  11-?", "   12"]
    );
    let result = query.run(&snapshot);
    assert_eq!((result.hidden_by_filter, result.matching.len()), (5, 1));
}

#[test]
fn orphans_are_roots_and_each_process_stands_once() {
    let snapshot = snapshot(&[
        (5, 99, "lost", 0.0),
        (7, 7, "odd", 0.0),
        (8, 7, "child", 0.0),
    ]);
    assert_eq!(drawn(&query(Grouping::Tree), &snapshot), ["5", "7-", " 8"]);
}

#[test]
fn one_line_a_program_and_its_processes_when_opened() {
    let snapshot = family();
    let mut query = query(Grouping::Programs);
    assert_eq!(drawn(&query, &snapshot), ["cc+", "20", "10", "1", "11"]);
    query.folds.toggle(&RowId::Program("cc".into()));
    assert_eq!(
        drawn(&query, &snapshot),
        ["cc-", " 12", " 13", "20", "10", "1", "11"]
    );
    query.sort = vec![Sort::first(FigureId::Name)];
    assert_eq!(drawn(&query, &snapshot)[0], "cc-");
    assert_eq!(
        query.run(&snapshot).matching.len(),
        6,
        "all of them match, be they shown or not"
    );
}

#[test]
fn a_program_is_known_by_its_file() {
    let mut row = row(1, "Web Content");
    assert_eq!(row.program(), "Web Content");
    row.exe = Ok("/usr/lib/firefox/firefox".into());
    assert_eq!(row.program(), "firefox");
}

#[test]
fn further_keys_decide_between_equals() {
    let snapshot = snapshot(&[
        (1, 0, "b", 5.0),
        (2, 0, "a", 5.0),
        (3, 0, "b", 9.0),
        (4, 0, "a", 5.0),
    ]);
    let mut query = query(Grouping::Flat);
    assert_eq!(drawn(&query, &snapshot), ["3", "1", "2", "4"]);
    query.sort = vec![Sort::first(FigureId::Cpu), Sort::first(FigureId::Name)];
    assert_eq!(drawn(&query, &snapshot), ["3", "2", "4", "1"]);
}

#[test]
fn ten_thousand_in_a_row_of_generations_are_walked_without_recursion() {
    let rows: Vec<_> = (1..=10_000)
        .map(|pid| (pid, pid - 1, "deep", 0.0))
        .collect();
    let lines = query(Grouping::Tree).run(&snapshot(&rows)).lines;
    assert_eq!(lines.len(), 10_000);
    assert_eq!(lines.last().unwrap().depth, 9_999);
}

#[test]
fn a_script_is_a_program_of_its_own_and_code_is_its_interpreters() {
    let mut snapshot = snapshot(&[
        (1, 0, "python3", 10.0),
        (2, 0, "python3", 20.0),
        (3, 0, "python3", 35.0),
        (4, 0, "python3", 40.0),
        (5, 0, "python3", 50.0),
    ]);
    let lines: [&[&str]; 5] = [&["a.py"], &["/x/a.py", "2"], &["b.py"], &["-c", "x"], &[]];
    for (row, line) in snapshot.rows.iter_mut().zip(lines) {
        let words = ["python3"].iter().chain(line).map(|&word| word.to_owned());
        row.cmdline = Ok(CommandLine::new(words.collect()).into());
        row.exe = Ok("/usr/bin/python3.11".into());
    }
    let query = Query {
        grouping: Grouping::Programs,
        ..Query::default()
    };
    let lines = drawn(&query, &snapshot);
    assert_eq!(lines.len(), 3, "{lines:?}");
    for (line, expected) in lines.iter().zip(["python3", "3", "python3 · a.py"]) {
        assert!(line.contains(expected), "{lines:?}");
    }
}
