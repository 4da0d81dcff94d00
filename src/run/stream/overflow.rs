//! Events that did not fit into memory, in a file without a name.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use memchr::memrchr;
use rustix::fs::{FallocateFlags, fallocate};

/// How much may wait in the file to be read, bytes.
const FILE_BYTES: u64 = 256 << 20;

/// JSON lines, read from the front and written at the end.
#[derive(Debug)]
pub(super) struct Overflow {
    file: File,
    read_at: u64,
    written_to: u64,
    /// The file system has refused to take more.
    refused: bool,
}

impl Overflow {
    pub(super) fn create() -> io::Result<Self> {
        Ok(Self {
            file: tempfile::tempfile()?,
            read_at: 0,
            written_to: 0,
            refused: false,
        })
    }

    pub(super) fn is_full(&self) -> bool {
        self.refused || self.written_to - self.read_at >= FILE_BYTES
    }

    pub(super) fn is_empty(&self) -> bool {
        self.read_at >= self.written_to
    }

    /// Adds lines, all of them or none.
    pub(super) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.is_full() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let written = self.file.write_all_at(lines, self.written_to);
        self.refused = written.is_err();
        written?;
        self.written_to += lines.len() as u64;
        Ok(())
    }

    /// Takes the oldest lines, whole ones: so many bytes at most, or one line.
    pub(super) fn take(&mut self, most: usize) -> Vec<u8> {
        let waiting = usize::try_from(self.written_to - self.read_at).unwrap_or(usize::MAX);
        let mut lines = Vec::new();
        loop {
            let begin = lines.len();
            let end = waiting.min(begin + most);
            lines.resize(end, 0);
            let place = self.read_at + begin as u64;
            let fresh = lines.get_mut(begin..).unwrap_or_default();
            if fresh.is_empty() || self.file.read_exact_at(fresh, place).is_err() {
                // A file that cannot be read back has nothing more to give.
                self.read_at = self.written_to;
                lines.truncate(begin);
                break;
            }
            if let Some(last) = memrchr(b'\n', &lines) {
                lines.truncate(last + 1);
                self.read_at += lines.len() as u64;
                break;
            }
        }
        // Gives back the room of what was read; where the file system cannot, the file is as long as the run's output.
        fallocate(
            &self.file,
            FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE,
            0,
            self.read_at,
        )
        .ok();
        self.refused = false;
        lines
    }
}

#[cfg(test)]
impl Overflow {
    /// As if the disk were full.
    pub(super) fn refuse(&mut self) {
        self.refused = true;
    }
}
