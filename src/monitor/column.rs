//! The one table of columns: table, filter, command line and documentation read it.
//!
//! To add a column: a variant of [`ColumnId`], an entry in [`COLUMNS`], its text in [`ColumnId::cell`] and its order in
//! `order`. One that needs a file of its own names it in `needs`.

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

const fn text(
    id: ColumnId,
    key: &'static str,
    title_key: &'static str,
    title: &'static str,
    help: &'static str,
) -> Column {
    Column {
        id,
        key,
        title_key,
        title,
        unit: None,
        help,
        align: Align::Left,
        default_width: 120.0,
        is_default: true,
        first_direction: Direction::Ascending,
        needs: None,
    }
}

const fn number(
    id: ColumnId,
    key: &'static str,
    title_key: &'static str,
    title: &'static str,
    help: &'static str,
) -> Column {
    Column {
        align: Align::Right,
        default_width: 72.0,
        first_direction: Direction::Descending,
        ..text(id, key, title_key, title, help)
    }
}

/// Every column, in the order in which they stand at first.
pub const COLUMNS: [Column; 22] = [
    Column {
        default_width: 180.0,
        ..text(
            ColumnId::Name,
            "name",
            "column-name",
            "Name",
            "What the process calls itself.",
        )
    },
    number(ColumnId::Pid, "pid", "column-pid", "PID", "The process id."),
    Column {
        default_width: 88.0,
        ..text(
            ColumnId::User,
            "username",
            "column-user",
            "User",
            "The real user: who started it.",
        )
    },
    Column {
        default_width: 84.0,
        ..text(
            ColumnId::State,
            "status",
            "column-state",
            "State",
            "What the process is doing now.",
        )
    },
    Column {
        unit: Some("1 core"),
        ..number(
            ColumnId::Cpu,
            "cpu_percent",
            "column-cpu",
            "CPU %",
            "CPU use since the last refresh, in percent of one core: four busy threads are 400.",
        )
    },
    Column {
        default_width: 88.0,
        ..number(
            ColumnId::Memory,
            "rss",
            "column-memory",
            "Memory",
            "Resident memory (RSS), shared pages included; 1 MB is 1,048,576 bytes.",
        )
    },
    Column {
        default_width: 80.0, // The title with the arrow beside it.
        ..number(
            ColumnId::Threads,
            "num_threads",
            "column-threads",
            "Threads",
            "Its threads, the first one included.",
        )
    },
    Column {
        default_width: 124.0,
        first_direction: Direction::Descending,
        ..text(
            ColumnId::Started,
            "create_time",
            "column-started",
            "Started",
            "When the process began.",
        )
    },
    Column {
        default_width: 148.0,
        ..text(
            ColumnId::Parent,
            "ppid",
            "column-parent",
            "Parent",
            "The process that started it, or the one that adopted it.",
        )
    },
    Column {
        default_width: 420.0,
        ..text(
            ColumnId::CommandLine,
            "cmdline",
            "column-cmdline",
            "Command line",
            "The arguments it was started with.",
        )
    },
    Column {
        is_default: false,
        ..number(
            ColumnId::UserTime,
            "user_time",
            "column-user-time",
            "User time",
            "CPU time in its own code, minutes:seconds.",
        )
    },
    Column {
        is_default: false,
        ..number(
            ColumnId::SystemTime,
            "system_time",
            "column-system-time",
            "System time",
            "CPU time in the kernel on its behalf, minutes:seconds.",
        )
    },
    Column {
        is_default: false,
        ..number(
            ColumnId::Nice,
            "nice",
            "column-nice",
            "Nice",
            "-20 is favoured by the scheduler, 19 stands back.",
        )
    },
    Column {
        is_default: false,
        default_width: 88.0,
        ..number(
            ColumnId::VirtualMemory,
            "vms",
            "column-vms",
            "Virtual",
            "Virtual memory: what is mapped, used or not.",
        )
    },
    Column {
        is_default: false,
        ..text(
            ColumnId::Terminal,
            "terminal",
            "column-terminal",
            "Terminal",
            "The controlling terminal.",
        )
    },
    Column {
        is_default: false,
        default_width: 240.0,
        ..text(
            ColumnId::Exe,
            "exe",
            "column-exe",
            "Executable",
            "Path of the program.",
        )
    },
    Column {
        unit: Some("per second"),
        is_default: false,
        default_width: 88.0,
        needs: Some(Need::Io),
        ..number(
            ColumnId::IoRead,
            "io_read_rate",
            "column-io-read",
            "Read",
            "Fetched from disk since the last refresh; what comes from caches does not count.",
        )
    },
    Column {
        unit: Some("per second"),
        is_default: false,
        default_width: 88.0,
        needs: Some(Need::Io),
        ..number(
            ColumnId::IoWrite,
            "io_write_rate",
            "column-io-write",
            "Written",
            "Sent to disk since the last refresh.",
        )
    },
    Column {
        is_default: false,
        needs: Some(Need::Descriptors),
        ..number(
            ColumnId::Descriptors,
            "num_fds",
            "column-num-fds",
            "Files",
            "Open descriptors of every kind: files, sockets, pipes.",
        )
    },
    Column {
        unit: Some("of the time"),
        is_default: false,
        needs: Some(Need::RunQueue),
        ..number(
            ColumnId::RunQueue,
            "run_queue_percent",
            "column-run-queue",
            "CPU wait %",
            "How much of the time since the last refresh its first thread was ready to run and had no CPU.",
        )
    },
    Column {
        is_default: false,
        ..number(
            ColumnId::MajorFaults,
            "major_faults",
            "column-major-faults",
            "Major faults",
            "How often it had to wait for a page of its memory to come from disk.",
        )
    },
    Column {
        is_default: false,
        ..number(
            ColumnId::Priority,
            "priority",
            "column-priority",
            "Priority",
            "The kernel's priority: smaller comes first, below 0 is real time.",
        )
    },
];

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
