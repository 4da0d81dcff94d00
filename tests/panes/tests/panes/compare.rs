//! *Compare*: a remembered moment, a file, and files that are none.

use std::path::{Path, PathBuf};
use std::time::Duration;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use panes::ScriptedFeed;
use proclab::app::App;
use proclab::app::command::Command;
use proclab::app::command::CompareCommand;
use proclab::monitor::document::{Document, FieldSet};

use crate::window::window;

/// Waits for words that come from beside the window's thread.
fn wait_for(harness: &mut Harness<'_, App>, words: &str) {
    for _ in 0..500 {
        harness.step();
        if harness.query_all_by_label_contains(words).next().is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("“{words}” does not appear");
}

fn send(harness: &mut Harness<'_, App>, command: CompareCommand) {
    harness.state().commands().send(Command::Compare(command));
    harness.run_steps(4);
}

/// The rows of the pane: change, name, pid.
fn compared(harness: &Harness<'_, App>) -> Vec<String> {
    let rows = harness.query_all_by_role(Role::ListItem);
    rows.filter_map(|row| row.accesskit_node().label())
        .collect()
}

fn count_on_tab(harness: &Harness<'_, App>, tab: &str) -> usize {
    let tabs: Vec<_> = harness.query_all_by_role(Role::Tab).collect();
    let labels = tabs.iter().filter_map(|tab| tab.accesskit_node().label());
    let mut count = labels.filter_map(|label| label.strip_prefix(tab)?.trim().parse().ok());
    count.next_back().expect("there is such a tab")
}

fn click_tab(harness: &mut Harness<'_, App>, tab: &str) {
    let label = format!("{tab} {}", count_on_tab(harness, tab));
    harness.get_by_role_and_label(Role::Tab, &label).click();
    harness.run();
}

#[test]
fn a_moment_is_remembered_and_compared_with() {
    let mut harness = window(&ScriptedFeed::new(100));
    harness
        .get_by_role_and_label(Role::Button, "Compare")
        .click();
    harness.run();
    harness.get_by_label("Remember this moment").click();
    wait_for(&mut harness, "Remembered this moment, ");
    send(&mut harness, CompareCommand::WithMoment);
    wait_for(&mut harness, " to ");
    let counts = ["All", "New", "Gone", "Grown"].map(|tab| count_on_tab(&harness, tab));
    assert!(counts.iter().all(|&count| count > 0), "{counts:?}");

    click_tab(&mut harness, "Gone");
    assert!(
        compared(&harness)
            .iter()
            .all(|row| row.starts_with("gone, "))
    );

    click_tab(&mut harness, "Grown");
    let first = compared(&harness).remove(0);
    let pid: u32 = first.rsplit(", ").next().unwrap().parse().unwrap();
    harness
        .get_by_role_and_label(Role::ListItem, &first)
        .click();
    harness.run();
    assert_eq!(
        harness.state().monitor().selected().map(|key| key.pid),
        Some(pid)
    );

    harness.get_by_label("Filter the comparison").focus();
    harness
        .get_by_label("Filter the comparison")
        .type_text("no such process");
    harness.run();
    assert!(compared(&harness).is_empty());
    assert!(harness.query_by_label_contains("Nothing here.").is_some());
    harness.get_by_label("Close the comparison").click();
    harness.run();
    assert!(harness.query_by_label("Filter the comparison").is_none());
}

#[test]
fn a_moment_of_before_is_remembered_as_it_was() {
    let feed = ScriptedFeed::new(100);
    let mut harness = window(&feed);
    for _ in 0..30 {
        feed.advance();
        harness.run();
    }
    for _ in 0..12 {
        harness.state().commands().send(Command::LookEarlier);
        harness.run();
    }
    let said = harness.get_by_label_contains("Showing ");
    let said = format!("{said:?}");
    let clock = said
        .split([' ', ',', '"'])
        .find(|word| word.len() == 8 && word.matches(':').count() == 2 && !word.contains("::"));
    let clock = clock.expect("a time").to_owned();
    send(&mut harness, CompareCommand::Remember);
    wait_for(&mut harness, "Remembered this moment, ");
    let remembered = harness.get_by_label_contains("Remembered this moment, ");
    let remembered = format!("{remembered:?}");
    assert!(remembered.contains(&clock), "{said} {remembered}");
    // What it holds is of then.
    send(&mut harness, CompareCommand::WithMoment);
    wait_for(&mut harness, &format!("{clock} to "));
    assert!(count_on_tab(&harness, "Gone") > 0);
}

#[test]
fn who_was_there_before_and_was_not_exported_is_not_new() {
    let feed = ScriptedFeed::new(100);
    let mut harness = window(&feed);
    let file = scratch("compare-chosen.json");
    let snapshot = harness.state().monitor().snapshot().expect("a picture");
    let chosen: Vec<_> = snapshot.rows.iter().rev().take(2).cloned().collect();
    let fields = FieldSet::parse(Some("name,create_time,memory_info"), None).unwrap();
    let document = Document::of_rows(snapshot, &chosen, &fields);
    std::fs::write(&file, serde_json::to_string(&document).unwrap()).unwrap();
    send(&mut harness, CompareCommand::AskFile);
    let field = harness
        .get_all_by_role(Role::TextInput)
        .last()
        .expect("a field");
    field.focus();
    field.type_text(&file.display().to_string());
    harness.run();
    harness.key_press(Key::Enter);
    wait_for(
        &mut harness,
        "had started before but are missing from the file",
    );
    std::fs::remove_file(&file).unwrap();
    assert!(count_on_tab(&harness, "New") < 30, "not all others");
}

#[test]
fn titles_sort() {
    let mut harness = window(&ScriptedFeed::new(100));
    send(&mut harness, CompareCommand::Remember);
    wait_for(&mut harness, "Remembered this moment, ");
    send(&mut harness, CompareCommand::WithMoment);
    wait_for(&mut harness, " to ");
    click_tab(&mut harness, "Grown");
    let pids = |harness: &Harness<'_, App>| -> Vec<u32> {
        let rows = compared(harness);
        rows.iter()
            .map(|row| row.rsplit(", ").next().unwrap().parse().unwrap())
            .collect()
    };
    let headers = harness.query_all_by_role(Role::ColumnHeader);
    let below = headers.filter(|node| node.accesskit_node().label().as_deref() == Some("PID"));
    below
        .max_by(|a, b| a.rect().top().total_cmp(&b.rect().top()))
        .unwrap()
        .click();
    harness.run();
    assert!(pids(&harness).is_sorted(), "{:?}", pids(&harness));
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn compare_with(harness: &mut Harness<'_, App>, file: &Path) {
    send(harness, CompareCommand::AskFile);
    harness
        .get_by_role_and_label(Role::TextInput, "File")
        .focus();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    let field = harness.get_by_role_and_label(Role::TextInput, "File");
    field.type_text(&file.display().to_string());
    harness.run();
    harness.key_press(Key::Enter);
    harness.run_steps(4);
}

#[test]
fn a_file_that_is_none_says_what_it_is_and_keeps_what_was_typed() {
    let file = scratch("compare-wrong.json");
    let good = include_str!("../../../data/snapshot-1-now.json");
    for (content, words) in [
        (&good[..1_000], "compare-wrong.json is cut off"),
        ("", "compare-wrong.json is empty"),
        (
            "{\"a\":1}",
            "compare-wrong.json is JSON, but was not exported by Proclab",
        ),
        (
            "pid,name\n1,init\n",
            "compare-wrong.json is not JSON (line 1)",
        ),
        (
            "{\"schema\":\"proclab.snapshot/2\"}",
            "from a newer version: proclab.snapshot/2",
        ),
    ] {
        let mut harness = window(&ScriptedFeed::new(100));
        std::fs::write(&file, content).unwrap();
        compare_with(&mut harness, &file);
        wait_for(&mut harness, words);
        let field = harness.get_by_role_and_label(Role::TextInput, "File");
        assert_eq!(field.value().as_deref(), file.to_str());
    }
    let mut harness = window(&ScriptedFeed::new(100));
    compare_with(&mut harness, Path::new("/no/such/file.json"));
    wait_for(
        &mut harness,
        "Could not read /no/such/file.json: there is no such",
    );
}

#[test]
fn a_file_of_this_boot_is_compared_and_one_of_another_is_not() {
    let good = include_str!("../../../data/snapshot-1-now.json");
    let file = scratch("compare-good.json");
    std::fs::write(&file, good).unwrap();
    let mut harness = window(&ScriptedFeed::new(100));
    compare_with(&mut harness, &file);
    wait_for(&mut harness, "compare-good.json, ");
    // The file has two of them; processes that started before are not new.
    assert!(count_on_tab(&harness, "New") < 50);
    let left_out = "had started before but are missing from the file";
    assert!(harness.query_by_label_contains(left_out).is_some());

    let other = good.replace("00000000-0000-4000-8000", "11111111-0000-4000-8000");
    std::fs::write(&file, other).unwrap();
    compare_with(&mut harness, &file);
    wait_for(&mut harness, "scripted was rebooted since then");
}
