//! The exit codes of every command. A run that was interrupted ends with 130 or 143 besides.

use thiserror::Error;

use super::output::OutputError;
use super::snapshot::SnapshotError;
use super::watch::WatchError;
use crate::run::main_process::MainError;

/// Some task or process failed, or what was asked for is not there.
pub const FAILED: u8 = 1;

/// The command line or a configuration is wrong.
pub const WRONG_USAGE: u8 = 2;

/// The program could not start: no display, a missing library.
pub const CANNOT_START: u8 = 3;

/// A mistake in what was asked for, as opposed to one in carrying it out.
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct UsageError(pub(super) String);

/// An error with its causes, each said once: many errors quote their cause themselves.
pub(super) fn words_of(error: &anyhow::Error) -> String {
    error
        .chain()
        .map(ToString::to_string)
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
        let words = words_of(&quoted);
        assert_eq!(words.matches("No such file").count(), 1, "{words}");
        let added = Err::<(), _>(cause())
            .context("could not read it")
            .unwrap_err();
        assert_eq!(
            words_of(&added),
            "could not read it: No such file or directory (os error 2)"
        );
    }
}
