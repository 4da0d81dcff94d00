//! Events that did not fit into memory, in a file without a name.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};

use rustix::fs::{FallocateFlags, fallocate};

use crate::run::event::RunEvent;

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

    /// Adds one event, whole or not at all.
    pub(super) fn append(&mut self, event: &RunEvent) -> io::Result<()> {
        if self.is_full() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let mut line = event.to_json();
        line.push('\n');
        let written = self
            .file
            .seek(SeekFrom::Start(self.written_to))
            .and_then(|_| self.file.write_all(line.as_bytes()));
        self.refused = written.is_err();
        written?;
        self.written_to += line.len() as u64;
        Ok(())
    }

    /// Takes the oldest events, so many at most.
    pub(super) fn take(&mut self, most: usize) -> Vec<RunEvent> {
        let mut batch = Vec::new();
        let mut line = String::new();
        if self.file.seek(SeekFrom::Start(self.read_at)).is_err() {
            self.read_at = self.written_to;
        }
        let mut reader = BufReader::new(&self.file);
        while batch.len() < most && self.read_at < self.written_to {
            line.clear();
            match reader.read_line(&mut line) {
                Ok(count) if count > 0 => self.read_at += count as u64,
                // A file that cannot be read back has nothing more to give.
                _ => self.read_at = self.written_to,
            }
            batch.extend(RunEvent::from_json(line.trim_end()).ok());
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
        batch
    }
}

#[cfg(test)]
impl Overflow {
    /// As if the disk were full.
    pub(super) fn refuse(&mut self) {
        self.refused = true;
    }
}
