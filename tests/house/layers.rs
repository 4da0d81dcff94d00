//! Which layer may use which, and what may be named where.

use crate::sources::{code, sources};

/// What each wing may name of the crate; a longer path stands for just that part.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("text", &["text"]),
    ("os", &["os"]),
    ("monitor", &["monitor", "text", "os"]),
    ("multiprocess", &["multiprocess", "os"]),
    (
        "task",
        &[
            "task",
            "multiprocess::worker",
            "multiprocess::error",
            "multiprocess::wire",
            "text",
        ],
    ),
    ("run", &["run", "multiprocess", "task", "text", "os"]),
    (
        "selftest",
        &["selftest", "run", "multiprocess", "task", "text", "os"],
    ),
    ("app", &["app", "monitor", "run", "task", "text", "os"]),
    (
        "cli",
        &["cli", "monitor", "run", "selftest", "task", "text", "os"],
    ),
];

/// Words that only some places may use: (word, where, why).
const ONLY_IN: &[(&str, &[&str], &str)] = &[
    ("egui", &["app/"], "the core builds without the toolkit"),
    ("eframe", &["app/"], "the core builds without the toolkit"),
    ("rfd::", &["app/"], "the core opens no dialogs"),
    ("x11rb", &["app/"], "the core knows no display"),
    ("zbus", &["app/"], "the core knows no desktop"),
    ("dlopen", &["os/"], "listed places, each with its reason"),
    (
        "sysinfo",
        &["monitor/source/", "os/"],
        "one place for readings",
    ),
    (
        "\"/proc",
        &["monitor/source/", "os/"],
        "one place for readings",
    ),
    (
        "unsafe {",
        &["monitor/source/linux/", "os/"],
        "listed places, each with its reason",
    ),
    (
        "unsafe fn",
        &["monitor/source/linux/", "os/"],
        "listed places, each with its reason",
    ),
    (
        "thread::Builder",
        STARTS_THREADS,
        "threads are started in few, listed places",
    ),
    (
        "thread::{",
        STARTS_THREADS,
        "threads are started in few, listed places",
    ),
    (
        "thread::spawn",
        STARTS_THREADS,
        "threads are started in few, listed places",
    ),
    (
        "thread::scope",
        STARTS_THREADS,
        "threads are started in few, listed places",
    ),
];

/// Who starts threads.
const STARTS_THREADS: &[&str] = &[
    "app/",
    "monitor/control/action_thread.rs",
    "monitor/sampler",
    "monitor/source/linux/listener.rs",
    "monitor/source/linux/users.rs",
    "multiprocess/engine/handle.rs",
    "multiprocess/pool/handle.rs",
    "multiprocess/worker/channel.rs",
    // A test's system calls that are refused from then on.
    "os/refusal.rs",
    // A test's process that goes on in its second thread.
    "os/lives_on.rs",
    "run/client.rs",
    "run/main_process/control.rs",
    "run/main_process/guarding.rs",
    "run/main_process/lifecycle.rs",
    "selftest/misdeed.rs",
];

#[test]
fn nobody_knows_who_stands_above() {
    let mut found = Vec::new();
    for (file, text) in sources() {
        let wing = file.split(['/', '.']).next().unwrap_or_default();
        let Some((_, allowed)) = MAY_KNOW.iter().find(|(name, _)| *name == wing) else {
            continue;
        };
        for (number, line) in code(&file, &text) {
            for (start, _) in line.match_indices("crate::") {
                let path = &line[start + "crate::".len()..];
                let known = allowed.iter().any(|allowed| {
                    path.strip_prefix(allowed).is_some_and(|rest| {
                        !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
                    })
                });
                if !known {
                    found.push(format!("src/{file}:{number}: {}", line.trim()));
                }
            }
        }
    }
    assert!(
        found.is_empty(),
        "these know too much:\n{}",
        found.join("\n")
    );
}

#[test]
fn some_words_have_their_place() {
    let mut found = Vec::new();
    for (file, text) in sources() {
        for (word, places, why) in ONLY_IN {
            if places.iter().any(|place| file.starts_with(place)) {
                continue;
            }
            found.extend(
                code(&file, &text)
                    .filter(|(_, line)| line.contains(word))
                    .map(|(number, line)| format!("src/{file}:{number}: {} ({why})", line.trim())),
            );
        }
    }
    assert!(found.is_empty(), "out of place:\n{}", found.join("\n"));
}

/// The longest file, lines.
const LONGEST_FILE: usize = 600;

#[test]
fn files_stay_small() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(file, text)| (text.lines().count(), file))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .collect();
    assert!(long.is_empty(), "each of these wants to be two: {long:?}");
}
