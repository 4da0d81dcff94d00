//! Why a filter was not understood.

use thiserror::Error;

use super::key::{STATES, filter_keys};

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
    /// The value is no port.
    #[error("there is no port `{value}`: write a number from 1 to 65535, such as `port:8080`")]
    NoPort {
        /// What was typed.
        value: String,
    },
    /// No process can be in such a state.
    #[error(
        "no process is ever `{value}`: use {}, or a letter such as D",
        all_states()
    )]
    UnknownState {
        /// What was typed.
        value: String,
    },
    /// The regular expression between the slashes is none.
    #[error("`/{pattern}/` is no regular expression: {reason}")]
    WrongRegex {
        /// What was typed.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A quotation mark without its partner.
    #[error("the closing quotation mark is missing")]
    OpenQuote,
    /// A `!` with nothing behind it.
    #[error("`!` needs a word behind it")]
    LoneNot,
    /// A `|` with nothing before or behind it.
    #[error("`|` needs a word on either side")]
    LoneOr,
}

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
