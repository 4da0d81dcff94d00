//! What is asked for of one process: whose it is, and in one piece.

use std::time::{Duration, Instant};

use super::fields::{DescriptorFields, FieldReader};
use super::known::is_zombie;
use super::parse::{pss_and_uss, text};
use super::priority::{cpu_affinity, io_priority};
use super::subject::OpenProcess;
use super::table::{LinuxSource, scheduling};
use crate::monitor::container::Container;
use crate::monitor::detail::{Aspect, Look, Named, NetNamespace, PageFaults, ProcessDetail};
use crate::monitor::process::ProcState;
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::snapshot::Tick;
use crate::os::{ProcFs, ProcKey, Stat};

/// Counting shared pages walks all page tables and holds up the process: while it is looked at not more often than this.
const ROLLUP_INTERVAL: Duration = Duration::from_secs(2);

/// Shared and unshared memory of a process, and when it was counted.
#[derive(Clone, Copy, Debug)]
pub struct Rollup {
    key: ProcKey,
    at: Instant,
    pss_and_uss: Reading<(u64, u64)>,
}

impl LinuxSource {
    /// Reads what a look asks for of a process. All of it comes from the process of that key or, if that is gone, nothing.
    pub(super) fn read_detail(&mut self, key: ProcKey, look: Look, tick: Tick) -> ProcessDetail {
        let nothing = |reason| ProcessDetail::unread(key, look, tick, reason);
        self.watch.turn_to(key, look);
        self.make_room();
        let mut process = match OpenProcess::open(&mut self.proc, key.pid) {
            Ok(process) => process,
            Err(reason) => return nothing(reason),
        };
        // Further rounds are for a process that became a zombie during the first, or whose first thread ended: its memory and
        // files went in between, and the reasons must be a zombie's.
        for _ in 0..3 {
            if process.stat.key() != key {
                break;
            }
            let mut detail = self.read_fields(&mut process, look, tick);
            detail.awaited = when(look.is_only_at(&[Aspect::Why]), || {
                let waits_in = (&detail.wait_channel, &detail.system_call);
                let mut fields = FieldReader::new(&mut process);
                fields.awaited(&mut self.proc, &mut self.awaited_search, waits_in)
            });
            let was = (is_zombie(&process.stat), process.thread_id);
            if let Err(reason) = process.look_again() {
                return nothing(reason);
            }
            if process.stat.key() == key && (is_zombie(&process.stat), process.thread_id) == was {
                return detail;
            }
        }
        nothing(Unread::Gone)
    }

    fn read_fields(&mut self, process: &mut OpenProcess, look: Look, tick: Tick) -> ProcessDetail {
        use Aspect::{Environment, Limits, Network, Overview, Threads, Why};
        let stat = &process.stat.clone();
        let thread_id = process.thread_id;
        let pss_and_uss = when(look.is_at(&[Overview]), || {
            self.pss_and_uss(process, look, tick.instant)
        });
        let is_parent_told = look.is_at(&[Overview, Why]);
        let (parent, parent_name) = if is_parent_told {
            self.parent(stat)
        } else {
            (Err(Unread::NotSampled), Err(Unread::NotSampled))
        };
        let units = self.units;
        let mut fields = FieldReader::new(process);
        let (name, cmdline) = fields.name_and_cmdline();
        let status = when(look.is_at(&[Overview, Why, Limits]), || fields.status());
        let uids = status.and_then(|status| known(status.uids));
        let of_memory = |value: Option<u64>| fields.has_memory().and(known(value));
        let peak_rss_bytes = status.and_then(|status| of_memory(status.peak_rss_bytes));
        let peak_vms_bytes = status.and_then(|status| of_memory(status.peak_vms_bytes));
        let huge_bytes = status.and_then(|status| of_memory(status.huge_bytes));
        let swap_bytes = status.and_then(|status| of_memory(status.swap_bytes));
        let locked_bytes = status.and_then(|status| of_memory(status.locked_bytes));
        let stack_bytes = status.and_then(|status| of_memory(status.stack_bytes));
        let memory = when(look.is_at(&[Overview, Why, Limits]), || {
            fields.memory(units.page_bytes, huge_bytes.unwrap_or(0))
        });
        let descriptors = descriptors(&mut fields, look);
        let cgroup = when(look.is_at(&[Overview, Why, Limits]), || fields.cgroup());
        let container = container(&cgroup);
        let (exe, exe_deleted) = apart(when(look.is_at(&[Overview]), || fields.exe()));
        let (cwd, cwd_deleted) = apart(when(look.is_at(&[Overview]), || fields.cwd()));
        let is_turn_told = look.is_at(&[Limits]);
        let is_why = look.is_only_at(&[Why]);
        ProcessDetail {
            name: Ok(name),
            exe,
            exe_deleted,
            cwd,
            cwd_deleted,
            cmdline,
            ppid: Ok(stat.ppid),
            parent,
            parent_name,
            state: Ok(ProcState::from_letter(stat.state)),
            username: uids.and_then(|ids| self.user_name(ids.real, tick.instant)),
            uids,
            gids: status.and_then(|status| known(status.gids)),
            create_time: Ok(units.create_time(stat)),
            terminal: self
                .terminals
                .name(stat.tty_nr)
                .map(|name| name.to_string()),
            cpu_times: Ok(units.cpu_times(stat)),
            peak_rss_bytes: match (peak_rss_bytes, memory) {
                // The kernel's peak is without huge pages.
                (Ok(peak), Ok(memory)) => Ok(peak.max(memory.rss)),
                (peak, _) => peak,
            },
            memory,
            huge_bytes,
            peak_vms_bytes,
            swap_bytes,
            locked_bytes,
            stack_bytes,
            pss_bytes: pss_and_uss.map(|(pss, _)| pss),
            uss_bytes: pss_and_uss.map(|(_, uss)| uss),
            open_files: descriptors.open_files,
            connections: descriptors.connections,
            net_namespace: when(look.is_only_at(&[Network]), || {
                fields.net_namespace().map(|number| NetNamespace {
                    number,
                    is_ours: self.net_namespace == Some(number),
                })
            }),
            num_threads: Ok(u32::try_from(stat.num_threads).unwrap_or(u32::MAX)),
            threads: when(look.is_at(&[Threads]), || {
                fields.threads(units, &mut self.watch)
            }),
            environ: when(look.is_at(&[Environment]), || fields.environ()),
            nice: Ok(stat.nice as i32),
            num_fds: descriptors.count,
            ctx_switches: status.and_then(|status| known(status.ctx_switches)),
            // The curves need it, whatever aspect is looked at.
            own_io: when(look != Look::Record, || fields.own_io(&mut self.watch)),
            io: fields.io(),
            page_faults: Ok(PageFaults {
                minor: stat.minor_faults,
                major: stat.major_faults,
            }),
            cpu_num: Ok(stat.processor),
            scheduling: Ok(scheduling(stat)),
            cpu_affinity: when(is_turn_told, || self.by_pid(|| cpu_affinity(thread_id))),
            io_priority: when(is_turn_told, || self.by_pid(|| io_priority(thread_id))),
            run_queue: when(look == Look::Record, || fields.run_queue()),
            wait_channel: when(look.is_at(&[Why]), || fields.wait_channel()),
            system_call: when(is_why, || fields.system_call()),
            cpu_wait: when(is_why, || fields.cpu_wait(&mut self.watch)),
            major_fault_rate: when(is_why, || {
                let faults = stat.major_faults as f64;
                self.watch.major_faults.per_second(faults, tick.instant)
            }),
            tracer: status.and_then(|status| self.tracer(status.tracer)),
            signals: status.and_then(|status| known(status.signals)),
            queued_signals: status.and_then(|status| known(status.queued_signals)),
            oom_score: when(is_turn_told, || fields.number("oom_score")),
            oom_score_adj: when(is_turn_told, || fields.number("oom_score_adj")),
            namespaces: when(look == Look::Record, || fields.namespaces()),
            container,
            cgroup,
            cgroup_use: when(look.is_only_at(&[Why, Limits]), || {
                fields.cgroup_use(&mut self.cgroups, &mut self.watch)
            }),
            limits: when(look.is_at(&[Why, Limits]), || fields.limits()),
            is_kernel_thread: Ok(stat.is_kernel_thread()),
            lossy: fields.into_lossy(),
            ..ProcessDetail::unread(stat.key(), look, tick, Unread::NotSampled)
        }
    }

    fn user_name(&mut self, uid: u32, now: Instant) -> Reading<String> {
        self.users.name(uid, now).map(|name| name.to_string())
    }

    /// What a system call tells of a pid.
    fn by_pid<T>(&self, ask: impl FnOnce() -> Reading<T>) -> Reading<T> {
        if self.proc_fs == ProcFs::Own {
            ask()
        } else {
            Err(Unread::OtherPidNamespace)
        }
    }

    /// Who traces it, by the pid in `status`: 0 for nobody.
    fn tracer(&mut self, pid: Option<u32>) -> Reading<Named> {
        match pid {
            Some(0) => Err(Unread::NotApplicable),
            Some(pid) => Ok(Named {
                pid,
                name: self.name_of(pid),
            }),
            None => Err(Unread::Unsupported),
        }
    }

    /// The name of whoever has a pid now.
    fn name_of(&mut self, pid: u32) -> Option<String> {
        let process = OpenProcess::open(&mut self.proc, pid).ok()?;
        Some(text(&process.stat.comm).0)
    }

    fn pss_and_uss(
        &mut self,
        process: &mut OpenProcess,
        look: Look,
        now: Instant,
    ) -> Reading<(u64, u64)> {
        let key = process.stat.key();
        // A document says when it was taken, and nothing in it is older.
        if let Some(kept) = self.rollup
            && kept.key == key
            && now.saturating_duration_since(kept.at) < ROLLUP_INTERVAL
            && look != Look::Record
            && !is_zombie(&process.stat)
        {
            return kept.pss_and_uss;
        }
        let pss_and_uss = FieldReader::new(process).of_memory("smaps_rollup", |bytes| {
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
        let none = (Err(Unread::NotApplicable), Err(Unread::NotApplicable));
        if child.ppid == 0 {
            return none;
        }
        match OpenProcess::open(&mut self.proc, child.ppid) {
            Ok(mut parent) if parent.stat.start_ticks <= child.start_ticks => {
                let (name, _) = FieldReader::new(&mut parent).name_and_cmdline();
                (Ok(parent.stat.key()), Ok(name))
            }
            Err(Unread::NoDescriptors) => (Err(Unread::NoDescriptors), Err(Unread::NoDescriptors)),
            _ => none,
        }
    }
}

/// What the open descriptors tell, or only how many they are.
fn descriptors(fields: &mut FieldReader<'_>, look: Look) -> DescriptorFields {
    use Aspect::{Files, Limits, Network, Overview, Why};
    if look.is_at(&[Files, Network]) {
        return fields.descriptors(look);
    }
    DescriptorFields {
        count: when(look.is_at(&[Overview, Why, Limits]), || fields.num_fds()),
        open_files: Err(Unread::NotSampled),
        connections: Err(Unread::NotSampled),
    }
}

/// Reads what is wanted; the rest nobody has asked for.
fn when<T>(is_wanted: bool, read: impl FnOnce() -> Reading<T>) -> Reading<T> {
    if is_wanted {
        read()
    } else {
        Err(Unread::NotSampled)
    }
}

/// The container that a control group belongs to.
fn container(cgroup: &Reading<String>) -> Reading<Container> {
    Container::of_cgroup(cgroup.as_ref()?).ok_or(Unread::NotApplicable)
}

/// A path, and whether its file is no longer there.
fn apart(link: Reading<(String, bool)>) -> (Reading<String>, Reading<bool>) {
    match link {
        Ok((path, is_deleted)) => (Ok(path), Ok(is_deleted)),
        Err(reason) => (Err(reason), Err(reason)),
    }
}

/// What a file that could be read tells, unless it does not tell it.
fn known<T>(value: Option<T>) -> Reading<T> {
    value.ok_or(Unread::Unsupported)
}
