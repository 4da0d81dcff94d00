//! Everything that was read in one tick of the sampler: immutable, shared as `Arc<Snapshot>`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::cgroup::Ceiling;
use super::ends::EndedProcesses;
use super::process::ProcessRow;
use super::reading::{Reading, Unread};
use crate::os::ProcKey;

/// The moment of a tick, as the sampler hands it to a source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    /// Counted from 1 since the sampler started.
    pub number: u64,
    /// The monotonic clock.
    pub instant: Instant,
    /// The wall clock.
    pub taken_at: Timestamp,
    /// The interval asked for.
    pub interval: Duration,
}

impl Tick {
    /// At this moment.
    pub fn now(number: u64, interval: Duration) -> Self {
        Self {
            number,
            instant: Instant::now(),
            taken_at: Timestamp::now(),
            interval,
        }
    }
}

/// One look at the machine.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// When, and which tick of the sampler.
    pub tick: Tick,
    /// Time since the snapshot before, which CPU percentages are relative to; `None` for the first.
    pub since_last: Option<Duration>,
    /// Every visible process, in ascending order of [`ProcKey`] (that is, of pid).
    pub rows: Vec<ProcessRow>,
    /// What was there and has ended; the sampler adds it.
    pub ended: EndedProcesses,
    /// The machine as a whole.
    pub machine: Machine,
    /// Which machine, since which boot.
    pub host: Arc<Host>,
    /// How many processes there are of which kind.
    pub counts: Counts,
    /// Why this is not every process of the machine; `None` if it is.
    pub limited_view: Option<LimitedView>,
    /// What taking this snapshot cost.
    pub cost: Cost,
}

/// Totals of the machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    /// CPU use of all cores together since the snapshot before, 0 to 100.
    pub cpu_percent: Reading<f32>,
    /// CPU use of each core, 0 to 100, in the kernel's order.
    pub cpu_percent_per_core: Reading<Vec<f32>>,
    /// Physical memory, bytes.
    pub memory_total_bytes: Reading<u64>,
    /// What could be given to processes without swapping, bytes (the kernel's `MemAvailable`).
    pub memory_available_bytes: Reading<u64>,
    /// Total less available, bytes.
    pub memory_used_bytes: Reading<u64>,
    /// Swap space, bytes; 0 if there is none.
    pub swap_total_bytes: Reading<u64>,
    /// Swap in use, bytes.
    pub swap_used_bytes: Reading<u64>,
    /// Processes that run or wait, averaged over 1, 5 and 15 minutes.
    pub load_average: Reading<[f64; 3]>,
    /// Time since boot.
    pub uptime: Reading<Duration>,
    /// How much of the time something had to wait.
    pub pressure: Pressure,
    /// What goes to and from all disks together.
    pub disk: Reading<DiskRates>,
    /// What the control group of this program, its container's if it is in one, leaves of the machine.
    pub group: GroupBounds,
}

/// What a control group and those above it leave of the machine, at most some seconds ago.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupBounds {
    /// Memory, file cache that could be given back left out; `NotApplicable` if no group bounds it.
    pub memory: Reading<Ceiling>,
    /// How many CPUs' time its processes may use together, e.g. 0.5; `NotApplicable` as above.
    pub cpus: Reading<f64>,
}

impl From<Unread> for GroupBounds {
    fn from(reason: Unread) -> Self {
        Self {
            memory: Err(reason),
            cpus: Err(reason),
        }
    }
}

/// The share of the last ten seconds in which some task waited (the kernel's pressure stall information), 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pressure {
    /// For a CPU.
    pub cpu_percent: Reading<f32>,
    /// For memory.
    pub memory_percent: Reading<f32>,
    /// For disks.
    pub io_percent: Reading<f32>,
}

/// What went through since the snapshot before, a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskRates {
    /// From the disks.
    pub read_bytes_per_second: u64,
    /// To the disks.
    pub written_bytes_per_second: u64,
}

/// Facts about the machine that do not change while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The host name.
    pub name: String,
    /// Operating system and kernel release, e.g. `Linux 6.18.4`.
    pub system: String,
    /// Changes with every boot: two snapshots may be compared by [`ProcKey`] only if it is the same.
    pub boot_id: Reading<String>,
    /// CPUs that are online.
    pub cpu_count: Reading<u32>,
    /// CPUs that this process may use (affinity): the default number of workers.
    pub usable_cpu_count: Reading<u32>,
}

/// How many processes of which kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Counts {
    /// All rows.
    pub processes: u32,
    /// Of these, threads of the kernel.
    pub kernel_threads: u32,
    /// Of these, zombies.
    pub zombies: u32,
    /// Threads of all processes that tell theirs.
    pub threads: u64,
}

/// Why not every process of the machine is in a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitedView {
    /// The kernel hides other people's processes from us (mount option `hidepid`).
    HidePid,
    /// `/proc` belongs to another pid namespace: its pids mean other processes, or none, to every system call, so that nothing
    /// can be done to what is seen, and nothing asked of it but what stands in `/proc`.
    OtherPidNamespace,
    /// Too many files are open, in this program or on the machine, to read every process.
    NoDescriptors,
    /// We live in a container: only the processes of its pid namespace.
    PidNamespace,
    /// The processes cannot be listed at all.
    ProcUnreadable,
}

impl LimitedView {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::HidePid,
        Self::OtherPidNamespace,
        Self::NoDescriptors,
        Self::PidNamespace,
        Self::ProcUnreadable,
    ];

    /// The reason as the snapshot document writes it, and as the tail of a message key.
    pub const fn word(self) -> &'static str {
        match self {
            Self::HidePid => "hidepid",
            Self::OtherPidNamespace => "other_pid_namespace",
            Self::NoDescriptors => "no_descriptors",
            Self::PidNamespace => "pid_namespace",
            Self::ProcUnreadable => "proc_unreadable",
        }
    }
}

/// What a tick cost us.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// CPU time of the sampler's thread in this tick, milliseconds; 0 where the source does not measure it.
    pub cpu_ms: f64,
    /// CPU use of the sampler's thread since the tick before, details of the selected process included, percent of one core.
    pub cpu_percent: Reading<f32>,
    /// Time from snapshot to snapshot, where the one asked for would cost too much.
    pub slowed_to: Option<Duration>,
    /// Elapsed time, milliseconds.
    pub wall_ms: f64,
    /// Files opened; 0 where the source does not count.
    pub opens: u64,
    /// System calls that read, listed or asked about a file; as above.
    pub reads: u64,
    /// Processes that were listed and had ended when they were read.
    pub vanished: u32,
}

impl Default for Cost {
    /// Nothing is known.
    fn default() -> Self {
        Self {
            cpu_ms: 0.0,
            cpu_percent: Err(Unread::NotSampled),
            slowed_to: None,
            wall_ms: 0.0,
            opens: 0,
            reads: 0,
            vanished: 0,
        }
    }
}

impl Snapshot {
    /// The same moment with no process in it.
    #[must_use]
    pub fn without_rows(&self) -> Self {
        Self {
            tick: self.tick,
            since_last: self.since_last,
            rows: Vec::new(),
            ended: self.ended.clone(),
            machine: self.machine.clone(),
            host: Arc::clone(&self.host),
            counts: self.counts,
            limited_view: self.limited_view,
            cost: self.cost,
        }
    }

    /// The row of a process; `None` if it is not in this snapshot (a reused pid is another process).
    pub fn row(&self, key: ProcKey) -> Option<&ProcessRow> {
        self.rows.get(self.index_of(key)?)
    }

    /// The place of a process in [`Self::rows`].
    pub fn index_of(&self, key: ProcKey) -> Option<usize> {
        self.rows.binary_search_by(|row| row.key.cmp(&key)).ok()
    }

    /// The row of whoever has this pid now.
    pub fn row_by_pid(&self, pid: u32) -> Option<&ProcessRow> {
        let index = self
            .rows
            .binary_search_by(|row| row.key.pid.cmp(&pid))
            .ok()?;
        self.rows.get(index)
    }

    /// The row of a row's parent; `None` if it has none or we cannot see it.
    pub fn parent_of(&self, row: &ProcessRow) -> Option<&ProcessRow> {
        self.row(row.parent?)
    }
}

impl Counts {
    /// Counts the rows.
    pub fn of(rows: &[ProcessRow]) -> Self {
        let mut counts = Self::default();
        for row in rows {
            counts.processes += 1;
            counts.kernel_threads += u32::from(row.is_kernel_thread);
            counts.zombies += u32::from(row.state == super::process::ProcState::Zombie);
            counts.threads += u64::from(row.num_threads.unwrap_or(0));
        }
        counts
    }
}

/// Sorts rows by key and fills in [`ProcessRow::parent`]: the last step of every source.
///
/// A parent must be no younger than its child, otherwise its pid was reused.
pub fn link_parents(rows: &mut [ProcessRow]) {
    rows.sort_unstable_by_key(|row| row.key);
    // Rows are large: a search among them alone would have to fetch most of what it looks at.
    let keys: Vec<ProcKey> = rows.iter().map(|row| row.key).collect();
    let find = |pid: u32| {
        let place = keys.binary_search_by_key(&pid, |key| key.pid).ok()?;
        keys.get(place).copied().filter(|_| pid != 0)
    };
    // Many have the parent of the one before.
    let (mut ppid, mut parent) = (0, None);
    for row in rows {
        if row.ppid != ppid {
            (ppid, parent) = (row.ppid, find(row.ppid));
        }
        row.parent = parent.filter(|key| key.start_ticks <= row.key.start_ticks);
    }
}
