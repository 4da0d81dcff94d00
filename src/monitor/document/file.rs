//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use tempfile::{PathPersistError, TempPath};
use thiserror::Error;

use crate::text::{Sentence, Worded, worded};

/// Why a document could not be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The file system refused.
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The path names a folder.
    Folder {
        /// Which one.
        path: PathBuf,
    },
}

impl Worded for WriteError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::File { path, source } => Sentence::new("document-not-written")
                .with("reason", Sentence::of_io(source))
                .with("path", path.display().to_string()),
            Self::Folder { path } => {
                Sentence::new("document-folder").with("path", path.display().to_string())
            }
        }
    }
}

worded!(WriteError);

/// Who may read a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Whoever usually may.
    Usual,
    /// Its owner alone: it holds an environment.
    Owner,
}

/// Writes a file with what `write` writes. One that was there stays as it was until the new one is complete.
pub fn write_file(
    path: &Path,
    readers: Readers,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    write_whole(path, readers, write, |temporary, target| {
        temporary.persist(target)
    })
    .map_err(|source| error(path, source))
}

/// The same, but one that is there by the time the new one is complete stays: the error's kind is then
/// [`io::ErrorKind::AlreadyExists`]. Devices and pipes are written into all the same.
pub fn write_new_file(
    path: &Path,
    readers: Readers,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    write_whole(path, readers, write, |temporary, target| {
        temporary.persist_noclobber(target)
    })
    .map_err(|source| error(path, source))
}

fn error(path: &Path, source: io::Error) -> WriteError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::IsADirectory => WriteError::Folder { path },
        _ => WriteError::File { path, source },
    }
}

fn write_whole(
    path: &Path,
    readers: Readers,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    persist: fn(TempPath, &Path) -> Result<(), PathPersistError>,
) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if is_planted(path) {
        let words = "somebody else has put a link or a pipe of that name there";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, words));
    }
    // Behind a link it is the target that is to be replaced, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // Devices and pipes are written into; to replace one by a file would be a disaster (`/dev/null`).
    if fs::metadata(&target).is_ok_and(|found| !found.is_file()) {
        return write_to(File::options().write(true).open(&target)?, write).map(drop);
    }
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // Asked for its own words: those of the temporary file would hide what is missing.
    fs::metadata(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".proclab-").suffix(".tmp");
    // The system's own words, without the name of a temporary file that nobody has heard of.
    let mut refused = None;
    let temporary = builder.make_in(folder, |path| {
        let created = create(path, readers);
        created.inspect_err(|error| refused = error.raw_os_error())
    });
    let temporary =
        temporary.map_err(|error| refused.map_or(error, io::Error::from_raw_os_error))?;
    let (file, temporary) = temporary.into_parts();
    keep_permissions(&file, &target, readers)?;
    write_to(file, write)?.sync_all()?;
    persist(temporary, &target).map_err(|error| error.error)
}

/// Whether what is there is no file and belongs to somebody else, in a folder where everybody may put something: whoever
/// does so wants our file elsewhere, or what is in it. The kernel refuses the same to whoever opens links itself
/// (`fs.protected_symlinks`, `fs.protected_fifos`).
#[cfg(unix)]
fn is_planted(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    const EVERYBODYS: u32 = 0o1002;
    let Ok(found) = fs::symlink_metadata(path) else {
        return false;
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let is_everybodys = |folder: &fs::Metadata| {
        folder.mode() & EVERYBODYS == EVERYBODYS && folder.uid() != found.uid()
    };
    !found.is_file()
        && found.uid() != rustix::process::geteuid().as_raw()
        && fs::metadata(folder).is_ok_and(|folder| is_everybodys(&folder))
}

#[cfg(not(unix))]
fn is_planted(_: &Path) -> bool {
    false
}

fn write_to(
    file: File,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> io::Result<File> {
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)
}

/// Makes a file with the usual permissions; but no eyes of others on an environment.
#[cfg(unix)]
fn create(path: &Path, readers: Readers) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mode = match readers {
        Readers::Owner => 0o600,
        Readers::Usual => 0o666,
    };
    File::options()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
}

/// Gives a new file group and permissions of the one that it is to replace, if there is one. Where the group cannot be the same, ours
/// may do no more than everybody.
#[cfg(unix)]
fn keep_permissions(file: &File, target: &Path, readers: Readers) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    let found = match fs::metadata(target) {
        Ok(found) if readers == Readers::Usual => found,
        _ => return Ok(()),
    };
    let mode = found.mode() & 0o777;
    let is_same_group =
        file.metadata()?.gid() == found.gid() || fchown(file, None, Some(found.gid())).is_ok();
    let mode = if is_same_group {
        mode
    } else {
        mode & (0o707 | (mode & 0o007) << 3)
    };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn create(path: &Path, _: Readers) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}

#[cfg(not(unix))]
fn keep_permissions(_: &File, _: &Path, _: Readers) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, lchown, symlink};

    use super::*;

    #[test]
    fn a_new_file_replaces_none_that_came_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let meanwhile = |out: &mut dyn io::Write| {
            fs::write(&path, "somebody's")?;
            out.write_all(b"a")
        };
        let error = write_new_file(&path, Readers::Usual, meanwhile).unwrap_err();
        let WriteError::File { source, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(source.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"somebody's");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::remove_file(&path).unwrap();
        write_new_file(&path, Readers::Usual, |out| out.write_all(b"a")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"a");
    }

    fn write_a(path: &Path) -> Result<(), WriteError> {
        write_file(path, Readers::Owner, |out| out.write_all(b"a"))
    }

    #[test]
    fn a_link_that_somebody_else_put_into_everybodys_folder_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("precious"), "b").unwrap();
        symlink(path("precious"), path("link")).unwrap();
        let own = fs::metadata(folder.path()).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o1777)).unwrap();
        if lchown(path("link"), Some(65_534), None).is_err() {
            eprintln!("skipped: only root can give a link away");
            return;
        }
        let error = write_a(&path("link")).unwrap_err().to_string();
        assert!(error.contains("somebody else has put a link"), "{error}");
        assert_eq!(fs::read(path("precious")).unwrap(), b"b");
        // In a folder of one's own a link is what one wanted.
        fs::set_permissions(folder.path(), own.permissions()).unwrap();
        write_a(&path("link")).unwrap();
        assert_eq!(fs::read(path("precious")).unwrap(), b"a");
    }

    #[test]
    fn who_could_read_and_write_the_file_that_is_replaced_still_can() {
        use std::os::unix::fs::{MetadataExt as _, chown};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o7777;
        let write = || write_file(&path, Readers::Usual, |out| out.write_all(b"a")).unwrap();
        write();
        let usual = mode(&path);
        for kept in [0o666, 0o664, 0o600, 0o440] {
            fs::set_permissions(&path, fs::Permissions::from_mode(kept)).unwrap();
            write();
            assert_eq!(mode(&path), kept, "{kept:o}");
        }
        assert_eq!(usual & 0o7111, 0);
        if chown(&path, None, Some(65_534)).is_err() {
            eprintln!("skipped: only root can give a file to any group");
            return;
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o660)).unwrap();
        write();
        let found = fs::metadata(&path).unwrap();
        assert_eq!((found.gid(), found.mode() & 0o7777), (65_534, 0o660));
        write_a(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
    }
}
