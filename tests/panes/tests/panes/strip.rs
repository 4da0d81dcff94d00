//! The machine as a whole.

use std::time::Duration;

use eframe::egui::Role;
use egui_kittest::kittest::Queryable as _;
use panes::ScriptedFeed;
use panes::machine::{row, snapshot_of};
use proclab::monitor::extra::Need;
use proclab::monitor::snapshot::DiskRates;
use proclab::monitor::{FigureId, Snapshot};

use crate::window::{rows, window};

/// Two programs, one of them with two processes, and a disk that is waited for.
fn machine(disk_share: f32) -> Snapshot {
    let mut rows = vec![row(10, "tracker"), row(11, "cc"), row(12, "cc")];
    for (row, (cpu, rss)) in rows.iter_mut().zip([(5.0, 9), (40.0, 1), (30.0, 2)]) {
        row.cpu_percent = Ok(cpu);
        row.rss_bytes = Ok(rss << 20);
        row.username = Ok("ana".into());
    }
    rows[0].state = proclab::monitor::ProcState::DiskSleep;
    let mut snapshot = snapshot_of(rows);
    snapshot.machine.pressure.io_percent = Ok(disk_share);
    snapshot
}

#[test]
fn each_figure_names_who_takes_the_most_and_a_click_sorts_by_it() {
    let feed = ScriptedFeed::new(60);
    feed.show(machine(0.0));
    let mut harness = window(&feed);
    assert!(harness.query_by_label_contains("cc 0.7 cores").is_some());
    assert!(harness.query_by_label_contains("tracker 9.0 MB").is_some());
    assert!(harness.query_by_label_contains("No shortage").is_some());
    assert_eq!(rows(&harness)[0], "cc, 11, ana, sleeping");
    let memory = harness
        .get_all_by_role(Role::Button)
        .find(|node| node.rect().top() > 60.0 && format!("{node:?}").contains("tracker 9.0 MB"));
    memory.expect("the figure is a button").click();
    harness.run();
    assert_eq!(rows(&harness)[0], "tracker, 10, ana, disk wait");
    assert_eq!(harness.state().settings().sort, "rss");
}

#[test]
fn what_lasts_is_said_in_a_sentence() {
    let feed = ScriptedFeed::new(60);
    let mut harness = window(&feed);
    let sentence = "Waiting on disk (63 %): tracker is blocked";
    assert!(harness.query_by_label_contains("No shortage").is_some());
    for second in 0..=Duration::from_secs(10).as_secs() {
        assert!(
            harness.query_by_label_contains(sentence).is_none(),
            "{second}"
        );
        feed.show(machine(63.0));
        harness.run();
        assert!(harness.query_by_label_contains("No shortage").is_none());
    }
    assert!(harness.query_by_label_contains(sentence).is_some());
}

#[test]
fn a_busy_disk_has_a_name_and_a_click_shows_its_column() {
    let feed = ScriptedFeed::new(60);
    let mut machine = machine(63.0);
    machine.machine.disk = Ok(DiskRates {
        read_bytes_per_second: 1 << 20,
        written_bytes_per_second: 180 << 20,
    });
    feed.show(machine.clone());
    let mut harness = window(&feed);
    assert!(feed.wanted().has(Need::Io), "it is asked whose it is");
    assert!(harness.query_by_label_contains("tracker writes").is_none());
    for row in &mut machine.rows {
        row.extra.io_read_rate = Ok(0.0);
        row.extra.io_write_rate = Ok(0.0);
    }
    machine.rows[0].extra.io_write_rate = Ok(f64::from(180 << 20));
    feed.show(machine);
    harness.run();
    let disk = harness.get_all_by_role(Role::Button).find(|node| {
        node.rect().top() > 60.0 && format!("{node:?}").contains("tracker writes 180.0 MB/s")
    });
    disk.expect("the figure is a button").click();
    harness.run();
    assert_eq!(harness.state().settings().sort, "io_write_rate");
    let shown = harness.state().settings().shown_columns();
    assert!(shown.iter().any(|column| column.id == FigureId::IoWrite));
}
