//! The one table of columns: table, filter, command line and documentation read it.
//!
//! To add a column: a variant of [`ColumnId`], an entry in [`COLUMNS`], its text in [`ColumnId::cell`] and its order in
//! `order`.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::process::ProcessRow;
use super::reading::Reading;
use super::snapshot::Snapshot;
use super::unit::{bytes_text, cpu_time_text, percent_text};

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
pub const COLUMNS: [Column; 16] = [
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
];

/// What a cell needs beside its row.
#[derive(Clone, Copy, Debug)]
pub struct CellContext<'a> {
    /// The snapshot the row is from.
    pub snapshot: &'a Snapshot,
    /// The zone in which times are shown.
    pub zone: &'a TimeZone,
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

    /// The text of a cell, made on demand: only what is in sight is ever formatted.
    pub fn cell<'a>(self, row: &'a ProcessRow, context: CellContext<'a>) -> Reading<Cow<'a, str>> {
        match self {
            Self::Name => Reading::Value(Cow::Borrowed(&*row.name)),
            Self::Pid => Reading::Value(row.key.pid.to_string().into()),
            Self::User => row.username.as_ref().map(|name| Cow::Borrowed(&**name)),
            Self::State => Reading::Value(row.state.word().into()),
            Self::Cpu => row
                .cpu_percent
                .as_ref()
                .map(|&percent| percent_text(percent).into()),
            Self::Memory => row
                .rss_bytes
                .as_ref()
                .map(|&bytes| bytes_text(bytes).into()),
            Self::Threads => row
                .num_threads
                .as_ref()
                .map(|count| count.to_string().into()),
            Self::Started => started_text(row.create_time, context).into(),
            Self::Parent => match (row.ppid, context.snapshot.parent_of(row)) {
                (0, _) => Reading::NotApplicable,
                (ppid, Some(parent)) => Reading::Value(format!("{} {ppid}", parent.name).into()),
                (ppid, None) => Reading::Value(ppid.to_string().into()),
            },
            Self::CommandLine => row
                .cmdline
                .as_ref()
                .map(|cmdline| Cow::Borrowed(cmdline.text())),
            Self::UserTime => row
                .cpu_times
                .as_ref()
                .map(|times| cpu_time_text(times.user).into()),
            Self::SystemTime => row
                .cpu_times
                .as_ref()
                .map(|times| cpu_time_text(times.system).into()),
            Self::Nice => row.nice.as_ref().map(|nice| nice.to_string().into()),
            Self::VirtualMemory => row
                .vsize_bytes
                .as_ref()
                .map(|&bytes| bytes_text(bytes).into()),
            Self::Terminal => row
                .terminal
                .as_ref()
                .map(|path| Cow::Borrowed(path.strip_prefix("/dev/").unwrap_or(path))),
            Self::Exe => row.exe.as_ref().map(|path| Cow::Borrowed(&**path)),
        }
    }
}

/// The local time of a start: of today only the hour, of other days the date too.
fn started_text(
    create_time: f64,
    context: CellContext<'_>,
) -> Result<Cow<'static, str>, super::reading::Unread> {
    let start = jiff::Timestamp::from_second(create_time as i64)
        .map_err(|_out_of_range| super::reading::Unread::Unsupported)?;
    let start = start.to_zoned(context.zone.clone());
    let today = context
        .snapshot
        .tick
        .taken_at
        .to_zoned(context.zone.clone())
        .date();
    let format = if start.date() == today {
        "%H:%M:%S"
    } else {
        "%Y-%m-%d %H:%M"
    };
    Ok(start.strftime(format).to_string().into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::monitor::process::CommandLine;
    use crate::monitor::source::scripted::{row, snapshot_of};

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

    #[test]
    fn cells_show_values_or_say_why_not() {
        let mut parent = row(1, "init");
        parent.key.start_ticks = 1;
        let mut child = row(20, "worker");
        child.ppid = 1;
        child.cpu_percent = Reading::Value(286.96);
        child.rss_bytes = Reading::Value(1_572_864);
        child.exe = Reading::Denied;
        child.cmdline = Reading::Value(CommandLine::new(vec!["worker".into(), "-v".into()]).into());
        let snapshot = snapshot_of(vec![child, parent]);
        let context = CellContext {
            snapshot: &snapshot,
            zone: &TimeZone::UTC,
        };
        let child = snapshot.row_by_pid(20).unwrap();
        let cell = |id: ColumnId| id.cell(child, context).map(Cow::into_owned);
        assert_eq!(cell(ColumnId::Cpu), Reading::Value("287.0".into()));
        assert_eq!(cell(ColumnId::Memory), Reading::Value("1.5 MB".into()));
        assert_eq!(cell(ColumnId::Parent), Reading::Value("init 1".into()));
        assert_eq!(
            cell(ColumnId::CommandLine),
            Reading::Value("worker -v".into())
        );
        assert_eq!(cell(ColumnId::Exe), Reading::Denied);
        let parent = snapshot.row_by_pid(1).unwrap();
        assert_eq!(
            ColumnId::Parent.cell(parent, context),
            Reading::NotApplicable
        );
    }

    #[test]
    fn a_start_of_today_shows_no_date() {
        let mut snapshot = snapshot_of(vec![row(1, "a")]);
        snapshot.tick.taken_at = jiff::Timestamp::from_second(1_790_000_000).unwrap();
        let context = CellContext {
            snapshot: &snapshot,
            zone: &TimeZone::UTC,
        };
        assert_eq!(started_text(1_789_999_999.9, context).unwrap(), "14:13:19");
        assert_eq!(
            started_text(1_780_000_000.0, context).unwrap(),
            "2026-05-28 20:26"
        );
    }
}
