//! The compound fields of a process, with psutil's names.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::slot::Slot;
use crate::monitor::container::Container;
use crate::monitor::detail::{
    Connection, CtxSwitches, Ids, IoCounters, Limit, OpenFile, PageFaults, SocketAddress,
    ThreadInfo,
};
use crate::monitor::scheduling::{IoPriority, RunQueue, Scheduling};

/// `cpu_times`: seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CpuTimesRecord {
    /// In its own code.
    pub user: f64,
    /// In the kernel on its behalf.
    pub system: f64,
    /// User time of children it has waited for.
    pub children_user: f64,
    /// Kernel time of the same.
    pub children_system: f64,
    /// Waiting for block I/O.
    pub iowait: Slot<f64>,
}

/// `memory_info`: bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemoryRecord {
    /// Resident.
    pub rss: u64,
    /// Virtual.
    pub vms: u64,
    /// Resident and backed by files or shared memory. This and the next only where costly fields are read.
    #[serde(default, skip_serializing_if = "Slot::is_absent")]
    pub shared: Slot<u64>,
    /// Program code.
    #[serde(default, skip_serializing_if = "Slot::is_absent")]
    pub text: Slot<u64>,
    /// Data and stack.
    #[serde(default, skip_serializing_if = "Slot::is_absent")]
    pub data: Slot<u64>,
}

/// `memory_full_info`: bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemoryFullRecord {
    /// Shared with nobody.
    pub uss: Slot<u64>,
    /// With shared pages divided among their users.
    pub pss: Slot<u64>,
    /// Huge pages, which are in `rss` and, those of its own, in `uss` and `pss`. Earlier versions have neither.
    #[serde(default, skip_serializing_if = "Slot::is_absent")]
    pub hugetlb: Slot<u64>,
    /// Swapped out.
    pub swap: Slot<u64>,
    /// The most resident memory so far.
    pub peak_rss: Slot<u64>,
    /// The most virtual memory so far.
    pub peak_vms: Slot<u64>,
}

/// An item of `open_files`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenFileRecord {
    /// Its path; with ` (deleted)` if it is no longer there.
    pub path: String,
    /// The descriptor.
    pub fd: u32,
    /// The offset, bytes from the start.
    pub position: Option<u64>,
    /// `r`, `w`, `a`, `r+`, `a+`.
    pub mode: Option<String>,
    /// The `O_*` flags.
    pub flags: Option<u32>,
}

impl From<&OpenFile> for OpenFileRecord {
    fn from(file: &OpenFile) -> Self {
        Self {
            path: file.path.clone(),
            fd: file.fd,
            position: file.position.ok(),
            mode: file.mode.ok().map(str::to_owned),
            flags: file.flags.ok(),
        }
    }
}

/// An item of `connections`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionRecord {
    /// The descriptor.
    pub fd: u32,
    /// `AF_INET`, `AF_INET6`, `AF_UNIX`.
    pub family: String,
    /// `SOCK_STREAM`, `SOCK_DGRAM`, `SOCK_SEQPACKET`.
    #[serde(rename = "type")]
    pub kind: String,
    /// This end: `{"ip", "port"}`, a path, or null for none.
    pub laddr: Value,
    /// The other end; as above.
    pub raddr: Value,
    /// `LISTEN`, `ESTABLISHED` ...; `NONE` for sockets without a state.
    pub status: String,
}

impl From<&Connection> for ConnectionRecord {
    fn from(connection: &Connection) -> Self {
        let address = |address: &SocketAddress| match address {
            SocketAddress::None => Value::Null,
            SocketAddress::Inet(address) => json!({"ip": address.ip(), "port": address.port()}),
            SocketAddress::Unix(path) => json!(path),
        };
        Self {
            fd: connection.fd,
            family: connection.family.word().to_owned(),
            kind: connection.kind.word().to_owned(),
            laddr: address(&connection.laddr),
            raddr: address(&connection.raddr),
            status: connection.status.to_owned(),
        }
    }
}

/// An item of `threads`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadRecord {
    /// The thread id.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Seconds.
    pub user_time: f64,
    /// Seconds.
    pub system_time: f64,
    /// As the process's `status`.
    pub status: String,
}

impl From<&ThreadInfo> for ThreadRecord {
    fn from(thread: &ThreadInfo) -> Self {
        Self {
            id: thread.id,
            name: thread.name.clone(),
            user_time: thread.user_time,
            system_time: thread.system_time,
            status: thread.state.word().to_owned(),
        }
    }
}

/// `uids` and `gids`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdsRecord {
    /// Who started it.
    pub real: u32,
    /// Whose rights it has.
    pub effective: u32,
    /// Whose rights it may take.
    pub saved: u32,
}

impl From<Ids> for IdsRecord {
    fn from(ids: Ids) -> Self {
        Self {
            real: ids.real,
            effective: ids.effective,
            saved: ids.saved,
        }
    }
}

/// `num_ctx_switches`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CtxSwitchesRecord {
    /// Because it waited.
    pub voluntary: u64,
    /// Because its time was up.
    pub involuntary: u64,
}

impl From<CtxSwitches> for CtxSwitchesRecord {
    fn from(switches: CtxSwitches) -> Self {
        Self {
            voluntary: switches.voluntary,
            involuntary: switches.involuntary,
        }
    }
}

/// `io_counters`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IoRecord {
    /// Calls that read.
    pub read_count: u64,
    /// Calls that wrote.
    pub write_count: u64,
    /// Bytes fetched from disk.
    pub read_bytes: u64,
    /// Bytes sent to disk.
    pub write_bytes: u64,
    /// Bytes read from anywhere.
    pub read_chars: u64,
    /// Bytes written to anywhere.
    pub write_chars: u64,
}

impl From<IoCounters> for IoRecord {
    fn from(io: IoCounters) -> Self {
        Self {
            read_count: io.read_count,
            write_count: io.write_count,
            read_bytes: io.read_bytes,
            write_bytes: io.write_bytes,
            read_chars: io.read_chars,
            write_chars: io.write_chars,
        }
    }
}

/// `io_rates`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct IoRatesRecord {
    /// Fetched from disk, bytes a second.
    pub read_bytes_per_second: Slot<u64>,
    /// Sent to disk, bytes a second.
    pub write_bytes_per_second: Slot<u64>,
}

/// `page_faults`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageFaultsRecord {
    /// Without disk access.
    pub minor: u64,
    /// With disk access.
    pub major: u64,
}

impl From<PageFaults> for PageFaultsRecord {
    fn from(faults: PageFaults) -> Self {
        Self {
            minor: faults.minor,
            major: faults.major,
        }
    }
}

/// `scheduling`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchedulingRecord {
    /// `other`, `fifo`, `rr`, `batch`, `idle`, `deadline`, `ext`, `unknown`.
    pub policy: String,
    /// Smaller comes first.
    pub priority: i32,
}

impl From<Scheduling> for SchedulingRecord {
    fn from(scheduling: Scheduling) -> Self {
        Self {
            policy: scheduling.policy.word().to_owned(),
            priority: scheduling.priority,
        }
    }
}

/// `ionice`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IoniceRecord {
    /// `none`, `realtime`, `best-effort`, `idle`.
    pub ioclass: String,
    /// 0 (first) to 7.
    pub value: u8,
}

impl From<IoPriority> for IoniceRecord {
    fn from(priority: IoPriority) -> Self {
        Self {
            ioclass: priority.class.word().to_owned(),
            value: priority.level,
        }
    }
}

/// `run_queue`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunQueueRecord {
    /// Seconds.
    pub wait: f64,
    /// Turns on a CPU.
    pub timeslices: u64,
}

impl From<RunQueue> for RunQueueRecord {
    fn from(queue: RunQueue) -> Self {
        Self {
            // To the microsecond.
            wait: (queue.wait_seconds * 1e6).round() / 1e6,
            timeslices: queue.timeslices,
        }
    }
}

/// `container`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerRecord {
    /// `docker`, `podman`, `containerd`, `cri-o`, `lxc`, `systemd-nspawn`, `kubernetes`.
    pub runtime: String,
    /// Its id or name.
    pub id: String,
}

impl From<&Container> for ContainerRecord {
    fn from(container: &Container) -> Self {
        Self {
            runtime: container.runtime.to_owned(),
            id: container.id.clone(),
        }
    }
}

/// An item of `limits`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitRecord {
    /// The kernel's name for it.
    pub name: String,
    /// What holds now; null for unlimited.
    pub soft: Option<u64>,
    /// How far it may be raised; null for unlimited.
    pub hard: Option<u64>,
    /// What is counted.
    pub unit: String,
}

impl From<&Limit> for LimitRecord {
    fn from(limit: &Limit) -> Self {
        Self {
            name: limit.name.clone(),
            soft: limit.soft,
            hard: limit.hard,
            unit: limit.unit.clone(),
        }
    }
}
