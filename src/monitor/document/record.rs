//! The document and its processes.

use std::collections::BTreeMap;

use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};

use super::ended::{EndedRecord, EndedWithKeys, Silence, SilenceRecord};
use super::field::Keys;
use super::field_set::{EnvironMode, FieldSet};
use super::host::HostRecord;
use super::parts::{
    CpuTimesRecord, IdsRecord, IoRatesRecord, LimitRecord, MemoryFullRecord, MemoryRecord,
};
use super::selection::SelectionRecord;
use super::slot::{Slot, SlotMaker};
use super::table::{ProcessRecord, WithKeys};
use crate::monitor::detail::{Capped, Ids, ProcessDetail};
use crate::monitor::ends::Ended;
use crate::monitor::process::{CpuTimes, ProcessRow};
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::secret::looks_secret;
use crate::monitor::snapshot::{LimitedView, Snapshot};
use crate::os::ProcKey;

/// Name and version of the document.
pub const SCHEMA: &str = "proclab.snapshot/1";

/// What a redacted value reads.
pub const REDACTED: &str = "<redacted>";

/// One look at a machine, as written to files.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Document {
    /// [`SCHEMA`].
    pub schema: String,
    /// How the fields of processes are called; mentioned only if they are not psutil's names.
    #[serde(default)]
    pub keys: Keys,
    /// When it was taken: RFC 3339, UTC.
    pub taken_at: String,
    /// Over how many seconds `cpu_percent` was measured; null if it was not.
    pub cpu_percent_span: Option<f64>,
    /// Why not every process of the machine is here, or not all of it can be asked: a word of
    /// [`crate::monitor::LimitedView`]; null if all are and can.
    pub limited_view: Option<String>,
    /// Of which processes it is; null if of all, and not there in documents of before this was written.
    #[serde(default)]
    pub selection: Slot<SelectionRecord>,
    /// The machine.
    pub host: HostRecord,
    /// The processes, by pid.
    pub processes: Vec<ProcessRecord>,
    /// What has ended since the document before, in the order of the ends, or, where a window exports what its table shows, what
    /// of that has ended, in its order. Null without either; documents of before this was written do not have it. One that is told again, because its end was heard late, is told better.
    #[serde(default)]
    pub ended: Slot<Vec<EndedRecord>>,
    /// Why that is null or not all; null if it is all.
    #[serde(default)]
    pub ended_unheard: Slot<SilenceRecord>,
}

impl Document {
    /// Tells of these that they have ended, with those of the fields that outlive them, and why not of all where that is so.
    pub fn tell_ended<'a>(
        &mut self,
        ended: impl Iterator<Item = &'a Ended>,
        snapshot: &Snapshot,
        fields: &FieldSet,
        is_overrun: bool,
    ) {
        let records = ended.map(|ended| EndedRecord::new(ended, snapshot, fields));
        self.ended = Slot::Value(records.collect());
        let silence = Silence::of(snapshot.ended.listening, is_overrun);
        self.ended_unheard = silence.map_or(Slot::Null, |silence| Slot::Value(silence.record()));
    }

    /// Of one look, with the fields that `fields` names. `records` are made by [`ProcessRecord`]'s functions.
    pub fn new(snapshot: &Snapshot, processes: Vec<ProcessRecord>) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            keys: Keys::default(),
            taken_at: format!("{:.3}", snapshot.tick.taken_at),
            cpu_percent_span: snapshot
                .since_last
                .map(|span| rounded(span.as_secs_f64(), 1e3)),
            limited_view: snapshot.limited_view.map(|reason| reason.word().to_owned()),
            selection: Slot::Null,
            host: HostRecord::new(&snapshot.host, &snapshot.machine),
            processes,
            ended: Slot::Null,
            ended_unheard: Slot::Value(Silence::OneLook.record()),
        }
    }

    /// True if its pids are those of another pid namespace than the one that took it.
    pub fn has_pids_of_another_namespace(&self) -> bool {
        self.limited_view.as_deref() == Some(LimitedView::OtherPidNamespace.word())
    }

    /// One without processes yet, of which only this is known.
    pub(super) fn of_line(
        host: HostRecord,
        taken_at: String,
        selection: Slot<SelectionRecord>,
    ) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            keys: Keys::default(),
            taken_at,
            cpu_percent_span: None,
            limited_view: None,
            selection,
            host,
            processes: Vec::new(),
            ended: Slot::Absent,
            ended_unheard: Slot::Absent,
        }
    }

    /// Of rows of a snapshot alone, without costly fields: those that are asked for are null, as not sampled.
    pub fn of_rows<'a>(
        snapshot: &Snapshot,
        rows: impl IntoIterator<Item = &'a ProcessRow>,
        fields: &FieldSet,
    ) -> Self {
        let record = |row| ProcessRecord::of_row(row, snapshot, fields, Unread::NotSampled);
        Self::new(snapshot, rows.into_iter().map(record).collect())
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", &self.schema)?;
        if !self.keys.is_default() {
            map.serialize_entry("keys", &self.keys)?;
        }
        map.serialize_entry("taken_at", &self.taken_at)?;
        map.serialize_entry("cpu_percent_span", &self.cpu_percent_span)?;
        map.serialize_entry("limited_view", &self.limited_view)?;
        if !self.selection.is_absent() {
            map.serialize_entry("selection", &self.selection)?;
        }
        map.serialize_entry("host", &self.host)?;
        let processes = self.processes.iter();
        let processes: Vec<_> = processes
            .map(|process| WithKeys(process, self.keys))
            .collect();
        map.serialize_entry("processes", &processes)?;
        if !self.ended.is_absent() {
            let ended = self.ended.value().map(|list| {
                let list = list.iter().map(|ended| EndedWithKeys(ended, self.keys));
                list.collect::<Vec<_>>()
            });
            map.serialize_entry("ended", &ended)?;
        }
        if !self.ended_unheard.is_absent() {
            map.serialize_entry("ended_unheard", &self.ended_unheard)?;
        }
        map.end()
    }
}

impl ProcessRecord {
    /// Which process it is, within its boot.
    pub const fn key(&self) -> ProcKey {
        ProcKey {
            pid: self.pid,
            start_ticks: self.start_ticks,
        }
    }

    /// Of a row alone; what a row does not tell is null for the given reason.
    pub fn of_row(
        row: &ProcessRow,
        snapshot: &Snapshot,
        fields: &FieldSet,
        reason: Unread,
    ) -> Self {
        let detail = ProcessDetail::of_row(row, snapshot, reason);
        let mut record = Self::new(&detail, row, fields, EnvironMode::Redact);
        // A row knows two of the figures of memory.
        if let (true, Some(&rss), Some(&vms)) = (
            fields.has("memory_info"),
            row.rss_bytes.value(),
            row.vsize_bytes.value(),
        ) {
            record.unreadable.remove("memory_info");
            record.memory_info = Slot::Value(MemoryRecord {
                rss,
                vms,
                shared: Slot::Absent,
                text: Slot::Absent,
                data: Slot::Absent,
            });
        }
        record
    }

    /// Of a detail and its row, which alone knows CPU %.
    pub fn new(
        detail: &ProcessDetail,
        row: &ProcessRow,
        fields: &FieldSet,
        environ: EnvironMode,
    ) -> Self {
        let mut cut = Vec::new();
        let mut slots = SlotMaker {
            fields,
            unreadable: BTreeMap::new(),
        };
        let cpu_times = slots.field("cpu_times", || detail.cpu_times);
        let cpu_times = match cpu_times {
            Slot::Value(times) => Slot::Value(cpu_times_record(times, &mut slots)),
            Slot::Null => Slot::Null,
            Slot::Absent => Slot::Absent,
        };
        let mut record = Self {
            pid: detail.key.pid,
            start_ticks: detail.key.start_ticks,
            name: slots.field("name", || detail.name.clone()),
            label: slots.field("label", || Reading::Value(row.label().to_owned())),
            ppid: slots.field("ppid", || detail.ppid),
            parent_name: slots.field("parent_name", || detail.parent_name.clone()),
            status: slots.field("status", || {
                detail.state.map(|state| state.word().to_owned())
            }),
            username: slots.field("username", || detail.username.clone()),
            create_time: slots.field("create_time", || {
                detail.create_time.map(|seconds| rounded(seconds, 1e2))
            }),
            terminal: slots.field("terminal", || detail.terminal.clone()),
            cpu_percent: slots.field("cpu_percent", || {
                row.cpu_percent
                    .map(|percent| rounded(f64::from(percent), 1e2))
            }),
            cpu_times,
            memory_info: slots.field("memory_info", || {
                detail.memory.map(|memory| MemoryRecord {
                    rss: memory.rss,
                    vms: memory.vms,
                    shared: Slot::Value(memory.shared),
                    text: Slot::Value(memory.text),
                    data: Slot::Value(memory.data),
                })
            }),
            num_threads: slots.field("num_threads", || detail.num_threads),
            nice: slots.field("nice", || detail.nice),
            exe: slots.field("exe", || detail.exe.clone()),
            exe_deleted: slots.field("exe_deleted", || detail.exe_deleted),
            cmdline: slots.field("cmdline", || detail.cmdline.clone()),
            is_kernel_thread: slots.field("is_kernel_thread", || detail.is_kernel_thread),
            cwd: slots.field("cwd", || detail.cwd.clone()),
            cwd_deleted: slots.field("cwd_deleted", || detail.cwd_deleted),
            uids: slots.field("uids", || detail.uids.map(ids_record)),
            gids: slots.field("gids", || detail.gids.map(ids_record)),
            memory_full_info: Slot::Absent,
            open_files: slots.field("open_files", || {
                list("open_files", &detail.open_files, &mut cut)
            }),
            connections: slots.field("connections", || {
                list("connections", &detail.connections, &mut cut)
            }),
            threads: slots.field("threads", || list("threads", &detail.threads, &mut cut)),
            num_fds: slots.field("num_fds", || detail.num_fds),
            num_ctx_switches: slots
                .field("num_ctx_switches", || detail.ctx_switches.map(Into::into)),
            io_counters: slots.field("io_counters", || detail.io.map(Into::into)),
            cpu_num: slots.field("cpu_num", || detail.cpu_num),
            page_faults: slots.field("page_faults", || detail.page_faults.map(Into::into)),
            scheduling: slots.field("scheduling", || detail.scheduling.map(Into::into)),
            cpu_affinity: slots.field("cpu_affinity", || detail.cpu_affinity.clone()),
            ionice: slots.field("ionice", || detail.io_priority.map(Into::into)),
            run_queue: slots.field("run_queue", || detail.run_queue.map(Into::into)),
            wait_channel: slots.field("wait_channel", || detail.wait_channel.clone()),
            oom_score: slots.field("oom_score", || detail.oom_score),
            oom_score_adj: slots.field("oom_score_adj", || detail.oom_score_adj),
            namespaces: slots.field("namespaces", || {
                let namespaces = detail.namespaces.as_ref();
                namespaces.map(|list| list.iter().cloned().collect())
            }),
            container: slots.field("container", || detail.container.as_ref().map(Into::into)),
            cgroup: slots.field("cgroup", || detail.cgroup.clone()),
            limits: slots.field("limits", || limits(detail)),
            environ: slots.field("environ", || {
                detail.environ.as_ref().map(|list| {
                    if list.is_cut() {
                        cut.push("environ".to_owned());
                    }
                    list.items
                        .iter()
                        .map(|(name, value)| variable(name, value, environ))
                        .collect()
                })
            }),
            ..Self::default()
        };
        if fields.has("memory_full_info") {
            record.memory_full_info = memory_full(detail, &mut slots);
        }
        if fields.has("io_rates") {
            record.io_rates = io_rates(row, &mut slots);
        }
        record.unreadable = slots.unreadable;
        record.lossy = detail
            .lossy
            .iter()
            .filter(|name| fields.has(name))
            .map(|&name| name.to_owned())
            .collect();
        record.cut = cut;
        record
    }
}

fn cpu_times_record(times: CpuTimes, slots: &mut SlotMaker<'_>) -> CpuTimesRecord {
    CpuTimesRecord {
        user: times.user,
        system: times.system,
        children_user: times.children_user,
        children_system: times.children_system,
        iowait: slots.part("cpu_times.iowait", times.iowait),
    }
}

/// An object of nulls says no more than a null: if all are unreadable for one reason, so is the whole.
fn memory_full(detail: &ProcessDetail, slots: &mut SlotMaker<'_>) -> Slot<MemoryFullRecord> {
    let parts = [
        detail.uss_bytes,
        detail.pss_bytes,
        detail.swap_bytes,
        detail.peak_rss_bytes,
        detail.peak_vms_bytes,
    ];
    if let Some(reason) = detail.uss_bytes.unread()
        && parts.iter().all(|part| part.unread() == Some(reason))
    {
        return slots.part("memory_full_info", Reading::from(reason));
    }
    Slot::Value(MemoryFullRecord {
        uss: slots.part("memory_full_info.uss", detail.uss_bytes),
        pss: slots.part("memory_full_info.pss", detail.pss_bytes),
        hugetlb: slots.part("memory_full_info.hugetlb", detail.huge_bytes),
        swap: slots.part("memory_full_info.swap", detail.swap_bytes),
        peak_rss: slots.part("memory_full_info.peak_rss", detail.peak_rss_bytes),
        peak_vms: slots.part("memory_full_info.peak_vms", detail.peak_vms_bytes),
    })
}

/// As above: two nulls for one reason are one.
fn io_rates(row: &ProcessRow, slots: &mut SlotMaker<'_>) -> Slot<IoRatesRecord> {
    let [read, write] = [row.extra.io_read_rate, row.extra.io_write_rate];
    if let Some(reason) = read.unread()
        && write.unread() == Some(reason)
    {
        return slots.part("io_rates", Reading::from(reason));
    }
    let [read, write] = [read, write].map(|rate| rate.map(|rate| rate.round() as u64));
    Slot::Value(IoRatesRecord {
        read_bytes_per_second: slots.part("io_rates.read_bytes_per_second", read),
        write_bytes_per_second: slots.part("io_rates.write_bytes_per_second", write),
    })
}

fn list<'a, T, R: From<&'a T>>(
    name: &str,
    list: &'a Reading<Capped<T>>,
    cut: &mut Vec<String>,
) -> Reading<Vec<R>> {
    list.as_ref().map(|list| {
        if list.is_cut() {
            cut.push(name.to_owned());
        }
        list.items.iter().map(R::from).collect()
    })
}

fn ids_record(ids: Ids) -> IdsRecord {
    IdsRecord {
        real: ids.real,
        effective: ids.effective,
        saved: ids.saved,
    }
}

fn limits(detail: &ProcessDetail) -> Reading<Vec<LimitRecord>> {
    let record = |limit: &crate::monitor::detail::Limit| LimitRecord {
        name: limit.name.clone(),
        soft: limit.soft,
        hard: limit.hard,
        unit: limit.unit.clone(),
    };
    detail
        .limits
        .as_ref()
        .map(|limits| limits.iter().map(record).collect())
}

fn variable(name: &str, value: &str, mode: EnvironMode) -> (String, String) {
    let is_hidden = mode == EnvironMode::Redact && looks_secret(name, value);
    let value = if is_hidden { REDACTED } else { value };
    (name.to_owned(), value.to_owned())
}

/// Without the noise behind the last digit that means something.
pub(super) fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}
