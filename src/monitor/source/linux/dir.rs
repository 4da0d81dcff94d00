//! A directory of `/proc` that is kept open, and the one buffer into which its files are read.

use std::mem::MaybeUninit;
use std::path::Path;

use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, CWD, Mode, OFlags, RawDir, SeekFrom};
use rustix::io::Errno;

use crate::monitor::reading::Unread;

/// Enough for every `stat`; larger files let it grow.
const BUFFER_BYTES: usize = 16 << 10;

/// An open directory. Reading below it never follows a path that may have become another process's.
#[derive(Debug)]
pub struct Dir {
    fd: OwnedFd,
    buffer: Vec<u8>,
    entries: Vec<MaybeUninit<u8>>,
    /// System calls made.
    pub calls: u64,
}

impl Dir {
    /// Opens a directory by its path.
    pub fn open(path: &Path) -> Result<Self, Errno> {
        Self::open_at(CWD, path)
    }

    /// Opens a directory below this one.
    pub fn open_below(&mut self, path: &str) -> Result<Self, Errno> {
        self.calls += 1;
        Self::open_at(&self.fd, path)
    }

    fn open_at(base: impl rustix::fd::AsFd, path: impl rustix::path::Arg) -> Result<Self, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self {
            fd: rustix::fs::openat(base, path, flags, Mode::empty())?,
            buffer: vec![0; BUFFER_BYTES],
            entries: vec![MaybeUninit::uninit(); BUFFER_BYTES],
            calls: 0,
        })
    }

    /// The content of a file, at most `cap` bytes of it.
    pub fn read(&mut self, path: &str, cap: usize) -> Result<&[u8], Errno> {
        let fd = rustix::fs::openat(
            &self.fd,
            path,
            OFlags::RDONLY | OFlags::CLOEXEC,
            Mode::empty(),
        )?;
        self.calls += 2;
        let mut filled = 0;
        loop {
            if filled == self.buffer.len() {
                self.buffer.resize(filled * 2, 0);
            }
            self.calls += 1;
            let room = self.buffer.get_mut(filled..).unwrap_or_default();
            match rustix::io::read(&fd, room) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(Errno::INTR) => {}
                Err(error) => return Err(error),
            }
            if filled >= cap {
                filled = cap;
                break;
            }
        }
        Ok(self.buffer.get(..filled).unwrap_or_default())
    }

    /// The content of a file that the kernel hands out in one piece: `stat`. Saves the call that finds the end.
    pub fn read_once(&mut self, path: &str) -> Result<&[u8], Errno> {
        let fd = rustix::fs::openat(
            &self.fd,
            path,
            OFlags::RDONLY | OFlags::CLOEXEC,
            Mode::empty(),
        )?;
        self.calls += 3;
        let filled = rustix::io::retry_on_intr(|| rustix::io::read(&fd, &mut *self.buffer))?;
        Ok(self.buffer.get(..filled).unwrap_or_default())
    }

    /// The target of a link.
    pub fn link(&mut self, path: &str) -> Result<Vec<u8>, Errno> {
        self.calls += 1;
        Ok(rustix::fs::readlinkat(&self.fd, path, Vec::new())?.into_bytes())
    }

    /// What `stat` says about what a path leads to.
    pub fn status(&mut self, path: &str) -> Result<rustix::fs::Stat, Errno> {
        self.calls += 1;
        rustix::fs::statat(&self.fd, path, AtFlags::empty())
    }

    /// The entries whose names are numbers, from the beginning; at most `cap` and one more.
    pub fn numbers(&mut self, cap: usize) -> Result<Vec<u32>, Errno> {
        rustix::fs::seek(&self.fd, SeekFrom::Start(0))?;
        let mut numbers = Vec::new();
        let mut entries = RawDir::new(&self.fd, &mut self.entries);
        while let Some(entry) = entries.next() {
            let name = entry?;
            if let Some(number) = name
                .file_name()
                .to_str()
                .ok()
                .and_then(|text| text.parse().ok())
            {
                numbers.push(number);
                if numbers.len() > cap {
                    break;
                }
            }
        }
        self.calls += 2 + numbers.len() as u64 / 500;
        Ok(numbers)
    }
}

/// What an error means for a process that was there a moment ago and is neither a zombie nor a kernel thread.
pub fn unread(error: Errno) -> Unread {
    match error {
        Errno::ACCESS | Errno::PERM => Unread::Denied,
        Errno::NOENT | Errno::SRCH => Unread::Gone,
        _ => Unread::Unsupported,
    }
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
        assert_eq!(dir.link("link").unwrap(), b"somewhere");
        for _ in 0..2 {
            let mut numbers = dir.numbers(10).unwrap();
            numbers.sort_unstable();
            assert_eq!(numbers, [4, 17]);
        }
        assert_eq!(dir.numbers(0).unwrap().len(), 1);
        assert_eq!(dir.read("missing", 9).map_err(unread), Err(Unread::Gone));
        assert_eq!(unread(Errno::ACCESS), Unread::Denied);
    }
}
