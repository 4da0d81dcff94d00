//! Processes that have ended: rows of their own until they are taken away.

use std::time::Duration;

use eframe::egui::{Key, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use panes::ScriptedFeed;
use panes::machine::{row, snapshot_of};
use proclab::app::App;
use proclab::app::command::Command;
use proclab::monitor::event::Happening;
use proclab::monitor::{Grouping, Listening, Reading, Snapshot, Unread};
use proclab::os::Exit;
use proclab::os::connector::Refusal;

use crate::window::{rows, window};

/// A shell and what it runs.
fn machine(pids: &[u32]) -> Snapshot {
    let rows = pids.iter().map(|&pid| {
        let mut row = row(pid, if pid == 10 { "sh" } else { "make" });
        row.ppid = if pid == 10 { 0 } else { 10 };
        row.cpu_percent = Ok(5.0);
        row.username = Ok("ana".into());
        row.peak_rss_bytes = Ok(210 << 20);
        row
    });
    snapshot_of(rows.collect())
}

fn ended(exit: Exit) -> Happening {
    Happening::Ended {
        exit,
        ppid: 10,
        left: None,
    }
}

/// A window in which make 12 was killed, and a copy of the shell has lived for ten milliseconds.
fn after_two_ends() -> (ScriptedFeed, Harness<'static, App>) {
    let feed = ScriptedFeed::new(60);
    feed.show(machine(&[10, 11, 12]));
    let mut harness = window(&feed);
    let start_ticks = 31;
    let at = Duration::from_millis;
    feed.tell([
        (
            at(100),
            300,
            Happening::Started {
                ppid: 10,
                start_ticks,
            },
        ),
        (at(110), 300, ended(Exit::Exited { status: 7 })),
        (at(500), 12, ended(Exit::Signalled { signal: 9 })),
    ]);
    for _ in 0..4 {
        feed.show(machine(&[10, 11]));
        harness.run();
    }
    (feed, harness)
}

const LIVING: [&str; 2] = ["sh, 10, ana, sleeping", "make, 11, ana, sleeping"];
const KILLED: &str = "make, 12, ana, ended -9 (SIGKILL)";
const SHORT: &str = "sh, 300, ana, ended 7";

#[test]
fn they_stay_behind_the_living_and_are_not_counted_among_them() {
    let (_feed, harness) = after_two_ends();
    assert_eq!(rows(&harness), [LIVING[0], LIVING[1], KILLED, SHORT]);
    assert!(harness.query_by_label("2 processes").is_some());
    assert!(
        harness
            .query_by_role_and_label(Role::Button, "2 ended")
            .is_some()
    );
}

#[test]
fn one_is_taken_away_by_its_cross_and_all_by_a_button() {
    let (feed, mut harness) = after_two_ends();
    harness
        .get_by_role_and_label(Role::Button, "Dismiss make 12")
        .click();
    harness.run();
    assert_eq!(rows(&harness), [LIVING[0], LIVING[1], SHORT]);
    feed.show(machine(&[10, 11]));
    harness.run();
    assert_eq!(rows(&harness).len(), 3, "it does not come back");
    harness
        .get_by_role_and_label(Role::Button, "Dismiss")
        .click();
    harness.run();
    assert_eq!(rows(&harness), LIVING);
    feed.show(machine(&[10]));
    harness.run();
    assert!(
        harness
            .query_by_role_and_label(Role::Button, "1 ended")
            .is_some(),
        "what ends later shows"
    );
}

#[test]
fn the_selected_one_is_taken_away_by_a_key_and_the_living_are_not() {
    let (_feed, mut harness) = after_two_ends();
    for (label, left) in [(LIVING[1], 4), (KILLED, 3)] {
        harness.get_by_role_and_label(Role::Row, label).click();
        harness.run();
        harness.key_press(Key::Delete);
        harness.run();
        assert_eq!(rows(&harness).len(), left, "{label}");
        // The living are asked about: not now.
        harness.key_press(Key::Escape);
        harness.run();
    }
    assert_eq!(harness.state().monitor().selected(), None);
}

#[test]
fn they_can_be_hidden_and_that_is_remembered() {
    let (_feed, mut harness) = after_two_ends();
    assert!(harness.state().settings().ended);
    harness
        .get_by_role_and_label(Role::Button, "2 ended")
        .click();
    harness.run();
    assert_eq!(rows(&harness), LIVING);
    assert!(!harness.state().settings().ended);
    harness
        .get_by_role_and_label(Role::Button, "Ended hidden")
        .click();
    harness.run();
    assert_eq!(rows(&harness).len(), 4);
}

#[test]
fn a_filter_finds_them_and_the_tree_has_them_below_their_parent() {
    let (_feed, mut harness) = after_two_ends();
    let send = |harness: &mut Harness<'static, App>, command| {
        harness.state().commands().send(command);
        harness.run();
    };
    send(&mut harness, Command::SetFilter("state:ended".into()));
    assert_eq!(rows(&harness), [KILLED, SHORT]);
    send(&mut harness, Command::SetFilter(String::new()));
    send(&mut harness, Command::ShowAs(Grouping::Tree));
    assert_eq!(rows(&harness), [LIVING[0], LIVING[1], KILLED, SHORT]);
}

#[test]
fn the_detail_says_what_is_remembered() {
    let (_feed, mut harness) = after_two_ends();
    harness.get_by_role_and_label(Role::Row, SHORT).click();
    harness.run();
    let has = |label: &str| harness.query_by_label(label).is_some();
    assert!(
        harness
            .query_by_role_and_label(Role::Heading, "sh 300")
            .is_some()
    );
    assert!(has("ended 7") && has("lived 10 ms"));
    assert!(has("Exit: ended 7") && has("Peak memory: –"));
}

#[test]
fn where_nothing_is_told_the_reason_can_be_read() {
    let feed = ScriptedFeed::new(60);
    feed.show(machine(&[10, 11]));
    feed.hear(Listening::Refused(Refusal::Denied), 0);
    let mut harness = window(&feed);
    for _ in 0..4 {
        feed.show(machine(&[10]));
        harness.run();
    }
    assert_eq!(rows(&harness)[1], "make, 11, ana, ended ? (needs root)");
    harness
        .get_by_role_and_label(Role::Button, "1 ended")
        .hover();
    harness.run();
    assert!(
        harness
            .query_by_label_contains("before Linux 6.6")
            .is_some()
    );
    assert!(harness.query_by_label("Events lost").is_none());
    feed.hear(Listening::On, 2);
    feed.show(machine(&[10]));
    harness.run();
    assert!(harness.query_by_label("Events lost").is_some());
}

/// So many compilers, the busiest of all, and a shell.
fn build(pids: std::ops::Range<u32>) -> Snapshot {
    let compilers = pids.map(|pid| {
        let mut row = row(pid, "cc");
        row.ppid = 10;
        row.cpu_percent = Ok(90.0);
        row.username = Ok("ana".into());
        row
    });
    let rows = machine(&[10, 11]).rows;
    snapshot_of(rows.into_iter().chain(compilers).collect())
}

#[test]
fn a_build_pushes_nothing_out_of_sight() {
    let feed = ScriptedFeed::new(60);
    feed.show(build(100..110));
    let mut harness = window(&feed);
    for second in 1..5 {
        feed.show(build(100 + 10 * second..110 + 10 * second));
        harness.run();
    }
    let ended = |rows: &[String]| rows.iter().filter(|row| row.contains(", ended")).count();
    let all = rows(&harness);
    assert_eq!(
        ended(&all[..15]),
        3,
        "the last to end stay where they stood: {all:?}"
    );
    assert!(ended(&all) > 10, "the others stand behind all that live");
    let commands = harness.state().commands();
    commands.send(Command::SortBy(proclab::monitor::FigureId::Name));
    harness.run();
    assert_eq!(ended(&rows(&harness)[..12]), 0, "whatever the order");
    harness
        .state()
        .commands()
        .send(Command::ShowAs(Grouping::Programs));
    harness.run();
    let programs = rows(&harness);
    assert!(
        programs.contains(&"cc, 10 processes, 40 ended".to_owned()),
        "{programs:?}"
    );
    assert_eq!(programs.len(), 3, "{programs:?}");
    harness
        .state()
        .commands()
        .send(Command::ShowAs(Grouping::Tree));
    harness.run();
    let tree = rows(&harness);
    assert_eq!((tree.len(), ended(&tree)), (17, 5), "the newest: {tree:?}");
}

#[test]
fn a_zombie_and_what_is_left_of_it_keep_its_command_line() {
    use proclab::monitor::{CommandLine, ProcState};
    let feed = ScriptedFeed::new(60);
    let with = |state, command: Reading<std::sync::Arc<CommandLine>>| {
        let mut snapshot = machine(&[10, 11]);
        snapshot.rows[1].state = state;
        snapshot.rows[1].cmdline = command;
        snapshot
    };
    let line = CommandLine::new(vec!["make".into(), "world".into()]);
    feed.show(with(ProcState::Sleeping, Ok(line.into())));
    let mut harness = window(&feed);
    let filter = Command::SetFilter("cmd:world".into());
    harness.state().commands().send(filter);
    harness.run();
    assert_eq!(rows(&harness), ["make, 11, ana, sleeping"]);
    feed.show(with(ProcState::Zombie, Err(Unread::Zombie)));
    harness.run();
    assert_eq!(rows(&harness), ["make, 11, ana, zombie"]);
    for _ in 0..5 {
        feed.show(machine(&[10]));
        harness.run();
        assert_eq!(rows(&harness), ["make, 11, ana, ended ? (not observed)"]);
    }
}
