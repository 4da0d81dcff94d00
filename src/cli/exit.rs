//! The exit codes of every command. A run that was interrupted ends with 130 or 143 besides.

use std::io;

use thiserror::Error;

use super::output::OutputError;
use super::snapshot::SnapshotError;
use super::watch::WatchError;
use crate::run::main_process::MainError;
use crate::run::record::RecordingError;
use crate::text::{Sentence, Text, Worded, worded};

/// Some task or process failed, or what was asked for is not there.
pub const FAILED: u8 = 1;

/// The command line or a configuration is wrong.
pub const WRONG_USAGE: u8 = 2;

/// The program could not start: no display, a missing library.
pub const CANNOT_START: u8 = 3;

/// A mistake in what was asked for, as opposed to one in carrying it out.
#[derive(Clone, Debug, Error)]
pub(super) struct UsageError(pub(super) Sentence);

impl UsageError {
    /// A mistake that its own error explains.
    pub(super) fn of(error: &impl Worded) -> Self {
        Self(error.sentence())
    }
}

impl Worded for UsageError {
    fn sentence(&self) -> Sentence {
        self.0.clone()
    }
}

worded!(UsageError);

/// What was asked for could not be carried out.
#[derive(Debug, Error)]
pub(super) struct Failure(pub(super) Sentence);

impl Worded for Failure {
    fn sentence(&self) -> Sentence {
        self.0.clone()
    }
}

worded!(Failure);

/// An error with its causes, each said once: many errors quote their cause themselves.
pub(super) fn words_of(text: &Text, error: &anyhow::Error) -> String {
    // The sentence of a command's error names its causes.
    let known = error
        .chain()
        .position(|cause| known_sentence(cause).is_some());
    error
        .chain()
        .take(known.map_or(usize::MAX, |known| known + 1))
        .map(|cause| text.say(&sentence_of(cause)))
        .fold(String::new(), |words, cause| {
            if words.is_empty() {
                cause
            } else if words.contains(&cause) {
                words
            } else {
                format!("{words}: {cause}")
            }
        })
}

/// What an error says: the errors of commands have sentences, others the words of those who made them.
fn sentence_of(error: &(dyn std::error::Error + 'static)) -> Sentence {
    let of_system = || error.downcast_ref::<io::Error>().map(Sentence::of_io);
    known_sentence(error)
        .or_else(of_system)
        .unwrap_or_else(|| Sentence::verbatim(error))
}

fn known_sentence(error: &(dyn std::error::Error + 'static)) -> Option<Sentence> {
    fn as_worded<T: Worded + std::error::Error + 'static>(
        error: &(dyn std::error::Error + 'static),
    ) -> Option<Sentence> {
        error.downcast_ref::<T>().map(Worded::sentence)
    }
    let known = [
        as_worded::<UsageError>,
        as_worded::<Failure>,
        as_worded::<SnapshotError>,
        as_worded::<WatchError>,
        as_worded::<OutputError>,
        as_worded::<RecordingError>,
    ];
    known.into_iter().find_map(|sentence| sentence(error))
}

/// The exit code of an error.
pub(super) fn code_of(error: &anyhow::Error) -> u8 {
    if let Some(error) = error.downcast_ref::<SnapshotError>() {
        return error.exit_code();
    }
    if let Some(error) = error.downcast_ref::<WatchError>() {
        return error.exit_code();
    }
    if let Some(error) = error.downcast_ref::<OutputError>() {
        return error.exit_code();
    }
    match error.downcast_ref::<MainError>() {
        Some(MainError::Start(_) | MainError::System(_)) => CANNOT_START,
        None if error.is::<UsageError>() => WRONG_USAGE,
        Some(MainError::Reader(_)) | None => FAILED,
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn each_cause_is_said_once() {
        let cause = || std::io::Error::from_raw_os_error(2);
        let quoted = anyhow::Error::new(OutputError::Stdout(cause()));
        let words = words_of(&Text::english(), &quoted);
        assert_eq!(words.matches("No such file").count(), 1, "{words}");
        let added = Err::<(), _>(cause())
            .context("could not read it")
            .unwrap_err();
        assert_eq!(
            words_of(&Text::english(), &added),
            "could not read it: No such file or directory (os error 2)"
        );
    }
}
