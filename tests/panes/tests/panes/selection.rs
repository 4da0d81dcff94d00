//! Several processes selected at once.

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use panes::ScriptedFeed;
use panes::machine::{row, snapshot_of};
use proclab::app::App;
use proclab::app::command::Command;
use proclab::app::command::Motion;
use proclab::monitor::Snapshot;

use crate::window::window;

/// Five processes, the first one the busiest.
fn five() -> Snapshot {
    let rows = (1..=5).map(|pid| {
        let mut row = row(pid, "p");
        row.cpu_percent = Ok((10 - pid) as f32);
        row.username = Ok("ana".into());
        row
    });
    snapshot_of(rows.collect())
}

fn window_of_five() -> (ScriptedFeed, Harness<'static, App>) {
    let feed = ScriptedFeed::new(60);
    feed.show(five());
    let harness = window(&feed);
    (feed, harness)
}

fn click(harness: &mut Harness<'_, App>, pid: u32, with: Modifiers) {
    let label = format!("p, {pid}, ana, sleeping");
    harness
        .get_by_role_and_label(Role::Row, &label)
        .click_modifiers(with);
    harness.run();
}

fn pids(harness: &Harness<'_, App>) -> Vec<u32> {
    let selection = harness.state().monitor().selection();
    selection.iter().map(|key| key.pid).collect()
}

#[test]
fn ctrl_takes_one_more_and_shift_a_range() {
    let (feed, mut harness) = window_of_five();
    click(&mut harness, 4, Modifiers::NONE);
    assert_eq!(pids(&harness), [4]);
    click(&mut harness, 2, Modifiers::COMMAND);
    assert_eq!(pids(&harness), [2, 4], "in the order of the table");
    assert_eq!(feed.selected().map(|(key, _)| key.pid), Some(2));
    assert!(harness.query_by_label("2 selected").is_some());
    click(&mut harness, 5, Modifiers::SHIFT);
    assert_eq!(pids(&harness), [2, 3, 4, 5]);
    click(&mut harness, 3, Modifiers::COMMAND);
    assert_eq!(pids(&harness), [2, 4, 5]);
    // What goes is not selected any more, nor is what the filter hides.
    let mut without = five();
    without.rows.retain(|row| row.key.pid != 5);
    feed.show(without);
    harness.run();
    assert_eq!(pids(&harness), [2, 4]);
    click(&mut harness, 1, Modifiers::COMMAND);
    let commands = harness.state().commands();
    commands.send(Command::SetFilter("pid>1".into()));
    harness.run();
    assert_eq!(pids(&harness), [2, 4]);
    // A plain click is about one alone.
    click(&mut harness, 3, Modifiers::NONE);
    assert_eq!(pids(&harness), [3]);
}

#[test]
fn the_keyboard_selects_too() {
    let (_, mut harness) = window_of_five();
    for (key, with) in [
        (Key::ArrowDown, Modifiers::NONE),
        (Key::ArrowDown, Modifiers::SHIFT),
        (Key::ArrowDown, Modifiers::SHIFT),
    ] {
        harness.key_press_modifiers(with, key);
        harness.run();
    }
    assert_eq!(pids(&harness), [1, 2, 3]);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowUp);
    harness.run();
    assert_eq!(pids(&harness), [1, 2]);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    assert_eq!(pids(&harness), [1, 2, 3, 4, 5]);
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(pids(&harness), [0; 0]);
    // In the filter it selects what was typed.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    assert_eq!(pids(&harness), [0; 0]);
}

#[test]
fn what_is_asked_of_the_rows_waits_for_those_of_the_filter() {
    let (_feed, mut harness) = window_of_five();
    harness.key_press(Key::ArrowDown);
    harness.run();
    for (wish, meant) in [
        (Command::SelectAll, &[4, 5][..]),
        (Command::MoveSelection(Motion::First), &[4]),
        (Command::ExtendSelection(Motion::Last), &[4, 5]),
    ] {
        let send = |harness: &Harness<'_, App>, command| harness.state().commands().send(command);
        send(&harness, Command::SetFilter("pid:4 | pid:5".to_owned()));
        harness.step();
        send(&harness, wish);
        // Asked for later, so it comes later.
        send(&harness, Command::SetFilter(String::new()));
        harness.run();
        assert_eq!(pids(&harness), meant);
    }
}
