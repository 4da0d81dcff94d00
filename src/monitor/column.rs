//! The one table of columns: table, filter, command line and documentation read it.
//!
//! To add a column: a variant of [`ColumnId`], an entry in [`COLUMNS`] (`list`), its text in [`ColumnId::cell`] and its order
//! in `order`. One that needs a file of its own names it in `needs`.

mod list;

pub use list::COLUMNS;

use super::extra::Need;

/// Which column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ColumnId {
    /// Name of the process.
    Name,
    /// Process id.
    Pid,
    /// Real user.
    User,
    /// What it is doing.
    State,
    /// CPU use.
    Cpu,
    /// Resident memory.
    Memory,
    /// Number of threads.
    Threads,
    /// Start time.
    Started,
    /// The parent's pid and name.
    Parent,
    /// Arguments.
    CommandLine,
    /// CPU time in its own code.
    UserTime,
    /// CPU time in the kernel.
    SystemTime,
    /// Nice value.
    Nice,
    /// Virtual memory.
    VirtualMemory,
    /// Controlling terminal.
    Terminal,
    /// Path of the executable.
    Exe,
    /// Fetched from disk.
    IoRead,
    /// Sent to disk.
    IoWrite,
    /// Open descriptors.
    Descriptors,
    /// Waiting for a CPU.
    RunQueue,
    /// Page faults that needed the disk.
    MajorFaults,
    /// The kernel's priority.
    Priority,
    /// By which rule it gets its turn.
    Policy,
    /// Where it waits in the kernel.
    WaitChannel,
    /// Who is ended first when memory is short.
    OomScore,
    /// The control group.
    Cgroup,
    /// Where it listens.
    Ports,
}

/// Where the text of a cell stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// Direction of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl Direction {
    /// The other one.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// What there is to know about a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Which one.
    pub id: ColumnId,
    /// Its stable name in settings, on the command line and in the document: psutil's where it has one.
    pub key: &'static str,
    /// Key of the title in the message catalogue; `..-help` is the key of the help.
    pub title_key: &'static str,
    /// The title in English.
    pub title: &'static str,
    /// What the numbers are, as a second line of the header; `None` where cells carry their unit or have none.
    pub unit: Option<&'static str>,
    /// One sentence in English.
    pub help: &'static str,
    /// Where the text stands.
    pub align: Align,
    /// Width at first, points.
    pub default_width: f32,
    /// Shown at first.
    pub is_default: bool,
    /// The order on the first click: numbers largest first, texts from A.
    pub first_direction: Direction,
    /// What must be read for it beyond what is read anyway.
    pub needs: Option<Need>,
}

impl ColumnId {
    /// Its entry in [`COLUMNS`].
    pub fn column(self) -> &'static Column {
        // The test `every_column_stands_once` proves that the search succeeds; the first entry only pleases the types.
        COLUMNS
            .iter()
            .find(|column| column.id == self)
            .unwrap_or(const { &COLUMNS[0] })
    }

    /// The column of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        COLUMNS
            .iter()
            .find(|column| column.key == key)
            .map(|column| column.id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_column_stands_once() {
        let keys: BTreeSet<_> = COLUMNS.iter().map(|column| column.key).collect();
        let titles: BTreeSet<_> = COLUMNS.iter().map(|column| column.title_key).collect();
        assert_eq!((keys.len(), titles.len()), (COLUMNS.len(), COLUMNS.len()));
        for column in &COLUMNS {
            assert_eq!(column.id.column(), column);
            assert_eq!(ColumnId::from_key(column.key), Some(column.id));
            assert!(column.help.ends_with('.'), "{}", column.help);
        }
    }
}
