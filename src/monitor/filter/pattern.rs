//! What a text is compared with: a word, case ignored, or a regular expression.

use regex::{Regex, RegexBuilder};

use super::error::{FilterError, regex_reason};

/// A word in lower case, or a regular expression.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    Word(String),
    Regex(Regex),
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Word(a), Self::Word(b)) => a == b,
            (Self::Regex(a), Self::Regex(b)) => a.as_str() == b.as_str(),
            _ => false,
        }
    }
}

impl Pattern {
    pub(super) fn word(text: &str) -> Self {
        Self::Word(text.to_lowercase())
    }

    pub(super) fn regex(text: &str) -> Result<Self, FilterError> {
        let built = RegexBuilder::new(text).case_insensitive(true).build();
        built
            .map(Self::Regex)
            .map_err(|error| FilterError::WrongRegex {
                pattern: text.to_owned(),
                reason: regex_reason(&error),
            })
    }

    /// Whether it is somewhere in `text`.
    pub(super) fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Word(lower) => contains(text, lower),
            Self::Regex(regex) => regex.is_match(text),
        }
    }

    /// Whether `text` begins with it; a regular expression says itself where it stands.
    pub(super) fn begins(&self, text: &str) -> bool {
        match self {
            Self::Word(lower) => text.to_lowercase().starts_with(lower),
            Self::Regex(regex) => regex.is_match(text),
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
