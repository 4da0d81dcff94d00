//! Everything about one process: whose it is, and in one piece.

use std::time::{Duration, Instant};

use rustix::io::Errno;

use super::dir::{Dir, unread};
use super::fields::FieldReader;
use super::known::{TEXT_CAP, is_zombie, read_cmdline};
use super::parse::{full_name, pss_and_uss, text};
use super::table::{LinuxSource, scheduling};
use super::turn::{cpu_affinity, io_priority};
use crate::monitor::container::Container;
use crate::monitor::detail::{PageFaults, ProcessDetail};
use crate::monitor::process::ProcState;
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::snapshot::Tick;
use crate::os::{ProcKey, Stat};

/// Counting shared pages walks all page tables and holds up the process: not more often than this.
const ROLLUP_INTERVAL: Duration = Duration::from_secs(5);

/// Shared and unshared memory of a process, and when it was counted.
#[derive(Clone, Copy, Debug)]
pub struct Rollup {
    key: ProcKey,
    at: Instant,
    pss_and_uss: Reading<(u64, u64)>,
}

impl LinuxSource {
    /// Reads everything about a process. All of it comes from the process of that key or, if that is gone, nothing.
    pub(super) fn read_detail(&mut self, key: ProcKey, tick: Tick) -> ProcessDetail {
        let nothing = |reason| ProcessDetail::unread(key, tick.taken_at, reason);
        // This directory stays the process's own: after its end reading below it fails, even if the pid lives again.
        let mut process = match self.proc.open_below(&key.pid.to_string()) {
            Ok(process) => process,
            Err(error) => return nothing(unread(error)),
        };
        // The second round is for a process that became a zombie during the first: its memory and files went in between,
        // and the reasons must be a zombie's.
        for _ in 0..2 {
            let stat = match stat_of(&mut process) {
                Ok(stat) if stat.key() == key => stat,
                Ok(_) => break,
                Err(reason) => return nothing(reason),
            };
            let detail = self.read_fields(&mut process, &stat, tick);
            match stat_of(&mut process) {
                Ok(after) if after.key() != key => break,
                Ok(after) if is_zombie(&after) == is_zombie(&stat) => return detail,
                Ok(_) => {}
                Err(reason) => return nothing(reason),
            }
        }
        nothing(Unread::Gone)
    }

    fn read_fields(&mut self, process: &mut Dir, stat: &Stat, tick: Tick) -> ProcessDetail {
        let pss_and_uss = self.pss_and_uss(process, stat, tick.instant);
        let (parent, parent_name) = self.parent(stat);
        let units = self.units;
        let mut fields = FieldReader::new(process, stat);
        let (name, cmdline) = fields.name_and_cmdline();
        let status = fields.status();
        let uids = status.and_then(|status| known(status.uids));
        let of_memory = |value: Option<u64>| fields.absent().map_or(known(value), Reading::from);
        let peak_rss_bytes = status.and_then(|status| of_memory(status.peak_rss_bytes));
        let peak_vms_bytes = status.and_then(|status| of_memory(status.peak_vms_bytes));
        let swap_bytes = status.and_then(|status| of_memory(status.swap_bytes));
        let descriptors = fields.descriptors();
        let cgroup = fields.cgroup();
        let container = cgroup.as_ref().and_then(|path| {
            Container::of_cgroup(path).map_or(Reading::NotApplicable, Reading::Value)
        });
        ProcessDetail {
            key: stat.key(),
            taken_at: tick.taken_at,
            name: Reading::Value(name),
            exe: fields.exe(),
            cwd: fields.cwd(),
            cmdline,
            ppid: Reading::Value(stat.ppid),
            parent,
            parent_name,
            state: Reading::Value(ProcState::from_letter(stat.state)),
            username: uids.map(|ids| self.users.name(ids.real).to_string()),
            uids,
            gids: status.and_then(|status| known(status.gids)),
            create_time: Reading::Value(units.create_time(stat)),
            terminal: self
                .terminals
                .name(stat.tty_nr)
                .map(|name| name.to_string()),
            cpu_times: Reading::Value(units.cpu_times(stat)),
            memory: fields.memory(units.page_bytes),
            peak_rss_bytes,
            peak_vms_bytes,
            swap_bytes,
            pss_bytes: pss_and_uss.map(|(pss, _)| pss),
            uss_bytes: pss_and_uss.map(|(_, uss)| uss),
            open_files: descriptors.open_files,
            connections: descriptors.connections,
            num_threads: Reading::Value(u32::try_from(stat.num_threads).unwrap_or(u32::MAX)),
            threads: fields.threads(units),
            environ: fields.environ(),
            nice: Reading::Value(stat.nice as i32),
            num_fds: descriptors.count,
            ctx_switches: status.and_then(|status| known(status.ctx_switches)),
            io: fields.io(),
            page_faults: Reading::Value(PageFaults {
                minor: stat.minor_faults,
                major: stat.major_faults,
            }),
            cpu_num: Reading::Value(stat.processor),
            scheduling: Reading::Value(scheduling(stat)),
            cpu_affinity: cpu_affinity(stat.pid),
            io_priority: io_priority(stat.pid),
            run_queue: fields.run_queue(),
            wait_channel: fields.wait_channel(),
            oom_score: fields.number("oom_score"),
            oom_score_adj: fields.number("oom_score_adj"),
            namespaces: fields.namespaces(),
            container,
            cgroup,
            limits: fields.limits(),
            is_kernel_thread: Reading::Value(stat.is_kernel_thread()),
            lossy: fields.into_lossy(),
        }
    }

    fn pss_and_uss(&mut self, process: &mut Dir, stat: &Stat, now: Instant) -> Reading<(u64, u64)> {
        let key = stat.key();
        if let Some(kept) = self.rollup
            && kept.key == key
            && now.saturating_duration_since(kept.at) < ROLLUP_INTERVAL
            && !is_zombie(stat)
        {
            return kept.pss_and_uss;
        }
        let pss_and_uss = FieldReader::new(process, stat).of_memory("smaps_rollup", |bytes| {
            pss_and_uss(bytes).ok_or(Unread::Unsupported)
        });
        self.rollup = Some(Rollup {
            key,
            at: now,
            pss_and_uss,
        });
        pss_and_uss
    }

    /// The parent's key and name; a pid that is younger than the child is not its parent.
    fn parent(&mut self, child: &Stat) -> (Reading<ProcKey>, Reading<String>) {
        let none = (Reading::NotApplicable, Reading::NotApplicable);
        if child.ppid == 0 {
            return none;
        }
        let Ok(mut parent) = self.proc.open_below(&child.ppid.to_string()) else {
            return none;
        };
        match stat_of(&mut parent) {
            Ok(stat) if stat.start_ticks <= child.start_ticks => {
                let line = read_cmdline(&mut parent, "cmdline", &stat);
                let first = line.value().and_then(|line| line.first_argument.as_deref());
                let (name, _) = text(full_name(&stat.comm, first));
                (Reading::Value(stat.key()), Reading::Value(name))
            }
            _ => none,
        }
    }
}

/// What a file that could be read tells, unless it does not tell it.
fn known<T>(value: Option<T>) -> Reading<T> {
    value.map_or(Reading::Unsupported, Reading::Value)
}

fn stat_of(process: &mut Dir) -> Result<Stat, Unread> {
    let line = process.read_piece("stat", TEXT_CAP).map_err(unread)?;
    // The process ended between opening and reading.
    if line.is_empty() {
        return Err(unread(Errno::SRCH));
    }
    Stat::parse(line).map_err(|_garbled| Unread::Unsupported)
}
