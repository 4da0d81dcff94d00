//! What the lists of a detail hold.

use crate::monitor::process::ProcState;
use crate::monitor::reading::Reading;

/// Items of a list that are kept, where nothing else is said.
pub const LIST_CAP: usize = 10_000;

/// Threads that are looked at.
pub const THREAD_CAP: usize = 10_000;

/// Descriptors that are looked at; a process may hold a million.
pub const FILE_CAP: usize = 100_000;

/// A list that may have been cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capped<T> {
    /// The first items.
    pub items: Vec<T>,
    /// How many there are in all; `None` if there are more than was counted.
    pub total: Option<u64>,
}

impl<T> Capped<T> {
    /// Takes at most [`LIST_CAP`] items and counts the rest.
    pub fn from_items(items: impl IntoIterator<Item = T>) -> Self {
        let mut items = items.into_iter();
        let kept: Vec<T> = items.by_ref().take(LIST_CAP).collect();
        let total = kept.len() as u64 + items.count() as u64;
        Self {
            items: kept,
            total: Some(total),
        }
    }

    /// True if there are more than its items.
    pub fn is_cut(&self) -> bool {
        self.total != Some(self.items.len() as u64)
    }
}

/// What a descriptor leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A file in memory that has no name in any folder (`memfd_create`).
    Memory,
    /// A folder.
    Folder,
    /// A terminal.
    Terminal,
    /// Another device that is read byte by byte, e.g. `/dev/null`.
    Device,
    /// A device of blocks: a disk.
    Disk,
    /// A pipe, with or without a name.
    Pipe,
    /// A socket.
    Socket,
    /// Something of the kernel's that is used like a file: an epoll, a timer, an event ...
    Kernel,
}

impl FileKind {
    /// Every kind, for tables of messages and tests.
    pub const ALL: [Self; 9] = [
        Self::Regular,
        Self::Memory,
        Self::Folder,
        Self::Terminal,
        Self::Device,
        Self::Disk,
        Self::Pipe,
        Self::Socket,
        Self::Kernel,
    ];

    /// True for what psutil counts among the open files.
    pub const fn is_regular(self) -> bool {
        matches!(self, Self::Regular | Self::Memory)
    }

    /// True if a place in it means something.
    pub const fn has_position(self) -> bool {
        matches!(self, Self::Regular | Self::Memory | Self::Disk)
    }
}

/// One open file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFile {
    /// Its path, with ` (deleted)` if it is no longer there; the kernel's word for what has none, e.g. `pipe:[4711]`.
    pub path: String,
    /// What it is.
    pub kind: FileKind,
    /// The descriptor.
    pub fd: u32,
    /// The offset, bytes from the start; `NotApplicable` where there is no such place.
    pub position: Reading<u64>,
    /// As in C's and Python's `open`: `r`, `w`, `a`, `r+`, `a+`.
    pub mode: Reading<&'static str>,
    /// The `O_*` flags.
    pub flags: Reading<u32>,
}

/// A network namespace: who has the same number sees the same interfaces, addresses and ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetNamespace {
    /// The kernel's number of it.
    pub number: u64,
    /// Whether we live in it, too; otherwise its `127.0.0.1` is not ours.
    pub is_ours: bool,
}

/// One thread.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadInfo {
    /// The thread id; the first thread's is the pid.
    pub id: u32,
    /// Its name (`comm`).
    pub name: String,
    /// Time in user mode, seconds.
    pub user_time: f64,
    /// Time in the kernel, seconds.
    pub system_time: f64,
    /// CPU use since the look before, percent of one core; `NotSampled` at the first.
    pub cpu_percent: Reading<f32>,
    /// What it is doing.
    pub state: ProcState,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_says_how_much_of_it_was_cut() {
        let whole = Capped::from_items(0..LIST_CAP);
        assert!(!whole.is_cut() && whole.items.len() == LIST_CAP);
        let cut = Capped::from_items(0..LIST_CAP + 7);
        assert!(cut.is_cut() && cut.items.len() == LIST_CAP);
        assert_eq!(cut.total, Some(10_007));
        let unknown = Capped::<u8> {
            items: Vec::new(),
            total: None,
        };
        assert!(unknown.is_cut());
    }
}
