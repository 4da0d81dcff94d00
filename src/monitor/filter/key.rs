//! The keys of the language: each figure declares its own ([`Figure::filter`]).

use super::ProcState;
use crate::monitor::figure::{FIGURES, Figure};

/// A key of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilterKey {
    /// Its name.
    pub name: &'static str,
    /// A term with it; `filterhelp-` and its name is the key of what that means.
    pub example: &'static str,
    pub(super) kind: KeyKind,
}

/// What follows a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyKind {
    Text(Words),
    State,
    Number,
    /// A number that is hardly ever met exactly: `cpu:10` is almost certainly not what is meant.
    Measure,
    Bytes,
    /// A pid, which is never compared by size.
    Tree,
    /// A port, likewise.
    Port,
}

/// In which texts of a process is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// The figure's own.
    Own,
    /// The same; empty where there is none.
    OwnOrEmpty,
    /// Every name that it has.
    Names,
    /// The words of its states.
    States,
    /// The beginning of the user's name, or the number.
    User,
}

/// How figures declare them.
impl FilterKey {
    const fn new(name: &'static str, example: &'static str, kind: KeyKind) -> Self {
        Self {
            name,
            example,
            kind,
        }
    }

    pub(in crate::monitor) const fn text(name: &'static str, example: &'static str) -> Self {
        Self::new(name, example, KeyKind::Text(Words::Own))
    }

    pub(in crate::monitor) const fn command_line(
        name: &'static str,
        example: &'static str,
    ) -> Self {
        Self::new(name, example, KeyKind::Text(Words::OwnOrEmpty))
    }

    pub(in crate::monitor) const fn names(name: &'static str, example: &'static str) -> Self {
        Self::new(name, example, KeyKind::Text(Words::Names))
    }

    pub(in crate::monitor) const fn user(name: &'static str, example: &'static str) -> Self {
        Self::new(name, example, KeyKind::Text(Words::User))
    }

    pub(in crate::monitor) const fn state(name: &'static str, example: &'static str) -> Self {
        Self::new(name, example, KeyKind::State)
    }

    pub(in crate::monitor) const fn number(name: &'static str, example: &'static str) -> Self {
        Self::new(name, example, KeyKind::Number)
    }

    pub(in crate::monitor) const fn measure(name: &'static str, example: &'static str) -> Self {
        Self::new(name, example, KeyKind::Measure)
    }

    pub(in crate::monitor) const fn bytes(name: &'static str, example: &'static str) -> Self {
        Self::new(name, example, KeyKind::Bytes)
    }

    pub(in crate::monitor) const fn tree(name: &'static str, example: &'static str) -> Self {
        Self::new(name, example, KeyKind::Tree)
    }

    pub(in crate::monitor) const fn port(name: &'static str, example: &'static str) -> Self {
        Self::new(name, example, KeyKind::Port)
    }
}

/// Every key with its figure; the order is that of messages and help.
fn keys() -> impl Iterator<Item = (&'static Figure, &'static FilterKey)> {
    FIGURES
        .iter()
        .flat_map(|figure| figure.filter.iter().map(move |key| (figure, key)))
}

/// The key of a name, case ignored.
pub(super) fn key_of(name: &str) -> Option<(&'static Figure, &'static FilterKey)> {
    keys().find(|(_, key)| key.name.eq_ignore_ascii_case(name))
}

/// The states in the order of messages.
pub(super) const STATES: [ProcState; 13] = {
    let mut states = [ProcState::Active; 13];
    let (known, _) = states.split_at_mut(12);
    known.copy_from_slice(&ProcState::ALL);
    states
};

/// The keys, for help and messages.
pub fn filter_keys() -> impl Iterator<Item = &'static FilterKey> {
    keys().map(|(_, key)| key)
}

/// The words of the states, for the message that lists them.
pub fn filter_states() -> impl Iterator<Item = &'static str> {
    STATES.iter().map(|state| state.word())
}

/// The states of a letter of the kernel's or of the beginning of a word.
pub(super) fn states_of(text: &str) -> Vec<ProcState> {
    let is_meant = |state: &ProcState| match text.as_bytes() {
        [letter] => state.letter().eq_ignore_ascii_case(letter),
        _ => state.word().starts_with(text),
    };
    STATES.into_iter().filter(is_meant).collect()
}
