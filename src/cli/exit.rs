//! The exit codes of every command. A run that was interrupted ends with 130 or 143 besides.

use thiserror::Error;

use super::snapshot::SnapshotError;

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

/// The exit code of an error.
pub(super) fn code_of(error: &anyhow::Error) -> u8 {
    if let Some(error) = error.downcast_ref::<SnapshotError>() {
        return error.exit_code();
    }
    if error.is::<UsageError>() {
        WRONG_USAGE
    } else {
        FAILED
    }
}
