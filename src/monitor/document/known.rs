//! What a record is made of, and how those of its members are made that are more than one reading.

use std::collections::BTreeMap;

use super::field_set::{EnvironMode, FieldSet};
use super::parts::{CpuTimesRecord, IoRatesRecord, MemoryFullRecord, MemoryRecord};
use super::slot::{Notes, Slot};
use crate::monitor::detail::{Capped, MemoryInfo, ProcessDetail};
use crate::monitor::process::{CpuTimes, ProcessRow};
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::secret::looks_secret;
use crate::monitor::snapshot::Snapshot;

/// What a redacted value reads.
pub const REDACTED: &str = "<redacted>";

/// What is known of a process: its row, and everything about it where that was read. What both have is written as the row has
/// it: of one moment, and as it was filtered by.
pub struct Known<'a> {
    pub row: &'a ProcessRow,
    /// The one that the row is of.
    pub snapshot: &'a Snapshot,
    /// Or why there is none.
    pub detail: Result<&'a ProcessDetail, Unread>,
    pub fields: &'a FieldSet,
    pub environ: EnvironMode,
}

impl<'a> Known<'a> {
    /// What only the detail has.
    pub fn detail<T>(&self, read: impl FnOnce(&'a ProcessDetail) -> Reading<T>) -> Reading<T> {
        self.detail.and_then(read)
    }

    /// The fields whose text was not UTF-8.
    pub fn lossy(&self) -> Vec<String> {
        let lossy = self.row.lossy;
        let of_row = [
            ("cmdline", lossy.cmdline),
            ("exe", lossy.exe),
            ("name", lossy.name),
        ];
        let of_row = of_row.into_iter().filter(|&(_, is_lossy)| is_lossy);
        let of_detail = self.detail.iter().flat_map(|detail| &detail.lossy).copied();
        let mut names: Vec<_> = of_row.map(|(name, _)| name).chain(of_detail).collect();
        names.sort_unstable();
        names.dedup();
        names.retain(|name| self.fields.has(name));
        names.into_iter().map(str::to_owned).collect()
    }
}

/// A text of a row.
pub fn owned<T: AsRef<str>>(text: &Reading<T>) -> Reading<String> {
    Ok(text.as_ref()?.as_ref().to_owned())
}

pub fn parent_name(known: &Known<'_>) -> Reading<String> {
    match known.snapshot.parent_of(known.row) {
        Some(parent) => Ok(parent.name.to_string()),
        None => Err(Unread::NotApplicable),
    }
}

pub fn cpu_times(times: CpuTimes, notes: &mut Notes) -> CpuTimesRecord {
    CpuTimesRecord {
        user: times.user,
        system: times.system,
        children_user: times.children_user,
        children_system: times.children_system,
        iowait: notes.slot("cpu_times.iowait", times.iowait),
    }
}

/// A row has two of its figures.
pub fn memory(known: &Known<'_>) -> Reading<MemoryRecord> {
    let (rss, vms) = (known.row.rss_bytes, known.row.vsize_bytes);
    let of_row = match (rss, vms) {
        (Ok(rss), Ok(vms)) => Some((rss, vms)),
        _ => None,
    };
    let whole = |memory: MemoryInfo| MemoryRecord {
        rss: memory.rss,
        vms: memory.vms,
        shared: Slot::Value(memory.shared),
        text: Slot::Value(memory.text),
        data: Slot::Value(memory.data),
    };
    match (known.detail, of_row) {
        // They stand in a file that is not read for every row.
        (Ok(detail), _) if detail.huge_bytes.is_ok_and(|bytes| bytes > 0) => {
            detail.memory.map(whole)
        }
        (Ok(detail), Some((rss, vms))) => {
            let memory = detail.memory;
            memory.map(|memory| whole(MemoryInfo { rss, vms, ..memory }))
        }
        (Err(_), Some((rss, vms))) => Ok(MemoryRecord {
            rss,
            vms,
            shared: Slot::Absent,
            text: Slot::Absent,
            data: Slot::Absent,
        }),
        (detail, None) => {
            let reason = detail.err().unwrap_or(Unread::NotSampled);
            rss.and(Err(reason))
        }
    }
}

/// An object of nulls says no more than a null: if all are unreadable for one reason, so is the whole.
pub fn memory_full(detail: &ProcessDetail, notes: &mut Notes) -> Reading<MemoryFullRecord> {
    let parts = [
        detail.uss_bytes,
        detail.pss_bytes,
        detail.swap_bytes,
        detail.peak_rss_bytes,
        detail.peak_vms_bytes,
    ];
    if let Some(reason) = detail.uss_bytes.err()
        && parts.iter().all(|&part| part == Err(reason))
    {
        return Err(reason);
    }
    Ok(MemoryFullRecord {
        uss: notes.slot("memory_full_info.uss", detail.uss_bytes),
        pss: notes.slot("memory_full_info.pss", detail.pss_bytes),
        hugetlb: notes.slot("memory_full_info.hugetlb", detail.huge_bytes),
        swap: notes.slot("memory_full_info.swap", detail.swap_bytes),
        peak_rss: notes.slot("memory_full_info.peak_rss", detail.peak_rss_bytes),
        peak_vms: notes.slot("memory_full_info.peak_vms", detail.peak_vms_bytes),
    })
}

/// As above: two nulls for one reason are one.
pub fn io_rates(row: &ProcessRow, notes: &mut Notes) -> Reading<IoRatesRecord> {
    let [read, write] = [row.extra.io_read_rate, row.extra.io_write_rate];
    if let Some(reason) = read.err()
        && write == Err(reason)
    {
        return Err(reason);
    }
    let [read, write] = [read, write].map(|rate| rate.map(|rate| rate.round() as u64));
    Ok(IoRatesRecord {
        read_bytes_per_second: notes.slot("io_rates.read_bytes_per_second", read),
        write_bytes_per_second: notes.slot("io_rates.write_bytes_per_second", write),
    })
}

/// What a row has only at times, or on some systems, and a detail otherwise.
pub fn row_or_detail<T>(
    known: &Known<'_>,
    row: Reading<T>,
    detail: impl FnOnce(&ProcessDetail) -> Reading<T>,
) -> Reading<T> {
    match (row, known.detail) {
        (Ok(value), _) => Ok(value),
        (_, Ok(known)) => detail(known),
        (Err(Unread::NotSampled), Err(reason)) => Err(reason),
        (unread, Err(_)) => unread,
    }
}

/// As the row has it while a column is about it.
pub fn cgroup(known: &Known<'_>) -> Reading<String> {
    known.detail(|detail| match &known.row.extra.cgroup {
        Ok(cgroup) => Ok(cgroup.to_string()),
        _ => detail.cgroup.clone(),
    })
}

pub fn list<'a, T, R: From<&'a T>>(
    name: &str,
    list: &'a Reading<Capped<T>>,
    notes: &mut Notes,
) -> Reading<Vec<R>> {
    let list = list.as_ref()?;
    notes.note_cut(name, list);
    Ok(list.items.iter().map(R::from).collect())
}

pub fn environ(
    detail: &ProcessDetail,
    mode: EnvironMode,
    notes: &mut Notes,
) -> Reading<BTreeMap<String, String>> {
    let variable = |(name, value): &(String, String)| {
        let is_hidden = mode == EnvironMode::Redact && looks_secret(name, value);
        let value = if is_hidden { REDACTED } else { value };
        (name.clone(), value.to_owned())
    };
    let list = detail.environ.as_ref()?;
    notes.note_cut("environ", list);
    Ok(list.items.iter().map(variable).collect())
}

/// Without the noise behind the last digit that means something.
pub fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}
