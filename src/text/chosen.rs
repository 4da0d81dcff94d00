//! The language of this program, decided once when it starts.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Text;
use super::sentence::{Sentence, Worded, worded};

/// The environment variable that names another catalogue, for those who translate. Hidden: it is in no help.
pub const CATALOGUE: &str = "PROCLAB_CATALOGUE";

/// The largest catalogue that is read, bytes; the English one has less than a tenth of it.
const LARGEST: u64 = 2 << 20;

/// Why a catalogue cannot be used. Said in English, for want of a catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// It cannot be read.
    Unreadable(io::Error),
    /// It is no regular file.
    NoFile,
    /// Others than its user could have written it: it says what the user believes.
    NotOurs,
    /// It is larger than any catalogue.
    TooLarge,
    /// It is not in Fluent's syntax.
    Syntax {
        /// The line, from 1.
        line: usize,
    },
    /// It does not name its language.
    NoLanguage,
    /// One of these, of a file.
    Of(PathBuf, Box<Self>),
}

impl Worded for CatalogueError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Unreadable(error) => {
                Sentence::new("catalogue-unreadable").with("reason", Sentence::of_io(error))
            }
            Self::NoFile => Sentence::new("catalogue-no-file"),
            Self::NotOurs => Sentence::new("catalogue-not-ours"),
            Self::TooLarge => {
                Sentence::new("catalogue-too-large").with("most", (LARGEST >> 20).to_string())
            }
            Self::Syntax { line } => {
                Sentence::new("catalogue-syntax").with("line", line.to_string())
            }
            Self::NoLanguage => Sentence::new("catalogue-no-language"),
            Self::Of(path, problem) => Sentence::new("catalogue-of")
                .with("variable", CATALOGUE)
                .with("path", path.display().to_string())
                .with("problem", problem.sentence()),
        }
    }
}

worded!(CatalogueError);

/// The catalogue of this program's language: English, unless [`CATALOGUE`] names a file.
pub fn chosen() -> Result<Arc<Text>, CatalogueError> {
    match std::env::var_os(CATALOGUE) {
        Some(path) if !path.is_empty() => {
            let path = PathBuf::from(path);
            let text = read(&path).and_then(|source| Text::from_source(&source));
            text.map(Arc::new)
                .map_err(|problem| CatalogueError::Of(path, Box::new(problem)))
        }
        _ => Ok(Text::english()),
    }
}

fn read(path: &Path) -> Result<String, CatalogueError> {
    let mut options = File::options();
    // A pipe without a writer would hold up the start.
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = options.read(true).custom_flags(flags).open(path);
    let file = file.map_err(CatalogueError::Unreadable)?;
    let about = file.metadata().map_err(CatalogueError::Unreadable)?;
    if !about.is_file() {
        return Err(CatalogueError::NoFile);
    }
    let us = rustix::process::geteuid().as_raw();
    if ![0, us].contains(&about.uid()) || about.mode() & 0o022 != 0 {
        return Err(CatalogueError::NotOurs);
    }
    let mut source = String::new();
    let read = file.take(LARGEST + 1).read_to_string(&mut source);
    read.map_err(CatalogueError::Unreadable)?;
    if source.len() as u64 > LARGEST {
        return Err(CatalogueError::TooLarge);
    }
    Ok(source)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn file(source: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), source).unwrap();
        file
    }

    #[test]
    fn a_catalogue_is_read_as_a_whole() {
        let source = "language = de\nplace-monitor = Wächter\n";
        let text = Text::from_source(&read(file(source.as_bytes()).path()).unwrap()).unwrap();
        assert_eq!(text.language(), "de");
        assert_eq!(text.get("place-monitor"), "Wächter");
        assert_eq!(text.get("place-lab"), "Lab", "what it lacks is English");
    }

    #[test]
    fn what_others_could_write_is_refused() {
        let file = file(b"language = de\n");
        for mode in [0o664, 0o646] {
            std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            let error = read(file.path()).unwrap_err();
            assert!(matches!(error, CatalogueError::NotOurs), "{error}");
        }
    }

    #[test]
    fn what_is_no_catalogue_is_named() {
        let said = |source: &[u8]| {
            let source = read(file(source).path());
            let text = source.and_then(|source| Text::from_source(&source));
            text.err().map(|error| error.to_string()).unwrap()
        };
        assert!(said(&vec![b'#'; 3 << 20]).contains("larger than 2 MiB"));
        assert!(said(b"language = de\n\nbad line\n").contains("line 3"));
        assert!(said(b"place-lab = Labor\n").contains("language = de"));
        assert!(said(b"\xff\xfe").contains("UTF-8"));
        let folder = read(tempfile::tempdir().unwrap().path()).unwrap_err();
        assert!(matches!(folder, CatalogueError::NoFile), "{folder}");
    }
}
