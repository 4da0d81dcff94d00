//! The house stays in order: who may know whom, and what may be named where. Reads the source text.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

use std::fs;
use std::path::{Path, PathBuf};

/// What each wing may name of the crate; a longer path stands for just that part.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("os", &["os"]),
    ("monitor", &["monitor", "os"]),
    ("multiprocess", &["multiprocess", "os"]),
    (
        "task",
        &[
            "task",
            "multiprocess::worker",
            "multiprocess::error",
            "multiprocess::wire",
        ],
    ),
    ("run", &["run", "multiprocess", "task", "os"]),
    (
        "selftest",
        &["selftest", "run", "multiprocess", "task", "os"],
    ),
    ("app", &["app", "monitor", "run", "task", "os"]),
    ("cli", &["cli", "monitor", "run", "selftest", "task", "os"]),
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
    "monitor/control/hand.rs",
    "monitor/sampler",
    "monitor/source/linux/listener.rs",
    "multiprocess/engine/handle.rs",
    "multiprocess/pool/handle.rs",
    "multiprocess/worker/channel.rs",
    // A test's process that goes on in its second thread.
    "os/lives_on.rs",
    "run/client.rs",
    "run/main_process/control.rs",
    "run/main_process/guarding.rs",
    "run/main_process/lifecycle.rs",
    "selftest/misdeed.rs",
];

/// No file is longer, lines.
const LONGEST_FILE: usize = 600;

fn sources() -> Vec<(String, String)> {
    fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let name = |path: &Path| {
        path.strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    files
        .iter()
        .map(|path| (name(path), fs::read_to_string(path).unwrap()))
        .collect()
}

/// The lines that are code, with their numbers; unit tests may reach further than what they test.
fn code<'a>(file: &str, text: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    let code =
        if file.ends_with("tests.rs") || file.contains("/tests/") || file.ends_with("/fuzz.rs") {
            ""
        } else {
            text.split("#[cfg(test)]").next().unwrap_or_default()
        };
    code.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

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

#[test]
fn files_stay_small() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(file, text)| (text.lines().count(), file))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .collect();
    assert!(long.is_empty(), "each of these wants to be two: {long:?}");
}

/// The documents, beside the folder that their links start from.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "assets/CHANGELOG.md",
    "assets/GUIDE.md",
    "src/ARCHITECTURE.md",
    "src/multiprocess/README.md",
    "tests/README.md",
];

/// The README is one page, lines.
const LONGEST_README: usize = 250;

/// What a document names of the repository: the targets of its links, from its own folder, and the paths in backticks,
/// from the top or from `src`.
fn named_files(text: &str) -> (Vec<&str>, Vec<&str>) {
    let links = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|link| !link.is_empty() && !link.contains("://"))
        .collect();
    let prose: Vec<&str> = text.split("```").step_by(2).collect();
    let paths = prose
        .iter()
        .flat_map(|prose| prose.split('`').skip(1).step_by(2))
        .filter(|word| {
            ["src/", "tests/", "assets/"]
                .iter()
                .any(|top| word.starts_with(top))
                || (word.ends_with(".rs") && word.contains('/'))
        })
        .collect();
    (links, paths)
}

#[test]
fn documents_name_files_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut missing = Vec::new();
    let mut named = 0;
    for document in DOCUMENTS {
        let text = fs::read_to_string(root.join(document)).unwrap();
        let folder = root.join(document).parent().unwrap().to_owned();
        let (links, paths) = named_files(&text);
        named += links.len() + paths.len();
        let lost_links = links.into_iter().filter(|link| !folder.join(link).exists());
        let lost_paths = paths
            .into_iter()
            .filter(|path| !root.join(path).exists() && !root.join("src").join(path).exists());
        missing.extend(
            lost_links
                .chain(lost_paths)
                .map(|path| format!("{document}: {path}")),
        );
    }
    assert!(named > 30, "only {named} names were found");
    assert!(missing.is_empty(), "no such file:\n{}", missing.join("\n"));
}

#[test]
fn the_readme_is_one_page() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let lines = fs::read_to_string(readme).unwrap().lines().count();
    assert!(lines < LONGEST_README, "{lines} lines");
}
