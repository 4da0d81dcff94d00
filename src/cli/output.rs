//! How a command writes its output: to standard output, into a file, or beside both to whoever watches.
//!
//! Everything that a command writes goes through here. On a terminal nothing is obeyed that others wrote
//! ([`crate::os::terminal`]); files and pipes get exactly what is written. A reader that has gone is an end and no error; a disk
//! that is full and a file that may grow no further (`ulimit -f`) are errors with one message.

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal as _, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anstream::adapter::StripBytes;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::stdio::stdout;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::{SigId, flag, low_level};
use thiserror::Error;

use super::exit;
use crate::monitor::document::{Readers, WriteError, write_file};
use crate::os::signal;
use crate::os::terminal::{Notation, Terminal, printable};
use crate::text::{Sentence, Worded, worded};

/// Why output could not be written.
#[derive(Debug, Error)]
pub enum OutputError {
    /// Standard output is broken or full.
    Stdout(io::Error),
    /// A file could not be written.
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file that appears whole or not at all did not appear.
    Whole(#[from] WriteError),
}

impl Worded for OutputError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Stdout(error) => {
                Sentence::new("cli-no-stdout").with("reason", Sentence::of_io(error))
            }
            Self::File { path, source } => Sentence::new("cli-no-file")
                .with("path", path.display().to_string())
                .with("reason", Sentence::of_io(source)),
            Self::Whole(error) => error.sentence(),
        }
    }
}

worded!(OutputError);

impl OutputError {
    /// The exit code: 2 where the file that was named is not possible, 3 where too many files are open for any, 1 where it was
    /// possible and could not be written all the same.
    pub fn exit_code(&self) -> u8 {
        let kind = match self {
            Self::Stdout(_) => return exit::FAILED,
            Self::Whole(WriteError::Folder { .. }) => return exit::WRONG_USAGE,
            Self::File { source, .. } | Self::Whole(WriteError::File { source, .. }) => {
                source.kind()
            }
        };
        match kind {
            ErrorKind::NotFound
            | ErrorKind::PermissionDenied
            | ErrorKind::IsADirectory
            | ErrorKind::NotADirectory
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::InvalidInput
            | ErrorKind::InvalidFilename => exit::WRONG_USAGE,
            // A loop of links has no kind of its own in this version.
            _ if is_error(self, Errno::LOOP) => exit::WRONG_USAGE,
            _ if is_error(self, Errno::MFILE) || is_error(self, Errno::NFILE) => exit::CANNOT_START,
            _ => exit::FAILED,
        }
    }
}

fn is_error(error: &OutputError, errno: Errno) -> bool {
    match error {
        OutputError::Stdout(source)
        | OutputError::File { source, .. }
        | OutputError::Whole(WriteError::File { source, .. }) => {
            source.raw_os_error() == Some(errno.raw_os_error())
        }
        OutputError::Whole(WriteError::Folder { .. }) => false,
    }
}

/// Lets a file that may grow no further (`ulimit -f`) be an error of whoever writes it, and not the end of the program. A
/// handler and not "ignore": what we start must not inherit it.
pub(super) fn survive_file_limit() {
    // Without it, the program ends there by the signal: no worse than before.
    flag::register(SIGXFSZ, Arc::default()).ok();
}

/// Writes beside the output, on standard error; whether somebody reads it does not matter.
pub fn tell(words: impl Display) {
    let words = words.to_string();
    writeln!(io::stderr(), "proclab: {}", printable(&words)).ok();
}

/// What is written to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Words or CSV.
    Text,
    /// JSON.
    Json,
    /// Words in our colours, with [`printable`] in what others wrote; without colours in a pipe or under `NO_COLOR`.
    Coloured,
}

/// Standard output. Not `std`'s: that one takes an error of a descriptor that cannot be written to for success.
pub(super) struct Stdout(Channel);

enum Channel {
    Exact(Descriptor),
    Shown(Terminal<Descriptor>),
    Plain(StripBytes),
}

impl Stdout {
    /// For this kind of output.
    pub(super) fn new(content: Content) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let shown = |notation| {
            if is_terminal {
                Channel::Shown(Terminal::new(Descriptor, notation))
            } else {
                Channel::Exact(Descriptor)
            }
        };
        Self(match content {
            Content::Text => shown(Notation::Text),
            Content::Json => shown(Notation::Json),
            Content::Coloured if has_colours() => Channel::Exact(Descriptor),
            Content::Coloured => Channel::Plain(StripBytes::new()),
        })
    }
}

/// Whether standard output is to have colours.
fn has_colours() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Channel::Exact(out) => out.write(bytes),
            Channel::Shown(out) => out.write(bytes),
            Channel::Plain(colours) => {
                let mut plain = colours.strip_next(bytes);
                plain.try_for_each(|piece| Descriptor.write_all(piece))?;
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsFd for Stdout {
    fn as_fd(&self) -> BorrowedFd<'_> {
        stdout()
    }
}

/// Descriptor 1, without a buffer.
struct Descriptor;

impl Write for Descriptor {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match rustix::io::write(stdout(), bytes) {
                // Another program has made the pipe or the terminal that we share non-blocking.
                Err(Errno::AGAIN) => {
                    poll(
                        &mut [PollFd::from_borrowed_fd(stdout(), PollFlags::OUT)],
                        None,
                    )?;
                }
                written => return Ok(written?),
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Who reads the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// Somebody, as far as is known.
    Reading,
    /// Nobody any more: nothing further need be written.
    Gone,
}

/// Writes to standard output. Whoever has seen enough (`proclab lessons | head -1`) is no error.
pub(super) fn to_stdout(
    content: Content,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Audience, OutputError> {
    written_to(Stdout::new(content), write)
}

fn written_to(
    out: impl Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Audience, OutputError> {
    let mut out = io::BufWriter::new(out);
    let written = write(&mut out).and_then(|()| out.flush());
    // What could not be written is not tried again when it is dropped.
    drop(out.into_parts());
    match written {
        Ok(()) => Ok(Audience::Reading),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Audience::Gone),
        Err(error) => Err(OutputError::Stdout(error)),
    }
}

/// Writes into a file, which appears whole or not at all, or into a device or a pipe.
pub(super) fn to_file(
    path: &Path,
    readers: Readers,
    notation: Notation,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), OutputError> {
    // What is only a path yet, or a file, is written in a moment; a pipe may wait for its reader for ever.
    let is_file = std::fs::metadata(path).map_or(true, |found| found.is_file());
    let _held = is_file.then(Held::begin);
    let written = if is_terminal(path) {
        write_file(path, readers, |out| {
            write(&mut Terminal::new(out, notation))
        })
    } else {
        write_file(path, readers, write)
    };
    match written {
        // A pipe whose reader has seen enough.
        Err(WriteError::File { source, .. }) if source.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// Holds back the signals that ask the program to end, so that no temporary file is left where one was to be written; a second
/// one ends it at once. When it is dropped, the program ends by the one that came.
struct Held {
    came: Arc<AtomicUsize>,
    ids: Vec<SigId>,
}

impl Held {
    fn begin() -> Self {
        let came = Arc::new(AtomicUsize::new(0));
        let mut ids = Vec::new();
        for number in signal::not_ignored(&[SIGINT, SIGTERM, SIGHUP]) {
            let is_second = Arc::new(AtomicBool::new(false));
            let value = usize::try_from(number).unwrap_or_default();
            // One that cannot be held back ends the program as ever.
            ids.extend(flag::register_conditional_default(
                number,
                Arc::clone(&is_second),
            ));
            ids.extend(flag::register(number, is_second));
            ids.extend(flag::register_usize(number, Arc::clone(&came), value));
        }
        Self { came, ids }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        for id in self.ids.drain(..) {
            low_level::unregister(id);
        }
        if let Ok(number @ 1..) = i32::try_from(self.came.load(Ordering::SeqCst)) {
            // It does not come back from there.
            low_level::emulate_default_handler(number).ok();
        }
    }
}

/// Whether a path names a terminal, be it ours.
pub(super) fn is_terminal(path: &Path) -> bool {
    use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
    let is_device = |found: std::fs::Metadata| found.file_type().is_char_device();
    // It is not to become ours by being opened, and opening waits for nothing.
    let flags = (OFlags::NOCTTY | OFlags::NONBLOCK).bits();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).custom_flags(flags.cast_signed());
    std::fs::metadata(path).is_ok_and(is_device)
        && options.open(path).is_ok_and(|file| file.is_terminal())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Refusing(ErrorKind);

    impl Write for Refusing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_has_gone_is_no_error_and_a_full_disk_is_one() {
        let write = |out: &mut dyn Write| out.write_all(b"x");
        let gone = written_to(Refusing(ErrorKind::BrokenPipe), write).unwrap();
        assert_eq!(gone, Audience::Gone);
        let full = written_to(Refusing(ErrorKind::StorageFull), write).unwrap_err();
        assert_eq!(full.exit_code(), exit::FAILED);
        assert!(
            full.to_string()
                .starts_with("could not write to standard output: ")
        );
    }

    #[test]
    fn a_path_that_cannot_be_is_wrong_usage_and_a_full_disk_is_not() {
        let code = |errno: Errno| {
            let source = io::Error::from_raw_os_error(errno.raw_os_error());
            let path = "a".into();
            OutputError::File { path, source }.exit_code()
        };
        let wrong = [
            Errno::NOENT,
            Errno::ACCESS,
            Errno::PERM,
            Errno::ISDIR,
            Errno::NOTDIR,
            Errno::ROFS,
            Errno::NAMETOOLONG,
            Errno::LOOP,
        ];
        assert!(
            wrong
                .into_iter()
                .all(|errno| code(errno) == exit::WRONG_USAGE)
        );
        let failed = [Errno::NOSPC, Errno::FBIG, Errno::DQUOT, Errno::IO];
        assert!(failed.into_iter().all(|errno| code(errno) == exit::FAILED));
    }

    #[test]
    fn a_device_that_is_no_terminal_gets_exactly_what_is_written() {
        assert!(!is_terminal(Path::new("/dev/null")));
        assert!(!is_terminal(Path::new("/nonexistent")));
    }
}
