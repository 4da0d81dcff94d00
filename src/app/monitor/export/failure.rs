//! Why nothing was written, in words.

use std::io;

use super::ExportError;
use crate::app::text::Text;
use crate::monitor::document::WriteError;
use crate::text::{Sentence, Worded as _};

/// What was to be written where, and why it was not.
pub(super) fn failure_text(text: &Text, error: &ExportError) -> String {
    let error = match error {
        ExportError::File(error) => error,
        ExportError::Source(error) => {
            return text.with(
                "export-no-source",
                &[("reason", text.say(&error.sentence()).into())],
            );
        }
        ExportError::Stopped => return text.get("export-stopped").to_owned(),
        ExportError::StoppedWithin(path) => {
            let path = path.display().to_string();
            return text.with("export-stopped-within", &[("path", path.into())]);
        }
        ExportError::BrokenDown => return text.get("export-broken-down").to_owned(),
        ExportError::IsThere(path) => {
            let path = path.display().to_string();
            return text.with("export-is-there", &[("path", path.into())]);
        }
    };
    match error {
        WriteError::File { path, source } => text.with(
            "export-failed",
            &[
                ("path", path.display().to_string().into()),
                ("reason", reason_text(text, source).into()),
            ],
        ),
        WriteError::Folder { path } => text.with(
            "export-folder",
            &[("path", path.display().to_string().into())],
        ),
    }
}

/// The usual reasons in plain words, others in the system's.
pub(in crate::app) fn reason_text(text: &Text, error: &io::Error) -> String {
    let key = match error.kind() {
        io::ErrorKind::NotFound => "export-no-folder",
        io::ErrorKind::PermissionDenied => "export-no-permission",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "export-disk-full",
        io::ErrorKind::ReadOnlyFilesystem => "export-read-only",
        io::ErrorKind::NotADirectory => "export-not-a-folder",
        _ => return text.say(&Sentence::of_io(error)),
    };
    text.get(key).to_owned()
}
