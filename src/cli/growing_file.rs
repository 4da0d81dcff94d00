//! A file that grows by a document at a time, and only if what is in it was written in the same way.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, IsTerminal as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use thiserror::Error;

use super::output::{OutputError, tell};
use crate::monitor::document::{
    Columns, FieldSet, Keys, Mend, NotOurs, mend_of_csv, mend_of_stream,
};
use crate::os::terminal::{Notation, Terminal};
use crate::text::{Sentence, Text, Worded, worded};

/// How documents follow each other in it.
pub(super) enum Kind {
    /// One JSON document a line, with these fields.
    Documents(FieldSet, Keys),
    /// Records of CSV.
    Records(Columns),
}

impl Kind {
    /// What an empty file begins with.
    fn beginning(&self) -> io::Result<Vec<u8>> {
        let mut names = Vec::new();
        if let Self::Records(columns) = self {
            columns.write_names(&mut names)?;
        }
        Ok(names)
    }

    /// What a file that has something in it needs before more can follow.
    fn mend(&self, file: &File) -> Result<Mend, NotOurs> {
        let input = BufReader::with_capacity(1 << 18, file);
        match self {
            Self::Documents(fields, keys) => mend_of_stream(input, fields, *keys),
            Self::Records(columns) => mend_of_csv(input, columns),
        }
    }
}

/// Why a file does not grow. It is as it was.
#[derive(Debug, Error)]
pub(super) enum GrowError {
    /// The file system refuses.
    Output(#[from] OutputError),
    /// Something else is in it.
    NotOurs {
        /// Which one.
        path: PathBuf,
        /// What is in it.
        reason: NotOurs,
    },
}

impl Worded for GrowError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Output(error) => error.sentence(),
            Self::NotOurs { path, reason } => Sentence::new("cli-left-as-it-was")
                .with("path", path.display().to_string())
                .with("reason", reason.to_string()),
        }
    }
}

worded!(GrowError);

impl GrowError {
    /// The exit code.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Output(error) => error.exit_code(),
            Self::NotOurs { .. } => super::exit::WRONG_USAGE,
        }
    }
}

/// The open file.
pub(super) struct GrowingFile {
    path: PathBuf,
    file: File,
    /// Not so devices, pipes and terminals, which have no contents to go by.
    is_regular: bool,
    notation: Notation,
}

impl GrowingFile {
    /// Opens a file, or makes one; with `is_private`, for its owner's eyes alone. One that is there and holds something else is
    /// refused.
    pub(super) fn open(
        text: &Text,
        path: &Path,
        is_private: bool,
        kind: &Kind,
    ) -> Result<Self, GrowError> {
        let failed = |source| OutputError::File {
            path: path.to_owned(),
            source,
        };
        let is_other = std::fs::metadata(path).is_ok_and(|found| !found.is_file());
        let mut options = OpenOptions::new();
        // A pipe that is opened for reading too waits for nobody, and is its own reader.
        options.create(true).append(true).read(!is_other);
        options.custom_flags(OFlags::NOCTTY.bits().cast_signed());
        if is_private {
            options.mode(0o600);
        }
        let file = options.open(path).map_err(failed)?;
        let found = file.metadata().map_err(failed)?;
        let mut growing = Self {
            path: path.to_owned(),
            is_regular: found.is_file(),
            file,
            notation: match kind {
                Kind::Documents(..) => Notation::Json,
                Kind::Records(_) => Notation::Text,
            },
        };
        let beginning = if growing.is_regular && found.len() > 0 {
            let mend = kind
                .mend(&growing.file)
                .map_err(|reason| GrowError::NotOurs {
                    path: path.to_owned(),
                    reason,
                })?;
            if mend.is_torn {
                let args = [("path", path.display().to_string().into())];
                tell(text.with("cli-torn-line", &args));
            }
            mend.bytes
        } else {
            kind.beginning().map_err(failed)?
        };
        if is_private && growing.is_regular {
            let permissions = std::fs::Permissions::from_mode(0o600);
            growing.file.set_permissions(permissions).map_err(failed)?;
        }
        growing.append(&beginning).map_err(failed)?;
        Ok(growing)
    }

    /// Its name, for errors.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends it all, or nothing where the disk is full in the middle of it.
    pub(super) fn append(&mut self, text: &[u8]) -> io::Result<()> {
        if !self.is_regular {
            return if self.file.is_terminal() {
                Terminal::new(&self.file, self.notation).write_all(text)
            } else {
                (&self.file).write_all(text)
            };
        }
        let before = self.file.seek(SeekFrom::End(0))?;
        let written = (&self.file).write_all(text);
        if written.is_err() {
            // Half a record would be a false one. What cannot be taken back is a torn line, as after a crash.
            self.take_back(before, text).ok();
        }
        written
    }

    /// Takes back what was written of a text, unless somebody else has written there meanwhile.
    fn take_back(&self, before: u64, text: &[u8]) -> io::Result<()> {
        let mut behind = vec![0; text.len()];
        let length = self.file.metadata()?.len().saturating_sub(before);
        let half = behind.get_mut(..usize::try_from(length).unwrap_or(usize::MAX));
        let Some(half) = half else {
            return Ok(());
        };
        self.file.read_exact_at(half, before)?;
        if text.starts_with(half) {
            self.file.set_len(before)?;
        }
        Ok(())
    }
}
