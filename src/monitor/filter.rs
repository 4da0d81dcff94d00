//! The filter language: `firefox user:ana cpu>10 !state:sleeping "two words"`.
//!
//! Terms are separated by spaces and all must hold. A bare word is looked for, case ignored, in name, user and command line,
//! and at the beginning of the pid. To add a key: a variant of `Key`, a line in `KEYS` and its meaning in `holds`.

use thiserror::Error;

use super::process::ProcessRow;
use super::unit::bytes_from_text;

/// A filter that was understood.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Filter {
    terms: Vec<Term>,
}

/// Why a filter was not understood, in words for the one who typed it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FilterError {
    /// No such key.
    #[error(
        "unknown key `{key}`: use {}, or put the word in quotes to search for it",
        all_keys()
    )]
    UnknownKey {
        /// What was typed.
        key: String,
    },
    /// A comparison where only `:` makes sense, or the other way round.
    #[error("`{key}{operator}` makes no sense: write `{example}`")]
    WrongOperator {
        /// The key.
        key: &'static str,
        /// What was typed.
        operator: &'static str,
        /// How it would be right.
        example: &'static str,
    },
    /// The key stands without a value.
    #[error("`{term}` needs a value: write `{example}`")]
    NoValue {
        /// The term.
        term: String,
        /// How it would be right.
        example: &'static str,
    },
    /// The value is no number.
    #[error("`{value}` is no number for `{key}`: write `{example}`")]
    NoNumber {
        /// The key.
        key: &'static str,
        /// What was typed.
        value: String,
        /// How it would be right.
        example: &'static str,
    },
    /// A quotation mark without its partner.
    #[error("the closing quotation mark is missing")]
    OpenQuote,
    /// A `!` with nothing behind it.
    #[error("`!` needs a word behind it")]
    LoneNot,
}

/// The keys of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Name,
    Pid,
    Ppid,
    User,
    State,
    Cmd,
    Cpu,
    Mem,
    Threads,
}

/// What follows a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyKind {
    Text,
    Number,
    Bytes,
}

/// Key, its name, what follows it, and an example; the order is that of messages and help.
const KEYS: [(Key, &str, KeyKind, &str); 9] = [
    (Key::Name, "name", KeyKind::Text, "name:firefox"),
    (Key::Pid, "pid", KeyKind::Number, "pid:4711"),
    (Key::Ppid, "ppid", KeyKind::Number, "ppid:1"),
    (Key::User, "user", KeyKind::Text, "user:ana"),
    (Key::State, "state", KeyKind::Text, "state:running"),
    (Key::Cmd, "cmd", KeyKind::Text, "cmd:--verbose"),
    (Key::Cpu, "cpu", KeyKind::Number, "cpu>10"),
    (Key::Mem, "mem", KeyKind::Bytes, "mem>200M"),
    (Key::Threads, "threads", KeyKind::Number, "threads>8"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Has,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
}

/// Longer ones first.
const OPERATORS: [(&str, Operator); 6] = [
    (">=", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("=", Operator::Equal),
    (":", Operator::Has),
];

#[derive(Clone, Debug, PartialEq)]
struct Term {
    is_negated: bool,
    test: Test,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    Word(String),
    Text(Key, String),
    Number(Key, Operator, f64),
}

/// The names of the keys, separated by commas.
fn all_keys() -> String {
    KEYS.map(|(_, name, ..)| name).join(", ")
}

/// An example of each key, for the help.
pub fn filter_examples() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|&(.., example)| example)
}

impl Filter {
    /// Reads a filter as typed; an empty one lets every process pass.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let mut terms = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let is_negated = rest.starts_with('!');
            rest = rest.strip_prefix('!').unwrap_or(rest);
            let (term, after) = next_term(rest)?;
            if is_negated && term.is_empty() && !rest.starts_with('"') {
                return Err(FilterError::LoneNot);
            }
            let is_quoted = rest.starts_with('"');
            let meaning = if is_quoted {
                Test::Word(term.to_lowercase())
            } else {
                Test::parse(&term)?
            };
            terms.push(Term {
                is_negated,
                test: meaning,
            });
            rest = after.trim_start();
        }
        Ok(Self { terms })
    }

    /// True if it lets every process pass.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// True if a process passes.
    pub fn matches(&self, row: &ProcessRow) -> bool {
        self.terms
            .iter()
            .all(|term| term.test.holds(row) != term.is_negated)
    }
}

/// The text up to the next space that is not in quotes, without its quotation marks, and what follows.
fn next_term(text: &str) -> Result<(String, &str), FilterError> {
    let mut term = String::new();
    let mut is_quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            c if c.is_whitespace() && !is_quoted => {
                return Ok((term, text.get(at..).unwrap_or_default()));
            }
            c => term.push(c),
        }
    }
    if is_quoted {
        return Err(FilterError::OpenQuote);
    }
    Ok((term, ""))
}

impl Test {
    fn parse(term: &str) -> Result<Self, FilterError> {
        let key_end = term
            .find(|c: char| !c.is_ascii_alphabetic() && c != '_')
            .unwrap_or(0);
        let (name, rest) = term.split_at_checked(key_end).unwrap_or(("", term));
        let operator = OPERATORS
            .iter()
            .find_map(|&(sign, operator)| Some((sign, operator, rest.strip_prefix(sign)?)));
        let Some((sign, operator, value)) = operator.filter(|_| !name.is_empty()) else {
            return Ok(Self::Word(term.to_lowercase()));
        };
        let known = KEYS
            .iter()
            .find(|(_, known, ..)| known.eq_ignore_ascii_case(name));
        let Some(&(key, key_name, kind, example)) = known else {
            return Err(FilterError::UnknownKey {
                key: name.to_owned(),
            });
        };
        let value = value.trim();
        if value.is_empty() {
            return Err(FilterError::NoValue {
                term: term.to_owned(),
                example,
            });
        }
        if kind == KeyKind::Text {
            return match operator {
                Operator::Has | Operator::Equal => Ok(Self::Text(key, value.to_lowercase())),
                _ => Err(FilterError::WrongOperator {
                    key: key_name,
                    operator: sign,
                    example,
                }),
            };
        }
        let number = match kind {
            KeyKind::Bytes => bytes_from_text(value),
            _ => value
                .trim_end_matches('%')
                .parse()
                .ok()
                .filter(|n: &f64| n.is_finite()),
        };
        let Some(number) = number else {
            return Err(FilterError::NoNumber {
                key: key_name,
                value: value.to_owned(),
                example,
            });
        };
        // `cpu:10` would only ever match exactly 10 %: almost certainly not what is meant.
        if operator == Operator::Has && matches!(key, Key::Cpu | Key::Mem) {
            return Err(FilterError::WrongOperator {
                key: key_name,
                operator: sign,
                example,
            });
        }
        Ok(Self::Number(key, operator, number))
    }

    fn holds(&self, row: &ProcessRow) -> bool {
        match self {
            Self::Word(word) => {
                contains(&row.name, word)
                    || contains(row.cmdline_text(), word)
                    || row
                        .username
                        .value()
                        .is_some_and(|user| contains(user, word))
                    || (word.bytes().all(|b| b.is_ascii_digit())
                        && row.key.pid.to_string().starts_with(word.as_str()))
            }
            Self::Text(key, text) => match key {
                Key::User => {
                    row.username
                        .value()
                        .is_some_and(|user| starts_with(user, text))
                        || row.uid.value().is_some_and(|uid| uid.to_string() == *text)
                }
                Key::State => row.state.word().starts_with(text.as_str()),
                Key::Cmd => contains(row.cmdline_text(), text),
                _ => contains(&row.name, text),
            },
            Self::Number(key, operator, number) => {
                let value = match key {
                    Key::Pid => Some(f64::from(row.key.pid)),
                    Key::Ppid => Some(f64::from(row.ppid)),
                    Key::Cpu => row.cpu_percent.value().map(|&percent| f64::from(percent)),
                    Key::Mem => row.rss_bytes.value().map(|&bytes| bytes as f64),
                    _ => row.num_threads.value().map(|&count| f64::from(count)),
                };
                // What is unknown is neither more nor less than anything.
                value.is_some_and(|value| operator.holds(value, *number))
            }
        }
    }
}

impl Operator {
    fn holds(self, value: f64, number: f64) -> bool {
        match self {
            Self::Less => value < number,
            Self::LessOrEqual => value <= number,
            Self::Greater => value > number,
            Self::GreaterOrEqual => value >= number,
            Self::Has | Self::Equal => (value - number).abs() < f64::EPSILON,
        }
    }
}

/// True if `text` contains `lower`, which is in lower case, in any case.
fn contains(text: &str, lower: &str) -> bool {
    if !lower.is_ascii() {
        return text.to_lowercase().contains(lower);
    }
    let (text, lower) = (text.as_bytes(), lower.as_bytes());
    let Some(&first) = lower.first() else {
        return true;
    };
    // Ten thousand command lines are searched with every key that is typed.
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), text).any(|at| {
        text.get(at..at + lower.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(lower))
    })
}

/// True if `text` begins with `lower`, which is in lower case, in any case.
fn starts_with(text: &str, lower: &str) -> bool {
    text.to_lowercase().starts_with(lower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::process::{CommandLine, ProcState};
    use crate::monitor::reading::Reading;
    use crate::monitor::source::scripted::row;

    fn firefox() -> ProcessRow {
        let mut row = row(4711, "Firefox");
        row.username = Reading::Value("ana".into());
        row.uid = Reading::Value(1000);
        row.state = ProcState::Sleeping;
        row.cpu_percent = Reading::Value(12.5);
        row.rss_bytes = Reading::Value(300 << 20);
        row.num_threads = Reading::Value(40);
        row.cmdline = Reading::Value(
            CommandLine::new(vec![
                "/usr/bin/firefox".into(),
                "--new-window".into(),
                "Übung eins".into(),
            ])
            .into(),
        );
        row
    }

    #[test]
    fn terms_that_hold() {
        for text in [
            "",
            "  ",
            "fire",
            "FIREFOX ana",
            "47",
            "new-window",
            "übung",
            "\"übung eins\"",
            "user:ana",
            "user:An",
            "user:1000",
            "state:sleep",
            "pid:4711",
            "pid=4711",
            "ppid:1",
            "cpu>10",
            "cpu>=12.5",
            "cpu<13%",
            "mem>200M",
            "mem<=0.3G",
            "threads=40",
            "name:fox cmd:/usr/bin",
            "cmd:\"Übung eins\"",
            "!root !cpu>50",
            "!\"two words\"",
        ] {
            assert!(Filter::parse(text).unwrap().matches(&firefox()), "{text}");
        }
    }

    #[test]
    fn terms_that_do_not_hold() {
        for text in [
            "chrome",
            "711",
            "!fire",
            "fire root",
            "user:root",
            "state:run",
            "pid:47",
            "cpu>12.5",
            "mem>1G",
            "!\"übung eins\"",
        ] {
            assert!(!Filter::parse(text).unwrap().matches(&firefox()), "{text}");
        }
    }

    #[test]
    fn the_unknown_is_neither_more_nor_less() {
        let mut row = firefox();
        row.cpu_percent = Reading::NotSampled;
        assert!(!Filter::parse("cpu>=0").unwrap().matches(&row));
        assert!(!Filter::parse("cpu<1").unwrap().matches(&row));
    }

    #[test]
    fn mistakes_are_named_with_what_is_allowed() {
        let message = |text: &str| Filter::parse(text).unwrap_err().to_string();
        assert_eq!(
            message("port:8080"),
            "unknown key `port`: use name, pid, ppid, user, state, cmd, cpu, mem, threads, or put the word in quotes to search for it"
        );
        assert_eq!(
            message("cpu>lots"),
            "`lots` is no number for `cpu`: write `cpu>10`"
        );
        assert_eq!(
            message("mem>5X"),
            "`5X` is no number for `mem`: write `mem>200M`"
        );
        assert_eq!(
            message("user>ana"),
            "`user>` makes no sense: write `user:ana`"
        );
        assert_eq!(message("cpu:10"), "`cpu:` makes no sense: write `cpu>10`");
        assert_eq!(message("user:"), "`user:` needs a value: write `user:ana`");
        assert_eq!(message("a \"b"), "the closing quotation mark is missing");
        assert_eq!(message("a !"), "`!` needs a word behind it");
    }

    #[test]
    fn every_example_is_understood() {
        for example in filter_examples() {
            assert!(Filter::parse(example).is_ok(), "{example}");
        }
    }
}
