//! Every sentence that people read stands in the catalogue: the source has none.

use crate::sources::{is_unit_test, sources, without_tests};

/// Files and folders whose literals are no sentences for people in their language, with the reason.
const NOT_FOR_PEOPLE: &[(&str, &str)] = &[
    ("app/monitor/detail/limits.rs", KERNEL),
    ("app/theme.rs", "names of fonts"),
    (
        "app/lab/launcher/saved_form.rs",
        "what a file of settings should hold, which is not shown",
    ),
    (
        "app/toolkit_start.rs",
        "the toolkit's own words, which are looked at",
    ),
    ("monitor/control/action.rs", "shell commands"),
    ("monitor/document/schema.rs", SCHEMA),
    ("monitor/document/shape.rs", SCHEMA),
    ("monitor/limit.rs", KERNEL),
    ("monitor/secret.rs", "words of other programs' variables"),
    (
        "multiprocess/",
        "a library of its own with Python's words; what it says of a task is data of events",
    ),
    ("monitor/why.rs", KERNEL),
    ("os/priority.rs", KERNEL),
    ("run/call.rs", READER),
    ("run/config/reading.rs", READER),
    ("run/config/toml.rs", READER),
    ("run/kinds/processes/config.rs", READER),
    ("run/kinds/schema.rs", READER),
    ("run/program/stop.rs", "a word of events"),
    ("run/whole.rs", READER),
    ("run/kinds/pool/listing.rs", PYTHON),
    ("run/kinds/producer_consumer/listing.rs", PYTHON),
    ("task/value.rs", READER),
    (
        "task/",
        "what a task prints or raises, which is data of its run",
    ),
];

const READER: &str = "part of what the reader of TOML or JSON says, which has one language";

const SCHEMA: &str = "the JSON schema, which has one language";

const KERNEL: &str = "names that the kernel gives";

const PYTHON: &str = "a program in Python";

/// Files and folders whose sentences are not in the catalogue yet. It only gets shorter.
const NOT_YET: &[&str] = &[
    "app/display",
    "app/save_check.rs",
    "cli/diff.rs",
    "cli/recorded.rs",
    "cli/terminal_log.rs",
    "monitor/diff",
    "monitor/document/",
    "monitor/filter/error.rs",
    "os/",
    "run/",
    "selftest/",
];

/// A literal in code, and the code before it.
struct Literal<'a> {
    line: usize,
    before: &'a str,
    words: &'a str,
}

/// The string literals of a source, without those of comments and unit tests.
fn literals(source: &str) -> Vec<Literal<'_>> {
    let code = without_tests(source);
    let bytes = code.as_bytes();
    let (mut found, mut at, mut before) = (Vec::new(), 0, 0);
    while at < bytes.len() {
        let rest = &code[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("'\"'") || rest.starts_with("b'\"'") {
            at += 3;
        } else if rest.starts_with("'\\\"'") {
            at += 4;
        } else if let Some(words) = rest.strip_prefix("r#\"") {
            let length = words.find("\"#").unwrap_or(words.len());
            let line = code[..at].matches('\n').count() + 1;
            let (before_it, words) = (&code[before..at], &words[..length]);
            found.push(Literal {
                line,
                before: before_it,
                words,
            });
            at += 3 + length + 2;
            before = at;
        } else if rest.starts_with('"') {
            let mut length = 1;
            while rest
                .as_bytes()
                .get(length)
                .is_some_and(|&byte| byte != b'"')
            {
                length += 1 + usize::from(rest.as_bytes()[length] == b'\\');
            }
            let line = code[..at].matches('\n').count() + 1;
            let (before_it, words) = (&code[before..at], &rest[1..length.min(rest.len())]);
            found.push(Literal {
                line,
                before: before_it,
                words,
            });
            at += length + 1;
            before = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// Whether a literal has two words in a row, outside its placeholders.
fn is_sentence(words: &str) -> bool {
    let mut plain = String::new();
    let mut depth = 0_usize;
    for letter in words.replace("\\n", "\n").chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            letter if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    let is_word = |word: &str| {
        let word = word.trim_matches(|letter: char| ",;:.()".contains(letter));
        word.len() >= 2 && word.chars().all(|letter| letter.is_ascii_alphabetic())
    };
    let words: Vec<&str> = plain.split_whitespace().collect();
    words
        .windows(2)
        .any(|pair| pair.iter().all(|word| is_word(word)))
}

/// What stands before literals that people do not read.
const ENDS: &[&str] = &[
    "reason =",
    "must_use =",
    "ignore =",
    "id_salt(",
    "unique(",
    "unique((",
    "salt:",
    "forget_shrunk_size(ui,",
    "Panel::top(",
    "Panel::bottom(",
    "BackgroundJob::start(",
];

/// Whether the code before a literal says that people do not read it.
fn is_for_nobody(before: &str) -> bool {
    let before = before.trim_end();
    ENDS.iter().any(|end| before.ends_with(end))
}

/// The sentences in a file, with their lines.
fn sentences(source: &str) -> Vec<(usize, &str)> {
    literals(source)
        .into_iter()
        .filter(|literal| !is_for_nobody(literal.before) && is_sentence(literal.words))
        .map(|literal| (literal.line, literal.words))
        .collect()
}

#[test]
fn every_sentence_stands_in_the_catalogue() {
    let excused: Vec<&str> = NOT_FOR_PEOPLE
        .iter()
        .map(|(place, _)| *place)
        .chain(NOT_YET.iter().copied())
        .collect();
    let mut used = vec![false; excused.len()];
    let mut found = Vec::new();
    for (file, text) in sources()
        .into_iter()
        .filter(|(file, _)| !is_unit_test(file))
    {
        let sentences = sentences(&text);
        let excuse = excused.iter().position(|place| file.starts_with(place));
        match excuse {
            Some(excuse) => used[excuse] |= !sentences.is_empty(),
            None => found.extend(
                sentences
                    .into_iter()
                    .map(|(line, words)| format!("src/{file}:{line}: {words:?}")),
            ),
        }
    }
    assert!(
        found.is_empty(),
        "put these into assets/locales/en.ftl:\n{}",
        found.join("\n")
    );
    let needless: Vec<_> = excused
        .iter()
        .zip(used)
        .filter_map(|(place, used)| (!used).then_some(place))
        .collect();
    assert!(
        needless.is_empty(),
        "these need no excuse any more: {needless:?}"
    );
}

#[test]
fn a_sentence_is_found_wherever_it_stands() {
    let source = "// \"not this one\"\nlet a = \"this one\";\nlet b = '\"'; let c = format!(\"{x} and that {y}\");\n\
                  let d = \"some-key\"; let e = \"{one} {two}\";\n#[expect(x, reason = \"not this\")]\n\
                  #[cfg(test)]\nmod tests {\nlet f = \"not in tests\";";
    let found: Vec<_> = sentences(source);
    assert_eq!(found, [(2, "this one"), (3, "{x} and that {y}")]);
}
