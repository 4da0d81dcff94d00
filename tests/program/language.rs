//! The terminal in an invented language: what has no accents is not from the catalogue.

use std::collections::BTreeSet;
use std::io::Write as _;

use proclab::monitor::document::Field;
use proclab::run::lesson::Lesson;
use proclab::selftest::FAULTS;
use tempfile::NamedTempFile;

use crate::driver::{output_of, proclab};
use crate::pseudo::{plain_words, pseudo_source};

/// What commands, options, values and programs are called, in every language.
const NAMES: &[&str] = &[
    "all",
    "announce",
    "apply",
    "args",
    "callback",
    "configuration",
    "control",
    "count",
    "count_primes",
    "crash",
    "csv",
    "daemon",
    "diff",
    "direct",
    "environ",
    "fail",
    "fds",
    "faults",
    "fields",
    "file",
    "filter",
    "format",
    "growth",
    "help",
    "info",
    "interval",
    "json",
    "keys",
    "kill",
    "lesson",
    "lessons",
    "long",
    "min",
    "nap",
    "ndjson",
    "omit",
    "one",
    "only",
    "other",
    "out",
    "path",
    "pid",
    "pids",
    "pool",
    "processes",
    "proclab",
    "producer",
    "consumer",
    "consumers",
    "read",
    "record",
    "redact",
    "replay",
    "retries",
    "run",
    "safe",
    "scale",
    "schema",
    "seed",
    "selftest",
    "sha256_file",
    "show",
    "snapshot",
    "speed",
    "stdin",
    "subclass",
    "target",
    "task",
    "tasks",
    "time",
    "timeout",
    "toml",
    "version",
    "watch",
    "work",
    "worker",
];

fn catalogue(source: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(source.as_bytes()).unwrap();
    file
}

/// What a command writes to both its outputs in the invented language.
fn said(arguments: &[&str]) -> String {
    let file = catalogue(&pseudo_source());
    let mut command = proclab(arguments);
    let output = output_of(command.env("PROCLAB_CATALOGUE", file.path()));
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// The words without accents that are neither names nor typed.
fn plain<'a>(said: &'a str, arguments: &[&str]) -> BTreeSet<&'a str> {
    let is_name = |word: &str| {
        NAMES.contains(&word)
            || Field::every().any(|field| field.name == word)
            || Lesson::all()
                .iter()
                .any(|lesson| lesson.name.contains(word))
            || FAULTS.iter().any(|fault| fault.key.contains(word))
            || arguments.iter().any(|argument| argument.contains(word))
    };
    let words = plain_words(said).into_iter();
    words.filter(|word| !is_name(word)).collect()
}

#[test]
fn help_of_every_command_follows_the_language() {
    for command in [
        &[][..],
        &["run"],
        &["replay"],
        &["snapshot"],
        &["watch"],
        &["diff"],
        &["lessons"],
        &["tasks"],
        &["selftest"],
        &["selftest", "faults"],
    ] {
        for flag in ["--help", "-h"] {
            let said = said(&[command, &[flag]].concat());
            assert!(said.contains('ŕ'), "{command:?}: {said}");
            assert_eq!(
                plain(&said, command),
                BTreeSet::new(),
                "{command:?}:\n{said}"
            );
        }
    }
}

#[test]
fn mistakes_are_explained_in_the_language() {
    for arguments in [
        &["run"][..],
        &["run", "pool-aply"],
        &["run", "./nowhere.toml"],
        &["run", "pool-apply", "--seed", "x"],
        &["run", "pool-apply", "--time-scale", "-1"],
        &["run", "pool-apply", "extra"],
        &["run", "x.py"],
        &["rnu"],
        &["run", "--jsom"],
        &["replay"],
        &["replay", "./nowhere.jsonl"],
        &["replay", "x", "--speed", "0"],
        &["snapshot", "--format", "xml"],
        &["snapshot", "--fields", "nmae"],
        &["snapshot", "--pid", "999999999"],
        &["snapshot", "--filter", "cpu>x"],
        &["snapshot", "--safe-csv"],
        &["snapshot", "--interval", "0"],
        &["snapshot", "-o", "/nowhere/x"],
        &["snapshot", "--schema", "--pid", "1"],
        &["watch", "--count"],
        &["lessons", "nothing"],
        &["selftest"],
        &["selftest", "faults", "--only", "x"],
    ] {
        let said = said(arguments);
        assert!(
            said.contains('ŕ') || said.contains('é'),
            "{arguments:?}: {said}"
        );
        assert_eq!(
            plain(&said, arguments),
            BTreeSet::new(),
            "{arguments:?}:\n{said}"
        );
    }
}

#[test]
fn what_programs_read_does_not_follow_the_language() {
    let english = |arguments: &[&str]| output_of(&mut proclab(arguments)).stdout;
    let file = catalogue(&pseudo_source());
    for arguments in [
        &["snapshot", "--schema"][..],
        &["run", "pool-apply", "--json", "--seed", "x"],
    ] {
        let mut command = proclab(arguments);
        let other = output_of(command.env("PROCLAB_CATALOGUE", file.path()));
        assert_eq!(other.stdout, english(arguments), "{arguments:?}");
    }
}

#[test]
fn a_catalogue_that_cannot_be_used_is_an_error() {
    for (source, words) in [
        ("place-lab = Labor\n", "does not name its language"),
        ("language = de\n\nno message\n", "line 3"),
    ] {
        let file = catalogue(source);
        let mut command = proclab(&["tasks"]);
        let output = output_of(command.env("PROCLAB_CATALOGUE", file.path()));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("PROCLAB_CATALOGUE"), "{said}");
        assert!(said.contains(words), "{said}");
        assert!(output.stdout.is_empty());
    }
}
