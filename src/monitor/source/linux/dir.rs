//! A directory of `/proc` that is kept open, files that are, and the one buffer into which all are read.

use std::mem::MaybeUninit;
use std::path::Path;

use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, CWD, Mode, OFlags, PROC_SUPER_MAGIC, RawDir, SeekFrom};
use rustix::io::Errno;

use crate::monitor::reading::Unread;

/// Enough for every `stat`; larger files let it grow.
const BUFFER_BYTES: usize = 16 << 10;

/// Enough for the entries of ten thousand processes at once.
const ENTRIES_BYTES: usize = 256 << 10;

/// Enough for most directories of one process.
const ENTRIES_BELOW_BYTES: usize = 16 << 10;

/// An open directory. Reading below it never follows a path that may have become another process's.
#[derive(Debug)]
pub struct Dir {
    fd: OwnedFd,
    buffer: Vec<u8>,
    entries: Vec<MaybeUninit<u8>>,
    /// System calls made.
    pub calls: Calls,
    /// Whether something could not be opened because too many files are open.
    is_starved: bool,
}

/// System calls, without those that close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Calls {
    /// Files and directories opened.
    pub opens: u64,
    /// Calls that read, listed, or asked about a file.
    pub reads: u64,
}

/// A file that stays open, to be read from its beginning again and again. One of a process that has ended answers `SRCH`
/// even when another process has its pid.
#[derive(Debug)]
pub struct KeptFile(OwnedFd);

impl KeptFile {
    /// Whether the kernel itself makes it, and not somebody who has put something else in its place.
    pub fn is_the_kernels(&self) -> bool {
        rustix::fs::fstatfs(&self.0).is_ok_and(|system| system.f_type == PROC_SUPER_MAGIC)
    }
}

impl Dir {
    /// Opens a directory by its path.
    pub fn open(path: &Path) -> Result<Self, Errno> {
        Self::open_at(CWD, path, ENTRIES_BYTES)
    }

    /// Opens a directory below this one.
    pub fn open_below(&mut self, path: &str) -> Result<Self, Errno> {
        self.calls.opens += 1;
        let opened = Self::open_at(&self.fd, path, ENTRIES_BELOW_BYTES);
        self.is_starved |= opened
            .as_ref()
            .is_err_and(|&error| is_out_of_descriptors(error));
        opened
    }

    fn open_at(
        base: impl rustix::fd::AsFd,
        path: impl rustix::path::Arg,
        entries_bytes: usize,
    ) -> Result<Self, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self {
            fd: rustix::fs::openat(base, path, flags, Mode::empty())?,
            buffer: vec![0; BUFFER_BYTES],
            entries: vec![MaybeUninit::uninit(); entries_bytes],
            calls: Calls::default(),
            is_starved: false,
        })
    }

    /// Whether the kernel itself fills it, and not somebody who has put something else in its place.
    pub fn is_the_kernels(&self) -> bool {
        rustix::fs::fstatfs(&self.fd).is_ok_and(|system| system.f_type == PROC_SUPER_MAGIC)
    }

    /// Whether something could not be opened since the last question because too many files are open.
    pub fn was_starved(&mut self) -> bool {
        std::mem::take(&mut self.is_starved)
    }

    /// Whether so many files can be opened at once. One is: copies count for this program's limit, and not for the machine's.
    pub fn has_room(&self, files: usize) -> bool {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let Ok(opened) = rustix::fs::openat(&self.fd, ".", flags, Mode::empty()) else {
            return false;
        };
        let mut taken = Vec::with_capacity(files);
        for _ in 1..files {
            match rustix::io::fcntl_dupfd_cloexec(&opened, 0) {
                Ok(file) => taken.push(file),
                Err(_) => return false,
            }
        }
        true
    }

    /// Opens a file, to be kept.
    pub fn keep(&mut self, path: &str) -> Result<KeptFile, Errno> {
        self.calls.opens += 1;
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let opened = rustix::fs::openat(&self.fd, path, flags, Mode::empty());
        self.is_starved |= opened
            .as_ref()
            .is_err_and(|&error| is_out_of_descriptors(error));
        opened.map(KeptFile)
    }

    /// The content of a file, at most `cap` bytes of it.
    pub fn read(&mut self, path: &str, cap: usize) -> Result<&[u8], Errno> {
        let file = self.keep(path)?;
        self.fill(&file, cap, |_count, _room| false)
    }

    /// The content of a file that the kernel makes in one piece, as it does small ones and command lines: a read that does
    /// not fill its room was the last one, which saves the call that finds the end.
    pub fn read_piece(&mut self, path: &str, cap: usize) -> Result<&[u8], Errno> {
        let file = self.keep(path)?;
        self.fill(&file, cap, |count, room| count < room)
    }

    /// The same of a file that is kept open.
    pub fn reread(&mut self, file: &KeptFile) -> Result<&[u8], Errno> {
        self.fill(file, usize::MAX, |count, room| count < room)
    }

    /// Reads until nothing more comes, `cap` bytes are there, or `is_last` says so of what came into how much room.
    fn fill(
        &mut self,
        file: &KeptFile,
        cap: usize,
        is_last: impl Fn(usize, usize) -> bool,
    ) -> Result<&[u8], Errno> {
        let mut filled = 0;
        loop {
            if filled == self.buffer.len() {
                self.buffer.resize(filled * 2, 0);
            }
            self.calls.reads += 1;
            let room = self.buffer.get_mut(filled..).unwrap_or_default();
            let room_bytes = room.len();
            match rustix::io::pread(&file.0, room, filled as u64) {
                Ok(0) => break,
                Ok(count) => {
                    filled += count;
                    if is_last(count, room_bytes) {
                        break;
                    }
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(error),
            }
            if filled >= cap {
                break;
            }
        }
        Ok(self.buffer.get(..filled.min(cap)).unwrap_or_default())
    }

    /// The target of a link.
    pub fn link(&mut self, path: &str) -> Result<Vec<u8>, Errno> {
        self.calls.reads += 1;
        Ok(rustix::fs::readlinkat(&self.fd, path, Vec::new())?.into_bytes())
    }

    /// What `stat` says about what a path leads to. A link of a process may lead to a file server, for whose answer it waits.
    pub fn status(&mut self, path: &str) -> Result<rustix::fs::Stat, Errno> {
        self.calls.reads += 1;
        rustix::fs::statat(&self.fd, path, AtFlags::empty())
    }

    /// What `stat` says about a name, be it of a link.
    pub fn status_of_name(&mut self, path: &[u8]) -> Result<rustix::fs::Stat, Errno> {
        self.calls.reads += 1;
        rustix::fs::statat(&self.fd, path, AtFlags::SYMLINK_NOFOLLOW)
    }

    /// The entries whose names are numbers, from the beginning; at most `cap` and one more.
    pub fn numbers(&mut self, cap: usize) -> Result<Vec<u32>, Errno> {
        rustix::fs::seek(&self.fd, SeekFrom::Start(0))?;
        let mut numbers = Vec::new();
        let mut entries = RawDir::new(&self.fd, &mut self.entries);
        loop {
            // The kernel is asked whenever nothing is left of its last answer.
            self.calls.reads += u64::from(entries.is_buffer_empty());
            let Some(entry) = entries.next() else {
                return Ok(numbers);
            };
            numbers.extend(number(entry?.file_name().to_bytes()));
            if numbers.len() > cap {
                return Ok(numbers);
            }
        }
    }
}

/// The number that a name is.
fn number(name: &[u8]) -> Option<u32> {
    std::str::from_utf8(name).ok()?.parse().ok()
}

/// What an error means for a process that was there a moment ago and is neither a zombie nor a kernel thread.
pub fn unread(error: Errno) -> Unread {
    match error {
        Errno::ACCESS | Errno::PERM => Unread::Denied,
        Errno::NOENT | Errno::SRCH => Unread::Gone,
        Errno::MFILE | Errno::NFILE => Unread::NoDescriptors,
        _ => Unread::Unsupported,
    }
}

/// The same for a file of the machine, which never ends: one that is missing is not told here.
pub fn unread_of_machine(error: Errno) -> Unread {
    match unread(error) {
        Unread::Gone => Unread::Unsupported,
        reason => reason,
    }
}

/// Whether too many files are open, here or on the whole machine.
pub fn is_out_of_descriptors(error: Errno) -> bool {
    matches!(error, Errno::MFILE | Errno::NFILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_any_size_links_and_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let long: Vec<u8> = (0..100_000_u32).map(|n| n as u8).collect();
        std::fs::write(folder.path().join("long"), &long).unwrap();
        for name in ["17", "4", "self", "12x"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        std::os::unix::fs::symlink("somewhere", folder.path().join("link")).unwrap();
        let mut dir = Dir::open(folder.path()).unwrap();
        assert_eq!(dir.read("long", usize::MAX).unwrap(), long);
        assert_eq!(dir.read("long", 70_000).unwrap(), &long[..70_000]);
        assert_eq!(dir.read_piece("long", usize::MAX).unwrap(), long);
        let kept = dir.keep("long").unwrap();
        for _ in 0..2 {
            dir.calls = Calls::default();
            assert_eq!(dir.reread(&kept).unwrap(), long);
            assert_eq!((dir.calls.opens, dir.calls.reads), (0, 1));
        }
        assert_eq!(dir.link("link").unwrap(), b"somewhere");
        for _ in 0..2 {
            let mut numbers = dir.numbers(10).unwrap();
            numbers.sort_unstable();
            assert_eq!(numbers, [4, 17]);
        }
        assert_eq!(dir.numbers(0).unwrap().len(), 1);
        assert_eq!(dir.read("missing", 9).map_err(unread), Err(Unread::Gone));
        assert_eq!(unread(Errno::ACCESS), Unread::Denied);
        for error in [Errno::MFILE, Errno::NFILE] {
            assert_eq!(unread(error), Unread::NoDescriptors);
        }
        assert_eq!(unread_of_machine(Errno::NOENT), Unread::Unsupported);
    }
}
