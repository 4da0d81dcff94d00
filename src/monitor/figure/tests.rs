use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::cell::started_text;
use super::*;
use crate::monitor::arrange::{Line, Subject};
use crate::monitor::document::Field;
use crate::monitor::document::Shape;
use crate::monitor::process::CommandLine;
use crate::monitor::reading::Unread;
use crate::monitor::source::Source as _;
use crate::monitor::source::scripted::{ScriptedSource, row, snapshot_of};
use crate::monitor::{Query, Sort};
use crate::text::Text;

#[test]
fn every_figure_is_where_its_id_says_and_every_column_stands_once() {
    let text = Text::english();
    for figure in &FIGURES {
        assert_eq!(figure.id.figure().key, figure.key);
        assert_ne!(text.get(figure.title_key), figure.title_key);
    }
    let keys: BTreeSet<_> = FIGURES.iter().map(|figure| figure.key).collect();
    let titles: BTreeSet<_> = COLUMNS.iter().map(|column| column.title_key).collect();
    assert_eq!((keys.len(), titles.len()), (FIGURES.len(), COLUMNS.len()));
    for column in COLUMNS {
        assert_eq!(FigureId::from_key(column.key), Some(column.id));
        let help = text.get(&format!("{}-help", column.title_key)).to_owned();
        assert!(help.ends_with('.'), "{help}");
        let unit = format!("{}-unit", column.title_key);
        assert_eq!(text.get(&unit) != unit, column.has_unit, "{unit}");
    }
    // What is not a column grows in a comparison, or nobody would ever see it.
    let unseen = FIGURES.iter().filter(|figure| {
        let mut columns = COLUMNS.iter();
        columns.all(|column| column.id != figure.id) && !GROWING.contains(&figure.id)
    });
    assert_eq!(unseen.map(|figure| figure.key).next(), None);
}

#[test]
fn every_figure_of_the_document_is_in_its_table() {
    for place in FIGURES.iter().flat_map(|figure| figure.field) {
        let (name, part) = place.split_once('.').unwrap_or((place, ""));
        let field = Field::every().find(|field| field.name == name).unwrap();
        let is_there = match field.shape {
            Shape::Parts(parts) => parts.iter().any(|known| known.name == part),
            _ => part.is_empty(),
        };
        assert!(is_there, "{place}");
    }
}

#[test]
fn cells_show_values_or_say_why_not() {
    let mut parent = row(1, "init");
    parent.key.start_ticks = 1;
    let mut child = row(20, "worker");
    child.ppid = 1;
    child.cpu_percent = Ok(286.96);
    child.rss_bytes = Ok(1_572_864);
    child.exe = Err(Unread::Denied);
    child.cmdline = Ok(CommandLine::new(vec!["worker".into(), "-v".into()]).into());
    let snapshot = snapshot_of(vec![child, parent]);
    let context = CellContext {
        snapshot: &snapshot,
        zone: &TimeZone::UTC,
        cpu_unit: CpuUnit::OneCore,
    };
    let child = snapshot.row_by_pid(20).unwrap();
    let cell = |id: FigureId| id.cell(child, context).map(Cow::into_owned);
    assert_eq!(cell(FigureId::Cpu), Ok("287.0".into()));
    assert_eq!(cell(FigureId::Memory), Ok("1.5 MB".into()));
    assert_eq!(cell(FigureId::Parent), Ok("init 1".into()));
    assert_eq!(cell(FigureId::CommandLine), Ok("worker -v".into()));
    assert_eq!(cell(FigureId::Exe), Err(Unread::Denied));
    let parent = snapshot.row_by_pid(1).unwrap();
    assert_eq!(
        FigureId::Parent.cell(parent, context),
        Err(Unread::NotApplicable)
    );
}

#[test]
fn a_start_of_today_shows_no_date() {
    let mut snapshot = snapshot_of(vec![row(1, "a")]);
    snapshot.tick.taken_at = jiff::Timestamp::from_second(1_790_000_000).unwrap();
    let context = CellContext {
        snapshot: &snapshot,
        zone: &TimeZone::UTC,
        cpu_unit: CpuUnit::OneCore,
    };
    assert_eq!(started_text(1_789_999_999.9, context).unwrap(), "14:13:19");
    assert_eq!(
        started_text(1_780_000_000.0, context).unwrap(),
        "2026-05-28 20:26"
    );
}

#[test]
fn unknown_values_stand_last_in_both_directions() {
    let mut known = row(1, "a");
    known.cpu_percent = Ok(0.0);
    let mut unknown = row(2, "b");
    unknown.cpu_percent = Err(Unread::NotSampled);
    for direction in [Direction::Ascending, Direction::Descending] {
        assert_eq!(
            FigureId::Cpu.compare(&known, &unknown, direction),
            Ordering::Less
        );
    }
    assert_eq!(text_order("Beta", "alpha"), Ordering::Greater);
    assert_eq!(text_order("a", "A"), Ordering::Greater);
}

#[test]
fn in_every_column_cells_without_a_value_stand_last() {
    let mut source = ScriptedSource::new(300, 5);
    let snapshot = source.sample(snapshot_of(Vec::new()).tick);
    let context = CellContext {
        snapshot: &snapshot,
        zone: &TimeZone::UTC,
        cpu_unit: CpuUnit::OneCore,
    };
    for column in COLUMNS.map(|column| column.id) {
        for direction in [Direction::Ascending, Direction::Descending] {
            let query = Query {
                show_kernel_threads: true,
                sort: vec![Sort { column, direction }],
                ..Query::default()
            };
            let lines = query.run(&snapshot).lines;
            let is_known = |line: &Line| match line.subject {
                Subject::Process(index) => {
                    column.cell(&snapshot.rows[index as usize], context).is_ok()
                }
                Subject::Ended(_) | Subject::Program(_) => false,
            };
            assert!(
                lines.is_sorted_by_key(|line| !is_known(line)),
                "{column:?} {direction:?}"
            );
        }
    }
}
