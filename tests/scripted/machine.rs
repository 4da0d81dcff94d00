//! An invented machine, the same every time: for tests, demonstrations and screenshots.
//!
//! Its processes come, work and go by arithmetic on (seed, pid, tick). It holds at all times what real machines hold now
//! and then: a zombie, kernel threads, other people's processes that deny their fields, a name that is not UTF-8, processes
//! without a CPU % yet, births and deaths in every tick, and a pid that passes from one process to another.

mod detail;

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use proclab::monitor::Source;
use proclab::monitor::detail::{Look, ProcessDetail};
use proclab::monitor::ends::{Ended, EndedProcesses};
use proclab::monitor::extra::Extra;
use proclab::monitor::process::{CommandLine, CpuTimes, Lossy, ProcState, ProcessRow};
use proclab::monitor::reading::Unread;
use proclab::monitor::snapshot::{
    Cost, Counts, DiskRates, Host, Machine, Pressure, Snapshot, Tick, link_parents,
};
use proclab::os::{Exit, ProcKey};

/// When the invented machine booted, seconds since 1970.
const BOOT: i64 = 1_790_000_000;
const TICKS_PER_SECOND: u64 = 100;
const GIB: u64 = 1 << 30;
/// Pids that pass on to another process in every fifth tick.
const REUSED: u32 = 40;
/// Every so many pids a process lives only for some ticks.
const SHORT_LIVED: u32 = 13;

const PROGRAMS: [&str; 12] = [
    "bash", "firefox", "code", "python3", "ffmpeg", "sshd", "cargo", "rustc", "postgres", "nginx",
    "tracker", "make",
];
const USERS: [(u32, &str); 4] = [(1000, "ana"), (1000, "ana"), (0, "root"), (33, "www-data")];

/// The invented machine.
#[derive(Clone, Debug)]
pub struct ScriptedSource {
    processes: u32,
    seed: u64,
    host: Arc<Host>,
    last: Option<Instant>,
}

impl ScriptedSource {
    /// A machine with about that many processes, at least 50. The same arguments give the same machine.
    pub fn new(processes: u32, seed: u64) -> Self {
        Self {
            processes: processes.max(50),
            seed,
            host: Arc::new(invented_host()),
            last: None,
        }
    }

    fn number(&self, pid: u32, tick: u64) -> u64 {
        mixed(self.seed ^ mixed(u64::from(pid)) ^ mixed(tick.wrapping_mul(0x9e37)))
    }

    /// The process that has `pid` at a tick; `None` if nobody has it then.
    fn row_at(&self, pid: u32, tick: u64) -> Option<ProcessRow> {
        let fixed = self.number(pid, 0);
        // Some live for eight ticks, then their pid rests for two; a new life is a new start time.
        let life = (tick + fixed % 10) / 10;
        let is_short = pid > REUSED && pid.is_multiple_of(SHORT_LIVED);
        if is_short && (tick + fixed % 10) % 10 >= 8 {
            return None;
        }
        let is_kernel_thread = pid == 2 || (3..20).contains(&pid);
        let name = match pid {
            1 => "systemd",
            2 => "kthreadd",
            3..20 => "kworker/0:1-events",
            20 => "defunct",
            21 => "na\u{fffd}ve",
            _ => PROGRAMS.get(fixed as usize % PROGRAMS.len())?,
        };
        let mut row = row(pid, name);
        row.ppid = match pid {
            1 | 2 => 0,
            _ if is_kernel_thread => 2,
            3..40 => 1,
            _ => 20 + (fixed >> 8) as u32 % (pid - 20).min(200),
        };
        row.key.start_ticks = match pid {
            REUSED => 10_000 + tick / 5 * 500,
            _ if is_short => 10_000 + u64::from(pid) + life * 1_000,
            _ => u64::from(pid),
        };
        row.create_time = BOOT as f64 + row.key.start_ticks as f64 / TICKS_PER_SECOND as f64;
        let (uid, user) = *USERS.get((fixed >> 16) as usize % USERS.len())?;
        let (uid, user) = if pid < REUSED {
            (0, "root")
        } else {
            (uid, user)
        };
        row.uid = Ok(uid);
        row.username = Ok(user.into());
        row.cmdline =
            Ok(CommandLine::new(vec![format!("/usr/bin/{name}"), format!("--job={pid}")]).into());
        row.exe = Ok(format!("/usr/bin/{name}").into());
        row.exe_deleted = Ok(false);
        let is_busy = fixed.is_multiple_of(10);
        let cpu = if is_busy {
            (self.number(pid, tick) % 1_500) as f32 / 10.0
        } else {
            0.0
        };
        row.state = if cpu > 50.0 {
            ProcState::Running
        } else {
            ProcState::Sleeping
        };
        let is_new = tick <= 1 || (is_short && (tick + fixed % 10).is_multiple_of(10));
        row.cpu_percent = if is_new {
            Err(Unread::NotSampled)
        } else {
            Ok(cpu)
        };
        let seconds = tick as f64 * if is_busy { 0.75 } else { 0.01 };
        row.cpu_times = Ok(CpuTimes {
            user: seconds * 0.75,
            system: seconds * 0.25,
            children_user: 0.0,
            children_system: 0.0,
            iowait: Err(Unread::Unsupported),
        });
        row.rss_bytes = Ok((1 << 20) + fixed % (200 << 20) + self.number(pid, tick) % 65_536);
        row.peak_rss_bytes = row.rss_bytes.map(|rss| rss * 2);
        row.vsize_bytes = row.rss_bytes.map(|rss| rss * 4);
        row.num_threads = Ok(1 + (fixed >> 24) as u32 % 32);
        if pid.is_multiple_of(3) {
            row.terminal = Ok("/dev/pts/1".into());
        }
        if uid == 33 {
            row.exe = Err(Unread::Denied);
            row.exe_deleted = Err(Unread::Denied);
        }
        match pid {
            20 => become_zombie(&mut row),
            21 => row.lossy.name = true,
            _ => {}
        }
        if is_kernel_thread {
            become_kernel_thread(&mut row);
        }
        Some(row)
    }
}

impl Source for ScriptedSource {
    fn sample(&mut self, tick: Tick) -> Snapshot {
        let mut rows: Vec<_> = (1..=self.processes)
            .filter_map(|pid| self.row_at(pid, tick.number))
            .collect();
        link_parents(&mut rows);
        let since_last = self
            .last
            .replace(tick.instant)
            .map(|last| tick.instant.saturating_duration_since(last));
        let cpu = (self.number(0, tick.number) % 1_000) as f32 / 10.0;
        let percent = |percent| {
            if tick.number > 1 {
                Ok(percent)
            } else {
                Err(Unread::NotSampled)
            }
        };
        let used = 6 * GIB + self.number(0, tick.number) % GIB;
        Snapshot {
            tick,
            since_last,
            machine: Machine {
                cpu_percent: percent(cpu),
                cpu_percent_per_core: percent(cpu).map(|cpu| vec![cpu; 8]),
                memory_total_bytes: Ok(16 * GIB),
                memory_available_bytes: Ok(16 * GIB - used),
                memory_used_bytes: Ok(used),
                swap_total_bytes: Ok(2 * GIB),
                swap_used_bytes: Ok(GIB / 4),
                load_average: Ok([1.5, 1.0, 0.5]),
                uptime: Ok(Duration::from_secs(3_600 + tick.number)),
                pressure: Pressure {
                    cpu_percent: Ok(4.0),
                    memory_percent: Ok(0.0),
                    io_percent: Ok(1.5),
                },
                disk: Ok(DiskRates {
                    read_bytes_per_second: 12 << 20,
                    written_bytes_per_second: 3 << 20,
                }),
                group: Unread::NotApplicable.into(),
            },
            host: Arc::clone(&self.host),
            counts: Counts::of(&rows),
            ended: EndedProcesses::default(),
            limited_view: None,
            cost: Cost::default(),
            rows,
        }
    }

    fn detail(&mut self, key: ProcKey, look: Look, tick: Tick) -> ProcessDetail {
        match self
            .row_at(key.pid, tick.number)
            .filter(|row| row.key == key)
        {
            Some(row) => detail::invented(&row, look, tick),
            None => ProcessDetail::unread(key, look, tick, Unread::Gone),
        }
    }
}

/// A plain process for tests: it sleeps, belongs to nobody and has read nothing but its name.
pub fn row(pid: u32, name: &str) -> ProcessRow {
    ProcessRow {
        key: ProcKey {
            pid,
            start_ticks: u64::from(pid),
        },
        name: name.into(),
        ppid: u32::from(pid > 1),
        parent: None,
        uid: Err(Unread::NotSampled),
        username: Err(Unread::NotSampled),
        state: ProcState::Sleeping,
        cpu_percent: Err(Unread::NotSampled),
        cpu_times: Err(Unread::NotSampled),
        rss_bytes: Err(Unread::NotSampled),
        peak_rss_bytes: Err(Unread::NotSampled),
        vsize_bytes: Err(Unread::NotSampled),
        num_threads: Ok(1),
        create_time: BOOT as f64,
        cmdline: Err(Unread::NotSampled),
        exe: Err(Unread::NotSampled),
        exe_deleted: Err(Unread::NotSampled),
        terminal: Err(Unread::NotApplicable),
        nice: Ok(0),
        page_faults: Err(Unread::NotSampled),
        scheduling: Err(Unread::NotSampled),
        extra: Extra::NONE,
        is_kernel_thread: false,
        has_first_thread: true,
        lossy: Lossy::default(),
    }
}

/// A process for tests that ended at a moment, by itself and well.
pub fn ended(pid: u32, name: &str, instant: Instant) -> Ended {
    let mut row = row(pid, name);
    row.state = ProcState::Ended;
    row.cpu_percent = Err(Unread::Gone);
    row.rss_bytes = Err(Unread::Gone);
    Ended {
        row,
        exit: Ok(Exit::Exited { status: 0 }),
        at: Timestamp::from_second(BOOT + 3_600).unwrap_or_default(),
        instant,
        is_named: true,
        is_exact: true,
        lifetime: Duration::from_mins(1),
        is_cpu_final: true,
    }
}

/// A snapshot of the given rows for tests: tick 1 of the invented machine.
pub fn snapshot_of(mut rows: Vec<ProcessRow>) -> Snapshot {
    link_parents(&mut rows);
    let taken_at = Timestamp::from_second(BOOT + 3_600).unwrap_or_default();
    let tick = Tick {
        number: 1,
        instant: Instant::now(),
        taken_at,
        interval: Duration::from_secs(1),
    };
    let mut snapshot = ScriptedSource::new(0, 0).sample(tick);
    snapshot.counts = Counts::of(&rows);
    snapshot.rows = rows;
    snapshot
}

fn invented_host() -> Host {
    Host {
        name: "scripted".into(),
        system: "Linux 6.18.0".into(),
        boot_id: Ok("00000000-0000-4000-8000-000000000000".into()),
        cpu_count: Ok(8),
        usable_cpu_count: Ok(8),
    }
}

fn become_zombie(row: &mut ProcessRow) {
    row.state = ProcState::Zombie;
    row.cmdline = Err(Unread::Zombie);
    row.exe = Err(Unread::Zombie);
    row.exe_deleted = Err(Unread::Zombie);
    row.rss_bytes = Err(Unread::Zombie);
    row.vsize_bytes = Err(Unread::Zombie);
}

fn become_kernel_thread(row: &mut ProcessRow) {
    row.is_kernel_thread = true;
    row.state = ProcState::Idle;
    row.cmdline = Err(Unread::NotApplicable);
    row.exe = Err(Unread::NotApplicable);
    row.exe_deleted = Err(Unread::NotApplicable);
    row.rss_bytes = Err(Unread::NotApplicable);
    row.peak_rss_bytes = Err(Unread::NotApplicable);
    row.vsize_bytes = Err(Unread::NotApplicable);
}

/// The splitmix64 step: scatters the bits of a number.
const fn mixed(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn tick(number: u64) -> Tick {
        Tick {
            number,
            instant: Instant::now(),
            taken_at: Timestamp::UNIX_EPOCH,
            interval: Duration::from_secs(1),
        }
    }

    #[test]
    fn the_same_arguments_give_the_same_machine() {
        let rows = |number| ScriptedSource::new(500, 7).sample(tick(number)).rows;
        assert_eq!(rows(9), rows(9));
        assert_ne!(rows(9), ScriptedSource::new(500, 8).sample(tick(9)).rows);
    }

    #[test]
    fn it_holds_whatever_real_machines_hold() {
        let mut source = ScriptedSource::new(10_000, 1);
        let snapshots: Vec<_> = (1..=6).map(|number| source.sample(tick(number))).collect();
        let last = snapshots.last().unwrap();
        assert!(last.rows.len() > 9_500);
        assert_eq!((last.counts.zombies, last.counts.kernel_threads), (1, 18));
        assert!(last.rows.iter().any(|row| row.exe == Err(Unread::Denied)));
        assert!(last.rows.iter().any(|row| row.lossy.name));
        assert!(
            last.rows
                .iter()
                .any(|row| row.cpu_percent == Err(Unread::NotSampled))
        );
        let keys = |snapshot: &Snapshot| {
            snapshot
                .rows
                .iter()
                .map(|row| row.key)
                .collect::<BTreeSet<_>>()
        };
        for pair in snapshots.windows(2) {
            assert!(keys(&pair[0]).difference(&keys(&pair[1])).count() > 0);
            assert!(keys(&pair[1]).difference(&keys(&pair[0])).count() > 0);
        }
        let owners: BTreeSet<_> = snapshots
            .iter()
            .filter_map(|s| Some(s.row_by_pid(REUSED)?.key))
            .collect();
        assert_eq!(owners.len(), 2);
        for row in &last.rows {
            assert!(
                row.parent
                    .is_none_or(|parent| parent.start_ticks <= row.key.start_ticks)
            );
        }
    }

    #[test]
    fn details_fit_the_row_and_a_reused_pid_is_gone() {
        let mut source = ScriptedSource::new(100, 1);
        let before = source.sample(tick(4)).row_by_pid(REUSED).unwrap().key;
        assert!(!source.detail(before, Look::Record, tick(4)).is_gone());
        assert!(source.detail(before, Look::Record, tick(5)).is_gone());
        let zombie = source.sample(tick(4)).row_by_pid(20).unwrap().key;
        assert_eq!(
            source.detail(zombie, Look::Record, tick(4)).environ,
            Err(Unread::Zombie)
        );
    }
}
