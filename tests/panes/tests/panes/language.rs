//! The panes in an invented language: what has no accents is not from the catalogue.

use std::collections::BTreeMap;
use std::sync::Arc;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use panes::ScriptedFeed;
use panes::pseudo::{accented, plain_words, pseudo_source};
use proclab::app::App;
use proclab::app::command::{Command, CompareCommand};
use proclab::run::lesson::Lesson;
use proclab::text::Text;
use serde_json::Value;

use crate::actions::ActionTest;
use crate::lab::{FOOD, KILLED, POOL, lab, steps};
use crate::window::{key_where, speak, window};

/// Words that are the same in every language: names of keys, the invented machine's programs, users and paths, what is typed
/// into the filter, the kernel's scheduling policy, and what the toolkit says of an edge.
const DATA: &[&str] = &[
    "Ctrl", "Delete", "Enter", "Period", "Resize", "Shift", "Space", "ana", "bash", "bin", "cargo",
    "cgroup", "cmd", "code", "cpu", "daemon", "data", "defunct", "docker", "editor", "ffmpeg",
    "files", "firefox", "home", "init", "job", "json", "log", "make", "mem", "name", "nginx",
    "now", "other", "panel", "pid", "pipe", "port", "postgres", "ppid", "proclab", "python3",
    "read", "root", "running", "rustc", "shell", "slice", "sshd", "state", "systemd", "tcp",
    "threads", "tracker", "tree", "two", "user", "usr", "verbose", "words", "write", "www", "zsh",
];

/// Texts of lessons and recorded runs, the longest first: what a program prints, raises and is called.
fn texts_of_runs() -> Vec<String> {
    const WORDS: &[&str] = &[
        "type", "kind", "phase", "role", "state", "outcome", "stream",
    ];
    fn collect(value: &Value, key: &str, texts: &mut Vec<String>) {
        match value {
            Value::String(text) if !WORDS.contains(&key) => texts.push(text.trim().to_owned()),
            Value::Array(list) => list.iter().for_each(|value| collect(value, key, texts)),
            Value::Object(fields) => {
                fields
                    .iter()
                    .for_each(|(key, value)| collect(value, key, texts));
            }
            _ => {}
        }
    }
    let mut texts = Vec::new();
    for line in [POOL, KILLED, FOOD]
        .iter()
        .flat_map(|stream| stream.lines())
    {
        collect(&serde_json::from_str(line).expect("JSON"), "", &mut texts);
    }
    for lesson in Lesson::all() {
        for text in [&lesson.title, &lesson.ask, &lesson.reveal] {
            texts.push(text.get("en").to_owned());
        }
        texts.extend(
            lesson
                .listing
                .lines()
                .iter()
                .map(|line| line.trim().to_owned()),
        );
    }
    texts.push("WorkerDied".to_owned());
    texts.retain(|text| text.len() >= 3);
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    texts.dedup();
    texts
}

/// The words on screen without accents, each with a text that has it.
fn plain(harness: &Harness<'_, App>) -> BTreeMap<String, String> {
    plain_beside(harness, &[])
}

/// The same without these texts.
fn plain_beside(harness: &Harness<'_, App>, data: &[String]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut nodes = vec![harness.root()];
    while let Some(node) = nodes.pop() {
        let access = node.accesskit_node();
        let placeholder = access.placeholder().map(str::to_owned);
        let texts = [
            access.label(),
            access.value(),
            access.description(),
            placeholder,
        ];
        for text in texts.into_iter().flatten() {
            let mut own = text.clone();
            for data in data {
                if own.contains(data.as_str()) {
                    own = own.replace(data, " ");
                }
            }
            for word in plain_words(&own) {
                if !DATA.contains(&word) {
                    found.insert(word.to_owned(), text.clone());
                }
            }
        }
        nodes.extend(node.children());
    }
    found
}

/// The invented language.
fn pseudo() -> Arc<Text> {
    Arc::new(Text::from_source(&pseudo_source()).expect("a catalogue"))
}

fn click(harness: &mut Harness<'_, App>, role: Role, label: &str) {
    harness
        .get_by_role_and_label(role, &accented(label))
        .click();
    harness.run_steps(4);
}

#[test]
fn the_table_has_no_english() {
    speak(pseudo());
    let mut harness = window(&ScriptedFeed::new(100));
    harness.run();
    assert_eq!(plain(&harness), BTreeMap::new());
}

#[test]
fn the_detail_has_no_english() {
    speak(pseudo());
    let feed = ScriptedFeed::new(100);
    let mut harness = window(&feed);
    let key = key_where(&harness, |row| {
        row.exe.is_ok() && row.key.pid > 40 && row.num_threads.is_ok_and(|count| count >= 3)
    });
    harness.state().commands().send(Command::ShowInMonitor(key));
    harness.run();
    let mut found = BTreeMap::new();
    for tab in [
        "Overview", "Threads", "Files", "Network", "Environ", "Limits", "Why",
    ] {
        click(&mut harness, Role::Tab, tab);
        harness.run();
        found.extend(plain(&harness));
    }
    assert_eq!(found, BTreeMap::new());
}

#[test]
fn dialogs_have_no_english() {
    speak(pseudo());
    let mut harness = window(&ScriptedFeed::new(100));
    let mut found = BTreeMap::new();
    for command in [
        Command::ExportJson,
        Command::Compare(CompareCommand::AskFile),
    ] {
        harness.state().commands().send(command);
        harness.run_steps(4);
        found.extend(plain(&harness));
        harness.key_press(Key::Escape);
        harness.run_steps(4);
    }
    for button in ["Columns", "How filters are written", "Compare"] {
        click(&mut harness, Role::Button, button);
        found.extend(plain(&harness));
        harness.key_press(Key::Escape);
        harness.run_steps(4);
    }
    assert_eq!(found, BTreeMap::new());
}

#[test]
fn questions_before_actions_have_no_english() {
    speak(pseudo());
    let mut test = ActionTest::new();
    test.click_row("shell", Modifiers::NONE);
    let mut found = BTreeMap::new();
    for key in [Key::Delete, Key::N] {
        test.press(Modifiers::NONE, key);
        found.extend(plain(&test.harness));
        test.press(Modifiers::NONE, Key::Escape);
    }
    assert_eq!(found, BTreeMap::new());
}

#[test]
fn the_lab_has_no_english() {
    speak(pseudo());
    let (mut found, data) = (BTreeMap::new(), texts_of_runs());
    for (stream, seconds) in [
        (POOL, 9.0),
        (POOL, 99.0),
        (KILLED, 99.0),
        (FOOD, 3.0),
        (FOOD, 99.0),
    ] {
        let (mut harness, run) = lab(stream, seconds);
        for tab in [
            "Code",
            "Form",
            "Lessons",
            "Results",
            "Items",
            "Log",
            "Processes",
        ] {
            let tab = accented(tab);
            if let Some(tab) = harness.query_by_role_and_label(Role::Tab, &tab) {
                tab.click();
            }
            steps(&mut harness);
            found.extend(plain_beside(&harness, &data));
        }
        run.end(1, "");
        steps(&mut harness);
        found.extend(plain_beside(&harness, &data));
    }
    assert_eq!(found, BTreeMap::new());
}
