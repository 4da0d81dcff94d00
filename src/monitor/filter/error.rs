//! Why a filter was not understood.

use thiserror::Error;

use super::key::{STATES, filter_keys};
use crate::text::{Sentence, Worded, worded};

/// Why a filter was not understood, in words for the one who typed it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FilterError {
    /// No such key.
    UnknownKey {
        /// What was typed.
        key: String,
    },
    /// A comparison where only `:` makes sense, or the other way round.
    WrongOperator {
        /// The key.
        key: &'static str,
        /// What was typed.
        operator: &'static str,
        /// How it would be right.
        example: &'static str,
    },
    /// The key stands without a value.
    NoValue {
        /// The term.
        term: String,
        /// How it would be right.
        example: &'static str,
    },
    /// The value is no number.
    NoNumber {
        /// The key.
        key: &'static str,
        /// What was typed.
        value: String,
        /// How it would be right.
        example: &'static str,
    },
    /// The value is no port.
    NoPort {
        /// What was typed.
        value: String,
    },
    /// No process can be in such a state.
    UnknownState {
        /// What was typed.
        value: String,
    },
    /// The regular expression between the slashes is none.
    WrongRegex {
        /// What was typed.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A quotation mark without its partner.
    OpenQuote,
    /// A `!` with nothing behind it.
    LoneNot,
    /// A `|` with nothing before or behind it.
    LoneOr,
}

impl Worded for FilterError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::UnknownKey { key } => Sentence::new("query-unknown-key")
                .with("key", key)
                .with("keys", all_keys()),
            Self::WrongOperator {
                key,
                operator,
                example,
            } => Sentence::new("query-wrong-operator")
                .with("term", format!("{key}{operator}"))
                .with("example", *example),
            Self::NoValue { term, example } => Sentence::new("query-no-value")
                .with("term", term)
                .with("example", *example),
            Self::NoNumber {
                key,
                value,
                example,
            } => Sentence::new("query-no-number")
                .with("key", *key)
                .with("value", value)
                .with("example", *example),
            Self::NoPort { value } => Sentence::new("query-no-port").with("value", value),
            Self::UnknownState { value } => Sentence::new("query-unknown-state")
                .with("value", value)
                .with("states", all_states()),
            Self::WrongRegex { pattern, reason } => Sentence::new("query-wrong-regex")
                .with("pattern", pattern)
                .with("reason", reason),
            Self::OpenQuote => Sentence::new("query-open-quote"),
            Self::LoneNot => Sentence::new("query-lone-not"),
            Self::LoneOr => Sentence::new("query-lone-or"),
        }
    }
}

worded!(FilterError);

/// The names of the keys, separated by commas.
fn all_keys() -> String {
    let names: Vec<_> = filter_keys().map(|key| key.name).collect();
    names.join(", ")
}

/// The words of the states, separated by commas.
pub fn all_states() -> String {
    STATES.map(super::ProcState::word).join(", ")
}

/// The regex engine's last line says what is wrong; those before it draw an arrow.
pub fn regex_reason(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            last.trim_start_matches("error: ").to_owned()
        }
    }
}
