//! Why nothing was compared, in words.

use thiserror::Error;

use crate::app::monitor::export::reason_text;
use crate::app::text::Text;
use crate::monitor::diff::DiffError;
use crate::monitor::document::{FieldError, Foreign, ReadError, TakeError};
use crate::monitor::source::SourceError;

/// Why nothing was compared.
#[derive(Debug, Error)]
pub(super) enum CompareError {
    /// The file is no snapshot.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is one of another time or machine.
    #[error(transparent)]
    Diff(#[from] DiffError),
    /// The machine cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The same.
    #[error(transparent)]
    Take(#[from] TakeError),
    /// The same.
    #[error(transparent)]
    Fields(#[from] FieldError),
}

/// The reason as a sentence that names the file.
pub(super) fn failure_text(text: &Text, error: &CompareError) -> String {
    match error {
        CompareError::Read(error) => read_text(text, error),
        CompareError::Diff(DiffError::OtherHost { before, after }) => text.with(
            "compare-other-host",
            &[
                ("before", before.as_str().into()),
                ("after", after.as_str().into()),
            ],
        ),
        CompareError::Diff(DiffError::OtherBoot { host }) => {
            text.with("compare-other-boot", &[("host", host.as_str().into())])
        }
        CompareError::Diff(DiffError::OtherNamespace) => {
            text.get("compare-other-namespace").to_owned()
        }
        CompareError::Diff(DiffError::NoTime(time)) => {
            text.with("compare-no-time", &[("time", time.as_str().into())])
        }
        CompareError::Source(_) | CompareError::Take(_) | CompareError::Fields(_) => {
            let reason = error.to_string();
            text.with("compare-no-source", &[("reason", reason.into())])
        }
    }
}

fn read_text(text: &Text, error: &ReadError) -> String {
    let (path, key, more) = match error {
        ReadError::File { path, source } => {
            (path, "compare-unreadable", Some(reason_text(text, source)))
        }
        // Of a file that is asked for whole, no number is asked for.
        ReadError::Empty { path } | ReadError::NoSuchNumber { path, .. } => {
            (path, "compare-empty", None)
        }
        ReadError::CutOff { path } => (path, "compare-cut", None),
        ReadError::Foreign { path, reason } => match reason {
            Foreign::NotJson { line, .. } => (path, "compare-no-json", Some(line.to_string())),
            Foreign::NoSchema => (path, "compare-foreign", None),
            Foreign::OtherSchema(schema) => (path, "compare-other-schema", Some(schema.clone())),
            Foreign::Damaged { line, reason } => {
                (path, "compare-damaged", Some(format!("{line}: {reason}")))
            }
        },
    };
    let path = path.display().to_string();
    let more = more.unwrap_or_default();
    text.with(key, &[("path", path.into()), ("more", more.into())])
}
