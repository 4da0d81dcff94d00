//! How many files of processes stay open from tick to tick.

use rustix::process::{Resource, getrlimit};

use super::dir::KeptFile;

/// Each open `stat` costs 4 KiB of the kernel's memory: 48 MiB at most, on a machine that has room for so many processes. With ten
/// thousand of them, these make up for whatever a tick does beyond reading.
const MOST: u64 = 12_288;

/// Descriptors that are left to the rest of the program, at least.
const RESERVED: u64 = 128;

/// Counts the files that are kept and says whether there is room for one more: to read a file that is open costs half of what
/// it costs to open, read and close it.
#[derive(Debug)]
pub struct KeptFiles {
    open: u64,
    most: u64,
}

impl KeptFiles {
    /// As many as this program's limit of open files allows.
    pub fn new() -> Self {
        // No limit is as good as a high one.
        Self::below(getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX))
    }

    /// As many as a limit of open files allows.
    pub fn below(limit: u64) -> Self {
        Self {
            open: 0,
            most: MOST.min(limit.saturating_sub(RESERVED) / 2),
        }
    }

    /// Takes a file in, if there is room for it.
    pub fn keep(&mut self, file: KeptFile) -> Option<KeptFile> {
        let has_room = self.open < self.most;
        self.open += u64::from(has_room);
        has_room.then_some(file)
    }

    /// Closes a file, if there is one.
    pub fn release(&mut self, file: &mut Option<KeptFile>) {
        self.open -= u64::from(file.take().is_some());
    }
}
