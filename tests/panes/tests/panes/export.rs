//! *Export…*: what is written, where, and what is said of it.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use panes::ScriptedActionRunner;
use panes::ScriptedFeed;
use panes::ScriptedRun;
use panes::ScriptedSource;
use panes::SteppedArranger;
use proclab::app::command::Command;
use proclab::app::feed::Feed;
use proclab::app::settings::Settings;
use proclab::app::{App, ChosenFile, OpenSource, Sources, theme};
use proclab::monitor::document::FieldSet;
use proclab::monitor::extra::Wanted;
use proclab::monitor::{Look, Picture, ProcessDetail};
use proclab::os::ProcKey;
use proclab::text::Text;

use crate::window::{ANA, window, window_as_left, window_that_opens};

/// A window of 99 processes, 18 of them threads of the kernel, that asks what to export.
fn asking() -> Harness<'static, App> {
    let mut harness = window(&ScriptedFeed::new(100));
    open(&mut harness);
    harness
}

fn open(harness: &mut Harness<'_, App>) {
    harness
        .get_by_role_and_label(Role::Button, "Export…")
        .click();
    harness.run();
}

/// A few pictures on, not until all is calm: what a thread answers asks for further ones at any time.
fn press(harness: &mut Harness<'_, App>, button: &str) {
    harness.get_by_role_and_label(Role::Button, button).click();
    harness.run_steps(4);
}

fn is_asking(harness: &Harness<'_, App>) -> bool {
    let field = harness.query_by_role_and_label(Role::TextInput, "File");
    field.is_some()
}

fn path(harness: &Harness<'_, App>) -> String {
    let field = harness.get_by_role_and_label(Role::TextInput, "File");
    field.value().unwrap_or_default()
}

fn type_path(harness: &mut Harness<'_, App>, path: &str) {
    let field = harness.get_by_role_and_label(Role::TextInput, "File");
    field.focus();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    let field = harness.get_by_role_and_label(Role::TextInput, "File");
    field.type_text(path);
    harness.run();
}

/// Waits for words that come from beside the window's thread.
fn wait_for(harness: &mut Harness<'_, App>, words: &str) {
    for _ in 0..500 {
        harness.step();
        if harness.query_by_label_contains(words).is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("“{words}” does not appear");
}

/// A file that is not there.
fn scratch(name: &str) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::remove_file(&file).ok();
    file
}

/// How many processes a file holds.
fn count_in(file: &Path) -> usize {
    let text = std::fs::read_to_string(file).expect("it was written");
    let document: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    document["processes"].as_array().map_or(0, Vec::len)
}

#[test]
fn it_asks_for_a_path_and_can_be_cancelled() {
    let mut harness = asking();
    assert!(path(&harness).contains("proclab-"));
    press(&mut harness, "Cancel");
    assert!(!is_asking(&harness));
}

#[test]
fn of_a_moment_of_before_only_what_the_table_showed_is_offered() {
    let mut harness = window(&ScriptedFeed::new(100));
    harness
        .get_by_role_and_label(Role::Button, "Freeze")
        .click();
    harness.run();
    open(&mut harness);
    assert!(is_asking(&harness) && harness.query_by_label("Everything").is_none());
    assert!(
        harness
            .query_by_label_contains("Only the usual fields are known")
            .is_some()
    );
}

#[test]
fn what_the_table_shows_is_written_or_all_as_the_words_say() {
    let mut harness = asking();
    let file = scratch("export-shown.json");
    type_path(&mut harness, &file.display().to_string());
    assert!(
        harness
            .query_by_role_and_label(Role::RadioButton, "The 81 processes that the table shows")
            .is_some()
    );
    press(&mut harness, "Export 81 processes");
    wait_for(&mut harness, "Exported 81 processes to ");
    assert_eq!(count_in(&file), 81);

    open(&mut harness);
    let file = scratch("export-all.json");
    type_path(&mut harness, &file.display().to_string());
    let all = "All 99 processes, 18 kernel threads included";
    harness
        .get_by_role_and_label(Role::RadioButton, all)
        .click();
    harness.run();
    press(&mut harness, "Export 99 processes");
    wait_for(&mut harness, "Exported 99 processes to ");
    assert_eq!(count_in(&file), 99);
}

#[test]
fn a_filter_counts_and_nothing_is_asked_where_all_are_shown() {
    let mut harness = window(&ScriptedFeed::new(100));
    let commands = harness.state().commands();
    commands.send(Command::SetFilter("pid:1".to_owned()));
    commands.send(Command::ExportJson);
    harness.run();
    let one = "The one process that the table shows";
    assert!(harness.query_by_label(one).is_some());
    assert!(harness.query_by_label("Export one process").is_some());
    press(&mut harness, "Cancel");

    let commands = harness.state().commands();
    commands.send(Command::SetFilter(String::new()));
    commands.send(Command::ToggleKernelThreads);
    commands.send(Command::ExportJson);
    harness.run();
    let all = "All 99 processes, 18 kernel threads included";
    assert!(harness.query_by_label(all).is_some());
    assert_eq!(harness.query_all_by_role(Role::RadioButton).count(), 0);
}

#[test]
fn a_desktop_without_dialogs_is_told_and_the_path_can_be_typed() {
    let mut harness = asking();
    let suggested = path(&harness);
    press(&mut harness, "Browse…");
    wait_for(&mut harness, "No file dialog opens on this desktop");
    let field = harness.get_by_role_and_label(Role::TextInput, "File");
    assert!(field.is_focused());
    assert_eq!(path(&harness), suggested);
    type_path(&mut harness, "/tmp/a.json");
    assert_eq!(
        harness
            .query_all_by_label_contains("No file dialog")
            .count(),
        0
    );
}

#[test]
fn a_failure_keeps_the_path_and_says_why() {
    let mut harness = asking();
    type_path(&mut harness, "/no/such/folder/a.json");
    press(&mut harness, "Export 81 processes");
    let reason = "Could not write /no/such/folder/a.json: there is no such folder";
    wait_for(&mut harness, reason);
    assert_eq!(path(&harness), "/no/such/folder/a.json");
}

#[test]
fn format_fields_environment_and_names_are_as_chosen() {
    let mut harness = asking();
    let file = scratch("export-chosen.json");
    type_path(&mut harness, &file.display().to_string());
    for choice in ["NDJSON", "Everything", "Secrets hidden", "Chinese"] {
        harness.get_by_role_and_label(Role::Button, choice).click();
        harness.run();
    }
    // The name of the file goes along.
    let file = scratch("export-chosen.ndjson");
    assert_eq!(path(&harness), file.display().to_string());
    press(&mut harness, "Export 81 processes");
    wait_for(&mut harness, "Exported 81 processes to ");
    let text = std::fs::read_to_string(&file).expect("it was written");
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines.len(), 81);
    assert_eq!(lines[0]["schema"], "proclab.process/1");
    assert_eq!(lines[0]["环境变量"]["API_TOKEN"], "<redacted>");
    assert!(lines[0]["打开的文件"].is_array() && !text.contains("not-a-real-secret"));
    // The next export keeps the choices, but not the environment's.
    open(&mut harness);
    assert!(path(&harness).ends_with(".ndjson"));
    let file = scratch("export-again.csv");
    assert!(
        harness.query_by_label("No formulas").is_none(),
        "cells are CSV's"
    );
    harness.get_by_role_and_label(Role::Button, "CSV").click();
    harness.run();
    harness
        .get_by_role_and_label(Role::Button, "No formulas")
        .click();
    type_path(&mut harness, &file.display().to_string());
    press(&mut harness, "Export 81 processes");
    wait_for(&mut harness, "export-again.csv");
    assert!(harness.state().remembered().export.safe_cells, "remembered");
    let text = std::fs::read_to_string(&file).expect("it was written");
    assert!(text.starts_with("taken_at,pid,start_ticks,name,") && !text.contains("environ"));
    assert_eq!(text.lines().count(), 82);
}

#[test]
fn a_file_that_is_there_is_replaced_only_by_the_button_that_says_so() {
    let mut harness = asking();
    let file = scratch("export-there.json");
    std::fs::write(&file, "before").unwrap();
    type_path(&mut harness, &file.display().to_string());
    press(&mut harness, "Export 81 processes");
    wait_for(
        &mut harness,
        "export-there.json already exists. Replace it?",
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "before");
    // Another file is another question.
    type_path(&mut harness, "/tmp/other.json");
    let replace = |harness: &Harness<'_, App>| {
        let button = harness.query_by_role_and_label(Role::Button, "Replace the file");
        button.is_some()
    };
    assert!(!replace(&harness));
    type_path(&mut harness, &file.display().to_string());
    // Neither does Enter replace it.
    for _ in 0..2 {
        let field = harness.get_by_role_and_label(Role::TextInput, "File");
        field.focus();
        harness.step();
        harness.key_press(Key::Enter);
        wait_for(&mut harness, "already exists");
        harness.run_steps(4);
    }
    assert!(replace(&harness));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "before");
    press(&mut harness, "Replace the file");
    wait_for(&mut harness, "Exported 81 processes to ");
    assert_eq!(count_in(&file), 81);
}

/// A window whose exports read nothing until the gate is opened.
fn window_behind_a_gate() -> (SyncSender<()>, Harness<'static, App>) {
    let (open_gate, gate) = sync_channel::<()>(0);
    let gate = Mutex::new(gate);
    let source: OpenSource = Arc::new(move || {
        gate.lock()
            .expect("no thread panicked while it held the lock")
            .recv()
            .ok();
        Ok(Box::new(ScriptedSource::new(100, 7)))
    });
    let harness = window_that_opens(source, &ScriptedFeed::new(100));
    (open_gate, harness)
}

#[test]
fn a_file_that_came_meanwhile_is_not_replaced_unasked() {
    let (open_gate, mut harness) = window_behind_a_gate();
    open(&mut harness);
    let file = scratch("export-meanwhile.json");
    type_path(&mut harness, &file.display().to_string());
    press(&mut harness, "Export 81 processes");
    std::fs::write(&file, "somebody's").unwrap();
    open_gate.send(()).unwrap();
    wait_for(&mut harness, "already exists. Replace it?");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "somebody's");
}

#[test]
fn one_that_breaks_down_says_so() {
    let mut harness = window_that_opens(
        Arc::new(|| panic!("as the test wants")),
        &ScriptedFeed::new(100),
    );
    open(&mut harness);
    let file = scratch("export-broken.json");
    type_path(&mut harness, &file.display().to_string());
    press(&mut harness, "Export 81 processes");
    wait_for(&mut harness, "Writing failed because of a bug");
    assert_eq!(path(&harness), file.display().to_string());
    assert!(harness.query_by_label("Export 81 processes").is_some());
}

/// So many of the fields that can be picked: the environment and those that always come cannot.
fn of_fields(count: usize) -> String {
    format!("{count} of {}", FieldSet::all().fields().count() - 2)
}

#[test]
fn fields_are_picked_found_and_remembered() {
    let mut harness = asking();
    let file = scratch("export-picked.json");
    type_path(&mut harness, &file.display().to_string());
    press(&mut harness, "Pick");
    assert!(
        harness
            .query_by_label(&of_fields(FieldSet::default().fields().count() - 2))
            .is_some()
    );
    harness.get_by_role_and_label(Role::Link, "None").click();
    harness.run();
    assert!(harness.query_by_label(&of_fields(0)).is_some());
    let field = harness.get_by_role_and_label(Role::TextInput, "Find a field");
    field.focus();
    field.type_text("sockets");
    harness.run();
    harness
        .get_by_role_and_label(Role::CheckBox, "connections")
        .click();
    harness.run();
    assert!(harness.query_by_label(&of_fields(1)).is_some());
    press(&mut harness, "Export 81 processes");
    wait_for(&mut harness, "Exported 81 processes to ");
    let text = std::fs::read_to_string(&file).unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    for process in document["processes"].as_array().unwrap() {
        let names: Vec<&str> = process
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let rest = names.into_iter().filter(|name| *name != "unreadable");
        assert_eq!(
            rest.collect::<Vec<_>>(),
            ["connections", "pid", "start_ticks"]
        );
    }
    // In this window and in the next one.
    let settings = harness.state().remembered();
    let mut next = window_as_left(&ScriptedFeed::new(100), &ScriptedRun::default(), settings);
    for harness in [&mut harness, &mut next] {
        open(harness);
        assert!(harness.query_by_label(&of_fields(1)).is_some());
    }
}

#[test]
fn what_was_picked_outlives_a_cancel() {
    let mut harness = asking();
    press(&mut harness, "Pick");
    harness.get_by_role_and_label(Role::Link, "None").click();
    harness.run();
    harness.key_press(Key::Escape);
    harness.run();
    assert!(!is_asking(&harness));
    open(&mut harness);
    assert!(harness.query_by_label(&of_fields(0)).is_some());
    // Nothing is no document.
    let nothing = "No field is picked: pick at least one.";
    assert!(harness.query_by_label(nothing).is_some());
    let file = scratch("export-nothing.json");
    type_path(&mut harness, &file.display().to_string());
    press(&mut harness, "Export 81 processes");
    let button = harness.get_by_label("Export 81 processes");
    assert!(button.accesskit_node().is_disabled() && !file.exists());
}

#[test]
fn the_words_say_what_is_read_now_and_what_may_be_missing() {
    let mut harness = asking();
    press(&mut harness, "Pick");
    harness.get_by_role_and_label(Role::Link, "None").click();
    harness.run();
    let pick = |harness: &mut Harness<'_, App>, name: &str| {
        let field = harness.get_by_role_and_label(Role::TextInput, "Find a field");
        field.focus();
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        let field = harness.get_by_role_and_label(Role::TextInput, "Find a field");
        field.type_text(name);
        harness.run();
        harness.get_by_role_and_label(Role::CheckBox, name).click();
        harness.run();
    };
    let says =
        |harness: &Harness<'_, App>, words: &str| harness.query_by_label_contains(words).is_some();
    pick(&mut harness, "nice");
    assert!(!says(&harness, "the rest is read now") && !says(&harness, "I/O rates"));
    pick(&mut harness, "num_fds");
    assert!(says(&harness, "the rest is read now") && !says(&harness, "I/O rates"));
    pick(&mut harness, "io_rates");
    assert!(says(&harness, "I/O rates are included if"));
}

#[test]
fn the_writing_can_be_stopped_and_leaves_nothing() {
    let (open_gate, mut harness) = window_behind_a_gate();
    open(&mut harness);
    let file = scratch("export-stopped.json");
    type_path(&mut harness, &file.display().to_string());
    press(&mut harness, "Export 81 processes");
    assert!(harness.query_by_label("Writing 0 of 81…").is_some());
    press(&mut harness, "Cancel");
    assert!(is_asking(&harness), "it is stopped, not taken away");
    assert!(harness.query_by_label_contains("Stopping…").is_some());
    open_gate.send(()).unwrap();
    wait_for(&mut harness, "Stopped. Nothing was written.");
    assert!(!file.exists());
    press(&mut harness, "Cancel");
    assert!(!is_asking(&harness));
}

#[test]
fn one_that_waits_for_a_reader_of_a_pipe_can_be_left() {
    let mut harness = asking();
    let pipe = scratch("export.pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo is there").success());
    type_path(&mut harness, &pipe.display().to_string());
    press(&mut harness, "Export 81 processes");
    wait_for(&mut harness, "Writing 81 of 81…");
    press(&mut harness, "Cancel");
    press(&mut harness, "Cancel");
    assert!(!is_asking(&harness));
    // So that it goes on, and sees that it was stopped.
    let reader = std::fs::File::options().read(true).write(true).open(&pipe);
    assert!(reader.is_ok());
}

#[test]
fn the_selection_is_offered_and_meant_if_it_is_several() {
    let mut harness = window(&ScriptedFeed::new(100));
    let keys: Vec<_> = harness.state().monitor().snapshot().unwrap().rows[39..42]
        .iter()
        .map(|row| row.key)
        .collect();
    let commands = harness.state().commands();
    commands.send(Command::SelectProcess(Some(keys[0])));
    commands.send(Command::ExportJson);
    harness.run();
    let one =
        harness.query_by_role_and_label(Role::RadioButton, "The 81 processes that the table shows");
    assert!(one.is_some() && harness.query_by_label_contains("Only ").is_some());
    press(&mut harness, "Cancel");
    let commands = harness.state().commands();
    commands.send(Command::ToggleSelected(keys[1]));
    commands.send(Command::ExportJson);
    harness.run();
    let file = scratch("export-selected.json");
    type_path(&mut harness, &file.display().to_string());
    press(&mut harness, "Export 2 processes");
    wait_for(&mut harness, "Exported 2 processes to ");
    assert_eq!(count_in(&file), 2);
    // Nothing shows files where a test runs, and that is said.
    harness.get_by_label("Show").click();
    wait_for(
        &mut harness,
        "No file manager answers on this desktop. The file is ",
    );
}

#[test]
fn the_lab_has_nothing_to_export() {
    let mut harness = window(&ScriptedFeed::new(100));
    harness.state().commands().send(Command::OpenLab);
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    harness.run();
    assert!(!is_asking(&harness));
}

/// One that broke down before it saw anything.
struct Blind;
impl Feed for Blind {
    fn picture(&self) -> Option<Arc<Picture>> {
        None
    }
    fn detail(&self) -> Option<Arc<ProcessDetail>> {
        None
    }
    fn select(&self, _: Option<(ProcKey, Look)>) {}
    fn want(&self, _: Wanted) {}
    fn listen(&self, _: bool) {}
    fn set_interval(&self, _: Duration) {}
    fn is_alive(&self) -> bool {
        false
    }
    fn is_root(&self) -> bool {
        false
    }
    fn own(&self) -> Option<ProcKey> {
        None
    }
}

#[test]
fn before_the_first_picture_nothing_is_asked_and_the_window_rests() {
    let mut harness = Harness::builder()
        .with_size([1200.0, 760.0])
        .with_context_setup(theme::install)
        .build_eframe(move |creation| {
            let sources = Sources {
                text: Text::english(),
                monitor: Box::new(Blind),
                arranger: Box::new(SteppedArranger::new(creation.egui_ctx.clone())),
                runs: Box::new(ScriptedRun::default()),
                ask_file: |_, _, _| ChosenFile::NoDialog,
                open_source: Arc::new(|| Ok(Box::new(ScriptedSource::new(100, 7)))),
                probe_save: Arc::new(|| Ok(())),
                action_runner: Box::new(ScriptedActionRunner::new(ANA)),
                is_read_only: false,
            };
            App::with_settings(&creation.egui_ctx, sources, Settings::default())
        });
    harness.run();
    harness.state().commands().send(Command::ExportJson);
    harness.step();
    for _ in 0..10 {
        harness.step();
    }
    assert!(harness.state().commands().is_empty() && !is_asking(&harness));
}
