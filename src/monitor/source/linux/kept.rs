//! How many files of processes stay open from tick to tick.

use rustix::process::{Resource, getrlimit};

use super::dir::{Dir, KeptFile};
use super::fds;

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
    /// As many as may still be opened by this program, half of them, and some left to the rest of it.
    pub fn new(proc: &mut Dir) -> Self {
        Self::of_free(free(proc))
    }

    /// As many as so many free descriptors allow.
    pub fn of_free(free: u64) -> Self {
        Self {
            open: 0,
            most: MOST.min(free.saturating_sub(RESERVED) / 2),
        }
    }

    /// Whether any may be kept.
    pub fn is_allowed(&self) -> bool {
        self.most > 0
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

/// How many files this program may still open; 0 where that cannot be found out for want of one.
fn free(proc: &mut Dir) -> u64 {
    // No limit is as good as a high one.
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let open = proc
        .open_below("self")
        .map_err(super::dir::unread)
        .and_then(|mut own| fds::count(&mut own));
    match open {
        Ok(open) => limit.saturating_sub(open),
        Err(crate::monitor::reading::Unread::NoDescriptors) => 0,
        // Where the system does not tell: as if nothing else were open.
        Err(_) => limit,
    }
}
