//! Details of the invented processes.

use super::GIB;
use proclab::monitor::cgroup::{Ceiling, CgroupUse, CpuQuota};
use proclab::monitor::detail::{
    Aspect, Capped, Connection, CpuWait, CtxSwitches, Family, FileKind, Ids, IoCounters, Limit,
    Look, MemoryInfo, NetNamespace, OpenFile, OwnIo, PageFaults, ProcessDetail, Signals,
    SocketAddress, SocketKind, SystemCall, ThreadInfo,
};
use proclab::monitor::process::{ProcState, ProcessRow};
use proclab::monitor::reading::{Reading, Unread};
use proclab::monitor::scheduling::{IoClass, IoPriority, Policy, RunQueue, Scheduling};
use proclab::monitor::snapshot::{Pressure, Tick};

/// What a look would read of the process of this row.
pub fn invented(row: &ProcessRow, look: Look, tick: Tick) -> ProcessDetail {
    only(look, whole(row, look, tick))
}

/// Details that fit the row. Fields that the row could not read are unreadable for the same reason.
fn whole(row: &ProcessRow, look: Look, tick: Tick) -> ProcessDetail {
    let pid = row.key.pid;
    let rss = row.rss_bytes;
    let private = |what: &str| row.exe.as_ref().map(|_| what.to_owned());
    let id = row.uid.map(|uid| Ids {
        real: uid,
        effective: uid,
        saved: uid,
    });
    let readable = row.exe.as_ref().map(|_| ());
    ProcessDetail {
        name: Reading::Value(row.name.to_string()),
        exe: row.exe.as_ref().map(ToString::to_string),
        exe_deleted: row.exe_deleted,
        cwd_deleted: readable.map(|()| false),
        cwd: private("/home/ana"),
        cmdline: row.cmdline.as_ref().map(|cmdline| cmdline.args().to_vec()),
        ppid: Reading::Value(row.ppid),
        parent: row.parent.map_or(Reading::NotApplicable, Reading::Value),
        parent_name: if row.ppid == 0 {
            Reading::NotApplicable
        } else {
            Reading::Value("systemd".into())
        },
        state: Reading::Value(row.state),
        username: row.username.as_ref().map(ToString::to_string),
        uids: id,
        gids: id,
        create_time: Reading::Value(row.create_time),
        terminal: row.terminal.as_ref().map(ToString::to_string),
        cpu_times: row.cpu_times,
        memory: rss.map(|rss| MemoryInfo {
            rss,
            vms: rss * 4,
            shared: rss / 4,
            text: 1 << 20,
            data: rss / 2,
        }),
        peak_rss_bytes: rss.map(|rss| rss * 2),
        peak_vms_bytes: rss.map(|rss| rss * 5),
        huge_bytes: rss.map(|_| 0),
        swap_bytes: rss.map(|_| 0),
        pss_bytes: readable.and_then(|()| rss).map(|rss| rss / 2),
        uss_bytes: readable.and_then(|()| rss).map(|rss| rss / 3),
        open_files: readable.map(|()| Capped::from_items(invented_files(pid, look))),
        connections: readable.map(|()| {
            Capped::from_items([Connection {
                fd: 4,
                family: Family::Inet,
                kind: SocketKind::Stream,
                laddr: SocketAddress::Inet(([127, 0, 0, 1], 8080).into()),
                raddr: SocketAddress::None,
                status: "LISTEN",
            }])
        }),
        num_threads: row.num_threads,
        threads: row.num_threads.map(|count| {
            Capped::from_items((0..count).map(|index| {
                ThreadInfo {
                    id: pid + index * 100_000,
                    name: format!("{}-{index}", row.name),
                    user_time: 0.5,
                    cpu_percent: row
                        .cpu_percent
                        .map(|cpu| cpu * index as f32 / (count * count) as f32),
                    system_time: 0.25,
                    state: row.state,
                }
            }))
        }),
        environ: readable.map(|()| {
            Capped::from_items([
                ("HOME".to_owned(), "/home/ana".to_owned()),
                ("API_TOKEN".to_owned(), "not-a-real-secret".to_owned()),
            ])
        }),
        nice: row.nice,
        num_fds: rss.map(|_| 5),
        ctx_switches: Reading::Value(CtxSwitches {
            voluntary: 1_000,
            involuntary: 10,
        }),
        io: readable.map(|()| IoCounters {
            read_count: 100,
            write_count: 50,
            read_bytes: 4_096,
            write_bytes: 0,
            read_chars: 10_000,
            write_chars: 5_000,
        }),
        own_io: readable.map(|()| OwnIo {
            read_bytes: 4_096,
            ..OwnIo::default()
        }),
        page_faults: Reading::Value(PageFaults {
            minor: 512,
            major: 2,
        }),
        cpu_num: Reading::Value(pid % 8),
        cgroup: Reading::Value("/user.slice/user-1000.slice".into()),
        limits: Reading::Value(vec![Limit {
            name: "Max open files".into(),
            soft: Some(1_024),
            hard: Some(524_288),
            unit: "files".into(),
        }]),
        is_kernel_thread: Reading::Value(row.is_kernel_thread),
        lossy: if row.lossy.name {
            vec!["name"]
        } else {
            Vec::new()
        },
        ..invented_turns(row, look, tick)
    }
}

/// The part of a detail that tells how the process gets its turn, and where it lives.
fn invented_turns(row: &ProcessRow, look: Look, tick: Tick) -> ProcessDetail {
    let readable = row.exe.as_ref().map(|_| ());
    ProcessDetail {
        scheduling: Reading::Value(Scheduling {
            policy: Policy::Other,
            priority: 20,
        }),
        cpu_affinity: Reading::Value((0..8).collect()),
        io_priority: Reading::Value(IoPriority {
            class: IoClass::BestEffort,
            level: 4,
        }),
        run_queue: Reading::Value(RunQueue {
            wait_seconds: 0.25,
            timeslices: 1_200,
        }),
        wait_channel: readable.and_then(|()| match row.state {
            ProcState::Running => Reading::NotApplicable,
            _ => Reading::Value("do_epoll_wait".to_owned()),
        }),
        net_namespace: readable.map(|()| NetNamespace {
            number: 4_026_531_840,
            is_ours: true,
        }),
        system_call: readable.and_then(|()| match row.state {
            ProcState::Running => Reading::NotApplicable,
            _ => Reading::Value(SystemCall {
                name: Some("epoll_wait"),
                file: None,
            }),
        }),
        cpu_wait: Reading::Value(CpuWait {
            percent: 2.0,
            thread: row.key.pid,
            name: row.name.to_string(),
            threads: 1,
        }),
        major_fault_rate: Reading::Value(0.0),
        tracer: Reading::NotApplicable,
        signals: Reading::Value(Signals::default()),
        queued_signals: Reading::Value(0),
        locked_bytes: row.rss_bytes.map(|_| 0),
        stack_bytes: row.rss_bytes.map(|_| 132 << 10),
        cgroup_use: Reading::Value(invented_cgroup()),
        oom_score: Reading::Value(666),
        oom_score_adj: Reading::Value(0),
        namespaces: readable.map(|()| {
            vec![
                ("mnt".to_owned(), 4_026_531_841),
                ("net".to_owned(), 4_026_531_840),
            ]
        }),
        container: Reading::NotApplicable,
        ..ProcessDetail::unread(row.key, look, tick, Unread::NotSampled)
    }
}

/// A file and, where every kind is asked for, a pipe.
fn invented_files(pid: u32, look: Look) -> Vec<OpenFile> {
    let file = |fd, kind, path: String, position, mode| OpenFile {
        path,
        kind,
        fd,
        position,
        mode: Reading::Value(mode),
        flags: Reading::Value(0o102_001),
    };
    let log = format!("/home/ana/job-{pid}.log");
    let at = Reading::Value(4_096);
    let pipe = "pipe:[4711]".to_owned();
    let mut files = vec![file(3, FileKind::Regular, log, at, "a")];
    if look != Look::Record {
        files.push(file(1, FileKind::Pipe, pipe, Reading::NotApplicable, "w"));
    }
    files
}

/// A group with two CPUs and 8 GiB.
fn invented_cgroup() -> CgroupUse {
    let path = "/user.slice";
    CgroupUse {
        cpu: Reading::Value(CpuQuota {
            path: path.to_owned(),
            cpus: 2.0,
            throttled_seconds: Reading::Value(0.0),
            throttled_percent: Reading::Value(0.0),
        }),
        memory: Reading::Value(Ceiling {
            path: path.to_owned(),
            used: 3 * GIB,
            most: 8 * GIB,
        }),
        memory_high: Reading::NotApplicable,
        tasks: Reading::NotApplicable,
        oom_kills: Reading::Value(0),
        is_frozen: Reading::Value(false),
        pressure: Pressure {
            cpu_percent: Reading::Value(1.0),
            memory_percent: Reading::Value(0.0),
            io_percent: Reading::Value(0.5),
        },
    }
}

/// What the look did not ask for was not read.
fn only(look: Look, mut detail: ProcessDetail) -> ProcessDetail {
    use Aspect::{Environment, Files, Limits, Network, Threads, Why};
    let is_unasked = |aspect: &[Aspect]| !look.is_at(aspect);
    if is_unasked(&[Threads]) {
        detail.threads = Reading::NotSampled;
    }
    if is_unasked(&[Files]) {
        detail.open_files = Reading::NotSampled;
    }
    if is_unasked(&[Network]) {
        detail.connections = Reading::NotSampled;
        detail.net_namespace = Reading::NotSampled;
    }
    if is_unasked(&[Environment]) {
        detail.environ = Reading::NotSampled;
    }
    if is_unasked(&[Why, Limits]) {
        detail.limits = Reading::NotSampled;
        detail.cgroup_use = Reading::NotSampled;
    }
    detail
}
