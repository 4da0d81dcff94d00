//! What can be copied of a row with its menu.

use eframe::egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use panes::ScriptedFeed;
use panes::machine::{row, snapshot_of};
use proclab::app::App;

use crate::window::{rows, window};

/// What was put into the clipboard since the last picture.
fn copied(harness: &Harness<'_, App>) -> Option<String> {
    let commands = &harness.output().platform_output.commands;
    commands.iter().find_map(|command| match command {
        eframe::egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    })
}

fn copy(harness: &mut Harness<'_, App>, of: &str, entry: &str) -> String {
    harness
        .get_by_role_and_label(Role::Row, of)
        .click_secondary();
    harness.run();
    harness.get_by_label(entry).click();
    for _ in 0..4 {
        harness.step();
        if let Some(text) = copied(harness) {
            return text;
        }
    }
    panic!("{entry} copied nothing");
}

/// The row that begins so.
fn rows_of(harness: &Harness<'_, App>, start: &str) -> String {
    let row = rows(harness).into_iter().find(|row| row.starts_with(start));
    row.expect("the row stands there")
}

#[test]
fn cell_row_json_and_kill_command_are_copied() {
    let feed = ScriptedFeed::new(60);
    feed.show(snapshot_of(vec![row(7, "own"), row(9, "other")]));
    let mut harness = window(&feed);
    let name = &rows_of(&harness, "own, 7");
    let text = copy(&mut harness, name, "Copy row");
    assert!(
        text.starts_with("own\t7\t") && !text.contains('\n'),
        "{text}"
    );
    let text = copy(&mut harness, name, "Copy as JSON");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&value["pid"], &value["name"]), (&7.into(), &"own".into()));
    assert_eq!(copy(&mut harness, name, "Copy kill command"), "kill 7");
    let mut without = snapshot_of(vec![row(9, "other")]);
    without.rows[0].username = Ok("ana".into());
    feed.show(without);
    harness.run();
    let gone = rows_of(&harness, "own, 7");
    harness
        .get_by_role_and_label(Role::Row, &gone)
        .click_secondary();
    harness.run();
    let entry = harness.get_by_label("Copy kill command");
    assert!(
        entry.accesskit_node().is_disabled(),
        "its pid may be another's"
    );
    harness.key_press(eframe::egui::Key::Escape);
    harness.run();
    let name = &rows_of(&harness, "other, 9");
    // The middle of the row, where it was clicked.
    assert!(!copy(&mut harness, name, "Copy this cell").contains('\t'));
}
