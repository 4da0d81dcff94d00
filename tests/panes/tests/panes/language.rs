//! The panes in an invented language: what has no accents is not from the catalogue.

use std::collections::BTreeMap;

use egui_kittest::Harness;
use egui_kittest::kittest::NodeT as _;
use panes::ScriptedFeed;
use panes::pseudo::{plain_words, pseudo};
use proclab::app::App;

use crate::window::{speak, window};

/// Words that are the same in every language: names of keys, and of the invented machine's programs and users.
const DATA: &[&str] = &[
    "Ctrl", "Shift", "Space", "ana", "bash", "cargo", "code", "data", "defunct", "ffmpeg",
    "firefox", "make", "nginx", "postgres", "python3", "root", "rustc", "sshd", "systemd",
    "tracker", "www",
];

/// The words on screen without accents, each with a text that has it.
fn plain(harness: &Harness<'_, App>) -> BTreeMap<String, String> {
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
            for word in plain_words(&text) {
                if !DATA.contains(&word) {
                    found.insert(word.to_owned(), text.clone());
                }
            }
        }
        nodes.extend(node.children());
    }
    found
}

#[test]
fn the_table_has_no_english() {
    speak(pseudo());
    let mut harness = window(&ScriptedFeed::new(100));
    harness.run();
    assert_eq!(plain(&harness), BTreeMap::new());
}
