//! The filter language: `firefox user:ana cpu>10 !state:sleeping "two words" /^regex$/ | tree:4711`.
//!
//! Terms are separated by spaces and all must hold; `|` separates alternatives, of which one must. A bare word is looked
//! for, case ignored, in name, user and command line, and at the beginning of the pid. Pure: `term` cuts, `key` lists the
//! keys, `pattern` compares texts.

mod error;
mod key;
mod pattern;
mod spacing;
mod term;

#[cfg(test)]
mod tests;

pub use error::FilterError;
pub use key::{FilterKey, filter_keys, filter_states};

use key::{KeyKind, Words, key_of, states_of};
use pattern::Pattern;
use spacing::take_key;
use term::{Term, next_term};

use super::fact::{Fact, Facts};
use super::figure::{Figure, FigureId, Need};
use super::process::{ProcState, ProcessRow};
use super::snapshot::Snapshot;
use super::unit::bytes_from_text;

/// Generations that are climbed at most: `/proc` is no tree while it changes.
const DEEPEST: usize = 10_000;

/// A filter that was understood.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Filter {
    /// As it was typed.
    text: String,
    /// Alternatives; of one of them, every condition must hold.
    any: Vec<Vec<Condition>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Condition {
    is_negated: bool,
    test: Test,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    Word(Pattern),
    Text(FigureId, Words, Pattern),
    States(Vec<ProcState>),
    Number(FigureId, Operator, f64),
    /// This process and all below it.
    Tree(u32),
    /// A socket at this port, on either side.
    Port(u16),
}

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

impl Filter {
    /// Reads a filter as typed; an empty one lets every process pass.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let mut any = Vec::new();
        let mut all = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('|') {
                if all.is_empty() {
                    return Err(FilterError::LoneOr);
                }
                any.push(std::mem::take(&mut all));
                rest = after.trim_start();
                continue;
            }
            let is_negated = rest.starts_with('!');
            let begun = rest.strip_prefix('!').unwrap_or(rest);
            let (key, begun) = take_key(begun);
            let (term, after) = next_term(&key, begun)?;
            if is_negated && term.text.is_empty() && term.regex.is_none() && !term.is_quoted {
                return Err(FilterError::LoneNot);
            }
            let test = Test::parse(&term)?;
            all.push(Condition { is_negated, test });
            rest = after.trim_start();
        }
        if all.is_empty() && !any.is_empty() {
            return Err(FilterError::LoneOr);
        }
        if !all.is_empty() {
            any.push(all);
        }
        let text = text.trim().to_owned();
        Ok(Self { text, any })
    }

    /// As it was typed, without spaces around it; empty if every process passes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True if it lets every process pass.
    pub fn is_empty(&self) -> bool {
        self.any.is_empty()
    }

    /// What must be read of processes for it.
    pub fn needs(&self) -> impl Iterator<Item = Need> {
        let conditions = self.any.iter().flatten();
        conditions.filter_map(|condition| condition.test.figure()?.needs)
    }

    /// What of processes that hardly ever changes it goes by.
    pub fn facts(&self) -> Facts {
        let conditions = self.any.iter().flatten();
        let facts = conditions.map(|condition| condition.test.facts());
        facts.fold(Facts::NONE, Facts::and)
    }

    /// True if it asks for what is over the time between two readings.
    pub fn needs_span(&self) -> bool {
        let conditions = self.any.iter().flatten();
        let mut figures = conditions.filter_map(|condition| condition.test.figure());
        figures.any(Figure::is_over_time)
    }

    /// True if a process of a snapshot passes.
    pub fn matches(&self, row: &ProcessRow, snapshot: &Snapshot) -> bool {
        let holds =
            |condition: &Condition| condition.test.holds(row, snapshot) != condition.is_negated;
        self.any.is_empty() || self.any.iter().any(|all| all.iter().all(holds))
    }
}

impl Test {
    fn parse(term: &Term) -> Result<Self, FilterError> {
        let text = &*term.text;
        let key_end = text
            .find(|c: char| !c.is_ascii_alphabetic() && c != '_')
            .unwrap_or(0);
        let (name, rest) = text.split_at_checked(key_end).unwrap_or(("", text));
        let operator = OPERATORS
            .iter()
            .find_map(|&(sign, operator)| Some((sign, operator, rest.strip_prefix(sign)?)))
            .filter(|_| !name.is_empty() && !term.is_quoted);
        let Some((sign, operator, value)) = operator else {
            return Ok(Self::Word(match &term.regex {
                Some(regex) => Pattern::regex(regex)?,
                None => Pattern::word(text),
            }));
        };
        let Some((figure, key)) = key_of(name) else {
            return Err(FilterError::UnknownKey {
                key: name.to_owned(),
            });
        };
        let wrong_operator = FilterError::WrongOperator {
            key: key.name,
            operator: sign,
            example: key.example,
        };
        let is_equality = matches!(operator, Operator::Has | Operator::Equal);
        let value = value.trim();
        if value.is_empty() && term.regex.is_none() {
            return Err(FilterError::NoValue {
                term: text.to_owned(),
                example: key.example,
            });
        }
        let regex = term.regex.as_deref();
        // A number is no pattern.
        let digits = regex.unwrap_or(value);
        let no_number = || FilterError::NoNumber {
            key: key.name,
            value: digits.to_owned(),
            example: key.example,
        };
        let number = match key.kind {
            KeyKind::Text(_) | KeyKind::State | KeyKind::Tree | KeyKind::Port if !is_equality => {
                return Err(wrong_operator);
            }
            KeyKind::Measure | KeyKind::Bytes if operator == Operator::Has => {
                return Err(wrong_operator);
            }
            KeyKind::Text(words) => {
                let pattern = match regex {
                    Some(regex) => Pattern::regex(regex)?,
                    None => Pattern::word(value),
                };
                return Ok(Self::Text(figure.id, words, pattern));
            }
            KeyKind::State => return Self::parse_state(figure, value, regex),
            KeyKind::Tree => {
                let tree = digits.parse().map(Self::Tree);
                return tree.map_err(|_not_an_id| no_number());
            }
            KeyKind::Port => {
                let port = digits.parse().ok().filter(|&port| port > 0);
                return port.map(Self::Port).ok_or_else(|| FilterError::NoPort {
                    value: digits.to_owned(),
                });
            }
            KeyKind::Bytes => bytes_from_text(digits),
            KeyKind::Number | KeyKind::Measure => digits
                .trim_end_matches('%')
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite()),
        };
        let number = number.ok_or_else(no_number)?;
        Ok(Self::Number(figure.id, operator, number))
    }

    fn parse_state(figure: &Figure, value: &str, regex: Option<&str>) -> Result<Self, FilterError> {
        if let Some(regex) = regex {
            return Ok(Self::Text(figure.id, Words::States, Pattern::regex(regex)?));
        }
        let states = states_of(&value.to_lowercase());
        if states.is_empty() {
            return Err(FilterError::UnknownState {
                value: value.to_owned(),
            });
        }
        Ok(Self::States(states))
    }

    fn holds(&self, row: &ProcessRow, snapshot: &Snapshot) -> bool {
        match self {
            Self::Word(pattern) => {
                is_in_names(pattern, row)
                    || pattern.is_in(row.cmdline_text())
                    || row.username.as_ref().is_ok_and(|user| pattern.is_in(user))
                    || is_pid_beginning(pattern, row.key.pid)
            }
            Self::Text(id, words, pattern) => {
                let own = || id.figure().words(row);
                match words {
                    Words::Own => own().is_some_and(|text| pattern.is_in(text)),
                    Words::OwnOrEmpty => pattern.is_in(own().unwrap_or_default()),
                    Words::Names => is_in_names(pattern, row),
                    Words::States => states_of_row(row)
                        .iter()
                        .any(|state| pattern.is_in(state.word())),
                    Words::User => {
                        own().is_some_and(|user| pattern.begins(user)) || is_uid(pattern, row)
                    }
                }
            }
            Self::States(states) => states_of_row(row)
                .iter()
                .any(|state| states.contains(state)),
            Self::Number(id, operator, number) => {
                let value = id.figure().number(row).ok();
                // What is unknown is neither more nor less than anything.
                value.is_some_and(|value| operator.holds(value, *number))
            }
            Self::Tree(pid) => std::iter::successors(Some(row), |row| snapshot.parent_of(row))
                .take(DEEPEST)
                .any(|row| row.key.pid == *pid),
            Self::Port(port) => {
                let ports = row.extra.ports.as_ref().ok();
                ports.is_some_and(|ports| ports.has(*port))
            }
        }
    }

    fn facts(&self) -> Facts {
        match self {
            Self::Word(_) => Facts::of(Fact::User).and(Facts::NAME),
            Self::States(_) | Self::Tree(_) => Facts::of(Fact::SetByOthers),
            _ => self.figure().map_or(Facts::NONE, |figure| figure.facts),
        }
    }

    /// What must be read for it, where that is one figure; words and states need nothing.
    fn figure(&self) -> Option<&'static Figure> {
        match self {
            Self::Text(id, ..) | Self::Number(id, ..) => Some(id.figure()),
            Self::Port(_) => Some(FigureId::Ports.figure()),
            Self::Word(_) | Self::States(_) | Self::Tree(_) => None,
        }
    }
}

/// Whether a pattern is in the name that the kernel knows, in the one on screen, or in that of what an interpreter runs.
fn is_in_names(pattern: &Pattern, row: &ProcessRow) -> bool {
    pattern.is_in(&row.name)
        || pattern.is_in(row.label())
        || row
            .subject()
            .is_some_and(|subject| pattern.is_in(subject.text()))
}

/// The state that the table shows and that of the first thread, which documents have: a process is found by either.
fn states_of_row(row: &ProcessRow) -> [ProcState; 2] {
    [row.shown_state(), row.state]
}

/// Whether a bare number is how a pid begins.
fn is_pid_beginning(pattern: &Pattern, pid: u32) -> bool {
    match pattern {
        Pattern::Word(word) => {
            word.bytes().all(|b| b.is_ascii_digit()) && pid.to_string().starts_with(word.as_str())
        }
        Pattern::Regex(_) => false,
    }
}

/// Whether a number is the user's.
fn is_uid(pattern: &Pattern, row: &ProcessRow) -> bool {
    match (pattern, row.uid) {
        (Pattern::Word(word), Ok(uid)) => uid.to_string() == *word,
        _ => false,
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
