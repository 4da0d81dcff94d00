//! Everything that can be read about one process: for the detail view and `--fields all`, never for the whole table.

mod item;
mod look;
mod socket;
mod strain;

use std::time::Instant;

use jiff::Timestamp;

pub use item::{
    Capped, FILE_CAP, FileKind, LIST_CAP, NetNamespace, OpenFile, THREAD_CAP, ThreadInfo,
};
pub use look::{Aspect, Look};
pub use socket::{Connection, Family, SocketAddress, SocketKind};
pub use strain::{AWAITED_CAP, Awaited, AwaitedRole, CpuWait, Named, Signals, SystemCall};

use super::cgroup::CgroupUse;

use super::container::Container;
use super::process::{CpuTimes, ProcState};
use super::reading::{Reading, Unread};
use super::scheduling::{IoPriority, RunQueue, Scheduling};
use super::snapshot::Tick;
use crate::os::ProcKey;

/// Facts about one process, each read or with the reason why not; what the [`Look`] did not ask for is `NotSampled`.
///
/// All come from the process that `key` names: if it ended while it was being read, every field is `Gone`.
#[derive(Clone, Debug, PartialEq)]
pub struct ProcessDetail {
    /// Which process.
    pub key: ProcKey,
    /// What was asked for.
    pub look: Look,
    /// When it was read.
    pub taken_at: Timestamp,
    /// The same by the monotonic clock: what rates go by.
    pub instant: Instant,
    /// The name, as in [`super::ProcessRow::name`].
    pub name: Reading<String>,
    /// Path of the executable.
    pub exe: Reading<String>,
    /// Whether that file is no longer there: it was removed or replaced after the process began to run it.
    pub exe_deleted: Reading<bool>,
    /// The working directory.
    pub cwd: Reading<String>,
    /// Whether that directory is no longer there.
    pub cwd_deleted: Reading<bool>,
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
    /// Huge pages (hugetlbfs), bytes (`HugetlbPages`): contained in resident memory, and its own ones in unshared memory.
    pub huge_bytes: Reading<u64>,
    /// Memory swapped out, bytes (`VmSwap`).
    pub swap_bytes: Reading<u64>,
    /// Resident memory with shared pages divided among their users, bytes. Reading it holds up the process, so it may be some
    /// seconds old.
    pub pss_bytes: Reading<u64>,
    /// Resident memory that nobody shares, bytes: what ending the process would free. As old as `pss_bytes`.
    pub uss_bytes: Reading<u64>,
    /// Open files: of every kind for [`Aspect::Files`], only regular ones for [`Look::Record`].
    pub open_files: Reading<Capped<OpenFile>>,
    /// Sockets: internet and Unix.
    pub connections: Reading<Capped<Connection>>,
    /// The network namespace whose sockets these are.
    pub net_namespace: Reading<NetNamespace>,
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
    /// Input and output, that of children included that it has waited for.
    pub io: Reading<IoCounters>,
    /// What it has read from disks and written for them itself.
    pub own_io: Reading<OwnIo>,
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
    /// The system call in which its first thread is; `NotApplicable` while that runs.
    pub system_call: Reading<SystemCall>,
    /// Processes that can end its wait; `NotApplicable` if the wait does not depend on particular processes.
    pub awaited: Reading<Awaited>,
    /// The thread that waited longest for a CPU since the look before.
    pub cpu_wait: Reading<CpuWait>,
    /// Page faults with disk access since the look before, a second.
    pub major_fault_rate: Reading<f64>,
    /// Who traces it; `NotApplicable` if nobody does.
    pub tracer: Reading<Named>,
    /// Which signals it waits for, holds back and ignores.
    pub signals: Reading<Signals>,
    /// Signals that wait for processes of its user, and how many may, by `SigQ`: the limit counts them together.
    pub queued_signals: Reading<u64>,
    /// Memory that may not be swapped out, bytes (`VmLck`).
    pub locked_bytes: Reading<u64>,
    /// The first thread's stack, bytes (`VmStk`).
    pub stack_bytes: Reading<u64>,
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
    /// What that group and those above it allow, and what is used of it.
    pub cgroup_use: Reading<CgroupUse>,
    /// Resource limits.
    pub limits: Reading<Vec<Limit>>,
    /// True for a thread of the kernel itself.
    pub is_kernel_thread: Reading<bool>,
    /// Names of the fields whose text held bytes that are not UTF-8 and became U+FFFD, ascending.
    pub lossy: Vec<&'static str>,
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
    /// Resident, huge pages included.
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
    /// Bytes put into the page cache for the disk, or written past it.
    pub write_bytes: u64,
    /// Bytes read from anywhere, caches and pipes included.
    pub read_chars: u64,
    /// Bytes written to anywhere.
    pub write_chars: u64,
}

/// What a process itself has read and written, as far as it was followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct OwnIo {
    /// Bytes fetched from disk.
    pub read_bytes: u64,
    /// Bytes put into the page cache for the disk, or written past it.
    pub write_bytes: u64,
    /// Another number whenever nothing is known of the time since the look before: rates go from one figure to another of the same
    /// beginning.
    pub beginning: u32,
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

impl ProcessDetail {
    /// A detail in which nothing could be read, for one and the same reason.
    pub fn unread(key: ProcKey, look: Look, tick: Tick, reason: Unread) -> Self {
        Self {
            key,
            look,
            taken_at: tick.taken_at,
            instant: tick.instant,
            name: Err(reason),
            exe: Err(reason),
            exe_deleted: Err(reason),
            cwd: Err(reason),
            cwd_deleted: Err(reason),
            cmdline: Err(reason),
            ppid: Err(reason),
            parent: Err(reason),
            parent_name: Err(reason),
            state: Err(reason),
            username: Err(reason),
            uids: Err(reason),
            gids: Err(reason),
            create_time: Err(reason),
            terminal: Err(reason),
            cpu_times: Err(reason),
            memory: Err(reason),
            peak_rss_bytes: Err(reason),
            peak_vms_bytes: Err(reason),
            huge_bytes: Err(reason),
            swap_bytes: Err(reason),
            pss_bytes: Err(reason),
            uss_bytes: Err(reason),
            open_files: Err(reason),
            connections: Err(reason),
            net_namespace: Err(reason),
            num_threads: Err(reason),
            threads: Err(reason),
            environ: Err(reason),
            nice: Err(reason),
            num_fds: Err(reason),
            ctx_switches: Err(reason),
            io: Err(reason),
            own_io: Err(reason),
            page_faults: Err(reason),
            cpu_num: Err(reason),
            scheduling: Err(reason),
            cpu_affinity: Err(reason),
            io_priority: Err(reason),
            run_queue: Err(reason),
            wait_channel: Err(reason),
            system_call: Err(reason),
            awaited: Err(reason),
            cpu_wait: Err(reason),
            major_fault_rate: Err(reason),
            tracer: Err(reason),
            signals: Err(reason),
            queued_signals: Err(reason),
            locked_bytes: Err(reason),
            stack_bytes: Err(reason),
            oom_score: Err(reason),
            oom_score_adj: Err(reason),
            namespaces: Err(reason),
            container: Err(reason),
            cgroup: Err(reason),
            cgroup_use: Err(reason),
            limits: Err(reason),
            is_kernel_thread: Err(reason),
            lossy: Vec::new(),
        }
    }

    /// True if the process had ended when it was to be read.
    pub fn is_gone(&self) -> bool {
        self.state == Err(Unread::Gone)
    }

    /// True if it had ended and its parent had not asked for its exit code yet.
    pub fn is_zombie(&self) -> bool {
        self.state == Ok(ProcState::Zombie)
    }
}
