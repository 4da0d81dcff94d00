//! What is wrong with a value, in words.

use std::fmt::{self, Display};

use serde::{de, ser};

use super::format::MOST_NESTED;

/// Why a value is not written or not read: what serde says, or the type's own `Serialize` or `Deserialize`.
/// As small as a pointer, as each value that is read is one or this.
#[derive(Debug)]
pub(crate) struct Error(Box<Words>);

#[derive(Debug)]
struct Words(Box<str>);

impl Error {
    pub(super) fn new(words: impl Into<Box<str>>) -> Self {
        Self(Box::new(Words(words.into())))
    }

    /// It is not read, so it is not written either.
    #[cold]
    pub(super) fn nested_too_deep() -> Self {
        Self::new(format!("it is nested more than {MOST_NESTED} deep"))
    }

    /// The bytes come to their end within a value.
    #[cold]
    pub(super) fn cut() -> Self {
        Self::new("it is cut off")
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.0)
    }
}

impl std::error::Error for Error {}

impl ser::Error for Error {
    #[cold]
    fn custom<T: Display>(words: T) -> Self {
        Self::new(words.to_string())
    }
}

impl de::Error for Error {
    #[cold]
    fn custom<T: Display>(words: T) -> Self {
        Self::new(words.to_string())
    }
}
