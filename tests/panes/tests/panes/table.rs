//! How the rows of the table stand to each other.

use eframe::egui::{Key, Modifiers, Role, pos2};
use egui_kittest::kittest::Queryable as _;
use panes::ScriptedFeed;
use panes::machine::{row, snapshot_of};
use proclab::app::command::Command;
use proclab::monitor::{Grouping, ProcState, Snapshot};

use crate::window::{rows, window};

/// init, below it a shell with two compilers and a player.
fn family() -> Snapshot {
    let rows = [
        (1, 0, "init", 0.0),
        (10, 1, "shell", 1.0),
        (12, 10, "cc", 70.0),
        (13, 10, "cc", 20.0),
        (20, 1, "player", 50.0),
    ];
    snapshot_of(
        rows.map(|(pid, ppid, name, cpu)| {
            let mut row = row(pid, name);
            row.ppid = ppid;
            row.cpu_percent = Ok(cpu);
            row.rss_bytes = Ok(1 << 20);
            row.username = Ok("ana".into());
            row
        })
        .into(),
    )
}

fn feed_of_family() -> ScriptedFeed {
    let feed = ScriptedFeed::new(60);
    feed.show(family());
    feed
}

/// The names and pids of the rows.
fn names(harness: &egui_kittest::Harness<'_, proclab::app::App>) -> Vec<String> {
    rows(harness)
        .iter()
        .map(|row| row.trim_end_matches(", ana, sleeping").to_owned())
        .collect()
}

#[test]
fn a_tree_opens_and_closes_by_mouse_and_by_keyboard() {
    let mut harness = window(&feed_of_family());
    harness.get_by_role_and_label(Role::Button, "Tree").click();
    harness.run();
    let all = ["init, 1", "shell, 10", "cc, 12", "cc, 13", "player, 20"];
    assert_eq!(names(&harness), all);
    harness
        .get_by_role_and_label(Role::Button, "Close shell")
        .click();
    harness.run();
    assert_eq!(names(&harness), ["init, 1", "shell, 10", "player, 20"]);
    assert_eq!(harness.state().monitor().selected(), None);

    // The keyboard: into the branch, out of it to its parent, and closed.
    harness.key_press(Key::ArrowDown);
    harness.run();
    harness.key_press(Key::ArrowDown);
    harness.run();
    harness.key_press(Key::ArrowRight);
    harness.run();
    assert_eq!(names(&harness), all);
    for _ in 0..2 {
        harness.key_press(Key::ArrowRight);
        harness.run();
    }
    let pid = |harness: &egui_kittest::Harness<'_, proclab::app::App>| {
        harness.state().monitor().selected().map(|key| key.pid)
    };
    assert_eq!(pid(&harness), Some(12));
    harness.key_press(Key::ArrowLeft);
    harness.run();
    assert_eq!(pid(&harness), Some(10));
    harness.key_press(Key::ArrowLeft);
    harness.run();
    assert_eq!(names(&harness).len(), 3);
}

#[test]
fn a_match_keeps_its_ancestors() {
    let mut harness = window(&feed_of_family());
    harness.key_press_modifiers(Modifiers::ALT, Key::Num2);
    harness.run();
    harness
        .state()
        .commands()
        .send(Command::SetFilter("cpu>60".into()));
    harness.run();
    assert_eq!(names(&harness), ["init, 1", "shell, 10", "cc, 12"]);
    assert_eq!(harness.state().monitor().shown_rows().len(), 1);
    assert_eq!(harness.state().settings().grouping, Grouping::Tree);
}

#[test]
fn programs_tell_what_they_take_together_and_how_sure_that_is() {
    let mut harness = window(&feed_of_family());
    harness
        .get_by_role_and_label(Role::Button, "By program")
        .click();
    harness.run();
    assert_eq!(
        names(&harness),
        ["cc, 2 processes", "player, 20", "shell, 10", "init, 1"]
    );
    let program = harness
        .get_by_role_and_label(Role::Row, "cc, 2 processes")
        .rect();
    let memory = harness
        .get_by_role_and_label(Role::ColumnHeader, "Memory")
        .rect();
    harness.hover_at(pos2(memory.center().x, program.center().y));
    harness.run_steps(60);
    assert!(
        harness
            .query_by_label_contains("counted once for each, so the total is this or less")
            .is_some()
    );
    harness
        .get_by_role_and_label(Role::Row, "cc, 2 processes")
        .click();
    harness.run();
    assert_eq!(names(&harness)[1..3], ["cc, 12", "cc, 13"]);
    // Enter closes what is marked.
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(names(&harness).len(), 4);
}

#[test]
fn a_process_that_is_asked_for_is_unfolded() {
    let mut harness = window(&feed_of_family());
    harness.key_press_modifiers(Modifiers::ALT, Key::Num3);
    harness.run();
    let key = harness
        .state()
        .monitor()
        .snapshot()
        .and_then(|snapshot| snapshot.row_by_pid(13))
        .map(|row| row.key)
        .expect("a compiler");
    harness.state().commands().send(Command::ShowInMonitor(key));
    harness.run();
    assert!(names(&harness).contains(&"cc, 13".to_owned()));
}

#[test]
fn a_further_column_sorts_among_equals() {
    let mut harness = window(&feed_of_family());
    harness
        .get_by_role_and_label(Role::ColumnHeader, "Memory")
        .click();
    harness.run();
    assert_eq!(names(&harness)[0], "init, 1", "equal rows stand by pid");
    harness
        .get_by_role_and_label(Role::ColumnHeader, "Name")
        .click_modifiers(Modifiers::SHIFT);
    harness.run();
    assert_eq!(
        names(&harness),
        ["cc, 12", "cc, 13", "init, 1", "player, 20", "shell, 10"]
    );
}

#[test]
fn the_chooser_moves_columns_and_says_what_the_unit_is() {
    let mut harness = window(&feed_of_family());
    let left = |harness: &egui_kittest::Harness<'_, proclab::app::App>, title| {
        let header = harness.get_by_role_and_label(Role::ColumnHeader, title);
        header.rect().left()
    };
    assert!(left(&harness, "PID") < left(&harness, "User"));
    harness
        .get_by_role_and_label(Role::Button, "Columns")
        .click();
    harness.run();
    harness.get_by_label("Move PID to the right").click();
    harness.run();
    assert!(left(&harness, "PID") > left(&harness, "User"));
    harness.get_by_label("the machine").click();
    harness.run();
    assert!(harness.state().settings().is_cpu_of_machine);
    harness.get_by_label("Reset to default").click();
    harness.run();
    assert!(left(&harness, "PID") < left(&harness, "User"));
}

#[test]
fn a_title_that_is_dragged_takes_its_column_along() {
    let mut harness = window(&feed_of_family());
    let rect = |harness: &egui_kittest::Harness<'_, proclab::app::App>, title| {
        let header = harness.get_by_role_and_label(Role::ColumnHeader, title);
        header.rect()
    };
    let (memory, pid) = (rect(&harness, "Memory"), rect(&harness, "PID"));
    harness.drag_at(memory.center());
    harness.run();
    harness.hover_at(pid.left_center());
    harness.run();
    harness.drop_at(pid.left_center());
    harness.run();
    assert!(rect(&harness, "Memory").left() < rect(&harness, "PID").left());
    assert!(rect(&harness, "Memory").left() > rect(&harness, "Name").left());
    assert_eq!(names(&harness)[0], "cc, 12", "a drag does not sort");
}

#[test]
fn the_state_of_a_busy_process_with_many_threads_is_not_that_of_its_first_alone() {
    let mut all = vec![row(10, "rustc"), row(11, "calm")];
    for (row, percent) in all.iter_mut().zip([118.8, 0.2]) {
        row.state = ProcState::Sleeping;
        row.num_threads = Ok(7);
        row.cpu_percent = Ok(percent);
    }
    let feed = ScriptedFeed::new(60);
    feed.show(snapshot_of(all));
    let mut harness = window(&feed);
    let names = rows(&harness);
    assert!(
        names[0].ends_with("active") && names[1].ends_with("sleeping"),
        "{names:?}"
    );
    for (filter, found) in [("state:active", 1), ("state:sleeping", 2), ("state:S", 2)] {
        let command = Command::SetFilter(filter.to_owned());
        harness.state().commands().send(command);
        harness.run();
        assert_eq!(rows(&harness).len(), found, "{filter}");
    }
}
