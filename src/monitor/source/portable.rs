//! Readings through sysinfo, for systems other than Linux. It knows less than the Linux source, and says so.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sysinfo::{
    Pid, Process, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System, UpdateKind, Users,
};

use super::Source;
use crate::monitor::detail::{Capped, Look, ProcessDetail};
use crate::monitor::ends::EndedProcesses;
use crate::monitor::extra::Extra;
use crate::monitor::process::{CommandLine, Lossy, ProcState, ProcessRow};
use crate::monitor::reading::Unread;
use crate::monitor::snapshot::{
    Cost, Counts, Host, Machine, Pressure, Snapshot, Tick, link_parents,
};
use crate::os::ProcKey;

/// Reads the processes of any system that sysinfo knows.
///
/// Start times come in whole seconds only: a pid that is reused within a second is taken for the same process.
pub struct PortableSource {
    system: System,
    users: Users,
    host: Arc<Host>,
    last: Option<Instant>,
    /// Who was there in the tick before, and so has a CPU % now.
    seen: HashSet<ProcKey>,
}

impl PortableSource {
    /// Asks sysinfo for this system.
    pub fn open() -> Result<Self, sysinfo::Error> {
        let mut system = System::new()?;
        system.refresh_cpu_usage();
        let host = Host {
            name: System::host_name().unwrap_or_default(),
            system: System::long_os_version()
                .or_else(|_| System::name())
                .unwrap_or_default(),
            boot_id: System::boot_time()
                .map_or(Err(Unread::Unsupported), |seconds| Ok(seconds.to_string())),
            cpu_count: match system.cpus().len() {
                0 => Err(Unread::Unsupported),
                count => Ok(count as u32),
            },
            usable_cpu_count: std::thread::available_parallelism()
                .map_or(Err(Unread::Unsupported), |count| Ok(count.get() as u32)),
        };
        Ok(Self {
            system,
            users: Users::new_with_refreshed_list()?,
            host: Arc::new(host),
            last: None,
            seen: HashSet::new(),
        })
    }

    fn row(&self, process: &Process) -> ProcessRow {
        let key = key_of(process);
        let (name, is_name_lossy) = text(process.name());
        let args: Vec<_> = process.cmd().iter().map(|arg| text(arg)).collect();
        let exe = process.exe().map(|path| text(path.as_os_str()));
        let username = process
            .user_id()
            .and_then(|id| self.users.get_user_by_id(id))
            .map(|user| user.name().into());
        ProcessRow {
            key,
            name: name.into(),
            ppid: process.parent().map_or(0, Pid::as_u32),
            parent: None,
            uid: process
                .user_id()
                .and_then(|id| id.to_string().parse().ok())
                .ok_or(Unread::Unsupported),
            username: username.ok_or(Unread::Denied),
            state: state_of(process.status()),
            cpu_percent: if self.seen.contains(&key) {
                Ok(process.cpu_usage())
            } else {
                Err(Unread::NotSampled)
            },
            // Only the sum of user and system time is known.
            cpu_times: Err(Unread::Unsupported),
            rss_bytes: Ok(process.memory()),
            // Known only as far as one looked; the room of ended processes may take it for no more than that.
            peak_rss_bytes: Ok(process.memory()),
            vsize_bytes: Ok(process.virtual_memory()),
            num_threads: process
                .tasks()
                .map_or(Err(Unread::Unsupported), |tasks| Ok(tasks.len() as u32)),
            create_time: process.start_time() as f64,
            lossy: Lossy {
                name: is_name_lossy,
                cmdline: args.iter().any(|&(_, is_lossy)| is_lossy),
                exe: exe.as_ref().is_some_and(|&(_, is_lossy)| is_lossy),
            },
            // An empty answer may also mean that we were not allowed to ask.
            cmdline: if args.is_empty() {
                Err(Unread::Denied)
            } else {
                let args = args.into_iter().map(|(arg, _)| arg).collect();
                Ok(Arc::new(CommandLine::new(args)))
            },
            exe: exe.map_or(Err(Unread::Denied), |(path, _)| Ok(path.into())),
            exe_deleted: Err(Unread::Unsupported),
            terminal: Err(Unread::Unsupported),
            nice: Err(Unread::Unsupported),
            page_faults: Err(Unread::Unsupported),
            scheduling: Err(Unread::Unsupported),
            extra: Extra::UNSUPPORTED,
            is_kernel_thread: process.thread_kind().is_some(),
            has_first_thread: true,
        }
    }

    fn refresh(&mut self, what: ProcessesToUpdate<'_>, kind: ProcessRefreshKind) {
        // sysinfo keeps threads switched on unless told otherwise.
        self.system
            .refresh_processes_specifics(what, true, kind.without_tasks());
    }

    fn machine(&mut self) -> Machine {
        self.system.refresh_cpu_usage();
        self.system.refresh_memory();
        let system = &self.system;
        let is_first = self.last.is_none();
        let percent = |percent: f32| {
            if is_first {
                Err(Unread::NotSampled)
            } else {
                Ok(percent)
            }
        };
        let total = system.total_memory();
        let available = system.available_memory();
        let load = System::load_average().map_err(|_unknown_here| Unread::Unsupported);
        let uptime = System::uptime().map_err(|_unknown_here| Unread::Unsupported);
        Machine {
            cpu_percent: percent(system.global_cpu_usage()),
            cpu_percent_per_core: percent(0.0)
                .map(|_| system.cpus().iter().map(sysinfo::Cpu::usage).collect()),
            memory_total_bytes: Ok(total),
            memory_available_bytes: Ok(available),
            memory_used_bytes: Ok(total.saturating_sub(available)),
            swap_total_bytes: Ok(system.total_swap()),
            swap_used_bytes: Ok(system.used_swap()),
            load_average: load.map(|load| [load.one, load.five, load.fifteen]),
            uptime: uptime.map(Duration::from_secs),
            pressure: Pressure {
                cpu_percent: Err(Unread::Unsupported),
                memory_percent: Err(Unread::Unsupported),
                io_percent: Err(Unread::Unsupported),
            },
            disk: Err(Unread::Unsupported),
            group: Unread::Unsupported.into(),
        }
    }
}

impl Source for PortableSource {
    fn sample(&mut self, tick: Tick) -> Snapshot {
        let begun = Instant::now();
        let machine = self.machine();
        let once = UpdateKind::OnlyIfNotSet;
        let kind = ProcessRefreshKind::nothing().with_cpu().with_memory();
        self.refresh(
            ProcessesToUpdate::All,
            kind.with_cmd(once).with_exe(once).with_user(once),
        );
        let mut rows: Vec<_> = self
            .system
            .processes()
            .values()
            .map(|process| self.row(process))
            .collect();
        link_parents(&mut rows);
        self.seen = rows.iter().map(|row| row.key).collect();
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
            limited_view: None,
            cost: Cost {
                wall_ms: begun.elapsed().as_secs_f64() * 1e3,
                ..Cost::default()
            },
            rows,
        }
    }

    fn detail(&mut self, key: ProcKey, look: Look, tick: Tick) -> ProcessDetail {
        let pid = Pid::from_u32(key.pid);
        let always = UpdateKind::Always;
        let kind = ProcessRefreshKind::nothing()
            .with_memory()
            .with_cmd(always)
            .with_exe(always);
        self.refresh(
            ProcessesToUpdate::Some(&[pid]),
            kind.with_user(always).with_cwd(always).with_environ(always),
        );
        let Some(process) = self
            .system
            .process(pid)
            .filter(|process| key_of(process) == key)
        else {
            return ProcessDetail::unread(key, look, tick, Unread::Gone);
        };
        let row = self.row(process);
        let parent = process
            .parent()
            .and_then(|pid| self.system.process(pid))
            .filter(|parent| key_of(parent).start_ticks <= key.start_ticks);
        let environ = process.environ().iter().map(|entry| {
            let (entry, _) = text(entry);
            let (key, value) = entry.split_once('=').unwrap_or((&entry, ""));
            (key.to_owned(), value.to_owned())
        });
        let environ = Capped::from_items(environ);
        let found = |reading: Option<String>| reading.ok_or(Unread::Denied);
        ProcessDetail {
            name: Ok(row.name.to_string()),
            exe: row.exe.map(|exe| exe.to_string()),
            exe_deleted: row.exe_deleted,
            cwd_deleted: Err(Unread::Unsupported),
            cwd: found(process.cwd().map(|path| text(path.as_os_str()).0)),
            cmdline: row.cmdline.map(|line| line.args().to_vec()),
            ppid: Ok(row.ppid),
            parent: parent.map_or(Err(Unread::NotApplicable), |parent| Ok(key_of(parent))),
            parent_name: parent.map_or(Err(Unread::NotApplicable), |parent| {
                Ok(text(parent.name()).0)
            }),
            state: Ok(row.state),
            username: row.username.map(|name| name.to_string()),
            create_time: Ok(row.create_time),
            num_threads: row.num_threads,
            environ: if environ.items.is_empty() {
                Err(Unread::Denied)
            } else {
                Ok(environ)
            },
            is_kernel_thread: Ok(row.is_kernel_thread),
            ..ProcessDetail::unread(key, look, tick, Unread::Unsupported)
        }
    }
}

/// Hundredths of a second, as on Linux, but since 1970.
fn key_of(process: &Process) -> ProcKey {
    ProcKey {
        pid: process.pid().as_u32(),
        start_ticks: process.start_time().saturating_mul(100),
    }
}

fn text(text: &OsStr) -> (String, bool) {
    (text.to_string_lossy().into_owned(), text.to_str().is_none())
}

fn state_of(status: ProcessStatus) -> ProcState {
    match status {
        ProcessStatus::Idle => ProcState::Idle,
        ProcessStatus::Run => ProcState::Running,
        ProcessStatus::Sleep => ProcState::Sleeping,
        ProcessStatus::Stop => ProcState::Stopped,
        ProcessStatus::Zombie => ProcState::Zombie,
        ProcessStatus::Tracing => ProcState::TracingStop,
        ProcessStatus::Dead => ProcState::Dead,
        ProcessStatus::Wakekill => ProcState::WakeKill,
        ProcessStatus::Waking => ProcState::Waking,
        ProcessStatus::Parked => ProcState::Parked,
        ProcessStatus::UninterruptibleDiskSleep => ProcState::DiskSleep,
        _ => ProcState::Unknown(b'?'),
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn it_finds_us_and_admits_what_it_does_not_know() {
        let mut source = PortableSource::open().unwrap();
        let tick = Tick::now(1, Duration::from_secs(1));
        let snapshot = source.sample(tick);
        let row = snapshot.row_by_pid(std::process::id()).unwrap();
        assert_eq!(
            (row.cpu_percent, row.terminal.as_ref().err().copied()),
            (Err(Unread::NotSampled), Some(Unread::Unsupported))
        );
        assert!(row.cmdline.is_ok());
        let detail = source.detail(row.key, Look::Record, tick);
        assert_eq!(
            detail.cwd.as_ref().ok().map(String::as_str),
            std::env::current_dir().unwrap().to_str()
        );
        assert_eq!(detail.open_files.as_ref().err(), Some(&Unread::Unsupported));
        let other = ProcKey {
            start_ticks: 1,
            ..row.key
        };
        assert!(source.detail(other, Look::Record, tick).is_gone());
    }
}
