//! The columns.

use super::{Align, Column, ColumnId, Direction};
use crate::monitor::extra::Need;

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
pub const COLUMNS: [Column; 27] = [
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
            "Fetched from disk by the process itself since the last look. What comes from the page cache does not count, nor do children.",
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
            "Written by the process itself since the last look: into the page cache, which the disk gets later, or past it. Children do not count.",
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
    Column {
        is_default: false,
        ..text(
            ColumnId::Policy,
            "policy",
            "column-policy",
            "Policy",
            "The scheduler's rule for it: other is the usual one, fifo and rr are real time, batch and idle stand back.",
        )
    },
    Column {
        is_default: false,
        default_width: 180.0,
        needs: Some(Need::WaitChannel),
        ..text(
            ColumnId::WaitChannel,
            "wait_channel",
            "column-wait-channel",
            "Waits in",
            "The kernel's function in which its first thread waits.",
        )
    },
    Column {
        is_default: false,
        needs: Some(Need::OomScore),
        ..number(
            ColumnId::OomScore,
            "oom_score",
            "column-oom-score",
            "OOM score",
            "When memory runs out, the process with the highest score is ended first.",
        )
    },
    Column {
        is_default: false,
        default_width: 240.0,
        needs: Some(Need::Cgroup),
        ..text(
            ColumnId::Cgroup,
            "cgroup",
            "column-cgroup",
            "Control group",
            "The group of processes whose CPU and memory are limited and counted together.",
        )
    },
    Column {
        is_default: false,
        needs: Some(Need::Ports),
        ..text(
            ColumnId::Ports,
            "ports",
            "column-ports",
            "Ports",
            "Where it listens: the ports of its TCP and UDP sockets that anybody may reach.",
        )
    },
];
