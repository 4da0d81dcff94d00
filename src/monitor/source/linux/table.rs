//! Every process, every tick.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::time::{ClockId, clock_gettime};
use thiserror::Error;

use super::awaited::AwaitedSearch;
use super::by_pid::ByPid;
use super::cgroup::CgroupReader;
use super::dir::{Calls, Dir, is_out_of_descriptors, unread};
use super::extra::Kept;
use super::kept::KeptFiles;
use super::known::{Known, Schedule, Texts, YOUNG, cpu_ticks, has_memory};
use super::listener::{Changed, Listener};
use super::machine::{MachineReader, host, renew};
use super::own_group::OwnGroup;
use super::parse::namespace;
use super::pids::Pids;
use super::ports::Sockets;
use super::rest::counts_turns;
use super::subject::{PidPath, speaking};
use super::tty::Terminals;
use super::users::UserNames;
use super::watch::Watch;
use crate::monitor::detail::{Look, PageFaults, ProcessDetail};
use crate::monitor::ends::EndedProcesses;
use crate::monitor::event::Heard;
use crate::monitor::extra::{Extra, Wanted};
use crate::monitor::fact::Freshness;
use crate::monitor::process::{CpuTimes, ProcState, ProcessRow};
use crate::monitor::reading::Unread;
use crate::monitor::scheduling::{Policy, Scheduling};
use crate::monitor::snapshot::{Cost, Counts, Host, LimitedView, Snapshot, Tick, link_parents};
use crate::monitor::source::Source;
use crate::os::connector::Refusal;
use crate::os::{ProcFs, ProcKey, Stat, proc_fs, processes, thread_cpu_time};
use crate::text::{Sentence, Worded, worded};

/// Inode of the pid namespace in which everything runs that is in no container (`PROC_PID_INIT_INO`).
const FIRST_PID_NAMESPACE: &[u8] = b"pid:[4026531836]";

/// Descriptors that a look at a process takes at once, and some for what it leads to.
const ROOM: usize = 6;

/// Why there is nothing to read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// There is none.
    Missing,
    /// Too many files are open, in this program or on the machine.
    NoDescriptors,
    /// The system refuses.
    System(#[source] Errno),
}

impl Worded for OpenError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Missing => Sentence::new("source-no-proc"),
            Self::NoDescriptors => Sentence::new("source-no-descriptors"),
            Self::System(error) => Sentence::new("source-proc-failed")
                .with("reason", Sentence::of_io(&(*error).into())),
        }
    }
}

worded!(OpenError);

impl From<Errno> for OpenError {
    fn from(error: Errno) -> Self {
        match error {
            Errno::NOENT => Self::Missing,
            error if is_out_of_descriptors(error) => Self::NoDescriptors,
            error => Self::System(error),
        }
    }
}

/// Reads the processes of this machine.
#[derive(Debug)]
pub struct LinuxSource {
    pub(super) proc: Dir,
    pub(super) path: PidPath,
    pub(super) users: UserNames,
    pub(super) terminals: Terminals,
    pub(super) units: Units,
    pub(super) rollup: Option<super::detail::Rollup>,
    pub(super) watch: Watch,
    pub(super) awaited_search: AwaitedSearch,
    pub(super) cgroups: CgroupReader,
    own_group: OwnGroup,
    /// The network namespace that we live in.
    pub(super) net_namespace: Option<u64>,
    pub(super) known: ByPid<Known>,
    texts: Texts,
    pub(super) kept: KeptFiles,
    pids: Pids,
    wanted: Wanted,
    in_sight: Vec<ProcKey>,
    /// Whether it can be found out if a process has run.
    pub(super) counts_turns: bool,
    /// Those of this tick, while their ports are wanted.
    sockets: Sockets,
    machine: MachineReader,
    host: Arc<Host>,
    /// Whose processes these are: only of our own pid namespace's are facts asked by system call.
    pub(super) proc_fs: ProcFs,
    is_first_namespace: bool,
    last: Option<Instant>,
    listener: Option<Listener>,
}

/// What all rows of a tick have in common.
#[derive(Clone, Copy, Debug)]
struct Pass {
    /// Seconds since boot.
    since_boot: f64,
    /// From what age on, in seconds, it does not matter.
    young: f64,
    schedule: Schedule,
}

/// What the kernel's numbers count, and what it counts at all.
#[derive(Clone, Copy, Debug)]
pub struct Units {
    /// Clock ticks in a second.
    pub ticks_per_second: f64,
    /// Bytes in a page.
    pub page_bytes: u64,
    /// When the machine booted, seconds since 1970.
    pub boot_time: f64,
    /// Time spent waiting for block I/O is counted.
    pub has_iowait: bool,
}

impl Units {
    /// Clock ticks in seconds.
    pub fn seconds(&self, ticks: u64) -> f64 {
        ticks as f64 / self.ticks_per_second
    }

    /// When a process began, seconds since 1970.
    pub fn create_time(&self, stat: &Stat) -> f64 {
        self.boot_time + self.seconds(stat.start_ticks)
    }

    /// The CPU times in `stat`.
    pub fn cpu_times(&self, stat: &Stat) -> CpuTimes {
        CpuTimes {
            user: self.seconds(stat.utime_ticks),
            system: self.seconds(stat.stime_ticks),
            children_user: self.seconds(stat.children_utime_ticks),
            children_system: self.seconds(stat.children_stime_ticks),
            iowait: if self.has_iowait {
                Ok(self.seconds(stat.blkio_ticks))
            } else {
                Err(Unread::Unsupported)
            },
        }
    }
}

impl LinuxSource {
    /// Opens `/proc`.
    pub fn open() -> Result<Self, OpenError> {
        Self::open_at("/proc".as_ref(), proc_fs())
    }

    fn open_at(path: &Path, proc_fs: ProcFs) -> Result<Self, OpenError> {
        let mut proc = Dir::open(path)?;
        // Where it is not mounted there is an empty folder, and where it has processes alone no `stat`.
        match proc.read("stat", 1).map(drop) {
            Err(Errno::NOENT) if !proc.is_the_kernels() => return Err(OpenError::Missing),
            Err(Errno::NOENT) => {}
            read => read?,
        }
        let delayacct = proc.read("sys/kernel/task_delayacct", 16);
        let has_iowait = delayacct.is_ok_and(|bytes| bytes.trim_ascii() == b"1");
        let is_first_namespace = proc
            .link("self/ns/pid")
            .is_ok_and(|link| link == FIRST_PID_NAMESPACE);
        let net_namespace = proc.link("self/ns/net").ok();
        let net_namespace = net_namespace.and_then(|link| namespace(&link));
        let (host, boot_time) = host(&mut proc)?;
        let kept = KeptFiles::new(&mut proc);
        let mut machine = MachineReader::default();
        machine.keep_files(kept.is_allowed());
        let pids = Pids::open(&mut proc, proc_fs);
        let counts_turns = proc_fs == ProcFs::Own && counts_turns(&mut proc);
        Ok(Self {
            host: Arc::new(host),
            units: Units {
                ticks_per_second: processes::ticks_per_second(),
                page_bytes: rustix::param::page_size() as u64,
                boot_time,
                has_iowait,
            },
            proc,
            path: PidPath::default(),
            users: UserNames::default(),
            terminals: Terminals::default(),
            rollup: None,
            watch: Watch::default(),
            awaited_search: AwaitedSearch::default(),
            cgroups: CgroupReader::default(),
            own_group: OwnGroup::default(),
            net_namespace,
            known: ByPid::default(),
            texts: Texts::default(),
            kept,
            pids,
            wanted: Wanted::default(),
            in_sight: Vec::new(),
            counts_turns,
            sockets: Sockets::default(),
            machine,
            proc_fs,
            is_first_namespace,
            last: None,
            listener: None,
        })
    }

    /// Closes what is kept open, if it is in the way of what is to be read now; from then on less is kept.
    pub(super) fn make_room(&mut self) {
        if self.kept.is_allowed() && !self.proc.has_room(ROOM) {
            self.known.values_mut().for_each(|known| known.file = None);
            self.machine.keep_files(false);
            self.pids.let_go();
            self.cgroups.close();
            self.kept = KeptFiles::new(&mut self.proc);
            self.machine.keep_files(self.kept.is_allowed());
        }
    }

    /// What is so of a process whose first thread has ended, and the thread that tells; for all others, what was read of them.
    fn through_a_living_thread(&mut self, stat: Stat) -> Result<(Stat, Option<u32>), Unread> {
        if !stat.may_outlive_its_first_thread() {
            return Ok((stat, None));
        }
        let known = self.known.get_mut(stat.pid);
        let known = known.filter(|known| known.start_ticks == stat.start_ticks);
        let known = known.and_then(|known| known.thread);
        let found = speaking(&mut self.proc, &mut self.path, &stat, known)?;
        Ok(match found {
            Some((stat, thread)) => (stat, Some(thread)),
            None => (stat, None),
        })
    }

    /// Reads one process; the error says why it is in no row.
    fn read_row(&mut self, pid: u32, tick: Tick, pass: Pass) -> Result<ProcessRow, Unread> {
        let mut taken = self.take_stat(pid, pass.schedule)?;
        let (stat, thread) = self.through_a_living_thread(taken.stat.clone())?;
        let now = Instant::now();
        let age = pass.since_boot - self.units.seconds(stat.start_ticks);
        // Negative for a process that began after the clock was read, and of old ones of no interest.
        let age = (age < pass.young)
            .then(|| Duration::try_from_secs_f64(age).ok())
            .flatten();
        let new = || Known::new(&stat, tick.number);
        let known = self.known.get_or_insert_with(pid, new);
        if known.start_ticks != stat.start_ticks {
            self.kept.release(&mut known.file);
            *known = new();
        }
        if taken.opened.is_some() {
            known.file = taken.opened.take();
        }
        let is_asked = taken.is_asked;
        if taken.is_read {
            known.has_read_stat(tick.instant);
            if let Some(file) = known.rest.take(&mut taken, tick.instant) {
                self.kept.release(&mut known.file);
                known.file = self.kept.keep(file);
            }
        }
        known.thread = thread;
        let due = pass.schedule.due(known, &stat, age);
        if !due.is_empty() {
            let due = (due, tick.instant);
            let names = (&mut self.users, &mut self.texts);
            known.refresh(&mut self.proc, &mut self.path, &stat, names, due);
        }
        known.seen = tick.number;
        let cores = self.host.cpu_count.ok();
        let limit = cores.map_or(f32::INFINITY, |cores| cores as f32 * 100.0);
        let young = age.filter(|&age| age <= tick.interval * 2);
        let cpu_percent = if is_asked {
            let ticks_per_second = self.units.ticks_per_second;
            known
                .cpu
                .percent(cpu_ticks(&stat), now, young, ticks_per_second, limit)
        } else {
            // Its time goes on to be counted from when it was asked last.
            known.cpu.last()
        };
        let extra = if self.wanted.is_empty() {
            known.kept = None;
            Extra::NONE
        } else {
            let kept = known.kept.get_or_insert_with(|| Kept::new().into());
            let wanted = (self.wanted, &mut self.sockets);
            kept.read(&mut self.proc, &mut self.path, (&stat, thread), wanted, now)
        };
        if known.huge_bytes > 0 {
            known.read_huge_bytes(&mut self.proc, &mut self.path, pid);
        }
        let rss_bytes = stat.rss_pages * self.units.page_bytes + known.huge_bytes;
        known.peak_rss_bytes = known.peak_rss_bytes.max(rss_bytes);
        let memory = |bytes: u64| has_memory(&stat).map(|()| bytes);
        Ok(ProcessRow {
            key: stat.key(),
            name: Arc::clone(&known.name),
            ppid: stat.ppid,
            parent: None,
            uid: known.uid,
            username: known.username.clone(),
            state: ProcState::from_letter(stat.state),
            cpu_percent,
            cpu_times: Ok(self.units.cpu_times(&stat)),
            rss_bytes: memory(rss_bytes),
            // That of a zombie is known from before.
            peak_rss_bytes: match known.peak_rss_bytes {
                0 => memory(0),
                peak => Ok(peak),
            },
            vsize_bytes: memory(stat.vsize_bytes),
            num_threads: Ok(u32::try_from(stat.num_threads).unwrap_or(u32::MAX)),
            create_time: self.units.create_time(&stat),
            cmdline: known.cmdline.clone(),
            exe: known.exe.clone(),
            exe_deleted: known.exe_deleted,
            terminal: self.terminals.name(stat.tty_nr),
            nice: Ok(stat.nice as i32),
            page_faults: Ok(PageFaults {
                minor: stat.minor_faults,
                major: stat.major_faults,
            }),
            scheduling: Ok(scheduling(&stat)),
            extra,
            is_kernel_thread: stat.is_kernel_thread(),
            has_first_thread: thread.is_none(),
            lossy: known.lossy,
        })
    }

    /// Reads those again whose parent has ended while they were at rest.
    fn read_orphans(&mut self, rows: &mut [ProcessRow], tick: Tick, pass: Pass) {
        let orphans = self.orphans_at_rest(rows);
        for &place in &orphans {
            let Some(row) = rows.get_mut(place) else {
                continue;
            };
            self.wake(row.key.pid);
            // One that has ended since stays as it was a moment ago.
            if let Ok(new) = self.read_row(row.key.pid, tick, pass)
                && new.key == row.key
            {
                *row = new;
            }
        }
        if !orphans.is_empty() {
            link_parents(rows);
        }
    }

    /// Notes of which processes more is to be read in this tick: those in sight, and those of which the kernel has told something.
    fn mark(&mut self, tick: Tick) {
        self.texts.forget_unused(tick.instant);
        for key in &self.in_sight {
            if let Some(known) = self.known.get_mut(key.pid) {
                known.in_sight = Some(tick.number);
            }
        }
        match self.listener.as_ref().map(Listener::take_changed) {
            Some(Changed::Many) => self
                .known
                .values_mut()
                .for_each(|known| known.is_told_of = true),
            Some(Changed::Few(pids)) => {
                for pid in pids {
                    if let Some(known) = self.known.get_mut(pid) {
                        known.is_told_of = true;
                    }
                }
            }
            None => {}
        }
    }

    fn limited_view(
        &self,
        pids: Result<&[u32], Unread>,
        denied: u32,
        skipped: u32,
    ) -> Option<LimitedView> {
        let pids = match pids {
            Err(Unread::NoDescriptors) => return Some(LimitedView::NoDescriptors),
            pids => pids.ok(),
        };
        match pids {
            Some(_) if skipped > 0 => Some(LimitedView::NoDescriptors),
            None | Some([]) => Some(LimitedView::ProcUnreadable),
            Some(_) if self.proc_fs == ProcFs::Foreign => Some(LimitedView::OtherPidNamespace),
            // Process 1 is always there; who does not see it sees only his own.
            Some(pids) if denied > 0 || !pids.contains(&1) => Some(LimitedView::HidePid),
            Some(_) if !self.is_first_namespace => Some(LimitedView::PidNamespace),
            Some(_) => None,
        }
    }
}

impl Source for LinuxSource {
    fn sample(&mut self, tick: Tick) -> Snapshot {
        let wall = Instant::now();
        let cpu = thread_cpu_time();
        self.proc.calls = Calls::default();
        self.sockets = Sockets::default();
        self.make_room();
        let reader = &mut self.cgroups;
        let group = self.own_group.bounds(&mut self.proc, reader, tick.instant);
        if !self.kept.is_allowed() {
            reader.close();
        }
        let machine = self.machine.read(&mut self.proc, group);
        renew(&mut self.host, self.machine.cpu_count());
        if self.machine.boot_time > 0 {
            self.units.boot_time = self.machine.boot_time as f64;
        }
        let pids = self.pids.list(&mut self.proc, tick.instant);
        let pids = pids.map(<[u32]>::to_vec).map_err(unread);
        let pass = Pass {
            since_boot: since_boot(),
            young: (tick.interval * 2).max(YOUNG).as_secs_f64() + 1.0,
            schedule: Schedule::new(tick, self.wanted),
        };
        self.mark(tick);
        let mut rows = Vec::with_capacity(pids.as_ref().map_or(0, Vec::len));
        let (mut vanished, mut denied, mut skipped, mut ended) = (0, 0, 0, Vec::new());
        for &pid in pids.iter().flatten() {
            match self.read_row(pid, tick, pass) {
                Ok(row) => rows.push(row),
                Err(Unread::Denied) => denied += 1,
                Err(Unread::NoDescriptors) => {
                    skipped += 1;
                    if let Some(known) = self.known.get_mut(pid) {
                        known.seen = tick.number;
                    }
                }
                Err(reason) => {
                    vanished += 1;
                    if reason == Unread::Gone {
                        ended.push(pid);
                    }
                }
            }
        }
        self.pids.forget(&ended);
        if rows.len() + skipped as usize != self.known.len() {
            self.known.retain(|known| {
                let is_there = known.seen == tick.number;
                if !is_there {
                    self.kept.release(&mut known.file);
                }
                is_there
            });
        }
        link_parents(&mut rows);
        self.read_orphans(&mut rows, tick, pass);
        let since_last = self
            .last
            .replace(tick.instant)
            .map(|last| tick.instant.saturating_duration_since(last));
        Snapshot {
            tick,
            since_last,
            machine,
            host: Arc::clone(&self.host),
            counts: Counts::of(&rows),
            ended: EndedProcesses::default(),
            limited_view: self.limited_view(
                pids.as_deref().map_err(|&reason| reason),
                denied,
                skipped,
            ),
            cost: Cost {
                cpu_ms: thread_cpu_time().saturating_sub(cpu).as_secs_f64() * 1e3,
                wall_ms: wall.elapsed().as_secs_f64() * 1e3,
                opens: self.proc.calls.opens,
                reads: self.proc.calls.reads,
                vanished,
                ..Cost::default()
            },
            rows,
        }
    }

    fn want(&mut self, wanted: Wanted) {
        self.wanted = wanted;
        self.users.is_of_documents = wanted.freshness == Freshness::EveryLook;
    }

    fn show(&mut self, in_sight: &[ProcKey]) {
        self.in_sight.clear();
        self.in_sight.extend_from_slice(in_sight);
    }

    fn hear(&mut self, is_wanted: bool) -> Heard {
        if !is_wanted {
            self.listener = None;
            return Heard::default();
        }
        // What is told are the machine's pids.
        if !self.is_first_namespace || self.proc_fs != ProcFs::Own {
            return Heard::refused(Refusal::PidNamespace);
        }
        self.listener.take_if(|listener| listener.is_to_try_again());
        self.listener
            .get_or_insert_with(|| Listener::start(self.units))
            .take()
    }

    fn detail(&mut self, key: ProcKey, look: Look, tick: Tick) -> ProcessDetail {
        self.read_detail(key, look, tick)
    }
}

/// Policy and priority in `stat`.
pub(super) fn scheduling(stat: &Stat) -> Scheduling {
    Scheduling {
        policy: Policy::from_number(stat.policy),
        priority: stat.priority as i32,
    }
}

/// Time since boot, seconds, sleep included.
fn since_boot() -> f64 {
    let time = clock_gettime(ClockId::Boottime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

#[cfg(test)]
mod tests;
