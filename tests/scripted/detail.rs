//! Details of the invented processes.

use super::GIB;
use proclab::monitor::cgroup::{Ceiling, CgroupUse, CpuQuota};
use proclab::monitor::detail::{
    Aspect, Capped, Connection, CpuWait, CtxSwitches, Family, FileKind, Ids, IoCounters, Limit,
    Look, MemoryInfo, NetNamespace, OpenFile, OwnIo, PageFaults, ProcessDetail, Signals,
    SocketAddress, SocketKind, SystemCall, ThreadInfo,
};
use proclab::monitor::process::{ProcState, ProcessRow};
use proclab::monitor::reading::Unread;
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
    let readable = row.exe.clone().map(|_| ());
    let private = |what: &str| readable.map(|()| what.to_owned());
    let id = row.uid.map(|uid| Ids {
        real: uid,
        effective: uid,
        saved: uid,
    });
    ProcessDetail {
        name: Ok(row.name.to_string()),
        exe: row.exe.clone().map(|path| path.to_string()),
        exe_deleted: row.exe_deleted,
        cwd_deleted: readable.map(|()| false),
        cwd: private("/home/ana"),
        cmdline: row.cmdline.clone().map(|cmdline| cmdline.args().to_vec()),
        ppid: Ok(row.ppid),
        parent: row.parent.ok_or(Unread::NotApplicable),
        parent_name: if row.ppid == 0 {
            Err(Unread::NotApplicable)
        } else {
            Ok("systemd".into())
        },
        state: Ok(row.state),
        username: row.username.clone().map(|name| name.to_string()),
        uids: id,
        gids: id,
        create_time: Ok(row.create_time),
        terminal: row.terminal.clone().map(|path| path.to_string()),
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
        pss_bytes: readable.and(rss).map(|rss| rss / 2),
        uss_bytes: readable.and(rss).map(|rss| rss / 3),
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
        ctx_switches: Ok(CtxSwitches {
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
        page_faults: Ok(PageFaults {
            minor: 512,
            major: 2,
        }),
        cpu_num: Ok(pid % 8),
        cgroup: Ok("/user.slice/user-1000.slice".into()),
        limits: Ok(vec![Limit {
            name: "Max open files".into(),
            soft: Some(1_024),
            hard: Some(524_288),
            unit: "files".into(),
        }]),
        is_kernel_thread: Ok(row.is_kernel_thread),
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
    let readable = row.exe.clone().map(|_| ());
    ProcessDetail {
        scheduling: Ok(Scheduling {
            policy: Policy::Other,
            priority: 20,
        }),
        cpu_affinity: Ok((0..8).collect()),
        io_priority: Ok(IoPriority {
            class: IoClass::BestEffort,
            level: 4,
        }),
        run_queue: Ok(RunQueue {
            wait_seconds: 0.25,
            timeslices: 1_200,
        }),
        wait_channel: readable.and_then(|()| match row.state {
            ProcState::Running => Err(Unread::NotApplicable),
            _ => Ok("do_epoll_wait".to_owned()),
        }),
        net_namespace: readable.map(|()| NetNamespace {
            number: 4_026_531_840,
            is_ours: true,
        }),
        system_call: readable.and(match row.state {
            ProcState::Running => Err(Unread::NotApplicable),
            _ => Ok(SystemCall {
                name: Some("epoll_wait"),
                file: None,
                child: None,
            }),
        }),
        cpu_wait: Ok(CpuWait {
            percent: 2.0,
            thread: row.key.pid,
            name: row.name.to_string(),
            threads: 1,
        }),
        major_fault_rate: Ok(0.0),
        tracer: Err(Unread::NotApplicable),
        signals: Ok(Signals::default()),
        queued_signals: Ok(0),
        locked_bytes: row.rss_bytes.map(|_| 0),
        stack_bytes: row.rss_bytes.map(|_| 132 << 10),
        cgroup_use: Ok(invented_cgroup()),
        oom_score: Ok(666),
        oom_score_adj: Ok(0),
        namespaces: readable.map(|()| {
            vec![
                ("mnt".to_owned(), 4_026_531_841),
                ("net".to_owned(), 4_026_531_840),
            ]
        }),
        container: Err(Unread::NotApplicable),
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
        mode: Ok(mode),
        flags: Ok(0o102_001),
    };
    let log = format!("/home/ana/job-{pid}.log");
    let at = Ok(4_096);
    let pipe = "pipe:[4711]".to_owned();
    let mut files = vec![file(3, FileKind::Regular, log, at, "a")];
    if look != Look::Record {
        files.push(file(
            1,
            FileKind::Pipe,
            pipe,
            Err(Unread::NotApplicable),
            "w",
        ));
    }
    files
}

/// A group with two CPUs and 8 GiB.
fn invented_cgroup() -> CgroupUse {
    let path = "/user.slice";
    CgroupUse {
        cpu: Ok(CpuQuota {
            path: path.to_owned(),
            cpus: 2.0,
            throttled_seconds: Ok(0.0),
            throttled_percent: Ok(0.0),
        }),
        memory: Ok(Ceiling {
            path: path.to_owned(),
            used: 3 * GIB,
            most: 8 * GIB,
        }),
        memory_high: Err(Unread::NotApplicable),
        tasks: Err(Unread::NotApplicable),
        oom_kills: Ok(0),
        is_frozen: Ok(false),
        pressure: Pressure {
            cpu_percent: Ok(1.0),
            memory_percent: Ok(0.0),
            io_percent: Ok(0.5),
        },
    }
}

/// What the look did not ask for was not read.
fn only(look: Look, mut detail: ProcessDetail) -> ProcessDetail {
    use Aspect::{Environment, Files, Limits, Network, Threads, Why};
    let is_unasked = |aspect: &[Aspect]| !look.is_at(aspect);
    if is_unasked(&[Threads]) {
        detail.threads = Err(Unread::NotSampled);
    }
    if is_unasked(&[Files]) {
        detail.open_files = Err(Unread::NotSampled);
    }
    if is_unasked(&[Network]) {
        detail.connections = Err(Unread::NotSampled);
        detail.net_namespace = Err(Unread::NotSampled);
    }
    if is_unasked(&[Environment]) {
        detail.environ = Err(Unread::NotSampled);
    }
    if is_unasked(&[Why, Limits]) {
        detail.limits = Err(Unread::NotSampled);
        detail.cgroup_use = Err(Unread::NotSampled);
    }
    detail
}
