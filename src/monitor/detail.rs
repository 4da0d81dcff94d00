//! Everything that can be read about one process: for the detail view and `--fields all`, never for the whole table.

use std::fmt;
use std::net::SocketAddr;

use jiff::Timestamp;

use super::container::Container;
use super::process::{CpuTimes, ProcState, ProcessRow};
use super::reading::{Reading, Unread};
use super::scheduling::{IoPriority, RunQueue, Scheduling};
use super::snapshot::Snapshot;
use crate::os::ProcKey;

/// Items of a list that are kept; a process may hold a million descriptors.
pub const LIST_CAP: usize = 10_000;

/// All facts about one process, each read or with the reason why not.
///
/// All come from the process that `key` names: if it ended while it was being read, every field is `Gone`.
#[derive(Clone, Debug, PartialEq)]
pub struct ProcessDetail {
    /// Which process.
    pub key: ProcKey,
    /// When it was read.
    pub taken_at: Timestamp,
    /// The name, as in [`super::ProcessRow::name`].
    pub name: Reading<String>,
    /// Path of the executable; with ` (deleted)` if the file is no longer there.
    pub exe: Reading<String>,
    /// The working directory.
    pub cwd: Reading<String>,
    /// The arguments, the program's name first.
    pub cmdline: Reading<Vec<String>>,
    /// The parent's pid; 0 for none.
    pub ppid: Reading<u32>,
    /// The parent; `NotApplicable` if there is none in sight.
    pub parent: Reading<ProcKey>,
    /// The parent's name; as above.
    pub parent_name: Reading<String>,
    /// What it is doing.
    pub state: Reading<ProcState>,
    /// The name of the real user; the number as text where the system has no name for it.
    pub username: Reading<String>,
    /// User ids.
    pub uids: Reading<Ids>,
    /// Group ids.
    pub gids: Reading<Ids>,
    /// When it began, seconds since 1970.
    pub create_time: Reading<f64>,
    /// The controlling terminal; `NotApplicable` without one.
    pub terminal: Reading<String>,
    /// CPU time used so far.
    pub cpu_times: Reading<CpuTimes>,
    /// Memory by `statm`.
    pub memory: Reading<MemoryInfo>,
    /// The most resident memory it ever had, bytes (`VmHWM`).
    pub peak_rss_bytes: Reading<u64>,
    /// The most virtual memory it ever had, bytes (`VmPeak`).
    pub peak_vms_bytes: Reading<u64>,
    /// Memory swapped out, bytes (`VmSwap`).
    pub swap_bytes: Reading<u64>,
    /// Resident memory with shared pages divided among their users, bytes. Reading it holds up the process, so it may be some
    /// seconds old.
    pub pss_bytes: Reading<u64>,
    /// Resident memory that nobody shares, bytes: what ending the process would free. As old as `pss_bytes`.
    pub uss_bytes: Reading<u64>,
    /// Open regular files.
    pub open_files: Reading<Capped<OpenFile>>,
    /// Sockets: internet and Unix.
    pub connections: Reading<Capped<Connection>>,
    /// How many threads.
    pub num_threads: Reading<u32>,
    /// The threads.
    pub threads: Reading<Capped<ThreadInfo>>,
    /// The environment it was started with, in its order, duplicates included.
    pub environ: Reading<Capped<(String, String)>>,
    /// The nice value.
    pub nice: Reading<i32>,
    /// Open descriptors of every kind.
    pub num_fds: Reading<u64>,
    /// How often it was taken off a CPU.
    pub ctx_switches: Reading<CtxSwitches>,
    /// Input and output.
    pub io: Reading<IoCounters>,
    /// Page faults that needed no disk and that did.
    pub page_faults: Reading<PageFaults>,
    /// The CPU it last ran on, counted from 0.
    pub cpu_num: Reading<u32>,
    /// Policy and priority.
    pub scheduling: Reading<Scheduling>,
    /// The CPUs it may run on, counted from 0, ascending.
    pub cpu_affinity: Reading<Vec<u32>>,
    /// The I/O priority.
    pub io_priority: Reading<IoPriority>,
    /// How long its first thread waited for a CPU.
    pub run_queue: Reading<RunQueue>,
    /// The function of the kernel in which it waits; `NotApplicable` while it runs.
    pub wait_channel: Reading<String>,
    /// How likely the kernel is to kill it when memory runs out: 0 (never) to 2000 or so.
    pub oom_score: Reading<u32>,
    /// What was asked for there: -1000 (never kill) to 1000.
    pub oom_score_adj: Reading<i32>,
    /// The namespaces it lives in, by their names below `/proc/PID/ns`, ascending: whoever has the same number shares it.
    pub namespaces: Reading<Vec<(String, u64)>>,
    /// The container it lives in, as far as its control group tells; `NotApplicable` if that names none.
    pub container: Reading<Container>,
    /// The control group, e.g. `/user.slice/...`; of the unified hierarchy if there are several.
    pub cgroup: Reading<String>,
    /// Resource limits.
    pub limits: Reading<Vec<Limit>>,
    /// True for a thread of the kernel itself.
    pub is_kernel_thread: Reading<bool>,
    /// Names of the fields whose text held bytes that are not UTF-8 and became U+FFFD, ascending.
    pub lossy: Vec<&'static str>,
}

/// A list that may have been cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capped<T> {
    /// At most [`LIST_CAP`] items.
    pub items: Vec<T>,
    /// True if there were more.
    pub is_cut: bool,
}

/// Real, effective and saved id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ids {
    /// Who started it.
    pub real: u32,
    /// Whose rights it has.
    pub effective: u32,
    /// Whose rights it may take.
    pub saved: u32,
}

/// Memory, in bytes, with psutil's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryInfo {
    /// Resident.
    pub rss: u64,
    /// Virtual.
    pub vms: u64,
    /// Resident and backed by files or shared memory.
    pub shared: u64,
    /// Program code.
    pub text: u64,
    /// Data and stack.
    pub data: u64,
}

/// One open regular file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFile {
    /// Its path; with ` (deleted)` if it is no longer there.
    pub path: String,
    /// The descriptor.
    pub fd: u32,
    /// The offset, bytes from the start.
    pub position: Reading<u64>,
    /// As in C's and Python's `open`: `r`, `w`, `a`, `r+`, `a+`.
    pub mode: Reading<&'static str>,
    /// The `O_*` flags.
    pub flags: Reading<u32>,
}

/// One socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The descriptor.
    pub fd: u32,
    /// Which family.
    pub family: Family,
    /// Which kind.
    pub kind: SocketKind,
    /// This end.
    pub laddr: SocketAddress,
    /// The other end.
    pub raddr: SocketAddress,
    /// The state as psutil names it, e.g. `LISTEN`, `ESTABLISHED`; `NONE` for sockets without.
    pub status: &'static str,
}

/// One end of a socket; displayed as `address:port`, `[address]:port` or a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketAddress {
    /// Not bound or not connected.
    None,
    /// An internet address with its port.
    Inet(SocketAddr),
    /// A path; abstract names begin with `@`.
    Unix(String),
}

impl fmt::Display for SocketAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Inet(address) => address.fmt(f),
            Self::Unix(path) => path.fmt(f),
        }
    }
}

/// Family of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Internet, version 4.
    Inet,
    /// Internet, version 6.
    Inet6,
    /// Unix.
    Unix,
}

impl Family {
    /// The C constant's name, as Python shows it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Inet => "AF_INET",
            Self::Inet6 => "AF_INET6",
            Self::Unix => "AF_UNIX",
        }
    }
}

/// Kind of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SocketKind {
    /// A stream (TCP).
    Stream,
    /// Datagrams (UDP).
    Datagram,
    /// Packets in sequence.
    SeqPacket,
}

impl SocketKind {
    /// The C constant's name, as Python shows it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stream => "SOCK_STREAM",
            Self::Datagram => "SOCK_DGRAM",
            Self::SeqPacket => "SOCK_SEQPACKET",
        }
    }
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
    /// What it is doing.
    pub state: ProcState,
}

/// How often a process was taken off a CPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CtxSwitches {
    /// Because it waited.
    pub voluntary: u64,
    /// Because its time was up.
    pub involuntary: u64,
}

/// Input and output of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IoCounters {
    /// Calls of `read` and the like.
    pub read_count: u64,
    /// Calls of `write` and the like.
    pub write_count: u64,
    /// Bytes fetched from disk.
    pub read_bytes: u64,
    /// Bytes sent to disk.
    pub write_bytes: u64,
    /// Bytes read from anywhere, caches and pipes included.
    pub read_chars: u64,
    /// Bytes written to anywhere.
    pub write_chars: u64,
}

/// Page faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageFaults {
    /// Without disk access.
    pub minor: u64,
    /// With disk access.
    pub major: u64,
}

/// One resource limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The kernel's name for it, e.g. `Max open files`.
    pub name: String,
    /// What holds now; `None` for unlimited.
    pub soft: Option<u64>,
    /// How far the process may raise it; `None` for unlimited.
    pub hard: Option<u64>,
    /// `files`, `bytes`, `seconds` ...; empty for a plain number.
    pub unit: String,
}

impl<T> Capped<T> {
    /// Takes at most [`LIST_CAP`] items.
    pub fn from_items(items: impl IntoIterator<Item = T>) -> Self {
        let mut items = items.into_iter();
        let kept: Vec<T> = items.by_ref().take(LIST_CAP).collect();
        Self {
            items: kept,
            is_cut: items.next().is_some(),
        }
    }
}

impl ProcessDetail {
    /// A detail in which nothing could be read, for one and the same reason.
    pub fn unread(key: ProcKey, taken_at: Timestamp, reason: Unread) -> Self {
        Self {
            key,
            taken_at,
            name: reason.into(),
            exe: reason.into(),
            cwd: reason.into(),
            cmdline: reason.into(),
            ppid: reason.into(),
            parent: reason.into(),
            parent_name: reason.into(),
            state: reason.into(),
            username: reason.into(),
            uids: reason.into(),
            gids: reason.into(),
            create_time: reason.into(),
            terminal: reason.into(),
            cpu_times: reason.into(),
            memory: reason.into(),
            peak_rss_bytes: reason.into(),
            peak_vms_bytes: reason.into(),
            swap_bytes: reason.into(),
            pss_bytes: reason.into(),
            uss_bytes: reason.into(),
            open_files: reason.into(),
            connections: reason.into(),
            num_threads: reason.into(),
            threads: reason.into(),
            environ: reason.into(),
            nice: reason.into(),
            num_fds: reason.into(),
            ctx_switches: reason.into(),
            io: reason.into(),
            page_faults: reason.into(),
            cpu_num: reason.into(),
            scheduling: reason.into(),
            cpu_affinity: reason.into(),
            io_priority: reason.into(),
            run_queue: reason.into(),
            wait_channel: reason.into(),
            oom_score: reason.into(),
            oom_score_adj: reason.into(),
            namespaces: reason.into(),
            container: reason.into(),
            cgroup: reason.into(),
            limits: reason.into(),
            is_kernel_thread: reason.into(),
            lossy: Vec::new(),
        }
    }

    /// What a row knows already; the rest is unread for the given reason.
    pub fn of_row(row: &ProcessRow, snapshot: &Snapshot, reason: Unread) -> Self {
        let parent = snapshot.parent_of(row);
        let or_none = |name: Option<String>| name.map_or(Reading::NotApplicable, Reading::Value);
        let lossy = [
            ("cmdline", row.lossy.cmdline),
            ("exe", row.lossy.exe),
            ("name", row.lossy.name),
        ];
        Self {
            name: Reading::Value(row.name.to_string()),
            exe: row.exe.as_ref().map(ToString::to_string),
            cmdline: row.cmdline.as_ref().map(|cmdline| cmdline.args().to_vec()),
            ppid: Reading::Value(row.ppid),
            parent: row.parent.map_or(Reading::NotApplicable, Reading::Value),
            parent_name: or_none(parent.map(|parent| parent.name.to_string())),
            state: Reading::Value(row.state),
            username: row.username.as_ref().map(ToString::to_string),
            create_time: Reading::Value(row.create_time),
            terminal: row.terminal.as_ref().map(ToString::to_string),
            cpu_times: row.cpu_times,
            memory: row.rss_bytes.and_then(|_| reason.into()),
            num_threads: row.num_threads,
            nice: row.nice,
            num_fds: match row.extra.num_fds {
                Reading::NotSampled => reason.into(),
                sampled => sampled,
            },
            page_faults: row.page_faults,
            scheduling: row.scheduling,
            is_kernel_thread: Reading::Value(row.is_kernel_thread),
            lossy: lossy
                .into_iter()
                .filter(|&(_, is_lossy)| is_lossy)
                .map(|(name, _)| name)
                .collect(),
            ..Self::unread(row.key, snapshot.tick.taken_at, reason)
        }
    }

    /// True if the process had ended when it was to be read.
    pub fn is_gone(&self) -> bool {
        self.state.unread() == Some(Unread::Gone)
    }

    /// True if it had ended and its parent had not asked for its exit code yet.
    pub fn is_zombie(&self) -> bool {
        self.state.value() == Some(&ProcState::Zombie)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_says_that_it_was_cut() {
        let whole = Capped::from_items(0..LIST_CAP);
        assert!(!whole.is_cut && whole.items.len() == LIST_CAP);
        let cut = Capped::from_items(0..=LIST_CAP);
        assert!(cut.is_cut && cut.items.len() == LIST_CAP);
    }
}
