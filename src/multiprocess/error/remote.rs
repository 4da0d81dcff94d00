//! `RemoteError`: what a task raised.

use std::any::Any;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::QueueError;
use crate::multiprocess::codec::Mismatch;

/// An error of a task as data: it crosses processes without the type that raised it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteError {
    /// The kind, such as `ValueError`.
    pub kind: String,
    /// What was wrong.
    pub message: String,
    /// Where, as text, a line each: the source line of a panic; of an error that was returned, which has none in Rust, the
    /// function and the process; and the item of a map. Empty when there is none.
    pub traceback: String,
}

impl RemoteError {
    /// An error without a traceback.
    pub fn new(kind: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            message: message.into(),
            traceback: String::new(),
        }
    }

    /// The words of any error, with the name of its type as its kind: `ParseIntError: invalid digit found in string`.
    ///
    /// Mere text and boxed errors, whose type says nothing, are `RuntimeError`s, as `raise RuntimeError("..")` is in
    /// Python; an [`std::io::Error`] is its `OSError`, and a refusal of a queue what it is in Python, `Full` or `Empty`.
    pub fn raised<E: fmt::Display + 'static>(error: E) -> Self {
        let any: &dyn Any = &error;
        if let Some(own) = any.downcast_ref::<Self>() {
            return own.clone();
        }
        if let Some(error) = any.downcast_ref::<QueueError>() {
            return error.clone().into();
        }
        Self::new(kind_of::<E>(), error.to_string())
    }

    /// The same, with one more line of where it was.
    pub(crate) fn with_place(self, line: &str) -> Self {
        let mut traceback = self.traceback;
        if !traceback.is_empty() {
            traceback.push('\n');
        }
        traceback.push_str(line);
        Self { traceback, ..self }
    }

    /// A value that serde cannot write; Python's pool calls it so.
    pub(crate) fn unencodable_value(mismatch: &Mismatch) -> Self {
        let Mismatch {
            type_name, reason, ..
        } = mismatch;
        if let Some(error) = &mismatch.too_large {
            return Self::too_large(error);
        }
        Self::new(
            "MaybeEncodingError",
            format!("a {type_name} does not encode: {reason}"),
        )
    }

    /// Arguments that are not the function's: two programs, or two types, that do not agree.
    pub(crate) fn undecodable_arguments(mismatch: &Mismatch) -> Self {
        let Mismatch {
            type_name, reason, ..
        } = mismatch;
        Self::new(
            "TypeError",
            format!("the arguments are no {type_name}: {reason}"),
        )
    }

    /// A call of a function by its name that has other types in the caller's program, or in another place of it.
    pub(crate) fn other_types<A, R>(name: &str) -> Self {
        let (arguments, value) = (std::any::type_name::<A>(), std::any::type_name::<R>());
        Self::new(
            "TypeError",
            format!(
                "{name}() takes {arguments} and returns {value}, and was called with other types: are there two functions of \
                 this name?"
            ),
        )
    }

    /// A value that is more than can be sent.
    pub(crate) fn too_large(error: &impl fmt::Display) -> Self {
        Self::new("ResultTooLarge", error.to_string())
    }

    /// A function that knows no chunks.
    pub(crate) fn unmappable(name: &str) -> Self {
        Self::new("TypeError", format!("{name}() cannot be mapped"))
    }
}

/// What an error of this type is called: the last part of its path without parameters, with its crate where that says
/// no more than `Error`.
fn kind_of<E>() -> String {
    let name = std::any::type_name::<E>();
    let path = name.split('<').next().unwrap_or(name);
    match path.rsplit("::").next().unwrap_or(path) {
        "&str" | "String" | "Box" | "Arc" | "Cow" => "RuntimeError".to_owned(),
        "Error" if path.starts_with("std::io::") => "OSError".to_owned(),
        "Error" => {
            let home = path.split("::").next().unwrap_or_default();
            format!("{home}::Error")
        }
        kind => kind.to_owned(),
    }
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl std::error::Error for RemoteError {}

impl From<QueueError> for RemoteError {
    fn from(error: QueueError) -> Self {
        let kind = match error {
            QueueError::Full => "Full",
            QueueError::Empty => "Empty",
            QueueError::NotDone => "TimeoutError",
            _ => "ValueError",
        };
        Self::new(kind, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words<E: fmt::Display + 'static>(error: E) -> String {
        RemoteError::raised(error).to_string()
    }

    #[test]
    fn a_raised_error_has_its_types_name_and_its_words() {
        let number = "x".parse::<i64>().unwrap_err();
        assert_eq!(
            words(number),
            "ParseIntError: invalid digit found in string"
        );
        assert_eq!(words("no"), "RuntimeError: no");
        assert_eq!(words("no".to_owned()), "RuntimeError: no");
        let boxed: Box<dyn std::error::Error> = "no".into();
        assert_eq!(words(boxed), "RuntimeError: no");
        let gone = std::io::Error::from(std::io::ErrorKind::NotFound);
        assert_eq!(words(gone), "OSError: entity not found");
        assert_eq!(words(QueueError::Full), "Full: the queue is full");
        let kind = RemoteError::raised(fmt::Error).kind;
        assert_eq!(kind, "core::Error", "more than just Error");
    }

    #[test]
    fn an_error_of_ours_stays_as_it_is() {
        let own = RemoteError {
            traceback: "  at home".into(),
            ..RemoteError::new("KeyError", "'x'")
        };
        assert_eq!(RemoteError::raised(own.clone()), own);
    }
}
