//! The list of figures. An entry is made like this:
//!
//! ```text
//! /// What it is.
//! Id [member of Extra: its type] = kind("key", "title-key", how it is read from a row) ...what else is declared of it;
//! ```
//!
//! The brackets are for what no member of [`ProcessRow`] holds; a source fills it.
//!
//! [`ProcessRow`]: crate::monitor::ProcessRow

use std::sync::Arc;

use super::read::{Read, ReadAs, ReadPorts, ReadText};
use super::{Figure, Sum};
use crate::monitor::ends::Ended;
use crate::monitor::fact::{Fact, Facts};
use crate::monitor::filter::FilterKey;
use crate::monitor::ports::Ports;
use crate::monitor::reading::{Reading, Unread};

/// A file more that is read of every process, while a figure that needs it is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Input and output.
    Io,
    /// The number of open descriptors.
    Descriptors,
    /// The wait for a CPU.
    RunQueue,
    /// Where it waits in the kernel.
    WaitChannel,
    /// How likely it is to be ended when memory is short.
    OomScore,
    /// The control group.
    Cgroup,
    /// The ports of its sockets: a link more of every descriptor.
    Ports,
}

macro_rules! figures {
    ($(
        $(#[doc = $doc:literal])+
        $id:ident $([$stored:ident: $type:ty])? = $kind:ident($($read:tt)*) $(. $what:ident($($with:tt)*))*;
    )*) => {
        /// Which figure.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum FigureId {
            $($(#[doc = $doc])+ $id,)*
        }

        /// What was read because it was wanted; the rest is `NotSampled`. Rates need two samples, and are over the time between
        /// them.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Extra {
            $($(
                #[doc = concat!("See [`FigureId::", stringify!($id), "`].")]
                pub $stored: Reading<$type>,
            )?)*
        }

        impl Extra {
            /// Nothing was wanted.
            pub const NONE: Self = Self { $($($stored: Err(Unread::NotSampled),)?)* };
            /// On a system where nothing of it can be read.
            pub const UNSUPPORTED: Self = Self { $($($stored: Err(Unread::Unsupported),)?)* };
            /// Of a process that has ended.
            pub const GONE: Self = Self { $($($stored: Err(Unread::Gone),)?)* };
        }

        const COUNT: usize = [$(FigureId::$id),*].len();

        /// For what is made of the list while this is compiled.
        const DECLARED: [Figure; COUNT] = [$($kind(FigureId::$id, $($read)*)$(.$what($($with)*))*),*];
    };
}

/// Others can change it of a process that does not run.
const SET_BY_OTHERS: Facts = Facts::of(Fact::SetByOthers);

figures! {
    /// Name of the process.
    Name = text("name", "column-name", |row| Ok(row.label()))
        .shown().width(180.0).made_of(Facts::NAME).in_document(&["label"])
        .filtered(&[FilterKey::names("name", "name:firefox")]);

    /// Process id.
    Pid = count("pid", "column-pid", |row| Ok(row.key.pid.into()))
        .shown().in_document(&["pid"])
        .filtered(&[FilterKey::number("pid", "pid:4711")]);

    /// The parent's pid and name.
    Parent = parent("ppid", "column-parent")
        .shown().width(148.0).made_of(SET_BY_OTHERS).in_document(&["ppid"])
        .filtered(&[FilterKey::number("ppid", "ppid:1"), FilterKey::tree("tree", "tree:4711")]);

    /// Real user.
    User = text("username", "column-user", |row| Ok(row.username.as_ref()?))
        .shown().width(88.0).made_of(Facts::of(Fact::User)).in_document(&["username"])
        .filtered(&[FilterKey::user("user", "user:ana")]);

    /// What it is doing.
    State = path("status", "column-state", |row| Ok(row.shown_state().word()))
        .shown().width(84.0).made_of(SET_BY_OTHERS).in_document(&["status"])
        .filtered(&[FilterKey::state("state", "state:running")]);

    /// Arguments.
    CommandLine = text("cmdline", "column-cmdline", |row| Ok(row.cmdline.as_ref()?.text()))
        .shown().width(420.0).made_of(Facts::of(Fact::CommandLine)).in_document(&["cmdline"])
        .filtered(&[FilterKey::command_line("cmd", "cmd:--verbose")]);

    /// CPU use.
    Cpu = cpu_use("cpu_percent", "column-cpu", |row| row.cpu_percent)
        .shown().summed(Sum::Apart).curved().in_document(&["cpu_percent"])
        .after_end(Ended::cpu_percent)
        .filtered(&[FilterKey::measure("cpu", "cpu>10")]);

    /// Resident memory.
    Memory = bytes("rss", "column-memory", |row| row.rss_bytes)
        .shown().summed(Sum::Overlapping).curved().made_of(SET_BY_OTHERS).in_document(&["memory_info.rss"])
        .after_end(|ended| ended.row.peak_rss_bytes.ok().map(|bytes| bytes as f64))
        .filtered(&[FilterKey::bytes("mem", "mem>200M")]);

    /// Number of threads. Its title has the arrow beside it.
    Threads = count("num_threads", "column-threads", |row| row.num_threads.map(u64::from))
        .shown().width(80.0).summed(Sum::Apart).in_document(&["num_threads"])
        .filtered(&[FilterKey::number("threads", "threads>8")]);

    /// Where it listens.
    Ports [ports: Arc<Ports>] = ports("ports", "column-ports", |row| Ok(row.extra.ports.as_ref()?))
        .on_demand(Need::Ports)
        .filtered(&[FilterKey::port("port", "port:8080")]);

    /// The control group's path: of the unified hierarchy, otherwise of the first one.
    Cgroup [cgroup: Arc<str>] = path("cgroup", "column-cgroup", |row| Ok(row.extra.cgroup.as_ref()?))
        .width(240.0).on_demand(Need::Cgroup).in_document(&["cgroup"])
        .filtered(&[FilterKey::text("cgroup", "cgroup:docker")]);

    /// Open descriptors of every kind.
    Descriptors [num_fds: u64] = count("num_fds", "column-num-fds", |row| row.extra.num_fds)
        .on_demand(Need::Descriptors).in_document(&["num_fds"])
        .filtered(&[FilterKey::number("files", "files>1000")]);

    /// Fetched from disk by the process itself, bytes a second.
    IoRead [io_read_rate: f64] = rate("io_read_rate", "column-io-read", |row| row.extra.io_read_rate)
        .on_demand(Need::Io).summed(Sum::Apart).curved().in_document(&["io_rates.read_bytes_per_second"])
        .filtered(&[FilterKey::bytes("read", "read>1M")]);

    /// Put into the page cache for the disk, or written past it, by the process itself, bytes a second.
    IoWrite [io_write_rate: f64] = rate("io_write_rate", "column-io-write", |row| row.extra.io_write_rate)
        .on_demand(Need::Io).summed(Sum::Apart).curved().in_document(&["io_rates.write_bytes_per_second"])
        .filtered(&[FilterKey::bytes("write", "write>1M")]);

    /// Start time.
    Started = start("create_time", "column-started")
        .shown().width(124.0).in_document(&["create_time"]);

    /// CPU time in its own code.
    UserTime = seconds("user_time", "column-user-time", |row| row.cpu_times.map(|times| times.user))
        .summed(Sum::Apart).in_document(&["cpu_times.user"]);

    /// CPU time in the kernel.
    SystemTime = seconds("system_time", "column-system-time", |row| row.cpu_times.map(|times| times.system))
        .summed(Sum::Apart).in_document(&["cpu_times.system"]);

    /// CPU time of both kinds.
    CpuTime = seconds("cpu_seconds", "compare-column-cpu", |row| row.cpu_times.map(|times| times.user + times.system))
        .in_document(&["cpu_times.user", "cpu_times.system"]);

    /// Nice value.
    Nice = signed("nice", "column-nice", |row| row.nice).made_of(SET_BY_OTHERS).in_document(&["nice"]);

    /// Virtual memory.
    VirtualMemory = bytes("vms", "column-vms", |row| row.vsize_bytes).made_of(SET_BY_OTHERS).in_document(&["memory_info.vms"]);

    /// Memory that nobody shares. No row has it: to read it holds up the process.
    Unshared = bytes("uss", "compare-column-uss", |_| Err(Unread::NotSampled)).in_document(&["memory_full_info.uss"]);

    /// Controlling terminal.
    Terminal = path("terminal", "column-terminal", |row| {
        let path = row.terminal.as_ref()?;
        Ok(path.strip_prefix("/dev/").unwrap_or(path))
    })
        .made_of(SET_BY_OTHERS).in_document(&["terminal"]);

    /// Path of the executable.
    Exe = path("exe", "column-exe", |row| Ok(row.exe.as_ref()?))
        .width(240.0).made_of(Facts::of(Fact::Exe)).in_document(&["exe"]);

    /// How much of the time its first thread was ready to run and had no CPU, percent.
    RunQueue [run_queue_percent: f32] = percent("run_queue_percent", "column-run-queue", |row| row.extra.run_queue_percent)
        .on_demand(Need::RunQueue);

    /// Page faults that needed the disk.
    MajorFaults = count("major_faults", "column-major-faults", |row| row.page_faults.map(|faults| faults.major))
        .in_document(&["page_faults.major"]);

    /// The kernel's priority.
    Priority = signed("priority", "column-priority", |row| row.scheduling.map(|scheduling| scheduling.priority))
        .made_of(SET_BY_OTHERS).in_document(&["scheduling.priority"]);

    /// By which rule it gets its turn.
    Policy = path("policy", "column-policy", |row| row.scheduling.map(|scheduling| scheduling.policy.word()))
        .made_of(SET_BY_OTHERS).in_document(&["scheduling.policy"]);

    /// The function of the kernel in which its first thread waits; `NotApplicable` while it runs.
    WaitChannel [wait_channel: Arc<str>] = path("wait_channel", "column-wait-channel", |row| Ok(row.extra.wait_channel.as_ref()?))
        .width(180.0).on_demand(Need::WaitChannel).in_document(&["wait_channel"]);

    /// From 0; whoever has most is ended first when memory is short.
    OomScore [oom_score: u32] = count("oom_score", "column-oom-score", |row| row.extra.oom_score.map(u64::from))
        .on_demand(Need::OomScore).in_document(&["oom_score"]);
}

/// Every figure.
pub static FIGURES: [Figure; COUNT] = DECLARED;

/// The columns, in the order in which they stand at first.
pub const COLUMNS: [&Figure; 27] = entries([
    FigureId::Name,
    FigureId::Pid,
    FigureId::User,
    FigureId::State,
    FigureId::Cpu,
    FigureId::Memory,
    FigureId::Threads,
    FigureId::Started,
    FigureId::Parent,
    FigureId::CommandLine,
    FigureId::UserTime,
    FigureId::SystemTime,
    FigureId::Nice,
    FigureId::VirtualMemory,
    FigureId::Terminal,
    FigureId::Exe,
    FigureId::IoRead,
    FigureId::IoWrite,
    FigureId::Descriptors,
    FigureId::RunQueue,
    FigureId::MajorFaults,
    FigureId::Priority,
    FigureId::Policy,
    FigureId::WaitChannel,
    FigureId::OomScore,
    FigureId::Cgroup,
    FigureId::Ports,
]);

/// What can grow from one document to another, in the order in which a comparison shows it.
pub const GROWING: [FigureId; 5] = [
    FigureId::Memory,
    FigureId::Unshared,
    FigureId::Descriptors,
    FigureId::Threads,
    FigureId::CpuTime,
];

/// What can be added up.
pub const SUMMED: [FigureId; length(List::Summed)] = ids(List::Summed);

/// What has a curve.
pub const CURVED: [FigureId; length(List::Curved)] = ids(List::Curved);

/// A list that follows from the declarations.
#[derive(Clone, Copy)]
enum List {
    Summed,
    Curved,
}

const fn is_in(place: usize, list: List) -> bool {
    match list {
        List::Summed => DECLARED[place].sum.is_some(),
        List::Curved => DECLARED[place].has_curve,
    }
}

const fn length(list: List) -> usize {
    let (mut length, mut place) = (0, 0);
    while place < COUNT {
        length += is_in(place, list) as usize;
        place += 1;
    }
    length
}

const fn ids<const LENGTH: usize>(list: List) -> [FigureId; LENGTH] {
    let mut ids = [FigureId::Name; LENGTH];
    let (mut length, mut place) = (0, 0);
    while place < COUNT {
        if is_in(place, list) {
            ids[length] = DECLARED[place].id;
            length += 1;
        }
        place += 1;
    }
    ids
}

const fn entries<const LENGTH: usize>(ids: [FigureId; LENGTH]) -> [&'static Figure; LENGTH] {
    let mut entries = [&FIGURES[0]; LENGTH];
    let mut place = 0;
    while place < LENGTH {
        entries[place] = &FIGURES[ids[place] as usize];
        place += 1;
    }
    entries
}

const fn text(id: FigureId, key: &'static str, title: &'static str, read: ReadText) -> Figure {
    Figure::new(id, key, title, Read::Text(read))
}

const fn path(id: FigureId, key: &'static str, title: &'static str, read: ReadText) -> Figure {
    Figure::new(id, key, title, Read::Path(read))
}

const fn count(id: FigureId, key: &'static str, title: &'static str, read: ReadAs<u64>) -> Figure {
    Figure::new(id, key, title, Read::Count(read))
}

const fn signed(id: FigureId, key: &'static str, title: &'static str, read: ReadAs<i32>) -> Figure {
    Figure::new(id, key, title, Read::Signed(read))
}

const fn bytes(id: FigureId, key: &'static str, title: &'static str, read: ReadAs<u64>) -> Figure {
    Figure::new(id, key, title, Read::Bytes(read))
}

const fn rate(id: FigureId, key: &'static str, title: &'static str, read: ReadAs<f64>) -> Figure {
    Figure::new(id, key, title, Read::Rate(read))
}

const fn cpu_use(
    id: FigureId,
    key: &'static str,
    title: &'static str,
    read: ReadAs<f32>,
) -> Figure {
    Figure::new(id, key, title, Read::CpuUse(read))
}

const fn percent(
    id: FigureId,
    key: &'static str,
    title: &'static str,
    read: ReadAs<f32>,
) -> Figure {
    Figure::new(id, key, title, Read::Percent(read))
}

const fn seconds(
    id: FigureId,
    key: &'static str,
    title: &'static str,
    read: ReadAs<f64>,
) -> Figure {
    Figure::new(id, key, title, Read::Seconds(read))
}

const fn ports(id: FigureId, key: &'static str, title: &'static str, read: ReadPorts) -> Figure {
    Figure::new(id, key, title, Read::Ports(read))
}

const fn start(id: FigureId, key: &'static str, title: &'static str) -> Figure {
    Figure::new(id, key, title, Read::Start)
}

const fn parent(id: FigureId, key: &'static str, title: &'static str) -> Figure {
    Figure::new(id, key, title, Read::Parent)
}
